"""The cutover's parts: each may do what it does and nothing else, and nobody else moves traffic."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from migration_stacks.constructs.cutover_functions import (
    CONTROL,
    DATABASE,
    DATABASE_ROLES,
    WEIGHTED_RECORDS,
)
from tests.infrastructure.conftest import ROOT, Synthesized, Template

if TYPE_CHECKING:
    from collections.abc import Callable

    from migration_stacks import settings

MACHINE = json.loads((ROOT / "state_machines" / "cutover.asl.json").read_text())


def function(stacks: Synthesized, key: str) -> Template:
    name = f"migration-{key.replace('_', '-')}-dev"
    return stacks.named("cutover", "AWS::Lambda::Function", "FunctionName", name)


def environment(stacks: Synthesized, key: str) -> dict[str, Any]:
    variables: dict[str, Any] = function(stacks, key)["Environment"]["Variables"]
    return variables


def statements(stacks: Synthesized, role: Template) -> list[Template]:
    """Every statement of the policies of a role that is given as a reference to its ARN."""
    (logical_id, _) = role["Fn::GetAtt"]
    return [
        statement
        for policy in stacks.resources("cutover", "AWS::IAM::Policy").values()
        if {"Ref": logical_id} in policy["Properties"]["Roles"]
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
    ]


def actions(stacks: Synthesized, key: str) -> set[str]:
    """What a function may do, apart from tracing and from writing its log."""
    return {
        action
        for statement in statements(stacks, function(stacks, key)["Role"])
        for action in listed(statement["Action"])
        if not action.startswith("xray:")
    }


def listed(value: str | list[str]) -> list[str]:
    """IAM writes a list of one as the one."""
    return [value] if isinstance(value, str) else value


JOURNAL = {"dynamodb:GetItem", "dynamodb:PutItem"}
SECRETS = {"secretsmanager:GetSecretValue", "kms:Decrypt"}
WATCH = {
    "dynamodb:GetItem",
    "dms:DescribeReplicationTasks",
    "dms:DescribeTableStatistics",
    "cloudwatch:GetMetricData",
    "cloudwatch:DescribeAlarms",
    "route53:ListResourceRecordSets",
}
SEE = "route53:ListResourceRecordSets"
MOVE = "route53:ChangeResourceRecordSets"
SHOW = "ssm:PutParameter"


@pytest.mark.parametrize(
    ("key", "allowed"),
    [
        ("acquire_lease", JOURNAL | {SHOW}),
        ("check_readiness", WATCH),
        ("shift_reads", JOURNAL | {SEE, MOVE}),
        ("verify_records", {SEE, "route53:GetChange"}),
        ("check_stage", WATCH),
        ("move_writes", JOURNAL | {SEE, MOVE}),
        ("put_back", JOURNAL | {SEE, MOVE, SHOW}),
        ("complete", JOURNAL | {SHOW}),
        ("inspect_databases", SECRETS),
        ("measure_lag", SECRETS),
        ("switch_writer", JOURNAL | SECRETS),
        ("resolve_switch", JOURNAL | SECRETS),
        ("finish_switch", JOURNAL | SECRETS),
        ("verify_switch", SECRETS),
        ("weighted_records", {SEE, MOVE}),
        ("database_roles", SECRETS),
    ],
)
def test_a_function_may_do_what_it_does_and_nothing_else(
    stacks: Synthesized, key: str, allowed: set[str]
) -> None:
    # Inside the VPC a function also needs its network interface, by AWS's managed policy.
    assert {action for action in actions(stacks, key) if not action.startswith("ec2:")} == allowed


@pytest.mark.parametrize(
    ("key", "records", "how"),
    [
        ("shift_reads", {"ro"}, {"UPSERT"}),
        ("move_writes", {"rw"}, {"UPSERT"}),
        ("put_back", {"ro", "rw"}, {"UPSERT"}),
        ("weighted_records", {"ro", "rw"}, {"UPSERT", "DELETE"}),
    ],
)
def test_a_function_may_change_its_records_only(
    stacks: Synthesized, key: str, records: set[str], how: set[str]
) -> None:
    (change,) = [
        statement
        for statement in statements(stacks, function(stacks, key)["Role"])
        if statement["Action"] == MOVE
    ]
    condition = change["Condition"]["ForAllValues:StringEquals"]
    names = condition["route53:ChangeResourceRecordSetsNormalizedRecordNames"]
    assert set(names) == {f"{record}.db.migration.internal" for record in records}
    assert set(condition["route53:ChangeResourceRecordSetsActions"]) == how
    assert condition["route53:ChangeResourceRecordSetsRecordTypes"] == ["CNAME"]
    assert "hostedzone/" in json.dumps(change["Resource"])


@pytest.mark.parametrize(
    "spec", [*CONTROL, *DATABASE, WEIGHTED_RECORDS, DATABASE_ROLES], ids=lambda spec: spec.key
)
def test_every_function_has_the_house_defaults(stacks: Synthesized, spec: Any) -> None:
    given = function(stacks, spec.key)
    assert given["Handler"] == f"lambdas.{spec.key}.lambda_handler"
    assert given["Runtime"] == "python3.13"
    assert given["Architectures"] == ["arm64"]
    assert given["TracingConfig"] == {"Mode": "Active"}
    assert given["Timeout"] == spec.timeout_seconds
    assert given["MemorySize"] == spec.memory_megabytes
    assert len(given["Layers"]) == 1
    variables = environment(stacks, spec.key)
    assert variables["POWERTOOLS_SERVICE_NAME"] == given["FunctionName"].removesuffix("-dev")
    assert variables["POWERTOOLS_METRICS_NAMESPACE"] == "Migration"
    log = stacks.named(
        "cutover", "AWS::Logs::LogGroup", "LogGroupName", f"/aws/lambda/{given['FunctionName']}"
    )
    assert log["RetentionInDays"] == 90


def test_only_functions_that_speak_sql_are_inside_the_vpc(stacks: Synthesized) -> None:
    """In there is no way to the APIs that the others call."""
    inside = {spec.key for spec in (*DATABASE, DATABASE_ROLES)}
    for spec in (*CONTROL, *DATABASE, WEIGHTED_RECORDS, DATABASE_ROLES):
        assert ("VpcConfig" in function(stacks, spec.key)) == (spec.key in inside), spec.key


def test_control_functions_are_told_what_they_act_on(stacks: Synthesized) -> None:
    told = environment(stacks, "check_stage")
    assert told["MIGRATION"] == "dev"
    assert told["READ_RECORD"] == "ro.db.migration.internal"
    assert told["WRITE_RECORD"] == "rw.db.migration.internal"
    assert told["STATE_PARAMETER"] == "/migration/dev/state"
    assert told["REPLICATION_INSTANCE_ID"] == "migration-dev"
    (table,) = stacks.resources("cutover", "AWS::DynamoDB::Table")
    assert told["JOURNAL_TABLE"] == {"Ref": table}


def test_the_alarms_that_hold_a_cutover_exist_under_the_names_it_asks_for(
    stacks: Synthesized,
) -> None:
    """There is no reference between the two stacks that would keep them in step."""
    asked = json.loads(environment(stacks, "check_stage")["ALARM_NAMES"])
    alarms = stacks.resources("monitoring", "AWS::CloudWatch::Alarm").values()
    assert len(asked) == 3
    assert set(asked) <= {alarm["Properties"]["AlarmName"] for alarm in alarms}


def test_database_functions_connect_by_secret_and_with_tls(stacks: Synthesized) -> None:
    told = environment(stacks, "switch_writer")
    assert told["DATABASE_SSLMODE"] == "require"
    assert "SourceCutoverSecret" in json.dumps(told["SOURCE_SECRET_ARN"])
    # Never the administrator's: that one only the function that makes the roles reads.
    assert "TargetCutoverSecret" in json.dumps(told["TARGET_SECRET_ARN"])


def test_no_task_outlives_what_step_functions_waits_for(stacks: Synthesized) -> None:
    """Step Functions gives up on a task, but does not end the function that runs it."""
    timeouts = {spec.placeholder: spec.timeout_seconds for spec in (*CONTROL, *DATABASE)}
    waited = 0
    for name, state in MACHINE["States"].items():
        called = state.get("Arguments", {}).get("FunctionName", "")
        if called:
            assert state["TimeoutSeconds"] > timeouts[called.strip("${}")], name
            waited += 1
    assert waited > len(timeouts)


def test_the_journal_survives(stacks: Synthesized) -> None:
    (journal,) = stacks.resources("cutover", "AWS::DynamoDB::Table").values()
    given = journal["Properties"]
    assert journal["DeletionPolicy"] == "Retain"
    assert given["DeletionProtectionEnabled"] is True
    assert given["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] is True
    assert given["BillingMode"] == "PAY_PER_REQUEST"
    assert given["KeySchema"] == [
        {"AttributeName": "migration", "KeyType": "HASH"},
        {"AttributeName": "item", "KeyType": "RANGE"},
    ]


def test_weights_are_no_property_of_the_records(stacks: Synthesized) -> None:
    """What is no property can't be set back by a deployment."""
    records = stacks.only("cutover", "Custom::WeightedRecords")
    assert set(records) == {"ServiceToken", "ServiceTimeout", "Records", "Ttl"}
    assert records["Ttl"] == "5"
    assert [set(pair) for pair in records["Records"]] == [{"Name", "Source", "Target"}] * 2
    read, write = records["Records"]
    assert (read["Name"], write["Name"]) == ("ro.db.migration.internal", "rw.db.migration.internal")
    assert "ReadEndpoint" in json.dumps(read["Target"])
    assert "ReadEndpoint" not in json.dumps(write["Target"])
    for role in stacks.templates:
        kinds = {resource["Type"] for resource in stacks.templates[role]["Resources"].values()}
        assert not kinds & {"AWS::Route53::RecordSet", "AWS::Route53::RecordSetGroup"}, role


