"""Where everything runs: a VPC of its own without a way out, or three subnets of one that exists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam

from migration_stacks.constructs.acknowledged import acknowledge
from migration_stacks.constructs.encryption import log_group

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aws_cdk import aws_kms as kms
    from aws_cdk import aws_logs as logs
    from constructs import Construct

    from migration_stacks.settings.network import ExistingVpcSettings


@dataclass(frozen=True)
class IsolatedNetwork:
    """A VPC with one subnet a zone. `zones` are as the subnets report them, so that an instance's
    zone always has a subnet."""

    vpc: ec2.IVpc
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
    key: kms.IKey,
    log_retention: logs.RetentionDays,
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
    _flow_log(scope, vpc_id=vpc.vpc_id, name=name, key=key, keep=log_retention)
    _log_of_the_closed_default_group(scope, vpc=vpc, key=key, keep=log_retention)
    return IsolatedNetwork(
        vpc=vpc,
        vpc_id=vpc.vpc_id,
        subnet_ids=[subnet.ref for subnet in subnets],
        zones=[subnet.attr_availability_zone for subnet in subnets],
        route_table_ids=[subnet.route_table.route_table_id for subnet in isolated],
    )


def given(
    scope: Construct,
    *,
    settings: ExistingVpcSettings,
    cidr: str,
    availability_zones: Sequence[str],
) -> IsolatedNetwork:
    """As the settings describe it: nothing is looked up, so no account is asked. The subnets are
    called isolated whatever they are, since that is where the other stacks put things."""
    tables = settings.route_table_ids * (len(settings.subnet_ids) // len(settings.route_table_ids))
    vpc = ec2.Vpc.from_vpc_attributes(
        scope,
        "Vpc",
        vpc_id=settings.id,
        vpc_cidr_block=cidr,
        availability_zones=list(availability_zones),
        isolated_subnet_ids=list(settings.subnet_ids),
        isolated_subnet_route_table_ids=list(tables),
    )
    return IsolatedNetwork(
        vpc=vpc,
        vpc_id=settings.id,
        subnet_ids=list(settings.subnet_ids),
        # By the name of the region, so that nothing in the template is bound to one (W3010).
        zones=[f"{cdk.Aws.REGION}{zone[-1]}" for zone in availability_zones],
        # Each once: an endpoint can't be put into the same table twice.
        route_table_ids=list(dict.fromkeys(tables)),
    )


def _flow_log(
    scope: Construct, *, vpc_id: str, name: str, key: kms.IKey, keep: logs.RetentionDays
) -> None:
    """Every connection, and every one that was refused.

    Into a log group and not, for less, into a bucket: what is looked for here is why the first
    connection fails, and that is asked of a log group at once. It stays small, since a load of any
    size is a few long connections, each a line a minute.
    """
    group = log_group(scope, "FlowLogGroup", name=f"/aws/vpc/{name}", key=key, keep=keep)
    role = iam.CfnRole(
        scope,
        "FlowLogRole",
        description="VPC flow logs write as this role",
        assume_role_policy_document={
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Action": "sts:AssumeRole",
                    "Principal": {"Service": "vpc-flow-logs.amazonaws.com"},
                    # Not for the flow logs of another account.
                    "Condition": {"StringEquals": {"aws:SourceAccount": cdk.Aws.ACCOUNT_ID}},
                }
            ],
        },
        policies=[
            iam.CfnRole.PolicyProperty(
                policy_name="WriteFlowLog",
                policy_document={
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Action": [
                                "logs:CreateLogStream",
                                "logs:DescribeLogStreams",
                                "logs:PutLogEvents",
                            ],
                            # Ends in ":*", the streams of this group.
                            "Resource": group.log_group_arn,
                        }
                    ],
                },
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
        log_group_name=group.log_group_name,
        deliver_logs_permission_arn=role.attr_arn,
        # Ten minutes is the default, and an operator waits for the answer.
        max_aggregation_interval=60,
    )


def _log_of_the_closed_default_group(
    scope: Construct, *, vpc: ec2.Vpc, key: kms.IKey, keep: logs.RetentionDays
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
        scope, "DefaultGroupLog", name=f"/aws/lambda/{function.ref}", key=key, keep=keep
    )
    # Before the first call and, when the stack goes, after the last.
    vpc.node.find_child("RestrictDefaultSecurityGroupCustomResource").node.add_dependency(group)
