"""The replication task in AWS DMS."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from botocore.exceptions import ClientError

from cutover.adapters.aws import error_code, translated
from cutover.errors import ServiceUnavailable, StartRefused
from cutover.observations import ReplicationStatus, TableProgress

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_dms import DatabaseMigrationServiceClient
    from mypy_boto3_dms.type_defs import ReplicationTaskTypeDef

RUNS: Final = ("starting", "running")
RESTS: Final = ("created", "ready", "stopping", "stopped", "failed")
"""States in which a task need not be asked to stop; in every other one that is not running it changes."""


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
            tables=self._tables(),
        )

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
        self._ask(
            "resuming the replication task",
            lambda: self._client.start_replication_task(
                ReplicationTaskArn=self._arn, StartReplicationTaskType="resume-processing"
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

    def _tables(self) -> tuple[TableProgress, ...]:
        with translated("reading the table statistics"):
            pages = self._client.get_paginator("describe_table_statistics").paginate(
                ReplicationTaskArn=self._arn
            )
            return tuple(
                TableProgress(
                    name=f"{row.get('SchemaName', '')}.{row.get('TableName', '')}",
                    state=row.get("TableState", "unknown"),
                    validation=row.get("ValidationState", "unknown"),
                )
                for page in pages
                for row in page["TableStatistics"]
            )


def applies_in_batches(settings: str) -> bool:
    """Whether TargetMetadata.BatchApplyEnabled is on (DMS user guide, task settings, TargetMetadata)."""
    parsed = json.loads(settings or "{}")
    return bool(parsed.get("TargetMetadata", {}).get("BatchApplyEnabled", False))
