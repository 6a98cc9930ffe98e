"""What is metered around the migration: keys, secrets, functions, journal, logs, alarms."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from cutover.cost.ranges import exactly, within
from cutover.cost.usage import DAYS, Circumstances, NoPrice, Phase, Use

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cutover.cost.assembly import Resource

_FUNCTION: Final = "AWS::Lambda::Function"
_MILLION: Final = Decimal(1_000_000)

_LOG: Final = within("0.01", "0.1", 1)
"""GB a month that one log group is sent while something happens."""
_QUIET_LOG: Final = within(0, "0.01", "0.1")

_CALLS: Final = within(100, 1_000, 10_000)
"""Of a function in a month, by cutovers, deployments and people."""
_SECONDS_A_CALL: Final = within("0.5", 1, 5)
_CALLS_A_CHECK: Final = within(2, 5, 8)
_TRANSITIONS_A_CHECK: Final = within(5, 10, 20)
_TRANSITIONS_BY_HAND: Final = within("0.1", "0.5", 5)
"""Thousand a month of one machine, started by people: a cutover takes some hundred."""


def key(_found: Resource, _at: Circumstances) -> Iterator[Use]:
    yield Use(price="kms_key", quantity=exactly(1))


def secret(_found: Resource, _at: Circumstances) -> Iterator[Use]:
    yield Use(price="secret", quantity=exactly(1))


def parameter(found: Resource, _at: Circumstances) -> Iterator[Use]:
    """Free as long as it is an ordinary one."""
    if found.properties.get("Tier", "Standard") != "Standard":
        yield Use(price="advanced_parameter", quantity=exactly(1))


def function(found: Resource, _at: Circumstances) -> Iterator[Use]:
    yield Use(price="lambda_requests", quantity=_CALLS * (1 / _MILLION))
    yield Use(price="lambda_compute", quantity=_CALLS * _SECONDS_A_CALL * _gigabytes(found))


def state_machine(found: Resource, _at: Circumstances) -> Iterator[Use]:
    if found.properties.get("StateMachineType", "STANDARD") != "STANDARD":
        raise NoPrice("a state machine that is not of the type STANDARD")
    yield Use(price="transitions", quantity=_TRANSITIONS_BY_HAND)


def schedule(found: Resource, at: Circumstances) -> Iterator[Use]:
    """A rule itself is free; one that fires by the clock starts a machine and its functions."""
    expression = found.properties.get("ScheduleExpression")
    if not isinstance(expression, str) or found.properties.get("State") == "DISABLED":
        return
    runs = runs_a_month(expression)
    yield Use(price="transitions", quantity=_TRANSITIONS_A_CHECK * (runs / 1000))
    functions = list(at.stack.resources(_FUNCTION))
    if functions:
        gigabytes = sum(map(_gigabytes, functions), Decimal()) / len(functions)
        calls = _CALLS_A_CHECK * runs
        yield Use(price="lambda_requests", quantity=calls * (1 / _MILLION))
        yield Use(price="lambda_compute", quantity=calls * _SECONDS_A_CALL * gigabytes)


def runs_a_month(expression: str) -> Decimal:
    """Of `rate(5 minutes)`, or of a cron expression with its first two fields `m h`, `m *`, `*/m *`
    or `m/n *`. Raises NoPrice for others."""
    if match := re.fullmatch(r"rate\((\d+) (minute|hour|day)s?\)", expression):
        minutes = int(match[1]) * {"minute": 1, "hour": 60, "day": 1440}[match[2]]
        return DAYS * 1440 / minutes
    if match := re.fullmatch(r"cron\((\S+) (\S+) \S+ \S+ \S+ \S+\)", expression):
        minute, hour = match.groups()
        if hour != "*":
            return DAYS
        if every := re.fullmatch(r"[\d*]+/(\d+)", minute):
            return DAYS * 1440 / int(every[1])
        if minute.isdigit():
            return DAYS * 24
    raise NoPrice(f"a schedule {expression}")


def table(found: Resource, at: Circumstances) -> Iterator[Use]:
    """The journal: a few writes for each step of a cutover and for each check; later it is only kept."""
    if found.properties.get("BillingMode") != "PAY_PER_REQUEST":
        raise NoPrice("a table with provisioned throughput")
    if at.phase is not Phase.AFTER:
        yield Use(price="dynamodb_writes", quantity=within("0.001", "0.02", "0.2"))
        yield Use(price="dynamodb_reads", quantity=within("0.001", "0.05", "0.5"))
    yield Use(price="dynamodb_storage", quantity=within(0, "0.01", "0.1"))


def log_group(found: Resource, at: Circumstances) -> Iterator[Use]:
    """Whatever writes into it, the services' own logs cost the same."""
    written = _QUIET_LOG if at.phase is Phase.BUILD else _LOG
    yield Use(price="log_ingestion", quantity=written)
    months = Decimal(found.properties.get("RetentionInDays", 3650)) / DAYS
    yield Use(price="log_storage", quantity=written * months)


def alarm(found: Resource, _at: Circumstances) -> Iterator[Use]:
    """By the metrics that it looks at; an expression over them is none."""
    looked_at = [
        one["MetricStat"] for one in found.properties.get("Metrics", ()) if "MetricStat" in one
    ] or [found.properties]
    for one in looked_at:
        quick = int(one.get("Period", 60)) < 60
        yield Use(price="alarm_high_resolution" if quick else "alarm", quantity=exactly(1))


def composite_alarm(_found: Resource, _at: Circumstances) -> Iterator[Use]:
    yield Use(price="composite_alarm", quantity=exactly(1))


def dashboard(found: Resource, at: Circumstances) -> Iterator[Use]:
    """With the custom metrics that it and the alarms show, each counted once."""
    yield Use(price="dashboard", quantity=exactly(1))
    shown = set(_drawn(_text(found.properties.get("DashboardBody", ""))))
    for one in at.stack.resources("AWS::CloudWatch::Alarm"):
        shown |= set(_watched(one.properties))
    yield Use(price="custom_metric", quantity=exactly(len(shown)))


def _gigabytes(function: Resource) -> Decimal:
    return Decimal(int(function.properties.get("MemorySize", 128))) / 1024


def _watched(properties: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    stats = [one.get("MetricStat", {}).get("Metric", {}) for one in properties.get("Metrics", ())]
    for metric in [properties, *stats]:
        namespace, name = metric.get("Namespace"), metric.get("MetricName")
        if isinstance(namespace, str) and isinstance(name, str) and not _of_aws(namespace):
            yield namespace, name


def _drawn(body: str) -> Iterator[tuple[str, str]]:
    """The rows of a dashboard's graphs begin with namespace and name. Found in the text, because a
    body with references in it is not always JSON before they are filled in."""
    for namespace, name in re.findall(r'\[\s*"([^"\[\]{}]+)",\s*"([^"\[\]{}]+)"', body):
        if re.fullmatch(r"[A-Z][\w./-]*", namespace) and not _of_aws(namespace):
            yield namespace, name


def _of_aws(namespace: str) -> bool:
    return namespace.startswith("AWS/")


def _text(value: object) -> str:
    """The text of an expression of CloudFormation's, without what it refers to."""
    match value:
        case str():
            return value
        case {"Fn::Sub": [str(text), _] | str(text)}:
            return text
        case {"Fn::Join": [str(between), [*parts]]}:
            return between.join(map(_text, parts))
        case _:
            return ""
