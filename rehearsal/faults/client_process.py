"""The clients of one switch, in a process of their own."""

from __future__ import annotations

import contextlib
import signal
from dataclasses import dataclass

from rehearsal.faults import clients
from rehearsal.faults.clients import ClientsSpec, Habit
from rehearsal.faults.functions import _context
from rehearsal.servers import processes
from rehearsal.servers.cleaning import PROCESSES_FILE
from rehearsal.servers.run_directory import RunDirectory
from rehearsal.workload import ledger


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
        self._spec, self._ordinary = spec, ordinary
        self.writers = spec.writers
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
            seen = {write.writer for write in self.records().writes}
            return set(range(1, self._ordinary + 1)) <= seen
        return False

    def stop(self) -> None:
        """Ends them. Repeating it is harmless."""
        with contextlib.suppress(OSError):
            self._pipe.send("stop")
        self._process.join(8)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        self._pipe.close()
