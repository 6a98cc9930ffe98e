"""A load by the stand-in over two real servers: its stop, its tables loaded anew, its slot lost; rows compared."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from cutover.adapters.dms import DmsReplicationTask
from cutover.adapters.postgres import Address, PostgresDatabase
from cutover.failures import Outcome
from cutover.replication import judge_load
from rehearsal.aws.dms import DmsResources
from rehearsal.servers.postgres import PostgresServer, ServerTemplate
from rehearsal.servers.run_directory import RunDirectory
from tests.contracts.dms_load import stood_in, until

pytestmark = pytest.mark.postgres

RESOURCES = DmsResources(
    task_settings={
        "FullLoadSettings": {
            "TargetTablePrepMode": "DO_NOTHING",
            "StopTaskCachedChangesApplied": True,
        },
        "ValidationSettings": {"EnableValidation": True},
    }
)
TABLES = """
create table orders (id int primary key, note text);
create table lines (id int primary key, "order" int not null references orders);
create table others (id int primary key);
"""


@dataclass(frozen=True)
class Load:
    """Two databases and the task between them."""

    source: psycopg.Connection[Any]
    target: psycopg.Connection[Any]
    database: PostgresDatabase
    """The target by our adapter; its tables are closed."""
    task: DmsReplicationTask
    slot: str

    def rows(self, table: str) -> tuple[list[Any], list[Any]]:
        query = f"select * from {table} order by 1".encode()
        return self.source.execute(query).fetchall(), self.target.execute(query).fetchall()

    def same(self, *tables: str) -> bool:
        return all(found[0] == found[1] for found in map(self.rows, tables))

    def stands(self, status: str) -> bool:
        return self.task.status().status == status

    def loaded(self) -> None:
        self.task.load()
        until(lambda: self.stands("stopped"))

    def follows(self) -> None:
        self.loaded()
        self.task.resume()
        until(lambda: self.stands("running"))

    def states(self) -> dict[str, str]:
        return {table.name: table.state for table in self.task.status().tables}

    def validated(self) -> bool:
        return {table.validation for table in self.task.status().tables} == {"Validated"}


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[PostgresServer, PostgresServer]]:
    with RunDirectory() as run:
        template = ServerTemplate.create(run)
        pair = PostgresServer(template, name="source"), PostgresServer(template, name="target")
        for server in pair:
            server.start()
        yield pair


@pytest.fixture
def load(
    servers: tuple[PostgresServer, PostgresServer], request: pytest.FixtureRequest
) -> Iterator[Load]:
    name = f"d{abs(hash(request.node.name)) % 10**9}"
    with ExitStack() as stack:
        sessions = []
        for server in servers:
            with psycopg.connect(server.dsn(dbname="postgres"), autocommit=True) as first:
                first.execute(f"create database {name}".encode())
            session = stack.enter_context(psycopg.connect(server.dsn(dbname=name), autocommit=True))
            session.execute(TABLES)
            sessions.append(session)
        source, target = sessions
        source.execute("insert into orders select g, 'n' || g from generate_series(1, 1000) g")
        source.execute("insert into lines select g, g from generate_series(1, 1000) g")
        source.execute("insert into others values (1)")
        database = PostgresDatabase(
            Address.from_dsn(servers[1].dsn(dbname=name, sslmode="disable"))
        )
        stack.callback(database.close)
        database.install(hold=timedelta(0))
        database.close_gate()
        task = stack.enter_context(
            stood_in(
                servers[0].dsn(dbname=name),
                servers[1].dsn(dbname=name),
                name=f"{name}_load",
                resources=RESOURCES,
            )
        )
        yield Load(source, target, database, task, f"{name}_load")


def test_a_load_stops_and_what_was_written_meanwhile_comes_when_it_goes_on(load: Load) -> None:
    load.task.load()
    load.source.execute("insert into orders values (2000, 'while it loads')")
    until(lambda: load.stands("stopped"))
    assert load.task.status().stop_reason == "Stop Reason STOPPED_AFTER_CACHED_EVENTS"
    assert judge_load(load.task.status()).outcome is Outcome.LOADED
    load.source.execute("insert into orders values (3000, 'while it stands')")
    assert load.rows("orders")[0] != load.rows("orders")[1]
    load.task.resume()
    until(lambda: load.same("orders", "lines", "others"))
    until(load.validated)


def test_rows_that_differ_are_seen(load: Load) -> None:
    load.follows()
    until(load.validated)
    load.target.execute("set session_replication_role = replica")
    load.target.execute("delete from others")
    load.task.stop()
    until(lambda: load.stands("stopped"))
    assert not load.same("others")
    load.task.resume()
    until(lambda: load.stands("running"))
    load.task.reload(("public.others",))
    until(lambda: load.same("others") and load.validated())


def test_a_table_is_loaded_anew_with_those_that_refer_to_it(load: Load) -> None:
    load.follows()
    load.target.execute("set session_replication_role = replica")
    load.target.execute("update orders set note = 'broken'")
    emptied = load.database.empty(("public.orders",))
    assert emptied == ("public.lines", "public.orders")
    load.task.reload(emptied)
    until(lambda: load.same("orders", "lines", "others"))
    until(lambda: set(load.states().values()) == {"Table completed"})
    load.source.execute("insert into orders values (3000, 'later')")
    load.source.execute("delete from lines where id = 1")
    until(lambda: load.same("orders", "lines"))


def test_a_table_written_to_between_its_emptying_and_its_loading_is_loaded_once_more(
    load: Load,
) -> None:
    """docs/replicate.md: a table in error is not written to, so the second time nothing comes between."""
    load.follows()
    emptied = load.database.empty(("public.lines",))
    load.source.execute("insert into lines values (3000, 1)")
    until(lambda: (3000, 1) in load.rows("lines")[1])
    load.task.reload(emptied)
    until(lambda: load.states()["public.lines"] == "Table error")
    load.source.execute("insert into lines values (3001, 1)")
    load.task.reload(load.database.empty(emptied))
    load.source.execute("insert into lines values (3002, 1)")
    until(lambda: load.same("orders", "lines", "others"))
    until(lambda: set(load.states().values()) == {"Table completed"})


def test_a_table_that_is_not_empty_can_not_be_loaded_anew(load: Load) -> None:
    """DMS user guide, Reloading tables: with DO_NOTHING the table must be truncated by hand."""
    load.follows()
    load.task.reload(("public.others",))
    until(lambda: load.states()["public.others"] in ("Table error", "Table is being reloaded"))
    assert load.rows("others")[1] == [(1,)]


def test_everything_is_loaded_anew_into_an_empty_target(load: Load) -> None:
    load.follows()
    load.task.stop()
    until(lambda: load.stands("stopped"))
    load.target.execute("set session_replication_role = replica")
    load.target.execute("delete from lines where id > 500")
    load.database.empty(())
    load.task.load_anew()
    until(lambda: load.stands("stopped"))
    load.task.resume()
    until(lambda: load.same("orders", "lines", "others"))


def test_a_slot_that_is_gone_fails_the_task_by_its_name(load: Load) -> None:
    load.follows()
    load.task.stop()
    until(lambda: load.stands("stopped"))
    load.source.execute("select pg_drop_replication_slot(%s)", (load.slot,))
    load.task.resume()
    until(lambda: load.stands("failed"))
    assert judge_load(load.task.status()).outcome is Outcome.SLOT_LOST
    load.database.empty(())
    load.task.load_anew()
    until(lambda: load.stands("stopped"))
    load.task.resume()
    until(lambda: load.same("orders", "lines", "others"))
