"""route53-updater with its own wiring over emulated APIs: what the adapters ask of AWS fits together."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from moto import mock_aws

from cutover.adapters.dynamodb import DynamoDbJournal
from cutover.adapters.weighted_records import WeightedName, WeightedRecords
from cutover.errors import LeaseTaken
from cutover.journal import Phase
from cutover.observations import Word
from lambdas import wiring
from lambdas.route53_updater import lambda_handler
from rehearsal.aws.invoker import InProcessContext
from rehearsal.aws.resources import JOURNAL_TABLE
from rehearsal.aws_setup import MACHINE, READ_RECORD, STATE_PARAMETER, SUFFIX, TABLE, WRITE_RECORD
from rehearsal.aws_setup import function_environment as told

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def journal(monkeypatch: pytest.MonkeyPatch) -> Iterator[DynamoDbJournal]:
    """An account with what the updater needs, and its environment; the journal to look into."""
    # Executions go on until a test stops them, whatever the rehearsal's engine set for this process before.
    with mock_aws(config={"stepfunctions": {"execute_state_machine": False}}):
        boto3.client("dynamodb").create_table(TableName=TABLE, **JOURNAL_TABLE)
        boto3.client("stepfunctions").create_state_machine(
            name=MACHINE, definition="{}", roleArn="arn:aws:iam::123456789012:role/machine"
        )
        zone = boto3.client("route53").create_hosted_zone(
            Name="rehearsal.internal", CallerReference="1"
        )["HostedZone"]["Id"]
        records = WeightedRecords(boto3.client("route53"), hosted_zone_id=zone, ttl_seconds=5)
        for name in (READ_RECORD, WRITE_RECORD):
            records.ensure(
                WeightedName(name=name, source="onprem.example", target="aurora.example")
            )
        for name, value in told("route53_updater").items():
            monkeypatch.setenv(name, value.replace("${hosted_zone_id}", zone))
        wiring.control.cache_clear()
        wiring.machines.cache_clear()
        yield DynamoDbJournal(boto3.resource("dynamodb"), table=TABLE, migration=SUFFIX)
    wiring.control.cache_clear()
    wiring.machines.cache_clear()


def ask(request: str, **payload: Any) -> dict[str, Any]:
    context: Any = InProcessContext(function_name="route53-updater", aws_request_id=request)
    answer: dict[str, Any] = json.loads(json.dumps(lambda_handler(payload, context)))
    return answer


def test_a_weight_then_back_while_it_runs_then_back_when_it_has_died(
    journal: DynamoDbJournal,
) -> None:
    states = boto3.client("stepfunctions")
    execution = ask("r1", action="gradual_cutover", aurora_weight=20)["execution"]
    found = states.describe_execution(executionArn=execution)
    assert (found["status"], json.loads(found["input"])) == ("RUNNING", {"park_at": 20})

    # The machine's first steps.
    lease = journal.acquire(execution, now=NOW)
    journal.record(lease, Phase.SHIFTING, now=NOW, note="20 %", detail={"share": 20})
    wiring.control().router.set_target_shares({READ_RECORD: 20}, now=NOW)

    assert ask("r1", action="gradual_cutover", aurora_weight=20)["execution"] == execution
    with pytest.raises(LeaseTaken, match=execution):
        ask("r2", action="manual_cutover")
    assert "next check" in ask("r3", action="rollback")["done"]
    assert journal.word().word is Word.ABORT

    states.stop_execution(executionArn=execution)
    assert "nothing was running" in ask("r4", action="rollback")["done"]
    assert journal.state().phase is Phase.PUT_BACK
    assert wiring.control().router.weights(READ_RECORD).target == 0
    shown = boto3.client("ssm").get_parameter(Name=STATE_PARAMETER)["Parameter"]["Value"]
    assert json.loads(shown)["phase"] == "put-back"
    assert ask("r4", action="rollback")["done"] == "put back already"
