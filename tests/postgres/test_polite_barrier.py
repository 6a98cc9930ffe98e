"""A barrier that is given up is a delay and nothing else, also for transactions that lock the other way round."""

from __future__ import annotations

import random
import threading
import time
from datetime import timedelta

import psycopg
import pytest

from cutover.observations import GateState
from tests.builders import plan
from tests.postgres.conftest import Pair, Side

pytestmark = pytest.mark.postgres

ORDERS = (
    ("accounts", "ledger", "orders"),
    ("orders", "ledger", "accounts"),
    ("ledger", "orders", "accounts"),
)
WRITERS = 8
ABORTS = 30


class ManyTables(threading.Thread):
    """Transactions of three statements, each on another table, about a hundred a second."""

    def __init__(self, side: Side, number: int) -> None:
        super().__init__(daemon=True)
        self.side, self.number = side, number
        self.random = random.Random(number)
        self.errors: list[str] = []
        self.committed = 0
        self.stopping = threading.Event()

    def run(self) -> None:
        with self.side.connect(user=self.side.app) as session:
            while not self.stopping.wait(self.random.uniform(0.004, 0.012)):
                try:
                    with session.transaction():
                        for table in ORDERS[self.number % len(ORDERS)]:
                            session.execute(
                                f"update {table} set n = n + 1 where id = %s".encode(),
                                (self.number,),
                            )
                except psycopg.Error as error:
                    self.errors.append(f"{error.sqlstate} {error}")
                    return
                self.committed += 1


def make_tables(side: Side) -> None:
    with side.connect() as session:
        session.execute("drop table accounts, ledger")
        for table in ORDERS[0]:
            session.execute(f"create table {table} (id int primary key, n int not null)".encode())
            session.execute(
                f"insert into {table} select n, 0 from generate_series(0, 63) n".encode()
            )
            session.execute(f"grant all on {table} to {side.app}".encode())


def test_thirty_aborted_barriers_are_no_error_to_anyone(pair: Pair) -> None:
    source = pair.source
    make_tables(source)
    writers = [ManyTables(source, number) for number in range(WRITERS)]
    for writer in writers:
        writer.start()
    patience = timedelta(milliseconds=plan().lock_patience_milliseconds)
    tables = source.database.inspect().tables
    ended = 0
    for _ in range(ABORTS):
        time.sleep(0.02)
        standing = source.database.barrier(
            tables=tables, patience=patience, deadline=timedelta(seconds=5)
        )
        with standing as barrier:
            ended += barrier.sessions_ended
    for writer in writers:
        writer.stopping.set()
        writer.join(timeout=5)

    assert [writer.errors for writer in writers] == [[]] * WRITERS
    assert ended == 0
    assert source.database.gate().state is GateState.OPEN
    committed = sum(writer.committed for writer in writers)
    assert committed > 5 * ABORTS, "the writers were really writing"
    with source.connect() as session:
        assert session.execute("select sum(n) from orders").fetchone() == (committed,)


class Slow(threading.Thread):
    """Transactions over three tables in one order, with a pause between their statements; always in one."""

    ORDER = ("orders", "ledger", "accounts")

    def __init__(self, side: Side, number: int) -> None:
        super().__init__(daemon=True)
        self.side, self.number = side, number
        self.errors: list[str] = []
        self.stopping = threading.Event()

    def run(self) -> None:
        with self.side.connect(user=self.side.app) as session:
            while not self.stopping.is_set():
                try:
                    with session.transaction():
                        for table in self.ORDER:
                            session.execute(
                                f"update {table} set n = n + 1 where id = %s".encode(),
                                (self.number,),
                            )
                            time.sleep(0.02)
                except psycopg.Error as error:
                    self.errors.append(f"{error.sqlstate} {error}")
                    return


def test_tables_that_are_always_in_use_are_had_in_the_order_in_which_they_are_taken(
    pair: Pair,
) -> None:
    """In the order of their names some transaction would always hold one and wait for another."""
    source = pair.source
    make_tables(source)
    writers = [Slow(source, number) for number in range(WRITERS)]
    for writer in writers:
        writer.start()
    time.sleep(0.2)
    standing = source.database.barrier(
        tables=source.database.inspect().tables,
        patience=timedelta(seconds=2),
        deadline=timedelta(seconds=2),
    )
    with standing as barrier:
        assert barrier.sessions_ended == 0
    for writer in writers:
        writer.stopping.set()
        writer.join(timeout=5)
    assert [writer.errors for writer in writers] == [[]] * WRITERS
