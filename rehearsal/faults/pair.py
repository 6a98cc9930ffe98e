"""The two databases of one switch: made from the seeded ones, asked what they are like, dropped at the end."""

from __future__ import annotations

import contextlib
import time
from contextlib import ExitStack
from typing import Any, Final, Self

import psycopg
from psycopg import sql

from cutover.adapters.postgres import Address, PostgresDatabase
from cutover.adapters.postgres_rights import rights_on_source, script
from cutover.direction import Stream, Where
from cutover.roles import RoleNames
from rehearsal.faults.arena import HOLD, SEEDED, Arena
from rehearsal.faults.checker import SideFacts
from rehearsal.faults.functions import wait_for
from rehearsal.faults.link import Link
from rehearsal.faults.setups import Setup
from rehearsal.faults.world import SUBSCRIPTIONS
from rehearsal.servers.postgres import PostgresServer
from rehearsal.workload.configuration import Side
from rehearsal.workload.contents import Contents, read_contents
from rehearsal.workload.database import OWNER

SETTLING_SECONDS: Final = 15.0
CUTOVER_ROLE: Final = "migration_cutover"
DMS_ROLE: Final = "migration_replication"
TABLES_AT_ONCE: Final = 500
SIDES: Final[tuple[Side, ...]] = ("source", "target")


