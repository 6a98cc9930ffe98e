"""Nothing of a run stays behind, however its parent ends; nothing of anybody else's is touched."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

from rehearsal.servers import processes
from rehearsal.servers.errors import InsufficientDiskSpace
from rehearsal.servers.run_directory import RunDirectory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[2]

# Says where it lives and what it started, then waits to be ended.
PARENT = """
import sys, time
from rehearsal.servers.run_directory import RunDirectory

with RunDirectory() as run:
    child = run.start(["sh", "-c", "sleep 100 & echo $!; wait"], stdout=-1, text=True)
    print(run.path, child.pid, child.stdout.readline().strip(), flush=True)
    time.sleep(100)
"""

PARENT_OF_SERVERS = """
import time
from rehearsal.servers.postgres import PostgresServer, ServerTemplate
from rehearsal.servers.run_directory import RunDirectory

with RunDirectory() as run:
    template = ServerTemplate.create(run)
    servers = [PostgresServer(template, name=name) for name in ("source", "target")]
    for server in servers:
        server.start()
    pids = [(server.data / "postmaster.pid").read_text().splitlines()[0] for server in servers]
    print(run.path, *pids, flush=True)
    time.sleep(100)
"""


class Parent:
    """A rehearsal in a process of its own."""

    def __init__(self, script: str, temporary: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", script],
            cwd=ROOT,
            env={**os.environ, "TMPDIR": str(temporary)},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self.process.stdout is not None
        path, *pids = self.process.stdout.readline().split()
        self.path = Path(path)
        self.started = [psutil.Process(int(pid)) for pid in pids]
        self.guards = [
            child
            for child in psutil.Process(self.process.pid).children()
            if "rehearsal.servers.guard" in child.cmdline()
        ]

    def end(self, number: signal.Signals) -> None:
        self.process.send_signal(number)
        self.process.wait(timeout=10)

    def left(self) -> list[object]:
        """What is still there of it."""
        alive: list[object] = [process for process in self.started if _alive(process)]
        return alive + ([self.path] if self.path.exists() else [])


@pytest.fixture
def temporary() -> Iterator[Path]:
    # Not tmp_path: a server's socket needs a short path.
    with tempfile.TemporaryDirectory(prefix="rehearsal-test-") as path:
        # Where root has to become another user, that one must be able to enter it.
        Path(path).chmod(0o711)
        yield Path(path)


@pytest.fixture
def start(temporary: Path) -> Iterator[Callable[[str], Parent]]:
    parents: list[Parent] = []

    def start_parent(script: str) -> Parent:
        parents.append(Parent(script, temporary))
        return parents[-1]

    yield start_parent
    for parent in parents:
        if parent.process.poll() is None:
            parent.end(signal.SIGTERM)
        if parent.process.stdout is not None:
            parent.process.stdout.close()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_run_and_all_it_started(
    start: Callable[[str], Parent], number: signal.Signals
) -> None:
    parent = start(PARENT)
    parent.end(number)
    # At once: the parent itself cleans, before it ends.
    assert parent.left() == []


def test_kill_nine_of_the_parent_leaves_nothing(start: Callable[[str], Parent]) -> None:
    parent = start(PARENT)
    parent.end(signal.SIGKILL)
    assert _soon(lambda: parent.left() == []), parent.left()


@pytest.mark.postgres
def test_kill_nine_of_the_parent_leaves_no_server_and_no_shared_memory(
    start: Callable[[str], Parent],
) -> None:
    parent = start(PARENT_OF_SERVERS)
    segments = {_segment(parent.path / name) for name in ("source", "target")}
    assert segments <= _segments(), "the servers should have segments while they run"
    parent.end(signal.SIGKILL)
    assert _soon(lambda: parent.left() == []), parent.left()
    assert _soon(lambda: not segments & _segments())


def test_the_next_run_cleans_up_where_the_guard_was_killed_too(
    start: Callable[[str], Parent], temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parent = start(PARENT)
    assert len(parent.guards) == 1
    parent.guards[0].kill()
    parent.end(signal.SIGKILL)
    time.sleep(0.3)
    assert parent.path.exists(), "nobody is left to clean up, so this test proves nothing"
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    with RunDirectory():
        assert parent.left() == []


def test_a_run_under_way_is_left_alone(
    start: Callable[[str], Parent], temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parent = start(PARENT)
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    with RunDirectory():
        pass
    assert parent.left() == [*parent.started, parent.path]


def test_a_full_disk_is_refused_before_anything_is_made(
    temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    with pytest.raises(InsufficientDiskSpace) as refused, RunDirectory(needed_bytes=2**60):
        pass
    assert str(temporary) in str(refused.value)
    assert "TMPDIR" in str(refused.value)
    assert list(temporary.iterdir()) == []


def test_a_pid_that_now_belongs_to_somebody_else_is_left_alone(tmp_path: Path) -> None:
    with subprocess.Popen(["sleep", "100"]) as somebody:
        old = processes.RecordedProcess(pid=somebody.pid, started=1.0, farewell=signal.SIGTERM)
        (tmp_path / "processes").write_text(old.line())
        processes.end(processes.read(tmp_path / "processes"))
        assert somebody.poll() is None
        processes.record(tmp_path / "processes", pid=somebody.pid, farewell=signal.SIGTERM)
        processes.end(processes.read(tmp_path / "processes"))
        assert somebody.wait(timeout=5) == -signal.SIGTERM


def test_a_process_that_ignores_its_signal_is_killed(run: RunDirectory) -> None:
    ready = run.path / "ready"
    child = run.start(["sh", "-c", f"trap '' TERM; touch {ready}; while :; do sleep 1; done"])
    assert _soon(ready.exists)
    recorded = [entry for entry in processes.read(run.path / "processes") if entry.pid == child.pid]
    processes.end(recorded, patience_seconds=0.2)
    assert child.wait(timeout=5) == -signal.SIGKILL


def _alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _soon(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 10
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def _segment(home: Path) -> str:
    return (home / "data" / "postmaster.pid").read_text().splitlines()[6].split()[1]


def _segments() -> set[str]:
    lines = Path("/proc/sysvipc/shm").read_text().splitlines()[1:]
    return {line.split()[1] for line in lines}
