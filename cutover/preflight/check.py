"""What a check is: an object that asks one question or two, and a pure function that judges the answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from cutover.preflight.told import Told

Row = Mapping[str, Any]
Rows = tuple[Row, ...]

SHOWN: Final = 3
"""Names in a fact; the objects have more."""


class Verdict(StrEnum):
    """What a check says. UNKNOWN is never good: what could not be asked was not passed."""

    PASS = "pass"  # noqa: S105 - a verdict
    WARN = "warn"
    FAIL = "fail"
    UNKNOWN = "unknown"


class Side(StrEnum):
    """What a check is about."""

    SOURCE = "source"
    TARGET = "target"
    DMS = "dms"
    NAMES = "names"
    SETTINGS = "settings"


@dataclass(frozen=True, kw_only=True)
class Sql:
    """One query, run alone in a read-only transaction. Placeholders are psycopg's, values those of Told.values()."""

    where: Side
    text: str
    since: int = 0
    """The oldest major version that understands the text."""
    older: str = ""
    """What older ones are asked instead."""

    def for_version(self, major: int) -> str:
        return self.text if major >= self.since else self.older


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call of an AWS API that changes nothing; all pages of it."""

    service: str
    operation: str
    """As boto3 names the method."""
    answer: str
    """The key of the response that holds the list."""
    request: tuple[tuple[str, Any], ...] = ()
    """Texts in it have {placeholders} of Told.names(), and of `given`."""
    where: tuple[str, str] | None = None
    """Which of the list count: those whose key has this value."""
    given: tuple[tuple[str, Call, str], ...] = ()
    """Placeholders that another call gives: name, call, the key of its first row."""


Question = Sql | Call


@dataclass(frozen=True, kw_only=True)
class Unanswered:
    """Why a question has no answer."""

    reason: str


Answer = Rows | Unanswered


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What a judge says."""

    verdict: Verdict
    fact: str
    objects: tuple[str, ...] = ()
    """The first of those it is about; `total` says how many there are."""
    total: int = 0
    fixes: tuple[str, ...] = ()
    """Statements of SQL, each ready to run; those that lose something or need a choice are comments."""


Judge = Callable[..., Finding]
"""Called with what the operator told, and the rows of each answer."""


@dataclass(frozen=True, kw_only=True)
class Check:
    """One thing that is looked at."""

    id: str
    title: str
    side: Side
    threshold: str
    asks: tuple[Question, ...]
    """Empty for what the settings alone tell."""
    judge: Judge
    remedy: str
    documentation: str
    needs_settings: bool = False
    """Without a settings file it is not asked, and told as such."""
    counts: bool = True
    """Whether an UNKNOWN here leaves the whole not verified. False where something later proves it for sure."""

    @property
    def calls(self) -> bool:
        """Whether it asks AWS."""
        return any(isinstance(question, Call) for question in self.asks)


@dataclass(frozen=True, kw_only=True)
class Result:
    """A check with its finding."""

    check: Check
    finding: Finding

    @property
    def verdict(self) -> Verdict:
        return self.finding.verdict

    @property
    def matters(self) -> bool:
        """False for an UNKNOWN that something later makes up for."""
        return self.check.counts or self.verdict is not Verdict.UNKNOWN


@dataclass(frozen=True, kw_only=True)
class NotAsked:
    """A check that this run has nothing to ask with."""

    check: Check
    why: str


@dataclass(frozen=True, kw_only=True)
class Report:
    """All of a run."""

    told: Told
    results: tuple[Result, ...]
    not_asked: tuple[NotAsked, ...] = field(default=())

    @property
    def verdict(self) -> Verdict:
        return overall(self.results)


def overall(results: tuple[Result, ...]) -> Verdict:
    """FAIL before UNKNOWN before WARN: what is known to be wrong stays so, whatever else is not known.

    No result at all is UNKNOWN: nothing was verified.
    """
    verdicts = {result.verdict for result in results if result.matters}
    if not verdicts:
        return Verdict.UNKNOWN
    for verdict in (Verdict.FAIL, Verdict.UNKNOWN, Verdict.WARN):
        if verdict in verdicts:
            return verdict
    return Verdict.PASS


def exit_status(verdict: Verdict, *, strict: bool) -> int:
    """0 pass, and warnings; 1 warnings where they are not accepted; 2 fail; 3 could not be verified."""
    match verdict:
        case Verdict.FAIL:
            return 2
        case Verdict.UNKNOWN:
            return 3
        case Verdict.WARN:
            return 1 if strict else 0
        case Verdict.PASS:
            return 0


def passed(fact: str) -> Finding:
    return Finding(verdict=Verdict.PASS, fact=fact)


def warned(fact: str, *fixes: str) -> Finding:
    return Finding(verdict=Verdict.WARN, fact=fact, fixes=fixes)


def failed(fact: str, *fixes: str) -> Finding:
    return Finding(verdict=Verdict.FAIL, fact=fact, fixes=fixes)


def unknown(fact: str) -> Finding:
    return Finding(verdict=Verdict.UNKNOWN, fact=fact)


def listed(rows: Rows, verdict: Verdict, what: str) -> Finding:
    """A finding about the rows of a listing (cutover/preflight/sql.py), counted in the words of `what`."""
    total = int(rows[0]["total"])
    names = [_named(row) for row in rows]
    more = f" and {total - SHOWN} more" if total > SHOWN else ""
    return Finding(
        verdict=verdict,
        fact=f"{total} {counted(what, total)}: {', '.join(names[:SHOWN])}{more}",
        objects=tuple(names),
        total=total,
        fixes=tuple(row["fix"] for row in rows if row["fix"]),
    )


def counted(what: str, count: int) -> str:
    """What goes with a number: of "index is|indexes are not valid" the words before the bar or as many after it, then
    the rest."""
    one, _, rest = what.partition("|")
    words = rest.split(" ")
    length = len(one.split(" "))
    return " ".join([one if count == 1 else " ".join(words[:length]), *words[length:]])


def _named(row: Row) -> str:
    return f"{row['object']} ({row['detail']})" if row["detail"] else str(row["object"])


def none_of(what: str, verdict: Verdict) -> Judge:
    """A judge of one listing that should be empty."""

    def judge(_told: Told, rows: Rows) -> Finding:
        return listed(rows, verdict, what) if rows else passed("none")

    return judge


def only(rows: Rows) -> Row:
    """The row of a query that has exactly one."""
    (row,) = rows
    return row
