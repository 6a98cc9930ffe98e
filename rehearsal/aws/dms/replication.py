"""The port behind the DMS stand-in: whatever really copies the changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

Side = Literal["source", "target"]
TableState = Literal[
    "Table does not exist",
    "Before load",
    "Full load",
    "Table completed",
    "Table cancelled",
    "Table error",
    "Table is being reloaded",
]
"""DMS API reference, TableStatistics.TableState: all of its words."""
Table = tuple[str, str]
"""Schema and name, unquoted."""


class ReplicationError(Exception):
    """A database refused or could not be reached; the message is fit for an operator."""


@dataclass(frozen=True, kw_only=True)
class TableProgress:
    """One table's copy and its changes since, as far as the databases tell."""

    schema: str
    name: str
    state: TableState
    full_load_rows: int = 0
    inserts: int = 0
    updates: int = 0
    deletes: int = 0

    @property
    def key(self) -> Table:
        return self.schema, self.name


@dataclass(frozen=True, kw_only=True)
class Progress:
    """One look at both databases."""

    tables: tuple[TableProgress, ...]
    source_latency_seconds: float
    """Age of the oldest change that is not yet read from the source."""
    target_latency_seconds: float
    """How much longer the oldest change that is not yet applied has been waiting."""
    pending_changes: int
    """Rows changed on the source and not yet applied, estimated."""
    failure: str | None = None
    """Why the changes can't be applied: they have failed again and again at the same place."""


class Replication(Protocol):
    """Copies a database and then its changes. Every method raises ReplicationError."""

    def begin(self, position: str | None = None) -> None:
        """Start with a full copy; one that only follows changes starts at `position`, anew each time."""
        ...

    def resume(self) -> None:
        """Go on where it was halted."""
        ...

    def reload(self, *, truncate: bool) -> None:
        """Copy everything again, into tables as they are, or emptied before."""
        ...

    def reload_tables(self, tables: tuple[Table, ...], *, truncate: bool) -> None:
        """Copy these again while the others go on."""
        ...

    def halt(self) -> None:
        """Apply nothing more, and keep the place."""
        ...

    def remove(self) -> None:
        """Take everything away that begin() made; the data stays."""
        ...

    def observe(self) -> Progress:
        """How far it is."""
        ...

    def differs(self, table: Table) -> bool:
        """Whether the rows on both sides are not the same at this moment, by one look at each."""
        ...

    def check(self, side: Side) -> None:
        """Connect as the replication does."""
        ...

    def close(self) -> None:
        """Give back the connections."""
        ...
