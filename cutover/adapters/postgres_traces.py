"""What a migration has made in one database, and how it is dropped: after the line, by name, nothing with CASCADE."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final, LiteralString

import psycopg
from psycopg import errors as pg

from cutover.adapters import postgres_login as login
from cutover.adapters import postgres_sql as sql
from cutover.adapters.postgres import CONNECT_TIMEOUT_SECONDS, STATEMENT_TIMEOUT, Address
from cutover.adapters.postgres_barrier import Connection
from cutover.errors import DatabaseUnreachable, PrivilegeMissing
from cutover.observations import Cleared, Left

PATIENCES: Final = (0.05, 0.2, 1.0, 3.0)
"""Seconds for the lock on one table, in rounds over those that are left: whoever comes after waits behind it."""
MOST_GATES: Final = 50
"""Triggers that could not be dropped and are named one by one."""
MOST_BLOCKERS: Final = 5
"""Objects named of those that hold another up."""

WRITERS: Final[LiteralString] = f"""
select a.usename::text, count(*)
from pg_stat_activity a join pg_roles r on r.oid = a.usesysid
where a.datname = current_database() and a.backend_type = 'client backend' and a.pid <> pg_backend_pid()
  and a.application_name not like 'cutover%%' and not r.rolsuper and not ({sql.REPLICATES})
  and exists (select {sql.APPLICATION_TABLES} and has_table_privilege(r.oid, c.oid, 'insert, update, delete'))
group by 1 order by 1
"""

GATED: Final[LiteralString] = f"""
select format('%I.%I', n.nspname, c.relname)
from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
where t.tgname = '{sql.GATE_TRIGGER}' and t.tgparentid = 0 order by 1
"""
"""Also those that somebody has disabled, and of tables that are no longer moved."""

WAYS_TO_OPEN: Final[tuple[LiteralString, ...]] = (
    "drop view if exists cutover.closed",
    f"select setval('cutover.gate_state', {sql.OPEN})",
)
MAY_REOPEN: Final[LiteralString] = """
select exists (select from pg_proc p join pg_namespace n on n.oid = p.pronamespace
               where n.nspname = 'cutover' and p.proname = 'reopen' and has_function_privilege(p.oid, 'execute'))
"""
HAS_STATE: Final = "select to_regclass('cutover.gate_state') is not null"

FREEZE_TRIGGERS: Final[LiteralString] = """
select quote_ident(evtname), pg_has_role(evtowner, 'usage') from pg_event_trigger where evtname = any (%s) order by 1
"""

IN_SCHEMA: Final[LiteralString] = """
select case c.relkind when 'S' then 'sequence' when 'v' then 'view' else 'table' end,
       format('%%I.%%I', n.nspname, c.relname), c.relname::text
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname = %(schema)s and c.relkind in ('r', 'p', 'S', 'v')
  and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid
                  and d.deptype in ('a', 'i') and d.refclassid = 'pg_class'::regclass)
union all
select 'function', p.oid::regprocedure::text, p.proname::text
from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname = %(schema)s
order by 1, 2
"""
"""Functions first. A sequence that is a column's goes with its table."""

OF_DMS: Final[LiteralString] = """
select 'event trigger', quote_ident(e.evtname) from pg_event_trigger e
where e.evtname like 'awsdms\\_%' and pg_has_role(e.evtowner, 'usage')
union all
select case c.relkind when 'S' then 'sequence' when 'v' then 'view' else 'table' end,
       format('%I.%I', n.nspname, c.relname)
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relname like 'awsdms\\_%' and c.relkind in ('r', 'p', 'S', 'v') and pg_has_role(c.relowner, 'usage')
  and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid
                  and d.deptype in ('a', 'i') and d.refclassid = 'pg_class'::regclass)
union all
select 'function', p.oid::regprocedure::text from pg_proc p
where p.proname like 'awsdms\\_%' and pg_has_role(p.proowner, 'usage')
"""
"""DMS logs in as one role, which owns what it makes. What another role owns is another migration's."""

SCHEMA_EXISTS: Final = "select from pg_namespace where nspname = %s"
PUBLICATIONS: Final = "select quote_ident(pubname) from pg_publication where pubname = any (%s)"
SUBSCRIPTIONS: Final[LiteralString] = """
select quote_ident(subname) from pg_subscription
where subname = any (%s) and subdbid = (select oid from pg_database where datname = current_database())
"""

STATE: Final = "gate_state"
OWN_TABLES: Final = frozenset({"heartbeat", "token", "fence", "closed", STATE})
OWN_FUNCTIONS: Final = frozenset(
    # The first is an earlier version's.
    {"keep_proof", "close", "reopen", "hold_write", "refuse_write", "refuse_ddl"}
)
DMS_PREFIX: Final = "awsdms_"
CUTOVER_SCHEMA: Final = "cutover"
CONTROL_SCHEMA: Final = "awsdms_control"

