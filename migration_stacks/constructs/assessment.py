"""The role as which DMS writes the results of its premigration assessment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from migration_stacks.constructs.acknowledged import acknowledge
from migration_stacks.constructs.arns import ACCOUNT
from migration_stacks.constructs.grants import use_key
from migration_stacks.constructs.policies import allow, service_role

if TYPE_CHECKING:
    from constructs import Construct

    from migration_stacks.constructs.certificates import Certificates

_FOLDER: Final = "assessments"


def assessment_role(
    scope: Construct, construct_id: str, *, certificates: Certificates, key_arn: str
) -> str:
    """Its ARN. DMS user guide, Enabling and working with premigration assessments: whom it trusts, what it may."""
    role = service_role(
        scope,
        construct_id,
        description="Lets DMS write the results of its premigration assessment",
        service="dms.amazonaws.com",
        when={"StringEquals": {"aws:SourceAccount": ACCOUNT}},
        allowed=[
            allow(
                "s3:DeleteObject",
                "s3:GetObject",
                "s3:PutObject",
                "s3:PutObjectTagging",
                on=f"{certificates.arn}/{_FOLDER}/*",
            ),
            allow("s3:GetBucketLocation", "s3:ListBucket", on=certificates.arn),
            use_key("kms:Decrypt", "kms:GenerateDataKey", key_arn=key_arn, service="s3"),
        ],
    )
    acknowledge(role, {**_ACCEPTED, **certificates.any_assessment})
    return role.attr_arn


_ACCEPTED: Final = {
    "NIST.800.53.R5-IAMNoInlinePolicy": "A policy for this one role, made and removed with it, "
    "can't be attached to anything else by mistake.",
}
