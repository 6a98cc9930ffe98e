"""The real definition of `replicate` with the real handlers and adapters, over the stand-in for DMS.

Each failure is planted in the stand-in: it comes back at every try until what its remedy says was done.
"""

from __future__ import annotations

import json
import re
import shlex
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from moto import mock_aws
from typer.testing import CliRunner

from cutover.adapters.dms import DmsReplicationTask
from cutover.adapters.dms_checks import DmsAssessment, DmsConnections
from cutover.adapters.memory import MemoryWorld
from cutover.cli import commands
from cutover.cli.main import app
from cutover.direction import Stream
from cutover.failures import BY_OUTCOME, Outcome
from cutover.journal import Phase
from cutover.observations import OperatorWord, SchemaPart, Word
from cutover.replication import MOST_RESUMES, READY_POLLS
from lambdas import wiring
from rehearsal.aws.dms import (
    Breakdown,
    NoConnection,
    ReadingPaused,
    TableTrouble,
)
from rehearsal.aws.dms.task import WORK
from rehearsal.aws.engine import install
from rehearsal.aws.invoker import InProcessInvoker, function_arn
from rehearsal.machine import (
    REPLICATE_DEFINITION,
    called,
    function_name,
    render,
    replicate_substitutions,
)
from tests.builders import plan, slots
from tests.contracts.test_dms_behaviour import ARN, RESOURCES, Dms
from tests.contracts.test_dms_stand_in import table
from tests.state_machines.machine import ROLE, Machine, Run, inventories_of

NOT_YET = (table(1, "Before load"), table(2, "Full load"))
HALF = (table(1, "Table completed"), table(2, "Full load"))
LOADED = (table(1, "Table completed"), table(2, "Table completed"))
Hook = Callable[["Scene"], None]
SECONDS = 10


