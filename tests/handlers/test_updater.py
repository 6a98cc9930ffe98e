"""route53-updater: three payloads, each safe to arrive twice, each refused in words that help."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from cutover.adapters.memory import MemoryCutoverMachine, MemoryWorld
from cutover.direction import Direction
from cutover.errors import BadInput, LeaseTaken, PutBackRefused, StartRefused
from cutover.journal import Lease, Phase
from cutover.observations import GateState, Word
from cutover.steps.lease import park
from lambdas import wiring
from lambdas.route53_updater import lambda_handler
from rehearsal.aws.invoker import InProcessContext
from tests.builders import plan

GRADUAL = {"action": "gradual_cutover", "aurora_weight": 20}
MANUAL = {"action": "manual_cutover"}
ROLLBACK = {"action": "rollback"}
Ask = Callable[..., dict[str, Any]]


@pytest.fixture
def world() -> MemoryWorld:
    return MemoryWorld.ready()


@pytest.fixture
def machine() -> MemoryCutoverMachine:
    return MemoryCutoverMachine()


@pytest.fixture
def ask(world: MemoryWorld, machine: MemoryCutoverMachine, monkeypatch: pytest.MonkeyPatch) -> Ask:
    control = wiring.Control(
        journal=world.journal,
        display=world.display,
        router=world.router,
        tasks=world.tasks,
        monitoring=world.monitoring,
        clock=world.clock,
        read_record=world.read_record,
        write_record=world.write_record,
    )
    monkeypatch.setattr(wiring, "control", lambda: control)
    monkeypatch.setattr(wiring, "machines", lambda: dict.fromkeys(Direction, machine))

    def asking(payload: dict[str, Any], request: str = "request-1") -> dict[str, Any]:
        context: Any = InProcessContext(
            function_name="route53-updater-test", aws_request_id=request
        )
        answer: dict[str, Any] = json.loads(json.dumps(lambda_handler(payload, context)))
        assert set(answer) == {"action", "done", "execution", "follow"}
        return answer

    return asking


def run(world: MemoryWorld, execution: str, *, share: int) -> None:
    """A cutover that has brought the reads to `share`."""
    lease = world.journal.acquire(execution, now=world.clock.now())
    world.journal.record(lease, Phase.SHIFTING, now=world.clock.now(), note="")
    world.router.shares[world.read_record] = share


def parked(world: MemoryWorld, *, share: int) -> None:
    run(world, "evening", share=share)
    lease = world.journal.acquire("evening", now=world.clock.now())
    to = plan(weights=(share, 100))
    park(world.journal, world.display, world.clock, lease=lease, plan=to, stage=0)


@pytest.mark.parametrize(
    ("payload", "given", "name"),
    [
        (GRADUAL, {"park_at": 20}, "gradual-cutover-request-1"),
        (MANUAL, {"manual": True}, "manual-cutover-request-1"),
    ],
)
def test_the_machine_is_started_and_moves_what_moves(
    ask: Ask,
    world: MemoryWorld,
    machine: MemoryCutoverMachine,
    payload: dict[str, Any],
    given: dict[str, Any],
    name: str,
) -> None:
    answer = ask(payload)
    assert machine.executions == {name: given}
    assert answer["execution"] == f"execution:{name}"
    assert answer["follow"].endswith(f"--execution-arn execution:{name}")
    assert world.router.moves == []


@pytest.mark.parametrize("payload", [GRADUAL, MANUAL])
def test_an_event_that_arrives_twice_starts_one_execution(
    ask: Ask, world: MemoryWorld, machine: MemoryCutoverMachine, payload: dict[str, Any]
) -> None:
    machine.begins = lambda execution: run(world, execution, share=20)
    first = ask(payload)
    assert ask(payload)["execution"] == first["execution"]
    assert len(machine.executions) == 1


@pytest.mark.parametrize("payload", [GRADUAL, MANUAL])
def test_while_a_cutover_runs_a_start_is_refused_naming_the_holder(
    ask: Ask, world: MemoryWorld, machine: MemoryCutoverMachine, payload: dict[str, Any]
) -> None:
    run(world, "somebody", share=50)
    with pytest.raises(LeaseTaken, match="somebody holds the lease, phase shifting"):
        ask(payload)
    assert machine.executions == {}


@pytest.mark.parametrize("payload", [GRADUAL, MANUAL])
def test_from_parked_a_start_is_possible(
    ask: Ask, world: MemoryWorld, machine: MemoryCutoverMachine, payload: dict[str, Any]
) -> None:
    parked(world, share=50)
    ask(payload)
    assert len(machine.executions) == 1


@pytest.mark.parametrize("payload", [ROLLBACK, {"action": "gradual_cutover", "aurora_weight": 0}])
def test_what_is_parked_goes_back_at_once_and_once(
    ask: Ask, world: MemoryWorld, payload: dict[str, Any]
) -> None:
    parked(world, share=50)
    assert "put back from phase parked" in ask(payload)["done"]
    state = world.journal.state()
    assert (state.phase, state.held, state.parked_at) == (Phase.PUT_BACK, False, 0)
    assert set(world.router.shares.values()) == {0}
    moves = list(world.router.moves)
    assert ask(payload)["done"] == "put back already"
    assert world.router.moves == moves


def test_a_running_cutover_hears_the_rollback_as_an_abort(ask: Ask, world: MemoryWorld) -> None:
    run(world, "somebody", share=50)
    answer = ask(ROLLBACK)
    assert (answer["execution"], world.journal.word().word) == ("somebody", Word.ABORT)
    assert "goes back at its next check" in answer["done"]
    assert world.router.moves == []


def test_a_late_copy_of_a_rollback_does_not_abort_the_next_cutover(
    ask: Ask, world: MemoryWorld
) -> None:
    run(world, "somebody", share=50)
    ask(ROLLBACK)
    lease = world.journal.acquire("somebody", now=world.clock.now())
    said = world.journal.word().reason
    world.journal.record(lease, Phase.PUT_BACK, now=world.clock.now(), note=f"asked: {said}")
    world.journal.release(lease, now=world.clock.now())
    run(world, "the next one", share=20)
    ask(ROLLBACK)
    assert world.journal.word().word is Word.NONE
    ask(ROLLBACK, request="request-2")
    assert world.journal.word().word is Word.ABORT


def test_a_cutover_that_died_is_put_back_by_the_rollback_itself(
    ask: Ask, world: MemoryWorld, machine: MemoryCutoverMachine
) -> None:
    """Nobody would hear the word."""
    run(world, "somebody", share=50)
    machine.ended.add("somebody")
    ask(ROLLBACK)
    assert world.journal.state().phase is Phase.PUT_BACK
    assert world.router.shares[world.read_record] == 0


def test_a_cutover_that_parks_as_it_is_told_to_go_back_goes_back(
    ask: Ask, world: MemoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(world, "somebody", share=20)
    lease = world.journal.acquire("somebody", now=world.clock.now())
    say = world.journal.say

    def parked_meanwhile(*args: Any, **kwargs: Any) -> None:
        park(world.journal, world.display, world.clock, lease=lease, plan=plan(), stage=0)
        say(*args, **kwargs)

    monkeypatch.setattr(world.journal, "say", parked_meanwhile)
    ask(ROLLBACK)
    assert world.journal.state().phase is Phase.PUT_BACK
    assert world.router.shares[world.read_record] == 0


def loads(world: MemoryWorld) -> Lease:
    return world.journal.acquire("load", now=world.clock.now(), replicates=True)


def test_a_load_that_runs_is_not_what_a_rollback_ends(ask: Ask, world: MemoryWorld) -> None:
    loads(world)
    with pytest.raises(PutBackRefused, match=r"loaded by load, .*`cutover abort`"):
        ask(ROLLBACK)
    assert world.journal.word().word is Word.NONE


def test_a_load_that_was_cut_off_gives_its_lease_up(
    ask: Ask, world: MemoryWorld, machine: MemoryCutoverMachine
) -> None:
    loads(world)
    machine.ended.add("load")
    assert "`cutover replicate` goes on" in ask(ROLLBACK)["done"]
    state = world.journal.state()
    assert (state.phase, state.held) == (Phase.NOT_READY, False)
    assert world.router.moves == []


def test_a_rollback_that_runs_is_not_aborted_by_another(
    ask: Ask, world: MemoryWorld, machine: MemoryCutoverMachine
) -> None:
    switched(world)
    machine.begins = lambda execution: back(world, execution)
    first = ask(ROLLBACK)
    for request in ("request-1", "request-2"):
        again = ask(ROLLBACK, request=request)
        assert again["execution"] == first["execution"]
        assert again["done"].startswith("a rollback runs already: execution:rollback-request-1, ")
    assert world.journal.word().word is Word.NONE
    assert len(machine.executions) == 1


def back(world: MemoryWorld, execution: str) -> None:
    world.journal.acquire(execution, now=world.clock.now(), direction=Direction.BACK)


def switched(world: MemoryWorld) -> None:
    run(world, "somebody", share=100)
    lease = world.journal.acquire("somebody", now=world.clock.now())
    for step in (Phase.SWITCHING, Phase.DESTINATION_OPEN):
        world.journal.record(lease, step, now=world.clock.now(), note="")
    world.journal.record(lease, Phase.DONE, now=world.clock.now(), note="", release=True)


def test_with_nothing_moved_there_is_nothing_to_roll_back(ask: Ask, world: MemoryWorld) -> None:
    answer = ask(ROLLBACK)
    assert answer["done"].startswith("nothing to do")
    assert answer["execution"] is None
    assert world.router.moves == []


def test_with_the_writer_on_the_target_the_way_back_is_a_machine_of_its_own(
    ask: Ask, world: MemoryWorld, machine: MemoryCutoverMachine
) -> None:
    switched(world)
    first = ask(ROLLBACK)
    assert first["done"].startswith("started: a rollback")
    assert ask(ROLLBACK)["execution"] == first["execution"]
    assert list(machine.executions) == ["rollback-request-1"]
    for payload in (GRADUAL, MANUAL):
        with pytest.raises(StartRefused, match="the writer is on the target"):
            ask(payload)
    assert world.router.moves == []


@pytest.mark.parametrize("phase", [Phase.SWITCHING, Phase.DESTINATION_OPEN])
def test_past_the_line_everything_is_refused_with_the_plain_reason(
    ask: Ask, world: MemoryWorld, phase: Phase
) -> None:
    run(world, "somebody", share=100)
    lease = world.journal.acquire("somebody", now=world.clock.now())
    for step in (Phase.SWITCHING, Phase.DESTINATION_OPEN):
        world.journal.record(lease, step, now=world.clock.now(), note="")
        if step is phase:
            break
    world.source.gate_state = GateState.CLOSED
    with pytest.raises(PutBackRefused, match=rf"stands at {phase.value}: .*finished first"):
        ask(ROLLBACK)
    world.journal.release(lease, now=world.clock.now())
    for payload in (GRADUAL, MANUAL):
        with pytest.raises(StartRefused, match=f"stands at {phase.value} without the lease"):
            ask(payload)
    assert world.router.moves == []


@pytest.mark.parametrize(
    ("payload", "said"),
    [
        (
            {"action": "gradual_cutover", "aurora_weight": 101},
            "is 101; .* whole number from 0 to 100",
        ),
        ({"action": "gradual_cutover", "aurora_weight": -1}, "is -1; .* 0 to 100"),
        ({"action": "gradual_cutover", "aurora_weight": 20.5}, r"is 20\.5; .* whole number"),
        ({"action": "gradual_cutover", "aurora_weight": "{20}"}, r"is '\{20\}'; .* whole number"),
        ({"action": "gradual_cutover", "aurora_weight": True}, "is True; .* whole number"),
        ({"action": "gradual_cutover"}, "aurora_weight is missing"),
        ({"action": "rollback", "aurora_weight": 5}, "rollback takes none: leave it out"),
        ({"action": "go"}, "action: is 'go'; use gradual_cutover, manual_cutover or rollback"),
        ({}, "action: Field required"),
        ({"action": "rollback", "weight": 5}, "weight: Extra inputs are not permitted"),
    ],
)
def test_what_makes_no_sense_is_refused_with_value_limit_and_remedy(
    ask: Ask, world: MemoryWorld, machine: MemoryCutoverMachine, payload: dict[str, Any], said: str
) -> None:
    with pytest.raises(BadInput, match=said):
        ask(payload)
    assert machine.executions == {}
    assert world.journal.entries() == ()
