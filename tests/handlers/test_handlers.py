"""Each handler with an event file: parsed, one call, a result that is JSON and fits the next state."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from cutover.adapters.memory import MemoryWorld
from cutover.errors import BadInput, PutBackRefused, StaleLease
from cutover.journal import Lease, Phase
from cutover.observations import GateState
from lambdas import wiring
from rehearsal.aws.invoker import InProcessContext
from rehearsal.machine import FUNCTIONS

EVENTS = Path(__file__).parent.parent / "events"
EXECUTION = "arn:aws:states:us-east-1:123456789012:execution:migration-cutover-dev:night"

BEFORE = {
    "acquire_lease": Phase.IDLE,
    "inspect_databases": Phase.STARTED,
    "measure_lag": Phase.STARTED,
    "check_readiness": Phase.STARTED,
    "shift_reads": Phase.STARTED,
    "verify_records": Phase.SHIFTING,
    "check_stage": Phase.SHIFTING,
    "move_writes": Phase.SHIFTING,
    "switch_writer": Phase.WRITES_MOVED,
    "resolve_switch": Phase.SWITCHING,
    "finish_switch": Phase.SOURCE_CLOSED,
    "verify_switch": Phase.TARGET_OPEN,
    "put_back": Phase.SHIFTING,
    "complete": Phase.TARGET_OPEN,
}
"""The phase in which the machine calls each function."""


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> MemoryWorld:
    world = MemoryWorld.ready()
    control = wiring.Control(
        journal=world.journal,
        display=world.display,
        router=world.router,
        task=world.task,
        monitoring=world.monitoring,
        clock=world.clock,
        read_record=world.read_record,
        write_record=world.write_record,
    )
    databases = wiring.Databases(
        source=world.source, target=world.target, journal=world.journal, clock=world.clock
    )
    monkeypatch.setattr(wiring, "control", lambda: control)
    monkeypatch.setattr(wiring, "databases", lambda: databases)
    return world


def event(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((EVENTS / f"{name}.json").read_text())
    return loaded


def call(name: str, payload: dict[str, Any]) -> Any:
    handler = import_module(f"lambdas.{name}").lambda_handler
    return json.loads(json.dumps(handler(payload, InProcessContext(function_name=name))))


def bring_to(world: MemoryWorld, phase: Phase) -> Lease | None:
    """Walks the journal to `phase`, and the databases with it."""
    if phase is Phase.IDLE:
        return None
    lease = world.journal.acquire(EXECUTION, now=world.clock.now())
    way = [
        Phase.SHIFTING,
        Phase.WRITES_MOVED,
        Phase.SWITCHING,
        Phase.SOURCE_CLOSED,
        Phase.TARGET_OPEN,
    ]
    for step in way[: way.index(phase) + 1] if phase in way else []:
        world.journal.record(lease, step, now=world.clock.now(), note="")
    if phase in {Phase.SOURCE_CLOSED, Phase.TARGET_OPEN}:
        world.source.gate_state = GateState.CLOSED
    if phase is Phase.TARGET_OPEN:
        world.target.gate_state = GateState.OPEN
    return lease


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_the_event_of_the_machine_is_understood(world: MemoryWorld, name: str) -> None:
    bring_to(world, BEFORE[name])
    result = call(name, event(name))
    expected = {
        "acquire_lease": {"execution", "fence"},
        "inspect_databases": {"source", "target", "unreachable"},
        "measure_lag": {"seconds", "measured_at", "reason"},
        "check_readiness": {"action", "reason", "error", "held_since", "findings"},
        "check_stage": {"action", "reason", "error", "held_since", "findings"},
        "shift_reads": {"id", "changed_at", "expected"},
        "move_writes": {"id", "changed_at", "expected"},
        "put_back": {"id", "changed_at", "expected"},
        "verify_records": {"verified"},
        "resolve_switch": {"side", "lease"},
        "verify_switch": {"gates_left"},
        "finish_switch": set(),
        "complete": set(),
    }
    if name == "switch_writer":
        assert {"token", "lsn", "closed_at", "opened_at", "pause_milliseconds"} <= set(result)
    else:
        assert set(result) == expected[name]


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_an_event_that_lacks_something_names_it(world: MemoryWorld, name: str) -> None:
    payload = {key: value for key, value in event(name).items() if key != "plan"}
    with pytest.raises(BadInput, match="plan: Field required"):
        call(name, payload)


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_a_key_that_nobody_reads_is_a_mistake(world: MemoryWorld, name: str) -> None:
    with pytest.raises(BadInput, match="typo"):
        call(name, event(name) | {"typo": 1})


@pytest.mark.parametrize(
    "name", ["shift_reads", "move_writes", "switch_writer", "finish_switch", "complete"]
)
def test_an_overtaken_step_is_refused(world: MemoryWorld, name: str) -> None:
    bring_to(world, BEFORE[name])
    world.journal.raise_fence(EXECUTION, now=world.clock.now())
    with pytest.raises(StaleLease):
        call(name, event(name))


def test_the_rule_on_ended_executions_puts_back(world: MemoryWorld) -> None:
    bring_to(world, Phase.SHIFTING)
    world.router.shares[world.read_record] = 50
    assert call("put_back", event("execution_aborted")) is not None
    assert world.router.shares[world.read_record] == 0
    assert world.journal.entries()[-1].note == "the execution ended as ABORTED"


def test_the_rule_on_ended_executions_leaves_a_finished_cutover_alone(world: MemoryWorld) -> None:
    bring_to(world, Phase.TARGET_OPEN)
    with pytest.raises(PutBackRefused, match="nothing may reopen the source"):
        call("put_back", event("execution_aborted"))


def test_the_rule_on_another_execution_does_nothing(world: MemoryWorld) -> None:
    world.journal.acquire("another", now=world.clock.now())
    assert call("put_back", event("execution_aborted")) is None
    assert world.router.moves == []


def test_the_reason_of_a_put_back_is_the_message_not_its_json(world: MemoryWorld) -> None:
    bring_to(world, Phase.SHIFTING)
    call("put_back", event("put_back"))
    assert world.journal.entries()[-1].note == "DeadlineExceeded: the switch's deadline passed"
