"""Route 53's rules for a change, which moto does not keep: exact deletions, and all of a batch or nothing.

moto 5.2.5 deletes every record that has the set identifier, under whatever name, asks of a deletion only that its
values were once written, and creates a record a second time (moto/route53/models.py). By the API reference of
ChangeResourceRecordSets a deletion names one record and repeats its current values, a creation is refused where the
record exists, and a batch in which one change is refused does nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.route53.exceptions import Route53ClientError
from moto.route53.models import RecordSet, Route53Backend

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    Change: TypeAlias = dict[str, Any]

Key = tuple[str, str, str | None]


class InvalidChangeBatch(Route53ClientError):  # type: ignore[misc]  # moto has no types
    """One change of the batch can't be made, so none was."""

    def __init__(self, message: str) -> None:
        super().__init__("InvalidChangeBatch", message)


def install() -> None:
    """Changes moto in this process, once."""
    original: Callable[..., None] = Route53Backend.change_resource_record_sets
    if getattr(original, "keeps_the_rules", False):
        return

    def change_resource_record_sets(
        backend: Route53Backend, zoneid: str, change_list: list[Change]
    ) -> None:
        zone = backend.get_hosted_zone(zoneid)
        records = {_key(_fields(record)): record for record in zone.rrsets}
        for change in change_list:
            given = change["ResourceRecordSet"]
            key = _key(given)
            if not key[0].endswith(f"{zone.name.strip('.')}."):
                raise InvalidChangeBatch(f"{key[0]} is outside the zone {zone.name}")
            _apply(records, change["Action"], key, given)
        zone.rrsets = list(records.values())

    change_resource_record_sets.keeps_the_rules = True  # type: ignore[attr-defined]
    Route53Backend.change_resource_record_sets = change_resource_record_sets


def _apply(records: dict[Key, RecordSet], action: str, key: Key, given: dict[str, Any]) -> None:
    there = records.get(key)
    if action == "CREATE" and there is not None:
        raise InvalidChangeBatch(f"Tried to create {key}, but it already exists")
    if action == "DELETE":
        if there is None:
            raise InvalidChangeBatch(f"Tried to delete {key}, but it was not found")
        if _values(_fields(there)) != _values(given):
            raise InvalidChangeBatch(
                f"Tried to delete {key}, but the values provided do not match the current values"
            )
        del records[key]
        return
    values = [record["Value"] for record in given.get("ResourceRecords", [])]
    records[key] = RecordSet({**given, "Name": key[0], "ResourceRecords": values})


def _fields(record: RecordSet) -> dict[str, Any]:
    return {
        "Name": record.name,
        "Type": record.type,
        "SetIdentifier": record.set_identifier,
        "Weight": record.weight,
        "TTL": record.ttl,
        "ResourceRecords": [{"Value": value} for value in record.records],
    }


def _key(record: dict[str, Any]) -> Key:
    name = str(record["Name"]).rstrip(".").lower() + "."
    return name, str(record["Type"]), record.get("SetIdentifier")


def _values(record: dict[str, Any]) -> tuple[str, str, list[str]]:
    """As text: moto keeps numbers as they arrive, with XML sometimes as text."""
    return (
        str(record.get("Weight")),
        str(record.get("TTL")),
        [str(value["Value"]) for value in record.get("ResourceRecords") or []],
    )
