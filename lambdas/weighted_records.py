"""Custom resource: the weighted records, created once and never reset by a deployment."""

from __future__ import annotations

import json
import os
import urllib.request
from typing import Any

import boto3
from aws_lambda_powertools.utilities.typing import LambdaContext

from cutover.adapters.aws import CLIENT_CONFIG
from cutover.adapters.weighted_records import WeightedName, WeightedRecords
from lambdas.observability import Event, logger, observed


@observed
def lambda_handler(event: Event, context: LambdaContext) -> Any:
    """Answers CloudFormation at the URL it gave, with success or with the reason of the failure."""
    try:
        _apply(event)
        answer = {"Status": "SUCCESS"}
    except Exception as error:
        # Without an answer CloudFormation waits for an hour; the failure is reported there, not swallowed.
        logger.exception("the weighted records could not be changed")
        answer = {"Status": "FAILED", "Reason": f"{type(error).__name__}: {error}"}
    _respond(event, {**answer, "PhysicalResourceId": _physical_id(event, context)})


def _apply(event: Event) -> None:
    properties = event["ResourceProperties"]
    records = WeightedRecords(
        boto3.client("route53", config=CLIENT_CONFIG),
        hosted_zone_id=os.environ["HOSTED_ZONE_ID"],
        ttl_seconds=int(properties["Ttl"]),
    )
    names = [
        WeightedName(name=record["Name"], source=record["Source"], target=record["Target"])
        for record in properties["Records"]
    ]
    if event["RequestType"] == "Delete":
        records.remove(name.name for name in names)
        return
    records.ensure(names)
    if event["RequestType"] == "Update":
        kept = {name.name for name in names}
        before = event.get("OldResourceProperties", {}).get("Records", [])
        records.remove(record["Name"] for record in before if record["Name"] not in kept)


def _physical_id(event: Event, context: LambdaContext) -> str:
    # The same for the resource's life: a changed id would make CloudFormation delete the "old" live records.
    return str(event.get("PhysicalResourceId") or f"weighted-records-{context.aws_request_id}")


def _respond(event: Event, answer: dict[str, str]) -> None:
    body = {key: event[key] for key in ("StackId", "RequestId", "LogicalResourceId")} | answer
    request = urllib.request.Request(  # noqa: S310  the URL is CloudFormation's presigned https
        event["ResponseURL"], data=json.dumps(body).encode(), method="PUT"
    )
    with urllib.request.urlopen(request, timeout=10):  # noqa: S310
        pass
