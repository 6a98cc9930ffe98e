"""Lambda functions in processes of their own, run by AWS's runtime client."""

from __future__ import annotations

import importlib.util
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Self

from rehearsal.aws.invoker import FunctionMissing, InvokeResult, Throttled
from rehearsal.aws.runtime.environment import Environment, LocalFunction
from rehearsal.aws.runtime.fork_server import ForkServer

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from rehearsal.aws.runtime.environment import LogListener

__all__ = ["LocalFunction", "RuntimePool", "RuntimeUnavailable"]


class RuntimeUnavailable(RuntimeError):
    """AWS's runtime client can't run on this machine."""


class RuntimePool:
    """The invoker that is like Lambda: real bootstrap, kill on timeout, warm reuse.

    Environments are forked from a server that has imported the heavy libraries; they end with this
    process, however it ends. Raises RuntimeUnavailable.
    """

    def __init__(
        self,
        functions: Iterable[LocalFunction],
        *,
        code_directory: Path,
        shared_environment: Mapping[str, str] | None = None,
        concurrency: int = 10,
        on_log: LogListener | None = None,
        preloaded: Iterable[str] = (),
    ) -> None:
        """`concurrency` is per function; one more is throttled, as with reserved concurrency.

        preloaded: modules of the code that are imported once and not in each environment: such as read nothing
        of their environment while they are imported.
        """
        if sys.platform != "linux" or importlib.util.find_spec("awslambdaric") is None:
            raise RuntimeUnavailable(
                f"the Lambda runtime client (awslambdaric) is not available on {sys.platform}: "
                'install "awslambdaric" on Linux, or run the handlers in this process'
            )
        self._functions = {function.key: function for function in functions}
        self._code_directory = code_directory
        self._shared = dict(shared_environment or {})
        self._concurrency = concurrency
        self._on_log = on_log
        self._lock = threading.Lock()
        self._idle: dict[str, list[Environment]] = {name: [] for name in self._functions}
        self._busy: dict[str, int] = dict.fromkeys(self._functions, 0)
        self._living: set[Environment] = set()
        self._closed = False
        self._fork_server = ForkServer()
        self._fork_server.preload(preloaded, code_directory)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __call__(self, name: str, payload: bytes) -> InvokeResult:
        """Run the function in a warm environment, or in a new one. Raises InvokeRefused."""
        function = self._functions.get(name)
        if function is None:
            raise FunctionMissing(name)
        environment = self._take(function) or self._start(function)
        try:
            return environment.invoke(payload)
        finally:
            self._give_back(environment)

    def put(self, function: LocalFunction) -> None:
        """Add a function, or change one: environments of what it was take no more invocations."""
        with self._lock:
            self._functions[function.key] = function
            self._busy.setdefault(function.key, 0)
            for environment in self._idle.pop(function.key, []):
                self._forget(environment)
            self._idle[function.key] = []

    def warm(self, names: Iterable[str]) -> None:
        """Start an environment for each, and wait until their modules are imported."""
        # More at once would only queue for the processors.
        with ThreadPoolExecutor(max_workers=2) as workers:
            list(workers.map(self._warm, names))

    def close(self) -> None:
        """End every environment and the fork server; invocations still running fail."""
        with self._lock:
            self._closed = True
            living = list(self._living)
        for environment in living:
            environment.kill()
        self._fork_server.close()

    def processes(self) -> list[int]:
        """Process ids of the fork server and of the environments alive."""
        with self._lock:
            return [self._fork_server.pid, *(one.pid for one in self._living)]

    def _warm(self, name: str) -> None:
        with self._lock:
            if self._idle[name]:
                return
            self._busy[name] += 1
        environment = self._start(self._functions[name])
        environment.initialize()
        self._give_back(environment)

    def _take(self, function: LocalFunction) -> Environment | None:
        with self._lock:
            if self._busy[function.key] >= self._concurrency:
                raise Throttled("Rate Exceeded.")
            self._busy[function.key] += 1
            idle = self._idle[function.key]
            while idle:
                environment = idle.pop()
                if not environment.ended.is_set():
                    return environment
                self._forget(environment)
            return None

    def _start(self, function: LocalFunction) -> Environment:
        try:
            environment = Environment(
                function,
                fork_server=self._fork_server,
                code_directory=self._code_directory,
                shared=self._shared,
                on_log=self._on_log,
            )
        except BaseException:
            with self._lock:
                self._busy[function.key] -= 1
            raise
        with self._lock:
            self._living.add(environment)
            closed = self._closed
        if closed:
            environment.kill()
        return environment

    def _give_back(self, environment: Environment) -> None:
        with self._lock:
            self._busy[environment.function.key] -= 1
            outdated = environment.function is not self._functions[environment.function.key]
            if environment.ended.is_set() or outdated:
                self._forget(environment)
            else:
                self._idle[environment.function.key].append(environment)

    def _forget(self, environment: Environment) -> None:
        self._living.discard(environment)
        environment.kill()
