"""The target, Aurora PostgreSQL, and the credentials of both sides."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_rds as rds
from aws_cdk import aws_secretsmanager as secretsmanager

from migration_stacks.constructs.acknowledged import acknowledge
from migration_stacks.constructs.daily_snapshots import DailySnapshots
from migration_stacks.constructs.encryption import log_group, stack_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aws_cdk import aws_logs as logs
    from constructs import Construct

    from migration_stacks.names import Names
    from migration_stacks.settings import DatabaseSettings, SourceSettings

# DMS reads ; : + . as marks of its own. The others need quoting in a shell or in a URL.
UNUSABLE_CHARACTERS: Final = " %+~`#$&*()|[]{}:;<>?!'/@\"\\,.=^"

_NO_ROTATION: Final = (
    "DMS keeps the credentials that it connected with, so a rotation in the middle of a migration "
    "would stop the task at its next connection; passwords are 40 characters, made by Secrets "
    "Manager, and go with the migration"
)
_NOT_ROTATED: Final = {
    "AwsSolutions-SMG4": _NO_ROTATION,
    "NIST.800.53.R5-SecretsManagerRotationEnabled": _NO_ROTATION,
}
_PROTECTED: Final = (
    "AwsSolutions-RDS10",
    "NIST.800.53.R5-RDSInstanceDeletionProtectionEnabled",
)


def _instance(number: int) -> str:
    return f"Instance{number}"


class DatabaseStack(cdk.Stack):
    """What outlives the migration. Nothing in it depends on the other stacks' daily changes."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        env: cdk.Environment,
        names: Names,
        settings: DatabaseSettings,
        source: SourceSettings,
        vpc: ec2.IVpc,
        security_group: ec2.ISecurityGroup,
        availability_zones: Sequence[str],
        log_retention: logs.RetentionDays,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            env=env,
            description="Migration: Aurora PostgreSQL and the credentials of both databases",
            termination_protection=settings.deletion_protection,
        )
        self._keep = settings.deletion_protection
        # `cutover cost` reads both: the template's resources show only the one that is deployed.
        self.template_options.metadata = {
            "Migration": {
                "MaxCapacity": settings.max_capacity,
                "FullLoadMaxCapacity": settings.full_load_max_capacity,
            }
        }
        self.key = stack_key(
            self,
            "Key",
            alias=names.stack("data"),
            description="The migrated data: cluster, replication instance, credentials, logs",
            # The last snapshot and every backup can't be read without it.
            removal_policy=self._data_policy(cdk.RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE),
        )
        self.source_replication_secret = self._source_secret(
            "SourceReplicationSecret", source, source.replication_user
        )
        self.source_cutover_secret = self._source_secret(
            "SourceCutoverSecret", source, source.cutover_user
        )
        self.cluster = self._cluster(names, settings, vpc, security_group, availability_zones)
        self._acknowledge_cluster(instances=len(availability_zones))
        # Both in any case: an export that a changed traffic.mode no longer needs could not be taken
        # away here while the deployed cutover stack, whose turn comes later, still imports it.
        self.export_value(self.cluster.cluster_endpoint.hostname)
        self.export_value(self.cluster.cluster_read_endpoint.hostname)
        # RDS would make it itself, kept for ever and left behind.
        log = log_group(
            self,
            "ClusterLog",
            name=f"/aws/rds/cluster/{names.cluster}/postgresql",
            key=self.key,
            keep=log_retention,
        )
        self.cluster.node.add_dependency(log)
        secret = self.cluster.secret
        assert secret is not None, "a cluster with generated credentials has a secret"
        self.target_secret = secret
        self.target_replication_secret = self._target_secret(
            "TargetReplicationSecret", settings.replication_user
        )
        self.target_cutover_secret = self._target_secret(
            "TargetCutoverSecret", settings.cutover_user
        )
        self.application_secret = self._target_secret(
            "ApplicationSecret", settings.application_user
        )
        for output, secret in (
            ("SourceReplicationSecretArn", self.source_replication_secret),
            ("SourceCutoverSecretArn", self.source_cutover_secret),
            ("ApplicationSecretArn", self.application_secret),
        ):
            # A person reads these: the first two passwords are given to roles by hand.
            cdk.CfnOutput(self, output, value=secret.secret_arn)
        if self._keep:
            DailySnapshots(
                self,
                "DailySnapshots",
                vault_name=names.backup_vault,
                key=self.key,
                cluster=self.cluster,
                days=settings.snapshot_days,
            )

    def _data_policy(self, protected: cdk.RemovalPolicy) -> cdk.RemovalPolicy:
        return protected if self._keep else cdk.RemovalPolicy.DESTROY

    def _source_secret(
        self, construct_id: str, source: SourceSettings, user: str
    ) -> secretsmanager.Secret:
        """The password is made here and given to the role on the source by a person, so that no
        password is ever in a file. Another host, port, database or role makes a new password."""
        return self._secret(
            construct_id,
            description=f"The role {user} on the source",
            known={
                "username": user,
                "host": source.host,
                "port": str(source.port),
                "dbname": source.database,
            },
        )

    def _target_secret(self, construct_id: str, user: str) -> secretsmanager.ISecret:
        """The role itself, with this password, is made by the function of the cutover stack.

        Attached: host, port and database are added to the secret's value once they are known. In
        its template they would be part of what makes the password, and a new endpoint a new one.
        """
        return self._secret(
            construct_id, description=f"The role {user} on the target", known={"username": user}
        ).attach(self.cluster)

    def _secret(
        self, construct_id: str, *, description: str, known: dict[str, str]
    ) -> secretsmanager.Secret:
        secret = secretsmanager.Secret(
            self,
            construct_id,
            description=description,
            encryption_key=self.key,
            generate_secret_string=secretsmanager.SecretStringGenerator(
                secret_string_template=json.dumps(known),
                generate_string_key="password",
                password_length=40,
                exclude_characters=UNUSABLE_CHARACTERS,
            ),
        )
        acknowledge(secret, _NOT_ROTATED)
        return secret

    def _acknowledge_cluster(self, *, instances: int) -> None:
        disposable = (
            "The environment is declared disposable (deletion_protection = false), so that it can "
            "be removed; the cluster's continuous backup stays on"
        )
        acknowledge(
            self.cluster,
            {
                **_NOT_ROTATED,
                "AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/"
                "AmazonRDSEnhancedMonitoringRole]": (
                    "RDS asks for exactly this policy: it may write to the log group RDSOSMetrics "
                    "and nothing else"
                ),
                **({} if self._keep else dict.fromkeys(_PROTECTED, disposable)),
            },
        )
        planned = (
            "An instance of Aurora has no storage of its own; the cluster, which has it, is in the "
            "plan of DailySnapshots"
        )
        for number in range(1, instances + 1):
            acknowledge(
                self.cluster.node.find_child(_instance(number)),
                {"NIST.800.53.R5-RDSInBackupPlan": planned if self._keep else disposable},
            )

    def _cluster(
        self,
        names: Names,
        settings: DatabaseSettings,
        vpc: ec2.IVpc,
        security_group: ec2.ISecurityGroup,
        availability_zones: Sequence[str],
    ) -> rds.DatabaseCluster:
        authority = rds.CaCertificate.of(settings.ca_certificate)
        # Advanced insights and 15 months of history go together, and all instances must be alike.
        mode, history = (
            (rds.DatabaseInsightsMode.ADVANCED, rds.PerformanceInsightRetention.MONTHS_15)
            if settings.insights == "advanced"
            else (rds.DatabaseInsightsMode.STANDARD, rds.PerformanceInsightRetention.DEFAULT)
        )
        writer, *readers = [
            rds.ClusterInstance.serverless_v2(
                _instance(number),
                instance_identifier=names.cluster_instance(number),
                availability_zone=zone,
                # A reader as large as the writer takes over without being too small for its load.
                scale_with_writer=number > 1,
                # A minor version taken in the middle of a migration is one change too many.
                auto_minor_version_upgrade=False,
                ca_certificate=authority,
                enable_performance_insights=True,
                performance_insight_retention=history,
                performance_insight_encryption_key=self.key,
            )
            for number, zone in enumerate(availability_zones, start=1)
        ]
        version = settings.engine_version
        return rds.DatabaseCluster(
            self,
            "Cluster",
            cluster_identifier=names.cluster,
            engine=rds.DatabaseClusterEngine.aurora_postgres(
                version=rds.AuroraPostgresEngineVersion.of(version, version.split(".")[0])
            ),
            writer=writer,
            readers=readers,
            serverless_v2_min_capacity=settings.min_capacity,
            serverless_v2_max_capacity=settings.highest_capacity,
            default_database_name=settings.name,
            credentials=rds.Credentials.from_generated_secret(
                settings.administrator,
                encryption_key=self.key,
                exclude_characters=UNUSABLE_CHARACTERS,
            ),
            parameters={
                "rds.force_ssl": "1",
                # Not for the way there: the way back replicates out of Aurora, and this parameter
                # needs a restart, which must not come after the switch.
                "rds.logical_replication": "1",
            },
            # Costs nothing while no role is a member of rds_iam, and none of ours is: DMS and a
            # switch of milliseconds can't fetch a token each quarter of an hour. For people.
            iam_authentication=True,
            database_insights_mode=mode,
            performance_insight_retention=history,
            performance_insight_encryption_key=self.key,
            # What the operating system sees, which CloudWatch's metrics of an instance do not show.
            monitoring_interval=cdk.Duration.minutes(1),
            # Without this line the version's end of life would begin a charge by the hour instead
            # of asking for an upgrade.
            engine_lifecycle_support=rds.EngineLifecycleSupport.OPEN_SOURCE_RDS_EXTENDED_SUPPORT_DISABLED,
            vpc=vpc,
            vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED),
            security_groups=[security_group],
            storage_encrypted=True,
            storage_encryption_key=self.key,
            backup=rds.BackupProps(retention=cdk.Duration.days(settings.backup_days)),
            copy_tags_to_snapshot=True,
            cloudwatch_logs_exports=["postgresql"],
            deletion_protection=settings.deletion_protection,
            removal_policy=self._data_policy(cdk.RemovalPolicy.SNAPSHOT),
        )
