"""What Aurora meters: capacity by the hour, storage, I/O, backups."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from cutover.cost.ranges import Range, exactly, total, within
from cutover.cost.usage import CHANGED_ROW, DAYS, HOURS, Circumstances, NoPrice, Phase, Use

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cutover.cost.assembly import Resource

_INSTANCE: Final = "AWS::RDS::DBInstance"
_CLUSTER: Final = "AWS::RDS::DBCluster"
_LEAST_TAKEN: Final = Decimal("0.5")
_MILLION: Final = Decimal(1_000_000)

_LOAD_IO: Final = within("0.26", "0.52", "1.05")
"""Million a GB that is loaded: written in units of 4 KB once, twice (indexes, WAL), four times."""
_CHANGE_IO: Final = within("0.5", 1, 4)
"""For each changed row: small ones share a write, others read pages first."""
_MONITORING_LOG: Final = within("0.2", "0.3", "0.5")
"""GB a month of Enhanced Monitoring's log for an instance, at one record a minute."""


def cluster(found: Resource, at: Circumstances) -> Iterator[Use]:
    """All instances with it, since their capacity is set and moves together."""
    instances = [
        one
        for one in at.stack.resources(_INSTANCE)
        if at.stack.only(_CLUSTER, one.properties.get("DBClusterIdentifier")) == found
    ]
    io_optimized = found.properties.get("StorageType") == "aurora-iopt1"
    hours = total(_capacity(found, one, at) for one in instances) * HOURS
    yield Use(
        price="aurora_capacity_io_optimized" if io_optimized else "aurora_capacity", quantity=hours
    )
    if found.properties.get("DatabaseInsightsMode") == "advanced":
        yield Use(price="database_insights", quantity=hours)
    if io_optimized:
        yield Use(price="aurora_storage_io_optimized", quantity=at.stored)
    else:
        yield Use(price="aurora_storage", quantity=at.stored)
        yield from _io(at)
    yield from _continuous_backup(found, at)
    for one in instances:
        yield from _enhanced_monitoring({**found.properties, **one.properties})


def instance(found: Resource, at: Circumstances) -> Iterator[Use]:
    """Nothing more: its cluster has counted it. Raises NoPrice for one that is paid by its class."""
    kind = found.properties.get("DBInstanceClass")
    owner = at.stack.only(_CLUSTER, found.properties.get("DBClusterIdentifier"))
    if kind != "db.serverless" or owner is None:
        raise NoPrice(f"a database instance of class {kind}")
    yield from ()


def backup_plan(found: Resource, at: Circumstances) -> Iterator[Use]:
    """Snapshots of the cluster. Those younger than its own retention are not charged, older ones
    are in full (Aurora user guide, "Understanding Amazon Aurora backup storage usage")."""
    clusters = [one for stack in at.stacks for one in stack.resources(_CLUSTER)]
    free = max((int(one.properties.get("BackupRetentionPeriod", 1)) for one in clusters), default=0)
    for rule in found.properties.get("BackupPlan", {}).get("BackupPlanRule", ()):
        days = int(rule.get("Lifecycle", {}).get("DeleteAfterDays", 365))
        charged = max(days - free, 0)
        # One more at most: a snapshot is deleted some hours after its last day.
        yield Use(price="aurora_backup", quantity=at.stored * within(charged, charged, charged + 1))


def _capacity(cluster: Resource, instance: Resource, at: Circumstances) -> Range:
    """ACU of one instance. A reader of tier 0 or 1 is never smaller than the writer, one of a
    higher tier scales alone (Aurora user guide, "How Aurora Serverless v2 works")."""
    least, most = limits(cluster, at)
    middle = _middle(least, most)
    if int(instance.properties.get("PromotionTier", 1)) > 1:
        return Range(least, least, most)
    match at.phase:
        case Phase.BUILD:
            return Range(least, least, middle)
        case Phase.FULL_LOAD:
            # It takes all there is, for as long as it lasts.
            return Range(middle, most, most)
        case _:
            return Range(least, middle, most)


def limits(cluster: Resource, at: Circumstances) -> tuple[Decimal, Decimal]:
    """Least and most ACU of an instance in this phase.

    The template has one maximum; the stack's metadata tell the one for the load from the other,
    whichever of them is deployed.
    """
    scaling = cluster.properties.get("ServerlessV2ScalingConfiguration")
    if not scaling:
        raise NoPrice("a cluster without Serverless v2 scaling")
    least, most = Decimal(str(scaling["MinCapacity"])), Decimal(str(scaling["MaxCapacity"]))
    told: Mapping[str, Any] = at.stack.template.get("Metadata", {}).get("Migration", {})
    most = Decimal(str(told.get("MaxCapacity", most)))
    if at.phase is Phase.FULL_LOAD:
        asked = at.assumptions.full_load_max_capacity
        most = Decimal(str(told.get("FullLoadMaxCapacity", most))) if asked is None else asked
    return least, max(least, most)


def _middle(least: Decimal, most: Decimal) -> Decimal:
    """The geometric mean: between 0.5 and 128 ACU the half of the sum would be no likely load."""
    mean = (max(least, _LEAST_TAKEN) * most).sqrt().quantize(Decimal("0.01"))
    return min(max(mean, least), most)


def _io(at: Circumstances) -> Iterator[Use]:
    if at.phase is Phase.FULL_LOAD:
        loaded = exactly(at.assumptions.storage_gigabytes) * _LOAD_IO
        yield Use(price="aurora_io", quantity=loaded, once=True)
    else:
        yield Use(price="aurora_io", quantity=at.changes * _CHANGE_IO * (1 / _MILLION))


def _continuous_backup(cluster: Resource, at: Circumstances) -> Iterator[Use]:
    """Changes of the days that are kept: beyond the size of the database, which is free, and up to
    that of a whole copy each day (same page of the user guide)."""
    days = int(cluster.properties.get("BackupRetentionPeriod", 1))
    kept = at.changes * CHANGED_ROW * (days / DAYS)
    size = at.stored.likely
    yield Use(price="aurora_backup", quantity=kept.beyond(size, most=size * days))


def _enhanced_monitoring(properties: Mapping[str, Any]) -> Iterator[Use]:
    if interval := int(properties.get("MonitoringInterval", 0)):
        yield Use(price="log_ingestion", quantity=_MONITORING_LOG * (Decimal(60) / interval))
