"""A plan that could not be carried out is refused when it is made, with every fault."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cutover.errors import BadInput
from cutover.plan import weight_faults
from tests.builders import plan


@pytest.mark.parametrize(
    ("weights", "said"),
    [
        ((), "empty"),
        ((20, 300), "300 is over 255, the largest that Route 53 takes"),
        ((20, 120), "120 is not a share"),
        ((0, 100), "0 is not a share"),
        ((50, 20, 100), "do not increase"),
        ((20, 20, 100), "do not increase"),
        ((20, 80), "the last weight is 80, not 100"),
    ],
)
def test_weights_are_refused_with_the_fact_and_the_limit(
    weights: tuple[int, ...], said: str
) -> None:
    with pytest.raises(BadInput, match=said):
        plan(weights=weights)


def test_every_fault_is_named_at_once() -> None:
    with pytest.raises(BadInput) as refused:
        plan(weights=(50, 300, 20), bake_seconds=1, poll_seconds=60, sequence_margin=-1)
    for fact in (
        "300 is over 255",
        "do not increase",
        "not 100",
        "less than poll_seconds",
        "sequence_margin is -1",
    ):
        assert fact in str(refused.value)


@given(st.lists(st.integers(min_value=-10, max_value=300), max_size=6))
def test_weights_pass_exactly_when_every_stage_moves_more_reads_up_to_all(
    weights: list[int],
) -> None:
    increasing = all(a < b for a, b in pairwise(weights))
    carries_out = bool(weights) and increasing and weights[-1] == 100 and weights[0] >= 1
    assert (weight_faults(tuple(weights)) == []) is carries_out
