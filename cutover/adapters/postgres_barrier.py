"""The barrier: one open transaction that holds every table and carries the closing, uncommitted.

The triggers are made just before, each in a transaction of its own, and let every write pass until the closing. While
the barrier is open, new writes queue on the table locks and readers go on; its commit closes the database for every
session, old snapshots, superusers and session overrides included; its rollback, or the death of whoever holds it,
undoes it without an error for anyone.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import math
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, Final, Self

import psycopg
from psycopg import errors as pg

from cutover.adapters.postgres_maintenance import made_way, maintenance, remedy
from cutover.adapters.postgres_sql import (
    APPLICATION_NAME,
    BARRIER_APPLICATION_NAME,
    CLOSE,
    CLOSE_WITHIN,
    END_BLOCKERS,
    FREEZE,
    HELD_TABLES,
    IDLE_FOR_WHAT_IS_LEFT,
    MAKE_GATE,
    OPEN,
    TABLES_AT_ONCE,
    TABLES_TO_GATE,
    UNCOMMITTED_TABLES,
    UNGATED_TABLES,
    WAITING_CHANGES,
    WRITES,
    gate_statements,
)
from cutover.decisions import listed
from cutover.errors import (
    BarrierLost,
    CutoverError,
    DeadlineExceeded,
    OriginBusy,
    SwitchAborted,
    SwitchOutcomeUnknown,
)
from cutover.ports import nothing

Connection = psycopg.Connection[tuple[Any, ...]]

BLOCKER_POLL_SECONDS: Final = 0.005

POLITE_WAITS: Final = tuple(timedelta(milliseconds=wait) for wait in (2, 4, 8, 16, 32, 64))
"""How long one attempt waits for each table, one after the other and round again.

