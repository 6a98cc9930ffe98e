"""Watching the way back while it is open. On neither side of the line: nothing is moved, people are told."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass

from cutover.decisions import Finding, Verdict
from cutover.errors import DatabaseUnreachable, PrivilegeMissing, StaleLease
from cutover.journal import JournalState
from cutover.observations import SlotHealth
from cutover.ports import Clock, Database, Journal, Notices
from cutover.way_back import (
    LOST,
    Forecast,
    WayBackClock,
    clock_of,
    due,
    forecast,
    health_of,
    readings,
    sent,
    slot_finding,
    wants_reading,
    watch_detail,
)


@dataclass(frozen=True, kw_only=True)
class SlotsFound:
    """What the writer says of the way back's slot, or why it is not known."""

    slots: tuple[SlotHealth, ...] | None
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class Watched:
    """How the way back is."""

    clock: WayBackClock
    finding: Finding
    health: SlotHealth | None
    wal: Forecast
    told: tuple[int | str, ...]
    """The notices that were sent now."""


def look_at_slots(writer: Database, journal: Journal) -> SlotsFound:
    """The slot on the writer that the journal names; a server that can't be asked is told, not an error."""
    way_back = journal.state().way_back
    if way_back is None:
        return SlotsFound(slots=(), why="")
    try:
        return SlotsFound(slots=writer.slot_health((way_back.slot,)))
    except (DatabaseUnreachable, PrivilegeMissing) as error:  # on neither side of the line
        return SlotsFound(slots=None, why=str(error))


def watch_way_back(
    journal: Journal,
    notices: Notices,
    clock: Clock,
    *,
    found: SlotsFound,
    limit_gigabytes: int,
    migration: str,
) -> Watched | None:
    """Tells people what is due and writes down that they were told. None where no way back is open.

    Told first and written down after it: where this dies in between, people are told twice and not never.
    Raises ServiceUnavailable: the next check tries again.
    """
    state, now = journal.state(), clock.now()
    open_for = clock_of(state, now=now)
    if open_for is None:
        return None
    entries = journal.entries()
    health, known = health_of(state, found.slots), readings(state, entries)
    finding = slot_finding(state, found.slots, found.why)
    wal = forecast(known, health, now=now, limit=limit_gigabytes * 10**9)
    already = sent(state, entries)
    told: tuple[int | str, ...] = due(open_for, already)
    if told:
        # Where the check did not run for a while, the newest says all that the earlier ones would have.
        subject = f"Way back of {migration}: open for {told[-1]} h, {_left(open_for)}"
        notices.publish(subject[:100], _message(state, open_for, finding, wal, migration))
    if finding.verdict is Verdict.BAD and LOST not in already:
        subject = f"Way back of {migration}: lost"
        notices.publish(subject[:100], _message(state, open_for, finding, wal, migration))
        told = (*told, LOST)
    if told or (health is not None and wants_reading(known, now=now)):
        detail = watch_detail(state, now=now, notices=told, health=health)
        note = f"the way back is open for {open_for.hours_open:.1f} h; {finding.fact}"
        # Where the next move has begun, most often the way back itself, there is nothing more to watch here.
        with contextlib.suppress(StaleLease):
            journal.annotate(str(state.execution), now=now, note=note, detail=detail)
    return Watched(clock=open_for, finding=finding, health=health, wal=wal, told=told)


def _left(clock: WayBackClock) -> str:
    left = clock.hours_left
    return f"{left:.0f} h left" if left > 0 else "its time is over"


def _message(
    state: JournalState, clock: WayBackClock, finding: Finding, wal: Forecast, migration: str
) -> str:
    until = "no limit is in sight" if wal.hours_left is None else f"about {wal.hours_left:.0f} h"
    return (
        f"The writer of {migration} is on the {state.writer.value} since {clock.since:%Y-%m-%d %H:%M}Z, for "
        f"{clock.hours_open:.0f} h. The way back is promised for 72 h: {_left(clock)}.\n\n"
        f"{finding.fact}.\nUntil its WAL reaches the limit: {until} ({wal.reason}).\n\n"
        "Until somebody gives it up, it stays as it is. Go back, losing nothing:\n\n"
        f"  cutover rollback --suffix {migration}\n"
    )
