"""The weaker fence on a real server: whom it holds, what it leaves behind, and what it can't do."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from cutover.adapters.postgres_login import LoginFencedDatabase
from cutover.errors import (
    BadInput,
    BarrierLost,
    DeadlineExceeded,
    OriginBusy,
    PrivilegeMissing,
    StaleLease,
    SwitchAborted,
)
from cutover.observations import Fence, GateState
from tests.builders import proof
from tests.postgres.conftest import Pair, Side

LIMIT = timedelta(seconds=5)


@pytest.fixture
def source(pair: Pair) -> Side:
    return pair.source


@pytest.fixture
def fenced(source: Side) -> Iterator[LoginFencedDatabase]:
    database = LoginFencedDatabase(source.database.address, roles=(source.app,))
    database.install(hold=timedelta(0))
    yield database
    database.close()


def barrier(
    database: LoginFencedDatabase, *, patience: timedelta = LIMIT, deadline: timedelta = LIMIT
) -> Any:
    return database.barrier(tables=(), patience=patience, deadline=deadline)


def may_log_in(source: Side) -> bool:
    try:
        source.connect(user=source.app).close()
    except psycopg.OperationalError as error:
        assert "not permitted to log in" in str(error)
        return False
    return True


def test_it_says_what_it_is(fenced: LoginFencedDatabase) -> None:
    facts = fenced.inspect()
    assert (facts.fence, facts.may_freeze) == (Fence.LOGIN, False)


def test_a_running_write_is_waited_for_and_counts_an_idle_session_is_ended_at_once(
    source: Side, fenced: LoginFencedDatabase
) -> None:
    with source.connect(user=source.app) as idle, source.connect(user=source.app) as running:
        running.execute("begin")
        running.execute("insert into ledger (note) values ('in flight')")
        threading.Timer(0.3, lambda: running.execute("commit")).start()
        begun = time.monotonic()
        with barrier(fenced) as held:
            assert 0.2 < time.monotonic() - begun < 3
            assert held.sessions_ended == 2
            held.close(proof())
        with pytest.raises(psycopg.OperationalError):
            idle.execute("select 1")
    assert fenced.gate().state is GateState.CLOSED
    assert not may_log_in(source)
    with source.connect() as session:
        assert session.execute("select count(*) from ledger").fetchone() == (1,)
    fenced.open_gate()
    assert may_log_in(source)


def test_beyond_the_patience_a_transaction_is_ended(
    source: Side, fenced: LoginFencedDatabase
) -> None:
    with source.connect(user=source.app) as running:
        running.execute("begin")
        with barrier(fenced, patience=timedelta(milliseconds=50)) as held:
            assert held.sessions_ended == 1
        with pytest.raises(psycopg.OperationalError):
            running.execute("commit")
    assert may_log_in(source)


def test_a_barrier_that_can_not_be_had_unlocks_the_roles_again(
    source: Side, fenced: LoginFencedDatabase
) -> None:
    with source.connect(user=source.app) as running:
        running.execute("begin")
        with (
            pytest.raises(DeadlineExceeded, match="did not end in time"),
            barrier(fenced, deadline=timedelta(milliseconds=100)),
        ):
            pass
        assert may_log_in(source)
        running.execute("commit")
    assert fenced.gate().state is GateState.OPEN


def test_it_outlives_a_controller_that_dies_and_is_put_back_by_whoever_looks(
    source: Side, fenced: LoginFencedDatabase
) -> None:
    """No dead man's switch: that is why what was changed is written down."""
    dead = barrier(fenced)
    dead.__enter__()
    dead._session.close()
    assert not may_log_in(source)
    assert fenced.end_barrier_sessions() == 1
    assert fenced.gate().state is GateState.OPEN
    assert may_log_in(source)
    assert fenced.end_barrier_sessions() == 0


def test_the_next_barrier_begins_where_a_dead_one_stopped_and_two_do_not_stand_at_once(
    source: Side, fenced: LoginFencedDatabase
) -> None:
    dead = barrier(fenced)
    dead.__enter__()
    with pytest.raises(OriginBusy, match="another barrier stands"), barrier(fenced):
        pass
    assert not may_log_in(source), "the one that stands is left alone"
    dead._session.close()
    with barrier(fenced):
        assert not may_log_in(source)
    assert may_log_in(source)


def test_a_lost_connection_does_not_keep_the_roles_locked(
    source: Side, fenced: LoginFencedDatabase
) -> None:
    with barrier(fenced) as held, source.connect() as session:
        session.execute("select pg_terminate_backend(%s)", (held._session.info.backend_pid,))
    assert may_log_in(source)


