"""The rules: which events reach a person, in which words, and which don't."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from rehearsal.aws.dms import events
from rehearsal.aws_setup import TASK_EVENTS
from tests.infrastructure.permissions import Account

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.infrastructure.conftest import Synthesized, Template

TASK = "arn:aws:dms:us-east-1:123456789012:task:MIGRATION-DEV"
EXECUTION = "arn:aws:states:us-east-1:123456789012:execution:migration-cutover-dev:night"
MACHINE = "arn:aws:states:us-east-1:123456789012:stateMachine:migration-cutover-dev"


def dms(
    kind: str, event_id: str, arn: str, message: str = "Replication task has failed"
) -> dict[str, Any]:
    """As in the DMS guide, "Working with Amazon EventBridge events"."""
    return {
        "source": "aws.dms",
        "detail-type": f"DMS Replication {kind} State Change",
        "resources": [arn],
        "detail": {"eventId": event_id, "category": "Failure", "detailMessage": message},
    }


def rds(kind: str, event_id: str, name: str) -> dict[str, Any]:
    """As in the Aurora guide, "Creating a rule that triggers on an Amazon Aurora event"."""
    return {
        "source": "aws.rds",
        "detail-type": f"RDS DB {kind} Event",
        "resources": [f"arn:aws:rds:us-east-1:123456789012:cluster:{name}"],
        "detail": {"SourceIdentifier": name, "EventID": event_id, "Message": "Failover done"},
    }


def backup(state: str, vault: str = "migration-backups-dev") -> dict[str, Any]:
    """As in the Backup guide, "Monitoring AWS Backup events using Amazon EventBridge"."""
    return {
        "source": "aws.backup",
        "detail-type": "Backup Job State Change",
        "resources": [],
        "detail": {
            "state": state,
            "backupVaultName": vault,
            "resourceArn": "arn:cluster",
            "statusMessage": "no room",
            "backupJobId": "J1",
        },
    }


def execution(status: str, machine: str = MACHINE) -> dict[str, Any]:
    """As in the Step Functions guide, "EventBridge for Step Functions execution status changes"."""
    return {
        "source": "aws.states",
        "detail-type": "Step Functions Execution Status Change",
        "resources": [EXECUTION],
        "detail": {"status": status, "stateMachineArn": machine, "executionArn": EXECUTION},
    }


@pytest.fixture(scope="session")
def rules(stacks: Synthesized) -> list[Template]:
    """Their properties, with every reference resolved."""
    account = Account(stacks)

    def resolved(value: Any) -> Any:
        if isinstance(value, list):
            return [resolved(each) for each in value]
        if isinstance(value, dict):
            if len(value) == 1 and next(iter(value)) in {"Ref", "Fn::GetAtt", "Fn::ImportValue"}:
                return account.value(value)
            return {name: resolved(each) for name, each in value.items()}
        return value

    found = stacks.resources("cutover", "AWS::Events::Rule").values()
    return [resolved(rule["Properties"]) for rule in found]


def matches(pattern: Mapping[str, Any], event: Mapping[str, Any]) -> bool:
    """EventBridge's comparison, as far as these patterns use it: one of the values is there."""
    for name, wanted in pattern.items():
        if name not in event:
            return False
        there = event[name]
        if isinstance(wanted, dict):
            if not matches(wanted, there):
                return False
        elif not set(wanted) & set(there if isinstance(there, list) else [there]):
            return False
    return True


def at(path: str, event: Any) -> str:
    """The value at a path such as $.resources[0]."""
    for part in path.removeprefix("$.").split("."):
        name, _, index = part.partition("[")
        event = event[name]
        event = event[int(index.rstrip("]"))] if index else event
    return str(event)


def told(rules: list[Template], event: dict[str, Any]) -> list[str]:
    """The messages that an event leads to."""
    messages = []
    for rule in rules:
        if "EventPattern" in rule and matches(rule["EventPattern"], event):
            for target in rule["Targets"]:
                if transformer := target.get("InputTransformer"):
                    text = transformer["InputTemplate"]
                    for name, path in transformer["InputPathsMap"].items():
                        assert f"<{name}>" in text, f"{name} is taken and not told"
                        text = text.replace(f"<{name}>", at(path, event))
                    messages.append(json.loads(text))
    return messages


@pytest.mark.parametrize(
    ("event", "words"),
    [
        (dms("Task", "DMS-EVENT-0078", TASK), ["Replication task has failed", "0078", TASK]),
        (dms("Task", "DMS-EVENT-0079", TASK, "stopped"), ["stopped", "asked for"]),
        (dms("Task", "DMS-EVENT-0092", TASK), ["0092"]),
        (dms("Instance", "DMS-EVENT-0007", "INSTANCE"), ["0007"]),
        (dms("Instance", "DMS-EVENT-0031", "INSTANCE"), ["0031"]),
        (rds("Cluster", "RDS-EVENT-0071", "migration-aurora-dev"), ["Failover done", "endpoints"]),
        (rds("Cluster", "RDS-EVENT-0069", "migration-aurora-dev"), ["0069"]),
        (rds("Instance", "RDS-EVENT-0227", "migration-aurora-dev-3"), ["migration-aurora-dev-3"]),
        (backup("FAILED"), ["FAILED", "no room", "J1", "arn:cluster"]),
        (backup("ABORTED"), ["ABORTED"]),
        (backup("EXPIRED"), ["EXPIRED"]),
        (backup("PARTIAL"), ["PARTIAL"]),
        *(
            (execution(status), [status, EXECUTION])
            for status in ("FAILED", "TIMED_OUT", "ABORTED")
        ),
    ],
    ids=lambda given: str(given.get("detail", given))[:40] if isinstance(given, dict) else "",
)
def test_a_person_is_told(
    stacks: Synthesized, rules: list[Template], event: dict[str, Any], words: list[str]
) -> None:
    (instance,) = stacks.resources("dms", "AWS::DMS::ReplicationInstance")
    known = Account(stacks).value({"Ref": instance}, "dms")
    event["resources"] = [known if arn == "INSTANCE" else arn for arn in event["resources"]]
    (message,) = told(rules, event)
    for word in words:
        assert word in message
    assert "docs/runbook.md" in message
    assert "<" not in message


