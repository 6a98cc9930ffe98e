"""The target's cluster: Aurora PostgreSQL, one instance a zone, and its administrator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import aws_cdk as cdk
from constructs import Construct

from migration_stacks.cfn import rds
from migration_stacks.constructs.acknowledged import acknowledge
from migration_stacks.constructs.arns import PARTITION, arn
from migration_stacks.constructs.encryption import log_group
from migration_stacks.constructs.policies import service_role

if TYPE_CHECKING:
    from collections.abc import Sequence

    from migration_stacks.names import Names
    from migration_stacks.settings import DatabaseSettings

_ENGINE: Final = "aurora-postgresql"

# Advanced insights and 15 months of history go together.
_HISTORY_DAYS: Final = {"standard": 7, "advanced": 465}

_PROTECTED: Final = (
    "AwsSolutions-RDS10",
    "NIST.800.53.R5-RDSInstanceDeletionProtectionEnabled",
)

_DISPOSABLE: Final = (
    "The environment is declared disposable (deletion_protection = false), so that it can be "
    "removed; the cluster's continuous backup stays on"
)
_PLANNED: Final = (
    "An instance of Aurora has no storage of its own; the cluster, which has it, is in the plan of "
    "DailySnapshots"
)


class AuroraCluster(Construct):
    """Serverless instances of which the first is the writer, as long as nothing fails over."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        names: Names,
        settings: DatabaseSettings,
        administrator_secret_arn: str,
        subnet_ids: Sequence[str],
        security_group_id: str,
        availability_zones: Sequence[str],
        key_arn: str,
        log_days: int,
    ) -> None:
        super().__init__(scope, construct_id)
        self._names, self._settings, self._key_arn = names, settings, key_arn
        self._history_days = _HISTORY_DAYS[settings.insights]
        # RDS would make it itself, kept for ever and left behind.
        log = log_group(
            self,
            "Log",
            name=f"/aws/rds/cluster/{names.cluster}/postgresql",
            key_arn=key_arn,
            days=log_days,
        )
        cluster = self._cluster(administrator_secret_arn, subnet_ids, security_group_id)
        cluster.add_resource_dependency(log)
        self.name = cluster.ref
        self.endpoint = cluster.attr_endpoint_address
        self.reader_endpoint = cluster.attr_read_endpoint_address
        self._make_instances(availability_zones)

    @property
    def arn(self) -> str:
        return arn("rds", f"cluster:{self.name}")

    def _cluster(
        self, administrator_secret_arn: str, subnet_ids: Sequence[str], security_group_id: str
    ) -> rds.CfnDBCluster:
        settings, of = self._settings, rds.CfnDBCluster
        cluster = of(
            self,
            "Resource",
            db_cluster_identifier=self._names.cluster,
            engine=_ENGINE,
            engine_version=settings.engine_version,
            db_cluster_parameter_group_name=self._parameters(),
            serverless_v2_scaling_configuration=of.ServerlessV2ScalingConfigurationProperty(
                min_capacity=settings.min_capacity, max_capacity=settings.highest_capacity
            ),
            database_name=settings.name,
            port=5432,
            master_username=settings.administrator,
            master_user_password=(
                f"{{{{resolve:secretsmanager:{administrator_secret_arn}:SecretString:password::}}}}"
            ),
            # Costs nothing while no role is a member of rds_iam, and none of ours is: DMS and a
            # switch of milliseconds can't fetch a token each quarter of an hour. For people.
            enable_iam_database_authentication=True,
            database_insights_mode=settings.insights,
            performance_insights_enabled=True,
            performance_insights_retention_period=self._history_days,
            performance_insights_kms_key_id=self._key_arn,
            # Without this line the version's end of life would begin a charge by the hour instead
            # of asking for an upgrade.
            engine_lifecycle_support="open-source-rds-extended-support-disabled",
            db_subnet_group_name=rds.CfnDBSubnetGroup(
                self,
                "Subnets",
                db_subnet_group_description="The isolated subnets of the migration",
                subnet_ids=list(subnet_ids),
            ).ref,
            vpc_security_group_ids=[security_group_id],
            storage_encrypted=True,
            kms_key_id=self._key_arn,
            backup_retention_period=settings.backup_days,
            copy_tags_to_snapshot=True,
            enable_cloudwatch_logs_exports=["postgresql"],
            deletion_protection=settings.deletion_protection,
        )
        cluster.apply_removal_policy(
            cdk.RemovalPolicy.SNAPSHOT
            if settings.deletion_protection
            else cdk.RemovalPolicy.DESTROY
        )
        if not settings.deletion_protection:
            acknowledge(cluster, dict.fromkeys(_PROTECTED, _DISPOSABLE))
        return cluster

    def _parameters(self) -> str:
        family = f"{_ENGINE}{self._settings.engine_version.split('.')[0]}"
        return rds.CfnDBClusterParameterGroup(
            self,
            "ParameterGroup",
            family=family,
            description=f"Cluster parameter group for {family}",
            parameters={
                "rds.force_ssl": "1",
                # Not for the way there: the way back replicates out of Aurora, and this parameter
                # needs a restart, which must not come after the switch.
                "rds.logical_replication": "1",
            },
        ).ref

    def _make_instances(self, availability_zones: Sequence[str]) -> None:
        monitoring_role_arn = self._monitoring_role_arn()
        writer: rds.CfnDBInstance | None = None
        for number, zone in enumerate(availability_zones, start=1):
            instance = rds.CfnDBInstance(
                self,
                f"Instance{number}",
                db_cluster_identifier=self.name,
                db_instance_identifier=self._names.cluster_instance(number),
                db_instance_class="db.serverless",
                engine=_ENGINE,
                availability_zone=zone,
                # A reader of tier 0 or 1 is kept as large as the writer, and takes over without
                # being too small for its load.
                promotion_tier=0 if number == 1 else 1,
                publicly_accessible=False,
                # A minor version taken in the middle of a migration is one change too many.
                auto_minor_version_upgrade=False,
                ca_certificate_identifier=self._settings.ca_certificate,
                enable_performance_insights=True,
                performance_insights_retention_period=self._history_days,
                performance_insights_kms_key_id=self._key_arn,
                # What the operating system sees, which CloudWatch's metrics of an instance do not
                # show.
                monitoring_interval=60,
                monitoring_role_arn=monitoring_role_arn,
            )
            if writer is None:
                writer = instance
            else:
                # The first instance that a cluster gets becomes its writer.
                instance.add_resource_dependency(writer)
            acknowledge(
                instance,
                {
                    "NIST.800.53.R5-RDSInBackupPlan": _PLANNED
                    if self._settings.deletion_protection
                    else _DISPOSABLE
                },
            )

    def _monitoring_role_arn(self) -> str:
        policy = "service-role/AmazonRDSEnhancedMonitoringRole"
        role = service_role(
            self,
            "MonitoringRole",
            service="monitoring.rds.amazonaws.com",
            managed=[f"arn:{PARTITION}:iam::aws:policy/{policy}"],
        )
        acknowledge(
            role,
            {
                f"AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/{policy}]": (
                    "RDS asks for exactly this policy: it may write to the log group RDSOSMetrics "
                    "and nothing else"
                )
            },
        )
        return role.attr_arn
