"""The functions of the cutover as a table: which there are, where each runs, how long it may."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import aws_cdk as cdk
from constructs import Construct

from migration_stacks.constructs.function import (
    CutoverFunction,
    FunctionNetwork,
    application_code,
)
from migration_stacks.constructs.python_layer import python_layer

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from aws_cdk import aws_logs as logs

    from migration_stacks.names import Names


@dataclass(frozen=True)
class FunctionSpec:
    """One row. The timeout is below that of its states in the machine: a task that Step Functions
    gave up on must not still be running."""

    key: str
    timeout_seconds: int = 30
    memory_megabytes: int = 256

    @property
    def construct_id(self) -> str:
        return "".join(part.title() for part in self.key.split("_"))

    @property
    def placeholder(self) -> str:
        return f"{self.construct_id}FunctionArn"


WEIGHTED_RECORDS: Final = FunctionSpec("weighted_records", timeout_seconds=120)

# Inside the VPC, and the only one that acts as the target's administrator.
DATABASE_ROLES: Final = FunctionSpec("database_roles", timeout_seconds=120)

# Outside the VPC: they call DMS, Route 53, CloudWatch and Systems Manager.
CONTROL: Final = (
    FunctionSpec("acquire_lease"),
    FunctionSpec("check_readiness"),
    FunctionSpec("shift_reads"),
    FunctionSpec("verify_records", timeout_seconds=90),
    FunctionSpec("check_stage"),
    FunctionSpec("move_writes"),
    FunctionSpec("put_back"),
    FunctionSpec("complete"),
)

# Inside the VPC: they speak SQL to both databases.
DATABASE: Final = (
    FunctionSpec("inspect_databases"),
    FunctionSpec("measure_lag"),
    FunctionSpec("switch_writer", timeout_seconds=120, memory_megabytes=512),
    FunctionSpec("resolve_switch"),
    FunctionSpec("finish_switch", timeout_seconds=60),
    FunctionSpec("verify_switch", timeout_seconds=60),
)


class CutoverFunctions(Construct):
    """All of them, by key, without any permission: whoever composes the stack grants."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        root: Path,
        names: Names,
        control_environment: Mapping[str, str],
        database_environment: Mapping[str, str],
        roles_environment: Mapping[str, str],
        network: FunctionNetwork,
        log_retention: logs.RetentionDays,
    ) -> None:
        super().__init__(scope, construct_id)
        self._names = names
        self._log_retention = log_retention
        self._code = application_code(root)
        self._layer = python_layer(
            self, "Layer", requirements=root / "lambdas" / "requirements.txt"
        )
        self.weighted_records = self._function(
            WEIGHTED_RECORDS, {"HOSTED_ZONE_ID": control_environment["HOSTED_ZONE_ID"]}, None
        )
        self.database_roles = self._function(DATABASE_ROLES, roles_environment, network)
        self._by_key = {
            **{spec.key: self._function(spec, control_environment, None) for spec in CONTROL},
            **{spec.key: self._function(spec, database_environment, network) for spec in DATABASE},
        }

    def __getitem__(self, key: str) -> CutoverFunction:
        return self._by_key[key]

    @property
    def in_the_machine(self) -> tuple[CutoverFunction, ...]:
        return tuple(self._by_key.values())

    @property
    def arns(self) -> dict[str, str]:
        """The functions' ARNs by the placeholder that the state machine has for each."""
        return {spec.placeholder: self[spec.key].arn for spec in (*CONTROL, *DATABASE)}

    def _function(
        self,
        spec: FunctionSpec,
        environment: Mapping[str, str],
        network: FunctionNetwork | None,
    ) -> CutoverFunction:
        return CutoverFunction(
            self,
            spec.construct_id,
            key=spec.key,
            names=self._names,
            code=self._code,
            layer=self._layer,
            environment=environment,
            timeout=cdk.Duration.seconds(spec.timeout_seconds),
            memory_megabytes=spec.memory_megabytes,
            log_retention=self._log_retention,
            network=network,
        )
