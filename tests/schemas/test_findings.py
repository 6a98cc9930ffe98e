"""The preflight finds in the schemas of others what was read in them before it ran, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

import pytest

from cutover.adapters.postgres_questions import PostgresQuestions
from cutover.preflight.catalogue import CHECKS
from cutover.preflight.check import Answer, Question, Report, Side, Sql, Verdict
from cutover.preflight.examine import examine
from cutover.preflight.told import Told
from tests.postgres.versions import Place
from tests.schemas import reading
from tests.schemas.filling import Filled
from tests.schemas.loading import Schema, schemas

pytestmark = pytest.mark.postgres

NEVER_HERE: Final = (
    "dms-leftovers",
    "large-objects",
    "publications-for-all",
    "replica-identity-broken",
    "scheduled-jobs",
    "source-is-subscriber",
    "tablespaces",
)
"""Checks of a schema that find nothing in any of these, whatever expected.toml says."""

OF_THE_SCHEMA: Final = {*reading.QUERIES, *NEVER_HERE}
"""The checks whose verdict the schema alone decides: none of the server, of roles, of what the statistics show."""

BLOCKING: Final = {
    "array-without-key",
    "lob-without-key",
    "tables-without-key",
    "unlogged-tables",
}
"""Those of the findings here without whose remedy rows are lost, so that they FAIL; the others WARN."""

EVERY_OBJECT: Final = 10_000


def test_the_checks_of_the_schema_are_checks_of_the_source() -> None:
    sides = {check.id: check.side for check in CHECKS}
    assert {sides.get(each) for each in OF_THE_SCHEMA} == {Side.SOURCE}


def test_no_finding_is_expected_of_a_check_that_is_not_asked() -> None:
    for schema in schemas():
        assert schema.expected["findings"].keys() <= reading.QUERIES.keys(), schema.name


def test_the_preflight_finds_what_was_read_and_nothing_else(loaded: Place, schema: Schema) -> None:
    report = _examined(loaded, OF_THE_SCHEMA)
    findings = {result.check.id: result.finding for result in report.results}
    assert findings.keys() == OF_THE_SCHEMA
    expected = schema.expected["findings"]
    found = {
        check: sorted(map(_name, finding.objects))
        for check, finding in findings.items()
        if finding.objects
    }
    assert found == {check: sorted(names) for check, names in expected.items()}
    for check, finding in findings.items():
        bad = Verdict.FAIL if check in BLOCKING else Verdict.WARN
        assert finding.verdict is (bad if check in expected else Verdict.PASS), check
        assert finding.total == len(expected.get(check, ()))


def test_with_rows_and_statistics_nothing_about_the_source_is_unknown(
    filled: tuple[Place, Filled],
) -> None:
    place, _ = filled
    of_the_source = {check.id for check in CHECKS if check.side is Side.SOURCE}
    report = _examined(place, of_the_source)
    unknown = [
        f"{result.check.id}: {result.finding.fact}"
        for result in report.results
        if result.verdict is Verdict.UNKNOWN
    ]
    assert not unknown


@pytest.mark.parametrize(
    "schema", [each for each in schemas() if each.name == "slony"], indirect=True
)
def test_no_fix_changes_a_sequence_that_keeps_a_state(loaded: Place) -> None:
    """Slony's sl_log_status says which of two tables is written: two bits, set by setval."""
    (result,) = _examined(loaded, {"sequences-near-end"}).results
    assert result.verdict is Verdict.WARN
    assert result.finding.objects == ("_fleet.sl_log_status (at 0 of 3, feeds no column)",)
    (fix,) = result.finding.fixes
    assert fix.startswith("-- _fleet.sl_log_status: ")
    assert fix.endswith("the margin would change that: keep it in a table before the cutover")
    assert "\n" not in fix, "it would be run"


def _examined(place: Place, wanted: Collection[str]) -> Report:
    """The checks with the `wanted` ids, asked by a superuser of the source alone."""
    told = Told(most_objects=EVERY_OBJECT)
    questions = PostgresQuestions(place.server.dsn(dbname=place.name), values=told.values())

    def ask(question: Question) -> Answer:
        assert isinstance(question, Sql)
        return questions.ask(question)

    try:
        return examine([check for check in CHECKS if check.id in wanted], told, ask)
    finally:
        questions.close()


def _name(told: str) -> str:
    """The object's name without what is told of it in brackets."""
    return re.sub(r" \(.*\)$", "", told)
