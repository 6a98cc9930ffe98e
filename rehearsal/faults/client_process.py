"""The clients of one switch, in a process of their own, and whether they do what they are there for."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Sequence, Set
from dataclasses import dataclass
from typing import Final

from rehearsal.faults import clients
from rehearsal.faults.clients import KEEPS_ITS_NAME, ClientsSpec, Habit, WriterSpec
from rehearsal.faults.functions import _context
from rehearsal.servers import processes
from rehearsal.servers.cleaning import PROCESSES_FILE
from rehearsal.servers.run_directory import RunDirectory
from rehearsal.workload import ledger
from rehearsal.workload.configuration import Side
from rehearsal.workload.ledger import Write

HOLDING: Final = ("long", "idle")
"""Habits that are a transaction held open."""


@dataclass(frozen=True, kw_only=True)
class Load:
    """The ordinary clients of a switch."""

    writers: int = 4
    writes_per_second: float = 50.0
    """Of each writer."""
    readers: int = 2
    habit: Habit = "plain"


class Clients:
    """The process of clients of one switch."""

    def __init__(self, run: RunDirectory, spec: ClientsSpec, *, ordinary: int) -> None:
        self._spec = spec
        self._ordinary = frozenset(range(1, ordinary + 1))
        """The numbers of the ordinary writers; the others have a habit."""
        self._pipe, theirs = _context.Pipe()
        self._process = _context.Process(target=clients.run, args=(theirs, spec), daemon=True)
        self._process.start()
        theirs.close()
        if self._process.pid is None:
            raise AssertionError
        processes.record(run.path / PROCESSES_FILE, pid=self._process.pid, farewell=signal.SIGKILL)

    def records(self) -> ledger.ClientRecords:
        """What they wrote down so far; complete after stop()."""
        return ledger.load([self._spec.records])

    def acknowledged(self) -> bool:
        """Whether every ordinary writer has been told of a write."""
        with contextlib.suppress(FileNotFoundError):
            return self._ordinary <= {write.writer for write in self.records().writes}
        return False

    def arrived(self, side: Side, *, since_ns: int) -> bool:
        """Whether every ordinary writer has been told of a write on that side since then."""
        return self._ordinary <= {
            write.writer
            for write in self.records().writes
            if write.side == side and write.acknowledged_ns >= since_ns
        }

    def of_ordinary(self, writes: Sequence[Write]) -> list[Write]:
        """Those writes that ordinary writers made."""
        return [write for write in writes if write.writer in self._ordinary]

    def without_their_habit(self, *, holders: Set[int], side: Side, since_ns: int) -> list[str]:
        """Those of the others that the switch would not meet."""
        return without_their_habit(
            [each for each in self._spec.writers if each.number not in self._ordinary],
            self.records().writes,
            holders=holders,
            side=side,
            since_ns=since_ns,
        )

    def stop(self) -> None:
        """Ends them. Repeating it is harmless."""
        with contextlib.suppress(OSError):
            self._pipe.send("stop")
        self._process.join(8)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        self._pipe.close()


def without_their_habit(
    writers: Sequence[WriterSpec],
    writes: Sequence[Write],
    *,
    holders: Set[int],
    side: Side,
    since_ns: int,
) -> list[str]:
    """The writers that the switch would not meet: those that hold no transaction, where that is what they are there
    for, and those that were told of no write on that side since then.

    Who keeps a name for ever is where the name pointed first, whatever moved since.
    """
    told = {
        write.writer for write in writes if write.side == side and write.acknowledged_ns >= since_ns
    }
    ever = {write.writer for write in writes}
    return [
        f"writer {each.number} ({each.habit})"
        for each in writers
        if each.number
        not in (
            holders if each.habit in HOLDING else ever if each.habit in KEEPS_ITS_NAME else told
        )
    ]
