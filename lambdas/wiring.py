"""The functions' composition root: environment to adapters, once per container."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Final

import boto3

from cutover.adapters.aws import CLIENT_CONFIG
from cutover.adapters.clock import SystemClock
from cutover.adapters.cloudwatch import CloudWatchMonitoring
from cutover.adapters.dms import DmsReplicationTask
from cutover.adapters.dms_checks import DmsAssessment, DmsConnections
from cutover.adapters.dynamodb import DynamoDbJournal
from cutover.adapters.postgres import Address, PostgresDatabase
from cutover.adapters.postgres_inventory import read_inventory
from cutover.adapters.postgres_login import LoginFencedDatabase
from cutover.adapters.postgres_questions import PostgresQuestions
from cutover.adapters.postgres_traces import PostgresTraces
from cutover.adapters.route53 import Route53Router
from cutover.adapters.s3 import S3CertificateStore
from cutover.adapters.schema_build import SchemaBuild
from cutover.adapters.schema_by_hand import SchemaByHand
from cutover.adapters.schema_here import SchemaHere
from cutover.adapters.schema_reports import SchemaReports
from cutover.adapters.secrets import read_address
from cutover.adapters.sns import SnsNotices
from cutover.adapters.ssm import SsmDisplay
from cutover.adapters.stepfunctions import StepFunctionsMachine, StepFunctionsTokens
from cutover.direction import Direction, Stream, Where
from cutover.observations import Lag, StageObservation
from cutover.plan import CutoverPlan
from cutover.ports import (
    ApprovalTokens,
    Assessment,
    CertificateStore,
    Clock,
    Connections,
    CutoverMachine,
    Database,
    Display,
    Journal,
    Monitoring,
    Notices,
    ReplicationTask,
    SchemaCopy,
    Traces,
    TrafficRouter,
)
from cutover.preflight.check import Answer, Call, Question, Side, Unanswered
from cutover.preflight.told import Told
from cutover.schema.copy import Options
from cutover.schema.inventory import Inventory
from cutover.steps.observe import observe_stage
from cutover.steps.replication import SlotPlan
from lambdas import environment
from lambdas.environment import (
    ApprovalEnvironment,
    AssessmentEnvironment,
    CertificateEnvironment,
    ClearingEnvironment,
    ControlEnvironment,
    CopiedByBuild,
    CopiedByHand,
    CopiedHere,
    DatabaseEnvironment,
    FactsEnvironment,
    FinalizingEnvironment,
    FunctionEnvironment,
    InventoryEnvironment,
    MachinesEnvironment,
    SchemaEnvironment,
    SourceWatchEnvironment,
    WatchEnvironment,
)

PREFLIGHT_SECONDS: Final = 60.0
"""Of one server's questions: both together end before the function's time does."""
ASSESSMENTS: Final = "assessments"
"""The folder that DMS may write to."""


@dataclass(frozen=True, kw_only=True)
class Control:
    """What a function outside the VPC works with."""

    journal: Journal
    display: Display
    router: TrafficRouter
    tasks: Mapping[Stream, ReplicationTask]
    monitoring: Monitoring
    clock: Clock
    read_record: str
    write_record: str

    def observe(self, plan: CutoverPlan, lag: Lag) -> StageObservation:
        """Everything that a check looks at, with the lag that was measured inside the VPC."""
        return observe_stage(
            plan,
            lag=lag,
            tasks=self.tasks,
            monitoring=self.monitoring,
            router=self.router,
            journal=self.journal,
            clock=self.clock,
            read_record=self.read_record,
            write_record=self.write_record,
        )


@dataclass(frozen=True, kw_only=True)
class Approvals:
    """Whom to ask, and about which migration."""

    notices: Notices
    migration: str


@dataclass(frozen=True, kw_only=True)
class Certificates:
    """Where certificates are kept, and of which migration."""

    store: CertificateStore
    migration: str


@dataclass(frozen=True, kw_only=True)
class ToldFacts:
    """Where a function leaves the names of tables for another, and of which migration."""

    store: CertificateStore
    migration: str


@dataclass(frozen=True, kw_only=True)
class Replication:
    """What a replication needs besides, and of which migration."""

    connections: Connections
    migration: str


@dataclass(frozen=True, kw_only=True)
class Inventories:
    """What the source holds, and where what it held before the load is kept."""

    read: Callable[[], Inventory]
    store: CertificateStore
    migration: str
    roles: tuple[str, ...]
    """As whom the migration works on the source."""


@dataclass(frozen=True, kw_only=True)
class Databases:
    """What a function inside the VPC works with."""

    source: Database
    target: Database
    journal: Journal
    clock: Clock
    slots: SlotPlan

    def facing(self, direction: Direction) -> tuple[Database, Database]:
        """Origin and destination."""
        if direction is Direction.FORWARD:
            return self.source, self.target
        return self.target, self.source


@cache
def control() -> Control:
    """Adapters over the AWS APIs. Raises BadInput when the environment is wrong."""
    told = environment.read(ControlEnvironment)
    dms = boto3.client("dms", config=CLIENT_CONFIG)
    return Control(
        journal=_journal(told),
        display=SsmDisplay(
            boto3.client("ssm", config=CLIENT_CONFIG), parameter=told.state_parameter
        ),
        router=Route53Router(
            boto3.client("route53", config=CLIENT_CONFIG), hosted_zone_id=told.hosted_zone_id
        ),
        tasks={
            stream: DmsReplicationTask(dms, task_arn=arn)
            for stream, arn in told.replication_task_arns.items()
        },
        monitoring=CloudWatchMonitoring(
            boto3.client("cloudwatch", config=CLIENT_CONFIG),
            instance_id=told.replication_instance_id,
            task_arns=told.replication_task_arns,
            alarm_names=told.alarm_names,
            lag_alarms=told.lag_alarms,
        ),
        clock=SystemClock(),
        read_record=told.read_record,
        write_record=told.write_record,
    )


@cache
def machines() -> Mapping[Direction, CutoverMachine]:
    """The state machines that move the writer, by direction."""
    told = environment.read(MachinesEnvironment)
    client = boto3.client("stepfunctions", config=CLIENT_CONFIG)
    return {
        direction: StepFunctionsMachine(client, machine_arn=arn)
        for direction, arn in told.machine_arns.items()
    }


@cache
def approvals() -> Approvals:
    """The topic that people have subscribed to. Raises BadInput when the environment is wrong."""
    told = environment.read(ApprovalEnvironment)
    return Approvals(
        notices=SnsNotices(boto3.client("sns", config=CLIENT_CONFIG), topic_arn=told.topic_arn),
        migration=told.migration,
    )


@cache
def replication() -> Replication:
    """The endpoints of every task. Raises BadInput when the environment is wrong."""
    told = environment.read(ControlEnvironment)
    return Replication(
        connections=DmsConnections(
            boto3.client("dms", config=CLIENT_CONFIG),
            task_arns=tuple(told.replication_task_arns.values()),
        ),
        migration=told.migration,
    )


@cache
def assessment() -> Assessment:
    """Of the task that loads. Raises BadInput when the environment is wrong."""
    told = environment.read(AssessmentEnvironment)
    return DmsAssessment(
        boto3.client("dms", config=CLIENT_CONFIG),
        task_arn=told.replication_task_arns[Stream.LOAD],
        role_arn=told.assessment_role_arn,
        bucket=told.assessment_bucket,
        folder=ASSESSMENTS,
    )


@cache
def schema() -> SchemaCopy:
    """As the settings have it copied. Raises BadInput when the environment is wrong."""
    told = environment.read(SchemaEnvironment)
    match told.schema_copy:
        case CopiedByBuild(project=project, bucket=bucket):
            reports = SchemaReports(boto3.client("s3", config=CLIENT_CONFIG), bucket=bucket)
            client = boto3.client("codebuild", config=CLIENT_CONFIG)
            return SchemaBuild(client, reports, project=project)
        case CopiedByHand():
            world = databases()
            return SchemaByHand(source=world.source, target=world.target)
        case CopiedHere(target_secret_arn=secret_arn, owner=owner, bucket=bucket):
            secrets = boto3.client("secretsmanager", config=CLIENT_CONFIG)
            source, target = (
                read_address(secrets, secret_arn=arn, sslmode=told.database_sslmode)
                for arn in (told.source_secret_arn, secret_arn)
            )
            return SchemaHere(
                source_dsn=source.dsn(),
                target_dsn=target.dsn(),
                options=Options(roles={}, owner=owner, analyze=False),
                keep=S3CertificateStore(boto3.client("s3", config=CLIENT_CONFIG), bucket=bucket),
            )


@cache
def way_back_wal_limit_gigabytes() -> int:
    """As the settings have it. Raises BadInput when the environment is wrong."""
    return environment.read(WatchEnvironment).way_back_wal_limit_gigabytes


@cache
def migration() -> str:
    """The environment's suffix, by which people name this migration. Raises BadInput when the environment is wrong."""
    return environment.read(FunctionEnvironment).migration


