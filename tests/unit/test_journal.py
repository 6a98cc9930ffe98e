"""The phases: the line is crossed once, in one direction."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cutover.journal import ALLOWED, SIDES, Phase, Side, may_follow

PHASES = list(Phase)


def reachable(start: Phase) -> set[Phase]:
    """Every phase that can come after `start`, in any number of steps."""
    found: set[Phase] = set()
    queue = [start]
    while queue:
        current = queue.pop()
        following = {phase for phase in PHASES if may_follow(current, phase)} - found
        found |= following
        queue += following
    return found


def test_every_phase_has_a_side_and_a_rule() -> None:
    assert set(SIDES) == set(PHASES) == set(ALLOWED)


@pytest.mark.parametrize("phase", [phase for phase in PHASES if SIDES[phase] is Side.AFTER])
def test_behind_the_line_there_is_only_forward(phase: Phase) -> None:
    """Until it is done: from there the next move starts, in the other direction, with a line of its own."""
    following = {later for later in PHASES if may_follow(phase, later)}
    allowed = {later for later in PHASES if SIDES[later] is Side.AFTER}
    assert following <= (allowed | {Phase.STARTED} if phase is Phase.DONE else allowed)


def test_an_intent_without_a_fact_is_never_put_back_unseen() -> None:
    assert not may_follow(Phase.SWITCHING, Phase.PUT_BACK)
    assert may_follow(Phase.SWITCHING, Phase.SWITCH_ABANDONED)


@pytest.mark.parametrize("phase", PHASES)
def test_before_the_line_the_way_back_is_open(phase: Phase) -> None:
    if SIDES[phase] is Side.BEFORE and phase is not Phase.IDLE:
        assert Phase.PUT_BACK in reachable(phase) | {phase}


def test_parking_moves_nothing_else_and_leaves_every_way_open() -> None:
    """From parked: on from a start, or back; never straight to the switch."""
    assert ALLOWED[Phase.PARKED] == {Phase.SHIFTING, Phase.PARKED}
    following = {phase for phase in PHASES if may_follow(Phase.PARKED, phase)}
    assert following == {
        Phase.STARTED,
        Phase.PARKED,
        Phase.SWITCH_ABANDONED,
        Phase.PUT_BACK,
    }


def test_the_target_opens_only_after_an_intent_was_recorded() -> None:
    assert all(SIDES[earlier] is not Side.BEFORE for earlier in ALLOWED[Phase.DESTINATION_OPEN])


@given(st.lists(st.sampled_from(PHASES), max_size=30))
def test_no_walk_comes_back_before_the_line_but_by_a_new_start(walk: list[Phase]) -> None:
    current = Phase.IDLE
    for wanted in walk:
        if not may_follow(current, wanted):
            continue
        if SIDES[current] is Side.AFTER and SIDES[wanted] is not Side.AFTER:
            assert (current, wanted) == (Phase.DONE, Phase.STARTED)
        current = wanted
