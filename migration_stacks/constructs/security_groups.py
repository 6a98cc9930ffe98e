"""Who may talk to whom: one security group a role, each rule from a named role to a named role."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aws_cdk import aws_ec2 as ec2
from constructs import Construct

if TYPE_CHECKING:
    from collections.abc import Sequence

POSTGRESQL: Final = 5432
HTTPS: Final = 443


class SecurityGroups(Construct):
    """The groups live together, beside the VPC: rules between groups of two stacks would make
    each stack wait for the other."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        vpc: ec2.IVpc,
        source_network: str,
        source_port: int,
        client_networks: Sequence[str],
        gateway_prefix_lists: Sequence[str],
        secrets_manager: str | None,
        neighbours: str | None,
    ) -> None:
        """`secrets_manager` is the group or the network of an endpoint that exists; `neighbours`
        is the network of those who share a VPC, and with it the endpoint that is made here."""
        super().__init__(scope, construct_id)
        self._vpc = vpc
        self.target = self._group("Target", "Aurora, the database that is moved to")
        self.replication = self._group("Replication", "the DMS replication instance")
        self.functions = self._group("Functions", "functions that speak SQL")
        self.endpoints = self._endpoints(secrets_manager)

        for clients in client_networks:
            self.target.add_ingress_rule(
                ec2.Peer.ipv4(clients), ec2.Port.tcp(POSTGRESQL), "the application"
            )
        for user in (self.replication, self.functions):
            self._allow(user, self.target, POSTGRESQL)
            if self.endpoints is not None:
                self._allow(user, self.endpoints, HTTPS)
            elif secrets_manager is not None:
                user.add_egress_rule(
                    ec2.Peer.ipv4(secrets_manager), ec2.Port.tcp(HTTPS), "Secrets Manager"
                )
            user.add_egress_rule(
                ec2.Peer.ipv4(source_network), ec2.Port.tcp(source_port), "the source"
            )
            self._to_gateway_endpoints(user, gateway_prefix_lists)
        if self.endpoints is not None and neighbours is not None and secrets_manager is None:
            # The endpoint's private name takes over the service's usual one in the whole VPC:
            # whoever called the service before must still reach it.
            self.endpoints.add_ingress_rule(
                ec2.Peer.ipv4(neighbours), ec2.Port.tcp(HTTPS), "what else runs in this VPC"
            )

    def _endpoints(self, secrets_manager: str | None) -> ec2.ISecurityGroup | None:
        """None where the endpoint is elsewhere, in a network instead of a group."""
        if secrets_manager is None:
            return self._group("Endpoints", "interface endpoints of AWS services")
        if secrets_manager.startswith("sg-"):
            # Given the two rules that let our roles in, and nothing else.
            return ec2.SecurityGroup.from_security_group_id(self, "Endpoints", secrets_manager)
        return None

    @staticmethod
    def _to_gateway_endpoints(user: ec2.SecurityGroup, prefix_lists: Sequence[str]) -> None:
        """A gateway endpoint has no security group, only public addresses that the route table
        sends into it. Their lists have an id of their own in each region, which only an account
        tells; where none is given, in a VPC without a gateway to the internet, every other address
        leads nowhere anyhow."""
        if not prefix_lists:
            user.add_egress_rule(
                ec2.Peer.any_ipv4(), ec2.Port.tcp(HTTPS), "S3 and DynamoDB by gateway endpoints"
            )
        for prefix_list in prefix_lists:
            user.add_egress_rule(
                ec2.Peer.prefix_list(prefix_list), ec2.Port.tcp(HTTPS), "a gateway endpoint"
            )

    def _group(self, role: str, description: str) -> ec2.SecurityGroup:
        return ec2.SecurityGroup(
            self, role, vpc=self._vpc, description=description, allow_all_outbound=False
        )

    @staticmethod
    def _allow(client: ec2.SecurityGroup, server: ec2.ISecurityGroup, port: int) -> None:
        client.connections.allow_to(server, ec2.Port.tcp(port))
