"""Lambda for tasks and for callers of Invoke: both end in the invoker given to install()."""

from __future__ import annotations

import base64
import json
import threading
import uuid
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError
from moto.awslambda.exceptions import LambdaClientError
from moto.awslambda.models import LambdaBackend
from moto.stepfunctions.parser.asl.component.state.exec.state_task import lambda_eval_utils

from rehearsal.aws.invoker import InvokeRefused

if TYPE_CHECKING:
    from rehearsal.aws.engine.settings import EngineSettings


def patch(settings: EngineSettings) -> None:
    """All patches of this module."""
    invoke_from_tasks(settings)
    invoke_from_the_api(settings)


def invoke_from_tasks(settings: EngineSettings) -> None:
    """Upstream calls Lambda over HTTP and runs the function in Docker.

    Direct calls save some 10 ms a task, which a rehearsal would otherwise measure as pause.
    """

    def invoke(parameters: dict[str, Any], **_: Any) -> dict[str, Any]:
        name = settings.name_of(parameters["FunctionName"])
        try:
            result = settings.invoker(name, parameters.get("Payload") or b"{}")
        except InvokeRefused as refused:
            raise _client_error(refused) from refused
        response = {
            "ExecutedVersion": "$LATEST",
            "StatusCode": 200,
            "Payload": _json(result.payload),
        }
        if result.function_error:
            response["FunctionError"] = result.function_error
        return response

    lambda_eval_utils._invoke_lambda_function = invoke


def invoke_from_the_api(settings: EngineSettings) -> None:
    """Upstream wants an uploaded zip and Docker; here functions are given by name.

    429 and 500 are API errors as they are in AWS, so that botocore's own retries are seen too.
    """

    def invoke(
        _backend: Any,
        name: str,
        qualifier: str | None,
        body: Any,
        headers: Any,
        response_headers: dict[str, str],
    ) -> bytes:
        asked = settings.name_of(f"{name}:{qualifier}" if qualifier else name)
        payload = (body.encode() if isinstance(body, str) else body) or b"{}"
        if headers.get("X-Amz-Invocation-Type") == "Event":
            threading.Thread(
                target=_discard_refusal, args=(settings, asked, payload), daemon=True
            ).start()
            return b""
        try:
            result = settings.invoker(asked, payload)
        except InvokeRefused as refused:
            raise _api_error(refused) from refused
        response_headers["X-Amz-Executed-Version"] = "$LATEST"
        if result.function_error:
            response_headers["X-Amz-Function-Error"] = result.function_error
        tail = base64.b64encode(result.log.encode()[-4096:])
        response_headers["x-amz-log-result"] = tail.decode()
        response_headers["Content-Length"] = str(len(result.payload))
        return result.payload

    LambdaBackend.invoke = invoke


def _discard_refusal(settings: EngineSettings, name: str, payload: bytes) -> None:
    try:
        settings.invoker(name, payload)
    except InvokeRefused:
        # The caller of an asynchronous invocation has its answer (202) already.
        return


def _client_error(refused: InvokeRefused) -> ClientError:
    return ClientError(
        {
            "Error": {"Code": refused.code, "Message": str(refused)},
            "ResponseMetadata": {
                "RequestId": str(uuid.uuid4()),
                "HTTPStatusCode": refused.status,
                "HTTPHeaders": {},
                "HostId": "",
                "RetryAttempts": 0,
            },
        },
        "Invoke",
    )


def _api_error(refused: InvokeRefused) -> Exception:
    error: Exception = LambdaClientError(refused.code, str(refused))
    error.code = refused.status  # type: ignore[attr-defined]
    return error


def _json(payload: bytes) -> Any:
    try:
        return json.loads(payload)
    except ValueError:
        return payload.decode("utf-8", "replace")
