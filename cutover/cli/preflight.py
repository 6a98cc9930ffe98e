"""`cutover preflight`: connections from what the operator gave, then the checks, then table, JSON, page or SQL."""

from __future__ import annotations

import io
import json
import textwrap
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import boto3
from botocore.config import Config
from rich import box
from rich.console import Console
from rich.table import Table

from cutover.adapters.aws import CLIENT_CONFIG
from cutover.adapters.aws_questions import AwsQuestions, PreflightFunction
from cutover.adapters.postgres_questions import PostgresQuestions
from cutover.errors import BadInput
from cutover.preflight.catalogue import CHECKS, NOT_FROM_SQL
from cutover.preflight.check import Call, Side, Unanswered, Verdict
from cutover.preflight.document import as_document, counts, explained, findings, fixes
from cutover.preflight.examine import examine, examined_elsewhere
from cutover.preflight.page import page
from cutover.preflight.told import Told, from_settings

if TYPE_CHECKING:
    from cutover.preflight.check import Answer, Question, Report, Result

WIDTH: Final = 80
SAME: Final = 4
"""Checks of one side that are unknown for one and the same reason are told in one line."""
STATEMENTS: Final = 3
"""Shown of one finding; --json, --html and --fix have all."""
SIGNS: Final = {
    Verdict.PASS: "pass",
    Verdict.WARN: "WARN",
    Verdict.FAIL: "FAIL",
    Verdict.UNKNOWN: "UNKNOWN",
}


def told(
    settings: Path | None,
    *,
    suffix: str,
    schemas: tuple[str, ...],
    replication_role: str | None,
    cutover_role: str | None,
    most_objects: int,
    full_lob_mode: bool,
) -> Told:
    """Options go before the settings file. Raises BadInput."""
    given = None if settings is None else from_settings(_read(settings))
    return Told(
        schemas=schemas or (given.schemas if given else None),
        replication_role=replication_role or (given.replication_user if given else None),
        cutover_role=cutover_role or (given.cutover_user if given else None),
        target_replication_role=replication_role
        or (given.target_replication_user if given else None),
        settings=given,
        suffix=suffix,
        most_objects=most_objects,
        full_lob_mode=full_lob_mode,
    )


