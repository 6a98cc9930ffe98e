"""The target can't be lost, read in clear, or written to without TLS."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from migration_stacks import settings
    from tests.infrastructure.conftest import Synthesized, Template


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
    assert key["DeletionPolicy"] == "Retain", "no snapshot can be read without its key"


def test_one_setting_lets_everything_go(
    example: settings.Settings, synthesized: Callable[[settings.Settings], Synthesized]
) -> None:
    relaxed = example.model_copy(
        update={"database": example.database.model_copy(update={"deletion_protection": False})}
    )
    stacks = synthesized(relaxed)
    resource = cluster_resource(stacks)
    assert resource["Properties"]["DeletionProtection"] is False
    assert resource["DeletionPolicy"] == "Delete"
    (key,) = stacks.resources("database", "AWS::KMS::Key").values()
    assert key["DeletionPolicy"] == "Delete"
    (journal,) = stacks.resources("cutover", "AWS::DynamoDB::Table").values()
    assert journal["DeletionPolicy"] == "Delete"
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
