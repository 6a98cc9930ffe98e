"""The cutover machine itself on the engine: every expression in it must evaluate."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto.sns.models import sns_backends

from cutover.adapters.stepfunctions import waits_with_a_token
from rehearsal.aws.invoker import ACCOUNT, REGION, function_arn
from tests.contracts.engine_support import Account, account, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator

ASL = Path(__file__).parents[2] / "state_machines" / "cutover.asl.json"
PLAN = {
    "StageWeights": "20,50,80,100",
    "BakeSeconds": "60",
    "PollSeconds": "10",
    "MaxHoldSeconds": "3600",
    "MaxLagSeconds": "60",
    "MetricMaxAgeSeconds": "300",
    "RecordTtlSeconds": "5",
    "WriteRecordMoves": "before-switch",
    "SwitchDeadlineSeconds": "10",
    "LockPatienceMilliseconds": "30",
    "MaxTransactionSeconds": "5",
    "SequenceMargin": "1000",
    "ApproveBefore": "[]",
    "ApprovalHours": "24",
    "LargeObjectsUnused": "false",
    "SourceWatchMaxAgeSeconds": "0",
}


class LeaseTaken(Exception):
    """Another execution holds the lease."""


class GateTimedOut(Exception):
    """A failure of the switch, before the line."""


class Fakes:
    """Every function of the machine; a test replaces the ones its path is about."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.stage = -1
        self.side = "before"
        self.failing: dict[str, Exception] = {}
        self.bake_first = False

    def called(self) -> list[str]:
        return [name for name, _ in self.calls]

    def payload(self, name: str) -> dict[str, Any]:
        return next(payload for called, payload in reversed(self.calls) if called == name)

    def answer(self, name: str, payload: dict[str, Any]) -> Any:
        self.calls.append((name, payload))
        if (failure := self.failing.get(name)) is not None:
            raise failure
        return getattr(self, f"_{name}", lambda _: {})(payload)

    def _acquire_lease(self, payload: dict[str, Any]) -> dict[str, Any]:
        lease = {"execution": payload["lease"]["execution"], "fence": 7}
        return {"lease": lease, "parked_at": 0}

    def _check_readiness(self, payload: dict[str, Any]) -> dict[str, Any]:
        if payload["held_since"] is None:
            return {"action": "hold", "reason": "no data", "error": "Held", "held_since": "t0"}
        return {"action": "advance", "reason": "ready", "error": None, "held_since": None}

    def _shift_reads(self, payload: dict[str, Any]) -> dict[str, Any]:
        self.stage = payload["stage"]
        return {"change_id": "C1", "changed_at": f"t{self.stage}"}

    def _check_stage(self, payload: dict[str, Any]) -> dict[str, Any]:
        # A stage has baked when the write record moves.
        self.bake_first = payload["write_share"] == 0 and not self.bake_first
        action = "bake" if self.bake_first else "advance"
        return {"action": action, "reason": "r", "error": None, "held_since": None}

    def _resolve_switch(self, payload: dict[str, Any]) -> dict[str, Any]:
        return {"side": self.side, "lease": payload["lease"] | {"fence": 8}}

    def _put_back(self, payload: dict[str, Any]) -> dict[str, Any]:
        return {"change_id": "C2", "lease": payload["lease"] | {"fence": 9}}


@pytest.fixture
def fakes() -> Fakes:
    return Fakes()


@pytest.fixture
def emulated(fakes: Fakes) -> Iterator[Account]:
    keys = [_key(found) for found in re.findall(r"\$\{(\w+)FunctionArn\}", ASL.read_text())]
    handlers = {
        key: (lambda event, _context, key=key: fakes.answer(key, event)) for key in set(keys)
    }
    with account(handlers, wait_scale=0.001) as opened:
        yield opened


