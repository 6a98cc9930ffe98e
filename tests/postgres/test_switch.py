"""The whole critical section between two real servers with real replication and writers that never stop."""

from __future__ import annotations

import threading
import time
from typing import Any

import psycopg
import pytest

from cutover.adapters.clock import SystemClock
from cutover.adapters.memory import MemoryJournal
from cutover.errors import DeadlineExceeded, DestinationNotReady, OriginBusy
from cutover.journal import Lease, Phase
from cutover.observations import GateState
from cutover.plan import CutoverPlan
from cutover.steps.observe import measure_lag
from cutover.steps.recovery import resolve_switch, verify_switch
from cutover.steps.switch import switch_writer
from tests.builders import plan
from tests.postgres.conftest import Pair, Side, wait_for


class BusyWriter(threading.Thread):
    """Writes to one side until it is refused; keeps the notes that were acknowledged."""

    def __init__(self, side: Side, number: int) -> None:
        super().__init__(daemon=True)
        self.side, self.number = side, number
        self.acknowledged: set[str] = set()
        self.errors: list[str] = []
        self.stopping = threading.Event()

    def run(self) -> None:
        with self.side.connect(user=self.side.app) as session:
            for n in range(1_000_000):
                if self.stopping.is_set():
                    return
                note = f"{self.number}-{n}"
                try:
                    session.execute("insert into ledger (note) values (%s)", (note,))
                except psycopg.Error as error:
                    self.errors.append(str(error.sqlstate))
                    return
                self.acknowledged.add(note)
                time.sleep(0.002)


@pytest.fixture
def journal() -> MemoryJournal:
    return MemoryJournal()


@pytest.fixture
def lease(journal: MemoryJournal) -> Lease:
    now = SystemClock().now()
    lease = journal.acquire("execution", now=now)
    journal.record(lease, Phase.SHIFTING, now=now, note="")
    return lease


def switch(
    pair: Pair, journal: MemoryJournal, lease: Lease, the_plan: CutoverPlan | None = None
) -> Any:
    return switch_writer(
        pair.source.database,
        pair.target.database,
        journal,
        SystemClock(),
        lease=lease,
        plan=the_plan or plan(),
        slots=pair.slots,
    )


def notes(side: Side) -> set[str]:
    with side.connect() as session:
        return {row[0] for row in session.execute("select note from ledger").fetchall()}


def test_every_acknowledged_write_is_on_the_target(
    pair: Pair, journal: MemoryJournal, lease: Lease
) -> None:
    pair.replicate()
    with pair.source.connect() as session:
        session.execute("select nextval('step_by_ten'), nextval('downwards')")
    writers = [BusyWriter(pair.source, number) for number in range(4)]
    for writer in writers:
        writer.start()
    time.sleep(0.5)
    certificate = switch(pair, journal, lease)
    for writer in writers:
        writer.join(timeout=5)

    acknowledged = set().union(*(writer.acknowledged for writer in writers))
    assert len(acknowledged) > 100
    assert notes(pair.target) == notes(pair.source) >= acknowledged
    assert {error for writer in writers for error in writer.errors} <= {"25006", "57P01"}
    assert (
        verify_switch(
            pair.source.database, pair.target.database, journal, SystemClock(), lease=lease
        )
        == ()
    )
    moved = {move.name: move for move in certificate.sequences}
    assert moved["public.step_by_ten"].target == 1 + 1000 * 10
    assert moved["public.downwards"].target == -1 - 1000
    assert "public.never_used" not in moved
    with pair.target.connect(user=pair.target.app) as session:
        session.execute("insert into ledger (note) values ('first on the target')")
        newest = session.execute("select max(id) from ledger").fetchone()
        assert newest is not None
        assert newest[0] == moved["public.ledger_id_seq"].target + 1


