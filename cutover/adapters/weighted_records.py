"""The weighted records as a deployment sees them: created where absent, their weights never touched again.

A plain CloudFormation record would be rewritten with the template's weight by its next edit, and production
traffic would silently return to the source. Here the weight is not the deployment's to have an opinion on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cutover.adapters.aws import translated
from cutover.adapters.route53 import SOURCE, TARGET, live_records
from cutover.plan import ALL_READS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mypy_boto3_route53 import Route53Client
    from mypy_boto3_route53.type_defs import ChangeTypeDef, ResourceRecordSetOutputTypeDef


@dataclass(frozen=True, kw_only=True)
class WeightedName:
    """A name and the host each side stands for."""

    name: str
    source: str
    target: str


class WeightedRecords:
    """The pairs of records of one hosted zone."""

    def __init__(self, client: Route53Client, *, hosted_zone_id: str, ttl_seconds: int) -> None:
        self._client = client
        self._zone = hosted_zone_id
        self._ttl = ttl_seconds

    def ensure(self, names: Iterable[WeightedName]) -> None:
        """Creates what is absent, everything to the source; elsewhere sets value and time to live, keeps the weight."""
        changes: list[ChangeTypeDef] = []
        for name in names:
            live = self._live(name.name)
            for side, host, first_weight in (
                (SOURCE, name.source, ALL_READS),
                (TARGET, name.target, 0),
            ):
                weight = live[side]["Weight"] if side in live else first_weight
                changes.append(
                    {
                        "Action": "UPSERT",
                        "ResourceRecordSet": {
                            "Name": name.name,
                            "Type": "CNAME",
                            "SetIdentifier": side,
                            "Weight": weight,
                            "TTL": self._ttl,
                            "ResourceRecords": [{"Value": host}],
                        },
                    }
                )
        self._apply(changes)

    def remove(self, names: Iterable[str]) -> None:
        """Deletes exactly what is there; Route 53 refuses a deletion that does not repeat the current values."""
        changes: list[ChangeTypeDef] = [
            {"Action": "DELETE", "ResourceRecordSet": record}
            for name in names
            for record in self._live(name).values()
        ]
        self._apply(changes)

    def _apply(self, changes: list[ChangeTypeDef]) -> None:
        if changes:
            with translated("changing the weighted records"):
                self._client.change_resource_record_sets(
                    HostedZoneId=self._zone, ChangeBatch={"Changes": changes}
                )

    def _live(self, name: str) -> dict[str, ResourceRecordSetOutputTypeDef]:
        return live_records(self._client, hosted_zone_id=self._zone, name=name)