def _read(settings: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(settings.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadInput(f"{settings}: {error}") from error


def examined(
    known: Told,
    *,
    source_dsn: str | None,
    target_dsn: str | None,
    region: str | None,
    without_aws: str,
) -> Report:
    """Asks everything. Raises BadInput where there is nothing to ask."""
    if source_dsn is None and target_dsn is None and known.settings is None:
        raise BadInput(
            "nothing to look at: give --source-dsn and --target-dsn as libpq strings, and --settings for DMS and names"
        )
    databases = {
        side: None if dsn is None else PostgresQuestions(dsn, values=known.values())
        for side, dsn in ((Side.SOURCE, source_dsn), (Side.TARGET, target_dsn))
    }
    session = boto3.session.Session(region_name=region)
    aws = AwsQuestions(
        lambda service: session.client(service, config=CLIENT_CONFIG),  # type: ignore[call-overload]
        names=known.names(),
    )

    def ask(question: Question) -> Answer:
        if isinstance(question, Call):
            return aws.ask(question)
        database = databases[question.where]
        if database is None:
            return Unanswered(reason=f"no --{question.where.value}-dsn was given")
        return database.ask(question)

    try:
        return examine(CHECKS, known, ask, without_aws=without_aws)
    finally:
        for database in databases.values():
            if database is not None:
                database.close()


def examined_in_vpc(known: Told, settings: Path, *, region: str | None, without_aws: str) -> Report:
    """The databases by the function of the cutover stack, the APIs of AWS from here."""
    session = boto3.session.Session(region_name=region)
    # As long as the function may take.
    waiting = CLIENT_CONFIG.merge(Config(read_timeout=390, retries={"max_attempts": 1}))
    function = PreflightFunction(
        session.client("lambda", config=waiting), name=known.names()["function"]
    )
    sections = {name: part for name, part in _read(settings).items() if isinstance(part, dict)}
    document = function.ask(
        {"settings": sections, "suffix": known.suffix, "objects": min(known.most_objects, 1000)}
    )
    aws = AwsQuestions(
        lambda service: session.client(service, config=CLIENT_CONFIG),  # type: ignore[call-overload]
        names=known.names(),
    )

    def ask(question: Question) -> Answer:
        assert isinstance(question, Call), "the databases were asked by the function"
        return aws.ask(question)

    return examined_elsewhere(
        CHECKS,
        known,
        ask,
        document if isinstance(document, Unanswered) else findings(document),
        without_aws=without_aws,
    )


def write_fixes(report: Report, folder: Path) -> list[Path]:
    """One file a side. Raises BadInput."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        written = []
        for side, text in fixes(report).items():
            path = folder / f"{side.value}.sql"
            path.write_text(text, encoding="utf-8")
            written.append(path)
    except OSError as error:
        raise BadInput(f"{folder}: {error.strerror}: give --fix a folder to write into") from error
    return written


def write_page(report: Report, file: Path) -> None:
    """Raises BadInput."""
    try:
        file.write_text(page(report, at=datetime.now(UTC)), encoding="utf-8")
    except OSError as error:
        raise BadInput(f"{file}: {error.strerror}: give --html a file to write") from error


def explanation(known: Told) -> str:
    return explained(CHECKS, known)


def as_json(report: Report) -> str:
    return json.dumps(as_document(report), indent=2)


def as_text(report: Report) -> str:
    """In 80 columns."""
    numbers = ", ".join(f"{number} {verdict}" for verdict, number in counts(report).items())
    parts = [
        f"preflight: {report.verdict.value.upper()}   {numbers}, {len(report.not_asked)} not asked",
        "",
    ]
    for side in Side:
        if results := [result for result in report.results if result.check.side is side]:
            parts += [_drawn(_table(side, results)), ""]
    bad = [result for result in report.results if result.verdict in (Verdict.FAIL, Verdict.WARN)]
    if bad:
        parts += ["What to do:", *(line for result in bad for line in _what_to_do(result)), ""]
    if report.not_asked:
        parts += [*_not_asked(report), ""]
    parts += ["What no query tells:", *(_wrapped("  - ", fact) for fact in NOT_FROM_SQL)]
    return "\n".join(parts)


def _table(side: Side, results: list[Result]) -> Table:
    table = Table(
        box=box.SIMPLE_HEAD,
        show_edge=False,
        padding=(0, 1, 0, 0),
        width=WIDTH,
    )
    table.add_column(side.value, no_wrap=True)
    table.add_column("check", no_wrap=True)
    table.add_column("fact", overflow="fold", ratio=1)
    reasons = [result.finding.fact for result in results if result.verdict is Verdict.UNKNOWN]
    often = {reason for reason in reasons if reasons.count(reason) >= SAME}
    for reason in sorted(often):
        table.add_row("UNKNOWN", f"{reasons.count(reason)} checks", _plain(reason))
    for result in results:
        if result.verdict is not Verdict.UNKNOWN or result.finding.fact not in often:
            table.add_row(SIGNS[result.verdict], result.check.id, _plain(result.finding.fact))
    return table


def _plain(text: str) -> str:
    """Names of objects may look like Rich's markup."""
    return text.replace("[", r"\[")


def _what_to_do(result: Result) -> list[str]:
    check, finding = result.check, result.finding
    lines = [
        _wrapped(f"  {SIGNS[result.verdict]} ", f"{check.id}: {check.remedy}"),
        _wrapped("       ", f"held against: {check.threshold}"),
    ]
    shown = finding.fixes[:STATEMENTS]
    lines += [f"       {line}" for fix in shown for line in fix.splitlines()]
    if left := len(finding.fixes) - len(shown):
        lines.append(f"       and {left} more statements: --fix DIR writes them all")
    return [*lines, f"       {check.documentation}"]


def _not_asked(report: Report) -> list[str]:
    reasons = dict.fromkeys(each.why for each in report.not_asked)
    return [
        _wrapped(
            "not asked: ",
            ", ".join(each.check.id for each in report.not_asked if each.why == why) + f" ({why})",
        )
        for why in reasons
    ]


def _wrapped(first: str, text: str) -> str:
    return textwrap.fill(
        text,
        WIDTH,
        initial_indent=first,
        subsequent_indent=" " * len(first),
        break_on_hyphens=False,
    )


def _drawn(table: Table) -> str:
    """Always as wide as a terminal is at least, so that a pipe and a log get the same."""
    out = io.StringIO()
    Console(file=out, width=WIDTH, color_system=None, force_terminal=False, highlight=False).print(
        table
    )
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines())
