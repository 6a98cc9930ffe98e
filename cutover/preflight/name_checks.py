"""What Route 53 says about the two names that clients use."""

from __future__ import annotations

from typing import Any, Final

from cutover.preflight import documentation as doc
from cutover.preflight.check import Call, Check, Finding, Rows, Side, failed, passed, warned
from cutover.preflight.told import Told

ZONE: Final = Call(
    service="route53",
    operation="list_hosted_zones_by_name",
    answer="HostedZones",
    request=(("DNSName", "{zone}."),),
    where=("Name", "{zone}."),
)
RECORDS: Final = Call(
    service="route53",
    operation="list_resource_record_sets",
    answer="ResourceRecordSets",
    request=(("HostedZoneId", "{zone_id}"),),
    given=(("zone_id", ZONE, "Id"),),
)

SOURCE, TARGET = "source", "target"
"""The set identifiers of each name's two records."""


def zone(told: Told, rows: Rows) -> Finding:
    name = told.names()["zone"]
    if not rows:
        return failed(f"there is no hosted zone {name}")
    if len(rows) > 1:
        return failed(
            f"there are {len(rows)} hosted zones {name}: which one answers depends on the VPC"
        )
    if not rows[0].get("Config", {}).get("PrivateZone"):
        return failed(f"the hosted zone {name} is public")
    return passed(f"the private hosted zone {name}")


def weighted(told: Told, rows: Rows) -> dict[str, dict[str, Any]]:
    """By name and set identifier: the weighted records of the two names."""
    names = {f"{part}.{told.names()['zone']}.": part for part in ("ro", "rw")}
    found: dict[str, dict[str, Any]] = {part: {} for part in names.values()}
    for row in rows:
        if row["Name"] in names and "Weight" in row:
            found[names[row["Name"]]][row["SetIdentifier"]] = row
    return found


def records(told: Told, rows: Rows) -> Finding:
    missing = [
        f"{part}.{told.names()['zone']} has {', '.join(sorted(have)) or 'none'}"
        for part, have in weighted(told, rows).items()
        if set(have) != {SOURCE, TARGET}
    ]
    if missing:
        return failed("weighted records: " + "; ".join(missing))
    return passed("ro and rw have a weighted record for each side")


def present(judge: Any) -> Any:
    """A judge of the records, which says no word where one is missing: names-records does."""

    def whole(told: Told, rows: Rows) -> Finding:
        every = [
            (part, side, row)
            for part, have in weighted(told, rows).items()
            for side, row in sorted(have.items())
        ]
        if not every:
            return failed("there are no weighted records")
        found: Finding = judge(told, every)
        return found

    return whole


Every = list[tuple[str, str, dict[str, Any]]]


def weights(_told: Told, every: Every) -> Finding:
    wrong = [
        f"{part} {side} {row['Weight']}"
        for part, side, row in every
        if (row["Weight"] > 0) is not (side == SOURCE)
    ]
    if wrong:
        return failed("weights: " + ", ".join(wrong))
    return passed("all names lead to the source")


def ttl(told: Told, every: Every) -> Finding:
    longest = max(row.get("TTL", 0) for _, _, row in every)
    fact = f"the longest TTL is {longest} s"
    if longest > told.limits.most_ttl_seconds:
        return failed(fact)
    return warned(fact) if longest > told.limits.ttl_seconds else passed(fact)


def health_checks(_told: Told, every: Every) -> Finding:
    checked = [f"{part} {side}" for part, side, row in every if row.get("HealthCheckId")]
    if checked:
        return failed(f"a health check can move {', '.join(checked)} at any time")
    return passed("no record has a health check")


def check(check_id: str, title: str, threshold: str, asks: Call, judge: Any, remedy: str) -> Check:
    return Check(
        id=check_id,
        title=title,
        side=Side.NAMES,
        threshold=threshold,
        asks=(asks,),
        judge=judge,
        remedy=remedy,
        documentation=doc.ROUTE53_WEIGHTED,
        needs_settings=True,
    )


NAME_CHECKS: Final[tuple[Check, ...]] = (
    check(
        "names-zone",
        "The zone of the names exists",
        "one, private; else fail",
        ZONE,
        zone,
        "deploy the stacks, or correct traffic.zone",
    ),
    check(
        "names-records",
        "Both names have a record for each side",
        "ro and rw, weighted, source and target; else fail",
        RECORDS,
        records,
        "deploy the cutover stack",
    ),
    check(
        "names-weights",
        "All names lead to the source",
        "the target's weight 0, the source's over 0; else fail",
        RECORDS,
        present(weights),
        "cutover status says where a cutover stands; cutover rollback puts the names back",
    ),
    check(
        "names-ttl",
        "Clients ask again soon",
        "TTL <= 5 s; above: warn, above 60 s: fail",
        RECORDS,
        present(ttl),
        "lower cutover.record_ttl_seconds and deploy, at least one old TTL before the cutover",
    ),
    check(
        "names-health-checks",
        "Only the cutover moves names",
        "no health check on the records; else fail",
        RECORDS,
        present(health_checks),
        "take the health check off",
    ),
)
