"""What a load needs of the target beside the copy: empty tables, statistics, and what the schema still lacks."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cutover.adapters.postgres import Address, PostgresDatabase
from cutover.adapters.schema_by_hand import SchemaByHand
from cutover.errors import BadInput, PrivilegeMissing, SwitchAborted
from cutover.observations import GateState
from tests.postgres.conftest import Pair

pytestmark = pytest.mark.postgres


def fill(pair: Pair) -> None:
    """As a stream does it: the gate's triggers do not fire."""
    with pair.target.connect() as session:
        session.execute("set session_replication_role = replica")
        session.execute("insert into accounts values (1, 1), (2, 2)")
        session.execute("insert into events values (1, '2026-05-05')")
        session.execute('insert into "Odd Name"."Table; drop" values (1)')


def test_tables_with_rows_are_named(pair: Pair) -> None:
    assert pair.target.database.filled() == ()
    fill(pair)
    assert set(pair.target.database.filled()) == {
        "Odd Name.Table; drop",
        "public.accounts",
        "public.events_2026",
    }


def test_a_table_is_emptied_with_those_that_refer_to_it_and_stays_closed(pair: Pair) -> None:
    with pair.target.connect() as session:
        session.execute("create table refers (id int references accounts, other int)")
    pair.target.database.close_gate()
    fill(pair)
    with pair.target.connect() as session:
        session.execute("set session_replication_role = replica")
        session.execute("insert into refers values (1, 1)")
    emptied = pair.target.database.empty(("public.accounts",))
    assert emptied == ("public.accounts", "public.refers")
    assert set(pair.target.database.filled()) == {"Odd Name.Table; drop", "public.events_2026"}
    assert pair.target.database.gate().state is GateState.CLOSED
    assert len(pair.target.database.inspect().tables) == 7


def test_a_partitioned_table_is_emptied_with_its_partitions(pair: Pair) -> None:
    fill(pair)
    assert pair.target.database.empty(("public.events",)) == ("public.events", "public.events_2026")
    assert "public.events_2026" not in pair.target.database.filled()
    assert pair.target.database.gate().state is GateState.CLOSED


def test_everything_that_a_load_brings_can_be_emptied(pair: Pair) -> None:
    fill(pair)
    pair.target.database.write_heartbeat()
    assert set(pair.target.database.empty(())) >= {"public.accounts", "public.events_2026"}
    assert pair.target.database.filled() == ()
    assert pair.target.database.newest_heartbeat() is None
    assert pair.target.database.empty(()) == ()
    assert pair.target.database.gate().state is GateState.CLOSED


def test_a_name_that_is_no_table_is_refused_and_nothing_emptied(pair: Pair) -> None:
    fill(pair)
    before = pair.target.database.filled()
    with pytest.raises(BadInput, match=r"public\.typo"):
        pair.target.database.empty(("public.accounts", "public.typo"))
    assert pair.target.database.filled() == before
    assert pair.target.database.gate().state is GateState.CLOSED


def test_a_database_that_is_open_is_never_emptied(pair: Pair) -> None:
    with pair.source.connect() as session:
        session.execute("insert into accounts values (1, 1)")
    with pytest.raises(SwitchAborted, match="not closed"):
        pair.source.database.empty(("public.accounts",))
    assert pair.source.database.filled() == ("public.accounts",)


def test_statistics_are_collected_a_part_at_a_time(pair: Pair) -> None:
    target = pair.target.database
    since = target.now()
    left = target.analyze(since=since, within=timedelta(0))
    assert left > 0
    assert target.analyze(since=since, within=timedelta(seconds=30)) == 0
    assert target.analyze(since=since, within=timedelta(0)) == 0, "none is older than that"
    with pair.target.connect() as session:
        row = session.execute(
            "select count(*) from pg_stat_user_tables where schemaname = 'public' and last_analyze is null"
        ).fetchone()
    assert row == (0,)


def test_a_role_that_may_not_analyze_is_told_so(pair: Pair) -> None:
    password = pair.target.server.password
    with pair.target.connect() as session:
        session.execute(f"create role stranger login password '{password}'".encode())
        session.execute('grant usage on schema "Odd Name" to stranger')
    try:
        dsn = pair.target.server.dsn(user="stranger", dbname=pair.target.name, sslmode="disable")
        database = PostgresDatabase(Address.from_dsn(dsn))
        with pytest.raises(PrivilegeMissing, match="may not analyze"):
            database.analyze(since=database.now(), within=timedelta(seconds=30))
        database.close()
    finally:
        with pair.target.connect() as session:
            session.execute("drop owned by stranger")
            session.execute("drop role stranger")


def test_a_schema_by_hand_waits_for_what_is_missing(pair: Pair) -> None:
    schema = SchemaByHand(source=pair.source.database, target=pair.target.database)
    assert schema.pre_data("a").complete
    assert schema.post_data("a").complete
    with pair.source.connect() as session:
        session.execute("create index later on ledger (note)")
        session.execute("alter table ledger add constraint short check (length(note) < 10)")
    progress = schema.post_data("a")
    assert not progress.complete
    assert "index public.later of public.ledger" in progress.note
    assert "constraint short of public.ledger" in progress.note
    with pair.source.connect() as session:
        session.execute("create table newcomer (id int)")
    assert "public.newcomer" in schema.pre_data("a").failure
