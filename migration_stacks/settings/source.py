"""The section [source]: the PostgreSQL server to leave, and what of it is moved."""

from __future__ import annotations

import re
from typing import Final

from pydantic import Field, StrictInt, field_validator

from migration_stacks.settings.faults import fault
from migration_stacks.settings.types import HostName, Identifier, Network, Section

_NOT_THE_APPLICATIONS: Final = re.compile(r"cutover|awsdms_control|information_schema|pg_.*")


class SourceSettings(Section):
    host: HostName = Field(description="the name of the PostgreSQL server to leave")
    port: StrictInt = Field(5432, ge=1, le=65_535, description="its TCP port")
    database: Identifier = Field(description="the database to move")
    schemas: tuple[Identifier, ...] = Field(description="the schemas to move, each whole")
    network: Network = Field(description="the network of the server")
    replication_user: Identifier = Field("migration_replication", description="the role of DMS")
    cutover_user: Identifier = Field("migration_cutover", description="the role of the cutover")

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
