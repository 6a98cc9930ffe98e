"""Parts of the account: the bus, metric math, TLS before a server."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest
from moto import mock_aws

from rehearsal.aws.bus import Bus
from rehearsal.aws.dms.faults import DmsFault
from rehearsal.aws.invoker import InvokeResult
from rehearsal.cloudformation.kinds import Api
from rehearsal.deployment.account import upstream
from rehearsal.deployment.account.alarms import calculate
from rehearsal.deployment.account.replication import DeployedReplication
from rehearsal.deployment.tls import TlsFront
from rehearsal.servers.postgres import PostgresServer, ServerTemplate
from rehearsal.servers.run_directory import RunDirectory
from tests.contracts.engine_support import wait_for

PATTERN = {"source": ["aws.states"], "detail": {"status": ["ABORTED"]}}
EVENT = {"source": "aws.states", "detail": {"status": "ABORTED", "executionArn": "arn:x"}}


@pytest.fixture
def api() -> Iterator[Api]:
    with mock_aws():
        yield Api()


def rule(api: Api, *, allowed: bool) -> tuple[Bus, str]:
    """A rule to a topic, and the queue behind the topic."""
    topic = api.call("sns", "create_topic", Name="topic")["TopicArn"]
    if allowed:
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": "events.amazonaws.com"},
            "Action": "sns:Publish",
            "Resource": topic,
        }
        api.call(
            "sns",
            "set_topic_attributes",
            TopicArn=topic,
            AttributeName="Policy",
            AttributeValue=json.dumps({"Statement": [statement]}),
        )
    queue = api.call("sqs", "create_queue", QueueName="queue")["QueueUrl"]
    arn = api.call("sqs", "get_queue_attributes", QueueUrl=queue, AttributeNames=["QueueArn"])
    endpoint = arn["Attributes"]["QueueArn"]
    api.call("sns", "subscribe", TopicArn=topic, Protocol="sqs", Endpoint=endpoint)
    api.call("events", "put_rule", Name="rule", EventPattern=json.dumps(PATTERN))
    transformer = {
        "InputPathsMap": {"status": "$.detail.status"},
        "InputTemplate": '"it ended as <status>"',
    }
    target = {"Id": "one", "Arn": topic, "InputTransformer": transformer}
    api.call("events", "put_targets", Rule="rule", Targets=[target])

    def invoke(_name: str, _payload: bytes) -> InvokeResult:
        raise AssertionError("no function is a target")

    return Bus(api, invoke, retry_scale=0), queue


def received(api: Api, queue: str) -> list[str]:
    found = api.call("sqs", "receive_message", QueueUrl=queue, WaitTimeSeconds=0)
    return [json.loads(each["Body"])["Message"] for each in found.get("Messages", [])]


def test_a_matching_event_reaches_the_topic_in_the_rules_words(api: Api) -> None:
    bus, queue = rule(api, allowed=True)
    bus(EVENT)
    assert received(api, queue) == ['"it ended as ABORTED"']


def test_other_events_and_targets_without_permission_stay_away(api: Api) -> None:
    bus, queue = rule(api, allowed=False)
    bus(EVENT)
    assert received(api, queue) == [], "the topic does not allow EventBridge"
    bus({**EVENT, "detail": {"status": "RUNNING"}})
    assert received(api, queue) == []


def test_a_schedule_calls_its_function_with_the_rules_input_and_no_event_does(api: Api) -> None:
    calls: list[tuple[str, bytes]] = []

    def invoke(name: str, payload: bytes) -> InvokeResult:
        calls.append((name, payload))
        return InvokeResult(payload=b"null", function_error=None, log="")

    role = api.call(
        "iam",
        "create_role",
        RoleName="role",
        AssumeRolePolicyDocument=json.dumps({"Statement": []}),
    )["Role"]["Arn"]
    made = api.call(
        "lambda",
        "create_function",
        FunctionName="watch",
        Role=role,
        Runtime="python3.13",
        Handler="h.h",
        Code={"ZipFile": b""},
    )
    rule_arn = api.call("events", "put_rule", Name="often", ScheduleExpression="rate(5 minutes)")
    target = {"Id": "Function", "Arn": made["FunctionArn"], "Input": "{}"}
    api.call("events", "put_targets", Rule="often", Targets=[target])
    api.call(
        "lambda",
        "add_permission",
        FunctionName="watch",
        StatementId="rule",
        Action="lambda:InvokeFunction",
        Principal="events.amazonaws.com",
        SourceArn=rule_arn["RuleArn"],
    )
    bus = Bus(api, invoke, retry_scale=0)
    bus(EVENT)
    assert calls == []
    bus.tick()
    assert [(name.partition(":")[0], payload) for name, payload in calls] == [("watch", b"{}")]


@pytest.mark.parametrize(
    ("expression", "values", "result"),
    [
        ("source + target", {"source": 1.0, "target": 2.5}, 3.5),
        ("(m1 + m2) / 2", {"m1": 1.0, "m2": 2.0}, 1.5),
        ("FILL(m1, 0)", {"m1": 1.0}, None),
        ("m1 + m2", {"m1": 1.0}, None),
    ],
)
def test_metric_math_of_sums_and_none_for_more(
    expression: str, values: dict[str, float], result: float | None
) -> None:
    assert calculate(expression, values) == result


NOWHERE = "host=127.0.0.1 port={port} user=nobody dbname=none connect_timeout=1"


def three_tasks(api: Api) -> dict[str, dict[str, Any]]:
    """As the stacks make them, the followers first; by their names."""
    instance = api.call(
        "dms",
        "create_replication_instance",
        ReplicationInstanceIdentifier="instance",
        ReplicationInstanceClass="dms.r5.large",
        EngineVersion="3.6.1",
    )["ReplicationInstance"]["ReplicationInstanceArn"]

    def endpoint(name: str, kind: str, secret: str, **settings: Any) -> str:
        made = api.call(
            "dms",
            "create_endpoint",
            EndpointIdentifier=name,
            EndpointType=kind,
            EngineName="postgres",
            PostgreSQLSettings={"SecretsManagerSecretId": secret, **settings},
        )
        return str(made["Endpoint"]["EndpointArn"])

    target = endpoint("target", "target", "t")
    ends = {
        "back": (
            endpoint("back-source", "source", "t", SlotName="slot_back"),
            endpoint("back-target", "target", "s"),
        ),
        "again": (endpoint("again-source", "source", "s", SlotName="slot_again"), target),
        "load": (endpoint("source", "source", "s"), target),
    }
    return {
        name: api.call(
            "dms",
            "create_replication_task",
            ReplicationTaskIdentifier=name,
            SourceEndpointArn=reads,
            TargetEndpointArn=applies,
            ReplicationInstanceArn=instance,
            MigrationType="full-load-and-cdc" if name == "load" else "cdc",
            TableMappings="{}",
            ReplicationTaskSettings="{}",
        )["ReplicationTask"]
        for name, (reads, applies) in ends.items()
    }


def test_all_three_tasks_are_stood_in_for_between_the_right_databases(api: Api) -> None:
    upstream.patch()
    made = three_tasks(api)
    dms = DeployedReplication(
        source_dsn=NOWHERE.format(port=1), target_dsn=NOWHERE.format(port=2), api=api
    )
    with closing(dms):
        described = {
            each["ReplicationTaskIdentifier"]: each
            for each in dms.describe_replication_tasks({})["ReplicationTasks"]
        }
        assert {name: each["ReplicationTaskArn"] for name, each in described.items()} == {
            name: each["ReplicationTaskArn"] for name, each in made.items()
        }
        assert {each["Status"] for each in described.values()} == {"ready"}
        assert described["back"]["MigrationType"] == "cdc"
        ports = {
            name: (port_of(dms, task, "Source"), port_of(dms, task, "Target"))
            for name, task in made.items()
        }
        assert ports == {"load": ("1", "2"), "back": ("2", "1"), "again": ("1", "2")}
        with pytest.raises(DmsFault, match="no CdcStartPosition"):
            dms.start_replication_task(
                {
                    "ReplicationTaskArn": made["back"]["ReplicationTaskArn"],
                    "StartReplicationTaskType": "start-replication",
                }
            )


def port_of(dms: DeployedReplication, task: dict[str, Any], side: str) -> str:
    """Of the server that this end of a task turns to: nothing listens there, so the refusal names it."""
    arn, instance = task[f"{side}EndpointArn"], task["ReplicationInstanceArn"]
    dms.test_connection({"EndpointArn": arn, "ReplicationInstanceArn": instance})
    filters = [{"Name": "endpoint-arn", "Values": [arn]}]

    def tested() -> dict[str, Any]:
        (found,) = dms.describe_connections({"Filters": filters})["Connections"]
        connection: dict[str, Any] = found
        return connection

    wait_for(lambda: tested()["Status"] == "failed")
    found = re.search(r"port (\d+)", tested()["LastFailureMessage"])
    assert found is not None
    return found.group(1)


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with RunDirectory() as run:
        server = PostgresServer(ServerTemplate.create(run), name="one")
        server.start()
        yield server


@pytest.mark.postgres
def test_tls_is_required_and_carries_everything(server: PostgresServer, tmp_path: Path) -> None:
    with closing(TlsFront(tmp_path, server_port=server.port)) as front:

        def connect(mode: str) -> psycopg.Connection[tuple[Any, ...]]:
            options = {"sslmode": mode, "gssencmode": "disable"}
            return psycopg.connect(server.dsn(**options), port=front.port)

        with connect("require") as connection:
            assert connection.pgconn.ssl_in_use
            row = connection.execute("select repeat('x', 3000000)").fetchone()
            assert row is not None
            assert len(row[0]) == 3_000_000
        with pytest.raises(psycopg.OperationalError, match="no encryption"):
            connect("disable")
        assert front.accepted == 1
