"""One prober for each side, pinned to it: every few milliseconds it tries a write and takes it back.

Writers go where the name sends them, so that none of them would notice a side that is open beside the writer's.
"""

from __future__ import annotations

import contextlib
import threading
import time
from pathlib import Path
from typing import Any, Final, NamedTuple, cast

import psycopg

from rehearsal.workload.configuration import Side

PERIOD_SECONDS: Final = 0.025
"""A write each is a fifth of one ordinary writer's load."""
STATEMENT_TIMEOUT: Final = "100ms"
"""At a closed gate a write may be held for seconds: that is an answer too."""
APPLICATION: Final = "prober"
STATEMENT: Final = "insert into audit_notes (author, note) values ('prober', '')"
"""A table without a sequence: what is taken back leaves no gap in any numbers."""


class Probe(NamedTuple):
    """One try. Times are nanoseconds since the epoch."""

    side: Side
    began_ns: int
    ended_ns: int
    accepted: bool

    def line(self) -> str:
        return f"{self.side} {self.began_ns} {self.ended_ns} {int(self.accepted)}\n"


class Prober:
    """Tries one side until told to stop. It is no writer: no ledger, no pause and no count of errors has it."""

    def __init__(self, side: Side, dsn: str, *, home: Path, stop: threading.Event) -> None:
        self._side = side
        self._dsn = dsn
        self._path = path_of(home, side)
        self._stop = stop
        self._connection: psycopg.Connection[Any] | None = None

    def run(self) -> None:
        """Each try is a line, on disk as it ends: the process of the clients ends without a goodbye."""
        with self._path.open("w", buffering=1) as file:
            while not self._stop.wait(PERIOD_SECONDS):
                began = time.time_ns()
                accepted = self._try()
                file.write(Probe(self._side, began, time.time_ns(), accepted).line())

    def _try(self) -> bool:
        try:
            if self._connection is None:
                self._connection = psycopg.connect(
                    self._dsn,
                    application_name=f"{APPLICATION} {self._side}",
                    connect_timeout=2,
                    options=f"-c statement_timeout={STATEMENT_TIMEOUT}",
                )
            self._connection.execute(STATEMENT)
            self._connection.rollback()
        except psycopg.Error:  # on either side of the line: the answer is no
            self._recover()
            return False
        return True

    def _recover(self) -> None:
        if self._connection is None:
            return
        with contextlib.suppress(psycopg.Error):
            self._connection.rollback()
        if self._connection.closed:
            self._connection = None


def path_of(home: Path, side: Side) -> Path:
    """Where a prober writes."""
    return home / f"probes-{side}"


def load_probes(home: Path) -> list[Probe]:
    """What both probers wrote; a last line cut short is left out."""
    probes = []
    sides: tuple[Side, Side] = ("source", "target")
    for side in sides:
        path = path_of(home, side)
        lines = path.read_text().splitlines(keepends=True) if path.exists() else []
        for words in (line.split() for line in lines if line.endswith("\n")):
            name, began, ended, accepted = words
            probes.append(Probe(cast("Side", name), int(began), int(ended), accepted == "1"))
    return probes
