"""`cutover status`: what it says of a move, of the way back, and when watching ends."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cutover.adapters.memory import FixedClock, MemoryJournal
from cutover.approval import Question
from cutover.cli import commands, render
from cutover.direction import Direction, Stream
from cutover.errors import ServiceUnavailable
from cutover.journal import Lease, Phase, WayBack
from cutover.transitions import way_back_detail
from cutover.way_back import watch_detail


class Machines:
    """In place of Step Functions."""

    def __init__(self, status: str = "RUNNING") -> None:
        self.status = status

    def describe_execution(self, **_given: str) -> dict[str, str]:
        return {"status": self.status}


ARN = "arn:aws:states:us-east-1:123456789012:execution:migration-cutover-dev:night"


@pytest.fixture
def environment() -> commands.Environment:
    journal, machines = MemoryJournal(), Machines()
    return commands.Environment(
        suffix="dev",
        journal=journal,
        machines=machines,  # type: ignore[arg-type]
    )


def now() -> datetime:
    return datetime.now(UTC)


def move(environment: commands.Environment, *, hours_ago: float) -> Lease:
    """A switch to the target, finished so long ago."""
    at = now() - timedelta(hours=hours_ago)
    journal = environment.journal
    lease = journal.acquire(ARN, now=at)
    way_back = WayBack(stream=Stream.BACK, slot="way_back", lsn="0/16B3748")
    for phase in (Phase.SHIFTING, Phase.SWITCHING, Phase.DESTINATION_OPEN, Phase.DONE):
        detail: dict[str, Any] = {}
        if phase is Phase.DESTINATION_OPEN:
            detail = {"way_back": way_back_detail(way_back)}
        if phase is Phase.DONE:
            detail = {"carrier": "back"}
        journal.record(
            lease, phase, now=at, note=phase.value, detail=detail, release=phase is Phase.DONE
        )
    return lease


def test_a_running_move_says_where_it_goes_and_what_it_waits_for(
    environment: commands.Environment,
) -> None:
    lease = environment.journal.acquire(ARN, now=now())
    question = Question(
        execution=lease.execution,
        fence=lease.fence,
        before="switch",
        text="The writer is switched.",
        token="secret",
        asked_at=now(),
        expires_at=now() + timedelta(hours=1),
    )
    environment.journal.ask(question, now=now())
    seen = commands.status(environment)
    text = render.status_text(seen)
    for line in ("direction    forward\n", "writer       source\n", "carrier      load\n"):
        assert line in text
    assert "asks         before the switch of the writer, until " in text
    assert "way back" not in text
    shown = render.status_json(seen)
    assert "secret" not in shown
    assert json.loads(shown)["question"]["before"] == "switch"
    environment.journal.raise_fence(ARN, now=now())
    assert commands.status(environment).question is None


def test_the_way_back_is_shown_with_its_clock(environment: commands.Environment) -> None:
    move(environment, hours_ago=50)
    seen = commands.status(environment)
    text = render.status_text(seen)
    assert "direction    back, of the next move" in text
    assert "writer       target since " in text
    assert "carrier      back" in text
    assert "way back     slot way_back from 0/16B3748" in text
    assert "open for 50.0 h, 22.0 of 72 h left" in text
    assert "notices due: 24 h, 48 h" in text
    state = environment.journal.state()
    environment.journal.annotate(
        ARN,
        now=now(),
        note="",
        detail=watch_detail(state, now=now(), notices=(24, 48), health=None),
    )
    seen = commands.status(environment)
    assert "notices due" not in render.status_text(seen)
    assert json.loads(render.status_json(seen))["way_back"]["hours_left"] == pytest.approx(
        22, abs=0.1
    )
    assert max(map(len, text.splitlines())) <= 80


def test_after_its_hours_the_way_back_is_still_there(environment: commands.Environment) -> None:
    move(environment, hours_ago=80)
    assert "its 72 h are over" in render.status_text(commands.status(environment))
    environment.journal.acquire("back", now=now(), direction=Direction.BACK)
    assert "direction    back\n" in render.status_text(commands.status(environment))


def test_watching_goes_on_until_the_move_has_ended(environment: commands.Environment) -> None:
    lease = environment.journal.acquire(ARN, now=now())
    clock = FixedClock()
    begun = clock.now()
    looks = iter(range(10))

    def look() -> tuple[commands.Status, bool]:
        number = next(looks)
        if number == 1:
            raise ServiceUnavailable("throttled")
        if number == 3:
            environment.journal.record(lease, Phase.PUT_BACK, now=now(), note="", release=True)
        found = commands.status(environment)
        return found, commands.runs(environment, found)

    seen = list(commands.watch(look, every=2, clock=clock))
    assert [isinstance(each, commands.Status) for each in seen] == [True, False, True, True]
    assert clock.now() - begun == timedelta(seconds=6)


def test_a_move_whose_execution_died_has_ended_though_its_lease_is_held(
    environment: commands.Environment,
) -> None:
    environment.journal.acquire(ARN, now=now())
    seen = commands.status(environment)
    assert commands.runs(environment, seen)
    environment.machines.status = "ABORTED"  # type: ignore[attr-defined]
    assert not commands.runs(environment, seen)


def test_only_the_newest_entries_are_watched(environment: commands.Environment) -> None:
    move(environment, hours_ago=1)
    seen = commands.status(environment)
    assert len(render.status_text(seen, newest=2).splitlines()) == (
        len(render.status_text(seen).splitlines()) - len(seen.entries) + 2
    )
