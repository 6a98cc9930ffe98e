"""A controller that was given up on and wakes up late, and a catalog that moves under the switch."""

from __future__ import annotations

import pytest

from cutover.adapters.postgres import PostgresDatabase
from cutover.adapters.postgres_barrier import PostgresBarrier
from cutover.errors import OriginBusy, SwitchAborted
from cutover.observations import Gate, GateState
from tests.builders import proof
from tests.postgres.conftest import Pair
from tests.postgres.test_barrier import DEADLINE, PATIENCE, hold


def test_a_closed_gate_is_never_removed(pair: Pair) -> None:
    source = pair.source.database
    with hold(pair.source) as barrier:
        barrier.close(proof())
    assert source.remove_gate() == source.inspect().tables
    assert source.gate().state is GateState.CLOSED


def test_a_controller_that_looked_before_the_closing_does_not_reopen_the_source(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It saw an open gate and was stopped; by the time it goes on, another one has closed the source for good."""
    late = PostgresDatabase(pair.source.database.address)
    look = late.gate

    def looked_too_early() -> Gate:
        seen = look()
        with hold(pair.source) as barrier:
            barrier.close(proof())
        return seen

    monkeypatch.setattr(late, "gate", looked_too_early)
    with pytest.raises(SwitchAborted, match="closed already"):
        late.barrier(tables=late.inspect().tables, patience=PATIENCE, deadline=DEADLINE)
    late.close()
    assert pair.source.database.gate().state is GateState.CLOSED


def test_a_table_made_before_the_barrier_stood_is_not_left_open(pair: Pair) -> None:
    source = pair.source
    tables = source.database.inspect().tables
    with source.connect(user=source.app) as session:
        session.execute(
            "create table events_2027 partition of events for values from ('2027-01-01') to ('2028-01-01')"
        )
    with pytest.raises(OriginBusy, match=r"public\.events_2027"):
        source.database.barrier(tables=tables, patience=PATIENCE, deadline=DEADLINE)
    assert source.database.gate().state is GateState.OPEN


def test_a_table_made_while_the_barrier_was_being_made_is_not_left_open(pair: Pair) -> None:
    source = pair.source

    def make() -> None:
        with source.connect(user=source.app) as session:
            session.execute("create table newcomer (id int)")

    barrier = source.database.barrier(
        tables=source.database.inspect().tables, patience=PATIENCE, deadline=DEADLINE, begin=make
    )
    with pytest.raises(SwitchAborted, match=r"public\.newcomer"), barrier as standing:
        standing.close(proof())
    assert source.database.gate().state is GateState.OPEN


def test_a_table_made_behind_the_barrier_stops_the_closing(pair: Pair) -> None:
    source = pair.source
    with hold(source) as barrier:
        with source.connect(user=source.app) as session:
            session.execute("create table newcomer (id int)")
        with pytest.raises(SwitchAborted, match=r"public\.newcomer"):
            barrier.close(proof())
    assert source.database.gate().state is GateState.OPEN


def test_a_table_renamed_before_the_barrier_stood_changes_nothing(pair: Pair) -> None:
    source = pair.source
    tables = source.database.inspect().tables
    with source.connect(user=source.app) as session:
        session.execute("alter table accounts rename to customers")
    with pytest.raises(OriginBusy, match=r"public\.customers"):
        source.database.barrier(tables=tables, patience=PATIENCE, deadline=DEADLINE)
    assert source.database.gate().state is GateState.OPEN


def test_the_closing_is_on_disk_before_it_is_answered(pair: Pair) -> None:
    """With synchronous_commit off, a crash right after the answer would forget the closing and open the source."""
    source = pair.source
    with source.connect() as session:
        session.execute(f"alter database {source.name} set synchronous_commit = off".encode())
    database = PostgresDatabase(source.database.address)
    tables = database.inspect().tables
    barrier = database.barrier(tables=tables, patience=PATIENCE, deadline=DEADLINE)
    assert isinstance(barrier, PostgresBarrier)
    with barrier:
        assert barrier._gate.execute("show synchronous_commit").fetchone() == ("on",)
    database.close()
