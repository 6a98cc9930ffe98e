"""Custom resource: the weighted records, created once and never reset by a deployment."""

from __future__ import annotations

from typing import Any

import boto3
from aws_lambda_powertools.utilities.typing import LambdaContext

from cutover.adapters.aws import CLIENT_CONFIG
from cutover.adapters.weighted_records import WeightedName, WeightedRecords
from lambdas.cloudformation import answer
from lambdas.observability import Event, observed


@observed
def lambda_handler(event: Event, _context: LambdaContext) -> Any:
    """Answers CloudFormation, with success or with the reason of the failure."""
    properties = event["ResourceProperties"]
    # Zone and name. Under another id CloudFormation takes an update for a replacement, and deletes the record of
    # the old zone or name with its old properties, once everything else has succeeded.
    physical_id = f"{properties['HostedZoneId']}/{properties['RecordName']}"
    answer(event, physical_id=physical_id, act=_apply)


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
