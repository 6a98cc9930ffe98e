"""`cutover preflight` as an operator calls it: table, JSON, page, SQL files, exit status."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from typer.testing import CliRunner

from cutover.cli.main import app
from cutover.preflight.catalogue import CHECKS, NOT_FROM_SQL
from tests.preflight.planted import CLEAN, COPIED
from tests.preflight.servers import Arena, as_application, run

pytestmark = pytest.mark.postgres

EXAMPLE = Path(__file__).resolve().parents[2] / "settings" / "example.toml"
WIDTH = 80
LONG = ("https://", "alter ", "--", "create ", "grant ")
"""Lines that can't be broken: addresses, and SQL that is to be copied."""


@pytest.fixture
def clean(arena: Arena) -> Iterator[tuple[str, str]]:
    with arena.database("good") as source, arena.database("good") as target:
        run(source, as_application(CLEAN))
        run(target, as_application(COPIED))
        yield source, target


@pytest.fixture
def broken(clean: tuple[str, str]) -> tuple[str, str]:
    source, target = clean
    run(
        source,
        'create table "log;\n drop table customers; --" (at timestamptz)',
        "create unlogged table scratch (id int primary key)",
        "alter table orders alter id set generated always",
    )
    return source, target


def preflight(databases: tuple[str, str], *arguments: str) -> Any:
    source, target = databases
    return CliRunner().invoke(
        app, ["preflight", "--source-dsn", source, "--target-dsn", target, *arguments]
    )


def test_a_clean_pair_of_servers_passes_without_aws(clean: tuple[str, str]) -> None:
    done = preflight(clean, "--strict")
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("preflight: PASS")


def test_json_is_one_object_with_everything(broken: tuple[str, str]) -> None:
    done = preflight(broken, "--json")
    assert done.exit_code == 2
    told = json.loads(done.stdout)
    assert told["verdict"] == "fail"
    checks = {check["id"]: check for check in told["checks"]}
    without = checks["tables-without-key"]
    assert without["verdict"] == "fail"
    assert without["total"] == 1
    assert "log;" in without["objects"][0]
    assert without["threshold"] and without["remedy"] and without["sql"]
    assert checks["identity-always"]["verdict"] == "warn"
    assert len(checks) + len(told["not_asked"]) == len(CHECKS)
    assert told["not_from_sql"] == list(NOT_FROM_SQL)
    assert sum(told["counts"].values()) == len(checks)


def test_the_table_fits_80_columns_and_says_what_to_do(broken: tuple[str, str]) -> None:
    text = preflight(broken).stdout
    for line in text.splitlines():
        assert len(line) <= WIDTH or line.strip().startswith(LONG), line
    assert "FAIL    unlogged-tables" in text
    assert "alter table public.scratch set logged;" in text
    assert "What no query tells:" in text
    assert "no settings file was given" in " ".join(text.split())


def test_warnings_count_only_where_they_are_asked_to(clean: tuple[str, str]) -> None:
    run(clean[0], "alter table orders alter id set generated always")
    assert preflight(clean).exit_code == 0
    assert preflight(clean, "--strict").exit_code == 1


def test_a_server_that_does_not_answer_leaves_it_not_verified(clean: tuple[str, str]) -> None:
    done = preflight(("host=127.0.0.1 port=1 password=unspoken", clean[1]))
    assert done.exit_code == 3
    assert "preflight: UNKNOWN" in done.stdout
    assert "no connection" in done.stdout
    # Said once, not a hundred times.
    assert done.stdout.count("no connection") < 5
    assert "unspoken" not in done.output


def test_one_server_alone_is_not_enough(clean: tuple[str, str]) -> None:
    done = CliRunner().invoke(app, ["preflight", "--source-dsn", clean[0], "--json"])
    assert done.exit_code == 3
    checks = {check["id"]: check for check in json.loads(done.stdout)["checks"]}
    assert checks["target-connection"]["fact"] == "no --target-dsn was given"
    assert checks["tables-without-key"]["verdict"] == "pass"


def test_nothing_to_look_at_is_refused() -> None:
    done = CliRunner().invoke(app, ["preflight"])
    assert done.exit_code == 1
    assert "--source-dsn" in str(done.exception)


