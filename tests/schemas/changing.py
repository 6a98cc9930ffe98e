"""Changes to the rows of a schema, as an application makes them: constraints and triggers stay in force.

What a table refuses is left; what it took is told, so that a test sees that there was something to carry.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

import psycopg
from psycopg import sql

from rehearsal.workload.contents import SAME_TEXT
from tests.schemas.filling import TABLES

WITHOUT_IDENTITY: Final = """
select c.oid, n.nspname, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind = 'r' and c.relreplident in ('d', 'n')
  and n.nspname not like 'pg\\_%' and n.nspname <> 'information_schema'
  and not (c.relreplident = 'd' and exists (select from pg_index i where i.indrelid = c.oid and i.indisprimary))
order by c.oid
"""

FREE_COLUMNS: Final = """
select a.attname from pg_attribute a
where a.attrelid = %s and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' and a.attidentity = ''
  and a.atttypid = any('{text,varchar,bpchar,int2,int4,int8,numeric,float8,timestamptz,timestamp,date}'::regtype[])
  and not exists (select from pg_constraint k where k.conrelid = a.attrelid and k.contype <> 'n'
                    and a.attnum = any(k.conkey))
  and not exists (select from pg_index i where i.indrelid = a.attrelid and a.attnum = any(i.indkey))
order by a.attnum
"""
"""Those that no constraint and no index is about; NOT NULL is a constraint from version 18 on."""

_UNLOGGED: Final = """
select n.nspname, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind = 'r' and c.relpersistence = 'u' order by c.oid
"""

Session = psycopg.Connection[Any]


def follow_the_remedies(session: Session) -> set[str]:
    """What preflight fails on would not be carried: unlogged tables are logged, and every row can be named.

    Returns the unlogged ones that refer to each other, which stay so: no order helps, a foreign key would have to go.
    A table without a key gets REPLICA IDENTITY FULL; one with a column that knows no equality, a key.
    """
    unlogged = session.execute(_UNLOGGED).fetchall()
    while unlogged:
        # One that refers to another unlogged one waits for that.
        left = [
            table
            for table in unlogged
            if _tried(session, "alter table {} set logged", table) is None
        ]
        if left == unlogged:
            break
        unlogged = left
    for _, *table in session.execute(WITHOUT_IDENTITY).fetchall():
        if _tried(session, "select distinct * from only {} limit 0", table) is not None:
            _run(session, "alter table {} replica identity full", table)
        else:
            # Not an identity column: the tables that inherit from this one would have no default.
            _run(session, "alter table {} add column if not exists row_key bigserial", table)
            _run(session, "alter table {} add primary key (row_key)", table)
    return {".".join(table) for table in unlogged}


def update(session: Session) -> set[str]:
    """Every row of every table: free columns get another value, or, where a trigger refuses that, the same."""
    updated = set()
    for oid, *table in session.execute(TABLES).fetchall():
        columns = [name for (name,) in session.execute(FREE_COLUMNS, [oid]).fetchall()]
        highest = sql.SQL(", ").join(
            sql.SQL("{0} = (select max({0}) from only {1})").format(
                sql.Identifier(column), sql.Identifier(*table)
            )
            for column in columns
        )
        same = sql.SQL(", ").join(sql.SQL("{0} = {0}").format(sql.Identifier(c)) for c in columns)
        if any(
            _tried(session, "update only {} set {}", table, values)
            for values in (highest, same)
            if columns
        ):
            updated.add(".".join(table))
    return updated


def delete(session: Session) -> set[str]:
    """A row of every table that lets one go."""
    statement = "delete from only {0} where ctid = (select max(ctid) from only {0})"
    return {
        ".".join(table)
        for _, *table in session.execute(TABLES).fetchall()
        if _tried(session, statement, table)
    }


def rows(session: Session) -> Mapping[str, Counter[str]]:
    """Of every table the rows as text, each as often as it is there."""
    for setting in SAME_TEXT:
        session.execute(setting)
    found = {}
    for _, *table in session.execute(TABLES).fetchall():
        query = sql.SQL("select t::text from only {} t").format(sql.Identifier(*table))
        found[".".join(table)] = Counter(row for (row,) in session.execute(query))
    return found


def _tried(session: Session, statement: str, table: list[str], *more: sql.Composable) -> int | None:
    """How many rows it was about; None where it was refused, which leaves no trace."""
    try:
        with session.transaction():
            return _run(session, statement, table, *more)
    except psycopg.Error:
        # On a database of a test, where nothing else happens: a constraint or a trigger says no.
        return None


def _run(session: Session, statement: str, table: list[str], *more: sql.Composable) -> int:
    composed = sql.SQL(statement).format(sql.Identifier(*table), *more)
    return session.execute(composed).rowcount
