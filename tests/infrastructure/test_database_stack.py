"""The target can't be lost, read in clear, or written to without TLS."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from migration_stacks import settings
    from tests.infrastructure.conftest import Synthesized, Template


KEPT = "RetainExceptOnCreate"
"""Kept, but not by the rollback of its own creation: its name would be taken at the next try."""


def changed(given: settings.Settings, section: str, **values: object) -> settings.Settings:
    part = getattr(given, section).model_copy(update=values)
    return given.model_copy(update={section: part})


def cluster_resource(stacks: Synthesized) -> Template:
    (resource,) = stacks.resources("database", "AWS::RDS::DBCluster").values()
    return resource


def test_the_cluster_is_the_one_that_the_runbook_names(stacks: Synthesized) -> None:
    cluster = stacks.only("database", "AWS::RDS::DBCluster")
    assert cluster["DBClusterIdentifier"] == "migration-aurora-dev"
    assert (cluster["Engine"], cluster["EngineVersion"]) == ("aurora-postgresql", "17.9")
    assert cluster["ServerlessV2ScalingConfiguration"] == {"MinCapacity": 0.5, "MaxCapacity": 2}
    # Exists for Aurora MySQL only, and neither CDK nor cfn-lint says so.
    assert "BacktrackWindow" not in cluster


def test_data_is_not_deleted_by_accident(stacks: Synthesized) -> None:
    resource = cluster_resource(stacks)
    assert resource["Properties"]["DeletionProtection"] is True
    assert resource["DeletionPolicy"] == resource["UpdateReplacePolicy"] == "Snapshot"
    (key,) = stacks.resources("database", "AWS::KMS::Key").values()
    assert key["DeletionPolicy"] == KEPT, "no snapshot can be read without its key"


def test_one_setting_lets_everything_go(
    example: settings.Settings, synthesized: Callable[[settings.Settings], Synthesized]
) -> None:
    stacks = synthesized(changed(example, "database", deletion_protection=False))
    text = stacks.files["database"].read_text()
    # A vault that holds a snapshot can't be deleted, and the stack with it not either.
    assert "AWS::Backup::" not in text
    assert '"Retain' not in text
    resource = cluster_resource(stacks)
    assert resource["Properties"]["DeletionProtection"] is False
    assert resource["DeletionPolicy"] == "Delete"
    (key,) = stacks.resources("database", "AWS::KMS::Key").values()
    assert key.get("DeletionPolicy", "Delete") == "Delete"
    (journal,) = stacks.resources("cutover", "AWS::DynamoDB::Table").values()
    assert journal.get("DeletionPolicy", "Delete") == "Delete"
    assert journal["Properties"]["DeletionProtectionEnabled"] is False


def test_the_way_back_has_its_72_hours(stacks: Synthesized) -> None:
    assert stacks.only("database", "AWS::RDS::DBCluster")["BackupRetentionPeriod"] * 24 >= 72


def test_storage_and_secrets_are_encrypted_with_the_own_key(stacks: Synthesized) -> None:
    (key,) = stacks.resources("database", "AWS::KMS::Key")
    own = {"Fn::GetAtt": [key, "Arn"]}
    cluster = stacks.only("database", "AWS::RDS::DBCluster")
    assert cluster["StorageEncrypted"] is True
    assert cluster["KmsKeyId"] == own
    for secret in stacks.resources("database", "AWS::SecretsManager::Secret").values():
        assert secret["Properties"]["KmsKeyId"] == own


def test_connections_need_tls_and_the_way_back_can_replicate(stacks: Synthesized) -> None:
    group = stacks.only("database", "AWS::RDS::DBClusterParameterGroup")
    assert group["Family"] == "aurora-postgresql17"
    assert group["Parameters"] == {"rds.force_ssl": "1", "rds.logical_replication": "1"}


def test_a_writer_and_two_readers_stand_in_three_zones(stacks: Synthesized) -> None:
    instances = [
        instance["Properties"]
        for instance in stacks.resources("database", "AWS::RDS::DBInstance").values()
    ]
    assert sorted(instance["DBInstanceIdentifier"] for instance in instances) == [
        "migration-aurora-dev-1",
        "migration-aurora-dev-2",
        "migration-aurora-dev-3",
    ]
    zones = {json.dumps(instance["AvailabilityZone"]) for instance in instances}
    assert len(zones) == 3
    assert {instance["DBInstanceClass"] for instance in instances} == {"db.serverless"}
    assert not any(instance["PubliclyAccessible"] for instance in instances)
    # A reader above tier 1 scales alone and may be too small when it has to take over.
    assert sorted(instance["PromotionTier"] for instance in instances) == [0, 1, 1]


def test_each_role_on_the_source_has_a_secret_with_all_that_a_connection_needs(
    stacks: Synthesized,
) -> None:
    templates = {
        name: json.loads(secret["Properties"]["GenerateSecretString"]["SecretStringTemplate"])
        for name, secret in stacks.resources("database", "AWS::SecretsManager::Secret").items()
        if name.startswith("Source")
    }
    assert sorted(template["username"] for template in templates.values()) == [
        "migration_cutover",
        "migration_replication",
    ]
    for template in templates.values():
        assert template["host"] == "postgres.corp.example.com"
        assert (template["port"], template["dbname"]) == ("5432", "application")
        assert "password" not in template


def test_no_password_has_a_character_that_dms_takes_for_a_mark(stacks: Synthesized) -> None:
    for secret in stacks.resources("database", "AWS::SecretsManager::Secret").values():
        excluded = set(secret["Properties"]["GenerateSecretString"]["ExcludeCharacters"])
        assert set(";:.+") <= excluded


ROLES = {
    "TargetReplicationSecret": "migration_replication",
    "TargetCutoverSecret": "migration_cutover",
    "ApplicationSecret": "application",
}


def test_each_role_on_the_target_has_a_secret_that_is_told_where_the_cluster_is(
    stacks: Synthesized,
) -> None:
    """The host is in no secret's template: another endpoint would make another password."""
    (cluster,) = stacks.resources("database", "AWS::RDS::DBCluster")
    attached = [
        attachment["Properties"]
        for attachment in stacks.resources(
            "database", "AWS::SecretsManager::SecretTargetAttachment"
        ).values()
    ]
    assert {json.dumps(properties["TargetId"]) for properties in attached} == {
        json.dumps({"Ref": cluster})
    }
    targets = {properties["SecretId"]["Ref"] for properties in attached}
    assert len(targets) == len(attached) == 4
    secrets = stacks.resources("database", "AWS::SecretsManager::Secret")
    for prefix, user in ROLES.items():
        (name,) = [name for name in targets if name.startswith(prefix)]
        known = json.loads(
            secrets[name]["Properties"]["GenerateSecretString"]["SecretStringTemplate"]
        )
        assert known == {"username": user}


