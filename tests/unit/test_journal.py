"""The phases: the line is crossed once, in one direction."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cutover.journal import ALLOWED, SIDES, Phase, Side, may_follow, side_of_the_line

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
def test_nothing_after_the_line_leads_back_before_it(phase: Phase) -> None:
    assert {side_of_the_line(later) for later in reachable(phase)} == {Side.AFTER}


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
    assert following == {Phase.STARTED, Phase.PARKED, Phase.PUT_BACK}


def test_the_target_opens_only_after_an_intent_was_recorded() -> None:
    assert all(SIDES[earlier] is not Side.BEFORE for earlier in ALLOWED[Phase.DESTINATION_OPEN])


@given(st.lists(st.sampled_from(PHASES), max_size=30))
def test_no_walk_crosses_the_line_twice(walk: list[Phase]) -> None:
    current, crossed = Phase.IDLE, False
    for wanted in walk:
        if not may_follow(current, wanted):
            continue
        current = wanted
        if crossed:
            assert SIDES[current] is Side.AFTER
        crossed = crossed or SIDES[current] is Side.AFTER
