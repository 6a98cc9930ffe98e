"""The application's database, installed: with its data on the source, empty on the target."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Final

import psycopg
from psycopg import sql

from cutover.adapters.postgres import Address
from cutover.adapters.postgres_rights import rights_on_source, script
from cutover.adapters.postgres_roles import PostgresRoleServer
from cutover.roles import TargetRoleNames, TargetRoles
from cutover.steps.roles import make_roles

if TYPE_CHECKING:
    from rehearsal.servers.postgres import PostgresServer

DATABASE: Final = "app"
OWNER: Final = "app"
"""The role the clients use: it owns every table and is no superuser, as in production."""
SCHEMA: Final = "public"
REPLICATION: Final = "migration_replication"
CUTOVER: Final = "migration_cutover"
"""As docs/source-roles.sql has them."""


def install_source(server: PostgresServer) -> None:
    """Create role, database, schema and data on a started server."""
    create_database(server)
    _run_script(server, "schema.sql")
    _run_script(server, "seed.sql")


def install_target(server: PostgresServer) -> None:
    """Create role, database and schema on a started server; replication brings the data."""
    create_database(server)
    _run_script(server, "schema.sql")


def create_database(server: PostgresServer) -> None:
    """The role of the clients and its database without any table, on a started server."""
    role, database = sql.Identifier(OWNER), sql.Identifier(DATABASE)
    with psycopg.connect(server.dsn(), autocommit=True) as connection:
        connection.execute(
            sql.SQL("create role {} login password {}").format(role, sql.Literal(server.password))
        )
        connection.execute(sql.SQL("create database {} owner {}").format(database, role))


def make_roles_of_the_migration(source: PostgresServer, target: PostgresServer) -> None:
    """What docs/source-roles.sql and `cutover roles --side target` make, each with the server's password.

    The functions work with them: as a superuser nothing would be refused that a migration is refused.
    """
    names = TargetRoleNames(
        database=DATABASE,
        schemas=(SCHEMA,),
        replication=REPLICATION,
        cutover=CUTOVER,
        application=OWNER,
    )
    with psycopg.connect(administrator_dsn(source)) as connection:
        connection.execute(script(rights_on_source(names), side="source", names=names).encode())
        for role in (REPLICATION, CUTOVER):
            password = sql.Literal(source.password)
            connection.execute(
                sql.SQL("alter role {} password {}").format(sql.Identifier(role), password)
            )
    administrator = Address.from_dsn(administrator_dsn(target, sslmode="disable"))
    make_roles(
        PostgresRoleServer(administrator),
        TargetRoles(names=names, passwords=dict.fromkeys(names.all, target.password)),
    )


def cutover_dsn(server: PostgresServer, **options: str) -> str:
    """The connection string of the functions. It holds the password: not for messages."""
    return server.dsn(user=CUTOVER, dbname=DATABASE, **options)


def application_dsn(server: PostgresServer, **options: str) -> str:
    """The connection string of an application client. It holds the password: not for messages."""
    return server.dsn(user=OWNER, dbname=DATABASE, **options)


def administrator_dsn(server: PostgresServer, **options: str) -> str:
    """The connection string of the superuser in the application's database."""
    return server.dsn(dbname=DATABASE, **options)


def space_sequences(dsn: str, *, distance: int) -> None:
    """Move every sequence `distance` steps on from its start, clear of another writer's numbers.

    What a careful operator does before writing to both sides; it prevents the errors and keeps
    the damage.
    """
    with psycopg.connect(dsn, autocommit=True) as connection:
        sequences = connection.execute(
            "select sequencename, start_value, increment_by from pg_sequences"
            " where schemaname = %s",
            [SCHEMA],
        ).fetchall()
        for name, start, step in sequences:
            identifier = sql.Identifier(SCHEMA, name).as_string(connection)
            connection.execute("select setval(%s, %s)", [identifier, start + step * distance])


def _run_script(server: PostgresServer, name: str) -> None:
    script = files(__package__).joinpath(name).read_text()
    with psycopg.connect(application_dsn(server)) as connection:
        connection.execute(script.encode())
