"""Every check finds what is planted for it, on a real server, and finds nothing on a clean database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from cutover.adapters import postgres_questions
from cutover.adapters.postgres_questions import PostgresQuestions
from cutover.preflight.catalogue import BY_ID, CHECKS
from cutover.preflight.check import Check, Finding, Report, Side, Sql, Unanswered, Verdict, overall
from cutover.preflight.told import Told
from rehearsal.servers.postgres import PostgresServer
from tests.postgres.versions import MAJORS, Place, Servers
from tests.postgres.versions import SETTINGS as SETTINGS_OF_SERVERS
from tests.preflight.aws import CHECKS_OF_AWS, PLANTED_IN_AWS
from tests.preflight.planted import (
    CAN_NOT_HELP_HERE,
    CHECKED,
    CLEAN,
    COPIED,
    NOT_PLANTED,
    ON_SERVERS,
    SETTINGS,
    Planted,
)
from tests.preflight.servers import Arena, as_application, asked, run

pytestmark = pytest.mark.postgres

OF_DATABASES = tuple(check for check in CHECKS if not check.calls)


def test_every_check_has_a_planted_defect_or_a_reason_why_it_has_none() -> None:
    planted = {each.check for each in ON_SERVERS} | {each.check for each in PLANTED_IN_AWS}
    assert planted | set(NOT_PLANTED) == set(BY_ID)
    assert not planted & set(NOT_PLANTED)
    assert {check.id for check in CHECKS_OF_AWS} == {each.check for each in PLANTED_IN_AWS}


@contextmanager
def databases(arena: Arena, planted: Planted) -> Iterator[tuple[str, str]]:
    """Source and target with the defect."""
    with ExitStack() as stack:
        source = stack.enter_context(arena.database(planted.source_server, planted.options))
        target = (
            source
            if planted.target_server == "source"
            else stack.enter_context(arena.database(planted.target_server))
        )
        if planted.source_server in ("good", "bad"):
            run(source, as_application(CLEAN), planted.source, *planted.autocommit)
        if planted.target_server in ("good", "bad", "older"):
            run(target, as_application(COPIED), planted.target)
        if planted.held:
            session = stack.enter_context(psycopg.connect(source))
            session.execute(planted.held.encode())
        try:
            yield source, target
        finally:
            run(source, *planted.after.split(";"))
            run(target, planted.after_on_target)


def named(told: Told, source: str, target: str) -> Told:
    """With the names of the databases, where nothing else was told."""
    settings = told.settings
    if settings is None or settings.source_database != SETTINGS.source_database:
        return told
    return replace(
        told,
        settings=replace(
            settings,
            source_database=str(conninfo_to_dict(source)["dbname"]),
            target_database=str(conninfo_to_dict(target)["dbname"]),
        ),
    )


@pytest.mark.parametrize("planted", ON_SERVERS, ids=lambda each: f"{each.check}-{each.verdict}")
def test_what_is_planted_is_found(arena: Arena, planted: Planted) -> None:
    with databases(arena, planted) as (source, target):
        told = found(planted, source, target)
        assert told.verdict is planted.verdict, told
        assert planted.names in told.fact
        # Others share the server's settings.
        helping = [fix for fix in told.fixes if not fix.startswith(("--", "alter system"))]
        if helping and planted.check not in CAN_NOT_HELP_HERE:
            run(target if BY_ID[planted.check].side is Side.TARGET else source, *helping)
            again = found(planted, source, target)
            assert again.verdict is Verdict.PASS or again.total < told.total, (helping, again)


def found(planted: Planted, source: str, target: str) -> Finding:
    told = named(planted.known(), source, target)
    (result,) = asked((BY_ID[planted.check],), told, source, target).results
    return result.finding


def ask_clean(arena: Arena, told: Told, checks: tuple[Check, ...] = OF_DATABASES) -> Report:
    with databases(arena, Planted(check="", verdict=Verdict.PASS)) as (source, target):
        return asked(checks, named(told, source, target), source, target)


def test_nothing_is_found_on_a_clean_database_without_settings(arena: Arena) -> None:
    report = ask_clean(arena, Told())
    assert [
        result.finding.fact for result in report.results if result.verdict is not Verdict.PASS
    ] == []
    assert report.verdict is Verdict.PASS
    assert {each.check.id for each in report.not_asked} == {
        check.id for check in OF_DATABASES if check.needs_settings
    }


def test_nothing_is_found_on_a_clean_database_with_settings(arena: Arena) -> None:
    told = Told(settings=SETTINGS, schemas=SETTINGS.schemas)
    report = ask_clean(arena, told)
    wrong = [result for result in report.results if result.verdict is not Verdict.PASS]
    # The servers of the tests speak no TLS, so only one of two checks can be content.
    assert [result.check.id for result in wrong] == ["settings-server-identity"]
    checked = ask_clean(
        arena, replace(told, settings=CHECKED), (BY_ID["settings-server-identity"],)
    )
    assert checked.verdict is Verdict.PASS
    assert not report.not_asked


def of_superuser(place: Place) -> str:
    return place.server.dsn(dbname=place.name)


def fill(place: Place) -> None:
    run(of_superuser(place), as_application(CLEAN))


@pytest.mark.parametrize("major", MAJORS)
def test_every_query_runs_on_every_version(versions: Servers, major: int) -> None:
    """Of a source and, further than is needed, of a target."""
    told = Told(settings=SETTINGS, schemas=SETTINGS.schemas)
    with versions.place(major, "filled", fill) as place:
        report = asked(OF_DATABASES, told, of_superuser(place), of_superuser(place))
    unknown = [
        (result.check.id, result.finding.fact)
        for result in report.results
        if result.verdict is Verdict.UNKNOWN
    ]
    assert unknown == []


def test_a_role_that_may_nothing_is_told_what_could_not_be_verified(arena: Arena) -> None:
    with databases(arena, Planted(check="", verdict=Verdict.PASS)) as (source, target):
        run(
            source,
            "do $$ begin if not exists (select from pg_roles where rolname = 'guest') then "
            f"create role guest login password '{conninfo_to_dict(source)['password']}'; end if; end $$",
        )
        guest = source.replace("user=postgres", "user=guest")
        report = asked(OF_DATABASES, Told(), guest, target)
    verdicts = {result.check.id: result for result in report.results}
    assert verdicts["long-transactions"].verdict is Verdict.UNKNOWN
    assert "pg_read_all_stats" in verdicts["long-transactions"].finding.fact
    assert verdicts["test-decoding"].verdict is Verdict.UNKNOWN
    assert not verdicts["test-decoding"].matters
    assert verdicts["table-privileges"].verdict is Verdict.FAIL
    unknown = tuple(result for result in report.results if result.verdict is Verdict.UNKNOWN)
    assert overall(unknown) is Verdict.UNKNOWN


def test_no_query_takes_a_lock_beyond_access_share(arena: Arena) -> None:
    told = Told(settings=SETTINGS, schemas=SETTINGS.schemas)
    questions = {question for check in OF_DATABASES for question in check.asks}
    with arena.database("good") as source, psycopg.connect(source, autocommit=True) as session:
        for question in questions:
            assert isinstance(question, Sql)
            with session.transaction():
                session.execute(question.text.encode(), told.values()).fetchall()
                modes = session.execute(
                    "select distinct mode from pg_locks where pid = pg_backend_pid() and locktype = 'relation'"
                ).fetchall()
            assert modes == [("AccessShareLock",)], question.text


def test_no_query_waits_for_somebody_who_alters_a_table(arena: Arena) -> None:
    clean = Planted(check="", verdict=Verdict.PASS)
    with databases(arena, clean) as (source, target), psycopg.connect(source) as other:
        other.execute("lock table customers in access exclusive mode")
        report = asked(OF_DATABASES, Told(), source, target)
    assert [each.check.id for each in report.results if each.verdict is Verdict.UNKNOWN] == []


def test_a_query_without_an_answer_in_time_is_unknown_and_so_is_what_there_is_no_time_for(
    arena: Arena, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = postgres_questions.SESSION.replace(
        "statement_timeout = '10s'", "statement_timeout = '50ms'"
    )
    monkeypatch.setattr(postgres_questions, "SESSION", limits)
    slow = Sql(where=Side.SOURCE, text="select pg_sleep(5)")
    with arena.database("good") as source:
        server = PostgresQuestions(source, values={}, budget_seconds=0.04)
        first, second = server.ask(slow), server.ask(Sql(where=Side.SOURCE, text="select 1"))
        server.close()
    assert isinstance(first, Unanswered)
    assert first.reason == "no answer within 10 s"
    assert isinstance(second, Unanswered)
    assert "not asked any more" in second.reason


def test_a_connection_that_was_lost_is_made_again(arena: Arena) -> None:
    one = Sql(where=Side.SOURCE, text="select 1 as one")
    with arena.database("good") as source:
        server = PostgresQuestions(source, values={})
        pid = server.ask(Sql(where=Side.SOURCE, text="select pg_backend_pid() as pid"))
        assert not isinstance(pid, Unanswered)
        run(source, f"select pg_terminate_backend({pid[0]['pid']})")
        assert isinstance(server.ask(one), Unanswered)
        assert server.ask(one) == ({"one": 1},)
        server.close()


def test_nothing_can_be_written_by_a_question(arena: Arena) -> None:
    with arena.database("good") as source:
        server = PostgresQuestions(source, values={})
        answer = server.ask(Sql(where=Side.SOURCE, text="create table public.written (id int)"))
        server.close()
    assert isinstance(answer, Unanswered)
    assert "read-only transaction" in answer.reason


def test_two_copies_of_one_server_are_two(arena: Arena) -> None:
    """Of one data directory, both with the database postgres."""
    arena.server("bad")
    copies = [
        PostgresServer(arena.templates["bad"], name=f"copy-{number}", settings=SETTINGS_OF_SERVERS)
        for number in (1, 2)
    ]
    for server in copies:
        server.start()
    report = asked((BY_ID["two-databases"],), Told(), copies[0].dsn(), copies[1].dsn())
    for server in copies:
        server.stop()
    assert report.verdict is Verdict.PASS