GATE_SQL: Final = (
    "select format('drop trigger cutover_gate on %s', tgrelid::regclass) from pg_trigger "
    "where tgname = 'cutover_gate' and tgparentid = 0 \\gexec"
)
FENCE_SQL: Final = (
    "select format('alter role %I login', role) from cutover.fence where could_log_in \\gexec"
)
KEPT_SQL: Final = f"{sql.REOPEN};\n{GATE_SQL}\ndrop schema cutover cascade;"


@dataclass
class _Done:
    """What one call has come to so far."""

    dropped: list[str] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
    complete: bool = True
    needed: set[str] = field(default_factory=set)
    """Tables of the schema `cutover` that something which is left asks."""


class PostgresTraces:
    """cutover.ports.Traces on a real server, as the two roles that have made them: a connection for each call."""

    def __init__(
        self,
        address: Address,
        *,
        replication: Address,
        streams: tuple[str, ...] = (),
    ) -> None:
        """replication: the same database as the role of DMS. streams: publications and subscriptions that are its."""
        self._address = address
        self._replication = replication
        self._streams = list(streams)

    def writers(self) -> Mapping[str, int]:
        with _session(self._address) as session:
            return dict(session.execute(WRITERS).fetchall())

    def clear(self, *, keep_gate: bool, within: timedelta) -> Cleared:
        give_up = time.monotonic() + within.total_seconds()
        done = _Done()
        with _session(self._replication) as session:
            self._streams_of(session, done)
        with _session(self._address) as session:
            if keep_gate:
                self._keep(session, done)
            else:
                self._gate(session, done, give_up=give_up)
                if done.complete:
                    self._support(session, done)
        if done.complete:
            with _session(self._replication) as session:
                self._of_dms(session, done)
        return Cleared(dropped=tuple(done.dropped), left=tuple(done.left), complete=done.complete)

    def _streams_of(self, session: Connection, done: _Done) -> None:
        for (name,) in session.execute(SUBSCRIPTIONS, (self._streams,)).fetchall():
            # Without its slot, which is on the other side and has been dropped there.
            _drop(
                session,
                done,
                f"subscription {name}",
                f"alter subscription {name} disable",
                f"alter subscription {name} set (slot_name = none)",
                f"drop subscription {name}",
            )
        for (name,) in session.execute(PUBLICATIONS, (self._streams,)).fetchall():
            _drop(session, done, f"publication {name}", f"drop publication {name}")

    def _keep(self, session: Connection, done: _Done) -> None:
        if session.execute(SCHEMA_EXISTS, (CUTOVER_SCHEMA,)).fetchone() is None:
            return
        number = len(session.execute(GATED).fetchall())
        fenced = session.execute(login.FENCED).fetchone() == (True,)
        done.left.append(
            Left(
                what=f"the schema cutover, and the gate of {number} tables",
                why="this database was to stay closed",
                sql=f"{FENCE_SQL}\n{KEPT_SQL}" if fenced else KEPT_SQL,
            )
        )

    def _gate(self, session: Connection, done: _Done, *, give_up: float) -> None:
        """Opened before the first trigger goes: no table takes writes earlier than another."""
        _open(session)
        if session.execute(login.FENCED).fetchone() == (True,):
            self._fence(session, done)
        gated = [name for (name,) in session.execute(GATED).fetchall()]
        refused, done.complete = _without_triggers(session, gated, give_up=give_up)
        if gone := len(gated) - len(refused):
            done.dropped.append(f"the gate of {gone} tables")
        if done.complete:
            done.left += _left_gates(refused)

    def _fence(self, session: Connection, done: _Done) -> None:
        try:
            restored = login.take_down(session, stands=("barrier", "closed"))
        except pg.InsufficientPrivilege as error:
            # After the line: a person lets them in again.
            done.needed.add("fence")
            done.left.append(
                Left(
                    what="roles of the application that may not log in, in cutover.fence",
                    why=_said(error),
                    sql=FENCE_SQL,
                )
            )
            return
        if restored:
            done.dropped.append(f"the fence of {restored} roles")

    def _support(self, session: Connection, done: _Done) -> None:
        """The freeze first: what it calls is in the schema."""
        names = list(sql.FREEZE_TRIGGERS)
        for name, mine in session.execute(FREEZE_TRIGGERS, (names,)).fetchall():
            statement = f"drop event trigger {name}"
            if mine:
                _drop(session, done, f"event trigger {name}", statement)
            else:
                why = "a superuser made it, and only its owner drops it"
                done.left.append(Left(what=f"event trigger {name}", why=why, sql=f"{statement};"))
        _drop_schema(session, done, CUTOVER_SCHEMA)

    def _of_dms(self, session: Connection, done: _Done) -> None:
        for kind, name in session.execute(OF_DMS).fetchall():
            _drop(session, done, f"{kind} {name}", f"drop {kind} {name}")
        _drop_schema(session, done, CONTROL_SCHEMA)


