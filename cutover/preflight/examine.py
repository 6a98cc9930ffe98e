"""Asks and judges every check; what can't be asked is UNKNOWN, or named as not asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cutover.preflight.check import Check, NotAsked, Report, Result, Unanswered, unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from cutover.preflight.check import Answer, Finding, Question, Rows
    from cutover.preflight.told import Told


def examine(
    checks: Iterable[Check],
    told: Told,
    ask: Callable[[Question], Answer],
    *,
    without_aws: str = "",
) -> Report:
    """Each question is asked once, however many checks want its answer.

    without_aws: why no AWS API is to be asked; empty where it is.
    """
    answers: dict[Question, Answer] = {}
    results, not_asked = [], []
    for check in checks:
        if why := _why_not(check, told, without_aws):
            not_asked.append(NotAsked(check=check, why=why))
            continue
        for question in check.asks:
            if question not in answers:
                answers[question] = ask(question)
        results.append(_judged(check, told, [answers[question] for question in check.asks]))
    return Report(told=told, results=tuple(results), not_asked=tuple(not_asked))


def examined_elsewhere(
    checks: Iterable[Check],
    told: Told,
    ask: Callable[[Question], Answer],
    databases: Mapping[str, Finding] | Unanswered,
    *,
    without_aws: str = "",
) -> Report:
    """As `examine`, where the checks of the databases were judged by another process: by id, what it found.

    A check that it did not know, an older one, is UNKNOWN.
    """
    results: list[Result] = []
    not_asked: list[NotAsked] = []
    for check in checks:
        if check.asks and not check.calls:
            finding = (
                unknown(databases.reason)
                if isinstance(databases, Unanswered)
                else databases.get(check.id, unknown("the function does not know this check"))
            )
            results.append(Result(check=check, finding=finding))
            continue
        here = examine([check], told, ask, without_aws=without_aws)
        results += here.results
        not_asked += here.not_asked
    return Report(told=told, results=tuple(results), not_asked=tuple(not_asked))


def _why_not(check: Check, told: Told, without_aws: str) -> str:
    if check.calls and without_aws:
        return without_aws
    if check.needs_settings and told.settings is None:
        return "no settings file was given"
    return ""


def _judged(check: Check, told: Told, answers: list[Answer]) -> Result:
    rows: list[Rows] = []
    for answer in answers:
        if isinstance(answer, Unanswered):
            return Result(check=check, finding=unknown(answer.reason))
        rows.append(answer)
    return Result(check=check, finding=check.judge(told, *rows))
