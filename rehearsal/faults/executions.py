"""The executions of one switch's state machines: what starts, stops and follows them, and the rule on their ends."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Collection, Mapping
from typing import Any, Final

from cutover.direction import Direction
from cutover.plan import CutoverPlan
from rehearsal.aws.invoker import InvokeRefused, function_arn
from rehearsal.faults.arena import WAIT_SCALE, Arena, ArenaFailed
from rehearsal.faults.asides import Asides
from rehearsal.faults.functions import SUFFIX, Functions, wait_for
from rehearsal.machine import (
    DEFINITION,
    PLACEHOLDER,
    ROLLBACK_DEFINITION,
    called,
    function_name,
    render,
    substitutions,
)

EXECUTION_LIMIT_SECONDS: Final = 240.0
"""An audit that finds a write is tried again twenty times before a person is called: 160 s at this scale."""

DEFINITIONS: Final = {Direction.FORWARD: DEFINITION, Direction.BACK: ROLLBACK_DEFINITION}


def make_machines(arena: Arena, *, name: str, plan: CutoverPlan) -> dict[Direction, str]:
    """The state machines of one switch, with its plan in them; their ARNs."""
    return {
        direction: _make_machine(arena, direction, name=name, plan=plan) for direction in Direction
    }


class Rule:
    """The EventBridge rule on executions that failed, timed out or were stopped."""

    def __init__(self, functions: Functions, machines: Collection[str]) -> None:
        self._functions = functions
        self._machines = machines
        self._work: dict[str, threading.Thread] = {}
        """What it does, by the execution's ARN."""

    def on_failed_execution(self, event: dict[str, Any]) -> None:
        """Hears of one, and does what is to be done in a thread of its own."""
        if event["detail"]["stateMachineArn"] in self._machines:
            work = threading.Thread(target=self._put_back, args=[event], daemon=True)
            work.start()
            self._work[event["detail"]["executionArn"]] = work

    def finish(self, execution: str, ended: dict[str, Any]) -> None:
        """Behind an execution's end, of which the rule is told a moment after it can be seen."""
        if ended["status"] != "SUCCEEDED":
            wait_for(lambda: execution in self._work, seconds=5)
        for work in list(self._work.values()):
            work.join(30)

    def _put_back(self, event: dict[str, Any]) -> None:
        for _ in range(3):
            with contextlib.suppress(InvokeRefused):
                if self._functions.invoke("put_back", event).function_error is None:
                    return
            time.sleep(60 * WAIT_SCALE / 20)


