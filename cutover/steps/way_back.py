"""Watching the way back while it is open. On neither side of the line: nothing is moved, people are told."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from cutover.decisions import Finding, Verdict
from cutover.direction import Where
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

RUNBOOK: Final = "See docs/runbook.md, Way back: clock and WAL."


@dataclass(frozen=True, kw_only=True)
class SlotsFound:
    """What the writer says of the way back's slot, or why it is not known; and of which way back."""

    slots: tuple[SlotHealth, ...] | None
    why: str = ""
    slot: str | None = None
    """That was asked for; None: the journal named none."""
    writer_since: datetime | None = None
    """As the journal had it at the look. A name alone is not enough: the next way back's slot has it too."""


@dataclass(frozen=True, kw_only=True)
class Watched:
    """How the way back is."""

    clock: WayBackClock
    finding: Finding
    health: SlotHealth | None
    wal: Forecast
    told: tuple[int | str, ...]
    """The notices that were sent now."""


def look_at_slots(source: Database, target: Database, journal: Journal) -> SlotsFound:
    """The slot on the writer that the journal names; a server that can't be asked is told, not an error."""
    # Once: a switch in between would have one database asked for what the journal says of the other.
    state = journal.state()
    if state.way_back is None:
        return SlotsFound(slots=(), writer_since=state.writer_since)
    writer, name = source if state.writer is Where.SOURCE else target, state.way_back.slot
    looked = SlotsFound(slots=None, slot=name, writer_since=state.writer_since)
    try:
        return replace(looked, slots=writer.slot_health((name,)))
    except (DatabaseUnreachable, PrivilegeMissing) as error:  # on neither side of the line
        return replace(looked, why=str(error))


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
    entries, found = journal.entries(), _of_this_way_back(state, found)
    health, known = health_of(state, found.slots), readings(state, entries)
    finding = slot_finding(state, found.slots, found.why)
    wal = forecast(known, health, now=now, limit=limit_gigabytes * 10**9)
    already = sent(state, entries)
    told: tuple[int | str, ...] = due(open_for, already)
    if told:
        # Where the check did not run for a while, the newest says all that the earlier ones would have.
        how = f"open for {told[-1]} h, {_left(open_for)}"
        if finding.verdict is Verdict.BAD:
            how = f"lost, {told[-1]} h after the switch"
        subject = f"Way back of {migration}: {how}"
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


def _of_this_way_back(state: JournalState, found: SlotsFound) -> SlotsFound:
    """What was found, where it is about the way back that is open now; a look at another says nothing about it."""
    slot = None if state.way_back is None else state.way_back.slot
    if found.slots is None or (found.slot, found.writer_since) == (slot, state.writer_since):
        return found
    return SlotsFound(slots=None, why="the writer moved since the look; the next check looks again")


def _left(clock: WayBackClock) -> str:
    left = clock.hours_left
    return f"{left:.0f} h left" if left > 0 else "its time is over"


def _message(
    state: JournalState, clock: WayBackClock, finding: Finding, wal: Forecast, migration: str
) -> str:
    writer, other = state.writer.value, state.writer.other.value
    since = (
        f"The writer of {migration} is on the {writer} since {clock.since:%Y-%m-%d %H:%M}Z, for "
    )
    open_for = f"{since}{clock.hours_open:.0f} h."
    if finding.verdict is Verdict.BAD:
        return (
            f"{open_for}\n\n{finding.fact}.\n\n"
            f"Do not count on `cutover rollback`: what the {writer} took does not reach the {other}. {RUNBOOK}\n"
        )
    promised = f"{open_for} The way back is promised for 72 h: {_left(clock)}.\n\n{finding.fact}.\n"
    rollback = f"  cutover rollback --suffix {migration}\n"
    if finding.verdict is Verdict.UNKNOWN:
        return (
            f"{promised}\nWhether it carries is not known until the next check. {RUNBOOK} Going back proves it before "
            f"the writer moves, and puts the names back where it does not carry:\n\n{rollback}"
        )
    return (
        f"{promised}Until its WAL reaches the limit: {_until(wal)}.\n\n"
        f"Until somebody gives it up, it stays as it is. Go back, losing nothing:\n\n{rollback}"
    )


def _until(wal: Forecast) -> str:
    if wal.hours_left is not None:
        return f"about {wal.hours_left:.0f} h ({wal.reason})"
    return wal.reason if wal.bytes_per_hour is None else f"no limit is in sight ({wal.reason})"
