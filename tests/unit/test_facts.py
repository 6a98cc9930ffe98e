"""What a state passes on of the databases: little, whole again where it is read, and otherwise not known."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from typing import Any

import pytest

from cutover.adapters.memory import MemoryCertificateStore, MemoryWorld
from cutover.decisions import Action, decide_readiness
from cutover.jsonable import jsonable, restored
from cutover.observations import DatabasesFacts, Gate, GateState
from cutover.steps.facts import DatabasesInBrief, in_brief, in_full
from cutover.steps.observe import inspect_databases, measure_lag, observe_stage
from tests.builders import plan


@pytest.fixture
def world() -> MemoryWorld:
    return MemoryWorld.ready()


def found(world: MemoryWorld) -> DatabasesFacts:
    return inspect_databases(world.source, world.target)


def passed_on(world: MemoryWorld) -> DatabasesInBrief:
    """As one function returns it and the next is given it."""
    brief = in_brief(found(world), world.facts, migration="test")
    return restored(DatabasesInBrief, json.loads(json.dumps(jsonable(brief))))


def decided(world: MemoryWorld, databases: DatabasesFacts) -> Any:
    observation = observe_stage(
        plan(),
        lag=measure_lag(world.source, world.target, world.clock),
        tasks=world.tasks,
        monitoring=world.monitoring,
        router=world.router,
        journal=world.journal,
        clock=world.clock,
        read_record=world.read_record,
        write_record=world.write_record,
    )
    return decide_readiness(plan(), observation, databases, held_since=None, now=world.clock.now())


def test_every_fact_arrives(world: MemoryWorld) -> None:
    facts = found(world)
    assert facts.source is not None
    # Every list that there is, each with something of its own in it.
    source = dataclasses.replace(
        facts.source,
        gate=Gate(state=GateState.PARTIAL, ungated_tables=('public."Ä"',)),
        stored=(("public.p1", "public.p"), ("public.accounts",)),
        foreign_tables=("f",),
        disabled_triggers=("d",),
        replica_defaults=("r", "s"),
        superuser_sessions=("u",),
    )
    facts = dataclasses.replace(facts, source=source)
    store = MemoryCertificateStore()
    brief = in_brief(facts, store, migration="test")
    assert in_full(brief, store) == facts
    assert brief.source is not None
    assert brief.source["stored"] == brief.source["replica_defaults"] == 2
    assert brief.source["gate"] == {"state": "partial", "ungated_tables": 1}


@pytest.mark.parametrize("tables", [0, 10_000, 100_000])
def test_a_state_passes_on_no_more_for_more_tables(world: MemoryWorld, tables: int) -> None:
    world.source.tables = world.target.tables = tuple(f"public.t{n:0>58}" for n in range(tables))
    brief = passed_on(world)
    assert len(json.dumps(jsonable(brief))) < 2048
    assert in_full(brief, world.facts) == found(world)


def test_the_same_tables_are_stored_once(world: MemoryWorld) -> None:
    first = passed_on(world)
    world.source.longest_transaction_seconds = 3.5
    second = passed_on(world)
    assert first != second
    assert first.names == second.names
    ((key, text),) = world.facts.kept.items()
    assert key == f"facts/test/{hashlib.sha256(text.encode()).hexdigest()}.json"
    world.source.tables = (*world.source.tables, "public.new")
    assert passed_on(world).names != first.names
    assert len(world.facts.kept) == 2


def test_a_server_that_does_not_answer_stores_nothing_and_says_so(world: MemoryWorld) -> None:
    world.target.reachable = False
    brief = passed_on(world)
    assert world.facts.kept == {}
    assert in_full(brief, world.facts) == found(world)
    assert "the target did not answer" in brief.unreachable


def not_readable(world: MemoryWorld) -> None:
    world.facts.reachable = False


def gone(world: MemoryWorld) -> None:
    world.facts.kept.clear()


def changed(world: MemoryWorld) -> None:
    ((key, text),) = world.facts.kept.items()
    names = json.loads(text)
    names["source"]["stored"] = []
    world.facts.kept[key] = json.dumps(names)


@pytest.mark.parametrize(
    ("happens", "why"),
    [
        (not_readable, "could not be read: the S3 API did not answer"),
        (gone, "not there any more: facts/test/"),
        (changed, "is not what was stored under its SHA-256: remove it"),
    ],
)
def test_names_that_cannot_be_had_hold(world: MemoryWorld, happens: Any, why: str) -> None:
    brief = passed_on(world)
    assert decided(world, in_full(brief, world.facts)).action is Action.ADVANCE
    happens(world)
    decision = decided(world, in_full(brief, world.facts))
    assert decision.action is Action.HOLD
    assert why in decision.reason


def test_names_that_cannot_be_stored_hold(world: MemoryWorld) -> None:
    world.facts.reachable = False
    brief = passed_on(world)
    world.facts.reachable = True
    decision = decided(world, in_full(brief, world.facts))
    assert decision.action is Action.HOLD
    assert "could not be stored: the S3 API did not answer" in decision.reason


def test_a_changed_object_is_not_taken_for_what_would_be_stored_now(world: MemoryWorld) -> None:
    passed_on(world)
    changed(world)
    brief = passed_on(world)
    assert brief.source is None
    assert "remove it, the next look stores it anew" in brief.unreachable
    gone(world)
    assert in_full(passed_on(world), world.facts) == found(world)
