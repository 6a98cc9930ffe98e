"""What an operator of any way can reach: both servers past every link, the names, and the clock."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import psycopg

from rehearsal.servers.postgres import PostgresServer
from rehearsal.workload.configuration import Side

GIVE_UP_SECONDS: Final = 12.0
"""Where a published loop has no end of its own, the operator ends it then."""


class ControllerKilled(BaseException):
    """kill -9 of whatever acts: no handler of any way may catch it."""


class NeverEnds(Exception):
    """The way waits for something that does not come; the operator has given up."""


@dataclass(frozen=True, kw_only=True)
class Ground:
    """Where a way is walked: the arena, or the servers of a rehearsal."""

    source: PostgresServer
    target: PostgresServer
    database: str
    slot: str
    """Of the subscription `forward`, on the source."""
    point_names: Callable[[int], None]
    """Gives the target this share of both names."""

    def server(self, side: Side) -> PostgresServer:
        """The server of that side."""
        return self.source if side == "source" else self.target


class Hands:
    """The operator's."""

    def __init__(self, ground: Ground, *, killed_at: str = "") -> None:
        self.ground = ground
        self.fenced_ns: int | None = None
        """When the way took its source for closed."""
        self.flipped = False
        self.flipped_ns: int | None = None
        self._killed_at = killed_at

    def run(
        self, side: Side, statement: str, *, database: str | None = None
    ) -> list[tuple[Any, ...]]:
        """One statement as the superuser on a connection of its own, as tools that call psql do."""
        dsn = self.ground.server(side).dsn(dbname=database or self.ground.database)
        with psycopg.connect(dsn, autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def one(self, side: Side, statement: str) -> Any:
        """The only value of the only row."""
        return self.run(side, statement)[0][0]

    def point(self, name: str) -> None:
        """Where the way may be killed."""
        if name == self._killed_at:
            raise ControllerKilled(name)

    def fenced(self) -> None:
        """The way takes its source for closed from here on."""
        self.fenced_ns = time.time_ns()
        self.point("fenced")

    def flip(self, share: int = 100) -> None:
        """Points both names to the target, or this share of them."""
        self.ground.point_names(share)
        self.flipped = share == 100
        self.flipped_ns = time.time_ns()

    def until(self, condition: Callable[[], bool], *, poll: float) -> None:
        """Sleeps first, as the published loops do, then asks. Raises NeverEnds."""
        give_up = time.monotonic() + GIVE_UP_SECONDS
        while True:
            time.sleep(poll)
            if condition():
                return
            if time.monotonic() >= give_up:
                raise NeverEnds(f"not true in {GIVE_UP_SECONDS:.0f} s")

    def end_sessions(self, where: str) -> None:
        """pg_terminate_backend of the source's sessions that match."""
        self.run(
            "source",
            f"select pg_terminate_backend(pid) from pg_stat_activity where {where} and pid <> pg_backend_pid()",
        )

    def copy_sequences(self, *, add: int = 0) -> None:
        """Every sequence of the source onto the target: its last value and so much more."""
        for name, last in self.run(
            "source",
            "select format('%I.%I', schemaname, sequencename), last_value from pg_sequences"
            " where schemaname = 'public'",
        ):
            if last is not None:
                self.run("target", f"select setval('{name}', {last + add})")

    def drop_subscription(self) -> None:
        """The forward stream ends, its slot with it."""
        self.run("target", "drop subscription if exists forward")

    def replayed(self, position: str) -> bool:
        """Whether the stream has replayed everything up to this position, by the source's statistics."""
        rows = self.run(
            "source",
            f"select replay_lsn >= '{position}'::pg_lsn from pg_stat_replication"
            " where application_name in ('forward', (select slot_name from pg_replication_slots"
            f" where slot_name = '{self.ground.slot}'))",
        )
        return bool(rows) and bool(rows[0][0])
