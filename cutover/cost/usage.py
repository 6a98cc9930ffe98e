"""How much of what is used: the phases of a migration, what is assumed about it, and what is metered."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from cutover.cost.ranges import Range, exactly, within

if TYPE_CHECKING:
    from cutover.cost.assembly import Resource, Stack

HOURS: Final = 730
SECONDS: Final = HOURS * 3600
DAYS: Final = Decimal(HOURS) / 24
CHANGED_ROW: Final = within("0.0000002", "0.000001", "0.000004")
"""GB: 0.2 to 4 KB, as it travels and as it is kept."""


class Phase(StrEnum):
    """In the order in which a migration goes through them."""

    BUILD = "build"
    """Everything is deployed, nothing is replicated."""
    FULL_LOAD = "full load"
    REPLICATING = "replicating"
    """From the end of the load over the cutover to the end of the way back."""
    AFTER = "after finalize"
    """The replication and the cutover stack are destroyed; the database stays."""


class NoPrice(Exception):
    """A resource of a known kind, in a form that the table has no price for."""


@dataclass(frozen=True, kw_only=True)
class Assumptions:
    """What no template knows."""

    storage_gigabytes: int = 100
    """That the migrated database takes on the target."""
    changes_per_second: int = 20
    """Rows inserted, updated and deleted, as the mean of a month."""
    dns_queries_per_second: int = 5
    """That reach Route 53, as the mean of a month."""
    full_load_max_capacity: Decimal | None = None
    """ACU that an instance may use during the load; as None what the database stack says."""


@dataclass(frozen=True, kw_only=True)
class Circumstances:
    """What a resource's use depends on, besides itself."""

    phase: Phase
    assumptions: Assumptions
    stack: Stack
    stacks: tuple[Stack, ...]

    @property
    def stored(self) -> Range:
        """GB on the target. What is loaded needs room for dead rows and unsent WAL as well."""
        if self.phase is Phase.BUILD:
            return within(0, 1, 1)
        return exactly(self.assumptions.storage_gigabytes) * within(1, 1, "1.5")

    @property
    def changes(self) -> Range:
        """Rows a month."""
        if self.phase in (Phase.BUILD, Phase.FULL_LOAD):
            return exactly(0)
        return exactly(self.assumptions.changes_per_second * SECONDS)

    @property
    def moved(self) -> Range:
        """GB a month from one database to the other."""
        if self.phase is Phase.FULL_LOAD:
            return exactly(self.assumptions.storage_gigabytes) * within(1, 1, "1.2")
        if self.phase is Phase.REPLICATING:
            return self.changes * CHANGED_ROW
        return exactly(0)


@dataclass(frozen=True, kw_only=True)
class Use:
    """So many units of a price of the table, in a month."""

    price: str
    quantity: Range
    once: bool = False
    """Not by the hour: one full load uses it, however long it takes."""


Meter = Callable[["Resource", Circumstances], Iterable[Use]]


def by_the_hour(price: str, quantity: Range | int = 1) -> Use:
    """Paid for as long as it exists."""
    return Use(price=price, quantity=exactly(HOURS) * quantity)
