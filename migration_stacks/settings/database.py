"""The section [database]: Aurora PostgreSQL, the database that is moved to."""

from __future__ import annotations

from typing import Final, Literal

from pydantic import Field, StrictBool, StrictInt, ValidationInfo, field_validator

from migration_stacks.settings.faults import fault
from migration_stacks.settings.types import Identifier, RoleName, Section

SMALL_CAPACITY: Final = 2
"""ACU. At this maximum an instance has 4 GiB and takes about 400 connections."""


class DatabaseSettings(Section):
    engine_version: Literal["16.13", "17.9"] = Field("17.9", description="of Aurora PostgreSQL")
    name: Identifier = Field("application", description="the database on the target")
    administrator: RoleName = Field("migration_admin", description="the target's first role")
    replication_user: RoleName = Field("migration_replication", description="the role of DMS")
    cutover_user: RoleName = Field("migration_cutover", description="the role of the cutover")
    application_user: RoleName = Field(
        "application", description="the role of the application; it owns what is moved"
    )
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
    full_load_max_capacity: float = Field(
        16,
        strict=True,
        ge=1,
        le=256,
        multiple_of=0.5,
        description="ACU; the most while full_load is true",
    )
    full_load: StrictBool = Field(
        False, description="true while the full load runs: full_load_max_capacity is the most"
    )
    insights: Literal["standard", "advanced"] = Field(
        "standard", description="mode of Database Insights"
    )
    ca_certificate: Literal["rds-ca-rsa2048-g1", "rds-ca-rsa4096-g1", "rds-ca-ecc384-g1"] = Field(
        "rds-ca-rsa2048-g1", description="authority of the instances' certificates"
    )
    backup_days: StrictInt = Field(
        7, ge=3, le=35, description="of point-in-time restore; the way back needs 72 hours"
    )
    snapshot_days: StrictInt = Field(
        7, ge=1, le=365, description="that a daily snapshot is kept by AWS Backup"
    )
    deletion_protection: StrictBool = Field(
        True, description="false lets the data be deleted, with no last snapshot"
    )

    @property
    def roles(self) -> tuple[str, ...]:
        """Those that are made beside the administrator."""
        return (self.replication_user, self.cutover_user, self.application_user)

    @property
    def highest_capacity(self) -> float:
        """What is deployed as the most, by whether the load runs."""
        return self.full_load_max_capacity if self.full_load else self.max_capacity

    def warnings(self) -> list[str]:
        """What works, and will be regretted."""
        if self.highest_capacity > SMALL_CAPACITY:
            return []
        return [
            f"database.max_capacity: is {self.highest_capacity:g} ACU, about 400 connections and "
            "4 GiB, too small for a full load of any size: deploy with full_load = true while it "
            f"runs ({self.full_load_max_capacity:g} ACU), and raise max_capacity to what the "
            "application needs before the cutover"
        ]

    @field_validator("administrator")
    @classmethod
    def _free_in_rds(cls, value: str) -> str:
        # "MasterUsername admin cannot be used as it is a reserved word used by the engine".
        if value.lower() == "admin":
            raise fault(f"is {value!r}, which RDS reserves for itself: choose another name")
        return value

    @field_validator("replication_user", "cutover_user", "application_user")
    @classmethod
    def _apart(cls, value: str, info: ValidationInfo) -> str:
        roles = ("administrator", "replication_user", "cutover_user", "application_user")
        for other in roles:
            if other != info.field_name and info.data.get(other) == value:
                raise fault(
                    f"is {value!r}, as {other} is; one role would have the rights and the "
                    "password of both: choose another name"
                )
        return value

    @field_validator("max_capacity")
    @classmethod
    def _not_below_the_least(cls, value: float, info: ValidationInfo) -> float:
        least = info.data.get("min_capacity")
        if least is not None and value < least:
            raise fault(
                f"is {value:g}, below min_capacity {least:g}: raise it or lower min_capacity"
            )
        return value

    @field_validator("full_load_max_capacity")
    @classmethod
    def _not_below_the_most(cls, value: float, info: ValidationInfo) -> float:
        most = info.data.get("max_capacity")
        if most is not None and value < most:
            raise fault(
                f"is {value:g}, below max_capacity {most:g}; the load would have less than "
                "everyday work: raise it or lower max_capacity"
            )
        return value
