"""A schema of the source that changes before or during a cutover: the real definition, the real handlers."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from cutover.adapters.memory import MemoryWorld
from cutover.journal import Phase
from cutover.source_watch import DiskForecast, Drift, SourceWatch
from tests.builders import plan
from tests.state_machines.machine import Machine

PLAN = plan(source_watch_max_age_seconds=900)


def look(world: MemoryWorld, *changed: str, accepted: str = "") -> None:
    """As watch-source leaves it, at this moment."""
    now = world.clock.now()
    drift = Drift(
        since=now - timedelta(days=3),
        number=len(changed),
        changed=changed,
        digest="d" if changed else "",
        accepted=accepted,
    )
    world.journal.keep_watch(
        SourceWatch(at=now, pressure=None, disk=DiskForecast(reason="not asked"), drift=drift)
    )


@pytest.fixture
def world() -> MemoryWorld:
    return MemoryWorld.ready()


def machine(world: MemoryWorld, *, looks: bool = True) -> Machine:
    """Looked at again before every check, as the schedule does it beside the cutover."""
    made = Machine(world, plan=PLAN)
    if looks:
        for function in ("check_readiness", "check_stage"):
            for call in range(1, 60):
                made.before(function, call, look)
    return made


def at_the_source(world: MemoryWorld) -> None:
    assert world.writers() == ("source",)
    assert world.router.shares == {world.read_record: 0, world.write_record: 0}
    assert world.journal.state().phase is Phase.PUT_BACK


def test_a_schema_that_stays_is_no_hindrance(
    world: MemoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = machine(world).run(monkeypatch)
    assert run.status == "SUCCEEDED", run.cause
    assert world.writers() == ("target",)


def test_what_was_changed_and_answered_for_is_none_either(
    world: MemoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = machine(world)
    for hook in made.hooks:
        made.hooks[hook] = lambda world: look(
            world, "table public.later is new", accepted="by ada: on both sides"
        )
    assert made.run(monkeypatch).status == "SUCCEEDED"


def test_a_changed_schema_moves_nothing(
    world: MemoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = machine(world).before(
        "check_readiness", 1, lambda world: look(world, "table public.later is new")
    )
    run = made.run(monkeypatch)
    assert (run.status, run.error) == ("FAILED", "SchemaChanged")
    assert "table public.later is new" in run.cause
    assert "cutover accept-drift" in run.cause
    at_the_source(world)
    # The put-back alone, to where they were.
    assert [move[world.read_record] for move in world.router.moves] == [0]


@pytest.mark.parametrize("call", [3, 17])
def test_a_schema_that_changes_meanwhile_sends_everything_back(
    world: MemoryWorld, monkeypatch: pytest.MonkeyPatch, call: int
) -> None:
    made = machine(world).before(
        "check_stage", call, lambda world: look(world, "index public.i is gone")
    )
    run = made.run(monkeypatch)
    assert (run.status, run.error) == ("FAILED", "SchemaChanged"), run.cause
    at_the_source(world)


def test_right_before_the_switch_too(world: MemoryWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    made = machine(world)
    good = machine(MemoryWorld.ready()).run(monkeypatch)
    last = sum(1 for name, _ in good.calls if name == "check_stage")
    made.before("check_stage", last, lambda world: look(world, "index public.i is gone"))
    run = made.run(monkeypatch)
    assert run.error == "SchemaChanged"
    assert "Check before the switch" in run.states
    assert "Switch the writer" not in run.states
    at_the_source(world)


def test_nobody_looking_holds_and_in_the_end_goes_back(
    world: MemoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = machine(world, looks=False).run(monkeypatch)
    assert (run.status, run.error) == ("FAILED", "HeldTooLong")
    assert "nobody has looked at it yet" in run.cause
    at_the_source(world)


def test_a_look_that_grows_old_holds_until_the_next_one(
    world: MemoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = machine(world)

    def old(world: MemoryWorld) -> None:
        look(world)
        watch = world.journal.watched()
        assert watch is not None
        world.journal.keep_watch(replace(watch, at=world.clock.now() - timedelta(seconds=901)))

    made.before("check_readiness", 1, old).before("check_readiness", 2, old)
    run = made.run(monkeypatch)
    assert run.status == "SUCCEEDED", run.cause
    assert run.states.count("Wait until ready") == 2
