"""The cutover's parts: each may do what it does and nothing else, and nobody else moves traffic."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import pytest

import app
from migration_stacks.constructs.cutover_functions import (
    CONTROL,
    DATABASE,
    DATABASE_ROLES,
    WEIGHTED_RECORDS,
)
from tests.infrastructure.conftest import ROOT, Synthesized, Template

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from migration_stacks import settings

DEFINITIONS = {
    verb: json.loads((ROOT / "state_machines" / f"{verb}.asl.json").read_text())
    for verb in ("cutover", "rollback", "check", "replicate", "finalize")
}


def function(stacks: Synthesized, key: str) -> Template:
    name = stacks.names.function(key)
    return stacks.named("cutover", "AWS::Lambda::Function", "FunctionName", name)


def environment(stacks: Synthesized, key: str) -> dict[str, Any]:
    variables: dict[str, Any] = function(stacks, key)["Environment"]["Variables"]
    return variables


def statements(stacks: Synthesized, role: Template) -> list[Template]:
    """Every statement of the policies of a role that is given as a reference to its ARN."""
    (logical_id, _) = role["Fn::GetAtt"]
    properties = stacks.resources("cutover", "AWS::IAM::Role")[logical_id]["Properties"]
    return [
        statement
        for policy in properties["Policies"]
        for statement in policy["PolicyDocument"]["Statement"]
    ]


def listed(value: str | list[str]) -> list[str]:
    """IAM writes a list of one as the one."""
    return [value] if isinstance(value, str) else value


@pytest.mark.parametrize(
    ("key", "records", "how"),
    [
        ("shift_reads", {"ro"}, {"UPSERT"}),
        # In a rollback the reads go along.
        ("move_writes", {"ro", "rw"}, {"UPSERT"}),
        ("put_back", {"ro", "rw"}, {"UPSERT"}),
        ("route53_updater", {"ro", "rw"}, {"UPSERT"}),
        ("weighted_records", {"ro", "rw"}, {"CREATE", "DELETE"}),
    ],
)
def test_a_function_may_change_its_records_only(
    stacks: Synthesized, key: str, records: set[str], how: set[str]
) -> None:
    (change,) = [
        statement
        for statement in statements(stacks, function(stacks, key)["Role"])
        if statement["Action"] == "route53:ChangeResourceRecordSets"
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
    alarm = stacks.named(
        "cutover",
        "AWS::CloudWatch::Alarm",
        "AlarmName",
        f"migration-function-{spec.key.replace('_', '-')}-dev",
    )
    (total,) = [metric for metric in alarm["Metrics"] if metric.get("ReturnData", True)]
    stats = [metric["MetricStat"] for metric in alarm["Metrics"] if metric is not total]
    assert {stat["Metric"]["MetricName"] for stat in stats} == {"Errors", "Throttles"}
    for stat in stats:
        assert stat["Metric"]["Dimensions"] == [
            {"Name": "FunctionName", "Value": given["FunctionName"]}
        ]
        assert stat["Stat"] == "Sum"
    for metric in alarm["Metrics"]:
        assert metric is total or metric["Id"] in total["Expression"]
    # A filled newest minute must not be all that is looked at: the real number comes later.
    assert alarm["DatapointsToAlarm"] == 1
    assert alarm["EvaluationPeriods"] > 5
    # A function that is not called has no data.
    assert alarm["TreatMissingData"] == "notBreaching"
    (topic,) = stacks.resources("cutover", "AWS::SNS::Topic")
    assert alarm["AlarmActions"] == [{"Ref": topic}]


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
    assert len(asked) == 4
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
    states = [each for machine in DEFINITIONS.values() for each in machine["States"].items()]
    for name, state in states:
        called = state.get("Arguments", {}).get("FunctionName", "")
        if state.get("Resource", "").endswith(".waitForTaskToken"):
            # It waits for a person, long after its function has ended.
            assert "approval_hours" in state["TimeoutSeconds"]
        elif called:
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


def test_everything_goes_where_nothing_is_protected(
    example: settings.Settings, synthesized: Callable[[settings.Settings], Synthesized]
) -> None:
    """What is protected is the journal, with the key that it can be read by, and the names."""
    kept = {
        relaxed: {
            resource["Type"]
            for resource in stacks.templates["cutover"]["Resources"].values()
            if resource.get("DeletionPolicy", "Delete") != "Delete"
            or resource.get("UpdateReplacePolicy", "Delete") != "Delete"
            or resource["Properties"].get("DeletionProtectionEnabled")
        }
        # A function's versions go with it.
        - {"AWS::Lambda::Version"}
        for relaxed in (True, False)
        for stacks in [synthesized(with_protection(example, protect=not relaxed))]
    }
    assert kept == {
        # It has something in it after every switch, and CloudFormation could not delete it.
        True: {"AWS::S3::Bucket"},
        False: {
            "AWS::DynamoDB::Table",
            "AWS::KMS::Key",
            "AWS::S3::Bucket",
            "Custom::WeightedRecords",
        },
    }


def bucket_of(stacks: Synthesized) -> Template:
    (found,) = stacks.resources("cutover", "AWS::S3::Bucket").values()
    properties: Template = found["Properties"]
    return properties


def test_certificates_are_encrypted_versioned_and_nobody_elses(stacks: Synthesized) -> None:
    bucket = bucket_of(stacks)
    assert "BucketName" not in bucket
    ((rule,),) = bucket["BucketEncryption"].values()
    assert rule["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == "aws:kms"
    assert rule["ServerSideEncryptionByDefault"]["KMSMasterKeyID"]["Fn::GetAtt"][1] == "Arn"
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    (policy,) = stacks.resources("cutover", "AWS::S3::BucketPolicy").values()
    (statement,) = policy["Properties"]["PolicyDocument"]["Statement"]
    assert (statement["Effect"], statement["Action"]) == ("Deny", "s3:*")
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert len(statement["Resource"]) == 2


@pytest.mark.parametrize("days", [0, 1, 36_500])
def test_certificates_are_locked_for_so_many_days(
    example: settings.Settings,
    synthesized: Callable[[settings.Settings], Synthesized],
    days: int,
) -> None:
    cutover = example.cutover.model_copy(update={"certificate_lock_days": days})
    bucket = bucket_of(synthesized(example.model_copy(update={"cutover": cutover})))
    if not days:
        assert "ObjectLockEnabled" not in bucket
        assert "ObjectLockConfiguration" not in bucket
        return
    assert bucket["ObjectLockEnabled"] is True
    assert bucket["ObjectLockConfiguration"] == {
        "ObjectLockEnabled": "Enabled",
        "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": days}},
    }


def with_protection(example: settings.Settings, *, protect: bool) -> settings.Settings:
    database = example.database.model_copy(update={"deletion_protection": protect})
    return example.model_copy(update={"database": database})


def test_everything_that_can_be_is_encrypted_with_the_stacks_one_key(stacks: Synthesized) -> None:
    (key,) = stacks.resources("cutover", "AWS::KMS::Key")
    arn = {"Fn::GetAtt": [key, "Arn"]}
    (table,) = stacks.resources("cutover", "AWS::DynamoDB::Table").values()
    assert table["Properties"]["SSESpecification"]["KMSMasterKeyId"] == arn
    for kind, name in (
        ("AWS::Logs::LogGroup", "KmsKeyId"),
        ("AWS::SNS::Topic", "KmsMasterKeyId"),
        ("AWS::SQS::Queue", "KmsMasterKeyId"),
    ):
        for logical_id, resource in stacks.resources("cutover", kind).items():
            assert resource["Properties"][name] == arn, logical_id


def test_weights_are_no_property_of_the_records(stacks: Synthesized) -> None:
    """What is no property can't be set back by a deployment."""
    records = stacks.resources("cutover", "Custom::WeightedRecords")
    # Fixed for ever: a name that moves to another logical id is made, which keeps it, and then
    # deleted with the old one, in the middle of production.
    assert set(records) == {"RecordsRoE79FF0D4", "RecordsRw5703CF11"}
    read, write = (
        next(
            each["Properties"]
            for each in records.values()
            if each["Properties"]["RecordName"] == name
        )
        for name in ("ro.db.migration.internal", "rw.db.migration.internal")
    )
    for pair in (read, write):
        assert set(pair) == {
            "ServiceToken",
            "ServiceTimeout",
            "HostedZoneId",
            "RecordName",
            "Source",
            "Target",
            "Ttl",
        }
        assert pair["Ttl"] == "5"
    assert "ReadEndpoint" in json.dumps(read["Target"])
    assert "ReadEndpoint" not in json.dumps(write["Target"])
    for role in stacks.templates:
        kinds = {resource["Type"] for resource in stacks.templates[role]["Resources"].values()}
        assert not kinds & {"AWS::Route53::RecordSet", "AWS::Route53::RecordSetGroup"}, role


