"""The section [network]: the VPC, the way to the source, and how its name is found."""

from __future__ import annotations

import ipaddress
import re
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, Field, StrictBool, StrictInt, field_validator, model_validator

from migration_stacks.settings.faults import fault, faults
from migration_stacks.settings.types import Network, Section

ZONES: Final = 3
"""One for the writer, one for each of the two readers."""

_ZONE: Final = re.compile(r"([a-z]{2}(-[a-z]+)+-\d)?[a-z]")

# Where no device at the other end of a VPN can be reached from: private, carrier, link, loopback.
_UNREACHABLE: Final = tuple(
    ipaddress.IPv4Network(text)
    for text in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "224.0.0.0/3",
    )
)


def _id(value: str, prefix: str) -> str:
    if not re.fullmatch(rf"{prefix}-([0-9a-f]{{8}}|[0-9a-f]{{17}})", value):
        raise fault(
            f"is {value!r}; an id is {prefix}- and 8 or 17 digits of 0-9 and a-f: copy it from the "
            "console, it is not the name"
        )
    return value


def _address(value: str) -> str:
    try:
        ipaddress.IPv4Address(value)
    except ValueError as error:
        raise fault(
            f"is {value!r}, which is no IPv4 address ({error}); write it as 10.20.0.5"
        ) from (error)
    return value


Address = Annotated[str, AfterValidator(_address)]
VpcId = Annotated[str, AfterValidator(lambda value: _id(value, "vpc"))]
SubnetId = Annotated[str, AfterValidator(lambda value: _id(value, "subnet"))]
RouteTableId = Annotated[str, AfterValidator(lambda value: _id(value, "rtb"))]
PrefixListId = Annotated[str, AfterValidator(lambda value: _id(value, "pl"))]
GatewayId = Annotated[str, AfterValidator(lambda value: _id(value, "tgw"))]


