"""A run passes only where its fault was really done and what it shows was really looked at."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest

from rehearsal.faults import acts, running
from rehearsal.faults.acts import Scene
from rehearsal.faults.arena import ArenaFailed
from rehearsal.faults.asides import Asides
from rehearsal.faults.checker import judge
from rehearsal.faults.client_process import without_their_habit
from rehearsal.faults.clients import WriterSpec
from rehearsal.faults.functions import Call, Functions, Places
from rehearsal.faults.instructions import GO, Instruction, Point
from rehearsal.faults.moves import Move
from rehearsal.faults.outcome import Outcome, holds
from rehearsal.faults.running import Plot, faults_of
from rehearsal.faults.scenarios import BACK, SCENARIOS, SWITCHED, Case, Scenario, step
from rehearsal.faults.switch import Switch
from rehearsal.workload.ledger import Write
from rehearsal.workload.verdict import Pause
from tests.faults.test_checker import put_back, switched

POINT = Point(moment="before", step=step("switch_writer/target.has_token"))
CASE = Case(
    scenario=Scenario(name="any", group="none", what="", act="arranged", expect=SWITCHED),
    point=POINT,
)


class FakeSwitch:
    in_the_last_move = True

    def __init__(self) -> None:
        self.asides = Asides()


def plot(monkeypatch: pytest.MonkeyPatch, act: Any) -> tuple[Plot, FakeSwitch]:
    monkeypatch.setitem(acts.ACTS, "arranged", act)
    switch = FakeSwitch()
    return Plot(case=CASE, switch=cast("Switch", switch)), switch


def reach(made: Plot) -> Instruction:
    return made.at(POINT, cast("Functions", None), None)


def outcome(evidence: Any, **changes: Any) -> Outcome:
    values: dict[str, Any] = {
        "evidence": evidence,
        "functions": None,
        "first_call": 0,
        "seconds": 1.0,
        "pause": Pause(
            client_p50=1.0, client_p99=1.0, client_max=1.0, overall=1.0, writers={1: 1.0}
        ),
        "longest_stall_ms": 0.0,
    }
    return Outcome(**{**values, **changes})


def faults(case: Case, evidence: Any, **changes: Any) -> list[str]:
    return faults_of(case, True, outcome(evidence, **changes), judge(evidence))


def expecting(**changes: Any) -> Case:
    return replace(CASE, scenario=replace(CASE.scenario, **changes))


def test_an_act_that_fails_is_a_failure_of_the_arena_and_no_fault_that_was_done(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fails(_scene: Scene) -> Instruction:
        raise OSError("no such process")

    made, switch = plot(monkeypatch, fails)
    assert reach(made) == GO
    assert not made.reached
    assert switch.asides.failures == [f"arranged {POINT}: OSError: no such process"]


def test_a_point_does_not_fire_again_while_its_act_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[frozenset[Point]] = []

    def act(_scene: Scene) -> Instruction:
        seen.append(made.armed)
        assert reach(made) == GO
        assert not made.reached
        return Instruction(kind="hang", seconds=1.0)

    made, switch = plot(monkeypatch, act)
    assert made.armed == {POINT}
    assert reach(made).kind == "hang"
    assert seen == [frozenset()]
    assert made.reached
    assert switch.asides.failures == []


def test_a_run_whose_act_failed_is_not_recorded_as_a_run(monkeypatch: pytest.MonkeyPatch) -> None:
    class Conducted(FakeSwitch):
        def __init__(self, *_: Any, **__: Any) -> None:
            super().__init__()

        def __enter__(self) -> Conducted:
            return self

        def __exit__(self, *_: object) -> None: ...

        def conduct(self, *_: Any, **__: Any) -> Outcome:
            self.asides.failures.append("kill controller: nobody there")
            return outcome(switched())

    monkeypatch.setattr(running, "Switch", Conducted)
    with pytest.raises(ArenaFailed, match="nobody there"):
        running.run_case(cast("Any", None), CASE, 1)


def test_nobody_is_killed_before_a_process_has_the_function() -> None:
    scene = Scene(
        switch=cast("Switch", None), point=POINT, functions=cast("Functions", None), process=None
    )
    with pytest.raises(ArenaFailed):
        acts.kill_controller(scene)


def test_a_stream_without_a_worker_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    class NoRows:
        def on(self, *_: Any) -> list[Any]:
            return []

    class WithoutWorker(FakeSwitch):
        move, pair = Move(1), NoRows()

    monkeypatch.setattr(acts, "WORKER_SECONDS", 0.0)
    scene = Scene(
        switch=cast("Switch", WithoutWorker()),
        point=POINT,
        functions=cast("Functions", None),
        process=None,
    )
    for act in ("kill apply worker", "freeze apply worker", "slow stream"):
        with pytest.raises(ArenaFailed, match="no worker"):
            acts.ACTS[act](scene)


def test_a_statement_beside_the_switch_has_to_come_to_what_is_expected() -> None:
    case = expecting(beside=frozenset({"ran after waiting"}))
    assert faults(case, switched(), beside=("ran after waiting",)) == []
    assert "25006" in faults(case, switched(), beside=("was refused: 25006",))[0]
    assert faults(case, switched()) == ["nobody saw what became of the statement"]


def test_a_pause_has_to_be_seen() -> None:
    case = expecting(holds=True)
    paused = switched(states=("Bake", "Done"))
    assert faults(case, paused, held=("check_stage: paused by x",)) == []
    assert faults(case, paused) == ["nobody was seen to hold: the pause was not heard"]
    assert faults(case, switched(), held=("check_stage: paused by x",)) != []
    calls = [
        Call("check_stage", {}, result={"action": "hold", "reason": "paused by x: y"}),
        Call("check_stage", {}, result={"action": "hold", "reason": "no data point"}),
        Call("switch_writer", {}, error="Paused"),
    ]
    assert holds(calls) == ("check_stage: paused by x: y", "switch_writer: Paused")


def test_where_a_person_is_needed_and_the_runbook_fails_the_run_fails() -> None:
    waiting = switched(
        states=("A person is needed: the outcome is not known",),
        status="FAILED",
        person_failed="resolve_switch: DatabaseUnreachable",
    )
    case = expecting(expect=frozenset({"a person is needed"}))
    verdict = {each.name: each.holding for each in judge(waiting).invariants}
    assert verdict["I3"] == "not checked"
    assert faults(case, waiting) == [
        "I3 is not checked: a person is needed, and the runbook led nowhere: "
        "resolve_switch: DatabaseUnreachable"
    ]
    helped = replace(waiting, person_failed="", person_acted=True)
    assert faults(case, helped) == []


def test_a_residual_risk_excuses_only_the_invariants_that_it_names() -> None:
    case = expecting(residual="so", residual_of=frozenset({"I1"}))
    both = switched(weights={"ro": 0, "rw": 100}, closed_ns=50)
    assert {each.name for each in judge(both).broken} == {"I1", "I3"}
    (left,) = faults(case, both)
    assert left.startswith("I3: ")


def test_every_residual_scenario_says_what_it_may_break() -> None:
    for scenario in SCENARIOS:
        assert bool(scenario.residual) == bool(scenario.residual_of)
        assert scenario.residual_of <= {"I1", "I2", "I3"}


def test_a_switch_after_which_no_writer_arrives_shows_nothing() -> None:
    assert faults(CASE, switched()) == []
    assert "arrived" in faults(CASE, switched(), pause=None)[0]
    assert faults(expecting(expect=BACK), put_back(), pause=None) == []


def test_a_writer_that_waits_for_what_is_asked_of_a_dead_origin_is_a_fault() -> None:
    case = expecting(served_within_ms=5000.0)
    assert faults(case, switched(), longest_stall_ms=4999.0) == []
    (fault,) = faults(case, switched(), longest_stall_ms=5001.0)
    assert "stood still for 5001 ms" in fault


def test_a_state_that_is_no_end_of_this_is_a_fault() -> None:
    case = expecting(never=frozenset({"Put back, nothing lost"}), expect=BACK)
    assert "no end of this" in faults(case, put_back())[0]


WRITERS = (WriterSpec(number=5, habit="superuser"), WriterSpec(number=6, habit="idle"))


def test_a_habit_that_the_switch_does_not_meet_is_missing() -> None:
    def missing(*writes: Write, holders: set[int], since: int = 0) -> list[str]:
        return without_their_habit(WRITERS, writes, holders=holders, side="source", since_ns=since)

    write = Write(5, 1, "source", 10, 20)
    assert missing(write, holders={6}) == []
    assert missing(holders={6}) == ["writer 5 (superuser)"]
    assert missing(write, holders=set()) == ["writer 6 (idle)"]
    assert missing(write, holders={6}, since=30) == ["writer 5 (superuser)"]
    elsewhere = write._replace(side="target")
    assert missing(elsewhere, holders={6}) == ["writer 5 (superuser)"]


def test_who_keeps_a_name_is_where_it_pointed_first() -> None:
    writers = [WriterSpec(number=5, habit="for ever")]
    writes = [Write(5, 1, "source", 10, 20)]
    found = without_their_habit(writers, writes, holders=set(), side="target", since_ns=30)
    assert found == []
    assert without_their_habit(writers, [], holders=set(), side="target", since_ns=30) != []


def test_each_place_of_a_repeated_function_has_a_name_and_each_poll_the_same() -> None:
    places = Places()
    found = [
        (function, places.of(function))
        for function in (
            "acquire_lease",
            "measure_lag",
            "shift_reads",
            "measure_lag",
            "measure_lag",
            "prepare_destination",
            "move_writes",
            "switch_writer",
            "move_writes",
        )
    ]
    assert [after for function, after in found if function == "measure_lag"] == [
        "",
        "shift_reads",
        "shift_reads",
    ]
    assert [after for function, after in found if function == "move_writes"] == [
        "",
        "switch_writer",
    ]
    places.begin()
    places.of("prepare_destination")
    assert places.of("move_writes") == ""
    places.begin()
    # In a plan that moves the record after the switch.
    places.of("switch_writer")
    assert places.of("move_writes") == "switch_writer"


def test_clocks_that_differ_are_wrong_for_some_invocations_only() -> None:
    functions = Functions(
        run=cast("Any", None),
        spec=cast("Any", None),
        acts=cast("Any", None),
        shift=timedelta(seconds=2),
        chance=random.Random(1),
    )
    drawn = {functions._shift() for _ in range(50)}
    assert drawn == {timedelta(0), timedelta(seconds=2)}
    functions.chance = None
    assert {functions._shift() for _ in range(5)} == {timedelta(seconds=2)}