@pytest.mark.parametrize("kind", ["Custom::WeightedRecords", "Custom::DatabaseRoles"])
def test_custom_resources_wait_for_their_functions_permissions(
    stacks: Synthesized, kind: str
) -> None:
    """The first call would be refused. Whoever refers to a function waits for it, the function
    refers to its role, and the role has its permissions from its beginning."""
    for made in stacks.resources("cutover", kind).values():
        (waited, _) = made["Properties"]["ServiceToken"]["Fn::GetAtt"]
        called = stacks.resources("cutover", "AWS::Lambda::Function")[waited]["Properties"]
        assert statements(stacks, called["Role"])
    kinds = {each["Type"] for each in stacks.templates["cutover"]["Resources"].values()}
    assert not kinds & {"AWS::IAM::Policy", "AWS::IAM::RolePolicy"}, "attached to a role later"


def test_a_read_only_workload_may_have_one_record(
    example: settings.Settings, synthesized: Callable[[settings.Settings], Synthesized]
) -> None:
    traffic = example.traffic.model_copy(update={"mode": "single-record", "workload": "read-only"})
    stacks = synthesized(example.model_copy(update={"traffic": traffic}))
    record = stacks.only("cutover", "Custom::WeightedRecords")
    told = environment(stacks, "shift_reads")
    assert record["RecordName"] == told["READ_RECORD"] == told["WRITE_RECORD"]
    # The same logical id in both modes: the name that stays is only updated.
    assert set(stacks.resources("cutover", "Custom::WeightedRecords")) == {"RecordsRw5703CF11"}


