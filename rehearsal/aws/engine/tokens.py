"""Answers to tasks that wait with a token."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from moto.core.exceptions import JsonRESTError
from moto.core.responses import EmptyResult
from moto.stepfunctions.parser.api import ExecutionStatus
from moto.stepfunctions.parser.asl.eval.callback.callback import (
    CallbackOutcomeFailure,
    CallbackOutcomeSuccess,
)
from moto.stepfunctions.responses import StepFunctionResponse

if TYPE_CHECKING:
    from rehearsal.aws.engine.settings import EngineSettings

_answering = threading.Lock()


def patch(settings: EngineSettings) -> None:  # noqa: ARG001
    """All patches of this module."""
    take_one_answer_with_all_of_it()


def take_one_answer_with_all_of_it() -> None:
    """Upstream drops the cause of a failure, takes a second answer, and says HTTP 500 to a late one.

    AWS: TaskTimedOut where the task is closed, InvalidToken for what is no token (Step Functions API
    reference, SendTaskSuccess).
    """

    def success(self: Any) -> Any:
        token, output = self._get_param("taskToken"), self._get_param("output")
        return _answer(self, token, CallbackOutcomeSuccess(callback_id=token, output=output))

    def failure(self: Any) -> Any:
        token = self._get_param("taskToken")
        error, cause = self._get_param("error"), self._get_param("cause")
        outcome = CallbackOutcomeFailure(callback_id=token, error=error, cause=cause)
        return _answer(self, token, outcome)

    StepFunctionResponse.send_task_success = success
    StepFunctionResponse.send_task_failure = failure


def _answer(response: Any, token: str, outcome: Any) -> Any:
    with _answering:
        for execution in response.stepfunction_backend._get_executions():
            env = execution.exec_worker and execution.exec_worker.env
            waiting = env and env.callback_pool_manager.get(token)
            if not waiting:
                continue
            closed = execution.exec_status != ExecutionStatus.RUNNING or waiting.get_outcome()
            if closed or waiting.consumer_error is not None:
                raise JsonRESTError(
                    "TaskTimedOut", "Task Timed Out: 'Provided task does not exist anymore'"
                )
            waiting.notify(outcome)
            return EmptyResult()
    raise JsonRESTError("InvalidToken", "Invalid Token: 'Invalid token'")
