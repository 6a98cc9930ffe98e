"""EventBridge as far as events come to be here: the rules that were made, and their targets."""

from __future__ import annotations

import json
import logging
import re
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from moto.events.models import events_backends

from rehearsal.aws.invoker import (
    ACCOUNT,
    REGION,
    InvokeRefused,
    InvokeResult,
    function_name,
    versioned_name,
)
from rehearsal.cloudformation.errors import ResourceFailed
from rehearsal.cloudformation.kinds import Api

logger = logging.getLogger(__name__)

_RETRY_DELAYS: Final = (60.0, 120.0)
"""Seconds before the second and the third attempt of an asynchronous invocation, as Lambda waits."""
_TICK_SECONDS: Final = 10.0
_STEP: Final = re.compile(r"\.([^.\[]+)|\[(\d+)\]")
_PLACE: Final = re.compile(r"<([^>]+)>")


class Bus:
    """Takes an event to the targets of every rule that matches it.

    Without a permission of the target for EventBridge nothing is delivered, as in AWS.
    """

    def __init__(
        self, api: Api, invoke: Callable[[str, bytes], InvokeResult], *, retry_scale: float
    ) -> None:
        self._api = api
        self._invoke = invoke
        self._retry_scale = retry_scale

    def __call__(self, event: Mapping[str, Any]) -> None:
        for rule in self._rules(scheduled=False):
            if rule.event_pattern.matches_event(dict(event)):
                self._act(rule, rule.targets, event)

    def tick(self) -> None:
        """Calls the functions of every rule with a schedule, whatever that says; no state machine."""
        for rule in self._rules(scheduled=True):
            functions = [target for target in rule.targets if ":lambda:" in target["Arn"]]
            self._act(rule, functions, {"source": "aws.events", "detail-type": "Scheduled Event"})

    @staticmethod
    def _rules(*, scheduled: bool) -> list[Any]:
        """Those that are enabled. To moto a rule without a pattern is one that every event matches."""
        rules = events_backends[ACCOUNT][REGION].event_buses["default"].rules
        return [
            rule
            for rule in list(rules.values())
            if rule.state == "ENABLED" and bool(rule.scheduled_expression) is scheduled
        ]

    def _act(self, rule: Any, targets: Iterable[Any], event: Mapping[str, Any]) -> None:
        for target in targets:
            try:
                self._deliver(rule, target, event)
            except (ResourceFailed, InvokeRefused):
                logger.exception("rule %s could not reach %s", rule.name, target["Arn"])

    def _deliver(self, rule: Any, target: Mapping[str, Any], event: Mapping[str, Any]) -> None:
        text, arn = _input(target, event), target["Arn"]
        match arn.split(":")[2]:
            case "lambda":
                found = self._api.call("lambda", "get_policy", FunctionName=function_name(arn))
                self._require(found["Policy"], rule, arn)
                self._run(versioned_name(arn), text.encode())
            case "sns":
                found = self._api.call("sns", "get_topic_attributes", TopicArn=arn)
                self._require(found["Attributes"]["Policy"], rule, arn)
                self._api.call("sns", "publish", TopicArn=arn, Message=text)
            case "sqs":
                name = arn.rpartition(":")[2]
                url = self._api.call("sqs", "get_queue_url", QueueName=name)["QueueUrl"]
                found = self._api.call(
                    "sqs", "get_queue_attributes", QueueUrl=url, AttributeNames=["Policy"]
                )
                self._require(found["Attributes"]["Policy"], rule, arn)
                self._api.call("sqs", "send_message", QueueUrl=url, MessageBody=text)
            case service:
                raise ResourceFailed(f"targets of {service} are not known here")

    @staticmethod
    def _require(policy: str, rule: Any, arn: str) -> None:
        for statement in json.loads(policy)["Statement"]:
            allowed = statement.get("Principal", {})
            services = allowed.get("Service", []) if isinstance(allowed, dict) else []
            named = json.dumps(statement.get("Condition", {}))
            if "events.amazonaws.com" in services and (":rule/" not in named or rule.arn in named):
                return
        raise ResourceFailed(f"{arn} does not allow EventBridge, for the rule {rule.name}")

    def _run(self, name: str, payload: bytes) -> None:
        """An asynchronous invocation, tried three times."""
        for delay in (*_RETRY_DELAYS, None):
            result = self._invoke(name, payload)
            if result.function_error is None:
                return
            logger.error("%s failed: %s", name, result.payload.decode())
            if delay is not None:
                time.sleep(delay * self._retry_scale)


class Ticking:
    """The time that passes for rules with a schedule: much faster than theirs."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True, name="schedules")
        self._thread.start()

    def close(self) -> None:
        self._ending.set()
        self._thread.join(timeout=30)

    def _run(self) -> None:
        while not self._ending.wait(_TICK_SECONDS):
            self._bus.tick()


def _input(target: Mapping[str, Any], event: Mapping[str, Any]) -> str:
    """What the target gets: EventBridge user guide, "Input transformation"."""
    if "Input" in target:
        return str(target["Input"])
    if "InputPath" in target:
        return json.dumps(_at(event, target["InputPath"]))
    if "InputTransformer" not in target:
        return json.dumps(event)
    transformer = target["InputTransformer"]
    values = {name: _at(event, path) for name, path in transformer.get("InputPathsMap", {}).items()}

    def value(found: re.Match[str]) -> str:
        each = values.get(found[1])
        return each if isinstance(each, str) else json.dumps(each)

    return _PLACE.sub(value, transformer["InputTemplate"])


def _at(event: Any, path: str) -> Any:
    """The value at a path such as $.resources[0]; None where there is none."""
    for name, index in _STEP.findall(path.removeprefix("$")):
        if name:
            event = event.get(name) if isinstance(event, Mapping) else None
        else:
            there = isinstance(event, list) and int(index) < len(event)
            event = event[int(index)] if there else None
    return event
