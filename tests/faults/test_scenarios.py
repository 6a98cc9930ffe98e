"""The matrix as data: enough kinds, nothing named that does not exist, cases in one order everywhere."""

from __future__ import annotations

from dataclasses import replace
from fnmatch import fnmatchcase

import pytest

from cutover.direction import Direction
from cutover.errors import ServiceUnavailable
from rehearsal.faults.acts import ACTS
from rehearsal.faults.command import schedule
from rehearsal.faults.instructions import GO, INVOKED, Instruction, Moment, Point, SubStep
from rehearsal.faults.scenarios import (
    AFTER_THE_CLOSING,
    BACK,
    BEFORE_THE_CLOSING,
    SCENARIOS,
    SWITCHED,
    Case,
    cases,
    of_direction,
    past_the_line,
    step,
    turned,
    unplaced,
)
from rehearsal.faults.substeps import Trace, Watched

STEPS = {
    step("switch_writer/source.write_token"): None,
    step("switch_writer/barrier.close"): None,
    step("switch_writer/target.open_gate"): None,
    step("put_back/journal.state"): BEFORE_THE_CLOSING,
    step("finish_switch/target.open_gate"): AFTER_THE_CLOSING,
    SubStep(function="switch_writer", call=INVOKED): None,
}


def test_forty_kinds_at_least_each_with_a_name_of_its_own() -> None:
    names = [scenario.name for scenario in SCENARIOS]
    assert len(set(names)) == len(names) >= 40


def test_every_act_exists_and_is_used() -> None:
    used = {scenario.act for scenario in SCENARIOS}
    assert used <= ACTS.keys()
    # "cut off" is what leads to a recovery.
    assert ACTS.keys() - used <= {"nothing", "cut off"}


def test_a_kill_comes_before_and_after_each_sub_step() -> None:
    killed = [
        str(case.point)
        for case in cases(SCENARIOS, STEPS)
        if case.scenario.name == "controller killed"
    ]
    assert sorted(killed) == sorted(
        f"{moment} {each}"
        for each in STEPS
        if each.call != INVOKED
        for moment in ("before", "after")
    )


def test_cases_have_names_of_their_own_and_one_order() -> None:
    names = [case.name for case in cases(SCENARIOS, STEPS)]
    assert len(set(names)) == len(names)
    assert names == [case.name for case in cases(SCENARIOS, dict(reversed(STEPS.items())))]


def test_a_pattern_that_names_no_sub_step_is_told() -> None:
    killed = next(scenario for scenario in SCENARIOS if scenario.name == "controller killed")
    assert unplaced([killed], STEPS) == []
    misplaced = replace(killed, at=("switch_writer/no.such",))
    assert unplaced([misplaced], STEPS) == ["controller killed: switch_writer/no.such"]


def test_past_the_line_nothing_may_go_back() -> None:
    killed = next(scenario for scenario in SCENARIOS if scenario.name == "controller killed")
    assert past_the_line(AFTER_THE_CLOSING)
    assert Case(scenario=killed, point=AFTER_THE_CLOSING).expect == SWITCHED
    found = {str(case.point): case for case in cases([killed], STEPS)}
    assert found["before put_back/journal.state"].expect == BACK
    assert found["before finish_switch/target.open_gate"].expect == SWITCHED


def test_patterns_name_steps_as_they_are_written() -> None:
    assert fnmatchcase(str(step("switch_writer/source.sequences #2")), "switch_writer/*")
    assert step("a/journal.record switching #2") == SubStep(
        function="a", call="journal.record switching", number=2
    )


class _Port:
    def look(self) -> str:
        return "seen"

    def has_token(self) -> bool:
        return False


def test_a_watched_port_reports_armed_points_only_and_does_as_told() -> None:
    told: list[Point] = []
    answers = [GO, Instruction(kind="return", value="told")]

    def report(point: Point) -> Instruction:
        told.append(point)
        return answers[len(told) - 1]

    first = SubStep(function="f", call="port.look")
    second = SubStep(function="f", call="port.look", number=2)
    armed = frozenset({Point(moment="after", step=first), Point(moment="before", step=second)})
    trace = Trace("f", armed=armed, report=report)
    port = Watched(_Port(), "port", lambda: trace)
    assert [port.look(), port.look(), port.look()] == ["seen", "told", "seen"]
    assert [str(point) for point in told] == ["after f/port.look", "before f/port.look #2"]


def test_a_poll_is_one_sub_step() -> None:
    trace = Trace("f", armed=frozenset(), report=lambda _point: GO)
    port = Watched(_Port(), "target", lambda: trace)
    for _ in range(3):
        port.has_token()
    assert trace.steps == [SubStep(function="f", call="target.has_token")]


def test_a_poll_is_one_sub_step_whichever_side_is_polled() -> None:
    trace = Trace("f", armed=frozenset(), report=lambda _point: GO, after="g")
    port = Watched(_Port(), "source", lambda: trace)
    for _ in range(3):
        port.has_token()
    assert [str(each) for each in trace.steps] == ["f after g/source.has_token"]


