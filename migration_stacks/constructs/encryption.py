"""A stack's own key, and the log groups that it encrypts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aws_cdk as cdk

from migration_stacks.cfn import kms, logs
from migration_stacks.constructs.arns import ACCOUNT, PARTITION, REGION, arn
from migration_stacks.constructs.policies import Statement, allow, document

if TYPE_CHECKING:
    from collections.abc import Sequence

    from constructs import Construct


def stack_key(
    scope: Construct,
    construct_id: str,
    *,
    alias: str,
    description: str,
    publishers: Sequence[str] = (),
    keep: bool = False,
) -> str:
    """The ARN of a rotated key that CloudWatch Logs and these service principals may use for this
    account; `keep`: also when the stack goes.

    One a stack, not one for all: a key shared by stacks would have every stack that names a role
    in its policy wait for every other.
    """
    key = kms.CfnKey(
        scope,
        construct_id,
        description=description,
        enable_key_rotation=True,
        key_policy=document(
            # Without it nobody could ever change the key, and no policy of a role would count.
            {
                **allow("kms:*", on="*"),
                "Principal": {"AWS": f"arn:{PARTITION}:iam::{ACCOUNT}:root"},
            },
            _logs(),
            *([_publish(publishers)] if publishers else []),
        ),
    )
    if keep:
        key.apply_removal_policy(cdk.RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE)
    key_arn = key.attr_arn
    kms.CfnAlias(scope, f"{construct_id}Alias", alias_name=f"alias/{alias}", target_key_id=key_arn)
    return key_arn


def _logs() -> Statement:
    """Without it a log group with this key can't be made (CloudWatch Logs guide, "Encrypt log
    data"); the condition keeps it to the groups of this account and region."""
    return {
        "Sid": "Logs",
        **allow(
            "kms:Decrypt",
            "kms:DescribeKey",
            "kms:Encrypt",
            "kms:GenerateDataKey*",
            "kms:ReEncrypt*",
            on="*",
            when={"ArnLike": {"kms:EncryptionContext:aws:logs:arn": arn("logs", "*")}},
        ),
        "Principal": {"Service": f"logs.{REGION}.amazonaws.com"},
    }


def _publish(publishers: Sequence[str]) -> Statement:
    """A service that may publish to an encrypted topic and not use its key fails silently. No
    condition on the account here: EventBridge's calls carry none to an encrypted topic and would
    be refused (SNS guide, "Key management"); the topic's policy has it."""
    return {
        "Sid": "Publishers",
        **allow("kms:Decrypt", "kms:GenerateDataKey*", on="*"),
        "Principal": {"Service": list(publishers)},
    }


def log_group(
    scope: Construct, construct_id: str, *, name: str, key_arn: str, days: int
) -> logs.CfnLogGroup:
    """A log group under the name that its writer looks for, kept for so many days.

    Made here because the writer would make it itself: kept for ever, not encrypted with a key of
    the customer, and left behind by `cdk destroy`.
    """
    return logs.CfnLogGroup(
        scope, construct_id, log_group_name=name, kms_key_id=key_arn, retention_in_days=days
    )
