"""What can be rehearsed: each scenario drives a night and says what must be true of it afterwards."""

from __future__ import annotations

from rehearsal.scenarios.abort import AbortAtFifty
from rehearsal.scenarios.happy_path import HappyPath
from rehearsal.scenarios.naive import NaiveWeightedWrites
from rehearsal.scenarios.parked import ParkedThenCutover
from rehearsal.scenarios.scenario import Scenario
from rehearsal.scenarios.there_and_back import ForwardAgain, RollbackAfterSwitch

SCENARIOS: dict[str, Scenario] = {
    scenario.name: scenario
    for scenario in (
        HappyPath(),
        RollbackAfterSwitch(),
        ForwardAgain(),
        ParkedThenCutover(),
        AbortAtFifty(),
        NaiveWeightedWrites(),
    )
}

__all__ = ["SCENARIOS", "Scenario"]
