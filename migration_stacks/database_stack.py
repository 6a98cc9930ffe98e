"""The target, Aurora PostgreSQL, and the credentials of both sides."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_rds as rds
from aws_cdk import aws_secretsmanager as secretsmanager

if TYPE_CHECKING:
    from collections.abc import Sequence

    from constructs import Construct

    from migration_stacks.names import Names
    from migration_stacks.settings import DatabaseSettings, SourceSettings

# DMS reads ; : + . as marks of its own. The others need quoting in a shell or in a URL.
UNUSABLE_CHARACTERS: Final = " %+~`#$&*()|[]{}:;<>?!'/@\"\\,.=^"


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
        self.key = kms.Key(
            self,
            "Key",
            alias=names.stack("data"),
            description="The migrated data: cluster, replication instance, credentials",
            enable_key_rotation=True,
            # The last snapshot and every backup can't be read without it.
            removal_policy=self._data_policy(cdk.RemovalPolicy.RETAIN),
        )
        self.source_replication_secret = self._source_secret(
            "SourceReplicationSecret", source, source.replication_user
        )
        self.source_cutover_secret = self._source_secret(
            "SourceCutoverSecret", source, source.cutover_user
        )
        self.cluster = self._cluster(names, settings, vpc, security_group, availability_zones)
        # Both in any case: an export that a changed traffic.mode no longer needs could not be taken
        # away here while the deployed cutover stack, whose turn comes later, still imports it.
        self.export_value(self.cluster.cluster_endpoint.hostname)
        self.export_value(self.cluster.cluster_read_endpoint.hostname)
        # RDS would make it itself, kept for ever and left behind.
        log_group = logs.LogGroup(
            self,
            "ClusterLog",
            log_group_name=f"/aws/rds/cluster/{names.cluster}/postgresql",
            retention=log_retention,
            removal_policy=cdk.RemovalPolicy.DESTROY,
        )
        self.cluster.node.add_dependency(log_group)
        secret = self.cluster.secret
        assert secret is not None, "a cluster with generated credentials has a secret"
        self.target_secret = secret

    def _data_policy(self, protected: cdk.RemovalPolicy) -> cdk.RemovalPolicy:
        return protected if self._keep else cdk.RemovalPolicy.DESTROY

    def _source_secret(
        self, construct_id: str, source: SourceSettings, user: str
    ) -> secretsmanager.Secret:
        """The password is made here and given to the role on the source by a person, so that no
        password is ever in a file. Another host, port, database or role makes a new password."""
        return secretsmanager.Secret(
            self,
            construct_id,
            description=f"The role {user} on the source",
            encryption_key=self.key,
            generate_secret_string=secretsmanager.SecretStringGenerator(
                secret_string_template=json.dumps(
                    {
                        "username": user,
                        "host": source.host,
                        "port": str(source.port),
                        "dbname": source.database,
                    }
                ),
                generate_string_key="password",
                password_length=40,
                exclude_characters=UNUSABLE_CHARACTERS,
            ),
        )

    def _cluster(
        self,
        names: Names,
        settings: DatabaseSettings,
        vpc: ec2.IVpc,
        security_group: ec2.ISecurityGroup,
        availability_zones: Sequence[str],
    ) -> rds.DatabaseCluster:
        writer, *readers = [
            rds.ClusterInstance.serverless_v2(
                f"Instance{number}",
                instance_identifier=names.cluster_instance(number),
                availability_zone=zone,
                # A reader as large as the writer takes over without being too small for its load.
                scale_with_writer=number > 1,
                # A minor version taken in the middle of a migration is one change too many.
                auto_minor_version_upgrade=False,
                enable_performance_insights=True,
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
            serverless_v2_max_capacity=settings.max_capacity,
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