def _open(session: Connection) -> None:
    """As the cutover does it; where its function is gone, or is another's, what can be done of it."""
    if session.execute(HAS_STATE).fetchone() != (True,):
        return
    may_reopen = session.execute(MAY_REOPEN).fetchone() == (True,)
    for statement in (sql.REOPEN,) if may_reopen else WAYS_TO_OPEN:
        # After the line. Somebody else has made it: then each table opens as its trigger goes.
        with contextlib.suppress(pg.InsufficientPrivilege):
            session.execute(statement)


def _without_triggers(
    session: Connection, tables: list[str], *, give_up: float
) -> tuple[dict[str, str], bool]:
    """Drops the trigger of each; those that have it still, with the reason, and whether all were tried in full."""
    left = dict.fromkeys(tables, "")
    for patience in PATIENCES:
        for table in tuple(left):
            if time.monotonic() >= give_up:
                return left, False
            try:
                _run(session, f"drop trigger if exists {sql.GATE_TRIGGER} on {table}", patience)
            except (pg.LockNotAvailable, pg.DeadlockDetected, pg.InsufficientPrivilege) as error:
                # After the line, and harmless: the trigger of an open gate lets every write pass.
                left[table] = _said(error)
            else:
                del left[table]
    return left, True


def _left_gates(refused: Mapping[str, str]) -> list[Left]:
    """By table, with the reason of each; where there are many, all at once."""
    if len(refused) > MOST_GATES:
        table, why = next(iter(refused.items()))
        what = f"the gate triggers of {len(refused)} tables, such as {table}"
        return [Left(what=what, why=why, sql=GATE_SQL)]
    return [
        Left(
            what=f"trigger {sql.GATE_TRIGGER} on {table}",
            why=why,
            sql=f"drop trigger {sql.GATE_TRIGGER} on {table};",
        )
        for table, why in refused.items()
    ]


def _drop_schema(session: Connection, done: _Done, schema: str) -> None:
    """What is known to be ours in it, then the schema itself where nothing of another's is left in it."""
    if session.execute(SCHEMA_EXISTS, (schema,)).fetchone() is None:
        return
    for kind, name, short in session.execute(IN_SCHEMA, {"schema": schema}).fetchall():
        known = OWN_FUNCTIONS if kind == "function" else OWN_TABLES - done.needed
        if short.startswith(DMS_PREFIX) or (schema == CUTOVER_SCHEMA and short in known):
            gone = _drop(session, done, f"{kind} {name}", f"drop {kind} {name}")
            if kind == "function" and not gone:
                # A trigger calls it still, and without its state the write or the command would fail.
                done.needed.add(STATE)
    _drop(session, done, f"schema {schema}", f"drop schema {schema}")


def _drop(session: Connection, done: _Done, what: str, *statements: str) -> bool:
    """One thing, or its name with the reason. Never CASCADE: what depends on it is somebody's."""
    try:
        for statement in statements:
            _run(session, statement, PATIENCES[-1])
    except (
        pg.DependentObjectsStillExist,
        pg.InsufficientPrivilege,
        pg.LockNotAvailable,
        pg.ObjectInUse,
        pg.DeadlockDetected,
        pg.QueryCanceled,
    ) as error:
        # After the line: named for a person, and tried again by the next start.
        done.left.append(Left(what=what, why=_said(error), sql=f"{'; '.join(statements)};"))
        return False
    done.dropped.append(what)
    return True


def _run(session: Connection, statement: str, patience: float) -> None:
    if "subscription" in statement:
        # Refused in a transaction as long as it has a slot.
        session.execute(statement.encode())
        return
    with session.transaction():
        session.execute(f"set local lock_timeout = '{int(patience * 1000)}ms'".encode())
        session.execute(statement.encode())


def _said(error: psycopg.Error) -> str:
    detail = (error.diag.message_detail or "").splitlines()
    named = "; ".join(detail[:MOST_BLOCKERS])
    return f"{error.diag.message_primary}{f' ({named})' if named else ''}"


@contextmanager
def _session(address: Address) -> Iterator[Connection]:
    """A connection of its own, with the driver's errors translated."""
    try:
        with _connected(address) as connection:
            yield connection
    except pg.InsufficientPrivilege as error:
        raise PrivilegeMissing(
            f"{address.username} on {address}: {error.diag.message_primary}"
        ) from error
    except psycopg.OperationalError as error:
        raise DatabaseUnreachable(f"{address}: {str(error).strip()}") from error


def _connected(address: Address) -> psycopg.Connection[tuple[Any, ...]]:
    return psycopg.connect(
        address.dsn(),
        autocommit=True,
        application_name=sql.APPLICATION_NAME,
        connect_timeout=CONNECT_TIMEOUT_SECONDS,
        # It passes a freeze that is still there, as every session of this package does.
        options=f"-c statement_timeout={STATEMENT_TIMEOUT} -c {sql.OWN_SESSION}=on",
    )
