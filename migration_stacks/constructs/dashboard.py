"""A CloudWatch dashboard: widgets as values, laid out in rows, written as one document.

Written here and not by the CDK's widgets: each of those is several calls to Node, and what they
write is a join of pieces that no test can read.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import aws_cdk as cdk

from migration_stacks.cfn import cloudwatch
from migration_stacks.constructs.metrics import Expression, Metric

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from constructs import Construct

    from migration_stacks.constructs.alarms import AlarmRow

_COLUMNS: Final = 24
_REGION: Final = "${AWS::Region}"


@dataclass(frozen=True, kw_only=True)
class Graph:
    """Lines over one axis that begins at 0; an alarm's threshold is a line across it."""

    title: str
    unit: str
    lines: Mapping[str, Metric | Expression]
    """By their label."""
    alarm: AlarmRow | None = None
    highest: float | None = None
    """Of the axis, where it is the same for ever."""
    period_seconds: int = 60

    def document(self) -> tuple[str, dict[str, Any]]:
        axis: dict[str, Any] = {"min": 0, "label": self.unit, "showUnits": False}
        if self.highest is not None:
            axis["max"] = self.highest
        properties: dict[str, Any] = {
            "title": self.title,
            "region": _REGION,
            "view": "timeSeries",
            "period": self.period_seconds,
            "yAxis": {"left": axis},
            "metrics": [
                entry
                for number, (label, shown) in enumerate(self.lines.items())
                for entry in _entries(f"l{number}", label, shown)
            ],
        }
        if self.alarm is not None:
            properties["annotations"] = {
                "horizontal": [{"label": self.alarm.name, "value": self.alarm.threshold}]
            }
        return "metric", properties


@dataclass(frozen=True, kw_only=True)
class LogTable:
    """The newest lines of a log group that match."""

    title: str
    log_group: str
    matching: str

    def document(self) -> tuple[str, dict[str, Any]]:
        query = (
            f"SOURCE '{self.log_group}' | fields @timestamp, @message "
            f"| filter @message like /{self.matching}/ | sort @timestamp desc | limit 20"
        )
        return "log", {
            "title": self.title,
            "region": _REGION,
            "view": "table",
            "query": query,
        }


@dataclass(frozen=True, kw_only=True)
class AlarmStates:
    """The states of alarms, by their names: an alarm need not be of this stack, and one that does
    not exist is left out by CloudWatch."""

    title: str
    alarms: Sequence[str]

    def document(self) -> tuple[str, dict[str, Any]]:
        arn = "arn:${AWS::Partition}:cloudwatch:${AWS::Region}:${AWS::AccountId}:alarm:"
        return "alarm", {"title": self.title, "alarms": [f"{arn}{name}" for name in self.alarms]}


@dataclass(frozen=True, kw_only=True)
class Text:
    markdown: str

    def document(self) -> tuple[str, dict[str, Any]]:
        return "text", {"markdown": self.markdown}


Widget = Graph | LogTable | AlarmStates | Text


@dataclass(frozen=True)
class Row:
    """Widgets beside each other, as wide as each other."""

    height: int
    widgets: tuple[Widget, ...]


def make_dashboard(
    scope: Construct, *, name: str, rows: Sequence[Row], values: Mapping[str, str]
) -> None:
    """`values` are what stands for `${...}` in a dimension, as for the alarms."""
    text = json.dumps({"start": "-PT3H", "widgets": _laid_out(rows)})
    cloudwatch.CfnDashboard(
        scope,
        "Dashboard",
        dashboard_name=name,
        dashboard_body=cdk.Fn.sub(text, {key[2:-1]: value for key, value in values.items()}),
    )


def _laid_out(rows: Sequence[Row]) -> list[dict[str, Any]]:
    placed, top = [], 0
    for row in rows:
        width = _COLUMNS // len(row.widgets)
        for column, widget in enumerate(row.widgets):
            kind, properties = widget.document()
            placed.append(
                {
                    "type": kind,
                    "x": column * width,
                    "y": top,
                    "width": width,
                    "height": row.height,
                    "properties": properties,
                }
            )
        top += row.height
    return placed


def _entries(line: str, label: str, shown: Metric | Expression) -> list[list[Any]]:
    """CloudWatch's notation for one line; the metrics of an expression are there and not drawn."""
    if isinstance(shown, Metric):
        return [_entry(shown, {"label": label})]
    formula = shown.formula
    hidden = []
    # An id may be there once in a widget, and the keys of expressions are the same in several.
    for number, (key, metric) in enumerate(shown.metrics.items()):
        formula = re.sub(rf"\b{key}\b", f"{line}m{number}", formula)
        hidden.append(_entry(metric, {"id": f"{line}m{number}", "visible": False}))
    return [[{"expression": formula, "label": label, "id": line}], *hidden]


def _entry(metric: Metric, options: dict[str, Any]) -> list[Any]:
    pairs = [part for pair in metric.dimensions for part in pair]
    return [metric.namespace, metric.name, *pairs, {"stat": metric.statistic, **options}]
