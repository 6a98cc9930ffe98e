"""`cutover schema`: the two sections of the copy and the comparison, as text in 80 columns or JSON."""

from __future__ import annotations

import json
import sys
import textwrap
from collections.abc import Iterable
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import Any, Final, Literal

from cutover.adapters.postgres_copy import PostgresSource, PostgresTarget
from cutover.adapters.postgres_inventory import read_inventory
from cutover.errors import BadInput
from cutover.jsonable import jsonable, restored
from cutover.schema.archive import Section
from cutover.schema.copy import Copied, Note, Options, Planned, Progress, copied, planned
from cutover.schema.difference import Comparison, Outcome, compare, since, told
from cutover.schema.inventory import Inventory
from cutover.schema.reasons import BY_ID, Difference
from cutover.schema.report import comparison_json, copied_json

WIDTH: Final = 80
MOST: Final = 20
"""Shown of one reason; --json has them all."""

STATUS: Final = {Outcome.SAME: 0, Outcome.EXPLAINED: 0, Outcome.DIFFERENT: 1, Outcome.UNKNOWN: 3}
"""The exit status by what a comparison came to."""

WORDS: Final = {
    Outcome.SAME: "nothing differs",
    Outcome.EXPLAINED: "every difference has a named reason",
    Outcome.DIFFERENT: "there are differences without a reason",
    Outcome.UNKNOWN: "nothing speaks against it, but not everything could be read",
}


def roles_from(given: Iterable[str]) -> dict[str, str]:
    """Of SOURCE=TARGET words. Raises BadInput."""
    roles: dict[str, str] = {}
    for word in given:
        ours, equals, theirs = word.partition("=")
        if not (ours and equals and theirs):
            raise BadInput(f"--role {word}: give it as SOURCE=TARGET, two names of roles")
        roles[ours] = theirs
    return roles


def diff(
    source_dsn: str, target_dsn: str, *, roles: Iterable[str], as_json: bool
) -> tuple[str, int]:
    """What to print of the two databases as they are, and the exit status."""
    mapping = roles_from(roles)
    result = compare(read_inventory(source_dsn), read_inventory(target_dsn), roles=mapping)
    told = _json(comparison_json(result)) if as_json else comparison_text(result)
    return told, STATUS[result.outcome]


def inventory(dsn: str) -> str:
    """Everything that the database tells of itself, to be kept."""
    return _json(jsonable(read_inventory(dsn)))


