"""The replication task as the DMS API shows it: its states, and what each may be asked to do."""

from __future__ import annotations

import json
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rehearsal.aws.dms.replication import ReplicationError
from rehearsal.aws.invoker import ACCOUNT, REGION

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Literal

    from rehearsal.aws.dms.replication import Progress, Replication, Side

    MigrationType = Literal["full-load-and-cdc", "cdc"]

_PREFIX = f"arn:aws:dms:{REGION}:{ACCOUNT}"


class DmsFault(Exception):
    """An error of the DMS API, by the name that botocore maps to an exception class."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, kw_only=True)
class DmsResources:
    """Names and settings of what the stand-in pretends to be."""

    task_identifier: str = "rehearsal"
    task_resource: str = "REHEARSALTASK0000000000000"
    """Last segment of the task's ARN: the metric dimension, not the identifier (DMS user guide, Monitoring)."""
    migration_type: MigrationType = "full-load-and-cdc"
    source_endpoint_resource: str = "REHEARSALSOURCE0000000000000"
    target_endpoint_resource: str = "REHEARSALTARGET0000000000000"
    """Last segments of the endpoints' ARNs; tasks may share an endpoint."""
    instance_identifier: str = "rehearsal-instance"
    instance_class: str = "dms.t3.medium"
    engine_version: str = "3.6.1"
    task_settings: Mapping[str, Any] = field(
        default_factory=lambda: {
            "TargetMetadata": {"BatchApplyEnabled": False, "SupportLobs": True},
            "FullLoadSettings": {"TargetTablePrepMode": "DO_NOTHING"},
            "ValidationSettings": {"EnableValidation": False},
        }
    )

    @property
    def task_arn(self) -> str:
        return f"{_PREFIX}:task:{self.task_resource}"

    @property
    def instance_arn(self) -> str:
        return f"{_PREFIX}:rep:REHEARSALINSTANCE000000000"

    def endpoint_arn(self, side: Side) -> str:
        resource = (
            self.source_endpoint_resource if side == "source" else self.target_endpoint_resource
        )
        return f"{_PREFIX}:endpoint:{resource}"

    def side(self, endpoint_arn: str) -> Side | None:
        """Whether the task reads from this endpoint or applies to it; None where neither."""
        sides: tuple[Side, Side] = ("source", "target")
        return next((side for side in sides if self.endpoint_arn(side) == endpoint_arn), None)


