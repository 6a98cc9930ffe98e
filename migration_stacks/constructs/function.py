"""House defaults for one Lambda function of the cutover."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from migration_stacks.constructs.acknowledged import acknowledge
from migration_stacks.constructs.encryption import log_group
from migration_stacks.constructs.grants import attach_to_network, publish, write_log
from migration_stacks.constructs.python_layer import ARCHITECTURE, RUNTIME

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from aws_cdk import aws_kms as kms
    from aws_cdk import aws_logs as logs
    from aws_cdk import aws_sns as sns

    from migration_stacks.names import Names

# One asset for all functions, so that a handler has the same name in a test, in the rehearsal
# and in Lambda.
_PACKAGES: Final = ("lambdas", "cutover")
_NOT_RUN: Final = ("__pycache__", "*.pyc", "requirements.*", "/cutover/cli/", "/cutover/cost/")

_ACCEPTED: Final = {
    "AwsSolutions-L1": "The layer's wheels are made for this version of Python, which Lambda "
    "supports until 2029; both change together, in constructs/python_layer.py.",
    "AwsSolutions-IAM5[Resource::*]": "X-Ray's and EC2's network interface actions know no "
    "resources, DMS's and CloudWatch's describing ones neither; tests/infrastructure/"
    "test_permissions.py holds that no other action is granted on all resources.",
    "NIST.800.53.R5-IAMNoInlinePolicy": "A policy for this one role, made and removed with it, "
    "can't be attached to anything else by mistake.",
    "NIST.800.53.R5-LambdaConcurrency": "An account may have as few as ten executions at a time, "
    "and reserving any then fails the deployment; no more than a few run at once, since one "
    "cutover at a time holds the lease.",
    "CKV_AWS_173": "The variables are names and ARNs, no secret, and AWS encrypts them with its own "
    "key; with one of ours every start of a function, also right before the switch, would ask KMS.",
    "NIST.800.53.R5-LambdaDLQ": "A state machine or CloudFormation waits for each answer and acts "
    "on a failure; where a rule calls the function, a failure is published to the topic.",
}
_ACCEPTED_INSIDE: Final = {
    "CKV_AWS_111": "Lambda refuses a function in a VPC whose role may make network interfaces on "
    "less than all resources; the function's own code is denied it.",
}
_ACCEPTED_OUTSIDE: Final = {
    "NIST.800.53.R5-LambdaInsideVPC": "It calls only AWS's own APIs, and speaks to no database: "
    "inside the VPC is no way to them.",
}


def _arn(name: str) -> str:
    return f"arn:{cdk.Aws.PARTITION}:lambda:{cdk.Aws.REGION}:{cdk.Aws.ACCOUNT_ID}:function:{name}"


def any_version(name: str) -> str:
    """The id of cdk-nag's finding about all versions of the function `name`."""
    return (
        "AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:lambda:<AWS::Region>:<AWS::AccountId>"
        f":function:{name}:*]"
    )


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


