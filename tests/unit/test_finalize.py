"""Whether it may be finalized, whose each slot is, and what of a source counts as left behind."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from cutover.adapters.memory import FixedClock, MemoryCertificateStore, MemoryJournal
from cutover.direction import Where
from cutover.errors import (
    BadInput,
    DatabaseUnreachable,
    LeaseTaken,
    ServiceUnavailable,
    StartRefused,
)
from cutover.finalize import (
    SourceAfterwards,
    Verdict,
    judge,
    refusal,
    refusal_of_sessions,
    slots_of,
)
from cutover.journal import FINALIZABLE, Entry, JournalState, Phase
from cutover.observations import GateState, Left
from cutover.schema.inventory import Inventory, Kind, SchemaObject, Unknown
from cutover.schema.stored import Stored, as_text, from_text
from cutover.steps.finalize import take_first_inventory
from cutover.steps.inventory import KEY, keep_inventory
from cutover.transitions import acquired
from cutover.way_back import clock_of

NOW = datetime(2026, 1, 1, tzinfo=UTC)
OPEN, CLOSED, GONE = SourceAfterwards


def it(kind: Kind, name: str, *, of: str = "", **facts: Any) -> SchemaObject:
    return SchemaObject(kind=kind, name=name, of=of, facts=facts)


APPLICATION = (
    it(Kind.TABLE, "public.accounts", owner="app"),
    it(Kind.COLUMN, "public.accounts.id", of="public.accounts", type="integer"),
)
OURS = (
    it(Kind.SCHEMA, "cutover", owner="cut"),
    it(Kind.SCHEMA, "awsdms_control", owner="dms"),
    it(Kind.TABLE, "cutover.heartbeat", owner="cut"),
    it(Kind.COLUMN, "cutover.heartbeat.id", of="cutover.heartbeat", type="integer"),
    it(Kind.TRIGGER, "cutover_gate on public.accounts", of="public.accounts", definition="..."),
    it(Kind.EVENT_TRIGGER, "cutover_ddl_end", owner="postgres"),
    it(Kind.REPLICATION_SLOT, "way_back", plugin="test_decoding"),
    it(Kind.GRANT, "dms on schema cutover", type="schema", object="cutover", grantee="dms"),
    it(Kind.DEFAULT_PRIVILEGES, "dms on tables of app in public", role="app", grantee="dms"),
)
ROLES = (it(Kind.ROLE, "cut", login=True), it(Kind.ROLE, "dms", login=True))


def inventory(*objects: SchemaObject, unknown: tuple[Unknown, ...] = ()) -> Inventory:
    return Inventory(version=170000, objects=objects, unknown=unknown)


def judged(before: Inventory | None, now: Inventory, **changes: Any) -> Any:
    given: dict[str, Any] = {
        "roles": ("cut", "dms"),
        "slots": ("way_back",),
        "left": (),
        "source": OPEN,
    }
    stored = None if before is None else Stored(taken_at=NOW, inventory=before)
    return judge(stored, now, **(given | changes))


def test_what_is_ours_and_gone_is_no_finding() -> None:
    """The roles were made before the inventory could be taken, and their schemas with them."""
    found = judged(inventory(*APPLICATION, *OURS, *ROLES), inventory(*APPLICATION, *ROLES))
    assert (found.verdict, found.behind, found.changed) == (Verdict.CLEAN, (), ())
    assert [each.what for each in found.roles] == ["role cut", "role dms"]
    assert found.roles[0].sql == 'drop owned by "cut"; drop role "cut";'
    assert "2026-01-01 00:00Z" in found.reason


def test_what_is_ours_and_still_there_is_a_finding() -> None:
    found = judged(inventory(*APPLICATION), inventory(*APPLICATION, *OURS))
    assert found.verdict is Verdict.LEFT_BEHIND
    assert {each.what for each in found.behind} >= {
        "schema cutover",
        "trigger cutover_gate on public.accounts",
        "event trigger cutover_ddl_end",
        "replication slot way_back",
    }
    assert all(each.ours for each in found.behind)


def test_what_was_to_stay_is_named_once_and_keeps_it_from_being_clean() -> None:
    gate = Left(what="the gate", why="it was to stay closed", sql="...")
    found = judged(
        inventory(*APPLICATION), inventory(*APPLICATION, *OURS[:6]), left=(gate,), source=CLOSED
    )
    assert (found.verdict, found.behind) == (Verdict.LEFT_BEHIND, ())


def test_what_the_application_lost_or_changed_meanwhile_is_told_apart() -> None:
    changed = replace(APPLICATION[1], facts={"type": "bigint"})
    dropped = it(Kind.VIEW, "public.report")
    other_slot = it(Kind.REPLICATION_SLOT, "debezium", plugin="pgoutput")
    found = judged(inventory(*APPLICATION, dropped, other_slot), inventory(APPLICATION[0], changed))
    assert found.verdict is Verdict.CLEAN
    assert found.changed == (
        "column public.accounts.id: type is 'integer' before and 'bigint' now",
        "replication slot debezium is not there now",
        "view public.report is not there now",
    )


def test_a_slot_that_nobody_knows_is_left_behind_with_its_sql() -> None:
    """Of a task that had stopped before anybody looked: DMS makes its name up, so it can't be known for ours."""
    stranger = it(Kind.REPLICATION_SLOT, "kfbtgl_00016402", plugin="test_decoding")
    found = judged(inventory(*APPLICATION), inventory(*APPLICATION, stranger))
    (behind,) = found.behind
    assert behind.sql == "select pg_drop_replication_slot('kfbtgl_00016402');"
    assert not behind.ours
    assert "0 objects of this migration are still there, and 1 of others are new" in found.reason


