"""The one directory a rehearsal lives in, and the promise that nothing of it stays behind."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final, Self

from rehearsal.servers import processes
from rehearsal.servers.cleaning import (
    LOCK_FILE,
    PREFIX,
    PROCESSES_FILE,
    remove_run,
    remove_stale_runs,
)
from rehearsal.servers.errors import InsufficientDiskSpace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import FrameType, TracebackType

    Handler = Callable[[int, FrameType | None], None] | signal.Handlers

NEEDED_BYTES: Final = 2**30
"""Two clusters of 40 MB, their write-ahead log during a rehearsal of minutes, and room to spare."""

ENDING_SIGNALS: Final = (signal.SIGTERM, signal.SIGHUP)


class RunDirectory:
    """A directory under the temporary directory, locked and guarded while the `with` block runs.

    However the block ends, every process started through :meth:`start` is ended and the directory
    removed: by this process on a return, an exception, Ctrl-C, SIGTERM or SIGHUP; by the guard
    process where this one is killed; by the next run where the guard was killed too.

    Raises InsufficientDiskSpace, before anything is made, where the file system is too full.
    """

    def __init__(self, *, needed_bytes: int = NEEDED_BYTES) -> None:
        self._needed_bytes = needed_bytes
        self._path: Path | None = None
        self._cleanup = contextlib.ExitStack()

    @property
    def path(self) -> Path:
        if self._path is None:
            message = "a run directory exists inside its with block only"
            raise RuntimeError(message)
        return self._path

    def __enter__(self) -> Self:
        temporary = Path(tempfile.gettempdir())
        remove_stale_runs(temporary)
        require_disk_space(temporary, needed_bytes=self._needed_bytes)
        # Undone from the bottom up: processes and directory, guard (which then finds nothing to do
        # and ends), lock, signal handlers.
        with contextlib.ExitStack() as cleanup:
            cleanup.enter_context(_endings_as_exceptions())
            self._path = Path(tempfile.mkdtemp(prefix=f"{PREFIX}-{os.getuid()}-", dir=temporary))
            cleanup.callback(self._lock(self._path).close)
            cleanup.callback(_dismiss, self._start_guard(self._path))
            cleanup.callback(remove_run, self._path)
            self._cleanup = cleanup.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with _uninterrupted():
            self._cleanup.close()
        self._path = None

    def start(
        self,
        command: Sequence[str],
        *,
        farewell: signal.Signals = signal.SIGTERM,
        **options: Any,
    ) -> subprocess.Popen[Any]:
        """Start a process that ends with the run at the latest; options are those of Popen.

        It gets a session of its own: Ctrl-C in the terminal is for the parent, which then ends its
        processes in the right order.
        """
        process = subprocess.Popen(command, start_new_session=True, **options)
        processes.record(self.path / PROCESSES_FILE, pid=process.pid, farewell=farewell)
        return process

    @staticmethod
    def _lock(path: Path) -> IO[str]:
        # Locked under another name first: a lock file that can be seen is a lock that is held.
        unlocked = path / f"{LOCK_FILE}.new"
        lock = unlocked.open("w")
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        unlocked.rename(path / LOCK_FILE)
        return lock

    @staticmethod
    def _start_guard(path: Path) -> subprocess.Popen[bytes]:
        package_root = str(Path(__file__).parents[2])
        search_path = os.pathsep.join(filter(None, [package_root, os.environ.get("PYTHONPATH")]))
        return subprocess.Popen(
            [sys.executable, "-m", "rehearsal.servers.guard", str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
            env={**os.environ, "PYTHONPATH": search_path},
            cwd="/",
        )


def require_disk_space(path: Path, *, needed_bytes: int) -> None:
    """Raise InsufficientDiskSpace where the file system of `path` has too few bytes free."""
    free_bytes = shutil.disk_usage(path).free
    if free_bytes < needed_bytes:
        raise InsufficientDiskSpace(path=path, free_bytes=free_bytes, needed_bytes=needed_bytes)


def _dismiss(guard: subprocess.Popen[bytes]) -> None:
    if guard.stdin is not None:
        guard.stdin.close()
    guard.wait()


@contextlib.contextmanager
def _handlers(handler: Handler, numbers: Sequence[signal.Signals]) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        # Python allows handlers in the main thread only; elsewhere the guard does the cleaning.
        yield
        return
    before = {number: signal.signal(number, handler) for number in numbers}
    try:
        yield
    finally:
        for number, previous in before.items():
            signal.signal(number, previous)


def _endings_as_exceptions() -> contextlib.AbstractContextManager[None]:
    """Turn SIGTERM and SIGHUP into SystemExit: `with` blocks then unwind as on Ctrl-C."""

    def leave(number: int, _frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    return _handlers(leave, ENDING_SIGNALS)


def _uninterrupted() -> contextlib.AbstractContextManager[None]:
    """Let a second, impatient Ctrl-C wait: cleaning takes well under a second."""
    return _handlers(signal.SIG_IGN, (signal.SIGINT, *ENDING_SIGNALS))
