"""The way back after a switch, as pure functions: how long it is promised, what is due, whether its slot still carries.

The promise is 72 hours from the moment the writer moved. It rests on one replication slot of the new writer: the server
keeps the WAL behind it on its disk for as long as the stream does not take it, and gives up a slot beyond its limit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from cutover.decisions import Finding, Verdict
from cutover.direction import Where
from cutover.journal import OVER, Entry, JournalState
from cutover.observations import SlotHealth

PROMISED: Final = timedelta(hours=72)
NOTICES: Final = (24, 48, 66, 72)
"""Hours after the switch at which people are told."""

WATCH: Final = "way_back_watch"
"""Key of an entry's detail: since when the writer is there, the notices that were sent, the slot's WAL."""
BETWEEN_READINGS: Final = timedelta(hours=1)
"""How often a reading is written down: the check runs every few minutes, and the journal is for people too."""
SHORTEST_SPAN: Final = timedelta(minutes=10)
"""Between two readings that make a forecast: a minute's burst says nothing about a day."""
LOST: Final = "lost"
"""In the place of a notice's hours."""


@dataclass(frozen=True, kw_only=True)
class WayBackClock:
    """How long the way back is open."""

    since: datetime
    open_for: timedelta

    @property
    def hours_open(self) -> float:
        return self.open_for.total_seconds() / 3600

    @property
    def hours_left(self) -> float:
        """Of the promise; negative once it has run out, while the way back may well carry on."""
        return (PROMISED - self.open_for).total_seconds() / 3600


@dataclass(frozen=True, kw_only=True)
class WalReading:
    """What a slot kept at one moment."""

    at: datetime
    kept: int
    """Bytes."""


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """When a slot's WAL reaches a limit, if it goes on as it did."""

    bytes_per_hour: float | None
    """None: not known."""
    hours_left: float | None
    """Until the limit; None: not known, or it does not grow. `reason` says which."""
    reason: str


def clock_of(state: JournalState, *, now: datetime) -> WayBackClock | None:
    """None where no way back is open: the writer never moved, is back at the source, or the way was given up."""
    if state.writer is not Where.TARGET or state.writer_since is None or state.phase in OVER:
        return None
    return WayBackClock(since=state.writer_since, open_for=now - state.writer_since)


def sent(state: JournalState, entries: Iterable[Entry]) -> frozenset[int | str]:
    """The notices of this way back that the journal says were sent; those of an earlier one do not count."""
    return frozenset(
        notice for told in _watched(state, entries) for notice in told.get("notices", ())
    )


def due(clock: WayBackClock, already: frozenset[int | str]) -> tuple[int, ...]:
    """The notices whose hour has come and that were not sent, earliest first."""
    return tuple(
        hours
        for hours in NOTICES
        if clock.open_for >= timedelta(hours=hours) and hours not in already
    )


def readings(state: JournalState, entries: Iterable[Entry]) -> tuple[WalReading, ...]:
    """What the journal says that the slot of this way back has kept, oldest first."""
    return tuple(
        WalReading(at=datetime.fromisoformat(told["at"]), kept=int(told["kept"]))
        for told in _watched(state, entries)
        if told.get("kept") is not None
    )


def watch_detail(
    state: JournalState,
    *,
    now: datetime,
    notices: Iterable[int | str],
    health: SlotHealth | None,
) -> dict[str, Any]:
    """What sent() and readings() read."""
    return {
        WATCH: {
            "since": state.writer_since.isoformat() if state.writer_since else None,
            "at": now.isoformat(),
            "notices": list(notices),
            "kept": None if health is None else health.wal_bytes,
        }
    }


def _watched(state: JournalState, entries: Iterable[Entry]) -> Iterable[Mapping[str, Any]]:
    since = state.writer_since.isoformat() if state.writer_since else None
    for entry in entries:
        told = entry.detail.get(WATCH)
        if isinstance(told, dict) and told.get("since") == since:
            yield told


def wants_reading(known: tuple[WalReading, ...], *, now: datetime) -> bool:
    """Whether it is time to write another one down."""
    return not known or now - known[-1].at >= BETWEEN_READINGS


def slot_finding(state: JournalState, found: tuple[SlotHealth, ...] | None, why: str) -> Finding:
    """Whether the way back still has its slot. found: None where the writer could not be asked, and then why."""
    error = "WayBackNotOpen"
    if state.way_back is None:
        fact = "the journal names no slot of a way back"
        return Finding(error=error, verdict=Verdict.BAD, fact=fact)
    name = state.way_back.slot
    if found is None:
        fact = f"the slot {name} could not be looked at: {why}"
        return Finding(error=error, verdict=Verdict.UNKNOWN, fact=fact)
    health = health_of(state, found)
    if health is None or health.wal_status == LOST:
        what = "is missing" if health is None else "was given up by its server"
        fact = (
            f"the way back is lost: the slot {name} {what}, so changes are missing; the {state.writer.value} stays "
            "the writer, and going back now needs a new load"
        )
        return Finding(error=error, verdict=Verdict.BAD, fact=fact)
    if not health.wal_status:
        fact = f"the server does not say how the slot {name} is"
        return Finding(error=error, verdict=Verdict.UNKNOWN, fact=fact)
    read = "is read" if health.active else "is read by nobody"
    fact = f"the slot {name} {read}, {health.wal_status}, and keeps {gigabytes(health.wal_bytes)}"
    return Finding(error=error, verdict=Verdict.GOOD, fact=fact)


def health_of(state: JournalState, found: tuple[SlotHealth, ...] | None) -> SlotHealth | None:
    """Of the slot that the way back stands on."""
    if state.way_back is None or found is None:
        return None
    return next((health for health in found if health.name == state.way_back.slot), None)


def forecast(
    known: tuple[WalReading, ...], health: SlotHealth | None, *, now: datetime, limit: int
) -> Forecast:
    """From the oldest reading of the last six hours to now. limit: bytes that the slot may keep.

    The server's own limit counts where it is nearer. Too few readings, or a slot that is gone: not known.
    """
    if health is None or health.wal_status == LOST:
        return Forecast(bytes_per_hour=None, hours_left=None, reason="the slot keeps nothing")
    recent = [one for one in known if SHORTEST_SPAN <= now - one.at <= timedelta(hours=6)]
    if not recent:
        return Forecast(
            bytes_per_hour=None, hours_left=None, reason="not known: too few readings yet"
        )
    first = recent[0]
    rate = (health.wal_bytes - first.kept) / ((now - first.at).total_seconds() / 3600)
    left = limit - health.wal_bytes
    if health.safe_bytes is not None:
        left = min(left, health.safe_bytes)
    if left <= 0:
        return Forecast(bytes_per_hour=rate, hours_left=0.0, reason="the limit is reached")
    if rate <= 0:
        return Forecast(bytes_per_hour=rate, hours_left=None, reason="it does not grow")
    reason = f"it grows by {gigabytes(rate)} an hour"
    return Forecast(bytes_per_hour=rate, hours_left=left / rate, reason=reason)


def gigabytes(number: float) -> str:
    """Bytes in GB, as people read them."""
    return f"{number / 1e9:.1f} GB"
