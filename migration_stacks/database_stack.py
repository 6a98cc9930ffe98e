"""The target, Aurora PostgreSQL, and the credentials of both sides."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import aws_cdk as cdk

from migration_stacks.cfn import secretsmanager
from migration_stacks.constructs.acknowledged import acknowledge
from migration_stacks.constructs.aurora import AuroraCluster
from migration_stacks.constructs.daily_snapshots import DailySnapshots
from migration_stacks.constructs.encryption import stack_key

if TYPE_CHECKING:
    from collections.abc import Sequence

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
        subnet_ids: Sequence[str],
        security_group_id: str,
        availability_zones: Sequence[str],
        log_days: int,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            env=env,
            description="Migration: Aurora PostgreSQL and the credentials of both databases",
            termination_protection=settings.deletion_protection,
        )
        # `cutover cost` reads both: the template's resources show only the one that is deployed.
        self.template_options.metadata = {
            "Migration": {
                "MaxCapacity": settings.max_capacity,
                "FullLoadMaxCapacity": settings.full_load_max_capacity,
            }
        }
        self.key_arn = stack_key(
            self,
            "Key",
            alias=names.stack("data"),
            description="The migrated data: cluster, replication instance, credentials, logs",
            # The last snapshot and every backup can't be read without it.
            keep=settings.deletion_protection,
        )
        self.source_replication_secret_arn = self._source_secret(
            "SourceReplicationSecret", source, source.replication_user
        )
        self.source_cutover_secret_arn = self._source_secret(
            "SourceCutoverSecret", source, source.cutover_user
        )
        administrator_secret_arn = self._secret(
            "AdministratorSecret",
            description=f"The role {settings.administrator} on the target",
            known={"username": settings.administrator},
        )
        self.cluster = AuroraCluster(
            self,
            "Cluster",
            names=names,
            settings=settings,
            administrator_secret_arn=administrator_secret_arn,
            subnet_ids=subnet_ids,
            security_group_id=security_group_id,
            availability_zones=availability_zones,
            key_arn=self.key_arn,
            log_days=log_days,
        )
        # Both in any case: an export that a changed traffic.mode no longer needs could not be taken
        # away here while the deployed cutover stack, whose turn comes later, still imports it.
        self.export_value(self.cluster.endpoint)
        self.export_value(self.cluster.reader_endpoint)
        self.target_secret_arn = self._attached("AdministratorSecret", administrator_secret_arn)
        self.target_replication_secret_arn = self._target_secret(
            "TargetReplicationSecret", settings.replication_user
        )
        self.target_cutover_secret_arn = self._target_secret(
            "TargetCutoverSecret", settings.cutover_user
        )
        self.application_secret_arn = self._target_secret(
            "ApplicationSecret", settings.application_user
        )
        for output, secret_arn in (
            ("SourceReplicationSecretArn", self.source_replication_secret_arn),
            ("SourceCutoverSecretArn", self.source_cutover_secret_arn),
            ("ApplicationSecretArn", self.application_secret_arn),
        ):
            # A person reads these: the first two passwords are given to roles by hand.
            cdk.CfnOutput(self, output, value=secret_arn)
        if settings.deletion_protection:
            DailySnapshots(
                self,
                "DailySnapshots",
                vault_name=names.backup_vault,
                key_arn=self.key_arn,
                cluster_arn=self.cluster.arn,
                days=settings.snapshot_days,
            )

    def _source_secret(self, construct_id: str, source: SourceSettings, user: str) -> str:
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

    def _target_secret(self, construct_id: str, user: str) -> str:
        """The role itself, with this password, is made by the function of the cutover stack."""
        secret_arn = self._secret(
            construct_id, description=f"The role {user} on the target", known={"username": user}
        )
        return self._attached(construct_id, secret_arn)

    def _attached(self, construct_id: str, secret_arn: str) -> str:
        """The same ARN, for whom host, port and database must be in the secret's value.

        They are added once they are known. In the secret's template they would be part of what
        makes the password, and a new endpoint a new one.
        """
        return secretsmanager.CfnSecretTargetAttachment(
            self,
            f"{construct_id}Attachment",
            secret_id=secret_arn,
            target_id=self.cluster.name,
            target_type="AWS::RDS::DBCluster",
        ).ref

    def _secret(self, construct_id: str, *, description: str, known: dict[str, str]) -> str:
        secret = secretsmanager.CfnSecret(
            self,
            construct_id,
            description=description,
            kms_key_id=self.key_arn,
            generate_secret_string=secretsmanager.CfnSecret.GenerateSecretStringProperty(
                secret_string_template=json.dumps(known),
                generate_string_key="password",
                password_length=40,
                exclude_characters=UNUSABLE_CHARACTERS,
            ),
        )
        acknowledge(secret, _NOT_ROTATED)
        return secret.ref
