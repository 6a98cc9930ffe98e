"""The audit of a closed side: two readings of one server, and what they prove."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cutover.adapters.memory import FixedClock, MemoryDatabase, MemoryWorld
from cutover.audit import audit_closed_side
from cutover.decisions import Verdict
from cutover.direction import Direction, Stream, Where
from cutover.errors import SwitchNotProven
from cutover.journal import Phase
from cutover.jsonable import jsonable
from cutover.observations import Applier, SequenceState, TableWrites, WriteCounters
from cutover.steps.audit import audit_origin
from cutover.steps.switch import COUNTERS
from tests.builders import plan

NOW = datetime(2026, 1, 1, tzinfo=UTC)
LEDGER, ACCOUNTS = "public.ledger", "public.accounts"


def reading(**changes: Any) -> WriteCounters:
    values: dict[str, Any] = {
        "read_at": NOW,
        "started_at": NOW - timedelta(days=9),
        "reset_at": None,
        "next_transaction": 700,
        "lsn": "0/1",
        "tables": (
            TableWrites(name=ACCOUNTS, rows=10, file=1),
            TableWrites(name=LEDGER, rows=20, file=2),
        ),
        "sequences": (sequence(41),),
        "large_objects": 0,
        "large_object_rows": 0,
        "appliers": (),
    }
    return WriteCounters(**{**values, **changes})


def sequence(last: int | None, *, increment: int = 1) -> SequenceState:
    bound = 2**40
    minimum, maximum = (1, bound) if increment > 0 else (-bound, -1)
    return SequenceState(
        name="public.ids", last_value=last, increment=increment, minimum=minimum, maximum=maximum
    )


def later(**changes: Any) -> WriteCounters:
    return reading(read_at=NOW + timedelta(minutes=5), next_transaction=705, lsn="0/9", **changes)


def ledger(rows: int, *, file: int = 2) -> tuple[TableWrites, ...]:
    return (reading().tables[0], TableWrites(name=LEDGER, rows=rows, file=file))


def told(
    before: WriteCounters, after: WriteCounters, *, way_back_carries: bool = False
) -> list[tuple[Verdict, str, str]]:
    found = audit_closed_side(
        before, after, sequence_margin=1000, way_back_carries=way_back_carries
    )
    return [(finding.verdict, finding.fact, finding.risk) for finding in found]


def test_untouched_tables_are_said_to_be_so() -> None:
    ((verdict, fact, risk),) = told(reading(), later())
    assert (verdict, risk) == (Verdict.GOOD, "")
    assert "2 tables untouched since 2026-01-01" in fact
    assert "0/1 to 0/9" in fact


def test_no_transaction_at_all_is_the_strongest_witness() -> None:
    after = replace(later(), next_transaction=700)
    ((verdict, fact, _),) = told(reading(), after)
    assert verdict is Verdict.GOOD
    assert "no transaction has written" in fact


BAD = [
    (later(tables=ledger(23)), "public.ledger (3 rows) written past the gate, by no replication"),
    (
        later(tables=(*reading().tables, TableWrites(name="public.new", rows=0, file=3))),
        "public.new made since the closing",
    ),
    (later(tables=reading().tables[:1]), "public.ledger dropped since the closing"),
    (
        later(large_objects=1, large_object_rows=2),
        "large objects written past the gate: 0 before, 1",
    ),
    (later(large_object_rows=2), "2 rows changed"),
    (later(sequences=(sequence(1042),)), "went from 41 to 1042"),
    (later(sequences=(sequence(40),)), "went from 41 to 40"),
    (later(sequences=(sequence(None),)), "went from 41 to None"),
]


@pytest.mark.parametrize(("after", "fact"), BAD)
def test_what_was_written_past_the_gate_is_bad(after: WriteCounters, fact: str) -> None:
    ((verdict, said, _),) = told(reading(), after)
    assert verdict is Verdict.BAD
    assert fact in said


UNKNOWN = [
    (later(tables=ledger(19)), "public.ledger went down"),
    (later(reset_at=NOW), "the counters were reset"),
    (later(started_at=NOW), "restarted"),
    (replace(later(), next_transaction=699), "older than the first"),
    (replace(later(), read_at=NOW - timedelta(seconds=1)), "older than the first"),
    (later(tables=ledger(20, file=9)), "public.ledger rewritten"),
]


@pytest.mark.parametrize(("after", "fact"), UNKNOWN)
def test_what_the_counters_can_not_tell_is_not_known(after: WriteCounters, fact: str) -> None:
    ((verdict, said, _),) = told(reading(), after)
    assert verdict is Verdict.UNKNOWN
    assert fact in said


def test_a_restart_hides_no_table_that_was_written_behind_a_good_word() -> None:
    verdicts = [
        verdict for verdict, _, _ in told(reading(), later(started_at=NOW, tables=ledger(99)))
    ]
    assert verdicts == [Verdict.UNKNOWN]


@pytest.mark.parametrize(
    ("tables", "explained"), [((LEDGER,), True), (None, True), ((ACCOUNTS,), False)]
)
def test_the_way_back_explains_only_what_it_carries(
    tables: tuple[str, ...] | None, explained: bool
) -> None:
    way_back = (Applier(name="subscription back", tables=tables),)
    ((verdict, fact, risk),) = told(
        reading(appliers=way_back),
        later(appliers=way_back, tables=ledger(21)),
        way_back_carries=True,
    )
    if explained:
        assert (verdict, risk) == (Verdict.GOOD, "way-back-hides-writes")
        assert "public.ledger (1 rows) written while subscription back applies here" in fact
    else:
        assert verdict is Verdict.BAD


def test_before_the_way_back_carries_whoever_is_connected_explains_nothing() -> None:
    there = (Applier(name="role dms", tables=None),)
    ((verdict, fact, risk),) = told(
        reading(appliers=there), later(appliers=there, tables=ledger(21))
    )
    assert (verdict, risk) == (Verdict.BAD, "")
    assert "public.ledger (1 rows) written past the gate, by no replication" in fact


@pytest.mark.parametrize("direction", list(Direction))
def test_only_the_hand_over_makes_an_audit_take_a_write_for_the_way_backs(
    direction: Direction,
) -> None:
    """A recovery audits after it too. The other stream, which carried before the switch, explains nothing."""
    world = MemoryWorld.ready()
    if direction is Direction.BACK:
        world.journal.current = replace(
            world.journal.current, writer=Where.TARGET, carrier=Stream.BACK
        )
    origin = world.source if direction is Direction.FORWARD else world.target
    origin.appliers = (Applier(name="role dms", tables=None),)
    lease = world.journal.acquire("e", now=world.clock.now(), direction=direction)
    for phase, detail in (
        (Phase.SHIFTING if direction is Direction.FORWARD else Phase.WRITES_MOVED, {}),
        (Phase.SWITCHING, {"token": "t"}),
        (Phase.DESTINATION_OPEN, {COUNTERS: jsonable(origin.write_counters())}),
    ):
        world.journal.record(lease, phase, now=world.clock.now(), note="", detail=detail)
    origin.rows_written[LEDGER] = 1

    def audited() -> tuple[Verdict, str]:
        return audit_origin(origin, world.journal, world.clock, lease=lease, plan=plan())

    with pytest.raises(SwitchNotProven, match=r"public\.ledger \(1 rows\) written past the gate"):
        audited()
    carries = {"carrier": direction.way_back.value}
    world.journal.record(
        lease, Phase.DESTINATION_OPEN, now=world.clock.now(), note="", detail=carries
    )
    verdict, fact = audited()
    assert verdict is Verdict.GOOD
    assert "written while role dms applies here" in fact


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (sequence(41), sequence(1041)),
        (sequence(None), sequence(3)),
        (sequence(-5, increment=-1), sequence(-9, increment=-1)),
    ],
)
def test_numbers_within_the_margin_are_a_named_risk(
    before: SequenceState, after: SequenceState
) -> None:
    ((verdict, _, risk),) = told(reading(sequences=(before,)), later(sequences=(after,)))
    assert (verdict, risk) == (Verdict.GOOD, "sequences")


def test_a_database_in_memory_counts_too() -> None:
    database = MemoryDatabase(clock=FixedClock())
    before = database.write_counters()
    assert database.write(LEDGER)
    (finding,) = audit_closed_side(
        before, database.write_counters(), sequence_margin=0, way_back_carries=False
    )
    assert finding.verdict is Verdict.BAD
