"""The way back and the way there again, by the real definitions: what is armed, handed over, recovered, put back."""

from __future__ import annotations

import itertools
import json
import re
from typing import Any

import pytest

from cutover.adapters.memory import SLOTS, MemoryBarrier, MemoryDatabase, MemoryWorld
from cutover.direction import Stream, Where
from cutover.errors import DatabaseUnreachable, SwitchOutcomeUnknown
from cutover.journal import Phase
from cutover.observations import OperatorWord, Word
from rehearsal.machine import DEFINITION, ROLLBACK_DEFINITION
from tests.builders import hold_tokens_back
from tests.state_machines.machine import Machine, Run

NAMES = itertools.count(1)


@pytest.fixture
def world() -> MemoryWorld:
    return MemoryWorld.ready()


def machine(world: MemoryWorld, *, back: bool = False, **given: Any) -> Machine:
    return Machine(
        world,
        definition=ROLLBACK_DEFINITION if back else DEFINITION,
        name=f"night-{next(NAMES)}",
        given=given,
    )


def write(world: MemoryWorld, numbers: range) -> None:
    """As clients do, wherever a database takes it."""
    for number in numbers:
        taken = [side.write_row(number) for side in (world.source, world.target)]
        assert taken.count(True) == 1


def carrying(world: MemoryWorld) -> list[Stream]:
    return [stream for stream in Stream if world.tasks[stream].running]


def succeeded(run: Run) -> None:
    assert run.status == "SUCCEEDED", f"{run.error}: {run.cause}"


