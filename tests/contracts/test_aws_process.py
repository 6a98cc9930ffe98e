"""The emulated AWS in its child process: everything reachable through boto3, nothing left behind."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import psutil
import pytest
from botocore.exceptions import ClientError

from rehearsal.aws.config import (
    AlarmConfig,
    AwsConfig,
    DmsConfig,
    FunctionConfig,
    Ready,
    RecordConfig,
    RuleConfig,
    StateMachineConfig,
)
from rehearsal.aws.invoker import REGION, function_arn
from rehearsal.aws.process import AwsStandIn, AwsStandInFailed
from rehearsal.aws.resolver import DnsResolver
from tests.contracts.engine_support import invoke, jsonata, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="awslambdaric is for Linux")

HANDLERS = '''
import os
import boto3

def tell(event, context):
    """What the function was told, and what it finds by it."""
    secret = boto3.client("secretsmanager").get_secret_value(SecretId=os.environ["SECRET_ARN"])
    zone = boto3.client("route53").get_hosted_zone(Id=os.environ["HOSTED_ZONE_ID"])
    tasks = boto3.client("dms").describe_replication_tasks()["ReplicationTasks"]
    return {
        "secret": secret["SecretString"], "zone": zone["HostedZone"]["Name"],
        "task": tasks[0]["Status"], "parameter": boto3.client("ssm").get_parameter(Name="/p")
        ["Parameter"]["Value"],
    }

def record(event, context):
    boto3.client("dynamodb").put_item(
        TableName=os.environ["TABLE"],
        Item={
            "migration": {"S": "event"},
            "item": {"S": event["detail"]["status"] + " " + event["detail-type"]},
        },
    )
'''

SUBJECT = "{% 'done ' & $states.input.zone %}"
DEFINITION = jsonata(
    ("Tell", invoke("tell", {}, Output="{% $states.result.Payload %}", Next="Announce")),
    (
        "Announce",
        {
            "Type": "Task",
            "Resource": "arn:aws:states:::sns:publish",
            "Arguments": {"TopicArn": "${topic_arn}", "Subject": SUBJECT, "Message": "m"},
            "Output": "{% $states.input %}",
            "Next": "Wait",
        },
    ),
    ("Wait", {"Type": "Wait", "Seconds": "{% $exists($states.input.zone) ? 1 : 0 %}", "End": True}),
)


def functions() -> tuple[FunctionConfig, ...]:
    return (
        FunctionConfig(
            name="tell",
            handler="process_code.tell",
            environment={
                "SECRET_ARN": "${secret_arn:source}",
                "HOSTED_ZONE_ID": "${hosted_zone_id}",
            },
        ),
        FunctionConfig(
            name="record", handler="process_code.record", environment={"TABLE": "journal"}
        ),
    )


@pytest.fixture(scope="module")
def code(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("code")
    (folder / "process_code.py").write_text(HANDLERS)
    return folder


@pytest.fixture(scope="module")
def stand_in(code: Path) -> Iterator[AwsStandIn]:
    record = {"name": "ro.example.test", "ttl_seconds": 1}
    nowhere = "host=127.0.0.1 port=1 user=nobody password=hidden connect_timeout=1"
    config = AwsConfig(
        code_directory=code,
        wait_scale=0.01,
        functions=functions(),
        state_machines=(
            StateMachineConfig(
                name="cutover", definition=json.dumps(DEFINITION), failed_function="record"
            ),
        ),
        zone="example.test",
        records=(
            RecordConfig(set_identifier="source", value="s.test", weight=100, **record),
            RecordConfig(set_identifier="target", value="t.test", weight=0, **record),
        ),
        secrets={"source": {"host": "h", "port": 5432}},
        parameters={"/p": "value"},
        table="journal",
        alarms=(
            AlarmConfig(name="lag", threshold=60, task_metrics=("CDCLatencySource",)),
            AlarmConfig(name="cpu", state="ALARM"),
        ),
        dms=DmsConfig(source_dsn=nowhere, target_dsn=nowhere),
        rules=(
            RuleConfig(
                name="failures",
                pattern={"source": ["aws.dms"], "detail": {"eventId": ["DMS-EVENT-0078"]}},
                paths={"arn": "$.resources[0]", "id": "$.detail.eventId"},
                text="Task <arn> says <id>: see the log.",
            ),
        ),
    )
    assert "hidden" not in repr(config)
    with AwsStandIn(config) as started:
        yield started


@pytest.fixture
def ready(stand_in: AwsStandIn) -> Ready:
    return stand_in.ready


def client(ready: Ready, service: Any) -> Any:
    endpoint = ready.dms_endpoint if service == "dms" else ready.endpoint
    return boto3.client(
        service,
        region_name=REGION,
        endpoint_url=endpoint,
        aws_access_key_id="x",
        aws_secret_access_key="x",
    )


def ended(ready: Ready, arn: str) -> dict[str, Any]:
    states = client(ready, "stepfunctions")
    wait_for(lambda: states.describe_execution(executionArn=arn)["status"] != "RUNNING", within=20)
    found: dict[str, Any] = states.describe_execution(executionArn=arn)
    return found


def start(ready: Ready) -> str:
    states = client(ready, "stepfunctions")
    machine = next(iter(ready.state_machine_arns.values()))
    arn: str = states.start_execution(stateMachineArn=machine)["executionArn"]
    return arn


def test_a_function_finds_every_resource_it_was_told_of(ready: Ready) -> None:
    done = ended(ready, start(ready))

    assert done["status"] == "SUCCEEDED", done
    assert json.loads(done["output"]) == {
        "secret": '{"host": "h", "port": 5432}',
        "zone": "example.test.",
        "task": "ready",
        "parameter": "value",
    }
    sqs = client(ready, "sqs")
    [message] = sqs.receive_message(QueueUrl=ready.topic_queue_url)["Messages"]
    assert json.loads(message["Body"])["Subject"] == "done example.test."


def test_a_failed_execution_invokes_the_function_of_the_rule(ready: Ready) -> None:
    states = client(ready, "stepfunctions")
    arn = start(ready)
    states.stop_execution(executionArn=arn, error="E", cause="C")

    items = "ABORTED Step Functions Execution Status Change"
    key = {"migration": {"S": "event"}, "item": {"S": items}}
    dynamodb = client(ready, "dynamodb")
    wait_for(lambda: "Item" in dynamodb.get_item(TableName="journal", Key=key), within=20)


def test_names_follow_the_records(ready: Ready) -> None:
    assert ready.dns_port
    resolver = DnsResolver(port=ready.dns_port)

    assert {resolver.resolve("ro.example.test").value for _ in range(20)} == {"s.test"}

    client(ready, "route53").change_resource_record_sets(
        HostedZoneId=ready.hosted_zone_id,
        ChangeBatch={
            "Changes": [
                {
                    "Action": "UPSERT",
                    "ResourceRecordSet": {
                        "Name": "ro.example.test",
                        "Type": "CNAME",
                        "SetIdentifier": "target",
                        "Weight": 100,
                        "TTL": 1,
                        "ResourceRecords": [{"Value": "t.test"}],
                    },
                }
            ]
        },
    )

    assert {resolver.resolve("ro.example.test").value for _ in range(20)} == {"s.test", "t.test"}


def test_alarms_begin_as_configured(ready: Ready) -> None:
    alarms = client(ready, "cloudwatch").describe_alarms()["MetricAlarms"]

    assert {alarm["AlarmName"]: alarm["StateValue"] for alarm in alarms} == {
        "lag": "OK",
        "cpu": "ALARM",
    }


def test_a_database_that_is_not_there_fails_the_connection_test(ready: Ready) -> None:
    dms = client(ready, "dms")
    dms.test_connection(
        ReplicationInstanceArn=ready.instance_arn, EndpointArn=ready.endpoint_arns["source"]
    )

    def tested() -> Any:
        return dms.describe_connections()["Connections"][0]

    wait_for(lambda: tested()["Status"] == "failed")
    assert "the source database" in tested()["LastFailureMessage"]
    assert "hidden" not in tested()["LastFailureMessage"]


def test_a_rule_takes_what_a_task_tells_to_the_topic(ready: Ready) -> None:
    with pytest.raises(ClientError, match="InvalidResourceStateFault"):
        # What it made in the databases can't be taken away: nobody answers there.
        client(ready, "dms").delete_replication_task(ReplicationTaskArn=ready.task_arn)
    sqs = client(ready, "sqs")
    heard: list[str] = []

    def told() -> bool:
        found = sqs.receive_message(QueueUrl=ready.topic_queue_url, MaxNumberOfMessages=10)
        heard.extend(json.loads(each["Body"])["Message"] for each in found.get("Messages", []))
        return any("DMS-EVENT" in each for each in heard)

    wait_for(told)
    (message,) = [each for each in heard if "DMS-EVENT" in each]
    assert json.loads(message) == f"Task {ready.task_arn} says DMS-EVENT-0078: see the log."


def test_the_environment_leads_boto3_here(ready: Ready, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ready.environment().items():
        monkeypatch.setenv(name, value)

    [task] = boto3.client("dms").describe_replication_tasks()["ReplicationTasks"]
    assert task["ReplicationTaskArn"] == ready.task_arn
    table = boto3.client("dynamodb").describe_table(TableName=ready.table)
    assert table["Table"]["TableStatus"] == "ACTIVE"
    answer = boto3.client("lambda").invoke(FunctionName=function_arn("tell"))
    assert json.loads(answer["Payload"].read())["parameter"] == "value"


@pytest.mark.parametrize(
    ("part", "kind"), [("port", "AWS"), ("dns_port", "name server"), ("dms", "stand-in for DMS")]
)
def test_a_port_in_use_is_named(code: Path, part: str, kind: str) -> None:
    family = socket.SOCK_DGRAM if part == "dns_port" else socket.SOCK_STREAM
    with socket.socket(socket.AF_INET, family) as taken:
        taken.bind(("127.0.0.1", 0))
        if family == socket.SOCK_STREAM:
            taken.listen()
        port = taken.getsockname()[1]
        values: dict[str, Any] = {part: port}
        if part == "dms":
            values = {"dms": DmsConfig(source_dsn="", target_dsn="", port=port)}
        config = AwsConfig(code_directory=code, zone="z.test", **values)
        with pytest.raises(AwsStandInFailed, match=f"port {port} .* in use, and .*{kind}"):
            AwsStandIn(config).__enter__()


def test_a_refused_definition_is_told_with_its_reason(code: Path) -> None:
    config = AwsConfig(
        code_directory=code, state_machines=(StateMachineConfig(name="m", definition="{}"),)
    )
    with pytest.raises(AwsStandInFailed, match="InvalidDefinition"):
        AwsStandIn(config).__enter__()


@pytest.mark.parametrize("end", ["close", "terminate", "kill the parent"])
def test_nothing_is_left(code: Path, end: str) -> None:
    program = f"""
