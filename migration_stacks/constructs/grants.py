"""Permissions written on the role that uses them, never on the policy of the thing that is used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from migration_stacks.constructs.arns import PARTITION, REGION, arn
from migration_stacks.constructs.policies import Statement, allow

if TYPE_CHECKING:
    from collections.abc import Sequence

SOURCE_INVENTORY: Final = "inventory/source-before.json"
"""Its key (cutover/steps/inventory.py)."""

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


def use_key(*actions: str, key_arn: str, service: str) -> Statement:
    """Use of a key by way of one service only: never on data that was taken out of it."""
    return allow(
        *actions,
        on=key_arn,
        when={"StringEquals": {"kms:ViaService": f"{service}.{REGION}.amazonaws.com"}},
    )


def read_journal(*, table_arn: str, key_arn: str) -> list[Statement]:
    """Reading single items. DynamoDB asks the key in the name of whoever reads."""
    return [
        allow("dynamodb:GetItem", on=table_arn),
        use_key(*_KEY_TO_READ, key_arn=key_arn, service="dynamodb"),
    ]


def write_journal(*, table_arn: str, key_arn: str) -> list[Statement]:
    """Reading and putting single items, also in a transaction; never changing or deleting one."""
    return [
        allow("dynamodb:GetItem", "dynamodb:PutItem", on=table_arn),
        use_key(*_KEY_TO_WRITE, key_arn=key_arn, service="dynamodb"),
    ]


def publish(*, topic_arn: str, key_arn: str) -> list[Statement]:
    """Publishing to an encrypted topic: its key is asked in the name of whoever publishes."""
    return [
        allow("sns:Publish", on=topic_arn),
        use_key("kms:Decrypt", "kms:GenerateDataKey", key_arn=key_arn, service="sns"),
    ]


def keep_certificates(*, bucket_arn: str, key_arn: str) -> list[Statement]:
    """Writing and reading the certificates of a bucket: not listing, not deleting, not unlocking."""
    return [
        allow("s3:GetObject", "s3:PutObject", on=f"{bucket_arn}/certificates/*"),
        use_key("kms:Decrypt", "kms:GenerateDataKey", key_arn=key_arn, service="s3"),
    ]


def leave_facts(*, bucket_arn: str, key_arn: str) -> list[Statement]:
    """Writing the names of tables where another function reads them, and reading what is there already."""
    return [
        allow("s3:GetObject", "s3:PutObject", on=f"{bucket_arn}/facts/*"),
        use_key("kms:Decrypt", "kms:GenerateDataKey", key_arn=key_arn, service="s3"),
    ]


def read_facts(*, bucket_arn: str, key_arn: str) -> list[Statement]:
    """Reading them. One that is not there is then forbidden, which is not known either."""
    return [
        allow("s3:GetObject", on=f"{bucket_arn}/facts/*"),
        use_key("kms:Decrypt", key_arn=key_arn, service="s3"),
    ]


def have_schema_copied(*, project_arn: str, reports_arn: str, key_arn: str) -> list[Statement]:
    """Starting a build, asking for it, and telling and reading how far it is."""
    return [
        allow(
            "codebuild:BatchGetBuilds",
            "codebuild:ListBuildsForProject",
            "codebuild:StartBuild",
            on=project_arn,
        ),
        allow("s3:GetObject", "s3:PutObject", on=reports_arn),
        use_key("kms:Decrypt", "kms:GenerateDataKey", key_arn=key_arn, service="s3"),
    ]


def read_inventory(*, bucket_arn: str, key_arn: str) -> list[Statement]:
    """Reading what the source held before the load. S3 says that it is not there to who may list; to others it is
    forbidden, which is another thing."""
    return [
        allow("s3:GetObject", on=f"{bucket_arn}/{SOURCE_INVENTORY}"),
        allow("s3:ListBucket", on=bucket_arn),
        use_key("kms:Decrypt", key_arn=key_arn, service="s3"),
    ]


def keep_document(
    kept: str, *, bucket_arn: str, key_arn: str, read: Sequence[str] = ()
) -> list[Statement]:
    """Writing and reading one object of a bucket, and only reading others: not deleting, not unlocking.

    Listing it too: to whoever may not, S3 says of an object that is not there that it is refused.
    """
    return [
        allow("s3:PutObject", on=f"{bucket_arn}/{kept}"),
        allow("s3:GetObject", on=[f"{bucket_arn}/{each}" for each in (kept, *read)]),
        allow("s3:ListBucket", on=bucket_arn),
        use_key("kms:Decrypt", "kms:GenerateDataKey", key_arn=key_arn, service="s3"),
    ]


def invoke(arns: Sequence[str]) -> Statement:
    """Calling these functions."""
    return allow("lambda:InvokeFunction", on=arns)


def write_log(group_arn: str) -> Statement:
    """Writing one log. Not making it: one that is made again after a `cdk destroy`, by a line
    that comes late, would be kept for ever."""
    return allow("logs:CreateLogStream", "logs:PutLogEvents", on=group_arn)


def trace() -> Statement:
    """What the tracing daemon beside a function sends to X-Ray, which knows no resources."""
    return allow("xray:PutTelemetryRecords", "xray:PutTraceSegments", on="*")


def attach_to_network(*, function_name: str) -> list[Statement]:
    """What Lambda does with the role to bring a function into a VPC, and the code may not.

    Lambda refuses a function whose role has it on less than all resources; the denial for calls
    that the function itself makes is the Lambda guide's ("Giving Lambda functions access to
    resources in an Amazon VPC").
    """
    # By its name: the function waits for its role, and can't be waited for by it.
    function = arn("lambda", f"function:{function_name}")
    interfaces = allow(*_NETWORK_INTERFACES, on="*")
    from_within = {"ArnEquals": {"lambda:SourceFunctionArn": function}}
    return [interfaces, {**interfaces, "Effect": "Deny", "Condition": from_within}]


def read_secrets(*secret_arns: str, key_arn: str) -> list[Statement]:
    """Reading secrets that a customer key encrypts.

    Not by the key's policy: with the role in a stack that needs the key's stack, each would then
    have to be deployed before the other.
    """
    return [
        allow("secretsmanager:GetSecretValue", on=secret_arns),
        use_key("kms:Decrypt", key_arn=key_arn, service="secretsmanager"),
    ]


def change_records(*actions: str, zone_id: str, names: Sequence[str]) -> Statement:
    """Changing these CNAME records of a zone in these ways, and nothing else in it."""
    prefix = "route53:ChangeResourceRecordSets"
    return allow(
        prefix,
        on=_zone(zone_id),
        when={
            "ForAllValues:StringEquals": {
                f"{prefix}NormalizedRecordNames": sorted(set(names)),
                f"{prefix}RecordTypes": ["CNAME"],
                f"{prefix}Actions": list(actions),
            }
        },
    )


def see_records(*, zone_id: str) -> Statement:
    """Reading the records of a zone."""
    return allow("route53:ListResourceRecordSets", on=_zone(zone_id))


def follow_changes() -> Statement:
    """Asking whether a change has reached every server. Changes get their ids by being made, so
    there is no narrower name for them."""
    return allow("route53:GetChange", on=f"arn:{PARTITION}:route53:::change/*")


def _zone(zone_id: str) -> str:
    return f"arn:{PARTITION}:route53:::hostedzone/{zone_id}"
