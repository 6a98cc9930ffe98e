"""One night: what a scenario can do and see while servers, AWS and clients run."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import boto3

from cutover.adapters.dynamodb import DynamoDbJournal
from cutover.adapters.postgres import Address, PostgresDatabase
from cutover.adapters.route53 import Route53Router
from cutover.cli import commands
from cutover.journal import Phase
from cutover.observations import Word
from cutover.plan import CutoverPlan
from rehearsal.aws.config import Ready
from rehearsal.aws_setup import MACHINE, READ_RECORD, SUFFIX, TABLE, WRITE_RECORD
from rehearsal.evidence import Ending
from rehearsal.history import newest_state, tell
from rehearsal.report.live import LiveDisplay, LiveState
from rehearsal.report.model import Event, LoadSample, WeightChange
from rehearsal.servers.postgres import PostgresServer
from rehearsal.workload.database import administrator_dsn, space_sequences
from rehearsal.workload.fleet import ClientFleet

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

POLL_SECONDS: Final = 0.4
"""Each look costs the emulated AWS some CPU, which the clients' figures would show."""
PATIENCE_SECONDS: Final = 300.0
RECENT_EVENTS: Final = 30


class NightFailed(Exception):
    """Something that every scenario needs did not happen."""


@dataclass
class Night:
    """The running rehearsal, as a scenario sees it."""

    scenario: str
    plan: CutoverPlan
    ready: Ready
    source: PostgresServer
    target: PostgresServer
    fleet: ClientFleet
    display: LiveDisplay
    started: datetime
    second_start: Ending | None = None
    execution: str = ""
    """The one that runs, or ran last."""
    earlier: list[str] = field(default_factory=list)
    """Those before it that moved something."""
    events: list[Event] = field(default_factory=list)
    manual_weights: list[WeightChange] = field(default_factory=list)
    """Weights that were set past the state machine."""
    loading: list[LoadSample] = field(default_factory=list)
    """How the full load went; grows while the target is loaded."""

    def __post_init__(self) -> None:
        self.session = boto3.session.Session(
            aws_access_key_id="rehearsal",
            aws_secret_access_key="rehearsal",  # noqa: S106  (the emulated APIs read none)
            region_name="us-east-1",
        )
        self.dms = self.session.client("dms", endpoint_url=self.ready.dms_endpoint)
        self.router = Route53Router(
            self.client("route53"), hosted_zone_id=str(self.ready.hosted_zone_id)
        )
        resource = self.session.resource("dynamodb", endpoint_url=self.ready.endpoint)
        self.operator = commands.Environment(
            suffix=SUFFIX,
            journal=DynamoDbJournal(resource, table=TABLE, migration=SUFFIX),
            machines=self.client("stepfunctions"),
        )

    def client(self, service: Any) -> Any:
        """A client of the emulated service."""
        return self.session.client(service, endpoint_url=self.ready.endpoint)

    @property
    def machines(self) -> SFNClient:
        return self.operator.machines

    @property
    def elapsed(self) -> float:
        return (datetime.now(UTC) - self.started).total_seconds()

    def note(self, text: str) -> None:
        """Marks the moment on the timeline."""
        self.events.append(Event(time=self.elapsed, text=text))

    def replicate(self) -> None:
        """As `cutover replicate` does, until it says ready. Raises NightFailed where it does not."""
        self.note("replicate started")
        self.execution = commands.replicate(self.operator, by="rehearsal")
        ending = self._ended(
            self.execution, limit_seconds=PATIENCE_SECONDS, look=self._look_at_load
        )
        phase = self.operator.journal.state().phase
        if (ending.status, phase) != ("SUCCEEDED", Phase.READY):
            raise NightFailed(f"replicate ended {ending.status}: {ending.error} {ending.cause}")
        self.earlier.append(self.execution)
        self.execution = ""
        self.note("ready")

    def finalize(self) -> Ending:
        """As `cutover finalize` does, with the name typed; waits for the end."""
        self.earlier.append(self.execution)
        self.note("finalize started")
        self.execution = commands.finalize(
            self.operator, confirm=SUFFIX, source="open", by="rehearsal"
        )
        ending = self.wait_for_end()
        self.note("finalized" if ending.status == "SUCCEEDED" else "not finalized")
        return ending

    def start_cutover(self) -> None:
        """As `cutover start` does."""
        self.note("cutover started")
        self.execution = commands.start(self.operator)

    def open_target(self) -> None:
        """What nobody should do while the source is the writer: the target takes writes too."""
        address = Address.from_dsn(administrator_dsn(self.target, sslmode="disable"))
        with closing(PostgresDatabase(address)) as database:
            database.open_gate()

    def go_on_with(self, start: Callable[[commands.Environment], str], *, note: str) -> Ending:
        """Starts the next move of the writer with a verb of the operator, and waits for its end.

        Raises NightFailed where the move before it did not succeed.
        """
        before = self.wait_for_end()
        if before.status != "SUCCEEDED":
            raise NightFailed(
                f"{self.execution} ended {before.status}: {before.error} {before.cause}"
            )
        self.earlier.append(self.execution)
        self.note(note)
        self.execution = start(self.operator)
        return self.wait_for_end()

    def park(self, share: int) -> Ending:
        """As route53-updater does with gradual_cutover; waits for the end. Raises NightFailed where none is parked."""
        self.note(f"{share} % of the reads are to be parked")
        self.execution = self.machines.start_execution(
            stateMachineArn=self.ready.state_machine_arns[MACHINE],
            input=json.dumps({"park_at": share}),
        )["executionArn"]
        self.wait_until(lambda: self.read_weight() == share)
        self.second_start = self.run_beside()
        ending = self.wait_for_end()
        state = self.operator.journal.state()
        if (ending.status, state.phase, state.held) != ("SUCCEEDED", Phase.PARKED, False):
            raise NightFailed(f"nothing was parked: {ending}, {state}")
        self.earlier.append(self.execution)
        self.note("parked")
        return ending

    def abort(self, *, by: str, reason: str) -> None:
        """As `cutover abort` does."""
        self.note("the operator aborts")
        commands.say(self.operator, Word.ABORT, by=by, reason=reason)

    def run_beside(self) -> Ending:
        """Starts another execution of the same state machine and waits for its end.

        Past the command, which would refuse it before the machine could.
        """
        started = self.machines.start_execution(
            stateMachineArn=self.ready.state_machine_arns[MACHINE], input="{}"
        )
        return self._ended(started["executionArn"], limit_seconds=30)

    def wait_for_end(self) -> Ending:
        """Waits for the cutover's end, showing how it goes."""
        return self._ended(self.execution, limit_seconds=PATIENCE_SECONDS)

    def wait_until(self, reached: Callable[[], bool]) -> None:
        """Waits for a condition. Raises NightFailed where the execution ends without it."""
        while not reached():
            ending = self._ending(self.execution)
            if ending is not None:
                raise NightFailed(f"the execution ended early: {ending.error} {ending.cause}")
            self.look()
            time.sleep(POLL_SECONDS)

    def let_pass(self, seconds: float) -> None:
        """Lets time go by, showing how it goes."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.look()
            time.sleep(POLL_SECONDS)

    def read_weight(self) -> int:
        """The target's weight of the read record now."""
        return self.router.weights(READ_RECORD).target

    def weights(self) -> dict[str, int]:
        """The target's weight of each record now."""
        return {name: self.router.weights(name).target for name in (READ_RECORD, WRITE_RECORD)}

    def set_weights(self, weight: int) -> None:
        """What no state machine here would do: a weight on the written name."""
        change = self.router.set_target_shares(
            {READ_RECORD: weight, WRITE_RECORD: weight}, now=datetime.now(UTC)
        )
        at = (change.changed_at - self.started).total_seconds()
        self.manual_weights += [
            WeightChange(time=at, record="read", weight=weight),
            WeightChange(time=at, record="write", weight=weight),
        ]

    def space_sequences(self, distance: int) -> None:
        """Sets the target's sequences far beyond the source's."""
        space_sequences(administrator_dsn(self.target), distance=distance)

    def task(self) -> dict[str, Any]:
        """The task that loads, as DMS describes it."""
        found = self.dms.describe_replication_tasks(
            Filters=[{"Name": "replication-task-arn", "Values": [str(self.ready.task_arn)]}],
            WithoutSettings=True,
        )
        return dict(found["ReplicationTasks"][0])

    def _look_at_load(self) -> None:
        statistics = self.task().get("ReplicationTaskStats", {})
        if "FullLoadProgressPercent" in statistics:
            percent = statistics["FullLoadProgressPercent"]
            self.loading.append(LoadSample(time=self.elapsed, percent=percent))
        self.look()

    def look(self, step: str | None = None) -> None:
        """Shows this moment."""
        events = self._recent_events() if self.execution else []
        lag = tell(events[::-1], started=self.started, read_record=READ_RECORD).lag
        figures = self.fleet.figures()
        newest = figures.last_acknowledged_ns
        self.display.update(
            LiveState(
                scenario=self.scenario,
                elapsed_seconds=self.elapsed,
                step=step or newest_state(events) or "nothing is moved",
                weights=self.plan.weights,
                read_weight=self.read_weight(),
                reads_per_second=figures.reads_per_second,
                writes_per_second=figures.writes_per_second,
                writer="target" if newest.get("target", 0) > newest.get("source", 0) else "source",
                lag_seconds=lag[-1].seconds if lag else None,
                errors=sum(figures.errors.values()),
                loaded_percent=self.loading[-1].percent if self.loading else None,
            )
        )

    def histories(self) -> list[tuple[str, list[dict[str, Any]]]]:
        """Every event of each execution that did something, oldest first, with the word for its machine."""
        paginator = self.machines.get_paginator("get_execution_history")
        return [
            (
                _word_for(execution),
                [
                    dict(event)
                    for page in paginator.paginate(
                        executionArn=execution, PaginationConfig={"PageSize": 1000}
                    )
                    for event in page["events"]
                ],
            )
            for execution in (*self.earlier, self.execution)
            if execution
        ]

    def notices(self) -> list[Event]:
        """What the topic was given since the last time, by the first line of each message."""
        queue, heard = self.client("sqs"), []
        while found := queue.receive_message(
            QueueUrl=self.ready.topic_queue_url, MaxNumberOfMessages=10
        ).get("Messages"):
            for each in found:
                told = json.loads(each["Body"])
                at = datetime.fromisoformat(told["Timestamp"]) - self.started
                # A rule's text comes as it stands in its template, with quotation marks.
                text = told.get("Subject") or told["Message"].partition("\n")[0].strip('"')
                heard.append(Event(time=at.total_seconds(), text=text))
                queue.delete_message(
                    QueueUrl=self.ready.topic_queue_url, ReceiptHandle=each["ReceiptHandle"]
                )
        return sorted(heard, key=lambda each: each.time)

    def _recent_events(self) -> list[dict[str, Any]]:
        answer = self.machines.get_execution_history(
            executionArn=self.execution, reverseOrder=True, maxResults=RECENT_EVENTS
        )
        return [dict(event) for event in answer["events"]]

    def _ending(self, execution: str) -> Ending | None:
        found = self.machines.describe_execution(executionArn=execution)
        if found["status"] == "RUNNING":
            return None
        return Ending(
            status=found["status"], error=found.get("error", ""), cause=found.get("cause", "")
        )

    def _ended(
        self, execution: str, *, limit_seconds: float, look: Callable[[], None] | None = None
    ) -> Ending:
        give_up = time.monotonic() + limit_seconds + self.plan.bake_seconds * len(self.plan.weights)
        while (ending := self._ending(execution)) is None:
            if time.monotonic() >= give_up:
                raise NightFailed(f"{execution} did not end")
            (look or self.look)()
            time.sleep(POLL_SECONDS)
        return ending


def _word_for(execution: str) -> str:
    """`replicate` of an execution of migration-replicate-<suffix>."""
    return execution.split(":")[-2].removeprefix("migration-").removesuffix(f"-{SUFFIX}")
