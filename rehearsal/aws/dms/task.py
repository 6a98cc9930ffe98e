"""The replication task as the DMS API shows it: its states, and what each may be asked to do."""

from __future__ import annotations

import copy
import json
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from rehearsal.aws.dms import events
from rehearsal.aws.dms.assessment import Assessments, Run
from rehearsal.aws.dms.events import Events, Kind
from rehearsal.aws.dms.faults import DmsFault, invalid_state
from rehearsal.aws.dms.replication import Progress, ReplicationError
from rehearsal.aws.dms.resources import DmsInstance
from rehearsal.aws.dms.start_types import refuse_start_type
from rehearsal.aws.dms.statistics import COMPLETED, Statistics

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rehearsal.aws.dms.ailments import Breakdown, NoConnection, ReadingPaused, TableTrouble
    from rehearsal.aws.dms.replication import Replication, Side, Table, TableProgress
    from rehearsal.aws.dms.resources import DmsResources

RESTS: Final = ("ready", "stopped", "failed")
"""States in which a task may be started, modified, assessed or deleted."""
MOST_RELOADED: Final = 10
"""DMS user guide, Reloading tables during a task."""
WORK: Final = "a DMS task at work"
"""The name of every thread that does what an answer has announced."""


class DmsTask:
    """One task over one replication. Thread-safe.

    States (DMS API reference, ReplicationTask.Status): ready -> starting -> running -> stopping -> stopped, and
    failed; modifying and testing come back to where they began. A load ends in a stop where the settings say so.
    """

    def __init__(
        self,
        replication: Replication,
        resources: DmsResources,
        *,
        instance: DmsInstance | None = None,
        told: Events | None = None,
    ) -> None:
        """instance, told: what it shares with the other tasks of one replication instance."""
        self.resources = resources
        self.instance = instance or DmsInstance(resources)
        self.events = told or Events()
        self.assessments = Assessments(resources.task_arn)
        self.settings: dict[str, Any] = copy.deepcopy(dict(resources.task_settings))
        self.mappings = json.dumps({"rules": [_ALL_TABLES]})
        self.connections: dict[Side, tuple[str, str | None]] = {}
        """Last test of each endpoint: testing, successful or failed, with the reason."""
        self.swift = threading.Event()
        """Cleared by a test: what takes the service a while then takes until it is set again."""
        self.swift.set()
        self._replication = replication
        self._statistics = Statistics(replication)
        self._lock = threading.RLock()
        self._looking = threading.Lock()
        self._looked_at = 0.0
        self._progress: Progress | None = None
        self._ever_started = False
        self._breakdown: Breakdown | None = None
        self._paused: ReadingPaused | None = None
        self._unreachable: dict[Side, NoConnection] = {}
        self.start_position: str | None = None
        self.status = "ready"
        self.stop_reason: str | None = None
        self.last_failure: str | None = None
        self.created = time.time()
        self.began: float | None = None
        self.started: float | None = None
        self.stopped: float | None = None
        self.loaded: float | None = None

    # What the API asks for.

    def start(self, kind: str, position: str | None = None) -> None:
        """Begin, resume or reload. Raises DmsFault for the wrong state, kind or position.

        DMS API reference, StartReplicationTask.
        """
        with self._lock:
            if self.status not in RESTS:
                # hashicorp/terraform-provider-aws#46516 has the message.
                raise invalid_state("Replication Task cannot be started, invalid state")
            action = self._action(kind, position)
            if not self._reachable():
                raise invalid_state(
                    "Test connection for replication instance and endpoints should be successful "
                    "for starting the replication task"
                )
            self._ever_started = True
            self.status, self.stop_reason, self.last_failure = "starting", None, None
            if kind != "resume-processing":
                self.loaded, self.began = None, time.time()
                self.start_position = position
                # A look at the tables before this start tells nothing of it.
                self._progress = None
                self._statistics.asked(tuple(self._statistics.troubles))
        told = f"taskType: {self.resources.migration_type}, startType: {kind}"
        self._in_background(
            action, "running", events.STARTED, f"{events.STARTED.message} with {told}"
        )

    def stop(self) -> None:
        """Halt, keeping the place. Raises DmsFault unless it runs."""
        with self._lock:
            if self.status != "running":
                raise self._wrong_state("STOP_REPLICATION")
            self.status = "stopping"
        reason = "Stop Reason NORMAL"
        self._in_background(self._replication.halt, "stopped", events.STOPPED, reason)

    def delete(self) -> None:
        """Remove the replication from both databases. Raises DmsFault while it runs."""
        with self._lock:
            if self.status not in RESTS:
                raise self._wrong_state("DELETE")
            self.status = "deleting"
        try:
            with self._looking:
                self._replication.remove()
        except ReplicationError as error:
            self._fail(str(error))
            raise invalid_state(str(error)) from error
        self.status, self._ever_started, self._progress = "ready", False, None
        self.start_position = self.began = self.started = None
        self._tell(events.DELETED)

    def modify(self, request: Mapping[str, Any]) -> None:
        """Settings, mappings. "The task must be stopped before you can modify it" (DMS API, ModifyReplicationTask)."""
        with self._lock:
            if self.status not in RESTS:
                # ministryofjustice/cloud-platform-environments#6529 has the message.
                raise invalid_state(
                    "Replication Task, excluding logging severity task settings, cannot be modified "
                    f"while it is {self.status} state"
                )
            before, self.status = self.status, "modifying"
            for section, values in json.loads(
                request.get("ReplicationTaskSettings") or "{}"
            ).items():
                known = self.settings.get(section)
                self.settings[section] = (
                    {**known, **values}
                    if isinstance(known, dict) and isinstance(values, dict)
                    else values
                )
            self.mappings = request.get("TableMappings") or self.mappings
        self._after_a_while(lambda: None, before, events.MODIFIED)

    def assess(self, request: dict[str, Any]) -> Run:
        """A premigration assessment. Raises DmsFault while it runs, and without two good connections."""
        with self._lock:
            if self.status not in RESTS or not self._reachable():
                # DMS API reference, StartReplicationTaskAssessment: both conditions, and the error.
                raise invalid_state(
                    "Replication task must be stopped, with successful connections, to be assessed"
                )
            run = self.assessments.begin(request)
            before, self.status = self.status, "testing"
        self._after_a_while(lambda: self.assessments.carry_out(run), before, None)
        return run

    def reload_tables(self, tables: tuple[Table, ...], option: str) -> None:
        """Load these again, or only compare them. Raises DmsFault unless the task runs.

        DMS API reference, ReloadTables; DMS user guide, Reloading tables during a task: how many, of which type of
        task, that none may be there twice, and that with DO_NOTHING the table is not emptied.
        """
        with self._lock:
            if self.status != "running" or self.resources.migration_type == "cdc":
                raise invalid_state(
                    "Tables can be reloaded only while a task that loads is running"
                )
            if not 1 <= len(tables) <= MOST_RELOADED or len(set(tables)) < len(tables):
                raise DmsFault(
                    "InvalidParameterValueException",
                    f"TablesToReload takes 1 to {MOST_RELOADED} tables, each once",
                )
            self._statistics.asked(tables)
        self._tell(events.RELOADED)
        if option == "validate-only":
            self._statistics.begun()
            return

        def act() -> None:
            with self._looking:
                try:
                    self._replication.reload_tables(tables, truncate=self._truncates)
                except ReplicationError as error:
                    self._fail(str(error))
                self._statistics.begun()
                self._looked_at = 0.0

        threading.Thread(target=act, daemon=True, name=WORK).start()

    def test_connection(self, side: Side) -> None:
        """Start a test; its result is in `connections` later, as in AWS."""
        self.connections[side] = ("testing", None)

        def test() -> None:
            self.swift.wait()
            try:
                self._check(side)
            except ReplicationError as error:
                self.connections[side] = ("failed", str(error))
            else:
                self.connections[side] = ("successful", None)

        threading.Thread(target=test, daemon=True, name=WORK).start()

    # What a test plants.

    def plant(self, breakdown: Breakdown) -> None:
        """Now, and whenever it comes to run, until it is cured."""
        self._breakdown = breakdown
        with self._looking:
            if self.status == "running":
                self._break_down()

    def plant_table(self, table: Table, trouble: TableTrouble) -> None:
        """Until the table is loaded again, cured."""
        with self._looking:
            self._statistics.troubles[table] = trouble

    def plant_connection(self, side: Side, trouble: NoConnection) -> None:
        """Until it is cured; what was tested before stays tested."""
        self._unreachable[side] = trouble

    def pause_reading(self, pause: ReadingPaused) -> None:
        """The task says that it runs; nothing is carried until it is cured."""
        kinds = {"swap": events.PAUSED_BY_SWAP, "disk": events.PAUSED_BY_DISK}
        with self._looking:
            self._replication.halt()
            self._paused = pause
        self._tell(kinds[pause.by])

    # What it shows.

    def progress(self, *, at_most_seconds_old: float = 0.2) -> Progress | None:
        """The newest look at the databases; None before the first start or without an answer."""
        if not self._ever_started or self.status in ("starting", "stopping"):
            # The databases are busy with the change of state; the API must not wait for them.
            return self._progress
        with self._looking:
            if time.monotonic() - self._looked_at > at_most_seconds_old:
                self._look()
            return self._progress

    def table_statistics(self) -> list[dict[str, Any]]:
        """As DescribeTableStatistics shows them; none before the first start."""
        progress = self.progress()
        validates = bool(self.settings.get("ValidationSettings", {}).get("EnableValidation"))
        with self._looking:
            return [
                self._statistics.row(table, validates=validates) for table in self._tables(progress)
            ]

    def describe(self, *, with_settings: bool = True) -> dict[str, Any]:
        """The task as DescribeReplicationTasks shows it."""
        progress = self.progress()
        resources = self.resources
        task: dict[str, Any] = {
            "ReplicationTaskIdentifier": resources.task_identifier,
            "SourceEndpointArn": resources.endpoint_arn("source"),
            "TargetEndpointArn": resources.endpoint_arn("target"),
            "ReplicationInstanceArn": resources.instance_arn,
            "MigrationType": resources.migration_type,
            "TableMappings": self.mappings,
            "ReplicationTaskSettings": json.dumps(self.settings),
            "Status": self.status,
            "LastFailureMessage": self.last_failure,
            "StopReason": self.stop_reason,
            "ReplicationTaskCreationDate": self.created,
            "ReplicationTaskStartDate": self.started,
            "CdcStartPosition": self.start_position,
            "ReplicationTaskArn": resources.task_arn,
            "ReplicationTaskStats": self._task_statistics(progress),
        }
        if not with_settings:
            del task["TableMappings"], task["ReplicationTaskSettings"]
        return {name: value for name, value in task.items() if value is not None}

    def _task_statistics(self, progress: Progress | None) -> dict[str, Any]:
        if progress is None:
            return {}
        states = [table.state for table in self._tables(progress)]
        loaded = states.count(COMPLETED)
        elapsed = (self.stopped or time.time()) - (self.started or time.time())
        statistics = {
            "FullLoadProgressPercent": 100 * loaded // len(states) if states else 0,
            "ElapsedTimeMillis": int(elapsed * 1000),
            "TablesLoaded": loaded,
            "TablesLoading": states.count("Full load") + states.count("Table is being reloaded"),
            "TablesQueued": states.count("Before load"),
            "TablesErrored": states.count("Table error"),
            "FreshStartDate": self.began,
            "StartDate": self.started,
            "StopDate": self.stopped,
            "FullLoadStartDate": self.began,
            "FullLoadFinishDate": self.loaded,
        }
        return {name: value for name, value in statistics.items() if value is not None}

    def _tables(self, progress: Progress | None) -> tuple[TableProgress, ...]:
        return self._statistics.shown(progress.tables if progress else ())

    # How it changes.

    @property
    def _truncates(self) -> bool:
        mode = self.settings.get("FullLoadSettings", {}).get("TargetTablePrepMode")
        return mode in ("TRUNCATE_BEFORE_LOAD", "DROP_AND_CREATE")

    @property
    def _stop_after_load(self) -> str | None:
        """The reason with which a finished load stops the task; None where it goes on (Full-load task settings)."""
        settings = self.settings.get("FullLoadSettings", {})
        if self.resources.migration_type == "cdc":
            return None  # It has no load, whatever the settings of one say.
        if self.resources.migration_type == "full-load":
            return "Stop Reason FULL_LOAD_ONLY_FINISHED"
        if settings.get("StopTaskCachedChangesApplied"):
            return "Stop Reason STOPPED_AFTER_CACHED_EVENTS"
        if settings.get("StopTaskCachedChangesNotApplied"):
            return "Stop Reason STOPPED_AFTER_FULL_LOAD"
        return None

    def _reachable(self) -> bool:
        return [status for status, _ in self.connections.values()] == ["successful"] * 2

    def _check(self, side: Side) -> None:
        trouble = self._unreachable.get(side)
        if trouble is not None:
            if not trouble.cured():
                raise ReplicationError(trouble.message)
            del self._unreachable[side]
        with self._looking:
            self._replication.check(side)

    def _action(self, kind: str, position: str | None) -> Callable[[], None]:
        actions: dict[str, Callable[[], None]] = {
            "start-replication": lambda: self._replication.begin(position),
            "resume-processing": self._replication.resume,
            "reload-target": lambda: self._replication.reload(truncate=self._truncates),
        }
        refuse_start_type(
            kind,
            position,
            follows=self.resources.migration_type == "cdc",
            ever_started=self._ever_started,
        )
        return actions[kind]

    def _in_background(
        self, action: Callable[[], None], status: str, kind: Kind, message: str
    ) -> None:
        """The API answers before the task has changed its state."""

        def act() -> None:
            with self._looking:
                try:
                    action()
                except ReplicationError as error:
                    self._fail(str(error))
                    return
                self._statistics.begun()
                with self._lock:
                    self.status = status
                    if status == "running":
                        self.started, self.stopped = time.time(), None
                    else:
                        self.stopped, self.stop_reason = time.time(), message
                self._tell(kind, message)
                if status == "running":
                    self._break_down()

        threading.Thread(target=act, daemon=True, name=WORK).start()

    def _after_a_while(self, act: Callable[[], None], status: str, kind: Kind | None) -> None:
        """Back to a state of rest."""

        def later() -> None:
            self.swift.wait()
            act()
            self.status = status
            if kind is not None:
                self._tell(kind)

        threading.Thread(target=later, daemon=True, name=WORK).start()

    def _look(self) -> None:
        try:
            self._read_again()
            self._progress = self._replication.observe()
        except ReplicationError as error:
            # What was seen before is no longer known to be so.
            self._progress = None
            self.last_failure = str(error)
            return
        finally:
            self._looked_at = time.monotonic()
        if self._progress.failure is not None and self.status == "running":
            # It would go on failing at the same change, and keep the slot busy.
            with suppress(ReplicationError):
                self._replication.halt()
            self._fail(self._progress.failure)
            return
        if {table.state for table in self._tables(self._progress)} == {COMPLETED}:
            self._after_the_load()

    def _after_the_load(self) -> None:
        if self.loaded is not None:
            return
        self.loaded = time.time()
        reason = self._stop_after_load
        if reason is None or self.status != "running":
            return
        self.status = "stopping"
        try:
            self._replication.halt()
        except ReplicationError as error:
            self._fail(str(error))
            return
        with self._lock:
            self.status, self.stopped, self.stop_reason = "stopped", time.time(), reason
        self._tell(events.STOPPED, reason)

    def _read_again(self) -> None:
        if self._paused is not None and self._paused.cured():
            self._replication.resume()
            self._paused = None
            self._tell(events.READING_AGAIN)

    def _break_down(self) -> None:
        """Called by whoever has the right to look."""
        breakdown = self._breakdown
        if breakdown is None:
            return
        if breakdown.cured():
            self._breakdown = None
            return
        with suppress(ReplicationError):
            self._replication.halt()
        if breakdown.status == "failed":
            self._fail(breakdown.failure or "", breakdown.stop_reason)
            return
        with self._lock:
            self.status, self.stopped = "stopped", time.time()
            self.stop_reason, self.last_failure = breakdown.stop_reason, breakdown.failure
        self._tell(events.STOPPED, breakdown.stop_reason)

    def _fail(self, message: str, reason: str = "Stop Reason FATAL_ERROR") -> None:
        with self._lock:
            self.status, self.stopped = "failed", time.time()
            self.last_failure, self.stop_reason = message, reason
        self._tell(events.FAILED, message)

    def _tell(self, kind: Kind, message: str = "") -> None:
        self.events.tell(
            kind,
            source="replication-task",
            identifier=self.resources.task_identifier,
            arn=self.resources.task_arn,
            message=message,
        )

    def _wrong_state(self, action: str) -> DmsFault:
        return invalid_state(
            f"Replication Task cannot be asked to {action}: its state is {self.status}"
        )


_ALL_TABLES = {
    "rule-type": "selection",
    "rule-id": "1",
    "rule-name": "all",
    "object-locator": {"schema-name": "%", "table-name": "%"},
    "rule-action": "include",
}
