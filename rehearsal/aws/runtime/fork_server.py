"""The parent's end of the fork server."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

_PROGRAM = Path(__file__).with_name("zygote.py")


class ForkServer:
    """Starts and reaps execution environments; they all end when this object's process does."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._control, theirs = socket.socketpair()
        with theirs:
            # -P: the program's own folder must not be importable, "zygote" would be a module.
            self._process = subprocess.Popen(
                [sys.executable, "-P", str(_PROGRAM), str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=sys.stderr.fileno() if _has_descriptor(sys.stderr) else None,
            )
        self._answers = self._control.makefile("rb")

    @property
    def pid(self) -> int:
        return self._process.pid

    def fork(
        self, *, handler: str, code_directory: Path, environment: dict[str, str]
    ) -> tuple[int, int]:
        """The new environment's process id, and the reading end of its output (both streams)."""
        reading, writing = os.pipe()
        try:
            answer = self._ask(
                {
                    "handler": handler,
                    "code_directory": str(code_directory),
                    "environment": environment,
                },
                writing,
            )
        except BaseException:
            os.close(reading)
            raise
        finally:
            os.close(writing)
        return int(answer["pid"]), reading

    def preload(self, modules: Iterable[str], code_directory: Path) -> None:
        """Import modules of the code once, for every environment that is forked from here on."""
        self._ask({"import": list(modules), "code_directory": str(code_directory)})

    def reap(self, pid: int) -> int | None:
        """Exit status of an environment that has ended (negative: the signal), None if unknown."""
        try:
            status = self._ask({"reap": pid})["status"]
        except (OSError, ValueError):
            return None
        return None if status is None else int(status)

    def close(self) -> None:
        """End the server and every environment; returns when the server is gone."""
        with self._lock:
            with suppress(OSError):
                self._control.shutdown(socket.SHUT_RDWR)
            self._answers.close()
            self._control.close()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()

    def _ask(self, request: dict[str, Any], descriptor: int | None = None) -> dict[str, Any]:
        with self._lock:
            data = json.dumps(request).encode()
            socket.send_fds(self._control, [data], [] if descriptor is None else [descriptor])
            line = self._answers.readline()
        if not line:
            raise ConnectionError("the fork server of the Lambda runtime has ended")
        answer: dict[str, Any] = json.loads(line)
        return answer


def _has_descriptor(stream: Any) -> bool:
    try:
        stream.fileno()
    except (AttributeError, OSError, ValueError):
        return False
    return True
