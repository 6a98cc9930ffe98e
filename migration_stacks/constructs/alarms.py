"""The alarms of one environment as a table, and the construct that makes them.

Silence needs an answer for each of them. It means that nothing has begun, that something was
stopped on purpose, that a thing is dead, or that nobody looked; CloudWatch can't tell these apart.
So two alarms take silence itself for the fault (`no-check` and `no-source-check`: the schedules run
from the first deployment on), and two compare what can be seen with what can't: a replication slot on the source
that nothing reads (`task-not-running`) or that brings nothing to the target (`no-heartbeat`). Before
replication begins there is no slot, and after the switch the writes are on the target: neither pages
anybody then.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import aws_cdk as cdk

from migration_stacks import names as known
from migration_stacks.cfn import cloudwatch
from migration_stacks.constructs.metrics import Expression, happened

if TYPE_CHECKING:
    from collections.abc import Mapping

    from constructs import Construct

    from migration_stacks.constructs.metrics import Metric, Metrics
    from migration_stacks.names import Names
    from migration_stacks.settings import MonitoringSettings

# The state machines, by their verb, whose executions are watched.
MACHINES: Final = ("cutover", "rollback", "check", "replicate", "finalize")

_GIBIBYTE: Final = 1024**3
_MEBIBYTE: Final = 1024**2

# Parts of formulas. After the switch the way forth stands still on purpose; as long as the weight is
# not known, it counts as not switched.
_SLOT: Final = "FILL(slot, 0) > 0"
_NOT_SWITCHED: Final = "FILL(writes, 0) < 100"


@dataclass(frozen=True)
class Points:
    """`alarming` of the last `looked_at` periods."""

    period_seconds: int
    alarming: int
    looked_at: int


STEADY: Final = Points(60, 3, 5)
"""One late or odd minute pages nobody, and five minutes are a small part of a stage. DMS and Aurora
publish once a minute; a shorter period would be mostly holes."""
LASTING: Final = Points(300, 3, 3)
"""A quarter of an hour: what serverless capacity reaches for a moment is how it is meant to work."""
ONE: Final = Points(300, 1, 1)
"""What only grows or shrinks slowly needs no second look."""
HAPPENED: Final = Points(300, 1, 12)
"""Something that happens at one moment stays to be seen for an hour. The many periods are needed
too: where FILL writes 0 into the newest period before its real number arrives, the number is counted
as an older period (CloudWatch guide, "Using metric math", on FILL in alarms)."""


def two_checks(silence_minutes: int) -> Points:
    """Two checks of those that the time of silence holds: one that failed pages nobody. More
    periods than checks, so the schedule of the checks may be changed without this."""
    return Points(300, 2, silence_minutes // 5)


def all_silent(silence_minutes: int) -> Points:
    return Points(300, silence_minutes // 5, silence_minutes // 5)


@dataclass(frozen=True)
class Silence:
    """What a period without data counts as, and why."""

    counts_as: Literal["missing", "breaching", "notBreaching", "ignore"]
    because: str


@dataclass(frozen=True, kw_only=True)
class AlarmRow:
    """One alarm. Its section in the runbook has its name."""

    name: str
    says: str
    """What is the case, as the operator reads it first in a message."""
    do: str
    """The first thing to do about it."""
    watched: Metric | Expression
    because: str
    """Why this metric, by this statistic."""
    above: float | None = None
    below: float | None = None
    points: Points
    silence: Silence
    tells_end: bool = True
    """False for what happens at one moment: "OK" an hour later would say that it was mended."""

    @property
    def threshold(self) -> float:
        limit = self.above if self.above is not None else self.below
        assert limit is not None, self.name
        return limit


def alarm_rows(
    watch: Metrics, settings: MonitoringSettings, *, reverse: bool, forward: bool
) -> tuple[AlarmRow, ...]:
    """Every alarm that the monitoring stack makes; `reverse`: the way back has a task; `forward`: the
    way forth after it has one."""
    return (
        *_that_hold_a_cutover(watch, settings),
        *(_of_the_way_forth_again(watch, settings) if forward else ()),
        *_of_the_checks(watch, settings, forward=forward),
        *_of_the_source(watch, settings),
        *(_of_the_way_back(watch, settings) if reverse else ()),
        *_of_the_dms_instance(watch, settings),
        *_of_the_target(watch, settings),
        *_of_what_happened(watch),
    )


def _that_hold_a_cutover(watch: Metrics, settings: MonitoringSettings) -> tuple[AlarmRow, ...]:
    holds = "Not known is not fine: the cutover takes INSUFFICIENT_DATA for a reason to hold"
    return (
        AlarmRow(
            name=known.REPLICATION_LAG,
            says=f"Replication is more than {settings.replication_lag_seconds} s behind.",
            do="Look for a long transaction on the source, then at DMS memory and Aurora capacity.",
            watched=Expression(
                "source + target",
                {
                    "source": watch.task("CDCLatencySource"),
                    "target": watch.task("CDCLatencyTarget"),
                },
            ),
            because="From commit to the instance, and from there to the target: the lag is both.",
            above=settings.replication_lag_seconds,
            points=STEADY,
            silence=Silence(
                "missing",
                f"{holds}. As a fault it would page from the first deployment until the task starts",
            ),
        ),
        AlarmRow(
            name=known.AURORA_CPU,
            says=f"An Aurora instance uses more than {settings.cpu_percent} % of its CPU.",
            do="Look at Database Insights; raise database.max_capacity if it is at its maximum.",
            watched=watch.cluster("CPUUtilization"),
            because="Of the busiest instance: a mean over three hides a writer that is at its end.",
            above=settings.cpu_percent,
            points=STEADY,
            silence=Silence("missing", holds),
        ),
        AlarmRow(
            name=known.AURORA_CONNECTIONS,
            says=f"The Aurora cluster has more than {settings.connections} connections.",
            do="Find the client that opens them; the limit follows database.max_capacity.",
            watched=watch.connections(),
            because="All instances together, each at its highest.",
            above=settings.connections,
            points=STEADY,
            silence=Silence("missing", holds),
        ),
    )


def _of_the_checks(
    watch: Metrics, settings: MonitoringSettings, *, forward: bool
) -> tuple[AlarmRow, ...]:
    # After a way back another task reads the source, by a slot of its own.
    again = {"again": watch.forward_task("MemoryUsage")} if forward else {}
    slot, writes = watch.custom("SourceSlotWal"), watch.custom("WriteWeight")
    checks = two_checks(settings.silence_minutes)
    no_slot = "Without a slot on the source nothing has begun; whether anybody looks, no-check says"
    return (
        AlarmRow(
            name="heartbeat-lag",
            says="The newest heartbeat on the target is older than "
            f"{settings.heartbeat_lag_seconds} s.",
            do="As for replication-lag. Where DMS says 0 at the same time, it stands still.",
            watched=Expression(
                f"IF({_NOT_SWITCHED}, heartbeat, 0)",
                {"heartbeat": watch.custom("HeartbeatLag"), "writes": writes},
            ),
            because="A latency of 0 may mean that DMS is idle; a row that arrived can't.",
            above=settings.heartbeat_lag_seconds,
            points=checks,
            silence=Silence("missing", "What is not known has no age; no-heartbeat is for that"),
        ),
        AlarmRow(
            name="no-heartbeat",
            says="The source has a replication slot, and no heartbeat reaches the target.",
            do="See whether the task runs and whether both databases answer.",
            watched=Expression(
                f"IF({_SLOT} AND FILL(heartbeat, -1) < 0 AND {_NOT_SWITCHED}, 1, 0)",
                {"slot": slot, "heartbeat": watch.custom("HeartbeatLag"), "writes": writes},
            ),
            because="A check writes both at once: one that knew no age has only the slot.",
            above=0,
            points=checks,
            silence=Silence("notBreaching", no_slot),
        ),
        AlarmRow(
            name="no-check",
            says=f"No check has run for {settings.silence_minutes} minutes: nobody is looking.",
            do="Look at the check's executions, and whether its schedule is enabled.",
            watched=watch.custom("LagCheck", "Sum"),
            because="A check counts itself before it asks anything of anybody.",
            below=1,
            points=all_silent(settings.silence_minutes),
            silence=Silence(
                "breaching", "Checks run from the first deployment on: silence is the fault"
            ),
        ),
        AlarmRow(
            name="task-not-running",
            says="A replication slot holds WAL on the source, and the task to the target does not "
            "run.",
            do="Resume the task (a restart would load everything again), or drop the slot if the "
            "migration is given up.",
            watched=Expression(
                f"IF({_SLOT} AND FILL(memory, -1) < 0 AND FILL(latency, -1) < 0 "
                + "".join(f"AND FILL({key}, -1) < 0 " for key in again)
                + f"AND {_NOT_SWITCHED}, 1, 0)",
                {
                    "slot": slot,
                    "writes": writes,
                    "memory": watch.task("MemoryUsage"),
                    "latency": watch.task("CDCLatencySource"),
                    **again,
                },
            ),
            because="DMS has no metric of a task's status. A running task reports its memory, in a "
            "full load too, when there are no latencies; one that stopped reports nothing.",
            above=0,
            points=checks,
            silence=Silence("notBreaching", no_slot),
        ),
        AlarmRow(
            name="tables-in-error",
            says="Tables are in error, or their rows differ from the source's.",
            do="`aws dms describe-table-statistics` names them. Reload one when its cause is gone.",
            watched=Expression(
                "errored + mismatched",
                {
                    "errored": watch.custom("TablesErrored"),
                    "mismatched": watch.custom("TablesMismatched"),
                },
            ),
            because="One table is one too many. A check writes both numbers at once.",
            above=0,
            points=ONE,
            silence=Silence("ignore", "A table stays as it was until a check says otherwise"),
        ),
        AlarmRow(
            name="source-slot-wal",
            says=f"A replication slot keeps over {settings.source_slot_wal_gigabytes} GiB of WAL "
            "on the source.",
            do="Its disk fills until the slot is read or dropped: see task-not-running.",
            watched=slot,
            because="Of the slot that keeps most: a single one fills the disk.",
            above=settings.source_slot_wal_gigabytes * _GIBIBYTE,
            points=ONE,
            silence=Silence("ignore", "WAL does not go away because nobody looks"),
        ),
    )


def _of_the_source(watch: Metrics, settings: MonitoringSettings) -> tuple[AlarmRow, ...]:
    """What the look at the source finds, in so far as somebody has to do something about it."""
    checks = two_checks(settings.silence_minutes)
    hours, minutes = settings.source_disk_hours, settings.source_transaction_minutes
    not_known = Silence(
        "missing", "What is not known is neither near nor far; no-source-check tells who looks"
    )
    return (
        AlarmRow(
            name="source-disk",
            says=f"At this rate WAL fills the source's disk in less than {hours} h.",
            do="See which slot grows (`cutover status`) and why nobody reads it: a task that stands, "
            "or a transaction that stays open.",
            watched=watch.custom("SourceDiskHoursLeft", "Minimum"),
            because="Of the slot that reaches its limit first: the disk's share for WAL in the "
            "settings, or the server's max_slot_wal_keep_size. Bytes alone do not tell how long.",
            below=hours,
            points=checks,
            silence=not_known,
        ),
        AlarmRow(
            name="source-long-transaction",
            says=f"A transaction on the source has been open for more than {minutes} min.",
            do="End it, or have its owner end it: slots keep WAL from its beginning on, and a switch "
            "waits for it.",
            watched=watch.custom("SourceOldestTransaction"),
            because="Of every database: the log is decoded from where the oldest one began.",
            above=minutes * 60,
            points=checks,
            silence=not_known,
        ),
        AlarmRow(
            name="source-prepared-transaction",
            says=f"A prepared transaction on the source is older than {minutes} min.",
            do="COMMIT PREPARED or ROLLBACK PREPARED: it ends by nothing else, and no switch begins.",
            watched=watch.custom("SourceOldestPrepared"),
            because="It has no session that could be seen, or ended.",
            above=minutes * 60,
            points=checks,
            silence=not_known,
        ),
        AlarmRow(
            name="source-schema-changed",
            says="The source's schema is otherwise than when its load began; no cutover starts.",
            do="`cutover status` names what changed. Undo it, or do the same on the target and accept it.",
            watched=watch.custom("SourceSchemaChanges"),
            because="Replication carries no DDL: one object is one too many.",
            above=0,
            points=ONE,
            silence=Silence("ignore", "A schema stays as it was found until a look says otherwise"),
        ),
        AlarmRow(
            name="no-source-check",
            says=f"Nobody has looked at the source for {settings.silence_minutes} minutes.",
            do="Look at the log of the function watch-source, and whether its rule is enabled.",
            watched=watch.custom("SourceCheck", "Sum"),
            because="A look counts itself before it asks anything of anybody.",
            below=1,
            points=all_silent(settings.silence_minutes),
            silence=Silence(
                "breaching", "It looks from the first deployment on: silence is the fault"
            ),
        ),
    )


def _of_the_way_forth_again(watch: Metrics, settings: MonitoringSettings) -> tuple[AlarmRow, ...]:
    return (
        AlarmRow(
            name=known.FORWARD_LAG,
            says="After a way back, replication to the target is more than "
            f"{settings.replication_lag_seconds} s behind.",
            do="As for replication-lag, with the task whose name ends in -forward.",
            watched=Expression(
                "source + target",
                {
                    "source": watch.forward_task("CDCLatencySource"),
                    "target": watch.forward_task("CDCLatencyTarget"),
                },
            ),
            because="As for replication-lag, whose task rests by then; it holds the cutover in its "
            "place.",
            above=settings.replication_lag_seconds,
            points=STEADY,
            silence=Silence(
                "missing",
                "The task runs from a way back to the next switch; there, not known is not fine",
            ),
        ),
    )


def _of_the_way_back(watch: Metrics, settings: MonitoringSettings) -> tuple[AlarmRow, ...]:
    return (
        AlarmRow(
            name="reverse-replication-lag",
            says="The source is more than "
            f"{settings.reverse_replication_lag_seconds} s behind the target.",
            do="A rollback would wait for it. Look at the reverse task and at the source's load.",
            watched=Expression(
                "source + target",
                {
                    "source": watch.reverse_task("CDCLatencySource"),
                    "target": watch.reverse_task("CDCLatencyTarget"),
                },
            ),
            because="As for replication-lag. It holds no cutover: there is data only after one.",
            above=settings.reverse_replication_lag_seconds,
            points=STEADY,
            silence=Silence(
                "missing", "The task runs from the switch to the end of the way back, by design"
            ),
        ),
    )


def _of_the_dms_instance(watch: Metrics, settings: MonitoringSettings) -> tuple[AlarmRow, ...]:
    restarts = "An instance that restarts leaves holes; DMS's events tell of one that is gone"
    return (
        AlarmRow(
            name="dms-storage",
            says=f"The DMS instance has less than {settings.dms_free_storage_gigabytes} GiB of "
            "disk left.",
            do="Raise dms.storage_gigabytes, or delete task logs.",
            watched=watch.replication_instance("FreeStorageSpace", "Minimum"),
            because="Changes that wait for the target spill to it; full, it stops the reading.",
            below=settings.dms_free_storage_gigabytes * _GIBIBYTE,
            points=STEADY,
            silence=Silence("missing", restarts),
        ),
        AlarmRow(
            name="dms-memory",
            says=f"The DMS instance has less than {settings.dms_available_memory_megabytes} MiB of "
            "memory available.",
            do="Choose a larger dms.instance_class, at a time when the task may stop.",
            watched=watch.replication_instance("AvailableMemory", "Minimum"),
            because="What can be had without swapping. FreeMemory is always low, since the cache "
            "takes it, and FreeableMemory is that cache. Swap is on the dashboard: how much of it "
            "is too much differs by instance, and this runs out first.",
            below=settings.dms_available_memory_megabytes * _MEBIBYTE,
            points=STEADY,
            silence=Silence("missing", restarts),
        ),
    )


def _of_the_target(watch: Metrics, settings: MonitoringSettings) -> tuple[AlarmRow, ...]:
    """No alarm on local storage (FreeLocalStorage does not apply to Serverless v2: Aurora user
    guide, "CloudWatch metrics") nor on deadlocks: the dashboard shows them, and nobody is woken
    for what the application already retries."""
    return (
        AlarmRow(
            name="aurora-replica-lag",
            says=f"An Aurora reader is more than {settings.replica_lag_milliseconds} ms behind the "
            "writer.",
            do="Clients of the read record see old rows. Look at the readers' CPU and capacity.",
            watched=watch.cluster("AuroraReplicaLagMaximum"),
            because="Of the reader that is farthest behind. In milliseconds, unlike DMS's.",
            above=settings.replica_lag_milliseconds,
            points=STEADY,
            silence=Silence("missing", "A cluster without a reader has no such metric"),
        ),
        AlarmRow(
            name="aurora-capacity",
            says=f"Aurora has used over {settings.capacity_percent} % of its maximum capacity for "
            "a quarter of an hour.",
            do="Raise database.max_capacity. A full load uses all there is: expected there.",
            watched=watch.cluster("ACUUtilization"),
            because="In percent of the maximum, so that it follows the setting; of the busiest "
            "instance.",
            above=settings.capacity_percent,
            points=LASTING,
            silence=Silence("missing", "An instance that restarts leaves holes"),
        ),
    )


def _of_what_happened(watch: Metrics) -> tuple[AlarmRow, ...]:
    nothing = Silence("notBreaching", "Where nothing happened there is no data")
    return (
        *(
            AlarmRow(
                name=f"{machine}-failed",
                says=f"An execution of {watch.names.state_machine(machine)} failed, timed out or "
                "was stopped.",
                do="`cutover status` says what stands, the execution which state it ended in.",
                watched=happened(
                    failed=watch.machine("ExecutionsFailed", machine),
                    timed_out=watch.machine("ExecutionsTimedOut", machine),
                    aborted=watch.machine("ExecutionsAborted", machine),
                ),
                because="Three ways to end badly, and no metric of all of them.",
                above=0,
                points=HAPPENED,
                silence=nothing,
                tells_end=False,
            )
            for machine in MACHINES
        ),
        AlarmRow(
            name="backup-failed",
            says=f"A backup into {watch.names.backup_vault} failed, expired or was stopped.",
            do="Read the job's message in AWS Backup; start one by hand before the cutover.",
            watched=happened(
                failed=watch.vault("NumberOfBackupJobsFailed"),
                expired=watch.vault("NumberOfBackupJobsExpired"),
                aborted=watch.vault("NumberOfBackupJobsAborted"),
            ),
            because="A job that did not start within its window is no backup either.",
            above=0,
            points=HAPPENED,
            silence=nothing,
            tells_end=False,
        ),
    )


def make_alarm(
    scope: Construct,
    row: AlarmRow,
    *,
    names: Names,
    runbook_url: str,
    topic_arn: str,
    values: Mapping[str, str],
) -> None:
    """One call to the CDK for each alarm; `values` are what stands for `${...}` in a dimension."""
    watched, period = row.watched, row.points.period_seconds
    if isinstance(watched, Expression):
        parts = watched.metrics
        queries = [_Query(id="value", expression=watched.formula, return_data=True)]
    else:
        parts, queries = {"value": watched}, []
    queries += [
        _Query(
            id=key,
            metric_stat=_stat(metric, period, values),
            return_data=not isinstance(watched, Expression),
        )
        for key, metric in parts.items()
    ]
    cloudwatch.CfnAlarm(
        scope,
        "".join(part.title() for part in row.name.split("-")),
        alarm_name=names.alarm(row.name),
        alarm_description=f"{row.says} {row.do} {runbook_url}#{row.name}",
        metrics=queries,
        comparison_operator="LessThanThreshold" if row.above is None else "GreaterThanThreshold",
        threshold=row.threshold,
        evaluation_periods=row.points.looked_at,
        datapoints_to_alarm=row.points.alarming,
        treat_missing_data=row.silence.counts_as,
        alarm_actions=[topic_arn],
        ok_actions=[topic_arn] if row.tells_end else None,
    )


_Query = cloudwatch.CfnAlarm.MetricDataQueryProperty


def _stat(
    metric: Metric, period: int, values: Mapping[str, str]
) -> cloudwatch.CfnAlarm.MetricStatProperty:
    return cloudwatch.CfnAlarm.MetricStatProperty(
        metric=cloudwatch.CfnAlarm.MetricProperty(
            namespace=metric.namespace,
            metric_name=metric.name,
            dimensions=[
                cloudwatch.CfnAlarm.DimensionProperty(name=name, value=_resolved(value, values))
                for name, value in metric.dimensions
            ],
        ),
        period=period,
        stat=metric.statistic,
    )


def _resolved(value: str, values: Mapping[str, str]) -> str:
    if value in values:
        return values[value]
    return cdk.Fn.sub(value) if "${" in value else value
