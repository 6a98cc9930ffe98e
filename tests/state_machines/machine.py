"""The real definition, run by the local engine with the real handlers over an in-memory world."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

import boto3
from moto import mock_aws

from cutover.adapters.memory import MemoryCutoverMachine, MemoryWorld
from cutover.adapters.stepfunctions import StepFunctionsTokens
from cutover.direction import Direction
from cutover.plan import CutoverPlan
from cutover.ports import ApprovalTokens
from lambdas import wiring
from rehearsal.aws.engine import install
from rehearsal.aws.invoker import InProcessInvoker, function_arn
from rehearsal.machine import (
    CHECK_DEFINITION,
    DEFINITION,
    FINALIZE_DEFINITION,
    called,
    finalize_substitutions,
    function_name,
    render,
    substitutions,
)
from tests.builders import plan as default_plan
from tests.builders import slots

SUFFIX = "test"
ROLE = "arn:aws:iam::123456789012:role/machine"
Hook = Callable[[MemoryWorld], None]


@dataclass
class Run:
    """How an execution went."""

    status: str
    states: list[str]
    """The states that were entered, in order."""
    error: str
    cause: str
    messages: list[str]
    """Subjects of what was published."""
    calls: list[tuple[str, Any]] = field(default_factory=list)


def inventories_of(world: MemoryWorld) -> wiring.Inventories:
    """The inventory of the world's source, and where what it was is kept."""
    return wiring.Inventories(
        read=lambda: world.inventory,
        store=world.certificates,
        migration=SUFFIX,
        roles=("migration_cutover", "migration_replication"),
    )


@dataclass
class Machine:
    """A world, and hooks that change it just before a function's n-th call (1-based)."""

    world: MemoryWorld
    plan: CutoverPlan = field(default_factory=default_plan)
    hooks: dict[tuple[str, int], Hook] = field(default_factory=dict)
    calls: list[tuple[str, Any]] = field(default_factory=list)
    limit_seconds: float = 30.0
    given: dict[str, Any] = field(default_factory=dict)
    """The execution's input."""
    answers: dict[int | str, Callable[[MemoryWorld, ApprovalTokens], object]] = field(
        default_factory=dict
    )
    """By what was asked about: what a person does then. Without one the machine waits."""
    definition: Path = DEFINITION
    name: str = "night"
    executions: MemoryCutoverMachine = field(default_factory=MemoryCutoverMachine)
    """Which executions are said to run: all that are not in `ended`."""

    def before(self, function: str, call: int, hook: Hook) -> Machine:
        self.hooks[(function, call)] = hook
        return self

    def run(self, monkeypatch: Any) -> Run:
        control = wiring.Control(
            journal=self.world.journal,
            display=self.world.display,
            router=self.world.router,
            tasks=self.world.tasks,
            monitoring=self.world.monitoring,
            clock=self.world.clock,
            read_record=self.world.read_record,
            write_record=self.world.write_record,
        )
        databases = wiring.Databases(
            source=self.world.source,
            target=self.world.target,
            journal=self.world.journal,
            clock=self.world.clock,
            slots=slots(),
        )
        monkeypatch.setattr(wiring, "control", lambda: control)
        monkeypatch.setattr(wiring, "machines", lambda: dict.fromkeys(Direction, self.executions))
        monkeypatch.setattr(wiring, "databases", lambda: databases)
        approvals = wiring.Approvals(notices=self.world.notices, migration=SUFFIX)
        monkeypatch.setattr(wiring, "approvals", lambda: approvals)
        monkeypatch.setattr(wiring, "way_back_wal_limit_gigabytes", lambda: 100)
        certificates = wiring.Certificates(store=self.world.certificates, migration=SUFFIX)
        monkeypatch.setattr(wiring, "certificates", lambda: certificates)
        told_facts = wiring.ToldFacts(store=self.world.facts, migration=SUFFIX)
        monkeypatch.setattr(wiring, "told_facts", lambda: told_facts)
        monkeypatch.setattr(wiring, "traces", lambda: self.world.traces)
        monkeypatch.setattr(wiring, "finalizing", lambda: self.executions)
        monkeypatch.setattr(wiring, "migration", lambda: SUFFIX)
        monkeypatch.setattr(wiring, "inventories", lambda: inventories_of(self.world))
        with self._started() as (client, sns_messages, execution):
            return self._result(client, sns_messages, execution)

    @contextmanager
    def _started(self) -> Iterator[tuple[Any, list[str], str]]:
        text = self.definition.read_text()
        arns = {key: function_arn(function_name(key, SUFFIX)) for key in called(text)}
        handlers = {function_name(key, SUFFIX): self._handler(key) for key in arns}
        install(invoker=InProcessInvoker(handlers), wait_scale=0.0)
        with mock_aws(config={"stepfunctions": {"execute_state_machine": True}}):
            messages: list[str] = []
            topic = boto3.client("sns").create_topic(Name="notifications")["TopicArn"]
            client = boto3.client("stepfunctions")
            fill = (
                finalize_substitutions if self.definition == FINALIZE_DEFINITION else substitutions
            )
            values = fill(self.plan, function_arns=arns, topic_arn=topic)
            if self.definition == CHECK_DEFINITION:
                del values["TopicArn"]
            definition = render(text, values)
            machine = client.create_state_machine(
                name="cutover", definition=definition, roleArn=ROLE
            )
            started = client.start_execution(
                stateMachineArn=machine["stateMachineArn"],
                name=self.name,
                input=json.dumps(self.given),
            )
            yield client, messages, started["executionArn"]

    def _handler(self, key: str) -> Callable[[Any, Any], Any]:
        real = import_module(f"lambdas.{key}").lambda_handler

        def handler(event: Any, context: Any) -> Any:
            self.calls.append((key, event))
            number = sum(1 for called, _ in self.calls if called == key)
            hook = self.hooks.get((key, number))
            if key == "measure_lag":
                # The Wait before it takes no real time here, so the world's clock is moved by hand.
                self.world.clock.sleep(self.plan.poll_seconds)
            if hook is not None:
                hook(self.world)
            result = real(event, context)
            if key == "ask_approval":
                self._answer(event["before"])
            return result

        return handler

    def _answer(self, before: int | str) -> None:
        """As a person does it: some time after the question, from another process."""
        if (answered := self.answers.get(before)) is not None:
            tokens = StepFunctionsTokens(boto3.client("stepfunctions"))
            threading.Timer(0.1, answered, args=(self.world, tokens)).start()

    def _result(self, client: Any, messages: list[str], execution: str) -> Run:
        give_up = time.monotonic() + self.limit_seconds
        while (found := client.describe_execution(executionArn=execution))["status"] == "RUNNING":
            assert time.monotonic() < give_up, f"still running: {self.calls[-3:]}"
            time.sleep(0.02)
        events = [
            event
            for page in client.get_paginator("get_execution_history").paginate(
                executionArn=execution
            )
            for event in page["events"]
        ]
        states = [
            event["stateEnteredEventDetails"]["name"]
            for event in events
            if "stateEnteredEventDetails" in event
        ]
        published = [
            json.loads(event["taskScheduledEventDetails"]["parameters"]).get("Subject", "")
            for event in events
            if event.get("taskScheduledEventDetails", {}).get("resourceType") == "sns"
        ]
        return Run(
            status=found["status"],
            states=states,
            error=found.get("error", ""),
            cause=found.get("cause", ""),
            messages=[*messages, *published],
            calls=self.calls,
        )