def test_in_the_vpc_there_must_be_settings() -> None:
    done = CliRunner().invoke(app, ["preflight", "--in-vpc"])
    assert done.exit_code == 1
    assert "--settings" in str(done.exception)


def test_the_proposed_sql_is_written_and_not_run(broken: tuple[str, str], tmp_path: Path) -> None:
    done = preflight(broken, "--fix", str(tmp_path / "fixes"))
    source = (tmp_path / "fixes" / "source.sql").read_text()
    assert "alter table public.scratch set logged;" in source
    assert "-- Nothing is proposed." in (tmp_path / "fixes" / "target.sql").read_text()
    assert "written, not run" in done.stderr
    with psycopg.connect(broken[0], autocommit=True) as session:
        unlogged = (
            "select count(*) from pg_class where relname = 'scratch' and relpersistence = 'u'"
        )
        assert session.execute(unlogged).fetchone() == (1,)
        # Whoever reads it and then runs it gets what it says, and nothing that a name has smuggled in.
        session.execute(source.encode())
        assert session.execute("select to_regclass('public.customers') is not null").fetchone() == (
            True,
        )
    again = json.loads(preflight(broken, "--json").stdout)
    verdicts = {check["id"]: check["verdict"] for check in again["checks"]}
    assert verdicts["unlogged-tables"] == verdicts["identity-always"] == "pass"
    assert verdicts["tables-without-key"] == "fail"


def test_the_page_has_every_check_and_no_markup_of_a_name(
    broken: tuple[str, str], tmp_path: Path
) -> None:
    run(broken[0], 'create table "<script>alert(1)</script>" (at timestamptz)')
    preflight(broken, "--html", str(tmp_path / "page.html"))
    page = (tmp_path / "page.html").read_text()
    for check in CHECKS:
        assert check.id in page
    assert "<script>" not in page
    assert "http" not in page.replace("https://docs.aws.amazon.com", "").replace(
        "https://www.postgresql.org", ""
    )


def test_what_is_asked_is_explained_and_can_be_run_as_it_is(clean: tuple[str, str]) -> None:
    done = CliRunner().invoke(app, ["preflight", "--explain", "--settings", str(EXAMPLE)])
    assert done.exit_code == 0
    for check in CHECKS:
        assert check.id in done.stdout
        assert check.threshold in done.stdout
    assert "calls dms describe_replication_tasks" in done.stdout
    assert "%(" not in done.stdout
    statements = [
        part.split("\n  see: ")[0].split("\n  asks the")[0].split("\n  before")[0]
        for part in done.stdout.split("asks the source:\n")[1:]
    ]
    with psycopg.connect(clean[0], autocommit=True) as session:
        for statement in statements:
            session.execute(statement.encode())


def test_with_settings_and_without_aws_its_checks_are_not_asked(clean: tuple[str, str]) -> None:
    done = preflight(clean, "--settings", str(EXAMPLE), "--no-aws", "--json")
    told = json.loads(done.stdout)
    assert {each["why"] for each in told["not_asked"]} == {"--no-aws"}
    checks = {check["id"]: check for check in told["checks"]}
    # The roles of the settings are not made here.
    assert checks["replication-privilege"]["fact"] == "there is no role migration_replication"
    assert checks["settings-database"]["verdict"] == "warn"


def test_settings_that_are_no_toml_are_refused(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.toml"
    wrong.write_text("source = [")
    done = CliRunner().invoke(app, ["preflight", "--settings", str(wrong)])
    assert done.exit_code == 1
    assert "wrong.toml" in str(done.exception)


def test_few_objects_are_named_and_all_are_counted(clean: tuple[str, str]) -> None:
    run(
        clean[0],
        "do $$ begin for n in 1..30 loop execute format('create table log_%s (at date)', n); end loop; end $$",
    )
    told = json.loads(preflight(clean, "--objects", "5", "--json").stdout)
    without = next(check for check in told["checks"] if check["id"] == "tables-without-key")
    assert without["total"] == 30
    assert len(without["objects"]) == 5
    assert "30 tables" in without["fact"]