def test_the_load_gets_its_capacity_by_a_change_of_the_scaling_alone(
    stacks: Synthesized,
    example: settings.Settings,
    synthesized: Callable[[settings.Settings], Synthesized],
) -> None:
    loading = synthesized(changed(example, "database", full_load=True))
    scaling = cluster_resource(loading)["Properties"]["ServerlessV2ScalingConfiguration"]
    assert scaling == {"MinCapacity": 0.5, "MaxCapacity": 16}
    cluster_resource(loading)["Properties"]["ServerlessV2ScalingConfiguration"] = cluster_resource(
        stacks
    )["Properties"]["ServerlessV2ScalingConfiguration"]
    assert loading.templates["database"] == stacks.templates["database"]
    assert loading.templates["dms"] == stacks.templates["dms"]


@pytest.mark.parametrize(("mode", "days"), [("standard", 7), ("advanced", 465)])
def test_all_instances_have_the_insights_of_the_cluster(
    example: settings.Settings,
    synthesized: Callable[[settings.Settings], Synthesized],
    mode: str,
    days: int,
) -> None:
    stacks = synthesized(changed(example, "database", insights=mode))
    cluster = cluster_resource(stacks)["Properties"]
    assert cluster["DatabaseInsightsMode"] == mode
    assert cluster["PerformanceInsightsEnabled"] is True
    instances = stacks.resources("database", "AWS::RDS::DBInstance").values()
    for properties in [cluster, *(instance["Properties"] for instance in instances)]:
        # The API refuses "advanced" with any other number.
        assert properties["PerformanceInsightsRetentionPeriod"] == days


