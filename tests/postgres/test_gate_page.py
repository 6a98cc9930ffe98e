"""docs/gate.md says what the tests prove and what cutover/risks.py names."""

from __future__ import annotations

from cutover.risks import BY_ID, RISKS
from migration_stacks.constructs.task_settings import DdlHandlingPolicy
from tests.postgres.gate_page import PAGE, page
from tests.postgres.writes import WRITES, Outcome


def test_the_page_is_as_it_would_be_written_now() -> None:
    text = PAGE.read_text()
    assert page(text) == text, "`.venv/bin/python -m tests.postgres.gate_page` writes it anew"


def test_what_passes_is_named_and_no_two_risks_or_kinds_have_one_name() -> None:
    assert len(BY_ID) == len(RISKS)
    assert len({write.name for write in WRITES}) == len(WRITES)
    for write in WRITES:
        assert not write.risk or write.risk in BY_ID
        assert (write.outcome is not Outcome.RISK) or write.risk
        assert (write.outcome is not Outcome.REFUSED) or write.without_freeze in BY_ID


def test_a_truncate_is_a_risk_as_long_as_the_task_does_not_carry_it() -> None:
    assert not DdlHandlingPolicy().handle_source_table_truncated
    assert "truncate-before-the-switch" in BY_ID
