"""One execution environment: a process running AWS's runtime client, one invocation at a time."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
import uuid
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from queue import Empty
from typing import TYPE_CHECKING

from rehearsal.aws.invoker import REGION, InvokeResult, function_arn
from rehearsal.aws.runtime.runtime_api import Answer, Invocation, RuntimeApi

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from rehearsal.aws.runtime.fork_server import ForkServer

    LogListener = Callable[[str, str], None]

INIT_SECONDS = 10.0
"""Lambda's limit for the init phase; it does not count against the function's timeout."""

_INHERITED = ("PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "LD_LIBRARY_PATH")


@dataclass(frozen=True, kw_only=True)
class LocalFunction:
    """A function as the stacks define it, with its code in a directory instead of an archive."""

    name: str
    handler: str
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    timeout_seconds: float = 30
    memory: int = 256
    code_directory: Path | None = None
    """Its own, where it is not the pool's."""
    version: str = "$LATEST"

    @property
    def key(self) -> str:
        """How it is asked for: by its name alone, or with a published version behind it."""
        return self.name if self.version == "$LATEST" else f"{self.name}:{self.version}"


class Environment:
    """Made for one function; lives until it is killed, crashes or fails to initialize."""

    def __init__(
        self,
        function: LocalFunction,
        *,
        fork_server: ForkServer,
        code_directory: Path,
        shared: Mapping[str, str],
        on_log: LogListener | None = None,
    ) -> None:
        self.function = function
        self._fork_server = fork_server
        self._on_log = on_log
        self._log: deque[str] = deque(maxlen=500)
        self._api = RuntimeApi()
        code_directory = function.code_directory or code_directory
        self._exit_status: int | None = None
        self._reaped = False
        self._reaping = threading.Lock()
        self.ended = threading.Event()
        try:
            self.pid, output = fork_server.fork(
                handler=function.handler,
                code_directory=code_directory,
                environment=self._variables(code_directory, shared),
            )
        except BaseException:
            self._api.close()
            raise
        threading.Thread(target=self._read, args=(output,), daemon=True, name="lambda-log").start()

    def initialize(self) -> None:
        """Wait until the handler's module is imported; the first invocation tells of a failure."""
        end = time.monotonic() + INIT_SECONDS
        while not self._api.asked.wait(0.02):
            if self.ended.is_set() or not self._api.answers.empty() or time.monotonic() > end:
                return

    def invoke(self, payload: bytes) -> InvokeResult:
        """Run the function once. A timeout, a crash or a failed init ends the environment."""
        self.initialize()
        self._api.asked.clear()
        self._log.clear()
        invocation = Invocation(
            payload=payload,
            function_arn=function_arn(self.function.name),
            timeout_seconds=self.function.timeout_seconds,
        )
        self._api.invocations.put(invocation)
        answer = self._answer(invocation)
        if answer is None or answer.kind in ("init-error", "exit"):
            self.kill()
        if answer is None:
            body = self._timed_out(invocation)
        elif answer.kind == "exit":
            body = self._exited(invocation)
        else:
            body = answer.body
        succeeded = answer is not None and answer.kind == "response"
        return InvokeResult(
            payload=body,
            function_error=None if succeeded else "Unhandled",
            log="\n".join(self._log),
        )

    def kill(self) -> None:
        """End the process and whatever it has started."""
        self.ended.set()
        with self._reaping, suppress(ProcessLookupError):
            # Once it is reaped, the number may be another process's.
            if not self._reaped:
                os.killpg(self.pid, signal.SIGKILL)
        self._api.close()

    def _answer(self, invocation: Invocation) -> Answer | None:
        """The answer to this invocation; None when the function's time is over."""
        end = time.monotonic() + self.function.timeout_seconds
        while True:
            try:
                answer = self._api.answers.get(timeout=max(0.0, end - time.monotonic()))
            except Empty:
                return None
            if answer.request_id in (None, invocation.request_id):
                return answer

    def _timed_out(self, invocation: Invocation) -> bytes:
        """In Lambda's words: Step Functions shows them as Sandbox.Timedout."""
        seconds = self.function.timeout_seconds
        message = f"Task timed out after {seconds:.2f} seconds"
        return _failure("Sandbox.Timedout", invocation, message)

    def _exited(self, invocation: Invocation) -> bytes:
        status = self._exit_status
        if not status:
            reason = "without providing a reason"
        elif status > 0:
            reason = f"with error: exit status {status}"
        else:
            reason = f"with error: signal: {signal.Signals(-status).name}"
        return _failure("Runtime.ExitError", invocation, f"Runtime exited {reason}")

    def _read(self, output: int) -> None:
        with os.fdopen(output, encoding="utf-8", errors="replace") as lines:
            for line in lines:
                text = line.rstrip("\n")
                self._log.append(text)
                if self._on_log is not None:
                    self._on_log(self.function.name, text)
        with self._reaping:
            self._exit_status = self._fork_server.reap(self.pid)
            self._reaped = True
        self.ended.set()
        self._api.answers.put(Answer(kind="exit"))

    def _variables(self, code_directory: Path, shared: Mapping[str, str]) -> dict[str, str]:
        """What Lambda sets (developer guide, "Defined runtime environment variables"), and ours."""
        function = self.function
        stream = time.strftime("%Y/%m/%d/[$LATEST]", time.gmtime()) + uuid.uuid4().hex
        return {
            **{name: os.environ[name] for name in _INHERITED if name in os.environ},
            "AWS_LAMBDA_RUNTIME_API": self._api.address,
            "_HANDLER": function.handler,
            "LAMBDA_TASK_ROOT": str(code_directory),
            "LAMBDA_RUNTIME_DIR": "/var/runtime",
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_EXECUTION_ENV": "AWS_Lambda_python3.13",
            "AWS_LAMBDA_FUNCTION_NAME": function.name,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory),
            "AWS_LAMBDA_FUNCTION_VERSION": function.version,
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{function.name}",
            "AWS_LAMBDA_LOG_STREAM_NAME": stream,
            # Accepted by the emulated APIs, refused by AWS: a call that goes astray does nothing.
            "AWS_ACCESS_KEY_ID": "rehearsal",
            "AWS_SECRET_ACCESS_KEY": "rehearsal",
            "TZ": ":UTC",
            "PYTHONUNBUFFERED": "1",
            **shared,
            **function.environment,
        }


def _failure(kind: str, invocation: Invocation, message: str) -> bytes:
    text = f"RequestId: {invocation.request_id} Error: {message}"
    return json.dumps({"errorType": kind, "errorMessage": text}).encode()
