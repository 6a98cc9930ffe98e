"""Permissions written on the role that uses them, never on the policy of the thing that is used."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aws_cdk as cdk
from aws_cdk import aws_iam as iam

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aws_cdk import aws_kms as kms
    from aws_cdk import aws_route53 as route53
    from aws_cdk import aws_secretsmanager as secretsmanager


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
        iam.PolicyStatement(
            actions=["kms:Decrypt"],
            resources=[key.key_arn],
            conditions={
                "StringEquals": {"kms:ViaService": f"secretsmanager.{cdk.Aws.REGION}.amazonaws.com"}
            },
        ),
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
