"""What the AWS of a rehearsal consists of: written by the rehearsal, read by the child process."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from rehearsal.aws.invoker import REGION


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FunctionConfig(_Frozen):
    """A Lambda function; its code is in the code directory.

    Values of the environment may hold `${hosted_zone_id}`, `${topic_arn}`, `${endpoint}` and
    `${secret_arn:NAME}`, which are known only once the resources exist.
    """

    name: str
    handler: str
    environment: dict[str, str] = Field(default={}, repr=False)
    timeout_seconds: float = 30
    memory: int = 256
    warm: bool = True
    """An environment is there from the start; else the first call waits for it, as in Lambda."""


class StateMachineConfig(_Frozen):
    """A Standard workflow; the same values may stand in its text."""

    name: str
    definition: str = Field(repr=False)
    failed_function: str | None = None
    """Invoked with the status-change event of an execution that failed, timed out or was stopped."""


class RecordConfig(_Frozen):
    """One weighted CNAME record of the hosted zone."""

    name: str
    set_identifier: str
    value: str
    weight: int = Field(ge=0, le=255)
    ttl_seconds: int = Field(ge=0)


class AlarmConfig(_Frozen):
    """An alarm. With metrics of the replication task it is evaluated, on their sum, every second."""

    name: str
    threshold: float = 0
    task_metrics: tuple[str, ...] = ()
    """Such as CDCLatencySource; without any the alarm stays in its first state."""
    state: str = "OK"


class RuleConfig(_Frozen):
    """A rule of EventBridge that tells the topic."""

    name: str
    pattern: dict[str, Any]
    paths: dict[str, str]
    """InputPathsMap."""
    text: str
    """InputTemplate, without its quotation marks."""


class FollowerConfig(_Frozen):
    """A task of the type cdc: it copies nothing and follows the changes of a slot made by others."""

    reads: Literal["source", "target"]
    """The database whose changes it carries to the other one."""
    slot: str
    """Of the database it reads, with the plugin pgoutput."""
    publisher_dsn: str | None = Field(default=None, repr=False)
    """How the other database's server reaches the one that is read, where that differs."""
    resources: dict[str, Any]
    """Fields of DmsResources: names that no other task has."""


class DmsConfig(_Frozen):
    """The replication task's stand-in: between which databases, and under which names."""

    source_dsn: str = Field(repr=False)
    target_dsn: str = Field(repr=False)
    publisher_dsn: str | None = Field(default=None, repr=False)
    """How the target's server reaches the source; as source_dsn says where this is None."""
    port: int = 0
    metrics_period_seconds: float = Field(default=1.0, gt=0)
    resources: dict[str, Any] = {}
    """Fields of DmsResources that differ from their defaults."""
    followers: dict[str, FollowerConfig] = {}
    """The tasks that carry changes after a switch, by a word of their own: back, again."""


class AwsConfig(_Frozen):
    """Everything; a port of 0 is any free one."""

    code_directory: Path
    port: int = 0
    dns_port: int = 0
    seed: int = 1
    wait_scale: float = Field(default=1.0, ge=0)
    """Real seconds for each second of a Wait state or a Retry delay."""
    functions: tuple[FunctionConfig, ...] = ()
    preloaded: tuple[str, ...] = ()
    """Modules of the functions' code that are imported once for all of them."""
    state_machines: tuple[StateMachineConfig, ...] = ()
    zone: str | None = None
    records: tuple[RecordConfig, ...] = ()
    secrets: dict[str, dict[str, Any]] = Field(default={}, repr=False)
    """Name to content."""
    parameters: dict[str, str] = {}
    topic: str = "rehearsal"
    table: str = "rehearsal-journal"
    """Partition key `migration`, sort key `item`, both strings."""
    buckets: tuple[str, ...] = ()
    alarms: tuple[AlarmConfig, ...] = ()
    rules: tuple[RuleConfig, ...] = ()
    dms: DmsConfig | None = None
    log: Path | None = None
    """Where the child writes what it and the functions say; kept in memory only where it is None."""


class Ready(_Frozen):
    """Where everything is: the child's answer once all of it exists."""

    endpoint: str
    topic_arn: str
    topic_queue_url: str
    """An SQS queue that receives what is published to the topic."""
    table: str
    hosted_zone_id: str | None = None
    dns_port: int | None = None
    dms_endpoint: str | None = None
    task_arn: str | None = None
    """Of the task that loads."""
    task_arns: dict[str, str] = {}
    """Of all tasks: `load`, and the followers by their words."""
    instance_arn: str | None = None
    instance_identifier: str | None = None
    endpoint_arns: dict[str, str] = {}
    """Of the task that loads by side: source, target; of a follower as `back source`."""
    state_machine_arns: dict[str, str] = {}
    """By name."""
    secret_arns: dict[str, str] = {}

    def environment(self) -> dict[str, str]:
        """Variables with which any boto3 client talks to this AWS and to no other."""
        variables = {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": "rehearsal",
            "AWS_SECRET_ACCESS_KEY": "rehearsal",
            "AWS_DEFAULT_REGION": REGION,
            "AWS_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
        }
        if self.dms_endpoint is not None:
            variables["AWS_ENDPOINT_URL_DATABASE_MIGRATION_SERVICE"] = self.dms_endpoint
        return variables