class DmsTask:
    """One task over one replication. Thread-safe.

    States: ready -> starting -> running -> stopping -> stopped, and failed (DMS API reference, ReplicationTask).
    """

    def __init__(self, replication: Replication, resources: DmsResources) -> None:
        self.resources = resources
        self.connections: dict[Side, tuple[str, str | None]] = {}
        """Last test of each endpoint: testing, successful or failed, with the reason."""
        self._replication = replication
        self._lock = threading.RLock()
        self._looking = threading.Lock()
        self._looked_at = 0.0
        self._progress: Progress | None = None
        self._ever_started = False
        self.start_position: str | None = None
        self.status = "ready"
        self.stop_reason: str | None = None
        self.last_failure: str | None = None
        self.created = time.time()
        self.started: float | None = None
        self.stopped: float | None = None
        self.loaded: float | None = None

    def start(self, kind: str, position: str | None = None) -> None:
        """Begin, resume or reload. Raises DmsFault for the wrong state, kind or position.

        DMS API reference, StartReplicationTask.
        """
        with self._lock:
            if self.status not in ("ready", "stopped", "failed"):
                raise self._wrong_state("START_REPLICATION")
            action = self._action(kind, position)
            if [status for status, _ in self.connections.values()] != ["successful"] * 2:
                raise DmsFault(
                    "InvalidResourceStateFault",
                    "Test connection for replication instance and endpoints should be successful "
                    "for starting the replication task",
                )
            self._ever_started = True
            self.status, self.stop_reason, self.last_failure = "starting", None, None
            if kind != "resume-processing":
                self.loaded = None
                self.start_position = position
                # A look at the tables before this start tells nothing of it.
                self._progress = None
        self._in_background(action, "running")

    def stop(self) -> None:
        """Halt, keeping the place. Raises DmsFault unless it runs."""
        with self._lock:
            if self.status != "running":
                raise self._wrong_state("STOP_REPLICATION")
            self.status = "stopping"
        self._in_background(self._replication.halt, "stopped")

    def delete(self) -> None:
        """Remove the replication from both databases. Raises DmsFault while it runs."""
        with self._lock:
            if self.status not in ("ready", "stopped", "failed"):
                raise self._wrong_state("DELETE")
            self.status = "deleting"
        try:
            with self._looking:
                self._replication.remove()
        except ReplicationError as error:
            self._fail(str(error))
            raise DmsFault("InvalidResourceStateFault", str(error)) from error
        self.status, self._ever_started, self._progress = "ready", False, None
        self.start_position = None

    def test_connection(self, side: Side) -> None:
        """Start a test; its result is in `connections` later, as in AWS."""
        self.connections[side] = ("testing", None)

        def test() -> None:
            try:
                with self._looking:
                    self._replication.check(side)
            except ReplicationError as error:
                self.connections[side] = ("failed", str(error))
            else:
                self.connections[side] = ("successful", None)

        threading.Thread(target=test, daemon=True).start()

    def progress(self, *, at_most_seconds_old: float = 0.2) -> Progress | None:
        """The newest look at the databases; None before the first start or without an answer."""
        if not self._ever_started or self.status in ("starting", "stopping"):
            # The databases are busy with the change of state; the API must not wait for them.
            return self._progress
        with self._looking:
            if time.monotonic() - self._looked_at > at_most_seconds_old:
                self._look()
            return self._progress

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
            "TableMappings": json.dumps({"rules": [_ALL_TABLES]}),
            "ReplicationTaskSettings": json.dumps(resources.task_settings),
            "Status": self.status,
            "LastFailureMessage": self.last_failure,
            "StopReason": self.stop_reason,
            "ReplicationTaskCreationDate": self.created,
            "ReplicationTaskStartDate": self.started,
            "CdcStartPosition": self.start_position,
            "ReplicationTaskArn": resources.task_arn,
            "ReplicationTaskStats": self._statistics(progress),
        }
        if not with_settings:
            del task["TableMappings"], task["ReplicationTaskSettings"]
        return {name: value for name, value in task.items() if value is not None}

    def _statistics(self, progress: Progress | None) -> dict[str, Any]:
        if progress is None:
            return {}
        states = [table.state for table in progress.tables]
        loaded = states.count("Table completed")
        elapsed = (self.stopped or time.time()) - (self.started or time.time())
        statistics = {
            "FullLoadProgressPercent": 100 * loaded // len(states) if states else 0,
            "ElapsedTimeMillis": int(elapsed * 1000),
            "TablesLoaded": loaded,
            "TablesLoading": states.count("Full load"),
            "TablesQueued": states.count("Before load"),
            "TablesErrored": states.count("Table error"),
            "StartDate": self.started,
            "StopDate": self.stopped,
            "FullLoadStartDate": self.started,
            "FullLoadFinishDate": self.loaded,
        }
        return {name: value for name, value in statistics.items() if value is not None}

    def _action(self, kind: str, position: str | None) -> Callable[[], None]:
        actions: dict[str, Callable[[], None]] = {
            "start-replication": lambda: self._replication.begin(position),
            "resume-processing": self._replication.resume,
            "reload-target": self._replication.reload,
        }
        if kind not in actions:
            raise DmsFault("InvalidParameterValueException", f"Invalid start type: {kind}")
        follows = self.resources.migration_type == "cdc"
        if follows and kind == "reload-target":
            raise DmsFault(
                "InvalidParameterCombinationException",
                "Start Type : RELOAD_TARGET, not valid for tasks of the type cdc",
            )
        if position is not None and not (follows and kind == "start-replication"):
            # "For a cdc only task, to start from a specific position, you must use
            # start-replication and also specify the start position."
            raise DmsFault(
                "InvalidParameterCombinationException",
                "CdcStartPosition is for the start-replication of a task of the type cdc",
            )
        if follows and kind == "start-replication":
            if position is None:
                raise DmsFault(
                    "InvalidParameterCombinationException",
                    "The source endpoint names a slot, and the task has no CdcStartPosition",
                )
        elif (kind == "start-replication") == self._ever_started:
            when = "for the first time" if kind == "start-replication" else "previously"
            spelled = kind.upper().replace("-", "_")
            raise DmsFault(
                "InvalidParameterCombinationException",
                f"Start Type : {spelled}, valid only for tasks running {when}",
            )
        return actions[kind]

    def _in_background(self, action: Callable[[], None], status: str) -> None:
        """The API answers before the task has changed its state."""

        def act() -> None:
            try:
                with self._looking:
                    action()
            except ReplicationError as error:
                self._fail(str(error))
                return
            with self._lock:
                self.status = status
                if status == "running":
                    self.started, self.stopped = time.time(), None
                else:
                    self.stopped, self.stop_reason = time.time(), "Stop Reason NORMAL"

        threading.Thread(target=act, daemon=True).start()

    def _look(self) -> None:
        try:
            self._progress = self._replication.observe()
        except ReplicationError as error:
            # What was seen before is no longer known to be so.
            self._progress = None
            self.last_failure = str(error)
            return
        finally:
            self._looked_at = time.monotonic()
        states = {table.state for table in self._progress.tables}
        if states == {"Table completed"} and self.loaded is None:
            self.loaded = time.time()
        if self._progress.failure is not None and self.status == "running":
            # It would go on failing at the same change, and keep the slot busy.
            with suppress(ReplicationError):
                self._replication.halt()
            self._fail(self._progress.failure)

    def _fail(self, message: str) -> None:
        with self._lock:
            self.status, self.stopped = "failed", time.time()
            self.last_failure, self.stop_reason = message, "Stop Reason FATAL_ERROR"

    def _wrong_state(self, action: str) -> DmsFault:
        return DmsFault(
            "InvalidResourceStateFault",
            f"Replication Task cannot be asked to {action}: its state is {self.status}",
        )


_ALL_TABLES = {
    "rule-type": "selection",
    "rule-id": "1",
    "rule-name": "all",
    "object-locator": {"schema-name": "%", "table-name": "%"},
    "rule-action": "include",
}