PUBLISHERS = {
    "backup.amazonaws.com": "StringEquals",
    "cloudwatch.amazonaws.com": "StringEquals",
    "dms.amazonaws.com": "ArnLike",
    # With a condition nothing would ever arrive.
    "events.amazonaws.com": None,
}


@pytest.mark.parametrize("service", sorted(PUBLISHERS))
def test_who_tells_may_publish_and_use_the_key(stacks: Synthesized, service: str) -> None:
    def found(document: Template) -> list[Template]:
        return [
            statement
            for statement in document["Statement"]
            if statement["Effect"] == "Allow"
            and service in listed(statement["Principal"].get("Service", []))
        ]

    assert stacks.only("cutover", "AWS::SNS::Topic")["TopicName"] == "migration-notifications-dev"
    (use,) = found(stacks.only("cutover", "AWS::KMS::Key")["KeyPolicy"])
    assert set(use["Action"]) == {"kms:Decrypt", "kms:GenerateDataKey*"}
    (publishing,) = found(stacks.only("cutover", "AWS::SNS::TopicPolicy")["PolicyDocument"])
    assert publishing["Action"] == "sns:Publish"
    operator = PUBLISHERS[service]
    assert list(publishing.get("Condition", {})) == ([operator] if operator else [])
    assert "AWS::AccountId" in json.dumps(publishing.get("Condition", "AWS::AccountId"))


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


def test_nobody_else_tells(stacks: Synthesized) -> None:
    policy = stacks.only("cutover", "AWS::SNS::TopicPolicy")["PolicyDocument"]
    services = {
        statement["Principal"]["Service"]
        for statement in policy["Statement"]
        if statement["Effect"] == "Allow"
    }
    assert services == set(PUBLISHERS)


