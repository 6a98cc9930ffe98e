"""A database with one object of every kind, and what is needed to copy it from one server to another."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import psycopg
from psycopg import sql

from cutover.adapters.postgres_copy import PostgresSource, PostgresTarget
from cutover.adapters.postgres_inventory import read_inventory
from cutover.schema.archive import Section
from cutover.schema.copy import Copied, Options, Planned, copied, planned
from cutover.schema.inventory import Inventory, Kind
from tests.postgres.versions import Place, Servers

HERE: Final = Path(__file__).parent
ROLES: Final = ("app_owner", "app_reader", 'Odd "Role"; drop')
NEWEST: Final = 18


def dsn(place: Place, *, user: str = "postgres") -> str:
    return place.server.dsn(user=user, dbname=place.name)


def inventory(place: Place) -> Inventory:
    return read_inventory(dsn(place))


def run(place: Place, statements: str, *, user: str = "postgres") -> None:
    with place.connect(user=user) as session:
        session.execute(statements.encode())


def make_roles(place: Place, *names: str) -> None:
    with place.connect(user="postgres") as session:
        for name in names:
            # Roles belong to the server, and another test may have made them.
            if not session.execute("select 1 from pg_roles where rolname = %s", (name,)).fetchone():
                session.execute(sql.SQL("create role {}").format(sql.Identifier(name)))


def fill(place: Place) -> None:
    """Everything of planted.sql, and of planted_later.sql what this server knows."""
    make_roles(place, *ROLES)
    run(place, (HERE / "planted.sql").read_text())
    since = 0
    for line in (HERE / "planted_later.sql").read_text().splitlines():
        if line.startswith("-- from "):
            since = int(line.split()[2])
        elif not line.startswith("--") and place.major >= since:
            run(place, line)


@contextmanager
def empty(servers: Servers, *, major: int = NEWEST, roles: bool = True) -> Iterator[Place]:
    """A database without anything, on a server that has the roles."""
    with servers.place(major, "empty", lambda _place: None) as place:
        if roles:
            make_roles(place, *ROLES)
        yield place


def copy(
    section: Section,
    source: Place,
    target: Place,
    *,
    options: Options | None = None,
    user: str = "postgres",
    jobs: int = 1,
) -> Copied:
    return copied(
        section,
        PostgresSource(dsn(source), target=dsn(target, user=user)),
        PostgresTarget(dsn(target, user=user), jobs=jobs),
        options or Options(roles={}),
    )


def plan(
    section: Section, source: Place, target: Place, *, options: Options | None = None
) -> Planned:
    return planned(
        section,
        PostgresSource(dsn(source), target=dsn(target)),
        PostgresTarget(dsn(target)),
        options or Options(roles={}),
    )


def load(source: Place, target: Place) -> None:
    """All rows as DMS loads them: table by table in any order, without what the target computes itself."""
    found = inventory(source)
    with source.connect(user="postgres") as reader, target.connect(user="postgres") as writer:
        # As DMS's session does, which passes the gate of a closed target.
        writer.execute("set session_replication_role = replica")
        for table in found.of_kind(Kind.TABLE):
            if "partitioned" in table.facts:
                continue
            columns = ", ".join(
                each.name.removeprefix(f"{table.name}.")
                for each in found.of_kind(Kind.COLUMN)
                if each.of == table.name and "generated" not in each.facts
            )
            read = f"copy (select {columns} from only {table.name}) to stdout"
            write = f"copy {table.name} ({columns}) from stdin"
            with (
                reader.cursor().copy(read.encode()) as rows,
                writer.cursor().copy(write.encode()) as into,
            ):
                for row in rows:
                    into.write(row)


def connection(place: Place) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(dsn(place), autocommit=True)
