"""How a function that is a custom resource answers CloudFormation."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable

from aws_lambda_powertools.utilities.typing import LambdaContext

from lambdas.observability import Event, logger


def answer(
    event: Event, context: LambdaContext, *, kind: str, act: Callable[[Event], None]
) -> None:
    """Acts, and tells CloudFormation at the URL it gave: success, or the reason of the failure."""
    try:
        act(event)
        told = {"Status": "SUCCESS"}
    except Exception as error:
        # Without an answer CloudFormation waits for an hour; the failure is reported there, not swallowed.
        logger.exception("the custom resource could not be changed", kind=kind)
        told = {"Status": "FAILED", "Reason": f"{type(error).__name__}: {error}"}
    _respond(event, {**told, "PhysicalResourceId": _physical_id(event, context, kind)})


def _physical_id(event: Event, context: LambdaContext, kind: str) -> str:
    # The same for the resource's life: with a changed id CloudFormation would delete what it takes for the old one.
    return str(event.get("PhysicalResourceId") or f"{kind}-{context.aws_request_id}")


def _respond(event: Event, told: dict[str, str]) -> None:
    # A presigned address in S3, which a function inside the VPC reaches by the gateway endpoint.
    body = {key: event[key] for key in ("StackId", "RequestId", "LogicalResourceId")} | told
    request = urllib.request.Request(  # noqa: S310  the URL is CloudFormation's presigned https
        event["ResponseURL"], data=json.dumps(body).encode(), method="PUT"
    )
    with urllib.request.urlopen(request, timeout=10):  # noqa: S310
        pass
