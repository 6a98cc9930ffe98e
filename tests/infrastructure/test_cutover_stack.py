"""The cutover's parts: each may do what it does and nothing else, and nobody else moves traffic."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from migration_stacks.constructs.cutover_functions import CONTROL, DATABASE, WEIGHTED_RECORDS
from tests.infrastructure.conftest import ROOT, Synthesized, Template

if TYPE_CHECKING:
    from collections.abc import Callable

    from migration_stacks import settings

MACHINE = json.loads((ROOT / "state_machines" / "cutover.asl.json").read_text())


def function(stacks: Synthesized, key: str) -> Template:
    name = stacks.names.function(key)
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
SHOW = {"ssm:GetParameter", "ssm:PutParameter"}


@pytest.mark.parametrize(
    ("key", "allowed"),
    [
        ("acquire_lease", JOURNAL | SHOW),
        ("check_readiness", WATCH),
        ("shift_reads", JOURNAL | {SEE, MOVE}),
        ("verify_records", {SEE, "route53:GetChange"}),
        ("check_stage", WATCH),
        ("move_writes", JOURNAL | {SEE, MOVE}),
        ("put_back", JOURNAL | {SEE, MOVE} | SHOW),
        ("complete", JOURNAL | SHOW),
        ("park_reads", JOURNAL | SHOW),
        ("show_readiness", WATCH | SHOW),
        (
            "route53_updater",
            JOURNAL
            | {SEE, MOVE, "route53:GetChange", "dynamodb:Query"}
            | {"states:StartExecution", "states:DescribeExecution"}
            | SHOW,
        ),
        ("inspect_databases", SECRETS),
        ("measure_lag", SECRETS),
        ("switch_writer", JOURNAL | SECRETS),
        ("resolve_switch", JOURNAL | SECRETS),
        ("finish_switch", JOURNAL | SECRETS),
        ("verify_switch", SECRETS),
        ("weighted_records", {SEE, MOVE}),
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
        ("route53_updater", {"ro", "rw"}, {"UPSERT"}),
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


@pytest.mark.parametrize("spec", [*CONTROL, *DATABASE, WEIGHTED_RECORDS], ids=lambda spec: spec.key)
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
    inside = {spec.key for spec in DATABASE}
    for spec in (*CONTROL, *DATABASE, WEIGHTED_RECORDS):
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
    assert "ClusterSecret" in json.dumps(told["TARGET_SECRET_ARN"])


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
    (rule,) = [
        rule["Properties"]
        for rule in stacks.resources("cutover", "AWS::Events::Rule").values()
        if "EventPattern" in rule["Properties"]
    ]
    pattern = rule["EventPattern"]
    machine = machine_id(stacks, "cutover")
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


MACHINES = "AWS::StepFunctions::StateMachine"


def machine_id(stacks: Synthesized, verb: str) -> str:
    """The logical id of a state machine."""
    name = stacks.names.state_machine(verb)
    (found,) = [
        logical_id
        for logical_id, machine in stacks.resources("cutover", MACHINES).items()
        if machine["Properties"]["StateMachineName"] == name
    ]
    return found


@pytest.mark.parametrize("verb", ["cutover", "check"])
def test_a_machine_may_call_its_functions_and_the_cutover_tell(
    stacks: Synthesized, verb: str
) -> None:
    machine = stacks.named("cutover", MACHINES, "StateMachineName", f"migration-{verb}-dev")
    allowed = statements(stacks, machine["RoleArn"])
    (called,) = [
        json.dumps(statement["Resource"])
        for statement in allowed
        if statement["Action"] == "lambda:InvokeFunction"
    ]
    for spec in (*CONTROL, *DATABASE, WEIGHTED_RECORDS):
        mine = verb in spec.machines and spec is not WEIGHTED_RECORDS
        assert (f'"Functions{spec.construct_id}Function' in called) == mine, spec.key
    told = any(statement["Action"] == "sns:Publish" for statement in allowed)
    assert told == (verb == "cutover")


def test_the_updater_may_start_the_cutover_and_no_other_machine(stacks: Synthesized) -> None:
    updater = function(stacks, "route53_updater")
    assert updater["FunctionName"] == "route53-updater-dev"
    (start,) = [
        statement
        for statement in statements(stacks, updater["Role"])
        if statement["Action"] == "states:StartExecution"
    ]
    assert start["Resource"] == {"Ref": machine_id(stacks, "cutover")}
    told = json.dumps(environment(stacks, "route53_updater")["CUTOVER_MACHINE_ARN"])
    assert told.endswith(':stateMachine:migration-cutover-dev"]]}'), (
        "before it is made, by its name"
    )


def test_a_request_that_was_refused_is_not_carried_out_later(stacks: Synthesized) -> None:
    """Lambda would try an asynchronous call that failed again after a minute and after two."""
    configs = stacks.resources("cutover", "AWS::Lambda::EventInvokeConfig").values()
    (config,) = [each["Properties"] for each in configs if "Updater" in json.dumps(each)]
    assert config["MaximumRetryAttempts"] == 0


@pytest.mark.parametrize(("minutes", "rate"), [(5, "rate(5 minutes)"), (1, "rate(1 minute)")])
def test_the_readiness_is_looked_at_by_a_schedule_that_may_do_only_that(
    example: settings.Settings,
    stacks: Synthesized,
    synthesized: Callable[[settings.Settings], Synthesized],
    minutes: int,
    rate: str,
) -> None:
    if minutes != example.cutover.readiness_minutes:
        told = example.cutover.model_copy(update={"readiness_minutes": minutes})
        stacks = synthesized(example.model_copy(update={"cutover": told}))
    rule = stacks.named("cutover", "AWS::Events::Rule", "ScheduleExpression", rate)
    (target,) = rule["Targets"]
    assert target["Arn"] == {"Ref": machine_id(stacks, "check")}
    assert target["Input"] == "{}"
    (role_id, _) = target["RoleArn"]["Fn::GetAtt"]
    role = stacks.resources("cutover", "AWS::IAM::Role")[role_id]["Properties"]
    ((allowed,),) = [policy["PolicyDocument"]["Statement"] for policy in role["Policies"]]
    assert allowed["Action"] == "states:StartExecution"
    assert allowed["Resource"] == {"Ref": machine_id(stacks, "check")}


@pytest.mark.parametrize("verb", ["cutover", "check"])
def test_a_machine_is_traced_and_every_event_is_logged(stacks: Synthesized, verb: str) -> None:
    machine = stacks.named("cutover", MACHINES, "StateMachineName", f"migration-{verb}-dev")
    assert machine["TracingConfiguration"] == {"Enabled": True}
    assert machine["LoggingConfiguration"]["Level"] == "ALL"
    stacks.named(
        "cutover",
        "AWS::Logs::LogGroup",
        "LogGroupName",
        f"/aws/vendedlogs/states/migration-{verb}-dev",
    )
    # As text in the template, where a difference is seen before it is deployed.
    file = ROOT / "state_machines" / f"{verb}.asl.json"
    assert json.loads(machine["DefinitionString"]) == json.loads(file.read_text())


def test_the_parts_the_functions_run_are_in_the_asset_and_nothing_else(
    stacks: Synthesized,
) -> None:
    key = function(stacks, "put_back")["Code"]["S3Key"].removesuffix(".zip")
    asset = stacks.files["cutover"].parent / f"asset.{key}"
    files = [path.relative_to(asset) for path in asset.rglob("*") if path.is_file()]
    assert {path.parts[0] for path in files} == {"lambdas", "cutover"}
    assert (asset / "lambdas" / "__init__.py").is_file()
    assert not [path for path in files if path.suffix == ".pyc" or "requirements" in path.name]
