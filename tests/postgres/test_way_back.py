"""The slot of a way back on real servers: what is in it, who may make it, and that nothing goes round."""

from __future__ import annotations

import threading
from typing import Any

import psycopg
import pytest

from cutover.adapters.clock import SystemClock
from cutover.adapters.memory import MemoryJournal
from cutover.adapters.postgres import PostgresDatabase
from cutover.direction import Direction, Stream
from cutover.errors import DestinationNotReady, OriginBusy
from cutover.journal import Phase
from cutover.steps.recovery import verify_switch
from cutover.steps.switch import switch_writer
from tests.builders import plan
from tests.postgres.conftest import Pair, Side, wait_for


def switch(pair: Pair, journal: MemoryJournal, direction: Direction, execution: str) -> None:
    """One move of the writer, as the machine has it, without the names."""
    now = SystemClock().now()
    forward = direction is Direction.FORWARD
    lease = journal.acquire(execution, now=now, direction=direction)
    journal.record(lease, Phase.SHIFTING if forward else Phase.WRITES_MOVED, now=now, note="")
    sides = (pair.source, pair.target) if forward else (pair.target, pair.source)
    origin, destination = (side.database for side in sides)
    switch_writer(
        origin,
        destination,
        journal,
        SystemClock(),
        lease=lease,
        plan=plan(switch_deadline_seconds=10),
        slots=pair.slots,
    )
    verify_switch(origin, destination, journal, SystemClock(), lease=lease)
    hand_over(pair, journal, direction)
    detail = {"carrier": direction.way_back.value}
    journal.record(lease, Phase.DESTINATION_OPEN, now=now, note="", detail=detail)
    journal.record(lease, Phase.DONE, now=now, note="", release=True)


def hand_over(pair: Pair, journal: MemoryJournal, direction: Direction) -> None:
    """By native replication: the old subscription goes with its slot, the new one reads what the switch made."""
    way_back = journal.state().way_back
    assert way_back is not None
    forward = direction is Direction.FORWARD
    new, old = (pair.target, pair.source) if forward else (pair.source, pair.target)
    with new.connect() as session:
        for (name,) in session.execute(
            "select subname from pg_subscription s join pg_database d on d.oid = s.subdbid"
            " where d.datname = current_database()"
        ).fetchall():
            session.execute(f"drop subscription {name}".encode())
    assert old.slots() == []
    with old.connect() as session:
        session.execute(
            psycopg.sql.SQL(
                "create subscription {} connection {} publication forward"
                " with (create_slot = false, slot_name = {}, copy_data = false)"
            ).format(
                psycopg.sql.Identifier(f"{direction.way_back.value}_{pair.source.name}"),
                new.server.dsn(dbname=new.name),
                psycopg.sql.Identifier(way_back.slot),
            )
        )


def note(side: Side, text: str) -> None:
    with side.connect(user=side.app) as session:
        session.execute("insert into ledger (note) values (%s)", (text,))


def notes(side: Side) -> list[str]:
    with side.connect() as session:
        return sorted(row[0] for row in session.execute("select note from ledger").fetchall())


def arrives(side: Side, text: str) -> None:
    with side.connect() as session:
        wait_for(session, f"select exists (select from ledger where note = '{text}')")


@pytest.fixture(params=["pair", "oldest_pair"])
def pair_of_a_version(request: pytest.FixtureRequest) -> Pair:
    found: Pair = request.getfixturevalue(request.param)
    return found


def test_there_and_back_and_there_again_nothing_goes_round(pair_of_a_version: Pair) -> None:
    """PostgreSQL's own origin filter is not used: one stream at a time does it, also before version 16."""
    pair = pair_of_a_version
    with pair.target.connect() as session:
        session.execute("create publication forward for all tables")
    pair.replicate()
    journal, written = MemoryJournal(), []
    sides = {
        Direction.FORWARD: (pair.source, pair.target),
        Direction.BACK: (pair.target, pair.source),
    }
    for number, direction in enumerate((Direction.FORWARD, Direction.BACK, Direction.FORWARD)):
        origin, destination = sides[direction]
        note(origin, f"{number} before")
        switch(pair, journal, direction, f"move-{number}")
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            note(origin, "on the closed side")
        note(destination, f"{number} after")
        written += [f"{number} before", f"{number} after"]
        # Into a closed side: its gate lets replication through.
        arrives(origin, f"{number} after")
        assert notes(pair.source) == notes(pair.target) == sorted(written)


