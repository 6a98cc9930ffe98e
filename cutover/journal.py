"""The phases of a cutover, which may follow which, and on which side of the line each stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final


class Phase(StrEnum):
    """How far a cutover has come, in order."""

    IDLE = "idle"
    STARTED = "started"
    SHIFTING = "shifting"
    """The read record is being moved: its weight is one of the plan's, or about to be."""
    PARKED = "parked"
    """The reads stay at a weight that a person chose; nothing else has moved. A new start is allowed."""
    WRITES_MOVED = "writes-moved"
    """The write record points, or is about to point, to the target; the source is still the writer."""
    SWITCHING = "switching"
    """The closing of the source is intended: whether it happened only the source can tell."""
    SWITCH_ABANDONED = "switch-abandoned"
    """The source was looked at and is open."""
    ORIGIN_CLOSED = "origin-closed"
    DESTINATION_OPEN = "destination-open"
    DONE = "done"
    PUT_BACK = "put-back"
    """Both names are at the source again, the source is the writer; a new start is allowed."""


class Side(StrEnum):
    """Where a phase stands relative to the point of no return."""

    BEFORE = "before"
    """Every failure puts things back."""
    ASK_THE_SOURCE = "ask-the-source"
    """The intent is recorded and the fact is not."""
    AFTER = "after"
    """Every failure goes forward."""


SIDES: Final[dict[Phase, Side]] = {
    Phase.IDLE: Side.BEFORE,
    Phase.STARTED: Side.BEFORE,
    Phase.SHIFTING: Side.BEFORE,
    Phase.PARKED: Side.BEFORE,
    Phase.WRITES_MOVED: Side.BEFORE,
    Phase.SWITCHING: Side.ASK_THE_SOURCE,
    Phase.SWITCH_ABANDONED: Side.BEFORE,
    Phase.ORIGIN_CLOSED: Side.AFTER,
    Phase.DESTINATION_OPEN: Side.AFTER,
    Phase.DONE: Side.AFTER,
    Phase.PUT_BACK: Side.BEFORE,
}

ALLOWED: Final[dict[Phase, frozenset[Phase]]] = {
    Phase.IDLE: frozenset(),
    Phase.STARTED: frozenset({Phase.IDLE, Phase.PARKED, Phase.PUT_BACK}),
    Phase.SHIFTING: frozenset({Phase.STARTED, Phase.SHIFTING}),
    Phase.PARKED: frozenset({Phase.SHIFTING, Phase.PARKED}),
    Phase.WRITES_MOVED: frozenset({Phase.SHIFTING, Phase.WRITES_MOVED}),
    Phase.SWITCHING: frozenset({Phase.SHIFTING, Phase.WRITES_MOVED}),
    Phase.SWITCH_ABANDONED: frozenset(
        {
            Phase.STARTED,
            Phase.SHIFTING,
            Phase.WRITES_MOVED,
            Phase.SWITCHING,
            Phase.SWITCH_ABANDONED,
        }
    ),
    Phase.ORIGIN_CLOSED: frozenset({Phase.SWITCHING, Phase.ORIGIN_CLOSED}),
    Phase.DESTINATION_OPEN: frozenset(
        {Phase.SWITCHING, Phase.ORIGIN_CLOSED, Phase.DESTINATION_OPEN}
    ),
    Phase.DONE: frozenset({Phase.DESTINATION_OPEN, Phase.DONE}),
    Phase.PUT_BACK: frozenset(
        {
            Phase.STARTED,
            Phase.SHIFTING,
            Phase.PARKED,
            Phase.WRITES_MOVED,
            Phase.SWITCH_ABANDONED,
            Phase.PUT_BACK,
        }
    ),
}
"""For each phase, the phases it may be entered from. SWITCHING never leads to PUT_BACK: look first."""

STARTABLE: Final = ALLOWED[Phase.STARTED]


@dataclass(frozen=True, kw_only=True)
class Lease:
    """The right to act: who holds it, and the number that overtakes every older one."""

    execution: str
    fence: int


@dataclass(frozen=True, kw_only=True)
class JournalState:
    """The newest state of one migration."""

    phase: Phase = Phase.IDLE
    execution: str | None = None
    """Who holds the lease, or held it last; None: nobody ever did."""
    held: bool = False
    """Whether the lease is held now."""
    fence: int = 0
    parked_at: int = 0
    """The share of the reads that is parked on the target, or was when a start took over; 0: none."""
    updated_at: datetime | None = None
    seal: str = ""
    """Of the newest entry; empty: none has one."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of the journal."""

    number: int
    phase: Phase
    execution: str
    at: datetime
    note: str
    detail: dict[str, Any] = field(default_factory=dict)
    previous: str = ""
    """The seal of the entry before; empty: this is the first that has one."""
    seal: str = ""
    """Over this entry and `previous` (chain.py); empty: written by a version that sealed nothing."""


def side_of_the_line(phase: Phase) -> Side:
    """On which side of the point of no return `phase` stands."""
    return SIDES[phase]


def may_follow(current: Phase, wanted: Phase) -> bool:
    """Whether `wanted` may be entered from `current`."""
    return current in ALLOWED[wanted]
