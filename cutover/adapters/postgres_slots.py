"""The replication slot of a way back, made on a real server while that one takes no writes of applications."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any, Final, LiteralString, Self

import psycopg
from psycopg import errors as pg

from cutover.errors import DestinationNotReady, OriginBusy

Connection = psycopg.Connection[tuple[Any, ...]]

SLOT_APPLICATION_NAME: Final = "cutover slot"

LOCK: Final[LiteralString] = "select pg_try_advisory_lock(hashtext('cutover slot'), hashtext(%s))"

FOUND: Final[LiteralString] = """
select active_pid, database, plugin from pg_replication_slots where slot_name = %s
"""

FLUSH: Final[LiteralString] = """
set synchronous_commit = on;
select pg_logical_emit_message(true, 'cutover', 'the way back begins here');
"""
"""Streams apply without waiting for the disk, and a slot can't be moved beyond what is on it. A commit that waits
takes everything before it along; with a message in it there is something to wait for."""

ADVANCE: Final[LiteralString] = """
select end_lsn::text from pg_replication_slot_advance(%s, pg_current_wal_flush_lsn())
"""

STREAMING_SLOTS: Final[LiteralString] = """
select s.slot_name
from pg_replication_slots s join pg_stat_activity a on a.pid = s.active_pid
where s.slot_type = 'logical' and s.database = current_database() and a.usename = any (%s)
order by 1
"""

SLOT_HEALTH: Final[LiteralString] = """
select slot_name::text, active,
       greatest(coalesce(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn), 0), 0)::bigint,
       case when restart_lsn is null or to_jsonb(s) ->> 'invalidation_reason' is not null
                 or to_jsonb(s) ->> 'conflicting' = 'true' then 'lost' else coalesce(wal_status, '') end,
       safe_wal_size
from pg_replication_slots s
where slot_name = any (%s) and slot_type = 'logical' and database = current_database() order by 1
"""
"""`conflicting` came with PostgreSQL 16 and `invalidation_reason` with 17: a column that is not there is NULL this way.
A logical slot has a restart_lsn from its making to its loss."""

DROP_SLOTS: Final[LiteralString] = """
select slot_name, pg_drop_replication_slot(slot_name) from pg_replication_slots
where slot_name = any (%s) and database = current_database() and active_pid is null
"""

LEFT_SLOTS: Final[LiteralString] = """
select slot_name from pg_replication_slots
where slot_name = any (%s) and database = current_database() order by 1
"""

END_SLOT_MAKERS: Final[LiteralString] = f"""
select pg_terminate_backend(pid) from pg_stat_activity
where datname = current_database() and application_name = '{SLOT_APPLICATION_NAME}'
"""


class PostgresSlot:
    """cutover.ports.NewSlot over one session, whose advisory lock is the right to make it."""

    def __init__(self, *, connect: Callable[[str], Connection], name: str, plugin: str) -> None:
        self._connect = connect
        self._name = name
        self._plugin = plugin
        self._made = self._kept = False
        self._session: Connection | None = None

    def __enter__(self) -> Self:
        session = self._connect(SLOT_APPLICATION_NAME)
        row = session.execute(LOCK, (self._name,)).fetchone()
        if row is None or not row[0]:
            session.close()
            raise OriginBusy(
                f"another controller is making the slot {self._name}: nothing was touched; wait for it"
            )
        self._session = session
        return self

    def __exit__(self, *_: object) -> None:
        session, self._session = self._session, None
        if session is None:
            return
        # Before the line: what was raised inside matters more. resolve_switch drops the slot, or the next switch.
        with contextlib.suppress(psycopg.Error):
            if self._made and not self._kept:
                session.execute(DROP_SLOTS, ([self._name],))
        session.close()

    def make(self) -> None:
        session = self._open()
        try:
            found = session.execute(FOUND, (self._name,)).fetchone()
            if found is not None:
                if found[0] is not None:
                    raise DestinationNotReady(
                        f"the replication slot {self._name} is read by process {found[0]}: stop the task that "
                        "reads it, the way back needs the name"
                    )
                session.execute("select pg_drop_replication_slot(%s)", (self._name,))
            # Waits for every transaction that has written here and still runs; applications have none.
            session.execute(
                "select pg_create_logical_replication_slot(%s, %s)", (self._name, self._plugin)
            )
            self._made = True
            # Once now, where nobody waits: a session's first decoding loads what later ones need.
            self.advance()
        except psycopg.Error as error:
            raise self._not_ready(error) from error

    def advance(self) -> str:
        session = self._open()
        try:
            session.execute(FLUSH)
            row = session.execute(ADVANCE, (self._name,)).fetchone()
        except psycopg.Error as error:
            raise self._not_ready(error) from error
        assert row is not None
        return str(row[0])

    def keep(self) -> None:
        self._kept = True

    def _open(self) -> Connection:
        if self._session is None:
            raise DestinationNotReady(f"the right to make the slot {self._name} was given up")
        return self._session

    def _not_ready(self, error: psycopg.Error) -> DestinationNotReady:
        remedies: dict[type[psycopg.Error], str] = {
            pg.ConfigurationLimitExceeded: "; raise max_replication_slots",
            pg.ObjectNotInPrerequisiteState: "; set wal_level = logical (on Aurora rds.logical_replication = 1)",
            pg.InsufficientPrivilege: "; give the role REPLICATION (on Aurora rds_replication)",
            pg.QueryCanceled: "; a transaction that has written there does not end",
        }
        remedy = remedies.get(type(error), "")
        return DestinationNotReady(
            f"the replication slot {self._name} could not be made: {str(error).strip()}{remedy}"
        )