@dataclass(frozen=True, kw_only=True)
class FunctionDefaults:
    """What all functions of a stack share."""

    names: Names
    code: lambda_.Code
    layer: lambda_.ILayerVersion
    encryption_key: kms.IKey
    """For the logs, and for the topic."""
    topic: sns.ITopic
    log_retention: logs.RetentionDays


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
        defaults: FunctionDefaults,
        environment: Mapping[str, str],
        timeout: cdk.Duration,
        memory_megabytes: int,
        network: FunctionNetwork | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        self._defaults = defaults
        self._name = defaults.names.function(key)
        group = log_group(
            self,
            "Log",
            name=f"/aws/lambda/{self._name}",
            key=defaults.encryption_key,
            keep=defaults.log_retention,
        )
        # A role of our own: CDK's would have AWS's managed policies, which allow making and
        # writing every log group of the account.
        role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        self.function = lambda_.Function(
            self,
            "Function",
            function_name=self._name,
            runtime=RUNTIME,
            architecture=ARCHITECTURE,
            code=defaults.code,
            layers=[defaults.layer],
            handler=f"lambdas.{key}.lambda_handler",
            role=role,
            environment={
                "POWERTOOLS_SERVICE_NAME": defaults.names.service(key),
                "POWERTOOLS_METRICS_NAMESPACE": "Migration",
                "POWERTOOLS_LOG_LEVEL": "INFO",
                **environment,
            },
            timeout=timeout,
            memory_size=memory_megabytes,
            log_group=group,
            tracing=lambda_.Tracing.ACTIVE,
            vpc=network.vpc if network else None,
            vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)
            if network
            else None,
            security_groups=[network.security_group] if network else None,
            # An execution that runs calls the versions that its definition names, so they stay
            # until the function itself goes. Not those of a deployment that is rolled back: the
            # next try would be refused, as Lambda makes no version of what has one already.
            current_version_options=lambda_.VersionOptions(
                removal_policy=cdk.RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
            ),
        )
        self.allow(write_log(group))
        if network:
            self.allow(*attach_to_network(function_name=self._name))
        self._alarm(defaults.names.alarm(f"function-{key.replace('_', '-')}"))
        acknowledge(self, _ACCEPTED | (_ACCEPTED_INSIDE if network else _ACCEPTED_OUTSIDE))

    @property
    def name(self) -> str:
        return self._name

    @property
    def any_version_arn(self) -> str:
        """For permissions: an execution that runs calls versions of earlier deployments."""
        return f"{_arn(self._name)}:*"

    @property
    def version_arn(self) -> str:
        """Of the code and environment as they are deployed together with this template."""
        return self.function.current_version.function_arn

    def allow(self, *statements: iam.PolicyStatement) -> None:
        for statement in statements:
            self.function.add_to_role_policy(statement)

    def tell_of_failures(self, *, tries: int = 3, waits_seconds: int = 3600) -> None:
        """For a function that is called without anybody waiting for its answer: a failure that
        no try (3 at the most) has mended is published, with the event and the error; so is an
        event that waited so long (at least a minute), as for a place among the account's
        executions."""
        topic = self._defaults.topic
        lambda_.CfnEventInvokeConfig(
            self,
            "AsynchronousCalls",
            function_name=self.function.function_name,
            qualifier="$LATEST",
            maximum_retry_attempts=tries - 1,
            maximum_event_age_in_seconds=waits_seconds,
            destination_config=lambda_.CfnEventInvokeConfig.DestinationConfigProperty(
                on_failure=lambda_.CfnEventInvokeConfig.OnFailureProperty(
                    destination=topic.topic_arn
                )
            ),
            # Lambda tries the permission when the destination is set.
        ).node.add_dependency(self.function)
        self.allow(*publish(topic=topic, key=self._defaults.encryption_key))

    def _alarm(self, name: str) -> None:
        """A function that is not called has no data, and that is no fault."""
        dimensions = [cloudwatch.CfnAlarm.DimensionProperty(name="FunctionName", value=self._name)]
        cloudwatch.CfnAlarm(
            self,
            "Alarm",
            alarm_name=name,
            alarm_description=(
                f"{self._name} failed or was throttled. The history of the execution says whether "
                "the machine went on, and the function's log says why. See docs/runbook.md."
            ),
            metrics=[
                cloudwatch.CfnAlarm.MetricDataQueryProperty(
                    id="failures",
                    label="errors and throttles",
                    # A throttled call is none that could have an error: either may be missing.
                    expression="FILL(errors, 0) + FILL(throttles, 0)",
                ),
                *(
                    cloudwatch.CfnAlarm.MetricDataQueryProperty(
                        id=metric.lower(),
                        metric_stat=cloudwatch.CfnAlarm.MetricStatProperty(
                            metric=cloudwatch.CfnAlarm.MetricProperty(
                                namespace="AWS/Lambda", metric_name=metric, dimensions=dimensions
                            ),
                            period=60,
                            stat="Sum",
                        ),
                        return_data=False,
                    )
                    for metric in ("Errors", "Throttles")
                ),
            ],
            comparison_operator="GreaterThanThreshold",
            threshold=0,
            # An hour, as for whatever happens at one moment (HAPPENED in alarms.py): where FILL writes
            # 0 into the newest minute before its number arrives, the number is seen as an older one's
            # or never. And a check that fails every few minutes pages once.
            evaluation_periods=60,
            datapoints_to_alarm=1,
            treat_missing_data="notBreaching",
            alarm_actions=[self._defaults.topic.topic_arn],
        )
