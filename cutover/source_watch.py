"""What is watched on the source between preflight and finalize, as pure functions: WAL, disk, transactions, schema.

A replication slot keeps the server's log from the oldest change that its reader may still ask for. Nobody reads on
where the task has stopped, or where a transaction that began long ago is still open; then the log stays on the disk
until that is full, and the source stands still with it. PostgreSQL tells what a slot keeps and not what is left of
the disk: that has to be said in the settings, or the server has a limit of its own (max_slot_wal_keep_size), at which
it gives the slot up and everything has to be loaded anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

WINDOW: Final = timedelta(hours=6)
"""Of the readings that a forecast is made from."""
SHORTEST_SPAN: Final = timedelta(minutes=10)
"""Between two readings that make a rate: a minute's burst says nothing about a day."""
RECENT_SPAN: Final = timedelta(minutes=30)
"""A slot that began to grow this long ago is seen to, whatever it did in the hours before."""
FOREVER_HOURS: Final = 24.0 * 365
"""Nobody plans further; also what does not grow has so long."""
MOST_NAMED: Final = 50
"""Objects of a changed schema that are named one by one."""
LOST: Final = "lost"
"""pg_replication_slots.wal_status of a slot that its server has given up."""


@dataclass(frozen=True, kw_only=True)
class SlotWal:
    """A replication slot of any kind and database: each of them keeps the log of the whole server."""

    name: str
    kind: str
    """logical or physical."""
    database: str
    """Empty: physical."""
    active: bool
    """Somebody reads it at this moment."""
    wal_bytes: int
    """That it keeps on the server's disk; 0 where it keeps none any more."""
    wal_status: str
    """As SlotHealth.wal_status."""
    safe_bytes: int | None
    """That may still be written before the server gives it up (safe_wal_size); None: the server sets no limit."""


@dataclass(frozen=True, kw_only=True)
class Oldest:
    """The transaction that has been open for longest."""

    seconds: float
    who: str
    """Where to find it: process, role and state; or the name of what was prepared."""


@dataclass(frozen=True, kw_only=True)
class SourcePressure:
    """What keeps the source's log from being removed, as the server says it."""

    at: datetime
    """The server's clock."""
    wal_position: int
    """Bytes of WAL written since the server was made."""
    slots: tuple[SlotWal, ...]
    wal_limit: int | None
    """max_slot_wal_keep_size in bytes; None: it sets no limit."""
    transaction: Oldest | None
    """Open, and has written or holds a lock on a table; None: there is none. It holds a slot where it is, and the
    barrier of a switch."""
    prepared: Oldest | None
    """The same of prepared ones, which end by a person's hand only."""

    @property
    def kept(self) -> int:
        """Bytes of WAL on the disk because of slots: each keeps the same log from its own place on."""
        return max((slot.wal_bytes for slot in self.slots), default=0)


@dataclass(frozen=True, kw_only=True)
class WalReading:
    """What was kept at one moment."""

    at: datetime
    position: int
    kept: Mapping[str, int] = field(default_factory=dict)
    """Bytes, by slot."""


@dataclass(frozen=True, kw_only=True)
class DiskForecast:
    """When the WAL that slots keep reaches the limit, if it goes on as it did."""

    wal_bytes_per_hour: float | None = None
    """That the server writes; None: not known."""
    kept_bytes_per_hour: float | None = None
    """By which the slot that reaches its limit first grows; None: not known."""
    hours_left: float | None = None
    """FOREVER_HOURS at the most, also where nothing grows; None: not known."""
    hours_unread: float | None = None
    """The same if from now on nobody reads any slot: how long a stopped task may stand."""
    reason: str


@dataclass(frozen=True, kw_only=True)
class Drift:
    """In what the source's schema is otherwise than when its load began."""

    since: datetime | None = None
    """When the inventory that it is compared with was taken."""
    number: int = 0
    """Objects, and kinds that can't be compared."""
    changed: tuple[str, ...] = ()
    """In words, MOST_NAMED at the most."""
    unread: tuple[str, ...] = ()
    """Kinds of objects that one of the two looks could not read in full."""
    unknown: str = ""
    """Why nothing is known; empty where it is."""
    digest: str = ""
    """Of everything that differs, named or not: what was accepted is this and nothing else."""
    accepted: str = ""
    """By whom, and why; empty where nobody has."""


