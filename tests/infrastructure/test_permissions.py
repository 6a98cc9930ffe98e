"""What each function and machine may do is what it does: every handler is run, and its calls are compared.

The functions run as they are, with their real adapters, against moto; only the two databases are in memory. Their
environment is that of the template, so that a call names the resource that the template grants.
"""

from __future__ import annotations

import copy
import dataclasses
import fnmatch
import itertools
import json
import os
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib import import_module
from types import SimpleNamespace
from typing import Any, Final
from unittest import mock

import boto3
import pytest
from moto import mock_aws

from cutover.adapters.dynamodb import DynamoDbJournal
from cutover.adapters.memory import MemoryJournal, MemoryWorld
from cutover.adapters.route53 import Route53Router
from cutover.adapters.weighted_records import WeightedName, WeightedRecords
from cutover.approval import Question
from cutover.direction import Direction, Where
from cutover.errors import CutoverError
from cutover.journal import OVER, Lease, Phase, WayBack
from cutover.observations import GateState, OperatorWord, Word
from cutover.ports import Journal
from cutover.preflight.check import Unanswered
from cutover.schema.inventory import Inventory, Kind, SchemaObject
from cutover.schema.stored import Stored, as_text
from cutover.steps.inventory import KEY
from cutover.transitions import way_back_detail
from lambdas import wiring
from rehearsal.aws import moto_route53
from rehearsal.aws.invoker import InProcessContext
from tests.handlers.test_handlers import BEFORE, ENDING, EVENTS, EXECUTION, LOADING
from tests.infrastructure.conftest import Synthesized
from tests.infrastructure.permissions import (
    ACCOUNT,
    DOCUMENT,
    REGION,
    Account,
    Statement,
    document,
    listed,
)

# Granted, and not called by the function itself. An action stands here with who uses it, or not
# at all.
_BY_LAMBDA: Final = "Lambda does it with the function's role"
_BY_KEY: Final = "the service asks the key in the name of whoever calls it (kms:ViaService)"
NOT_CALLED_BY_FUNCTIONS: Final = {
    "logs:CreateLogStream": _BY_LAMBDA,
    "logs:PutLogEvents": _BY_LAMBDA,
    "xray:PutTraceSegments": "the tracing daemon beside the function",
    "xray:PutTelemetryRecords": "the tracing daemon beside the function",
    "ec2:AssignPrivateIpAddresses": _BY_LAMBDA,
    "ec2:CreateNetworkInterface": _BY_LAMBDA,
    "ec2:DeleteNetworkInterface": _BY_LAMBDA,
    "ec2:DescribeNetworkInterfaces": _BY_LAMBDA,
    "ec2:DescribeSubnets": _BY_LAMBDA,
    "ec2:UnassignPrivateIpAddresses": _BY_LAMBDA,
    "kms:Decrypt": _BY_KEY,
    "kms:DescribeKey": _BY_KEY,
    "kms:Encrypt": _BY_KEY,
    "kms:GenerateDataKey": _BY_KEY,
    "kms:GenerateDataKeyWithoutPlaintext": _BY_KEY,
    "kms:ReEncryptFrom": _BY_KEY,
    "kms:ReEncryptTo": _BY_KEY,
    "s3:ListBucket": "asked by S3 where GetObject finds nothing: it says so to who may list only",
    "iam:PassRole": "DMS is handed the role with StartReplicationTaskAssessmentRun",
}
_LOG_DELIVERY: Final = "Step Functions sets up the delivery of its log with the machine's role"
_TRACING: Final = "Step Functions traces with the machine's role"
NOT_CALLED_BY_STATES: Final = {
    "logs:CreateLogDelivery": _LOG_DELIVERY,
    "logs:DeleteLogDelivery": _LOG_DELIVERY,
    "logs:DescribeLogGroups": _LOG_DELIVERY,
    "logs:DescribeResourcePolicies": _LOG_DELIVERY,
    "logs:GetLogDelivery": _LOG_DELIVERY,
    "logs:ListLogDeliveries": _LOG_DELIVERY,
    "logs:PutResourcePolicy": _LOG_DELIVERY,
    "logs:UpdateLogDelivery": _LOG_DELIVERY,
    "xray:GetSamplingRules": _TRACING,
    "xray:GetSamplingTargets": _TRACING,
    "xray:PutTelemetryRecords": _TRACING,
    "xray:PutTraceSegments": _TRACING,
    "kms:Decrypt": _BY_KEY,
    "kms:GenerateDataKey": _BY_KEY,
}

# Actions that the Service Authorization Reference lists without a resource type ("*" is all that
# can be written). Written down from memory of its pages for CloudWatch, DMS, EC2, X-Ray and
# CloudWatch Logs, which can't be reached from a test.
WITHOUT_RESOURCES: Final = {
    "cloudwatch:GetMetricData",
    "dms:DescribeConnections",
    "dms:DescribeEvents",
    "dms:DescribeReplicationTaskAssessmentRuns",
    "dms:DescribeReplicationTaskIndividualAssessments",
    "dms:DescribeReplicationTasks",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    *(action for action in NOT_CALLED_BY_STATES if action.startswith(("logs:", "xray:"))),
}
# Actions that know resources and fail, or answer less, on fewer than all.
_INTERFACES: Final = (
    "Lambda makes the interface before it has a name, and refuses a role that can't on all "
    "resources; a denial keeps the function's own code from it"
)
ALL_RESOURCES: Final = {
    "cloudwatch:DescribeAlarms": "composite alarms are left out of the answer to whoever may "
    "describe less than all (CloudWatch API reference, DescribeAlarms)",
    "ec2:AssignPrivateIpAddresses": _INTERFACES,
    "ec2:CreateNetworkInterface": _INTERFACES,
    "ec2:DeleteNetworkInterface": _INTERFACES,
    "ec2:UnassignPrivateIpAddresses": _INTERFACES,
}


