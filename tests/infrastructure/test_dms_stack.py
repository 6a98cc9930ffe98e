"""Replication that stops rather than skips, over TLS, and is never restarted by a deployment."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from migration_stacks.names import Names

if TYPE_CHECKING:
    from collections.abc import Callable

    from migration_stacks import settings
    from tests.infrastructure.conftest import Synthesized, Template


def task_named(stacks: Synthesized, name: str) -> Template:
    return stacks.named("dms", "AWS::DMS::ReplicationTask", "ReplicationTaskIdentifier", name)


@pytest.fixture
def task(stacks: Synthesized) -> Template:
    return task_named(stacks, "migration-dev")


@pytest.fixture
def reverse(stacks: Synthesized) -> Template:
    return task_named(stacks, "migration-dev-reverse")


@pytest.fixture
def forward(stacks: Synthesized) -> Template:
    return task_named(stacks, "migration-dev-forward")


def endpoint(stacks: Synthesized, task: Template, side: str) -> Template:
    """What a task reads from (Source) or applies to (Target)."""
    logical_id = task[f"{side}EndpointArn"]["Ref"]
    properties: Template = stacks.templates["dms"]["Resources"][logical_id]["Properties"]
    assert properties["EndpointType"] == side.lower()
    return properties


def test_the_instance_is_private_pinned_and_encrypted(stacks: Synthesized) -> None:
    instance = stacks.only("dms", "AWS::DMS::ReplicationInstance")
    assert instance["PubliclyAccessible"] is False
    assert instance["EngineVersion"] == "3.6.1"
    assert instance["AutoMinorVersionUpgrade"] is False
    assert instance["ReplicationInstanceClass"] == "dms.r5.large"
    assert "migration-database-dev" in json.dumps(instance["KmsKeyId"])
    log = stacks.only("dms", "AWS::Logs::LogGroup")
    assert log["LogGroupName"] == "dms-tasks-migration-dev"
    assert log["KmsKeyId"] == instance["KmsKeyId"]
    # A metric's dimension is in lower case; in any other there is no data.
    assert instance["ReplicationInstanceIdentifier"] == "migration-dev"


def test_every_endpoint_uses_tls_and_the_secret_of_its_database(
    stacks: Synthesized, task: Template, reverse: Template, forward: Template
) -> None:
    sides = {
        "SourceReplicationSecret": [
            endpoint(stacks, task, "Source"),
            endpoint(stacks, forward, "Source"),
            endpoint(stacks, reverse, "Target"),
        ],
        "TargetReplicationSecret": [
            endpoint(stacks, task, "Target"),
            endpoint(stacks, forward, "Target"),
            endpoint(stacks, reverse, "Source"),
        ],
    }
    for secret, endpoints in sides.items():
        for given in endpoints:
            assert given["SslMode"] == "require"
            assert not {"Username", "Password", "ServerName", "Port"} & set(given)
            assert secret in json.dumps(given["PostgreSqlSettings"]["SecretsManagerSecretId"])
            assert given["PostgreSqlSettings"]["MapBooleanAsBoolean"] is True
            # The port and host are the secret's; the database is not read from there.
            assert given["DatabaseName"] == "application"


PEM = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"


def test_a_named_authority_checks_the_server_in_both_directions(
    example: settings.Settings, synthesized: Callable[[settings.Settings], Synthesized]
) -> None:
    source = example.source.model_copy(update={"ca_certificate": PEM, "ssl_mode": "verify-ca"})
    dms = example.dms.model_copy(update={"target_ca_certificate": PEM})
    stacks = synthesized(example.model_copy(update={"source": source, "dms": dms}))
    certificates = stacks.resources("dms", "AWS::DMS::Certificate")
    assert {c["Properties"]["CertificatePem"] for c in certificates.values()} == {PEM}
    for name, sides in (
        ("migration-dev", "Source Target"),
        ("migration-dev-reverse", "Target Source"),
        ("migration-dev-forward", "Source Target"),
    ):
        there = task_named(stacks, name)
        modes = [endpoint(stacks, there, side)["SslMode"] for side in sides.split()]
        assert modes == ["verify-ca", "verify-full"]
        for side in sides.split():
            assert endpoint(stacks, there, side)["CertificateArn"]["Ref"] in certificates


def test_only_the_sessions_of_dms_run_without_triggers(
    stacks: Synthesized, task: Template, reverse: Template, forward: Template
) -> None:
    for there in (task, reverse, forward):
        script = endpoint(stacks, there, "Target")["PostgreSqlSettings"]["AfterConnectScript"]
        assert script == "SET session_replication_role='replica'"
    parameters = stacks.only("database", "AWS::RDS::DBClusterParameterGroup")["Parameters"]
    assert "session_replication_role" not in parameters


def test_reading_needs_no_superuser_and_keeps_its_slot_moving(
    stacks: Synthesized, task: Template, reverse: Template, forward: Template
) -> None:
    for there in (task, reverse, forward):
        given = endpoint(stacks, there, "Source")["PostgreSqlSettings"]
        assert given["CaptureDdls"] is False
        assert given["PluginName"] == "test-decoding"
        assert (given["HeartbeatEnable"], given["HeartbeatSchema"]) == (True, "cutover")


def test_the_way_back_waits_for_a_slot_of_its_own(
    stacks: Synthesized, task: Template, reverse: Template
) -> None:
    """A task that loads makes its slot itself, and refuses one by name."""
    assert "SlotName" not in endpoint(stacks, task, "Source")["PostgreSqlSettings"]
    there = endpoint(stacks, reverse, "Source")
    assert there["PostgreSqlSettings"]["SlotName"] == "migration_dev_reverse"
    assert there["EngineName"] == "aurora-postgresql"
    assert endpoint(stacks, reverse, "Target")["EngineName"] == "postgres"
    assert reverse["MigrationType"] == "cdc"
    assert "CdcStartPosition" not in reverse


def test_going_forward_again_copies_nothing_and_waits_for_a_slot_on_the_source(
    stacks: Synthesized, task: Template, forward: Template
) -> None:
    there = endpoint(stacks, forward, "Source")
    assert there["PostgreSqlSettings"]["SlotName"] == "migration_dev_forward"
    assert there["EngineName"] == "postgres"
    assert forward["TargetEndpointArn"] == task["TargetEndpointArn"]
    assert forward["MigrationType"] == "cdc"
    assert "CdcStartPosition" not in forward


def test_every_slot_has_a_name_that_postgresql_takes() -> None:
    """PostgreSQL documentation, "Replication Slots": lower-case letters, digits, underscores; the
    longest suffix that a deployment may have is 20 characters."""
    names = Names("a-b-c-d-e-f-g-h-9-10")
    slots = (names.reverse_slot, names.forward_slot)
    assert len(set(slots)) == 2
    for slot in slots:
        assert re.fullmatch(r"[a-z0-9_]{1,63}", slot)


def test_every_direction_carries_the_same_tables_under_the_same_settings(
    task: Template, reverse: Template, forward: Template
) -> None:
    loads = json.loads(task["ReplicationTaskSettings"])
    # There is a load to stop after, for indexes and keys.
    assert loads["FullLoadSettings"].pop("StopTaskCachedChangesApplied") is True
    for other in (reverse, forward):
        assert other["TableMappings"] == task["TableMappings"]
        follows = json.loads(other["ReplicationTaskSettings"])
        assert follows["FullLoadSettings"].pop("StopTaskCachedChangesApplied") is False
        assert follows == loads


def test_what_the_settings_leave_out_is_left_out(
    example: settings.Settings, synthesized: Callable[[settings.Settings], Synthesized]
) -> None:
    source = example.source.model_copy(
        update={
            "exclude_tables": ("public.audit_log",),
            "generated_columns": ("public.orders.total",),
        }
    )
    stacks = synthesized(example.model_copy(update={"source": source}))
    rules = json.loads(task_named(stacks, "migration-dev")["TableMappings"])["rules"]
    assert [r["object-locator"]["table-name"] for r in rules if r["rule-action"] == "exclude"] == [
        "audit[_]log"
    ]
    assert [r["object-locator"] for r in rules if r["rule-action"] == "remove-column"] == [
        {"schema-name": "public", "table-name": "orders", "column-name": "total"}
    ]


def test_dms_reads_two_secrets_and_no_other(stacks: Synthesized) -> None:
    role = stacks.only("dms", "AWS::IAM::Role")
    policy = stacks.only("dms", "AWS::IAM::ManagedPolicy")
    read = policy["PolicyDocument"]["Statement"][0]
    assert read["Action"] == "secretsmanager:GetSecretValue"
    named = json.dumps(read["Resource"])
    assert len(read["Resource"]) == 2
    assert "SourceReplicationSecret" in named
    assert "TargetReplicationSecret" in named
    principals = role["AssumeRolePolicyDocument"]["Statement"][0]["Principal"]["Service"]
    assert sorted(principals) == ["dms.amazonaws.com", "dms.us-east-1.amazonaws.com"]


def test_the_task_copies_and_then_follows(task: Template) -> None:
    assert task["MigrationType"] == "full-load-and-cdc"
    # With a fixed name a replacement, which would be a new full load, can't be created.
    assert task["ReplicationTaskIdentifier"] == "migration-dev"


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


def test_endpoints_are_made_when_their_role_is_known_everywhere(stacks: Synthesized) -> None:
    (instance,) = stacks.resources("dms", "AWS::DMS::ReplicationInstance")
    for endpoint in stacks.resources("dms", "AWS::DMS::Endpoint").values():
        assert instance in endpoint["DependsOn"]
