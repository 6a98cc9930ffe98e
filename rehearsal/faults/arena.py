"""The arena: two servers kept for many switches, and the emulated APIs; each switch has databases of its own.

The databases of a switch are clones of the one that is seeded here.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from importlib.resources import files
from typing import Any, Final, Self

import boto3
import psycopg
from psycopg import sql

from cutover.adapters.postgres import Address, PostgresDatabase
from rehearsal.aws import engine
from rehearsal.aws.invoker import InvokeResult
from rehearsal.aws.parts import start_api_server
from rehearsal.faults.world import (
    REGION,
    TABLE,
)
from rehearsal.findings import versions
from rehearsal.servers.postgres import PostgresServer, ServerTemplate
from rehearsal.servers.run_directory import RunDirectory
from rehearsal.workload.database import OWNER

WAIT_SCALE: Final = 0.2
"""Real seconds of a second of the state machine's waits and retry delays, and of a name's time to live."""
TTL_SECONDS: Final = WAIT_SCALE
HOLD: Final = timedelta(seconds=5)
SEEDED: Final = "seeded"

QUIET: Final = {
    "POWERTOOLS_LOG_LEVEL": "CRITICAL",
    "POWERTOOLS_TRACE_DISABLED": "1",
    "POWERTOOLS_METRICS_DISABLED": "true",
}


class ArenaFailed(Exception):
    """The arena itself did not do what every switch needs: nothing was shown."""


class Arena:
    """Servers, emulated APIs and the seeded databases; a context manager that leaves nothing behind."""

    def __init__(self, server_settings: Mapping[str, str] | None = None) -> None:
        self._stack = ExitStack()
        self._number = 0
        self._server_settings = server_settings or {}

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            stack.enter_context(_quiet())
            self.run = stack.enter_context(RunDirectory())
            template = ServerTemplate.create(self.run)
            settings = {
                "wal_receiver_status_interval": "1",
                "wal_retrieve_retry_interval": "200ms",
                "max_prepared_transactions": "10",
                **self._server_settings,
            }
            self.source = PostgresServer(template, name="source", settings=settings)
            self.target = PostgresServer(template, name="target", settings=settings)
            for server in (self.source, self.target):
                server.start()
            self.endpoint = start_api_server(stack)
            self.settings = engine.install(
                invoker=_nobody,
                wait_scale=WAIT_SCALE,
                endpoint=self.endpoint,
            )
            stack.callback(setattr, self.settings, "on_status_change", None)
            self.session = boto3.session.Session(
                aws_access_key_id="arena",
                aws_secret_access_key="arena",  # noqa: S106  (the emulated APIs read none)
                region_name=REGION,
            )
            self.machines = self.client("stepfunctions")
            self.topic = self.client("sns").create_topic(Name="arena")["TopicArn"]
            self._make_table()
            self._seed()
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def client(self, service: Any) -> Any:
        """A client of the emulated service."""
        return self.session.client(service, endpoint_url=self.endpoint)

    def versions(self) -> dict[str, str]:
        """Of everything that takes part."""
        return versions(self.source, self.target)

    def next_number(self) -> int:
        """Of the next switch; names its databases, slot and journal."""
        self._number += 1
        return self._number

    def ensure_servers(self) -> None:
        """Both servers run: a switch that killed one may have ended early."""
        for server in (self.source, self.target):
            if not server.running:
                server.start()

    def empty_journal(self) -> None:
        """Before a switch: moto copies every item of every table for each transaction, and after 200 switches took
        seconds for one, which the controller then sent again."""
        self.client("dynamodb").delete_table(TableName=TABLE)
        self._make_table()

    def _make_table(self) -> None:
        self.client("dynamodb").create_table(
            TableName=TABLE,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[
                {"AttributeName": "migration", "KeyType": "HASH"},
                {"AttributeName": "item", "KeyType": "RANGE"},
            ],
            AttributeDefinitions=[
                {"AttributeName": "migration", "AttributeType": "S"},
                {"AttributeName": "item", "AttributeType": "S"},
            ],
        )

    def _seed(self) -> None:
        schema = files("rehearsal.workload").joinpath("schema.sql").read_text()
        accounts = files("rehearsal.faults").joinpath("schema.sql").read_text()
        for server in (self.source, self.target):
            with psycopg.connect(server.dsn(), autocommit=True) as connection:
                connection.execute(
                    sql.SQL("create role {} login password {}").format(
                        sql.Identifier(OWNER), sql.Literal(server.password)
                    )
                )
                connection.execute(
                    sql.SQL("create database {} owner {}").format(
                        sql.Identifier(SEEDED), sql.Identifier(OWNER)
                    )
                )
            with psycopg.connect(server.dsn(user=OWNER, dbname=SEEDED)) as connection:
                connection.execute(schema.encode())
                connection.execute(accounts.encode())
            database = PostgresDatabase(Address.from_dsn(server.dsn(dbname=SEEDED)))
            database.install(hold=HOLD)
            if server is self.target:
                database.close_gate()
            database.close()
        with psycopg.connect(self.source.dsn(dbname=SEEDED), autocommit=True) as connection:
            connection.execute("create publication forward for all tables")


@contextmanager
def _quiet() -> Iterator[None]:
    """A line for each request and each step would hide the matrix; set before the fork server starts."""
    before = {name: os.environ.get(name) for name in QUIET}
    os.environ.update(QUIET)
    for noisy in ("werkzeug", "moto"):
        logging.getLogger(noisy).setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        # Whoever goes on in this process wants its figures and logs again.
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _nobody(name: str, payload: bytes) -> InvokeResult:
    raise ArenaFailed(f"{name} was invoked between two switches ({len(payload)} bytes)")
