"""The engine's contract: small state machines with the outcome that AWS documents for each."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import boto3
import moto
import pytest
from botocore.exceptions import ClientError
from moto.sns.models import sns_backends

from rehearsal.aws import engine
from rehearsal.aws.invoker import (
    ACCOUNT,
    REGION,
    InProcessInvoker,
    InvokeRefused,
    ServiceFault,
    Throttled,
    function_arn,
)
from tests.contracts.engine_support import Account, account, invoke, jsonata, wait_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class LagTooHigh(Exception):
    """A handler's own error; its class name is the error name in the machine."""


class Functions:
    """The functions of the account, and what they were called with."""

    def __init__(self) -> None:
        self.attempts: list[float] = []
        self.release = threading.Event()
        self.refusals: list[InvokeRefused] = []

    def echo(self, event: Any, context: Any) -> Any:
        return {"echo": event, "name": context.function_name}

    def raising(self, event: Any, context: Any) -> Any:
        raise LagTooHigh(event.get("message", "lag 99 s > 5 s"))

    def flaky(self, event: Any, context: Any) -> Any:
        """Fails `event` times, then answers with the number of attempts."""
        self.attempts.append(time.monotonic())
        if len(self.attempts) <= event:
            raise LagTooHigh(f"attempt {len(self.attempts)}")
        return len(self.attempts)

    def refused(self, event: Any, context: Any) -> Any:
        """Is not run by Lambda as long as there are refusals left."""
        self.attempts.append(time.monotonic())
        if self.refusals:
            raise self.refusals.pop(0)
        return "ran"

    def blocked(self, event: Any, context: Any) -> Any:
        self.release.wait(20)
        return "late"

    def large(self, event: Any, context: Any) -> Any:
        return "x" * event

    def unmarshalled(self, event: Any, context: Any) -> Any:
        return {1, 2}

    def handlers(self) -> dict[str, Callable[[Any, Any], Any]]:
        names = ("echo", "raising", "flaky", "refused", "blocked", "large", "unmarshalled")
        return {name: getattr(self, name) for name in names}


@pytest.fixture
def functions() -> Iterator[Functions]:
    made = Functions()
    yield made
    made.release.set()


@pytest.fixture
def emulated(functions: Functions) -> Iterator[Account]:
    with account(functions.handlers(), wait_scale=0.01) as opened:
        yield opened


def output(value: Any, **fields: Any) -> dict[str, Any]:
    """A Pass state with that output."""
    return {"Type": "Pass", "Output": value, "End": True, **fields}


def caught(error: str) -> dict[str, Any]:
    """A Catch of one error that goes to "Caught" with what was caught as the output."""
    return {"Catch": [{"ErrorEquals": [error], "Next": "Caught"}]}


def catching(task: dict[str, Any]) -> dict[str, Any]:
    return jsonata(("Try", task), ("Caught", output("{% $states.input.Error %}")))


def choosing(*conditions: str, **fields: Any) -> dict[str, Any]:
    """A Choice whose rules end with their number, its Default with "none"."""
    rules = [
        {"Condition": condition, "Assign": {"rule": number}, "Next": "Chosen"}
        for number, condition in enumerate(conditions)
    ]
    return jsonata(
        ("Before", {"Type": "Pass", "Assign": {"rule": "none", "n": 5}, "Next": "Choose"}),
        ("Choose", {"Type": "Choice", "Choices": rules, "Default": "Chosen", **fields}),
        ("Chosen", output("{% $rule %}")),
    )


@dataclass(frozen=True, kw_only=True)
class Case:
    """A machine, its input, and what must come out of it."""

    name: str
    machine: dict[str, Any]
    given: Any = field(default_factory=dict)
    status: str = "SUCCEEDED"
    output: Any = None
    error: str | None = None
    cause: str | None = None
    """A part of it."""


QUERY = "States.QueryEvaluationError"

