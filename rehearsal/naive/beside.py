"""The pause of a whole cutover, and right after it, on the same servers with the same clients, that of a peer.

A scenario for benchmarks/pause.py: the state machine, the functions in their runtime and eight writers as in every
rehearsal; then a database of the peer's own, a full load, a fleet of the same size, and its published algorithm.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any, Final

import psycopg
from psycopg import sql

from cutover.adapters.postgres import Address, PostgresDatabase
from rehearsal.aws_setup import READ_RECORD, SOURCE_HOST, TARGET_HOST, WRITE_RECORD
from rehearsal.evidence import Ending, Evidence
from rehearsal.naive.hands import Ground, Hands
from rehearsal.naive.ways import EASY_USER, pg_easy_replicate
from rehearsal.night import Night
from rehearsal.servers.postgres import PostgresServer
from rehearsal.workload.configuration import Address as ClientAddress
from rehearsal.workload.configuration import Names, ResolverSettings
from rehearsal.workload.contents import read_contents
from rehearsal.workload.database import DATABASE
from rehearsal.workload.fleet import ClientFleet
from rehearsal.workload.ledger import Write
from rehearsal.workload.verdict import Closed, Pause, judge_writes, measure_pause

PEER: Final = "peer"
WARM_UP_SECONDS: Final = 2.0
COOL_DOWN_SECONDS: Final = 1.5
LOAD_SECONDS: Final = 60.0
SEQUENCES_AHEAD: Final = 1_000_000
PEER_FIRST_SEQ: Final = 10_000_000


@dataclass(frozen=True, kw_only=True)
class Measured:
    """One switch as its clients saw it."""

    pause: Pause | None
    acknowledged: int
    lost: int
    duplicated: int
    errors: dict[str, int]
    until_names_ms: float | None = None
    """Of a peer: from its fence to the change of the names. What is beyond it in the pause is the names' time to live,
    which a way that moves them last has in its pause."""


@dataclass
class BesidePeer:
    """rehearsal.scenarios.scenario.Scenario: our cutover, then the peer's switch."""

    extra_tables: int = 0
    with_peer: bool = True
    name: str = "pause-beside-peer"
    summary: str = (
        "the pause of the whole machine, then of pg_easy_replicate's algorithm on the same servers"
    )
    target_closed: bool = True
    spread_writes: bool = False
    peer: Measured | None = None
    made: list[str] = field(default_factory=list)

    def drive(self, night: Night) -> Ending:
        if self.extra_tables:
            night.note(f"{self.extra_tables} more tables")
            _make_tables(night.source, night.target, self.extra_tables)
        night.start_cutover()
        ending = night.wait_for_end()
        night.let_pass(COOL_DOWN_SECONDS)
        night.fleet.stop()
        if self.with_peer:
            self.peer = _peer(night)
        return ending

    def judge(self, evidence: Evidence) -> list[str]:
        return [] if evidence.ending.status == "SUCCEEDED" else [str(evidence.ending)]

    def conclusion(self, evidence: Evidence) -> str:
        return evidence.ending.status


def measured(evidence: Evidence) -> Measured:
    """Our own half."""
    return Measured(
        pause=evidence.pause(),
        acknowledged=evidence.verdict.acknowledged,
        lost=evidence.verdict.lost,
        duplicated=evidence.verdict.duplicated,
        errors=evidence.records.errors_by_sqlstate(),
    )


def _make_tables(source: PostgresServer, target: PostgresServer, count: int) -> None:
    """Empty tables with a key on both sides, in the stream and behind the target's gate."""
    for server in (source, target):
        with psycopg.connect(
            server.dsn(user="app", dbname=DATABASE), autocommit=True
        ) as connection:
            # Batches: one transaction that makes 10,000 tables would need as many locks.
            for first in range(0, count, 500):
                connection.execute(_tables(range(first, min(first + 500, count))).encode())
    with psycopg.connect(target.dsn(dbname=DATABASE), autocommit=True) as connection:
        name = connection.execute("select subname from pg_subscription").fetchone()
        if name is None:
            raise AssertionError
        connection.execute(
            sql.SQL("alter subscription {} refresh publication with (copy_data = false)").format(
                sql.Identifier(name[0])
            )
        )
    database = PostgresDatabase(Address.from_dsn(target.dsn(dbname=DATABASE)))
    database.close_gate()
    database.close()


def _tables(numbers: Sequence[int]) -> str:
    return "".join(
        f"create table wide_{number} (id bigint primary key, note text);" for number in numbers
    )


