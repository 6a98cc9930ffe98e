"""A PostgreSQL server that is asked and not changed: the real adapter over connections that write down."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from types import SimpleNamespace
from typing import Any, Final

import psycopg

from cutover.adapters import postgres_login as login
from cutover.adapters import postgres_maintenance as upkeep
from cutover.adapters import postgres_slots as slots
from cutover.adapters import postgres_sql as sql
from cutover.adapters.postgres import Address, PostgresDatabase
from cutover.adapters.postgres_barrier import Connection
from cutover.adapters.postgres_login import LoginFencedDatabase
from cutover.adapters.recording import Notebook, Replicated
from cutover.errors import BadInput

PLAN_APPLICATION_NAME: Final = f"{sql.APPLICATION_NAME} plan"

ACTS: Final = re.compile(
    r"\b(setval|nextval|set_config|lo_\w+|pg_(try_)?advisory_\w+|pg_(terminate|cancel)_backend"
    r"|pg_(create|drop|copy)_\w+|pg_replication_\w+|pg_logical_\w+|pg_switch_wal|pg_reload_conf|cutover\.close|cutover\.reopen)\s*\(",
    re.IGNORECASE,
)
"""Functions that change something and that a read-only transaction lets pass."""

LOCKS: Final = re.compile(r"\bfor update\s*$", re.IGNORECASE)
"""A read-only transaction refuses it."""

TRIGGER_ON: Final = re.compile(
    rf"(?:create|drop) trigger (?:if exists )?{sql.GATE_TRIGGER} .*?\bon (.+?)"
    r"(?: for each statement execute function cutover\.refuse_write\(\);|$)"
)
"""As gate_statements() and remove_gate() spell it."""

LOCKED_TABLE: Final = re.compile(r"lock table only (.+) in share update exclusive mode$")
"""As postgres_maintenance.made_way() spells it."""

Row = tuple[Any, ...]


@dataclass
class _AsIfDone:
    """What would be different on this server by now."""

    gate_state: int | None = None
    closed: bool | None = None
    """Whether there would be the view that says so; None: as the server says."""
    gated: dict[str, bool] = field(default_factory=dict)
    """By table: whether it would have the gate's trigger; the others as the server says."""
    dropped_slots: set[str] = field(default_factory=set)
    maintained: set[str] = field(default_factory=set)
    """Tables whose maintenance would have made way."""
    fence: dict[str, _Fenced] | None = None
    """By role; None: as the server says, where it has the table."""
    logins: dict[str, bool] = field(default_factory=dict)
    """By role: whether it could log in; the others as the server says."""
    ended: set[int] = field(default_factory=set)
    """Processes whose sessions would be gone."""


@dataclass
class _Fenced:
    """A row of cutover.fence."""

    stands: str
    could_log_in: bool


@dataclass(frozen=True)
class _Answer:
    """A cursor that has been executed."""

    rows: list[Row]
    statusmessage: str = ""

    @property
    def rowcount(self) -> int:
        return len(self.rows)

    def fetchall(self) -> list[Row]:
        return self.rows

    def fetchone(self) -> Row | None:
        return self.rows[0] if self.rows else None


class _Recording(PostgresDatabase):
    """Sessions that write down, over one that only reads."""

    def write_into(self, notebook: Notebook, *, where: str, replicated: Replicated) -> None:
        """where: source or target, for the notebook. replicated: shared by both sides."""
        self._notebook, self._where, self._replicated = notebook, where, replicated
        self._as_if = _AsIfDone()
        self._server: Connection | None = None

    def close(self) -> None:
        super().close()
        if self._server is not None:
            self._server.close()
            self._server = None

    def _connect(self, application_name: str) -> Connection:
        if self._server is None or self._server.closed:
            self._server = super()._connect(PLAN_APPLICATION_NAME)
            self._server.execute("set session characteristics as transaction read only")
        recording: Any = RecordingConnection(
            self._server,
            session=application_name,
            notebook=self._notebook,
            where=self._where,
            as_if=self._as_if,
            replicated=self._replicated,
        )
        return recording  # type: ignore[no-any-return]


SLOT_TO_BE_READ: Final = "the slot of the task that carries"


class RecordingDatabase(_Recording):
    """cutover.ports.Database that answers from a real server and leaves it as it is."""


class RecordingLoginFencedDatabase(_Recording, LoginFencedDatabase):
    """The same of a server that is closed by locking the application's roles."""


def recording_database(
    address: Address,
    *,
    notebook: Notebook,
    where: str,
    replicated: Replicated,
    fence_roles: tuple[str, ...] = (),
    replication_roles: tuple[str, ...] = (),
) -> _Recording:
    """With the fence that the settings name: fence_roles are empty where it is the triggers."""
    database: _Recording = (
        RecordingLoginFencedDatabase(
            address, roles=fence_roles, replication_roles=replication_roles
        )
        if fence_roles
        else RecordingDatabase(address, replication_roles=replication_roles)
    )
    database.write_into(notebook, where=where, replicated=replicated)
    return database


