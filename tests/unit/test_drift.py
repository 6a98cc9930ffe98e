"""Which differences of two inventories of the source are a change of the application's schema."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from cutover.drift import LONGEST, drift
from cutover.schema.inventory import Inventory, Kind, SchemaObject, Unknown, Value
from cutover.schema.stored import Stored
from cutover.source_watch import MOST_NAMED, Drift

TAKEN = datetime(2026, 1, 1, tzinfo=UTC)
OWN = ("migration_cutover", "migration_replication")


def it(kind: Kind, name: str, of: str = "", **facts: Value) -> SchemaObject:
    return SchemaObject(
        kind=kind, name=name, of=of, facts={key.replace("_", " "): x for key, x in facts.items()}
    )


TABLE = it(Kind.TABLE, "public.t", persistence="permanent", columns='["id"]')
COLUMN = it(Kind.COLUMN, "public.t.id", of="public.t", type="integer")
BASE = (TABLE, COLUMN)


def found(
    before: tuple[SchemaObject, ...],
    now: tuple[SchemaObject, ...],
    *,
    unread: tuple[Unknown, ...] = (),
) -> Drift:
    then = Inventory(version=170009, objects=before)
    return drift(
        Stored(taken_at=TAKEN, inventory=then),
        Inventory(version=170009, objects=now, unknown=unread),
        own_roles=OWN,
    )


@pytest.mark.parametrize(
    ("before", "now", "said"),
    [
        (BASE, (*BASE, it(Kind.TABLE, "public.u")), "table public.u is new"),
        ((*BASE, it(Kind.TABLE, "public.u")), BASE, "table public.u is gone"),
        (
            BASE,
            (TABLE, it(Kind.COLUMN, "public.t.id", of="public.t", type="bigint")),
            "column public.t.id has another type",
        ),
        (
            BASE,
            (*BASE, it(Kind.INDEX, "public.t_id", of="public.t", definition="...")),
            "index public.t_id is new",
        ),
        (
            BASE,
            (*BASE, it(Kind.GRANT, "app on table public.t", object="public.t", grantee="app")),
            "grant app on table public.t is new",
        ),
        (
            BASE,
            (*BASE, it(Kind.SETTING, "app here: work_mem", role="app", here=True, value="1")),
            "setting app here: work_mem is new",
        ),
        (BASE, (*BASE, it(Kind.EXTENSION, "hstore", version="1.8")), "extension hstore is new"),
    ],
)
def test_a_change_of_the_schema_is_named(
    before: tuple[SchemaObject, ...], now: tuple[SchemaObject, ...], said: str
) -> None:
    changed = found(before, now)
    assert (changed.changed, changed.number, changed.since) == ((said,), 1, TAKEN)
    assert changed.digest


@pytest.mark.parametrize(
    "extra",
    [
        it(Kind.REPLICATION_SLOT, "migration_dev", plugin="test_decoding"),
        it(Kind.PUBLICATION, "p"),
        it(Kind.ROLE, "somebody", login=True),
        it(Kind.LARGE_OBJECTS, "large objects", number=4),
        it(Kind.SCHEMA, "cutover"),
        it(Kind.TABLE, "cutover.heartbeat"),
        it(Kind.TABLE, "public.awsdms_ddl_audit"),
        it(Kind.TRIGGER, "cutover_gate on public.t", of="public.t"),
        it(Kind.EVENT_TRIGGER, "cutover_ddl_start"),
        it(
            Kind.GRANT,
            "migration_cutover on table public.t",
            object="public.t",
            grantee="migration_cutover",
        ),
        it(
            Kind.SETTING,
            "migration_replication here: x",
            role="migration_replication",
            here=True,
            value="1",
        ),
        it(Kind.SETTING, "somebody everywhere: work_mem", role="somebody", value="1"),
    ],
)
def test_what_the_migration_itself_makes_is_no_change(extra: SchemaObject) -> None:
    for changed in (found(BASE, (*BASE, extra)), found((*BASE, extra), BASE)):
        assert (changed.number, changed.changed, changed.digest) == (0, (), "")


def test_a_refresh_is_no_change() -> None:
    view = it(Kind.MATERIALIZED_VIEW, "public.m", populated=False)
    refreshed = it(Kind.MATERIALIZED_VIEW, "public.m", populated=True)
    assert found((*BASE, view), (*BASE, refreshed)).number == 0


def test_without_an_inventory_nothing_is_known() -> None:
    changed = drift(None, Inventory(version=170009, objects=BASE), own_roles=OWN)
    assert changed.unknown and changed.since is None


def test_a_kind_that_can_not_be_read_is_told_and_not_taken_for_unchanged() -> None:
    hidden = (Unknown(kind=Kind.USER_MAPPING, reason="permission denied"),)
    changed = found(BASE, BASE, unread=hidden)
    assert (changed.number, changed.changed) == (1, ())
    assert changed.unread == ("user mapping: permission denied",)
    assert changed.digest
    # One that no load depends on is left aside.
    assert found(BASE, BASE, unread=(Unknown(kind=Kind.SUBSCRIPTION, reason="denied"),)).number == 0


def test_several_facts_of_an_object_are_one_change() -> None:
    now = it(Kind.COLUMN, "public.t.id", of="public.t", type="bigint", default="1")
    changed = found(BASE, (TABLE, now))
    assert changed.changed == ("column public.t.id has another default, type",)


def test_thousands_are_counted_and_some_named_in_lines_that_fit() -> None:
    many = tuple(it(Kind.TABLE, f"public.{'x' * 200}_{n:05}") for n in range(1000))
    changed = found(BASE, (*BASE, *many))
    assert (changed.number, len(changed.changed)) == (1000, MOST_NAMED)
    assert max(map(len, changed.changed)) <= LONGEST


def test_the_digest_is_of_the_parts_too() -> None:
    """A table that was accepted as new is another one with one column more."""
    new = (it(Kind.TABLE, "public.u"), it(Kind.COLUMN, "public.u.a", of="public.u", type="text"))
    more = it(Kind.COLUMN, "public.u.b", of="public.u", type="text")
    once, again = found(BASE, (*BASE, *new)), found(BASE, (*BASE, *new, more))
    assert once.changed == again.changed == ("table public.u is new",)
    assert once.digest != again.digest
    assert once.digest == found(BASE, (*reversed(new), *BASE)).digest
