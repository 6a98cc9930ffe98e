"""Removing a run from the machine: its processes, their shared memory, its directory."""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import shutil
import time
from typing import TYPE_CHECKING, Final

from rehearsal.servers import processes

if TYPE_CHECKING:
    from pathlib import Path

PREFIX: Final = "cutover-rehearsal"
LOCK_FILE: Final = "lock"
PROCESSES_FILE: Final = "processes"
UNLOCKED_GRACE_SECONDS: Final = 60.0
_REMOVE_SEGMENT: Final = 0  # IPC_RMID


def remove_run(path: Path) -> None:
    """End every process of the run at `path` and remove its directory. Repeating it is harmless."""
    processes.end(processes.read(path / PROCESSES_FILE))
    for pid_file in path.glob("*/data/postmaster.pid"):
        _remove_shared_memory(pid_file)
    # Twice: a process that was ended a moment ago may have been writing a last file.
    for _ in range(2):
        shutil.rmtree(path, ignore_errors=True)


def remove_stale_runs(temporary: Path) -> list[Path]:
    """Remove what earlier runs of this user left under `temporary`; returns what was removed.

    A run is stale where nobody holds its lock: the kernel drops a lock with its holder.
    """
    removed = []
    for path in sorted(temporary.glob(f"{PREFIX}-{os.getuid()}-*")):
        if path.is_dir() and not path.is_symlink() and _is_stale(path):
            remove_run(path)
            removed.append(path)
    return removed


def _is_stale(path: Path) -> bool:
    try:
        with (path / LOCK_FILE).open("r+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
    except BlockingIOError:
        return False
    except FileNotFoundError:
        # Being made this very moment, or left by a crash between two system calls.
        with contextlib.suppress(FileNotFoundError):
            return time.time() - path.stat().st_mtime > UNLOCKED_GRACE_SECONDS
        return False


def _remove_shared_memory(pid_file: Path) -> None:
    """Give back the small System V segment of a PostgreSQL server that was killed outright.

    A server that ends by itself removes both the segment and the file that names it, so that a
    file still here means a segment still there; the system keeps it until the next boot.
    """
    try:
        _, identifier = pid_file.read_text().splitlines()[6].split()
        ctypes.CDLL(None).shmctl(int(identifier), _REMOVE_SEGMENT, None)
    except (OSError, IndexError, ValueError, AttributeError):
        return