class RecordingConnection:
    """As much of psycopg's connection as the adapters use."""

    def __init__(
        self,
        server: Connection,
        *,
        session: str,
        notebook: Notebook,
        where: str,
        as_if: _AsIfDone,
        replicated: Replicated,
    ) -> None:
        self.closed = self.broken = False
        # No process is behind it: nothing waits for 0 and 0 blocks nobody.
        self.info = SimpleNamespace(
            server_version=server.info.server_version,
            backend_pid=0,
            user=getattr(server.info, "user", ""),
        )
        self._server, self._session = server, session
        self._notebook, self._where = notebook, where
        self._as_if, self._replicated = as_if, replicated
        self._open = False
        """A transaction stands; what it gates is this server's once it commits."""
        self._uncommitted: dict[str, bool] = {}
        self._closing = False
        self._to_gate: list[str] = []

    def close(self) -> None:
        # As the server does: what was not committed is rolled back.
        self._open, self.closed = False, True
        self._uncommitted, self._closing = {}, False

    def pipeline(self) -> AbstractContextManager[None]:
        return nullcontext()

    def execute(
        self,
        query: str | bytes | psycopg.sql.Composable,
        values: Any = (),
        *,
        prepare: bool | None = None,
    ) -> _Answer:
        del prepare
        if isinstance(query, psycopg.sql.Composable):
            query = query.as_string(None)
        text = query.decode() if isinstance(query, bytes) else query
        given = tuple(values)
        if given:
            text = _as_sent(text)
        if self._is_read(text):
            self._write(text, given, acts=False)
            return _Answer(self._read(query, text, given))
        answer = self._act(text, given)
        self._write(text, given, acts=True)
        return answer

    @contextmanager
    def transaction(self) -> Iterator[RecordingConnection]:
        self.execute("BEGIN")
        try:
            yield self
        except psycopg.Rollback:
            self.execute("ROLLBACK")
        except BaseException:
            self.execute("ROLLBACK")
            raise
        else:
            self.execute("COMMIT")

    def _write(self, text: str, values: Row, *, acts: bool) -> None:
        self._notebook.write(
            self._where, text.strip(), session=self._session, values=values, acts=acts
        )

    @staticmethod
    def _is_read(text: str) -> bool:
        select = text.lstrip().lower().startswith("select")
        return select and not ACTS.search(text) and not LOCKS.search(text)

    def _read(self, query: Any, text: str, values: Row) -> list[Row]:
        """What the server says, with what would be different by now. It refuses to write in this session."""
        if text == SEEN and values[0] in self._replicated.tokens:
            return [(1,)]
        if text == sql.IS_OPEN and (known := self._is_open()) is not None:
            return [(known,)]
        if text == NEWEST_BEAT and self._replicated.beat is not None:
            return [self._replicated.beat]
        if text == login.GATE:
            return self._closed_roles()
        return self._as_it_would_be(text, self._server.execute(query, values or None).fetchall())

    def _as_it_would_be(self, text: str, rows: list[Row]) -> list[Row]:
        gated = self._as_if.gated | self._uncommitted
        gone: dict[str, set[Any]] = {
            upkeep.MAINTENANCE: self._as_if.maintained,
            LEFT_SLOTS: self._as_if.dropped_slots,
            FENCED_SESSIONS: self._as_if.ended,
        }
        if text == sql.TABLES:
            return [(name, gated.get(name, has)) for name, has in rows]
        if text == sql.UNGATED_TABLES:
            return [(name,) for (name,) in rows if not gated.get(name, False)]
        if text == STREAMING_SLOTS:
            # Planned before the load, or between two of its connections: a move begins only once it is read.
            return rows or [(SLOT_TO_BE_READ,)]
        if text == login.FENCED:
            return [(self._as_if.fence is not None or bool(rows[0][0]),)]
        return [row for row in rows if row[0] not in gone[text]] if text in gone else rows

    def _act(self, text: str, values: Row) -> _Answer:
        """The answer as if it were done. Raises BadInput for what nobody has said how to answer."""
        # Without values psycopg leaves two percent signs as they are.
        plain = text.strip().lower().replace("%%", "%")
        for begins, answer in ANSWERS.items():
            if plain.startswith(begins):
                return answer(self, text, values)
        raise BadInput(
            f"a plan can't tell what this would do, so it is not planned: {text.strip()[:120]}"
        )

    def _now(self) -> datetime:
        row = self._server.execute("select clock_timestamp()").fetchone()
        assert row is not None
        moment: datetime = row[0]
        return moment

    def _done(self, text: str, values: Row) -> _Answer:
        del text, values
        return _Answer([])

    def _is_open(self) -> bool | None:
        state, closed = self._as_if.gate_state, self._as_if.closed
        if closed or (state is not None and state != sql.OPEN):
            return False
        return True if state == sql.OPEN and closed is not None else None

    def _set_gate(self, text: str, values: Row) -> _Answer:
        del text
        self._as_if.gate_state = values[0]
        return _Answer([(values[0],)])

    def _begin(self, text: str, values: Row) -> _Answer:
        del text, values
        self._open, self._uncommitted, self._closing = True, {}, False
        return _Answer([])

    def _commit(self, text: str, values: Row) -> _Answer:
        del text, values
        self._as_if.gated |= self._uncommitted
        self._as_if.closed = self._closing or self._as_if.closed
        self._open, self._uncommitted, self._closing = False, {}, False
        return _Answer([], statusmessage="COMMIT")

    def _rollback(self, text: str, values: Row) -> _Answer:
        del text, values
        self._open, self._uncommitted, self._closing = False, {}, False
        return _Answer([], statusmessage="ROLLBACK")

    def _triggers(self, text: str, values: Row) -> _Answer:
        del values
        made = text.lstrip().lower().startswith("create")
        changed = self._uncommitted if self._open else self._as_if.gated
        changed |= dict.fromkeys(TRIGGER_ON.findall(text), made)
        return _Answer([])

    def _tables_to_gate(self, text: str, values: Row) -> _Answer:
        del text
        self._to_gate = json.loads(values[0])
        return _Answer([])

    def _make_gate(self, text: str, values: Row) -> _Answer:
        del text, values
        self._as_if.gated |= dict.fromkeys(self._to_gate, True)
        return _Answer([])

    def _remove_gate(self, text: str, values: Row) -> _Answer:
        del text, values
        self._as_if.gated |= dict.fromkeys(self._to_gate, False)
        return _Answer([])

    def _close(self, text: str, values: Row) -> _Answer:
        del text, values
        self._closing = True
        return _Answer([])

    def _reopen(self, text: str, values: Row) -> _Answer:
        del text, values
        self._as_if.gate_state, self._as_if.closed = sql.OPEN, False
        return _Answer([])

    def _token(self, text: str, values: Row) -> _Answer:
        del text
        self._replicated.tokens.add(values[0])
        return _Answer([])

    def _beat(self, text: str, values: Row) -> _Answer:
        del text, values
        newest = self._replicated.beat
        if newest is None:
            row = self._server.execute(NEWEST_BEAT).fetchone()
            newest = row and (row[0], row[1])
        self._replicated.beat = (newest[0] + 1 if newest else 1, self._now())
        return _Answer([self._replicated.beat])

    def _lock_table(self, text: str, values: Row) -> _Answer:
        """In the move whoever holds it makes way, or is named."""
        del values
        self._as_if.maintained |= set(LOCKED_TABLE.findall(text))
        return _Answer([])

    def _lock(self, text: str, values: Row) -> _Answer:
        del text, values
        return _Answer([(True,)])

    def _advance(self, text: str, values: Row) -> _Answer:
        """Where the log ends now; in the move it will be further on."""
        del text, values
        return _Answer(self._server.execute("select pg_current_wal_flush_lsn()::text").fetchall())

    def _drop_slots(self, text: str, values: Row) -> _Answer:
        del text
        self._as_if.dropped_slots |= set(values[0])
        return _Answer([])

    def _fence(self) -> dict[str, _Fenced]:
        """As the server has it, until something would have changed it."""
        if self._as_if.fence is None:
            there = self._server.execute(login.FENCED).fetchone() == (True,)
            rows = self._server.execute(FENCE_ROWS).fetchall() if there else []
            self._as_if.fence = {
                role: _Fenced(stands=stands, could_log_in=could) for role, stands, could in rows
            }
        return self._as_if.fence

    def _logins(self, roles: Iterable[str]) -> dict[str, bool]:
        """Whether each could log in, of those that the server has."""
        rows = self._server.execute(login.ROLES, (list(roles),)).fetchall()
        return {role: self._as_if.logins.get(role, bool(may)) for role, may in rows}

    def _closed_roles(self) -> list[Row]:
        closed = [role for role, row in self._fence().items() if row.stands == "closed"]
        return sorted(self._logins(closed).items())

    def _install(self, text: str, values: Row) -> _Answer:
        del text, values
        self._fence()
        return _Answer([])

    def _standing(self, text: str, values: Row) -> _Answer:
        del text
        return _Answer(
            [
                (role, row.could_log_in)
                for role, row in self._fence().items()
                if row.stands in values[0]
            ]
        )

    def _put_up(self, text: str, values: Row) -> _Answer:
        del text
        stands, roles = values
        fence = self._fence()
        for role, may in self._logins(roles).items():
            could = fence[role].could_log_in if role in fence else may
            fence[role] = _Fenced(stands=stands, could_log_in=could)
        return _Answer([])

    def _take_down(self, text: str, values: Row) -> _Answer:
        del text
        fence = self._fence()
        for role in [role for role, row in fence.items() if row.stands in values[0]]:
            del fence[role]
        return _Answer([])

    def _close_fence(self, text: str, values: Row) -> _Answer:
        del text, values
        rows = [row for row in self._fence().values() if row.stands == "barrier"]
        for row in rows:
            row.stands = "closed"
        return _Answer([()] * len(rows))

    def _alter_role(self, text: str, values: Row) -> _Answer:
        del values
        quoted, option = text.removeprefix("alter role ").rsplit(" ", 1)
        role = quoted[1:-1].replace('""', '"') if quoted.startswith('"') else quoted
        self._as_if.logins[role] = option == "login"
        return _Answer([])

    def _end_sessions(self, text: str, values: Row) -> _Answer:
        del text
        self._as_if.ended |= set(values[0])
        return _Answer([(True,)] * len(values[0]))


