"""What brings rows across: the task, its connections and its assessment, and the copy of the schema."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from cutover.adapters.memory.databases import MemoryDatabase
from cutover.errors import BadInput, ServiceUnavailable, StartRefused
from cutover.observations import (
    AssessmentRun,
    ConnectionState,
    EndpointConnection,
    ReplicationStatus,
    SchemaPart,
    SchemaProgress,
    TableProgress,
)


@dataclass
class MemoryReplicationTask:
    """A healthy task unless told otherwise; with two databases it carries the log of one to the other."""

    origin: MemoryDatabase | None = None
    destination: MemoryDatabase | None = None
    slot: str = ""

    answer: ReplicationStatus = field(
        default_factory=lambda: ReplicationStatus(
            status="running",
            started=True,
            full_load_percent=100,
            tables=(
                TableProgress(
                    name="public.accounts", state="Table completed", validation="Validated"
                ),
                TableProgress(
                    name="public.ledger", state="Table completed", validation="Validated"
                ),
            ),
        )
    )
    reachable: bool = True
    deleted: bool = False
    asked: list[str] = field(default_factory=list)
    """What had an effect, in order: stop, start at <position>, resume, load, load anew, reload <tables>."""
    pause: str = ""
    """What DMS's events say of a task that reads nothing."""

    @property
    def running(self) -> bool:
        return self.answer.status == "running"

    def status(self) -> ReplicationStatus:
        self._answer()
        return self.answer

    def carry(self) -> None:
        """What the log holds beyond the slot, while the stream runs and nothing holds it back."""
        origin, destination = self.origin, self.destination
        if origin is None or destination is None or not (self.running and origin.replicating):
            return
        while self.slot in origin.slots and origin.slots[self.slot] < len(origin.log):
            kind, value = origin.log[origin.slots[self.slot]]
            origin.slots[self.slot] += 1
            destination.apply(kind, value)

    def _answer(self) -> None:
        if not self.reachable or self.deleted:
            raise ServiceUnavailable("the DMS API did not answer, or knows no such task")

    def exists(self) -> bool:
        if not self.deleted:
            self._answer()
        return not self.deleted

    def stop(self) -> None:
        status = self.status().status
        if status in ("created", "ready", "stopping", "stopped", "failed"):
            return
        self._settled("stopping")
        self.asked.append("stop")
        self.answer = replace(self.answer, status="stopped", stop_reason="Stop Reason NORMAL")

    def start_at(self, position: str) -> None:
        now = self.status()
        if now.status in ("starting", "running"):
            if now.start_position == position:
                return
            raise StartRefused(f"the replication task is {now.status} from another position")
        self._settled("starting")
        if self.origin is not None:
            if self.slot not in self.origin.slots:
                raise ServiceUnavailable(f"the replication slot {self.slot} does not exist")
            wanted = int(position.partition("/")[2], 16)
            self.origin.slots[self.slot] = max(wanted, self.origin.slots[self.slot])
        self.asked.append(f"start at {position}")
        self._run(position)

    def resume(self) -> None:
        now = self.status()
        if now.status in ("starting", "running"):
            return
        if not now.started:
            raise StartRefused("the replication task has never run")
        self._settled("resuming")
        self.asked.append("resume")
        self._run(now.start_position)

    def load(self) -> None:
        now = self.status()
        if now.status in ("starting", "running"):
            return
        if now.started:
            raise StartRefused("the replication task ran before")
        self._settled("starting")
        self.asked.append("load")
        self._run("")

    def load_anew(self) -> None:
        now = self.status()
        if now.status in ("starting", "running") or not now.started:
            raise StartRefused(f"the replication task is {now.status}")
        self._settled("starting")
        self.asked.append("load anew")
        self._run("")

    def reload(self, tables: tuple[str, ...]) -> None:
        now = self.status()
        known = {table.name for table in now.tables}
        if strange := [name for name in tables if name not in known]:
            raise BadInput(f"the task does not replicate {', '.join(strange)}")
        if now.status != "running":
            raise StartRefused(f"tables are reloaded while the task runs, and it is {now.status}")
        self.asked.append(f"reload {' '.join(tables)}")
        loaded = tuple(
            replace(table, state="Table completed", validation="Validated")
            if table.name in tables
            else table
            for table in now.tables
        )
        self.answer = replace(now, tables=loaded)

    def reading_paused(self) -> str:
        self._answer()
        return self.pause

    def _settled(self, doing: str) -> None:
        status = self.answer.status
        if status not in ("created", "ready", "running", "stopped", "failed"):
            raise ServiceUnavailable(f"{doing} the replication task: it is {status}")

    def _run(self, position: str) -> None:
        self.answer = replace(
            self.answer, status="running", stop_reason="", started=True, start_position=position
        )
        self.carry()


@dataclass
class MemoryConnections:
    """Endpoints that answer unless told otherwise."""

    endpoints: dict[str, EndpointConnection] = field(
        default_factory=lambda: {
            name: EndpointConnection(endpoint_arn=name, state=ConnectionState.SUCCESSFUL)
            for name in ("source", "target")
        }
    )
    tested: int = 0

    def states(self) -> tuple[EndpointConnection, ...]:
        return tuple(self.endpoints.values())

    def test(self) -> None:
        self.tested += 1


@dataclass
class MemoryAssessment:
    """Runs that pass unless told otherwise."""

    status: str = "passed"
    runs: dict[str, AssessmentRun] = field(default_factory=dict)

    def begin(self, name: str) -> None:
        place = f"s3://assessments/{name}"
        self.runs.setdefault(name, AssessmentRun(name=name, status=self.status, place=place))

    def run(self, name: str) -> AssessmentRun | None:
        return self.runs.get(name)


@dataclass
class MemorySchemaCopy:
    """A schema whose parts come to be after so many calls."""

    calls_before_complete: int = 0
    asked: list[SchemaPart] = field(default_factory=list)
    failure: str = ""

    def pre_data(self, run: str) -> SchemaProgress:
        return self._progress(SchemaPart.PRE_DATA)

    def post_data(self, run: str) -> SchemaProgress:
        return self._progress(SchemaPart.POST_DATA)

    def _progress(self, part: SchemaPart) -> SchemaProgress:
        self.asked.append(part)
        calls = self.asked.count(part)
        complete = calls > self.calls_before_complete and not self.failure
        note = f"{part.value} {'is there' if complete else 'comes'}"
        return SchemaProgress(
            part=part,
            complete=complete,
            note=note,
            failure=self.failure,
            percent=min(100, 100 * calls // (self.calls_before_complete + 1)),
            detail={"verdict": "same"} if complete else {},
        )
