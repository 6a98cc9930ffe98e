"""The forecast of the source's disk, and what one look at the source leaves in the journal."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cutover.adapters.memory import MemoryWorld
from cutover.errors import DatabaseUnreachable, PrivilegeMissing, TransitionRefused
from cutover.schema.inventory import Inventory, Kind, SchemaObject
from cutover.source_watch import (
    FOREVER_HOURS,
    SHORTEST_SPAN,
    WINDOW,
    DiskForecast,
    SlotWal,
    SourcePressure,
    SourceWatch,
    WalReading,
    forecast,
    with_reading,
)
from cutover.steps.inventory import KEY, keep_inventory
from cutover.steps.watch import accept_drift, watch_source

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
GB = 10**9


def slot(kept: int = GB, **changes: Any) -> SlotWal:
    values: dict[str, Any] = {
        "name": "load",
        "kind": "logical",
        "database": "shop",
        "active": True,
        "wal_bytes": kept,
        "wal_status": "reserved",
        "safe_bytes": None,
    }
    return SlotWal(**{**values, **changes})


def pressure(*slots: SlotWal, position: int = 100 * GB, **changes: Any) -> SourcePressure:
    values: dict[str, Any] = {
        "at": NOW,
        "wal_position": position,
        "slots": slots,
        "wal_limit": None,
        "transaction": None,
        "prepared": None,
    }
    return SourcePressure(**{**values, **changes})


def before(hours: float, *, position: int = 100 * GB, **kept: int) -> WalReading:
    return WalReading(at=NOW - timedelta(hours=hours), position=position, kept=kept)


# The forecast


@given(
    hours=st.floats(min_value=1, max_value=6),
    growth=st.integers(min_value=1, max_value=100 * GB),
    start=st.integers(min_value=0, max_value=100 * GB),
    budget=st.integers(min_value=1, max_value=1000 * GB),
)
def test_what_grows_steadily_reaches_its_limit_when_arithmetic_says_so(
    hours: float, growth: int, start: int, budget: int
) -> None:
    kept = start + round(growth * hours)
    found = forecast([before(hours, load=start)], pressure(slot(kept)), budget=budget)
    assert found.hours_left is not None
    if kept >= budget:
        assert found.hours_left == 0.0
        return
    expected = (budget - kept) / growth
    # Whole bytes over an hour or more: that much of the rate is not known.
    assert found.hours_left == pytest.approx(min(FOREVER_HOURS, expected), rel=1e-3, abs=1e-6) or (
        growth < 1000
    )


@given(
    readings=st.lists(
        st.tuples(
            st.floats(min_value=0, max_value=8),
            st.integers(min_value=0, max_value=100 * GB),
            st.integers(min_value=0, max_value=100 * GB),
        ),
        max_size=8,
    ),
    kept=st.integers(min_value=0, max_value=200 * GB),
    safe=st.none() | st.integers(min_value=0, max_value=200 * GB),
    budget=st.none() | st.integers(min_value=1, max_value=200 * GB),
    status=st.sampled_from(["reserved", "extended", "unreserved", "lost", ""]),
)
def test_hours_are_known_only_where_a_limit_is_and_are_never_negative(
    readings: list[tuple[float, int, int]],
    kept: int,
    safe: int | None,
    budget: int | None,
    status: str,
) -> None:
    known = sorted(
        (before(hours, position=position, load=bytes_) for hours, position, bytes_ in readings),
        key=lambda one: one.at,
    )
    now = pressure(slot(kept, safe_bytes=safe, wal_status=status))
    found = forecast(known, now, budget=budget)
    assert found.reason
    for hours in (found.hours_left, found.hours_unread):
        assert hours is None or 0 <= hours <= FOREVER_HOURS
    limited = safe is not None or budget is not None
    if status != "lost" and not limited:
        assert found.hours_left is None and found.hours_unread is None
        assert "wal_disk_gigabytes" in found.reason
    if status == "lost":
        assert found.hours_left == FOREVER_HOURS
    # More room never brings the end nearer.
    if budget is not None and found.hours_left is not None:
        wider = forecast(known, now, budget=budget + GB)
        # What is full needs no rate to be known; with room left it does.
        assert wider.hours_left is None or wider.hours_left >= found.hours_left


@given(
    steps=st.lists(
        st.tuples(
            st.floats(min_value=0, max_value=120), st.integers(min_value=-GB, max_value=50 * GB)
        ),
        min_size=1,
        max_size=60,
    )
)
def test_readings_stay_few_in_order_and_of_this_server(steps: list[tuple[float, int]]) -> None:
    known: tuple[WalReading, ...] = ()
    at, position = NOW, 100 * GB
    for minutes, written in steps:
        at, position = at + timedelta(minutes=minutes), max(0, position + written)
        seen = pressure(slot(), position=position, at=at)
        known = with_reading(known, seen)
        assert len(known) <= WINDOW / SHORTEST_SPAN + 1
        assert all(one.at <= later.at for one, later in itertools.pairwise(known))
        assert all(one.position <= position and at - one.at <= WINDOW for one in known)
        rate = forecast(known, seen, budget=100 * GB).wal_bytes_per_hour
        assert rate is None or rate >= 0


def test_a_single_look_knows_no_rate() -> None:
    seen = pressure(slot())
    found = forecast(with_reading((), seen), seen, budget=100 * GB)
    assert found.hours_left is None
    assert found.reason == "too few looks at it yet"


def test_a_slot_that_began_to_grow_half_an_hour_ago_is_seen_to() -> None:
    # Five hours ago it kept as much: over the whole window it does not grow.
    known = [before(5, load=50 * GB), before(0.5, load=10 * GB)]
    found = forecast(known, pressure(slot(30 * GB)), budget=50 * GB)
    assert found.kept_bytes_per_hour == pytest.approx(40 * GB)
    assert found.hours_left == pytest.approx(0.5)


def test_the_slot_that_reaches_its_limit_first_counts() -> None:
    known = [before(1, load=0, other=0)]
    now = pressure(slot(GB, name="load"), slot(GB, name="other", safe_bytes=2 * GB))
    found = forecast(known, now, budget=100 * GB)
    assert found.reason == "the slot other grows"
    assert found.hours_left == pytest.approx(2.0)


def test_of_a_slot_that_nobody_reads_the_whole_log_stays() -> None:
    known = [before(2, position=96 * GB, load=GB)]
    found = forecast(known, pressure(slot(GB)), budget=41 * GB)
    assert found.wal_bytes_per_hour == pytest.approx(2 * GB)
    assert found.hours_left == FOREVER_HOURS
    assert found.hours_unread == pytest.approx(20.0)


def test_a_slot_without_a_reading_makes_the_whole_forecast_unknown() -> None:
    known = [before(1, load=0)]
    now = pressure(slot(GB), slot(GB, name="new"))
    assert forecast(known, now, budget=100 * GB).hours_left is None


def test_a_slot_at_its_limit_needs_no_reading() -> None:
    found = forecast((), pressure(slot(safe_bytes=0)), budget=None)
    assert (found.hours_left, found.reason) == (0.0, "the slot load has reached its limit")


# One look


def table(name: str, **facts: str) -> SchemaObject:
    return SchemaObject(kind=Kind.TABLE, name=name, facts=dict(facts))


def holding(*objects: SchemaObject) -> Inventory:
    return Inventory(version=170009, objects=objects)


LOADED = holding(table("public.accounts", persistence="permanent"))


def look(world: MemoryWorld, now: Inventory = LOADED, **given: Any) -> SourceWatch:
    watch = watch_source(
        world.source,
        given.pop("read", lambda: now),
        world.journal,
        world.certificates,
        world.clock,
        own_roles=("migration_cutover",),
        budget=given.pop("budget", 100 * GB),
    )
    assert watch is not None
    return watch


@pytest.fixture
def world() -> MemoryWorld:
    return MemoryWorld.ready()


@pytest.fixture
def loaded(world: MemoryWorld) -> MemoryWorld:
    keep_inventory(lambda: LOADED, world.certificates, world.clock)
    world.journal.acquire("load", now=world.clock.now(), replicates=True)
    return world


def test_a_look_is_kept_and_the_next_one_builds_on_it(loaded: MemoryWorld) -> None:
    loaded.source.slot_bytes["load"] = GB
    first = look(loaded)
    assert loaded.journal.watched() == first
    assert first.disk.hours_left is None
    loaded.clock.sleep(3600)
    loaded.source.slot_bytes["load"] = 2 * GB
    second = look(loaded)
    assert second.disk.hours_left == pytest.approx(98.0)
    assert len(second.readings) == 2
    assert second.drift.number == 0 and not second.drift.unknown


def test_before_the_first_load_changes_are_not_known_and_nothing_is_asked(
    world: MemoryWorld,
) -> None:
    def never() -> Inventory:
        raise AssertionError("there is nothing to compare with")

    drift = look(world, read=never).drift
    assert "`cutover replicate` takes it" in drift.unknown


@pytest.mark.parametrize(
    ("break_it", "said"),
    [
        (lambda world: setattr(world.certificates, "reachable", False), "S3"),
        (lambda world: world.certificates.kept.update({KEY: "{"}), "can't be read"),
    ],
)
def test_what_can_not_be_compared_is_not_known(
    loaded: MemoryWorld, break_it: Any, said: str
) -> None:
    break_it(loaded)
    drift = look(loaded).drift
    assert said in drift.unknown
    assert drift.since is None


@pytest.mark.parametrize("error", [DatabaseUnreachable, PrivilegeMissing])
def test_a_source_that_can_not_be_asked_is_not_known(
    loaded: MemoryWorld, error: type[Exception]
) -> None:
    def refuse() -> Inventory:
        raise error("no answer")

    look(loaded)
    loaded.source.reachable = False
    watch = look(loaded, read=refuse)
    assert (watch.pressure, watch.unreachable) == (None, "connection refused")
    assert watch.disk == DiskForecast(reason="connection refused")
    assert watch.drift.unknown == "no answer"
    # The readings stay for when it answers again.
    assert len(watch.readings) == 1


def test_a_change_is_accepted_once_and_the_next_one_is_not(loaded: MemoryWorld) -> None:
    changed = holding(*LOADED.objects, table("public.later"))
    assert look(loaded, changed).drift.changed == ("table public.later is new",)
    accept_drift(loaded.journal, loaded.clock, by="ada", reason="made on both")
    accepted = look(loaded, changed).drift
    assert accepted.accepted == "by ada: made on both"
    assert "ada accepts 1 changes" in loaded.journal.entries()[-1].note
    again = holding(*LOADED.objects, table("public.later", persistence="unlogged"))
    assert look(loaded, again).drift.accepted == ""
    more = holding(*changed.objects, table("public.last"))
    assert look(loaded, more).drift.accepted == ""


def test_nothing_is_accepted_that_nobody_has_seen(world: MemoryWorld) -> None:
    with pytest.raises(TransitionRefused, match="nobody has looked"):
        accept_drift(world.journal, world.clock, by="ada", reason="")
    world.journal.acquire("load", now=world.clock.now(), replicates=True)
    look(world)
    with pytest.raises(TransitionRefused, match="no inventory"):
        accept_drift(world.journal, world.clock, by="ada", reason="")
    keep_inventory(lambda: LOADED, world.certificates, world.clock)
    look(world)
    with pytest.raises(TransitionRefused, match="has not changed"):
        accept_drift(world.journal, world.clock, by="ada", reason="")
    assert all("drift_accepted" not in entry.detail for entry in world.journal.entries())


def test_a_look_is_json(loaded: MemoryWorld) -> None:
    from cutover.jsonable import jsonable, restored

    loaded.source.longest_transaction_seconds = 300.0
    watch = replace(look(loaded, holding()), unreachable="")
    assert restored(SourceWatch, json.loads(json.dumps(jsonable(watch)))) == watch


def test_what_is_over_is_not_looked_at(world: MemoryWorld) -> None:
    """Finalize has begun to drop what a look would ask for."""
    world.journal.acquire("last", now=world.clock.now(), finalizes=True)

    def not_asked() -> Inventory:
        raise AssertionError

    assert (
        watch_source(
            world.source,
            not_asked,
            world.journal,
            world.certificates,
            world.clock,
            own_roles=(),
            budget=None,
        )
        is None
    )
    assert world.journal.watched() is None
