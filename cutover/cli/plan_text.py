"""`cutover plan` for people, in the columns of a terminal, and as JSON."""

from __future__ import annotations

import json
import re
import textwrap
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from cutover.cli.plan import Plan
from cutover.decisions import Verdict
from cutover.direction import Stream
from cutover.jsonable import jsonable

WIDTH: Final = 80


def as_json(plan: Plan) -> str:
    """One JSON object."""
    return json.dumps(
        {
            "direction": plan.direction.value,
            "carrier": plan.carrier.value,
            "exit_status": plan.exit_status,
            "stopped": plan.stopped,
            "states": list(plan.states),
            "lines": [
                {
                    "number": number,
                    "state": line.state,
                    "where": line.where,
                    "session": line.session,
                    "acts": line.acts,
                    "text": line.text,
                    "values": [_shown(value) for value in line.values],
                }
                for number, line in enumerate(plan.lines, start=1)
            ],
            "findings": [jsonable(finding) for finding in plan.findings],
            "risks": [jsonable(risk) for risk in plan.risks],
        },
        indent=2,
    )


def _shown(value: Any) -> Any:
    if isinstance(value, tuple | list):
        return [_shown(each) for each in value]
    if isinstance(value, timedelta):
        return value.total_seconds()
    return value if isinstance(value, str | int | float | bool) or value is None else str(value)


@dataclass
class _Page:
    """Text that grows line by line, none longer than a terminal."""

    text: list[str] = field(default_factory=list)

    def add(self, line: str = "", *, first: str = "", rest: str | None = None) -> None:
        """`first` before the line, `rest` before what of it has to go on another."""
        indent = " " * len(first) if rest is None else rest
        self.text += textwrap.wrap(
            line,
            WIDTH,
            initial_indent=first,
            subsequent_indent=indent,
            break_on_hyphens=False,
        ) or [first.rstrip()]


def as_text(plan: Plan, *, asked: bool = False) -> str:
    """In 80 columns; what is only asked in full where `asked`, else how many there are."""
    page = _Page()
    page.add(
        f"A move of the writer {plan.direction.value}, from the {plan.direction.origin.value} to the "
        f"{plan.direction.destination.value}, with every check good. Nothing was done. Values that only the move "
        "can know (positions, tokens, times) stand for those it will have."
    )
    page.add(_carrier(plan.carrier))
    _lines(page, plan, asked=asked)
    page.add()
    if plan.stopped:
        page.add(plan.stopped, first="It would stop here.  ")
        page.add()
    page.add("Readiness, as far as the two servers tell; lag, DMS, alarms and records are not")
    page.add("asked by a plan:")
    bad = [finding for finding in plan.findings if finding.verdict is not Verdict.GOOD]
    for finding in bad:
        page.add(finding.fact, first=f"  {finding.verdict.value:<8} ")
    if not bad:
        page.add("nothing speaks against it", first="  good     ")
    page.add()
    page.add("What stays open all the same:")
    for risk in plan.risks:
        page.add(risk.what, first=f"  {risk.id}: ", rest="    ")
        page.add(risk.detected_by, first="    detected by ", rest="      ")
        page.add(risk.remedy, first="    remedy: ", rest="      ")
    return "\n".join(page.text)


def _carrier(carrier: Stream) -> str:
    """What a plan takes for granted, as it does not ask the journal."""
    told = f"It takes for granted that the stream `{carrier.value}` carries"
    if carrier is Stream.LOAD:
        return f"{told}; after a way back `again` does, and --carrier again plans that. `cutover status` says which."
    return f"{told}; `cutover status` says whether it does."


def _lines(page: _Page, plan: Plan, *, asked: bool) -> None:
    state, silent = "", 0
    for number, line in enumerate(plan.lines, start=1):
        if line.state != state:
            silent = _asked(page, silent)
            state = line.state
            page.add()
            page.add(f"== {state}")
        if not line.acts and not asked:
            silent += 1
            continue
        silent = _asked(page, silent)
        where = f"{line.where} ({line.session})" if line.session else line.where
        page.add(f"{where}{'' if line.acts else ', asked only'}", first=f"{number:>4}  ")
        for row in re.sub(r"(create trigger|drop trigger)", r"\n\1", line.text).splitlines():
            if row.strip():
                page.add(row.strip(), first="        ", rest="          ")
        for place, value in enumerate(line.values, start=1):
            page.add(json.dumps(_shown(value)), first=f"        ${place} = ", rest="          ")
    _asked(page, silent)


def _asked(page: _Page, count: int) -> int:
    if count:
        page.add(f"      ({count} asked only: statements and calls that change nothing)")
    return 0
