"""A state machine from an ASL file, in which no placeholder may be missing or left over."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from migration_stacks.constructs.acknowledged import acknowledge
from migration_stacks.constructs.encryption import log_group

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from aws_cdk import aws_kms as kms
    from aws_cdk import aws_logs as logs

_ACCEPTED: Final = {
    "AwsSolutions-IAM5[Resource::*]": "X-Ray's actions and those of CloudWatch's log delivery know "
    "no resources (Step Functions guide, Logging using CloudWatch Logs).",
    "NIST.800.53.R5-IAMNoInlinePolicy": "A policy for this one role, made and removed with it, "
    "can't be attached to anything else by mistake.",
}

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
    """Standard type, traced, every event logged. Its role may do nothing until it is granted."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        definition: Path,
        substitutions: Mapping[str, str],
        encryption_key: kms.IKey,
        log_retention: logs.RetentionDays,
    ) -> None:
        super().__init__(scope, construct_id)
        group = log_group(
            self,
            "Log",
            # Under this prefix AWS's log delivery needs no line in the account's resource policy,
            # which has room for few.
            name=f"/aws/vendedlogs/states/{name}",
            key=encryption_key,
            keep=log_retention,
        )
        self.machine = sfn.StateMachine(
            self,
            "StateMachine",
            state_machine_name=name,
            # As text: from_file would make it an asset, out of sight of `cdk diff` and the tests.
            definition_body=sfn.DefinitionBody.from_string(
                definition_text(definition, substitutions=substitutions)
            ),
            definition_substitutions=dict(substitutions),
            logs=sfn.LogOptions(
                destination=group,
                level=sfn.LogLevel.ALL,
                # What the states pass on holds no secret, and it is the evidence afterwards.
                include_execution_data=True,
            ),
            tracing_enabled=True,
        )
        acknowledge(self, _ACCEPTED)
