"""The weaker fence, for a source whose tables get no trigger: the application's roles may not log in.

It differs from the gate in what matters, and says so (risk `login-fence`): superusers and roles that are not named
write on; clients that connect while the barrier stands get an error instead of waiting, also where it is given up; and
NOLOGIN is committed, so it outlives a controller that dies. What was changed is therefore kept in `cutover.fence`, from
where end_barrier_sessions(), or the next barrier, restores it. NOLOGIN holds for every database of the server.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final, LiteralString, Self

import psycopg
from psycopg import errors as pg

from cutover.adapters import postgres_sql as sql
from cutover.adapters.postgres import Address, PostgresDatabase
from cutover.adapters.postgres_barrier import Connection
from cutover.decisions import listed
from cutover.errors import (
    BadInput,
    BarrierLost,
    DatabaseUnreachable,
    DeadlineExceeded,
    NotInstalled,
    OriginBusy,
    PrivilegeMissing,
    SwitchAborted,
    SwitchOutcomeUnknown,
)
from cutover.observations import DatabaseFacts, Fence, Gate, GateState
from cutover.ports import Barrier, nothing

POLL_SECONDS: Final = 0.005
LOOKS: Final = 3
"""A session that was let in a moment before the role was locked shows up a moment later."""
BETWEEN_LOOKS_SECONDS: Final = 0.02

ONE_BARRIER: Final = "select pg_try_advisory_lock(hashtext('cutover fence'))"
"""Held by the barrier's session: whoever gets it knows that what stands in the table is a dead one's."""

ROLES: Final = "select rolname::text, rolcanlogin from pg_roles where rolname = any (%s)"

STANDING: Final = (
    "select role::text, could_log_in from cutover.fence where stands = any (%s) for update"
)

FENCED: Final = "select to_regclass('cutover.fence') is not null"

GATE: Final[LiteralString] = """
select f.role::text, r.rolcanlogin from cutover.fence f join pg_roles r on r.rolname = f.role
where f.stands = 'closed' order by 1
"""

PUT_UP: Final[LiteralString] = """
insert into cutover.fence as f (role, stands, could_log_in)
select r.rolname, %s, r.rolcanlogin from pg_roles r where r.rolname = any (%s)
on conflict (role) do update set stands = excluded.stands
"""
"""A role that is fenced already could log in before that, whatever it can now."""

SESSIONS: Final[LiteralString] = """
select a.pid, a.xact_start is null from pg_stat_activity a
where a.datname = current_database() and a.usename = any (%s) and a.pid <> pg_backend_pid()
"""

CLOSE: Final[LiteralString] = """
update cutover.fence set stands = 'closed', since = clock_timestamp()
where stands = 'barrier' and (select count(*) from cutover.fence where stands = 'barrier') = %s
"""
"""All of the roles or none: the line is crossed by one statement."""


class LoginFencedDatabase(PostgresDatabase):
    """cutover.ports.Database with the fence that this module describes; `roles` are all that the application has."""

    def __init__(
        self,
        address: Address,
        *,
        roles: tuple[str, ...],
        replication_roles: tuple[str, ...] = (),
    ) -> None:
        if not roles:
            raise BadInput(
                f"no role of the application on {address} is named: the fence would hold nobody"
            )
        if address.username in roles:
            raise BadInput(
                f"{address.username} is the cutover's own role on {address} and can't be fenced: give the "
                "application another"
            )
        super().__init__(address, replication_roles=replication_roles)
        self.roles = roles

    def inspect(self) -> DatabaseFacts:
        return replace(super().inspect(), fence=Fence.LOGIN, may_freeze=False)

    def close_gate(self) -> None:
        with self._session() as session:
            put_up(session, self.roles, stands="closed")
            end_sessions(session, self.roles, give_up=time.monotonic() + 10)

    def open_gate(self) -> None:
        with self._session() as session:
            take_down(session, stands=("barrier", "closed"))
            session.execute(sql.REOPEN)

    def remove_gate(self) -> tuple[str, ...]:
        """There is nothing on any table; a closed fence says so by naming them all."""
        with self._session() as session:
            if self._gate(session).state is GateState.OPEN:
                return ()
            return tuple(name for name, _ in session.execute(sql.TABLES).fetchall())

    def barrier(
        self,
        *,
        tables: tuple[str, ...],  # noqa: ARG002 - the port's signature; a role is held off every table
        patience: timedelta,
        deadline: timedelta,
        begin: Callable[[], None] = nothing,
    ) -> AbstractContextManager[Barrier]:
        with self._session() as session:
            if not session.execute(FENCED).fetchone() == (True,):
                raise NotInstalled(f"{self.address}: no table cutover.fence: run `cutover install`")
            if self._gate(session).state is not GateState.OPEN:
                raise SwitchAborted(
                    f"{self.address} is closed already: there is no writer to switch from"
                )
        return LoginBarrier(self, patience=patience, deadline=deadline, begin=begin)

    def connect_barrier(self) -> Connection:
        """A session that end_barrier_sessions() finds."""
        return self._connect(sql.BARRIER_APPLICATION_NAME)

    def end_barrier_sessions(self) -> int:
        ended = super().end_barrier_sessions()
        with self._session() as session:
            # No barrier's session is left, so what stands as one is a dead controller's.
            restored = session.execute(FENCED).fetchone() == (True,) and take_down(
                session, stands=("barrier",)
            )
        return max(ended, int(bool(restored)))

    def _gate(self, session: Connection) -> Gate:
        if session.execute(FENCED).fetchone() != (True,):
            return Gate(state=GateState.OPEN)
        rows = session.execute(GATE).fetchall()
        if not rows:
            return Gate(state=GateState.OPEN)
        fenced = {role for role, may in rows if not may}
        if free := [f"role {role}" for role in self.roles if role not in fenced]:
            return Gate(state=GateState.PARTIAL, ungated_tables=tuple(free))
        return Gate(state=GateState.CLOSED)


class LoginBarrier:
    """cutover.ports.Barrier over locked roles. Entering locks them; leaving without close() unlocks them."""

    def __init__(
        self,
        database: LoginFencedDatabase,
        *,
        patience: timedelta,
        deadline: timedelta,
        begin: Callable[[], None],
    ) -> None:
        self.sessions_ended = 0
        self._begin = begin
        self._database = database
        self._patience, self._deadline = patience, deadline
        self._give_up_at = math.inf
        """By time.monotonic(): when the deadline passes. Nobody waits before it is set."""
        self._closed = False
        self._session = database.connect_barrier()
        self._session.execute("set synchronous_commit = on")

    def __enter__(self) -> Self:
        try:
            if self._session.execute(ONE_BARRIER).fetchone() != (True,):
                raise OriginBusy(f"another barrier stands on {self._database.address}")
            take_down(self._session, stands=("barrier",))
            self._begin()
            begun = time.monotonic()
            self._give_up_at = begun + self._deadline.total_seconds()
            try:
                put_up(self._session, self._database.roles, stands="barrier")
                self.sessions_ended = end_sessions(
                    self._session,
                    self._database.roles,
                    patient_until=begun + self._patience.total_seconds(),
                    give_up=self._give_up_at,
                )
            except BaseException:
                self._undo()
                raise
        except psycopg.OperationalError as error:
            # Before the line, and the roles are locked: the next end_barrier_sessions() unlocks them.
            self._session.close()
            raise BarrierLost(f"the barrier's session ended: {error}") from error
        except BaseException:
            # Before the line. Nobody leaves what was not entered: the session would stay, and with it the lock that
            # keeps the next barrier from standing.
            self._session.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        try:
            if not self._closed:
                self._undo()
        finally:
            self._session.close()

    def close(self, proof: dict[str, Any]) -> None:
        roles = list(self._database.roles)
        try:
            if late := self._session.execute(SESSIONS, (roles,)).fetchall():
                raise SwitchAborted(f"{len(late)} sessions of fenced roles came behind the barrier")
        except psycopg.Error as error:
            raise BarrierLost(f"the barrier ended before it was closed: {error}") from error
        try:
            with self._session.transaction():
                self._session.execute(sql.CLOSE, (json.dumps(proof),))
                moved = self._session.execute(CLOSE, (len(roles),)).rowcount
                # As late as it can be asked, and before the line: raised here, nothing of this is committed.
                if time.monotonic() >= self._give_up_at:
                    raise DeadlineExceeded(
                        f"the limit of {self._deadline.total_seconds() * 1000:.0f} ms passed before the commit: "
                        "nothing was changed"
                    )
                if moved != len(roles):
                    # A proof says that it was closed: none is kept of what was not.
                    raise psycopg.Rollback
        except psycopg.Error as error:
            # From here on only the source knows: leaving must not unlock what may be closed for good.
            self._closed = True
            raise SwitchOutcomeUnknown(f"no answer to the closing: {error}") from error
        self._closed = moved == len(roles)
        if not self._closed:
            raise BarrierLost("the roles were unlocked before the closing: nothing was changed")

    def _undo(self) -> None:
        """Before the line. A connection that is lost is replaced: nobody else unlocks the roles by itself."""
        try:
            take_down(self._session, stands=("barrier",))
        except psycopg.OperationalError:
            self._session.close()
            try:
                with self._database.connect_barrier() as session:
                    take_down(session, stands=("barrier",))
            except (psycopg.OperationalError, DatabaseUnreachable) as error:
                raise DatabaseUnreachable(
                    f"{self._database.address}: the roles {listed(self._database.roles)} are still locked: "
                    f"resolve-switch, or the next barrier, unlocks them: {error}"
                ) from error


def put_up(session: Connection, roles: tuple[str, ...], *, stands: str) -> None:
    """Locks the roles and writes down what they were, in one transaction. Raises BadInput, PrivilegeMissing."""
    found = {name for name, _ in session.execute(ROLES, (list(roles),)).fetchall()}
    if missing := [role for role in roles if role not in found]:
        raise BadInput(f"no role {listed(missing)} on the server: correct the application's roles")
    try:
        with session.transaction():
            session.execute(PUT_UP, (stands, list(roles)))
            for role in roles:
                session.execute(_alter(role, "nologin"))
    except pg.InsufficientPrivilege as error:
        raise PrivilegeMissing(
            f"{session.info.user} may not lock {listed(roles)}: {error.diag.message_primary}; it needs CREATEROLE "
            "and, from PostgreSQL 16, ADMIN OPTION on each"
        ) from error


def take_down(session: Connection, *, stands: tuple[str, ...]) -> int:
    """Gives back what put_up() wrote down, and how many roles it was; safe to repeat."""
    with session.transaction():
        rows = session.execute(STANDING, (list(stands),)).fetchall()
        for role, could_log_in in rows:
            if could_log_in:
                session.execute(_alter(role, "login"))
        session.execute("delete from cutover.fence where stands = any (%s)", (list(stands),))
    return len(rows)


def end_sessions(
    session: Connection, roles: tuple[str, ...], *, give_up: float, patient_until: float = 0.0
) -> int:
    """Ends the roles' sessions here and waits until none is left; those in a transaction are waited for at first.

    Raises DeadlineExceeded at `give_up`; both times are of time.monotonic().
    """
    ended: set[int] = set()
    empty = 0
    while empty < LOOKS:
        rows = session.execute(SESSIONS, (list(roles),)).fetchall()
        patient = time.monotonic() < patient_until
        going = [pid for pid, idle in rows if idle or not patient]
        session.execute("select pg_terminate_backend(pid) from unnest(%s::int[]) as pid", (going,))
        ended.update(going)
        empty = 0 if rows else empty + 1
        if rows and time.monotonic() >= give_up:
            raise DeadlineExceeded(
                f"{len(rows)} sessions of {listed(roles)} did not end in time: nothing was changed"
            )
        time.sleep(POLL_SECONDS if rows else BETWEEN_LOOKS_SECONDS)
    return len(ended)


def _alter(role: str, option: LiteralString) -> Any:
    return psycopg.sql.SQL("alter role {} {}").format(
        psycopg.sql.Identifier(role), psycopg.sql.SQL(option)
    )
