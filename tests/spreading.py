"""A run that is spread over processes (`pytest -n`): which tests stay together, and which have nothing beside them."""

from __future__ import annotations

import fcntl
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest

HERE: Final = Path(__file__).parent

ALONE: Final = "alone"
"""The marker of tests that measure: what else runs on the machine would be in their figures."""

EVERY_ENVIRONMENT: Final = "environments"
"""The fixture that takes longest, the stacks of every settings file: one process makes it."""

ONE_SCHEMA: Final = "schema"
"""The parameter of the tests that share a loaded schema, whatever file they are in."""

# Any two files that every process of a run finds; nothing is written to them.
_DOOR: Final = Path(__file__)
_ROOM: Final = HERE / "conftest.py"


def keep_together(items: Collection[pytest.Item]) -> None:
    """Marks the tests of one file as one group, for the sake of what they set up once.

    A group is what xdist hands to a process, whole.
    """
    making = {item.path for item in items if EVERY_ENVIRONMENT in _fixtures(item)}
    for item in items:
        name = EVERY_ENVIRONMENT if item.path in making else _group(item)
        item.add_marker(pytest.mark.xdist_group(name))


def _group(item: pytest.Item) -> str:
    parametrized: Any = getattr(item, "callspec", None)
    if parametrized and ONE_SCHEMA in parametrized.params:
        return f"the schema {parametrized.params[ONE_SCHEMA].name}"
    return str(item.path.relative_to(HERE))


def _fixtures(item: pytest.Item) -> Collection[str]:
    return item.fixturenames if isinstance(item, pytest.Function) else ()


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
