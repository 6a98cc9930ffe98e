"""Permissions written on the role that uses them, never on the policy of the thing that is used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import aws_cdk as cdk
from aws_cdk import aws_iam as iam

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aws_cdk import aws_dynamodb as dynamodb
    from aws_cdk import aws_kms as kms
    from aws_cdk import aws_logs as logs
    from aws_cdk import aws_route53 as route53
    from aws_cdk import aws_secretsmanager as secretsmanager
    from aws_cdk import aws_sns as sns


# What CDK grants on a table's key for reading and for writing, without its wildcards.
_KEY_TO_READ: Final = ("kms:Decrypt", "kms:DescribeKey")
_KEY_TO_WRITE: Final = (
    *_KEY_TO_READ,
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:GenerateDataKeyWithoutPlaintext",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
)

# AWSLambdaVPCAccessExecutionRole, version 3, without its log actions.
_NETWORK_INTERFACES: Final = (
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:UnassignPrivateIpAddresses",
)


def use_key(*, key: kms.IKey, service: str, actions: Sequence[str]) -> iam.PolicyStatement:
    """Use of a key by way of one service only: never on data that was taken out of it."""
    return iam.PolicyStatement(
        actions=list(actions),
        resources=[key.key_arn],
        conditions={
            "StringEquals": {"kms:ViaService": f"{service}.{cdk.Aws.REGION}.amazonaws.com"}
        },
    )


def read_journal(*, table: dynamodb.ITable, key: kms.IKey) -> list[iam.PolicyStatement]:
    """Reading single items. DynamoDB asks the key in the name of whoever reads."""
    return [
        iam.PolicyStatement(actions=["dynamodb:GetItem"], resources=[table.table_arn]),
        use_key(key=key, service="dynamodb", actions=_KEY_TO_READ),
    ]


def write_journal(*, table: dynamodb.ITable, key: kms.IKey) -> list[iam.PolicyStatement]:
    """Reading and putting single items, also in a transaction; never changing or deleting one."""
    return [
        iam.PolicyStatement(
            actions=["dynamodb:GetItem", "dynamodb:PutItem"], resources=[table.table_arn]
        ),
        use_key(key=key, service="dynamodb", actions=_KEY_TO_WRITE),
    ]


def publish(*, topic: sns.ITopic, key: kms.IKey) -> list[iam.PolicyStatement]:
    """Publishing to an encrypted topic: its key is asked in the name of whoever publishes."""
    return [
        iam.PolicyStatement(actions=["sns:Publish"], resources=[topic.topic_arn]),
        use_key(key=key, service="sns", actions=["kms:Decrypt", "kms:GenerateDataKey"]),
    ]


def invoke(arns: Sequence[str]) -> iam.PolicyStatement:
    """Calling these functions."""
    return iam.PolicyStatement(actions=["lambda:InvokeFunction"], resources=list(arns))


def write_log(group: logs.ILogGroup) -> iam.PolicyStatement:
    """Writing one log. Not making it: one that is made again after a `cdk destroy`, by a line
    that comes late, would be kept for ever."""
    return iam.PolicyStatement(
        actions=["logs:CreateLogStream", "logs:PutLogEvents"], resources=[group.log_group_arn]
    )


def attach_to_network(*, function_name: str) -> list[iam.PolicyStatement]:
    """What Lambda does with the role to bring a function into a VPC, and the code may not.

    Lambda refuses a function whose role has it on less than all resources; the denial for calls
    that the function itself makes is the Lambda guide's ("Giving Lambda functions access to
    resources in an Amazon VPC").
    """
    # By its name: the function waits for its role's policy, and can't be waited for by it.
    arn = (
        f"arn:{cdk.Aws.PARTITION}:lambda:{cdk.Aws.REGION}:{cdk.Aws.ACCOUNT_ID}"
        f":function:{function_name}"
    )
    return [
        iam.PolicyStatement(actions=list(_NETWORK_INTERFACES), resources=["*"]),
        iam.PolicyStatement(
            effect=iam.Effect.DENY,
            actions=list(_NETWORK_INTERFACES),
            resources=["*"],
            conditions={"ArnEquals": {"lambda:SourceFunctionArn": arn}},
        ),
    ]


def read_secrets(
    *, secrets: Sequence[secretsmanager.ISecret], key: kms.IKey
) -> list[iam.PolicyStatement]:
    """Reading secrets that a customer key encrypts.

    `secret.grant_read` would name the role in the key's policy; with the role in a stack that
    needs the key's stack, each would then have to be deployed before the other.
    """
    return [
        iam.PolicyStatement(
            actions=["secretsmanager:GetSecretValue"],
            resources=[secret.secret_arn for secret in secrets],
        ),
        use_key(key=key, service="secretsmanager", actions=["kms:Decrypt"]),
    ]


def change_records(
    *, zone: route53.IHostedZone, names: Sequence[str], actions: Sequence[str]
) -> iam.PolicyStatement:
    """Changing these CNAME records of a zone in these ways, and nothing else in it."""
    prefix = "route53:ChangeResourceRecordSets"
    return iam.PolicyStatement(
        actions=["route53:ChangeResourceRecordSets"],
        resources=[zone.hosted_zone_arn],
        conditions={
            "ForAllValues:StringEquals": {
                f"{prefix}NormalizedRecordNames": sorted(set(names)),
                f"{prefix}RecordTypes": ["CNAME"],
                f"{prefix}Actions": list(actions),
            }
        },
    )


def see_records(*, zone: route53.IHostedZone) -> iam.PolicyStatement:
    """Reading the records of a zone."""
    return iam.PolicyStatement(
        actions=["route53:ListResourceRecordSets"], resources=[zone.hosted_zone_arn]
    )


def follow_changes() -> iam.PolicyStatement:
    """Asking whether a change has reached every server. Changes get their ids by being made, so
    there is no narrower name for them."""
    return iam.PolicyStatement(
        actions=["route53:GetChange"], resources=[f"arn:{cdk.Aws.PARTITION}:route53:::change/*"]
    )
