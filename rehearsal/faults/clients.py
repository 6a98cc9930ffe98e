"""The arena's clients: one process of writers and readers of many habits, every acknowledged write written down.

Most writers keep transactions of several statements; some have the habits that a fence has to stand: they override
settings, are superusers, hold a transaction open, write with an old snapshot, keep a name's first answer for ever.
"""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final, Literal

import psycopg

from rehearsal.faults.probing import Prober
from rehearsal.faults.world import READ_RECORD, WRITE_RECORD
from rehearsal.workload.configuration import (
    ACCOUNTS,
    Address,
    ClientsConfiguration,
    Load,
    Names,
    ResolverSettings,
)
from rehearsal.workload.ledger import ClientError, Write
from rehearsal.workload.reading import Reader
from rehearsal.workload.recording import Recorder
from rehearsal.workload.resolving import CachedName, Resolver
from rehearsal.workload.session import CANNOT_CONNECT, CONNECTION_LOST, StatementFailed

Habit = Literal[
    "plain",
    "override",
    "superuser",
    "replica",
    "long",
    "old snapshot",
    "idle",
    "for ever",
    "storm",
    "spread",
    "single",
]
"""spread: each write is another user's, and goes where the name points at that moment.
single: one statement a transaction, prepared."""

FLUSH_SECONDS: Final = 0.05
GOODBYE_SECONDS: Final = 3.0
SHORTEST_PAUSE_SECONDS: Final = 0.002
LONGEST_PAUSE_SECONDS: Final = 0.02

INSERT: Final = (
    "insert into ledger (writer, seq, debit_account, credit_account, amount)"
    " values (%(writer)s, %(seq)s, %(debit)s, %(credit)s, %(amount)s)"
    " on conflict (writer, seq) do nothing returning id"
)
DEBIT: Final = (
    "update accounts set balance = balance + %(change)s, entries = entries + 1,"
    " updated_at = clock_timestamp() where id = %(account)s"
)
EVENT: Final = (
    'insert into events (writer, seq, body) values (%(writer)s, %(seq)s, \'{"kind": "transfer"}\')'
)

SINGLE: Final = (
    "with fresh as ("
    + INSERT.removesuffix(" returning id")
    + " returning amount) update accounts set"
    " balance = balance + case when id = %(debit)s then -amount else amount end,"
    " entries = entries + 1, updated_at = clock_timestamp() from fresh"
    " where accounts.id = any (array[%(debit)s, %(credit)s]::bigint[])"
)
"""A whole transfer in one round trip, so that many a second are the server's work and not the clients'."""

ON_CONNECT: Final[dict[str, str]] = {
    "override": "set default_transaction_read_only = off",
    "replica": "set session_replication_role = replica",
}


KEEPS_ITS_NAME: Final = ("for ever", "replica")
"""Never asks for a name again: for `replica` the adversary's worst case, as nothing but its own error sends it away."""


@dataclass(frozen=True, kw_only=True)
class WriterSpec:
    """One writer."""

    number: int
    habit: Habit = "plain"
    hold_seconds: float = 0.0
    """long, old snapshot, idle: how long the transaction is kept open between its statements."""


@dataclass(frozen=True, kw_only=True)
class ClientsSpec:
    """One process of clients."""

    writers: tuple[WriterSpec, ...]
    readers: int
    writes_per_second: float
    """Of each writer."""
    reads_per_second: float
    hosts: dict[str, dict[str, str]] = field(repr=False)
    """By the record's value: `side`, `application` and `superuser` (connection strings)."""
    resolver: dict[str, Any]
    records: Path
    seed: int
    probes: Path | None = None
    """The directory in which the probers write; None: there are none."""


