"""A state machine from an ASL file, in which no placeholder may be missing or left over."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from constructs import Construct

from migration_stacks.cfn import stepfunctions as sfn
from migration_stacks.constructs.acknowledged import acknowledge
from migration_stacks.constructs.arns import ACCOUNT, arn
from migration_stacks.constructs.encryption import log_group
from migration_stacks.constructs.policies import allow, service_role

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from migration_stacks.constructs.policies import Statement

_ACCEPTED: Final = {
    "AwsSolutions-IAM5[Resource::*]": "X-Ray's actions and those of CloudWatch's log delivery know "
    "no resources (Step Functions guide, Logging using CloudWatch Logs).",
    "NIST.800.53.R5-IAMNoInlinePolicy": "A policy for this one role, made and removed with it, "
    "can't be attached to anything else by mistake.",
}

# Step Functions guide, "Logging using CloudWatch Logs" and "Tracing with X-Ray".
_LOGS_AND_TRACES: Final = (
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:DescribeLogGroups",
    "logs:DescribeResourcePolicies",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:UpdateLogDelivery",
    "xray:GetSamplingRules",
    "xray:GetSamplingTargets",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
)

_PLACEHOLDER: Final = re.compile(r"\$\{([^}]*)\}")


class PlaceholderMismatch(Exception):
    """An ASL file and the values for it don't fit; the text names each placeholder at fault."""


def definition_text(path: Path, *, substitutions: Mapping[str, str]) -> str:
    """The text of an ASL file whose placeholders are exactly the given ones.

    CloudFormation leaves a placeholder that it has no value for as it is, and a value that no
    placeholder asks for is dropped: both deploy, and both fail in the middle of a cutover.
    """
    text = path.read_text(encoding="utf-8")
    wanted = set(_PLACEHOLDER.findall(text))
    faults = [f"${{{name}}} has no value" for name in sorted(wanted - set(substitutions))]
    faults += [
        f"{name} is given, and no ${{{name}}} is there"
        for name in sorted(set(substitutions) - wanted)
    ]
    if faults:
        raise PlaceholderMismatch(f"{path.name}: {'; '.join(faults)}")
    return text


class AslStateMachine(Construct):
    """Standard type, traced, every event logged. Its role may do what is `allowed` besides."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        definition: Path,
        substitutions: Mapping[str, str],
        allowed: Sequence[Statement],
        key_arn: str,
        log_days: int,
    ) -> None:
        super().__init__(scope, construct_id)
        log = log_group(
            self,
            "Log",
            # Under this prefix AWS's log delivery needs no line in the account's resource policy,
            # which has room for few.
            name=f"/aws/vendedlogs/states/{name}",
            key_arn=key_arn,
            days=log_days,
        )
        role = service_role(
            self,
            "Role",
            service="states.amazonaws.com",
            # Only for the machines of this account: no other's must be able to borrow the role.
            when={
                "StringEquals": {"aws:SourceAccount": ACCOUNT},
                "ArnLike": {"aws:SourceArn": arn("states", "stateMachine:*")},
            },
            allowed=[allow(*_LOGS_AND_TRACES, on="*"), *allowed],
        )
        of = sfn.CfnStateMachine
        self.arn = of(
            self,
            "StateMachine",
            state_machine_name=name,
            # As text: an asset would be out of sight of `cdk diff` and the tests.
            definition_string=definition_text(definition, substitutions=substitutions),
            definition_substitutions=dict(substitutions),
            role_arn=role.attr_arn,
            logging_configuration=of.LoggingConfigurationProperty(
                destinations=[
                    of.LogDestinationProperty(
                        cloud_watch_logs_log_group=of.CloudWatchLogsLogGroupProperty(
                            log_group_arn=log.attr_arn
                        )
                    )
                ],
                level="ALL",
                # What the states pass on holds no secret, and it is the evidence afterwards.
                include_execution_data=True,
            ),
            tracing_configuration=of.TracingConfigurationProperty(enabled=True),
        ).ref
        acknowledge(self, _ACCEPTED)
