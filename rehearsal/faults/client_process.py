"""The clients of one switch, in a process of their own."""

from __future__ import annotations

import contextlib
import signal
from typing import Final

from rehearsal.faults import clients
from rehearsal.faults.clients import ClientsSpec
from rehearsal.faults.functions import _context
from rehearsal.servers import processes
from rehearsal.servers.cleaning import PROCESSES_FILE
from rehearsal.servers.run_directory import RunDirectory
from rehearsal.workload import ledger

WRITERS: Final = 4
WRITES_PER_SECOND: Final = 50.0
READERS: Final = 2


class Clients:
    """The process of clients of one switch."""

    def __init__(self, run: RunDirectory, spec: ClientsSpec) -> None:
        self._spec = spec
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
            return set(range(1, WRITERS + 1)) <= seen
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
