"""What the operator looks at: the dashboard, and the alarms, of which three also hold a cutover."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import aws_cdk as cdk

from migration_stacks import names as known
from migration_stacks.constructs import cutover_functions
from migration_stacks.constructs.alarms import MACHINES, AlarmRow, alarm_rows, make_alarm
from migration_stacks.constructs.dashboard import (
    AlarmStates,
    Graph,
    LogTable,
    Row,
    Text,
    make_dashboard,
)
from migration_stacks.constructs.metrics import (
    FORWARD_TASK,
    REVERSE_TASK,
    TASK,
    Expression,
    Metric,
    Metrics,
    slots,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from constructs import Construct

    from migration_stacks.names import Names
    from migration_stacks.settings import MonitoringSettings

# What a check writes is drawn by this period: checks may be minutes apart.
_CHECKS: Final = 300


class MonitoringStack(cdk.Stack):
    """Depends on the others and nothing on it: it may be changed on any day.

    Of theirs it takes only what no name tells: the topic, and the ids that DMS gives to tasks.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        env: cdk.Environment,
        names: Names,
        settings: MonitoringSettings,
        instance_count: int,
        task_arn: str,
        topic_arn: str,
        reverse_task_arn: str | None = None,
        forward_task_arn: str | None = None,
    ) -> None:
        super().__init__(
            scope, construct_id, env=env, description="Migration: dashboard and alarms"
        )
        watch = Metrics(names, instance_count)
        reverse, forward = reverse_task_arn is not None, forward_task_arn is not None
        alarms = alarm_rows(watch, settings, reverse=reverse, forward=forward)
        values = {TASK: _resource_id(task_arn)}
        if reverse_task_arn is not None:
            values[REVERSE_TASK] = _resource_id(reverse_task_arn)
        if forward_task_arn is not None:
            values[FORWARD_TASK] = _resource_id(forward_task_arn)
        for row in alarms:
            make_alarm(
                self,
                row,
                names=names,
                runbook_url=settings.runbook_url,
                topic_arn=topic_arn,
                values=values,
            )
        make_dashboard(
            self,
            name=names.dashboard,
            rows=_Panels(
                watch,
                {row.name: row for row in alarms},
                settings.runbook_url,
                reverse=reverse,
                forward=forward,
            ).rows(),
            values=values,
        )


def _resource_id(task_arn: str) -> str:
    """arn:aws:dms:<region>:<account>:task:<resource id>"""
    return cdk.Fn.select(6, cdk.Fn.split(":", task_arn))


