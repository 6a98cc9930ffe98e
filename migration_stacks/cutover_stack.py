"""The cutover: the functions, the machine that calls them, and what they read and write."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import aws_cdk as cdk

from migration_stacks.cfn import dynamodb, ssm
from migration_stacks.constructs.acknowledged import acknowledge
from migration_stacks.constructs.arns import arn
from migration_stacks.constructs.assessment import assessment_role
from migration_stacks.constructs.certificates import Certificates
from migration_stacks.constructs.cutover_functions import (
    DATABASE_ROLES,
    WEIGHTED_RECORDS,
    CutoverFunctions,
)
from migration_stacks.constructs.database_roles import DatabaseRoles
from migration_stacks.constructs.encryption import stack_key
from migration_stacks.constructs.event_rules import EventRules, ended_badly
from migration_stacks.constructs.function import any_version
from migration_stacks.constructs.grants import invoke, publish, read_secrets
from migration_stacks.constructs.notifications import PUBLISHERS, Notifications
from migration_stacks.constructs.schedule import CallSchedule, Schedule
from migration_stacks.constructs.schema_build import SchemaBuild
from migration_stacks.constructs.state_machine import AslStateMachine
from migration_stacks.constructs.weighted_records import WeightedRecords
from migration_stacks.cutover_permissions import (
    ASKS_MOVES,
    FINALIZE,
    KEEPS_INVENTORY,
    LEAVES_FACTS,
    MACHINES,
    READS_FACTS,
    REPLICATE,
    CutoverPermissions,
    writers_machines,
)
from migration_stacks.names import FORWARD_LAG, REPLICATION_LAG

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from constructs import Construct

    from migration_stacks.constructs.function import FunctionNetwork
    from migration_stacks.constructs.policies import Statement
    from migration_stacks.database_stack import DatabaseStack
    from migration_stacks.names import Names
    from migration_stacks.settings.cutover import CutoverSettings
    from migration_stacks.settings.replication import ReplicationSettings
    from migration_stacks.traffic import Traffic

# What decodes the log of either database: what `plugin_name` says in an endpoint of DMS, as
# PostgreSQL spells it.
_SLOT_PLUGIN: Final = "test_decoding"


class CutoverStack(cdk.Stack):
    """What may be deployed again on any day, also in the middle of a cutover: a running execution
    keeps its definition, and the weights of the records are not CloudFormation's."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        env: cdk.Environment,
        names: Names,
        settings: CutoverSettings,
        replication: ReplicationSettings,
        emails: Sequence[str],
        root: Path,
        traffic: Traffic,
        zone_id: str,
        databases: DatabaseStack,
        target_roles: Sequence[str],
        application_role: str,
        schemas: Sequence[str],
        wal_disk_gigabytes: int,
        replication_roles: Sequence[str],
        task_arn: str,
        reverse_task_arn: str,
        forward_task_arn: str,
        replication_instance_arn: str,
        instance_count: int,
        network: FunctionNetwork,
        log_days: int,
        protect: bool,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            env=env,
            description="Migration: cutover functions and machine",
            # The journal and the names are here: `cdk destroy --all` must not begin with them.
            termination_protection=protect,
        )
        self._names, self._zone_id, self._traffic = names, zone_id, traffic
        # By the words of cutover.direction.Stream.
        self._task_arns = {"load": task_arn, "back": reverse_task_arn, "again": forward_task_arn}
        self._key_arn = stack_key(
            self,
            "Key",
            alias=names.stack("cutover"),
            description="The cutover: its journal, its logs, messages about the migration",
            publishers=PUBLISHERS,
            # Without it nobody could read the journal that stays.
            keep=protect,
        )
        self.notifications = Notifications(
            self, "Notifications", topic_name=names.topic, emails=emails, key_arn=self._key_arn
        )
        self._journal_name, journal_arn = self._journal(protect=protect)
        self._certificates = Certificates(
            self,
            "Certificates",
            key_arn=self._key_arn,
            lock_days=settings.certificate_lock_days,
            migration=names.suffix,
        )
        state_arn = self._state()
        assessment_role_arn = assessment_role(
            self, "Assessment", certificates=self._certificates, key_arn=self._key_arn
        )
        permissions = CutoverPermissions(
            names=names,
            traffic=traffic,
            zone_id=zone_id,
            task_arns=self._task_arns,
            replication_instance_arn=replication_instance_arn,
            assessment_role_arn=assessment_role_arn,
            journal_arn=journal_arn,
            state_arn=state_arn,
            certificates=self._certificates,
            topic_arn=self.notifications.topic_arn,
            key_arn=self._key_arn,
            databases=databases,
            replication=replication,
        )
        self.functions = CutoverFunctions(
            self,
            "Functions",
            root=root,
            names=names,
            control_environment=self._control_environment(),
            database_environment=self._database_environment(databases, replication_roles, settings),
            own_environments={
                **{key: self._machines_environment() for key in ASKS_MOVES},
                "put_back": {
                    **self._machines_environment(),
                    "TOPIC_ARN": self.notifications.topic_arn,
                },
                "assess_replication": {
                    "ASSESSMENT_ROLE_ARN": assessment_role_arn,
                    "ASSESSMENT_BUCKET": self._certificates.name,
                },
                "ask_approval": {"TOPIC_ARN": self.notifications.topic_arn},
                "watch_way_back": {
                    "TOPIC_ARN": self.notifications.topic_arn,
                    "WAY_BACK_WAL_LIMIT_GIGABYTES": str(settings.way_back_wal_limit_gigabytes),
                },
                **{
                    key: {"CERTIFICATE_BUCKET": self._certificates.name}
                    for key in (
                        "store_certificate",
                        *LEAVES_FACTS,
                        *READS_FACTS,
                        *KEEPS_INVENTORY,
                    )
                },
                "prepare_target": {"SCHEMA_COPY": self._schema_copy(replication)},
                "watch_source": {
                    "CERTIFICATE_BUCKET": self._certificates.name,
                    "SOURCE_WAL_DISK_GIGABYTES": str(wal_disk_gigabytes),
                },
                "begin_finalize": {"FINALIZE_MACHINE_ARN": self._finalize_machine()},
                "clear_databases": {
                    "SOURCE_REPLICATION_SECRET_ARN": databases.source_replication_secret_arn,
                    "TARGET_REPLICATION_SECRET_ARN": databases.target_replication_secret_arn,
                    # DMS decodes by itself: it has neither publications nor subscriptions.
                    "STREAM_NAMES": "[]",
                },
            },
            roles_environment=self._roles_environment(databases),
            permissions=permissions.by_function(),
            network=network,
            key_arn=self._key_arn,
            topic_arn=self.notifications.topic_arn,
            log_days=log_days,
        )
        permissions.acknowledge_unknown_names(self.functions)
        if replication.builds:
            self._schema_build(
                databases,
                replication,
                application_role=application_role,
                root=root,
                network=network,
                log_days=log_days,
            )
        told = {"TopicArn": self.notifications.topic_arn}
        moving = [
            self._machine(
                verb.title(),
                verb,
                root=root,
                substitutions={**settings.substitutions(), **told},
                allowed=publish(topic_arn=self.notifications.topic_arn, key_arn=self._key_arn),
                log_days=log_days,
            )
            for verb in MACHINES.values()
        ]
        replicate_arn = self._machine(
            "Replicate",
            REPLICATE,
            root=root,
            substitutions={
                **settings.substitutions(),
                **told,
                "AssessFirst": json.dumps(settings.assess_first),
            },
            allowed=publish(topic_arn=self.notifications.topic_arn, key_arn=self._key_arn),
            log_days=log_days,
        )
        finalize_arn = self._machine(
            "Finalize",
            FINALIZE,
            root=root,
            substitutions={**told, "PollSeconds": settings.substitutions()["PollSeconds"]},
            allowed=publish(topic_arn=self.notifications.topic_arn, key_arn=self._key_arn),
            log_days=log_days,
        )
        check_arn = self._machine(
            "Check",
            "check",
            root=root,
            substitutions=settings.substitutions(),
            allowed=[],
            log_days=log_days,
        )
        Schedule(
            self,
            "Readiness",
            name=names.state_machine("check"),
            description="Looks whether a cutover could begin, and shows it in the state parameter",
            minutes=settings.readiness_minutes,
            machine_arn=check_arn,
        )
        CallSchedule(
            self,
            "SourceWatch",
            name=names.rule("watch-source"),
            description="Looks at the source: its disk, its transactions, whether its schema is as it was",
            minutes=settings.readiness_minutes,
            function_arn=self.functions["watch_source"].arn,
        )
        WeightedRecords(
            self,
            "Records",
            function_arn=self.functions[WEIGHTED_RECORDS.key].arn,
            hosted_zone_id=zone_id,
            records=traffic.records,
            ttl_seconds=settings.record_ttl_seconds,
            protect=protect,
        )
        self._tell(
            machine_arns=[*moving, replicate_arn],
            finalize_arn=finalize_arn,
            replication_instance_arn=replication_instance_arn,
            instance_count=instance_count,
        )
        DatabaseRoles(
            self,
            "DatabaseRoles",
            function_arn=self.functions[DATABASE_ROLES.key].arn,
            roles=target_roles,
            schemas=schemas,
            rights=root / "cutover" / "adapters" / "postgres_rights.py",
        )

    def _journal(self, *, protect: bool) -> tuple[str, str]:
        """Its name and its ARN."""
        of = dynamodb.CfnTable
        key = {"migration": "HASH", "item": "RANGE"}
        table = of(
            self,
            "Journal",
            table_name=self._names.journal,
            attribute_definitions=[
                of.AttributeDefinitionProperty(attribute_name=name, attribute_type="S")
                for name in key
            ],
            key_schema=[
                of.KeySchemaProperty(attribute_name=name, key_type=kind)
                for name, kind in key.items()
            ],
            billing_mode="PAY_PER_REQUEST",
            sse_specification=of.SSESpecificationProperty(
                sse_enabled=True, sse_type="KMS", kms_master_key_id=self._key_arn
            ),
            point_in_time_recovery_specification=of.PointInTimeRecoverySpecificationProperty(
                point_in_time_recovery_enabled=True
            ),
            deletion_protection_enabled=protect,
        )
        if protect:
            # It says which database is the writer, and why.
            table.apply_removal_policy(cdk.RemovalPolicy.RETAIN)
        acknowledge(
            table,
            {
                "NIST.800.53.R5-DynamoDBInBackupPlan": "Point-in-time recovery keeps every second "
                "of the last 35 days, longer than any way back is open; a daily copy of a journal "
                "would be older than its newest entry and never be restored.",
            },
        )
        return table.ref, table.attr_arn

    def _state(self) -> str:
        """The ARN of the parameter that shows where the migration stands."""
        parameter = ssm.CfnParameter(
            self,
            "State",
            name=self._names.state_parameter,
            type="String",
            description="Where the migration stands: to be read, never to be decided by",
            # Never change this text: a changed one would be written over the live state.
            value=json.dumps({"phase": "built"}),
        )
        return arn("ssm", f"parameter{parameter.ref}")

    def _finalize_machine(self) -> str:
        """The ARN, by its name, for the same reason."""
        return arn("states", f"stateMachine:{self._names.state_machine(FINALIZE)}")

    def _machine(
        self,
        construct_id: str,
        verb: str,
        *,
        root: Path,
        substitutions: Mapping[str, str],
        allowed: Sequence[Statement],
        log_days: int,
    ) -> str:
        """The ARN of a state machine that may call the functions of its definition."""
        functions = self.functions.called_by(verb).values()
        machine = AslStateMachine(
            self,
            construct_id,
            name=self._names.state_machine(verb),
            definition=root / "state_machines" / f"{verb}.asl.json",
            substitutions={**self.functions.arns(verb), **substitutions},
            allowed=[invoke([function.any_version_arn for function in functions]), *allowed],
            key_arn=self._key_arn,
            log_days=log_days,
        )
        acknowledge(
            machine,
            dict.fromkeys(
                (any_version(function.name) for function in functions),
                "Versions of one function: an execution that runs calls those it started with, "
                "which a later deployment keeps and can't name.",
            ),
        )
        return machine.arn

    def _function_environment(self) -> dict[str, str]:
        return {"JOURNAL_TABLE": self._journal_name, "MIGRATION": self._names.suffix}

    def _machines_environment(self) -> dict[str, str]:
        return {"MACHINE_ARNS": json.dumps(writers_machines(self._names))}

    def _control_environment(self) -> dict[str, str]:
        return {
            **self._function_environment(),
            "STATE_PARAMETER": self._names.state_parameter,
            "HOSTED_ZONE_ID": self._zone_id,
            "READ_RECORD": self._traffic.read_record,
            "WRITE_RECORD": self._traffic.write_record,
            "REPLICATION_TASK_ARNS": json.dumps(self._task_arns),
            "REPLICATION_INSTANCE_ID": self._names.replication,
            "ALARM_NAMES": json.dumps(self._names.guarding_alarms),
            "LAG_ALARMS": json.dumps(
                {
                    "load": self._names.alarm(REPLICATION_LAG),
                    "again": self._names.alarm(FORWARD_LAG),
                }
            ),
        }

    def _database_environment(
        self,
        databases: DatabaseStack,
        replication_roles: Sequence[str],
        settings: CutoverSettings,
    ) -> dict[str, str]:
        fence = {"kind": settings.fence, "roles": list(settings.fence_roles)}
        slots = {"back": self._names.reverse_slot, "again": self._names.forward_slot}
        return {
            **self._function_environment(),
            "SOURCE_SECRET_ARN": databases.source_cutover_secret_arn,
            "TARGET_SECRET_ARN": databases.target_cutover_secret_arn,
            "DATABASE_SSLMODE": "require",
            "WAY_BACK_SLOTS": json.dumps(slots),
            "SLOT_PLUGIN": _SLOT_PLUGIN,
            # Most often one name on both sides.
            "REPLICATION_ROLES": json.dumps(list(dict.fromkeys(replication_roles))),
            "SOURCE_FENCE": json.dumps(fence),
        }

    @staticmethod
    def _roles_environment(databases: DatabaseStack) -> dict[str, str]:
        return {
            "ADMINISTRATOR_SECRET_ARN": databases.target_secret_arn,
            "REPLICATION_SECRET_ARN": databases.target_replication_secret_arn,
            "CUTOVER_SECRET_ARN": databases.target_cutover_secret_arn,
            "APPLICATION_SECRET_ARN": databases.application_secret_arn,
            "DATABASE_SSLMODE": "require",
        }

    def _schema_copy(self, settings: ReplicationSettings) -> str:
        """How the schema is copied, as lambdas/environment.py reads it."""
        if not settings.builds:
            return json.dumps({"kind": settings.schema_copy})
        return json.dumps(
            {
                "kind": settings.schema_copy,
                # By its name: the project is made of what the functions are made of.
                "project": self._names.schema_build,
                "bucket": self._certificates.name,
            }
        )

    def _schema_build(
        self,
        databases: DatabaseStack,
        settings: ReplicationSettings,
        *,
        application_role: str,
        root: Path,
        network: FunctionNetwork,
        log_days: int,
    ) -> None:
        source, target = databases.source_cutover_secret_arn, databases.target_secret_arn
        SchemaBuild(
            self,
            "SchemaBuild",
            name=self._names.schema_build,
            root=root,
            code=self.functions.code,
            layer=self.functions.packages,
            environment={
                "SOURCE_SECRET_ARN": source,
                "TARGET_SECRET_ARN": target,
                "DATABASE_SSLMODE": "require",
                "APPLICATION_ROLE": application_role,
                "SCHEMA_ROLES": json.dumps(settings.roles),
                "SCHEMA_JOBS": str(settings.schema_jobs),
                "CERTIFICATE_BUCKET": self._certificates.name,
            },
            certificates=self._certificates,
            secrets=read_secrets(source, target, key_arn=databases.key_arn),
            network=network,
            key_arn=self._key_arn,
            log_days=log_days,
        )
        acknowledge(self.functions["prepare_target"], self._certificates.any_schema_report)

    def _tell(
        self,
        *,
        machine_arns: list[str],
        finalize_arn: str,
        replication_instance_arn: str,
        instance_count: int,
    ) -> None:
        rules = EventRules(
            self,
            "Rules",
            names=self._names,
            notifications=self.notifications,
            key_arn=self._key_arn,
        )
        rules.replication(
            task_arns=list(self._task_arns.values()), instance_arn=replication_instance_arn
        )
        rules.replication_by_subscription()
        rules.database(instance_count=instance_count)
        rules.backups()
        # Not of the check: where the source is down it fails every few minutes, which the state
        # parameter and an alarm tell once.
        rules.executions([*machine_arns, finalize_arn])
        # Not after a finalize, which has nothing to put back: the next one finishes it.
        # An execution that timed out or was stopped runs none of its own failure routes.
        rules.call(
            "PutBack",
            "put-back",
            "Puts back what a cutover or a rollback left that failed, timed out or was stopped, or "
            "has it finished",
            pattern=ended_badly(machine_arns),
            function_arn=self.functions["put_back"].arn,
        )
