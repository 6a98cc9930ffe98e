"""What a cutover does about a source whose schema has changed since its load began."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from cutover.adapters.memory import MemoryWorld
from cutover.decisions import Action, Decision, decide_readiness, decide_stage
from cutover.direction import Direction
from cutover.observations import DatabasesFacts, RecordWeights
from cutover.plan import CutoverPlan
from cutover.source_watch import DiskForecast, Drift, SourceWatch
from tests.builders import observation, plan

NOW = datetime(2026, 1, 1, 2, 0, tzinfo=UTC)

WATCHED = plan(source_watch_max_age_seconds=900)
SAME = Drift(since=NOW - timedelta(days=3))
CHANGED = replace(
    SAME, number=2, changed=("table public.later is new", "column public.t.a is gone"), digest="d"
)


def watched(drift: Drift, *, age: float = 60.0) -> SourceWatch:
    at = NOW - timedelta(seconds=age)
    return SourceWatch(at=at, pressure=None, disk=DiskForecast(reason="not looked at"), drift=drift)


def both_checks(
    watch: SourceWatch | None,
    *,
    direction: Direction = Direction.FORWARD,
    asked: CutoverPlan = WATCHED,
) -> tuple[Decision, Decision]:
    """Before anything is moved, and in a stage."""
    world = MemoryWorld.ready()
    facts = DatabasesFacts(source=world.source.inspect(), target=world.target.inspect())
    start = observation(NOW, share=0, watch=watch, replication=world.task.status())
    if direction is Direction.BACK:
        facts = DatabasesFacts(source=facts.target, target=facts.source)
        start = replace(
            start,
            reads=RecordWeights(name="ro", source=0, target=100),
            writes=RecordWeights(name="rw", source=0, target=100),
        )
    return (
        decide_readiness(asked, start, facts, held_since=None, now=NOW, direction=direction),
        decide_stage(
            asked,
            observation(NOW, watch=watch),
            share=20,
            entered_at=NOW - timedelta(hours=1),
            held_since=None,
            now=NOW,
            direction=direction,
        ),
    )


@pytest.mark.parametrize("drift", [SAME, replace(CHANGED, accepted="by ada: on both sides")])
def test_a_schema_that_is_as_it_was_or_answered_for_stops_nothing(drift: Drift) -> None:
    for decision in both_checks(watched(drift)):
        assert decision.action is Action.ADVANCE, decision.reason
        facts = [each.fact for each in decision.findings if each.error == "SchemaChanged"]
        assert facts and ("as it was" in facts[0] or "accepted by ada" in facts[0])


def test_a_changed_schema_stops_a_cutover_by_name_and_with_its_remedy() -> None:
    for decision in both_checks(watched(CHANGED)):
        assert (decision.action, decision.error) == (Action.BACK, "SchemaChanged")
        for part in ("table public.later is new", "public.t.a is gone", "cutover accept-drift"):
            assert part in decision.reason


@pytest.mark.parametrize(
    ("watch", "said"),
    [
        (None, "nobody has looked at it yet"),
        (watched(SAME, age=901), "looked at 901 s ago, limit 900 s"),
        # What was accepted an hour ago may have changed since.
        (watched(replace(CHANGED, accepted="by ada: x"), age=3600), "3600 s ago"),
        (watched(replace(CHANGED, accepted="by ada: x"), age=-5), ""),
        (watched(Drift(unknown="no inventory is kept")), "no inventory is kept"),
        (watched(Drift()), "since when is not known"),
        (
            watched(replace(SAME, number=1, unread=("user mapping: denied",), digest="d")),
            "can't be compared: user mapping: denied",
        ),
    ],
)
def test_what_is_not_known_of_the_schema_holds(watch: SourceWatch | None, said: str) -> None:
    for decision in both_checks(watch):
        if said:
            assert decision.action is Action.HOLD, decision.reason
            assert said in decision.reason
        else:
            assert decision.action is Action.ADVANCE, decision.reason


@pytest.mark.parametrize("watch", [None, watched(CHANGED)])
def test_a_way_back_and_a_plan_of_before_do_not_ask(watch: SourceWatch | None) -> None:
    decisions = (
        *both_checks(watch, direction=Direction.BACK)[:1],
        *both_checks(watch, asked=plan()),
    )
    for decision in decisions:
        assert decision.action is Action.ADVANCE, decision.reason


def test_of_thousands_of_changes_some_are_named_and_all_are_counted() -> None:
    many = replace(
        CHANGED,
        number=1000,
        changed=tuple(f"table public.t{number} is new" for number in range(50)),
    )
    reason = both_checks(watched(many))[0].reason
    assert "table public.t4 is new and 995 more" in reason
    assert len(reason) < 400