class _Panels:
    """The dashboard, from what must be decided at the top to what explains it at the bottom."""

    def __init__(
        self,
        watch: Metrics,
        alarms: Mapping[str, AlarmRow],
        runbook_url: str,
        *,
        reverse: bool,
        forward: bool,
    ) -> None:
        self._watch = watch
        self._names = watch.names
        self._alarms = alarms
        self._runbook_url = runbook_url
        self._reverse = reverse
        self._forward = forward

    def rows(self) -> list[Row]:
        return [
            Row(10, (Text(markdown=self._markdown()), self._alarm_states())),
            Row(6, (self._weights(), self._lag(), self._heartbeat())),
            Row(6, (self._full_load(), self._tables(), self._errors(), self._task_log())),
            Row(6, (self._throughput_rows(), self._throughput_bytes(), self._waiting())),
            Row(
                6,
                (self._source_wal(), self._way_back_hours(), self._storage(), self._memory()),
            ),
            Row(6, (self._source_slots(), self._source_rate(), self._source_disk())),
            Row(6, (self._source_transactions(), self._source_schema())),
            Row(6, (self._connections(), self._cpu(), self._capacity(), self._utilization())),
            Row(
                6,
                (
                    self._replica_lag(),
                    self._commit_latency(),
                    self._aurora_memory(),
                    self._deadlocks(),
                ),
            ),
            Row(6, (self._dms_cpu(), self._executions(), self._backups())),
        ]

    def _markdown(self) -> str:
        suffix = self._names.suffix
        return f"""\
# Migration {suffix}
{_links(self._runbook_url)}
```
export ENVIRONMENT_SUFFIX={suffix}
cutover status
cutover start
cutover pause --reason "..."     # holds at the next check
cutover resume --reason "..."
cutover abort --reason "..."     # goes back; refused past the line
cutover rollback                 # after a switch: the writer back to the source

aws ssm get-parameter --name {self._names.state_parameter} \\
  --query Parameter.Value --output text | jq .
aws cloudwatch describe-alarms --state-value ALARM --output text \\
  --query "MetricAlarms[?ends_with(AlarmName, '-{suffix}')].[AlarmName,StateReason]"
aws dms describe-replication-tasks --without-settings --output text \\
  --query "ReplicationTasks[].[ReplicationTaskIdentifier,Status,StopReason]"
```
Percentages are the target's share. A gap is not a zero: what is not known is not drawn.
"""

    def _alarm_states(self) -> AlarmStates:
        """Also those that the cutover stack makes, one for each function."""
        functions = (
            cutover_functions.WEIGHTED_RECORDS,
            cutover_functions.DATABASE_ROLES,
            *cutover_functions.CONTROL,
            *cutover_functions.DATABASE,
        )
        return AlarmStates(
            title="Alarms (grey: no data yet, or not known)",
            alarms=[
                *(self._names.alarm(name) for name in self._alarms),
                self._names.alarm(known.UNDELIVERED),
                *(
                    self._names.alarm(f"function-{spec.key.replace('_', '-')}")
                    for spec in functions
                ),
            ],
        )

    def _weights(self) -> Graph:
        return Graph(
            title="Traffic on the target",
            unit="percent",
            highest=100,
            lines={
                "reads": self._held("ReadWeight"),
                "writes": self._held("WriteWeight"),
            },
            period_seconds=_CHECKS,
        )

    def _held(self, name: str) -> Expression:
        """A weight stays until it is changed, also between two checks."""
        return Expression("FILL(weight, REPEAT)", {"weight": self._watch.custom(name, "Average")})

    def _lag(self) -> Graph:
        return Graph(
            title="Replication lag as DMS sees it",
            unit="seconds",
            lines={
                "commit on the source to DMS": self._watch.task("CDCLatencySource"),
                "DMS to the target": self._watch.task("CDCLatencyTarget"),
                **self._way_back(
                    {
                        "way back: target to DMS": "CDCLatencySource",
                        "way back: DMS to the source": "CDCLatencyTarget",
                    }
                ),
                **self._again(
                    {
                        "forward again: source to DMS": "CDCLatencySource",
                        "forward again: DMS to the target": "CDCLatencyTarget",
                    }
                ),
            },
            alarm=self._alarms[known.REPLICATION_LAG],
        )

    def _heartbeat(self) -> Graph:
        return Graph(
            title="Heartbeat lag: age of the newest row that arrived",
            unit="seconds",
            lines={"heartbeat lag": self._watch.custom("HeartbeatLag")},
            alarm=self._alarms["heartbeat-lag"],
        )

    def _full_load(self) -> Graph:
        return Graph(
            title="Full load",
            unit="percent",
            highest=100,
            lines={"of the rows, as DMS counts them": self._watch.custom("FullLoadProgress")},
        )

    def _tables(self) -> Graph:
        return Graph(
            title="Tables by state",
            unit="tables",
            lines={
                state: self._watch.custom(f"Tables{state.title()}")
                for state in ("completed", "loading", "waiting", "errored", "mismatched")
            },
            period_seconds=_CHECKS,
        )

    def _errors(self) -> Graph:
        return Graph(
            title="Task errors",
            unit="tables, rows",
            lines={
                "tables in error": self._watch.custom("TablesErrored"),
                "tables that differ": self._watch.custom("TablesMismatched"),
                "rows that failed validation": self._watch.task("ValidationFailedOverallCount"),
                "rows not validated": self._watch.task("ValidationSuspendedOverallCount"),
                **self._way_back(
                    {"way back: rows that failed validation": "ValidationFailedOverallCount"}
                ),
                **self._again(
                    {"forward again: rows that failed validation": "ValidationFailedOverallCount"}
                ),
            },
            alarm=self._alarms["tables-in-error"],
        )

    def _task_log(self) -> LogTable:
        """DMS writes the severity as a letter after the component: "[TARGET_APPLY    ]E:"."""
        return LogTable(
            title="Errors and warnings in the tasks' log",
            log_group=f"dms-tasks-{self._names.replication}",
            matching=r"\]\s*[EW]:",
        )

    def _throughput_rows(self) -> Graph:
        return Graph(
            title="Replication throughput",
            unit="rows/s",
            lines={
                "full load, to the target": self._rate("FullLoadThroughputRowsTarget"),
                "changes, from the source": self._rate("CDCThroughputRowsSource"),
                "changes, to the target": self._rate("CDCThroughputRowsTarget"),
                **self._way_back({"way back: changes, to the source": "CDCThroughputRowsTarget"}),
                **self._again({"forward again: changes": "CDCThroughputRowsTarget"}),
            },
        )

    def _throughput_bytes(self) -> Graph:
        return Graph(
            title="Replication throughput",
            unit="KB/s",
            lines={
                "full load, to the target": self._rate("FullLoadThroughputBandwidthTarget"),
                "changes, to the target": self._rate("CDCThroughputBandwidthTarget"),
                **self._way_back(
                    {"way back: changes, to the source": "CDCThroughputBandwidthTarget"}
                ),
                **self._again({"forward again: changes": "CDCThroughputBandwidthTarget"}),
            },
        )

    def _rate(self, name: str) -> Metric:
        return self._watch.task(name, "Average")

    def _waiting(self) -> Graph:
        return Graph(
            title="Changes waiting in DMS",
            unit="rows",
            lines={
                "in memory, for their commit": self._watch.task("CDCChangesMemorySource"),
                "on disk, for their commit": self._watch.task("CDCChangesDiskSource"),
                "in memory, for the target": self._watch.task("CDCChangesMemoryTarget"),
                "on disk, for the target": self._watch.task("CDCChangesDiskTarget"),
                **self._way_back({"way back: for the source": "CDCIncomingChanges"}),
                **self._again({"forward again: for the target": "CDCIncomingChanges"}),
            },
        )

    def _source_slots(self) -> Graph:
        return Graph(
            title="Source: WAL of each slot",
            unit="bytes",
            lines={
                "all together": self._watch.custom("SourceWalKept"),
                "": slots(self._names),
            },
            period_seconds=_CHECKS,
        )

    def _source_rate(self) -> Graph:
        return Graph(
            title="Source: WAL written",
            unit="bytes/s",
            lines={"mean of the last hours": self._watch.custom("SourceWalRate")},
            period_seconds=_CHECKS,
        )

    def _source_disk(self) -> Graph:
        return Graph(
            title="Source: hours until WAL fills its disk",
            unit="hours",
            lines={
                "as it goes": self._watch.custom("SourceDiskHoursLeft", "Minimum"),
                "if nobody read any more": self._watch.custom("SourceDiskHoursUnread", "Minimum"),
            },
            alarm=self._alarms["source-disk"],
            period_seconds=_CHECKS,
        )

    def _source_transactions(self) -> Graph:
        return Graph(
            title="Source: age of the oldest transaction",
            unit="seconds",
            lines={
                "open": self._watch.custom("SourceOldestTransaction"),
                "prepared": self._watch.custom("SourceOldestPrepared"),
            },
            alarm=self._alarms["source-long-transaction"],
            period_seconds=_CHECKS,
        )

    def _source_schema(self) -> Graph:
        return Graph(
            title="Source: changes of the schema since its load began",
            unit="objects",
            lines={"changed, and not accepted": self._watch.custom("SourceSchemaChanges")},
            alarm=self._alarms["source-schema-changed"],
            period_seconds=_CHECKS,
        )

    def _source_wal(self) -> Graph:
        return Graph(
            title="WAL held by replication slots",
            unit="bytes",
            lines={
                "source: the slot that holds most": self._watch.custom("SourceSlotWal"),
                "the writer: the slot of the way back": self._watch.custom("WayBackSlotWal"),
                "Aurora: all slots": self._watch.cluster("ReplicationSlotDiskUsage"),
            },
            alarm=self._alarms["source-slot-wal"],
            period_seconds=_CHECKS,
        )

    def _way_back_hours(self) -> Graph:
        return Graph(
            title="Way back: hours left of 72",
            unit="hours",
            lines={"left": self._watch.custom("WayBackHoursLeft", "Minimum")},
            period_seconds=_CHECKS,
        )

    def _storage(self) -> Graph:
        return Graph(
            title="DMS instance: free disk",
            unit="bytes",
            lines={"free": self._watch.replication_instance("FreeStorageSpace", "Minimum")},
            alarm=self._alarms["dms-storage"],
        )

    def _memory(self) -> Graph:
        return Graph(
            title="DMS instance: memory",
            unit="bytes",
            lines={
                "available": self._watch.replication_instance("AvailableMemory", "Minimum"),
                "swap in use": self._watch.replication_instance("SwapUsage"),
                "used by the task": self._watch.task("MemoryUsage"),
                **self._way_back({"used by the way back": "MemoryUsage"}),
                **self._again({"used by the way forth again": "MemoryUsage"}),
            },
            alarm=self._alarms["dms-memory"],
        )

    def _connections(self) -> Graph:
        connections = self._watch.connections()
        return Graph(
            title="Aurora connections",
            unit="connections",
            lines={
                "all instances": connections,
                **{metric.dimensions[0][1]: metric for metric in connections.metrics.values()},
            },
            alarm=self._alarms[known.AURORA_CONNECTIONS],
        )

    def _cpu(self) -> Graph:
        return Graph(
            title="Aurora CPU, busiest instance",
            unit="percent",
            highest=100,
            lines={"busiest": self._watch.cluster("CPUUtilization")},
            alarm=self._alarms[known.AURORA_CPU],
        )

    def _capacity(self) -> Graph:
        return Graph(
            title="Aurora capacity",
            unit="ACU",
            lines={
                "largest instance": self._watch.cluster("ServerlessDatabaseCapacity"),
                "mean": self._watch.cluster("ServerlessDatabaseCapacity", "Average"),
            },
        )

    def _utilization(self) -> Graph:
        return Graph(
            title="Aurora capacity of its maximum",
            unit="percent",
            highest=100,
            lines={"busiest": self._watch.cluster("ACUUtilization")},
            alarm=self._alarms["aurora-capacity"],
        )

    def _replica_lag(self) -> Graph:
        return Graph(
            title="Aurora replica lag",
            unit="milliseconds",
            lines={"farthest behind": self._watch.cluster("AuroraReplicaLagMaximum")},
            alarm=self._alarms["aurora-replica-lag"],
        )

    def _commit_latency(self) -> Graph:
        return Graph(
            title="Aurora commit latency",
            unit="milliseconds",
            lines={
                "mean": self._watch.cluster("CommitLatency", "Average"),
                "highest": self._watch.cluster("CommitLatency"),
            },
        )

    def _aurora_memory(self) -> Graph:
        return Graph(
            title="Aurora freeable memory",
            unit="bytes",
            lines={"least": self._watch.cluster("FreeableMemory", "Minimum")},
        )

    def _deadlocks(self) -> Graph:
        return Graph(
            title="Aurora deadlocks",
            unit="per second",
            lines={"deadlocks": self._watch.cluster("Deadlocks", "Average")},
        )

    def _dms_cpu(self) -> Graph:
        return Graph(
            title="DMS instance: CPU",
            unit="percent",
            lines={
                "instance": self._watch.replication_instance("CPUUtilization"),
                "task": self._watch.task("CPUUtilization"),
                **self._way_back({"way back": "CPUUtilization"}),
                **self._again({"forward again": "CPUUtilization"}),
            },
        )

    def _executions(self) -> Graph:
        return Graph(
            title="Executions that ended",
            unit="executions",
            lines={
                f"{machine}: {ended}": self._watch.machine(f"Executions{metric}", machine)
                for machine in MACHINES
                for ended, metric in (
                    ("succeeded", "Succeeded"),
                    ("failed", "Failed"),
                    ("timed out", "TimedOut"),
                    ("stopped", "Aborted"),
                )
            },
            period_seconds=_CHECKS,
        )

    def _backups(self) -> Graph:
        return Graph(
            title="Backup jobs",
            unit="jobs",
            lines={
                ended: self._watch.vault(f"NumberOfBackupJobs{ended.title()}")
                for ended in ("completed", "failed", "expired", "aborted")
            },
            period_seconds=3600,
        )

    def _way_back(self, shown: Mapping[str, str]) -> dict[str, Metric]:
        """Lines of the reverse task, by their label, where there is one."""
        if not self._reverse:
            return {}
        return {label: self._watch.reverse_task(name) for label, name in shown.items()}

    def _again(self, shown: Mapping[str, str]) -> dict[str, Metric]:
        """Lines of the task that goes forward again, by their label, where there is one."""
        if not self._forward:
            return {}
        return {label: self._watch.forward_task(name) for label, name in shown.items()}


def _links(runbook_url: str) -> str:
    if not runbook_url.startswith("https://"):
        return (
            f"Runbook: `{runbook_url}` in the repository (Before, During, After, What if, Alarms)"
        )
    sections = {"Before": "before", "During": "during", "What if": "what-if", "Alarms": "alarms"}
    return f"[Runbook]({runbook_url}): " + " · ".join(
        f"[{title}]({runbook_url}#{anchor})" for title, anchor in sections.items()
    )
