"""The weighted records as a deployment sees them: created where absent, their weights never touched again.

A plain CloudFormation record would be rewritten with the template's weight by its next edit, and production
traffic would silently return to the source. Here the weight is not the deployment's to have an opinion on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from botocore.exceptions import ClientError

from cutover.adapters.aws import error_code, translated
from cutover.adapters.route53 import SIDES, SOURCE, TARGET, live_records
from cutover.errors import ServiceUnavailable
from cutover.plan import ALL_READS

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_route53 import Route53Client
    from mypy_boto3_route53.type_defs import ChangeTypeDef, ResourceRecordSetOutputTypeDef

ATTEMPTS: Final = 5

Live = dict[str, "ResourceRecordSetOutputTypeDef"]


@dataclass(frozen=True, kw_only=True)
class WeightedName:
    """A name and the host each side stands for."""

    name: str
    source: str
    target: str


class WeightedRecords:
    """The pairs of records of one hosted zone.

    A change never says UPSERT: it deletes what was read, with the weight that was read, and creates its
    successor in the same batch. Route 53 refuses a deletion that does not repeat the current values, and with it
    the batch, so a weight that moves between the reading and the writing is read again and not overwritten.
    """

    def __init__(self, client: Route53Client, *, hosted_zone_id: str, ttl_seconds: int) -> None:
        self._client = client
        self._zone = hosted_zone_id
        self._ttl = ttl_seconds

    def ensure(self, name: WeightedName) -> None:
        """Creates what is absent, everything to the source; elsewhere sets value and time to live, keeps the weight."""
        self._change(name.name, lambda live: self._missing_and_different(name, live))

    def remove(self, name: str) -> None:
        """Deletes exactly the pair that is there, and nothing that somebody else made under the name."""
        self._change(
            name,
            lambda live: [
                {"Action": "DELETE", "ResourceRecordSet": live[side]} for side in sorted(live)
            ],
        )

    def _missing_and_different(self, name: WeightedName, live: Live) -> list[ChangeTypeDef]:
        changes: list[ChangeTypeDef] = []
        for side, other, host in ((SOURCE, TARGET, name.source), (TARGET, SOURCE, name.target)):
            if side not in live:
                changes.append(
                    self._creation(name.name, side, host, _first_weight(live.get(other), side))
                )
                continue
            there = live[side]
            if _value(there) != host or there.get("TTL") != self._ttl:
                changes.append({"Action": "DELETE", "ResourceRecordSet": there})
                changes.append(self._creation(name.name, side, host, there["Weight"]))
        return changes

    def _creation(self, name: str, side: str, host: str, weight: int) -> ChangeTypeDef:
        return {
            "Action": "CREATE",
            "ResourceRecordSet": {
                "Name": name,
                "Type": "CNAME",
                "SetIdentifier": side,
                "Weight": weight,
                "TTL": self._ttl,
                "ResourceRecords": [{"Value": host}],
            },
        }

    def _change(self, name: str, wanted: Callable[[Live], list[ChangeTypeDef]]) -> None:
        for attempt in range(1, ATTEMPTS + 1):
            changes = wanted(self._live(name))
            if not changes:
                return
            try:
                with translated(f"changing the weighted records of {name}"):
                    self._client.change_resource_record_sets(
                        HostedZoneId=self._zone, ChangeBatch={"Changes": changes}
                    )
                return
            except ServiceUnavailable as error:
                # On either side of the line: a weight was moved meanwhile, or an earlier delivery of the same
                # request was faster. Nothing of the batch was done, so it is looked at anew.
                cause = error.__cause__
                moved = isinstance(cause, ClientError) and error_code(cause) == "InvalidChangeBatch"
                if not moved or attempt == ATTEMPTS:
                    raise

    def _live(self, name: str) -> Live:
        live = live_records(self._client, hosted_zone_id=self._zone, name=name)
        return {side: record for side, record in live.items() if side in SIDES}


def _first_weight(other: ResourceRecordSetOutputTypeDef | None, side: str) -> int:
    """Beside a record that is there, the rest: two full weights would halve the traffic, and so would two zeros."""
    if other is not None:
        return ALL_READS - other["Weight"]
    return ALL_READS if side == SOURCE else 0


def _value(record: ResourceRecordSetOutputTypeDef) -> str:
    return record["ResourceRecords"][0]["Value"]
