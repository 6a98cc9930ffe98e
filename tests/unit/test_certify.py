"""Storing a certificate: once, whatever happened between the store and the journal."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from cutover.adapters.memory import FixedClock, MemoryWorld
from cutover.certificate import check_certificate, stored_at
from cutover.decisions import Verdict
from cutover.direction import Direction, Stream
from cutover.errors import NothingToCertify, ServiceUnavailable
from cutover.journal import Phase
from cutover.steps.certify import Kept, store_certificate
from tests.unit.test_certificate import OPENED, switch

KEY = "certificates/dev/night.json"


@pytest.fixture
def world() -> MemoryWorld:
    made = MemoryWorld.ready()
    switch(made.journal)
    return made


def store(world: MemoryWorld, execution: str = "night") -> Kept:
    return store_certificate(
        world.journal,
        world.tasks,
        world.certificates,
        world.clock,
        migration="dev",
        execution=execution,
    )


def verdicts(world: MemoryWorld) -> dict[str, Verdict]:
    document = json.loads(world.certificates.kept[KEY])
    entries, newest = world.journal.entries(), world.journal.state().seal
    return {
        each.title: each.verdict for each in check_certificate(document, entries, newest=newest)
    }


def test_every_rule_of_what_was_stored_is_good(world: MemoryWorld) -> None:
    kept = store(world)
    assert (kept.key, kept.noted) == (KEY, True)
    assert set(verdicts(world).values()) == {Verdict.GOOD}
    entry = world.journal.entries()[-1]
    assert entry.phase is Phase.DONE, "nothing moves"
    assert entry.detail["certificate_stored"] == {"key": KEY, "sha256": kept.sha256}


def test_the_rows_that_count_are_those_of_the_task_that_carried_them(world: MemoryWorld) -> None:
    """Not of the way back, which has just begun and has compared nothing."""
    back = world.tasks[Stream.BACK]
    unlike = tuple(replace(table, validation="Pending records") for table in back.answer.tables)
    back.answer = replace(back.answer, tables=unlike)
    world.journal.current = replace(world.journal.current, carrier=Stream.BACK)
    store(world)
    assert json.loads(world.certificates.kept[KEY])["validation"]["counts"] == {"Validated": 2}


def test_again_it_does_nothing(world: MemoryWorld) -> None:
    first = store(world)
    before = (dict(world.certificates.kept), world.journal.entries())
    world.clock.sleep(60)
    world.task.reachable = False
    assert store(world) == first
    assert (world.certificates.kept, world.journal.entries()) == before


def test_one_that_was_stored_and_not_noted_is_noted_as_it_is(
    world: MemoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    annotate = world.journal.annotate

    def away(*_: Any, **__: Any) -> None:
        raise ServiceUnavailable("throttled")

    monkeypatch.setattr(world.journal, "annotate", away)
    with pytest.raises(ServiceUnavailable):
        store(world)
    text = world.certificates.kept[KEY]
    monkeypatch.setattr(world.journal, "annotate", annotate)
    world.clock.sleep(60)
    # What DMS says by then is another thing than what the document says.
    world.task.answer = replace(world.task.answer, tables=())
    store(world)
    assert world.certificates.kept[KEY] == text
    assert set(verdicts(world).values()) == {Verdict.GOOD}


def test_dms_away_is_a_certificate_that_says_so(world: MemoryWorld) -> None:
    world.task.reachable = False
    store(world)
    found = verdicts(world)
    assert found.pop("The rows were compared") is Verdict.UNKNOWN
    assert set(found.values()) == {Verdict.GOOD}


def test_the_next_execution_has_the_journal_to_itself(
    world: MemoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may begin right after "Complete" gave the lease up."""
    world.journal.acquire(
        "back", now=world.clock.now() + timedelta(seconds=1), direction=Direction.BACK
    )
    kept = store(world)
    assert not kept.noted
    assert stored_at(world.journal.entries(), "night") is None
    assert verdicts(world)["The document says what the journal says"] is Verdict.GOOD
    assert verdicts(world)["It is the document that was stored"] is Verdict.UNKNOWN


def test_an_execution_that_switched_nothing_has_none() -> None:
    world = MemoryWorld.ready()
    world.journal.acquire("night", now=FixedClock().now())
    with pytest.raises(NothingToCertify, match="night has no finished switch"):
        store(world)
    assert world.certificates.kept == {}


def test_ten_thousand_sequences_are_all_in_the_stored_document() -> None:
    moves = [
        {"name": f"public.s{n}", "source": n, "target": n + 1000, "increment": 1}
        for n in range(10_000)
    ]
    world = MemoryWorld.ready()
    proof = OPENED["certificate"] | {"sequences": moves}
    switch(world.journal, OPENED | {"certificate": proof})
    store(world)
    assert json.loads(world.certificates.kept[KEY])["sequences"] == moves
    assert set(verdicts(world).values()) == {Verdict.GOOD}
