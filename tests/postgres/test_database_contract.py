"""cutover.ports.Database: one suite for the in-memory server and a real one, with either fence."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

import psycopg
import pytest

from cutover.adapters.memory import FixedClock, MemoryDatabase
from cutover.adapters.postgres import Address, PostgresDatabase
from cutover.adapters.postgres_login import LoginFencedDatabase
from cutover.audit import audit_closed_side
from cutover.decisions import Finding, Verdict
from cutover.errors import (
    BarrierLost,
    CutoverError,
    DeadlineExceeded,
    SwitchAborted,
    SwitchOutcomeUnknown,
)
from cutover.observations import GateState, SlotHealth, WriteCounters
from cutover.ports import Database
from rehearsal.servers.postgres import PostgresServer
from tests.builders import proof
from tests.postgres.conftest import Pair, Side

LIMIT = timedelta(seconds=5)


@dataclass(frozen=True)
class Given:
    """An open database, and a way to try a write as the application would."""

    database: Database
    write: Callable[[], bool]
    wait: Callable[[float], None] = time.sleep
    """Lets seconds pass for this database."""


def real(side: Side, database: PostgresDatabase) -> Given:
    def write() -> bool:
        try:
            with side.connect(user=side.app) as session:
                session.execute("set lock_timeout = '200ms'")
                session.execute("insert into ledger (note) values ('x')")
        except psycopg.Error:
            return False
        return True

    return Given(database=database, write=write)


@pytest.fixture(params=["memory", "trigger", "login"])
def given(request: pytest.FixtureRequest) -> Iterator[Given]:
    if request.param == "memory":
        clock = FixedClock()
        memory = MemoryDatabase(clock=clock)
        yield Given(database=memory, write=lambda: memory.write("public.ledger"), wait=clock.sleep)
        return
    pair: Pair = request.getfixturevalue("pair")
    side = pair.source
    if request.param == "trigger":
        yield real(side, side.database)
        return
    fenced = LoginFencedDatabase(side.database.address, roles=(side.app,))
    fenced.install(hold=timedelta(0))
    yield real(side, fenced)
    fenced.close()


def test_closing_and_opening_are_seen_and_felt(given: Given) -> None:
    assert given.write()
    given.database.close_gate()
    given.database.close_gate()
    assert given.database.gate().state is GateState.CLOSED
    assert not given.write()
    given.database.open_gate()
    given.database.open_gate()
    assert given.database.gate().state is GateState.OPEN
    assert given.write()
    assert given.database.remove_gate() == ()
    assert given.write()


def test_a_barrier_that_is_left_leaves_nothing(given: Given) -> None:
    tables = given.database.inspect().tables
    with given.database.barrier(tables=tables, patience=LIMIT, deadline=LIMIT):
        assert not given.write()
    assert given.write()
    assert given.database.gate().state is GateState.OPEN


def test_a_barrier_left_by_an_exception_leaves_nothing(given: Given) -> None:
    tables = given.database.inspect().tables
    with (
        pytest.raises(CutoverError),
        given.database.barrier(tables=tables, patience=LIMIT, deadline=LIMIT),
    ):
        raise CutoverError("before the line")
    assert given.write()


def test_a_barrier_that_is_closed_is_closed_for_good(given: Given) -> None:
    tables = given.database.inspect().tables
    with given.database.barrier(tables=tables, patience=LIMIT, deadline=LIMIT) as barrier:
        barrier.close(proof())
    assert given.database.gate().state is GateState.CLOSED
    assert not given.write()


def test_the_proof_is_there_once_it_is_closed_and_not_before(given: Given) -> None:
    tables = given.database.inspect().tables
    kept = {**proof(), "lsn": "0/1", "sequences": [{"name": "public.numbers", "target": 7}]}
    with given.database.barrier(tables=tables, patience=LIMIT, deadline=LIMIT):
        pass
    assert given.database.closing_proof(kept["token"]) is None
    with given.database.barrier(tables=tables, patience=LIMIT, deadline=LIMIT) as barrier:
        assert given.database.closing_proof(kept["token"]) is None
        barrier.close(kept)
    assert given.database.closing_proof(kept["token"]) == kept
    assert given.database.closing_proof(proof()["token"]) is None


def test_what_is_called_first_finds_nobody_waiting_and_may_refuse(given: Given) -> None:
    tables = given.database.inspect().tables

    def refuse() -> None:
        raise SwitchAborted("not now")

    standing = given.database.barrier(tables=tables, patience=LIMIT, deadline=LIMIT, begin=refuse)
    with pytest.raises(SwitchAborted, match="not now"), standing:
        pass
    assert given.database.gate().state is GateState.OPEN
    assert given.write()


def test_a_barrier_that_was_ended_at_its_beginning_can_not_be_had(given: Given) -> None:
    """Whoever overtakes a controller ends its sessions; the one that stalled in between must not close anything."""
    tables = given.database.inspect().tables

    def overtaken() -> None:
        assert given.database.end_barrier_sessions() == 1

    standing = given.database.barrier(
        tables=tables, patience=LIMIT, deadline=LIMIT, begin=overtaken
    )
    with pytest.raises(BarrierLost), standing as barrier:
        barrier.close(proof())
    assert given.database.gate().state is GateState.OPEN
    assert given.write()


def test_a_closed_database_has_no_barrier_and_keeps_its_gate(given: Given) -> None:
    given.database.close_gate()
    tables = given.database.inspect().tables
    with (
        pytest.raises(SwitchAborted, match="closed already"),
        given.database.barrier(tables=tables, patience=LIMIT, deadline=LIMIT),
    ):
        pass
    assert given.database.remove_gate() == tables
    assert given.database.gate().state is GateState.CLOSED
    assert not given.write()


def test_a_barrier_is_not_closed_once_its_deadline_has_passed(given: Given) -> None:
    tables = given.database.inspect().tables
    limit = timedelta(milliseconds=500)
    kept = proof()
    with given.database.barrier(tables=tables, patience=limit, deadline=limit) as barrier:
        given.wait(0.7)
        with pytest.raises(DeadlineExceeded, match="500 ms passed"):
            barrier.close(kept)
    assert given.database.gate().state is GateState.OPEN
    assert given.database.closing_proof(kept["token"]) is None
    assert given.write()


def test_ending_its_session_ends_the_barrier(given: Given) -> None:
    tables = given.database.inspect().tables
    with given.database.barrier(tables=tables, patience=LIMIT, deadline=LIMIT) as barrier:
        assert given.database.end_barrier_sessions() == 1
        assert given.database.gate().state is GateState.OPEN
        with pytest.raises((BarrierLost, SwitchOutcomeUnknown)):
            barrier.close(proof())
    assert given.write()


def counted(given: Given, before: WriteCounters) -> tuple[Finding, ...]:
    """The audit, once the counters of a session that has ended have arrived."""
    give_up = time.monotonic() + 5
    while True:
        found = audit_closed_side(
            before, given.database.write_counters(), sequence_margin=0, way_back_carries=False
        )
        if any(finding.verdict is Verdict.BAD for finding in found) or time.monotonic() > give_up:
            return found
        time.sleep(0.05)


def test_a_write_shows_in_the_counters_and_nothing_shows_without_one(given: Given) -> None:
    before = given.database.write_counters()
    tables = {table.name for table in before.tables}
    assert tables == set(given.database.inspect().tables)
    again = given.database.write_counters()
    assert again.read_at >= before.read_at
    (quiet,) = audit_closed_side(before, again, sequence_margin=0, way_back_carries=False)
    assert quiet.verdict is Verdict.GOOD
    assert given.write()
    assert any("public.ledger (1 rows)" in finding.fact for finding in counted(given, before))


def test_a_closed_database_counts_no_write(given: Given) -> None:
    given.database.close_gate()
    before = given.database.write_counters()
    assert not given.write()
    found = audit_closed_side(
        before, given.database.write_counters(), sequence_margin=1, way_back_carries=False
    )
    assert {finding.verdict for finding in found} == {Verdict.GOOD}


def test_a_token_is_there_once_it_was_written(given: Given) -> None:
    token = str(uuid.uuid4())
    assert not given.database.has_token(token)
    assert "/" in given.database.write_token(token)
    assert given.database.has_token(token)


def test_heartbeats_count_up_with_the_servers_clock(given: Given) -> None:
    assert given.database.newest_heartbeat() is None
    first = given.database.write_heartbeat()
    second = given.database.write_heartbeat()
    assert second.beat == first.beat + 1
    assert second.written_at <= given.database.now()
    assert given.database.newest_heartbeat() == second


def test_a_sequence_reads_back_as_it_was_set(given: Given) -> None:
    name = "public.ledger_id_seq"
    given.database.set_sequences({})
    given.database.set_sequences({name: 5000})
    states = {state.name: state for state in given.database.sequences()}
    assert states[name].last_value == 5000
    assert states[name].minimum <= 5000 <= states[name].maximum
    given.database.set_sequences({name: 4000})
    states = {state.name: state for state in given.database.sequences()}
    assert states[name].last_value == 5000, "a number that somebody has is not given again"
    assert any(state.last_value is None for state in states.values())


def test_without_a_slot_no_wal_is_kept(given: Given) -> None:
    assert given.database.slot_wal() == 0


def test_the_slot_furthest_behind_says_how_much_wal_is_kept(pair: Pair) -> None:
    source = pair.source
    # Names belong to the whole server, and other tests have theirs there.
    names = [f"{source.name}_{number}" for number in range(3)]
    make = "select pg_create_logical_replication_slot(%s, 'test_decoding')"
    write = "select pg_logical_emit_message(true, 'cutover', repeat('x', 3000000))"
    with source.connect() as session:
        try:
            # A standby's, reserved at once; and one of another database: neither says that a migration has begun.
            session.execute("select pg_create_physical_replication_slot(%s, true)", (names[0],))
            with psycopg.connect(source.server.dsn(), autocommit=True) as elsewhere:
                elsewhere.execute(make, (names[1],))
            session.execute(write)
            assert source.database.slot_wal() == 0
            session.execute(make, (names[2],))
            session.execute(write)
            # As a role without any right: the figure must not need one.
            reader = PostgresDatabase(
                Address.from_dsn(
                    source.server.dsn(user=source.app, dbname=source.name, sslmode="disable")
                )
            )
            kept = reader.slot_wal()
            reader.close()
            assert 3_000_000 <= kept < 100_000_000
        finally:
            session.execute(
                "select pg_drop_replication_slot(slot_name) from pg_replication_slots"
                " where slot_name = any (%s)",
                (names,),
            )


def test_installing_is_seen_and_safe_to_repeat(given: Given) -> None:
    given.database.install(hold=timedelta(0))
    facts = given.database.inspect()
    assert facts.installed
    assert facts.tables
    assert facts.lock_room > len(facts.tables)
    assert facts.prepared_transactions == 0


def test_the_tables_that_replication_must_carry_are_named_as_it_names_them(pair: Pair) -> None:
    assert pair.source.database.inspect().stored == (
        ("Odd Name.Table; drop",),
        ("public.accounts",),
        ("public.events_2026", "public.events"),
        ("public.ledger",),
    )


def test_a_slot_says_how_it_is_and_one_that_is_missing_is_not_there(given: Given) -> None:
    assert given.database.slot_health(("nobody_made_this",)) == ()
    if isinstance(given.database, MemoryDatabase):
        name, plugin = "way_back", "test_decoding"
    else:
        name, plugin = f"way_{uuid.uuid4().hex}", "pgoutput"
    with given.database.new_slot(name, plugin=plugin) as slot:
        slot.make()
        slot.advance()
        (found,) = given.database.slot_health((name, "nobody_made_this"))
        assert (found.name, found.active, found.wal_status) == (name, False, "reserved")
        assert found.safe_bytes is None
        before = found.wal_bytes
        for _ in range(3):
            given.database.write_heartbeat()
        assert given.database.slot_health((name,))[0].wal_bytes > before
    assert given.database.slot_health((name,)) == ()


def test_a_slot_that_its_server_gave_up_says_lost(
    servers: tuple[PostgresServer, PostgresServer],
) -> None:
    """As max_slot_wal_keep_size does it: the server drops the WAL at a checkpoint, and the slot with it."""
    server = servers[0]
    name = f"way_{uuid.uuid4().hex}"
    database = PostgresDatabase(Address.from_dsn(server.dsn(sslmode="disable")))
    with psycopg.connect(server.dsn(), autocommit=True) as session:
        session.execute("select pg_create_logical_replication_slot(%s, 'test_decoding')", (name,))
        session.execute("alter system set max_slot_wal_keep_size = '1MB'")
        session.execute("select pg_reload_conf()")
        try:
            limited = wait_for_health(database, name, lambda found: found.safe_bytes is not None)
            assert limited.wal_status in ("reserved", "extended", "unreserved")
            for _ in range(4):
                session.execute("select pg_logical_emit_message(true, 'x', repeat('x', 20000000))")
                session.execute("select pg_switch_wal()")
            session.execute("checkpoint")
            lost = wait_for_health(database, name, lambda found: found.wal_status == "lost")
            assert not lost.active
        finally:
            session.execute("alter system reset max_slot_wal_keep_size")
            session.execute("select pg_reload_conf()")
            session.execute("select pg_drop_replication_slot(%s)", (name,))
            database.close()


def wait_for_health(
    database: PostgresDatabase, name: str, true: Callable[[SlotHealth], bool]
) -> SlotHealth:
    give_up = time.monotonic() + 10
    while True:
        (found,) = database.slot_health((name,))
        if true(found) or time.monotonic() > give_up:
            assert true(found), found
            return found
        time.sleep(0.05)
