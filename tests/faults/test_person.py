"""The person of the arena does what the runbook says, and the runbook what the machine does."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, cast

import pytest

from cutover.adapters.dynamodb import DynamoDbJournal
from cutover.journal import JournalState, Phase
from rehearsal.aws.invoker import InvokeResult
from rehearsal.faults import person
from rehearsal.faults.functions import Functions
from rehearsal.faults.person import FORWARD_BY_HAND, TRIES, WITHOUT_THE_ORIGIN, Person
from tests.builders import plan

ROOT = Path(__file__).resolve().parents[2]

NOT_BY_HAND = {"verify_records", "store_certificate"}
"""The one is given a change that the machine holds; the other has its own entry in the runbook."""


class Told:
    """Functions that answer as they are told to: an error each time they are asked, as long as there is one."""

    def __init__(self, *, side: str = "after", **failing: list[str]) -> None:
        self.side = side
        self.failing = failing
        self.called: list[str] = []

    def invoke(self, function: str, event: dict[str, Any]) -> InvokeResult:
        self.called.append(function)
        if left := self.failing.get(function):
            answer = {"errorType": left.pop(0), "errorMessage": "so"}
            return InvokeResult(
                payload=json.dumps(answer).encode(), function_error="Unhandled", log=""
            )
        found = {"side": self.side, "lease": {"execution": "x", "fence": 2}}
        return InvokeResult(payload=json.dumps(found).encode(), function_error=None, log="")


class OneState:
    def state(self) -> JournalState:
        return JournalState(phase=Phase.DESTINATION_OPEN, execution="x", held=True, fence=1)


def act(told: Told, monkeypatch: pytest.MonkeyPatch) -> Person:
    monkeypatch.setattr(person, "AGAIN_SECONDS", 0.0)
    somebody = Person(cast("DynamoDbJournal", OneState()), machines=None)
    somebody.act_as_the_runbook_says(cast("Functions", told), plan())
    return somebody


def test_the_person_goes_through_the_loop_once_where_nothing_fails(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told = Told()
    done = act(told, monkeypatch)
    assert told.called == ["resolve_switch", *FORWARD_BY_HAND]
    assert (done.acted, done.failed) == (True, "")


def test_the_person_stops_at_the_first_step_that_fails_and_begins_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told = Told(hand_over=["ServiceUnavailable"])
    assert act(told, monkeypatch).acted
    first = FORWARD_BY_HAND[: FORWARD_BY_HAND.index("hand_over") + 1]
    assert told.called == ["resolve_switch", *first, *FORWARD_BY_HAND]


def test_where_a_step_fails_for_ever_the_runbook_led_nowhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told = Told(verify_switch=["DatabaseUnreachable"] * 9)
    done = act(told, monkeypatch)
    assert not done.acted
    assert done.failed.startswith("verify_switch: ")
    assert "DatabaseUnreachable" in done.failed
    assert told.called.count("verify_switch") == TRIES
    assert "complete" not in told.called


def test_where_the_audit_is_bad_the_person_goes_on_without_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told = Told(audit_origin=["SwitchNotProven"] * 9)
    assert act(told, monkeypatch).acted
    assert told.called.count("audit_origin") == 1
    assert told.called[-1] == "complete"
    in_the_way = Told(audit_origin=["SwitchNotProven"], check_way_back=["WayBackNotOpen"] * 9)
    assert act(in_the_way, monkeypatch).acted
    assert in_the_way.called[-2:] == ["retire_slots", "complete"]
    good = Told(check_way_back=["WayBackNotOpen"] * 9)
    assert not act(good, monkeypatch).acted
    assert "complete" not in good.called
    other = Told(audit_origin=["StaleLease"] * 9)
    assert not act(other, monkeypatch).acted
    assert other.called.count("audit_origin") == TRIES


def test_an_open_origin_is_put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    told = Told(side="before")
    assert act(told, monkeypatch).acted
    assert told.called == ["resolve_switch", "put_back"]


def test_the_runbook_goes_forward_as_the_person_does_and_where_the_origin_is_gone() -> None:
    text = (ROOT / "docs" / "runbook.md").read_text()
    loops = re.findall(
        r"^for step in (finish-switch [^;]*); do\n(.*?)^done$", text, re.MULTILINE | re.DOTALL
    )
    steps = [tuple(step.replace("-", "_") for step in names.split()) for names, _ in loops]
    assert steps == [FORWARD_BY_HAND, WITHOUT_THE_ORIGIN]
    # In the order of the loop that it is a part of.
    assert tuple(each for each in FORWARD_BY_HAND if each in WITHOUT_THE_ORIGIN) == steps[1]
    for _, body in loops:
        assert "grep -q errorMessage out.json && break" in body


@pytest.mark.parametrize("machine", ["cutover", "rollback"])
def test_both_go_forward_in_the_order_of_the_machine(machine: str) -> None:
    states = json.loads((ROOT / "state_machines" / f"{machine}.asl.json").read_text())["States"]
    name, called = "Finish the switch", []
    while states[name]["Type"] == "Task":
        function = states[name]["Arguments"].get("FunctionName", "")
        snake = re.sub(r"(?<!^)(?=[A-Z])", "_", function.strip("${}").removesuffix("FunctionArn"))
        called.append(snake.lower())
        name = states[name]["Next"]
    assert [each for each in called if each and each not in NOT_BY_HAND] == list(FORWARD_BY_HAND)


@pytest.mark.parametrize("machine", ["cutover", "rollback"])
def test_whatever_a_machine_calls_a_person_for_is_in_the_runbook_by_that_name(machine: str) -> None:
    definition = (ROOT / "state_machines" / f"{machine}.asl.json").read_text()
    names = set(re.findall(r'"Subject": "\w+: (a person is needed, [^"]+)"', definition))
    assert len(names) == 4
    text = (ROOT / "docs" / "runbook.md").read_text()
    for name in names:
        assert f"**A{name[1:].replace(',', ':')}" in text


@pytest.mark.parametrize("machine", ["cutover", "rollback"])
def test_a_put_back_that_failed_sends_clients_to_whom_the_machine_calls_the_writer(
    machine: str,
) -> None:
    """A rollback's writer is the target: 100/0 would send every client to the closed source."""
    states = json.loads((ROOT / "state_machines" / f"{machine}.asl.json").read_text())["States"]
    message = states["Page a person: put-back needs help"]["Arguments"]["Message"]
    writer, shares, failed = {
        "cutover": ("source", "100/0", "the source where a cutover failed"),
        "rollback": ("target", "0/100", "the target where a rollback did"),
    }[machine]
    assert f"The {writer} is still the writer." in message
    text = " ".join((ROOT / "docs" / "runbook.md").read_text().split())
    entry = text.partition("**A person is needed: the put-back failed.**")[2].partition("```")[0]
    assert failed in entry
    assert f"{shares} for the {writer}" in entry
    assert "`cutover start`, or `cutover rollback`" in entry