def test_the_records_wait_for_their_functions_permissions(stacks: Synthesized) -> None:
    (records,) = stacks.resources("cutover", "Custom::WeightedRecords").values()
    (policy,) = [
        name
        for name in stacks.resources("cutover", "AWS::IAM::Policy")
        if name.startswith("FunctionsWeightedRecords")
    ]
    assert policy in records["DependsOn"]


def test_a_read_only_workload_may_have_one_record(
    example: settings.Settings, synthesized: Callable[[settings.Settings], Synthesized]
) -> None:
    traffic = example.traffic.model_copy(update={"mode": "single-record", "workload": "read-only"})
    stacks = synthesized(example.model_copy(update={"traffic": traffic}))
    (record,) = stacks.only("cutover", "Custom::WeightedRecords")["Records"]
    told = environment(stacks, "shift_reads")
    assert record["Name"] == told["READ_RECORD"] == told["WRITE_RECORD"]


def test_executions_that_ended_badly_are_put_back_and_told(stacks: Synthesized) -> None:
    rule = stacks.only("cutover", "AWS::Events::Rule")
    pattern = rule["EventPattern"]
    (machine,) = stacks.resources("cutover", "AWS::StepFunctions::StateMachine")
    assert pattern["detail-type"] == ["Step Functions Execution Status Change"]
    assert pattern["detail"]["status"] == ["FAILED", "TIMED_OUT", "ABORTED"]
    assert pattern["detail"]["stateMachineArn"] == [{"Ref": machine}]
    function_target, topic_target = rule["Targets"]
    assert "PutBack" in json.dumps(function_target["Arn"])
    # Whole: the function tells the event from a state's call by its "detail-type".
    assert "Input" not in function_target
    assert "InputTransformer" not in function_target
    (topic,) = stacks.resources("cutover", "AWS::SNS::Topic")
    assert topic_target["Arn"] == {"Ref": topic}


