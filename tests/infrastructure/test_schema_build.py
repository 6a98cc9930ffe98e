"""The project that copies the schema: where it runs, what it may, what it is told, and that its commands work."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
from typing import TYPE_CHECKING, Any

import pytest

from cutover.adapters.schema_build import PART, RUN
from cutover.schema.report import FOLDER
from lambdas.environment import CopiedByBuild, SchemaBuildEnvironment, SchemaEnvironment, read
from migration_stacks import settings
from migration_stacks.constructs.certificates import Certificates
from migration_stacks.constructs.python_layer import ARCHITECTURE
from tests.infrastructure.environments import FILES
from tests.infrastructure.permissions import Account

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.infrastructure.conftest import Synthesized, Template

KIND = "AWS::CodeBuild::Project"
EITHER_PART = {RUN: "an execution", PART: "pre-data"}


@pytest.fixture
def project(stacks: Synthesized) -> Template:
    return stacks.only("cutover", KIND)


@pytest.fixture
def variables(stacks: Synthesized, project: Template) -> dict[str, str]:
    account = Account(stacks, {})
    return {
        each["Name"]: str(account.value(each["Value"]))
        for each in project["Environment"]["EnvironmentVariables"]
    }


def test_it_runs_where_the_databases_are_reached_from(
    stacks: Synthesized, project: Template
) -> None:
    function = stacks.named(
        "cutover", "AWS::Lambda::Function", "FunctionName", "migration-prepare-target-dev"
    )
    assert project["VpcConfig"]["Subnets"] == function["VpcConfig"]["SubnetIds"]
    assert project["VpcConfig"]["SecurityGroupIds"] == function["VpcConfig"]["SecurityGroupIds"]
    assert "Vpc" in json.dumps(project["VpcConfig"]["VpcId"])


def test_it_is_of_the_services_own_image_and_the_processor_of_its_packages(
    project: Template,
) -> None:
    given = project["Environment"]
    assert ARCHITECTURE == "arm64"
    assert given["Type"] == "ARM_CONTAINER"
    assert "aarch64" in given["Image"]
    assert given["Image"].startswith("aws/codebuild/"), "another has to be pulled from a registry"
    assert given["ImagePullCredentialsType"] == "CODEBUILD"
    assert given["PrivilegedMode"] is False
    assert project["Artifacts"] == {"Type": "NO_ARTIFACTS"}
    assert project["ConcurrentBuildLimit"] == 1


def test_its_log_is_encrypted_and_kept_as_long_as_the_others(
    stacks: Synthesized, project: Template
) -> None:
    group = stacks.named(
        "cutover", "AWS::Logs::LogGroup", "LogGroupName", "/aws/codebuild/migration-schema-dev"
    )
    assert group["RetentionInDays"] == 90
    assert group["KmsKeyId"] == project["EncryptionKey"]
    logs = project["LogsConfig"]["CloudWatchLogs"]
    assert logs["Status"] == "ENABLED"
    assert "SchemaBuildLog" in logs["GroupName"]["Ref"]


def test_what_it_is_told_is_what_its_program_reads(variables: dict[str, str]) -> None:
    told = read(SchemaBuildEnvironment, {**variables, **EITHER_PART})
    assert told.application_role == "application"
    assert (told.schema_jobs, told.schema_roles) == (4, {})
    assert set(variables) | set(EITHER_PART) == {
        name.upper() for name in SchemaBuildEnvironment.model_fields
    }


def test_it_reads_the_source_as_the_cutover_and_writes_the_target_as_the_administrator(
    variables: dict[str, str],
) -> None:
    assert "SourceCutoverSecret" in variables["SOURCE_SECRET_ARN"]
    assert "AdministratorSecret" in variables["TARGET_SECRET_ARN"]


def test_the_function_that_waits_knows_the_project_and_where_it_tells(
    stacks: Synthesized, project: Template, variables: dict[str, str]
) -> None:
    told = read(SchemaEnvironment, Account(stacks, {}).environment("prepare_target")).schema_copy
    assert isinstance(told, CopiedByBuild)
    assert told.project == project["Name"]
    assert told.bucket == variables["CERTIFICATE_BUCKET"]
    assert Certificates.SCHEMA == FOLDER


def test_it_may_read_two_secrets_and_its_own_archives_and_write_reports(
    stacks: Synthesized, project: Template
) -> None:
    account = Account(stacks, {})
    statements = account.statements(project["ServiceRole"])
    by_action: dict[str, set[str]] = {}
    for statement in statements:
        assert statement.effect == "Allow"
        for action in statement.actions:
            by_action.setdefault(action, set()).update(statement.resources)
    assert len(by_action.pop("secretsmanager:GetSecretValue")) == 2
    archives = by_action.pop("s3:GetObject")
    assert archives == by_action.pop("s3:GetObjectVersion")
    places = [project["Source"], *project["SecondarySources"]]
    assert {each.partition(":::")[2] for each in archives} == {
        str(account.value(each["Location"])) for each in places
    }
    assert all(each.endswith(".zip") for each in archives)
    (reports,) = by_action.pop("s3:PutObject")
    assert reports.endswith(f"/{FOLDER}/*")
    for action in ("logs:CreateLogStream", "logs:PutLogEvents"):
        (group,) = by_action.pop(action)
        assert "/aws/codebuild/migration-schema-dev" in group
    assert len(by_action.pop("kms:Decrypt")) == 2, "of the secrets, and of the bucket"
    assert len(by_action.pop("kms:GenerateDataKey")) == 1
    (interface,) = by_action.pop("ec2:CreateNetworkInterfacePermission")
    assert interface.endswith(":network-interface/*")
    assert {action.partition(":")[0] for action in by_action} == {"ec2"}
    assert not [each for each in by_action if "Permission" in each]


def test_only_codebuild_of_this_account_acts_as_its_role(stacks: Synthesized) -> None:
    roles = stacks.resources("cutover", "AWS::IAM::Role")
    (role,) = [each for name, each in roles.items() if name.startswith("SchemaBuildRole")]
    (trust,) = role["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "codebuild.amazonaws.com"}
    assert trust["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}


def archive(stacks: Synthesized, place: Any) -> Path:
    """The folder that is published there."""
    key = str(Account(stacks, {}).value(place)).rpartition("/")[2]
    folder = stacks.files["cutover"].parent
    for manifest in folder.glob("*.assets.json"):
        for each in json.loads(manifest.read_text())["files"].values():
            keys = {one["objectKey"] for one in each["destinations"].values()}
            if key in keys:
                return folder / str(each["source"]["path"])
    raise AssertionError(f"nothing is published as {key}")


def test_its_commands_run_the_program_out_of_the_archives(
    stacks: Synthesized, project: Template, tmp_path: Path
) -> None:
    """As far as this machine goes: it finds code, packages and programs, and misses what a build is told."""
    spec = json.loads(project["Source"]["BuildSpec"])
    assert spec["phases"]["install"]["runtime-versions"] == {"python": "3.13"}
    given = {each["SourceIdentifier"] for each in project["SecondarySources"]}
    for identifier in given:
        # What pip installs there in a deployment.
        (tmp_path / identifier).mkdir()
        (tmp_path / identifier / "python").symlink_to(sysconfig.get_path("purelib"))
    environment = {
        "PATH": f"{tmp_path}:{os.environ['PATH']}",
        # The archive is looked at by other tests.
        "PYTHONDONTWRITEBYTECODE": "1",
        "CODEBUILD_SRC_DIR": str(archive(stacks, project["Source"]["Location"])),
        **{f"CODEBUILD_SRC_DIR_{each}": str(tmp_path / each) for each in given},
    }
    (tmp_path / "python").symlink_to(sys._base_executable)  # type: ignore[attr-defined]
    commands = spec["phases"]["build"]["commands"]
    done = subprocess.run(
        [
            "bash",
            "-ec",
            "\n".join([*commands[:-1], "pg_restore --version", commands[-1]]).replace(
                "pg_restore --version", '"$CUTOVER_POSTGRES_PROGRAMS/pg_restore" --version'
            ),
        ],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "pg_restore (PostgreSQL) 18" in done.stdout, done.stderr
    assert done.returncode == 1
    assert "BadInput: environment: SOURCE_SECRET_ARN: Field required" in done.stderr
    assert "SCHEMA_PART: Field required" in done.stderr


def test_by_hand_there_is_neither_project_nor_endpoint_nor_right(
    environments: Mapping[str, Synthesized],
) -> None:
    assert settings.load(FILES["full"]).replication.schema_copy == "by-hand"
    by_hand = environments["full"]
    for template in by_hand.templates.values():
        text = json.dumps(template)
        assert "codebuild" not in text.lower()
    told = Account(by_hand, {}).environment("prepare_target")["SCHEMA_COPY"]
    assert json.loads(told) == {"kind": "by-hand"}


def services(stacks: Synthesized) -> dict[str, Template]:
    return {
        each["Properties"]["ServiceName"].rpartition(".")[2]: each["Properties"]
        for each in stacks.resources("network", "AWS::EC2::VPCEndpoint").values()
    }


def test_the_endpoints_that_a_build_needs_are_in_one_zone_where_nobody_else_needs_them(
    stacks: Synthesized, environments: Mapping[str, Synthesized]
) -> None:
    made = services(stacks)
    for service in ("codebuild", "logs"):
        assert len(made[service]["SubnetIds"]) == 1
        assert made[service]["PrivateDnsEnabled"] is True
        assert made[service]["SecurityGroupIds"] == made["secretsmanager"]["SecurityGroupIds"]
    existing = services(environments["existing-vpc"])
    assert "codebuild" in existing
    assert "logs" not in existing, "it is there already"
    assert "PolicyDocument" not in existing["codebuild"], "others use it too"
    assert len(existing["codebuild"]["SubnetIds"]) == 3


def test_a_target_that_does_not_understand_the_programs_is_refused() -> None:
    import tomllib

    document = tomllib.loads(FILES["example"].read_text())
    document["database"]["engine_version"] = "16.13"
    with pytest.raises(settings.SettingsError, match=r'16\.13: .* write schema_copy = "by-hand"'):
        settings.parse(document, origin="here")
    document["replication"]["schema_copy"] = "by-hand"
    settings.parse(document, origin="here")
