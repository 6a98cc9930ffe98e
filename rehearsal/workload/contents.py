"""What is in a database at the end of a run: the rows the verdict needs, and tables compared."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, LiteralString, NamedTuple

import psycopg
from psycopg import sql

from rehearsal.workload.database import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rehearsal.workload.configuration import Side

    Row = tuple[str, ...]

POLL_SECONDS: Final = 0.05
EXAMPLES: Final = 5

# Set on both sides, so that a difference in text is a difference in data.
SAME_TEXT: Final[tuple[LiteralString, ...]] = (
    "set timezone = 'UTC'",
    "set datestyle = 'ISO'",
    "set intervalstyle = 'postgres'",
    "set bytea_output = 'hex'",
    "set extra_float_digits = 3",
)

_TOTALS: Final[LiteralString] = (
    "select (select (count(*), sum(id), sum(amount))::text from ledger),"
    " (select (count(*), sum(id))::text from events),"
    " (select (sum(balance * id), sum(entries * id))::text from accounts),"
    " (select (count(*), max(noted_at))::text from audit_notes)"
)


class Transfer(NamedTuple):
    """One ledger row."""

    debit_account: int
    credit_account: int
    amount: int


class Account(NamedTuple):
    """One account row; `entries` counts the ledger rows that were applied to the balance."""

    opening_balance: int
    balance: int
    entries: int


@dataclass(frozen=True, kw_only=True)
class Contents:
    """What one database holds. Keyed by (writer, seq), the identity that clients gave a write."""

    ledger: Mapping[tuple[int, int], Transfer]
    repeated: Mapping[tuple[int, int], int] = field(default_factory=dict)
    """Writes with more than one row in the ledger or in the events, and how many rows too many."""
    accounts: Mapping[int, Account] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class TableComparison:
    """One table on both sides, row by row."""

    table: str
    source_rows: int
    target_rows: int
    diverged: int
    """Keys whose rows differ or miss on one side; without a primary key, rows without a partner."""
    examples: tuple[str, ...] = ()
    """Keys (or rows) of some of them."""


def read_contents(dsn: str) -> Contents:
    """Read ledger, events and accounts in one snapshot. Raises psycopg.Error."""
    with _snapshot(dsn) as connection:
        ledger: dict[tuple[int, int], Transfer] = {}
        repeated: Counter[tuple[int, int]] = Counter()
        for writer, seq, *transfer in connection.execute(
            "select writer, seq, debit_account, credit_account, amount from ledger"
        ):
            if (writer, seq) in ledger:
                repeated[writer, seq] += 1
            ledger[writer, seq] = Transfer(*transfer)
        for writer, seq, surplus in connection.execute(
            "select writer, seq, count(*) - 1 from events group by writer, seq having count(*) > 1"
        ):
            repeated[writer, seq] += surplus
        accounts = {
            identity: Account(*account)
            for identity, *account in connection.execute(
                "select id, opening_balance, balance, entries from accounts"
            )
        }
    return Contents(ledger=ledger, repeated=repeated, accounts=accounts)


def compare_tables(source_dsn: str, target_dsn: str) -> list[TableComparison]:
    """Compare every table of the application's schema, row by row, by name.

    Both sides must be quiet: each is read in one snapshot, the two are not the same moment.
    A table on one side only counts as all of its rows diverged.
    """
    with _snapshot(source_dsn) as source, _snapshot(target_dsn) as target:
        return _compare_all(source, target)


def compare_at_one_moment(
    source_dsn: str, target_dsn: str, *, writer: Side, timeout_seconds: float
) -> list[TableComparison]:
    """Compare every table while clients write to `writer`: at a moment in which no write is under way.

    Every transaction of the clients writes to the ledger. It is locked against them for as long as the other side
    needs to catch up, some tenths of a second; then both moments are kept, the lock is gone, and all rows are read.
    What has not arrived within the time diverges. Raises psycopg.Error.
    """
    with (
        _snapshot(source_dsn) as source,
        _snapshot(target_dsn) as target,
        psycopg.connect(source_dsn if writer == "source" else target_dsn) as lock,
    ):
        ahead, behind = (source, target) if writer == "source" else (target, source)
        # Whoever waits behind this lock waits as long: a writer that holds it longer is at fault.
        lock.execute("set lock_timeout = '2s'")
        lock.execute("lock table ledger in share mode")
        wanted = ahead.execute(_TOTALS).fetchone()
        deadline = time.monotonic() + timeout_seconds
        while behind.execute(_TOTALS).fetchone() != wanted and time.monotonic() <= deadline:
            # A snapshot is of one moment: the next look needs another.
            behind.rollback()
            time.sleep(POLL_SECONDS)
        lock.rollback()
        return _compare_all(source, target)


def wait_until_equal(source_dsn: str, target_dsn: str, *, timeout_seconds: float) -> bool:
    """Wait until both sides show the same counts and sums: replication has brought what it will.

    Returns whether they did in time. A way to wait, not a proof; for that, compare the tables.
    """
    deadline = time.monotonic() + timeout_seconds
    with (
        psycopg.connect(source_dsn, autocommit=True) as source,
        psycopg.connect(target_dsn, autocommit=True) as target,
    ):
        while source.execute(_TOTALS).fetchone() != target.execute(_TOTALS).fetchone():
            if time.monotonic() > deadline:
                return False
            time.sleep(POLL_SECONDS)
    return True


def _compare_all(
    source: psycopg.Connection[Any], target: psycopg.Connection[Any]
) -> list[TableComparison]:
    keys = {**_tables(target), **_tables(source)}
    return [
        _compare(name, _rows(source, name, key), _rows(target, name, key), keyed=bool(key))
        for name, key in sorted(keys.items())
    ]


def _snapshot(dsn: str) -> psycopg.Connection[Any]:
    connection = psycopg.connect(dsn)
    for statement in SAME_TEXT:
        connection.execute(statement)
    connection.commit()
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    connection.read_only = True
    return connection


def _tables(connection: psycopg.Connection[Any]) -> dict[str, tuple[str, ...]]:
    """Every table with its key; not the partitions, whose rows are the parent's."""
    rows = connection.execute(
        """
        select relname, coalesce((
            select array_agg(attname::text order by position)
            from pg_index, unnest(indkey) with ordinality as key (attnum, position)
            join pg_attribute using (attnum)
            where indrelid = pg_class.oid and indisprimary and attrelid = pg_class.oid
        ), '{}')
        from pg_class
        where relkind in ('r', 'p') and not relispartition and relnamespace = %s::regnamespace
        """,
        [SCHEMA],
    )
    return {name: tuple(key) for name, key in rows}


def _rows(
    connection: psycopg.Connection[Any], name: str, key: tuple[str, ...]
) -> Counter[Row] | None:
    """The rows as (key, whole row) in text, counted; None where the table does not exist."""
    if name not in _tables(connection):
        return None
    identity = [sql.SQL("{}::text").format(sql.Identifier(column)) for column in key]
    columns = [*identity, sql.SQL("t::text")]
    statement = sql.SQL("select {} from {} t").format(
        sql.SQL(", ").join(columns), sql.Identifier(SCHEMA, name)
    )
    return Counter(connection.execute(statement).fetchall())


def _compare(
    name: str, source: Counter[Row] | None, target: Counter[Row] | None, *, keyed: bool
) -> TableComparison:
    source, target = source or Counter(), target or Counter()
    only_source, only_target = source - target, target - source
    # A changed row shows on both sides under one key, and is one difference.
    lonely = [row[:-1] if keyed else row for row in (only_source + only_target).elements()]
    examples = sorted(set(lonely))
    return TableComparison(
        table=name,
        source_rows=source.total(),
        target_rows=target.total(),
        diverged=len(examples) if keyed else len(lonely),
        examples=tuple(", ".join(row) for row in examples[:EXAMPLES]),
    )
