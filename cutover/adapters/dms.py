"""The replication task in AWS DMS."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from botocore.exceptions import ClientError

from cutover.adapters.aws import error_code, translated
from cutover.errors import BadInput, ServiceUnavailable, StartRefused
from cutover.observations import ReplicationStatus, TableProgress

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_dms import DatabaseMigrationServiceClient
    from mypy_boto3_dms.literals import StartReplicationTaskTypeValueType
    from mypy_boto3_dms.type_defs import ReplicationTaskTypeDef, TableStatisticsTypeDef

RUNS: Final = ("starting", "running")
RESTS: Final = ("created", "ready", "stopping", "stopped", "failed")
"""States in which a task need not be asked to stop; in every other one that is not running it changes."""
TABLES_PER_RELOAD: Final = 10
"""DMS user guide, Reloading tables during a task."""
EVENTS_KEPT: Final = timedelta(days=14)
"""DMS API reference, DescribeEvents."""
READING_PAUSED: Final = "Reading paused"
READS_AGAIN: Final = ("Reading resumed", "task has started", "task has stopped", "task has failed")
"""DMS user guide, event messages of replication tasks: how each begins, or what is in it."""


class DmsReplicationTask:
    """cutover.ports.ReplicationTask over one task."""

    def __init__(self, client: DatabaseMigrationServiceClient, *, task_arn: str) -> None:
        self._client = client
        self._arn = task_arn

    def status(self) -> ReplicationStatus:
        task = self._described()
        statistics = task.get("ReplicationTaskStats", {})
        return ReplicationStatus(
            status=task.get("Status", "unknown"),
            stop_reason=task.get("StopReason", ""),
            failure=task.get("LastFailureMessage", ""),
            full_load_percent=statistics.get("FullLoadProgressPercent", 0),
            tables_errored=statistics.get("TablesErrored", 0),
            started="ReplicationTaskStartDate" in task,
            start_position=task.get("CdcStartPosition", ""),
            batch_apply=applies_in_batches(task.get("ReplicationTaskSettings", "{}")),
            migration_type=task.get("MigrationType", "unknown"),
            tables=tuple(
                TableProgress(
                    name=_name(row),
                    state=row.get("TableState", "unknown"),
                    validation=row.get("ValidationState", "unknown"),
                    rows=row.get("FullLoadRows", 0),
                    validation_pending=row.get("ValidationPendingRecords", 0),
                )
                for row in self._rows()
            ),
        )

    def exists(self) -> bool:
        try:
            self._described()
        except ServiceUnavailable as error:
            # After the line: only who ends a migration asks. Of one that is not there DMS says so by this fault.
            cause = error.__cause__
            if cause is None or (
                isinstance(cause, ClientError) and error_code(cause) == "ResourceNotFoundFault"
            ):
                return False
            raise
        return True

    def stop(self) -> None:
        if self._described().get("Status", "unknown") in RESTS:
            return
        self._ask(
            "stopping the replication task",
            lambda: self._client.stop_replication_task(ReplicationTaskArn=self._arn),
        )

    def start_at(self, position: str) -> None:
        """For a task of the type cdc, "to start from a specific position, you must use start-replication and also
        specify the start position", on later starts too (DMS API reference, StartReplicationTask)."""
        task = self._described()
        if task.get("Status") in RUNS:
            told = task.get("CdcStartPosition", "")
            if told == position:
                return
            raise StartRefused(
                f"the replication task {self._arn} is to start at {position}, and it is "
                f"{task.get('Status')} from {told or 'a position that DMS does not tell'}: stop it first"
            )
        self._ask(
            f"starting the replication task at {position}",
            lambda: self._client.start_replication_task(
                ReplicationTaskArn=self._arn,
                StartReplicationTaskType="start-replication",
                CdcStartPosition=position,
            ),
        )

    def resume(self) -> None:
        task = self._described()
        if task.get("Status") in RUNS:
            return
        if "ReplicationTaskStartDate" not in task:
            raise StartRefused(
                f"the replication task {self._arn} has never run: start it at a position"
            )
        self._start("resume-processing", "resuming the replication task")

    def load(self) -> None:
        """`start-replication` "is the only valid action that can be used for the first time a task [...] is run"
        (DMS API reference, StartReplicationTask)."""
        task = self._described()
        if task.get("Status") in RUNS:
            return
        if "ReplicationTaskStartDate" in task:
            raise StartRefused(f"the replication task {self._arn} ran before: resume it")
        self._start("start-replication", "starting the replication task")

    def load_anew(self) -> None:
        task = self._described()
        if task.get("Status") in RUNS:
            raise StartRefused(
                f"the replication task {self._arn} is {task.get('Status')}: stop it before it loads everything anew"
            )
        if "ReplicationTaskStartDate" not in task:
            raise StartRefused(f"the replication task {self._arn} has never run: start it")
        self._start("reload-target", "having the replication task load everything anew")

    def reload(self, tables: tuple[str, ...]) -> None:
        """Ten at a time. "DMS applies the TargetTablePrepMode setting": with DO_NOTHING the table must be empty."""
        known = {_name(row): row for row in self._rows()}
        if strange := [name for name in tables if name not in known]:
            raise BadInput(
                f"the task does not replicate {', '.join(strange)}: name a table as `schema.table`, as the table "
                "statistics of the task have it"
            )
        if (status := self._described().get("Status")) != "running":
            raise StartRefused(f"tables are reloaded while the task runs, and it is {status}")
        for first in range(0, len(tables), TABLES_PER_RELOAD):
            asked = [
                {
                    "SchemaName": known[name].get("SchemaName", ""),
                    "TableName": known[name].get("TableName", ""),
                }
                for name in tables[first : first + TABLES_PER_RELOAD]
            ]
            self._ask(
                f"reloading {', '.join(tables[first : first + TABLES_PER_RELOAD])}",
                lambda asked=asked: self._client.reload_tables(  # type: ignore[misc]
                    ReplicationTaskArn=self._arn,
                    TablesToReload=asked,
                    ReloadOption="data-reload",
                ),
            )

    def reading_paused(self) -> str:
        """By its events: no status and no metric of the task says so."""
        identifier = self._described().get("ReplicationTaskIdentifier", "")
        with translated("reading the events of the replication task"):
            pages = self._client.get_paginator("describe_events").paginate(
                SourceIdentifier=identifier,
                # The model names one type alone, the reference all three (API_Event).
                SourceType="replication-task",  # type: ignore[arg-type]
                Duration=int(EVENTS_KEPT.total_seconds() // 60),
            )
            told = [event for page in pages for event in page["Events"] if "Date" in event]
        for event in sorted(told, key=lambda each: each["Date"], reverse=True):
            message = event.get("Message", "")
            if message.startswith(READING_PAUSED):
                return message
            if any(words in message for words in READS_AGAIN) or message.startswith("Stop Reason"):
                return ""
        return ""

    def _start(self, kind: StartReplicationTaskTypeValueType, doing: str) -> None:
        self._ask(
            doing,
            lambda: self._client.start_replication_task(
                ReplicationTaskArn=self._arn, StartReplicationTaskType=kind
            ),
        )

    def _described(self) -> ReplicationTaskTypeDef:
        with translated("describing the replication task"):
            answer = self._client.describe_replication_tasks(
                Filters=[{"Name": "replication-task-arn", "Values": [self._arn]}]
            )
        tasks = answer["ReplicationTasks"]
        if not tasks:
            raise ServiceUnavailable(f"DMS knows no task {self._arn}")
        return tasks[0]

    def _ask(self, doing: str, call: Callable[[], object]) -> None:
        try:
            with translated(doing):
                call()
        except ServiceUnavailable as refused:  # either side: nothing was changed, ask again
            fault = refused.__cause__
            if not isinstance(fault, ClientError):
                raise
            if error_code(fault) != "InvalidResourceStateFault":
                raise
            state = self._described().get("Status", "unknown")
            raise ServiceUnavailable(f"{doing}: it is {state}: {fault}") from fault

    def _rows(self) -> list[TableStatisticsTypeDef]:
        with translated("reading the table statistics"):
            pages = self._client.get_paginator("describe_table_statistics").paginate(
                ReplicationTaskArn=self._arn
            )
            return [row for page in pages for row in page["TableStatistics"]]


def _name(row: TableStatisticsTypeDef) -> str:
    return f"{row.get('SchemaName', '')}.{row.get('TableName', '')}"


def applies_in_batches(settings: str) -> bool:
    """Whether TargetMetadata.BatchApplyEnabled is on (DMS user guide, task settings, TargetMetadata)."""
    parsed = json.loads(settings or "{}")
    return bool(parsed.get("TargetMetadata", {}).get("BatchApplyEnabled", False))
