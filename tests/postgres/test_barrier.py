"""The barrier on a real server: what waits, what is ended, and that its death leaves the source open."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from cutover.adapters import postgres_barrier
from cutover.adapters.postgres_barrier import PostgresBarrier
from cutover.adapters.postgres_sql import GATE_TRIGGER
from cutover.errors import (
    BarrierLost,
    DeadlineExceeded,
    SwitchAborted,
    SwitchOutcomeUnknown,
)
from cutover.observations import GateState
from tests.builders import proof
from tests.postgres.conftest import Pair, Side

PATIENCE = timedelta(seconds=5)
DEADLINE = timedelta(seconds=5)


class Writer(threading.Thread):
    """Writes one row in a transaction of its own and keeps what became of it."""

    def __init__(
        self, side: Side, statement: str = "insert into ledger (note) values ('x')"
    ) -> None:
        super().__init__(daemon=True)
        self.connection = side.connect(user=side.app)
        self.statement = statement
        self.outcome = "waiting"
        self.finished_at = 0.0

    def run(self) -> None:
        try:
            self.connection.execute(self.statement.encode())
            self.outcome = "written"
        except psycopg.Error as error:
            self.outcome = str(error.sqlstate)
        self.finished_at = time.monotonic()
        self.connection.close()


def hold(side: Side, *, patience: timedelta = PATIENCE, deadline: timedelta = DEADLINE) -> Any:
    tables = side.database.inspect().tables
    return side.database.barrier(tables=tables, patience=patience, deadline=deadline)


def started(*writers: Writer) -> None:
    for writer in writers:
        writer.start()
    time.sleep(0.2)


def every_kind(side: Side) -> list[Writer]:
    return [
        Writer(side, statement)
        for statement in (
            "insert into ledger (note) values ('x')",
            "insert into events values (1, '2026-06-01')",
            "insert into events_2026 values (2, '2026-06-01')",
            'insert into "Odd Name"."Table; drop" values (1)',
            "truncate accounts",
        )
    ]


def test_new_writes_wait_and_go_on_unharmed_when_the_barrier_is_left(pair: Pair) -> None:
    writers = every_kind(pair.source)
    with hold(pair.source):
        started(*writers)
        assert {writer.outcome for writer in writers} == {"waiting"}
    for writer in writers:
        writer.join(timeout=5)
    assert {writer.outcome for writer in writers} == {"written"}
    assert pair.source.database.gate().state is GateState.OPEN


def test_waiting_writes_are_refused_once_it_is_closed(pair: Pair) -> None:
    writers = every_kind(pair.source)
    with hold(pair.source) as barrier:
        started(*writers)
        barrier.close(proof())
    for writer in writers:
        writer.join(timeout=5)
    assert {writer.outcome for writer in writers} == {"25006"}
    assert pair.source.database.gate().state is GateState.CLOSED


def test_reads_go_on_behind_the_barrier(pair: Pair) -> None:
    with hold(pair.source), pair.source.connect(user=pair.source.app) as session:
        assert session.execute("select count(*) from ledger").fetchone() == (0,)


def test_a_running_write_is_waited_for_and_counts(pair: Pair) -> None:
    with pair.source.connect(user=pair.source.app) as running:
        running.execute("begin")
        running.execute("insert into ledger (note) values ('in flight')")
        threading.Timer(0.3, lambda: running.execute("commit")).start()
        begun = time.monotonic()
        with hold(pair.source) as barrier:
            assert time.monotonic() - begun > 0.2
            assert barrier.sessions_ended == 0
            barrier.close(proof())
        assert running.execute("select count(*) from ledger").fetchone() == (1,)


def test_beyond_the_patience_the_session_in_the_way_is_ended(pair: Pair) -> None:
    with pair.source.connect(user=pair.source.app) as idle:
        idle.execute("begin")
        idle.execute("insert into ledger (note) values ('forgotten')")
        with hold(pair.source, patience=timedelta(milliseconds=30)) as barrier:
            assert barrier.sessions_ended == 1
        with pytest.raises(psycopg.OperationalError):
            idle.execute("commit")


def busy(session: psycopg.Connection[Any], *, seconds: float) -> None:
    """A transaction of many short statements."""
    give_up = time.monotonic() + seconds
    with session.transaction():
        while time.monotonic() < give_up:
            session.execute("insert into ledger (note) values ('busy')")
            time.sleep(0.02)


def test_beyond_the_patience_a_transaction_on_its_way_is_waited_for(pair: Pair) -> None:
    with pair.source.connect(user=pair.source.app) as session:
        writer = threading.Thread(target=busy, args=[session], kwargs={"seconds": 0.5})
        writer.start()
        time.sleep(0.05)
        with hold(pair.source, patience=timedelta(milliseconds=200)) as barrier:
            assert barrier.sessions_ended == 0
        writer.join(timeout=5)
        assert session.execute("select count(*) > 10 from ledger").fetchone() == (True,)


def test_a_transaction_open_for_many_patiences_is_ended_however_busy_it_is(pair: Pair) -> None:
    ended = []

    def write() -> None:
        with pair.source.connect(user=pair.source.app) as session:
            try:
                busy(session, seconds=4)
            except psycopg.Error as error:
                ended.append(error.sqlstate)

    writer = threading.Thread(target=write)
    writer.start()
    time.sleep(0.05)
    with hold(pair.source, patience=timedelta(milliseconds=60)) as barrier:
        assert barrier.sessions_ended == 1
    writer.join(timeout=5)
    # Ended between two statements, the driver meets a closed connection before it reads why.
    assert ended in (["57P01"], [None])


def test_whoever_waits_for_one_that_stands_still_is_not_ended_with_it(pair: Pair) -> None:
    touch = "update accounts set balance = balance where id = 1"
    with (
        pair.source.connect(user=pair.source.app) as idle,
        pair.source.connect(user=pair.source.app) as other,
    ):
        idle.execute("insert into accounts values (1)")
        idle.execute("begin")
        idle.execute(touch.encode())
        waiting = threading.Thread(target=lambda: other.execute(touch.encode()), daemon=True)
        waiting.start()
        time.sleep(0.5)
        with hold(pair.source, patience=timedelta(milliseconds=600)) as barrier:
            assert barrier.sessions_ended == 1
        waiting.join(timeout=5)
        assert other.execute("select 1").fetchone() == (1,)
        with pytest.raises(psycopg.OperationalError):
            idle.execute("commit")


def test_a_barrier_that_can_not_be_had_gives_up_at_the_deadline(pair: Pair) -> None:
    with pair.source.connect(user=pair.source.app) as idle:
        idle.execute("begin")
        idle.execute("insert into ledger (note) values ('x')")
        begun = time.monotonic()
        with (
            pytest.raises(DeadlineExceeded, match="300 ms"),
            hold(pair.source, deadline=timedelta(milliseconds=300)),
        ):
            pass
        assert time.monotonic() - begun < 2
        idle.execute("commit")
    assert pair.source.database.gate().state is GateState.OPEN


def end_session(side: Side) -> None:
    assert side.database.end_barrier_sessions() == 1


def stall(_: Side) -> None:
    time.sleep(0.7)


@pytest.mark.parametrize(
    ("death", "error", "fact"),
    [
        (end_session, BarrierLost, "ended before it was closed"),
        # The server has ended it, because of the limit and of nothing else.
        (stall, DeadlineExceeded, "500 ms passed before the closing was written"),
    ],
)
def test_the_death_of_its_holder_leaves_the_source_open_and_no_error(
    pair: Pair, death: Callable[[Side], None], error: type[Exception], fact: str
) -> None:
    writer = Writer(pair.source)
    with hold(pair.source, deadline=timedelta(milliseconds=500)) as barrier:
        started(writer)
        death(pair.source)
        writer.join(timeout=5)
        assert writer.outcome == "written"
        with pytest.raises(error, match=fact):
            barrier.close(proof())
    assert pair.source.database.gate().state is GateState.OPEN


def test_a_holder_that_stalls_has_what_the_lock_has_left_of_the_limit(pair: Pair) -> None:
    """The whole limit once more, counted from the lock, would be a pause of twice the limit."""
    limit, waited = timedelta(seconds=1), 0.8
    writer = Writer(pair.source)
    with pair.source.connect(user=pair.source.app) as running:
        running.execute("begin")
        running.execute("insert into ledger (note) values ('in flight')")
        standing = hold(pair.source, deadline=limit)
        threading.Timer(waited, lambda: running.execute("commit")).start()
        begun = time.monotonic()
        with standing as barrier:
            assert time.monotonic() - begun >= waited - 0.1
            writer.start()
            writer.join(timeout=5)
            assert writer.outcome == "written"
            assert writer.finished_at - begun < limit.total_seconds() + 0.3
            with pytest.raises(DeadlineExceeded, match="1000 ms passed"):
                barrier.close(proof())
    assert pair.source.database.gate().state is GateState.OPEN


def test_the_limit_holds_up_to_the_commit(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    with hold(pair.source, deadline=timedelta(milliseconds=500)) as barrier:
        look = barrier._newcomers

        def slowly() -> str:
            # Neither idle for long nor one statement that takes long: the server sees nothing to end.
            for _ in range(3):
                barrier._gate.execute("select pg_sleep(0.2)")
            return str(look())

        monkeypatch.setattr(barrier, "_newcomers", slowly)
        kept = proof()
        with pytest.raises(DeadlineExceeded, match="500 ms passed before the commit"):
            barrier.close(kept)
    assert pair.source.database.gate().state is GateState.OPEN
    assert pair.source.database.closing_proof(kept["token"]) is None


def test_a_holder_that_stalls_in_the_closing_does_not_begin_a_new_limit(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = Writer(pair.source)
    standing = hold(pair.source, deadline=timedelta(seconds=1))
    begun = time.monotonic()
    with standing as barrier:
        started(writer)
        time.sleep(0.5)

        def stalled() -> str:
            writer.join(timeout=5)
            return ""

        monkeypatch.setattr(barrier, "_newcomers", stalled)
        with pytest.raises(DeadlineExceeded, match="1000 ms passed before the commit"):
            barrier.close(proof())
        assert writer.outcome == "written"
        assert writer.finished_at - begun < 1.3
    assert pair.source.database.gate().state is GateState.OPEN


def before_the_commit(barrier: Any, act: Callable[[], object], patch: pytest.MonkeyPatch) -> None:
    """Does something between the proof and the COMMIT."""
    execute = barrier._gate.execute

    def acting(query: str, *given: Any, **named: Any) -> Any:
        if query == "commit":
            act()
        return execute(query, *given, **named)

    patch.setattr(barrier._gate, "execute", acting)


def test_a_closing_without_an_answer_claims_nothing(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The session ends between the last look and the COMMIT, which may or may not have been read."""
    with hold(pair.source) as barrier:
        before_the_commit(barrier, lambda: end_session(pair.source), monkeypatch)
        with pytest.raises(SwitchOutcomeUnknown):
            barrier.close(proof())
    assert pair.source.database.gate().state is GateState.OPEN


