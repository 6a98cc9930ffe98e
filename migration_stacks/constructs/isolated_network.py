"""Where everything runs: a VPC of its own without a way out, or three subnets of one that exists."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import TYPE_CHECKING

import aws_cdk as cdk

from migration_stacks.cfn import ec2
from migration_stacks.constructs.acknowledged import acknowledge
from migration_stacks.constructs.arns import ACCOUNT, REGION
from migration_stacks.constructs.default_group import ClosedDefaultGroup
from migration_stacks.constructs.encryption import log_group
from migration_stacks.constructs.policies import allow, service_role

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

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
    closing_function: str,
    root: Path,
    key_arn: str,
    log_days: int,
) -> IsolatedNetwork:
    """A VPC whose route tables know nothing but itself: no NAT, no internet gateway."""
    vpc = ec2.CfnVPC(
        scope,
        "Vpc",
        cidr_block=cidr,
        # Without either, a private zone answers nobody.
        enable_dns_hostnames=True,
        enable_dns_support=True,
        tags=[cdk.CfnTag(key="Name", value=name)],
    )
    acknowledge(
        vpc,
        {
            "NIST.800.53.R5-VPCDefaultSecurityGroupClosed": (
                "It is closed, by ClosedDefaultGroup below; the rule knows the CDK's own custom "
                "resource for it by name, and no other"
            )
        },
    )
    vpc_id = vpc.ref
    # Parts of one size, as many as are needed and a power of two.
    parts = IPv4Network(cidr).subnets((len(availability_zones) - 1).bit_length())
    subnets = [
        _subnet(scope, number, vpc_id=vpc_id, zone=zone, cidr=str(part), name=f"{name}-{zone[-1]}")
        for number, (zone, part) in enumerate(zip(availability_zones, parts, strict=False), start=1)
    ]
    _flow_log(scope, vpc_id=vpc_id, name=name, key_arn=key_arn, days=log_days)
    ClosedDefaultGroup(
        scope,
        "DefaultGroup",
        group_id=vpc.attr_default_security_group,
        function_name=closing_function,
        code=root / "lambdas" / "close_default_group.py",
        key_arn=key_arn,
        log_days=log_days,
    )
    return IsolatedNetwork(
        vpc_id=vpc_id,
        subnet_ids=[subnet.ref for subnet, _ in subnets],
        zones=[subnet.attr_availability_zone for subnet, _ in subnets],
        route_table_ids=[table.ref for _, table in subnets],
    )


def _subnet(
    scope: Construct, number: int, *, vpc_id: str, zone: str, cidr: str, name: str
) -> tuple[ec2.CfnSubnet, ec2.CfnRouteTable]:
    """With a route table of its own, for what an endpoint or a way to the source adds to it."""
    tags = [cdk.CfnTag(key="Name", value=name)]
    subnet = ec2.CfnSubnet(
        scope,
        f"Subnet{number}",
        vpc_id=vpc_id,
        availability_zone=zone,
        cidr_block=cidr,
        map_public_ip_on_launch=False,
        tags=tags,
    )
    # W3010: "avoid hardcoding availability zones". They are a setting, and the region they must be
    # in is checked with it.
    subnet.add_metadata("cfn-lint", {"config": {"ignore_checks": ["W3010"]}})
    table = ec2.CfnRouteTable(scope, f"RouteTable{number}", vpc_id=vpc_id, tags=tags)
    ec2.CfnSubnetRouteTableAssociation(
        scope, f"Routes{number}", subnet_id=subnet.ref, route_table_id=table.ref
    )
    return subnet, table


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
