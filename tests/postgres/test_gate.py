"""The gate on a real server: who is refused, who passes, and what it says of itself."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

import psycopg
import pytest
from psycopg import errors as pg

from cutover.observations import GateState
from tests.builders import proof
from tests.postgres.conftest import Pair
from tests.postgres.test_barrier import hold

WRITES = [
    "insert into accounts values (1)",
    "insert into accounts values (1) on conflict (id) do update set balance = 1",
    "update accounts set balance = 1",
    "delete from accounts",
    "truncate accounts",
    "merge into accounts a using (values (1)) v (id) on a.id = v.id when not matched then insert values (v.id)",
    "with w as (insert into ledger (note) values ('x') returning id) select * from w",
    "copy accounts from stdin",
    "insert into events values (1, '2026-06-01')",
    "insert into events_2026 values (1, '2026-06-01')",
    "insert into scratch values (1)",
    'insert into "Odd Name"."Table; drop" values (1)',
    "do $$ begin insert into accounts values (1); end $$",
]


def attempt(connection: psycopg.Connection[tuple[object, ...]], statement: str) -> None:
    if statement.startswith("copy"):
        with connection.cursor() as cursor, cursor.copy(statement.encode()) as copy:
            copy.write(b"7\t0\n")
    else:
        connection.execute(statement.encode())


@pytest.mark.parametrize("statement", WRITES)
@pytest.mark.parametrize("role", ["app", "superuser", "override"])
def test_every_kind_of_write_by_every_kind_of_session_is_refused(
    pair: Pair, statement: str, role: str
) -> None:
    pair.target.database.install(hold=timedelta(0))
    user = pair.target.app if role == "app" else "postgres"
    with pair.target.connect(user=user) as session:
        if role == "override":
            session.execute("set default_transaction_read_only = off")
        with pytest.raises(pg.ReadOnlySqlTransaction, match="takes no writes here"):
            attempt(session, statement)


def test_a_writer_who_brings_an_operator_of_its_own_is_refused(pair: Pair) -> None:
    """The gate's function runs as its owner, with the search path of whoever writes."""
    with pair.target.connect(user=pair.target.app) as session:
        session.execute("create schema mine")
        for kinds in ("bigint, int", "bigint, bigint"):
            one, two = kinds.split(", ")
            session.execute(
                f"create function mine.yes({kinds}) returns boolean language sql as 'select true';"
                f"create operator mine.= (leftarg = {one}, rightarg = {two}, function = mine.yes)".encode()
            )
        session.execute("set search_path = mine, public, pg_catalog")
        with pytest.raises(pg.ReadOnlySqlTransaction):
            session.execute("insert into accounts values (1)")


def test_reads_pass_a_closed_gate(pair: Pair) -> None:
    with pair.target.connect(user=pair.target.app) as session:
        assert session.execute("select count(*) from accounts").fetchone() == (0,)


def test_replication_passes_a_closed_gate(pair: Pair) -> None:
    with pair.target.connect() as session:
        session.execute("set session_replication_role = replica")
        session.execute("insert into accounts values (1)")
        assert session.execute("select count(*) from accounts").fetchone() == (1,)


@pytest.mark.parametrize("closed_by", ["its state", "a barrier"])
def test_a_snapshot_older_than_the_closing_is_refused_too(pair: Pair, closed_by: str) -> None:
    source = pair.source
    with source.connect(user=source.app) as session, source.connect() as other:
        session.execute("begin isolation level repeatable read")
        session.execute("select 1 from accounts")
        if closed_by == "a barrier":
            with hold(source) as barrier:
                barrier.close(proof())
        else:
            source.database.close_gate()
        other.execute("analyze accounts")
        with pytest.raises(pg.ReadOnlySqlTransaction):
            session.execute("insert into accounts values (1)")


def test_a_transaction_begun_behind_an_open_gate_is_refused_once_it_is_closed_again(
    pair: Pair,
) -> None:
    """The state is not versioned: a table row would still be read as of the old snapshot."""
    target = pair.target
    target.database.open_gate()
    with target.connect(user=target.app) as session:
        session.execute("begin isolation level serializable")
        session.execute("select 1 from accounts")
        target.database.close_gate()
        with pytest.raises(pg.ReadOnlySqlTransaction):
            session.execute("insert into accounts values (1)")


@pytest.mark.parametrize("isolation", ["read committed", "repeatable read"])
@pytest.mark.parametrize("closed_by", ["its state", "a barrier"])
def test_a_newcomer_is_held_until_the_opening_and_retries_with_a_new_snapshot(
    pair: Pair, closed_by: str, isolation: str
) -> None:
    target = pair.target
    target.database.install(hold=timedelta(seconds=5))
    if closed_by == "a barrier":
        target.database.open_gate()
        with hold(target) as barrier:
            barrier.close(proof())
    outcome: list[tuple[str, float]] = []

    def write() -> None:
        with target.connect(user=target.app) as session:
            started = time.monotonic()
            session.execute(f"begin isolation level {isolation}".encode())
            try:
                session.execute("insert into accounts values (1)")
            except pg.ReadOnlySqlTransaction as refused:
                outcome.append((str(refused.sqlstate), time.monotonic() - started))
            session.execute("rollback")
            session.execute("insert into accounts values (1)")

    writer = threading.Thread(target=write)
    writer.start()
    time.sleep(0.3)
    assert not outcome
    target.database.open_gate()
    writer.join(timeout=5)
    assert outcome[0][0] == "25006"
    assert 0.2 < outcome[0][1] < 2
    with target.connect() as session:
        assert session.execute("select count(*) from accounts").fetchone() == (1,)


def test_the_gate_tells_open_closed_and_partial(pair: Pair) -> None:
    assert pair.source.database.gate().state is GateState.OPEN
    assert pair.target.database.gate().state is GateState.CLOSED
    with pair.target.connect() as session:
        session.execute("alter table ledger disable trigger cutover_gate")
        session.execute("create table newcomer (id int)")
    gate = pair.target.database.gate()
    assert gate.state is GateState.PARTIAL
    assert gate.ungated_tables == ("public.ledger", "public.newcomer")
    with pair.target.connect() as session:
        session.execute("drop table newcomer")


def test_an_open_gate_is_removed_without_waiting_for_a_busy_table(pair: Pair) -> None:
    target = pair.target
    target.database.open_gate()
    with target.connect(user=target.app) as session:
        session.execute("begin")
        session.execute("select 1 from ledger")
        started = time.monotonic()
        assert target.database.remove_gate() == ("public.ledger",)
        assert time.monotonic() - started < 2
        session.execute("rollback")
    assert target.database.remove_gate() == ()
    assert target.database.gate().state is GateState.OPEN


def test_installing_twice_changes_nothing(pair: Pair) -> None:
    pair.target.database.install(hold=timedelta(0))
    pair.target.database.close_gate()
    assert pair.target.database.gate().state is GateState.CLOSED
