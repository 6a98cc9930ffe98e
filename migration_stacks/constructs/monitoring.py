"""Metrics under the dimensions that AWS publishes them with, and alarms with their reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from constructs import Construct

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aws_cdk import aws_sns as sns

# Both services publish once a minute; a shorter period would be mostly holes.
MINUTE: Final = cdk.Duration.minutes(1)


class ReplicationMetrics:
    """Metrics of one DMS task.

    A task's metrics are filed under both dimensions: the instance's identifier (lower case) and
    the task's resource id, which is the last part of its ARN and not its name. With anything else
    there is simply no data.
    """

    def __init__(self, *, instance_identifier: str, task_arn: str) -> None:
        self._dimensions = {
            "ReplicationInstanceIdentifier": instance_identifier,
            "ReplicationTaskIdentifier": cdk.Fn.select(6, cdk.Fn.split(":", task_arn)),
        }

    def metric(
        self, name: str, *, statistic: str = "Maximum", label: str | None = None
    ) -> cloudwatch.Metric:
        return cloudwatch.Metric(
            namespace="AWS/DMS",
            metric_name=name,
            dimensions_map=self._dimensions,
            statistic=statistic,
            period=MINUTE,
            label=label or name,
        )

    def lag(self) -> cloudwatch.MathExpression:
        """Seconds: from commit on the source to the instance, and from there to the target."""
        return cloudwatch.MathExpression(
            expression="source + target",
            using_metrics={
                "source": self.metric("CDCLatencySource"),
                "target": self.metric("CDCLatencyTarget"),
            },
            period=MINUTE,
            label="replication lag, seconds",
        )


class ClusterMetrics:
    """Metrics of one Aurora cluster and of its instances."""

    def __init__(self, *, cluster_identifier: str, instance_identifiers: Sequence[str]) -> None:
        self._cluster = cluster_identifier
        self._instances = list(instance_identifiers)

    def metric(
        self, name: str, *, statistic: str = "Maximum", label: str | None = None
    ) -> cloudwatch.Metric:
        """Over all instances: with "Maximum" the worst of them."""
        return self._metric(name, {"DBClusterIdentifier": self._cluster}, statistic, label or name)

    def connections(self) -> cloudwatch.MathExpression:
        """Of the whole cluster. The cluster's own metric is a mean or a maximum over the
        instances; its sum would count an instance that reports twice in a minute twice."""
        each = {
            f"m{index}": self._metric(
                "DatabaseConnections", {"DBInstanceIdentifier": name}, "Maximum", name
            )
            for index, name in enumerate(self._instances, start=1)
        }
        return cloudwatch.MathExpression(
            expression=" + ".join(each), using_metrics=each, period=MINUTE, label="connections"
        )

    @staticmethod
    def _metric(
        name: str, dimensions: dict[str, str], statistic: str, label: str
    ) -> cloudwatch.Metric:
        return cloudwatch.Metric(
            namespace="AWS/RDS",
            metric_name=name,
            dimensions_map=dimensions,
            statistic=statistic,
            period=MINUTE,
            label=label,
        )


class GuardingAlarm(Construct):
    """An alarm that also holds a cutover.

    Three minutes out of five: one late or odd minute pages nobody, and five minutes are a small
    part of a stage. Missing data stays missing: the alarm then says INSUFFICIENT_DATA, which the
    cutover takes for "not known" and holds. "Not breaching" would call silence fine, and
    "breaching" would page from the day of the deployment until replication starts.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        description: str,
        metric: cloudwatch.IMetric,
        above: float,
        topic: sns.ITopic,
    ) -> None:
        super().__init__(scope, construct_id)
        self.alarm = cloudwatch.Alarm(
            self,
            "Alarm",
            alarm_name=name,
            alarm_description=description,
            metric=metric,
            threshold=above,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
            evaluation_periods=5,
            datapoints_to_alarm=3,
            treat_missing_data=cloudwatch.TreatMissingData.MISSING,
        )
        self.alarm.add_alarm_action(actions.SnsAction(topic))
        self.alarm.add_ok_action(actions.SnsAction(topic))