@pytest.mark.parametrize(
    "kind",
    [
        events.STOPPED,
        events.FAILED,
        events.RELOADED,
        events.PAUSED_BY_SWAP,
        events.PAUSED_BY_DISK,
        events.READING_AGAIN,
        events.DELETED,
    ],
    ids=lambda kind: kind.id,
)
def test_the_rules_match_what_the_stand_in_sends(rules: list[Template], kind: events.Kind) -> None:
    sent = events.as_event(kind, source="replication-task", arn=TASK)
    (message,) = told(rules, sent)
    assert kind.id in message
    assert sent["detail"]["detailMessage"] in message


def test_the_rehearsal_has_the_rule_of_the_stacks(rules: list[Template]) -> None:
    (rule,) = [each for each in rules if each["Name"] == "migration-replication-task-events-dev"]
    (target,) = rule["Targets"]
    transformer = target["InputTransformer"]
    pattern, rehearsed = rule["EventPattern"], TASK_EVENTS.pattern
    assert {**pattern, "resources": None} == {**rehearsed, "resources": None}
    assert len(pattern["resources"]) == len(rehearsed["resources"]) == 3
    assert transformer["InputPathsMap"] == TASK_EVENTS.paths
    assert json.loads(transformer["InputTemplate"]) == TASK_EVENTS.text


@pytest.mark.parametrize(
    "event",
    [
        dms("Task", "DMS-EVENT-0069", TASK),
        dms("Task", "DMS-EVENT-0078", TASK.replace("DEV", "EU-DEV")),
        rds("Cluster", "RDS-EVENT-0071", "migration-aurora-eu-dev"),
        rds("Cluster", "RDS-EVENT-0168", "migration-aurora-dev"),
        backup("COMPLETED"),
        backup("FAILED", "migration-backups-eu-dev"),
        execution("SUCCEEDED"),
        execution("FAILED", MACHINE.replace("-dev", "-eu-dev")),
    ],
    ids=lambda event: str(event["detail"])[:60],
)
def test_nobody_is_told_of_what_is_well_or_is_anothers(
    rules: list[Template], event: dict[str, Any]
) -> None:
    assert told(rules, event) == []


def test_every_machine_of_the_stack_is_listened_to(
    stacks: Synthesized, rules: list[Template]
) -> None:
    names = set(Account(stacks).machines())
    # It fails every few minutes where the source is down; an alarm tells that once.
    scheduled = {"migration-check-dev"}
    assert scheduled < names
    for name in names - scheduled:
        assert told(rules, execution("TIMED_OUT", MACHINE.replace("migration-cutover-dev", name)))


@pytest.mark.parametrize("verb", ["cutover", "rollback"])
def test_the_put_back_gets_the_whole_event(rules: list[Template], verb: str) -> None:
    """It tells an event from a state's call by its "detail-type", and a failure that has called a person by its
    "error"."""
    event = execution("ABORTED", MACHINE.replace("cutover", verb))
    (target,) = [
        target
        for rule in rules
        for target in rule["Targets"]
        if "put-back" in target["Arn"] and matches(rule["EventPattern"], event)
    ]
    assert not {"Input", "InputPath", "InputTransformer"} & set(target)


def test_what_can_not_be_delivered_is_kept_and_alarmed_about(
    stacks: Synthesized, rules: list[Template]
) -> None:
    (queue,) = stacks.resources("cutover", "AWS::SQS::Queue")
    for rule in rules:
        assert rule["Name"].endswith("-dev")
        if "ScheduleExpression" in rule:
            # A start that failed is followed by the next, and alarm "no-check" hears the silence.
            continue
        for target in rule["Targets"]:
            assert target["DeadLetterConfig"]["Arn"] == f"{queue}.Arn", rule["Name"]
    alarm = stacks.named(
        "cutover", "AWS::CloudWatch::Alarm", "AlarmName", "migration-undelivered-dev"
    )
    name = stacks.only("cutover", "AWS::SQS::Queue")["QueueName"]
    assert alarm["Dimensions"] == [{"Name": "QueueName", "Value": name}]
    assert alarm["AlarmActions"]


def test_dms_tells_of_failures_itself_once_more(stacks: Synthesized) -> None:
    topic_policy = set(stacks.resources("cutover", "AWS::SNS::TopicPolicy"))
    tasks = {
        resource["Properties"]["ReplicationTaskIdentifier"]
        for resource in stacks.resources("dms", "AWS::DMS::ReplicationTask").values()
    }
    instance = stacks.only("dms", "AWS::DMS::ReplicationInstance")
    sources = {
        "replication-task": tasks,
        "replication-instance": {instance["ReplicationInstanceIdentifier"]},
    }
    kinds = set()
    for resource in stacks.resources("cutover", "AWS::DMS::EventSubscription").values():
        given = resource["Properties"]
        kinds.add(given["SourceType"])
        assert given["EventCategories"] == ["failure"]
        assert set(given["SourceIds"]) == sources[given["SourceType"]]
        assert given["SubscriptionName"].endswith("-dev")
        # DMS tries to publish when it is made.
        assert topic_policy <= set(resource["DependsOn"])
    assert kinds == set(sources)
