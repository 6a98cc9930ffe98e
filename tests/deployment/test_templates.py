"""The app's own templates, deployed in this process: every type, property and reference has a place."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest
from moto import mock_aws

from migration_stacks import settings
from rehearsal.cloudformation import CloudFormation
from rehearsal.cloudformation.catalogue import KINDS
from rehearsal.cloudformation.kinds import Api, Resource
from rehearsal.deployment import inventory
from rehearsal.deployment.project import FIRST_TTL, Project
from tests.infrastructure.conftest import Synthesized, synthesize

BUCKET: Final = "cdk-hnb659fds-assets-123456789012-us-east-1"


class Heard:
    """Custom resources, noted and believed."""

    stub = ""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    def name_properties(self) -> frozenset[str]:
        return frozenset()

    def create(self, _api: Api, resource: Resource) -> None:
        self.asked.append(("create", resource.type_name))
        resource.ref = "custom"

    def update(self, _api: Api, resource: Resource, _before: Mapping[str, Any]) -> None:
        self.asked.append(("update", resource.type_name))

    def delete(self, _api: Api, resource: Resource) -> None:
        self.asked.append(("delete", resource.type_name))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Synthesized:
    """With the settings of deploy-local."""
    home = tmp_path_factory.mktemp("deployment")
    project = Project(home / "project")
    project.write_settings(record_ttl_seconds=FIRST_TTL)
    return synthesize(settings.load(project.settings), outdir=home / "cdk.out")


def publish(api: Api, templates: Mapping[str, Path]) -> None:
    """What the CDK CLI does before: the bootstrap's parameter, and every asset in the bucket."""
    api.call(
        "ssm", "put_parameter", Name="/cdk-bootstrap/hnb659fds/version", Value="30", Type="String"
    )
    api.call("s3", "create_bucket", Bucket=BUCKET)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("index.py", "")
    for path in templates.values():
        assets = path.with_name(path.name.replace(".template.json", ".assets.json"))
        for file in json.loads(assets.read_text())["files"].values():
            for place in file["destinations"].values():
                body = archive.getvalue()
                api.call("s3", "put_object", Bucket=BUCKET, Key=place["objectKey"], Body=body)


def end_of_a_migration(account: CloudFormation, made: Synthesized) -> None:
    """As docs/deploy.md has it after `cutover finalize`: three stacks go, and what the application works with stays."""
    stacks = {role: account.stacks[made.names.stack(role)] for role in made.files}
    account.delete(stacks["dms"])
    assert stacks["dms"].status == "DELETE_FAILED", "the cutover stack uses it"
    for role in ("monitoring", "cutover", "dms"):
        account.delete(stacks[role])
        assert stacks[role].status == "DELETE_COMPLETE", stacks[role].reason
    assert {role for role, each in stacks.items() if each.status == "CREATE_COMPLETE"} == {
        "network",
        "database",
    }
    kept = {resource.type_name for resource in stacks["database"].resources.values()}
    assert {"AWS::RDS::DBCluster", "AWS::RDS::DBInstance", "AWS::SecretsManager::Secret"} <= kept


def test_every_stack_deploys_and_leaves_only_what_it_says(made: Synthesized) -> None:
    with mock_aws(config={"iam": {"load_aws_managed_policies": True}}):
        api, heard = Api(), Heard()
        account = CloudFormation(kinds=KINDS, custom=heard, api=api)
        publish(api, made.files)
        before = inventory.take(api)
        for role, path in made.files.items():
            stack, change_set = account.propose(
                stack_name=made.names.stack(role),
                change_set_name="set",
                kind="CREATE",
                text=path.read_text(),
                parameters=(),
                tags={},
            )
            account.execute(stack, change_set)
            assert stack.status == "CREATE_COMPLETE", [
                event for event in stack.events if "FAILED" in event["ResourceStatus"]
            ]
        assert ("create", "Custom::WeightedRecords") in heard.asked
        end_of_a_migration(account, made)
        for stack in reversed(list(account.stacks.values())):
            account.delete(stack)
            assert stack.status == "DELETE_COMPLETE", stack.reason
        left = inventory.take(api) - before
        # Certificates outlive the migration they are about.
        kept = {each for each in left if each.startswith("s3 Name migration-cutover-dev-cert")}
        assert len(kept) == 1
        assert left - kept <= {"iam RoleName dms-vpc-role", "iam RoleName dms-cloudwatch-logs-role"}