@pytest.mark.parametrize("service", ["cloudwatch.amazonaws.com", "events.amazonaws.com"])
def test_who_tells_may_publish_and_use_the_key(stacks: Synthesized, service: str) -> None:
    def allowed(document: Template) -> set[str]:
        return {
            action
            for statement in document["Statement"]
            if statement["Effect"] == "Allow"
            and service in listed(statement["Principal"].get("Service", []))
            for action in listed(statement["Action"])
        }

    assert stacks.only("cutover", "AWS::SNS::Topic")["TopicName"] == "migration-notifications-dev"
    key = stacks.only("cutover", "AWS::KMS::Key")
    assert allowed(key["KeyPolicy"]) == {"kms:Decrypt", "kms:GenerateDataKey*"}
    policy = stacks.only("cutover", "AWS::SNS::TopicPolicy")
    assert allowed(policy["PolicyDocument"]) == {"sns:Publish"}


def test_the_machine_may_call_its_functions_and_tell(stacks: Synthesized) -> None:
    machine = stacks.only("cutover", "AWS::StepFunctions::StateMachine")
    allowed = statements(stacks, machine["RoleArn"])
    (called,) = [
        json.dumps(statement["Resource"])
        for statement in allowed
        if statement["Action"] == "lambda:InvokeFunction"
    ]
    for spec in (*CONTROL, *DATABASE):
        assert f'"Functions{spec.construct_id}Function' in called, spec.key
    assert "WeightedRecords" not in called
    assert any(statement["Action"] == "sns:Publish" for statement in allowed)