@dataclass
class Scene:
    """A world in memory whose task is the stand-in's, and one execution after the other in it."""

    dms: Dms
    world: MemoryWorld = field(default_factory=MemoryWorld.ready)
    assess: bool = False
    hooks: dict[tuple[str, int], Hook] = field(default_factory=dict)
    """By function and the number of its call in an execution."""
    cured: bool = False
    executions: int = 0
    calls: list[tuple[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.world.tasks[Stream.LOAD] = DmsReplicationTask(self.dms.api, task_arn=ARN)  # type: ignore[assignment]
        self.world.source.tables = self.world.target.tables = ("public.t1", "public.t2")
        self.dms.replication.progress = replace(self.dms.replication.progress, tables=NOT_YET)
        # A load takes so many looks, whichever execution has them.
        self.loading = [NOT_YET, HALF]

    def load_goes_on(self) -> None:
        tables = self.loading.pop(0) if self.loading else LOADED
        self.dms.replication.progress = replace(self.dms.replication.progress, tables=tables)
        # The stand-in's look is as old as the machine has waited, which takes no time here.
        self.dms.task._looked_at = 0.0

    def run(self, monkeypatch: Any, given: dict[str, Any] | None = None) -> Run:
        self.executions += 1
        self.calls = []
        self._wire(monkeypatch)
        text = REPLICATE_DEFINITION.read_text()
        keys = called(text)
        arns = {key: function_arn(function_name(key, "test")) for key in keys}
        handlers = {function_name(key, "test"): self._handler(key) for key in keys}
        install(invoker=InProcessInvoker(handlers), wait_scale=0.0)
        with mock_aws(config={"stepfunctions": {"execute_state_machine": True}}):
            topic = boto3.client("sns").create_topic(Name="notifications")["TopicArn"]
            stepfunctions = boto3.client("stepfunctions")
            values = replicate_substitutions(
                plan(), function_arns=arns, topic_arn=topic, assess=self.assess
            )
            machine = stepfunctions.create_state_machine(
                name="replicate", definition=render(text, values), roleArn=ROLE
            )
            execution = stepfunctions.start_execution(
                stateMachineArn=machine["stateMachineArn"],
                name=f"load-{self.executions}",
                input=json.dumps(given or {}),
            )["executionArn"]
            collector = Machine(self.world)
            collector.calls = self.calls
            return collector._result(stepfunctions, [], execution)

    def _wire(self, monkeypatch: Any) -> None:
        world = self.world
        control = wiring.Control(
            journal=world.journal,
            display=world.display,
            router=world.router,
            tasks=world.tasks,
            monitoring=world.monitoring,
            clock=world.clock,
            read_record=world.read_record,
            write_record=world.write_record,
        )
        databases = wiring.Databases(
            source=world.source,
            target=world.target,
            journal=world.journal,
            clock=world.clock,
            slots=slots(),
        )
        replication = wiring.Replication(
            connections=DmsConnections(self.dms.api, task_arns=[ARN]), migration="test"
        )
        assessment = DmsAssessment(
            self.dms.api,
            task_arn=ARN,
            role_arn="arn:aws:iam::123456789012:role/a",
            bucket="results",
        )
        monkeypatch.setattr(wiring, "control", lambda: control)
        monkeypatch.setattr(wiring, "databases", lambda: databases)
        monkeypatch.setattr(wiring, "replication", lambda: replication)
        monkeypatch.setattr(wiring, "assessment", lambda: assessment)
        monkeypatch.setattr(wiring, "schema", lambda: world.schema)
        monkeypatch.setattr(wiring, "inventories", lambda: inventories_of(world))
        monkeypatch.setenv("MIGRATION", "test")

    def _handler(self, key: str) -> Callable[[Any, Any], Any]:
        from importlib import import_module

        real = import_module(f"lambdas.{key}").lambda_handler

        def handler(event: Any, context: Any) -> Any:
            self.calls.append((key, event))
            number = sum(1 for name, _ in self.calls if name == key)
            if "looks" in event:
                # The Wait before it takes no time here, and the stand-in's threads take some.
                self.world.clock.sleep(plan().poll_seconds)
                until_the_task_rests()
            if key == "measure_lag":
                self.world.tasks[Stream.LOAD].status()
            if (hook := self.hooks.get((key, number))) is not None:
                hook(self)
            if key == "follow_replication" and self.dms.replication.calls[-1:] != ["halt"]:
                self.load_goes_on()
            return real(event, context)

        return handler


def until_the_task_rests() -> None:
    """Until what the stand-in has announced is done; on a busy machine its threads take any time."""
    for thread in threading.enumerate():
        if thread.name == WORK:
            thread.join(SECONDS)
            assert not thread.is_alive(), f"still at work after {SECONDS} s"


@pytest.fixture
def scene() -> Iterator[Scene]:
    stood_in = Dms(RESOURCES)
    yield Scene(stood_in)
    stood_in.close()


def starts(scene: Scene) -> list[str]:
    """What the replication underneath was asked for."""
    return [call for call in scene.dms.replication.calls if call != "halt"]


def assert_the_source_is_as_it_was(scene: Scene) -> None:
    world = scene.world
    assert world.writers() == ("source",)
    assert world.router.moves == []
    assert not world.journal.state().held


def test_from_an_empty_target_to_ready(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    run = scene.run(monkeypatch, {"by": "ada"})
    assert run.status == "SUCCEEDED", run.cause
    order = [
        "Take the lease",
        "Test the connections",
        "Copy the pre-data",
        "Look for rows",
        "Start the task",
        "Follow the load",
        "Copy the post-data",
        "Resume the task",
        "Analyze the target",
        "Measure the lag",
        "Follow the changes",
        "Say that it is ready",
        "Ready",
    ]
    assert [state for state in dict.fromkeys(run.states) if state in order] == order
    assert "Assess the task" not in run.states
    assert starts(scene) == ["begin", "resume"]
    assert scene.world.schema.asked == [SchemaPart.PRE_DATA, SchemaPart.POST_DATA]
    assert run.states.count("Follow the changes") == READY_POLLS
    assert scene.world.target.analyzed
    assert run.messages == ["Replication ready"]
    state = scene.world.journal.state()
    assert (state.phase, state.held) == (Phase.READY, False)
    assert scene.world.display.shown["phase"] == "ready"
    notes = [entry.note for entry in scene.world.journal.entries()]
    assert any(note.startswith("full load") for note in notes)
    assert scene.world.journal.entries()[0].detail["by"] == "ada"
    assert_the_source_is_as_it_was(scene)


def test_a_cutover_may_start_once_it_is_ready(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.run(monkeypatch)
    lease = scene.world.journal.acquire("night", now=scene.world.clock.now())
    assert scene.world.journal.check(lease).phase is Phase.STARTED


def test_a_second_run_goes_on_and_loads_nothing_again(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert scene.run(monkeypatch).status == "SUCCEEDED"
    run = scene.run(monkeypatch)
    assert run.status == "SUCCEEDED", run.cause
    assert "Look for rows" not in run.states
    assert starts(scene) == ["begin", "resume"], "it ran, and runs on"


def test_the_load_is_shown_while_it_goes_on(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[dict[str, Any]] = []
    scene.loading = [NOT_YET, *[HALF] * 12]
    for number in range(2, 14):
        scene.hooks[("follow_replication", number)] = lambda scene: seen.append(
            dict(scene.world.display.shown)
        )
    scene.run(monkeypatch)
    assert {shown["phase"] for shown in seen} == {"replicating"}
    assert {shown.get("percent") for shown in seen} >= {50}


def test_a_schema_that_takes_a_while_is_waited_for(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.world.schema.calls_before_complete = 3
    run = scene.run(monkeypatch)
    assert run.status == "SUCCEEDED", run.cause
    assert run.states.count("Copy the pre-data") == run.states.count("Copy the post-data") == 4


def test_a_copied_schema_is_told_every_ten_percent_and_its_end_with_ready(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.world.schema.calls_before_complete = 24
    run = scene.run(monkeypatch)
    assert run.status == "SUCCEEDED", run.cause
    assert run.states.count("Copy the post-data") == 25
    entries = scene.world.journal.entries()
    for part in SchemaPart:
        told = [entry for entry in entries if entry.note.startswith(f"{part.value}: ")]
        # At 4, 16, 28 ... 88 percent of 25 calls, and at the end.
        assert len(told) == 9, [entry.note for entry in told]
        assert [entry.detail.get("verdict") for entry in told] == [None] * 8 + ["same"]
    assert scene.world.display.shown["reason"].endswith("; schema: post-data is there")


def test_a_schema_that_can_not_be_completed_ends_it_with_its_reason(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.hooks[("lead_task", 1)] = lambda scene: setattr(
        scene.world.schema, "failure", "2 differences have no reason"
    )
    run = scene.run(monkeypatch)
    assert (run.status, run.error) == ("FAILED", "SchemaIncomplete")
    assert "post-data: 2 differences have no reason" in run.cause
    assert "make on the target what the message names" in run.cause
    assert_the_source_is_as_it_was(scene)
    scene.world.schema.failure = ""
    scene.hooks.clear()
    assert scene.run(monkeypatch).status == "SUCCEEDED", "the next one goes on"


def test_the_assessment_comes_first_and_is_in_the_journal(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.assess = True
    scene.dms.task.assessments.planted = {"postgresql-check-wal-level": "warning"}
    run = scene.run(monkeypatch)
    assert run.status == "SUCCEEDED", run.cause
    assert run.states.index("Assess the task") < run.states.index("Start the task")
    notes = [entry.note for entry in scene.world.journal.entries()]
    assert any("postgresql-check-wal-level: warning" in note for note in notes)
    assert any("s3://results/" in note for note in notes)


def test_a_table_is_loaded_anew(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.run(monkeypatch)
    scene.world.target.filled_tables = {"public.t1", "public.t2"}
    run = scene.run(monkeypatch, {"reload": ["public.t1"]})
    assert run.status == "SUCCEEDED", run.cause
    assert starts(scene)[-1] == "reload public.t1"
    assert scene.world.target.filled_tables == {"public.t2"}


def test_a_table_that_the_task_does_not_carry_is_refused_and_nothing_emptied(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.run(monkeypatch)
    scene.world.target.filled_tables = {"public.t1"}
    run = scene.run(monkeypatch, {"reload": ["public.typo"]})
    assert (run.status, run.error) == ("FAILED", "BadInput")
    assert "public.typo" in run.cause
    assert scene.world.target.filled_tables == {"public.t1"}


def test_everything_is_loaded_anew(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.run(monkeypatch)
    scene.world.target.filled_tables = {"public.t1", "public.t2"}
    scene.loading = [NOT_YET, HALF]
    run = scene.run(monkeypatch, {"reload_all": True})
    assert run.status == "SUCCEEDED", run.cause
    assert starts(scene)[2:] == ["reload", "resume"]
    assert scene.world.target.filled_tables == set()
    halted = run.states.index("Stop the task")
    assert halted < run.states.index("Empty the target") < run.states.index("Start the task")


def test_a_pause_stops_the_task_and_a_resume_has_it_go_on(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    def say(word: Word) -> Hook:
        spoken = OperatorWord(word=word, by="ada", reason="phones")
        return lambda scene: scene.world.journal.say(spoken, now=scene.world.clock.now())

    scene.hooks[("follow_replication", 1)] = say(Word.PAUSE)
    stood: list[str] = []
    scene.hooks[("follow_replication", 40)] = lambda scene: stood.append(scene.dms.task.status)
    scene.hooks[("follow_replication", 41)] = say(Word.NONE)
    run = scene.run(monkeypatch)
    assert run.status == "SUCCEEDED", run.cause
    assert stood == ["stopped"]
    assert "Resume the load" in run.states
    assert starts(scene) == ["begin", "resume", "resume"]


def test_an_abort_stops_the_task_and_ends(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    spoken = OperatorWord(word=Word.ABORT, by="ada", reason="not tonight")
    scene.hooks[("follow_replication", 2)] = lambda scene: scene.world.journal.say(
        spoken, now=scene.world.clock.now()
    )
    run = scene.run(monkeypatch)
    scene.hooks.clear()
    assert (run.status, run.error) == ("FAILED", "AbortRequested")
    assert "ada: not tonight" in run.cause
    assert scene.dms.task.status == "stopped"
    assert_the_source_is_as_it_was(scene)
    follow_to_the_end(scene, monkeypatch, command(scene, monkeypatch))


def test_while_a_cutover_holds_the_lease_nothing_is_loaded(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.world.journal.acquire("night", now=scene.world.clock.now())
    run = scene.run(monkeypatch)
    assert (run.status, run.error) == ("FAILED", "LeaseTaken")
    assert scene.dms.replication.calls == []
    assert scene.world.journal.state().execution == "night"


def test_where_reads_are_parked_on_the_target_nothing_is_loaded(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal, now = scene.world.journal, scene.world.clock.now()
    lease = journal.acquire("park", now=now)
    journal.record(lease, Phase.SHIFTING, now=now, note="")
    journal.record(lease, Phase.PARKED, now=now, note="", detail={"share": 20}, release=True)
    run = scene.run(monkeypatch)
    assert (run.status, run.error) == ("FAILED", "StartRefused")
    assert journal.state().parked_at == 20


@pytest.mark.parametrize(
    "given",
    [
        {"reload": "public.t1"},
        {"reload": []},
        {"reload": [1]},
        {"reload_all": False},
        {"reload": ["public.t1"], "reload_all": True},
        {"relaod": ["public.t1"]},
        {"by": 1},
        [],
        "reload",
    ],
)
def test_an_input_that_is_not_understood_does_nothing(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, given: Any
) -> None:
    run = scene.run(monkeypatch, given or {"reload": []})
    assert (run.status, run.error) == ("FAILED", "BadInput")
    assert run.calls == []


# Every failure: planted, named, and cured by its remedy to the letter.


def breaks(status: Any, reason: str, failure: str | None = None) -> Hook:
    def plant(scene: Scene) -> None:
        scene.dms.task.plant(
            Breakdown(
                status=status,
                stop_reason=f"Stop Reason {reason}" if reason else "",
                failure=failure,
                cured=lambda: scene.cured,
            )
        )

    return plant


def instance_grows(scene: Scene) -> None:
    """What the deployment of a larger dms.instance_class or dms.storage_gigabytes does."""
    scene.dms.api.modify_replication_instance(
        ReplicationInstanceArn=RESOURCES.instance_arn,
        ReplicationInstanceClass="dms.r6i.2xlarge",
        AllocatedStorage=500,
    )


def breaks_until_it_grows(reason: str, *, disk: bool) -> Hook:
    def grown(scene: Scene) -> bool:
        instance = scene.dms.task.instance
        return (
            instance.storage_gigabytes > RESOURCES.storage_gigabytes
            if disk
            else instance.instance_class != RESOURCES.instance_class
        )

    def plant(scene: Scene) -> None:
        scene.dms.task.plant(
            Breakdown(
                status="stopped", stop_reason=f"Stop Reason {reason}", cured=lambda: grown(scene)
            )
        )

    return plant


def stops_reading(by: Any) -> Hook:
    def plant(scene: Scene) -> None:
        scene.dms.task.pause_reading(ReadingPaused(by=by, cured=lambda: scene.cured))

    return plant


def table_in(state: Any = None, validation: str | None = None, **records: int) -> Hook:
    def plant(scene: Scene) -> None:
        trouble = TableTrouble(
            state=state, validation=validation, cured=lambda: scene.cured, **records
        )
        scene.dms.task.plant_table(("public", "t1"), trouble)

    return plant


def unreachable(scene: Scene) -> None:
    trouble = NoConnection(message="no pg_hba.conf entry", cured=lambda: scene.cured)
    scene.dms.task.plant_connection("source", trouble)


def assessed_as_bad(scene: Scene) -> None:
    scene.assess = True
    scene.dms.task.assessments.planted = {"postgresql-check-wal-level": "failed"}


def rows_on_the_target(scene: Scene) -> None:
    scene.world.target.filled_tables = {"public.t1"}


def schema_broken(scene: Scene) -> None:
    scene.world.schema.failure = "the extension hstore is not there"


def metrics_away(scene: Scene) -> None:
    scene.world.monitoring.reachable = False


def only_loads(scene: Scene) -> None:
    scene.dms.task.resources = replace(RESOURCES, migration_type="full-load")


def state_of_its_own(scene: Scene) -> None:
    scene.dms.task.status = "hibernating"


def leave_nothing(scene: Scene) -> None:
    """Nothing but the command."""


def set_cured(scene: Scene) -> None:
    scene.cured = True


def cured_and_grown(scene: Scene) -> None:
    scene.cured = True
    instance_grows(scene)


def assessed_as_good(scene: Scene) -> None:
    scene.dms.task.assessments.planted = {}


def emptied(scene: Scene) -> None:
    scene.world.target.filled_tables = set()


def schema_mended(scene: Scene) -> None:
    scene.world.schema.failure = ""


def metrics_back(scene: Scene) -> None:
    scene.world.monitoring.reachable = True


def loads_and_follows(scene: Scene) -> None:
    scene.dms.task.resources = RESOURCES
    scene.loading = [NOT_YET]


def at_rest(scene: Scene) -> None:
    scene.dms.task.status = "stopped"


LATER = ("follow_replication", 3)
"""In the middle of the load."""
FIRST = ("begin_replication", 1)
CHANGES = ("measure_lag", 2)


@dataclass(frozen=True)
class Planted:
    outcome: Outcome
    plant: Hook
    cure: Hook
    """What the remedy says beside the command, as a person or a deployment does it."""
    at: tuple[str, int] = LATER


SLOT = 'ERROR: replication slot "migration_dev" does not exist'
EVERY = [
    Planted(
        Outcome.TASK_FAILED, breaks("failed", "FATAL_ERROR", "out of shared memory"), set_cured
    ),
    Planted(Outcome.TASK_FAILED, breaks("stopped", "FATAL_ERROR"), set_cured, at=CHANGES),
    Planted(Outcome.SLOT_LOST, breaks("failed", "FATAL_ERROR", SLOT), set_cured),
    Planted(Outcome.SLOT_LOST, breaks("failed", "FATAL_ERROR", SLOT), set_cured, at=CHANGES),
    Planted(Outcome.STOPPED_BY_HAND, breaks("stopped", "NORMAL"), set_cured),
    Planted(Outcome.CONNECTION_LOST, breaks("stopped", "RECOVERABLE_ERROR"), set_cured),
    Planted(Outcome.CHANGES_NOT_FOLLOWED, only_loads, loads_and_follows, at=FIRST),
    Planted(Outcome.LICENSE_LIMIT, breaks("stopped", "EXPRESS_LICENSE_LIMITS_REACHED"), set_cured),
    Planted(Outcome.STOPPED_AFTER_DDL, breaks("stopped", "STOPPED_AFTER_DDL_APPLY"), set_cured),
    Planted(
        Outcome.LOW_MEMORY,
        breaks_until_it_grows("STOPPED_DUE_TO_LOW_MEMORY", disk=False),
        instance_grows,
    ),
    Planted(
        Outcome.LOW_DISK,
        breaks_until_it_grows("STOPPED_DUE_TO_LOW_DISK", disk=True),
        instance_grows,
    ),
    Planted(Outcome.STOP_POSITION_REACHED, breaks("stopped", "STOPPED_AT_SERVER_TIME"), set_cured),
    Planted(Outcome.STOP_POSITION_REACHED, breaks("stopped", "STOPPED_AT_COMMIT_TIME"), set_cured),
    Planted(Outcome.RESTARTED_BY_SERVICE, breaks("stopped", "RECONFIGURATION_RESTART"), set_cured),
    Planted(Outcome.RESTARTED_BY_SERVICE, breaks("stopped", "RECYCLE_TASK"), set_cured, at=CHANGES),
    Planted(Outcome.STOPPED_FOR_UNKNOWN_REASON, breaks("stopped", "SOMETHING_NEW"), set_cured),
    Planted(Outcome.LOAD_INCOMPLETE, breaks("stopped", "STOPPED_AFTER_CACHED_EVENTS"), set_cured),
    Planted(Outcome.STATE_UNKNOWN, state_of_its_own, at_rest),
    Planted(Outcome.TABLE_ERROR, table_in("Table error"), set_cured),
    Planted(Outcome.TABLE_ERROR, table_in("Table error"), set_cured, at=CHANGES),
    Planted(Outcome.TABLE_CANCELLED, table_in("Table cancelled"), set_cured),
    Planted(Outcome.TABLE_MISSING, table_in("Table does not exist"), set_cured),
    Planted(
        Outcome.ROWS_DIFFER,
        table_in(validation="Mismatched records", failed=3),
        set_cured,
        at=CHANGES,
    ),
    Planted(
        Outcome.NOT_VALIDATED,
        table_in(validation="Suspended records", suspended=3),
        set_cured,
        at=CHANGES,
    ),
    Planted(Outcome.READING_PAUSED_BY_MEMORY, stops_reading("swap"), cured_and_grown),
    Planted(Outcome.READING_PAUSED_BY_DISK, stops_reading("disk"), cured_and_grown),
    Planted(Outcome.CONNECTION_REFUSED, unreachable, set_cured, at=FIRST),
    Planted(Outcome.ASSESSMENT_FAILED, assessed_as_bad, assessed_as_good, at=FIRST),
    Planted(Outcome.TARGET_NOT_EMPTY, rows_on_the_target, emptied, at=FIRST),
    Planted(Outcome.SCHEMA_INCOMPLETE, schema_broken, schema_mended, at=FIRST),
    Planted(Outcome.HELD_TOO_LONG, metrics_away, metrics_back, at=CHANGES),
]
TOLD_ELSEWHERE = {Outcome.ABORT_REQUESTED, Outcome.MOVE_FAILED, Outcome.TASK_DELETED}
"""The first is a test above. The stand-in moves no task, and forgets none: tests/unit/test_replication.py has both."""


def test_every_failure_is_planted() -> None:
    assert {each.outcome for each in EVERY} == set(BY_OUTCOME) - TOLD_ELSEWHERE


@pytest.mark.parametrize(
    "planted", EVERY, ids=[f"{each.outcome.value}-{each.at[0]}" for each in EVERY]
)
def test_a_failure_has_its_name_and_its_remedy_works(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, planted: Planted
) -> None:
    if planted.at == FIRST:
        planted.plant(scene)
    else:
        scene.hooks[planted.at] = planted.plant
        # Long enough that it is the load that is hit, not what comes after it.
        scene.loading = [NOT_YET, *[HALF] * 4]
    run = scene.run(monkeypatch)
    scene.hooks.clear()
    assert (run.status, run.error) == ("FAILED", planted.outcome.value), run.cause
    assert run.states[-2:] == ["Tell a person", "Not ready"]
    assert run.messages == [f"Replication needs a person: {planted.outcome.value}"]
    shown = scene.world.display.shown
    assert shown["phase"] == "not-ready"
    assert shown["remedy"]
    assert f"Remedy: {shown['remedy']}" in run.cause
    newest = scene.world.journal.entries()[-1]
    assert (newest.phase, newest.detail["remedy"]) == (Phase.NOT_READY, shown["remedy"])
    assert_the_source_is_as_it_was(scene)

    given = command(scene, monkeypatch)
    again = scene.run(monkeypatch, given)
    assert again.status == "FAILED", "without the rest of the remedy it fails again"
    planted.cure(scene)
    follow_to_the_end(scene, monkeypatch, given)


def command(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The input that the command of the remedy starts the machine with, by the command line itself."""
    remedy = scene.world.display.shown["remedy"]
    (line,) = re.findall(r"`(cutover replicate[^`]*)`", remedy)
    asked: list[dict[str, Any]] = []

    def start_execution(*, stateMachineArn: str, input: str) -> dict[str, str]:  # noqa: A002, N803
        asked.append(json.loads(input))
        return {"executionArn": f"{stateMachineArn}:started"}

    machines = [{"name": "migration-replicate-test", "stateMachineArn": "arn"}]
    client = SimpleNamespace(
        start_execution=start_execution,
        get_paginator=lambda _: SimpleNamespace(paginate=lambda: [{"stateMachines": machines}]),
    )

    def environment(suffix: str, _region: str | None) -> Any:
        return commands.Environment(suffix=suffix, journal=scene.world.journal, machines=client)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(commands, "environment", environment)
        result = CliRunner().invoke(app, shlex.split(line)[1:], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return asked[0]


def follow_to_the_end(scene: Scene, monkeypatch: pytest.MonkeyPatch, given: dict[str, Any]) -> None:
    again = scene.run(monkeypatch, given)
    assert again.status == "SUCCEEDED", again.cause
    assert scene.world.journal.state().phase is Phase.READY


def test_a_connection_that_comes_back_in_time_is_resumed_by_the_machine(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.hooks[LATER] = breaks("stopped", "RECOVERABLE_ERROR")
    scene.hooks[("lead_task", 1 + MOST_RESUMES)] = set_cured
    scene.loading = [NOT_YET, *[HALF] * 4]
    run = scene.run(monkeypatch)
    assert run.status == "SUCCEEDED", run.cause
    assert run.states.count("Resume the load") == MOST_RESUMES


def test_a_lag_that_is_too_high_for_a_while_is_waited_for(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.world.monitoring.latency_seconds = 600.0

    def catch_up(scene: Scene) -> None:
        scene.world.monitoring.latency_seconds = 1.0

    scene.hooks[("measure_lag", 30)] = catch_up
    run = scene.run(monkeypatch)
    assert run.status == "SUCCEEDED", run.cause
    assert run.states.count("Follow the changes") == 29 + READY_POLLS
