"""The person of the arena does what the runbook says, and the runbook what the machine does."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from rehearsal.faults.person import FORWARD_BY_HAND

ROOT = Path(__file__).resolve().parents[2]

NOT_BY_HAND = {"verify_records", "store_certificate"}
"""The one is given a change that the machine holds; the other has its own entry in the runbook."""


def test_the_runbook_goes_forward_as_the_person_does() -> None:
    text = (ROOT / "docs" / "runbook.md").read_text()
    (steps,) = re.findall(r"^for step in (finish-switch .*); do$", text, re.MULTILINE)
    assert tuple(step.replace("-", "_") for step in steps.split()) == FORWARD_BY_HAND


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