@dataclass(frozen=True, kw_only=True)
class Call:
    """One thing that was done, in IAM's words."""

    action: str
    resource: str
    context: Mapping[str, frozenset[str]] = field(default_factory=dict, compare=False)
    """Condition keys of the request, where a statement may ask for them."""


# An operation's IAM actions have its name, but for these (Service Authorization Reference).
_SERVICES: Final = {"monitoring": "cloudwatch"}
_IN_TRANSACTION: Final = {
    "Put": "dynamodb:PutItem",
    "Update": "dynamodb:UpdateItem",
    "Delete": "dynamodb:DeleteItem",
    "ConditionCheck": "dynamodb:ConditionCheckItem",
}


def calls_of(service: str, operation: str, given: Mapping[str, Any]) -> list[Call]:
    """An API call as what IAM asks for."""
    if operation in {"TransactWriteItems", "TransactGetItems"}:
        return [
            Call(
                action=_IN_TRANSACTION.get(kind, "dynamodb:GetItem"),
                resource=_table(part["TableName"]),
            )
            for item in given["TransactItems"]
            for kind, part in item.items()
        ]
    prefix = _SERVICES.get(service, service)
    if operation == "TestConnection":
        # Asked for on both.
        return [
            Call(action="dms:TestConnection", resource=given[name])
            for name in ("ReplicationInstanceArn", "EndpointArn")
        ]
    return [
        Call(
            action=f"{prefix}:{operation}",
            resource=_resource(prefix, operation, given),
            context=_context(operation, given),
        )
    ]


_BY_NAME: Final[dict[str, Callable[[Mapping[str, Any]], str]]] = {
    "codebuild": lambda given: (
        f"arn:aws:codebuild:{REGION}:{ACCOUNT}:project/"
        + (given.get("projectName") or given["ids"][0].partition(":")[0])
    ),
    "ssm": lambda given: f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter{given['Name']}",
    "s3": lambda given: f"arn:aws:s3:::{given['Bucket']}/{given['Key']}",
}
"""Services whose calls name the resource by a part of its ARN."""
_BY_ARN: Final = {"secretsmanager": "SecretId", "sns": "TopicArn", "lambda": "FunctionName"}
"""Services whose calls name the resource by its ARN, and the parameter that has it."""


def _table(name: str) -> str:
    return f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{name}"


def _resource(service: str, operation: str, given: Mapping[str, Any]) -> str:
    match service, operation:
        case "dynamodb", _:
            return _table(given["TableName"])
        case "route53", "GetChange":
            return f"arn:aws:route53:::change/{given['Id'].rpartition('/')[2]}"
        case "route53", _:
            return f"arn:aws:route53:::hostedzone/{given['HostedZoneId']}"
        case "states", _:
            if operation == "SendTaskFailure":
                # A token names its machine, in a way that only Step Functions can read.
                return f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:migration-cutover-dev"
            return str(given.get("stateMachineArn") or given.get("executionArn"))
        case _ if service in _BY_NAME:
            return _BY_NAME[service](given)
        case _ if service in _BY_ARN:
            return str(given[_BY_ARN[service]])
        case "dms", _ if "ReplicationTaskArn" in given:
            return str(given["ReplicationTaskArn"])
        case _:
            return "*"


