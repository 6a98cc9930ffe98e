"""watch-source: what a rule calls every few minutes, what it leaves for the checks, and its figures."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from cutover.adapters.memory import MemoryWorld
from cutover.errors import BadInput, ServiceUnavailable
from cutover.schema.inventory import Inventory, Kind, SchemaObject
from cutover.steps.inventory import keep_inventory
from cutover.steps.watch import accept_drift
from lambdas import wiring
from lambdas.check_readiness import lambda_handler as check_readiness
from lambdas.inspect_databases import lambda_handler as inspect_databases
from lambdas.measure_lag import lambda_handler as measure_lag
from lambdas.watch_source import lambda_handler
from rehearsal.aws.invoker import InProcessContext
from tests.builders import PLAN_VALUES, slots

LOADED = Inventory(
    version=170009,
    objects=tuple(
        SchemaObject(kind=Kind.TABLE, name=f"public.{name}") for name in ("accounts", "ledger")
    ),
)
LATER = SchemaObject(kind=Kind.TABLE, name="public.later")
PLAN = {**PLAN_VALUES, "source_watch_max_age_seconds": 900}
BYTES = 3 * 10**9


class Source:
    """What the source would say it holds."""

    def __init__(self) -> None:
        self.inventory = LOADED


@pytest.fixture
def holds() -> Source:
    return Source()


@pytest.fixture
def world(holds: Source, monkeypatch: pytest.MonkeyPatch) -> MemoryWorld:
    world = MemoryWorld.ready()
    control = wiring.Control(
        journal=world.journal,
        display=world.display,
        router=world.router,
        tasks=world.tasks,
        monitoring=world.monitoring,
        clock=world.clock,
        read_record=world.read_record,
        write_record=world.write_record,
    )
    databases = wiring.Databases(
        source=world.source,
        target=world.target,
        journal=world.journal,
        clock=world.clock,
        slots=slots(),
    )
    inventories = wiring.Inventories(
        read=lambda: holds.inventory,
        store=world.certificates,
        migration="test",
        roles=("migration_cutover",),
    )
    told_facts = wiring.ToldFacts(store=world.facts, migration="test")
    monkeypatch.setattr(wiring, "told_facts", lambda: told_facts)
    monkeypatch.setattr(wiring, "control", lambda: control)
    monkeypatch.setattr(wiring, "databases", lambda: databases)
    monkeypatch.setattr(wiring, "inventories", lambda: inventories)
    monkeypatch.setattr(wiring, "wal_budget", lambda: 100 * 10**9)
    monkeypatch.setenv("MIGRATION", "test")
    keep_inventory(lambda: holds.inventory, world.certificates, world.clock)
    world.source.slot_bytes["load"] = BYTES
    return world


def call(handler: Any, payload: dict[str, Any]) -> Any:
    return json.loads(json.dumps(handler(payload, InProcessContext(function_name="any"))))


def figures(text: str) -> dict[str, tuple[float, dict[str, str]]]:
    """What was written in the embedded metric format: by name, the value and its dimensions."""
    found = {}
    for line in text.splitlines():
        if '"_aws"' not in line:
            continue
        told = json.loads(line)
        for written in told["_aws"]["CloudWatchMetrics"]:
            for metric in written["Metrics"]:
                value = told[metric["Name"]]
                dimensions = {name: told[name] for name in written["Dimensions"][0]}
                found[metric["Name"]] = (value[0] if isinstance(value, list) else value, dimensions)
    return found


def ready(world: MemoryWorld) -> Any:
    """What the machine decides before anything is moved."""
    lease = world.journal.state()
    given = {"plan": PLAN, "lease": {"execution": lease.execution, "fence": lease.fence}}
    seen = {
        "databases": call(inspect_databases, given),
        "lag": call(measure_lag, given),
        "held_since": None,
    }
    return call(check_readiness, {**given, **seen})


def test_it_looks_and_says_what_it_found(world: MemoryWorld) -> None:
    assert call(lambda_handler, {}) == {
        "known": True,
        "disk_hours_left": None,
        "schema_changes": 0,
        "schema_unknown": "",
    }
    world.clock.sleep(3600)
    world.source.slot_bytes["load"] = 2 * BYTES
    assert call(lambda_handler, {})["disk_hours_left"] == pytest.approx(94 / 3)


def test_the_rule_sends_nothing_and_anything_else_is_a_mistake(world: MemoryWorld) -> None:
    with pytest.raises(BadInput, match="plan"):
        call(lambda_handler, {"plan": PLAN})


def test_a_look_that_can_not_be_kept_fails(
    world: MemoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_watch: Any) -> None:
        raise ServiceUnavailable("throttled")

    monkeypatch.setattr(world.journal, "keep_watch", refuse)
    with pytest.raises(ServiceUnavailable):
        call(lambda_handler, {})


def test_what_it_found_is_in_figures(
    world: MemoryWorld, holds: Source, capsys: pytest.CaptureFixture[str]
) -> None:
    call(lambda_handler, {})
    world.clock.sleep(3600)
    world.source.slot_bytes["load"] = 2 * BYTES
    world.source.longest_transaction_seconds = 90.0
    holds.inventory = Inventory(version=170009, objects=(*LOADED.objects, LATER))
    capsys.readouterr()
    call(lambda_handler, {})
    written = figures(capsys.readouterr().out)
    assert {name: value for name, (value, _) in written.items()} == {
        "SourceCheck": 1,
        "SourceOldestTransaction": 90.0,
        "SourceOldestPrepared": 0.0,
        "SourceWalKept": 2 * BYTES,
        "SlotWal": 2 * BYTES,
        "SourceWalRate": 0.0,
        "SourceDiskHoursLeft": pytest.approx(94 / 3),
        "SourceDiskHoursUnread": 24 * 365,
        "SourceSchemaChanges": 1,
    }
    ours = {"service": "migration", "Environment": "test"}
    for name, (_, dimensions) in written.items():
        assert dimensions == ours | ({"Slot": "load"} if name == "SlotWal" else {})


def test_what_is_not_known_has_no_figure(
    world: MemoryWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    world.source.reachable = False
    world.certificates.reachable = False
    call(lambda_handler, {})
    assert set(figures(capsys.readouterr().out)) == {"SourceCheck"}


def test_a_change_that_was_answered_for_alarms_nobody(
    world: MemoryWorld, holds: Source, capsys: pytest.CaptureFixture[str]
) -> None:
    holds.inventory = Inventory(version=170009, objects=(*LOADED.objects, LATER))
    world.journal.acquire("night", now=world.clock.now())
    call(lambda_handler, {})
    accept_drift(world.journal, world.clock, by="ada", reason="on both sides")
    capsys.readouterr()
    call(lambda_handler, {})
    assert figures(capsys.readouterr().out)["SourceSchemaChanges"][0] == 0


def test_a_cutover_begins_where_the_schema_is_as_it_was(world: MemoryWorld) -> None:
    world.journal.acquire("night", now=world.clock.now())
    held = ready(world)
    assert (held["action"], "nobody has looked" in held["reason"]) == ("hold", True)
    call(lambda_handler, {})
    assert ready(world)["action"] == "advance"
    world.clock.sleep(901)
    assert "was looked at 901 s ago" in ready(world)["reason"]
    watch = world.journal.watched()
    assert watch is not None
    world.journal.keep_watch(replace(watch, at=world.clock.now() - timedelta(seconds=899)))
    assert ready(world)["action"] == "advance"


def test_a_cutover_does_not_begin_where_it_has_changed(world: MemoryWorld, holds: Source) -> None:
    world.journal.acquire("night", now=world.clock.now())
    holds.inventory = Inventory(version=170009, objects=(*LOADED.objects, LATER))
    call(lambda_handler, {})
    refused = ready(world)
    assert (refused["action"], refused["error"]) == ("back", "SchemaChanged")
    assert "table public.later is new" in refused["reason"]
    assert "cutover accept-drift" in refused["reason"]
    accept_drift(world.journal, world.clock, by="ada", reason="on both sides")
    call(lambda_handler, {})
    assert ready(world)["action"] == "advance"
    # Undone again, it is no longer what was accepted, and needs no answer.
    holds.inventory = LOADED
    call(lambda_handler, {})
    assert ready(world)["action"] == "advance"