def changes(file: Path, dsn: str, *, as_json: bool) -> tuple[str, int]:
    """What to print of what was changed since an inventory was kept, and the exit status. Raises BadInput."""
    try:
        before = restored(Inventory, json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise BadInput(
            f"{file} is no inventory: {error}: make one with `cutover schema inventory`"
        ) from error
    result = since(before, read_inventory(dsn))
    told = _json(comparison_json(result)) if as_json else comparison_text(result, then=True)
    return told, STATUS[result.outcome]


def section(
    name: Literal["pre-data", "post-data"],
    source_dsn: str,
    target_dsn: str,
    *,
    roles: Iterable[str],
    owner: str = "",
    only_plan: bool,
    as_json: bool,
    keys_first: bool = True,
    analyze: bool = True,
    jobs: int = 1,
    programs: Path | None = None,
) -> tuple[str, int]:
    """Does a section, or tells what it would do: what to print, and the exit status."""
    options = Options(roles=roles_from(roles), owner=owner, keys_first=keys_first, analyze=analyze)
    source = PostgresSource(source_dsn, target=target_dsn, programs=programs)
    target = PostgresTarget(target_dsn, jobs=jobs)
    if only_plan:
        plan = planned(Section(name), source, target, options)
        told = _json(planned_json(plan)) if as_json else planned_text(plan)
        return told, 1 if plan.restore.blockers else 0
    result = copied(Section(name), source, target, options, _watch)
    told = _json(copied_json(result)) if as_json else copied_text(result)
    return told, STATUS[result.comparison.outcome] if result.analyzed else 1


def _watch(progress: Progress) -> None:
    if sys.stderr.isatty():
        line = f"{progress.done}/{progress.of} {progress.doing}"[: WIDTH - 1]
        sys.stderr.write(f"\r\x1b[K{line}" + ("\n" if progress.done == progress.of else ""))
        sys.stderr.flush()


def planned_json(result: Planned) -> dict[str, Any]:
    """As one object."""
    restore = result.restore
    return {
        "section": restore.section.value,
        "verdict": "refused" if restore.blockers else "possible",
        "blockers": list(restore.blockers),
        "restore": [str(entry) for entry in restore.restore],
        "there": [str(entry) for entry in restore.there],
        "left_out": [asdict(each) for each in restore.left_out],
        "statements": [asdict(each) for each in result.statements],
        "notes": [asdict(each) for each in result.notes],
    }


def _json(whole: dict[str, Any]) -> str:
    return json.dumps(whole, indent=2, ensure_ascii=False)


def _wrapped(text: str, *, first: str = "", rest: str | None = None) -> list[str]:
    indent = " " * len(first) if rest is None else rest
    return textwrap.wrap(
        text, WIDTH, initial_indent=first, subsequent_indent=indent, break_on_hyphens=False
    ) or [first.rstrip()]


def comparison_text(comparison: Comparison, *, then: bool = False) -> str:
    """Differences without a reason first; of each reason the first few.

    then: the two sides are one database, as it was and as it is.
    """
    words = "it is not as it was" if then and comparison.unexplained else WORDS[comparison.outcome]
    whose = "then" if then else "of the source"
    lines = _wrapped(
        f"{comparison.outcome.value.upper()}: {words} ({comparison.compared} objects {whose})"
    )
    if comparison.unexplained:
        heading = "Changed since:" if then else "Without a reason:"
        lines += ["", heading, *_few(comparison.unexplained, then=then)]
    named = sorted(
        (each for each in comparison.differences if each.reason), key=lambda each: each.reason
    )
    for reason, found in groupby(named, key=lambda each: each.reason):
        lines += ["", *_wrapped(BY_ID[reason].why, first=f"{reason}: ", rest="  ")]
        if act := BY_ID[reason].act:
            lines += _wrapped(act, first="  to do: ", rest="    ")
        lines += _few(tuple(found))
    if comparison.unknown:
        lines += ["", "Not known:"]
        for each in comparison.unknown:
            lines += _wrapped(f"{each.kind.value}: {each.reason}", first="  ", rest="    ")
    return "\n".join(lines)


def _few(found: tuple[Difference, ...], *, then: bool = False) -> list[str]:
    sides = ("then", "now") if then else ("on the source", "on the target")
    lines: list[str] = []
    for each in found[:MOST]:
        lines += _wrapped(told(each, sides=sides), first="  ", rest="    ")
    if (more := len(found) - MOST) > 0:
        lines.append(f"  and {more} more, which --json has")
    return lines


def _notes(notes: tuple[Note, ...]) -> list[str]:
    lines: list[str] = []
    for note in notes:
        shown = ", ".join(note.objects[:MOST])
        more = f" and {len(note.objects) - MOST} more" if len(note.objects) > MOST else ""
        lines += _wrapped(f"{shown}{more}: {note.why}", first=f"{note.about}: ", rest="  ")
    return ["", *lines] if lines else []


def copied_text(result: Copied) -> str:
    """What was done, what was refused, what to know, and what differs still."""
    lines = _wrapped(
        f"{result.section.value}: {result.made} made, {result.there} were there, {result.statements} statements for "
        f"owners, privileges and the like, {len(result.left_out)} left out"
    )
    for each in result.refused:
        lines += _wrapped(f"{each.error}: {each.sql}", first="  refused: ", rest="    ")
    return "\n".join([*lines, *_notes(result.notes), "", comparison_text(result.comparison)])


def planned_text(result: Planned) -> str:
    """Everything that would be done, in order."""
    restore = result.restore
    lines = _wrapped(f"{restore.section.value}, as it would be done; nothing was done.")
    for blocker in restore.blockers:
        lines += _wrapped(blocker, first="would not begin: ", rest="  ")
    lines += ["", f"pg_restore makes ({len(restore.there)} are there already):"]
    for entry in restore.restore:
        lines += _wrapped(str(entry), first="  ", rest="    ")
    lines += ["", "left out:"]
    for each in restore.left_out:
        lines += _wrapped(f"{each.entry}: {each.reason}", first="  ", rest="    ")
    lines += ["", "then:"]
    for statement in result.statements:
        lines += _wrapped(statement.sql, first="  ", rest="    ")
    return "\n".join([*lines, *_notes(result.notes)])
