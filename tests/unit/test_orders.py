"""What may come between two steps of one act: a put-back in a shift, a switch in a put-back, an abort in a switch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from cutover.adapters.memory import MemoryWorld
from cutover.errors import AbortRequested, PutBackRefused, StaleLease
from cutover.journal import Lease, Phase
from cutover.observations import OperatorWord, Word
from cutover.steps.recovery import put_back
from cutover.steps.switch import switch_writer
from cutover.steps.traffic import move_writes, shift_reads
from tests.builders import plan, slots

EXECUTION = "night"


@pytest.fixture
def world() -> MemoryWorld:
    return MemoryWorld.ready()


@pytest.fixture
def lease(world: MemoryWorld) -> Lease:
    return world.journal.acquire(EXECUTION, now=world.clock.now())


def go_back(world: MemoryWorld) -> None:
    put_back(
        world.journal,
        world.router,
        world.display,
        world.clock,
        execution=EXECUTION,
        read_record=world.read_record,
        write_record=world.write_record,
        reason="the execution ended as ABORTED",
    )


def shift(world: MemoryWorld, lease: Lease, stage: int = 0) -> None:
    shift_reads(
        world.journal,
        world.router,
        world.clock,
        lease=lease,
        plan=plan(),
        stage=stage,
        read_record=world.read_record,
    )


def move(world: MemoryWorld, lease: Lease) -> None:
    move_writes(
        world.journal,
        world.router,
        world.clock,
        lease=lease,
        read_record=world.read_record,
        write_record=world.write_record,
    )


def once_before(
    owner: Any, name: str, act: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Has `act` done right before the next call of `owner.name`."""
    real = getattr(owner, name)

    def interrupted(*args: Any, **kwargs: Any) -> Any:
        monkeypatch.setattr(owner, name, real)
        act()
        return real(*args, **kwargs)

    monkeypatch.setattr(owner, name, interrupted)


@pytest.mark.parametrize("act", [shift, move])
def test_a_step_that_was_put_back_between_intent_and_act_leaves_nothing_moved(
    world: MemoryWorld, lease: Lease, act: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its execution was stopped; the function runs on, and Route 53 had it wait."""
    if act is move:
        shift(world, lease, stage=3)
    once_before(world.router, "set_target_shares", lambda: go_back(world), monkeypatch)
    with pytest.raises(StaleLease):
        act(world, lease)
    assert world.journal.state().phase is Phase.PUT_BACK
    assert set(world.router.shares.values()) == {0}


def test_a_switch_that_begins_between_look_and_fence_is_not_put_back(
    world: MemoryWorld, lease: Lease, monkeypatch: pytest.MonkeyPatch
) -> None:
    shift(world, lease, stage=3)
    move(world, lease)

    def begin() -> None:
        world.journal.record(lease, Phase.SWITCHING, now=world.clock.now(), note="intent")

    once_before(world.journal, "raise_fence", begin, monkeypatch)
    with pytest.raises(PutBackRefused, match="look at the origin first"):
        go_back(world)
    assert set(world.router.shares.values()) == {100}


def test_an_abort_that_was_taken_is_heard_until_the_intent_is_recorded(
    world: MemoryWorld, lease: Lease, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Behind the switch's first look at the word are connections, sequences and the making of a slot."""
    shift(world, lease, stage=3)
    move(world, lease)
    word = OperatorWord(word=Word.ABORT, by="dba", reason="not tonight")
    once_before(
        world.source,
        "barrier",
        lambda: world.journal.say(word, now=world.clock.now()),
        monkeypatch,
    )
    with pytest.raises(AbortRequested, match="dba asked to abort: not tonight"):
        switch_writer(
            world.source,
            world.target,
            world.journal,
            world.clock,
            lease=lease,
            plan=plan(),
            slots=slots(),
        )
    assert world.writers() == ("source",)