def test_the_machine_is_traced_and_every_event_is_logged(stacks: Synthesized) -> None:
    machine = stacks.only("cutover", "AWS::StepFunctions::StateMachine")
    assert machine["StateMachineName"] == "migration-cutover-dev"
    assert machine["TracingConfiguration"] == {"Enabled": True}
    assert machine["LoggingConfiguration"]["Level"] == "ALL"
    stacks.named(
        "cutover",
        "AWS::Logs::LogGroup",
        "LogGroupName",
        "/aws/vendedlogs/states/migration-cutover-dev",
    )
    # As text in the template, where a difference is seen before it is deployed.
    assert json.loads(machine["DefinitionString"]) == MACHINE


def test_the_parts_the_functions_run_are_in_the_asset_and_nothing_else(
    stacks: Synthesized,
) -> None:
    key = function(stacks, "put_back")["Code"]["S3Key"].removesuffix(".zip")
    asset = stacks.files["cutover"].parent / f"asset.{key}"
    files = [path.relative_to(asset) for path in asset.rglob("*") if path.is_file()]
    assert {path.parts[0] for path in files} == {"lambdas", "cutover"}
    assert (asset / "lambdas" / "__init__.py").is_file()
    assert not [path for path in files if path.suffix == ".pyc" or "requirements" in path.name]


def roles_resource(stacks: Synthesized) -> Template:
    (resource,) = stacks.resources("cutover", "Custom::DatabaseRoles").values()
    return resource


def test_the_roles_are_made_with_the_names_and_schemas_of_the_settings(
    stacks: Synthesized,
) -> None:
    properties = roles_resource(stacks)["Properties"]
    assert properties["Roles"] == ["migration_replication", "migration_cutover", "application"]
    assert properties["Schemas"] == ["public"]
    function_id = properties["ServiceToken"]["Fn::GetAtt"][0]
    made = stacks.resources("cutover", "AWS::Lambda::Function")[function_id]
    assert made["Properties"]["Handler"] == "lambdas.database_roles.lambda_handler"
    # Before it may read its secrets, the first call would be refused.
    role = made["Properties"]["Role"]["Fn::GetAtt"][0]
    policies = {
        name
        for name, policy in stacks.resources("cutover", "AWS::IAM::Policy").items()
        if {"Ref": role} in policy["Properties"]["Roles"]
    }
    assert policies & set(roles_resource(stacks)["DependsOn"])


def test_only_the_function_that_makes_the_roles_reads_the_administrators_secret(
    stacks: Synthesized,
) -> None:
    readers = [
        name
        for name, policy in stacks.resources("cutover", "AWS::IAM::Policy").items()
        if "ClusterSecretAttachment" in json.dumps(policy)
    ]
    assert len(readers) == 1
    assert "DatabaseRoles" in readers[0]
