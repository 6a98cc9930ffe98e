"""The weighted records in Route 53."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from cutover.adapters.aws import translated
from cutover.errors import RecordsMissing
from cutover.observations import Change, RecordWeights
from cutover.plan import ALL_READS

if TYPE_CHECKING:
    from mypy_boto3_route53 import Route53Client
    from mypy_boto3_route53.type_defs import ChangeTypeDef, ResourceRecordSetOutputTypeDef

SOURCE: Final = "source"
TARGET: Final = "target"
SIDES: Final = frozenset({SOURCE, TARGET})
"""The set identifiers of a pair."""


class Route53Router:
    """cutover.ports.TrafficRouter over one hosted zone."""

    def __init__(self, client: Route53Client, *, hosted_zone_id: str) -> None:
        self._client = client
        self._zone = hosted_zone_id

    def weights(self, name: str) -> RecordWeights:
        pair = self._pair(name)
        return RecordWeights(
            name=name, source=pair[SOURCE]["Weight"], target=pair[TARGET]["Weight"]
        )

    def set_target_shares(self, shares: dict[str, int], *, now: datetime) -> Change:
        changes: list[ChangeTypeDef] = []
        for name, share in sorted(shares.items()):
            pair = self._pair(name)
            # Value and time to live are repeated as they are: whoever deploys decides them, only weights move here.
            changes += [
                {"Action": "UPSERT", "ResourceRecordSet": {**pair[side], "Weight": weight}}
                for side, weight in ((SOURCE, ALL_READS - share), (TARGET, share))
            ]
        with translated(f"setting the weights of {', '.join(sorted(shares))}"):
            # One batch: Route 53 applies all of it or nothing, so no name is ever at 0/0, which would mean 50/50.
            answer = self._client.change_resource_record_sets(
                HostedZoneId=self._zone, ChangeBatch={"Changes": changes}
            )
        expected = tuple(
            RecordWeights(name=name, source=ALL_READS - share, target=share)
            for name, share in sorted(shares.items())
        )
        return Change(id=answer["ChangeInfo"]["Id"], changed_at=now, expected=expected)

    def in_sync(self, change_id: str) -> bool:
        with translated(f"asking for the state of change {change_id}"):
            return self._client.get_change(Id=change_id)["ChangeInfo"]["Status"] == "INSYNC"

    def _pair(self, name: str) -> dict[str, ResourceRecordSetOutputTypeDef]:
        pair = live_records(self._client, hosted_zone_id=self._zone, name=name)
        if set(pair) != SIDES:
            raise RecordsMissing(
                f"{name} has the weighted records {sorted(pair)}, expected {sorted(SIDES)}: deploy the cutover "
                "stack, which creates them"
            )
        return pair


def live_records(
    client: Route53Client, *, hosted_zone_id: str, name: str
) -> dict[str, ResourceRecordSetOutputTypeDef]:
    """The weighted records of `name` by set identifier, as Route 53 has them now."""
    with translated(f"reading the records of {name}"):
        answer = client.list_resource_record_sets(
            HostedZoneId=hosted_zone_id,
            StartRecordName=name,
            StartRecordType="CNAME",
            MaxItems="10",
        )
    return {
        record["SetIdentifier"]: record
        for record in answer["ResourceRecordSets"]
        if record["Name"].rstrip(".") == name.rstrip(".") and "SetIdentifier" in record
    }
