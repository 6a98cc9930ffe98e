"""Who may talk to whom: one security group a role, each rule from a named role to a named role."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from constructs import Construct

from migration_stacks.cfn import ec2

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

POSTGRESQL: Final = 5432
HTTPS: Final = 443

# Without any outbound rule in the group itself CloudFormation would make one to everywhere.
NOWHERE: Final = ec2.CfnSecurityGroup.EgressProperty(
    ip_protocol="icmp",
    from_port=252,
    to_port=86,
    cidr_ip="255.255.255.255/32",
    description="answers alone, which need no rule",
)


class SecurityGroups(Construct):
    """The groups live together, beside the VPC: rules between groups of two stacks would make
    each stack wait for the other. What is here are their ids."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        vpc_id: str,
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
        self._vpc_id = vpc_id
        self.target = self._group(
            "Target",
            "Aurora, the database that is moved to",
            answers=[_from(network, POSTGRESQL, "the application") for network in client_networks],
        )
        self.endpoints = self._endpoints(secrets_manager, neighbours)
        asks = [
            _to(source_network, source_port, "the source"),
            *_gateway_endpoints(gateway_prefix_lists),
        ]
        if self.endpoints is None and secrets_manager is not None:
            asks.append(_to(secrets_manager, HTTPS, "Secrets Manager"))
        self.replication = self._group("Replication", "the DMS replication instance", asks=asks)
        self.functions = self._group("Functions", "functions that speak SQL", asks=asks)
        for user, role in ((self.replication, "Replication"), (self.functions, "Functions")):
            self._allow(user, self.target, POSTGRESQL, f"{role}ToTarget")
            if self.endpoints is not None:
                self._allow(user, self.endpoints, HTTPS, f"{role}ToEndpoints")

    def _endpoints(self, secrets_manager: str | None, neighbours: str | None) -> str | None:
        """None where the endpoint is elsewhere, in a network instead of a group."""
        if secrets_manager is None:
            # The endpoint's private name takes over the service's usual one in the whole VPC:
            # whoever called the service before must still reach it.
            others = [_from(neighbours, HTTPS, "what else runs in this VPC")] if neighbours else []
            return self._group("Endpoints", "interface endpoints of AWS services", answers=others)
        # A group that exists is given the two rules that let our roles in, and nothing else.
        return secrets_manager if secrets_manager.startswith("sg-") else None

    def _group(
        self,
        role: str,
        description: str,
        *,
        asks: Iterable[ec2.CfnSecurityGroup.EgressProperty] = (),
        answers: Iterable[ec2.CfnSecurityGroup.IngressProperty] = (),
    ) -> str:
        return ec2.CfnSecurityGroup(
            self,
            role,
            vpc_id=self._vpc_id,
            group_description=description,
            security_group_egress=list(asks) or [NOWHERE],
            security_group_ingress=list(answers) or None,
        ).attr_group_id

    def _allow(self, client: str, server: str, port: int, construct_id: str) -> None:
        """Both directions, each a rule of its own: as parts of the groups they would make each
        group wait for the other."""
        ec2.CfnSecurityGroupEgress(
            self,
            construct_id,
            group_id=client,
            destination_security_group_id=server,
            description=_spaced(construct_id),
            ip_protocol="tcp",
            from_port=port,
            to_port=port,
        )
        ec2.CfnSecurityGroupIngress(
            self,
            f"{construct_id}Ingress",
            group_id=server,
            source_security_group_id=client,
            description=_spaced(construct_id),
            ip_protocol="tcp",
            from_port=port,
            to_port=port,
        )


def _from(network: str, port: int, who: str) -> ec2.CfnSecurityGroup.IngressProperty:
    return ec2.CfnSecurityGroup.IngressProperty(
        ip_protocol="tcp", from_port=port, to_port=port, cidr_ip=network, description=who
    )


def _to(network: str, port: int, whom: str) -> ec2.CfnSecurityGroup.EgressProperty:
    return ec2.CfnSecurityGroup.EgressProperty(
        ip_protocol="tcp", from_port=port, to_port=port, cidr_ip=network, description=whom
    )


def _gateway_endpoints(
    prefix_lists: Sequence[str],
) -> list[ec2.CfnSecurityGroup.EgressProperty]:
    """A gateway endpoint has no security group, only public addresses that the route table sends
    into it. Their lists have an id of their own in each region, which only an account tells; where
    none is given, in a VPC without a gateway to the internet, every other address leads nowhere
    anyhow."""
    if not prefix_lists:
        return [_to("0.0.0.0/0", HTTPS, "S3 and DynamoDB by gateway endpoints")]
    return [
        ec2.CfnSecurityGroup.EgressProperty(
            ip_protocol="tcp",
            from_port=HTTPS,
            to_port=HTTPS,
            destination_prefix_list_id=prefix_list,
            description="a gateway endpoint",
        )
        for prefix_list in prefix_lists
    ]


def _spaced(construct_id: str) -> str:
    """ "FunctionsToTarget" as "functions to target"."""
    return construct_id.replace("To", " to ").lower()
