"""The traffic records, made once by CloudFormation and from then on moved by the cutover alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import aws_cdk as cdk
from constructs import Construct

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aws_cdk import aws_lambda as lambda_


@dataclass(frozen=True)
class RecordPair:
    """One name with two weighted CNAMEs: "source", at first with all traffic, and "target"."""

    name: str
    source: str
    target: str


class WeightedRecords(Construct):
    """A custom resource without weights among its properties.

    Records in the template would be set back to the template's weights by the next change
    of their TTL or target: production traffic would silently return to the old database.
    CloudFormation must have no opinion on the weights, so the function creates what is absent,
    keeps live weights on update, and on delete removes exactly what is there.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        function: lambda_.IFunction,
        records: Sequence[RecordPair],
        ttl: cdk.Duration,
    ) -> None:
        super().__init__(scope, construct_id)
        resource = cdk.CustomResource(
            self,
            "Resource",
            service_token=function.function_arn,
            resource_type="Custom::WeightedRecords",
            # A function that never answers would keep the stack waiting for an hour.
            service_timeout=cdk.Duration.minutes(5),
            properties={
                "Records": [
                    {"Name": pair.name, "Source": pair.source, "Target": pair.target}
                    for pair in records
                ],
                # Every value arrives as text, whatever is written here.
                "Ttl": str(ttl.to_seconds()),
            },
        )
        # Not only the function but its permissions too: otherwise the first call is refused.
        resource.node.add_dependency(function)