def _key(pascal: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", pascal).lower()


def definition(topic: str, **changes: str) -> str:
    values = {**PLAN, **changes, "TopicArn": topic}

    def value(found: re.Match[str]) -> str:
        name = found[1]
        if name.endswith("FunctionArn"):
            return function_arn(_key(name.removesuffix("FunctionArn")))
        return values[name]

    return re.sub(r"\$\{(\w+)\}", value, ASL.read_text())


def topic() -> str:
    return boto3.client("sns", region_name=REGION).create_topic(Name="operators")["TopicArn"]


def announced(arn: str) -> list[tuple[str, str]]:
    """Subject and message of everything published to the topic."""
    sent = sns_backends[ACCOUNT][REGION].topics[arn].sent_notifications
    return [(subject, message) for _, message, subject, *_ in sent]


def test_the_happy_path_visits_every_stage_and_carries_the_fence(
    emulated: Account, fakes: Fakes
) -> None:
    operators = topic()

    ended = emulated.run(definition(operators))

    assert (ended.status, ended.output, ended.error) == ("SUCCEEDED", {}, None)
    shifted = [payload["stage"] for name, payload in fakes.calls if name == "shift_reads"]
    assert shifted == [0, 1, 2, 3]
    assert fakes.called()[-11:] == [
        "check_stage",
        "switch_writer",
        "move_writes",
        "verify_switch",
        "verify_records",
        "audit_origin",
        "hand_over",
        "retire_slots",
        "check_way_back",
        "complete",
        "store_certificate",
    ]
    assert all(
        payload["lease"] == {"execution": ended.arn, "fence": 7}
        for name, payload in fakes.calls
        if name != "acquire_lease"
    )
    assert [subject for subject, _ in announced(operators)] == ["Cutover done"]


def test_the_plan_reaches_the_functions_as_numbers(emulated: Account, fakes: Fakes) -> None:
    emulated.run(definition(topic(), StageWeights="100", WriteRecordMoves="after-switch"))

    plan = fakes.payload("check_stage")["plan"]
    assert plan["weights"] == [100]
    assert plan["lock_patience_milliseconds"] == 30
    assert fakes.payload("check_stage")["entered_at"] == "t0"
    assert fakes.called().count("move_writes") == 1


def test_a_second_start_is_refused_without_a_put_back(emulated: Account, fakes: Fakes) -> None:
    fakes.failing["acquire_lease"] = LeaseTaken('held by "arn:x"')

    ended = emulated.run(definition(topic()))

    assert (ended.status, ended.error) == ("FAILED", "LeaseTaken")
    assert json.loads(ended.cause or "")["errorMessage"] == 'held by "arn:x"'
    assert fakes.called() == ["acquire_lease"]


def test_a_failed_switch_before_the_line_is_put_back(emulated: Account, fakes: Fakes) -> None:
    operators = topic()
    fakes.failing["switch_writer"] = GateTimedOut('the barrier\'s "patience" was too short')

    ended = emulated.run(definition(operators))

    assert (ended.status, ended.error) == ("FAILED", "GateTimedOut")
    assert fakes.called()[-4:] == ["switch_writer", "resolve_switch", "put_back", "verify_records"]
    assert fakes.payload("put_back")["lease"]["fence"] == 8, "the lease of the last look"
    failure = fakes.payload("put_back")["failure"]
    assert failure["Error"] == "GateTimedOut"
    assert json.loads(failure["Cause"])["errorMessage"].startswith("the barrier's")
    [(subject, message)] = announced(operators)
    assert subject == "Cutover put back"
    assert ended.arn in message
    wait_for(lambda: emulated.events)
    assert emulated.events[0]["detail"]["status"] == "FAILED"


def test_a_switch_that_ended_without_an_answer_goes_forward(
    emulated: Account, fakes: Fakes
) -> None:
    fakes.failing["switch_writer"] = GateTimedOut("no answer")
    fakes.side = "after"

    ended = emulated.run(definition(topic()))

    assert ended.status == "SUCCEEDED"
    assert "put_back" not in fakes.called()
    assert fakes.called()[-11:-8] == ["resolve_switch", "finish_switch", "move_writes"]


def asked(fakes: Fakes) -> str:
    wait_for(lambda: "ask_approval" in fakes.called())
    return str(fakes.payload("ask_approval")["token"])


def test_an_approval_is_waited_for_and_its_token_is_good_once(
    emulated: Account, fakes: Fakes
) -> None:
    arn = emulated.start(definition(topic(), ApproveBefore="['switch']"))
    token = asked(fakes)
    wait_for(lambda: waits_with_a_token(emulated.states, arn))
    payload = fakes.payload("ask_approval")
    assert payload["before"] == "switch"
    assert payload["plan"]["approve_before"] == ["switch"]
    assert "switch_writer" not in fakes.called()

    emulated.states.send_task_success(taskToken=token, output="{}")

    assert emulated.end(arn).status == "SUCCEEDED"
    assert fakes.called().count("ask_approval") == 1
    assert not waits_with_a_token(emulated.states, arn)
    with pytest.raises(ClientError, match="TaskTimedOut"):
        emulated.states.send_task_success(taskToken=token, output="{}")
    with pytest.raises(ClientError, match="TaskTimedOut"):
        emulated.states.send_task_failure(taskToken=token, error="E", cause="c")
    with pytest.raises(ClientError, match="InvalidToken"):
        emulated.states.send_task_success(taskToken="no token", output="{}")


def test_a_denial_comes_with_its_cause_and_is_put_back(emulated: Account, fakes: Fakes) -> None:
    arn = emulated.start(definition(topic(), ApproveBefore="[50,'switch']"))

    emulated.states.send_task_failure(
        taskToken=asked(fakes), error="ApprovalDenied", cause="ada: not tonight"
    )

    ended = emulated.end(arn)
    assert (ended.status, ended.error, ended.cause) == (
        "FAILED",
        "ApprovalDenied",
        "ada: not tonight",
    )
    failure = {"Error": "ApprovalDenied", "Cause": "ada: not tonight"}
    assert fakes.payload("put_back")["failure"] == failure
    assert fakes.payload("ask_approval")["before"] == 50
    assert fakes.stage == 0, "the second stage was not begun"


def test_a_question_without_an_answer_runs_out_and_is_put_back(
    emulated: Account, fakes: Fakes
) -> None:
    arn = emulated.start(definition(topic(), ApproveBefore="[20]", ApprovalHours="1 / 3600"))

    ended = emulated.end(arn)

    assert (ended.status, ended.error) == ("FAILED", "ApprovalTimedOut")
    assert "before 20 percent of the reads" in (ended.cause or "")
    assert fakes.called()[-2:] == ["put_back", "verify_records"]
    with pytest.raises(ClientError, match="TaskTimedOut"):
        emulated.states.send_task_success(taskToken=asked(fakes), output="{}")


def test_a_stop_ends_the_wait_for_an_approval(emulated: Account, fakes: Fakes) -> None:
    arn = emulated.start(definition(topic(), ApproveBefore="[20]"))
    token = asked(fakes)

    emulated.states.stop_execution(executionArn=arn)

    assert emulated.end(arn).status == "ABORTED"
    with pytest.raises(ClientError, match="TaskTimedOut"):
        emulated.states.send_task_success(taskToken=token, output="{}")
    wait_for(lambda: emulated.events)
    assert emulated.events[0]["detail"]["status"] == "ABORTED"


@pytest.mark.parametrize(
    ("failing", "subject"),
    [
        ("resolve_switch", "Cutover: a person is needed, the outcome of the switch is not known"),
        ("put_back", "Cutover: a person is needed, the put-back failed"),
    ],
)
def test_a_person_is_paged(emulated: Account, fakes: Fakes, failing: str, subject: str) -> None:
    operators = topic()
    fakes.failing["switch_writer"] = GateTimedOut("no answer")
    fakes.failing[failing] = GateTimedOut("not now")

    ended = emulated.run(definition(operators, StageWeights="100"))

    assert (ended.status, ended.error) == ("FAILED", "PersonNeeded")
    assert [found for found, _ in announced(operators)] == [subject]


def test_a_failure_after_the_line_pages_a_person_and_puts_nothing_back(
    emulated: Account, fakes: Fakes
) -> None:
    fakes.failing["verify_switch"] = GateTimedOut("a table still accepts writes")

    ended = emulated.run(definition(topic(), StageWeights="100"))

    assert (ended.status, ended.error) == ("FAILED", "PersonNeeded")
    assert "forward needs help" in (ended.cause or "")
    assert "put_back" not in fakes.called()
