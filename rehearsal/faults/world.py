"""The controller's world in the arena: the one place that adapts to the ports of the steps.

The functions of lambdas/ run as they are; what their composition root would find in AWS is put here: real databases
(through links that can be cut), the DynamoDB journal on an emulated table, and names, metrics and alarms in files.
"""

from __future__ import annotations

import fcntl
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, cast

import boto3
import psycopg

from cutover.adapters.aws import CLIENT_CONFIG
from cutover.adapters.clock import SystemClock
from cutover.adapters.dynamodb import DynamoDbJournal
from cutover.adapters.memory import MemoryDisplay, MemoryNotices
from cutover.adapters.postgres import Address, PostgresDatabase
from cutover.adapters.stepfunctions import StepFunctionsMachine
from cutover.direction import Direction, Stream
from cutover.errors import RecordsMissing, ServiceUnavailable, StartRefused
from cutover.observations import (
    Alarm,
    Change,
    MetricReading,
    RecordWeights,
    ReplicationStatus,
    TableProgress,
)
from cutover.plan import ALL_READS
from cutover.ports import CutoverMachine
from cutover.steps.replication import SlotPlan
from lambdas.wiring import Approvals, Certificates, Control, Databases, ToldFacts
from rehearsal.aws.dms.native import NativeReplication
from rehearsal.aws.dms.replication import ReplicationError
from rehearsal.faults.substeps import Trace, Watched

READ_RECORD: Final = "ro.arena.internal"
WRITE_RECORD: Final = "rw.arena.internal"
SOURCE_HOST: Final = "source.arena.internal"
TARGET_HOST: Final = "target.arena.internal"
TABLE: Final = "journal"
REGION: Final = "us-east-1"
SUBSCRIPTIONS: Final = {Stream.LOAD: "forward", Stream.BACK: "back", Stream.AGAIN: "again"}
REPLICATION_ROLE: Final = "postgres"
RELEASE_SECONDS: Final = 10.0
INSYNC_PATIENCE_SECONDS: Final = 2.0


@dataclass(frozen=True, kw_only=True)
class WorldSpec:
    """Where everything of one switch is; goes to the controller's process."""

    migration: str
    """Partition key of the journal: one for each switch."""
    source: Address
    target: Address
    source_dsn: str = field(repr=False)
    target_dsn: str = field(repr=False)
    """Past the links: for the stand-in of the replication tasks, which AWS would run itself."""
    slots: dict[Stream, str]
    """Those of the streams: the load's, and those that a switch makes for the way back."""
    certificates: Path
    machine_arns: dict[Direction, str]
    records: Path
    facts: Path
    endpoint: str


class ShiftedClock(SystemClock):
    """The machine's clock, and wrong by a time that may be another one for each invocation."""

    shift = timedelta(0)

    def now(self) -> datetime:
        return super().now() + self.shift


class FileRouter:
    """cutover.ports.TrafficRouter over the file that the clients' resolver reads."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def weights(self, name: str) -> RecordWeights:
        records = json.loads(self._path.read_text())
        if name not in records:
            raise RecordsMissing(f"{name} has no pair of weighted records")
        pair = records[name]
        return RecordWeights(name=name, source=pair[SOURCE_HOST], target=pair[TARGET_HOST])

    def set_target_shares(self, shares: dict[str, int], *, now: datetime) -> Change:
        with locked(self._path):
            records = json.loads(self._path.read_text())
            for name, share in shares.items():
                records[name] = {SOURCE_HOST: ALL_READS - share, TARGET_HOST: share}
            write_whole(self._path, records)
        expected = tuple(self.weights(name) for name in shares)
        return Change(id=f"C{now.timestamp()}", changed_at=now, expected=expected)

    def in_sync(self, change_id: str) -> bool:  # noqa: ARG002  (the port's signature; all changes are alike here)
        return not pending(self._path).exists()


def pending(records: Path) -> Path:
    """While this file is there, every change of the records is still PENDING."""
    return records.with_name("pending")


class FileMonitoring:
    """cutover.ports.Monitoring over a file of facts that a scenario changes."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def latencies(
        self,
        stream: Stream,  # noqa: ARG002  (one file for all streams)
        *,
        now: datetime,
        max_age: timedelta,
    ) -> tuple[MetricReading, ...]:
        facts = self._facts()
        at = now - timedelta(seconds=facts["age_seconds"])
        fresh = timedelta(seconds=facts["age_seconds"]) <= max_age
        value = facts["latency_seconds"] if fresh else None
        return tuple(
            MetricReading(name=name, value=value, at=at if value is not None else None)
            for name in ("CDCLatencySource", "CDCLatencyTarget")
        )

    def alarms(self, stream: Stream) -> tuple[Alarm, ...]:  # noqa: ARG002  (none of these is one stream's)
        return tuple(
            Alarm(name=name, state=state) for name, state in self._facts()["alarms"].items()
        )

    def _facts(self) -> dict[str, Any]:
        facts: dict[str, Any] = json.loads(self._path.read_text())
        if not facts["reachable"]:
            raise ServiceUnavailable("the CloudWatch API did not answer")
        return facts


