"""Which tests stay together; and who wants to be alone gets it in its turn, and gets it whole."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.spreading import EVERY_ENVIRONMENT, HERE, group, turn

SECONDS = 10
A_MOMENT = 0.2


class Room:
    """Tests that come in and stay until they are told to go, each in a thread of its own."""

    def __init__(self, folder: Path) -> None:
        self.places = {name: folder / name for name in ("door", "room")}
        for place in self.places.values():
            place.touch()
        self.all_out = ExitStack()

    def test(self, *, alone: bool) -> tuple[threading.Event, Callable[[], None]]:
        """What is set once it is in, and how it is sent out."""
        inside, leave = threading.Event(), threading.Event()

        def stay() -> None:
            with turn(alone=alone, **self.places):
                inside.set()
                leave.wait(SECONDS)

        thread = threading.Thread(target=stay)
        thread.start()

        def send_out() -> None:
            leave.set()
            thread.join(SECONDS)

        self.all_out.callback(send_out)
        return inside, send_out


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    made = Room(tmp_path)
    with made.all_out:
        yield made


def test_tests_run_beside_each_other(room: Room) -> None:
    first, _ = room.test(alone=False)
    assert first.wait(SECONDS)
    second, _ = room.test(alone=False)
    assert second.wait(SECONDS)


@pytest.mark.parametrize("other", [False, True])
def test_beside_one_that_wants_to_be_alone_there_is_none(room: Room, other: bool) -> None:
    alone, end = room.test(alone=True)
    assert alone.wait(SECONDS)
    second, _ = room.test(alone=other)
    assert not second.wait(A_MOMENT)
    end()
    assert second.wait(SECONDS)


def test_who_waits_to_be_alone_is_not_passed_by(room: Room) -> None:
    first, end_first = room.test(alone=False)
    assert first.wait(SECONDS)
    alone, end_alone = room.test(alone=True)
    assert not alone.wait(A_MOMENT)
    late, _ = room.test(alone=False)
    assert not late.wait(A_MOMENT)
    end_first()
    assert alone.wait(SECONDS)
    assert not late.wait(A_MOMENT)
    end_alone()
    assert late.wait(SECONDS)


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        ("tests/unit/test_plan.py::TestPlan::test_one[a/b::c]", "tests/unit/test_plan.py"),
        ("tests/schemas/test_findings.py::test_found[airflow]", "the schema airflow"),
        ("tests/schemas/test_loading.py::test_loads[airflow]", "the schema airflow"),
        ("tests/schemas/test_loading.py::test_there_are", "tests/schemas/test_loading.py"),
        ("tests/infrastructure/test_templates.py::test_x[prod]", "every environment"),
    ],
)
def test_what_is_set_up_once_is_tested_in_one_process(test: str, expected: str) -> None:
    assert group(test) == expected


def test_the_files_that_ask_for_every_environment_are_the_listed() -> None:
    asks = re.compile(r"^def \w+\([^)]*\benvironments: ", re.MULTILINE)
    found = {
        f"tests/infrastructure/{path.name}"
        for path in (HERE / "infrastructure").glob("test_*.py")
        if asks.search(path.read_text())
    }
    assert found == EVERY_ENVIRONMENT
