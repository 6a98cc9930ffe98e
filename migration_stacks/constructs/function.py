"""House defaults for one Lambda function of the cutover."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import aws_cdk as cdk
from constructs import Construct

from migration_stacks.cfn import cloudwatch, lambda_
from migration_stacks.constructs.acknowledged import acknowledge
from migration_stacks.constructs.archive import Archive, archive
from migration_stacks.constructs.arns import arn
from migration_stacks.constructs.encryption import log_group
from migration_stacks.constructs.grants import attach_to_network, publish, trace, write_log
from migration_stacks.constructs.policies import service_role
from migration_stacks.constructs.python_layer import ARCHITECTURE, RUNTIME

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from migration_stacks.constructs.policies import Statement
    from migration_stacks.constructs.python_layer import PythonLayer
    from migration_stacks.names import Names

# One asset for all functions, so that a handler has the same name in a test, in the rehearsal
# and in Lambda.
_PACKAGES: Final = ("lambdas", "cutover")
_NOT_RUN: Final = (
    "__pycache__",
    "*.pyc",
    "requirements.*",
    "programs.txt",
    "/cutover/cli/",
    "/cutover/cost/",
    # Deployed as text, with the network.
    "/lambdas/close_default_group.py",
)

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


def any_version(name: str) -> str:
    """The id of cdk-nag's finding about all versions of the function `name`."""
    return (
        "AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:lambda:<AWS::Region>:<AWS::AccountId>"
        f":function:{name}:*]"
    )


def application_code(scope: Construct, construct_id: str, *, root: Path) -> Archive:
    """The two runtime packages, out of a repository that holds much more."""
    inside = [pattern for name in _PACKAGES for pattern in (f"!/{name}/", f"!/{name}/**")]
    return archive(scope, construct_id, folder=root, exclude=["/*", *inside, *_NOT_RUN])


@dataclass(frozen=True)
class FunctionNetwork:
    """Where what speaks SQL runs."""

    vpc_id: str
    subnet_ids: Sequence[str]
    security_group_id: str


@dataclass(frozen=True)
class Unattended:
    """For a function that is called without anybody waiting for its answer: a failure that no try
    (3 at the most) has mended is published, with the event and the error; so is an event that
    waited so long (at least a minute), as for a place among the account's executions."""

    tries: int = 3
    waits_seconds: int = 3600


@dataclass(frozen=True, kw_only=True)
class FunctionDefaults:
    """What all functions of a stack share."""

    names: Names
    code: Archive
    layer: PythonLayer
    key_arn: str
    """For the logs, and for the topic."""
    topic_arn: str
    log_days: int


