"""A run that is spread over processes (`pytest -n`): which tests stay together, and which have nothing beside them."""

from __future__ import annotations

import fcntl
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

HERE: Final = Path(__file__).parent

ALONE: Final = "alone"
"""The marker of tests that measure: what else runs on the machine would be in their figures."""

EVERY_ENVIRONMENT: Final = frozenset(
    f"tests/infrastructure/test_{name}.py"
    for name in ("cfn", "leaving", "policies", "schema_build", "templates")
)
"""The files that ask for the stacks of every settings file, the fixture that takes longest: one process makes it."""

_OF_A_SCHEMA: Final = re.compile(r"tests/schemas/.*\[(\w+)\]")
"""Tests that share a loaded schema, whatever file they are in."""

# Any two files that every process of a run finds; nothing is written to them.
_DOOR: Final = Path(__file__)
_ROOM: Final = HERE / "conftest.py"


def group(test: str) -> str:
    """What a process is handed whole, for the sake of what its tests set up once. test: its id, as pytest writes it."""
    if of_a_schema := _OF_A_SCHEMA.fullmatch(test):
        return f"the schema {of_a_schema[1]}"
    file = test.partition("::")[0]
    return "every environment" if file in EVERY_ENVIRONMENT else file


class ByGroup(LoadScopeScheduling):  # type: ignore[misc]
    """Groups go to whichever process is free, in the order in which pytest collected them."""

    def __init__(self, config: pytest.Config, log: Producer | None = None) -> None:
        super().__init__(config, log)
        # By their number of tests they would be in another order, and the longest files have few.
        config.option.loadscopereorder = False

    def _split_scope(self, nodeid: str) -> str:
        return group(nodeid)


@contextmanager
def turn(*, alone: bool, door: Path = _DOOR, room: Path = _ROOM) -> Iterator[None]:
    """Waits for the turn of a test, which is had inside of the block: beside others, or alone."""
    with door.open("r+b") as outside, room.open("r+b") as inside:
        # Who waits for the room stands in the door. Else one test after the other would go in past it, and who wants
        # to be alone would wait for the end of the run.
        fcntl.flock(outside, fcntl.LOCK_EX)
        fcntl.flock(inside, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        fcntl.flock(outside, fcntl.LOCK_UN)
        yield