def test_a_failure_of_a_function_that_a_rule_calls_is_published(stacks: Synthesized) -> None:
    """Whoever it is: nobody else would hear of it. What a schedule calls is called again soon, and has its alarm."""
    called = {
        json.dumps(target["Arn"]["Fn::GetAtt"][0])
        for rule in stacks.resources("cutover", "AWS::Events::Rule").values()
        for target in rule["Properties"]["Targets"]
        if "EventPattern" in rule["Properties"]
        and "Fn::GetAtt" in target["Arn"]
        and stacks.templates["cutover"]["Resources"][target["Arn"]["Fn::GetAtt"][0]]["Type"]
        == "AWS::Lambda::Function"
    }
    (topic,) = stacks.resources("cutover", "AWS::SNS::Topic")
    told = {}
    for configured in stacks.resources("cutover", "AWS::Lambda::EventInvokeConfig").values():
        given = configured["Properties"]
        assert given["DestinationConfig"]["OnFailure"]["Destination"] == {"Ref": topic}
        told[json.dumps(given["FunctionName"]["Ref"])] = given["MaximumRetryAttempts"]
    (updater,) = set(told) - called
    assert "Route53Updater" in updater
    assert told == dict.fromkeys(called, 2) | {updater: 0}


def test_the_source_is_looked_at_as_often_as_a_cutover_is_thought_of(stacks: Synthesized) -> None:
    (rule,) = (
        rule["Properties"]
        for rule in stacks.resources("cutover", "AWS::Events::Rule").values()
        if rule["Properties"].get("Name") == "migration-watch-source-dev"
    )
    assert (rule["ScheduleExpression"], rule.get("State", "ENABLED")) == (
        "rate(5 minutes)",
        "ENABLED",
    )
    (target,) = rule["Targets"]
    function = target["Arn"]["Fn::GetAtt"][0]
    assert target["Input"] == "{}"
    assert target["RetryPolicy"]["MaximumRetryAttempts"] == 0
    properties = stacks.templates["cutover"]["Resources"][function]["Properties"]
    assert properties["FunctionName"] == "migration-watch-source-dev"
    # A look has ended before the next one begins, and two of them fit before one is too old.
    assert properties["Timeout"] < 5 * 60
    named = stacks.named("cutover", MACHINES, "StateMachineName", "migration-cutover-dev")[
        "DefinitionSubstitutions"
    ]
    assert int(named["SourceWatchMaxAgeSeconds"]) >= 2 * 5 * 60 + properties["Timeout"]
    permissions = [
        each["Properties"]
        for each in stacks.resources("cutover", "AWS::Lambda::Permission").values()
        if each["Properties"]["FunctionName"] == {"Fn::GetAtt": [function, "Arn"]}
    ]
    (permission,) = permissions
    assert permission["Principal"] == "events.amazonaws.com"
    assert "SourceWatchRule" in permission["SourceArn"]["Fn::GetAtt"][0]


def test_a_running_execution_keeps_the_code_it_started_with(stacks: Synthesized) -> None:
    """Its definition names versions, and a deployment in the middle removes none of them."""
    versions = stacks.resources("cutover", "AWS::Lambda::Version")
    for spec in (*CONTROL, *DATABASE):
        for verb in spec.machines:
            machine = stacks.named("cutover", MACHINES, "StateMachineName", f"migration-{verb}-dev")
            version = versions[machine["DefinitionSubstitutions"][spec.placeholder]["Ref"]]
            assert spec.construct_id in json.dumps(version["Properties"]["FunctionName"])
            kept = (version["DeletionPolicy"], version["UpdateReplacePolicy"])
            # Unless the deployment that made it is rolled back.
            assert kept == ("RetainExceptOnCreate", "Retain")


def versions(stacks: Synthesized, placeholders: dict[str, Any]) -> dict[str, str]:
    """The logical id of each function's version, by the placeholder that a machine has for it."""
    machine = stacks.named("cutover", MACHINES, "StateMachineName", "migration-cutover-dev")
    return {name: machine["DefinitionSubstitutions"][name]["Ref"] for name in placeholders}


