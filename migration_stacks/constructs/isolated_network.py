"""Where everything runs: a VPC of its own without a way out, or three subnets of one that exists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2

from migration_stacks.constructs.acknowledged import acknowledge
from migration_stacks.constructs.arns import ACCOUNT, REGION
from migration_stacks.constructs.encryption import log_group
from migration_stacks.constructs.policies import allow, service_role

if TYPE_CHECKING:
    from collections.abc import Sequence

    from constructs import Construct

    from migration_stacks.settings.network import ExistingVpcSettings


@dataclass(frozen=True)
class IsolatedNetwork:
    """A VPC with one subnet a zone. `zones` are as the subnets report them, so that an instance's
    zone always has a subnet."""

    vpc_id: str
    subnet_ids: list[str]
    zones: list[str]
    route_table_ids: list[str]


def made(
    scope: Construct,
    *,
    cidr: str,
    availability_zones: Sequence[str],
    name: str,
    key_arn: str,
    log_days: int,
) -> IsolatedNetwork:
    """A VPC whose route tables know nothing but itself: no NAT, no internet gateway."""
    vpc = ec2.Vpc(
        scope,
        "Vpc",
        ip_addresses=ec2.IpAddresses.cidr(cidr),
        # By name: with max_azs=3 and no account to ask, CDK would settle for two.
        availability_zones=list(availability_zones),
        nat_gateways=0,
        subnet_configuration=[
            ec2.SubnetConfiguration(name="isolated", subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)
        ],
    )
    isolated = vpc.isolated_subnets
    subnets = [cast("ec2.CfnSubnet", subnet.node.default_child) for subnet in isolated]
    for subnet in subnets:
        # W3010: "avoid hardcoding availability zones". They are a setting, and the region
        # they must be in is checked with it.
        subnet.add_metadata("cfn-lint", {"config": {"ignore_checks": ["W3010"]}})
    vpc_id = vpc.vpc_id
    _flow_log(scope, vpc_id=vpc_id, name=name, key_arn=key_arn, days=log_days)
    _log_of_the_closed_default_group(scope, vpc=vpc, key_arn=key_arn, days=log_days)
    return IsolatedNetwork(
        vpc_id=vpc_id,
        subnet_ids=[subnet.ref for subnet in subnets],
        zones=[subnet.attr_availability_zone for subnet in subnets],
        route_table_ids=[subnet.route_table.route_table_id for subnet in isolated],
    )


def given(*, settings: ExistingVpcSettings, availability_zones: Sequence[str]) -> IsolatedNetwork:
    """As the settings describe it: nothing is looked up, so no account is asked."""
    tables = settings.route_table_ids * (len(settings.subnet_ids) // len(settings.route_table_ids))
    return IsolatedNetwork(
        vpc_id=settings.id,
        subnet_ids=list(settings.subnet_ids),
        # By the name of the region, so that nothing in the template is bound to one (W3010).
        zones=[f"{REGION}{zone[-1]}" for zone in availability_zones],
        # Each once: an endpoint can't be put into the same table twice.
        route_table_ids=list(dict.fromkeys(tables)),
    )


def _flow_log(scope: Construct, *, vpc_id: str, name: str, key_arn: str, days: int) -> None:
    """Every connection, and every one that was refused.

    Into a log group and not, for less, into a bucket: what is looked for here is why the first
    connection fails, and that is asked of a log group at once. It stays small, since a load of any
    size is a few long connections, each a line a minute.
    """
    group = log_group(scope, "FlowLogGroup", name=f"/aws/vpc/{name}", key_arn=key_arn, days=days)
    role = service_role(
        scope,
        "FlowLogRole",
        description="VPC flow logs write as this role",
        service="vpc-flow-logs.amazonaws.com",
        # Not for the flow logs of another account.
        when={"StringEquals": {"aws:SourceAccount": ACCOUNT}},
        allowed=[
            allow(
                "logs:CreateLogStream",
                "logs:DescribeLogStreams",
                "logs:PutLogEvents",
                # Ends in ":*", the streams of this group.
                on=group.attr_arn,
            )
        ],
    )
    acknowledge(
        role,
        {
            "NIST.800.53.R5-IAMNoInlinePolicy": (
                "The policy is of this role alone and names one log group: inline it can be "
                "attached to nothing else, and goes with the role"
            )
        },
    )
    ec2.CfnFlowLog(
        scope,
        "FlowLog",
        resource_id=vpc_id,
        resource_type="VPC",
        traffic_type="ALL",
        log_destination_type="cloud-watch-logs",
        log_group_name=group.ref,
        deliver_logs_permission_arn=role.attr_arn,
        # Ten minutes is the default, and an operator waits for the answer.
        max_aggregation_interval=60,
    )


def _log_of_the_closed_default_group(
    scope: Construct, *, vpc: ec2.Vpc, key_arn: str, days: int
) -> None:
    """CDK closes the VPC's default security group by a function of its own (feature flag
    restrictDefaultSecurityGroup), whose log group Lambda would make: kept for ever, left behind."""
    provider = cdk.Stack.of(scope).node.find_child(
        "Custom::VpcRestrictDefaultSGCustomResourceProvider"
    )
    function = cast("cdk.CfnResource", provider.node.find_child("Handler"))
    acknowledge(
        function,
        {
            "CKV_AWS_115": "CloudFormation calls it twice in the life of the stack, one call at a "
            "time; reserving executions would fail the deployment of a small account.",
            "CKV_AWS_116": "CloudFormation waits for its answer and reports a failure itself.",
            "CKV_AWS_117": "It calls the API of EC2 alone, and inside the VPC is no way to that.",
        },
    )
    group = log_group(
        scope, "DefaultGroupLog", name=f"/aws/lambda/{function.ref}", key_arn=key_arn, days=days
    )
    # Before the first call and, when the stack goes, after the last.
    vpc.node.find_child("RestrictDefaultSecurityGroupCustomResource").node.add_dependency(group)
