"""The emulated AWS as the rehearsal sees it: a child process that is there, and then gone."""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, Generic, Self, TypeVar

from pydantic import BaseModel

from rehearsal.aws.config import AwsConfig, Ready

if TYPE_CHECKING:
    from types import TracebackType

Answer = TypeVar("Answer", bound=BaseModel)

START_SECONDS: Final = 60.0
STOP_SECONDS: Final = 10.0
_TAIL_BYTES = 2000
_ROOT = Path(__file__).resolve().parents[2]


class AwsStandInFailed(RuntimeError):
    """The child did not get ready; the message holds its reason and the end of its log."""


class AwsProcess(Generic[Answer]):
    """Context manager around `python -m PROGRAM`. Raises AwsStandInFailed on entering.

    The child ends when this process does, even by a signal that can't be handled: its standard input
    closes then.
    """

    def __init__(
        self, program: str, config: BaseModel, *, answer: type[Answer], log: Path | None
    ) -> None:
        self._program = program
        self._config = config
        self._answer = answer
        self._log_path = log
        self._process: subprocess.Popen[bytes] | None = None
        self._ready: Answer | None = None
        self._log: IO[bytes] | None = None

    @property
    def ready(self) -> Answer:
        """Endpoints and ARNs."""
        if self._ready is None:
            raise RuntimeError("the emulated AWS is not running: enter the context first")
        return self._ready

    @property
    def pid(self) -> int | None:
        return None if self._process is None else self._process.pid

    def __enter__(self) -> Self:
        log = self._log_path
        # In a file and not in a pipe: nobody has to read it while the rehearsal runs.
        self._log = tempfile.TemporaryFile() if log is None else log.open("w+b")
        self._process = subprocess.Popen(
            [sys.executable, "-m", self._program],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            cwd=_ROOT,
            # Ctrl-C is for the rehearsal, which ends its children in order.
            start_new_session=True,
        )
        try:
            self._ready = self._wait(self._process)
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the child and everything it started."""
        process, self._process, self._ready = self._process, None, None
        if process is not None:
            assert process.stdin and process.stdout
            with suppress(BrokenPipeError):
                process.stdin.close()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            process.stdout.close()
        if self._log is not None:
            self._log.close()
            self._log = None

    def log_tail(self) -> str:
        """The last lines of what the child and the functions said."""
        if self._log is None:
            return ""
        # The child writes through the same open file: moving its position would tear holes into it.
        descriptor = self._log.fileno()
        size = os.fstat(descriptor).st_size
        tail = os.pread(descriptor, _TAIL_BYTES, max(0, size - _TAIL_BYTES))
        return tail.decode("utf-8", "replace")

    def _wait(self, process: subprocess.Popen[bytes]) -> Answer:
        assert process.stdin and process.stdout
        with suppress(BrokenPipeError):
            process.stdin.write(self._config.model_dump_json().encode() + b"\n")
            process.stdin.flush()
        line = _read_line(process.stdout, START_SECONDS)
        if line is None:
            raise self._failed(f"did not get ready within {START_SECONDS:.0f} s")
        if not line:
            raise self._failed(f"ended with status {process.wait(STOP_SECONDS)}")
        answer = json.loads(line)
        if not answer.pop("ready"):
            raise self._failed(f"could not start: {answer['error']}")
        return self._answer(**answer)

    def _failed(self, reason: str) -> AwsStandInFailed:
        return AwsStandInFailed(f"the emulated AWS {reason}\n{self.log_tail()}".rstrip())


class AwsStandIn(AwsProcess[Ready]):
    """The AWS of a rehearsal."""

    def __init__(self, config: AwsConfig) -> None:
        super().__init__("rehearsal.aws", config, answer=Ready, log=config.log)


def _read_line(stream: IO[bytes], seconds: float) -> bytes | None:
    """One line; what there is at the end of the stream; None when time is over."""
    end = time.monotonic() + seconds
    line = b""
    with selectors.DefaultSelector() as selector:
        selector.register(stream, selectors.EVENT_READ)
        while not line.endswith(b"\n"):
            if not selector.select(max(0.0, end - time.monotonic())):
                return None
            # Not through the buffer: the selector would not see what that has read ahead.
            part = stream.raw.read(65536)  # type: ignore[attr-defined]
            if not part:
                return line
            line += part
    return line