class ExistingVpcSettings(Section):
    """A VPC that somebody else looks after, with its way to the source."""

    id: VpcId = Field(description="of the VPC")
    subnet_ids: tuple[SubnetId, ...] = Field(description="one a zone, in the order of the zones")
    route_table_ids: tuple[RouteTableId, ...] = Field(
        description="of the subnets, in their order, or the one that all three use"
    )
    secrets_manager_endpoint: str | None = Field(
        None, description="the security group, or the network, of an endpoint that exists"
    )
    gateway_endpoints: tuple[Literal["s3", "dynamodb"], ...] = Field(
        (), description="those that the route tables have already"
    )
    interface_endpoints: tuple[Literal["codebuild", "logs"], ...] = Field(
        (), description="those that the VPC has already"
    )

    @field_validator("subnet_ids")
    @classmethod
    def _one_a_zone(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if len(value) != ZONES or len(set(value)) != ZONES:
            raise fault(
                f"names {len(set(value))} subnets; each of the {ZONES} availability_zones needs "
                f"its own: name {ZONES} different ones, in the order of the zones"
            )
        return value

    @field_validator("route_table_ids")
    @classmethod
    def _one_or_each(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if len(value) not in (1, ZONES):
            raise fault(
                f"names {len(value)} route tables; name the one that all {ZONES} subnets use, or "
                f"{ZONES} in the order of the subnets"
            )
        return value

    @field_validator("secrets_manager_endpoint")
    @classmethod
    def _group_or_network(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith("sg-"):
            try:
                ipaddress.IPv4Network(value)
            except ValueError as error:
                raise fault(
                    f"is {value!r}; for an endpoint in this VPC write its security group "
                    "(sg-...), for one elsewhere its network (10.9.0.0/24): write one of the two"
                ) from error
            return value
        return value and _id(value, "sg")


class VpnSettings(Section):
    """Two IPsec tunnels to one device in front of the source."""

    customer_gateway: Address = Field(description="the public address of the device")
    routing: Literal["bgp", "static"] = Field(
        "bgp", description="how each side learns the other's networks"
    )
    customer_asn: StrictInt = Field(
        65_000, ge=1, le=2_147_483_647, description="the device's own number in BGP"
    )
    amazon_asn: StrictInt = Field(64_512, description="AWS's number in BGP")

    @field_validator("customer_gateway")
    @classmethod
    def _public(cls, value: str) -> str:
        if any(ipaddress.IPv4Address(value) in network for network in _UNREACHABLE):
            raise fault(
                f"is {value!r}, which can't be reached over the internet; write the public, fixed "
                "address of the device, or of the NAT in front of it"
            )
        return value

    @field_validator("amazon_asn")
    @classmethod
    def _private(cls, value: int) -> int:
        if not (64_512 <= value <= 65_534 or 4_200_000_000 <= value <= 4_294_967_294):
            raise fault(
                f"is {value}; it has to be a private number: choose 64512 to 65534, or 4200000000 "
                "to 4294967294"
            )
        return value

    @model_validator(mode="after")
    def _two_numbers(self) -> Self:
        if self.customer_asn == self.amazon_asn:
            raise faults(
                [
                    (
                        ".amazon_asn",
                        f"is {self.amazon_asn}, as customer_asn is; each side has its own: choose "
                        "another",
                    )
                ]
            )
        return self


class TransitGatewaySettings(Section):
    """An attachment to a transit gateway, which may belong to another account."""

    id: GatewayId = Field(description="of the transit gateway, shared with this account")
    accepted: StrictBool = Field(
        True, description="false until the gateway's owner has accepted the attachment"
    )


class SourceDnsSettings(Section):
    """How the name source.host is found inside the VPC, where it is in no public DNS."""

    address: Address | None = Field(None, description="of the source, for a private record")
    servers: tuple[Address, ...] = Field((), description="DNS servers that know the source")

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.address is None) == (not self.servers):
            named = "both address and servers" if self.servers else "neither address nor servers"
            raise fault(
                f"has {named}; the name has one origin: give the source's address, or the DNS "
                "servers to ask"
            )
        if len(set(self.servers)) != len(self.servers) or len(self.servers) > 6:
            raise faults(
                [
                    (
                        ".servers",
                        f"has {len(self.servers)} entries; a rule takes at most 6, each once: take "
                        "the others out",
                    )
                ]
            )
        return self


class NetworkSettings(Section):
    cidr: Network = Field("10.60.0.0/16", description="the addresses of the VPC")
    availability_zones: tuple[str, ...] = Field(description="as letters or full names")
    client_networks: tuple[Network, ...] = Field(
        (), description="where the application connects to the target from"
    )
    gateway_prefix_lists: tuple[PrefixListId, ...] = Field(
        (), description="of S3 and of DynamoDB in this region"
    )
    resolver_inbound_endpoint: StrictBool = Field(
        False, description="lets DNS servers on premises ask for the traffic names"
    )
    existing_vpc: ExistingVpcSettings | None = Field(None, description="a VPC that exists")
    vpn: VpnSettings | None = Field(None, description="a site-to-site VPN to the source")
    transit_gateway: TransitGatewaySettings | None = Field(
        None, description="a transit gateway that leads to the source"
    )
    source_dns: SourceDnsSettings | None = Field(
        None, description="how source.host is found inside the VPC"
    )

    @property
    def ways(self) -> tuple[str, ...]:
        """The ways to the source that were chosen; there may be one at most."""
        possible = ("existing_vpc", "vpn", "transit_gateway")
        return tuple(way for way in possible if getattr(self, way) is not None)

    def beyond(self, source_network: str) -> list[str]:
        """The networks outside of the VPC that must be reached from it, none inside another."""
        servers = self.source_dns.servers if self.source_dns else ()
        wanted = (source_network, *self.client_networks, *servers)
        return [
            str(network)
            for network in ipaddress.collapse_addresses(map(ipaddress.IPv4Network, wanted))
        ]

    def inside_allowed(self, network: str) -> bool:
        """Whether a network that has to be reached goes together with the VPC's addresses. In a
        VPC that exists it may be a part of it."""
        own, other = ipaddress.IPv4Network(self.cidr), ipaddress.IPv4Network(network)
        return not own.overlaps(other) or (self.existing_vpc is not None and other.subnet_of(own))

    @field_validator("availability_zones")
    @classmethod
    def _three(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if len(value) != ZONES or len(set(value)) != ZONES:
            raise fault(
                f"names {len(set(value))} zones ({', '.join(value)}); the writer and the two "
                f"readers need {ZONES} different ones: name {ZONES}"
            )
        if wrong := [zone for zone in value if not _ZONE.fullmatch(zone)]:
            raise fault(
                f"has {', '.join(wrong)}; a zone is a letter or has its region before it: write "
                '"a" or "us-east-1a"'
            )
        return value

    @field_validator("gateway_prefix_lists")
    @classmethod
    def _both_services(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if value and len(set(value)) != 2:
            raise fault(
                f"names {len(set(value))} lists; S3 and DynamoDB have one each: name both, or none"
            )
        return value

    @model_validator(mode="after")
    def _together(self) -> Self:
        found = [*self._way_faults(), *self._address_faults()]
        if self.resolver_inbound_endpoint and not self.client_networks:
            found.append(
                (
                    ".resolver_inbound_endpoint",
                    "is true, and client_networks is empty: nobody could ask it; name the networks "
                    "of the clients",
                )
            )
        if found:
            raise faults(found)
        return self

    def _way_faults(self) -> list[tuple[str, str]]:
        if len(self.ways) > 1:
            return [
                (
                    "",
                    f"has {' and '.join(self.ways)}; there is one way to the source: keep one of "
                    "these sections and take the others out",
                )
            ]
        if self.existing_vpc is not None and not self.gateway_prefix_lists:
            return [
                (
                    ".gateway_prefix_lists",
                    "is empty; a VPC that exists may lead to the internet, so what runs in it is "
                    "let out to S3 and DynamoDB by their lists alone: name the two ids that `aws "
                    "ec2 describe-managed-prefix-lists` prints for this region",
                )
            ]
        return []

    def _address_faults(self) -> list[tuple[str, str]]:
        length = ipaddress.IPv4Network(self.cidr).prefixlen
        if not 16 <= length <= 28:
            return [(".cidr", f"is a /{length}; AWS's limit for a VPC is /16 to /28: correct it")]
        if length > 24 and self.existing_vpc is None:
            return [
                (
                    ".cidr",
                    f"is a /{length}; three subnets of useful size need a /24 at least: choose a "
                    "/16 to /24",
                )
            ]
        return [
            (
                f".client_networks[{position}]",
                f"is {network}, which overlaps network.cidr {self.cidr}: no route can tell them "
                "apart; choose another cidr",
            )
            for position, network in enumerate(self.client_networks)
            if not self.inside_allowed(network)
        ]
