"""The clients against two real servers and a switch made by hand, and what became of writes."""

from __future__ import annotations

import itertools
import json
import threading
import time
from collections import Counter
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from rehearsal.workload import contents, ledger
from rehearsal.workload.configuration import Address, Load, Names, ResolverSettings
from rehearsal.workload.database import administrator_dsn, application_dsn, space_sequences
from rehearsal.workload.fleet import ClientFleet, ClientsFailed
from rehearsal.workload.resolving import CachedName, FileAnswer
from rehearsal.workload.verdict import (
    Closed,
    StageInterval,
    judge_writes,
    measure_pause,
    measure_read_shares,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from rehearsal.servers.postgres import PostgresServer
    from rehearsal.servers.run_directory import RunDirectory

Connection = psycopg.Connection[Any]
LOAD = Load(writers=8, writes_per_second=400, readers=4, reads_per_second=60, users=48, seed=3)
TTL_SECONDS = 0.3
REFUSE = """
create or replace function refuse() returns trigger language plpgsql as
$$ begin raise exception 'this side is closed' using errcode = '25006'; end $$
"""


class Bench:
    """A pair of servers in replication, the names of both, and a switch made by hand."""

    def __init__(self, run: RunDirectory, source: PostgresServer, target: PostgresServer) -> None:
        self.run = run
        self.source, self.target = source, target
        self._weights = run.path / "weights.json"
        self.names = Names(
            read="ro.test",
            write="rw.test",
            hosts={
                "source.test": Address(side="source", dsn=application_dsn(source)),
                "target.test": Address(side="target", dsn=application_dsn(target)),
            },
        )
        self.resolver = ResolverSettings(
            arguments={"path": str(self._weights), "ttl_seconds": TTL_SECONDS}
        )

    @property
    def dsns(self) -> tuple[str, str]:
        return administrator_dsn(self.source), administrator_dsn(self.target)

    def point(self, *, reads: int, writes: int) -> None:
        """Set the weights of the target."""
        weights = {
            name: {"source.test": 100 - weight, "target.test": weight}
            for name, weight in {"ro.test": reads, "rw.test": writes}.items()
        }
        new = self._weights.with_suffix(".new")
        new.write_text(json.dumps(weights))
        new.rename(self._weights)

    def fleet(self, load: Load = LOAD, *, first_seq: int) -> ClientFleet:
        return ClientFleet(
            self.run, load=load, names=self.names, resolver=self.resolver, first_seq=first_seq
        )

    def switch(self) -> tuple[int, int]:
        """Close, drain, open; returns since when the source, until when the target was closed."""
        with self._connect(self.source) as source, self._connect(self.target) as target:
            tables = _tables(source)
            with source.transaction():
                # The table that every write takes first goes first. In another order a writer that
                # has the one and waits for the other makes a ring with us.
                tables.sort(key=lambda table: table != "ledger")
                source.execute(f"lock table {', '.join(tables)} in share row exclusive mode")
                for table in tables:
                    source.execute(
                        f"create trigger refuse before insert or update or delete on {table} "
                        "for each statement execute function refuse()"
                    )
                _drain(source, target)
                _copy_sequences(source, target)
                # Before any writer is refused: it would keep the old answer for another TTL.
                self.point(reads=100, writes=100)
            closed_ns = time.time_ns()
            # Certainly closed until now: from here on a writer may be told before we are.
            opened_ns = time.time_ns()
            with target.transaction():
                for table in tables:
                    # Dropping it would wait for readers, and make rings with those of two tables.
                    target.execute(f"alter table {table} disable trigger refuse")
        return closed_ns, opened_ns

    def _connect(self, server: PostgresServer) -> Connection:
        return psycopg.connect(administrator_dsn(server), autocommit=True)


@pytest.fixture(scope="module")
def bench(run: RunDirectory, pair: tuple[PostgresServer, PostgresServer]) -> Iterator[Bench]:
    bench = Bench(run, *pair)
    source_dsn, target_dsn = bench.dsns
    with (
        psycopg.connect(source_dsn, autocommit=True) as source,
        psycopg.connect(target_dsn, autocommit=True) as target,
    ):
        source.execute("create publication forward for all tables")
        target.execute("create table drained (id int primary key)")
        source.execute("create table drained (id int primary key)")
        target.execute(f"create subscription forward connection '{source_dsn}' publication forward")
        _until(lambda: _all_tables_ready(target))
        for connection in (source, target):
            connection.execute(REFUSE)
        for table in _tables(target):
            target.execute(
                f"create trigger refuse before insert or update or delete on {table} "
                "for each statement execute function refuse()"
            )
        bench.point(reads=0, writes=0)
        yield bench
        target.execute("drop subscription forward")
        source.execute("drop publication forward")


@pytest.mark.postgres
def test_the_seed_is_all_there_and_explains_every_balance(bench: Bench) -> None:
    source_dsn, target_dsn = bench.dsns
    assert contents.wait_until_equal(source_dsn, target_dsn, timeout_seconds=10)
    comparisons = {each.table: each for each in contents.compare_tables(source_dsn, target_dsn)}
    assert {name for name, each in comparisons.items() if each.diverged} == set()
    assert comparisons["ledger"].source_rows == 20_000
    assert comparisons["events"].source_rows == 20_000, "rows of all partitions count"
    survivor = contents.read_contents(source_dsn)
    assert judge_writes([], survivor=survivor, other=None, closed=()).clean


@pytest.mark.postgres
def test_planted_differences_are_found_in_the_tables_they_are_in(bench: Bench) -> None:
    source_dsn, target_dsn = bench.dsns
    with psycopg.connect(target_dsn) as target:
        target.execute("set session_replication_role = replica")
        target.execute("update accounts set balance = balance + 1 where id = 17")
        target.execute("delete from ledger where seq = 5")
        target.execute("insert into audit_notes (author, note) values ('nobody', 'twice')")
        target.execute("insert into audit_notes select * from audit_notes where author = 'nobody'")
        target.commit()
        found = {
            each.table: (each.diverged, each.examples)
            for each in contents.compare_tables(source_dsn, target_dsn)
            if each.diverged
        }
        wrong = judge_writes(
            [], survivor=contents.read_contents(target_dsn), other=None, closed=()
        ).examples["wrong_balances"]
        target.execute("update accounts set balance = balance - 1 where id = 17")
        target.execute("delete from audit_notes where author = 'nobody'")
        target.execute(
            "insert into ledger (id, writer, seq, debit_account, credit_account, amount,"
            " created_at) values (5, 0, 5, 36, 41, 6, '2024-01-01Z'::timestamptz + interval"
            " '225 minutes')"
        )
    assert found["accounts"] == (1, ("17",))
    assert found["ledger"] == (1, ("5",))
    assert found["audit_notes"][0] == 2
    assert set(found) == {"accounts", "ledger", "audit_notes"}
    assert {"account 17", "account 36", "account 41"} == set(wrong)


@pytest.mark.alone
@pytest.mark.postgres
def test_every_row_is_compared_at_one_moment_while_a_client_writes(bench: Bench) -> None:
    source_dsn, target_dsn = bench.dsns
    ended = threading.Event()

    def write() -> None:
        with psycopg.connect(source_dsn, autocommit=True) as source:
            for seq in itertools.count(100_000):
                if ended.is_set():
                    break
                source.execute(
                    "insert into ledger (writer, seq, debit_account, credit_account, amount)"
                    " values (0, %s, 1, 2, 3)",
                    [seq],
                )
            source.execute("delete from ledger where seq >= 100000")

    def compare() -> dict[str, int]:
        found = contents.compare_at_one_moment(
            source_dsn, target_dsn, writer="source", timeout_seconds=5
        )
        assert {each.table for each in found} >= {"accounts", "ledger", "events", "orders"}
        return {each.table: each.diverged for each in found if each.diverged}

    writing = threading.Thread(target=write)
    writing.start()
    try:
        assert compare() == {}
        with psycopg.connect(target_dsn, autocommit=True) as target:
            target.execute("set session_replication_role = replica")
            # Totals that stay the same hide nothing: they only say when to look.
            target.execute("update order_lines set article = 'other' where order_id = 7")
            assert compare() == {"order_lines": 2}
            target.execute(
                "update order_lines set article = 'article ' || (order_id * line) % 400"
                " where order_id = 7"
            )
    finally:
        ended.set()
        writing.join()
    assert contents.wait_until_equal(source_dsn, target_dsn, timeout_seconds=10)


@pytest.mark.postgres
def test_an_aborted_and_a_real_switch_lose_nothing(bench: Bench) -> None:
    source_dsn, target_dsn = bench.dsns
    with bench.fleet(first_seq=1) as fleet:
        time.sleep(0.7)
        bench.point(reads=20, writes=0)
        entered_ns = time.time_ns()
        time.sleep(3.0)
        left_ns = time.time_ns()
        # A gate that is closed and given up again: writers stand still and see no error.
        with psycopg.connect(source_dsn) as source:
            source.execute("lock table ledger in share row exclusive mode")
            time.sleep(0.25)
            source.rollback()
        time.sleep(0.4)
        live = fleet.figures()
        assert live.errors == {}
        assert sum(live.writes_per_second.values()) > 0
        closed_ns, opened_ns = bench.switch()
        time.sleep(1.0)
    records = fleet.records()

    survivor, other = contents.read_contents(target_dsn), contents.read_contents(source_dsn)
    verdict = judge_writes(
        records.writes,
        survivor=survivor,
        other=other,
        closed=[
            Closed(side="source", from_ns=closed_ns),
            Closed(side="target", until_ns=opened_ns),
        ],
    )
    assert verdict.clean, verdict
    assert verdict.acknowledged > 300
    assert {write.side for write in records.writes} == {"source", "target"}
    # Every row is somebody's acknowledged write: nothing was written and then not told of.
    clients_rows = {key for key in survivor.ledger if key[0] > 0}
    assert clients_rows == {(write.writer, write.seq) for write in records.writes}
    assert set(records.errors_by_sqlstate()) <= {"25006"}
    # A writer's answer has expired long ago: refused once, it asks again and knows better.
    by_source = Counter(error.client for error in records.errors if error.side == "source")
    assert set(by_source.values()) == {1}
    assert len(by_source) <= LOAD.writers

    pause = measure_pause(records.writes, from_side="source", to_side="target")
    assert pause is not None
    assert set(pause.writers) == set(range(1, LOAD.writers + 1))
    assert 0 < pause.client_max < 5_000
    (share,) = measure_read_shares(
        [StageInterval(weight=20, entered_ns=entered_ns, left_ns=left_ns)],
        records.reads,
        ttl_seconds=TTL_SECONDS,
    )
    assert share.share == pytest.approx(0.2, abs=0.08)
    assert share.resolutions > 100


@pytest.mark.postgres
def test_naive_weighted_writes_lose_rows_and_say_nothing(
    run: RunDirectory, pair: tuple[PostgresServer, PostgresServer], bench: Bench
) -> None:
    """Both sides open, one-way replication, sequences spaced with care: no error, lost rows."""
    source_dsn, target_dsn = bench.dsns
    for dsn in bench.dsns:
        with psycopg.connect(dsn, autocommit=True) as side:
            for table in _tables(side):
                side.execute(f"drop trigger if exists refuse on {table}")
    space_sequences(target_dsn, distance=1_000_000)
    bench.point(reads=50, writes=50)
    load = LOAD.model_copy(update={"spread_writes": True, "writes_per_second": 200})
    with bench.fleet(load, first_seq=100_000) as fleet:
        time.sleep(1.5)
    records = fleet.records()
    time.sleep(0.5)
    verdict = judge_writes(
        records.writes,
        survivor=contents.read_contents(source_dsn),
        other=contents.read_contents(target_dsn),
        closed=(),
    )
    assert records.errors == []
    assert verdict.lost > 50
    assert not verdict.clean


@pytest.mark.postgres
def test_a_client_process_that_dies_is_noticed(bench: Bench) -> None:
    names = bench.names.model_copy(update={"write": "unknown.test"})
    fleet = ClientFleet(
        bench.run, load=LOAD, names=names, resolver=bench.resolver, first_seq=900_000
    )
    with fleet, pytest.raises(ClientsFailed, match=r"unknown\.test"):
        for _ in range(100):
            time.sleep(0.1)
            fleet.figures()


def test_records_come_back_as_they_were_written(tmp_path: Path) -> None:
    write = ledger.Write(3, 17, "source", 5, 9)
    reads = ledger.Reads(100, "target", 6, 2, 1.5)
    error = ledger.ClientError(7, "writer 3", "source", "25006")
    whole = write.line() + reads.line() + error.line()
    (tmp_path / "0.records").write_text(whole + "w 3 18 source 11 1")
    records = ledger.load([tmp_path / "0.records"])
    assert records == ledger.ClientRecords([write], [reads], [error])
    assert records.errors_by_sqlstate() == {"25006": 1}


def test_an_answer_is_kept_for_its_ttl_and_beyond_while_nobody_answers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    answers: list[str] = ["first", "second"]

    class Scripted:
        def resolve(self, name: str) -> FileAnswer:
            if not answers:
                raise TimeoutError(name)
            return FileAnswer(value=answers.pop(0), ttl_seconds=5.0)

    name = CachedName(Scripted(), "rw.test")
    seen = []
    for clock[0] in (0.0, 4.9, 5.0, 10.0):
        seen.append(name.value())
    assert seen == [("first", True), ("first", False), ("second", True), ("second", False)]
    with pytest.raises(TimeoutError):
        CachedName(Scripted(), "rw.test").value()


def _tables(connection: Connection) -> list[str]:
    rows = connection.execute(
        "select oid::regclass::text from pg_class where relkind in ('r', 'p')"
        " and relnamespace = 'public'::regnamespace and relname <> 'drained' order by 1"
    )
    return [name for (name,) in rows]


def _all_tables_ready(target: Connection) -> bool:
    states = target.execute("select distinct srsubstate from pg_subscription_rel").fetchall()
    return states == [("r",)]


def _drain(source: Connection, target: Connection) -> None:
    """Write a row from outside the barrier, which commits after all others, and wait to see it."""
    with psycopg.connect(source.info.dsn, password=source.info.password) as outside:
        outside.execute("insert into drained values (1)")
    _until(lambda: target.execute("select 1 from drained").fetchone() is not None)


def _copy_sequences(source: Connection, target: Connection) -> None:
    sequences = source.execute(
        "select format('%I.%I', schemaname, sequencename), last_value, increment_by"
        " from pg_sequences where last_value is not null"
    )
    for name, value, step in sequences.fetchall():
        target.execute("select setval(%s, %s)", [name, value + 100 * step])


def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 15
    while not condition():
        assert time.monotonic() < deadline, "it did not come true in 15 s"
        time.sleep(0.005)
