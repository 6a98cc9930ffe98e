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
    ) -> None:
        super().__init__(scope, construct_id)
        self._vpc = vpc
        self.target = self._group("Target", "Aurora, the database that is moved to")
        self.replication = self._group("Replication", "the DMS replication instance")
        self.functions = self._group("Functions", "functions that speak SQL")
        self.endpoints = self._group("Endpoints", "interface endpoints of AWS services")

        for clients in client_networks:
            self.target.add_ingress_rule(
                ec2.Peer.ipv4(clients), ec2.Port.tcp(POSTGRESQL), "the application"
            )
        for user in (self.replication, self.functions):
            self._allow(user, self.target, POSTGRESQL)
            self._allow(user, self.endpoints, HTTPS)
            user.add_egress_rule(
                ec2.Peer.ipv4(source_network), ec2.Port.tcp(source_port), "the source"
            )
        # DynamoDB's gateway endpoint has no security group, only public addresses that the route
        # table sends into it. Without a gateway to the internet they lead nowhere else.
        self.functions.add_egress_rule(
            ec2.Peer.any_ipv4(), ec2.Port.tcp(HTTPS), "DynamoDB by its gateway endpoint"
        )

    def _group(self, role: str, description: str) -> ec2.SecurityGroup:
        return ec2.SecurityGroup(
            self, role, vpc=self._vpc, description=description, allow_all_outbound=False
        )

    @staticmethod
    def _allow(client: ec2.SecurityGroup, server: ec2.SecurityGroup, port: int) -> None:
        client.connections.allow_to(server, ec2.Port.tcp(port))
