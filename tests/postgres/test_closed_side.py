"""What a closed side counts, and what readiness finds there, on every version and by a role that is no superuser."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from cutover.adapters.postgres import Address, PostgresDatabase
from cutover.audit import audit_closed_side
from cutover.decisions import Finding, Verdict
from cutover.observations import WriteCounters
from tests.postgres.conftest import Pair, wait_for
from tests.postgres.test_gate_versions import ROLE, close, fill
from tests.postgres.versions import MAJORS, Place, Servers

pytestmark = pytest.mark.postgres


@pytest.fixture(params=MAJORS)
def place(versions: Servers, request: pytest.FixtureRequest) -> Iterator[Place]:
    with versions.place(request.param, "gated", fill) as place:
        with place.connect(user="postgres") as session:
            session.execute("drop schema cutover cascade")
            session.execute(f"grant create on database {place.name} to {ROLE}".encode())
        yield place


@pytest.fixture
def database(place: Place) -> Iterator[PostgresDatabase]:
    database = PostgresDatabase(
        Address.from_dsn(place.server.dsn(user=ROLE, dbname=place.name, sslmode="disable"))
    )
    database.install(hold=timedelta(0))
    yield database
    database.close()


def audit(
    database: PostgresDatabase, before: WriteCounters, *, until: Callable[[Finding], bool]
) -> tuple[Finding, ...]:
    """Repeated until the counters of ended sessions have arrived, which takes them moments."""
    give_up = time.monotonic() + 5
    while True:
        found = audit_closed_side(
            before, database.write_counters(), sequence_margin=10, way_back_carries=False
        )
        if any(until(finding) for finding in found) or time.monotonic() > give_up:
            return found
        time.sleep(0.05)


def run(place: Place, *statements: str, user: str = "") -> None:
    with place.connect(user=user) as session:
        for statement in statements:
            session.execute(statement.encode())


REPLICA = "set session_replication_role = replica"


def test_each_way_past_the_gate_is_seen_by_the_audit(
    place: Place, database: PostgresDatabase
) -> None:
    close(database)
    before = database.write_counters()

    def seen(fact: str) -> None:
        found = audit(database, before, until=lambda finding: fact in finding.fact)
        assert any(fact in finding.fact for finding in found), (fact, found)

    (quiet,) = audit_closed_side(
        before, database.write_counters(), sequence_margin=10, way_back_carries=False
    )
    assert quiet.verdict is Verdict.GOOD
    run(place, "select nextval('counter')")
    seen("numbers drawn from public.counter")
    run(place, "select setval('counter', 500)")
    seen("public.counter went from None to 500")
    run(place, REPLICA, "insert into accounts values (100), (101)", user="postgres")
    seen("public.accounts (2 rows) written past the gate")
    run(place, "alter table accounts disable trigger all", "delete from accounts where id = 1")
    seen("public.accounts (3 rows)")
    run(place, REPLICA, "truncate ledger", user="postgres")
    seen("public.ledger rewritten")
    run(place, "create table newcomer (id int)")
    seen("public.newcomer made since")
    run(place, "drop table scratch")
    seen("public.scratch dropped since")
    run(place, "select lo_put(4711, 0, 'x')")
    seen("large objects written past the gate: 1 before, 1 now, 1 rows changed")


def test_counters_that_were_reset_prove_nothing(place: Place, database: PostgresDatabase) -> None:
    close(database)
    run(place, REPLICA, "insert into accounts values (100)", user="postgres")
    before = database.write_counters()
    run(place, "select pg_stat_reset()", user="postgres")
    found = audit(database, before, until=lambda finding: finding.verdict is Verdict.UNKNOWN)
    assert {finding.verdict for finding in found} == {Verdict.UNKNOWN}


def test_readiness_reads_what_leaves_the_gate_open(
    place: Place, database: PostgresDatabase
) -> None:
    facts = database.inspect()
    assert facts.large_objects == 1
    assert facts.foreign_tables == ("public.remote",)
    assert (facts.disabled_triggers, facts.replica_defaults, facts.superuser_sessions) == (
        (),
        (),
        (),
    )
    assert not facts.may_freeze

    close(database)
    run(place, "alter table accounts disable trigger cutover_gate")
    run(
        place,
        f"alter database {place.name} set session_replication_role = replica",
        f"alter role {ROLE} in database {place.name} set session_replication_role to 'replica'",
        f"alter role app in database {place.name} set session_replication_role to 'local'",
        user="postgres",
    )
    with place.connect(user="postgres") as person:
        person.execute("set application_name = 'psql'")
        facts = database.inspect()
    assert facts.disabled_triggers == ("public.accounts",)
    assert facts.superuser_sessions == ("postgres",)
    assert facts.replica_defaults == (
        f"database {place.name}",
        f"role {ROLE} in database {place.name}",
    )


def locks(place: Place, database: PostgresDatabase) -> Any:
    tables = database.inspect().tables
    limit = timedelta(seconds=5)
    with (
        database.barrier(tables=tables, patience=limit, deadline=limit),
        place.connect(user="postgres") as session,
    ):
        row = session.execute(
            "select count(*) from pg_locks l join pg_stat_activity a using (pid) "
            "where a.application_name = 'cutover barrier' and l.mode = 'ShareRowExclusiveLock' "
            "and l.relation >= 16384"
        ).fetchone()
    assert row is not None
    return row[0], len(tables)


def test_the_barrier_takes_one_lock_a_table(place: Place, database: PostgresDatabase) -> None:
    held, tables = locks(place, database)
    assert held == tables


def test_what_a_subscription_applies_is_told_from_what_a_session_wrote(pair: Pair) -> None:
    """The target is closed, and the other side's changes flow into it."""
    pair.replicate()
    target, database = pair.target, pair.target.database
    before = database.write_counters()
    (applier,) = before.appliers
    assert applier.tables is not None
    assert "public.ledger" in applier.tables
    with pair.source.connect() as session:
        session.execute("insert into ledger (note) values ('x')")
    with target.connect() as session:
        wait_for(session, "select count(*) = 1 from ledger")
        session.execute(REPLICA)
        session.execute("insert into scratch values (1)")
    give_up = time.monotonic() + 15
    while time.monotonic() < give_up:
        found = audit_closed_side(
            before, database.write_counters(), sequence_margin=10, way_back_carries=True
        )
        risks = {finding.risk: finding for finding in found}
        if len(risks) == 2:
            break
        time.sleep(0.1)
    assert "public.ledger (1 rows)" in risks["way-back-hides-writes"].fact
    assert risks[""].verdict is Verdict.BAD
    assert "public.scratch (1 rows) written past the gate" in risks[""].fact