class HabitualWriter:
    """An endless sequence of transfers, each exactly once, in transactions of four statements."""

    def __init__(
        self,
        spec: WriterSpec,
        clients: ClientsSpec,
        *,
        resolver: Resolver,
        recorder: Recorder,
        stop: threading.Event,
    ) -> None:
        self._spec = spec
        self._clients = clients
        self._recorder = recorder
        self._stop = stop
        self._random = random.Random(clients.seed * 1000 + spec.number)
        self._name = CachedName(resolver, WRITE_RECORD)
        self._kept = ""
        self._resolver = resolver
        self._connection: psycopg.Connection[Any] | None = None
        self._others: dict[str, psycopg.Connection[Any]] = {}
        self._side: Any = "source"
        self._interval = 0.0 if spec.habit == "storm" else 1 / clients.writes_per_second

    def run(self) -> None:
        """Write until told to stop."""
        seq = 1
        due = time.monotonic() + self._interval * self._random.random()
        while not self._stop.wait(max(0.0, due - time.monotonic())):
            self._write(seq)
            seq += 1
            due = max(due + self._interval, time.monotonic())
        self._drop()

    def _write(self, seq: int) -> None:
        debit, credit = self._random.sample(range(1, ACCOUNTS + 1), 2)
        values = {
            "writer": self._spec.number,
            "seq": seq,
            "debit": debit,
            "credit": credit,
            "amount": self._random.randint(1, 90),
        }
        pause = SHORTEST_PAUSE_SECONDS
        while not self._attempt(values) and not self._stop.wait(pause):
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)

    def _attempt(self, values: dict[str, Any]) -> bool:
        sent_ns = time.time_ns()
        try:
            connection = self._connected()
            sent_ns = time.time_ns()
            self._transaction(connection, values)
        except psycopg.Error as error:
            lost = CONNECTION_LOST if self._connection is not None else CANNOT_CONNECT
            failure = StatementFailed(error.sqlstate or lost)
            self._failed(failure)
            return False
        self._recorder.wrote(
            Write(self._spec.number, values["seq"], self._side, sent_ns, time.time_ns())
        )
        return True

    def _transaction(self, connection: psycopg.Connection[Any], values: dict[str, Any]) -> None:
        if self._spec.habit == "single":
            connection.execute(SINGLE, values, prepare=True)
            return
        old = self._spec.habit == "old snapshot"
        connection.execute("begin isolation level repeatable read" if old else "begin")
        if old:
            connection.execute("select count(*) from order_lines")
            self._stop.wait(self._spec.hold_seconds)
        fresh = connection.execute(INSERT, values).fetchone()
        if fresh is not None:
            amount = values["amount"]
            # In the order of the keys: two writers can't wait for each other in a ring.
            for account, change in sorted(((values["debit"], -amount), (values["credit"], amount))):
                connection.execute(DEBIT, {"account": account, "change": change})
            connection.execute(EVENT, values)
        if self._spec.habit in ("long", "idle"):
            self._stop.wait(self._spec.hold_seconds)
        connection.execute("commit")

    def _connected(self) -> psycopg.Connection[Any]:
        if self._spec.habit == "spread":
            self._change_user()
        if self._connection is None:
            host = self._host()
            self._side = host["side"]
            privileged = self._spec.habit in ("superuser", "replica")
            self._connection = psycopg.connect(
                host["superuser" if privileged else "application"],
                autocommit=True,
                connect_timeout=3,
                prepare_threshold=1,
                application_name=f"writer {self._spec.number} {self._spec.habit}",
            )
            if statement := ON_CONNECT.get(self._spec.habit):
                self._connection.execute(statement.encode())
        return self._connection

    def _change_user(self) -> None:
        """The next write is another user's, who has asked for the name anew."""
        if self._connection is not None:
            self._others[self._side] = self._connection
        self._kept = self._resolver.resolve(WRITE_RECORD).value
        self._side = self._clients.hosts[self._kept]["side"]
        self._connection = self._others.pop(self._side, None)

    def _host(self) -> dict[str, str]:
        if self._spec.habit == "spread":
            return self._clients.hosts[self._kept]
        if self._spec.habit not in KEEPS_ITS_NAME or not self._kept:
            self._kept, _ = self._name.value()
        return self._clients.hosts[self._kept]

    def _failed(self, failure: StatementFailed) -> None:
        self._recorder.failed(
            ClientError(time.time_ns(), f"writer {self._spec.number}", self._side, failure.sqlstate)
        )
        if failure.useless_connection or self._connection is None or self._connection.closed:
            self._drop()
            return
        try:
            self._connection.execute("rollback")
        except psycopg.Error:
            self._drop()

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


def run(pipe: Connection, spec: ClientsSpec) -> None:
    """Writes and reads until the pipe is closed or says so; then everything is on disk."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    stop = threading.Event()
    resolver = ResolverSettings(arguments=spec.resolver).make()
    with spec.records.open("w") as file:
        recorder = Recorder(file)
        runs: list[Callable[[], None]] = [
            HabitualWriter(each, spec, resolver=resolver, recorder=recorder, stop=stop).run
            for each in spec.writers
        ]
        runs += [reader.run for reader in _readers(spec, resolver, recorder, stop)]
        if spec.probes is not None:
            runs += [
                Prober(_side(host["side"]), host["application"], home=spec.probes, stop=stop).run
                for host in spec.hosts.values()
            ]
        threads = [threading.Thread(target=each, daemon=True) for each in runs]
        for thread in threads:
            thread.start()
        while not _told_to_stop(pipe):
            recorder.flush()
        stop.set()
        give_up = time.monotonic() + GOODBYE_SECONDS
        for thread in threads:
            thread.join(max(0.0, give_up - time.monotonic()))
        recorder.flush()
    # A writer may wait at a closed gate for as long as that stays closed; its write was not acknowledged.
    os._exit(0)


def _told_to_stop(pipe: Connection) -> bool:
    try:
        return pipe.poll(FLUSH_SECONDS) and pipe.recv() == "stop"
    except (EOFError, OSError):
        return True


def _readers(
    spec: ClientsSpec, resolver: Resolver, recorder: Recorder, stop: threading.Event
) -> list[Reader]:
    configuration = ClientsConfiguration(
        load=Load(
            readers=spec.readers, reads_per_second=spec.reads_per_second, users=4, seed=spec.seed
        ),
        names=Names(
            read=READ_RECORD,
            write=WRITE_RECORD,
            hosts={
                name: Address(side=_side(host["side"]), dsn=host["application"])
                for name, host in spec.hosts.items()
            },
        ),
        resolver=ResolverSettings(arguments=spec.resolver),
        writers=(),
        readers=tuple(range(1, spec.readers + 1)),
        records=spec.records,
    )
    return [
        Reader(number, configuration=configuration, resolver=resolver, recorder=recorder, stop=stop)
        for number in configuration.readers
    ]


def _side(text: str) -> Literal["source", "target"]:
    return "source" if text == "source" else "target"
