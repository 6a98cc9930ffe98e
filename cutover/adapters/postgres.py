"""A PostgreSQL server, source or target, through psycopg."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, LiteralString

import psycopg
from psycopg import errors as pg

from cutover.adapters import postgres_load as load
from cutover.adapters import postgres_slots as slots
from cutover.adapters import postgres_sql as sql
from cutover.adapters.postgres_barrier import Connection, PostgresBarrier
from cutover.adapters.postgres_pressure import read_pressure
from cutover.adapters.postgres_silence import cut_off_after
from cutover.adapters.postgres_slots import PostgresSlot
from cutover.errors import (
    DatabaseUnreachable,
    DestinationNotReady,
    NotInstalled,
    PrivilegeMissing,
    SwitchAborted,
    SwitchOutcomeUnknown,
)
from cutover.observations import (
    Applier,
    DatabaseFacts,
    Fence,
    Gate,
    GateState,
    Heartbeat,
    SequenceState,
    SlotHealth,
    TableWrites,
    WriteCounters,
)
from cutover.ports import Barrier, nothing
from cutover.source_watch import SourcePressure

CONNECT_TIMEOUT_SECONDS: Final = 5
STATEMENT_TIMEOUT: Final = "15s"
PATIENCE_FOR_A_DROP: Final = "50ms"
"""Dropping a trigger queues every reader of the table behind it for as long as it waits."""
TRUSTED_SECONDS: Final = 5
"""A connection that was used this recently is used again without asking first."""
END_OF_SESSION_PATIENCE: Final = timedelta(seconds=10)
LAST_WORD_PATIENCE: Final = timedelta(seconds=5)
"""For a server that is needed for nothing any more."""


@dataclass(frozen=True, kw_only=True)
class Address:
    """Where a server is and who asks; the password is never shown."""

    host: str
    port: int
    dbname: str
    username: str
    password: str = field(default="", repr=False)
    sslmode: str = "require"

    @classmethod
    def from_dsn(cls, dsn: str) -> Address:
        """From a libpq connection string or URI."""
        parts = psycopg.conninfo.conninfo_to_dict(dsn)
        return cls(
            host=str(parts.get("host", "")),
            port=int(str(parts.get("port", 5432))),
            dbname=str(parts.get("dbname", "postgres")),
            username=str(parts.get("user", "postgres")),
            password=str(parts.get("password", "")),
            sslmode=str(parts.get("sslmode", "prefer")),
        )

    def dsn(self) -> str:
        """As a libpq connection string. It holds the password: not for messages."""
        return psycopg.conninfo.make_conninfo(
            host=self.host,
            port=self.port,
            dbname=self.dbname,
            user=self.username,
            password=self.password,
            sslmode=self.sslmode,
        )

    def __str__(self) -> str:
        return f"{self.host}:{self.port}/{self.dbname}"


class PostgresDatabase:
    """cutover.ports.Database on a real server. One connection, made at the first use and after it was lost."""

    def __init__(self, address: Address, *, replication_roles: tuple[str, ...] = ()) -> None:
        """replication_roles: as whom streams read from this server; whose slots a hand-over may drop."""
        self.address = address
        self._replication_roles = replication_roles
        self._connection: Connection | None = None
        self._used_at = 0.0

    def __repr__(self) -> str:
        return f"PostgresDatabase({self.address})"

    def close(self) -> None:
        """Ends the connection, if there is one."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def inspect(self) -> DatabaseFacts:
        with self._session() as session:
            self._sees_others(session)
            installed = self._installed(session)
            tables = session.execute(sql.TABLES).fetchall()
            return DatabaseFacts(
                version=session.info.server_version,
                tables=tuple(name for name, _ in tables),
                sequences=len(session.execute(sql.SEQUENCES).fetchall()),
                gate=self._gate(session),
                installed=installed,
                prepared_transactions=_one(session, sql.PREPARED_TRANSACTIONS),
                longest_transaction_seconds=_one(session, sql.LONGEST_TRANSACTION),
                lock_room=_one(session, sql.LOCK_ROOM),
                stored=tuple(
                    tuple(name for name in names if name)
                    for names in session.execute(sql.STORED_TABLES).fetchall()
                ),
                large_objects=_one(session, sql.LARGE_OBJECTS),
                foreign_tables=_names(session, sql.FOREIGN_TABLES),
                disabled_triggers=_names(session, sql.DISABLED_TRIGGERS),
                replica_defaults=_names(session, sql.REPLICA_DEFAULTS),
                superuser_sessions=_names(session, sql.SUPERUSER_SESSIONS),
                may_freeze=_one(session, sql.MAY_FREEZE),
                fence=Fence.TRIGGER,
            )

    def pressure(self) -> SourcePressure:
        with self._session() as session:
            self._sees_others(session)
            return read_pressure(session)

    def _sees_others(self, session: Connection) -> None:
        if missing := _one(session, sql.MISSING_ROLES):
            # Sessions of others would read as idle, and could not be ended when they stand in the way.
            roles = ", ".join(missing)
            raise PrivilegeMissing(
                f"{self.address.username} on {self.address} is no member of {roles}: "
                f"grant {roles} to {self.address.username}"
            )

    def write_counters(self) -> WriteCounters:
        sequences = self.sequences()
        with self._session() as session:
            row = session.execute(sql.SERVER_COUNTERS).fetchone()
            assert row is not None
            read_at, started_at, reset_at, next_transaction, lsn, large_objects, of_objects = row
            return WriteCounters(
                read_at=read_at,
                started_at=started_at,
                reset_at=reset_at,
                next_transaction=next_transaction,
                lsn=lsn,
                tables=tuple(
                    TableWrites(name=name, rows=rows, file=file)
                    for name, rows, file in session.execute(sql.TABLE_WRITES).fetchall()
                ),
                sequences=sequences,
                large_objects=large_objects,
                large_object_rows=of_objects,
                appliers=tuple(
                    Applier(name=name, tables=tables if tables is None else tuple(tables))
                    for name, tables in session.execute(sql.APPLIERS).fetchall()
                ),
            )

    def install(self, *, hold: timedelta) -> None:
        body = sql.REFUSE_WRITE.replace("{hold}", f"{hold.total_seconds():.3f}")
        with self._session() as session, session.transaction():
            session.execute(sql.INSTALL)
            session.execute(body)
            session.execute(sql.REFUSE_DDL)

    def gate(self) -> Gate:
        with self._session() as session:
            return self._gate(session)

    def close_gate(self) -> None:
        with self._session() as session, session.transaction():
            tables = [name for name, gated in session.execute(sql.TABLES).fetchall() if not gated]
            session.execute("select setval('cutover.gate_state', %s)", (sql.CLOSED,))
            if tables:
                session.execute(sql.gate_statements(tables))

    def open_gate(self) -> None:
        with self._session() as session:
            session.execute(sql.REOPEN)

    def remove_gate(self) -> tuple[str, ...]:
        with self._session() as session:
            gated = _gated(session)
            session.execute(f"set lock_timeout = '{PATIENCE_FOR_A_DROP}'")
            try:
                for first in range(0, len(gated), sql.TABLES_AT_ONCE):
                    names = gated[first : first + sql.TABLES_AT_ONCE]
                    session.execute(sql.TABLES_TO_GATE, (json.dumps(names),))
                    session.execute(sql.REMOVE_GATE)
            finally:
                session.execute("reset lock_timeout")
            self._drop_open_freeze(session)
            # After the line, and harmless: the trigger of an open gate lets every write pass.
            return _gated(session) if gated else ()

    def _drop_open_freeze(self, session: Connection) -> None:
        """A superuser's own are left: those of an open gate let every change pass."""
        names = session.execute(sql.OWN_FREEZE_TRIGGERS, (list(sql.FREEZE_TRIGGERS),)).fetchall()
        for (name,) in names:
            self._drop_open(session, f"drop event trigger if exists {name}")

    def _drop_open(self, session: Connection, statement: str) -> None:
        """Drops one, unless the gate turns out to be closed; as sql.REMOVE_GATE does it for many."""
        with session.transaction() as transaction:
            session.execute(f"set local lock_timeout = '{PATIENCE_FOR_A_DROP}'")
            session.execute(statement.encode())
            if not _one(session, sql.IS_OPEN):
                raise psycopg.Rollback(transaction)

    def barrier(
        self,
        *,
        tables: tuple[str, ...],
        patience: timedelta,
        deadline: timedelta,
        begin: Callable[[], None] = nothing,
    ) -> AbstractContextManager[Barrier]:
        if self.gate().state is not GateState.OPEN:
            raise SwitchAborted(
                f"{self.address} is closed already: there is no writer to switch from"
            )
        return PostgresBarrier(
            connect=self._connect,
            tables=tables,
            patience=patience,
            deadline=deadline,
            begin=begin,
            clear_away=self.remove_gate,
        )

    def closing_proof(self, token: str) -> dict[str, Any] | None:
        with self._session() as session:
            row = session.execute(sql.CLOSING_PROOF).fetchone()
        kept: dict[str, Any] = json.loads(row[0]) if row and row[0] else {}
        return kept if kept.get("token") == token else None

    def end_barrier_sessions(self) -> int:
        return self._end_until_gone(sql.END_BARRIER_SESSIONS, what="barrier sessions")

    def end_slot_makers(self) -> int:
        return self._end_until_gone(slots.END_SLOT_MAKERS, what="sessions that make a slot")

    def _end_until_gone(self, statement: LiteralString, *, what: str) -> int:
        give_up = time.monotonic() + END_OF_SESSION_PATIENCE.total_seconds()
        ended = 0
        with self._session() as session:
            while found := len(session.execute(statement).fetchall()):
                ended = max(ended, found)
                if time.monotonic() >= give_up:
                    raise SwitchOutcomeUnknown(
                        f"{found} {what} on {self.address} do not end: what is seen there is not final; end "
                        "them and look again"
                    )
                time.sleep(0.02)
        return ended

    def end_client_sessions(self) -> int:
        # Of the closed side, which may be what broke: the names wait for this where they move after the switch.
        with self._session() as session, cut_off_after(LAST_WORD_PATIENCE, session):
            return len(session.execute(sql.END_CLIENT_SESSIONS).fetchall())

    def write_heartbeat(self) -> Heartbeat:
        with self._session() as session:
            row = session.execute(sql.WRITE_HEARTBEAT).fetchone()
        assert row is not None
        return Heartbeat(beat=row[0], written_at=row[1])

    def newest_heartbeat(self) -> Heartbeat | None:
        with self._session() as session:
            query = "select beat, written_at from cutover.heartbeat where id = 1"
            row = session.execute(query).fetchone()
        return Heartbeat(beat=row[0], written_at=row[1]) if row else None

    def now(self) -> datetime:
        with self._session() as session:
            moment: datetime = _one(session, "select clock_timestamp()")
        return moment

    def write_token(self, token: str) -> str:
        with self._session() as session:
            session.execute("insert into cutover.token (token) values (%s)", (token,))
            return str(_one(session, "select pg_current_wal_lsn()::text"))

    def has_token(self, token: str) -> bool:
        with self._session() as session:
            query = "select 1 from cutover.token where token = %s"
            return session.execute(query, (token,)).fetchone() is not None

    def sequences(self) -> tuple[SequenceState, ...]:
        with self._session() as session:
            rows = session.execute(sql.SEQUENCES).fetchall()
            hidden = [row[0] for row in rows if not row[5]]
            if hidden:
                # pg_sequences shows NULL for these, which would read as "never drawn from".
                raise PrivilegeMissing(
                    f"{self.address.username} may not read {', '.join(hidden[:5])} on {self.address}: "
                    "grant select on them"
                )
            set_to = self._next_values(session, [row[0] for row in rows if row[1] is None])
        return tuple(
            SequenceState(
                name=name,
                # Set, and not drawn from since: as if the number before had been drawn.
                last_value=set_to[name] - increment
                if last is None and set_to[name] != start
                else last,
                increment=increment,
                minimum=minimum,
                maximum=maximum,
                cycles=cycles,
            )
            for name, last, increment, minimum, maximum, _, start, cycles in rows
        )

    def _next_values(self, session: Connection, names: list[str]) -> dict[str, int]:
        """The numbers that sequences without a last value would give; pg_sequences does not tell them."""
        query = " union all ".join(
            f"select {number}, last_value from {name}" for number, name in enumerate(names)
        )
        rows = session.execute(query.encode()).fetchall() if names else []
        return {names[number]: value for number, value in rows}

    def set_sequences(self, values: dict[str, int]) -> None:
        if values:
            with self._session() as session:
                session.execute(sql.SET_SEQUENCES, (list(values), list(values.values())))

    def slot_wal(self) -> int:
        with self._session() as session:
            return int(_one(session, sql.SLOT_WAL))

    def slot_health(self, names: tuple[str, ...]) -> tuple[SlotHealth, ...]:
        with self._session() as session:
            rows = session.execute(slots.SLOT_HEALTH, (list(names),)).fetchall()
        return tuple(
            SlotHealth(name=name, active=active, wal_bytes=kept, wal_status=status, safe_bytes=safe)
            for name, active, kept, status, safe in rows
        )

    def new_slot(self, name: str, *, plugin: str) -> AbstractContextManager[PostgresSlot]:
        return PostgresSlot(connect=self._connect, name=name, plugin=plugin)

    def streaming_slots(self) -> tuple[str, ...]:
        with self._session() as session:
            rows = session.execute(slots.STREAMING_SLOTS, (list(self._replication_roles),))
            return tuple(name for (name,) in rows.fetchall())

    def drop_slots(self, names: tuple[str, ...]) -> tuple[str, ...]:
        with self._session() as session:
            # Somebody began to read it in this moment: on either side of the line it is left, and named.
            with contextlib.suppress(pg.ObjectInUse):
                session.execute(slots.DROP_SLOTS, (list(names),))
            rows = session.execute(slots.LEFT_SLOTS, (list(names),)).fetchall()
            return tuple(name for (name,) in rows)

    def post_data(self) -> tuple[str, ...]:
        with self._session() as session:
            return load.post_data(session)

    def filled(self) -> tuple[str, ...]:
        with self._session() as session:
            return load.filled(session)

    def empty(self, tables: tuple[str, ...]) -> tuple[str, ...]:
        with self._session() as session:
            gate = self._gate(session)
            if gate.state is not GateState.CLOSED:
                raise SwitchAborted(
                    f"{self.address} is {gate.state.value}, not closed: nothing is emptied where somebody may write"
                )
            return load.empty(session, tables)

    def analyze(self, *, since: datetime, within: timedelta) -> int:
        with self._session() as session:
            return load.analyze(session, since=since, within=within)

    def _installed(self, session: Connection) -> bool:
        return bool(_one(session, sql.INSTALLED))

    def _gate(self, session: Connection) -> Gate:
        rows = session.execute(sql.TABLES).fetchall()
        ungated = tuple(name for name, gated in rows if not gated)
        if len(ungated) == len(rows) or not self._installed(session):
            return Gate(state=GateState.OPEN)
        if _one(session, sql.IS_OPEN):
            return Gate(state=GateState.OPEN)
        if ungated:
            return Gate(state=GateState.PARTIAL, ungated_tables=ungated)
        return Gate(state=GateState.CLOSED)

    @contextmanager
    def _session(self) -> Iterator[Connection]:
        """The connection, with the driver's errors translated; a lost one is not used again."""
        try:
            if self._connection is not None and time.monotonic() - self._used_at > TRUSTED_SECONDS:
                self._close_if_dead(self._connection)
            if self._connection is None or self._connection.closed:
                self._connection = self._connect(sql.APPLICATION_NAME)
            self._used_at = time.monotonic()
            yield self._connection
        except pg.InsufficientPrivilege as error:
            raise PrivilegeMissing(
                f"{self.address.username} on {self.address}: {error.diag.message_primary}"
            ) from error
        except pg.UndefinedTable as error:
            what = str(error.diag.message_primary)
            if "cutover." in what:
                raise NotInstalled(f"{self.address}: {what}: run `cutover install`") from error
            raise DestinationNotReady(
                f"{self.address}: {what}: create it and start again"
            ) from error
        except psycopg.OperationalError as error:
            self.close()
            raise DatabaseUnreachable(f"{self.address}: {str(error).strip()}") from error

    def _close_if_dead(self, connection: Connection) -> None:
        """A function's container sleeps between calls: a connection lost meanwhile is no failure of this call."""
        try:
            connection.execute("select 1")
        except psycopg.OperationalError:  # before or after the line: nothing was asked of it yet
            self.close()

    def _connect(self, application_name: str) -> Connection:
        try:
            return psycopg.connect(
                host=self.address.host,
                port=self.address.port,
                dbname=self.address.dbname,
                user=self.address.username,
                password=self.address.password or None,
                sslmode=self.address.sslmode,
                application_name=application_name,
                connect_timeout=CONNECT_TIMEOUT_SECONDS,
                # Seconds, not hours, until a server that vanished is noticed.
                keepalives_idle=5,
                keepalives_interval=2,
                keepalives_count=3,
                tcp_user_timeout=15_000,
                options=f"-c statement_timeout={STATEMENT_TIMEOUT} -c {sql.OWN_SESSION}=on",
                autocommit=True,
            )
        except psycopg.OperationalError as error:
            raise DatabaseUnreachable(f"{self.address}: {str(error).strip()}") from error


def _gated(session: Connection) -> tuple[str, ...]:
    return tuple(name for name, gated in session.execute(sql.TABLES).fetchall() if gated)


def _names(session: Connection, query: str) -> tuple[str, ...]:
    return tuple(name for (name,) in session.execute(query.encode()).fetchall())


def _one(session: Connection, query: str) -> Any:
    row = session.execute(query).fetchone()
    assert row is not None
    return row[0]