HEALTHY: Final[dict[str, Any]] = {
    "latency_seconds": 0.5,
    "age_seconds": 5.0,
    "alarms": {"replication-lag": "OK", "cpu": "OK", "connections": "OK"},
    "reachable": True,
}


class NativeTask:
    """cutover.ports.ReplicationTask over one subscription; its DMS would run beside the servers, past every link."""

    def __init__(self, spec: WorldSpec, stream: Stream) -> None:
        self._spec = spec
        self._stream = stream
        self._name = SUBSCRIPTIONS[stream]
        self._started_at = spec.records.with_name(f"started-{self._name}")
        back = stream is Stream.BACK
        self._publisher, self._subscriber = (
            (spec.target_dsn, spec.source_dsn) if back else (spec.source_dsn, spec.target_dsn)
        )

    def status(self) -> ReplicationStatus:
        try:
            with psycopg.connect(self._subscriber, connect_timeout=3) as connection:
                row = connection.execute(
                    "select subenabled from pg_subscription where subname = %s", [self._name]
                ).fetchone()
                tables = connection.execute(
                    "select n.nspname || '.' || c.relname, r.srsubstate from pg_subscription_rel r"
                    " join pg_subscription s on s.oid = r.srsubid and s.subname = %s"
                    " join pg_class c on c.oid = r.srrelid join pg_namespace n on n.oid = c.relnamespace",
                    [self._name],
                ).fetchall()
        except (
            psycopg.Error
        ) as error:  # on neither side of the line: the check decides what that means
            raise ServiceUnavailable(f"the task can't be described: {error}") from error
        running = "running" if row and row[0] else "stopped"
        return ReplicationStatus(
            status=running if row else "ready",
            started=row is not None,
            start_position=self._started_at.read_text() if self._started_at.exists() else "",
            full_load_percent=100,
            tables=tuple(
                TableProgress(
                    name=name,
                    state="Table completed" if state == "r" else "Full load",
                    validation="Not enabled",
                )
                for name, state in tables
            ),
        )

    def stop(self) -> None:
        with self._answering():
            with psycopg.connect(self._subscriber, autocommit=True) as connection:
                connection.execute(f"alter subscription {self._name} disable".encode())
            give_up = time.monotonic() + RELEASE_SECONDS
            while self._is_read():
                if time.monotonic() >= give_up:
                    raise ServiceUnavailable(f"{self._spec.slots[self._stream]} is still read")
                time.sleep(0.02)

    def start_at(self, position: str) -> None:
        replication = self._replication()
        try:
            # DMS makes of two starts at the same moment one, and tells the other so.
            with locked(self._started_at):
                found = self.status()
                if found.status == "running":
                    if found.start_position == position:
                        return
                    raise StartRefused(f"{self._name} runs from {found.start_position}")
                replication.begin(position)
                self._started_at.write_text(position)
        except ReplicationError as error:  # past the line: tried again, then a person
            raise ServiceUnavailable(str(error)) from error
        finally:
            replication.close()

    def resume(self) -> None:
        with self._answering(), psycopg.connect(self._subscriber, autocommit=True) as connection:
            connection.execute(f"alter subscription {self._name} enable".encode())

    def publish(self) -> None:
        """Before anybody makes the slot: what is older than its publication is left out."""
        replication = self._replication()
        replication.check("source")
        replication.close()

    def _replication(self) -> NativeReplication:
        return NativeReplication(
            source_dsn=self._publisher,
            target_dsn=self._subscriber,
            name=self._name,
            slot=self._spec.slots[self._stream],
        )

    def _is_read(self) -> bool:
        with psycopg.connect(self._publisher) as connection:
            row = connection.execute(
                "select active from pg_replication_slots where slot_name = %s",
                [self._spec.slots[self._stream]],
            ).fetchone()
        return bool(row and row[0])

    @contextmanager
    def _answering(self) -> Iterator[None]:
        try:
            yield
        except psycopg.Error as error:  # on neither side of the line: the step tries again
            raise ServiceUnavailable(f"the task does not answer: {error}") from error