def test_a_closing_that_was_answered_with_a_rollback_is_none(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    def spoil() -> None:
        with pytest.raises(psycopg.errors.DivisionByZero):
            barrier._gate.execute("select 1/0")

    with hold(pair.source) as barrier:
        before_the_commit(barrier, spoil, monkeypatch)
        kept = proof()
        with pytest.raises(BarrierLost, match="ROLLBACK"):
            barrier.close(kept)
    assert pair.source.database.gate().state is GateState.OPEN
    assert pair.source.database.closing_proof(kept["token"]) is None


def test_nothing_is_left_behind_by_a_barrier_that_was_not_closed(pair: Pair) -> None:
    with hold(pair.source):
        pass
    with pair.source.connect() as session:
        query = "select count(*) from pg_trigger where tgname = 'cutover_gate'"
        assert session.execute(query).fetchone() == (0,)
        query = "select count(*) from pg_stat_activity where application_name = 'cutover barrier'"
        assert session.execute(query).fetchone() == (0,)


def test_an_open_gate_left_from_before_is_cleared_first(pair: Pair) -> None:
    source = pair.source
    source.database.close_gate()
    source.database.open_gate()
    with hold(source) as barrier:
        barrier.close(proof())
    assert source.database.gate().state is GateState.CLOSED


def test_the_triggers_of_an_open_gate_are_used_again(pair: Pair) -> None:
    """Dropping them would wait for every reader, and stop new ones meanwhile."""
    source = pair.source
    source.database.close_gate()
    source.database.open_gate()
    with source.connect(user=source.app) as session:
        session.execute("begin")
        session.execute("select 1 from ledger")
        with hold(source) as barrier:
            barrier.close(proof())
        session.execute("commit")
    assert source.database.gate().state is GateState.CLOSED


def test_before_the_barrier_the_triggers_let_every_write_pass(pair: Pair) -> None:
    source = pair.source

    def write() -> None:
        with source.connect(user=source.app) as session:
            session.execute("insert into accounts values (1)")
            assert GATE_TRIGGER in _triggers(session)

    tables = source.database.inspect().tables
    with source.database.barrier(tables=tables, patience=PATIENCE, deadline=DEADLINE, begin=write):
        pass
    with source.connect() as session:
        # Whoever gave up leaves none behind.
        assert _triggers(session) == []
    assert source.database.gate().state is GateState.OPEN


def test_a_trigger_that_can_not_be_had_beforehand_is_made_behind_the_lock(pair: Pair) -> None:
    source = pair.source
    with source.connect(user=source.app) as session:
        session.execute("begin")
        session.execute("insert into accounts values (1)")
        barrier = source.database.barrier(
            tables=source.database.inspect().tables, patience=PATIENCE, deadline=DEADLINE
        )
        session.execute("commit")
        with barrier as standing:
            standing.close(proof())
    assert source.database.gate().state is GateState.CLOSED


def test_of_many_tables_those_that_are_written_to_are_locked_last(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_barrier, "MANY_TABLES", 1)
    source = pair.source
    with source.connect(user=source.app) as session:
        session.execute("begin")
        session.execute("insert into accounts values (1)")
        barrier = source.database.barrier(
            tables=source.database.inspect().tables, patience=PATIENCE, deadline=DEADLINE
        )
        assert isinstance(barrier, PostgresBarrier)
        assert barrier._tables[-1] == "public.accounts"
        barrier._end()


def test_a_gate_that_can_not_be_made_beforehand_leaves_none_of_it(pair: Pair) -> None:
    source = pair.source
    with source.connect() as session:
        # As where somebody else's hand has changed it.
        session.execute("alter function cutover.refuse_write() rename to refuse_nothing")
    with pytest.raises(SwitchAborted, match="the gate could not be made"):
        source.database.barrier(
            tables=source.database.inspect().tables, patience=PATIENCE, deadline=DEADLINE
        )
    with source.connect() as session:
        assert _triggers(session) == []


def _triggers(session: psycopg.Connection[Any]) -> list[str]:
    rows = session.execute(
        "select tgname from pg_trigger where tgname = %s", (GATE_TRIGGER,)
    ).fetchall()
    return [name for (name,) in rows]
