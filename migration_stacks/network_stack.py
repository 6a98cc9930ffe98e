"""The network: isolated subnets in three zones, endpoints for what runs inside, the zone."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_route53 as route53

from migration_stacks.constructs.security_groups import SecurityGroups

if TYPE_CHECKING:
    from collections.abc import Sequence

    from constructs import Construct

    from migration_stacks.settings import NetworkSettings, SourceSettings


class NetworkStack(cdk.Stack):
    """No NAT and no internet gateway: what runs here reaches the two databases, two services by
    endpoints, and nothing else."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        env: cdk.Environment,
        settings: NetworkSettings,
        source: SourceSettings,
        availability_zones: Sequence[str],
        zone_name: str,
        protect: bool,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            env=env,
            description="Migration: network, endpoints, private hosted zone",
            termination_protection=protect,
        )
        self.vpc = ec2.Vpc(
            self,
            "Vpc",
            ip_addresses=ec2.IpAddresses.cidr(settings.cidr),
            # By name: with max_azs=3 and no account to ask, CDK would settle for two.
            availability_zones=list(availability_zones),
            nat_gateways=0,
            subnet_configuration=[
                ec2.SubnetConfiguration(
                    name="isolated", subnet_type=ec2.SubnetType.PRIVATE_ISOLATED
                )
            ],
        )
        subnets = [
            cast("ec2.CfnSubnet", subnet.node.default_child) for subnet in self.vpc.isolated_subnets
        ]
        for subnet in subnets:
            # W3010: "avoid hardcoding availability zones". They are a setting, and the region
            # they must be in is checked with it.
            subnet.add_metadata("cfn-lint", {"config": {"ignore_checks": ["W3010"]}})
        # As the subnets report them, so that an instance's zone always has a subnet.
        self.subnet_zones = [subnet.attr_availability_zone for subnet in subnets]
        self.security_groups = SecurityGroups(
            self,
            "SecurityGroups",
            vpc=self.vpc,
            source_network=source.network,
            source_port=source.port,
            client_networks=settings.client_networks,
        )
        # DMS and the functions inside fetch their credentials; nothing else is called from here.
        self.vpc.add_interface_endpoint(
            "SecretsManager",
            service=ec2.InterfaceVpcEndpointAwsService.SECRETS_MANAGER,
            security_groups=[self.security_groups.endpoints],
            open=False,
        )
        # Free of charge, without an interface: the journal, and what DMS may put into S3.
        self.vpc.add_gateway_endpoint("DynamoDb", service=ec2.GatewayVpcEndpointAwsService.DYNAMODB)
        self.vpc.add_gateway_endpoint("S3", service=ec2.GatewayVpcEndpointAwsService.S3)
        self.zone = route53.PrivateHostedZone(
            self,
            "Zone",
            zone_name=zone_name,
            vpc=self.vpc,
            comment="The names that clients of the migrated database connect to",
        )
