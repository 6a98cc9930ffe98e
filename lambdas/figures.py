"""What a check has looked at, as figures for the dashboard and its alarms. What is not known has no figure."""

from __future__ import annotations

import os

from aws_lambda_powertools.metrics import MetricUnit, single_metric

from cutover.decisions import TABLE_COMPLETED, VALIDATION_FAULTS
from cutover.errors import ServiceUnavailable
from cutover.observations import RecordWeights, ReplicationStatus, StageObservation
from cutover.plan import ALL_READS
from cutover.ports import ReplicationTask
from cutover.source_watch import SlotWal, SourceWatch
from lambdas.observability import NAMESPACE, SERVICE, metrics

WAITING = frozenset({"Before load"})
LOADING = frozenset({"Full load", "Table is being reloaded"})
"""DMS API, TableStatistics.TableState. Whatever is none of these and not completed counts as errored."""
MOST_SLOTS = 20
"""Each is a series of its own, which is paid for."""


def measure(observation: StageObservation) -> None:
    """The weights of both records and the tables by state."""
    for name, weights in (("ReadWeight", observation.reads), ("WriteWeight", observation.writes)):
        if weights is not None and weights.source + weights.target > 0:
            metrics.add_metric(name=name, unit=MetricUnit.Percent, value=share(weights))
    if observation.replication is not None and observation.replication.tables:
        for name, count in tables(observation.replication).items():
            metrics.add_metric(name=name, unit=MetricUnit.Count, value=count)


def measure_load(task: ReplicationTask) -> None:
    """How far the copy is, and the tables by state."""
    try:
        found = task.status()
    except ServiceUnavailable:  # before the line: a figure, no decision
        return
    if found.tables:
        percent = found.full_load_percent
        metrics.add_metric(name="FullLoadProgress", unit=MetricUnit.Percent, value=percent)
        for name, count in tables(found).items():
            metrics.add_metric(name=name, unit=MetricUnit.Count, value=count)


def measure_source(watch: SourceWatch) -> None:
    """What a look at the source has found; of what it could not find there is no figure."""
    pressure, disk, drift = watch.pressure, watch.disk, watch.drift
    if pressure is not None:
        for name, oldest in (
            ("SourceOldestTransaction", pressure.transaction),
            ("SourceOldestPrepared", pressure.prepared),
        ):
            seconds = 0.0 if oldest is None else oldest.seconds
            metrics.add_metric(name=name, unit=MetricUnit.Seconds, value=seconds)
        metrics.add_metric(name="SourceWalKept", unit=MetricUnit.Bytes, value=pressure.kept)
        for slot in pressure.slots[:MOST_SLOTS]:
            _measure_slot(slot)
    if disk.wal_bytes_per_hour is not None:
        rate = disk.wal_bytes_per_hour / 3600
        metrics.add_metric(name="SourceWalRate", unit=MetricUnit.BytesPerSecond, value=rate)
    for name, hours in (
        ("SourceDiskHoursLeft", disk.hours_left),
        ("SourceDiskHoursUnread", disk.hours_unread),
    ):
        if hours is not None:
            metrics.add_metric(name=name, unit=MetricUnit.Count, value=hours)
    if not drift.unknown:
        changes = 0 if drift.accepted else drift.number
        metrics.add_metric(name="SourceSchemaChanges", unit=MetricUnit.Count, value=changes)


def _measure_slot(slot: SlotWal) -> None:
    """Under a dimension of its own: slots come and go, and the dashboard searches for them."""
    with single_metric(
        name="SlotWal", unit=MetricUnit.Bytes, value=slot.wal_bytes, namespace=NAMESPACE
    ) as metric:
        metric.add_dimension(name="service", value=SERVICE)
        metric.add_dimension(name="Environment", value=os.environ.get("MIGRATION", "unknown"))
        metric.add_dimension(name="Slot", value=slot.name)


def share(weights: RecordWeights) -> float:
    """The target's share in percent, also where somebody set weights that do not add up to 100."""
    return ALL_READS * weights.target / (weights.source + weights.target)


def tables(task: ReplicationStatus) -> dict[str, int]:
    """How many tables are how far."""
    states = [table.state for table in task.tables]
    completed = states.count(TABLE_COMPLETED)
    loading = sum(state in LOADING for state in states)
    waiting = sum(state in WAITING for state in states)
    return {
        "TablesCompleted": completed,
        "TablesLoading": loading,
        "TablesWaiting": waiting,
        "TablesErrored": max(task.tables_errored, len(states) - completed - loading - waiting),
        "TablesMismatched": sum(table.validation in VALIDATION_FAULTS for table in task.tables),
    }
