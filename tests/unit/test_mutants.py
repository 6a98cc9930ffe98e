"""The deliberate faults of tools/mutants.toml can still be planted; `python -m tools.mutants` plants them and looks."""

from __future__ import annotations

import pytest

from tools.mutants import CRASH, ROOT, Fault, faults, planted, stale

FAULTS = faults()


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_can_be_planted_and_changes_something(fault: Fault) -> None:
    assert stale(fault) == ""
    assert len(fault.there) == len(fault.instead)
    text = (ROOT / fault.path).read_text()
    mutant = planted(fault, text)
    assert mutant != text
    if fault.path.endswith(".py"):
        compile(mutant, fault.path, "exec")
    assert all((ROOT / test).is_file() for test in fault.tests)


def test_there_are_enough_in_each_of_the_four() -> None:
    about = [fault.name.partition(":")[0] for fault in FAULTS]
    assert len(FAULTS) >= 20
    assert {"gate", "drain", "journal", "put-back"} <= set(about)
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)


@pytest.mark.parametrize(
    ("said", "crashed"),
    [
        ("E   TypeError: close() missing 1 required positional argument: 'proof'", True),
        ("E           psycopg.errors.SyntaxError: syntax error at or near", True),
        ("E   AssertionError: assert 2 <= 1", False),
        ("E   Failed: DID NOT RAISE <class 'cutover.errors.StaleLease'>", False),
        ("E       assert 'TypeError' == 'BarrierLost'", False),
    ],
)
def test_a_fault_that_only_crashes_is_told_from_one_that_is_caught(
    said: str, crashed: bool
) -> None:
    assert (CRASH.search(f"> the line\n{said}\n") is not None) is crashed
