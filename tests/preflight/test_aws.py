"""Checks of DMS, Aurora and Route 53, against answers whose form botocore knows."""

from __future__ import annotations

import io
import json

import boto3
import pytest
from botocore.response import StreamingBody
from botocore.stub import Stubber

from cutover.adapters.aws_questions import PreflightFunction
from cutover.preflight.catalogue import BY_ID, CHECKS
from cutover.preflight.check import Answer, Call, Question, Report, Unanswered, Verdict
from cutover.preflight.document import as_document, findings
from cutover.preflight.examine import examine, examined_elsewhere
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
        assert isinstance(question, Call)
        return aws.ask(question)

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


EVENT = {"settings": {}, "suffix": "dev"}


def function(payload: object, **more: object) -> dict[str, object] | Unanswered:
    client = boto3.client("lambda", region_name="us-east-1")
    body = json.dumps(payload).encode()
    with Stubber(client) as stubber:
        stubber.add_response(
            "invoke",
            {"Payload": StreamingBody(io.BytesIO(body), len(body)), **more},
            {"FunctionName": "migration-preflight-dev", "Payload": json.dumps(EVENT)},
        )
        return PreflightFunction(client, name=TOLD.names()["function"]).ask(EVENT)


def test_what_the_function_found_is_taken_over_and_aws_is_asked_from_here() -> None:
    here = examine(CHECKS, TOLD, lambda _: Unanswered(reason="no server"), without_aws="elsewhere")
    document = function(as_document(here))
    assert not isinstance(document, Unanswered)
    taken = findings(document)
    known = {name: found for name, found in taken.items() if name != "wal-level"}
    aws = answering(clean(), TOLD)

    def ask(question: Question) -> Answer:
        assert isinstance(question, Call)
        return aws.ask(question)

    report = examined_elsewhere(CHECKS, TOLD, ask, known)
    verdicts = {each.check.id: each for each in report.results}
    assert set(verdicts) == set(BY_ID)
    assert verdicts["dms-task"].verdict is Verdict.PASS
    assert verdicts["settings-fence"].verdict is Verdict.PASS
    assert verdicts["source-version"].finding == taken["source-version"]
    assert "does not know this check" in verdicts["wal-level"].finding.fact
    assert verdicts["wal-level"].verdict is Verdict.UNKNOWN


def test_a_function_that_fails_leaves_its_checks_unknown() -> None:
    answer = function({"errorMessage": "no route to host"}, FunctionError="Unhandled")
    assert isinstance(answer, Unanswered)
    report = examined_elsewhere(CHECKS, TOLD, lambda _: (), answer, without_aws="--no-aws")
    unknown = [each for each in report.results if each.verdict is Verdict.UNKNOWN]
    assert {each.check.id for each in unknown} == {
        check.id for check in CHECKS if check.asks and not check.calls
    }
    assert all("no route to host" in each.finding.fact for each in unknown)
    assert report.verdict is Verdict.UNKNOWN
