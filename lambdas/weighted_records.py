"""Custom resource: the weighted records, created once and never reset by a deployment."""

from __future__ import annotations

import os
from typing import Any

import boto3
from aws_lambda_powertools.utilities.typing import LambdaContext

from cutover.adapters.aws import CLIENT_CONFIG
from cutover.adapters.weighted_records import WeightedName, WeightedRecords
from lambdas.cloudformation import answer
from lambdas.observability import Event, observed


@observed
def lambda_handler(event: Event, context: LambdaContext) -> Any:
    """Answers CloudFormation, with success or with the reason of the failure."""
    # The same for the resource's life: a changed id would make CloudFormation delete the "old" live records.
    made = f"weighted-records-{context.aws_request_id}"
    answer(event, physical_id=str(event.get("PhysicalResourceId") or made), act=_apply)


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
