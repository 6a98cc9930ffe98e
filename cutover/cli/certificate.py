"""`cutover certificate`: the document, what each rule says of it, and the exit status that follows."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable
from datetime import UTC, datetime
from enum import IntEnum
from pathlib import Path
from typing import Any, Final

from cutover.certificate import (
    Ruling,
    as_json,
    build_certificate,
    check_certificate,
    worst,
)
from cutover.cli import commands
from cutover.decisions import Verdict
from cutover.errors import BadInput, NothingToCertify, ServiceUnavailable

WIDTH: Final = 80
LABEL: Final = 18
MOST_SEQUENCES: Final = 20
"""Shown; the document has them all."""


class Status(IntEnum):
    """The command's exit status."""

    GOOD = 0
    BAD = 1
    NOT_VERIFIED = 3


OF_VERDICT: Final = {
    Verdict.GOOD: Status.GOOD,
    Verdict.BAD: Status.BAD,
    Verdict.UNKNOWN: Status.NOT_VERIFIED,
}


class NotVerified(Exception):
    """The journal could not be asked, or is another migration's."""


def certified(
    suffix: str, region: str | None, *, file: Path | None, as_json: bool
) -> tuple[str, Status]:
    """What to print, and the exit status."""
    try:
        document, rulings = _looked_at(suffix, region, file)
    except (NothingToCertify, NotVerified, ServiceUnavailable) as error:
        return _refusal(error, as_json=as_json, verdict=Verdict.UNKNOWN)
    except BadInput as error:
        return _refusal(error, as_json=as_json, verdict=Verdict.BAD)
    verdict = worst(rulings)
    show = _as_json if as_json else _as_text
    return show(document, rulings, verdict), OF_VERDICT[verdict]


def _looked_at(
    suffix: str, region: str | None, file: Path | None
) -> tuple[dict[str, Any], tuple[Ruling, ...]]:
    kept = None if file is None else _read(file, suffix)
    journal = commands.environment(suffix, region).journal
    # The state first: an entry that comes in between is then newer than the seal, never the other way round.
    newest = journal.state().seal
    entries = journal.entries()
    document = (
        as_json(build_certificate(suffix, entries, now=datetime.now(UTC), newest=newest))
        if kept is None
        else kept
    )
    return document, check_certificate(document, entries, newest=newest, kept=kept is not None)


def _read(file: Path, suffix: str) -> dict[str, Any]:
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadInput(f"{file} is no JSON: {error}") from error
    if not isinstance(document, dict):
        raise BadInput(
            f"{file} is no certificate: it holds {type(document).__name__}, not an object"
        )
    if (migration := document.get("migration", suffix)) != suffix:
        raise NotVerified(
            f"{file} is about the migration {migration}, and {suffix}'s journal was to be asked: use "
            f"--suffix {migration}"
        )
    return document


def _refusal(error: Exception, *, as_json: bool, verdict: Verdict) -> tuple[str, Status]:
    status = OF_VERDICT[verdict]
    if as_json:
        told: dict[str, Any] = {
            "verdict": verdict.value,
            "error": str(error),
            "certificate": None,
            "rules": [],
        }
        return json.dumps(told, indent=2), status
    return f"cutover: {error}", status


def _as_json(document: dict[str, Any], rulings: tuple[Ruling, ...], verdict: Verdict) -> str:
    rules = [
        {"title": each.title, "verdict": each.verdict.value, "fact": each.fact} for each in rulings
    ]
    told = {"verdict": verdict.value, "certificate": document, "rules": rules}
    return json.dumps(told, indent=2)


def _as_text(document: dict[str, Any], rulings: tuple[Ruling, ...], verdict: Verdict) -> str:
    lines = [f"{document['format']}  {verdict.value.upper()}", ""]
    for label, value in _facts(document):
        lines += _wrapped(label.ljust(LABEL), value)
    lines += ["", *_sequences(document["sequences"])]
    for ruling in rulings:
        lines += _wrapped(ruling.verdict.value.ljust(9), f"{ruling.title}: {ruling.fact}")
    return "\n".join(lines)


def _wrapped(label: str, text: str) -> list[str]:
    return textwrap.wrap(
        text,
        width=WIDTH,
        initial_indent=label,
        subsequent_indent=" " * len(label),
        break_on_hyphens=False,
    ) or [label.rstrip()]


def _facts(document: dict[str, Any]) -> list[tuple[str, str]]:
    times, started = document["times"], document["started"]
    facts = [
        ("migration", _said(document["migration"])),
        ("direction", _said(document["direction"])),
        ("execution", _said(document["execution"])),
        ("started", _of(started, lambda it: f"{_said(it['at'])} by {_said(it['by'])}")),
    ]
    facts += [
        (
            "approved" if each["granted"] else "denied",
            f"{each['before']}: {each['at']} by {each['by']}: {each['reason']}",
        )
        for each in document["approvals"]
    ]
    facts += [
        ("token", _said(document["token"])),
        ("LSN", _said(document["lsn"])),
        *((name.replace("_", " "), _said(value)) for name, value in times.items()),
        ("pause", _of(document["pause_milliseconds"], lambda it: f"{it:.1f} ms")),
        ("tables", _said(document["tables"])),
        ("sessions ended", _said(document["sessions_ended"])),
        ("PostgreSQL", _of(document["versions"], lambda it: f"{it['source']} to {it['target']}")),
        ("way back", _of(document["way_back"], lambda it: f"{it['slot']} from {it['lsn']}")),
        ("validation", _of(document["validation"], _counts)),
        ("audit", _of(document["audit"], lambda it: f"{it.get('verdict')}: {it.get('fact')}")),
        ("plan", _of(document["plan"], lambda it: ", ".join(f"{k} {v}" for k, v in it.items()))),
        ("journal", _covered(document)),
        ("built", f"{document['built_at']} by cutover {document['tool_version']}"),
    ]
    return facts


def _said(value: object) -> str:
    return "not recorded" if value is None else str(value)


def _of(value: Any, show: Callable[[Any], str]) -> str:
    return "not recorded" if value is None else show(value)


def _counts(validation: dict[str, Any]) -> str:
    if validation["unknown"]:
        return f"not known: {validation['unknown']}"
    said = ", ".join(f"{count} {state}" for state, count in validation["counts"].items())
    return f"{said or 'no table'}, at {validation['observed_at']}"


def _covered(document: dict[str, Any]) -> str:
    covered = document["covered"]
    return f"entries {covered['first']} to {covered['last']}, seal {covered['seal'] or 'none'}"


def _sequences(moves: list[dict[str, Any]] | None) -> list[str]:
    if not moves:
        return []
    lines = [f"{'sequence':<38}{'origin':>20}{'destination':>20}"]
    for move in moves[:MOST_SEQUENCES]:
        # As wide as a bigint; a longer name has a line of its own.
        name, values = str(move["name"]), f"{move['source']:>20}{move['target']:>20}"
        lines += (
            [f"{name:<38}{values}"] if len(name) <= 38 else [*_wrapped("", name), " " * 38 + values]
        )
    if (left := len(moves) - MOST_SEQUENCES) > 0:
        lines.append(f"and {left} more, which --json has")
    return [*lines, ""]