class Pair:
    """A database on each server, the stream between them, and the links that controllers come through."""

    def __init__(self, arena: Arena, *, name: str, setup: Setup) -> None:
        self.name = name
        """Of both databases."""
        self.links: dict[Side, Link] = {}
        self._arena = arena
        self._setup = setup
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            stack.callback(self._drop)
            self._make()
            for side in SIDES:
                link = Link(self.server(side).port)
                stack.callback(link.close)
                self.links[side] = link
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @property
    def slot(self) -> str:
        """The replication slot on the source."""
        return self.slots[Stream.LOAD]

    @property
    def slots(self) -> dict[Stream, str]:
        """Of every stream: the load's, and those that switches make for the ways back."""
        return {stream: f"{name}_{self.name}" for stream, name in SUBSCRIPTIONS.items()}

    def server(self, side: Side) -> PostgresServer:
        """The server of that side."""
        return self._arena.source if side == "source" else self._arena.target

    def dsn(self, side: Side, *, user: str = "postgres", **options: str) -> str:
        """Past the links."""
        return self.server(side).dsn(user=user, dbname=self.name, **options)

    def address(self, side: Side) -> Address:
        """Through the link: the controllers' way."""
        user = CUTOVER_ROLE if self._setup.documented_roles else "postgres"
        parts = Address.from_dsn(self.dsn(side, user=user))
        return Address(
            host=parts.host,
            port=self.links[side].port,
            dbname=parts.dbname,
            username=parts.username,
            password=parts.password,
            sslmode="disable",
        )

    def on(self, side: Side, statement: str, *, user: str = "postgres") -> list[tuple[Any, ...]]:
        """Runs one statement on a connection of its own; its rows, where it has any."""
        with psycopg.connect(self.dsn(side, user=user), autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def restore(self) -> None:
        """Both servers run and both links carry, whatever was done to them."""
        self._arena.ensure_servers()
        for link in self.links.values():
            link.set("whole")

    def accepts_writes(self, side: Side) -> bool:
        """Whether a write of the clients' role is accepted now; it is rolled back."""
        try:
            with psycopg.connect(self.dsn(side, user=self._setup.application)) as connection:
                connection.execute("set local statement_timeout = '150ms'")
                connection.execute("insert into audit_notes (author, note) values ('probe', '')")
                connection.rollback()
        except psycopg.Error:  # on neither side of the line: the answer is no
            return False
        return True

    def holders(self, side: Side) -> set[int]:
        """The writers that hold a transaction open in which they have written."""
        found = self.on(
            side,
            "select split_part(application_name, ' ', 2)::int from pg_stat_activity"
            " where datname = current_database() and application_name like 'writer %'"
            " and state = 'idle in transaction' and backend_xid is not null",
        )
        return {number for (number,) in found}

    def streams(self) -> tuple[str, ...]:
        """The streams that carry now, on either side."""
        return tuple(
            name
            for side in SIDES
            for (name,) in self.on(
                side,
                "select subname::text from pg_subscription s join pg_database d on d.oid = s.subdbid"
                " where d.datname = current_database() and s.subenabled order by 1",
            )
        )

    def facts(self, side: Side, token: str) -> SideFacts:
        """What one side is like at the end. token: the journal's; empty where it names none."""
        database = PostgresDatabase(Address.from_dsn(self.dsn(side)))
        try:
            facts = SideFacts(
                gate=database.gate(),
                accepts_writes=self.accepts_writes(side),
                contents=read_contents(self.dsn(side)),
                barrier_sessions=self.on(
                    side,
                    "select count(*) from pg_stat_activity where application_name = 'cutover barrier'"
                    " and datname = current_database()",
                )[0][0],
                has_token=bool(token) and database.has_token(token),
                slots=tuple(
                    name
                    for (name,) in self.on(
                        side,
                        "select slot_name::text from pg_replication_slots"
                        " where database = current_database() order by 1",
                    )
                ),
            )
        finally:
            database.close()
        return facts

    def let_the_way_back_finish(self) -> None:
        """Clients have stopped: waits until both databases hold the same, for a while."""

        def same() -> bool:
            found: list[Contents] = [read_contents(self.dsn(side)) for side in SIDES]
            return found[0] == found[1]

        with contextlib.suppress(psycopg.Error):
            wait_for(same, seconds=SETTLING_SECONDS, poll=0.1)

    def _make(self) -> None:
        name, owner = sql.Identifier(self.name), sql.Identifier(OWNER)
        for side in SIDES:
            with psycopg.connect(self.server(side).dsn(), autocommit=True) as connection:
                connection.execute(
                    sql.SQL("create database {} template {} owner {}").format(
                        name, sql.Identifier(SEEDED), owner
                    )
                )
        if self._setup.more_tables:
            self._make_more_tables()
        if self._setup.documented_roles:
            self._use_documented_roles()
        with psycopg.connect(self.dsn("target"), autocommit=True) as connection:
            connection.execute(
                sql.SQL(
                    "create subscription forward connection {} publication forward"
                    " with (copy_data = false, origin = none, slot_name = {})"
                ).format(sql.Literal(self.dsn("source")), sql.Literal(self.slot))
            )
        if self._setup.target_open:
            database = PostgresDatabase(Address.from_dsn(self.dsn("target")))
            database.open_gate()
            database.remove_gate()
            database.close()

    def _use_documented_roles(self) -> None:
        """What a superuser had installed is installed anew by the role that is to work with it."""
        names = RoleNames(
            database=self.name, schemas=("public",), replication=DMS_ROLE, cutover=CUTOVER_ROLE
        )
        for side in SIDES:
            with psycopg.connect(self.dsn(side), autocommit=True) as connection:
                connection.execute("drop schema cutover cascade")
                given = script(rights_on_source(names), side="source", names=names)
                connection.execute(given.encode())
                connection.execute(
                    sql.SQL("alter role {} password {}").format(
                        sql.Identifier(CUTOVER_ROLE), sql.Literal(self.server(side).password)
                    )
                )
            database = PostgresDatabase(Address.from_dsn(self.dsn(side, user=CUTOVER_ROLE)))
            database.install(hold=HOLD)
            if side == "target":
                database.close_gate()
            database.close()

    def _make_more_tables(self) -> None:
        count = self._setup.more_tables
        for side in SIDES:
            with psycopg.connect(self.dsn(side, user=OWNER), autocommit=True) as connection:
                # Batches: one transaction that makes 10,000 tables would need as many locks.
                for first in range(0, count, TABLES_AT_ONCE):
                    numbers = range(first, min(first + TABLES_AT_ONCE, count))
                    made = "".join(
                        f"create table wide_{number} (id bigint primary key, note text);"
                        for number in numbers
                    )
                    connection.execute(made.encode())
        database = PostgresDatabase(Address.from_dsn(self.dsn("target")))
        database.close_gate()
        database.close()

    def _drop(self) -> None:
        """Safe at any point of a failure; what can't be dropped goes with the arena."""
        self._arena.ensure_servers()
        with contextlib.suppress(psycopg.Error):
            # Only the database that it belongs to may end it, and with it the database can't be dropped.
            self.on("source", f"rollback prepared '{self.name}'")
        for stream, name in SUBSCRIPTIONS.items():
            publisher: Side = "source" if stream.origin is Where.SOURCE else "target"
            subscriber: Side = "target" if publisher == "source" else "source"
            with contextlib.suppress(psycopg.Error):
                for change in ("disable", "set (slot_name = none)"):
                    self.on(subscriber, f"alter subscription {name} {change}")
                self.on(subscriber, f"drop subscription {name}")
            _drop_slot(self.server(publisher), self.slots[stream])
        for side in SIDES:
            with (
                contextlib.suppress(psycopg.Error),
                psycopg.connect(self.server(side).dsn(), autocommit=True) as connection,
            ):
                connection.execute(f"drop database if exists {self.name} with (force)".encode())


def _drop_slot(server: PostgresServer, slot: str) -> None:
    for statement in (
        f"select pg_terminate_backend(active_pid) from pg_replication_slots where slot_name = '{slot}' and active",
        f"select pg_drop_replication_slot('{slot}')",
    ):
        for _ in range(20):
            try:
                with psycopg.connect(server.dsn(), autocommit=True) as connection:
                    connection.execute(statement.encode())
                break
            except psycopg.errors.ObjectInUse:
                time.sleep(0.05)
            except psycopg.Error:
                break
