"""The section [traffic]: the names that clients connect to."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, ValidationInfo, field_validator

from migration_stacks.settings.faults import fault
from migration_stacks.settings.types import HostName, Section


class TrafficSettings(Section):
    zone: HostName = Field(description="the private zone of ro.<zone> and rw.<zone>")
    workload: Literal["read-write", "read-only"] = Field(
        "read-write", description="what the clients do through these names"
    )
    mode: Literal["split-reads", "single-record"] = Field(
        "split-reads", description="which record the stages move"
    )

    @field_validator("mode")
    @classmethod
    def _writes_are_never_split(cls, value: str, info: ValidationInfo) -> str:
        if value == "single-record" and info.data.get("workload") == "read-write":
            raise fault(
                "is 'single-record' for a read-write workload; changes flow only from source to "
                "target, so each write that a weight sends to the target never reaches the "
                "source (split brain): use 'split-reads', or declare workload = \"read-only\" "
                "where nothing is ever written through this name"
            )
        return value
