"""What runs a Lambda function: the port that the engine calls, and its in-process kind."""

from __future__ import annotations

import json
import time
import traceback
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

REGION = "us-east-1"
ACCOUNT = "123456789012"


def function_arn(name: str) -> str:
    """The ARN under which the emulated account knows the function."""
    return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}"


def function_name(reference: str) -> str:
    """The bare name out of a name, an ARN, or either with a qualifier behind it."""
    tail = reference.rpartition(":function:")[2]
    return tail.partition(":")[0]


def versioned_name(reference: str) -> str:
    """The name out of a name or an ARN, with the published version behind it where one is named."""
    tail = reference.rpartition(":function:")[2]
    return tail.removesuffix(":$LATEST")


@dataclass(frozen=True, kw_only=True)
class InvokeResult:
    """What Lambda's Invoke answers with status 200, whether the function failed or not."""

    payload: bytes
    function_error: str | None
    """None, or "Unhandled" with the payload {"errorType", "errorMessage", ...}."""
    log: str


class InvokeRefused(Exception):
    """Lambda itself answered with an error: the function did not run. Base of the three below."""

    code = "ServiceException"
    status = 500


class ServiceFault(InvokeRefused):
    """An internal error of Lambda (ServiceException, HTTP 500)."""


class Throttled(InvokeRefused):
    """No concurrency left (TooManyRequestsException, HTTP 429)."""

    code = "TooManyRequestsException"
    status = 429


class FunctionMissing(InvokeRefused):
    """No function of that name (ResourceNotFoundException, HTTP 404)."""

    code = "ResourceNotFoundException"
    status = 404

    def __init__(self, name: str) -> None:
        super().__init__(f"Function not found: {function_arn(name)}")


class Invoker(Protocol):
    """Runs functions by name. Must be callable from many threads at once."""

    def __call__(self, name: str, payload: bytes) -> InvokeResult:
        """Run it and wait for the end. Raises InvokeRefused where the function did not run."""
        ...


@dataclass(frozen=True, kw_only=True)
class InProcessContext:
    """The attributes of LambdaContext that handlers and Powertools read."""

    function_name: str
    timeout_seconds: float = 60.0
    memory_limit_in_mb: int = 256
    function_version: str = "$LATEST"
    aws_request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    started: float = field(default_factory=time.monotonic)
    log_stream_name: str = "in-process"
    client_context: None = None
    identity: None = None

    @property
    def invoked_function_arn(self) -> str:
        return function_arn(self.function_name)

    @property
    def log_group_name(self) -> str:
        return f"/aws/lambda/{self.function_name}"

    def get_remaining_time_in_millis(self) -> int:
        left = self.timeout_seconds - (time.monotonic() - self.started)
        return max(0, int(left * 1000))


class InProcessInvoker:
    """Calls handlers where they are: fast, but no kill on timeout, no environment of their own."""

    def __init__(self, handlers: Mapping[str, Callable[[Any, Any], Any]]) -> None:
        self._handlers = dict(handlers)

    def __call__(self, name: str, payload: bytes) -> InvokeResult:
        if (handler := self._handlers.get(name)) is None:
            raise FunctionMissing(name)
        context = InProcessContext(function_name=name)
        try:
            result = handler(json.loads(payload), context)
        except InvokeRefused:
            # A test's way to say "throttle me": these are Lambda's words, never a handler's.
            raise
        except Exception as error:
            return _failed(error, context.aws_request_id)
        try:
            return InvokeResult(payload=json.dumps(result).encode(), function_error=None, log="")
        except (TypeError, ValueError) as error:
            message = f"Unable to marshal response: {error}"
            return _failure("Runtime.MarshalError", message, context.aws_request_id, [])


def _failed(error: Exception, request_id: str) -> InvokeResult:
    stack = traceback.format_tb(error.__traceback__)
    return _failure(type(error).__name__, str(error), request_id, stack)


def _failure(kind: str, message: str, request_id: str, stack: list[str]) -> InvokeResult:
    body = {
        "errorMessage": message,
        "errorType": kind,
        "requestId": request_id,
        "stackTrace": stack,
    }
    return InvokeResult(payload=json.dumps(body).encode(), function_error="Unhandled", log="")
