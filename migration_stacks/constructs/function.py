"""House defaults for one Lambda function of the cutover."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from migration_stacks.constructs.python_layer import ARCHITECTURE, RUNTIME

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from aws_cdk import aws_iam as iam

    from migration_stacks.names import Names

# One asset for all functions, so that a handler has the same name in a test, in the rehearsal
# and in Lambda.
_PACKAGES: Final = ("lambdas", "cutover")
_NOT_RUN: Final = ("__pycache__", "*.pyc", "requirements.*", "/cutover/cli/", "/cutover/cost/")


def application_code(root: Path) -> lambda_.AssetCode:
    """The two runtime packages, out of a repository that holds much more."""
    inside = [pattern for name in _PACKAGES for pattern in (f"!/{name}/", f"!/{name}/**")]
    return lambda_.Code.from_asset(
        str(root),
        exclude=["/*", *inside, *_NOT_RUN],
        ignore_mode=cdk.IgnoreMode.GIT,
    )


@dataclass(frozen=True)
class FunctionNetwork:
    """Where a function that speaks SQL runs."""

    vpc: ec2.IVpc
    security_group: ec2.ISecurityGroup


class CutoverFunction(Construct):
    """A function named for its key, running `lambdas.<key>.lambda_handler`.

    With `network` it runs inside the VPC, which only functions that speak SQL need: in there is
    no way to the APIs of DMS, Route 53, CloudWatch or Systems Manager.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        key: str,
        names: Names,
        code: lambda_.Code,
        layer: lambda_.ILayerVersion,
        environment: Mapping[str, str],
        timeout: cdk.Duration,
        memory_megabytes: int,
        log_retention: logs.RetentionDays,
        network: FunctionNetwork | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        name = names.function(key)
        log_group = logs.LogGroup(
            self,
            "Log",
            log_group_name=f"/aws/lambda/{name}",
            retention=log_retention,
            removal_policy=cdk.RemovalPolicy.DESTROY,
        )
        self.function = lambda_.Function(
            self,
            "Function",
            function_name=name,
            runtime=RUNTIME,
            architecture=ARCHITECTURE,
            code=code,
            layers=[layer],
            handler=f"lambdas.{key}.lambda_handler",
            environment={
                "POWERTOOLS_SERVICE_NAME": names.service(key),
                "POWERTOOLS_METRICS_NAMESPACE": "Migration",
                "POWERTOOLS_LOG_LEVEL": "INFO",
                **environment,
            },
            timeout=timeout,
            memory_size=memory_megabytes,
            log_group=log_group,
            tracing=lambda_.Tracing.ACTIVE,
            vpc=network.vpc if network else None,
            vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)
            if network
            else None,
            security_groups=[network.security_group] if network else None,
            # An execution that runs calls the versions that its definition names, so they stay
            # until the function itself goes.
            current_version_options=lambda_.VersionOptions(removal_policy=cdk.RemovalPolicy.RETAIN),
        )

    @property
    def version_arn(self) -> str:
        """Of the code and environment as they are deployed together with this template."""
        return self.function.current_version.function_arn

    def allow(self, *statements: iam.PolicyStatement) -> None:
        for statement in statements:
            self.function.add_to_role_policy(statement)