def test_a_token_that_never_arrives_is_given_up_without_an_error_to_anyone(
    pair: Pair, journal: MemoryJournal, lease: Lease, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair.replicate()
    write = pair.source.database.write_token

    def held_back(token: str) -> str:
        with pair.target.connect() as session:
            session.execute(f"alter subscription {pair.source.name} disable".encode())
        return write(token)

    monkeypatch.setattr(pair.source.database, "write_token", held_back)
    writers = [BusyWriter(pair.source, number) for number in range(4)]
    for writer in writers:
        writer.start()
    time.sleep(0.3)
    with pytest.raises(DeadlineExceeded, match="waiting for the token"):
        switch(pair, journal, lease, plan(switch_deadline_seconds=1))
    before = sum(len(writer.acknowledged) for writer in writers)
    time.sleep(0.3)
    for writer in writers:
        writer.stopping.set()
        writer.join(timeout=5)
    assert [writer.errors for writer in writers] == [[], [], [], []]
    assert sum(len(writer.acknowledged) for writer in writers) > before
    assert pair.source.database.gate().state is GateState.OPEN
    assert pair.target.database.gate().state is GateState.CLOSED
    assert pair.target.slots() == []
    side, _ = resolve_switch(
        pair.source.database,
        pair.target.database,
        journal,
        SystemClock(),
        execution=lease.execution,
        slots=pair.slots,
    )
    assert side.value == "before"


def test_a_long_transaction_is_not_ended_but_waited_for(
    pair: Pair, journal: MemoryJournal, lease: Lease
) -> None:
    with pair.source.connect(user=pair.source.app) as session:
        session.execute("begin")
        session.execute("insert into ledger (note) values ('payroll')")
        time.sleep(1.1)
        with pytest.raises(OriginBusy, match="limit 1 s"):
            switch(pair, journal, lease, plan(max_transaction_seconds=1))
        session.execute("commit")


def test_an_idle_reader_is_no_reason_to_wait(pair: Pair) -> None:
    with pair.source.connect(user=pair.source.app) as session:
        session.execute("begin")
        session.execute("select 1 from ledger")
        time.sleep(0.3)
        assert pair.source.database.inspect().longest_transaction_seconds == 0.0
        session.execute("commit")


def test_lag_is_the_age_of_the_newest_heartbeat_that_arrived(pair: Pair) -> None:
    clock = SystemClock()
    lag = measure_lag(pair.source.database, pair.target.database, clock)
    assert lag.seconds is None
    assert "no heartbeat has reached the other side" in lag.reason
    pair.replicate()
    lag = measure_lag(pair.source.database, pair.target.database, clock)
    assert lag.seconds is not None
    assert lag.seconds < 2
    with pair.target.connect() as session:
        wait_for(session, "select count(*) = 1 from cutover.heartbeat")
        session.execute(f"alter subscription {pair.source.name} disable".encode())
    lag = measure_lag(pair.source.database, pair.target.database, clock)
    assert lag.seconds is not None
    assert lag.seconds > 1.9


def test_a_sequence_set_to_its_next_value_is_not_one_that_was_never_used(pair: Pair) -> None:
    """`setval(..., false)` and RESTART leave no last value, and the next number is not the first."""
    with pair.source.connect() as session:
        session.execute("alter sequence never_used restart with 500")
        session.execute("select setval('step_by_ten', 41, false)")
    states = {state.name: state for state in pair.source.database.sequences()}
    assert states["public.never_used"].last_value == 499
    assert states["public.step_by_ten"].last_value == 31
    assert states["public.downwards"].last_value is None


def test_a_sequence_that_is_nearly_used_up_is_told_before_anybody_waits(
    pair: Pair, journal: MemoryJournal, lease: Lease
) -> None:
    """Set to its bound on the target it would give no number at all, after the line."""
    pair.replicate()
    with pair.source.connect() as session:
        session.execute("alter sequence never_used maxvalue 999")
        session.execute("select setval('never_used', 500)")
    with pytest.raises(DestinationNotReady, match=r"public\.never_used has 499 numbers left"):
        switch(pair, journal, lease)
    assert journal.state().phase is Phase.SHIFTING
    assert pair.source.database.gate().state is GateState.OPEN
