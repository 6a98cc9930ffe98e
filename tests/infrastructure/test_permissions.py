"""What each function and machine may do is what it does: every handler is run, and its calls are compared.

The functions run as they are, with their real adapters, against moto; only the two databases are in memory. Their
environment is that of the template, so that a call names the resource that the template grants.
"""

from __future__ import annotations

import fnmatch
import itertools
import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any, Final

import pytest
from moto import mock_aws

from cutover.errors import CutoverError
from cutover.journal import Phase
from rehearsal.aws.invoker import InProcessContext
from tests.handlers.test_handlers import EVENTS
from tests.infrastructure.calls import Call, allows, calls_of, table_arn
from tests.infrastructure.conftest import Synthesized
from tests.infrastructure.made import Made
from tests.infrastructure.permissions import ACCOUNT, DOCUMENT, REGION, Account, document
from tests.infrastructure.recorder import Recorder, forget_wiring
from tests.infrastructure.ways import USUAL, WAYS, event_of

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
    events = WAYS[key](made) if key in WAYS else [event_of(key)]
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
            forget_wiring()
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
    assert found == {table_arn("t"): {"dynamodb:PutItem", "dynamodb:ConditionCheckItem"}}
