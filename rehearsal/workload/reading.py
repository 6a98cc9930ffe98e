"""Readers: each stands for many users who look up the read name, with a DNS cache each."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING, Final

from rehearsal.workload.configuration import ACCOUNTS
from rehearsal.workload.ledger import ClientError
from rehearsal.workload.resolving import CachedName
from rehearsal.workload.session import Session, StatementFailed

if TYPE_CHECKING:
    import threading

    from rehearsal.workload.configuration import ClientsConfiguration
    from rehearsal.workload.recording import Recorder
    from rehearsal.workload.resolving import Resolver

STATEMENT: Final = """
select balance, (select count(*) from ledger where debit_account = accounts.id)
from accounts where id = %(account)s
"""


IDLE_SECONDS: Final = 3.0
"""After which a connection is given back, as a pool does: nobody reads there any more."""


class Reader:
    """One reader: an even round through its users, over a warm connection to each database that it reads."""

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
        self._interval = 1 / load.reads_per_second
        self._random = random.Random(-(load.seed * 1000 + number))
        self._users = [CachedName(resolver, names.read) for _ in range(load.users)]
        self._sessions = {
            host: Session(address, application_name=f"reader {number}")
            for host, address in names.hosts.items()
        }
        self._used: dict[str, float] = {}
        """When each session was used last."""

    def run(self) -> None:
        """Read until told to stop."""
        turn = 0
        due = time.monotonic() + self._interval * self._random.random()
        while not self._stop.wait(max(0.0, due - time.monotonic())):
            self._read(self._users[turn % len(self._users)])
            turn += 1
            self._give_back_idle()
            due = max(due + self._interval, time.monotonic())
        for session in self._sessions.values():
            session.close()

    def _read(self, user: CachedName) -> None:
        host, resolved = user.value()
        session = self._sessions[host]
        self._used[host] = time.monotonic()
        started = time.perf_counter()
        try:
            session.execute(STATEMENT, {"account": self._random.randint(1, ACCOUNTS)})
        except StatementFailed as failure:
            client = f"reader {self._number}"
            self._recorder.failed(
                ClientError(time.time_ns(), client, session.side, failure.sqlstate)
            )
            return
        milliseconds = (time.perf_counter() - started) * 1000
        self._recorder.read(side=session.side, resolved=resolved, milliseconds=milliseconds)

    def _give_back_idle(self) -> None:
        long_ago = time.monotonic() - IDLE_SECONDS
        for host in [host for host, at in self._used.items() if at < long_ago]:
            self._sessions[host].close()
            del self._used[host]
