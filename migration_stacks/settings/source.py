"""The section [source]: the PostgreSQL server to leave, and what of it is moved."""

from __future__ import annotations

import re
from typing import Final, Literal

from pydantic import Field, StrictInt, ValidationInfo, field_validator

from migration_stacks.settings.faults import fault, faults
from migration_stacks.settings.types import (
    Certificates,
    ColumnName,
    HostName,
    Identifier,
    Network,
    RoleName,
    Section,
    TableName,
)

_NOT_THE_APPLICATIONS: Final = re.compile(r"cutover|awsdms_control|information_schema|pg_.*")


class SourceSettings(Section):
    host: HostName = Field(description="the name of the PostgreSQL server to leave")
    port: StrictInt = Field(5432, ge=1, le=65_535, description="its TCP port")
    database: Identifier = Field(description="the database to move")
    schemas: tuple[Identifier, ...] = Field(description="the schemas to move, each whole")
    exclude_tables: tuple[TableName, ...] = Field((), description="tables that stay behind")
    generated_columns: tuple[ColumnName, ...] = Field(
        (), description="columns that each database computes itself"
    )
    network: Network = Field(description="the network of the server")
    ca_certificate: Certificates = Field(
        "", description="a PEM file with the authority of the server's certificate"
    )
    ssl_mode: Literal["require", "verify-ca", "verify-full"] = Field(
        "require", description="what DMS checks of the server"
    )
    wal_disk_gigabytes: StrictInt = Field(
        0, ge=0, le=1_000_000, description="of its disk, that WAL may fill; 0: not known"
    )
    replication_user: RoleName = Field("migration_replication", description="the role of DMS")
    cutover_user: RoleName = Field("migration_cutover", description="the role of the cutover")

    @field_validator("schemas")
    @classmethod
    def _the_applications(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not value:
            raise fault("is empty; there would be nothing to move: name at least one schema")
        if refused := [name for name in value if _NOT_THE_APPLICATIONS.fullmatch(name)]:
            raise fault(
                f"has {', '.join(refused)}; PostgreSQL's own schemas and this tool's are not "
                "moved: take it out"
            )
        if len(set(value)) != len(value):
            raise fault("names a schema twice; its tables would be loaded twice: name it once")
        return value

    @field_validator("exclude_tables", "generated_columns")
    @classmethod
    def _in_a_schema_that_is_moved(
        cls, value: tuple[str, ...], info: ValidationInfo
    ) -> tuple[str, ...]:
        moved = info.data.get("schemas", ())
        found = [
            (
                f"[{number}]",
                f"is {name!r}, and {name.split('.')[0]} is not among schemas, so it would do "
                "nothing: correct it or name the schema there",
            )
            for number, name in enumerate(value)
            if moved and name.split(".")[0] not in moved
        ]
        found += [
            (f"[{number}]", f"is {name!r}, which stands there already: name it once")
            for number, name in enumerate(value)
            if name in value[:number]
        ]
        if found:
            raise faults(found)
        return value

    @field_validator("ssl_mode")
    @classmethod
    def _with_what_it_needs(cls, value: str, info: ValidationInfo) -> str:
        # Absent where the certificate itself is at fault, which is told already.
        given = info.data.get("ca_certificate")
        if value != "require" and given == "":
            raise fault(
                f"is {value!r} and ca_certificate is empty; there is nothing to check the server "
                "by: name a PEM file there or use require"
            )
        if value == "require" and given:
            raise fault(
                "is 'require', which checks nothing, so ca_certificate would be ignored: use "
                "verify-full, or verify-ca where the certificate does not carry the host's name"
            )
        return value

    @field_validator("cutover_user")
    @classmethod
    def _apart(cls, value: str, info: ValidationInfo) -> str:
        if value == info.data.get("replication_user"):
            raise fault(
                f"is {value!r}, as replication_user is; the cutover ends sessions and leaves those "
                "of replication alone, which it tells apart by their role: choose another name"
            )
        return value
