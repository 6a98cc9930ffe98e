"""How a function that is a custom resource answers CloudFormation."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable
from typing import Final

from lambdas.observability import Event, logger

LONGEST_REASON: Final = 1000
"""As JSON. CloudFormation refuses an answer of more than 4096 bytes, and then waits as if there had been none."""


def answer(event: Event, *, physical_id: str, act: Callable[[Event], None]) -> None:
    """Acts, and tells CloudFormation at the URL it gave: success, or the reason of the failure.

    physical_id: as long as it stays, the resource is the same one; under another, CloudFormation takes an update for
    a replacement and deletes what had the old one. What goes wrong in telling is let out: Lambda then runs all of it
    again, so `act` must be safe to repeat.
    """
    try:
        act(event)
        told = {"Status": "SUCCESS"}
    except Exception as error:
        # On neither side of the line: a deployment. Without an answer CloudFormation waits for an hour; the failure is
        # reported there, not swallowed.
        logger.exception("the custom resource could not be changed", resource=physical_id)
        told = {"Status": "FAILED", "Reason": _fitting(f"{type(error).__name__}: {error}")}
    if event["RequestType"] == "Delete":
        # A deletion answers with what it was asked to delete.
        physical_id = str(event["PhysicalResourceId"])
    _respond(event, {**told, "PhysicalResourceId": physical_id})


def _fitting(reason: str) -> str:
    """Cut by what it takes as JSON: a line's end is two characters there, a letter beyond ASCII six or twelve."""
    reason = reason[:LONGEST_REASON]
    while len(json.dumps(reason)) > LONGEST_REASON:
        reason = reason[:-1]
    return reason


def _respond(event: Event, told: dict[str, str]) -> None:
    # A presigned address in S3, which a function inside the VPC reaches by the gateway endpoint.
    body = {key: event[key] for key in ("StackId", "RequestId", "LogicalResourceId")} | told
    request = urllib.request.Request(  # noqa: S310  the URL is CloudFormation's presigned https
        event["ResponseURL"], data=json.dumps(body).encode(), method="PUT"
    )
    with urllib.request.urlopen(request, timeout=10):  # noqa: S310
        pass
