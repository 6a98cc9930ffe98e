"""Servers for planted defects: a good one, one with every setting wrong, a standby; and databases on them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg

from cutover.adapters.postgres_questions import PostgresQuestions
from cutover.preflight.check import Answer, Check, Report, Side, Sql, Unanswered
from cutover.preflight.examine import examine
from cutover.preflight.told import Told
from rehearsal.servers.postgres import PostgresServer, ServerTemplate
from tests.postgres.versions import SETTINGS, Servers
from tests.preflight.planted import HURRIED, WEAK

BAD = {
    "wal_level": "replica",
    "max_replication_slots": "1",
    "max_wal_senders": "1",
    "wal_sender_timeout": "5s",
    "max_slot_wal_keep_size": "1GB",
    "idle_replication_slot_timeout": "10min",
    "logical_decoding_work_mem": "64kB",
    "max_connections": "12",
    "max_prepared_transactions": "0",
    "max_locks_per_transaction": "10",
}
ROLES = f"""
create role {WEAK} nologin;
create role {HURRIED} nologin;
alter role {HURRIED} set statement_timeout = '5s';
"""
LET_IN = "host all all 10.20.0.0/16 scram-sha-256\n"


class Standby(PostgresServer):
    """A copy that waits for WAL which never comes, and lets itself be asked."""

    def _status(self) -> str:
        return super()._status().replace("standby", "ready")

    def _configure(self) -> None:
        super()._configure()
        signal = self.data / "standby.signal"
        signal.touch()
        self._template.hand_over(signal)


@dataclass
class Arena:
    """Servers made when first asked for, for the whole session."""

    versions: Servers
    made: dict[str, PostgresServer] = field(default_factory=dict)
    templates: dict[str, ServerTemplate] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def server(self, name: str) -> PostgresServer:
        if name not in self.made:
            self.made[name] = self._make(name)
        return self.made[name]

    def _make(self, name: str) -> PostgresServer:
        if name == "older":
            return self.versions.server(17)
        if name == "good":
            server = self.versions.server(18)
            rules = server.data / "pg_hba.conf"
            rules.write_text(rules.read_text() + LET_IN)
            with psycopg.connect(server.dsn(), autocommit=True) as session:
                session.execute(ROLES)
                session.execute("select pg_reload_conf()")
            return server
        template = ServerTemplate.create(self.versions.run, name=f"template-{name}")
        self.templates[name] = template
        # A standby takes no less of anything than its primary had, which was initdb's.
        kind, settings = (Standby, {}) if name == "standby" else (PostgresServer, SETTINGS | BAD)
        server = kind(template, name=name, settings=settings)
        server.start()
        return server

    @contextmanager
    def database(self, server: str, options: str = "") -> Iterator[str]:
        """The libpq string of a new database, as a superuser."""
        if server == "absent":
            # Nothing listens on port 1.
            yield "host=127.0.0.1 port=1 user=postgres dbname=postgres"
            return
        there = self.server(server)
        if server == "standby":
            yield there.dsn()
            return
        name = f"preflight_{next(self.numbers)}"
        with psycopg.connect(there.dsn(), autocommit=True) as session:
            session.execute(f"create database {name} template template0 {options}".encode())
        try:
            yield there.dsn(dbname=name)
        finally:
            with psycopg.connect(there.dsn(), autocommit=True) as session:
                session.execute(f"drop database {name} with (force)".encode())


def run(dsn: str, *statements: str) -> None:
    """Each by itself; without one there is no connection."""
    if not any(statements):
        return
    with psycopg.connect(dsn, autocommit=True) as session:
        for statement in filter(None, statements):
            session.execute(statement.encode())


def as_application(text: str) -> str:
    """What the application makes is the application's, where the server has its role."""
    return (
        "do $$ begin if exists (select from pg_roles where rolname = 'app') then "
        "execute 'grant create on schema public to app; set role app'; end if; end $$; "
        + text
        + "; reset role"
    )


def asked(
    checks: tuple[Check, ...], told: Told, source: str, target: str, aws: Any = None
) -> Report:
    """As the command line does it."""
    databases = {
        Side.SOURCE: PostgresQuestions(source, values=told.values()),
        Side.TARGET: PostgresQuestions(target, values=told.values()),
    }

    def ask(question: Any) -> Answer:
        if isinstance(question, Sql):
            return databases[question.where].ask(question)
        return Unanswered(reason="no AWS here") if aws is None else aws.ask(question)

    try:
        return examine(checks, told, ask, without_aws="" if aws else "no AWS here")
    finally:
        for database in databases.values():
            database.close()
