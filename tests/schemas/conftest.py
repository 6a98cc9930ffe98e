"""Databases for the schemas: each is loaded once and filled once, and dropped when its tests are through."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from psycopg import sql

from rehearsal.servers.run_directory import RunDirectory
from tests.postgres.versions import Place, Servers
from tests.schemas.filling import Filled, fill
from tests.schemas.loading import Schema, load, schemas


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    with RunDirectory() as run:
        yield Servers(run)


# Of the session, so that pytest runs all tests of one schema in a row.
@pytest.fixture(scope="session", params=schemas(), ids=lambda schema: schema.name)
def schema(request: pytest.FixtureRequest) -> Schema:
    found: Schema = request.param
    return found


@pytest.fixture(scope="session")
def loaded(servers: Servers, schema: Schema) -> Iterator[Place]:
    """A database with the schema, as its authors' script leaves it; to be read only."""
    with database(servers, schema.major, schema.name) as place:
        load(schema, place)
        yield place


@pytest.fixture(scope="session")
def filled(servers: Servers, schema: Schema, loaded: Place) -> Iterator[tuple[Place, Filled]]:
    """The same with rows and statistics."""
    with database(servers, schema.major, f"{schema.name}_filled", template=loaded.name) as place:
        with place.connect(user="postgres") as session:
            rows = fill(session, schema)
            session.execute("analyze")
        yield place, rows


@contextmanager
def database(
    servers: Servers, major: int, name: str, *, template: str = "template0"
) -> Iterator[Place]:
    server = servers.server(major)
    made = sql.SQL("create database {} template {}")
    dropped = sql.SQL("drop database {} with (force)")
    with psycopg.connect(server.dsn(), autocommit=True) as session:
        session.execute(made.format(sql.Identifier(name), sql.Identifier(template)))
        try:
            yield Place(server=server, major=major, name=name)
        finally:
            session.execute(dropped.format(sql.Identifier(name)))