def test_a_version_is_new_where_what_it_holds_is_and_nowhere_else(
    example: settings.Settings,
    stacks: Synthesized,
    synthesized: Callable[[settings.Settings], Synthesized],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """CloudFormation makes a version where it finds a new logical id: without one the machine would
    go on with the old code, and with one too many Lambda refuses to make the same version again."""
    called = {
        spec.placeholder: spec for spec in (*CONTROL, *DATABASE) if "cutover" in spec.machines
    }
    before = versions(stacks, called)

    def changed(other: settings.Settings) -> set[str]:
        after = versions(synthesized(other), called)
        return {called[name].key for name in called if after[name] != before[name]}

    # A value of the machine's, of a resource that is referred to, and of an alarm: none of them is
    # in a function.
    cutover = example.cutover.model_copy(update={"record_ttl_seconds": 60})
    monitoring = example.monitoring.model_copy(update={"log_retention_days": 365})
    assert (
        changed(example.model_copy(update={"cutover": cutover, "monitoring": monitoring})) == set()
    )
    traffic = example.traffic.model_copy(update={"zone": "other.internal"})
    assert changed(example.model_copy(update={"traffic": traffic})) == {
        spec.key for spec in CONTROL if "cutover" in spec.machines
    }
    for folder in ("lambdas", "cutover", "state_machines"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    monkeypatch.setattr(app, "ROOT", tmp_path)
    every = {spec.key for spec in called.values()}
    for file in ("lambdas/requirements.txt", "cutover/decisions.py"):
        original = (tmp_path / file).read_text()
        (tmp_path / file).write_text(f"{original}\n# other\n")
        assert changed(example) == every, file
        (tmp_path / file).write_text(original)


def test_the_updater_has_the_name_that_the_runbook_promises(stacks: Synthesized) -> None:
    assert function(stacks, "route53_updater")["FunctionName"] == "route53-updater-dev"


@pytest.mark.parametrize("key", [spec.key for spec in (*CONTROL, *DATABASE)])
def test_only_machines_that_move_the_writer_are_started(stacks: Synthesized, key: str) -> None:
    started = [
        listed(statement["Resource"])
        for statement in statements(stacks, function(stacks, key)["Role"])
        if "states:StartExecution" in listed(statement["Action"])
    ]
    if key not in {"put_back", "route53_updater"}:
        assert started == []
        return
    (arns,) = started
    # By their names: the machines are made from the functions.
    told = json.dumps(environment(stacks, key)["MACHINE_ARNS"])
    for arn, verb in zip(arns, ("cutover", "rollback"), strict=True):
        name = f":stateMachine:migration-{verb}-dev"
        assert json.dumps(arn).endswith(f'{name}"]]}}')
        assert name in told
        assert machine_id(stacks, verb)


def test_a_hand_over_starts_no_task_that_would_load_everything_anew(stacks: Synthesized) -> None:
    may: dict[str, set[str]] = {}
    for statement in statements(stacks, function(stacks, "hand_over")["Role"]):
        for action in listed(statement["Action"]):
            may.setdefault(action, set()).update(map(json.dumps, listed(statement["Resource"])))
    loads = {arn for arn in may["dms:StopReplicationTask"] if "Task" in arn}
    assert len(loads) == 3
    (first,) = loads - may["dms:StartReplicationTask"]
    assert "Reverse" not in first
    assert "Forward" not in first
    assert may["dms:StartReplicationTask"] < loads


def test_a_request_that_was_refused_is_not_carried_out_later(stacks: Synthesized) -> None:
    """Lambda would try an asynchronous call that failed again after a minute and after two."""
    configs = stacks.resources("cutover", "AWS::Lambda::EventInvokeConfig").values()
    (config,) = [each["Properties"] for each in configs if "Updater" in json.dumps(each)]
    assert config["MaximumRetryAttempts"] == 0
    # A throttled request is not tried for long: it would be carried out when nobody expects it any more.
    assert config["MaximumEventAgeInSeconds"] == 60


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


@pytest.mark.parametrize("verb", DEFINITIONS)
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


def test_only_who_makes_the_roles_and_who_copies_the_schema_reads_the_administrators_secret(
    stacks: Synthesized,
) -> None:
    readers = [
        name
        for name, role in stacks.resources("cutover", "AWS::IAM::Role").items()
        if "AdministratorSecret" in json.dumps(role)
    ]
    made, copies = sorted(readers)
    assert made.startswith("FunctionsDatabaseRoles")
    assert copies.startswith("SchemaBuildRole")