def test_half_of_a_call_is_made_for_its_first_name_and_then_fails() -> None:
    class Router:
        def __init__(self) -> None:
            self.shares: dict[str, int] = {}

        def set_target_shares(self, shares: dict[str, int], *, now: int) -> int:
            self.shares |= shares
            return now

    router = Router()
    each = SubStep(function="f", call="router.set_target_shares")
    trace = Trace(
        "f",
        armed=frozenset({Point(moment="before", step=each)}),
        report=lambda _point: Instruction(kind="half", error="ServiceUnavailable"),
    )
    port = Watched(router, "router", lambda: trace)
    with pytest.raises(ServiceUnavailable):
        port.set_target_shares({"ro": 100, "rw": 100}, now=1)
    assert router.shares == {"ro": 100}
    assert port.set_target_shares({"ro": 0, "rw": 0}, now=2) == 2
    assert router.shares == {"ro": 0, "rw": 0}


def test_a_place_is_part_of_the_name_and_says_on_which_side_of_the_line_it_is() -> None:
    flip = step("move_writes after switch_writer/router.set_target_shares")
    assert str(flip) == "move_writes after switch_writer/router.set_target_shares"
    assert past_the_line(Point(moment="before", step=flip))
    assert not past_the_line(Point(moment="before", step=replace(flip, after="")))


def test_an_abort_is_heard_until_the_intent_and_not_behind_it() -> None:
    aborts = next(each for each in SCENARIOS if each.name == "operator aborts")

    def ending(moment: Moment, at: str) -> frozenset[str]:
        return Case(scenario=aborts, point=Point(moment=moment, step=step(at))).expect

    for at in (
        "check_stage/task load.status",
        "switch_writer/invoked",
        "switch_writer/target.set_sequences",
        "switch_writer/barrier.enter",
        "switch_writer/journal.record switching",
    ):
        assert ending("before", at) == BACK
    assert ending("after", "switch_writer/journal.record switching") == SWITCHED
    for at in (
        "switch_writer/source.write_token",
        "switch_writer/target.set_sequences #2",
        "switch_writer/barrier.close",
        "switch_writer/target.open_gate",
        "move_writes after switch_writer/journal.check",
    ):
        assert ending("before", at) == SWITCHED


def test_a_statement_waits_only_behind_the_barrier() -> None:
    added = next(each for each in SCENARIOS if each.name == "column added")
    early = Point(moment="before", step=step("switch_writer/journal.check"))
    late = Point(moment="before", step=step("switch_writer/barrier.close"))
    assert Case(scenario=added, point=early).beside == {"ran"}
    assert "ran" not in Case(scenario=added, point=late).beside


def test_only_a_plan_that_asks_comes_to_the_sub_steps_of_a_question() -> None:
    steps = {
        step("ask_approval/journal.ask"): None,
        step("measure_lag after ask_approval/source.now"): None,
    }
    assert {case.scenario.name for case in cases(SCENARIOS, steps) if case.point} == {
        "controller killed while it asks"
    }


def test_a_rollback_has_the_same_faults_with_the_sides_exchanged() -> None:
    assert turned("switch_writer/target.has_token") == "switch_writer/source.has_token"
    assert turned("switch_writer/barrier.close") == "switch_writer/barrier.close"
    back = {each.name: each for each in of_direction(Direction.BACK)}
    killed = back["rollback: controller killed"]
    assert (killed.moves, killed.group, killed.act) == (2, "way-back", "kill controller")
    assert "switch_writer/target.write_token" in back["rollback: controller stalls"].at
    assert all(each.direction is Direction.FORWARD for each in SCENARIOS if each.moves != 2)
    opened = Point(moment="before", step=step("switch_writer/source.open_gate"))
    assert past_the_line(opened)


def test_a_recovery_that_is_cut_off_begins_with_the_end_of_an_execution() -> None:
    cut_off = next(scenario for scenario in SCENARIOS if scenario.name == "recovery cut off")
    (case,) = cases([cut_off], {step("finish_switch/target.open_gate"): None})
    assert (case.prelude, case.prelude_act) == (AFTER_THE_CLOSING, "cut off")
    killed = Case(scenario=SCENARIOS[1], point=case.point, prelude=AFTER_THE_CLOSING)
    assert killed.prelude_act == "kill controller"
    for reached_by_the_rule in ("take_over/journal.take_over", "put_back/machine.start"):
        point = Point(moment="after", step=step(reached_by_the_rule))
        assert replace(killed, point=point).prelude_act == "cut off"


CHOSEN = list(cases(of_direction(Direction.FORWARD), STEPS))


def test_each_case_runs_once_where_no_count_is_given() -> None:
    assert sorted(case.name for case, _ in schedule(CHOSEN, 1, None, set())) == sorted(
        case.name for case in CHOSEN
    )


def test_every_kind_of_fault_has_had_a_turn_before_one_has_another() -> None:
    kinds = {case.scenario.name for case in CHOSEN}
    first = [case.scenario.name for case, _ in schedule(CHOSEN, 1, len(kinds), set())]
    assert sorted(first) == sorted(kinds)


def test_a_round_that_was_interrupted_is_only_finished() -> None:
    done = {(CHOSEN[0].name, 1)}
    assert {(case.name, seed) for case, seed in schedule(CHOSEN, 1, None, done)} == {
        (case.name, 1) for case in CHOSEN[1:]
    }


def test_a_count_goes_on_in_further_rounds_with_seeds_of_their_own() -> None:
    done = {(CHOSEN[0].name, 1)}
    runs = [(case.name, seed) for case, seed in schedule(CHOSEN, 1, 2 * len(CHOSEN), done)]
    assert len(set(runs) | done) == 2 * len(CHOSEN) + 1
    assert {seed for _, seed in runs} == {1, 2, 3}