CASES = [
    Case(
        name="an output is made of expressions and literals",
        machine=jsonata(
            ("A", output({"g": "{% 'hi ' & $states.input.n %}", "k": 1, "t": "{no}"})),
        ),
        given={"n": "bob"},
        output={"g": "hi bob", "k": 1, "t": "{no}"},
    ),
    Case(
        name="numbers, ranges, filters, higher-order functions",
        machine=jsonata(
            (
                "A",
                output(
                    {
                        "whole": "{% $states.input.v * 2 %}",
                        "part": "{% 3 / 2 %}",
                        "range": "{% [1..3] %}",
                        "filter": "{% $states.input.ws[$ > 20] %}",
                        "map": "{% $map([1, 2], function($v) { $v * 2 }) %}",
                        "sum": "{% $sum($states.input.ws) %}",
                        "in": "{% 'hold' in ['bake', 'hold'] %}",
                    }
                ),
            ),
        ),
        given={"v": 21, "ws": [20, 50, 80]},
        output={
            "whole": 42,
            "part": 1.5,
            "range": [1, 2, 3],
            "filter": [50, 80],
            "map": [2, 4],
            "sum": 150,
            "in": True,
        },
    ),
    Case(
        name="null, empty list and false are values",
        machine=jsonata(
            (
                "A",
                {
                    "Type": "Pass",
                    "Assign": {"n": "{% $states.input.n %}", "e": "{% $states.input.e %}"},
                    "Next": "B",
                },
            ),
            ("B", output({"n": "{% $n %}", "e": "{% $e %}", "f": "{% $n = 1 %}"})),
        ),
        given={"n": None, "e": []},
        output={"n": None, "e": [], "f": False},
    ),
    Case(
        name="values are bound, never pasted into the expression",
        machine=jsonata(
            ("A", {"Type": "Pass", "Assign": {"v": "{% $states.input.v %}"}, "Next": "B"}),
            ("B", output({"v": "{% $v %}", "i": "{% $states.input.v %}"})),
        ),
        given={"v": 'q" \\ \n\t{% x %} $v := 1; é ☃'},
        output={"v": 'q" \\ \n\t{% x %} $v := 1; é ☃', "i": 'q" \\ \n\t{% x %} $v := 1; é ☃'},
    ),
    Case(
        name="something undefined is an error",
        machine=jsonata(("A", output("{% $states.input.nope %}"))),
        status="FAILED",
        error=QUERY,
        cause="returned nothing (undefined)",
    ),
    Case(
        name="an expression that fails is an error",
        machine=jsonata(("A", output("{% 1 + 'a' %}"))),
        status="FAILED",
        error=QUERY,
        cause="failed",
    ),
    Case(
        name="a function is no value",
        machine=jsonata(("A", output("{% function($v) { $v } %}"))),
        status="FAILED",
        error=QUERY,
    ),
    Case(
        name="the functions that Step Functions adds",
        machine=jsonata(
            (
                "A",
                output(
                    {
                        "partition": "{% $partition([1, 2, 3], 2) %}",
                        "range": "{% $range(1, 5, 2) %}",
                        "hash": "{% $hash('a', 'SHA-256') %}",
                        "uuid": "{% $length($uuid()) %}",
                        "parse": "{% $parse('{\"a\": 1}').a %}",
                        "random": "{% $random() < 1 %}",
                    }
                ),
            ),
        ),
        output={
            "partition": [[1, 2], [3]],
            "range": [1, 3, 5],
            "hash": "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb",
            "uuid": 36,
            "parse": 1,
            "random": True,
        },
    ),
    Case(
        name="Assign sees the variables as they were before the state",
        machine=jsonata(
            ("A", {"Type": "Pass", "Assign": {"x": 1, "y": 2}, "Next": "B"}),
            ("B", {"Type": "Pass", "Assign": {"x": "{% $y %}", "y": "{% $x %}"}, "Next": "C"}),
            ("C", output("{% [$x, $y] %}")),
        ),
        output=[2, 1],
    ),
    Case(
        name="a loop over a variable",
        machine=jsonata(
            ("Start", {"Type": "Pass", "Assign": {"ws": [20, 50, 100], "i": 0}, "Next": "Step"}),
            (
                "Step",
                {
                    "Type": "Pass",
                    "Assign": {"w": "{% $ws[$i] %}", "i": "{% $i + 1 %}"},
                    "Next": "More?",
                },
            ),
            (
                "More?",
                {
                    "Type": "Choice",
                    "Choices": [{"Condition": "{% $i < $count($ws) %}", "Next": "Step"}],
                    "Default": "Done",
                },
            ),
            ("Done", output("{% {'w': $w, 'i': $i} %}")),
        ),
        output={"w": 100, "i": 3},
    ),
    Case(
        name="the first matching rule of a Choice is taken, with its Assign",
        machine=choosing("{% $n > 9 %}", "{% $n > 4 %}", "{% $n > 3 %}"),
        output=1,
    ),
    Case(
        name="no rule matches: Default",
        machine=choosing("{% $n > 9 %}", Assign={"rule": "default"}),
        output="default",
    ),
    Case(
        name="a condition that is no boolean is an error",
        machine=choosing("{% $n %}"),
        status="FAILED",
        error=QUERY,
        cause="not a bool",
    ),
    Case(
        name="the context object",
        machine=jsonata(
            (
                "A",
                output(
                    "{% $states.context.State.Name & ' ' & "
                    "$contains($states.context.Execution.StartTime, 'T') & ' ' & "
                    "($states.context.Execution.Id ~> $substringBefore(':machine')) %}"
                ),
            )
        ),
        output=f"A true arn:aws:states:{REGION}:{ACCOUNT}:execution",
    ),
    Case(
        name="a function gets its arguments and its result is in $states.result",
        machine=jsonata(
            (
                "A",
                invoke(
                    "echo",
                    {"w": "{% $states.input.w %}", "l": [1, "{% 2 %}"], "n": None},
                    Assign={"code": "{% $states.result.StatusCode %}"},
                    Output="{% $merge([$states.input, $states.result.Payload]) %}",
                    Next="B",
                ),
            ),
            ("B", output({"in": "{% $states.input %}", "code": "{% $code %}"})),
        ),
        given={"w": 50},
        output={
            "in": {"w": 50, "echo": {"w": 50, "l": [1, 2], "n": None}, "name": "echo"},
            "code": 200,
        },
    ),
    Case(
        name="an error of a function has its class's name",
        machine=jsonata(("A", invoke("raising", {}))),
        status="FAILED",
        error="LagTooHigh",
        cause='"errorMessage":"lag 99 s > 5 s"',
    ),
    Case(
        name="Catch by name, with Assign, and the cause as JSON",
        machine=jsonata(
            (
                "A",
                invoke(
                    "raising",
                    {"message": 'it\'s "bad"\nnewline \\ back'},
                    Catch=[
                        {"ErrorEquals": ["Other"], "Next": "Wrong"},
                        {
                            "ErrorEquals": ["LagTooHigh"],
                            "Assign": {"failure": "{% $states.errorOutput %}"},
                            "Output": {"m": "{% $parse($states.errorOutput.Cause).errorMessage %}"},
                            "Next": "Caught",
                        },
                    ],
                ),
            ),
            ("Caught", output({"m": "{% $states.input.m %}", "e": "{% $failure.Error %}"})),
            ("Wrong", {"Type": "Fail"}),
        ),
        output={"m": 'it\'s "bad"\nnewline \\ back', "e": "LagTooHigh"},
    ),
    Case(
        name="what was caught is the next input",
        machine=catching(invoke("raising", {}, **caught("States.ALL"))),
        output="LagTooHigh",
    ),
    Case(
        name="States.TaskFailed catches a function's error",
        machine=catching(invoke("raising", {}, **caught("States.TaskFailed"))),
        output="LagTooHigh",
    ),
    Case(
        name="a failing Assign of a task is caught like the task's own error",
        machine=catching(
            invoke("echo", {}, Assign={"x": "{% $states.result.nope %}"}, **caught("States.ALL"))
        ),
        output=QUERY,
    ),
    Case(
        name="a function that does not exist",
        machine=catching(invoke("nowhere", {}, **caught("Lambda.ResourceNotFoundException"))),
        output="Lambda.ResourceNotFoundException",
    ),
    Case(
        name="a result that is no JSON",
        machine=catching(invoke("unmarshalled", {}, **caught("Runtime.MarshalError"))),
        output="Runtime.MarshalError",
    ),
    Case(
        name="a result over 256 KiB ends the execution, whatever is caught",
        machine=catching(invoke("large", 300_000, **caught("States.ALL"))),
        status="FAILED",
        error="States.DataLimitExceeded",
    ),
    Case(
        name="Fail with expressions",
        machine=jsonata(
            (
                "A",
                {
                    "Type": "Fail",
                    "Error": "{% 'E.' & $states.input.e %}",
                    "Cause": "{% $string($states.input) %}",
                },
            )
        ),
        given={"e": "X"},
        status="FAILED",
        error="E.X",
        cause='{"e":"X"}',
    ),
    Case(
        name="Fail passes on a reserved name that was caught",
        machine=jsonata(("A", {"Type": "Fail", "Error": "{% 'States.Timeout' %}"})),
        status="FAILED",
        error="States.Timeout",
    ),
    Case(
        name="Fail without a name is an error of the machine",
        machine=jsonata(("A", {"Type": "Fail", "Error": "{% null %}"})),
        status="FAILED",
        error=QUERY,
        cause="not a str",
    ),
    Case(
        name="Succeed ends with its input, or with its output",
        machine=jsonata(("A", {"Type": "Succeed", "Output": "{% $states.input.a %}"})),
        given={"a": "text"},
        output="text",
    ),
    Case(
        name="Wait by an expression",
        machine=jsonata(
            ("A", {"Type": "Wait", "Seconds": "{% $states.input.n * 2 %}", "End": True})
        ),
        given={"n": 1},
        output={"n": 1},
    ),
    Case(
        name="Wait takes whole seconds only",
        machine=jsonata(("A", {"Type": "Wait", "Seconds": "{% 0.5 %}", "End": True})),
        status="FAILED",
        error=QUERY,
        cause="not a int",
    ),
    Case(
        name="sns:publish of something that does not exist",
        machine=catching(
            {
                "Type": "Task",
                "Resource": "arn:aws:states:::sns:publish",
                "Arguments": {
                    "TopicArn": f"arn:aws:sns:{REGION}:{ACCOUNT}:none",
                    "Message": "m",
                },
                **caught("States.ALL"),
                "End": True,
            }
        ),
        output="SNS.NotFoundException",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_machine(case: Case, emulated: Account) -> None:
    ended = emulated.run(case.machine, case.given)

    assert (ended.status, ended.error) == (case.status, case.error), ended.cause
    assert ended.output == case.output
    assert (case.cause or "") in (ended.cause or "")


# Retries


def retry(*errors: str, **fields: Any) -> dict[str, Any]:
    return {"Retry": [{"ErrorEquals": list(errors), "IntervalSeconds": 1, **fields}]}


def test_a_retry_backs_off_and_stops_at_the_first_success(
    emulated: Account, functions: Functions
) -> None:
    emulated.settings.wait_scale = 0.1
    policy = retry("LagTooHigh", BackoffRate=2, MaxAttempts=3)

    ended = emulated.run(
        jsonata(("A", invoke("flaky", 2, Output="{% $states.result.Payload %}", **policy)))
    )

    assert ended.output == 3
    first, second = (
        later - earlier
        for earlier, later in zip(functions.attempts, functions.attempts[1:], strict=False)
    )
    # A busy machine adds to both.
    assert first >= 0.1
    assert second >= 0.2


def test_the_delay_of_a_retry_is_capped(emulated: Account, functions: Functions) -> None:
    policy = retry("States.ALL", BackoffRate=100, MaxAttempts=3, MaxDelaySeconds=2)

    ended = emulated.run(jsonata(("A", invoke("flaky", 3, **policy))))

    assert ended.status == "SUCCEEDED"
    assert ended.seconds < 2


@pytest.mark.parametrize(
    ("policy", "attempts"),
    [
        (retry("LagTooHigh", MaxAttempts=2), 3),
        (retry("States.TaskFailed", MaxAttempts=1), 2),
        (retry("Other", MaxAttempts=5), 1),
        (retry("LagTooHigh", MaxAttempts=0), 1),
    ],
)
def test_a_retry_is_used_up_and_then_caught(
    emulated: Account, functions: Functions, policy: dict[str, Any], attempts: int
) -> None:
    ended = emulated.run(catching(invoke("flaky", 99, **policy, **caught("States.ALL"))))

    assert ended.output == "LagTooHigh"
    assert len(functions.attempts) == attempts


@pytest.mark.parametrize(
    ("refusal", "error"),
    [
        (Throttled("Rate Exceeded."), "Lambda.TooManyRequestsException"),
        (ServiceFault("try again"), "Lambda.ServiceException"),
    ],
)
def test_a_refusal_of_lambda_can_be_retried_by_its_name(
    emulated: Account, functions: Functions, refusal: InvokeRefused, error: str
) -> None:
    functions.refusals = [refusal]
    state = invoke("refused", {}, Output="{% $states.result.Payload %}", **retry(error))

    assert emulated.run(jsonata(("A", state))).output == "ran"

    functions.refusals = [refusal] * 9
    ended = emulated.run(jsonata(("A", invoke("refused", {}))))
    assert (ended.status, ended.error) == ("FAILED", error)
    assert f"Status Code: {refusal.status}" in (ended.cause or "")


# Time


def test_a_wait_scales(emulated: Account) -> None:
    def wait(seconds: int) -> dict[str, Any]:
        return jsonata(("A", {"Type": "Wait", "Seconds": seconds, "End": True}))

    assert 0.2 <= emulated.run(wait(20)).seconds < 10

    emulated.settings.wait_scale = 0
    assert emulated.run(wait(86_400)).seconds < 10


def test_a_task_timeout_is_caught_and_nothing_is_recorded_behind_it(
    emulated: Account, functions: Functions
) -> None:
    ended = emulated.run(catching(invoke("blocked", {}, TimeoutSeconds=1, **caught("States.ALL"))))

    assert ended.output == "States.Timeout"
    assert 0.9 < ended.seconds < 2.5
    before = emulated.history(ended.arn)
    functions.release.set()
    time.sleep(0.2)
    assert emulated.history(ended.arn) == before
    assert [event["type"] for event in before][3:6] == [
        "TaskStarted",
        "TaskTimedOut",
        "TaskStateExited",
    ]


def test_an_execution_out_of_time_ends_at_once(emulated: Account, functions: Functions) -> None:
    machine = jsonata(("A", invoke("blocked", {}, Next="B")), ("B", output(1)), TimeoutSeconds=1)

    ended = emulated.run(machine)

    assert (ended.status, ended.error, ended.output) == ("TIMED_OUT", None, None)
    assert ended.seconds < 2.5
    assert emulated.history(ended.arn)[-1]["type"] == "ExecutionTimedOut"
    functions.release.set()
    time.sleep(0.2)
    assert emulated.end(ended.arn).status == "TIMED_OUT"
    assert emulated.history(ended.arn)[-1]["type"] == "ExecutionTimedOut"
    wait_for(lambda: emulated.events)
    assert emulated.events[0]["detail"]["status"] == "TIMED_OUT"


# Stopping

WAITING = {"Type": "Wait", "Seconds": 1_000_000, "Next": "Next"}
BACKING_OFF = invoke("flaky", 99, Next="Next", **retry("States.ALL", IntervalSeconds=1_000_000))


@pytest.mark.parametrize(
    ("state", "entered"),
    [
        (WAITING, "WaitStateEntered"),
        (BACKING_OFF, "TaskFailed"),
        (invoke("blocked", {}, Next="Next"), "TaskStarted"),
    ],
    ids=["in a wait", "in a back-off", "in a task"],
)
def test_a_stop_is_reported_at_once_with_its_reason(
    emulated: Account, functions: Functions, state: dict[str, Any], entered: str
) -> None:
    arn = emulated.start(jsonata(("A", state), ("Next", invoke("flaky", 0))))
    wait_for(lambda: entered in [event["type"] for event in emulated.history(arn)])
    calls = len(functions.attempts)

    emulated.states.stop_execution(executionArn=arn, error="Op.Stop", cause="drill")

    found = emulated.states.describe_execution(executionArn=arn)
    assert (found["status"], found["error"], found["cause"]) == ("ABORTED", "Op.Stop", "drill")
    functions.release.set()
    time.sleep(0.3)
    after = emulated.states.describe_execution(executionArn=arn)
    assert {**after, "ResponseMetadata": None} == {**found, "ResponseMetadata": None}
    last = emulated.history(arn)[-1]
    assert last["type"] == "ExecutionAborted"
    assert last["executionAbortedEventDetails"] == {"error": "Op.Stop", "cause": "drill"}
    assert len(functions.attempts) == calls


def test_a_stop_right_after_the_start_is_not_lost(emulated: Account) -> None:
    arn = emulated.start(jsonata(("A", WAITING), ("Next", output(1))))
    emulated.states.stop_execution(executionArn=arn)

    assert emulated.end(arn).status == "ABORTED"


def test_a_stop_of_something_that_is_over_changes_nothing(emulated: Account) -> None:
    ended = emulated.run(jsonata(("A", output(1))))
    emulated.states.stop_execution(executionArn=ended.arn, error="late", cause="late")

    assert emulated.end(ended.arn).status == "SUCCEEDED"
    assert emulated.events == []


def test_failed_ends_send_the_event_that_rules_match(emulated: Account) -> None:
    ended = emulated.run(jsonata(("A", {"Type": "Fail", "Error": "E", "Cause": "C"})), {"a": 1})

    wait_for(lambda: emulated.events)
    [event] = emulated.events
    assert event["detail-type"] == "Step Functions Execution Status Change"
    assert (event["source"], event["resources"]) == ("aws.states", [ended.arn])
    detail = event["detail"]
    assert (detail["executionArn"], detail["status"]) == (ended.arn, "FAILED")
    assert (detail["error"], detail["cause"], json.loads(detail["input"])) == ("E", "C", {"a": 1})
    assert detail["stateMachineArn"] in ended.arn.replace(":execution:", ":stateMachine:")
    assert abs(detail["stopDate"] / 1000 - time.time()) < 60
    json.dumps(event)


# The API


def test_the_history_of_a_task(emulated: Account) -> None:
    ended = emulated.run(jsonata(("A", invoke("echo", {"x": 1}))))

    events = emulated.history(ended.arn)
    assert [event["type"] for event in events] == [
        "ExecutionStarted",
        "TaskStateEntered",
        "TaskScheduled",
        "TaskStarted",
        "TaskSucceeded",
        "TaskStateExited",
        "ExecutionSucceeded",
    ]
    assert [event["id"] for event in events] == [1, 2, 3, 4, 5, 6, 7]
    assert [event["previousEventId"] for event in events] == [0, 0, 2, 3, 4, 5, 6]
    scheduled = events[2]["taskScheduledEventDetails"]
    assert (scheduled["resourceType"], scheduled["resource"]) == ("lambda", "invoke")
    assert json.loads(scheduled["parameters"])["Payload"] == {"x": 1}
    assert json.loads(events[4]["taskSucceededEventDetails"]["output"])["StatusCode"] == 200


def test_the_history_in_pages_and_backwards(emulated: Account) -> None:
    arn = emulated.run(jsonata(("A", output(1)))).arn
    whole = emulated.history(arn)

    page = emulated.states.get_execution_history(executionArn=arn, maxResults=3)
    rest = emulated.states.get_execution_history(executionArn=arn, nextToken=page["nextToken"])
    assert page["events"] == whole[:3]
    assert rest["events"] == whole[3:]
    assert "nextToken" not in rest

    newest = emulated.states.get_execution_history(
        executionArn=arn, maxResults=2, reverseOrder=True
    )
    assert newest["events"] == whole[::-1][:2]


def test_executions_without_a_name_are_different_ones(emulated: Account) -> None:
    machine = emulated.machine(jsonata(("A", output(1))))

    arns = {
        emulated.states.start_execution(stateMachineArn=machine)["executionArn"] for _ in range(2)
    }

    assert len(arns) == 2
    assert all(emulated.end(arn).status == "SUCCEEDED" for arn in arns)


def test_a_name_is_used_once(emulated: Account) -> None:
    machine = emulated.machine(jsonata(("A", WAITING), ("Next", output(1))))

    def start(given: str) -> str:
        return emulated.states.start_execution(stateMachineArn=machine, name="one", input=given)[
            "executionArn"
        ]

    first = start("{}")
    assert start("{}") == first
    with pytest.raises(emulated.states.exceptions.ExecutionAlreadyExists):
        start('{"other": 1}')
    emulated.states.stop_execution(executionArn=first)


@pytest.mark.parametrize(
    "definition", ["{", '{"StartAt": "A"}', '{"StartAt": "A", "States": {"A": {"Type": "No"}}}']
)
def test_a_broken_definition_is_refused(emulated: Account, definition: str) -> None:
    with pytest.raises(emulated.states.exceptions.InvalidDefinition):
        emulated.machine(definition)


def test_input_that_is_no_json_is_refused(emulated: Account) -> None:
    machine = emulated.machine(jsonata(("A", output(1))))

    with pytest.raises(emulated.states.exceptions.InvalidExecutionInput):
        emulated.states.start_execution(stateMachineArn=machine, input="{no")


def test_sns_publish(emulated: Account) -> None:
    topic = boto3.client("sns", region_name=REGION).create_topic(Name="t")["TopicArn"]
    publish = {
        "Type": "Task",
        "Resource": "arn:aws:states:::sns:publish",
        "Arguments": {
            "TopicArn": topic,
            "Subject": "S",
            "Message": "{% 'lag ' & $states.input.lag %}",
        },
        "Output": "{% $exists($states.result.MessageId) %}",
        "End": True,
    }

    assert emulated.run(jsonata(("A", publish)), {"lag": 3}).output is True

    [sent] = sns_backends[ACCOUNT][REGION].topics[topic].sent_notifications
    assert sent[1:3] == ("lag 3", "S")


def test_the_invoke_api_ends_in_the_same_functions(emulated: Account, functions: Functions) -> None:
    client = boto3.client("lambda", region_name=REGION)

    done = client.invoke(FunctionName=function_arn("echo"), Payload=b'{"a": 1}')
    assert json.loads(done["Payload"].read()) == {"echo": {"a": 1}, "name": "echo"}
    assert done.get("FunctionError") is None

    failed = client.invoke(FunctionName="raising", Payload=b"{}")
    assert failed["FunctionError"] == "Unhandled"
    assert json.loads(failed["Payload"].read())["errorType"] == "LagTooHigh"

    functions.refusals = [Throttled("Rate Exceeded.")] * 9
    with pytest.raises(ClientError) as refused:
        client.invoke(FunctionName="refused")
    assert refused.value.response["Error"]["Code"] == "TooManyRequestsException"
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 429

    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.invoke(FunctionName="nowhere")


def test_an_asynchronous_invocation_returns_before_the_function(
    emulated: Account, functions: Functions
) -> None:
    client = boto3.client("lambda", region_name=REGION)

    answer = client.invoke(FunctionName="flaky", InvocationType="Event", Payload=b"0")

    assert answer["StatusCode"] == 202
    wait_for(lambda: functions.attempts)


def test_another_moto_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moto, "__version__", "5.2.6")

    with pytest.raises(engine.UnsupportedMoto, match=r"5\.2\.6 .* 5\.2\.5 only"):
        engine.install(invoker=InProcessInvoker({}))


def test_installing_again_changes_values_and_patches_nothing_twice(emulated: Account) -> None:
    again = engine.install(invoker=InProcessInvoker({"echo": lambda *_: "second"}), wait_scale=0)

    assert again is emulated.settings
    state = invoke("echo", {}, Output="{% $states.result.Payload %}")
    ended = emulated.run(jsonata(("A", state)))
    assert ended.output == "second"
    assert len(emulated.history(ended.arn)) == 7