@cache
def certificates() -> Certificates:
    """The bucket of the certificates. Raises BadInput when the environment is wrong."""
    told = environment.read(CertificateEnvironment)
    return Certificates(
        store=S3CertificateStore(
            boto3.client("s3", config=CLIENT_CONFIG), bucket=told.certificate_bucket
        ),
        migration=told.migration,
    )


@cache
def told_facts() -> ToldFacts:
    """The same bucket, for what the states tell each other. Raises BadInput when the environment is wrong."""
    told = environment.read(FactsEnvironment)
    return ToldFacts(
        store=S3CertificateStore(
            boto3.client("s3", config=CLIENT_CONFIG), bucket=told.certificate_bucket
        ),
        migration=told.migration,
    )


@cache
def tokens() -> ApprovalTokens:
    """The executions that wait for an answer."""
    return StepFunctionsTokens(boto3.client("stepfunctions", config=CLIENT_CONFIG))


@cache
def databases() -> Databases:
    """Adapters over the two servers; the secrets are read once per container."""
    told = environment.read(DatabaseEnvironment)
    secrets = boto3.client("secretsmanager", config=CLIENT_CONFIG)
    source, target = (
        read_address(secrets, secret_arn=arn, sslmode=told.database_sslmode)
        for arn in (told.source_secret_arn, told.target_secret_arn)
    )
    return Databases(
        source=_source(source, told),
        target=PostgresDatabase(target, replication_roles=told.replication_roles),
        journal=_journal(told),
        clock=SystemClock(),
        slots=SlotPlan(names=told.way_back_slots, plugin=told.slot_plugin),
    )


