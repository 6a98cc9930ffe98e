"""Checks of DMS, Aurora and Route 53, against answers whose form botocore knows."""

from __future__ import annotations

import pytest

from cutover.preflight.catalogue import BY_ID
from cutover.preflight.check import Answer, Call, Question, Report, Verdict
from cutover.preflight.examine import examine
from tests.preflight.aws import (
    CHECKS_OF_AWS,
    PLANTED_IN_AWS,
    TOLD,
    PlantedInAws,
    World,
    answering,
    clean,
    planted,
)


def ask(world: World, *ids: str) -> Report:
    aws = answering(world, TOLD)

    def answer(question: Question) -> Answer:
        return aws.ask(question) if isinstance(question, Call) else ({"number": 180006},)

    return examine([BY_ID[each] for each in ids], TOLD, answer)


def test_nothing_is_found_where_the_stacks_are_as_they_were_made() -> None:
    report = ask(clean(), *(check.id for check in CHECKS_OF_AWS))
    assert [each.finding.fact for each in report.results if each.verdict is not Verdict.PASS] == []
    assert len(report.results) == len(CHECKS_OF_AWS)


@pytest.mark.parametrize("each", PLANTED_IN_AWS, ids=lambda each: f"{each.check}-{each.verdict}")
def test_what_is_planted_is_found(each: PlantedInAws) -> None:
    (result,) = ask(planted(each), each.check).results
    assert result.verdict is each.verdict, result.finding
    assert each.names in result.finding.fact


def test_where_aws_is_not_asked_its_checks_are_named_and_do_not_count() -> None:
    report = examine(CHECKS_OF_AWS, TOLD, lambda _: pytest.fail("asked"), without_aws="--no-aws")
    assert {each.check.id for each in report.not_asked} == {check.id for check in CHECKS_OF_AWS}
    assert report.verdict is Verdict.UNKNOWN
    assert not report.results


def test_where_the_zone_is_not_there_nothing_is_known_of_its_records() -> None:
    world = clean()
    world["list_hosted_zones_by_name"].pop(0)
    (result,) = ask(world, "names-weights").results
    assert result.verdict is Verdict.UNKNOWN
    assert "list_hosted_zones_by_name found nothing" in result.finding.fact