def _context(operation: str, given: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    if operation != "ChangeResourceRecordSets":
        return {}
    changes = given["ChangeBatch"]["Changes"]
    sets = [change["ResourceRecordSet"] for change in changes]
    prefix = "route53:ChangeResourceRecordSets"
    return {
        f"{prefix}NormalizedRecordNames": frozenset(
            record["Name"].rstrip(".").lower() for record in sets
        ),
        f"{prefix}RecordTypes": frozenset(record["Type"] for record in sets),
        f"{prefix}Actions": frozenset(change["Action"] for change in changes),
    }


def allows(statement: Statement, call: Call) -> bool:
    """IAM's judgement by one statement, as far as these statements go."""
    if statement.effect != "Allow" or call.action not in statement.actions:
        return False
    if not any(fnmatch.fnmatchcase(call.resource, pattern) for pattern in statement.resources):
        return False
    for operator, keys in statement.conditions.items():
        assert operator == "ForAllValues:StringEquals", f"{operator} is not understood here"
        if any(
            call.context.get(key, frozenset()) - set(listed(value)) for key, value in keys.items()
        ):
            return False
    return True


class Made:
    """What the stacks make in an account, made in moto under the names that the templates give."""

    def __init__(self, stacks: Synthesized) -> None:
        moto_route53.install()
        # Not the session that is listened to.
        self._session = boto3.session.Session(region_name=REGION)
        known: dict[str, str] = {}
        for role, kind, make in (
            ("network", "AWS::Route53::HostedZone", self._zone),
            ("database", "AWS::SecretsManager::Secret", self._secret),
        ):
            for name, resource in stacks.resources(role, kind).items():
                known[name] = make(name, resource["Properties"])
        self.account = Account(stacks, known)
        self.world = MemoryWorld.ready()
        self._begun: dict[tuple[Phase, int, bool], tuple[MemoryWorld, list[dict[str, Any]]]] = {}
        self._told = self.account.environment("put_back")
        self._dynamodb = self._session.resource("dynamodb")
        self._router = Route53Router(
            self._session.client("route53"), hosted_zone_id=self._told["HOSTED_ZONE_ID"]
        )
        self._tables(stacks)
        self._machines()
        self._buckets(stacks)
        self._topics(stacks)
        self._records()

    def begin(self, phase: Phase, *, moves: int = 0, closed: bool = False) -> None:
        """Another migration, whose writer has moved so many times, at this phase of the next move.

        closed: the origin is, while only it knows. The way there is gone once, and is remembered.
        """
        table = self._dynamodb.Table(self._told["JOURNAL_TABLE"])
        with table.batch_writer() as batch:
            for item in table.scan()["Items"]:
                batch.delete_item(Key={"migration": item["migration"], "item": item["item"]})
        names = (self._told["READ_RECORD"], self._told["WRITE_RECORD"])
        self._router.set_target_shares(dict.fromkeys(names, 0), now=datetime.now(UTC))
        journal = DynamoDbJournal(
            self._dynamodb, table=table.name, migration=self._told["MIGRATION"]
        )
        asked = (phase, moves, closed)
        if asked in self._begun:
            world, items = self._begun[asked]
            self.world = copy.deepcopy(world)
            with table.batch_writer() as batch:
                for item in items:
                    batch.put_item(Item=item)
        else:
            self.world = MemoryWorld.ready()
            self._walk(journal, phase, moves=moves, closed=closed)
            self.world.journal = MemoryJournal()
            self._begun[asked] = copy.deepcopy(self.world), table.scan()["Items"]
        self.world.journal = journal  # type: ignore[assignment]

    def _walk(self, journal: Journal, phase: Phase, *, moves: int, closed: bool) -> None:
        self.world.journal = journal  # type: ignore[assignment]
        for number in range(moves):
            self._move(Phase.DONE, execution=f"{EXECUTION}-{number}")
        for task in self.world.tasks.values():
            # Whatever stands in for DMS says: a row comes across at once.
            task.answer = dataclasses.replace(task.answer, status="running")
            assert task.origin is not None
            task.origin.slots[task.slot] = 0
        if phase is not Phase.IDLE:
            lease, now = self._move(phase, execution=EXECUTION), datetime.now(UTC)
            if phase in {Phase.REPLICATING, Phase.READY, Phase.NOT_READY} | OVER:
                # Nobody is asked about a load; the source is open, the target closed.
                self.world.source.gate_state = GateState.OPEN
                self.world.target.gate_state = GateState.CLOSED
                return
            question = Question(
                execution=lease.execution,
                fence=lease.fence,
                before=100,
                text="",
                token="a token",
                asked_at=now,
                expires_at=now + timedelta(hours=1),
            )
            self.world.journal.ask(question, now=now)
        if closed:
            state = self.world.journal.state()
            origin = self.world.source if state.writer is Where.SOURCE else self.world.target
            origin.gate_state = GateState.CLOSED

    def addressed(self, event: dict[str, Any]) -> dict[str, Any]:
        """The event as whoever has the lease in this migration sends it."""
        state = self.world.journal.state()
        text = json.dumps(event).replace(EXECUTION, state.execution or EXECUTION)
        if state.phase is Phase.REPLICATING:
            text = text.replace(LOADING, state.execution or LOADING)
        if state.phase is Phase.FINALIZING and "seen" not in event:
            # Whoever begins asks about the one that has the lease.
            text = text.replace(ENDING, state.execution or ENDING)
        known: dict[str, Any] = json.loads(text)
        if "says" in known:
            word = OperatorWord(word=Word(known.pop("says")))
            self.world.journal.say(word, now=datetime.now(UTC))
        if (known.get("lease") or {}).get("fence") is not None:
            known["lease"]["fence"] = state.fence
        if "direction" in known:
            known["direction"] = state.next_move.value
        return known

    def carrier(self) -> str:
        """The ARN of the task that carries changes now."""
        arns = json.loads(self._told["REPLICATION_TASK_ARNS"])
        return str(arns[self.world.journal.state().carrier.value])

    def instance(self) -> str:
        """The ARN of the replication instance, as a permission has it."""
        role = self.account.functions()["check_connections"]["Role"]
        return next(
            resource
            for statement in self.account.statements(role)
            for resource in statement.resources
            if "dms:TestConnection" in statement.actions and "endpoint" not in resource
        )

    def _move(self, phase: Phase, *, execution: str) -> Lease:
        """Walks the next move of the writer to a phase, and the databases with it."""
        journal, now = self.world.journal, datetime.now(UTC)
        if phase in {Phase.REPLICATING, Phase.READY, Phase.NOT_READY}:
            lease = journal.acquire(LOADING, now=now, replicates=True)
            if phase is not Phase.REPLICATING:
                journal.record(lease, phase, now=now, note="", release=True)
            return lease
        if phase in OVER:
            lease = journal.acquire(f"{ENDING}-before", now=now, finalizes=True)
            if phase is Phase.FINALIZED:
                journal.record(lease, phase, now=now, note="", release=True)
            return lease
        direction = journal.state().next_move
        if direction is Direction.BACK:
            execution = execution.replace("-cutover-", "-rollback-")
        lease = journal.acquire(execution, now=now, direction=direction)
        stream = direction.way_back
        way_back = WayBack(stream=stream, slot=f"slot_{stream.value}", lsn="0/1")
        for step in WAYS_TO.get(phase, ()):
            if direction is Direction.BACK and step in {Phase.SHIFTING, Phase.PARKED}:
                # All reads go along with the writer.
                continue
            details: dict[Phase, dict[str, Any]] = {
                Phase.SWITCHING: {"token": TOKEN},
                Phase.ORIGIN_CLOSED: {"way_back": way_back_detail(way_back)},
                Phase.DESTINATION_OPEN: {"way_back": way_back_detail(way_back)},
                Phase.PARKED: {"share": 20},
                # As the hand-over says it.
                Phase.DONE: {"carrier": stream.value},
            }
            detail = details.get(step, {})
            journal.record(lease, step, now=now, note="", detail=detail, release=step is Phase.DONE)
        open_now = {
            Where.SOURCE: self.world.source,
            Where.TARGET: self.world.target,
        }
        state = journal.state()
        opened = phase in {Phase.DESTINATION_OPEN, Phase.DONE}
        for where, database in open_now.items():
            written = where is state.writer and (opened or phase is not Phase.ORIGIN_CLOSED)
            database.gate_state = GateState.OPEN if written else GateState.CLOSED
        return lease

    def _zone(self, _: str, properties: Mapping[str, Any]) -> str:
        zone = self._session.client("route53").create_hosted_zone(
            Name=properties["Name"], CallerReference=properties["Name"]
        )
        return zone["HostedZone"]["Id"].rpartition("/")[2]

    def _secret(self, name: str, _: Mapping[str, Any]) -> str:
        address = {"username": name, "password": "p", "host": name, "port": 5432, "dbname": "d"}
        manager = self._session.client("secretsmanager")
        return manager.create_secret(Name=name, SecretString=json.dumps(address))["ARN"]

    def _tables(self, stacks: Synthesized) -> None:
        for name, table in stacks.resources("cutover", "AWS::DynamoDB::Table").items():
            self._session.client("dynamodb").create_table(
                TableName=self.account.value({"Ref": name}),
                KeySchema=table["Properties"]["KeySchema"],
                AttributeDefinitions=table["Properties"]["AttributeDefinitions"],
                BillingMode="PAY_PER_REQUEST",
            )

    def _machines(self) -> None:
        for name in self.account.machines():
            self._session.client("stepfunctions").create_state_machine(
                name=name,
                definition='{"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}',
                roleArn=f"arn:aws:iam::{ACCOUNT}:role/machine",
            )

    def _buckets(self, stacks: Synthesized) -> None:
        for name in stacks.resources("cutover", "AWS::S3::Bucket"):
            self._session.client("s3").create_bucket(Bucket=self.account.value({"Ref": name}))

    def _topics(self, stacks: Synthesized) -> None:
        for topic in stacks.resources("cutover", "AWS::SNS::Topic").values():
            self._session.client("sns").create_topic(Name=topic["Properties"]["TopicName"])

    def keep(self, bucket: str, key: str, body: str = "{}") -> None:
        """As an earlier try left it."""
        self._session.client("s3").put_object(Bucket=bucket, Key=key, Body=body.encode())

    def forget(self, bucket: str, key: str) -> None:
        """As if nobody had kept it."""
        self._session.client("s3").delete_object(Bucket=bucket, Key=key)

    def _records(self) -> None:
        records = WeightedRecords(
            self._session.client("route53"),
            hosted_zone_id=self._told["HOSTED_ZONE_ID"],
            ttl_seconds=5,
        )
        for name in {self._told["READ_RECORD"], self._told["WRITE_RECORD"]}:
            records.ensure(
                WeightedName(name=name, source="onprem.example", target="aurora.example")
            )

    def traces(self, address: Any, **_: Any) -> Any:
        """In place of PostgresTraces."""
        where = Where.SOURCE if "Source" in address.host else Where.TARGET
        return self.world.traces[where]

    def database(self, address: Any, *, replication_roles: tuple[str, ...]) -> Any:
        """In place of PostgresDatabase: the one in memory that the secret stands for."""
        assert replication_roles
        return self.world.source if "Source" in address.host else self.world.target


TOKEN: Final = "3f0c7c1e-5f0e-4c57-9b0b-6a7f0a1f8c11"

_TO_THE_SWITCH: Final = (Phase.SHIFTING, Phase.WRITES_MOVED, Phase.SWITCHING)
WAYS_TO: Final[dict[Phase, tuple[Phase, ...]]] = {
    Phase.SHIFTING: _TO_THE_SWITCH[:1],
    Phase.PARKED: (Phase.SHIFTING, Phase.PARKED),
    Phase.WRITES_MOVED: _TO_THE_SWITCH[:2],
    Phase.SWITCHING: _TO_THE_SWITCH,
    Phase.SWITCH_ABANDONED: (*_TO_THE_SWITCH, Phase.SWITCH_ABANDONED),
    Phase.ORIGIN_CLOSED: (*_TO_THE_SWITCH, Phase.ORIGIN_CLOSED),
    Phase.DESTINATION_OPEN: (*_TO_THE_SWITCH, Phase.DESTINATION_OPEN),
    Phase.DONE: (*_TO_THE_SWITCH, Phase.DESTINATION_OPEN, Phase.DONE),
    Phase.PUT_BACK: (Phase.SHIFTING, Phase.PUT_BACK),
}
"""The phases that are entered on the way, after the start."""


ENDPOINT: Final = f"arn:aws:dms:{REGION}:{ACCOUNT}:endpoint:ONE"
RUN: Final = {"AssessmentRunName": "dev-1", "Status": "passed"}


class Tasks:
    """In place of the replication tasks in DMS, which moto can't start: by ARN, in which state each is."""

    def __init__(self) -> None:
        self.carrier = ""
        self.instance = ""
        self.states: dict[str, str] = {}

    def begin(self, carrier: str) -> None:
        """As a migration finds them whose changes this task carries."""
        self.carrier, self.states = carrier, {carrier: "running"}

    def answer(self, model: Any, params: Mapping[str, Any], **_: Any) -> tuple[Any, dict[str, Any]]:
        given = json.loads(params["body"])
        wanted = given.get("Filters") or [{"Values": [""]}]
        arns = wanted[0]["Values"]
        arn = given.get("ReplicationTaskArn") or arns[0]
        if model.name == "StopReplicationTask":
            self.states[arn] = "stopped"
        elif model.name == "StartReplicationTask":
            self.states[arn] = "running"
        described = [
            {
                "ReplicationTaskArn": each,
                "Status": self.states.get(each, "ready"),
                "ReplicationInstanceArn": self.instance,
                "SourceEndpointArn": ENDPOINT,
                "TargetEndpointArn": ENDPOINT,
            }
            for each in (arns if "Filters" in given else [arn])
        ]
        table = {"SchemaName": "public", "TableName": "accounts", "TableState": "Full load"}
        answers: dict[str, dict[str, Any]] = {
            "DescribeTableStatistics": {"TableStatistics": [table]},
            "DescribeReplicationTasks": {"ReplicationTasks": described},
            "DescribeConnections": {"Connections": []},
            "DescribeEvents": {"Events": []},
            "DescribeReplicationTaskAssessmentRuns": {"ReplicationTaskAssessmentRuns": [RUN]},
            "DescribeReplicationTaskIndividualAssessments": {
                "ReplicationTaskIndividualAssessments": []
            },
        }
        return _answer(**answers.get(model.name, {}))


class Builds:
    """In place of CodeBuild, in which moto forgets what a build was told: the one that was started last runs on."""

    def __init__(self) -> None:
        self.last: dict[str, Any] = {}

    def answer(self, model: Any, params: Mapping[str, Any], **_: Any) -> tuple[Any, dict[str, Any]]:
        given = json.loads(params["body"])
        match model.name:
            case "StartBuild":
                told = given["environmentVariablesOverride"]
                self.last = {
                    "id": f"{given['projectName']}:1",
                    "buildStatus": "IN_PROGRESS",
                    "environment": {"environmentVariables": told},
                }
                return _answer(build=self.last)
            case "ListBuildsForProject":
                return _answer(ids=[self.last["id"]] if self.last else [])
            case _:
                return _answer(builds=[self.last])


class Recorder:
    """What is called by way of boto3's default session, which the functions use."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.tasks = Tasks()
        # One for all functions: making a session reads the services' models, which takes longest.
        self._session = boto3.session.Session(region_name=REGION)
        # Typed for listeners that return nothing, but what the second returns is taken for the answer.
        register: Any = self._session.events.register
        register("before-parameter-build", self._note)
        register("before-call.database-migration-service", self.tasks.answer)
        register("before-call.codebuild", Builds().answer)
        self._statuses = itertools.cycle(["ABORTED"])
        register(
            "before-call.sfn.DescribeExecution", lambda **_: _answer(status=next(self._statuses))
        )
        register("before-call.sfn.SendTaskFailure", lambda **_: _answer())

    @contextmanager
    def of(self, made: Made, key: str) -> Iterator[None]:
        """Listens to one function, in an environment like the one it is deployed in."""
        self.calls.clear()
        # An execution that runs when the updater asks for it first, and has ended by the next time; whoever else asks
        # is called after its end.
        running = ["RUNNING"] if key == "route53_updater" else []
        self._statuses = itertools.cycle([*running, "ABORTED"])
        variables = {**os.environ, **made.account.environment(key)}
        with (
            mock.patch.object(boto3, "DEFAULT_SESSION", self._session),
            mock.patch.dict(os.environ, variables),
            mock.patch.object(wiring, "PostgresDatabase", made.database),
            mock.patch.object(wiring, "PostgresQuestions", _NoServer),
            mock.patch.object(wiring, "PostgresTraces", made.traces),
            mock.patch.object(wiring, "read_inventory", lambda _: made.world.inventory),
            mock.patch("lambdas.cloudformation._respond", _must_succeed),
            mock.patch("lambdas.database_roles.PostgresRoleServer", _RoleServer),
            # Nobody waits for the databases in memory: a row comes across at once, or never.
            mock.patch("cutover.adapters.clock.time.sleep"),
            mock.patch("cutover.steps.replication.WAY_BACK_PATIENCE", timedelta(0)),
        ):
            yield
        _forget()

    def _note(self, params: Mapping[str, Any], model: Any, **_: Any) -> None:
        self.calls.extend(calls_of(model.service_model.signing_name, model.name, params))


def _answer(**fields: Any) -> tuple[Any, dict[str, Any]]:
    return SimpleNamespace(status_code=200), fields


def _forget() -> None:
    """As in a new container."""
    wiring.replication.cache_clear()
    wiring.assessment.cache_clear()
    wiring.schema.cache_clear()
    wiring.control.cache_clear()
    wiring.databases.cache_clear()
    wiring.certificates.cache_clear()
    wiring.told_facts.cache_clear()
    wiring.source_watching.cache_clear()
    wiring.machines.cache_clear()
    wiring.approvals.cache_clear()
    wiring.tokens.cache_clear()
    wiring.traces.cache_clear()
    wiring.inventories.cache_clear()
    wiring.finalizing.cache_clear()
    wiring.migration.cache_clear()


def _must_succeed(_event: Any, answer: Mapping[str, Any]) -> None:
    assert answer["Status"] == "SUCCESS", answer


class _RoleServer:
    """In place of the one that speaks SQL."""

    def __init__(self, _administrator: Any) -> None:
        pass

    def make(self, _roles: Any) -> tuple[str, ...]:
        return ()


class _NoServer:
    """In place of the one that asks the preflight's questions."""

    def __init__(self, _dsn: str, **_: Any) -> None:
        pass

    def ask(self, _question: Any) -> Unanswered:
        return Unanswered(reason="no server here")

    def close(self) -> None:
        pass


def _roles_events(made: Made) -> list[dict[str, Any]]:
    resources = made.account.stacks.resources("cutover", "Custom::DatabaseRoles").values()
    return [
        {
            "RequestType": kind,
            "PhysicalResourceId": "any",
            "ResourceProperties": resource["Properties"],
        }
        for resource in resources
        for kind in ("Create", "Update", "Delete")
    ]


def _event(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((EVENTS / f"{name}.json").read_text())
    return loaded


def _event_of_a_recovery() -> dict[str, Any]:
    event = _event("execution_aborted")
    event["detail"]["executionArn"] = f"{EXECUTION}-of-nobody"
    return event


def _records_events(made: Made) -> list[dict[str, Any]]:
    resources = made.account.stacks.resources("cutover", "Custom::WeightedRecords").values()
    events = []
    for resource in resources:
        told = {
            name: made.account.value(value) if isinstance(value, dict) else value
            for name, value in resource["Properties"].items()
        }
        for kind, properties in (
            ("Create", told),
            ("Update", told | {"Ttl": "60"}),
            ("Delete", told),
            ("Create", told),
        ):
            events.append(
                {
                    "RequestType": kind,
                    "PhysicalResourceId": "any",
                    "ResourceProperties": properties,
                }
            )
    return events


def _certificate(made: Made) -> list[dict[str, Any]]:
    """With one in the bucket that an earlier try left: both ways of the store are then gone."""
    event = _event("store_certificate")
    bucket = made.account.environment("store_certificate")["CERTIFICATE_BUCKET"]
    name = event["lease"]["execution"].rpartition(":")[2]
    made.keep(bucket, f"certificates/{made.account.stacks.names.suffix}/{name}.json")
    return [event]


CHANGED: Final = Inventory(
    version=170009, objects=(SchemaObject(kind=Kind.TABLE, name="public.later"),)
)


def _watch(made: Made) -> list[dict[str, Any]]:
    """Of a source that holds something else than it did: then it asks who has accepted that."""
    bucket = made.account.environment("watch_source")["CERTIFICATE_BUCKET"]
    inventory = dataclasses.replace(CHANGED, objects=())
    before = Stored(taken_at=datetime.now(UTC), inventory=inventory)
    made.keep(bucket, KEY, as_text(before))
    return [_event("watch_source")]


def _first(name: str, made: Made) -> list[dict[str, Any]]:
    """As before anybody has kept an inventory."""
    bucket = made.account.environment(name)["CERTIFICATE_BUCKET"]
    made.forget(bucket, KEY)
    return [_event(name)]


def _words(name: str, *changes: dict[str, Any]) -> list[dict[str, Any]]:
    """The event with each of these changes."""
    return [_event(name) | each for each in changes]


def _verification(made: Made) -> list[dict[str, Any]]:
    event = _event("verify_records")
    for expected in event["change"]["expected"]:
        expected["name"] = made.account.environment("verify_records")["READ_RECORD"]
    return [event]


# Functions whose event file is not all they are called with. A function without one needs a line
# here: the events that make it do everything it does.
WAYS: Final[dict[str, Callable[[Made], list[dict[str, Any]]]]] = {
    "route53_updater": lambda _: [
        _event("route53_updater"),
        {"action": "rollback"},
        {"action": "manual_cutover"},
    ],
    # Also of one that has the lease no more: then it asks about the one that has it.
    "put_back": lambda _: [_event("put_back"), _event("execution_aborted"), _event_of_a_recovery()],
    "verify_records": _verification,
    "store_certificate": _certificate,
    "watch_source": _watch,
    "check_connections": lambda _: _words(
        "check_connections", {}, {"looks": {**_event("check_connections")["looks"], "polls": 1}}
    ),
    "lead_task": lambda _: _words(
        "lead_task",
        {"do": "stop"},
        {"do": "load"},
        {"do": "reload", "tables": ["public.accounts"]},
    ),
    # The first begins the copy, the second asks how far it is.
    "prepare_target": lambda _: _words(
        "prepare_target", {"do": "pre-data"}, {"do": "pre-data"}, {}
    ),
    # Also where a person holds it: then it stops the task.
    "follow_replication": lambda _: _words(
        "follow_replication", {"lag": None}, {}, {"says": "pause"}
    ),
    "clear_databases": lambda _: _words(
        "clear_databases",
        {"do": "look", "lease": None, "side": None},
        {"do": "slots", "side": None},
        {},
        {"side": "target"},
    ),
    # Again once they rest: then it says so.
    "stop_tasks": lambda _: _words("stop_tasks", {}, {}),
    "take_inventory": lambda made: _first("take_inventory", made),
    "preflight": lambda made: _first("preflight", made),
    "weighted_records": _records_events,
    "database_roles": _roles_events,
}


USUAL: Final = {
    **BEFORE,
    "take_over": Phase.STARTED,
    # Its event file has no hand-over before it.
    "retire_slots": Phase.DONE,
    # With a writer on the target there is a way back to be watched.
    "look_at_slots": Phase.DONE,
    "watch_way_back": Phase.DONE,
}
"""The phase in which each function is called and must succeed."""


@pytest.fixture(scope="module")
def made(stacks: Synthesized) -> Iterator[Made]:
    with mock_aws():
        yield Made(stacks)


@pytest.fixture(scope="module")
def recorder(made: Made) -> Recorder:
    return Recorder()


def run(made: Made, recorder: Recorder, key: str) -> list[Call]:
    """Runs a function in every way it is called, in every phase of a move forth, back and forth again.

    What it called.
    """
    known = (EVENTS / f"{key}.json").exists() or key in WAYS
    assert known, f"tests/events/{key}.json is missing, or a line for {key} in WAYS"
    events = WAYS[key](made) if key in WAYS else [_event(key)]
    handler = import_module(f"lambdas.{key}").lambda_handler
    usual = (0, USUAL.get(key, Phase.IDLE))
    # Later moves differ by what carries, and by where the writer is.
    later = {usual[1], Phase.STARTED, Phase.SWITCHING, Phase.DESTINATION_OPEN}
    with recorder.of(made, key):
        for moves, phase, closed in itertools.product(range(3), Phase, (False, True)):
            loads = phase in {Phase.REPLICATING, Phase.READY, Phase.NOT_READY}
            if (moves and (phase not in later or loads)) or (
                closed and phase is not Phase.SWITCHING
            ):
                continue
            made.begin(phase, moves=moves, closed=closed)
            recorder.tasks.begin(made.carrier())
            recorder.tasks.instance = made.instance()
            _forget()
            for event in events:
                try:
                    handler(made.addressed(event), InProcessContext(function_name=key))
                except CutoverError:
                    # Out of order it refuses, and what it did before that counts too.
                    assert (moves, phase) != usual, f"{key} must succeed where it is called"
    return list(recorder.calls)


def _compare(key: str, calls: list[Call], account: Account) -> None:
    statements = account.statements(account.functions()[key]["Role"])
    refused = [call for call in calls if not any(allows(each, call) for each in statements)]
    assert not refused, f"{key} calls what it is not granted: {refused}"
    for statement in statements:
        if statement.effect == "Deny":
            continue
        for action in set(statement.actions) - _others(account, key):
            for resource in statement.resources:
                used = [
                    call
                    for call in calls
                    if call.action == action and fnmatch.fnmatchcase(call.resource, resource)
                ]
                assert used, f"{key} is granted {action} on {resource} and never calls it"


def _others(account: Account, key: str) -> set[str]:
    """What is granted to a function for others to do in its name."""
    # Only where a failure of the function is to be published.
    name = account.functions()[key]["FunctionName"]
    configured = account.stacks.resources("cutover", "AWS::Lambda::EventInvokeConfig").values()
    told = {account.value(each["Properties"]["FunctionName"]) for each in configured}
    return set(NOT_CALLED_BY_FUNCTIONS) | ({"sns:Publish"} if name in told else set())


def keys() -> list[str]:
    from migration_stacks.constructs import cutover_functions

    return sorted(
        {
            spec.key
            for value in vars(cutover_functions).values()
            for spec in (value if isinstance(value, tuple) else (value,))
            if isinstance(spec, cutover_functions.FunctionSpec)
        }
    )


@pytest.mark.parametrize("key", keys())
def test_a_function_may_do_what_it_does_and_nothing_else(
    made: Made, recorder: Recorder, key: str
) -> None:
    calls = run(made, recorder, key)
    assert calls
    _compare(key, calls, made.account)


def test_every_function_of_the_template_is_run(stacks: Synthesized) -> None:
    assert set(keys()) == set(Account(stacks).functions())


def owners(stacks: Synthesized) -> dict[str, Any]:
    """The roles of the functions and machines by name."""
    account = Account(stacks)
    functions = {key: function["Role"] for key, function in account.functions().items()}
    return functions | {name: machine["RoleArn"] for name, machine in account.machines().items()}


def test_no_role_has_a_policy_that_others_write(stacks: Synthesized) -> None:
    for name, role in owners(stacks).items():
        assert Account(stacks).managed_policies(role) == [], name


def test_all_resources_are_granted_only_where_there_is_no_less(stacks: Synthesized) -> None:
    account, seen = Account(stacks), set()
    for name, role in owners(stacks).items():
        for statement in account.statements(role):
            assert not [action for action in statement.actions if "*" in action], name
            if "*" in statement.resources:
                wide = set(statement.actions) - WITHOUT_RESOURCES - set(ALL_RESOURCES)
                assert not wide, f"{name} may {wide} on all resources"
                seen |= set(statement.actions)
    left = (WITHOUT_RESOURCES | set(ALL_RESOURCES)) - seen
    assert not left, f"nobody is granted these, so they need no reason: {left}"


def test_keys_are_used_by_way_of_one_service_only(stacks: Synthesized) -> None:
    account = Account(stacks)
    found = [
        statement
        for role in owners(stacks).values()
        for statement in account.statements(role)
        if any(action.startswith("kms:") for action in statement.actions)
    ]
    assert found
    for statement in found:
        assert set(statement.conditions) == {"StringEquals"}
        assert set(statement.conditions["StringEquals"]) == {"kms:ViaService"}
        assert all(action.startswith("kms:") for action in statement.actions)


ENCRYPTED: Final = ("dynamodb", "s3", "secretsmanager", "sns")
KEY_TO_WRITE: Final = {
    "dynamodb:PutItem": "kms:Encrypt",
    "s3:PutObject": "kms:GenerateDataKey",
    "sns:Publish": "kms:GenerateDataKey",
}
"""Actions that write what a key encrypts, and what the service then asks the key for."""


def test_who_uses_what_a_key_encrypts_may_use_the_key_for_it(stacks: Synthesized) -> None:
    """moto asks no key, so that a call goes through in a test says nothing about its key."""
    account = Account(stacks)
    for name, role in owners(stacks).items():
        statements = account.statements(role)
        granted = {action for statement in statements for action in statement.actions}
        by_service: dict[str, set[str]] = defaultdict(set)
        for statement in statements:
            if via := statement.conditions.get("StringEquals", {}).get("kms:ViaService"):
                by_service[via.split(".")[0]] |= set(statement.actions)
        used = {action.split(":")[0] for action in granted} & set(ENCRYPTED)
        assert set(by_service) == used, name
        for service, asked in by_service.items():
            assert "kms:Decrypt" in asked, (name, service)
        for action, needed in KEY_TO_WRITE.items():
            if action in granted:
                assert needed in by_service[action.split(":")[0]], (name, action)


def test_the_code_of_a_function_may_not_do_what_lambda_does_for_it(stacks: Synthesized) -> None:
    account, inside = Account(stacks), 0
    for key, function in account.functions().items():
        statements = account.statements(function["Role"])
        granted = {
            action
            for statement in statements
            if statement.effect == "Allow"
            for action in statement.actions
            if action.startswith("ec2:")
        }
        denied = {
            action
            for statement in statements
            if statement.effect == "Deny"
            and statement.resources == ("*",)
            and statement.conditions
            == {
                "ArnEquals": {
                    "lambda:SourceFunctionArn": (
                        f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{function['FunctionName']}"
                    )
                }
            }
            for action in statement.actions
        }
        assert granted == denied, key
        assert bool(granted) == ("VpcConfig" in function), key
        inside += bool(granted)
    assert inside


def machine_calls(account: Account, machine: Mapping[str, Any]) -> set[Call]:
    """What the states of a definition call, by the integrations that are used here."""
    substitutions = {
        name: account.value(value)
        for name, value in machine.get("DefinitionSubstitutions", {}).items()
    }
    text = re.sub(
        r"\$\{(\w+)\}",
        lambda found: substitutions[found[1]],
        account.value(machine["DefinitionString"]),
    )
    calls = set()
    for state in _tasks(json.loads(text)["States"]):
        given = state["Arguments"]
        match state["Resource"].removeprefix("arn:aws:states:::").split(".")[0]:
            case "lambda:invoke":
                calls.add(Call(action="lambda:InvokeFunction", resource=given["FunctionName"]))
            case "sns:publish":
                calls.add(Call(action="sns:Publish", resource=given["TopicArn"]))
            case "states:startExecution":
                calls.add(Call(action="states:StartExecution", resource=given["StateMachineArn"]))
            case other:
                raise AssertionError(f"{other}: say here which action it needs, on what")
    return calls


def _tasks(states: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for state in states.values():
        if state["Type"] == "Task":
            yield state
        for inner in (*state.get("Branches", []), state.get("ItemProcessor", {})):
            yield from _tasks(inner.get("States", {}))


def test_a_machine_may_do_what_its_states_do_and_nothing_else(stacks: Synthesized) -> None:
    account = Account(stacks)
    for name, machine in account.machines().items():
        granted = {
            Call(action=action, resource=resource)
            for statement in account.statements(machine["RoleArn"])
            for action in statement.actions
            for resource in statement.resources
            if action not in NOT_CALLED_BY_STATES
        }
        assert granted == machine_calls(account, machine), name


def test_the_list_in_the_documentation_is_current(stacks: Synthesized) -> None:
    assert DOCUMENT.read_text() == document(Account(stacks)), (
        "run .venv/bin/python -m tests.infrastructure.permissions"
    )


def test_a_call_in_a_transaction_is_what_iam_asks_for() -> None:
    calls = calls_of(
        "dynamodb",
        "TransactWriteItems",
        {"TransactItems": [{"Put": {"TableName": "t"}}, {"ConditionCheck": {"TableName": "t"}}]},
    )
    found = defaultdict(set)
    for call in calls:
        found[call.resource].add(call.action)
    assert found == {_table("t"): {"dynamodb:PutItem", "dynamodb:ConditionCheckItem"}}
