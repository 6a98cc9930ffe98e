"""Results as text for people or JSON for programs; fits 80 columns."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Final

from cutover.approval import described as described_question
from cutover.decisions import described
from cutover.journal import OVER
from cutover.way_back import gigabytes, readings

if TYPE_CHECKING:
    from datetime import datetime

    from cutover.cli.commands import Installed, Status


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
