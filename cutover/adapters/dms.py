"""The replication task in AWS DMS."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from cutover.adapters.aws import translated
from cutover.errors import ServiceUnavailable
from cutover.observations import ReplicationStatus, TableProgress

if TYPE_CHECKING:
    from mypy_boto3_dms import DatabaseMigrationServiceClient


class DmsReplicationTask:
    """cutover.ports.ReplicationTask over one task."""

    def __init__(self, client: DatabaseMigrationServiceClient, *, task_arn: str) -> None:
        self._client = client
        self._arn = task_arn

    def status(self) -> ReplicationStatus:
        with translated("describing the replication task"):
            answer = self._client.describe_replication_tasks(
                Filters=[{"Name": "replication-task-arn", "Values": [self._arn]}]
            )
        tasks = answer["ReplicationTasks"]
        if not tasks:
            raise ServiceUnavailable(f"DMS knows no task {self._arn}")
        task = tasks[0]
        statistics = task.get("ReplicationTaskStats", {})
        return ReplicationStatus(
            status=task.get("Status", "unknown"),
            stop_reason=task.get("StopReason", ""),
            failure=task.get("LastFailureMessage", ""),
            full_load_percent=statistics.get("FullLoadProgressPercent", 0),
            tables_errored=statistics.get("TablesErrored", 0),
            batch_apply=applies_in_batches(task.get("ReplicationTaskSettings", "{}")),
            tables=self._tables(),
        )

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
