"""The deployed functions: code, variables and limits as the stacks gave them to Lambda."""

from __future__ import annotations

import io
import threading
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from moto.awslambda.exceptions import UnknownFunctionException
from moto.awslambda.models import lambda_backends

from rehearsal.aws.invoker import ACCOUNT, REGION, FunctionMissing, InvokeResult, ServiceFault
from rehearsal.aws.runtime import LocalFunction, RuntimePool

if TYPE_CHECKING:
    from rehearsal.aws.runtime.environment import LogListener

_RUNTIME: Final = "python"


class DeployedFunctions:
    """An invoker that looks functions and their versions up at each call: a deployment takes effect.

    The code is the archive that the CDK CLI published. The layer's packages are those of this
    Python: the layer is built for Lambda's processors.
    """

    def __init__(
        self,
        *,
        code: Path,
        shared_environment: Mapping[str, str],
        on_log: LogListener,
        replaced: Mapping[str, str] | None = None,
    ) -> None:
        """shared_environment: what every function is told besides.

        replaced: values that take the place of the template's, where a function has such a variable.
        """
        self._code = code
        self._replaced = dict(replaced or {})
        self._lock = threading.Lock()
        self._known: dict[str, tuple[Any, ...]] = {}
        self._pool = RuntimePool(
            [], code_directory=code, shared_environment=shared_environment, on_log=on_log
        )

    def __call__(self, name: str, payload: bytes) -> InvokeResult:
        """name: of the function, or with a version behind it, such as "one:7"."""
        self._bring_up_to_date(name)
        return self._pool(name, payload)

    def close(self) -> None:
        """End every process."""
        self._pool.close()

    def _bring_up_to_date(self, reference: str) -> None:
        name, _, version = reference.partition(":")
        try:
            found = lambda_backends[ACCOUNT][REGION].get_function(name, version or None)
        except UnknownFunctionException as error:
            raise FunctionMissing(reference) from error
        if not str(found.run_time).startswith(_RUNTIME):
            raise ServiceFault(f"{name} is written for {found.run_time}; only Python runs here")
        state = (
            found.code_sha_256,
            found.handler,
            dict(found.environment_vars),
            int(found.timeout),
            int(found.memory_size),
        )
        with self._lock:
            if self._known.get(reference) == state:
                return
            code, handler, variables, timeout, memory = state
            here = {name: each for name, each in self._replaced.items() if name in variables}
            self._pool.put(
                LocalFunction(
                    name=name,
                    handler=handler,
                    environment=variables | here,
                    timeout_seconds=timeout,
                    memory=memory,
                    version=version or "$LATEST",
                    code_directory=self._unpacked(code, found.code_bytes),
                )
            )
            self._known[reference] = state

    def _unpacked(self, sha: str, archive: bytes) -> Path:
        directory = self._code / sha.replace("/", "_").rstrip("=")
        if not directory.exists():
            with zipfile.ZipFile(io.BytesIO(archive)) as packed:
                packed.extractall(directory)
        return directory
