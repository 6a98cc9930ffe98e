"""Custom resource: the weighted records, created once and never reset by a deployment."""

from __future__ import annotations

import json
import urllib.request
from typing import Any

import boto3
from aws_lambda_powertools.utilities.typing import LambdaContext

from cutover.adapters.aws import CLIENT_CONFIG
from cutover.adapters.weighted_records import WeightedName, WeightedRecords
from lambdas.observability import Event, logger, observed


@observed
def lambda_handler(event: Event, _context: LambdaContext) -> Any:
    """Answers CloudFormation at the URL it gave, with success or with the reason of the failure."""
    try:
        _apply(event)
        answer = {"Status": "SUCCESS"}
    except Exception as error:
        # Without an answer CloudFormation waits for an hour; the failure is reported there, not swallowed.
        logger.exception("the weighted records could not be changed")
        # CloudFormation refuses an answer of more than 4096 bytes.
        answer = {"Status": "FAILED", "Reason": f"{type(error).__name__}: {error}"[:1000]}
    # What goes wrong here is let out: Lambda then runs all of it again, which changes nothing a second time.
    _respond(event, {**answer, "PhysicalResourceId": _physical_id(event)})


def _apply(event: Event) -> None:
    properties = event["ResourceProperties"]
    records = WeightedRecords(
        boto3.client("route53", config=CLIENT_CONFIG),
        hosted_zone_id=properties["HostedZoneId"],
        ttl_seconds=int(properties["Ttl"]),
    )
    if event["RequestType"] == "Delete":
        records.remove(properties["RecordName"])
    else:
        records.ensure(
            WeightedName(
                name=properties["RecordName"],
                source=properties["Source"],
                target=properties["Target"],
            )
        )


def _physical_id(event: Event) -> str:
    """Zone and name. Under another id CloudFormation takes an update for a replacement, and deletes the record of
    the old zone or name with its old properties, once everything else has succeeded. A deletion answers with
    what it was asked to delete."""
    if event["RequestType"] == "Delete":
        return str(event["PhysicalResourceId"])
    properties = event["ResourceProperties"]
    return f"{properties['HostedZoneId']}/{properties['RecordName']}"


def _respond(event: Event, answer: dict[str, str]) -> None:
    body = {key: event[key] for key in ("StackId", "RequestId", "LogicalResourceId")} | answer
    request = urllib.request.Request(  # noqa: S310  the URL is CloudFormation's presigned https
        event["ResponseURL"], data=json.dumps(body).encode(), method="PUT"
    )
    with urllib.request.urlopen(request, timeout=10):  # noqa: S310
        pass
