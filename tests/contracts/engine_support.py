"""What the tests of the engine share: an emulated account, and a machine run to its end."""

from __future__ import annotations

import json
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import boto3
from moto import mock_aws

from rehearsal.aws import engine
from rehearsal.aws.invoker import ACCOUNT, REGION, InProcessInvoker, function_arn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from mypy_boto3_stepfunctions import SFNClient
    from mypy_boto3_stepfunctions.type_defs import HistoryEventTypeDef

    from rehearsal.aws.engine import EngineSettings

ROLE = f"arn:aws:iam::{ACCOUNT}:role/states"


@dataclass(frozen=True, kw_only=True)
class Ended:
    """An execution that is over."""

    arn: str
    status: str
    output: Any
    error: str | None
    cause: str | None
    seconds: float


@dataclass(kw_only=True)
class Account:
    """Step Functions of the emulated account, and what the engine was told."""

    states: SFNClient
    settings: EngineSettings
    events: list[dict[str, Any]] = field(default_factory=list)
    _made: int = 0

    def machine(self, definition: Mapping[str, Any] | str) -> str:
        self._made += 1
        text = definition if isinstance(definition, str) else json.dumps(definition)
        return self.states.create_state_machine(
            name=f"machine-{self._made}", definition=text, roleArn=ROLE
        )["stateMachineArn"]

    def start(self, definition: Mapping[str, Any] | str, given: Any = None) -> str:
        return self.states.start_execution(
            stateMachineArn=self.machine(definition), input=json.dumps(given or {})
        )["executionArn"]

    def end(self, arn: str, *, within: float = 10) -> Ended:
        began = time.monotonic()
        while time.monotonic() - began < within:
            found = self.states.describe_execution(executionArn=arn)
            if found["status"] != "RUNNING":
                output = found.get("output")
                return Ended(
                    arn=arn,
                    status=found["status"],
                    output=None if output is None else json.loads(output),
                    error=found.get("error"),
                    cause=found.get("cause"),
                    seconds=time.monotonic() - began,
                )
            time.sleep(0.01)
        raise AssertionError(f"{arn} still runs after {within} s")

    def run(self, definition: Mapping[str, Any] | str, given: Any = None) -> Ended:
        return self.end(self.start(definition, given))

    def history(self, arn: str) -> list[HistoryEventTypeDef]:
        pages = self.states.get_paginator("get_execution_history").paginate(executionArn=arn)
        return [event for page in pages for event in page["events"]]


@contextmanager
def account(
    handlers: Mapping[str, Callable[[Any, Any], Any]], *, wait_scale: float = 0.01
) -> Iterator[Account]:
    """An account whose functions are these handlers, called in this process."""
    events: list[dict[str, Any]] = []
    with mock_aws():
        settings = engine.install(
            invoker=InProcessInvoker(handlers),
            wait_scale=wait_scale,
            on_status_change=events.append,
        )
        yield Account(
            states=boto3.client("stepfunctions", region_name=REGION),
            settings=settings,
            events=events,
        )


def jsonata(*states: tuple[str, Mapping[str, Any]], **fields: Any) -> dict[str, Any]:
    """A JSONata machine of these states; the first one starts."""
    return {
        "QueryLanguage": "JSONata",
        "StartAt": states[0][0],
        "States": dict(states),
        **fields,
    }


def invoke(name: str, payload: Any, **fields: Any) -> dict[str, Any]:
    """A Task state that runs a function; it ends the machine unless `Next` is given."""
    state: dict[str, Any] = {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Arguments": {"FunctionName": function_arn(name), "Payload": payload},
        **fields,
    }
    return state if "Next" in state else {**state, "End": True}


def wait_for(condition: Callable[[], object], *, within: float = 5) -> None:
    """Poll until it holds."""
    end = time.monotonic() + within
    while not condition():
        assert time.monotonic() < end, f"did not come true within {within} s"
        time.sleep(0.01)
