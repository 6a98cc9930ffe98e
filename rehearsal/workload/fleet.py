"""All clients of a rehearsal, as its parent sees them: started, watched, stopped, asked."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final, Self

from rehearsal.workload import ledger
from rehearsal.workload.configuration import (
    ClientsConfiguration,
    Load,
    Names,
    ResolverSettings,
)

if TYPE_CHECKING:
    from types import TracebackType

    from rehearsal.servers.run_directory import RunDirectory

STOP_SECONDS: Final = 10.0


class ClientsFailed(Exception):
    """A client process ended by itself; the message ends with its last words."""


@dataclass(frozen=True, kw_only=True)
class LiveFigures:
    """What all clients together did of late."""

    writes_per_second: dict[str, float] = field(default_factory=dict)
    reads_per_second: dict[str, float] = field(default_factory=dict)
    """By side, over the last interval of each process (a fifth of a second)."""
    errors: dict[str, int] = field(default_factory=dict)
    """By SQLSTATE, since the start."""
    last_acknowledged_ns: dict[str, int] = field(default_factory=dict)
    """By side, the time of the newest acknowledged write."""


class ClientFleet:
    """The client processes; a context manager that stops them.

    Raises ClientsFailed where one of them ended before it was told to.
    """

    def __init__(
        self,
        run: RunDirectory,
        *,
        load: Load,
        names: Names,
        resolver: ResolverSettings,
        first_seq: int = 1,
    ) -> None:
        self.load = load
        self._run = run
        self._names = names
        self._resolver = resolver
        self._first_seq = first_seq
        self._processes: list[subprocess.Popen[str]] = []
        self._latest: list[dict[str, Any]] = []
        self._watchers: list[threading.Thread] = []
        self._stopping = False

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def run(self) -> RunDirectory:
        """Where its processes and records are; a second fleet may live there beside it."""
        return self._run

    def start(self) -> None:
        """Start all client processes; they connect and begin at once."""
        self._home.mkdir(parents=True)
        for index in range(self.load.processes):
            self._start_process(index)

    def stop(self) -> None:
        """Tell all processes to finish, and wait for them. Repeating it is harmless."""
        self._stopping = True
        for process in self._processes:
            if process.stdin is not None and not process.stdin.closed:
                process.stdin.close()
        for process in self._processes:
            try:
                process.wait(timeout=STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        for watcher in self._watchers:
            watcher.join()

    def figures(self) -> LiveFigures:
        """What the clients did of late. Raises ClientsFailed where one ended by itself."""
        self._require_running()
        writes: Counter[str] = Counter()
        reads: Counter[str] = Counter()
        errors: Counter[str] = Counter()
        newest: dict[str, int] = {}
        for latest in self._latest:
            elapsed = latest.get("elapsed_seconds") or 1.0
            writes.update({side: count / elapsed for side, count in latest["writes"].items()})
            reads.update({side: count / elapsed for side, count in latest["reads"].items()})
            errors.update(latest["errors"])
            for side, time_ns in latest["last_acknowledged_ns"].items():
                newest[side] = max(time_ns, newest.get(side, 0))
        return LiveFigures(
            writes_per_second=dict(writes),
            reads_per_second=dict(reads),
            errors=dict(errors),
            last_acknowledged_ns=newest,
        )

    def records(self) -> ledger.ClientRecords:
        """Everything the clients wrote down so far; complete after `stop`."""
        return ledger.load(sorted(self._home.glob("*.records")))

    @property
    def _home(self) -> Path:
        return self._run.path / f"clients-from-{self._first_seq}"

    def _start_process(self, index: int) -> None:
        configuration = ClientsConfiguration(
            load=self.load,
            names=self._names,
            resolver=self._resolver,
            writers=tuple(range(1 + index, self.load.writers + 1, self.load.processes)),
            readers=tuple(range(1 + index, self.load.readers + 1, self.load.processes)),
            first_seq=self._first_seq,
            records=self._home / f"{index}.records",
        )
        with self._log(index).open("wb") as log:
            process = self._run.start(
                [sys.executable, "-m", "rehearsal.workload.clients"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                cwd=Path(__file__).parents[2],
            )
        self._processes.append(process)
        self._latest.append({"writes": {}, "reads": {}, "errors": {}, "last_acknowledged_ns": {}})
        if process.stdin is None or process.stdout is None:
            raise AssertionError
        process.stdin.write(configuration.model_dump_json() + "\n")
        process.stdin.flush()
        watcher = threading.Thread(target=self._watch, args=[index, process.stdout], daemon=True)
        watcher.start()
        self._watchers.append(watcher)

    def _watch(self, index: int, output: IO[str]) -> None:
        with output:
            for line in output:
                self._latest[index] = json.loads(line)

    def _require_running(self) -> None:
        for index, process in enumerate(self._processes):
            if not self._stopping and process.poll() is not None:
                words = self._log(index).read_text().strip()[-2000:]
                message = f"client process {index} ended with status {process.returncode}: {words}"
                raise ClientsFailed(message)

    def _log(self, index: int) -> Path:
        return self._home / f"{index}.log"
