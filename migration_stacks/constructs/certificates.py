"""The bucket of the certificates, and of what else says how it was: written once each, read for years."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import aws_cdk as cdk
from constructs import Construct

from migration_stacks.cfn import s3
from migration_stacks.constructs.acknowledged import acknowledge
from migration_stacks.constructs.policies import document

if TYPE_CHECKING:
    from migration_stacks.constructs.policies import Statement


class Certificates(Construct):
    """Encrypted with the stack's key, versioned, for nobody outside, only over TLS.

    With `lock_days` no version can be removed or changed for so long but by who may bypass
    governance. The bucket always stays when the stack goes: CloudFormation can't delete one that
    has something in it, and `cdk destroy` would fail after every migration.

    Under facts/ functions leave the names of tables for each other, an object for each set of names:
    few in a migration, so that a lock does no harm and nothing has to expire.
    """

    SCHEMA: Final = "schema"
    """The folder of what is told about a copy of the schema (cutover/schema/report.py)."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        key_arn: str,
        lock_days: int,
        migration: str,
    ) -> None:
        super().__init__(scope, construct_id)
        of = s3.CfnBucket
        lock: dict[str, Any] = {}
        if lock_days:
            lock = {
                "object_lock_enabled": True,
                "object_lock_configuration": of.ObjectLockConfigurationProperty(
                    object_lock_enabled="Enabled",
                    rule=of.ObjectLockRuleProperty(
                        default_retention=of.DefaultRetentionProperty(
                            mode="GOVERNANCE", days=lock_days
                        )
                    ),
                ),
            }
        bucket = of(
            self,
            # No name: one that stays would be in the way of the next deployment of this environment.
            "Bucket",
            bucket_encryption=of.BucketEncryptionProperty(
                server_side_encryption_configuration=[
                    of.ServerSideEncryptionRuleProperty(
                        bucket_key_enabled=True,
                        server_side_encryption_by_default=of.ServerSideEncryptionByDefaultProperty(
                            sse_algorithm="aws:kms", kms_master_key_id=key_arn
                        ),
                    )
                ]
            ),
            versioning_configuration=of.VersioningConfigurationProperty(status="Enabled"),
            public_access_block_configuration=of.PublicAccessBlockConfigurationProperty(
                block_public_acls=True,
                block_public_policy=True,
                ignore_public_acls=True,
                restrict_public_buckets=True,
            ),
            ownership_controls=of.OwnershipControlsProperty(
                rules=[of.OwnershipControlsRuleProperty(object_ownership="BucketOwnerEnforced")]
            ),
            **lock,
        )
        bucket.apply_removal_policy(cdk.RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE)
        s3.CfnBucketPolicy(
            self,
            "Policy",
            bucket=bucket.ref,
            policy_document=document(_only_over_tls(bucket.attr_arn)),
        )
        acknowledge(bucket, _ACCEPTED)
        self.name, self.arn = bucket.ref, bucket.attr_arn
        self.any_object = {
            f"AwsSolutions-IAM5[Resource::<{cdk.Stack.of(self).get_logical_id(bucket)}.Arn>"
            "/certificates/*]": "A certificate is named for its execution, which is named by being "
            "started; one that is there is never replaced, and none can be removed."
        }
        """The finding about who may write any certificate, with what answers it."""
        self.any_facts = {
            f"AwsSolutions-IAM5[Resource::<{cdk.Stack.of(self).get_logical_id(bucket)}.Arn>"
            "/facts/*]": "The names of tables are stored under their SHA-256; what is there is never "
            "replaced, and none can be removed."
        }
        """The finding about who may leave or read the names of tables, with what answers it."""
        self.any_report = {
            f"AwsSolutions-IAM5[Resource::<{cdk.Stack.of(self).get_logical_id(bucket)}.Arn>"
            f"/reports/{migration}/*]": "A report is named for its execution, which is named by being started; "
            "one that is there is never replaced, and none can be removed."
        }
        """The finding about who may write any report, with what answers it."""
        self.any_assessment = {
            f"AwsSolutions-IAM5[Resource::<{cdk.Stack.of(self).get_logical_id(bucket)}.Arn>"
            "/assessments/*]": "DMS names the results of an assessment itself, within this folder."
        }
        """The finding about what DMS may write, with what answers it."""
        self.any_schema_report = {
            f"AwsSolutions-IAM5[Resource::<{cdk.Stack.of(self).get_logical_id(bucket)}.Arn>"
            f"/{self.SCHEMA}/*]": "A report of a copied schema is named for its execution, which is named by "
            "being started."
        }
        """The finding about who may write reports of a copied schema, with what answers it."""


def _only_over_tls(bucket_arn: str) -> Statement:
    return {
        "Effect": "Deny",
        "Action": "s3:*",
        "Principal": {"AWS": "*"},
        "Resource": [bucket_arn, f"{bucket_arn}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


_LOGGED = (
    "Few objects, each written once and its SHA-256 in the journal: a changed one shows without "
    "a log of who read it, and a bucket for the log would need one itself."
)
_ACCEPTED = {
    "AwsSolutions-S1": _LOGGED,
    "NIST.800.53.R5-S3BucketLoggingEnabled": _LOGGED,
    "NIST.800.53.R5-S3BucketReplicationEnabled": "The journal has every value of a certificate, "
    "and a copy in another region would be the only thing of this migration there.",
}
