"""Replication: DMS copies the source's tables to the target and then follows their changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import aws_cdk as cdk
from aws_cdk import aws_dms as dms
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs

from migration_stacks.constructs.grants import read_secrets
from migration_stacks.constructs.replication_task import TaskSettings, table_mappings

if TYPE_CHECKING:
    from constructs import Construct

    from migration_stacks.database_stack import DatabaseStack
    from migration_stacks.names import Names
    from migration_stacks.settings import DmsSettings, SourceSettings

# The names are DMS's own; an account has each role once.
_SERVICE_ROLES: Final = {
    "dms-vpc-role": "AmazonDMSVPCManagementRole",
    "dms-cloudwatch-logs-role": "AmazonDMSCloudWatchLogsRole",
}


class DmsStack(cdk.Stack):
    """What lives for weeks. CloudFormation makes the task and never starts or stops it."""

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
        vpc: ec2.IVpc,
        security_group: ec2.ISecurityGroup,
        log_retention: logs.RetentionDays,
        protect: bool,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            env=env,
            description="Migration: DMS instance, endpoints and task",
            termination_protection=protect,
        )
        self._names = names
        self._key = databases.key
        roles = self._service_roles() if settings.create_service_roles else []
        self.instance = self._instance(settings, vpc, security_group, roles)
        # DMS would make it itself, kept for ever and left behind.
        log_group = logs.LogGroup(
            self,
            "TaskLog",
            log_group_name=f"dms-tasks-{names.replication}",
            retention=log_retention,
            removal_policy=cdk.RemovalPolicy.DESTROY,
        )
        access = self._secrets_access(databases)
        source_endpoint = self._source_endpoint(source, databases, access)
        target_endpoint = self._target_endpoint(target_database, databases, access)
        self.task = dms.CfnReplicationTask(
            self,
            "Task",
            # Fixed on purpose. A change that would replace the task (another endpoint, another
            # type) would load everything again from the start: the taken name makes the
            # deployment fail instead, before anything happens.
            replication_task_identifier=names.replication,
            migration_type="full-load-and-cdc",
            replication_instance_arn=self.instance.ref,
            source_endpoint_arn=source_endpoint.ref,
            target_endpoint_arn=target_endpoint.ref,
            table_mappings=table_mappings(schemas=source.schemas),
            replication_task_settings=TaskSettings(
                lob_max_kilobytes=settings.lob_max_kilobytes,
                full_load_tables=settings.full_load_tables,
            ).document(),
        )

        self.task.node.add_dependency(log_group)

    @property
    def task_arn(self) -> str:
        return self.task.ref

    def _service_roles(self) -> list[iam.Role]:
        """Kept when the stack goes: another migration in the account may have come to use them."""
        roles = []
        for name, policy in _SERVICE_ROLES.items():
            role = iam.Role(
                self,
                "".join(part.title() for part in name.split("-")),
                role_name=name,
                assumed_by=iam.ServicePrincipal("dms.amazonaws.com"),
                managed_policies=[
                    iam.ManagedPolicy.from_aws_managed_policy_name(f"service-role/{policy}")
                ],
            )
            role.apply_removal_policy(cdk.RemovalPolicy.RETAIN)
            roles.append(role)
        return roles

    def _instance(
        self,
        settings: DmsSettings,
        vpc: ec2.IVpc,
        security_group: ec2.ISecurityGroup,
        roles: list[iam.Role],
    ) -> dms.CfnReplicationInstance:
        subnets = dms.CfnReplicationSubnetGroup(
            self,
            "Subnets",
            replication_subnet_group_description="The isolated subnets of the migration",
            subnet_ids=vpc.select_subnets(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED).subnet_ids,
        )
        for role in roles:
            # DMS acts as dms-vpc-role to look at the subnets; without it: AccessDeniedFault.
            subnets.node.add_dependency(role)
        return dms.CfnReplicationInstance(
            self,
            "Instance",
            replication_instance_identifier=self._names.replication,
            replication_instance_class=settings.instance_class,
            engine_version=settings.engine_version,
            allocated_storage=settings.storage_gigabytes,
            multi_az=settings.multi_az,
            # DMS's own default is true, and it can't be changed later.
            publicly_accessible=False,
            # An upgrade stops the task: at a time that a person chooses.
            auto_minor_version_upgrade=False,
            allow_major_version_upgrade=False,
            kms_key_id=self._key.key_arn,
            replication_subnet_group_identifier=subnets.ref,
            vpc_security_group_ids=[security_group.security_group_id],
        )

    def _secrets_access(self, databases: DatabaseStack) -> iam.Role:
        return iam.Role(
            self,
            "SecretsAccess",
            description="Lets DMS read the credentials of its two endpoints",
            # The guide names the regional principal; newer regions assume by the global one.
            assumed_by=iam.CompositePrincipal(
                iam.ServicePrincipal(f"dms.{self.region}.amazonaws.com"),
                iam.ServicePrincipal("dms.amazonaws.com"),
            ),
            # Inline: an endpoint made before a policy of its own is attached would be refused.
            inline_policies={
                "ReadSecrets": iam.PolicyDocument(
                    statements=[
                        *read_secrets(
                            secrets=[databases.source_replication_secret, databases.target_secret],
                            key=self._key,
                        ),
                        iam.PolicyStatement(
                            actions=["kms:DescribeKey"], resources=[self._key.key_arn]
                        ),
                    ]
                )
            },
        )

    def _source_endpoint(
        self, source: SourceSettings, databases: DatabaseStack, access: iam.Role
    ) -> dms.CfnEndpoint:
        return dms.CfnEndpoint(
            self,
            "Source",
            endpoint_type="source",
            engine_name="postgres",
            database_name=source.database,
            ssl_mode="require",
            kms_key_id=self._key.key_arn,
            postgre_sql_settings=dms.CfnEndpoint.PostgreSqlSettingsProperty(
                secrets_manager_secret_id=databases.source_replication_secret.secret_arn,
                secrets_manager_access_role_arn=access.role_arn,
                # pglogical can't decode tables with REPLICA IDENTITY FULL.
                plugin_name="test-decoding",
                # DMS would install an event trigger, which only a superuser may; the cutover
                # freezes DDL instead.
                capture_ddls=False,
                # On a quiet database the slot would otherwise hold WAL for ever.
                heartbeat_enable=True,
                heartbeat_schema="cutover",
                heartbeat_frequency=1,
                fail_tasks_on_lob_truncation=True,
                # On both endpoints or on none: with one alone, booleans travel as text.
                map_boolean_as_boolean=True,
            ),
        )

    def _target_endpoint(
        self, database: str, databases: DatabaseStack, access: iam.Role
    ) -> dms.CfnEndpoint:
        return dms.CfnEndpoint(
            self,
            "Target",
            endpoint_type="target",
            engine_name="aurora-postgresql",
            database_name=database,
            ssl_mode="require",
            kms_key_id=self._key.key_arn,
            postgre_sql_settings=dms.CfnEndpoint.PostgreSqlSettingsProperty(
                secrets_manager_secret_id=databases.target_secret.secret_arn,
                secrets_manager_access_role_arn=access.role_arn,
                # For DMS's sessions alone. In the parameter group it would switch off foreign
                # keys and triggers for the application too, and still do so after the cutover.
                after_connect_script="SET session_replication_role='replica'",
                map_boolean_as_boolean=True,
            ),
        )
