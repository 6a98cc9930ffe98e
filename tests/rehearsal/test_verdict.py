"""The verdict finds each fault that is planted, and none where there is none."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehearsal.workload.contents import Account, Contents, Transfer
from rehearsal.workload.ledger import Reads, Write
from rehearsal.workload.verdict import (
    Closed,
    LedgerVerdict,
    StageInterval,
    judge_writes,
    longest_stalls,
    measure_pause,
    measure_read_shares,
    percentile,
)

if TYPE_CHECKING:
    from rehearsal.workload.configuration import Side

MS = 1_000_000
CLOSED_AT = 1000 * MS
OPENED_AT = 1010 * MS
CLOSED = (Closed(side="source", from_ns=CLOSED_AT), Closed(side="target", until_ns=OPENED_AT))


def write(seq: int, side: Side, *, sent_ms: float, took_ms: float = 1.0, writer: int = 1) -> Write:
    sent_ns = int(sent_ms * MS)
    return Write(writer, seq, side, sent_ns, sent_ns + int(took_ms * MS))


# Four transfers of 10 from account 1 to account 2: two before the switch, two after it.
TOLD = [
    write(1, "source", sent_ms=900),
    write(2, "source", sent_ms=990),
    write(3, "target", sent_ms=1020),
    write(4, "target", sent_ms=1030),
]
SURVIVOR = Contents(
    ledger={(1, seq): Transfer(1, 2, 10) for seq in (1, 2, 3, 4)},
    accounts={1: Account(100, 60, 4), 2: Account(100, 140, 4), 3: Account(5, 5, 0)},
)
GIVEN_UP = replace(SURVIVOR, ledger={(1, seq): Transfer(1, 2, 10) for seq in (1, 2)})


def judge(
    *, told: list[Write] = TOLD, survivor: Contents = SURVIVOR, other: Contents | None = GIVEN_UP
) -> LedgerVerdict:
    return judge_writes(told, survivor=survivor, other=other, closed=CLOSED)


def counts(verdict: LedgerVerdict) -> tuple[int, int, int, int]:
    """lost, duplicated, written to the closed side, wrong balances"""
    return (
        verdict.lost,
        verdict.duplicated,
        verdict.written_to_closed_side,
        verdict.wrong_balances,
    )


def test_a_clean_switch_is_clean() -> None:
    verdict = judge()
    assert counts(verdict) == (0, 0, 0, 0)
    assert verdict.acknowledged == 4
    assert verdict.clean


def test_a_lost_write_is_found() -> None:
    ledger = {key: row for key, row in SURVIVOR.ledger.items() if key != (1, 3)}
    accounts = {1: Account(100, 70, 3), 2: Account(100, 130, 3)}
    verdict = judge(survivor=Contents(ledger=ledger, accounts=accounts))
    assert counts(verdict) == (1, 0, 0, 0)
    assert verdict.examples["lost"] == ["writer 1 seq 3"]
    assert not verdict.clean


def test_a_row_inserted_twice_is_found() -> None:
    verdict = judge(survivor=replace(SURVIVOR, repeated={(1, 2): 1}))
    assert counts(verdict) == (0, 1, 0, 0)
    assert verdict.examples["duplicated"] == ["writer 1 seq 2"]


def test_a_row_applied_to_a_balance_twice_is_found() -> None:
    accounts = {**SURVIVOR.accounts, 2: Account(100, 150, 5)}
    verdict = judge(survivor=replace(SURVIVOR, accounts=accounts))
    assert counts(verdict) == (0, 1, 0, 1)
    assert verdict.examples["duplicated"] == ["account 2"]


def test_a_diverged_balance_is_found() -> None:
    accounts = {**SURVIVOR.accounts, 3: Account(5, 6, 0)}
    verdict = judge(survivor=replace(SURVIVOR, accounts=accounts))
    assert counts(verdict) == (0, 0, 0, 1)
    assert verdict.examples["wrong_balances"] == ["account 3"]


@pytest.mark.parametrize(
    ("late", "found"),
    [
        (write(3, "source", sent_ms=1000.001), 1),
        (write(3, "target", sent_ms=1005), 1),
        # Sent in time and told late, or sent early and told in time: both are as they should be.
        (write(3, "source", sent_ms=999, took_ms=5), 0),
        (write(3, "target", sent_ms=1009, took_ms=2), 0),
    ],
)
def test_a_write_that_a_closed_side_acknowledged_is_found(late: Write, found: int) -> None:
    verdict = judge(told=[*TOLD[:2], late, TOLD[3]])
    assert counts(verdict) == (0, 0, found, 0)


def test_a_row_left_behind_on_the_source_is_found() -> None:
    other = replace(GIVEN_UP, ledger={**GIVEN_UP.ledger, (1, 99): Transfer(1, 2, 10)})
    verdict = judge(other=other)
    assert counts(verdict) == (0, 0, 1, 0)
    assert verdict.examples["written_to_closed_side"] == ["writer 1 seq 99"]


def test_an_unreadable_other_side_is_left_out() -> None:
    assert judge(other=None).clean


def test_a_write_told_twice_counts_once() -> None:
    assert judge(told=[*TOLD, TOLD[3]]).acknowledged == 4


def test_the_pause_is_measured_per_writer_and_over_all() -> None:
    writes = [
        write(1, "source", sent_ms=100, took_ms=0, writer=1),
        write(1, "source", sent_ms=104, took_ms=0, writer=2),
        write(2, "target", sent_ms=130, took_ms=0, writer=1),
        write(2, "target", sent_ms=150, took_ms=0, writer=2),
        write(3, "target", sent_ms=160, took_ms=0, writer=1),
        write(1, "source", sent_ms=90, took_ms=0, writer=3),
    ]
    pause = measure_pause(writes, from_side="source", to_side="target")
    assert pause is not None
    assert pause.writers == {1: 30.0, 2: 46.0}
    assert (pause.client_p50, pause.client_max, pause.overall) == (30.0, 46.0, 26.0)


def test_one_of_two_switches_is_measured_by_its_time() -> None:
    there = [
        write(1, "source", sent_ms=100, took_ms=0),
        write(2, "target", sent_ms=130, took_ms=0),
    ]
    back = [
        write(3, "target", sent_ms=500, took_ms=0),
        write(4, "source", sent_ms=570, took_ms=0),
    ]
    first = measure_pause(
        there + back, from_side="source", to_side="target", between_ns=(0, 300 * MS)
    )
    second = measure_pause(
        there + back, from_side="target", to_side="source", between_ns=(300 * MS, 900 * MS)
    )
    assert first is not None
    assert second is not None
    assert (first.client_max, second.client_max) == (30.0, 70.0)


def test_no_switch_is_no_pause_of_zero() -> None:
    assert measure_pause(TOLD[:2], from_side="source", to_side="target") is None


def test_a_stall_without_a_switch_is_measured() -> None:
    writes = [write(seq, "source", sent_ms=at, took_ms=0) for seq, at in enumerate((0, 10, 95, 99))]
    assert longest_stalls(writes) == {1: 85.0}
    assert longest_stalls(writes, between_ns=(90 * MS, 200 * MS)) == {1: 4.0}


def test_who_is_told_of_nothing_until_the_end_stood_still() -> None:
    writes = [write(seq, "source", sent_ms=at, took_ms=0) for seq, at in enumerate((10, 12))]
    writes.append(Write(2, 1, "source", MS, MS))
    stalls = longest_stalls(writes, between_ns=(5 * MS, 100 * MS), until_the_end=True)
    assert stalls == {1: 88.0, 2: 95.0}


def test_a_read_share_counts_settled_reads_only() -> None:
    second = 1_000_000_000
    stages = [
        StageInterval(weight=20, entered_ns=0, left_ns=10 * second),
        StageInterval(weight=50, entered_ns=10 * second, left_ns=11 * second),
    ]
    reads = [
        Reads(0, "target", 1000, 1000, 1.0),
        Reads(2 * second, "source", 80, 40, 1.0),
        Reads(3 * second, "target", 20, 10, 1.0),
        Reads(10 * second, "source", 7, 7, 1.0),
    ]
    twenty, fifty = measure_read_shares(stages, reads, ttl_seconds=1.0)
    assert (twenty.share, twenty.reads, twenty.resolutions) == (0.2, 100, 50)
    assert fifty.share is None, "a stage shorter than the TTL was never seen settled"


@given(st.lists(st.floats(0, 1e6), min_size=1).map(sorted), st.integers(1, 100))
def test_a_percentile_is_a_measured_value_with_that_many_at_or_below(
    ordered: list[float], percent: int
) -> None:
    value = percentile(ordered, percent)
    assert value in ordered
    assert sum(other <= value for other in ordered) >= len(ordered) * percent / 100
