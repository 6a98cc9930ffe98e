"""The Step Functions API in front of the interpreter, and the client behind its tasks."""

from __future__ import annotations

import sys
import threading
import uuid
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from moto.core.exceptions import AWSError, JsonRESTError
from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.stepfunctions.parser.asl.utils import boto_client
from moto.stepfunctions.parser.asl.utils.encoding import to_json_str
from moto.stepfunctions.parser.models import StepFunctionsParserBackend
from moto.stepfunctions.responses import StepFunctionResponse

if TYPE_CHECKING:
    from rehearsal.aws.engine.settings import EngineSettings

_HISTORY_PAGE = 100
_HISTORY_PAGE_LIMIT = 1000


def patch(settings: EngineSettings) -> None:
    """All patches of this module."""
    describe_any_execution()
    page_the_history()
    pass_on_why_it_was_stopped()
    name_unnamed_executions()
    refuse_bad_requests_as_such()
    keep_one_client_per_service(settings)


def describe_any_execution() -> None:
    """Upstream writes an output that is a string without its quotes, which is not JSON.

    It also gives no stop date for executions that ran out of time.
    """

    def describe(self: Any) -> Any:
        execution = self.stepfunction_backend.describe_execution(self._get_param("executionArn"))
        response = {
            "executionArn": execution.execution_arn,
            "stateMachineArn": execution.state_machine_arn,
            "name": execution.name,
            "status": execution.status,
            "startDate": execution.start_date,
            "input": execution.execution_input,
            "inputDetails": {"included": True},
        }
        if execution.status != "RUNNING":
            response["stopDate"] = execution.stop_date
        if execution.status == "SUCCEEDED":
            response["output"] = to_json_str(execution.output, separators=(",", ":"))
            response["outputDetails"] = {"included": True}
        for name in ("error", "cause"):
            if getattr(execution, name) is not None:
                response[name] = getattr(execution, name)
        return ActionResult(response)

    StepFunctionResponse.describe_execution = describe


def page_the_history() -> None:
    """Upstream ignores reverseOrder, maxResults and nextToken."""

    def history(self: Any) -> Any:
        arn = self._get_param("executionArn")
        events = self.stepfunction_backend.get_execution_history(arn)["events"]
        if self._get_param("reverseOrder"):
            events = events[::-1]
        size = min(int(self._get_param("maxResults") or _HISTORY_PAGE), _HISTORY_PAGE_LIMIT)
        first = int(self._get_param("nextToken") or 0)
        response = {"events": events[first : first + size]}
        if first + size < len(events):
            response["nextToken"] = str(first + size)
        return ActionResult(response)

    StepFunctionResponse.get_execution_history = history


def pass_on_why_it_was_stopped() -> None:
    """Upstream drops the error and the cause that an operator gave."""

    def stop(self: Any) -> Any:
        execution = self.stepfunction_backend.describe_execution(self._get_param("executionArn"))
        execution.stop(
            stop_date=utcnow(), error=self._get_param("error"), cause=self._get_param("cause")
        )
        return ActionResult({"stopDate": execution.stop_date})

    StepFunctionResponse.stop_execution = stop


def name_unnamed_executions() -> None:
    """Upstream calls them all "None": the second one is ExecutionAlreadyExists."""
    start = StepFunctionsParserBackend.start_execution

    def start_named(
        self: Any, state_machine_arn: str, name: str | None = None, *args: Any, **kwargs: Any
    ) -> Any:
        return start(self, state_machine_arn, name or str(uuid.uuid4()), *args, **kwargs)

    StepFunctionsParserBackend.start_execution = start_named


def refuse_bad_requests_as_such() -> None:
    """Upstream sends InvalidDefinition and InvalidExecutionInput without their names."""

    def refusing(action: Any) -> Any:
        def act(self: Any) -> Any:
            try:
                return action(self)
            except AWSError as error:
                if error.error_type is not None:
                    raise
                raise JsonRESTError(type(error).code, error.message) from error

        return act

    for name in ("create_state_machine", "update_state_machine", "start_execution"):
        setattr(StepFunctionResponse, name, refusing(getattr(StepFunctionResponse, name)))


def keep_one_client_per_service(settings: EngineSettings) -> None:
    """Upstream makes a boto3 client for every task: 10 to 60 ms each."""
    upstream = boto_client.boto_client_for
    clients: dict[tuple[str | None, str, str], Any] = {}
    lock = threading.Lock()
    session: Any = boto3.session.Session()

    def client(region: str, service: str, **_: Any) -> Any:
        key = (settings.endpoint, region, service)
        with lock:
            if key not in clients:
                clients[key] = session.client(
                    service,
                    region_name=region,
                    endpoint_url=settings.endpoint,
                    aws_access_key_id="engine",
                    aws_secret_access_key="engine",  # noqa: S106  (moto reads none)
                    config=Config(parameter_validation=False, retries={"total_max_attempts": 1}),
                )
            return clients[key]

    for module in list(sys.modules.values()):
        if getattr(module, "boto_client_for", None) is upstream:
            module.boto_client_for = client  # type: ignore[attr-defined]
