"""Results as text for people or JSON for programs; fits 80 columns."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Final

from cutover.approval import described as described_question
from cutover.decisions import described
from cutover.journal import OVER
from cutover.source_watch import FOREVER_HOURS, LOST
from cutover.way_back import gigabytes, readings

if TYPE_CHECKING:
    from datetime import datetime

    from cutover.cli.commands import Installed, Status
    from cutover.source_watch import DiskForecast, Drift, SourcePressure


def installed(result: Installed) -> str:
    """The two gates in a line each."""
    return (
        f"source  {described(result.source)} for application writes\n"
        f"target  {described(result.target)} for application writes, {result.tables} tables"
    )


NEWEST: Final = 12
"""Entries that fit a terminal of 24 lines together with what is above them."""


def status_text(status: Status, *, newest: int | None = None) -> str:
    """What stands where, then the journal, oldest first. newest: how many entries of it; None: all."""
    state = status.state
    holder = f"held by {state.execution}" if state.held else "free"
    parked = f", {state.parked_at} % of the reads on the target" if state.parked_at else ""
    since = f" since {_minute(state.writer_since)}" if state.writer_since else ""
    lines = [
        f"environment  {status.suffix}",
        f"phase        {state.phase.value}{parked}",
        *_moving(status),
        f"writer       {state.writer.value}{since}",
        f"lease        {holder}, fence {state.fence}",
        f"word         {status.word.word.value}{' by ' + status.word.by if status.word.by else ''}",
        *_question(status),
        *_way_back(status),
        *_source(status),
    ]
    entries = status.entries if newest is None else status.entries[-newest:]
    lines += [
        f"{entry.at:%Y-%m-%d %H:%M:%S}Z  {entry.phase.value:<16}  {entry.note}" for entry in entries
    ]
    return "\n".join(lines)


def _moving(status: Status) -> list[str]:
    state = status.state
    if state.phase in OVER:
        return ["direction    none: neither a move nor a way back follows"]
    return [
        f"direction    {state.next_move.value}{'' if state.held else ', of the next move'}",
        f"carrier      {state.carrier.value}",
    ]


def _question(status: Status) -> list[str]:
    asked = status.question
    if asked is None:
        return []
    if (given := asked.answer) is not None:
        said = "approved" if given.granted else "denied"
        heard = "not known whether it was heard" if status.heard is None else "not heard yet"
        again = "" if given.granted else " --deny"
        return [
            _fit(f"answered     {said} by {given.by}: {described_question(asked.before)}"),
            f"             {heard}; to say it again:",
            f"             cutover approve{again} --suffix {status.suffix} --reason ...",
        ]
    return [
        f"asks         before {described_question(asked.before)}, until {_minute(asked.expires_at)}",
        f"             cutover approve --suffix {status.suffix} --reason ..., or with --deny",
    ]


def _way_back(status: Status) -> list[str]:
    clock, way_back = status.clock, status.state.way_back
    if clock is None:
        return []
    slot = "no slot is known" if way_back is None else f"slot {way_back.slot} from {way_back.lsn}"
    left = clock.hours_left
    promised = f"{left:.1f} of 72 h left" if left > 0 else "its 72 h are over"
    owed = ", ".join(f"{hours} h" for hours in status.notices_due)
    known = readings(status.state, status.entries)
    return [
        f"way back     {slot}",
        f"             open for {clock.hours_open:.1f} h, {promised}",
        *([f"             notices due: {owed}"] if owed else []),
        *(
            [f"             kept {gigabytes(known[-1].kept)} of WAL at {_minute(known[-1].at)}"]
            if known
            else []
        ),
    ]


SLOTS_SHOWN: Final = 5
CHANGES_SHOWN: Final = 5
WIDTH: Final = 80


def _source(status: Status) -> list[str]:
    """What the newest look at the source found; nothing where nobody has looked yet."""
    watch = status.watch
    if watch is None:
        return []
    found = [f"looked at {_minute(watch.at)}"]
    if watch.pressure is None:
        found.append(f"not known: {watch.unreachable}")
    else:
        found += [*_wal(watch.pressure, watch.disk), *_transactions(watch.pressure)]
    found += _schema(watch.drift, suffix=status.suffix)
    first, *rest = found
    return [_fit(f"source       {first}"), *(_fit(f"             {line}") for line in rest)]


def _wal(pressure: SourcePressure, disk: DiskForecast) -> list[str]:
    rate = disk.wal_bytes_per_hour
    written = "" if rate is None else f", {gigabytes(rate)} an hour are written"
    slots = [
        f"  {gigabytes(slot.wal_bytes)} {slot.name}, {'read' if slot.active else 'read by nobody'}"
        f"{', lost' if slot.wal_status == LOST else ''}"
        for slot in sorted(pressure.slots, key=lambda slot: -slot.wal_bytes)
    ]
    more = len(slots) - SLOTS_SHOWN
    return [
        f"slots keep {gigabytes(pressure.kept)} of WAL{written}",
        *slots[:SLOTS_SHOWN],
        *([f"  and {more} more"] if more > 0 else []),
        f"disk full {_in_hours(disk.hours_left)}: {disk.reason}",
        *(
            [f"  {_in_hours(disk.hours_unread)} if nobody read any slot"]
            if disk.hours_unread is not None
            else []
        ),
    ]


def _in_hours(hours: float | None) -> str:
    if hours is None:
        return "not known"
    return "not in a year" if hours >= FOREVER_HOURS else f"in about {hours:.0f} h"


def _transactions(pressure: SourcePressure) -> list[str]:
    return [
        f"{kind} for {_age(oldest.seconds)}: {oldest.who}"
        for kind, oldest in (("open", pressure.transaction), ("prepared", pressure.prepared))
        if oldest is not None
    ]


def _age(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


def _schema(drift: Drift, *, suffix: str) -> list[str]:
    if drift.unknown or drift.since is None:
        return [f"changes of the schema not known: {drift.unknown}"]
    if not drift.number:
        return [f"schema as it was at {_minute(drift.since)}"]
    what = [*drift.changed, *(f"can't be compared: {kind}" for kind in drift.unread)]
    more = drift.number - CHANGES_SHOWN
    return [
        f"schema changed since {_minute(drift.since)}, {drift.number} in all",
        *(f"  {each}" for each in what[:CHANGES_SHOWN]),
        *([f"  and {more} more"] if more > 0 else []),
        f"  accepted {drift.accepted}"
        if drift.accepted
        else f"  no cutover starts; cutover accept-drift --suffix {suffix}",
    ]


def _fit(line: str) -> str:
    """Names may be as long as they like, a terminal is not; --json has all of them."""
    return line if len(line) <= WIDTH else line[: WIDTH - 4] + " ..."


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}Z"


def status_json(status: Status) -> str:
    """The same as one JSON object; the token of a question is in none."""
    whole = dataclasses.asdict(status)
    if status.question is not None:
        del whole["question"]["token"]
    clock = status.clock
    whole["way_back"] = clock and {
        "since": clock.since,
        "hours_open": clock.hours_open,
        "hours_left": clock.hours_left,
        "notices_due": status.notices_due,
    }
    return json.dumps(whole, default=str, indent=2)
