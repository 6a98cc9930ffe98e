"""What a load needs of the target beside the copy itself: empty tables before it, statistics after it."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import Final, LiteralString

from psycopg import sql as compose

from cutover.adapters import postgres_sql as sql
from cutover.adapters.postgres_barrier import Connection
from cutover.errors import BadInput, PrivilegeMissing

TABLES_PER_QUERY: Final = 200
"""Each is opened and locked for the query: a query over 10,000 tables would run out of lock room."""

REFERRING: Final[LiteralString] = """
with recursive every(id) as (
    select c.oid from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname || '.' || c.relname = any(%(tables)s) and c.relkind in ('r', 'p')
    union
    select f.conrelid from pg_constraint f join every e on f.confrelid = e.id
    where f.contype = 'f'
)
select n.nspname, c.relname, c.relkind = 'p' as parent
from every e join pg_class c on c.oid = e.id join pg_namespace n on n.oid = c.relnamespace
order by 1, 2
"""
"""TRUNCATE refuses a table that a foreign key of another one points at, unless that one is emptied too."""

WITH_PARTITIONS: Final[LiteralString] = """
select distinct tn.nspname || '.' || t.relname, format('%%I.%%I', tn.nspname, t.relname)
from pg_class c join pg_namespace n on n.oid = c.relnamespace
cross join lateral (select c.oid as id union select p.relid from pg_partition_tree(c.oid) p) each
join pg_class t on t.oid = each.id join pg_namespace tn on tn.oid = t.relnamespace
where n.nspname || '.' || c.relname = any(%(tables)s) and c.relkind in ('r', 'p')
order by 1
"""

POST_DATA: Final[LiteralString] = f"""
with application as (select c.oid, format('%%I.%%I', n.nspname, c.relname) as name {sql.APPLICATION_TABLES})
select format('index %%s of %%s', i.indexrelid::regclass, a.name)
from application a join pg_index i on i.indrelid = a.oid
union all
select format('constraint %%I of %%s', o.conname, a.name)
from application a join pg_constraint o on o.conrelid = a.oid
where o.contype in ('c', 'f', 'p', 'u', 'x')
union all
select format('trigger %%I of %%s', t.tgname, a.name)
from application a join pg_trigger t on t.tgrelid = a.oid
where not t.tgisinternal and t.tgname <> '{sql.GATE_TRIGGER}'
order by 1
"""

STALE: Final[LiteralString] = f"""
select n.nspname, c.relname
from (select c.* {sql.APPLICATION_TABLES} and c.relkind in ('r', 'p')) c
join pg_namespace n on n.oid = c.relnamespace
left join pg_stat_all_tables s on s.relid = c.oid
where greatest(s.last_analyze, s.last_autoanalyze) is null
   or greatest(s.last_analyze, s.last_autoanalyze) < %s
order by 1, 2
"""
"""Parents too: autovacuum does not analyze them, and a query over all partitions is planned by them."""


def post_data(session: Connection) -> tuple[str, ...]:
    """In words that are the same on both sides."""
    session.execute("set search_path = ''")
    try:
        return tuple(
            name for (name,) in session.execute(POST_DATA.replace("%%", "%").encode()).fetchall()
        )
    finally:
        session.execute("reset search_path")


def filled(session: Connection) -> tuple[str, ...]:
    """The application's tables that have a row."""
    rows = session.execute(STORED).fetchall()
    found: list[str] = []
    for first in range(0, len(rows), TABLES_PER_QUERY):
        query = compose.SQL(" union all ").join(
            compose.SQL("select {} where exists (select from only {})").format(
                compose.Literal(f"{schema}.{name}"), compose.Identifier(schema, name)
            )
            for schema, name in rows[first : first + TABLES_PER_QUERY]
        )
        found += [name for (name,) in session.execute(query).fetchall()]
    return tuple(found)


STORED: Final[LiteralString] = f"""
select n.nspname, c.relname {sql.APPLICATION_TABLES} and c.relkind = 'r' and c.relpersistence = 'p'
order by 1, 2
"""


def empty(session: Connection, tables: tuple[str, ...]) -> tuple[str, ...]:
    """In one transaction, in which the gate's triggers are away: nobody sees a table without."""
    with session.transaction():
        if not tables:
            # The load brings their rows too, and would find those of the one before.
            session.execute("truncate cutover.heartbeat, cutover.token")
            tables = filled(session)
            if not tables:
                return ()
        rows = session.execute(REFERRING, {"tables": list(tables)}).fetchall()
        known = {f"{schema}.{name}" for schema, name, _ in rows}
        if strange := [name for name in tables if name not in known]:
            raise BadInput(f"no table {', '.join(strange)}: name it as `schema.table`")
        quoted = {
            _quoted(session, schema, name): "" if parent else "only "
            for schema, name, parent in rows
        }
        # Emptied with their parent, a foreign key's too; each has a trigger of its own.
        every = session.execute(WITH_PARTITIONS, {"tables": list(known)}).fetchall()
        closed = {name for name, gated in session.execute(sql.TABLES).fetchall() if gated}
        gate = [name for _, name in every if name in closed]
        for name in gate:
            session.execute(f"drop trigger {sql.GATE_TRIGGER} on {name}".encode())
        session.execute(
            f"truncate {', '.join(only + name for name, only in quoted.items())}".encode()
        )
        if gate:
            session.execute(sql.gate_statements(gate).encode())
    return tuple(name for name, _ in every)


def analyze(session: Connection, *, since: datetime, within: timedelta) -> int:
    """Table by table, each in a transaction of its own."""
    give_up = time.monotonic() + within.total_seconds()
    rows = session.execute(STALE, (since,)).fetchall()
    session.execute("set statement_timeout = 0")
    try:
        for number, (schema, name) in enumerate(rows):
            if time.monotonic() >= give_up:
                return len(rows) - number
            session.execute(compose.SQL("analyze {}").format(compose.Identifier(schema, name)))
    finally:
        session.execute("reset statement_timeout")
    left = session.execute(STALE, (since,)).fetchall()
    if left:
        # ANALYZE warns and passes over what it may not look at.
        names = ", ".join(f"{schema}.{name}" for schema, name in left[:5])
        raise PrivilegeMissing(
            f"{session.info.user} may not analyze {names}: it must own the tables"
        )
    return 0


def _quoted(session: Connection, schema: str, name: str) -> str:
    return compose.Identifier(schema, name).as_string(session)
