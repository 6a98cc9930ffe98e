"""The roles that the migration works with on one server, and what they are called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cutover.errors import BadInput


@dataclass(frozen=True, kw_only=True)
class RoleNames:
    """Who works in which database, on which schemas."""

    database: str
    schemas: tuple[str, ...]
    """Those that are moved."""
    replication: str
    """DMS, which reads here and applies here, by direction."""
    cutover: str
    """The functions of the cutover."""

    def __post_init__(self) -> None:
        if not self.schemas:
            raise BadInput("no schema is named: the roles would have rights on nothing")
        if len(set(self.all)) != len(self.all):
            raise BadInput(
                f"one role can't be two of {', '.join(self.all)}: give each a name of its own"
            )

    @property
    def all(self) -> tuple[str, ...]:
        return (self.replication, self.cutover)


@dataclass(frozen=True, kw_only=True)
class TargetRoleNames(RoleNames):
    """The target has a role for the application too; on the source the application has its own."""

    application: str
    """Owns what is moved."""

    @property
    def all(self) -> tuple[str, ...]:
        return (self.replication, self.cutover, self.application)


@dataclass(frozen=True, kw_only=True)
class TargetRoles:
    """What is to exist on the target."""

    names: TargetRoleNames
    passwords: Mapping[str, str] = field(repr=False)
    """By role."""

    def __post_init__(self) -> None:
        if missing := [name for name in self.names.all if not self.passwords.get(name)]:
            raise BadInput(f"no password is given for {', '.join(missing)}")
