"""A database of many tables: no state passes on more for it, and what one table among them decides is decided."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cutover.adapters.memory import MemoryWorld
from cutover.direction import Stream
from cutover.journal import Phase
from rehearsal.machine import CHECK_DEFINITION, DEFINITION, ROLLBACK_DEFINITION
from tests.builders import plan
from tests.state_machines.machine import Machine, Run

MANY = 10_000
MOST_PASSED_ON = 32 * 1024
"""Bytes of a payload; 256 KB end the execution without any catch (Step Functions quotas)."""


@pytest.fixture
def world() -> MemoryWorld:
    """Names of the longest kind: 63 bytes, and the schema's."""
    world = MemoryWorld.ready()
    names = tuple(f"application.{n:x>63}" for n in range(MANY))
    for database in (world.source, world.target):
        database.tables = names
        database.lock_room = 2 * MANY
    for stream in Stream:
        carry(world, stream, names)
    return world


def carry(world: MemoryWorld, stream: Stream, names: tuple[str, ...]) -> None:
    task = world.tasks[stream]
    (known, *_) = task.answer.tables
    task.answer = replace(task.answer, tables=tuple(replace(known, name=name) for name in names))


def moved(
    world: MemoryWorld, monkeypatch: pytest.MonkeyPatch, definition: Path = DEFINITION
) -> Run:
    run = Machine(
        world, definition=definition, plan=plan(weights=(100,)), name=definition.stem
    ).run(monkeypatch)
    assert_little_is_passed_on(run)
    return run


def assert_little_is_passed_on(run: Run) -> None:
    sizes = {key: len(json.dumps(event)) for key, event in run.calls}
    assert max(sizes.values()) < MOST_PASSED_ON, sizes


def test_there_and_back(world: MemoryWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    run = moved(world, monkeypatch)
    assert run.status == "SUCCEEDED", run.cause
    assert world.writers() == ("target",)
    ((_, certificate),) = world.certificates.kept.items()
    assert json.loads(certificate)["tables"] == MANY
    assert len(certificate) < MOST_PASSED_ON
    run = moved(world, monkeypatch, ROLLBACK_DEFINITION)
    assert run.status == "SUCCEEDED", run.cause
    assert world.writers() == ("source",)


def test_the_readiness_check(world: MemoryWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    run = moved(world, monkeypatch, CHECK_DEFINITION)
    assert run.status == "SUCCEEDED", run.cause
    assert world.display.shown["readiness"]["verdict"] == "ready"


def lacks_one(world: MemoryWorld) -> None:
    world.target.tables = world.target.tables[:-1]


def leaves_one_out(world: MemoryWorld) -> None:
    carry(world, Stream.LOAD, world.source.tables[:-1])


@pytest.mark.parametrize(
    ("happens", "why"),
    [(lacks_one, "the target lacks"), (leaves_one_out, "the task does not carry")],
)
def test_one_table_among_them_keeps_the_cutover_from_beginning(
    world: MemoryWorld, monkeypatch: pytest.MonkeyPatch, happens: Any, why: str
) -> None:
    happens(world)
    run = moved(world, monkeypatch)
    assert (run.status, run.error) == ("FAILED", "NotReady")
    assert f"{why} {world.source.tables[-1]}" in run.cause
    assert world.journal.state().phase is Phase.PUT_BACK
    assert "Shift the reads" not in run.states


def test_names_that_are_gone_are_looked_for_anew(
    world: MemoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As somebody could empty the bucket between two states: held, and the next look stores them again."""
    machine = Machine(world, plan=plan(weights=(100,)))
    machine.before("check_readiness", 1, lambda world: world.facts.kept.clear())
    run = machine.run(monkeypatch)
    assert run.status == "SUCCEEDED", run.cause
    assert run.states.count("Wait until ready") == 1
    assert run.states.count("Inspect the databases") == 2
