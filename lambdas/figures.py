"""What a check has looked at, as figures for the dashboard and its alarms. What is not known has no figure."""

from __future__ import annotations

from aws_lambda_powertools.metrics import MetricUnit

from cutover.decisions import TABLE_COMPLETED, VALIDATION_FAULTS
from cutover.errors import ServiceUnavailable
from cutover.observations import RecordWeights, ReplicationStatus, StageObservation
from cutover.plan import ALL_READS
from cutover.ports import ReplicationTask
from lambdas.observability import metrics

WAITING = frozenset({"Before load"})
LOADING = frozenset({"Full load", "Table is being reloaded"})
"""DMS API, TableStatistics.TableState. Whatever is none of these and not completed counts as errored."""


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
