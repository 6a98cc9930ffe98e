"""What `cutover status` says of the source, in lines of 80 columns, and `cutover accept-drift`."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cutover.adapters.memory import MemoryJournal
from cutover.cli import commands, render
from cutover.errors import TransitionRefused
from cutover.source_watch import (
    FOREVER_HOURS,
    DiskForecast,
    Drift,
    Oldest,
    SlotWal,
    SourcePressure,
    SourceWatch,
)

AT = datetime(2026, 1, 4, 12, tzinfo=UTC)
GB = 10**9


def slot(number: int, **changes: Any) -> SlotWal:
    values: dict[str, Any] = {
        "name": f"slot_{number}",
        "kind": "logical",
        "database": "shop",
        "active": True,
        "wal_bytes": number * GB,
        "wal_status": "reserved",
        "safe_bytes": None,
    }
    return SlotWal(**{**values, **changes})


PRESSURE = SourcePressure(
    at=AT,
    wal_position=100 * GB,
    slots=(slot(1), slot(2, active=False)),
    wal_limit=None,
    transaction=Oldest(seconds=300, who="process 4711, app in shop, idle in transaction"),
    prepared=Oldest(seconds=60, who="gid, app in shop"),
)
SEEN = SourceWatch(
    at=AT,
    pressure=PRESSURE,
    disk=DiskForecast(
        wal_bytes_per_hour=0.5 * GB,
        kept_bytes_per_hour=0.4 * GB,
        hours_left=42.4,
        hours_unread=14.0,
        reason="the slot slot_2 grows",
    ),
    drift=Drift(since=AT - timedelta(days=3)),
)


@pytest.fixture
def environment() -> commands.Environment:
    journal = MemoryJournal()
    journal.acquire("load", now=AT, replicates=True)
    return commands.Environment(suffix="dev", journal=journal, machines=None)  # type: ignore[arg-type]


def said(environment: commands.Environment, watch: SourceWatch) -> list[str]:
    environment.journal.keep_watch(watch)
    lines = render.status_text(commands.status(environment)).splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith("source "))
    found: list[str] = []
    for line in lines[first:]:
        if found and not line.startswith("    "):
            break
        found.append(line)
    assert max(map(len, lines)) <= 80
    return [line[13:] for line in found]


def test_before_anybody_has_looked_nothing_is_said(environment: commands.Environment) -> None:
    text = render.status_text(commands.status(environment))
    assert "source  " not in text.replace("writer       source", "")
    assert json.loads(render.status_json(commands.status(environment)))["watch"] is None


def test_the_source_is_shown(environment: commands.Environment) -> None:
    assert said(environment, SEEN) == [
        "looked at 2026-01-04 12:00Z",
        "slots keep 2.0 GB of WAL, 0.5 GB an hour are written",
        "  2.0 GB slot_2, read by nobody",
        "  1.0 GB slot_1, read",
        "disk full in about 42 h: the slot slot_2 grows",
        "  in about 14 h if nobody read any slot",
        "open for 5 min: process 4711, app in shop, idle in transaction",
        "prepared for 60 s: gid, app in shop",
        "schema as it was at 2026-01-01 12:00Z",
    ]


def test_what_is_not_known_says_so(environment: commands.Environment) -> None:
    seen = replace(
        SEEN,
        pressure=None,
        unreachable="connection refused",
        disk=DiskForecast(reason="connection refused"),
        drift=Drift(unknown="no inventory is kept"),
    )
    assert said(environment, seen)[1:] == [
        "not known: connection refused",
        "changes of the schema not known: no inventory is kept",
    ]
    seen = replace(SEEN, disk=DiskForecast(reason="set source.wal_disk_gigabytes"))
    assert "disk full not known: set source.wal_disk_gigabytes" in said(environment, seen)


def test_what_does_not_fill_is_no_number_of_hours(environment: commands.Environment) -> None:
    disk = replace(SEEN.disk, hours_left=FOREVER_HOURS, reason="no slot grows")
    assert "disk full not in a year: no slot grows" in said(environment, replace(SEEN, disk=disk))


def test_changes_are_named_with_what_to_do(environment: commands.Environment) -> None:
    drift = replace(
        SEEN.drift,
        number=9,
        changed=tuple(f"table public.t{number} is new" for number in range(8)),
        unread=("user mapping: denied",),
        digest="d",
    )
    lines = said(environment, replace(SEEN, drift=drift))
    assert lines[8:] == [
        "schema changed since 2026-01-01 12:00Z, 9 in all",
        *(f"  table public.t{number} is new" for number in range(5)),
        "  and 4 more",
        "  no cutover starts; cutover accept-drift --suffix dev",
    ]
    lines = said(environment, replace(SEEN, drift=replace(drift, accepted="by ada: both sides")))
    assert lines[-1] == "  accepted by ada: both sides"


def test_long_names_and_many_slots_stay_within_the_terminal(
    environment: commands.Environment,
) -> None:
    pressure = replace(
        PRESSURE,
        slots=tuple(slot(number, name="x" * 63) for number in range(30)),
        transaction=Oldest(seconds=1e6, who="y" * 100),
    )
    drift = replace(SEEN.drift, number=1, changed=("function " + "z" * 150,), digest="d")
    lines = said(environment, replace(SEEN, pressure=pressure, drift=drift))
    assert "  and 25 more" in lines
    whole = render.status_json(commands.status(environment))
    assert "z" * 150 in whole and whole.count("x" * 63) == 30


def test_a_person_answers_for_what_was_seen(environment: commands.Environment) -> None:
    with pytest.raises(TransitionRefused, match="nobody has looked"):
        commands.accept_drift(environment, by="ada", reason="")
    drift = replace(SEEN.drift, number=1, changed=("table public.t is new",), digest="d")
    environment.journal.keep_watch(replace(SEEN, drift=drift))
    text = commands.accept_drift(environment, by="ada", reason="made on both")
    assert text.startswith("accepted: 1 changes")
    told = environment.journal.entries()[-1].detail["drift_accepted"]
    assert (told["digest"], told["changed"]) == ("d", ["table public.t is new"])