def test_the_cluster_is_watched_and_its_end_of_life_is_no_bill(stacks: Synthesized) -> None:
    cluster = cluster_resource(stacks)["Properties"]
    assert cluster["EnableCloudwatchLogsExports"] == ["postgresql"]
    assert cluster["EngineLifecycleSupport"] == "open-source-rds-extended-support-disabled"
    for instance in stacks.resources("database", "AWS::RDS::DBInstance").values():
        assert instance["Properties"]["MonitoringInterval"] == 60
        assert instance["Properties"]["CACertificateIdentifier"] == "rds-ca-rsa2048-g1"
        assert instance["Properties"]["AutoMinorVersionUpgrade"] is False


def test_the_log_can_be_written_with_the_key_it_is_encrypted_with(stacks: Synthesized) -> None:
    (key_id,) = stacks.resources("database", "AWS::KMS::Key")
    log = stacks.only("database", "AWS::Logs::LogGroup")
    assert log["LogGroupName"] == "/aws/rds/cluster/migration-aurora-dev/postgresql"
    assert log["KmsKeyId"] == {"Fn::GetAtt": [key_id, "Arn"]}
    policy = stacks.only("database", "AWS::KMS::Key")["KeyPolicy"]["Statement"]
    services = [json.dumps(statement["Principal"]) for statement in policy]
    assert any('"logs."' in service for service in services)


def snapshot_policy(stacks: Synthesized) -> list[dict[str, Any]]:
    policy = stacks.only("database", "AWS::IAM::ManagedPolicy")
    statements: list[dict[str, Any]] = policy["PolicyDocument"]["Statement"]
    return statements


def test_each_day_a_snapshot_of_the_cluster_is_kept_for_a_week(stacks: Synthesized) -> None:
    (rule,) = stacks.only("database", "AWS::Backup::BackupPlan")["BackupPlan"]["BackupPlanRule"]
    assert rule["ScheduleExpression"] == "cron(0 5 * * ? *)"
    assert rule["Lifecycle"] == {"DeleteAfterDays": 7}
    # It would take the cluster's own backup over, and then the two would fight.
    assert rule["EnableContinuousBackup"] is False
    selection = stacks.only("database", "AWS::Backup::BackupSelection")["BackupSelection"]
    (cluster,) = stacks.resources("database", "AWS::RDS::DBCluster")
    assert [resource["Fn::Join"][1][-1] for resource in selection["Resources"]] == [
        {"Ref": cluster}
    ]
    (vault_id, vault) = next(iter(stacks.resources("database", "AWS::Backup::BackupVault").items()))
    assert rule["TargetBackupVault"] == {"Ref": vault_id}
    assert vault["Properties"]["BackupVaultName"] == "migration-backups-dev"
    assert "Key" in json.dumps(vault["Properties"]["EncryptionKeyArn"])
    # In compliance mode nobody could ever remove it; and it goes on holding its snapshots.
    assert "LockConfiguration" not in vault["Properties"]
    assert vault["DeletionPolicy"] == KEPT


def test_backup_may_touch_this_cluster_and_its_own_snapshots_only(stacks: Synthesized) -> None:
    (cluster,) = stacks.resources("database", "AWS::RDS::DBCluster")
    for statement in snapshot_policy(stacks):
        given = statement["Resource"]
        for resource in given if isinstance(given, list) else [given]:
            text = json.dumps(resource)
            own = cluster in text or "cluster-snapshot:awsbackup:*" in text
            if statement["Action"] == "rds:DescribeDBClusterSnapshots":
                own = own or "cluster-snapshot:*" in text
            if statement["Action"] == "tag:GetResources":
                # It knows no resources, and AWS Backup refuses a role without it.
                own = own or resource == "*"
            assert own or "Vault" in text or "Key" in text, text
