"""Metrics and alarms in CloudWatch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from cutover.adapters.aws import translated
from cutover.direction import Stream
from cutover.observations import Alarm, MetricReading

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient

LATENCIES: Final = ("CDCLatencySource", "CDCLatencyTarget")
PERIOD_SECONDS: Final = 60
ALARMS_PER_CALL: Final = 100
"""CloudWatch API reference, DescribeAlarms.AlarmNames."""


class CloudWatchMonitoring:
    """cutover.ports.Monitoring for the tasks of one instance and a list of alarms."""

    def __init__(
        self,
        client: CloudWatchClient,
        *,
        instance_id: str,
        task_arns: Mapping[Stream, str],
        alarm_names: Sequence[str],
        lag_alarms: Mapping[Stream, str],
    ) -> None:
        self._client = client
        # DMS publishes under the last segment of the task's ARN, not under its name; with the name there is
        # silently no data (DMS user guide, Monitoring).
        self._dimensions = {
            stream: {
                "ReplicationInstanceIdentifier": instance_id.lower(),
                "ReplicationTaskIdentifier": task_arn.rsplit(":", 1)[-1],
            }
            for stream, task_arn in task_arns.items()
        }
        self._alarm_names = tuple(alarm_names)
        self._lag_alarms = dict(lag_alarms)

    def latencies(
        self, stream: Stream, *, now: datetime, max_age: timedelta
    ) -> tuple[MetricReading, ...]:
        with translated("reading the CDC latencies"):
            answer = self._client.get_metric_data(
                MetricDataQueries=[
                    {
                        "Id": f"m{number}",
                        "MetricStat": {
                            "Metric": {
                                "Namespace": "AWS/DMS",
                                "MetricName": name,
                                "Dimensions": [
                                    {"Name": key, "Value": value}
                                    for key, value in self._dimensions[stream].items()
                                ],
                            },
                            "Period": PERIOD_SECONDS,
                            "Stat": "Maximum",
                        },
                    }
                    for number, name in enumerate(LATENCIES)
                ],
                StartTime=now - max_age,
                EndTime=now,
                ScanBy="TimestampDescending",
            )
        results = {result["Id"]: result for result in answer["MetricDataResults"]}
        readings = []
        for number, name in enumerate(LATENCIES):
            values = results.get(f"m{number}", {}).get("Values", [])
            times = results.get(f"m{number}", {}).get("Timestamps", [])
            newest = (values[0], times[0]) if values and times else (None, None)
            readings.append(MetricReading(name=name, value=newest[0], at=newest[1]))
        return tuple(readings)

    def alarms(self, stream: Stream) -> tuple[Alarm, ...]:
        others = {name for of, name in self._lag_alarms.items() if of is not stream}
        names = [name for name in self._alarm_names if name not in others]
        states: dict[str, str] = {}
        for start in range(0, len(names), ALARMS_PER_CALL):
            with translated("reading the alarms"):
                answer = self._client.describe_alarms(
                    AlarmNames=names[start : start + ALARMS_PER_CALL],
                    AlarmTypes=["MetricAlarm", "CompositeAlarm"],
                )
            found = [*answer.get("MetricAlarms", []), *answer.get("CompositeAlarms", [])]
            states |= {str(alarm.get("AlarmName")): str(alarm.get("StateValue")) for alarm in found}
        return tuple(Alarm(name=name, state=states.get(name, "MISSING")) for name in names)