def test_a_role_that_could_not_log_in_before_can_not_afterwards(
    source: Side, fenced: LoginFencedDatabase
) -> None:
    with source.connect() as session:
        session.execute(f"alter role {source.app} nologin".encode())
    with barrier(fenced):
        pass
    assert not may_log_in(source)


def test_a_fenced_role_that_may_log_in_again_is_seen_and_so_is_one_that_is_not_held(
    source: Side, fenced: LoginFencedDatabase
) -> None:
    fenced.close_gate()
    with source.connect() as session:
        session.execute(f"alter role {source.app} login".encode())
    gate = fenced.gate()
    assert gate.state is GateState.PARTIAL
    assert gate.ungated_tables == (f"role {source.app}",)
    more = LoginFencedDatabase(source.database.address, roles=(source.app, "another"))
    assert more.gate().ungated_tables == (f"role {source.app}", "role another")
    more.close()


def test_a_session_that_came_behind_the_barrier_stops_the_closing(
    source: Side, fenced: LoginFencedDatabase
) -> None:
    with barrier(fenced) as held:
        with source.connect() as session:
            session.execute(f"alter role {source.app} login".encode())
        with (
            source.connect(user=source.app),
            pytest.raises(SwitchAborted, match="1 sessions of fenced roles"),
        ):
            held.close(proof())
    assert fenced.gate().state is GateState.OPEN


def test_a_barrier_that_somebody_put_back_is_not_closed(
    source: Side, fenced: LoginFencedDatabase
) -> None:
    with barrier(fenced) as held:
        with source.connect() as session:
            session.execute("delete from cutover.fence")
            session.execute(f"alter role {source.app} login".encode())
        kept = proof()
        with pytest.raises(BarrierLost, match="unlocked before the closing"):
            held.close(kept)
    assert fenced.gate().state is GateState.OPEN
    assert fenced.closing_proof(kept["token"]) is None


def test_a_superuser_writes_on_which_is_why_it_is_the_weaker_one(
    source: Side, fenced: LoginFencedDatabase
) -> None:
    fenced.close_gate()
    with source.connect() as session:
        session.execute("insert into ledger (note) values ('past the fence')")


def test_bad_names_and_missing_rights_are_said(source: Side, fenced: LoginFencedDatabase) -> None:
    address = source.database.address
    with pytest.raises(BadInput, match="would hold nobody"):
        LoginFencedDatabase(address, roles=())
    with pytest.raises(BadInput, match="own role"):
        LoginFencedDatabase(address, roles=("postgres",))
    unknown = LoginFencedDatabase(address, roles=("nobody_here",))
    with pytest.raises(BadInput, match="no role nobody_here"), barrier(unknown):
        pass
    unknown.close()
    with source.connect() as session:
        session.execute(
            f"create role weak_{source.app} login password '{source.server.password}'".encode()
        )
        session.execute(f"grant usage on schema cutover to weak_{source.app}".encode())
        session.execute(f"grant all on cutover.fence to weak_{source.app}".encode())
        weak = LoginFencedDatabase(
            type(address).from_dsn(
                source.server.dsn(user=f"weak_{source.app}", dbname=source.name, sslmode="disable")
            ),
            roles=(source.app,),
        )
        with pytest.raises(PrivilegeMissing, match="CREATEROLE"), barrier(weak):
            pass
        weak.close()
        session.execute(f"drop owned by weak_{source.app}; drop role weak_{source.app}".encode())
    assert may_log_in(source)


def test_what_installs_the_support_makes_what_the_fence_is_kept_in(source: Side) -> None:
    """`cutover install` knows of no fence, and where the write record moves after the switch nothing else installs."""
    with source.connect() as session:
        session.execute("drop schema cutover cascade")
    source.database.install(hold=timedelta(0))
    fenced = LoginFencedDatabase(source.database.address, roles=(source.app,))
    with barrier(fenced):
        assert not may_log_in(source)
    fenced.close()
    assert may_log_in(source)


def refuses() -> None:
    raise StaleLease("overtaken")


def test_a_barrier_that_was_refused_at_its_beginning_is_in_nobodys_way(
    source: Side, fenced: LoginFencedDatabase
) -> None:
    refused = fenced.barrier(tables=(), patience=LIMIT, deadline=LIMIT, begin=refuses)
    with pytest.raises(StaleLease), refused:
        pass
    with barrier(fenced):
        assert not may_log_in(source)
    assert may_log_in(source)
