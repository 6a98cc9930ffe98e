"""The two roles that DMS looks for by name, once in an account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import aws_cdk as cdk

from migration_stacks.constructs.acknowledged import acknowledge
from migration_stacks.constructs.arns import PARTITION
from migration_stacks.constructs.policies import service_role

if TYPE_CHECKING:
    from constructs import Construct

_POLICIES: Final = {
    "dms-vpc-role": "AmazonDMSVPCManagementRole",
    "dms-cloudwatch-logs-role": "AmazonDMSCloudWatchLogsRole",
}


def dms_service_roles(scope: Construct) -> None:
    """Made well before DMS acts as them. Right beside the subnet group that needs dms-vpc-role the
    first deployment fails with AccessDeniedFault: IAM takes half a minute to tell everybody.

    Kept when the stack goes: another migration in the account may have come to use them.
    """
    for name, policy in _POLICIES.items():
        role = service_role(
            scope,
            "".join(part.title() for part in name.split("-")),
            name=name,
            description="DMS acts as this role in every migration of the account",
            service="dms.amazonaws.com",
            managed=[f"arn:{PARTITION}:iam::aws:policy/service-role/{policy}"],
        )
        # But not when its own creation is rolled back: the next try would find the name taken.
        role.apply_removal_policy(cdk.RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE)
        acknowledge(
            role,
            {
                "AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/"
                f"{policy}]": (
                    "The name of the role and this policy of AWS's are what DMS itself asks for "
                    "and what its console would make; DMS changes the policy as it needs more"
                )
            },
        )
