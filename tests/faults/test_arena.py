"""The arena itself, on real servers: a few switches of every ending, and a clean machine afterwards."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rehearsal.faults.arena import Arena
from rehearsal.faults.instructions import Moment, Point
from rehearsal.faults.running import run_case
from rehearsal.faults.scenarios import (
    AFTER_THE_CLOSING,
    BEFORE_THE_CLOSING,
    SCENARIOS,
    Case,
    step,
)
from rehearsal.naive.trial import FAULTS, try_way
from rehearsal.naive.ways import WAYS

pytestmark = [pytest.mark.postgres, pytest.mark.rehearsal]


@pytest.fixture(scope="module")
def arena() -> Iterator[Arena]:
    with Arena() as made:
        yield made


def case(name: str, moment: Moment = "before", at: str = "", prelude: Point | None = None) -> Case:
    scenario = next(scenario for scenario in SCENARIOS if scenario.name == name)
    point = Point(moment=moment, step=step(at)) if at else None
    return Case(scenario=scenario, point=point, prelude=prelude)


@pytest.mark.parametrize(
    ("chosen", "ending"),
    [
        (case("no fault"), "switched"),
        (case("controller killed", "before", "switch_writer/barrier.close"), "put back"),
        (case("controller killed", "after", "switch_writer/barrier.close"), "switched"),
        (
            case(
                "controller killed",
                "after",
                "put_back/router.set_target_shares",
                BEFORE_THE_CLOSING,
            ),
            "put back",
        ),
        (
            case("connection to the source cut", "before", "switch_writer/target.has_token"),
            "put back",
        ),
        (
            case(
                "function times out and goes on", "before", "shift_reads/router.set_target_shares"
            ),
            "put back",
        ),
        (
            case("rollback: controller killed", "after", "switch_writer/barrier.close"),
            "switched",
        ),
        (case("two starts at the same moment"), "switched"),
        (case("roles without superuser"), "switched"),
        (
            case(
                "recovery cut off",
                "before",
                "take_over/journal.take_over",
                AFTER_THE_CLOSING,
            ),
            "switched",
        ),
    ],
    ids=lambda value: value.name if isinstance(value, Case) else value,
)
def test_a_fault_ends_as_it_should(arena: Arena, chosen: Case, ending: str) -> None:
    line = run_case(arena, chosen, seed=1)
    assert (line["ending"], line["faults"]) == (ending, [])
    assert line["acknowledged"] > 0


def test_the_ledger_sees_what_another_way_loses(arena: Arena) -> None:
    by_database = next(way for way in WAYS if way.name == "read-only by database")
    override = next(fault for fault in FAULTS if fault.name == "override writers")
    line = try_way(arena, by_database, override, seed=1)
    assert line["ending"] == "switched"
    assert line["lost"] > 0
