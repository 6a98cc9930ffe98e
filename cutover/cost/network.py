"""What is metered between the databases: endpoints, ways to the source, names."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from cutover.cost.ranges import exactly
from cutover.cost.usage import SECONDS, Circumstances, NoPrice, Phase, Use, by_the_hour

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cutover.cost.assembly import Resource


def endpoint(found: Resource, _at: Circumstances) -> Iterator[Use]:
    """An interface endpoint is paid for in each zone; one of the kind "gateway" is free."""
    match kind := found.properties.get("VpcEndpointType", "Gateway"):
        case "Interface":
            yield by_the_hour("interface_endpoint", len(found.properties["SubnetIds"]))
        case "Gateway":
            yield from ()
        case _:
            raise NoPrice(f"a VPC endpoint of type {kind}")


def nat_gateway(_found: Resource, _at: Circumstances) -> Iterator[Use]:
    yield by_the_hour("nat_gateway")


def vpn(found: Resource, _at: Circumstances) -> Iterator[Use]:
    """Two tunnels are one connection. Its keys may be a secret, made by the VPN itself."""
    yield by_the_hour("vpn_connection")
    if found.properties.get("PreSharedKeyStorage") == "SecretsManager":
        yield Use(price="secret", quantity=exactly(1))


def transit_gateway_attachment(_found: Resource, at: Circumstances) -> Iterator[Use]:
    yield by_the_hour("transit_gateway_attachment")
    yield Use(price="transit_gateway_data", quantity=at.moved, once=at.phase is Phase.FULL_LOAD)


def resolver_endpoint(found: Resource, _at: Circumstances) -> Iterator[Use]:
    yield by_the_hour("resolver_address", len(found.properties["IpAddresses"]))


def hosted_zone(_found: Resource, _at: Circumstances) -> Iterator[Use]:
    yield Use(price="hosted_zone", quantity=exactly(1))


def dns_queries(_found: Resource, at: Circumstances) -> Iterator[Use]:
    """Of those who use the names: counted where the records are made, once for all of them."""
    if at.phase is not Phase.BUILD:
        asked = Decimal(at.assumptions.dns_queries_per_second * SECONDS) / 1_000_000
        yield Use(price="dns_queries", quantity=exactly(asked))
