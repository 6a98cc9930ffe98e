"""What a server says of that which keeps its log on the disk: slots, open transactions, prepared ones."""

from __future__ import annotations

from typing import Any, Final, LiteralString

import psycopg

from cutover.source_watch import Oldest, SlotWal, SourcePressure

Connection = psycopg.Connection[tuple[Any, ...]]

NOW: Final[LiteralString] = """
select clock_timestamp(), pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint,
       (select nullif(setting::bigint, -1) * 1048576 from pg_settings where name = 'max_slot_wal_keep_size')
"""
"""The setting is in megabytes (pg_settings.unit), and -1 is no limit (PostgreSQL documentation, 19.6.1)."""

SLOTS: Final[LiteralString] = """
select slot_name::text, slot_type, coalesce(database::text, ''), active,
       greatest(coalesce(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn), 0), 0)::bigint,
       case when to_jsonb(s) ->> 'invalidation_reason' is not null or to_jsonb(s) ->> 'conflicting' = 'true'
            then 'lost' else coalesce(wal_status, '') end,
       safe_wal_size
from pg_replication_slots s order by 1
"""
"""Of every database and kind. A physical one that was never read has no restart_lsn and keeps nothing. `conflicting`
came with PostgreSQL 16 and `invalidation_reason` with 17: a column that is not there is NULL this way."""

TRANSACTION: Final[LiteralString] = """
select extract(epoch from clock_timestamp() - a.xact_start)::float8,
       concat('process ', a.pid, ', ', a.usename, ' in ', a.datname, ', ', a.state)
from pg_stat_activity a
where a.backend_type = 'client backend' and a.application_name not like 'cutover%' and a.xact_start is not null
  and (a.backend_xid is not null
       or exists (select from pg_locks l where l.pid = a.pid and l.locktype = 'relation' and l.granted
                  and l.relation >= 16384
                  and l.mode in ('RowExclusiveLock', 'ShareUpdateExclusiveLock', 'ShareLock',
                                 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')))
order by a.xact_start limit 1
"""
"""Of every database: the log is decoded from where the oldest transaction of the whole server began."""

PREPARED: Final[LiteralString] = """
select extract(epoch from clock_timestamp() - prepared)::float8, concat(gid, ', ', owner, ' in ', database)
from pg_prepared_xacts order by prepared limit 1
"""

LONGEST_NAME: Final = 100
"""Of what a transaction is called by: a prepared one's name may have 200 bytes."""


def read_pressure(session: Connection) -> SourcePressure:
    """As one session sees it, which must be allowed to see the others'."""
    row = session.execute(NOW).fetchone()
    assert row is not None
    at, position, limit = row
    return SourcePressure(
        at=at,
        wal_position=position,
        wal_limit=limit,
        slots=tuple(
            SlotWal(
                name=name,
                kind=kind,
                database=database,
                active=active,
                wal_bytes=kept,
                wal_status=status,
                safe_bytes=safe,
            )
            for name, kind, database, active, kept, status, safe in session.execute(
                SLOTS
            ).fetchall()
        ),
        transaction=_oldest(session, TRANSACTION),
        prepared=_oldest(session, PREPARED),
    )


def _oldest(session: Connection, query: LiteralString) -> Oldest | None:
    row = session.execute(query).fetchone()
    return None if row is None else Oldest(seconds=max(0.0, row[0]), who=row[1][:LONGEST_NAME])
