"""The state machine `cutover` in Step Functions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from cutover.adapters.aws import error_code, translated
from cutover.errors import ServiceUnavailable, TransitionRefused

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient


class StepFunctionsMachine:
    """cutover.ports.CutoverMachine over one Standard state machine."""

    def __init__(self, client: SFNClient, *, machine_arn: str) -> None:
        self._client = client
        self._arn = machine_arn

    def execution(self, name: str) -> str:
        return f"{self._arn.replace(':stateMachine:', ':execution:')}:{name}"

    def start(self, name: str, given: dict[str, Any]) -> str:
        try:
            with translated(f"starting {name}"):
                self._client.start_execution(
                    stateMachineArn=self._arn, name=name, input=json.dumps(given)
                )
        except ServiceUnavailable as error:
            # With the same input a running one is answered as if started; one that ended, for 90 days, by this
            # error (Step Functions API reference, StartExecution).
            if not _is(error, "ExecutionAlreadyExists"):
                raise
        return self.execution(name)

    def runs(self, execution: str) -> bool:
        return is_running(self._client, execution)


def is_running(client: SFNClient, execution: str) -> bool:
    """Whether an execution runs. One that is forgotten, after 90 days or with its machine, does not."""
    try:
        with translated(f"describing {execution}"):
            found = client.describe_execution(executionArn=execution)
    except ServiceUnavailable as error:
        # On either side of the line: asked before something is recovered, or told to go back.
        if _is(error, "ExecutionDoesNotExist"):
            return False
        raise
    return found["status"] == "RUNNING"


def waits_with_a_token(client: SFNClient, execution: str) -> bool:
    """Whether the newest thing that an execution did was to begin waiting for an answer."""
    with translated(f"reading the history of {execution}"):
        found = client.get_execution_history(
            executionArn=execution, reverseOrder=True, maxResults=1
        )
    return any(event["type"] == "TaskSubmitted" for event in found["events"])


class StepFunctionsTokens:
    """cutover.ports.ApprovalTokens over the API of Step Functions."""

    def __init__(self, client: SFNClient) -> None:
        self._client = client

    def approve(self, token: str, output: dict[str, Any]) -> None:
        with _answering():
            self._client.send_task_success(taskToken=token, output=json.dumps(output))

    def refuse(self, token: str, *, error: str, cause: str) -> None:
        with _answering():
            self._client.send_task_failure(taskToken=token, error=error, cause=cause)


@contextmanager
def _answering() -> Iterator[None]:
    try:
        with translated("answering the execution"):
            yield
    except ServiceUnavailable as error:
        # Before the line: the wait is over, by an answer, by time or with its execution (Step Functions API
        # reference, SendTaskSuccess).
        if any(_is(error, code) for code in ("TaskTimedOut", "TaskDoesNotExist", "InvalidToken")):
            raise TransitionRefused(
                "the execution does not wait for this answer any more: `cutover status` says where it is"
            ) from error
        raise


def _is(error: ServiceUnavailable, code: str) -> bool:
    cause = error.__cause__
    return isinstance(cause, ClientError) and error_code(cause) == code