@dataclass(frozen=True, kw_only=True)
class SourceWatch:
    """One look at the source, with what is concluded from it."""

    at: datetime
    pressure: SourcePressure | None
    unreachable: str = ""
    """Why there is no pressure."""
    readings: tuple[WalReading, ...] = ()
    """Oldest first."""
    disk: DiskForecast
    drift: Drift


def with_reading(known: Iterable[WalReading], now: SourcePressure) -> tuple[WalReading, ...]:
    """Those of the window, and the present one where the newest is old enough for another.

    A log that is shorter than it was is another server's, or that of one that was restored: nothing of before counts.
    """
    kept = tuple(
        one
        for one in known
        if now.at - WINDOW <= one.at <= now.at and one.position <= now.wal_position
    )
    if kept and now.at - kept[-1].at < SHORTEST_SPAN:
        return kept
    reading = WalReading(
        at=now.at,
        position=now.wal_position,
        kept={slot.name: slot.wal_bytes for slot in now.slots},
    )
    return (*kept, reading)


def forecast(
    known: Iterable[WalReading], now: SourcePressure, *, budget: int | None
) -> DiskForecast:
    """From readings of the last hours. budget: bytes of the disk that WAL may fill; None: nobody has said.

    Of each slot the faster of two rates counts, that of the whole window and that of the last half hour.
    """
    readings = tuple(known)
    written = _rate([(one.at, one.position) for one in readings], now.at, now.wal_position)
    growing = [slot for slot in now.slots if slot.wal_status != LOST]
    rooms = {slot.name: _room(slot, budget) for slot in growing}
    if not growing:
        return DiskForecast(
            wal_bytes_per_hour=written,
            hours_left=FOREVER_HOURS,
            hours_unread=FOREVER_HOURS,
            reason="no slot keeps any WAL",
        )
    if None in rooms.values():
        return DiskForecast(
            wal_bytes_per_hour=written,
            reason="PostgreSQL does not tell its disk: set source.wal_disk_gigabytes",
        )
    room = {name: left for name, left in rooms.items() if left is not None}
    unread = _hours(min(room.values()), written)
    rates = {
        slot.name: _rate(
            [(one.at, one.kept[slot.name]) for one in readings if slot.name in one.kept],
            now.at,
            slot.wal_bytes,
        )
        for slot in growing
    }
    hours = {name: _hours(room[name], rate) for name, rate in rates.items()}
    known_hours = {name: left for name, left in hours.items() if left is not None}
    first = min(known_hours, key=lambda name: known_hours[name], default="")
    if full := next((name for name in sorted(room) if room[name] == 0), ""):
        return DiskForecast(
            wal_bytes_per_hour=written,
            kept_bytes_per_hour=rates[full],
            hours_left=0.0,
            hours_unread=0.0,
            reason=f"the slot {full} has reached its limit",
        )
    if len(known_hours) < len(hours):
        return DiskForecast(
            wal_bytes_per_hour=written, hours_unread=unread, reason="too few looks at it yet"
        )
    rate = rates[first]
    assert rate is not None
    grows = rate > 0
    return DiskForecast(
        wal_bytes_per_hour=written,
        kept_bytes_per_hour=rate,
        hours_left=known_hours[first],
        hours_unread=unread,
        reason=f"the slot {first} grows" if grows else "no slot grows",
    )


def _room(slot: SlotWal, budget: int | None) -> int | None:
    """Bytes until the disk's budget is used up, or until the server gives the slot up, whichever comes first."""
    known = [
        left
        for left in (slot.safe_bytes, None if budget is None else budget - slot.wal_bytes)
        if left is not None
    ]
    return max(0, min(known)) if known else None


def _rate(readings: list[tuple[datetime, int]], now: datetime, value: int) -> float | None:
    """An hour's growth; None where no reading is old enough."""
    usable = [(at, was) for at, was in readings if SHORTEST_SPAN <= now - at <= WINDOW]
    if not usable:
        return None
    recent = [one for one in usable if now - one[0] >= RECENT_SPAN]
    return max(
        (value - was) / ((now - at).total_seconds() / 3600) for at, was in (usable[0], *recent[-1:])
    )


def _hours(room: int, rate: float | None) -> float | None:
    if room <= 0:
        return 0.0
    if rate is None:
        return None
    return min(FOREVER_HOURS, room / rate) if rate > 0 else FOREVER_HOURS