def test_what_is_given_to_the_roles_goes_with_them_by_hand() -> None:
    given = it(
        Kind.GRANT,
        "dms on table public.accounts",
        of="public.accounts",
        type="table",
        object="public.accounts",
        grantee="dms",
        granted="SELECT",
    )
    found = judged(inventory(*APPLICATION), inventory(*APPLICATION, *ROLES, given))
    assert (found.verdict, found.behind) == (Verdict.CLEAN, ())
    assert len(found.roles) == 2


def test_a_superuser_is_never_told_to_be_dropped() -> None:
    """As whom the functions work in a rehearsal."""
    postgres = it(Kind.ROLE, "postgres", superuser=True)
    found = judged(inventory(postgres), inventory(postgres), roles=("postgres",))
    assert (found.verdict, found.roles) == (Verdict.CLEAN, ())


def test_a_kind_that_could_not_be_read_is_not_known_and_what_was_found_counts_first() -> None:
    blind = Unknown(kind=Kind.PUBLICATION, reason="permission denied")
    found = judged(inventory(*APPLICATION, unknown=(blind,)), inventory(*APPLICATION))
    assert (found.verdict, found.unknown) == (
        Verdict.UNKNOWN,
        ("publication: permission denied",),
    )
    found = judged(inventory(unknown=(blind,)), inventory(it(Kind.TABLE, "public.more")))
    assert found.verdict is Verdict.LEFT_BEHIND


def test_without_an_inventory_it_is_not_known() -> None:
    assert judged(None, inventory(*APPLICATION)).verdict is Verdict.UNKNOWN
    gate = Left(what="the gate", why="...", sql="...")
    assert judged(None, inventory(), left=(gate,)).verdict is Verdict.LEFT_BEHIND


def test_a_slot_is_ours_by_the_journal_or_by_the_plan() -> None:
    def entry(**detail: Any) -> Entry:
        return Entry(number=1, phase=Phase.IDLE, execution="e", at=NOW, note="", detail=detail)

    entries = (
        entry(slots=["seen"]),
        entry(way_back={"stream": "back", "slot": "back", "lsn": "0/1", "old_slots": ["load"]}),
        entry(way_back=None),
        entry(),
    )
    assert slots_of(entries, planned=("again",)) == ("again", "back", "load", "seen")


@pytest.mark.parametrize("phase", list(Phase))
def test_it_is_finalized_only_where_nothing_is_on_its_way(phase: Phase) -> None:
    state = JournalState(phase=phase, parked_at=20)
    why = refusal(state, named="dev", suffix="dev", source=OPEN)
    assert (why == "") is (phase in FINALIZABLE)
    try:
        taken = acquired(state, "last", now=NOW, finalizes=True)
    except StartRefused as refused:
        assert str(refused) == why
    else:
        assert (taken.phase, taken.held, taken.fence) == (Phase.FINALIZING, True, 1)
    with pytest.raises(LeaseTaken):
        acquired(replace(state, held=True, execution="night"), "last", now=NOW, finalizes=True)


