"""docs/fault-matrix.md is what the records make, and says what they say."""

from __future__ import annotations

from typing import Any

from rehearsal.faults import records
from rehearsal.faults.page import PAGE, page

RUN: dict[str, Any] = {
    "case": "controller killed @ before switch_writer/barrier.close",
    "scenario": "controller killed",
    "group": "controller",
    "point": "before switch_writer/barrier.close",
    "seed": 7,
    "ending": "put back",
    "passed": True,
    "faults": [],
    "residual": False,
    "acknowledged": 600,
    "lost": 0,
    "duplicated": 0,
    "closed_side": 0,
    "wrong_balances": 0,
    "pause_p50_ms": None,
    "pause_max_ms": None,
    "longest_stall_ms": 80.0,
    "failed_transactions": 0,
    "versions": {"code": "abc"},
}


def test_the_page_is_made_from_the_records() -> None:
    runs = records.read(records.DIRECTORY.glob("*.jsonl"))
    assert PAGE.read_text(encoding="utf-8") == page(runs), "run `make faults ARGS=--page`"


def test_what_is_lost_and_what_is_not_as_expected_shows() -> None:
    bad = {**RUN, "seed": 8, "lost": 3, "passed": False, "faults": ["I2: 3 | lost"]}
    text = page([RUN, bad])
    assert "| acknowledged writes lost | 3 |" in text
    assert "| seeds | 7-8 |" in text
    assert f"| {RUN['case']} | 8 | put back | I2: 3 / lost |" in text
    assert "1 of 2" in text


def test_a_residual_risk_is_told_apart() -> None:
    risk = {
        **RUN,
        "scenario": "session_replication_role",
        "group": "clients",
        "residual": True,
        "lost": 5,
    }
    text = page([risk])
    assert "| acknowledged writes lost | 0 |" in text
    assert "| 1 | 5 | 0 | 0 |" in text


def test_a_scenario_that_is_no_more_is_in_no_sum_and_is_named() -> None:
    gone = {**RUN, "scenario": "of old", "case": "of old", "acknowledged": 5, "lost": 5}
    text = page([RUN, gone])
    assert "| writes acknowledged | 600 |" in text
    assert "| acknowledged writes lost | 0 |" in text
    assert "the scenario is no more: of old (1)" in text


def test_a_run_that_was_made_again_after_the_arena_failed_counts_once() -> None:
    failed = {
        key: RUN[key] for key in ("case", "scenario", "group", "point", "seed", "versions")
    } | {"ending": "not known", "passed": False, "faults": ["the arena: no server"]}
    assert records.done([failed]) == set()
    assert "no server" in page([failed])
    text = page([failed, RUN])
    assert "no server" not in text
    assert "the same case and seed was run again: 1." in text


def test_the_invariants_are_counted_and_what_is_not_checked_is_said() -> None:
    checked = {**RUN, "seed": 8, "invariants": {"I1": "held", "I6": "not checked"}, "probes": 9}
    risk = {**RUN, "seed": 9, "residual": True, "invariants": {"I1": "broken"}, "lost": 1}
    text = page([RUN, checked, risk])
    (first,) = [line for line in text.splitlines() if line.startswith("| I1 |")]
    assert first.split(" | ")[2:6] == ["1", "0", "1", "0"]
    (sixth,) = [line for line in text.splitlines() if line.startswith("| I6 |")]
    assert "| 0 | 0 | 0 | 2 |" in sixth
    assert "tests/deployment/" in sixth


def test_the_other_ways_faults_are_called_a_selection() -> None:
    text = page([])
    assert "A selection, not the matrix: 7 kinds (no fault, override writers," in text


def test_the_record_leaves_out_a_line_that_was_cut_short(tmp_path: Any) -> None:
    path = tmp_path / "arena.jsonl"
    records.append(path, RUN)
    with path.open("a") as file:
        file.write('{"case": "half')
    assert records.done(records.read([path])) == {(RUN["case"], 7)}
