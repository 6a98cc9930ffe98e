"""Replication that stops rather than skips, over TLS, and is never restarted by a deployment."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from migration_stacks.constructs.replication_task import escape, table_mappings

if TYPE_CHECKING:
    from tests.infrastructure.conftest import Synthesized, Template


@pytest.fixture
def task(stacks: Synthesized) -> Template:
    return stacks.only("dms", "AWS::DMS::ReplicationTask")


@pytest.fixture
def task_settings(task: Template) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(task["ReplicationTaskSettings"])
    return parsed


def endpoint(stacks: Synthesized, side: str) -> Template:
    return stacks.named("dms", "AWS::DMS::Endpoint", "EndpointType", side)


def test_the_instance_is_private_pinned_and_encrypted(stacks: Synthesized) -> None:
    instance = stacks.only("dms", "AWS::DMS::ReplicationInstance")
    assert instance["PubliclyAccessible"] is False
    assert instance["EngineVersion"] == "3.6.1"
    assert instance["AutoMinorVersionUpgrade"] is False
    assert instance["ReplicationInstanceClass"] == "dms.r5.large"
    assert "migration-database-dev" in json.dumps(instance["KmsKeyId"])
    # A metric's dimension is in lower case; in any other there is no data.
    assert instance["ReplicationInstanceIdentifier"] == "migration-dev"


@pytest.mark.parametrize("side", ["source", "target"])
def test_both_ends_use_tls_and_a_secret(stacks: Synthesized, side: str) -> None:
    given = endpoint(stacks, side)
    assert given["SslMode"] == "require"
    assert not {"Username", "Password", "ServerName", "Port"} & set(given)
    assert "SecretsManagerSecretId" in given["PostgreSqlSettings"]
    assert given["PostgreSqlSettings"]["MapBooleanAsBoolean"] is True


def test_only_the_sessions_of_dms_run_without_triggers(stacks: Synthesized) -> None:
    script = endpoint(stacks, "target")["PostgreSqlSettings"]["AfterConnectScript"]
    assert script == "SET session_replication_role='replica'"
    parameters = stacks.only("database", "AWS::RDS::DBClusterParameterGroup")["Parameters"]
    assert "session_replication_role" not in parameters


def test_the_source_needs_no_superuser(stacks: Synthesized) -> None:
    given = endpoint(stacks, "source")["PostgreSqlSettings"]
    assert given["CaptureDdls"] is False
    assert given["HeartbeatEnable"] is True


def test_dms_reads_two_secrets_and_no_other(stacks: Synthesized) -> None:
    (role,) = [
        resource["Properties"]
        for name, resource in stacks.resources("dms", "AWS::IAM::Role").items()
        if name.startswith("SecretsAccess")
    ]
    (policy,) = role["Policies"]
    read = policy["PolicyDocument"]["Statement"][0]
    assert read["Action"] == "secretsmanager:GetSecretValue"
    named = json.dumps(read["Resource"])
    assert "SourceReplicationSecret" in named
    assert "ClusterSecret" in named
    assert "SourceCutoverSecret" not in named
    principals = role["AssumeRolePolicyDocument"]["Statement"][0]["Principal"]["Service"]
    assert sorted(principals) == ["dms.amazonaws.com", "dms.us-east-1.amazonaws.com"]


def test_the_service_roles_come_before_the_subnets_and_stay(stacks: Synthesized) -> None:
    roles = {
        name: resource
        for name, resource in stacks.resources("dms", "AWS::IAM::Role").items()
        if "RoleName" in resource["Properties"]
    }
    assert {role["Properties"]["RoleName"] for role in roles.values()} == {
        "dms-vpc-role",
        "dms-cloudwatch-logs-role",
    }
    assert {role["DeletionPolicy"] for role in roles.values()} == {"Retain"}
    (subnets,) = stacks.resources("dms", "AWS::DMS::ReplicationSubnetGroup").values()
    assert set(roles) <= set(subnets["DependsOn"])


def test_the_task_copies_and_then_follows(task: Template) -> None:
    assert task["MigrationType"] == "full-load-and-cdc"
    # With a fixed name a replacement, which would be a new full load, can't be created.
    assert task["ReplicationTaskIdentifier"] == "migration-dev"


def test_no_error_is_skipped(task_settings: dict[str, Any]) -> None:
    errors = task_settings["ErrorBehavior"]
    policies = {key: value for key, value in errors.items() if key.endswith("Policy")}
    assert len(policies) == 10
    assert set(policies.values()) == {"STOP_TASK"}
    assert errors["FailOnNoTablesCaptured"] is True
    assert errors["ApplyErrorFailOnTruncationDdl"] is True


def test_changes_arrive_in_the_order_of_their_commits(task_settings: dict[str, Any]) -> None:
    """The token row proves that the drain is over only then."""
    assert task_settings["TargetMetadata"]["BatchApplyEnabled"] is False


def test_the_settings_keep_the_rules_of_dms(task_settings: dict[str, Any]) -> None:
    target, load = task_settings["TargetMetadata"], task_settings["FullLoadSettings"]
    assert target["SupportLobs"] is True
    assert target["FullLobMode"] != target["LimitedSizeLobMode"]
    validation = task_settings["ValidationSettings"]
    assert validation["EnableValidation"] is True
    # Otherwise a value that was copied whole is found different.
    assert validation["ValidationPartialLobSize"] == target["LobMaxSize"]
    # Everything else destroys or empties tables, and fails where a foreign key points at one.
    assert load["TargetTablePrepMode"] == "DO_NOTHING"
    assert load["MaxFullLoadSubTasks"] <= 49
    assert "CloudWatchLogGroup" not in task_settings["Logging"]


def test_the_application_and_the_proof_are_replicated(task: Template) -> None:
    rules = json.loads(task["TableMappings"])["rules"]
    assert {rule["rule-action"] for rule in rules} == {"include"}
    assert len({rule["rule-id"] for rule in rules}) == len(rules)
    located = [rule["object-locator"] for rule in rules]
    assert {(where["schema-name"], where["table-name"]) for where in located} == {
        ("public", "%"),
        ("cutover", "heartbeat"),
        ("cutover", "token"),
    }


def test_an_underscore_matches_itself_only() -> None:
    assert escape("app_data") == "app[_]data"
    assert '"app[_]data"' in table_mappings(schemas=["app_data"])
