"""The section [replication]: how the target gets to where a cutover could begin."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, StrictInt, field_validator

from migration_stacks.settings.faults import faults
from migration_stacks.settings.types import Section


class ReplicationSettings(Section):
    schema_copy: Literal["build", "by-hand"] = Field(
        "build", description="a build project in the VPC copies the schema, or a person"
    )
    schema_jobs: StrictInt = Field(
        4, ge=1, le=32, description="indexes and keys that are made at a time"
    )
    schema_roles: tuple[str, ...] = Field(
        (), description="SOURCE=TARGET: what a role of the source is called on the target"
    )

    @property
    def builds(self) -> bool:
        """Whether a build project copies the schema."""
        return self.schema_copy == "build"

    @property
    def roles(self) -> dict[str, str]:
        """The target's name of a role by the source's."""
        return dict(word.split("=") for word in self.schema_roles)

    @field_validator("schema_roles")
    @classmethod
    def _two_names_each(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        seen: set[str] = set()
        found = []
        for index, word in enumerate(value):
            source, equals, target = word.partition("=")
            if not (source and equals and target) or "=" in target:
                said = f'is {word!r}; two names of roles are needed: write "shop_owner=application"'
                found.append((f"[{index}]", said))
            elif source in seen:
                said = f"is {word!r}, and {source} has a name on the target already: take one out"
                found.append((f"[{index}]", said))
            seen.add(source)
        if found:
            raise faults(found)
        return value