import pathlib, sys, time
from rehearsal.aws.config import AwsConfig, FunctionConfig
from rehearsal.aws.process import AwsStandIn
code = pathlib.Path({str(code)!r})
functions = (FunctionConfig(name="record", handler="process_code.record"),)
with AwsStandIn(AwsConfig(code_directory=code, functions=functions)) as stand_in:
    print(stand_in.pid, flush=True)
    sys.stdin.readline()
"""
    with subprocess.Popen(
        [sys.executable, "-c", program],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
        text=True,
    ) as parent:
        assert parent.stdout and parent.stdin
        child = psutil.Process(int(parent.stdout.readline()))
        family = [child, *child.children(recursive=True)]
        assert len(family) == 3
        if end == "close":
            parent.stdin.write("\n")
            parent.stdin.flush()
        else:
            victim, number = (
                (child.pid, signal.SIGTERM) if end == "terminate" else (parent.pid, signal.SIGKILL)
            )
            os.kill(victim, number)
        began = time.monotonic()
        wait_for(lambda: not any(_runs(process) for process in family))
        assert time.monotonic() - began < 3
        parent.kill()


def _runs(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_the_log_is_kept_where_it_was_asked_for(code: Path, tmp_path: Path) -> None:
    log = tmp_path / "aws.log"
    config = AwsConfig(
        code_directory=code,
        log=log,
        functions=(FunctionConfig(name="broken", handler="not_there.handler"),),
    )
    with AwsStandIn(config) as stand_in:
        client(stand_in.ready, "lambda").invoke(FunctionName="broken")
        wait_for(lambda: "not_there" in stand_in.log_tail())

    assert "broken: " in log.read_text()