def test_what_came_from_the_origin_is_not_in_the_slot(pair: Pair) -> None:
    pair.replicate()
    with pair.target.database.new_slot("s", plugin="test_decoding") as slot:
        slot.make()
        note(pair.source, "came by replication")
        arrives(pair.target, "came by replication")
        slot.advance()
        slot.keep()
    with pair.target.connect() as session:
        seen = session.execute(
            "select data from pg_logical_slot_get_changes('s', null, null)"
        ).fetchall()
    assert [row for row in seen if "came by replication" in row[0]] == []


def test_a_slot_that_is_not_kept_is_dropped(pair: Pair) -> None:
    with pair.target.database.new_slot("s", plugin="pgoutput") as slot:
        slot.make()
        assert pair.target.slots() == ["s"]
    assert pair.target.slots() == []


def test_an_old_slot_of_the_name_is_replaced_unless_somebody_reads_it(pair: Pair) -> None:
    with pair.target.connect() as session:
        session.execute("select pg_create_logical_replication_slot('s', 'test_decoding')")
        before = session.execute("select confirmed_flush_lsn from pg_replication_slots").fetchone()
        session.execute("create table later (id int)")
        with pair.target.database.new_slot("s", plugin="pgoutput") as slot:
            slot.make()
            after: Any = session.execute(
                "select confirmed_flush_lsn, plugin from pg_replication_slots where slot_name = 's'"
            ).fetchone()
            assert before is not None
            assert after[1] == "pgoutput"
        session.execute("drop table later")


def test_a_second_controller_has_not_the_right_to_the_slot(pair: Pair) -> None:
    """An event that arrives twice would otherwise drop the slot under the switch that runs."""
    with pair.target.database.new_slot("s", plugin="pgoutput") as slot:
        slot.make()
        with (
            pytest.raises(OriginBusy, match="another controller is making the slot s"),
            pair.target.database.new_slot("s", plugin="pgoutput"),
        ):
            pass
        assert pair.target.slots() == ["s"]


def test_whoever_makes_a_slot_can_be_ended(pair: Pair) -> None:
    held = threading.Event()
    over = threading.Event()

    def hold() -> None:
        with pair.target.database.new_slot("s", plugin="pgoutput") as slot:
            slot.make()
            slot.keep()
            held.set()
            over.wait(10)

    holder = threading.Thread(target=hold)
    holder.start()
    assert held.wait(10)
    assert pair.target.database.end_slot_makers() == 1
    over.set()
    holder.join()
    assert pair.target.database.drop_slots(("s", "never-made")) == ()
    assert pair.target.slots() == []


def test_a_plugin_that_is_not_there_is_named(pair: Pair) -> None:
    with (
        pytest.raises(DestinationNotReady, match="nonsense"),
        pair.target.database.new_slot("s", plugin="nonsense") as slot,
    ):
        slot.make()


def test_only_slots_that_a_replication_role_reads_are_the_old_streams(pair: Pair) -> None:
    with pair.source.connect() as session:
        session.execute(
            f"select pg_create_logical_replication_slot('somebody_elses_{pair.source.name}', 'pgoutput')"
        )
    pair.replicate()
    assert pair.source.database.streaming_slots() == (pair.source.name,)
    stranger = PostgresDatabase(pair.source.database.address, replication_roles=("somebody",))
    assert stranger.streaming_slots() == ()
    stranger.close()
    assert pair.source.database.drop_slots((pair.source.name,)) == (pair.source.name,)
    assert pair.slots.name(Stream.BACK) not in pair.source.slots()