@cache
def wal_budget() -> int | None:
    """Bytes of the source's disk that WAL may fill; None: nobody has said."""
    return environment.read(SourceWatchEnvironment).source_wal_disk_gigabytes * 10**9 or None


@cache
def traces() -> Mapping[Where, Traces]:
    """What the migration has made, by database. Raises BadInput when the environment is wrong."""
    told = environment.read(ClearingEnvironment)
    secrets = boto3.client("secretsmanager", config=CLIENT_CONFIG)
    arns = {
        Where.SOURCE: (told.source_secret_arn, told.source_replication_secret_arn),
        Where.TARGET: (told.target_secret_arn, told.target_replication_secret_arn),
    }
    addresses = {
        where: [
            read_address(secrets, secret_arn=arn, sslmode=told.database_sslmode) for arn in pair
        ]
        for where, pair in arns.items()
    }
    return {
        where: PostgresTraces(cutover, replication=replication, streams=told.stream_names)
        for where, (cutover, replication) in addresses.items()
    }


@cache
def inventories() -> Inventories:
    """The source's. Raises BadInput when the environment is wrong."""
    told = environment.read(InventoryEnvironment)
    address = read_address(
        boto3.client("secretsmanager", config=CLIENT_CONFIG),
        secret_arn=told.source_secret_arn,
        sslmode=told.database_sslmode,
    )
    return Inventories(
        read=lambda: read_inventory(address.dsn()),
        store=S3CertificateStore(
            boto3.client("s3", config=CLIENT_CONFIG), bucket=told.certificate_bucket
        ),
        migration=told.migration,
        roles=(address.username, *told.replication_roles),
    )


@cache
def finalizing() -> CutoverMachine:
    """The machine that finalizes. Raises BadInput when the environment is wrong."""
    told = environment.read(FinalizingEnvironment)
    return StepFunctionsMachine(
        boto3.client("stepfunctions", config=CLIENT_CONFIG), machine_arn=told.finalize_machine_arn
    )


@contextmanager
def questions(told: Told) -> Iterator[Callable[[Question], Answer]]:
    """What asks the preflight's queries, of both servers; its connections end with it."""
    given = environment.read(DatabaseEnvironment)
    secrets = boto3.client("secretsmanager", config=CLIENT_CONFIG)
    servers = {
        side: PostgresQuestions(
            read_address(secrets, secret_arn=arn, sslmode=given.database_sslmode).dsn(),
            values=told.values(),
            budget_seconds=PREFLIGHT_SECONDS,
        )
        for side, arn in (
            (Side.SOURCE, given.source_secret_arn),
            (Side.TARGET, given.target_secret_arn),
        )
    }

    def ask(question: Question) -> Answer:
        if isinstance(question, Call):
            return Unanswered(reason="the command line asks AWS")
        return servers[question.where].ask(question)

    try:
        yield ask
    finally:
        for server in servers.values():
            server.close()


def _source(address: Address, told: DatabaseEnvironment) -> Database:
    fence, readers = told.source_fence, told.replication_roles
    if fence.kind == "login":
        return LoginFencedDatabase(address, roles=fence.roles, replication_roles=readers)
    return PostgresDatabase(address, replication_roles=readers)


def _journal(told: FunctionEnvironment) -> Journal:
    return DynamoDbJournal(
        boto3.resource("dynamodb", config=CLIENT_CONFIG),
        table=told.journal_table,
        migration=told.migration,
    )