@pytest.mark.parametrize("phase", [Phase.FINALIZING, Phase.FINALIZED])
def test_after_it_nothing_else_begins(phase: Phase) -> None:
    state = JournalState(phase=phase, writer=Where.TARGET, writer_since=NOW, updated_at=NOW)
    for replicates in (False, True):
        with pytest.raises(StartRefused, match="finalized"):
            acquired(state, "night", now=NOW, replicates=replicates)
    assert clock_of(state, now=NOW) is None, "there is no way back to be watched"


@pytest.mark.parametrize("named", ["", "Dev", "dev ", "prod"])
def test_the_name_is_compared_letter_by_letter(named: str) -> None:
    why = refusal(JournalState(), named=named, suffix="dev", source=OPEN)
    assert repr(named) in why
    assert "'dev'" in why


@pytest.mark.parametrize("source", [CLOSED, GONE])
def test_a_writer_is_neither_closed_nor_gone(source: SourceAfterwards) -> None:
    state = JournalState(phase=Phase.DONE, writer=Where.SOURCE)
    assert "the writer is on the source" in refusal(state, named="dev", suffix="dev", source=source)
    assert not refusal(
        replace(state, writer=Where.TARGET), named="dev", suffix="dev", source=source
    )


def test_sessions_count_where_a_closed_source_would_be_opened() -> None:
    some = {"app": 2}
    assert "2 of app" in refusal_of_sessions(some, gate=GateState.CLOSED, source=OPEN)
    assert refusal_of_sessions(some, gate=GateState.PARTIAL, source=OPEN)
    assert not refusal_of_sessions({}, gate=GateState.CLOSED, source=OPEN)
    assert not refusal_of_sessions(some, gate=GateState.CLOSED, source=CLOSED)
    # The source is the writer: of course somebody writes there.
    assert not refusal_of_sessions(some, gate=GateState.OPEN, source=OPEN)


def test_an_inventory_is_read_as_it_was_kept() -> None:
    kept = inventory(
        *APPLICATION, *OURS, unknown=(Unknown(kind=Kind.USER_MAPPING, reason="hidden"),)
    )
    text = as_text(Stored(taken_at=NOW, inventory=kept))
    assert from_text(text) == Stored(taken_at=NOW, inventory=kept)


@pytest.mark.parametrize(
    "text",
    ["", "{}", "[]", '{"format": "migration-inventory/2"}', '{"format": "migration-inventory/1"}'],
)
def test_half_an_inventory_is_none(text: str) -> None:
    with pytest.raises(BadInput, match="inventory"):
        from_text(text)


def test_the_first_inventory_stays_whatever_comes_later() -> None:
    store, clock = MemoryCertificateStore(), FixedClock()
    keep_inventory(lambda: inventory(*APPLICATION), store, clock)
    clock.sleep(60)

    def not_again() -> Inventory:
        raise AssertionError("ten thousand tables are not read to be thrown away")

    keep_inventory(not_again, store, clock)
    assert from_text(store.kept[KEY]).taken_at == FixedClock().now()


def test_beside_a_preflight_it_is_taken_only_before_anything_began_and_stands_in_no_way() -> None:
    def first(
        store: MemoryCertificateStore, journal: MemoryJournal, error: Exception | None = None
    ) -> str | None:
        def read() -> Inventory:
            if error is not None:
                raise error
            return inventory(*APPLICATION)

        return take_first_inventory(read, store, journal, FixedClock())

    store, journal = MemoryCertificateStore(), MemoryJournal()
    assert first(store, journal, DatabaseUnreachable("no answer")) is None
    assert first(MemoryCertificateStore(reachable=False), journal) is None
    assert store.kept == {}
    assert first(store, journal) == KEY
    later = MemoryJournal()
    later.acquire("load", now=NOW, replicates=True)
    empty = MemoryCertificateStore()
    assert first(empty, later) is None
    assert empty.kept == {}


def test_an_inventory_that_the_store_does_not_take_is_an_error_of_the_load() -> None:
    with pytest.raises(ServiceUnavailable):
        keep_inventory(inventory, MemoryCertificateStore(reachable=False), FixedClock())
