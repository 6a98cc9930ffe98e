"""What the functions are told by their environment: typed, made once, every fault named at once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, Json, StringConstraints, ValidationError

from cutover.direction import Direction, Stream
from cutover.errors import BadInput
from cutover.observations import SchemaPart

Name = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


class FunctionEnvironment(BaseModel):
    """What every function is told. Field names in lower case are the variables' names."""

    model_config = ConfigDict(frozen=True)

    journal_table: Name
    migration: Name
    """Partition key of the journal: the environment's suffix."""


class ControlEnvironment(FunctionEnvironment):
    """Functions that call AWS, outside the VPC."""

    state_parameter: Name
    hosted_zone_id: Name
    read_record: Name
    write_record: Name
    replication_task_arns: Json[dict[Stream, str]]
    """By stream: load, back, again."""
    replication_instance_id: Name
    """The identifier, not the ARN: DMS metrics carry it as a dimension."""
    alarm_names: Json[list[str]]
    lag_alarms: Json[dict[Stream, str]]
    """Which of them watch the lag of one stream, by stream."""


class MachinesEnvironment(FunctionEnvironment):
    """Functions that start a state machine or ask whether an execution runs."""

    machine_arns: Json[dict[Direction, str]]
    """Of the machines that move the writer, by direction: forward, back."""


class CertificateEnvironment(ControlEnvironment):
    """The function that stores certificates."""

    certificate_bucket: Name


class FactsEnvironment(FunctionEnvironment):
    """Functions that tell each other the names of tables."""

    certificate_bucket: Name


class ApprovalEnvironment(ControlEnvironment):
    """The function that asks people."""

    topic_arn: Name


class AssessmentEnvironment(ControlEnvironment):
    """The function that has the task assessed."""

    assessment_role_arn: Name
    """As whom DMS writes the results."""
    assessment_bucket: Name


class SourceFence(BaseModel):
    """How the source is closed (docs/gate.md)."""

    model_config = ConfigDict(frozen=True)

    kind: Literal["trigger", "login"]
    roles: tuple[str, ...] = ()
    """With "login": every role that the application logs in as."""


class WatchEnvironment(ApprovalEnvironment):
    """The function that watches the way back."""

    way_back_wal_limit_gigabytes: int
    """What the slot of the way back may keep on the writer's disk."""


class DatabaseEnvironment(FunctionEnvironment):
    """Functions that speak SQL, inside the VPC."""

    source_secret_arn: Name
    target_secret_arn: Name
    database_sslmode: Name
    way_back_slots: Json[dict[Stream, str]]
    """The replication slots of the ways back, by stream, as the endpoints of DMS name them."""
    slot_plugin: Name
    """As the endpoints of DMS name it."""
    replication_roles: Json[tuple[str, ...]]
    """As whom DMS reads from either database."""
    source_fence: Json[SourceFence]


class CopiedByHand(BaseModel):
    """A person copies the schema."""

    model_config = ConfigDict(frozen=True)

    kind: Literal["by-hand"]


class CopiedHere(BaseModel):
    """The function's own machine has pg_dump and pg_restore, as in a rehearsal; Lambda's has not."""

    model_config = ConfigDict(frozen=True)

    kind: Literal["here"]
    target_secret_arn: Name
    """As whom the schema is made on the target."""
    owner: str
    """Of what belongs on the source to a role that the target has not."""
    bucket: Name
    """Where the reports are kept."""


class CopiedByBuild(BaseModel):
    """A build project copies the schema."""

    model_config = ConfigDict(frozen=True)

    kind: Literal["build"]
    project: Name
    bucket: Name
    """Where it tells how far it is, and keeps the reports."""


class SchemaEnvironment(DatabaseEnvironment):
    """The function that has the schema copied."""

    schema_copy: Json[
        Annotated[CopiedByBuild | CopiedByHand | CopiedHere, Field(discriminator="kind")]
    ]


class SchemaBuildEnvironment(BaseModel):
    """The build that copies a part of the schema; the last two are given to each one."""

    model_config = ConfigDict(frozen=True)

    source_secret_arn: Name
    target_secret_arn: Name
    """Of the target's administrator: who makes extensions, and gives each object its owner."""
    database_sslmode: Name
    application_role: Name
    """Owns on the target what belongs on the source to a role that the target has not."""
    schema_roles: Json[dict[str, str]]
    """What a role of the source is called on the target, where it is called otherwise."""
    schema_jobs: int
    """Indexes and keys that are made at a time."""
    certificate_bucket: Name
    schema_run: Name
    schema_part: SchemaPart


class InventoryEnvironment(DatabaseEnvironment):
    """Functions that keep, or read, what the source held before."""

    certificate_bucket: Name


class SourceWatchEnvironment(InventoryEnvironment):
    """The function that watches the source."""

    source_wal_disk_gigabytes: int
    """Of the source's disk, that WAL may fill; 0: nobody has said."""


class ClearingEnvironment(DatabaseEnvironment):
    """The function that drops what the migration made."""

    source_replication_secret_arn: Name
    target_replication_secret_arn: Name
    stream_names: Json[tuple[str, ...]] = ()
    """Publications and subscriptions of this migration; DMS has none, what stands in its place may."""


class FinalizingEnvironment(ControlEnvironment):
    """The function that begins: it asks whether an execution runs."""

    finalize_machine_arn: Name


class RolesEnvironment(BaseModel):
    """The function that makes the roles on the target: the only one that acts as its administrator."""

    model_config = ConfigDict(frozen=True)

    administrator_secret_arn: Name
    replication_secret_arn: Name
    cutover_secret_arn: Name
    application_secret_arn: Name
    database_sslmode: Name


Environment = TypeVar("Environment", bound=BaseModel)


def read(kind: type[Environment], variables: Mapping[str, str] = os.environ) -> Environment:
    """The environment as `kind`. Raises BadInput, naming every variable that is missing or wrong."""
    values = {
        name: variables[name.upper()] for name in kind.model_fields if name.upper() in variables
    }
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        faults = (f"{str(fault['loc'][0]).upper()}: {fault['msg']}" for fault in error.errors())
        raise BadInput("environment: " + "; ".join(faults)) from error
