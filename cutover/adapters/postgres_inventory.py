"""Reads a database's inventory: a query a kind, in one read-only transaction, with no lock that a writer meets."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Final

import psycopg
from psycopg import errors as pg

from cutover.adapters import (
    postgres_inventory_relations,
    postgres_inventory_rights,
    postgres_inventory_server,
    postgres_inventory_types,
)
from cutover.adapters.postgres_inventory_query import Query
from cutover.adapters.postgres_sql import OWN_SESSION
from cutover.errors import DatabaseUnreachable, PrivilegeMissing
from cutover.schema.inventory import Inventory, Kind, SchemaObject, Unknown

QUERIES: Final[tuple[Query, ...]] = (
    *postgres_inventory_server.QUERIES,
    *postgres_inventory_types.QUERIES,
    *postgres_inventory_relations.QUERIES,
    *postgres_inventory_rights.QUERIES,
)
APPLICATION_NAME: Final = "cutover schema"
STATEMENT_TIMEOUT: Final = timedelta(seconds=60)
LOCK_TIMEOUT: Final = timedelta(seconds=2)
"""What a definition needs is ACCESS SHARE, which only waits for a change of that very relation; whoever comes after
that change waits behind it and not behind this."""
CONNECT_TIMEOUT_SECONDS: Final = 10
SETTINGS: Final = {
    # Empty: every name is then written with its schema, on every server the same way.
    "search_path": "",
    "DateStyle": "ISO",
    "IntervalStyle": "postgres",
    "extra_float_digits": "3",
    # While pg_dump reads, the transaction whose moment it shares has nothing to do.
    "idle_in_transaction_session_timeout": "0",
    OWN_SESSION: "on",
}
AVAILABLE: Final = "select name::text, default_version from pg_available_extensions"
SYSTEM_COLLATIONS: Final = """
select format('%I.%I', n.nspname, x.collname) from pg_collation x join pg_namespace n on n.oid = x.collnamespace
where n.nspname = 'pg_catalog'
  and x.collencoding in (-1, (select encoding from pg_database where datname = current_database()))
order by 1
"""

Connection = psycopg.Connection[Any]


def where(dsn: str) -> str:
    """The server and database of a connection string, without who asks and the password."""
    parts = psycopg.conninfo.conninfo_to_dict(dsn)
    host, port = parts.get("host", "localhost"), parts.get("port", 5432)
    return f"{host}:{port}/{parts.get('dbname', parts.get('user', ''))}"


@contextmanager
def session(
    dsn: str, *, statement_timeout: timedelta = STATEMENT_TIMEOUT, lock_timeout: timedelta
) -> Iterator[Connection]:
    """A connection of this tool's own, in autocommit. Raises DatabaseUnreachable."""
    try:
        connection = psycopg.connect(
            dsn,
            autocommit=True,
            application_name=APPLICATION_NAME,
            connect_timeout=CONNECT_TIMEOUT_SECONDS,
        )
    except psycopg.OperationalError as error:
        raise DatabaseUnreachable(f"{where(dsn)}: {str(error).strip()}") from error
    try:
        with connection:
            connection.execute(
                "select set_config(name, value, false) from unnest(%s::text[], %s::text[]) as u(name, value)",
                (
                    [*SETTINGS, "statement_timeout", "lock_timeout"],
                    [
                        *SETTINGS.values(),
                        _milliseconds(statement_timeout),
                        _milliseconds(lock_timeout),
                    ],
                ),
            )
            yield connection
    except pg.InsufficientPrivilege as error:
        raise PrivilegeMissing(f"{where(dsn)}: {error.diag.message_primary}") from error
    except psycopg.OperationalError as error:
        raise DatabaseUnreachable(f"{where(dsn)}: {str(error).strip()}") from error


def _milliseconds(span: timedelta) -> str:
    return str(int(span.total_seconds() * 1000))


def read_inventory(
    dsn: str,
    *,
    statement_timeout: timedelta = STATEMENT_TIMEOUT,
    lock_timeout: timedelta = LOCK_TIMEOUT,
) -> Inventory:
    """Everything the database tells this role. Raises DatabaseUnreachable where it tells nothing."""
    with session(dsn, statement_timeout=statement_timeout, lock_timeout=lock_timeout) as connection:
        return inventory_of(connection)


def inventory_of(connection: Connection) -> Inventory:
    """The same over a connection that is there already."""
    objects: list[SchemaObject] = []
    unknown: list[Unknown] = []
    version = connection.info.server_version
    with connection.transaction():
        connection.execute("set transaction isolation level repeatable read read only")
        for query in QUERIES:
            try:
                # A savepoint: one catalogue that can't be read ends one query, not the others' moment.
                with connection.transaction():
                    rows = connection.execute(query.sql(version).encode()).fetchall()
            except psycopg.Error as error:
                if error.sqlstate is None:
                    raise
                # Before the line: what was not read is not known, and is never taken for absent.
                unknown.append(
                    Unknown(kind=query.kind, reason=str(error.diag.message_primary or error))
                )
                continue
            found = [_object(query.kind, row) for row in rows]
            unknown += [
                Unknown(kind=query.kind, reason=each.text("hidden"))
                for each in found
                if "hidden" in each.facts
            ]
            objects += found
        available = connection.execute(AVAILABLE).fetchall()
        collations = connection.execute(SYSTEM_COLLATIONS).fetchall()
    return Inventory(
        version=version,
        objects=tuple(sorted(objects, key=lambda each: each.key)),
        unknown=tuple(unknown),
        available=dict(available),
        system_collations=tuple(name for (name,) in collations),
    )


def _object(kind: Kind, row: tuple[Any, ...]) -> SchemaObject:
    catalog, oid, name, of, told = row
    # Of a hundred thousand objects, each fact's word would otherwise be there a hundred thousand times.
    facts = {sys.intern(fact): value for fact, value in told.items()}
    return SchemaObject(
        kind=kind, name=name, facts=facts, of=sys.intern(of or ""), catalog=catalog, oid=oid
    )
