"""What a server does not tell is not taken for "nothing there"."""

from __future__ import annotations

import psycopg
import pytest

from cutover.adapters.clock import SystemClock
from cutover.adapters.postgres import Address, PostgresDatabase
from cutover.errors import DatabaseUnreachable, DestinationNotReady, NotInstalled, PrivilegeMissing
from cutover.steps.observe import measure_lag
from tests.postgres.conftest import Pair, Side


def test_a_sequence_that_may_not_be_read_is_not_one_that_was_never_used(pair: Pair) -> None:
    source = pair.source
    with source.connect() as session:
        session.execute("create sequence hidden")
        session.execute("select nextval('hidden')")
    address = Address.from_dsn(source.server.dsn(user=source.app, dbname=source.name))
    database = PostgresDatabase(address)
    with pytest.raises(PrivilegeMissing, match=r"public\.hidden"):
        database.sequences()
    database.close()


def test_what_the_user_may_not_do_is_named(pair: Pair) -> None:
    source = pair.source
    address = Address.from_dsn(source.server.dsn(user=source.app, dbname=source.name))
    database = PostgresDatabase(address)
    with pytest.raises(PrivilegeMissing, match=source.app):
        database.write_heartbeat()
    database.close()


def test_a_server_that_is_not_there_is_unreachable_and_its_password_stays_secret() -> None:
    address = Address(host="127.0.0.1", port=1, dbname="d", username="u", password="hush")
    with pytest.raises(DatabaseUnreachable) as refused:
        PostgresDatabase(address).gate()
    assert "127.0.0.1:1/d" in str(refused.value)
    assert "hush" not in str(refused.value) + repr(address) + repr(PostgresDatabase(address))


def test_a_connection_lost_while_nobody_asked_is_no_failure(pair: Pair) -> None:
    """A function's container may have slept for an hour before it is asked to switch."""
    database = pair.source.database
    database.now()
    with pair.source.connect() as session:
        session.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'cutover'"
            " and datname = current_database()"
        )
    database._used_at -= 60
    assert database.now().year >= 2026


def test_what_was_never_installed_is_said_with_the_remedy(pair: Pair) -> None:
    with pair.source.connect() as session:
        session.execute("drop schema cutover cascade")
    with pytest.raises(NotInstalled, match=r"cutover\.heartbeat.* run `cutover install`"):
        pair.source.database.write_heartbeat()
    lag = measure_lag(pair.source.database, pair.target.database, SystemClock())
    assert lag.seconds is None
    assert "run `cutover install`" in lag.reason
    with pytest.raises(DestinationNotReady, match=r"public\.absent.*: create it"):
        pair.target.database.set_sequences({"public.absent": 7})


def test_a_lost_connection_is_made_anew(pair: Pair) -> None:
    database = pair.source.database
    database.now()
    with pair.source.connect() as session:
        session.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'cutover'"
            " and datname = current_database()"
        )
    with pytest.raises(DatabaseUnreachable):
        database.now()
    assert database.now().year >= 2026


def limited(side: Side, *grants: str) -> PostgresDatabase:
    """The adapter as a role that is no superuser and has just these grants."""
    with side.connect() as session:
        for grant in grants:
            session.execute(f"{grant} to {side.app}".encode())
    return PostgresDatabase(
        Address.from_dsn(side.server.dsn(user=side.app, dbname=side.name, sslmode="disable"))
    )


def test_transactions_that_may_not_be_seen_are_not_taken_for_none(pair: Pair) -> None:
    database = limited(pair.source, "grant pg_signal_backend")
    with pytest.raises(PrivilegeMissing, match="pg_read_all_stats"):
        database.inspect()
    database.close()


def test_who_may_not_end_a_session_is_told_before_anybody_waits(pair: Pair) -> None:
    database = limited(pair.source, "grant pg_read_all_stats")
    with pytest.raises(PrivilegeMissing, match="grant pg_signal_backend to"):
        database.inspect()
    database.close()


def test_a_superusers_session_does_not_keep_the_others_from_being_ended(pair: Pair) -> None:
    source = pair.source
    database = limited(source, "grant pg_signal_backend", "grant pg_read_all_stats")
    with source.connect() as person, source.connect(user=source.app) as client:
        assert database.end_client_sessions() == 1
        assert person.execute("select 1").fetchone() == (1,)
        with pytest.raises(psycopg.OperationalError):
            client.execute("select 1")
    database.close()


def test_a_replication_tools_session_is_left_alone(pair: Pair) -> None:
    source = pair.source
    with source.connect() as session:
        session.execute(f"alter role {source.app} replication".encode())
    with source.connect(user=source.app) as tool:
        assert source.database.end_client_sessions() == 0
        assert tool.execute("select 1").fetchone() == (1,)
