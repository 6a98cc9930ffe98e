"""The traffic records, made once by CloudFormation and from then on moved by the cutover alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import aws_cdk as cdk
from constructs import Construct

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class RecordPair:
    """One name with two weighted CNAMEs: "source", at first with all traffic, and "target"."""

    name: str
    source: str
    target: str


class WeightedRecords(Construct):
    """Custom resources without weights among their properties, one for each name.

    Records in the template would be set back to the template's weights by the next change
    of their TTL or target: production traffic would silently return to the old database.
    CloudFormation must have no opinion on the weights, so the function creates what is absent,
    keeps live weights on update, and on delete removes exactly what is there.

    One for each name, because CloudFormation deletes a resource that left the template only when
    everything else has succeeded: a deployment that fails and goes back has then lost no weights.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        function_arn: str,
        hosted_zone_id: str,
        records: Sequence[RecordPair],
        ttl_seconds: int,
        protect: bool,
    ) -> None:
        """protect: leave the records where the stack goes. The application asks for these names
        as long as it runs, and without them the private zone answers that there is no such name."""
        super().__init__(scope, construct_id)
        for pair in records:
            made = cdk.CfnResource(
                self,
                # Never change this: under another logical id the same name would be made again,
                # which keeps it, and then deleted with the old one, which removes it.
                pair.name.split(".")[0].title(),
                type="Custom::WeightedRecords",
                properties={
                    # By this reference the first call waits for the function's permissions too.
                    "ServiceToken": function_arn,
                    # A function that never answers would keep the stack waiting for an hour.
                    "ServiceTimeout": "300",
                    "HostedZoneId": hosted_zone_id,
                    "RecordName": pair.name,
                    "Source": pair.source,
                    "Target": pair.target,
                    # Every value arrives as text, whatever is written here.
                    "Ttl": str(ttl_seconds),
                },
            )
            if protect:
                made.apply_removal_policy(cdk.RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE)
