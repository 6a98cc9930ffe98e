"""Ends of an execution that its own states do not make: stopped by someone, or out of time."""

from __future__ import annotations

import threading
import time
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from moto.stepfunctions.parser import utils as parser_utils
from moto.stepfunctions.parser.api import (
    ExecutionAbortedEventDetails,
    ExecutionStatus,
    ExecutionTimedOutEventDetails,
    HistoryEventType,
)
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails
from moto.stepfunctions.parser.asl.eval.program_state import ProgramStopped, ProgramTimedOut
from moto.stepfunctions.parser.asl.utils.encoding import to_json_str
from moto.stepfunctions.parser.backend.execution import BaseExecutionWorkerCommunication, Execution

from rehearsal.aws.engine.history import close_history

if TYPE_CHECKING:
    from rehearsal.aws.engine.settings import EngineSettings

# A stop and the execution's own end can meet; the first one decides the status.
_ending = threading.RLock()


def patch(settings: EngineSettings) -> None:
    """All patches of this module."""
    stop_at_once(settings)
    keep_the_first_end(settings)
    time_out_at_once()
    let_a_stop_win()


def stop_at_once(settings: EngineSettings) -> None:
    """Upstream reports ABORTED only when the running task returns, and loses error and cause.

    It also forgets a stop that comes before the execution's thread has made its environment.
    """

    def stop(self: Any, stop_date: datetime, error: str | None, cause: str | None) -> None:
        env = _environment(self)
        with _ending:
            if self.exec_status != ExecutionStatus.RUNNING:
                return
            env.set_stop(stop_date=stop_date, error=error, cause=cause)
            for frame in list(env._frames):
                frame.set_stop(stop_date=stop_date, error=error, cause=cause)
            details = ExecutionAbortedEventDetails(error=error, cause=cause)
            close_history(
                env,
                event_type=HistoryEventType.ExecutionAborted,
                event_details=EventDetails(executionAbortedEventDetails=details),
            )
            self.exec_status, self.stop_date = ExecutionStatus.ABORTED, stop_date
            self.error, self.cause = error, cause
        announce(self, settings)

    Execution.stop = stop


def keep_the_first_end(settings: EngineSettings) -> None:
    """Upstream overwrites status and stop date of a stopped execution when its thread ends.

    It also keeps every thread of every task for ever, and sends no event about the end.
    """
    reflect = BaseExecutionWorkerCommunication._reflect_execution_status

    def reflect_once(self: Any) -> None:
        parser_utils.TMP_THREADS[:] = [one for one in parser_utils.TMP_THREADS if one.is_alive()]
        with _ending:
            if self.execution.exec_status != ExecutionStatus.RUNNING:
                return
            reflect(self)
        announce(self.execution, settings)

    BaseExecutionWorkerCommunication._reflect_execution_status = reflect_once


def time_out_at_once() -> None:
    """Upstream writes ExecutionTimedOut only when the task that ran over the limit returns."""
    set_timed_out = Environment.set_timed_out

    def close_then_set(self: Any) -> None:
        set_timed_out(self)
        if not self.is_frame():
            close_history(
                self,
                event_type=HistoryEventType.ExecutionTimedOut,
                event_details=EventDetails(
                    executionTimedOutEventDetails=ExecutionTimedOutEventDetails()
                ),
            )

    Environment.set_timed_out = close_then_set


def let_a_stop_win() -> None:
    """Upstream lets what the interrupted task reports later replace the stop or the timeout."""
    set_error = Environment.set_error

    def unless_ended(self: Any, error: Any) -> None:
        if not isinstance(self._program_state, ProgramStopped | ProgramTimedOut):
            set_error(self, error)

    Environment.set_error = unless_ended


def announce(execution: Any, settings: EngineSettings) -> None:
    """Send the event that EventBridge rules on failed executions match.

    Shape: Step Functions developer guide, "Automating with EventBridge"; the times in `detail`
    are milliseconds.
    """
    if settings.on_status_change is None or execution.status not in (
        "FAILED",
        "TIMED_OUT",
        "ABORTED",
    ):
        return
    event = {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Step Functions Execution Status Change",
        "source": "aws.states",
        "account": execution.account_id,
        "time": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": execution.region_name,
        "resources": [execution.exec_arn],
        "detail": {
            "executionArn": execution.exec_arn,
            "stateMachineArn": execution.state_machine_arn,
            "name": execution.name,
            "status": execution.status,
            "startDate": int(execution.start_date.timestamp() * 1000),
            "stopDate": int(execution.stop_date.timestamp() * 1000),
            "input": to_json_str(execution.input_data, separators=(",", ":")),
            "inputDetails": {"included": True},
            "output": None,
            "outputDetails": None,
            "error": execution.error,
            "cause": execution.cause,
        },
    }
    # Delivery is asynchronous in AWS: StopExecution must not wait for what a rule starts.
    threading.Thread(target=settings.on_status_change, args=(event,), daemon=True).start()


def _environment(execution: Any) -> Any:
    """The execution's environment, once its thread has made it (milliseconds after the start)."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        env = execution.exec_worker and execution.exec_worker.env
        if env is not None and env._program_state is not None:
            return env
        time.sleep(0.002)
    raise RuntimeError(f"{execution.exec_arn} did not begin within 5 s; it can't be stopped")
