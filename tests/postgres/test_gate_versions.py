"""Every kind of write, by every kind of session, on every version that a source may have."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from psycopg import errors as pg

from cutover.adapters import postgres_sql as sql
from cutover.adapters.postgres import Address, PostgresDatabase
from cutover.errors import DeadlineExceeded, OriginBusy, SwitchAborted
from cutover.observations import GateState
from cutover.risks import BY_ID
from tests.builders import proof
from tests.postgres.versions import MAJORS, Place, Servers
from tests.postgres.writes import SCHEMA, WRITES, Outcome, Write

pytestmark = pytest.mark.postgres

LIMIT = timedelta(seconds=5)
ROLE = "mover"
"""The cutover's, where it is no superuser: it owns the tables by membership and makes no event trigger."""


def fill(place: Place) -> None:
    """The application's schema, the support of the cutover, and a way to another database."""
    with place.connect(user="postgres") as session:
        session.execute("grant create on schema public to public")
        session.execute("create extension postgres_fdw")
        session.execute(
            psycopg.sql.SQL(
                "create server other foreign data wrapper postgres_fdw "
                "options (host '127.0.0.1', port {}, dbname 'postgres');"
                "grant usage on foreign server other to app;"
                "create user mapping for app server other options (user 'app', password {})"
            ).format(str(place.server.port), place.server.password)
        )
    with place.connect() as session:
        session.execute(SCHEMA.encode())
        session.execute("create foreign table remote (id int) server other")
    with place.connect(user="postgres") as session:
        session.execute("alter extension postgres_fdw add table of_an_extension")
    with psycopg.connect(place.server.dsn(), autocommit=True) as session:
        session.execute("create table if not exists remote (id int)")
        session.execute("grant insert on remote to app")
        if not session.execute("select from pg_roles where rolname = %s", (ROLE,)).fetchone():
            session.execute(f"create role {ROLE} login password '{place.server.password}'".encode())
            session.execute(f"grant app, pg_read_all_stats, pg_signal_backend to {ROLE}".encode())
    database = PostgresDatabase(place.address)
    database.install(hold=timedelta(0))
    database.close()


@pytest.fixture
def place(versions: Servers, request: pytest.FixtureRequest) -> Iterator[Place]:
    with versions.place(request.param, "gated", fill) as place:
        yield place


@pytest.fixture
def database(place: Place) -> Iterator[PostgresDatabase]:
    database = PostgresDatabase(place.address)
    yield database
    database.close()


def barrier(database: PostgresDatabase, *, deadline: timedelta = LIMIT) -> Any:
    tables = database.inspect().tables
    return database.barrier(tables=tables, patience=deadline, deadline=deadline)


def close(database: PostgresDatabase) -> None:
    with barrier(database) as held:
        held.close(proof())


class Client:
    """One session of the application that runs a kind of write in a thread of its own."""

    def __init__(self, place: Place, write: Write) -> None:
        self.session = place.connect(user="postgres" if write.superuser else "")
        self.write = write
        self.outcome = "running"
        for statement in write.before:
            self.session.execute(statement.encode())
        self.thread = threading.Thread(target=self.run, daemon=True)

    def run(self) -> None:
        try:
            for statement in self.write.statements:
                if statement.startswith("copy"):
                    with self.session.cursor() as cursor, cursor.copy(statement.encode()) as copy:
                        copy.write(b"105\n")
                else:
                    self.session.execute(statement.encode())
            self.outcome = "written"
        except psycopg.Error as error:
            self.outcome = f"{error.sqlstate}"

    def ended(self) -> str:
        if self.thread.ident is not None:
            self.thread.join(timeout=5)
        self.session.close()
        return self.outcome


def waits(place: Place, client: Client) -> bool:
    """Whether the session comes to wait for a lock within a second, rather than to an end."""
    give_up = time.monotonic() + 1
    with place.connect(user="postgres") as watch:
        while time.monotonic() < give_up and client.thread.is_alive():
            row = watch.execute(
                "select wait_event_type = 'Lock' from pg_stat_activity where pid = %s",
                (client.session.info.backend_pid,),
            ).fetchone()
            if row and row[0]:
                return True
            time.sleep(0.002)
    return False


def cases(*outcomes: Outcome) -> pytest.MarkDecorator:
    """Version by version, each kind that it knows."""
    return pytest.mark.parametrize(
        ("place", "write"),
        [
            pytest.param(major, write, id=f"{major}-{write}")
            for major in MAJORS
            for write in WRITES
            if write.since <= major and write.outcome in outcomes
        ],
        indirect=["place"],
    )


every_version = pytest.mark.parametrize("place", MAJORS, indirect=True)


@cases(Outcome.GATED)
def test_it_is_held_by_the_barrier_passes_after_an_abort_and_is_refused_once_closed(
    place: Place, database: PostgresDatabase, write: Write
) -> None:
    late = Client(place, write)
    client = Client(place, write)
    with barrier(database):
        client.thread.start()
        assert waits(place, client), client.outcome
    assert client.ended() == "written"
    assert database.gate().state is GateState.OPEN

    close(database)
    late.run()
    assert late.ended() == "25006"
    assert database.gate().state is GateState.CLOSED


@cases(Outcome.REFUSED)
def test_it_is_refused_by_the_freeze_and_without_one_passes_as_a_named_risk(
    place: Place, database: PostgresDatabase, write: Write
) -> None:
    close(database)
    client = Client(place, write)
    client.run()
    assert client.ended() == "25006"

    with place.connect(user="postgres") as session:
        for name in ("cutover_ddl_start", "cutover_ddl_end", "cutover_ddl_drop"):
            session.execute(f"drop event trigger {name}".encode())
    client = Client(place, write)
    client.run()
    assert client.ended() == "written"
    assert write.without_freeze in BY_ID


