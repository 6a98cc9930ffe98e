"""A report as a JSON document, as SQL files with the remedies, and as the text of what is asked."""

from __future__ import annotations

import json
import textwrap
from typing import TYPE_CHECKING, Any, Final

from cutover.preflight.catalogue import NOT_FROM_SQL
from cutover.preflight.check import Finding, Side, Sql, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cutover.preflight.check import Check, Question, Report, Result
    from cutover.preflight.told import Told

WIDTH: Final = 80
FIXABLE: Final = (Side.SOURCE, Side.TARGET)


def counts(report: Report) -> dict[str, int]:
    """Checks by verdict."""
    return {
        verdict.value: sum(result.verdict is verdict for result in report.results)
        for verdict in Verdict
    }


def as_document(report: Report) -> dict[str, Any]:
    """For `--json`, and what the function returns."""
    return {
        "verdict": report.verdict.value,
        "counts": counts(report),
        "checks": [_result(result) for result in report.results],
        "not_asked": [
            {"id": each.check.id, "title": each.check.title, "why": each.why}
            for each in report.not_asked
        ],
        "not_from_sql": list(NOT_FROM_SQL),
    }


def _result(result: Result) -> dict[str, Any]:
    check, finding = result.check, result.finding
    return {
        "id": check.id,
        "side": check.side.value,
        "title": check.title,
        "verdict": result.verdict.value,
        "fact": finding.fact,
        "threshold": check.threshold,
        "remedy": check.remedy,
        "sql": list(finding.fixes),
        "objects": list(finding.objects),
        "total": finding.total,
        "matters": result.matters,
        "documentation": check.documentation,
    }


def findings(document: Mapping[str, Any]) -> dict[str, Finding]:
    """By check: what a document says that another process has made."""
    return {
        check["id"]: Finding(
            verdict=Verdict(check["verdict"]),
            fact=check["fact"],
            objects=tuple(check["objects"]),
            total=check["total"],
            fixes=tuple(check["sql"]),
        )
        for check in document["checks"]
    }


def fixes(report: Report) -> dict[Side, str]:
    """By side: a file for psql with the statements that its findings propose. Nothing here ever runs it."""
    return {side: _fixes(report, side) for side in FIXABLE}


def _fixes(report: Report, side: Side) -> str:
    found = [
        result
        for result in report.results
        if result.check.side is side and result.verdict is not Verdict.PASS and result.finding.fixes
    ]
    head = _commented(
        f"What `cutover preflight` proposes for the {side.value}. Read every statement before you run it: each changes "
        "the database. Statements that lose something or that need a choice of yours are comments."
    )
    if not found:
        return head + "-- Nothing is proposed.\n"
    return head + "".join(f"\n{_fix(result)}" for result in found)


def _fix(result: Result) -> str:
    finding = result.finding
    told = _commented(f"{result.check.id} ({result.verdict.value}): {finding.fact}")
    told += _commented(f"Remedy: {result.check.remedy}.")
    if finding.total > len(finding.objects):
        told += _commented(
            f"The first {len(finding.objects)} of {finding.total}: --objects tells more."
        )
    return told + "".join(f"{_statement(fix)}\n" for fix in dict.fromkeys(finding.fixes))


def _statement(fix: str) -> str:
    """A name may hold a line break: what begins as a comment stays one."""
    return fix.replace("\n", "\n-- ") if fix.startswith("-- ") else fix


def _commented(text: str) -> str:
    lines = textwrap.wrap(text, 100, break_on_hyphens=False, break_long_words=False)
    return "".join(f"-- {line}\n" for line in lines)


def explained(checks: Iterable[Check], told: Told) -> str:
    """Each check with what it asks, the values filled in: the SQL can be run as it is."""
    return "\n\n".join(_explained(check, told) for check in checks)


def _explained(check: Check, told: Told) -> str:
    head = [f"{check.id}  {check.title}", f"  held against: {check.threshold}"]
    asked = [line for question in check.asks for line in _asked(question, told)]
    tail = [f"  see: {check.documentation}"]
    return "\n".join([*head, *(asked or ["  asks nobody: the settings tell"]), *tail])


def _asked(question: Question, told: Told) -> list[str]:
    if isinstance(question, Sql):
        text = filled(question.text, told.values())
        older = (
            [
                f"  before PostgreSQL {question.since}:",
                *_indented(filled(question.older, told.values())),
            ]
            if question.since
            else []
        )
        return [f"  asks the {question.where.value}:", *_indented(text), *older]
    request = {
        key: value.format_map(
            {**told.names(), **{name: f"<{name}>" for name, _, _ in question.given}}
        )
        for key, value in question.request
    }
    return [f"  calls {question.service} {question.operation} {json.dumps(request)}"]


def _indented(text: str) -> list[str]:
    return [f"      {line}" for line in text.splitlines()]


def filled(text: str, values: Mapping[str, Any]) -> str:
    """The query with literals in the place of its placeholders, for people; it is asked with parameters."""
    for name, value in values.items():
        text = text.replace(f"%({name})s", _literal(value))
    return text.replace("%%", "%")


def _literal(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, list):
        return "array[" + ", ".join(_literal(each) for each in value) + "]"
    return "'" + str(value).replace("'", "''") + "'"
