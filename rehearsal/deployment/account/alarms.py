"""CloudWatch's alarms: evaluated where their metrics exist here, left alone where they don't."""

from __future__ import annotations

import ast
import logging
import operator
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from rehearsal.cloudformation.errors import ResourceFailed
from rehearsal.cloudformation.kinds import Api

logger = logging.getLogger(__name__)

PERIOD_SECONDS: Final = 1.0
WINDOW: Final = timedelta(minutes=2)

_COMPARISONS: Final[dict[str, Callable[[float, float], bool]]] = {
    "GreaterThanThreshold": operator.gt,
    "GreaterThanOrEqualToThreshold": operator.ge,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
}
_ARITHMETIC: Final[dict[type[ast.operator], Callable[[float, float], float]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


class AlarmWatch:
    """Looks at every alarm each second.

    One with a value for each of its metrics is put into ALARM or OK by the newest value; periods
    and missing data are not modelled.
    """

    def __init__(self, api: Api) -> None:
        self._api = api
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True, name="alarms")
        self._thread.start()

    def close(self) -> None:
        self._ending.set()
        self._thread.join(timeout=5)

    def look(self) -> None:
        """Evaluate all alarms once."""
        for alarm in self._api.call("cloudwatch", "describe_alarms")["MetricAlarms"]:
            value = self._value(alarm)
            compare = _COMPARISONS.get(alarm["ComparisonOperator"])
            if value is None or compare is None:
                continue
            state = "ALARM" if compare(value, alarm["Threshold"]) else "OK"
            reason = f"evaluated: {value:g} against {alarm['Threshold']:g}"
            if state != alarm["StateValue"] or not alarm["StateReason"].startswith("evaluated"):
                self._api.call(
                    "cloudwatch",
                    "set_alarm_state",
                    AlarmName=alarm["AlarmName"],
                    StateValue=state,
                    StateReason=reason,
                )

    def _run(self) -> None:
        while not self._ending.wait(PERIOD_SECONDS):
            try:
                self.look()
            except ResourceFailed:
                # The next second brings the next chance; an alarm that is not evaluated says so.
                logger.exception("the alarms were not evaluated")

    def _value(self, alarm: Mapping[str, Any]) -> float | None:
        if "MetricName" in alarm:
            return self._newest(alarm, alarm.get("Statistic"))
        values: dict[str, float | None] = {}
        expressions = {}
        for query in alarm.get("Metrics", ()):
            if "MetricStat" in query:
                stat = query["MetricStat"]
                values[query["Id"]] = self._newest(stat["Metric"], stat["Stat"])
            else:
                expressions[query["Id"]] = query
        known = {name: value for name, value in values.items() if value is not None}
        returned = next(
            (each for each in expressions.values() if each.get("ReturnData", True)), None
        )
        if returned is None or len(known) != len(values):
            return None
        return calculate(returned["Expression"], known)

    def _newest(self, metric: Mapping[str, Any], statistic: str | None) -> float | None:
        if statistic not in ("Maximum", "Minimum", "Average", "Sum"):
            return None
        now = datetime.now(UTC)
        points = self._api.call(
            "cloudwatch",
            "get_metric_statistics",
            Namespace=metric["Namespace"],
            MetricName=metric["MetricName"],
            Dimensions=metric.get("Dimensions", []),
            StartTime=now - WINDOW,
            EndTime=now,
            Period=60,
            Statistics=[statistic],
        )["Datapoints"]
        if not points:
            return None
        return float(max(points, key=lambda point: point["Timestamp"])[statistic])


def calculate(expression: str, values: Mapping[str, float]) -> float | None:
    """Metric math of plain arithmetic; None for whatever more it can do."""
    try:
        return _term(ast.parse(expression, mode="eval").body, values)
    except (SyntaxError, KeyError, TypeError, ZeroDivisionError):
        return None


def _term(node: ast.expr, values: Mapping[str, float]) -> float:
    match node:
        case ast.BinOp(left=left, op=op, right=right):
            return _ARITHMETIC[type(op)](_term(left, values), _term(right, values))
        case ast.Name(id=name):
            return values[name]
        case ast.Constant(value=int() | float() as value):
            return float(value)
        case _:
            raise TypeError(ast.dump(node))