def _as_sent(text: str) -> str:
    """As psycopg sends a statement with values: $1 for each place, and one percent sign for two."""
    numbers = itertools.count(1)
    return re.sub(r"%[s%]", lambda match: f"${next(numbers)}" if match[0] == "%s" else "%", text)


SEEN: Final = "select 1 from cutover.token where token = $1"
NEWEST_BEAT: Final = "select beat, written_at from cutover.heartbeat where id = 1"
STREAMING_SLOTS: Final = _as_sent(slots.STREAMING_SLOTS)
LEFT_SLOTS: Final = _as_sent(slots.LEFT_SLOTS)
FENCED_SESSIONS: Final = _as_sent(login.SESSIONS)
FENCE_ROWS: Final = "select role::text, stands, could_log_in from cutover.fence"


def _start(statement: str) -> str:
    return _as_sent(statement).strip().lower()


ANSWERS: Final = {
    "select setval('cutover.gate_state', $1)": RecordingConnection._set_gate,
    "begin": RecordingConnection._begin,
    "commit": RecordingConnection._commit,
    "rollback": RecordingConnection._rollback,
    "set local ": RecordingConnection._done,
    "create trigger ": RecordingConnection._triggers,
    "drop trigger ": RecordingConnection._triggers,
    "drop event trigger ": RecordingConnection._done,
    "lock table only ": RecordingConnection._lock_table,
    _start(sql.INSTALL): RecordingConnection._install,
    "create or replace function cutover.": RecordingConnection._done,
    "insert into cutover.token (token) values ($1)": RecordingConnection._token,
    _start(sql.CLOSE): RecordingConnection._close,
    _start(sql.CLOSE_WITHIN): RecordingConnection._close,
    _start(sql.REOPEN): RecordingConnection._reopen,
    _start(sql.TABLES_TO_GATE): RecordingConnection._tables_to_gate,
    "do $gate$": RecordingConnection._make_gate,
    "do $ungate$": RecordingConnection._remove_gate,
    "do $freeze$": RecordingConnection._done,
    "set lock_timeout ": RecordingConnection._done,
    "set synchronous_commit ": RecordingConnection._done,
    "reset ": RecordingConnection._done,
    _start(sql.WRITE_HEARTBEAT): RecordingConnection._beat,
    _start(sql.SET_SEQUENCES): RecordingConnection._done,
    _start(sql.END_BLOCKERS): RecordingConnection._done,
    _start(sql.END_CLIENT_SESSIONS): RecordingConnection._done,
    _start(login.ONE_BARRIER): RecordingConnection._lock,
    _start(login.STANDING): RecordingConnection._standing,
    _start(login.PUT_UP): RecordingConnection._put_up,
    _start(login.CLOSE): RecordingConnection._close_fence,
    "delete from cutover.fence where stands = any ($1)": RecordingConnection._take_down,
    "alter role ": RecordingConnection._alter_role,
    "select pg_terminate_backend(pid) from unnest($1::int[]) as pid": RecordingConnection._end_sessions,
    _start(slots.LOCK): RecordingConnection._lock,
    "select pg_drop_replication_slot($1)": RecordingConnection._done,
    "select pg_create_logical_replication_slot($1, $2)": RecordingConnection._done,
    _start(slots.FLUSH): RecordingConnection._done,
    _start(slots.ADVANCE): RecordingConnection._advance,
    _start(slots.DROP_SLOTS): RecordingConnection._drop_slots,
}
"""By how a statement that acts begins."""
