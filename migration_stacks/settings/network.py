"""The section [network]: the VPC, and the way to the source."""

from __future__ import annotations

import ipaddress
import re
from typing import Final

from pydantic import Field, field_validator

from migration_stacks.settings.faults import fault
from migration_stacks.settings.types import Network, Section

ZONES: Final = 3
"""One for the writer, one for each of the two readers."""

_ZONE: Final = re.compile(r"([a-z]{2}(-[a-z]+)+-\d)?[a-z]")


class NetworkSettings(Section):
    cidr: Network = Field("10.60.0.0/16", description="the addresses of the VPC")
    availability_zones: tuple[str, ...] = Field(description="as letters or full names")
    client_networks: tuple[Network, ...] = Field(
        (), description="where the application connects to the target from"
    )

    @field_validator("cidr")
    @classmethod
    def _size(cls, value: str) -> str:
        length = ipaddress.IPv4Network(value).prefixlen
        if not 16 <= length <= 24:
            raise fault(
                f"is a /{length}; a VPC is at most a /16, and three subnets of useful size need "
                "a /24: choose a /16 to /24"
            )
        return value

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
