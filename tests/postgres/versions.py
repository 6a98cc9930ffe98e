"""A server of every version that a source may have, made when first asked for, for the whole session."""

from __future__ import annotations

import itertools
import json
import os
import platform
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from cutover.adapters.postgres import Address, PostgresDatabase
from rehearsal.servers.installation import BINARIES_VARIABLE, Installation, choose_account
from rehearsal.servers.postgres import PostgresServer, ServerTemplate
from rehearsal.servers.run_directory import RunDirectory

MAJORS = (13, 14, 15, 16, 17, 18)
"""The oldest and the newest source that the gate is proven on."""

SERVERS = Path(__file__).parent / "servers"
PACKAGES = SERVERS / "node_modules"
PROMISED_FOR = ("linux", "x86_64")
"""Where servers/package.json has servers for; prepare.py says of every other machine that their tests will skip."""

SETTINGS = {
    # What is asked of these servers is who may write, never what survives a crash.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "16MB",
    "max_connections": "60",
    "max_wal_size": "256MB",
    "max_prepared_transactions": "10",
    # Its workers would come and go between two looks.
    "autovacuum": "off",
}


def installation(major: int) -> Installation:
    """The programs of one version. Where the project's dependencies promise them and they are missing, the test fails:
    skipped, a version would count as proven that nobody ran."""
    account = choose_account()
    wheel = Installation.find(account=account)
    if wheel.major == major:
        return wheel
    binaries = PACKAGES / f"postgres-{major}" / "native" / "bin"
    if (binaries / "postgres").exists():
        return Installation(binaries=binaries, account=account, major=major)
    missing = f"no PostgreSQL {major} in {PACKAGES}"
    if reason := not_promised(
        major, machine=(sys.platform, platform.machine()), chosen=os.environ.get(BINARIES_VARIABLE)
    ):
        pytest.skip(f"{missing}: {reason}")
    pytest.fail(f"{missing}: `make test` installs it")


def not_promised(major: int, *, machine: tuple[str, str], chosen: str | None) -> str:
    """Why this version may be missing; empty: the project's own dependencies have it."""
    if (
        f"postgres-{major}"
        not in json.loads((SERVERS / "package.json").read_text())["optionalDependencies"]
    ):
        # The wheel's, which is there on every machine but where somebody has chosen other programs.
        return f"{BINARIES_VARIABLE} is {chosen}, of another version" if chosen else ""
    if machine != PROMISED_FOR:
        return f"there is none for {' '.join(machine)}"
    return ""


@dataclass(frozen=True)
class Place:
    """A database of its own, on a server of one version, with the application's role as its owner."""

    server: PostgresServer
    major: int
    name: str
    app: str = "app"

    @property
    def address(self) -> Address:
        return Address.from_dsn(self.server.dsn(dbname=self.name, sslmode="disable"))

    def connect(self, *, user: str = "", **options: Any) -> psycopg.Connection[Any]:
        """As the application, unless told otherwise."""
        dsn = self.server.dsn(user=user or self.app, dbname=self.name, **options)
        return psycopg.connect(dsn, autocommit=True)


@dataclass
class Servers:
    """Servers by version, and databases on them, each cloned from one that `schema` has filled."""

    run: RunDirectory
    started: dict[tuple[int, str], PostgresServer] = field(default_factory=dict)
    templates: dict[int, ServerTemplate] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    originals: set[tuple[int, str]] = field(default_factory=set)

    def server(
        self, major: int, *, name: str = "server", settings: Mapping[str, str] | None = None
    ) -> PostgresServer:
        """`settings` go over SETTINGS, for whoever asks for `name` first."""
        if major not in self.templates:
            programs = installation(major)
            self.templates[major] = ServerTemplate.create(
                self.run, programs, name=f"template-{major}"
            )
        if (major, name) not in self.started:
            server = PostgresServer(
                self.templates[major],
                name=f"{name}-{major}",
                settings={**SETTINGS, **(settings or {})},
            )
            server.start()
            with psycopg.connect(server.dsn(), autocommit=True) as session:
                session.execute(f"create role app login password '{server.password}'".encode())
            self.started[major, name] = server
        return self.started[major, name]

    @contextmanager
    def place(self, major: int, original: str, fill: Callable[[Place], None]) -> Iterator[Place]:
        """A clone of the database `original`, which `fill` makes the first time."""
        server = self.server(major)
        if (major, original) not in self.originals:
            _create(server, original)
            fill(Place(server=server, major=major, name=original))
            self.originals.add((major, original))
        name = f"{original}_{next(self.numbers)}"
        _create(server, name, template=original)
        try:
            yield Place(server=server, major=major, name=name)
        finally:
            with psycopg.connect(server.dsn(), autocommit=True) as session:
                session.execute(f"drop database {name} with (force)".encode())

    @staticmethod
    def database(place: Place) -> PostgresDatabase:
        return PostgresDatabase(place.address)


def _create(server: PostgresServer, name: str, *, template: str = "template0") -> None:
    with psycopg.connect(server.dsn(), autocommit=True) as session:
        session.execute(
            sql.SQL("create database {} template {} owner app").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
