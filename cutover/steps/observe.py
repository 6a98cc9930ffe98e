"""Reading the world for the checks. What can't be read becomes "not known"; it never becomes "fine"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from cutover.direction import Direction, Stream, Where
from cutover.errors import (
    DatabaseUnreachable,
    NotInstalled,
    PrivilegeMissing,
    RecordsMissing,
    ServiceUnavailable,
)
from cutover.observations import (
    Alarm,
    DatabasesFacts,
    Lag,
    MetricReading,
    RecordWeights,
    ReplicationStatus,
    StageObservation,
)
from cutover.plan import CutoverPlan
from cutover.ports import (
    Clock,
    Database,
    Journal,
    Monitoring,
    ReplicationTask,
    TrafficRouter,
)

PATIENCE_FOR_A_BEAT = timedelta(seconds=2)
"""How long the check waits for its own heartbeat; beyond it the age of an older one is the lag."""


def inspect_databases(
    source: Database, target: Database, *, direction: Direction = Direction.FORWARD
) -> DatabasesFacts:
    """Facts from both servers; a server that does not answer is named, and the facts are then not known."""
    facts = []
    for name, database in (("source", source), ("target", target)):
        try:
            facts.append(database.inspect())
        except DatabaseUnreachable as error:  # before the line: the check holds on it
            return DatabasesFacts(
                source=None, target=None, unreachable=f"the {name} did not answer: {error}"
            )
    # The task carries the origin's tables; naming the other's again would only make the state's data larger.
    stored = [
        found if where is direction.origin else replace(found, stored=())
        for where, found in zip((Where.SOURCE, Where.TARGET), facts, strict=True)
    ]
    return DatabasesFacts(source=stored[0], target=stored[1])


def measure_lag(
    origin: Database,
    destination: Database,
    clock: Clock,
    *,
    patience: timedelta = PATIENCE_FOR_A_BEAT,
) -> Lag:
    """Writes a heartbeat on the writer and looks for it on the other side; both times are the writer's clock."""
    try:
        beat = origin.write_heartbeat()
        give_up = clock.now() + patience
        while True:
            seen = destination.newest_heartbeat()
            there = origin.now()
            if (seen is not None and seen.beat >= beat.beat) or clock.now() >= give_up:
                break
            clock.sleep(0.02)
    except (DatabaseUnreachable, NotInstalled) as error:  # before the line: the check holds on it
        return Lag(seconds=None, measured_at=clock.now(), reason=str(error))
    if seen is None:
        reason = "no heartbeat has reached the other side yet"
        return Lag(seconds=None, measured_at=clock.now(), reason=reason)
    age = (there - seen.written_at).total_seconds()
    return Lag(seconds=max(0.0, age), measured_at=clock.now())


def measure_slot_wal(database: Database) -> int | None:
    """Bytes of WAL that a replication slot keeps on this database's disk; None where it can't be asked."""
    try:
        return database.slot_wal()
    except (DatabaseUnreachable, PrivilegeMissing):
        # On neither side of the line: a figure, no decision.
        return None


def observe_stage(
    plan: CutoverPlan,
    *,
    lag: Lag,
    tasks: Mapping[Stream, ReplicationTask],
    monitoring: Monitoring,
    router: TrafficRouter,
    journal: Journal,
    clock: Clock,
    read_record: str,
    write_record: str,
) -> StageObservation:
    """Everything a stage's check looks at."""
    # Of the stream that carries now; which one that is the journal knows.
    carrier = journal.state().carrier
    return StageObservation(
        lag=lag,
        replication=_replication(tasks[carrier]),
        latencies=_latencies(monitoring, carrier, plan, clock),
        alarms=_alarms(monitoring, carrier),
        reads=_weights(router, read_record),
        writes=_weights(router, write_record),
        word=journal.word(),
        watch=journal.watched() if plan.source_watch_max_age_seconds else None,
    )


def _replication(task: ReplicationTask) -> ReplicationStatus | None:
    try:
        return task.status()
    except ServiceUnavailable:  # before the line: not known, the check holds
        return None


def _latencies(
    monitoring: Monitoring, carrier: Stream, plan: CutoverPlan, clock: Clock
) -> tuple[MetricReading, ...]:
    try:
        return monitoring.latencies(
            carrier, now=clock.now(), max_age=timedelta(seconds=plan.metric_max_age_seconds)
        )
    except ServiceUnavailable:  # before the line: not known, the check holds
        return ()


def _alarms(monitoring: Monitoring, carrier: Stream) -> tuple[Alarm, ...]:
    try:
        return monitoring.alarms(carrier)
    except ServiceUnavailable:  # before the line: not known, the check holds
        return ()


def _weights(router: TrafficRouter, name: str) -> RecordWeights | None:
    try:
        return router.weights(name)
    except (ServiceUnavailable, RecordsMissing):  # before the line: not known, the check holds
        return None
