"""The functions of the cutover as a table: which there are, where each runs, how long it may."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import aws_cdk as cdk
from constructs import Construct

from migration_stacks.constructs.function import (
    CutoverFunction,
    FunctionDefaults,
    FunctionNetwork,
    Unattended,
    application_code,
)
from migration_stacks.constructs.python_layer import PythonLayer
from migration_stacks.names import ROUTE53_UPDATER

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from migration_stacks.constructs.policies import Statement
    from migration_stacks.names import Names


@dataclass(frozen=True)
class FunctionSpec:
    """One row. The timeout is below that of its states in the machine: a task that Step Functions
    gave up on must not still be running."""

    key: str
    timeout_seconds: int = 30
    memory_megabytes: int = 256
    machines: tuple[str, ...] = ("cutover", "rollback")
    """The state machines that call it, by verb."""
    unattended: Unattended | None = None
    """Where it is called by others too, who do not wait for its answer."""

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
    FunctionSpec("take_over"),
    # The names of a hundred thousand tables are ten megabytes; so for all three that tell them or are told.
    FunctionSpec("check_readiness", memory_megabytes=512),
    FunctionSpec("shift_reads", machines=("cutover",)),
    FunctionSpec("verify_records", timeout_seconds=90),
    FunctionSpec("check_stage"),
    FunctionSpec("ask_approval", machines=("cutover",)),
    FunctionSpec("park_reads", machines=("cutover",)),
    FunctionSpec("move_writes"),
    # It waits a minute for one task to stop and a minute for the other to run.
    FunctionSpec("hand_over", timeout_seconds=150),
    # A rule calls it after an execution that timed out or was stopped.
    FunctionSpec("put_back", unattended=Unattended()),
    FunctionSpec("complete"),
    # A long journal, and a document of ten thousand sequences.
    FunctionSpec("store_certificate", timeout_seconds=60),
    FunctionSpec("show_readiness", memory_megabytes=512, machines=("check",)),
    FunctionSpec("watch_way_back", timeout_seconds=25, machines=("check",)),
    FunctionSpec("begin_replication", machines=("replicate",)),
    FunctionSpec("check_connections", machines=("replicate",)),
    FunctionSpec("assess_replication", machines=("replicate",)),
    FunctionSpec("lead_task", machines=("replicate",)),
    FunctionSpec("follow_replication", machines=("replicate",)),
    FunctionSpec("end_replication", machines=("replicate",)),
    FunctionSpec("begin_finalize", machines=("finalize",)),
    FunctionSpec("stop_tasks", machines=("finalize",)),
    FunctionSpec("end_finalize", machines=("finalize",)),
    FunctionSpec(
        ROUTE53_UPDATER,
        # Longer than Route 53 usually takes to have a change on all its servers.
        timeout_seconds=90,
        machines=(),
        # A request that was refused while a cutover ran must not be carried out after it, nor one
        # that was throttled: Lambda tries those again whatever the number of tries.
        unattended=Unattended(tries=1, waits_seconds=60),
    ),
)

# Inside the VPC: they speak SQL to both databases.
DATABASE: Final = (
    FunctionSpec(
        "inspect_databases", memory_megabytes=512, machines=("cutover", "rollback", "check")
    ),
    FunctionSpec("measure_lag", machines=("cutover", "rollback", "check", "replicate")),
    FunctionSpec("look_at_slots", timeout_seconds=25, machines=("check",)),
    FunctionSpec("prepare_destination"),
    FunctionSpec("switch_writer", timeout_seconds=120, memory_megabytes=512),
    # Two servers that answer nothing, each waited for, and a restart: none may cut it off before it has put that down.
    FunctionSpec("resolve_switch", timeout_seconds=55),
    FunctionSpec("finish_switch", timeout_seconds=60),
    FunctionSpec("verify_switch", timeout_seconds=60),
    FunctionSpec("audit_origin", timeout_seconds=45),
    FunctionSpec("retire_slots"),
    # A rule calls it. An inventory of ten thousand tables is a hundred thousand objects, twice.
    FunctionSpec("watch_source", timeout_seconds=150, memory_megabytes=1024, machines=()),
    # Called by people: a hundred queries to each server, which has a minute for all of them; then
    # an inventory of the source, as take_inventory takes it.
    FunctionSpec("preflight", timeout_seconds=360, memory_megabytes=1024, machines=()),
    # It waits 20 seconds for a row to come across.
    FunctionSpec("check_way_back", timeout_seconds=45),
    # It empties tables, and analyzes for twenty seconds and one table more.
    FunctionSpec("prepare_target", timeout_seconds=120, machines=("replicate",)),
    # Two inventories of a hundred thousand objects.
    FunctionSpec(
        "take_inventory", timeout_seconds=240, memory_megabytes=1024, machines=("replicate",)
    ),
    # It drops for a minute and one object more.
    FunctionSpec("clear_databases", timeout_seconds=120, machines=("finalize",)),
    FunctionSpec(
        "compare_source", timeout_seconds=240, memory_megabytes=1024, machines=("finalize",)
    ),
)


class CutoverFunctions(Construct):
    """All of them, by key, each with the permissions that whoever composes the stack gives it."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        root: Path,
        names: Names,
        control_environment: Mapping[str, str],
        database_environment: Mapping[str, str],
        own_environments: Mapping[str, Mapping[str, str]],
        roles_environment: Mapping[str, str],
        permissions: Mapping[str, Sequence[Statement]],
        network: FunctionNetwork,
        key_arn: str,
        topic_arn: str,
        log_days: int,
    ) -> None:
        super().__init__(scope, construct_id)
        self._permissions = permissions
        self.code = application_code(self, "Code", root=root)
        layer = PythonLayer(self, "Layer", requirements=root / "lambdas" / "requirements.txt")
        self.packages = layer.packages
        self._defaults = FunctionDefaults(
            names=names,
            code=self.code,
            layer=layer,
            key_arn=key_arn,
            topic_arn=topic_arn,
            log_days=log_days,
        )
        self._by_key = {
            WEIGHTED_RECORDS.key: self._function(WEIGHTED_RECORDS, {}, None),
            DATABASE_ROLES.key: self._function(DATABASE_ROLES, roles_environment, network),
            **{
                spec.key: self._function(
                    spec,
                    {**control_environment, **own_environments.get(spec.key, {})},
                    None,
                )
                for spec in CONTROL
            },
            **{
                spec.key: self._function(
                    spec,
                    {**database_environment, **own_environments.get(spec.key, {})},
                    network,
                )
                for spec in DATABASE
            },
        }
        if unknown := set(permissions) - set(self._by_key):
            raise KeyError(f"permissions for {', '.join(sorted(unknown))}, which is no function")
        self._publish([self[spec.key] for spec in (*CONTROL, *DATABASE) if spec.machines])

    def __getitem__(self, key: str) -> CutoverFunction:
        return self._by_key[key]

    def called_by(self, machine: str) -> dict[str, CutoverFunction]:
        """The functions of a state machine, by the placeholder that it has for each one's ARN."""
        return {
            spec.placeholder: self[spec.key]
            for spec in (*CONTROL, *DATABASE)
            if machine in spec.machines
        }

    def arns(self, machine: str) -> dict[str, str]:
        return {
            placeholder: function.version_arn
            for placeholder, function in self.called_by(machine).items()
        }

    def _publish(self, functions: Sequence[CutoverFunction]) -> None:
        # One question to Node for all of them.
        resolved = cdk.Stack.of(self).resolve([each.configuration for each in functions])
        for function, configuration in zip(functions, resolved, strict=True):
            function.publish(configuration)

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
            defaults=self._defaults,
            environment=environment,
            timeout_seconds=spec.timeout_seconds,
            memory_megabytes=spec.memory_megabytes,
            allowed=self._permissions.get(spec.key, ()),
            network=network,
            unattended=spec.unattended,
        )
