"""Writers: they never stop, repeat a write until it is acknowledged, and remember what was."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING, Any, Final

from rehearsal.workload.configuration import ACCOUNTS
from rehearsal.workload.ledger import ClientError, Write
from rehearsal.workload.resolving import CachedName
from rehearsal.workload.session import Session, StatementFailed

if TYPE_CHECKING:
    import threading

    from rehearsal.workload.configuration import ClientsConfiguration, Side
    from rehearsal.workload.recording import Recorder
    from rehearsal.workload.resolving import Resolver

SHORTEST_PAUSE_SECONDS: Final = 0.002
LONGEST_PAUSE_SECONDS: Final = 0.05
ORDER_EVERY: Final = 10
"""Every so many writes, one also places an order and leaves a note: no table is left out."""

# One statement, hence one transaction in one round trip. A repeated write finds its ledger row
# there already; `fresh` is then empty and nothing is applied twice. The index scan takes the two
# accounts in the order of their keys, so that two writers can't wait for each other in a ring.
_TRANSFER: Final = """
with fresh as (
    insert into ledger (writer, seq, debit_account, credit_account, amount)
    values (%(writer)s, %(seq)s, %(debit)s, %(credit)s, %(amount)s)
    on conflict (writer, seq) do nothing
    returning writer, seq, debit_account, credit_account, amount
), moved as (
    update accounts set
        balance = balance + case when id = debit_account then -amount else amount end,
        entries = entries + 1,
        updated_at = clock_timestamp()
    from fresh
    where id = any (array[%(debit)s, %(credit)s]::bigint[])
), told as (
    insert into events (writer, seq, body)
    select writer, seq, jsonb_build_object('kind', 'transfer', 'amount', amount) from fresh
)"""
_ORDER: Final = """, ordered as (
    insert into orders (account_id, state, total)
    select debit_account, 'open', amount from fresh returning id
), lined as (
    insert into order_lines (order_id, line, article, quantity)
    select id, 1, 'article ' || id %% 400, 1 from ordered
), noted as (
    insert into audit_notes (author, note)
    select 'writer ' || writer, 'order placed with transfer ' || seq from fresh
)"""
_ANSWER: Final = " select count(*) from fresh"
TRANSFER: Final = _TRANSFER + _ANSWER
TRANSFER_WITH_ORDER: Final = _TRANSFER + _ORDER + _ANSWER


class Writer:
    """One writer: an endless, evenly paced sequence of transfers, each exactly once.

    Keeps its connection until a write is refused or the connection is lost; then it asks for the
    name again (an answer within its TTL is kept, as a client's would be), connects and repeats the
    same write. With `spread_writes` it stands for many users instead, each writing where the
    answer of its own points at that moment.
    """

    def __init__(
        self,
        number: int,
        *,
        configuration: ClientsConfiguration,
        resolver: Resolver,
        recorder: Recorder,
        stop: threading.Event,
    ) -> None:
        load, names = configuration.load, configuration.names
        self._number = number
        self._recorder = recorder
        self._stop = stop
        self._sticky = not load.spread_writes
        self._interval = load.writers / load.writes_per_second
        self._first_seq = configuration.first_seq
        self._random = random.Random(load.seed * 1000 + number)
        users = load.users if load.spread_writes else 1
        self._users = [CachedName(resolver, names.write) for _ in range(users)]
        self._sessions = {
            host: Session(address, application_name=f"writer {number}")
            for host, address in names.hosts.items()
        }
        self._current: Session | None = None

    def run(self) -> None:
        """Write until told to stop; a write under way is finished, or given up unacknowledged."""
        seq = self._first_seq
        # The writers of a run start spread over one interval, and so stay.
        due = time.monotonic() + self._interval * self._random.random()
        while not self._stop.wait(max(0.0, due - time.monotonic())):
            self._write(seq)
            seq += 1
            # No burst after a pause: what was not written then is not made up for.
            due = max(due + self._interval, time.monotonic())
        for session in self._sessions.values():
            session.close()

    def _write(self, seq: int) -> None:
        debit, credit = self._random.sample(range(1, ACCOUNTS + 1), 2)
        transfer = {
            "writer": self._number,
            "seq": seq,
            "debit": debit,
            "credit": credit,
            "amount": self._random.randint(1, 90),
        }
        statement = TRANSFER_WITH_ORDER if seq % ORDER_EVERY == 0 else TRANSFER
        user = self._users[seq % len(self._users)]
        pause = SHORTEST_PAUSE_SECONDS
        while not self._attempt(statement, transfer, user) and not self._stop.wait(pause):
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)

    def _attempt(self, statement: str, transfer: dict[str, Any], user: CachedName) -> bool:
        session = self._session(user)
        sent_ns = time.time_ns()
        try:
            session.execute(statement, transfer)
        except StatementFailed as failure:
            self._note_failure(failure, session.side)
            return False
        self._recorder.wrote(
            Write(self._number, transfer["seq"], session.side, sent_ns, time.time_ns())
        )
        return True

    def _session(self, user: CachedName) -> Session:
        if self._current is None:
            host, _ = user.value()
            session = self._sessions[host]
            if not self._sticky:
                return session
            self._current = session
        return self._current

    def _note_failure(self, failure: StatementFailed, side: Side) -> None:
        self._recorder.failed(
            ClientError(time.time_ns(), f"writer {self._number}", side, failure.sqlstate)
        )
        if failure.useless_connection:
            self._current = None
