"""report.html: one file that needs nothing else, in the colours the reader's system prefers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from rehearsal.report import charts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rehearsal.report.model import RunReport

MEANINGS: Final[Mapping[str, str]] = {
    "08001": "could not connect",
    "08006": "connection lost",
    "23505": "a key that exists already: sequences were not advanced",
    "25006": "refused: this side no longer takes writes, or not yet",
    "40001": "serialization failure",
    "40P01": "deadlock",
    "53300": "too many connections",
    "57P01": "session ended by an administrator",
    "57P02": "server crashed",
    "57P03": "server starting or shutting down",
}
"""What a SQLSTATE says (PostgreSQL documentation, appendix A), in a client's words."""


def render(report: RunReport) -> str:
    """The whole page as text."""
    environment = Environment(
        loader=PackageLoader(__package__, "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        number=lambda value: f"{value:,}",
        seconds=lambda value: f"{value:.1f} s",
        milliseconds=_milliseconds,
        percent=lambda value: "not known" if value is None else f"{100 * value:.1f} %",
        meaning=lambda state: MEANINGS.get(state, ""),
        words=lambda key: key.replace("_", " "),
        fact=_fact,
        duration=_duration,
    )
    return environment.get_template("report.html").render(
        report=report,
        # Drawn by our own code from numbers and escaped text.
        timeline=Markup(charts.timeline(report)),  # noqa: S704
        close_ups=[
            (switch, Markup(charts.close_up(switch)))  # noqa: S704
            for switch in report.switches
            if switch.acknowledgements
        ],
        errors=sum(report.client_errors.values()),
    )


def _milliseconds(value: float | None) -> str:
    return "none" if value is None else f"{value:.0f} ms" if value >= 10 else f"{value:.1f} ms"


def _duration(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


def _fact(value: Any) -> str:
    """A value of the certificate as one line."""
    if isinstance(value, str):
        return value
    if isinstance(value, list | tuple) and value and isinstance(value[0], dict):
        return "; ".join(
            ", ".join(f"{key} {_fact(each)}" for key, each in item.items()) for item in value
        )
    return json.dumps(value, default=str)
