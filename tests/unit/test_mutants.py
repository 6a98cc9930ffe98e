"""The deliberate faults of tools/mutants.toml can still be planted; `python -m tools.mutants` plants them and looks."""

from __future__ import annotations

import pytest

from tools.mutants import ROOT, Fault, faults, stale

FAULTS = faults()


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_can_be_planted_and_changes_something(fault: Fault) -> None:
    assert stale(fault) == ""
    assert fault.there != fault.instead
    assert all((ROOT / test).is_file() for test in fault.tests)


def test_there_are_enough_in_each_of_the_four() -> None:
    about = [fault.name.partition(":")[0] for fault in FAULTS]
    assert len(FAULTS) >= 20
    assert {"gate", "drain", "journal", "put-back"} <= set(about)
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)