A transaction over several tables may hold one that the barrier waits for and wait for one that it holds. Neither can
go on; giving up and trying again costs a few milliseconds, ending the session costs a client an error. Short waits
are many chances; the longer ones are for transactions that take longer than a wait. All end long before
deadlock_timeout.
"""

WAITS_BEYOND_PATIENCE: Final = tuple(timedelta(milliseconds=wait) for wait in (25, 50, 100, 200))
"""Long enough for several looks at who stands in the way (BLOCKER_POLL_SECONDS)."""

POLITE_DDL_MILLISECONDS: Final = 20
"""How long the making of one trigger waits for its table, and writers behind it. What can't be had in it the barrier
makes itself, behind its lock."""

MANY_TABLES: Final = 500
"""Fewer are locked within a few milliseconds, in any order. Of more, those that nobody writes to are locked first,
while writers go on."""

LOOKS_AT_THE_WRITERS: Final = 5
BETWEEN_LOOKS_SECONDS: Final = 0.003
"""Before any client waits: enough to see which table of many the transactions take first."""

MAINTENANCE_PATIENCE: Final = timedelta(seconds=20)
"""Before any client waits: for as many autovacuum workers as come one after the other. The state's own timeout has room
for it."""

SURELY_NOT_COMMITTED: Final = (pg.IdleInTransactionSessionTimeout, pg.InFailedSqlTransaction)
"""The server ended the transaction before it read COMMIT. Any other loss of the connection proves nothing."""

COMMITTING: Final = "before the commit"


class PostgresBarrier:
    """cutover.ports.Barrier over one transaction.

    Making it connects, entering it locks: when the first client begins to wait, nothing is left to be prepared.
    """

    def __init__(
        self,
        *,
        connect: Callable[[str], Connection],
        tables: tuple[str, ...],
        patience: timedelta,
        deadline: timedelta,
        begin: Callable[[], None] = nothing,
        clear_away: Callable[[], object] = nothing,
    ) -> None:
        """clear_away: removes the triggers of an open gate; called when this is left without a closing."""
        self.sessions_ended = 0
        self._begin = begin
        self._clear_away = clear_away
        self._tables = list(tables)
        self._names = frozenset(tables)
        self._ungated: tuple[str, ...] = tables
        """Those whose trigger the barrier has to make itself."""
        self._written: frozenset[str] = frozenset()
        self._held: Counter[str] = Counter()
        self._patience = patience
        self._deadline = deadline
        self._give_up_at = math.inf
        """By time.monotonic(): when the deadline passes. Nobody waits before it is set."""
        self._spent_on_maintenance = 0.0
        """Seconds behind the intent."""
        self._closing = False
        self._gate = connect(BARRIER_APPLICATION_NAME)
        self._watch = connect(APPLICATION_NAME)
        self._blockers = (self._gate.info.backend_pid, patience, patience)
        try:
            self._get_ready()
        except psycopg.OperationalError as error:  # before the line
            self._give_up()
            raise BarrierLost(f"the barrier's session ended: {error}") from error
        except psycopg.Error as error:  # before the line
            self._give_up()
            raise SwitchAborted(f"the gate could not be made: {error}") from error
        except BaseException:
            self._give_up()
            raise

    def _get_ready(self) -> None:
        """What can be done before any client waits."""
        self._watch.execute(END_BLOCKERS, ([], *self._blockers))
        self._rehearse_the_closing()
        self._end_maintenance()
        # Most changes of the schema that are on their way are seen here, where waiting for them costs nobody a thing.
        if newcomers := self._newcomers(ungated=self._names):
            raise OriginBusy(
                f"{newcomers}: new since the tables were listed, and it would stay open; try again"
            )
        writes = self._writes()
        self._make_gate()
        for _ in range(LOOKS_AT_THE_WRITERS):
            self._look_at_the_writers()
            time.sleep(BETWEEN_LOOKS_SECONDS)
        self._written = frozenset(
            table for table, count in self._writes().items() if writes.get(table) != count
        )
        self._sort()

    def _end_maintenance(self) -> None:
        """Has autovacuum make way, for which it takes longer than a client should wait.

        A client's is waited for and never ended: of CREATE INDEX CONCURRENTLY an invalid index would stay.
        Raises OriginBusy, PrivilegeMissing.
        """
        give_up = time.monotonic() + MAINTENANCE_PATIENCE.total_seconds()
        while work := maintenance(self._watch, self._names):
            left = timedelta(seconds=max(0.0, give_up - time.monotonic()))
            within = min(work[0].makes_way_after, left)
            if work[0].never_makes_way or not made_way(self._watch, work[0], within=within):
                raise OriginBusy(f"{listed(map(str, work))}: {remedy(work[0])}")

    def _end_maintenance_anew(self, give_up: float) -> float:
        """Behind the intent, between two attempts: what began since _end_maintenance(). Returns the seconds it took.

        The barrier holds nothing then, so nobody waits, and it can wait for as long as autovacuum needs. A client's is
        left to the barrier's patience. Raises SwitchAborted where one does not make way: before the line, but behind
        the intent, from where nothing is tried again.
        """
        begun = time.monotonic()
        for work in maintenance(self._gate, self._names):
            left = timedelta(seconds=give_up - time.monotonic())
            if not work.autovacuum or left <= timedelta(0):
                continue
            within = min(work.makes_way_after, left)
            if not work.never_makes_way and made_way(self._gate, work, within=within):
                continue
            if within < work.makes_way_after:
                raise self._limit_passed(f"while {work}")
            raise SwitchAborted(f"{work}: {remedy(work)}; nothing was changed")
        return time.monotonic() - begun

    def _rehearse_the_closing(self) -> None:
        """A session's first call of a function compiles it, which would lengthen the pause."""
        try:
            self._gate.execute("begin")
            self._gate.execute(CLOSE, ("{}",))
            self._gate.execute("rollback")
        except pg.DuplicateTable as error:
            raise SwitchAborted(
                "the origin is closed already: there is no writer to switch from"
            ) from error

    def _writes(self) -> dict[str, int]:
        return dict(self._watch.execute(WRITES).fetchall())

    def _make_gate(self) -> None:
        """Makes triggers that let every write pass, so that the barrier has none to make.

        Before the line, and before the intent: a controller that dies here leaves triggers that change nothing.
        """
        # Open first. It opens nothing that was closed behind a barrier: that has its view (INSTALL).
        self._watch.execute("select setval('cutover.gate_state', %s)", (OPEN,))
        self._watch.execute(f"set lock_timeout = {POLITE_DDL_MILLISECONDS}".encode())
        # A crash may forget them: the barrier looks for what has none.
        self._watch.execute("set synchronous_commit = off")
        missing = self._missing()
        for first in range(0, len(missing), TABLES_AT_ONCE):
            names = missing[first : first + TABLES_AT_ONCE]
            self._watch.execute(TABLES_TO_GATE, (json.dumps(names),))
            self._watch.execute(MAKE_GATE)
        self._watch.execute("reset lock_timeout")
        self._watch.execute("reset synchronous_commit")
        self._ungated = self._missing()

    def _missing(self) -> tuple[str, ...]:
        ungated = {name for (name,) in self._watch.execute(UNGATED_TABLES).fetchall()}
        return tuple(table for table in self._tables if table in ungated)

    def __enter__(self) -> Self:
        try:
            self._begin()
            self._lock()
        except BaseException:
            self._give_up()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if self._closing:
            self._end()
        else:
            self._give_up()

    def _give_up(self) -> None:
        """Before the line: whoever waited goes on, and then the triggers go."""
        answers = not self._gate.broken
        self._end()
        if answers:
            # What stays of them lets every write pass; the look at the origin, or the next switch, tries again.
            with contextlib.suppress(psycopg.Error, CutoverError):
                self._clear_away()

    def _end(self) -> None:
        # Before the line: closing an open transaction's session rolls it back. After a COMMIT: nothing.
        self._gate.close()
        self._watch.close()

    def close(self, proof: dict[str, Any]) -> None:
        writing = "before the closing was written"
        self._in_time(writing)
        try:
            left = _milliseconds(timedelta(seconds=self._give_up_at - time.monotonic()))
            self._gate.execute(CLOSE_WITHIN, (str(left), json.dumps(proof)))
        except (psycopg.OperationalError, *SURELY_NOT_COMMITTED) as error:  # before the line
            raise self._ended(error, writing) from error
        except psycopg.Error as error:
            raise SwitchAborted(f"the closing could not be written: {error}") from error
        # Creating a table waits for no lock of ours. A closing that leaves one out is no closing, so the look for them
        # is the last thing before it.
        if newcomers := self._newcomers():
            raise SwitchAborted(
                f"{newcomers} came while the barrier stood and would stay open: nothing was changed; keep "
                "migrations away from the source and start again"
            )
        # As late as it can be asked: what was still to be done took time, and clients wait.
        self._in_time(COMMITTING)
        # From here on only the origin knows, until it has answered.
        self._closing = True
        try:
            tag = self._gate.execute("commit").statusmessage
        except SURELY_NOT_COMMITTED as error:
            self._closing = False
            raise self._ended(error, COMMITTING) from error
        except psycopg.Error as error:
            raise SwitchOutcomeUnknown(f"no answer to the closing: {error}") from error
        if tag != "COMMIT":
            self._closing = False
            raise BarrierLost(f"the closing was answered with {tag}: nothing was changed")

    def _newcomers(self, *, ungated: frozenset[str] = frozenset()) -> str:
        """What the barrier does not hold, for a message; empty where there is nothing.

        ungated: those that have no trigger yet, as long as it does not stand.

        The locks first: what is committed between the two looks has lost its locks and is seen by the second.
        In two round trips, and prepared: clients wait for it, and the server may be far away.
        """
        try:
            with self._gate.pipeline():
                # Otherwise a transaction sees the sessions as they were when it first looked.
                self._gate.execute("select pg_stat_clear_snapshot()")
                looks = [
                    self._gate.execute(query, prepare=True)
                    for query in (UNCOMMITTED_TABLES, WAITING_CHANGES)
                ]
            # Not in the pipeline: behind its end the driver sends a Flush, which stops the server's clock for a
            # session that is idle in its transaction, and a barrier whose holder stalls would stand for ever.
            looks.append(self._gate.execute(UNGATED_TABLES, prepare=True))
            return listed(
                name for look in looks for (name,) in look.fetchall() if name not in ungated
            )
        except psycopg.Error as error:  # before the line
            raise self._ended(error, COMMITTING) from error

    def _in_time(self, doing: str) -> None:
        if time.monotonic() >= self._give_up_at:
            raise self._limit_passed(doing)

    def _limit_passed(self, doing: str) -> DeadlineExceeded:
        return DeadlineExceeded(
            f"the limit of {_milliseconds(self._deadline)} ms passed {doing}: nothing was changed, clients saw a "
            "delay only"
        )

    def _ended(self, error: psycopg.Error, doing: str) -> SwitchAborted:
        """What the end of the barrier's session was: the limit, which the server keeps too, or anything else."""
        late = time.monotonic() >= self._give_up_at
        if late or isinstance(error, pg.IdleInTransactionSessionTimeout):
            return self._limit_passed(doing)
        return BarrierLost(f"the barrier ended before it was closed: {error}")

    def _lock(self) -> None:
        """Locks every table and makes the gate, uncommitted.

        It gives up and tries again, and writers go on in between. Beyond the patience it also ends the sessions in its
        way that stand still; those that are on their way are waited for until the deadline.
        """
        begun = time.monotonic()
        give_up = self._give_up_at = begun + self._deadline.total_seconds()
        patience = self._patience.total_seconds()
        for wait in itertools.cycle(POLITE_WAITS):
            # What autovacuum was waited for is nobody else's fault.
            if time.monotonic() >= min(begun + patience + self._spent_on_maintenance, give_up):
                break
            if self._held_within(wait, give_up=give_up):
                return
        with self._clearing_the_way():
            for wait in itertools.cycle(WAITS_BEYOND_PATIENCE):
                if time.monotonic() >= give_up:
                    break
                if self._held_within(wait, give_up=give_up):
                    return
        raise self._too_late()

    def _look_at_the_writers(self) -> None:
        self._held.update(dict(self._gate.execute(HELD_TABLES).fetchall()))
        self._sort()

    def _sort(self) -> None:
        """Puts the tables into the order in which the running transactions take them.

        A transaction keeps what it has locked, so the table that it takes first is held for longest, and is most often
        found held. A barrier that waits for that one first holds nothing yet that the transaction still needs: it ends,
        and new ones queue at their first table, where they hold nothing that the barrier needs.
        """
        many = len(self._tables) > MANY_TABLES
        self._tables.sort(
            key=lambda table: (
                many and (table in self._written or self._held[table] > 0),
                -self._held[table],
            )
        )

    def _held_within(self, wait: timedelta, *, give_up: float) -> bool:
        left = timedelta(seconds=max(0.0, give_up - time.monotonic()))
        try:
            self._attempt(wait=min(wait, left), left=left)
        except pg.LockNotAvailable:
            # Whoever held one table and waited for another goes on now; the next attempt may find it gone.
            try:
                self._gate.execute("rollback")
                self._look_at_the_writers()
                self._spent_on_maintenance += self._end_maintenance_anew(give_up)
                # A rollback makes the driver forget what was prepared.
                self._newcomers()
            except psycopg.Error as error:  # before the line
                raise BarrierLost(f"the barrier's session ended: {error}") from error
            return False
        return True

    def _attempt(self, *, wait: timedelta, left: timedelta) -> None:
        """One transaction that waits up to `wait` for each table. Raises pg.LockNotAvailable beyond it."""
        idle = IDLE_FOR_WHAT_IS_LEFT.replace("{left}", str(_milliseconds(left)))
        try:
            # The server itself ends a barrier whose holder has stalled, when the limit passes: nobody stays closed
            # because of it.
            # The closing must be on disk before it is answered: with the source's synchronous_commit off, a crash
            # right afterwards would forget it and open the source beside the target.
            self._gate.execute(
                f"begin isolation level read committed; set local synchronous_commit = on;"
                f"set local lock_timeout = {_milliseconds(wait)};"
                f"set local statement_timeout = {_milliseconds(left)};"
                f"lock table {', '.join(self._tables)} in share row exclusive mode;" + idle
            )
            self._gate.execute(gate_statements(self._ungated) + FREEZE + idle)
        except pg.LockNotAvailable:
            raise
        except pg.QueryCanceled as error:
            raise self._too_late() from error
        except (psycopg.OperationalError, *SURELY_NOT_COMMITTED) as error:  # before the line
            raise self._ended(error, "before every table was held") from error
        except psycopg.Error as error:
            raise SwitchAborted(f"the gate could not be made: {error}") from error

    def _too_late(self) -> DeadlineExceeded:
        return DeadlineExceeded(
            f"running writes did not finish within {_milliseconds(self._deadline)} ms: nothing was changed"
        )

    @contextlib.contextmanager
    def _clearing_the_way(self) -> Iterator[None]:
        """Meanwhile the sessions that the barrier waits for are ended, where they stand still."""
        enough = threading.Event()
        clearing = threading.Thread(target=self._clear_the_way, args=[enough], daemon=True)
        clearing.start()
        try:
            yield
        finally:
            enough.set()
            clearing.join()

    def _clear_the_way(self, enough: threading.Event) -> None:
        with contextlib.suppress(psycopg.Error):  # before the line: the lock's own timeout decides
            ended_pids: set[int] = set()
            standing: list[int] = []
            while not enough.wait(BLOCKER_POLL_SECONDS):
                found = self._watch.execute(END_BLOCKERS, (standing, *self._blockers)).fetchall()
                standing = [pid for pid, _ in found]
                ended_pids |= {pid for pid, ended in found if ended}
                self.sessions_ended = len(ended_pids)


def _milliseconds(duration: timedelta) -> int:
    # 0 would mean no limit at all.
    return max(1, round(duration.total_seconds() * 1000))
