"""The phases of a move of the writer, which may follow which, and on which side of the line each stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from cutover.direction import Direction, Stream, Where


class Phase(StrEnum):
    """How far a cutover has come, in order."""

    IDLE = "idle"
    REPLICATING = "replicating"
    """The target is being loaded, a table of it loaded anew, or it catches up. Nothing has moved."""
    READY = "ready"
    """The target has caught up, as far as the newest replication saw."""
    NOT_READY = "not-ready"
    """The newest replication ended without that. Nothing has moved."""
    STARTED = "started"
    SHIFTING = "shifting"
    """The read record is being moved: its weight is one of the plan's, or about to be."""
    PARKED = "parked"
    """The reads stay at a weight that a person chose; nothing else has moved. A new start is allowed."""
    WRITES_MOVED = "writes-moved"
    """The write record points, or is about to point, to the destination; the origin is still the writer."""
    SWITCHING = "switching"
    """The closing of the origin is intended: whether it happened only the origin can tell."""
    SWITCH_ABANDONED = "switch-abandoned"
    """The origin was looked at and is open."""
    ORIGIN_CLOSED = "origin-closed"
    DESTINATION_OPEN = "destination-open"
    DONE = "done"
    """The destination is the writer, the way back carries; from here a start goes the other way."""
    PUT_BACK = "put-back"
    """Both names are at the origin again, the origin is the writer; a new start is allowed."""
    FINALIZING = "finalizing"
    """The way back, or the whole move, was given up on purpose: what replicates is being removed."""
    FINALIZED = "finalized"
    """Nothing replicates any more, on either side; this migration is over."""


class Side(StrEnum):
    """Where a phase stands relative to the point of no return."""

    BEFORE = "before"
    """Every failure puts things back."""
    ASK_THE_ORIGIN = "ask-the-origin"
    """The intent is recorded and the fact is not."""
    AFTER = "after"
    """Every failure goes forward."""


SIDES: Final[dict[Phase, Side]] = {
    Phase.IDLE: Side.BEFORE,
    Phase.REPLICATING: Side.BEFORE,
    Phase.READY: Side.BEFORE,
    Phase.NOT_READY: Side.BEFORE,
    Phase.STARTED: Side.BEFORE,
    Phase.SHIFTING: Side.BEFORE,
    Phase.PARKED: Side.BEFORE,
    Phase.WRITES_MOVED: Side.BEFORE,
    Phase.SWITCHING: Side.ASK_THE_ORIGIN,
    Phase.SWITCH_ABANDONED: Side.BEFORE,
    Phase.ORIGIN_CLOSED: Side.AFTER,
    Phase.DESTINATION_OPEN: Side.AFTER,
    Phase.DONE: Side.AFTER,
    Phase.PUT_BACK: Side.BEFORE,
    # A slot that is dropped does not come back: finalize again finishes it.
    Phase.FINALIZING: Side.AFTER,
    Phase.FINALIZED: Side.AFTER,
}

ALLOWED: Final[dict[Phase, frozenset[Phase]]] = {
    Phase.IDLE: frozenset(),
    Phase.REPLICATING: frozenset(
        {Phase.IDLE, Phase.READY, Phase.NOT_READY, Phase.PUT_BACK, Phase.REPLICATING}
    ),
    Phase.READY: frozenset({Phase.REPLICATING, Phase.READY}),
    Phase.NOT_READY: frozenset({Phase.REPLICATING, Phase.NOT_READY}),
    Phase.STARTED: frozenset(
        {
            Phase.IDLE,
            Phase.READY,
            Phase.NOT_READY,
            Phase.PARKED,
            Phase.PUT_BACK,
            Phase.DONE,
        }
    ),
    Phase.SHIFTING: frozenset({Phase.STARTED, Phase.SHIFTING}),
    Phase.PARKED: frozenset({Phase.SHIFTING, Phase.PARKED}),
    # Without a stage before it in a rollback: the reads go along with the writer.
    Phase.WRITES_MOVED: frozenset({Phase.STARTED, Phase.SHIFTING, Phase.WRITES_MOVED}),
    Phase.SWITCHING: frozenset({Phase.STARTED, Phase.SHIFTING, Phase.WRITES_MOVED}),
    Phase.SWITCH_ABANDONED: frozenset(
        {
            Phase.STARTED,
            Phase.SHIFTING,
            Phase.PARKED,
            Phase.WRITES_MOVED,
            Phase.SWITCHING,
            Phase.SWITCH_ABANDONED,
            Phase.PUT_BACK,
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
    # From wherever neither reads nor the writer are on their way.
    Phase.FINALIZING: frozenset(
        {
            Phase.IDLE,
            Phase.READY,
            Phase.NOT_READY,
            Phase.PUT_BACK,
            Phase.DONE,
            Phase.FINALIZING,
            Phase.FINALIZED,
        }
    ),
    Phase.FINALIZED: frozenset({Phase.FINALIZING, Phase.FINALIZED}),
}
"""For each phase, the phases it may be entered from. SWITCHING never leads to PUT_BACK: look first. DONE leads to
STARTED only: that start is the next move, in the other direction, with a line of its own."""

STARTABLE: Final = ALLOWED[Phase.STARTED]
REPLICABLE: Final = ALLOWED[Phase.REPLICATING] - {Phase.REPLICATING}
"""Where nothing reads from the target, so that it may be loaded."""
FINALIZABLE: Final = ALLOWED[Phase.FINALIZING]
OVER: Final = frozenset({Phase.FINALIZING, Phase.FINALIZED})
"""What replicated is being removed, or is removed: from here nothing else can be started."""


@dataclass(frozen=True, kw_only=True)
class Lease:
    """The right to act: who holds it, and the number that overtakes every older one."""

    execution: str
    fence: int


@dataclass(frozen=True, kw_only=True)
class WayBack:
    """What an intent says of the way back: from where it carries, and what it makes dispensable."""

    stream: Stream
    slot: str
    """The replication slot on the destination that keeps every change since it was the writer."""
    lsn: str
    """Where the slot stands, and the stream begins."""
    old_slots: tuple[str, ...] = ()
    """The slots on the origin through which changes came to the destination."""


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
    direction: Direction = Direction.FORWARD
    """Of the move that runs, or ran last."""
    writer: Where = Where.SOURCE
    """Which database is the writer, as far as the journal knows: between intent and fact the origin."""
    writer_since: datetime | None = None
    """When the writer moved last; None: it never did."""
    carrier: Stream = Stream.LOAD
    """What carries changes to the database that is not the writer."""
    way_back: WayBack | None = None
    """Of the newest intent; None where it was abandoned, or none was ever recorded."""

    @property
    def next_move(self) -> Direction:
        """The direction of the move that runs, or that a start would make."""
        return self.direction if self.held else Direction.away_from(self.writer)


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


BEGINNINGS: Final = frozenset({Phase.STARTED, Phase.REPLICATING, Phase.FINALIZING})
"""What takes the lease anew: from there the journal is about something else."""


def entries_of_the_move(entries: Sequence[Entry], execution: str) -> tuple[Entry, ...]:
    """Of the last move that this execution had a part in: from its start on, across whoever took it over."""
    own = [number for number, entry in enumerate(entries) if entry.execution == execution]
    if not own:
        return ()
    starts = [number for number, entry in enumerate(entries) if entry.phase is Phase.STARTED]
    first = max((start for start in starts if start <= own[-1]), default=0)
    others = (n for n, entry in enumerate(entries) if n > own[-1] and entry.phase in BEGINNINGS)
    end = next(others, len(entries))
    return tuple(entries[first:end])
