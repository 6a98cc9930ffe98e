"""The preflight's queries on a real server: each alone in a read-only transaction, with limits of time and lock."""

from __future__ import annotations

import time
from typing import Any, Final

import psycopg
from psycopg import errors as pg
from psycopg.rows import dict_row

from cutover.preflight.check import Answer, Sql, Unanswered

CONNECT_TIMEOUT_SECONDS: Final = 5
STATEMENT_TIMEOUT_SECONDS: Final = 10
LOCK_TIMEOUT_MILLISECONDS: Final = 500
"""A query may wait for a lock on a catalog only; whoever asks must not queue up behind DDL."""

BUDGET_SECONDS: Final = 300.0
"""Of one server: a hundred questions that each run into their own limit would take a quarter of an hour."""

SESSION: Final = f"""\
set statement_timeout = '{STATEMENT_TIMEOUT_SECONDS}s';
set lock_timeout = '{LOCK_TIMEOUT_MILLISECONDS}ms';
set idle_in_transaction_session_timeout = '{2 * STATEMENT_TIMEOUT_SECONDS}s';
set search_path = pg_catalog;
set jit = off"""
"""With SET and not as options of the connection: pg_settings.reset_val then still tells what the role would have."""


class PostgresQuestions:
    """One server, over one connection, made at the first question. It never raises: what fails is not answered."""

    def __init__(
        self, dsn: str, *, values: dict[str, Any], budget_seconds: float = BUDGET_SECONDS
    ) -> None:
        """budget_seconds: of all questions together; those after it are not asked any more."""
        self._dsn = dsn
        self._values = values
        self._budget = budget_seconds
        self._used = 0.0
        self._connection: psycopg.Connection[dict[str, Any]] | None = None
        self._unreachable = ""

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def ask(self, question: Sql) -> Answer:
        """The rows, or why there are none. After a failed connection it is not tried again: a hundred checks would
        each wait for it."""
        if self._unreachable:
            return Unanswered(reason=self._unreachable)
        if self._used > self._budget:
            return Unanswered(
                reason=f"not asked any more: the checks before it took {self._used:.0f} s"
            )
        start = time.monotonic()
        try:
            return self._asked(question)
        finally:
            self._used += time.monotonic() - start

    def _asked(self, question: Sql) -> Answer:
        try:
            session = self._session()
        except psycopg.Error as error:  # before the line: nothing is done here, only asked
            self._unreachable = f"no connection: {_line(error)}"
            return Unanswered(reason=self._unreachable)
        try:
            with session.transaction():
                text = question.for_version(session.info.server_version // 10_000)
                return tuple(session.execute(text.encode(), self._values).fetchall())
        except pg.QueryCanceled:  # before the line, as are all here
            return Unanswered(reason=f"no answer within {STATEMENT_TIMEOUT_SECONDS} s")
        except pg.LockNotAvailable:
            return Unanswered(
                reason=f"a lock was not free within {LOCK_TIMEOUT_MILLISECONDS} ms: somebody changes the schema"
            )
        except pg.InsufficientPrivilege as error:
            return Unanswered(
                reason=f"{session.info.user} may not ask: {error.diag.message_primary}"
            )
        except UnicodeDecodeError:
            return Unanswered(reason="a name is not in the encoding that the server says")
        except psycopg.Error as error:
            if session.closed:
                self._connection = None
            return Unanswered(reason=_line(error))

    def _session(self) -> psycopg.Connection[dict[str, Any]]:
        if self._connection is None:
            made = psycopg.connect(
                self._dsn,
                autocommit=True,
                row_factory=dict_row,
                connect_timeout=CONNECT_TIMEOUT_SECONDS,
                application_name="cutover preflight",
                # A server whose encoding is SQL_ASCII would send bytes where text is expected.
                client_encoding="utf8",
            )
            made.execute(SESSION.encode())
            made.read_only = True
            self._connection = made
        return self._connection


def _line(error: psycopg.Error) -> str:
    """The error's first line; psycopg never writes a password into it."""
    return (str(error).strip() or type(error).__name__).splitlines()[0]
