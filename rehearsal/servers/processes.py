"""The processes a run has started: written down as they start, ended by whoever cleans up."""

from __future__ import annotations

import signal
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import psutil

if TYPE_CHECKING:
    from pathlib import Path

POLL_SECONDS: Final = 0.02
ORPHANS_PATIENCE_SECONDS: Final = 0.2


@dataclass(frozen=True, kw_only=True)
class RecordedProcess:
    """One process of a run. A pid alone is not enough: it is given to somebody else later."""

    pid: int
    started: float
    """Seconds since the epoch, as psutil tells it; with the pid it names one process for ever."""
    farewell: int
    """The signal that ends it best: on SIGQUIT, PostgreSQL gives its shared memory back."""

    def line(self) -> str:
        return f"{self.pid} {self.started!r} {self.farewell}\n"

    @classmethod
    def from_line(cls, line: str) -> RecordedProcess:
        pid, started, farewell = line.split()
        return cls(pid=int(pid), started=float(started), farewell=int(farewell))

    def find(self) -> psutil.Process | None:
        """The living process, or None where it has ended (a zombie has)."""
        try:
            process = psutil.Process(self.pid)
            same = process.create_time() == self.started
            return process if same and _alive(process) else None
        except psutil.NoSuchProcess:
            return None


def record(path: Path, *, pid: int, farewell: signal.Signals) -> None:
    """Append one process to the file; a process that has already ended is left out."""
    try:
        started = psutil.Process(pid).create_time()
    except psutil.NoSuchProcess:
        return
    with path.open("a") as file:
        file.write(RecordedProcess(pid=pid, started=started, farewell=farewell).line())


def read(path: Path) -> list[RecordedProcess]:
    """All processes in the file; a last line cut short by a crash is left out."""
    try:
        lines = path.read_text().splitlines(keepends=True)
    except FileNotFoundError:
        return []
    return [RecordedProcess.from_line(line) for line in lines if line.endswith("\n")]


def end(recorded: list[RecordedProcess], *, patience_seconds: float = 3.0) -> None:
    """End these processes and all they started: their own signal first, SIGKILL after that.

    Descendants are looked up before the first signal: an orphan no longer tells whose it was.
    They get a moment only once the processes above them are gone, who should have ended them.
    """
    roots = [(process, entry.farewell) for entry in recorded if (process := entry.find())]
    descendants = [child for process, _ in roots for child in _children(process)]
    for process, farewell in roots:
        _send(process, farewell)
    for generation, seconds in (
        ([process for process, _ in roots], patience_seconds),
        (descendants, ORPHANS_PATIENCE_SECONDS),
    ):
        if not _wait(generation, seconds=seconds):
            for process in generation:
                _send(process, signal.SIGKILL)
            _wait(generation, seconds=patience_seconds)


def _children(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def _alive(process: psutil.Process) -> bool:
    # A zombie has released everything it held. It stays in the table until its parent looks, and
    # the parent may be the very process that is busy cleaning up here.
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _send(process: psutil.Process, number: int) -> None:
    try:
        if _alive(process):
            process.send_signal(number)
    except psutil.NoSuchProcess:
        return


def _wait(processes: list[psutil.Process], *, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while any(_alive(process) for process in processes):
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True