class CutoverFunction(Construct):
    """A function named for its key, running `lambdas.<key>.lambda_handler`.

    It may do what is `allowed`, besides writing its own log and trace. With `network` it runs
    inside the VPC, which only functions that speak SQL need: in there is no way to the APIs of DMS,
    Route 53, CloudWatch or Systems Manager.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        key: str,
        defaults: FunctionDefaults,
        environment: Mapping[str, str],
        timeout_seconds: int,
        memory_megabytes: int,
        allowed: Sequence[Statement] = (),
        network: FunctionNetwork | None = None,
        unattended: Unattended | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        self._defaults = defaults
        self._name = defaults.names.function(key)
        self._version_arn: str | None = None
        log = log_group(
            self,
            "Log",
            name=f"/aws/lambda/{self._name}",
            key_arn=defaults.key_arn,
            days=defaults.log_days,
        )
        # A role of our own: AWS's managed policies for it allow making and writing every log group
        # of the account.
        role = service_role(
            self,
            "Role",
            service="lambda.amazonaws.com",
            allowed=[
                write_log(log.attr_arn),
                trace(),
                *(attach_to_network(function_name=self._name) if network else []),
                *(
                    publish(topic_arn=defaults.topic_arn, key_arn=defaults.key_arn)
                    if unattended
                    else []
                ),
                *allowed,
            ],
        )
        # All that makes a version, and nothing else: see publish.
        self.configuration: dict[str, Any] = {
            "code": lambda_.CfnFunction.CodeProperty(
                s3_bucket=defaults.code.bucket, s3_key=defaults.code.key
            ),
            "layers": [defaults.layer.ref],
            "runtime": RUNTIME,
            "architectures": [ARCHITECTURE],
            "handler": f"lambdas.{key}.lambda_handler",
            "role": role.attr_arn,
            "environment": lambda_.CfnFunction.EnvironmentProperty(
                variables={
                    "POWERTOOLS_SERVICE_NAME": defaults.names.service(key),
                    "POWERTOOLS_METRICS_NAMESPACE": "Migration",
                    "POWERTOOLS_LOG_LEVEL": "INFO",
                    **environment,
                }
            ),
            "timeout": timeout_seconds,
            "memory_size": memory_megabytes,
            "logging_config": lambda_.CfnFunction.LoggingConfigProperty(log_group=log.ref),
            "tracing_config": lambda_.CfnFunction.TracingConfigProperty(mode="Active"),
            "vpc_config": lambda_.CfnFunction.VpcConfigProperty(
                subnet_ids=list(network.subnet_ids), security_group_ids=[network.security_group_id]
            )
            if network
            else None,
        }
        self._function = lambda_.CfnFunction(
            self, "Function", function_name=self._name, **self.configuration
        )
        if unattended:
            self._tell_of_failures(unattended)
        self._alarm(defaults.names.alarm(f"function-{key.replace('_', '-')}"))
        acknowledge(self, _ACCEPTED | (_ACCEPTED_INSIDE if network else _ACCEPTED_OUTSIDE))

    @property
    def name(self) -> str:
        return self._name

    @property
    def arn(self) -> str:
        """Of the newest code, whichever it is. Whatever refers to it waits for the function, and
        with it for its permissions."""
        return self._function.attr_arn

    @property
    def any_version_arn(self) -> str:
        """For permissions: an execution that runs calls versions of earlier deployments."""
        return arn("lambda", f"function:{self._name}:*")

    def publish(self, configuration: object) -> None:
        """Makes the version of the code and configuration as they are deployed with this template.

        A version can't be changed, and CloudFormation makes one when it finds a logical id that it
        has not seen: the id holds a hash of all that is published. `configuration`: this
        function's own, with references by logical ids, which are the same in each synthesis.
        """
        # Other packages are another layer under the same reference.
        text = json.dumps([configuration, self._defaults.layer.key], sort_keys=True)
        version = lambda_.CfnVersion(
            self,
            f"CurrentVersion{hashlib.sha256(text.encode()).hexdigest()[:32]}",
            function_name=self._function.ref,
        )
        # An execution that runs calls the versions that its definition names, so they stay until
        # the function itself goes. Not those of a deployment that is rolled back: the next try
        # would be refused, as Lambda makes no version of what has one already.
        version.apply_removal_policy(cdk.RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE)
        # Another id is another version; `cdk refactor` would take it for this one under a new name.
        version.add_metadata("aws:cdk:do-not-refactor", True)
        self._version_arn = version.ref

    @property
    def version_arn(self) -> str:
        """For state machines; the function has to be published."""
        assert self._version_arn is not None, self._name
        return self._version_arn

    def _tell_of_failures(self, unattended: Unattended) -> None:
        lambda_.CfnEventInvokeConfig(
            self,
            "AsynchronousCalls",
            # Lambda tries the permission when the destination is set: the function has it.
            function_name=self._function.ref,
            qualifier="$LATEST",
            maximum_retry_attempts=unattended.tries - 1,
            maximum_event_age_in_seconds=unattended.waits_seconds,
            destination_config=lambda_.CfnEventInvokeConfig.DestinationConfigProperty(
                on_failure=lambda_.CfnEventInvokeConfig.OnFailureProperty(
                    destination=self._defaults.topic_arn
                )
            ),
        )

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
            alarm_actions=[self._defaults.topic_arn],
        )
