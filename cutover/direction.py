"""Which way the writer moves, and which stream of changes goes along; a rollback is the same switch the other way."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Where(StrEnum):
    """One of the two databases."""

    SOURCE = "source"
    TARGET = "target"

    @property
    def other(self) -> Where:
        return Where.TARGET if self is Where.SOURCE else Where.SOURCE

    @property
    def share(self) -> int:
        """The target's share of a record, in percent, where the record names this database alone."""
        return 100 if self is Where.TARGET else 0


class Stream(StrEnum):
    """What carries changes from one database to the other. One of them runs at a time: two would carry a change in
    a circle, and PostgreSQL before 16 can't filter by origin (docs/decisions/0007)."""

    LOAD = "load"
    """The first one, source to target: the full load and the changes since."""
    BACK = "back"
    """Target to source, once the writer is on the target."""
    AGAIN = "again"
    """Source to target, once the writer has come back; nothing is copied anew."""

    @property
    def origin(self) -> Where:
        return Where.TARGET if self is Stream.BACK else Where.SOURCE


class Direction(StrEnum):
    """Which way the writer moves."""

    FORWARD = "forward"
    BACK = "back"

    @classmethod
    def away_from(cls, writer: Where) -> Direction:
        return cls.FORWARD if writer is Where.SOURCE else cls.BACK

    @property
    def origin(self) -> Where:
        """Where the writer is before the switch."""
        return Where.SOURCE if self is Direction.FORWARD else Where.TARGET

    @property
    def destination(self) -> Where:
        """Where it is afterwards."""
        return self.origin.other

    @property
    def way_back(self) -> Stream:
        """What carries changes from the destination to the origin afterwards."""
        return WAYS_BACK[self]


WAYS_BACK: Final = {Direction.FORWARD: Stream.BACK, Direction.BACK: Stream.AGAIN}
