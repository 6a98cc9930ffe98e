"""What must be true of the load and of the end, whatever happened in between."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from rehearsal.evidence import Ending, Evidence
from rehearsal.history import Story
from rehearsal.report.model import Finalized, Replicated, TableCheck
from rehearsal.workload.ledger import ClientRecords
from rehearsal.workload.verdict import LedgerVerdict

NOW = datetime(2026, 1, 2, tzinfo=UTC)
SAME = TableCheck(table="ledger", source_rows=5, target_rows=5, diverged=0)
OTHER = TableCheck(table="ledger", source_rows=5, target_rows=4, diverged=1)
LOADED = Replicated(started=1, ready=9, schema="the same", compared=[SAME])
ENDED = Finalized(started=20, ended=25, verdict="clean", reason="nothing", compared=[SAME])
SEEN = Evidence(
    started=NOW,
    ended=NOW,
    ending=Ending(status="SUCCEEDED"),
    story=Story(),
    records=ClientRecords(writes=[], reads=[], errors=[]),
    verdict=LedgerVerdict(
        acknowledged=1,
        lost=0,
        duplicated=0,
        written_to_closed_side=0,
        wrong_balances=0,
        examples={},
    ),
    weights={},
    ttl_seconds=1,
    replicated=LOADED,
    finalized=ENDED,
)


def test_a_whole_life_has_no_fault() -> None:
    assert SEEN.life_faults() == []
    assert replace(SEEN, finalized=None).life_faults() == []


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        (replace(SEEN, replicated=None), "not loaded"),
        (replace(SEEN, replicated=replace(LOADED, compared=[OTHER])), "{'ledger': 1}"),
        (replace(SEEN, replicated=replace(LOADED, compared=[])), "after the load are not the same"),
        (replace(SEEN, finalized=replace(ENDED, compared=[OTHER])), "before the finalize are not"),
        (replace(SEEN, finalized=replace(ENDED, verdict="unknown")), "finalize says unknown"),
        (replace(SEEN, finalized=replace(ENDED, remains=["slot s"])), "not as before: slot s"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_not_so_is_told(seen: Evidence, said: str) -> None:
    (fault,) = seen.life_faults()
    assert said in fault
