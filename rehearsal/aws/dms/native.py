"""The replication of a rehearsal: a publication on its source, a subscription on its target."""

from __future__ import annotations

import time
from collections import deque
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, LiteralString, TypeVar

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

from rehearsal.aws.dms.replication import (
    Progress,
    ReplicationError,
    Side,
    Table,
    TableProgress,
    TableState,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

# Before 16 a publisher can't leave out what it received itself by replication.
_ORIGIN_SINCE = 160000
_ERROR_COUNTS_SINCE = 150000
_FAILURES_IN_PLACE = 3
_RELEASE_SECONDS = 15.0
"""How long a sender may take to let go of its slot once its subscription is disabled."""
_POLL_SECONDS = 0.02

_TABLES = """
select n.nspname, c.relname, r.srsubstate::text as state,
       coalesce(s.n_tup_ins, 0) as inserts, coalesce(s.n_tup_upd, 0) as updates,
       coalesce(s.n_tup_del, 0) as deletes,
       exists (select from pg_stat_subscription w
               where w.subid = r.srsubid and w.relid = r.srrelid and w.pid is not null) as copying
from pg_subscription_rel r
join pg_subscription p on p.oid = r.srsubid and p.subname = %(name)s
join pg_class c on c.oid = r.srrelid
join pg_namespace n on n.oid = c.relnamespace
left join pg_stat_user_tables s on s.relid = r.srrelid
order by 1, 2
"""

_ERRORS = """
select e.apply_error_count, e.sync_error_count
from pg_stat_subscription_stats e where e.subname = %(name)s
"""

# The position first: what was written before it must not look unapplied.
_POSITION = """
select (pg_current_wal_lsn() - '0/0')::bigint as written,
       (select sum(tup_inserted + tup_updated + tup_deleted) from pg_stat_database
        where datname = current_database())::bigint as changes
"""

_SENDER = """
select (coalesce(s.sent_lsn, l.confirmed_flush_lsn) - '0/0')::bigint as read,
       (coalesce(s.replay_lsn, l.confirmed_flush_lsn) - '0/0')::bigint as applied
from pg_replication_slots l left join pg_stat_replication s on s.pid = l.active_pid
where l.slot_name = %(name)s
"""

# A superuser may change the catalog: there is no other way to have one of all tables copied again.
_FORGET_TABLE = """
delete from pg_subscription_rel r
using pg_subscription p, pg_class c, pg_namespace n
where p.oid = r.srsubid and p.subname = %(name)s
  and c.oid = r.srrelid and n.oid = c.relnamespace and n.nspname = %(schema)s and c.relname = %(table)s
returning r.srrelid
"""

# What a copy that failed leaves on the source; the next one of that table would fail on it once.
_DROP_SYNC_SLOT = """
select pg_drop_replication_slot(slot_name) from pg_replication_slots
where not active and database = current_database()
  and slot_name ~ format('^pg_[0-9]+_sync_%%s_', %(table)s::oid)
"""

# Rows in any order; one query, so that it is one moment.
_CONTENTS = """
select count(*), coalesce(sum(hashtextextended(t::text, 0)), 0)::text from {table} t
"""

_LOST = """
select coalesce(wal_status, '') = 'lost' as lost from pg_replication_slots where slot_name = %(slot)s
"""

_SLOT = """
select plugin, active, (confirmed_flush_lsn - '0/0')::bigint as confirmed
from pg_replication_slots
where slot_name = %(slot)s and slot_type = 'logical' and database = current_database()
"""

# Written beside the publication once it is there: how old it is.
_PUBLISHED = """
select p.oid, (nullif(obj_description(p.oid, 'pg_publication'), '')::pg_lsn - '0/0')::bigint as since
from pg_publication p where p.pubname = %(name)s
"""

_Connection = psycopg.Connection[dict[str, Any]]
_Result = TypeVar("_Result")


@dataclass(frozen=True)
class _Sample:
    """Where the source was at a moment."""

    time: float
    written: int
    changes: int


class NativeReplication:
    """Native logical replication under the `Replication` port.

    `source_dsn` and `target_dsn` need the rights of a superuser; `publisher_dsn` is how the
    target's server reaches the source, where that differs. Source and target are the replication's
    own: the way back reads from the migration's target.

    With `slot` it copies nothing and follows the changes of that slot, which somebody else makes
    on the source with the plugin pgoutput and drops again.
    """

    def __init__(
        self,
        *,
        source_dsn: str,
        target_dsn: str,
        publisher_dsn: str | None = None,
        name: str = "rehearsal_forward",
        slot: str | None = None,
    ) -> None:
        self._dsn: dict[Side, str] = {"source": source_dsn, "target": target_dsn}
        self._publisher_dsn = publisher_dsn or source_dsn
        self._name = name
        self._slot = slot
        self._connections: dict[Side, _Connection] = {}
        self._samples: deque[_Sample] = deque(maxlen=10_000)
        self._read = self._applied = 0
        self._loaded: dict[tuple[str, str], int] = {}
        self._sync_errors = self._sync_errors_before = 0
        self._failing_at: tuple[int, int] | None = None

    def begin(self, position: str | None = None) -> None:
        """Publish every table and subscribe with a copy, leaving out what replication brought.

        With a slot: no copy, every change after `position`, which is not behind the slot.
        """
        if self._slot is not None:
            self._follow(self._slot, position)
            return
        self._run("source", "create publication {name} for all tables")
        options = "copy_data = true"
        if min(self._version("source"), self._version("target")) >= _ORIGIN_SINCE:
            options += ", origin = none"
        statement = "create subscription {name} connection {dsn} publication {name} with "
        self._run("target", f"{statement}({options})")

    def resume(self) -> None:
        self._failing_at = None
        self._run("target", "alter subscription {name} enable")

    def halt(self) -> None:
        """Waits for the sender to be gone: a slot in use can't be dropped."""
        self._run("target", "alter subscription {name} disable")
        give_up = time.monotonic() + _RELEASE_SECONDS
        while self._sending():
            if time.monotonic() >= give_up:
                raise ReplicationError(
                    f"the slot {self._slot or self._name} is in use {_RELEASE_SECONDS:.0f} s after "
                    "its subscription was disabled: look at pg_stat_replication of the source"
                )
            time.sleep(_POLL_SECONDS)

    def reload(self, *, truncate: bool) -> None:
        tables = [table.key for table in self._tables()]
        self.remove()
        if truncate:
            self._truncate(tables)
        self._loaded.clear()
        self._sync_errors = self._sync_errors_before = 0
        self._failing_at = None
        self.begin()

    def reload_tables(self, tables: tuple[Table, ...], *, truncate: bool) -> None:
        """The apply worker passes over a table that the subscription does not know, until the refresh
        has it copied: what it passed over is in the copy."""
        self.halt()
        if truncate:
            self._truncate(tables)
        for schema, name in tables:
            query = {"name": self._name, "schema": schema, "table": name}
            forgotten = self._on("target", partial(_fetched, _FORGET_TABLE, query))
            if forgotten is None:
                raise ReplicationError(f"the task does not replicate {schema}.{name}")
            leftover = {"table": forgotten["srrelid"]}
            self._on("source", lambda it, of=leftover: it.execute(_DROP_SYNC_SLOT, of))  # type: ignore[misc]
            self._loaded.pop((schema, name), None)
        # The server's counter goes on; only what fails from here is this load's.
        self._sync_errors_before += self._sync_errors
        self._sync_errors = 0
        self.resume()
        self._run("target", "alter subscription {name} refresh publication with (copy_data = true)")

    def differs(self, table: Table) -> bool:
        query = sql.SQL(_CONTENTS).format(table=sql.Identifier(*table))
        sides: tuple[Side, Side] = ("source", "target")
        found = [self._on(side, lambda it: it.execute(query).fetchone()) for side in sides]
        return found[0] != found[1]

    def _truncate(self, tables: Iterable[Table]) -> None:
        names = sql.SQL(", ").join(sql.Identifier(*table) for table in tables)
        if names.as_string(None):
            self._on("target", lambda it: it.execute(sql.SQL("truncate {}").format(names)))

    def remove(self) -> None:
        # The slot of a load is its own, and a switch that has handed over drops it.
        retired = {"slot": self._name}
        if self._slot is not None or not self._on(
            "source", lambda it: it.execute(_SLOT, retired).fetchone()
        ):
            self._forget_subscription()
        else:
            self._run("target", "drop subscription if exists {name}")
        self._run("source", "drop publication if exists {name}")

    def observe(self) -> Progress:
        """A source that does not answer shows as latency that grows; the target has to answer."""
        now = time.monotonic()
        reachable = self._sample(now)
        tables = self._tables()
        read_age, applied_age = (self._age(at, now) for at in (self._read, self._applied))
        if not reachable and self._samples:
            read_age = max(read_age, now - self._samples[-1].time)
            applied_age = max(applied_age, read_age)
        return Progress(
            tables=tables,
            source_latency_seconds=read_age,
            target_latency_seconds=max(0.0, applied_age - read_age),
            pending_changes=self._pending(),
            failure=self._failure(),
        )

    def check(self, side: Side) -> None:
        """With a slot, also publishes: pgoutput leaves out what is older than its publication, so
        that has to be there before anybody makes the slot."""
        self._on(side, lambda connection: connection.execute("select 1"))
        if self._slot is not None and side == "source" and self._published_since() is None:
            self._publish()

    def close(self) -> None:
        for connection in self._connections.values():
            connection.close()
        self._connections.clear()

    def _follow(self, slot: str, position: str | None) -> None:
        at = self._start(slot, position)
        self._forget_subscription()
        if at is not None:
            move = {"slot": slot, "to": _text(at)}
            self._on(
                "source",
                lambda it: it.execute("select pg_replication_slot_advance(%(slot)s, %(to)s)", move),
            )
        self._samples.clear()
        self._loaded.clear()
        self._read = self._applied = self._sync_errors = self._sync_errors_before = 0
        self._failing_at = None
        self._run(
            "target",
            "create subscription {name} connection {dsn} publication {name} with "
            "(create_slot = false, slot_name = {slot}, copy_data = false)",
        )
        self._tables()

    def _start(self, slot: str, position: str | None) -> int | None:
        """Where the slot is to be moved before it is read; None where it is there already.

        DMS API reference, PostgreSQLSettings.SlotName: DMS verifies that the slot exists and that
        the task has a valid CdcStartPosition.
        """
        if position is None:
            raise ReplicationError(f"the slot {slot} needs a start position, and none was given")
        found = self._on("source", lambda it: it.execute(_SLOT, {"slot": slot}).fetchone())
        if found is None:
            raise ReplicationError(
                f"the slot {slot} does not exist in the source database: make it first"
            )
        if found["plugin"] != "pgoutput":
            raise ReplicationError(
                f"the slot {slot} has the plugin {found['plugin']}, and native replication reads "
                "pgoutput: make it with that"
            )
        at, confirmed = _number(position), found["confirmed"]
        if at < confirmed:
            raise ReplicationError(
                f"the start position {position} is behind the slot {slot}, which has given up "
                f"everything before {_text(confirmed)}"
            )
        written = self._on("source", lambda it: it.execute(_POSITION).fetchone()) or {}
        if at > written["written"]:
            raise ReplicationError(
                f"the start position {position} is not written yet: the source database is at "
                f"{_text(written['written'])}"
            )
        since = self._published_since()
        if since is None or since > at:
            raise ReplicationError(
                f"the publication {self._name} is younger than the start position {position}: test "
                f"the connection to the source before the slot {slot} is made"
            )
        return at if at > confirmed else None

    def _publish(self) -> None:
        self._run("source", "create publication {name} for all tables")
        position = self._on("source", lambda it: it.execute(_POSITION).fetchone()) or {}
        since = sql.SQL("comment on publication {} is {}").format(
            sql.Identifier(self._name), sql.Literal(_text(position["written"]))
        )
        self._on("source", lambda it: it.execute(since))

    def _published_since(self) -> int | None:
        """A position by which the publication was there; None where there is no such."""
        query = {"name": self._name}
        found = self._on("source", lambda it: it.execute(_PUBLISHED, query).fetchone())
        if found is None:
            return None
        if found["since"] is None:
            # Its maker died in between.
            self._run("source", "drop publication {name}")
            return None
        return int(found["since"])

    def _forget_subscription(self) -> None:
        """Without its slot, which is somebody else's."""
        known = "select from pg_subscription where subname = %(name)s"
        query = {"name": self._name}
        if self._on("target", lambda it: it.execute(known, query).fetchone()) is None:
            return
        self.halt()
        self._run("target", "alter subscription {name} set (slot_name = none)")
        self._run("target", "drop subscription {name}")

    def _sending(self) -> bool:
        query = {"slot": self._slot or self._name}
        try:
            found = self._on("source", lambda it: it.execute(_SLOT, query).fetchone())
        except ReplicationError:
            # A server that is gone sends nothing, and one that is cut off loses its sender too.
            return False
        return found is not None and bool(found["active"])

    def _sample(self, now: float) -> bool:
        """Note where the source is; False where it does not answer."""

        slot = self._slot or self._name

        def look(source: _Connection) -> tuple[dict[str, Any], dict[str, Any]]:
            position = source.execute(_POSITION).fetchone() or {}
            return position, source.execute(_SENDER, {"name": slot}).fetchone() or {}

        try:
            position, sender = self._on("source", look)
        except ReplicationError:
            return False
        self._samples.append(_Sample(now, position["written"], position["changes"]))
        self._read = sender.get("read") or self._read
        self._applied = sender.get("applied") or self._applied
        while len(self._samples) > 1 and self._samples[1].written <= self._applied:
            self._samples.popleft()
        return True

    def _age(self, position: int, now: float) -> float:
        """Seconds since the source was first seen beyond that position."""
        beyond = (sample.time for sample in self._samples if sample.written > position)
        return now - next(beyond, now)

    def _pending(self) -> int:
        if not self._samples or self._samples[-1].written <= self._applied:
            return 0
        return max(0, self._samples[-1].changes - self._samples[0].changes)

    def _tables(self) -> tuple[TableProgress, ...]:
        rows = self._on("target", lambda it: it.execute(_TABLES, {"name": self._name}).fetchall())
        return tuple(self._table(row) for row in rows)

    def _table(self, row: dict[str, Any]) -> TableProgress:
        key = (row["nspname"], row["relname"])
        if row["state"] in "fsr":
            # What is there counts as copied, and what clients wrote; what comes later is replication. The
            # statistics would not do: the copying worker's may still be on their way.
            if key not in self._loaded:
                self._loaded[key] = row["inserts"] if self._slot else self._rows(key)
            copied = self._loaded[key]
            return TableProgress(
                schema=key[0],
                name=key[1],
                state="Table completed",
                full_load_rows=0 if self._slot else copied,
                inserts=max(0, row["inserts"] - copied),
                updates=row["updates"],
                deletes=row["deletes"],
            )
        failed = self._sync_errors and not row["copying"]
        state: TableState = "Full load" if row["state"] == "d" else "Before load"
        return TableProgress(schema=key[0], name=key[1], state="Table error" if failed else state)

    def _rows(self, table: Table) -> int:
        count = sql.SQL("select count(*) as rows from {}").format(sql.Identifier(*table))
        found = self._on("target", lambda it: it.execute(count).fetchone()) or {}
        return int(found["rows"])

    def _failure(self) -> str | None:
        """Errors that repeat while nothing more is applied; a single one is a lost connection."""
        if lost := self._slot_lost():
            return lost
        if self._version("target") < _ERROR_COUNTS_SINCE:
            return None
        query = {"name": self._name}
        counts = self._on("target", lambda it: it.execute(_ERRORS, query).fetchone())
        if counts is None:
            return None
        self._sync_errors = counts["sync_error_count"] - self._sync_errors_before
        errors, applied = counts["apply_error_count"], self._applied
        if self._failing_at is None or self._failing_at[1] != applied:
            self._failing_at = (errors, applied)
        repeated = errors - self._failing_at[0]
        if repeated < _FAILURES_IN_PLACE:
            return None
        return f"The change after {_text(applied)} failed {repeated} times; see the target server's log."

    def _slot_lost(self) -> str | None:
        """The sender is refused then, again and again, and no counter of the target's tells."""
        slot = self._slot or self._name
        try:
            found = self._on("source", lambda it: it.execute(_LOST, {"slot": slot}).fetchone())
        except ReplicationError:
            # Not known: the latency shows that the source does not answer.
            return None
        if found is None:
            return f'ERROR: replication slot "{slot}" does not exist'
        if found["lost"]:
            return f'ERROR: can no longer access replication slot "{slot}": it has been invalidated'
        return None

    def _version(self, side: Side) -> int:
        return self._on(side, lambda connection: connection.info.server_version)

    def _run(self, side: Side, statement: str) -> None:
        composed = sql.SQL(statement).format(
            name=sql.Identifier(self._name),
            dsn=sql.Literal(self._publisher_dsn),
            slot=sql.Literal(self._slot or self._name),
        )
        self._on(side, lambda connection: connection.execute(composed))

    def _on(self, side: Side, action: Callable[[_Connection], _Result]) -> _Result:
        """On the side's own connection, made anew where it was lost."""
        with _translated(side):
            connection = self._connections.get(side)
            if connection is None or not _alive(connection):
                connection = psycopg.connect(
                    self._dsn[side],
                    autocommit=True,
                    connect_timeout=3,
                    row_factory=dict_row,
                    application_name="dms-stand-in",
                )
                self._connections[side] = connection
            return action(connection)


def _fetched(
    statement: LiteralString, query: dict[str, str], connection: _Connection
) -> dict[str, Any] | None:
    return connection.execute(statement, query).fetchone()


def _alive(connection: _Connection) -> bool:
    """A session that was ended while it idled, as a switch ends sessions, shows it when asked only."""
    try:
        connection.execute("select 1")
    except psycopg.OperationalError:
        connection.close()
        return False
    return True


def _number(position: str) -> int:
    """Of an LSN as PostgreSQL writes it. Raises ReplicationError for anything else."""
    high, _, low = position.partition("/")
    try:
        return (int(high, 16) << 32) + int(low, 16)
    except ValueError as error:
        raise ReplicationError(
            f"the start position {position!r} is no LSN such as 0/16B3748"
        ) from error


def _text(position: int) -> str:
    return f"{position >> 32:X}/{position & 0xFFFFFFFF:X}"


@contextmanager
def _translated(side: Side) -> Iterator[None]:
    try:
        yield
    except psycopg.Error as error:
        text = str(error).strip()
        with suppress(IndexError):
            text = text.splitlines()[0]
        raise ReplicationError(f"the {side} database: {text}") from error
