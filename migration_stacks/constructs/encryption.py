"""A stack's own key, and the log groups that it encrypts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from constructs import Construct

_BY_DAYS: Final = {
    30: logs.RetentionDays.ONE_MONTH,
    90: logs.RetentionDays.THREE_MONTHS,
    180: logs.RetentionDays.SIX_MONTHS,
    365: logs.RetentionDays.ONE_YEAR,
}


def retention(days: int) -> logs.RetentionDays:
    """`days` is one of those that MonitoringSettings.log_retention_days allows."""
    return _BY_DAYS[days]


def stack_key(
    scope: Construct,
    construct_id: str,
    *,
    alias: str,
    description: str,
    publishers: Sequence[str] = (),
    removal_policy: cdk.RemovalPolicy = cdk.RemovalPolicy.DESTROY,
) -> kms.Key:
    """A rotated key that CloudWatch Logs and these service principals may use for this account.

    One a stack, not one for all: a key shared by stacks would have every stack that names a role
    in its policy wait for every other.
    """
    key = kms.Key(
        scope,
        construct_id,
        alias=alias,
        description=description,
        enable_key_rotation=True,
        removal_policy=removal_policy,
    )
    # Without this line a log group with this key can't be made (CloudWatch Logs guide, "Encrypt
    # log data"); the condition keeps it to the groups of this account and region.
    key.add_to_resource_policy(
        iam.PolicyStatement(
            sid="Logs",
            principals=[iam.ServicePrincipal(f"logs.{cdk.Aws.REGION}.amazonaws.com")],
            actions=[
                "kms:Decrypt",
                "kms:DescribeKey",
                "kms:Encrypt",
                "kms:GenerateDataKey*",
                "kms:ReEncrypt*",
            ],
            resources=["*"],
            conditions={
                "ArnLike": {
                    "kms:EncryptionContext:aws:logs:arn": (
                        f"arn:{cdk.Aws.PARTITION}:logs:{cdk.Aws.REGION}:{cdk.Aws.ACCOUNT_ID}:*"
                    )
                }
            },
        )
    )
    if publishers:
        # A service that may publish to an encrypted topic and not use its key fails silently. No
        # condition on the account here: EventBridge's calls carry none to an encrypted topic and
        # would be refused (SNS guide, "Key management"); the topic's policy has it.
        key.add_to_resource_policy(
            iam.PolicyStatement(
                sid="Publishers",
                principals=[iam.ServicePrincipal(name) for name in publishers],
                actions=["kms:Decrypt", "kms:GenerateDataKey*"],
                resources=["*"],
            )
        )
    return key


def log_group(
    scope: Construct,
    construct_id: str,
    *,
    name: str,
    key: kms.IKey,
    keep: logs.RetentionDays,
) -> logs.LogGroup:
    """A log group under the name that its writer looks for.

    Made here because the writer would make it itself: kept for ever, not encrypted with a key of
    the customer, and left behind by `cdk destroy`.
    """
    return logs.LogGroup(
        scope,
        construct_id,
        log_group_name=name,
        encryption_key=key,
        retention=keep,
        removal_policy=cdk.RemovalPolicy.DESTROY,
    )