@cases(Outcome.RISK, Outcome.HARMLESS)
def test_it_passes_and_is_named_where_that_matters(
    place: Place, database: PostgresDatabase, write: Write
) -> None:
    close(database)
    client = Client(place, write)
    client.run()
    assert client.ended() == "written"
    assert (write.risk in BY_ID) is (write.outcome is Outcome.RISK)


@every_version
def test_a_transaction_in_flight_is_waited_for_and_its_write_counts(
    place: Place, database: PostgresDatabase
) -> None:
    with place.connect() as running:
        running.execute("begin")
        running.execute("insert into ledger (note) values ('in flight')")
        threading.Timer(0.1, lambda: running.execute("commit")).start()
        with barrier(database) as held:
            assert held.sessions_ended == 0
            held.close(proof())
        assert running.execute("select count(*) from ledger").fetchone() == (1,)


@every_version
def test_a_prepared_transaction_in_flight_keeps_the_barrier_away_and_is_said_before(
    place: Place, database: PostgresDatabase
) -> None:
    with place.connect() as session:
        for statement in (
            "begin",
            "insert into accounts values (7)",
            "prepare transaction 'early'",
        ):
            session.execute(statement.encode())
        assert database.inspect().prepared_transactions == 1
        with (
            pytest.raises(DeadlineExceeded),
            barrier(database, deadline=timedelta(milliseconds=100)),
        ):
            pass
        session.execute("commit prepared 'early'")
        close(database)
        assert session.execute("select count(*) from accounts").fetchone() == (4,)


@every_version
def test_a_table_that_is_made_and_not_committed_is_no_surprise_after_the_closing(
    place: Place, database: PostgresDatabase
) -> None:
    """Nobody sees it, so nobody could give it a trigger; and it was begun before any freeze."""
    with place.connect() as maker, place.connect() as other:
        other.execute("create temporary table before_all (id int)")
        other.execute("begin")
        other.execute("create temporary table private (id int)")
        maker.execute("begin")
        maker.execute("create table newcomer (id int)")
        with pytest.raises(OriginBusy, match=r"made and not committed"), barrier(database):
            pass
        maker.execute("rollback")
        with barrier(database) as held:
            maker.execute("begin")
            maker.execute("create schema fresh")
            maker.execute("create table fresh.newcomer (id int)")
            with pytest.raises(SwitchAborted, match=r"made and not committed"):
                held.close(proof())
        assert database.gate().state is GateState.OPEN
        maker.execute("rollback")
        close(database)  # past the temporary table


@every_version
def test_a_schema_change_that_waits_behind_the_barrier_is_not_let_through_by_the_closing(
    place: Place, database: PostgresDatabase
) -> None:
    change = Client(place, Write("change", ("alter table accounts add column made int",)))
    with barrier(database) as held:
        change.thread.start()
        assert waits(place, change)
        with pytest.raises(SwitchAborted, match="a schema change by session"):
            held.close(proof())
    assert change.ended() == "written"
    assert database.gate().state is GateState.OPEN


def freeze(place: Place) -> int:
    with place.connect(user="postgres") as session:
        row = session.execute("select count(*) from pg_event_trigger").fetchone()
    assert row is not None
    return int(row[0])


@every_version
def test_the_freeze_dies_with_the_barrier_goes_with_the_gate_and_binds_none_of_ours(
    place: Place, database: PostgresDatabase
) -> None:
    with barrier(database):
        pass
    assert freeze(place) == 0
    close(database)
    assert freeze(place) == 3
    database.install(hold=timedelta(0))
    assert database.remove_gate() == database.inspect().tables, "closed: nothing is removed"
    assert freeze(place) == 3
    with place.connect(user="postgres") as session:
        # The apply worker's role; and a name that anybody can take.
        session.execute("set session_replication_role = replica")
        session.execute("create table by_apply (id int)")
        session.execute("set session_replication_role = origin; set application_name = 'cutover'")
        with pytest.raises(pg.ReadOnlySqlTransaction):
            session.execute("create table by_name (id int)")
    with (
        place.connect(options="-c cutover.session=on") as session,
        pytest.raises(pg.ReadOnlySqlTransaction),
    ):
        session.execute("create table by_setting (id int)")
    database.open_gate()
    assert database.remove_gate() == ()
    assert freeze(place) == 0


@every_version
def test_who_is_no_superuser_closes_without_a_freeze_or_with_one_made_beforehand(
    place: Place, database: PostgresDatabase
) -> None:
    with place.connect(user="postgres") as session:
        session.execute("drop schema cutover cascade")
        session.execute(f"grant create on database {place.name} to {ROLE}".encode())
    mover = PostgresDatabase(
        Address.from_dsn(place.server.dsn(user=ROLE, dbname=place.name, sslmode="disable"))
    )
    mover.install(hold=timedelta(0))
    close(mover)
    assert (mover.gate().state, freeze(place)) == (GateState.CLOSED, 0)
    mover.open_gate()
    assert mover.remove_gate() == ()

    with place.connect(user="postgres") as session:
        session.execute(sql.FREEZE)
    with place.connect() as session:
        session.execute("set cutover.session = on")
        session.execute("create table still_open (id int)")
        close(mover)
        with pytest.raises(pg.ReadOnlySqlTransaction):
            session.execute("create table late (id int)")
        mover.open_gate()
        assert mover.remove_gate() == ()
        assert freeze(place) == 3, "a superuser's stay, and let everything pass while it is open"
        session.execute("create table later (id int)")
    mover.close()
