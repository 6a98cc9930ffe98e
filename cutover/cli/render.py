"""Results as text for people or JSON for programs; fits 80 columns."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING

from cutover.decisions import described

if TYPE_CHECKING:
    from cutover.cli.commands import Installed, Status


def installed(result: Installed) -> str:
    """The two gates in a line each."""
    return (
        f"source  {described(result.source)} for application writes\n"
        f"target  {described(result.target)} for application writes, {result.tables} tables"
    )


def status_text(status: Status) -> str:
    """Phase, holder, word, then the journal, oldest first."""
    state = status.state
    holder = f"held by {state.execution}" if state.held else "free"
    parked = f", {state.parked_at} % of the reads on the target" if state.parked_at else ""
    lines = [
        f"environment  {status.suffix}",
        f"phase        {state.phase.value}{parked}",
        f"lease        {holder}, fence {state.fence}",
        f"word         {status.word.word.value}{' by ' + status.word.by if status.word.by else ''}",
    ]
    lines += [
        f"{entry.at:%Y-%m-%d %H:%M:%S}Z  {entry.phase.value:<16}  {entry.note}"
        for entry in status.entries
    ]
    return "\n".join(lines)


def status_json(status: Status) -> str:
    """The same as one JSON object."""
    return json.dumps(dataclasses.asdict(status), default=str, indent=2)