def _peer(night: Night) -> Measured:
    """pg_easy_replicate's switchover in a database of its own; its fenced user is the clients' own, its best case."""
    servers = {"source": night.source, "target": night.target}
    for server in servers.values():
        _create(server, with_data=server is night.source)
    _replicate(night.source, night.target)
    night.router.set_target_shares({READ_RECORD: 0, WRITE_RECORD: 0}, now=datetime.now(UTC))
    time.sleep(night.plan.record_ttl_seconds)
    fleet = ClientFleet(
        night.fleet.run,
        load=night.fleet.load,
        names=Names(
            read=READ_RECORD,
            write=WRITE_RECORD,
            hosts={
                SOURCE_HOST: ClientAddress(side="source", dsn=_dsn(night.source)),
                TARGET_HOST: ClientAddress(side="target", dsn=_dsn(night.target)),
            },
        ),
        resolver=ResolverSettings(
            factory="rehearsal.aws.resolver:DnsResolver", arguments={"port": night.ready.dns_port}
        ),
        first_seq=PEER_FIRST_SEQ,
    )
    hands, writes, errors = _switch(night, fleet)
    fenced, flipped = hands.fenced_ns, hands.flipped_ns
    source, target = (read_contents(server.dsn(dbname=PEER)) for server in servers.values())
    verdict = judge_writes(
        writes,
        survivor=target,
        other=source,
        closed=[Closed(side="source", from_ns=fenced)] if fenced else [],
    )
    return Measured(
        pause=measure_pause(writes, from_side="source", to_side="target"),
        acknowledged=verdict.acknowledged,
        lost=verdict.lost,
        duplicated=verdict.duplicated,
        errors=errors,
        until_names_ms=(flipped - fenced) / 1e6 if fenced and flipped else None,
    )


def _switch(night: Night, fleet: ClientFleet) -> tuple[Hands, list[Write], dict[str, int]]:
    def point_names(share: int) -> None:
        shares = {READ_RECORD: share, WRITE_RECORD: share}
        night.router.set_target_shares(shares, now=datetime.now(UTC))

    hands = Hands(
        Ground(
            source=night.source,
            target=night.target,
            database=PEER,
            slot=PEER,
            point_names=point_names,
        )
    )
    # The tool sets only sequences that a column owns; who means well has the others far ahead beforehand.
    hands.copy_sequences(add=SEQUENCES_AHEAD)
    with fleet:
        time.sleep(WARM_UP_SECONDS)
        pg_easy_replicate(hands)
        time.sleep(COOL_DOWN_SECONDS + night.plan.record_ttl_seconds)
    records = fleet.records()
    return hands, records.writes, records.errors_by_sqlstate()


def _create(server: PostgresServer, *, with_data: bool) -> None:
    schema, data = (
        files("rehearsal.workload").joinpath(name).read_text()
        for name in ("schema.sql", "seed.sql")
    )
    with psycopg.connect(server.dsn(), autocommit=True) as connection:
        connection.execute(
            sql.SQL("create role {} superuser login password {}").format(
                sql.Identifier(EASY_USER), sql.Literal(server.password)
            )
        )
        connection.execute(
            sql.SQL("create database {} owner {}").format(
                sql.Identifier(PEER), sql.Identifier(EASY_USER)
            )
        )
    with psycopg.connect(_dsn(server)) as connection:
        connection.execute(schema.encode())
        if with_data:
            connection.execute(data.encode())


def _replicate(source: PostgresServer, target: PostgresServer) -> None:
    with psycopg.connect(source.dsn(dbname=PEER), autocommit=True) as connection:
        connection.execute("create publication forward for all tables")
    with psycopg.connect(target.dsn(dbname=PEER), autocommit=True) as connection:
        connection.execute(
            sql.SQL(
                "create subscription forward connection {} publication forward with (slot_name = {})"
            ).format(sql.Literal(source.dsn(dbname=PEER)), sql.Identifier(PEER))
        )
        _until(connection, "select bool_and(srsubstate = 'r') from pg_subscription_rel")


def _until(connection: psycopg.Connection[Any], query: str) -> None:
    give_up = time.monotonic() + LOAD_SECONDS
    while not (connection.execute(query.encode()).fetchone() or [False])[0]:
        if time.monotonic() >= give_up:
            raise TimeoutError(f"not true in {LOAD_SECONDS:.0f} s: {query}")
        time.sleep(0.1)


def _dsn(server: PostgresServer) -> str:
    return server.dsn(user=EASY_USER, dbname=PEER)