class FileStore:
    """cutover.ports.CertificateStore: a directory."""

    def __init__(self, home: Path) -> None:
        self._home = home

    def put(self, key: str, text: str) -> str:
        path = self._path(key)
        if not path.exists():
            path.write_text(text)
        return path.read_text()

    def get(self, key: str) -> str | None:
        path = self._path(key)
        return path.read_text() if path.exists() else None

    def _path(self, key: str) -> Path:
        self._home.mkdir(exist_ok=True)
        return self._home / key.replace("/", "+")


class World:
    """The composition root's two answers, made once per function, as a container of each would."""

    def __init__(self, spec: WorldSpec, *, trace: Callable[[], Trace]) -> None:
        resource = boto3.resource(
            "dynamodb",
            endpoint_url=spec.endpoint,
            region_name=REGION,
            aws_access_key_id="arena",
            aws_secret_access_key="arena",  # noqa: S106  (the emulated APIs read none)
            config=CLIENT_CONFIG,
        )
        self._spec = spec
        self._resource = resource
        self._trace = trace
        self.clock = ShiftedClock()
        self._controls: dict[str, Control] = {}
        self._databases: dict[str, Databases] = {}

    def control(self) -> Control:
        """As wiring.control()."""
        function = self._trace().function
        if function not in self._controls:
            self._controls[function] = Control(
                journal=self._watched(self._journal(), "journal"),
                display=MemoryDisplay(),
                router=self._watched(FileRouter(self._spec.records), "router"),
                tasks={
                    stream: self._watched(NativeTask(self._spec, stream), f"task {stream.value}")
                    for stream in SUBSCRIPTIONS
                },
                monitoring=self._watched(FileMonitoring(self._spec.facts), "monitoring"),
                clock=self.clock,
                read_record=READ_RECORD,
                write_record=WRITE_RECORD,
            )
        return self._controls[function]

    def databases(self) -> Databases:
        """As wiring.databases()."""
        function = self._trace().function
        if function not in self._databases:
            self._databases[function] = Databases(
                source=self._watched(self._database(self._spec.source), "source"),
                target=self._watched(self._database(self._spec.target), "target"),
                journal=self._watched(self._journal(), "journal"),
                clock=self.clock,
                slots=SlotPlan(names=self._spec.slots, plugin="pgoutput"),
            )
        return self._databases[function]

    def certificates(self) -> Certificates:
        """As wiring.certificates()."""
        store = self._watched(FileStore(self._spec.certificates), "certificates")
        return Certificates(store=store, migration=self._spec.migration)

    def approvals(self) -> Approvals:
        """As wiring.approvals(); the arena asks the journal, not a mailbox, whether it is asked."""
        notices = self._watched(MemoryNotices(), "notices")
        return Approvals(notices=notices, migration=self._spec.migration)

    def told_facts(self) -> ToldFacts:
        """As wiring.told_facts()."""
        store = self._watched(FileStore(self._spec.certificates), "facts")
        return ToldFacts(store=store, migration=self._spec.migration)

    def machines(self) -> dict[Direction, CutoverMachine]:
        """As wiring.machines()."""
        client = boto3.client(
            "stepfunctions",
            endpoint_url=self._spec.endpoint,
            region_name=REGION,
            aws_access_key_id="arena",
            aws_secret_access_key="arena",  # noqa: S106  (the emulated APIs read none)
            config=CLIENT_CONFIG,
        )
        return {
            direction: self._watched(StepFunctionsMachine(client, machine_arn=arn), "machine")
            for direction, arn in self._spec.machine_arns.items()
        }

    def _database(self, address: Address) -> PostgresDatabase:
        return PostgresDatabase(address, replication_roles=(REPLICATION_ROLE,))

    def _journal(self) -> DynamoDbJournal:
        return DynamoDbJournal(self._resource, table=TABLE, migration=self._spec.migration)

    def _watched(self, port: Any, name: str) -> Any:
        return cast("Any", Watched(port, name, self._trace))


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """One at a time, over every process of the arena."""
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def write_whole(path: Path, content: Any) -> None:
    """Replaces a JSON file in one step: who reads it meanwhile sees the old or the new."""
    new = path.with_suffix(".new")
    new.write_text(json.dumps(content))
    new.replace(path)


def utc_now() -> datetime:
    """The present, aware."""
    return datetime.now(UTC)
