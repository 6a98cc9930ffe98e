"""The section [database]: Aurora PostgreSQL, the database that is moved to."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, StrictBool, StrictInt, ValidationInfo, field_validator

from migration_stacks.settings.faults import fault
from migration_stacks.settings.types import Identifier, Section


class DatabaseSettings(Section):
    engine_version: Literal["16.13", "17.9"] = Field("17.9", description="of Aurora PostgreSQL")
    name: Identifier = Field("application", description="the database on the target")
    administrator: Identifier = Field("migration_admin", description="the target's first role")
    min_capacity: float = Field(
        0.5,
        strict=True,
        ge=0.5,
        le=256,
        multiple_of=0.5,
        description="ACU; at 0 a cluster pauses, which logical replication forbids",
    )
    max_capacity: float = Field(
        2, strict=True, ge=1, le=256, multiple_of=0.5, description="ACU; 1 is about 2 GiB"
    )
    backup_days: StrictInt = Field(
        7, ge=3, le=35, description="of point-in-time restore; the way back needs 72 hours"
    )
    deletion_protection: StrictBool = Field(
        True, description="false lets the data be deleted, with no last snapshot"
    )

    @field_validator("max_capacity")
    @classmethod
    def _not_below_the_least(cls, value: float, info: ValidationInfo) -> float:
        least = info.data.get("min_capacity")
        if least is not None and value < least:
            raise fault(
                f"is {value:g}, below min_capacity {least:g}: raise it or lower min_capacity"
            )
        return value
