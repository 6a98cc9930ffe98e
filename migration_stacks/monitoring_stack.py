"""What the operator looks at: the dashboard, and the alarms that also hold a cutover."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch

from migration_stacks import names as known
from migration_stacks.constructs.monitoring import ClusterMetrics, GuardingAlarm, ReplicationMetrics

if TYPE_CHECKING:
    from aws_cdk import aws_sns as sns
    from constructs import Construct

    from migration_stacks.names import Names
    from migration_stacks.settings import MonitoringSettings


class MonitoringStack(cdk.Stack):
    """Depends on the others and nothing on it: it may be changed on any day."""

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
        topic: sns.ITopic,
    ) -> None:
        super().__init__(
            scope, construct_id, env=env, description="Migration: dashboard and alarms"
        )
        self._names = names
        self._topic = topic
        replication = ReplicationMetrics(instance_identifier=names.replication, task_arn=task_arn)
        cluster = ClusterMetrics(
            cluster_identifier=names.cluster,
            instance_identifiers=[
                names.cluster_instance(number) for number in range(1, instance_count + 1)
            ],
        )
        alarms = [
            self._alarm(
                known.REPLICATION_LAG,
                replication.lag(),
                settings.replication_lag_seconds,
                "Replication from source to target is behind, in seconds. See docs/runbook.md.",
            ),
            self._alarm(
                known.AURORA_CPU,
                cluster.metric("CPUUtilization"),
                settings.cpu_percent,
                "An Aurora instance is short of CPU, in percent. See docs/runbook.md.",
            ),
            self._alarm(
                known.AURORA_CONNECTIONS,
                cluster.connections(),
                settings.connections,
                "The Aurora cluster has many connections. See docs/runbook.md.",
            ),
        ]
        self._dashboard(alarms, replication, cluster)

    def _alarm(
        self, name: str, metric: cloudwatch.IMetric, above: float, description: str
    ) -> cloudwatch.Alarm:
        construct_id = "".join(part.title() for part in name.split("-"))
        return GuardingAlarm(
            self,
            construct_id,
            name=self._names.alarm(name),
            description=description,
            metric=metric,
            above=above,
            topic=self._topic,
        ).alarm

    def _dashboard(
        self,
        alarms: list[cloudwatch.Alarm],
        replication: ReplicationMetrics,
        cluster: ClusterMetrics,
    ) -> None:
        dashboard = cloudwatch.Dashboard(
            self,
            "Dashboard",
            dashboard_name=self._names.dashboard,
            default_interval=cdk.Duration.hours(3),
        )
        dashboard.add_widgets(
            cloudwatch.AlarmStatusWidget(title="Alarms", alarms=alarms, width=24, height=3)
        )
        dashboard.add_widgets(
            _graph(
                "Replication lag, seconds",
                replication.metric("CDCLatencySource"),
                replication.metric("CDCLatencyTarget"),
            ),
            _graph(
                "Replication throughput, rows/s",
                replication.metric("CDCThroughputRowsSource", statistic="Average"),
                replication.metric("CDCThroughputRowsTarget", statistic="Average"),
                replication.metric("FullLoadThroughputRowsTarget", statistic="Average"),
            ),
            _graph(
                "Changes waiting in the instance",
                replication.metric("CDCChangesMemorySource"),
                replication.metric("CDCChangesDiskSource"),
                replication.metric("CDCChangesMemoryTarget"),
                replication.metric("CDCChangesDiskTarget"),
            ),
        )
        dashboard.add_widgets(
            _graph("Aurora CPU, percent", cluster.metric("CPUUtilization")),
            _graph("Aurora connections", cluster.connections()),
            _graph("Aurora capacity, ACU", cluster.metric("ServerlessDatabaseCapacity")),
        )
        dashboard.add_widgets(
            _graph("Aurora replica lag, ms", cluster.metric("AuroraReplicaLagMaximum")),
            _graph("Aurora commit latency, ms", cluster.metric("CommitLatency")),
            _graph(
                "Aurora freeable memory, bytes",
                cluster.metric("FreeableMemory", statistic="Minimum"),
            ),
        )


def _graph(title: str, *metrics: cloudwatch.IMetric) -> cloudwatch.GraphWidget:
    return cloudwatch.GraphWidget(title=title, left=list(metrics), width=8, height=6)
