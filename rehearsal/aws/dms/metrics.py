"""What DMS would tell CloudWatch, put there every second, and the alarms that watch it."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_cloudwatch.literals import StateValueType
    from mypy_boto3_cloudwatch.type_defs import DimensionTypeDef

    from rehearsal.aws.dms.replication import Progress
    from rehearsal.aws.dms.resources import DmsResources
    from rehearsal.aws.dms.task import DmsTask

logger = logging.getLogger(__name__)

NAMESPACE = "AWS/DMS"


@dataclass(frozen=True, kw_only=True)
class WatchedSum:
    """An alarm on the sum of task metrics: above the threshold it goes off."""

    alarm_name: str
    metric_names: tuple[str, ...]
    threshold: float

    def state(self, values: dict[str, float]) -> StateValueType:
        total = sum(values[name] for name in self.metric_names)
        return "ALARM" if total > self.threshold else "OK"


def task_metrics(progress: Progress) -> dict[str, float]:
    """Metric name to value; latencies in seconds (DMS user guide, Monitoring)."""
    return {
        "CDCLatencySource": progress.source_latency_seconds,
        "CDCLatencyTarget": progress.target_latency_seconds,
        "CDCIncomingChanges": float(progress.pending_changes),
    }


class MetricsPublisher:
    """Looks at the task periodically; publishes nothing while it does not run or can't be seen."""

    def __init__(
        self,
        task: DmsTask,
        cloudwatch: CloudWatchClient,
        *,
        period_seconds: float = 1.0,
        alarms: Iterable[WatchedSum] = (),
    ) -> None:
        self._task = task
        self._cloudwatch = cloudwatch
        self._period = period_seconds
        self._alarms = tuple(alarms)
        self._states: dict[str, StateValueType] = {}
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True, name="dms-metrics")
        self._thread.start()

    def close(self) -> None:
        self._ending.set()
        self._thread.join(timeout=5)

    def publish(self) -> dict[str, float]:
        """One look, one set of data points; returns what was published."""
        progress = self._task.progress(at_most_seconds_old=self._period / 2)
        if self._task.status != "running" or progress is None:
            return {}
        values = task_metrics(progress)
        self._cloudwatch.put_metric_data(
            Namespace=NAMESPACE,
            MetricData=[
                {
                    "MetricName": name,
                    "Value": value,
                    "Dimensions": _dimensions(self._task.resources),
                }
                for name, value in values.items()
            ],
        )
        for alarm in self._alarms:
            self._set(alarm, values)
        return values

    def _run(self) -> None:
        while not self._ending.wait(self._period):
            try:
                self.publish()
            except (BotoCoreError, ClientError):
                # The next second brings the next chance; without data nothing passes a check.
                logger.exception("metrics were not published")

    def _set(self, alarm: WatchedSum, values: dict[str, float]) -> None:
        state = alarm.state(values)
        if self._states.get(alarm.alarm_name) == state:
            return
        reason = ", ".join(f"{name} = {values[name]:.1f}" for name in alarm.metric_names)
        self._cloudwatch.set_alarm_state(
            AlarmName=alarm.alarm_name,
            StateValue=state,
            StateReason=f"{reason}; threshold {alarm.threshold:g}",
        )
        self._states[alarm.alarm_name] = state


def _dimensions(resources: DmsResources) -> list[DimensionTypeDef]:
    return [
        {"Name": "ReplicationInstanceIdentifier", "Value": resources.instance_identifier},
        {"Name": "ReplicationTaskIdentifier", "Value": resources.task_resource},
    ]
