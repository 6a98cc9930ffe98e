"""What vacuums, analyzes or indexes a table while a barrier is to be had, and whether it makes way.

VACUUM, ANALYZE, CREATE INDEX CONCURRENTLY and their like hold SHARE UPDATE EXCLUSIVE, which no writer notices and every
barrier waits for. An autovacuum worker cancels itself for whoever has waited for deadlock_timeout, a second by default;
the barrier never waits that long, because clients would wait behind it. A lock of the same mode may: it conflicts with
the worker's and with no writer's, and is given back at once. It needs no right that the barrier does not need itself.

A worker is not cancelled by a signal: pg_signal_backend reaches none, and pg_signal_autovacuum_worker came with
PostgreSQL 18.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, LiteralString

import psycopg
from psycopg import errors as pg

from cutover.errors import PrivilegeMissing

Connection = psycopg.Connection[tuple[Any, ...]]

WORKER: Final = "autovacuum worker"
AGAINST_WRAPAROUND: Final = "(to prevent wraparound)"
"""How a worker's query ends that cancels itself for nobody (PostgreSQL: autovacuum.c, autovac_report_activity)."""

TO_CANCEL_ITSELF: Final = timedelta(seconds=1)
"""Beyond deadlock_timeout: a worker heeds its cancelling between two pages, or after the rest that it takes there."""

MAINTENANCE: Final[LiteralString] = f"""
select format('%I.%I', n.nspname, c.relname), a.pid, a.backend_type = '{WORKER}',
       case when a.backend_type = '{WORKER}' then a.query else substring(a.query from '^\\s*([[:alpha:]_ ]*)') end,
       (select setting::int from pg_settings where name = 'deadlock_timeout')
from pg_locks l
join pg_class c on c.oid = l.relation
join pg_namespace n on n.oid = c.relnamespace
join pg_stat_activity a on a.pid = l.pid
where l.locktype = 'relation' and l.granted and l.mode = 'ShareUpdateExclusiveLock' and l.pid <> pg_backend_pid()
  and l.database = (select oid from pg_database where datname = current_database())
  and coalesce(a.leader_pid, a.pid) = a.pid
order by 1, 2
"""
"""Of a client's query only its first words: what follows may hold the application's data. A parallel worker has the
locks of its leader. The setting is in milliseconds (pg_settings.unit)."""


@dataclass(frozen=True, kw_only=True)
class Maintenance:
    """One session that holds a table's SHARE UPDATE EXCLUSIVE."""

    table: str
    """Qualified and quoted as SQL needs it."""
    pid: int
    autovacuum: bool
    query: str
    makes_way_after: timedelta
    """How long one has to wait for its lock until an autovacuum worker has cancelled itself."""

    @property
    def never_makes_way(self) -> bool:
        return self.autovacuum and self.query.endswith(AGAINST_WRAPAROUND)

    def __str__(self) -> str:
        who = WORKER if self.autovacuum else "session"
        return f"{self.table} is held by {who} {self.pid} ({self.query or 'it does not say with what'})"


def remedy(work: Maintenance) -> str:
    """What there is to do about what did not make way."""
    if work.never_makes_way:
        return (
            "a vacuum against wraparound never gives way, and comes again if it is ended: let it finish, and VACUUM "
            "(FREEZE) such tables well before a switch"
        )
    if work.autovacuum:
        waited = work.makes_way_after.total_seconds()
        return f"it did not cancel itself within {waited:.1f} s: look at deadlock_timeout, and try again"
    return "let it finish, or end it, and keep maintenance away from the origin until the switch is over"


def maintenance(session: Connection, tables: frozenset[str]) -> tuple[Maintenance, ...]:
    """Who holds one of these tables."""
    return tuple(
        Maintenance(
            table=table,
            pid=pid,
            autovacuum=bool(autovacuum),
            query=(query or "").strip(),
            makes_way_after=timedelta(milliseconds=deadlock_timeout) + TO_CANCEL_ITSELF,
        )
        for table, pid, autovacuum, query, deadlock_timeout in session.execute(
            MAINTENANCE
        ).fetchall()
        if table in tables
    )


def made_way(session: Connection, work: Maintenance, *, within: timedelta) -> bool:
    """Waits for the table as no writer notices, and gives it back at once. Raises PrivilegeMissing.

    Before the line in every case: what is locked here is given back, and nothing else was done.
    """
    limit = max(1, round(within.total_seconds() * 1000))
    try:
        with session.transaction():
            session.execute(f"set local lock_timeout = {limit}".encode())
            # The session's own may be shorter; and a holder that stalls is not to keep maintenance away for ever.
            session.execute(f"set local statement_timeout = {limit + 1000}".encode())
            session.execute(
                f"set local idle_in_transaction_session_timeout = {limit + 1000}".encode()
            )
            # ONLY: of a partitioned table, what holds its partitions is told by itself.
            session.execute(f"lock table only {work.table} in share update exclusive mode".encode())
    except (pg.LockNotAvailable, pg.QueryCanceled):
        return False
    except pg.UndefinedTable:
        return True
    except pg.InsufficientPrivilege as error:
        raise PrivilegeMissing(
            f"{session.info.user} may not lock {work.table}, which {WORKER if work.autovacuum else 'session'} "
            f"{work.pid} holds: {error.diag.message_primary}; make it a member of the table's owner (`cutover roles`)"
        ) from error
    return True