class Executions:
    """Those of one switch, started here or by the rule."""

    def __init__(
        self,
        client: Any,
        *,
        name: str,
        machines: Mapping[Direction, str],
        rule: Rule,
        asides: Asides,
    ) -> None:
        self.main = ""
        """The execution that this move began with."""
        self.recoveries: list[str] = []
        self.second_start: str | None = None
        """How a second start ended; None: there was none, or nobody saw its end."""
        self.second_started = False
        self._client = client
        self._name = name
        self._machines = machines
        self._rule = rule
        self._asides = asides
        self._direction = Direction.FORWARD
        self._started: list[str] = []
        self._starting = threading.Lock()

    @property
    def last(self) -> str:
        """What had the last word: a recovery, or the first one; a second start that was refused had none."""
        return self.recoveries[-1] if self.recoveries else self.main

    def begin(self, direction: Direction, *, starts: int = 1) -> None:
        """Starts a move. starts: 2 for two starts at the same moment, of which one goes on. Raises ArenaFailed."""
        self._direction = direction
        self.main = self._start() if starts == 1 else self._start_both()

    def start_second(self) -> None:
        """Another start while the first runs; how it ended is kept."""
        self.second_started = True
        self.second_start = _ending(self._wait_for_end(self._start(), seconds=30))

    def stop(self) -> None:
        """As somebody does in the console."""
        self._stop(self.main)

    def stop_every(self) -> None:
        """Whatever runs, a recovery too."""
        for arn in self._every():
            if self._described(arn)["status"] == "RUNNING":
                self._stop(arn)

    def wait_for_main(self) -> dict[str, Any]:
        """How the execution ended that the move began with. Raises ArenaFailed."""
        return self._wait_for_end(self.main, seconds=EXECUTION_LIMIT_SECONDS)

    def wait_for_what_followed(self, ended: dict[str, Any]) -> dict[str, Any]:
        """How what had the last word ended, where the first one ended so: the rule may have started others."""
        self._rule.finish(self.main, ended)
        return self._wait_for_recoveries() or ended

    def states(self, execution: str) -> list[str]:
        """Those that it entered."""
        events = self._client.get_execution_history(executionArn=execution, maxResults=1000)[
            "events"
        ]
        return [
            event["stateEnteredEventDetails"]["name"]
            for event in events
            if "stateEnteredEventDetails" in event
        ]

    def _start(self) -> str:
        with self._starting:
            # Its place is kept before it is known: two may start at once.
            number = len(self._started)
            self._started.append("")
        arn: str = self._client.start_execution(
            stateMachineArn=self._machines[self._direction],
            name=f"{self._name}-{number}",
            input="{}",
        )["executionArn"]
        self._started[number] = arn
        return arn

    def _start_both(self) -> str:
        """Two starts at the same moment; answers the one that goes on. The other one's end is kept."""
        together = threading.Barrier(2)
        found: list[str] = []

        def start() -> None:
            together.wait(10)
            found.append(self._start())

        self.second_started = True
        for thread in [self._asides.start("one of two starts", start) for _ in range(2)]:
            thread.join(30)
        if len(found) != 2:
            raise ArenaFailed(f"{len(found)} of two starts were made: {self._asides.failures}")

        def over() -> list[str]:
            return [arn for arn in found if self._described(arn)["status"] != "RUNNING"]

        # Who is refused ends first; where nobody is, whoever ends first tells it by its ending.
        if not wait_for(lambda: bool(over()), seconds=EXECUTION_LIMIT_SECONDS):
            raise ArenaFailed("neither of two starts ended")
        ended = over()
        refused = [arn for arn in ended if self._described(arn).get("error") == "LeaseTaken"]
        second = (refused or ended)[0]
        self.second_start = _ending(self._described(second))
        return next(arn for arn in found if arn != second)

    def _stop(self, execution: str) -> None:
        self._client.stop_execution(executionArn=execution, error="Stopped", cause="by hand")

    def _wait_for_end(self, execution: str, *, seconds: float) -> dict[str, Any]:
        give_up = time.monotonic() + seconds
        while True:
            found = self._described(execution)
            if found["status"] != "RUNNING":
                return found
            if time.monotonic() >= give_up:
                states = self.states(execution)[-3:]
                raise ArenaFailed(f"the execution did not end within {seconds:.0f} s: {states}")
            time.sleep(0.03)

    def _wait_for_recoveries(self) -> dict[str, Any] | None:
        """The end of the last execution that the rule started, if there was any."""
        ended = None
        seen: set[str] = set()
        while found := [arn for arn in self._every() if arn not in seen]:
            for arn in found:
                seen.add(arn)
                if arn not in self._started:
                    ended = self._wait_for_end(arn, seconds=EXECUTION_LIMIT_SECONDS)
                    self.recoveries.append(arn)
                    self._rule.finish(arn, ended)
        return ended

    def _every(self) -> list[str]:
        return [
            execution["executionArn"]
            for machine in self._machines.values()
            for execution in self._client.list_executions(stateMachineArn=machine)["executions"]
        ]

    def _described(self, execution: str) -> dict[str, Any]:
        found: dict[str, Any] = self._client.describe_execution(executionArn=execution)
        return found


def _make_machine(arena: Arena, direction: Direction, *, name: str, plan: CutoverPlan) -> str:
    text = DEFINITIONS[direction].read_text()
    arns = {key: function_arn(function_name(key, SUFFIX)) for key in called(text)}
    values = substitutions(plan, function_arns=arns, topic_arn=arena.topic)
    values = {placeholder: values[placeholder] for placeholder in PLACEHOLDER.findall(text)}
    arn: str = arena.machines.create_state_machine(
        name=f"{name}-{direction.value}",
        definition=render(text, values),
        roleArn="arn:aws:iam::123456789012:role/arena",
    )["stateMachineArn"]
    return arn


def _ending(ended: dict[str, Any]) -> str:
    return str(ended.get("error") or ended["status"])
