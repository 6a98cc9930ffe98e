"""Replication: DMS copies the source's tables to the target and then follows their changes; a second
task stands ready for the way back, a third for going forward again without a new copy.

What each task replicates, and why that is no circle. All have the same tables: the application's,
and heartbeat and token of the schema `cutover`. A change that one task applies is a change like any
other to the log of the database it is applied to, so with two running a row would go round for
ever. DMS's own prevention (LoopbackPreventionSettings) marks transactions in a table of its own and
is described for tasks that run side by side; these never do:

- The task that loads runs until the cutover has drained it. It is stopped before the target takes
  a write, and not resumed after: what the way back applies on the source stands in its slot.
- The task back starts at a slot that is made on the target after the drain, so no change that came
  from the source is in it.
- The task forward again starts, after a way back, at a slot that is made on the source after the
  drain of the task back, so no change that came from the target is in it.

CloudFormation makes all and starts none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import aws_cdk as cdk

from migration_stacks.cfn import dms, iam
from migration_stacks.constructs.encryption import log_group
from migration_stacks.constructs.grants import read_secrets
from migration_stacks.constructs.policies import allow, document, service_role
from migration_stacks.constructs.table_mappings import TableMappings
from migration_stacks.constructs.task_settings import broken_rules, task_settings
from migration_stacks.settings.faults import SettingsError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from constructs import Construct

    from migration_stacks.constructs.task_settings import MigrationType
    from migration_stacks.database_stack import DatabaseStack
    from migration_stacks.names import Names
    from migration_stacks.settings import DmsSettings, SourceSettings

_APPLYING: Final[dict[str, Any]] = {
    # For DMS's sessions alone. In the parameter group it would switch off foreign keys and triggers
    # for the application too, and still do so after the cutover. Also what lets changes into a
    # database whose gate is closed: its triggers are of the ordinary kind.
    "after_connect_script": "SET session_replication_role='replica'",
}


def _reading(*, slot: str | None = None) -> dict[str, Any]:
    return {
        # pglogical can't decode tables with REPLICA IDENTITY FULL.
        "plugin_name": "test-decoding",
        "slot_name": slot,
        # DMS would install an event trigger, which only a superuser may; the cutover freezes DDL
        # instead.
        "capture_ddls": False,
        # On a quiet database the slot would otherwise hold WAL for ever.
        "heartbeat_enable": True,
        "heartbeat_schema": "cutover",
        "heartbeat_frequency": 1,
        "fail_tasks_on_lob_truncation": True,
    }


@dataclass(frozen=True, kw_only=True)
class _Side:
    """One of the two databases, as every endpoint on it says it."""

    engine_name: str
    database_name: str
    secret_arn: str
    ssl_mode: str
    certificate_arn: str | None


class DmsStack(cdk.Stack):
    """What lives for weeks. CloudFormation makes the tasks and never starts or stops one."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        env: cdk.Environment,
        names: Names,
        settings: DmsSettings,
        source: SourceSettings,
        target_database: str,
        databases: DatabaseStack,
        subnet_ids: Sequence[str],
        security_group_id: str,
        log_days: int,
        protect: bool,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            env=env,
            description="Migration: DMS instance, endpoints and tasks",
            termination_protection=protect,
        )
        self._names = names
        self._key_arn = databases.key_arn
        self._settings = settings
        self._source = source
        self._databases = databases
        self._access_role_arn = self._secrets_access()
        self.instance = self._instance(subnet_ids, security_group_id)
        # One for all tasks of an instance. DMS would make it itself, kept for ever, left behind.
        self._log = log_group(
            self,
            "TaskLog",
            name=f"dms-tasks-{names.replication}",
            key_arn=self._key_arn,
            days=log_days,
        )
        at_source, at_target = self._sides(target_database)
        target = self._endpoint("Target", at_target, "target", _APPLYING)
        self.task = self._task(
            "Task",
            identifier=names.replication,
            migration_type="full-load-and-cdc",
            source=self._endpoint("Source", at_source, "source", _reading()),
            target=target,
        )
        self.reverse_task = self._task(
            "ReverseTask",
            identifier=names.reverse_replication,
            migration_type="cdc",
            # The slot need not exist yet. Whoever starts the task makes it and gives its position
            # as CdcStartPosition: with a slot's name and no position DMS refuses to start.
            source=self._endpoint(
                "ReverseSource", at_target, "source", _reading(slot=names.reverse_slot)
            ),
            target=self._endpoint("ReverseTarget", at_source, "target", _APPLYING),
        )
        self.forward_task = self._task(
            "ForwardTask",
            identifier=names.forward_replication,
            migration_type="cdc",
            # Of its own: a task that loads refuses a slot by name, and this one needs it.
            source=self._endpoint(
                "ForwardSource", at_source, "source", _reading(slot=names.forward_slot)
            ),
            target=target,
        )

    @property
    def task_arn(self) -> str:
        """Of the task from source to target."""
        return self.task.ref

    @property
    def reverse_task_arn(self) -> str:
        """Of the task from target to source."""
        return self.reverse_task.ref

    @property
    def forward_task_arn(self) -> str:
        """Of the task from source to target after a way back."""
        return self.forward_task.ref

    def _instance(
        self, subnet_ids: Sequence[str], security_group_id: str
    ) -> dms.CfnReplicationInstance:
        # DMS acts as dms-vpc-role to look at the subnets. The network stack makes that role, long
        # before: a role that is seconds old is not known everywhere, and the answer is then
        # "dms-vpc-role is not configured properly".
        subnets = dms.CfnReplicationSubnetGroup(
            self,
            "Subnets",
            replication_subnet_group_description="The isolated subnets of the migration",
            subnet_ids=list(subnet_ids),
        )
        return dms.CfnReplicationInstance(
            self,
            "Instance",
            replication_instance_identifier=self._names.replication,
            replication_instance_class=self._settings.instance_class,
            engine_version=self._settings.engine_version,
            allocated_storage=self._settings.storage_gigabytes,
            multi_az=self._settings.multi_az,
            # DMS's own default is true, and it can't be changed later.
            publicly_accessible=False,
            # An upgrade stops the task: at a time that a person chooses.
            auto_minor_version_upgrade=False,
            allow_major_version_upgrade=False,
            kms_key_id=self._key_arn,
            replication_subnet_group_identifier=subnets.ref,
            vpc_security_group_ids=[security_group_id],
        )

    def _secrets_access(self) -> str:
        """The ARN of the role that reads the credentials."""
        # Listed by the role and not attached to it: an endpoint that is made before the policy of
        # its role is refused.
        policy = iam.CfnManagedPolicy(
            self,
            "ReadSecrets",
            description="The credentials of the endpoints of DMS",
            policy_document=document(
                *read_secrets(
                    self._databases.source_replication_secret_arn,
                    self._databases.target_replication_secret_arn,
                    key_arn=self._key_arn,
                ),
                allow("kms:DescribeKey", on=self._key_arn),
            ),
        )
        return service_role(
            self,
            "SecretsAccess",
            description="Lets DMS read the credentials of its two databases",
            # The guide names the regional principal; newer regions assume by the global one.
            service=[f"dms.{self.region}.amazonaws.com", "dms.amazonaws.com"],
            managed=[policy.ref],
        ).attr_arn

    def _sides(self, target_database: str) -> tuple[_Side, _Side]:
        source, settings = self._source, self._settings
        return (
            _Side(
                engine_name="postgres",
                database_name=source.database,
                secret_arn=self._databases.source_replication_secret_arn,
                ssl_mode=source.ssl_mode,
                certificate_arn=self._certificate("SourceCertificate", source.ca_certificate),
            ),
            _Side(
                engine_name="aurora-postgresql",
                database_name=target_database,
                secret_arn=self._databases.target_replication_secret_arn,
                # The name is checked too: RDS writes each endpoint's into its certificates.
                ssl_mode="verify-full" if settings.target_ca_certificate else "require",
                certificate_arn=self._certificate(
                    "TargetCertificate", settings.target_ca_certificate
                ),
            ),
        )

    def _certificate(self, construct_id: str, pem: str) -> str | None:
        """The authority that a server is checked by, where the settings name one."""
        return dms.CfnCertificate(self, construct_id, certificate_pem=pem).ref if pem else None

    def _endpoint(
        self, construct_id: str, side: _Side, endpoint_type: str, settings: dict[str, Any]
    ) -> dms.CfnEndpoint:
        endpoint = dms.CfnEndpoint(
            self,
            construct_id,
            endpoint_type=endpoint_type,
            engine_name=side.engine_name,
            database_name=side.database_name,
            ssl_mode=side.ssl_mode,
            certificate_arn=side.certificate_arn,
            kms_key_id=self._key_arn,
            postgre_sql_settings=dms.CfnEndpoint.PostgreSqlSettingsProperty(
                secrets_manager_secret_id=side.secret_arn,
                secrets_manager_access_role_arn=self._access_role_arn,
                # On all endpoints or on none: with one alone, booleans travel as text.
                map_boolean_as_boolean=True,
                **settings,
            ),
        )
        # An endpoint is refused while DMS can't assume the role that reads its secret, and a new
        # role takes a while to be known everywhere. The instance takes minutes: long enough.
        endpoint.add_resource_dependency(self.instance)
        return endpoint

    def _task(
        self,
        construct_id: str,
        *,
        identifier: str,
        migration_type: MigrationType,
        source: dms.CfnEndpoint,
        target: dms.CfnEndpoint,
    ) -> dms.CfnReplicationTask:
        settings = task_settings(
            lob_max_kilobytes=self._settings.lob_max_kilobytes,
            full_load_tables=self._settings.full_load_tables,
            migration_type=migration_type,
        )
        if broken := broken_rules(settings, migration_type=migration_type):
            raise SettingsError("\n".join(f"dms: {identifier}: {rule}" for rule in broken))
        task = dms.CfnReplicationTask(
            self,
            construct_id,
            # Fixed on purpose. A change that would replace the task (another endpoint, another
            # type) would load everything again from the start: the taken name makes the
            # deployment fail instead, before anything happens.
            replication_task_identifier=identifier,
            migration_type=migration_type,
            replication_instance_arn=self.instance.ref,
            source_endpoint_arn=source.ref,
            target_endpoint_arn=target.ref,
            table_mappings=TableMappings(
                schemas=self._source.schemas,
                exclude_tables=self._source.exclude_tables,
                generated_columns=self._source.generated_columns,
            ).document(),
            replication_task_settings=settings.document(),
        )
        task.add_resource_dependency(self._log)
        return task