def test_there_and_back_and_there_again_without_a_copy(
    world: MemoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = 0
    for move in range(5):
        back = bool(move % 2)
        write(world, range(rows, rows + 10))
        rows += 10
        succeeded(machine(world, back=back).run(monkeypatch))
        writer = Where.SOURCE if back else Where.TARGET
        state = world.journal.state()
        assert (state.phase, state.held, state.writer) == (Phase.DONE, False, writer)
        assert world.writers() == (writer.value,)
        assert set(world.router.shares.values()) == {writer.share}
        assert carrying(world) == [Stream.AGAIN if back else Stream.BACK]
        write(world, range(rows, rows + 10))
        rows += 10
        # The way back has carried it already: the next move finds both sides equal.
        assert sorted(world.source.rows) == sorted(world.target.rows) == list(range(rows))
    assert world.source.slots.keys() | world.target.slots.keys() == {SLOTS[Stream.BACK]}


def test_a_rollback_begins_where_the_writer_is_on_the_target_and_nowhere_else(
    world: MemoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = machine(world, back=True).run(monkeypatch)
    assert (run.status, run.error) == ("FAILED", "StartRefused")
    assert world.router.moves == []
    succeeded(machine(world).run(monkeypatch))
    moves = len(world.router.moves)
    run = machine(world).run(monkeypatch)
    assert (run.status, run.error) == ("FAILED", "StartRefused")
    assert "`cutover rollback`" in run.cause
    assert len(world.router.moves) == moves


@pytest.mark.parametrize(
    "given", [{"park_at": 20}, {"manual": True}, {"recover": False}, {"recover": True, "by": 1}]
)
def test_a_rollback_refuses_the_stages_of_a_cutover_and_says_what_it_takes(
    world: MemoryWorld, monkeypatch: pytest.MonkeyPatch, given: dict[str, Any]
) -> None:
    succeeded(machine(world).run(monkeypatch))
    run = machine(world, back=True, **given).run(monkeypatch)
    assert (run.status, run.error) == ("FAILED", "BadInput")
    assert run.calls == []
    offered = re.findall(r"\{[^}]*\}", run.cause.partition("start with")[2])
    assert offered == ["{}", '{"recover": true}']
    for each in offered:
        taken = machine(world, back=True, **json.loads(each)).run(monkeypatch)
        assert taken.error != "BadInput"


def test_a_rollback_that_fails_leaves_everything_on_the_target(
    world: MemoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    succeeded(machine(world).run(monkeypatch))
    slots = dict(world.target.slots)
    world.target.replicating = False
    run = machine(world, back=True).run(monkeypatch)
    # The lag is not known any more: nothing was moved.
    assert (run.status, run.messages) == ("FAILED", ["Rollback put back"])
    assert world.writers() == ("target",)
    assert set(world.router.shares.values()) == {100}
    assert carrying(world) == [Stream.BACK]
    assert world.target.slots == slots
    world.target.replicating = True
    write(world, range(5))
    succeeded(machine(world, back=True).run(monkeypatch))
    assert world.source.rows == list(range(5))


def test_a_rollback_whose_token_does_not_arrive_makes_no_slot_that_stays(
    world: MemoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    succeeded(machine(world).run(monkeypatch))

    def hold_up(world: MemoryWorld) -> None:
        hold_tokens_back(world.target)

    run = machine(world, back=True).before("switch_writer", 1, hold_up).run(monkeypatch)
    assert (run.status, run.error) == ("FAILED", "DeadlineExceeded")
    assert "Look at the origin" in run.states
    assert world.writers() == ("target",)
    assert world.source.slots == {}
    assert world.journal.state().phase is Phase.PUT_BACK


def test_alarms_do_not_hold_a_rollback(world: MemoryWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """They may be the reason for it; a cutover they do hold."""
    succeeded(machine(world).run(monkeypatch))
    world.monitoring.alarm_states = {"aurora-cpu": "ALARM"}
    succeeded(machine(world, back=True).run(monkeypatch))
    run = machine(world).run(monkeypatch)
    assert (run.status, run.error) == ("FAILED", "AlarmRaised")


def test_the_alarm_of_a_stream_that_is_stopped_holds_nobody(
    world: MemoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After there and back the load's task is stopped, and the alarm on its lag has no data."""
    succeeded(machine(world).run(monkeypatch))
    succeeded(machine(world, back=True).run(monkeypatch))
    world.monitoring.alarm_states["replication-lag"] = "INSUFFICIENT_DATA"
    world.monitoring.alarm_states["aurora-cpu"] = "OK"
    succeeded(machine(world).run(monkeypatch))


def abort(world: MemoryWorld) -> None:
    word = OperatorWord(word=Word.ABORT, by="dba", reason="better not")
    world.journal.say(word, now=world.clock.now())


def test_a_rollback_can_be_aborted_until_its_intent(
    world: MemoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    succeeded(machine(world).run(monkeypatch))
    run = machine(world, back=True).before("switch_writer", 1, abort).run(monkeypatch)
    assert (run.status, run.error) == ("FAILED", "AbortRequested")
    assert world.writers() == ("target",)
    assert set(world.router.shares.values()) == {100}


def test_a_rollback_that_is_paused_before_the_switch_sends_both_names_home(
    world: MemoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    succeeded(machine(world).run(monkeypatch))
    seen: list[dict[str, int]] = []

    def pause(world: MemoryWorld) -> None:
        word = OperatorWord(word=Word.PAUSE, by="dba", reason="phones ring")
        world.journal.say(word, now=world.clock.now())

    def resume(world: MemoryWorld) -> None:
        seen.append(dict(world.router.shares))
        world.journal.say(OperatorWord(), now=world.clock.now())

    back = machine(world, back=True).before("measure_lag", 2, pause)
    run = back.before("measure_lag", 6, resume).run(monkeypatch)
    succeeded(run)
    assert seen == [{world.read_record: 100, world.write_record: 100}]
    assert world.router.shares == {world.read_record: 0, world.write_record: 0}
    assert world.writers() == ("source",)


def dies(*_: Any, **__: Any) -> Any:
    raise DatabaseUnreachable("killed")


CLOSE = MemoryBarrier.close


def answer_lost(barrier: MemoryBarrier, proof: dict[str, Any]) -> None:
    CLOSE(barrier, proof)
    raise SwitchOutcomeUnknown("no answer")


@pytest.mark.parametrize("back", [False, True])
@pytest.mark.parametrize("closed", [False, True])
def test_what_was_cut_off_at_the_line_is_recovered_by_looking(
    world: MemoryWorld, monkeypatch: pytest.MonkeyPatch, *, back: bool, closed: bool
) -> None:
    if back:
        succeeded(machine(world).run(monkeypatch))
    write(world, range(5))
    with pytest.MonkeyPatch.context() as broken:
        if closed:
            broken.setattr(MemoryBarrier, "close", answer_lost)
        else:
            # The first thing behind the intent.
            broken.setattr(MemoryDatabase, "write_token", dies)
        # Nobody looks at the origin either: as when the execution is stopped.
        broken.setattr(world.journal, "raise_fence", dies)
        run = machine(world, back=back).run(monkeypatch)
    assert run.error == "PersonNeeded"
    state = world.journal.state()
    assert (state.phase, state.held) == (Phase.SWITCHING, True)
    recovery = machine(world, back=back, recover=True)
    assert state.execution is not None
    # As long as the one that has the lease runs, it is refused.
    refused = machine(world, back=back, recover=True).run(monkeypatch)
    assert refused.error == "LeaseTaken"
    recovery.executions.ended.add(state.execution)
    run = recovery.run(monkeypatch)
    origin = Where.TARGET if back else Where.SOURCE
    writer = origin.other if closed else origin
    if closed:
        succeeded(run)
    else:
        assert (run.status, run.error) == ("FAILED", "CutOff")
    state = world.journal.state()
    assert (state.writer, state.held) == (writer, False)
    assert world.writers() == (writer.value,)
    assert set(world.router.shares.values()) == {writer.share}
    write(world, range(5, 10))
    assert sorted(world.source.rows) == sorted(world.target.rows) == list(range(10))


@pytest.mark.parametrize("closed", [True, False])
def test_a_recovery_past_the_line_finishes_hands_over_and_completes(
    world: MemoryWorld, monkeypatch: pytest.MonkeyPatch, *, closed: bool
) -> None:
    with pytest.MonkeyPatch.context() as broken:

        def lost(world: MemoryWorld) -> None:
            broken.setattr(world.target, "open_gate" if closed else "remove_gate", dies)

        run = machine(world).before("switch_writer", 1, lost).run(monkeypatch)
    assert (run.status, run.error) == ("FAILED", "PersonNeeded")
    assert world.journal.state().phase is (
        Phase.ORIGIN_CLOSED if closed else Phase.DESTINATION_OPEN
    )
    recovery = machine(world, recover=True)
    recovery.executions.ended.add(str(world.journal.state().execution))
    succeeded(recovery.run(monkeypatch))
    assert world.writers() == ("target",)
    assert carrying(world) == [Stream.BACK]
    assert world.journal.state().phase is Phase.DONE


def test_a_take_over_that_can_not_be_done_calls_a_person(
    world: MemoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was cut off may stand past the line: nobody would know that nothing is open."""
    with pytest.MonkeyPatch.context() as broken:
        broken.setattr(world.journal, "take_over", dies)
        run = machine(world, recover=True).run(monkeypatch)
    assert (run.status, run.error) == ("FAILED", "PersonNeeded")
    assert run.messages != []


def test_a_way_back_that_does_not_carry_calls_a_person_and_recovers(
    world: MemoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    def held_up(world: MemoryWorld) -> None:
        world.target.replicating = False

    run = machine(world).before("check_way_back", 1, held_up).run(monkeypatch)
    assert (run.status, run.error) == ("FAILED", "PersonNeeded")
    assert "does not reach the source" in run.cause
    assert world.writers() == ("target",)
    world.target.replicating = True
    recovery = machine(world, recover=True)
    recovery.executions.ended.add(str(world.journal.state().execution))
    succeeded(recovery.run(monkeypatch))


def test_a_write_past_the_gate_calls_a_person(
    world: MemoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    def past_the_gate(world: MemoryWorld) -> None:
        world.source.rows_written["public.ledger"] = 1

    run = machine(world).before("audit_origin", 1, past_the_gate).run(monkeypatch)
    assert (run.status, run.error) == ("FAILED", "PersonNeeded")
    assert "public.ledger" in run.cause
    audit = [entry.detail["audit"] for entry in world.journal.entries() if "audit" in entry.detail]
    assert audit[-1]["verdict"] == "bad"
    # And whoever takes over finds the same: the counters are the move's, not the execution's.
    again = machine(world, recover=True)
    again.executions.ended.add(str(world.journal.state().execution))
    run = again.run(monkeypatch)
    assert (run.status, run.error) == ("FAILED", "PersonNeeded")
    assert "public.ledger" in run.cause


def test_the_old_stream_is_stopped_before_the_way_back_starts(
    world: MemoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    for stream in (Stream.LOAD, Stream.BACK):
        task = world.tasks[stream]
        for name in ("stop", "start_at"):
            act = getattr(task, name)

            def noted(*args: Any, _act: Any = act, _what: str = f"{stream.value} {name}") -> None:
                order.append(_what)
                _act(*args)

            monkeypatch.setattr(task, name, noted)
    succeeded(machine(world).run(monkeypatch))
    assert order == ["load stop", "back start_at"]
