"""Names across the border: the source's inside the VPC, the traffic records' on premises."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aws_cdk as cdk
from constructs import Construct

from migration_stacks.cfn import ec2, route53
from migration_stacks.cfn import route53resolver as resolver
from migration_stacks.constructs.security_groups import NOWHERE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from migration_stacks.constructs.isolated_network import IsolatedNetwork


class InboundResolver(Construct):
    """Addresses that DNS servers on premises forward questions about the private zone to."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        network: IsolatedNetwork,
        askers: Sequence[str],
    ) -> None:
        super().__init__(scope, construct_id)
        group = ec2.CfnSecurityGroup(
            self,
            "SecurityGroup",
            group_description="DNS questions from on premises",
            vpc_id=network.vpc_id,
            security_group_ingress=[
                ec2.CfnSecurityGroup.IngressProperty(
                    ip_protocol=protocol,
                    from_port=53,
                    to_port=53,
                    cidr_ip=asker,
                    description="clients, and the DNS servers they use",
                )
                for asker in askers
                for protocol in ("udp", "tcp")
            ],
            security_group_egress=[NOWHERE],
        )
        endpoint = _endpoint(self, name=name, direction="INBOUND", network=network, group=group)
        # CloudFormation does not know the addresses themselves.
        cdk.CfnOutput(
            self,
            "Addresses",
            value=(
                "aws route53resolver list-resolver-endpoint-ip-addresses "
                f"--resolver-endpoint-id {endpoint.ref} --query IpAddresses[].Ip"
            ),
            description="Prints the addresses to forward the zone's names to",
        )


class ForwardedName(Construct):
    """One name, and what is below it, asked of DNS servers on premises."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        host: str,
        servers: Sequence[str],
        network: IsolatedNetwork,
    ) -> None:
        super().__init__(scope, construct_id)
        group = ec2.CfnSecurityGroup(
            self,
            "SecurityGroup",
            group_description="DNS questions to on premises",
            vpc_id=network.vpc_id,
            security_group_egress=[
                ec2.CfnSecurityGroup.EgressProperty(
                    ip_protocol=protocol,
                    from_port=53,
                    to_port=53,
                    cidr_ip=f"{server}/32",
                    description="a DNS server that knows the source",
                )
                for server in servers
                for protocol in ("udp", "tcp")
            ],
        )
        endpoint = _endpoint(self, name=name, direction="OUTBOUND", network=network, group=group)
        rule = resolver.CfnResolverRule(
            self,
            "Rule",
            name=name,
            rule_type="FORWARD",
            # The source alone. Its whole domain would take other names of the VPC along.
            domain_name=host,
            resolver_endpoint_id=endpoint.ref,
            target_ips=[
                resolver.CfnResolverRule.TargetAddressProperty(ip=server, port="53")
                for server in servers
            ],
        )
        resolver.CfnResolverRuleAssociation(
            self, "Association", resolver_rule_id=rule.ref, vpc_id=network.vpc_id
        )


class PrivateName(Construct):
    """A private zone for one name alone, with its address: every other name of the domain is
    found as before."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        host: str,
        address: str,
        region: str,
        network: IsolatedNetwork,
    ) -> None:
        super().__init__(scope, construct_id)
        zone = route53.CfnHostedZone(
            self,
            "Zone",
            name=host,
            vpcs=[route53.CfnHostedZone.VPCProperty(vpc_id=network.vpc_id, vpc_region=region)],
            hosted_zone_config=route53.CfnHostedZone.HostedZoneConfigProperty(
                comment="The source of the migration, as seen from the VPC"
            ),
        )
        route53.CfnRecordSet(
            self,
            "Address",
            hosted_zone_id=zone.ref,
            name=host,
            type="A",
            ttl="60",
            resource_records=[address],
        )


def _endpoint(
    scope: Construct,
    *,
    name: str,
    direction: str,
    network: IsolatedNetwork,
    group: ec2.CfnSecurityGroup,
) -> resolver.CfnResolverEndpoint:
    """In two zones, the least that there can be: each one is priced by the hour."""
    return resolver.CfnResolverEndpoint(
        scope,
        "Endpoint",
        name=name,
        direction=direction,
        ip_addresses=[
            resolver.CfnResolverEndpoint.IpAddressRequestProperty(subnet_id=subnet)
            for subnet in network.subnet_ids[:2]
        ],
        security_group_ids=[group.attr_group_id],
    )
