"""The settings and table mappings of a DMS task, typed, as the JSON text that the API wants."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

# Tables of the schema `cutover` that travel with the application's: the rows by which lag is
# measured and by which the drain is proven.
PROOF_TABLES: Final = (("cutover", "heartbeat"), ("cutover", "token"))

_LOGGED: Final = (
    "SOURCE_UNLOAD",
    "SOURCE_CAPTURE",
    "TARGET_LOAD",
    "TARGET_APPLY",
    "TASK_MANAGER",
    "TABLES_MANAGER",
    "METADATA_MANAGER",
    "SORTER",
    "FILE_FACTORY",
    "TRANSFORMATION",
    "VALIDATOR_EXT",
)


def escape(name: str) -> str:
    """A name as a pattern that matches only itself: in a mapping `_` stands for any character."""
    return name.replace("_", "[_]").replace("%", "[%]")


def table_mappings(*, schemas: Sequence[str]) -> str:
    """Every table of these schemas, and the two that carry the proof."""
    chosen = [(escape(schema), "%") for schema in schemas]
    chosen += [(escape(schema), escape(table)) for schema, table in PROOF_TABLES]
    rules = [
        {
            "rule-type": "selection",
            "rule-id": str(number),
            "rule-name": str(number),
            "object-locator": {"schema-name": schema, "table-name": table},
            "rule-action": "include",
        }
        for number, (schema, table) in enumerate(chosen, start=1)
    ]
    return json.dumps({"rules": rules}, indent=1)


@dataclass(frozen=True, kw_only=True)
class TaskSettings:
    """What differs between tasks; the rest follows from PostgreSQL to Aurora PostgreSQL with a
    schema that is made beforehand."""

    lob_max_kilobytes: int
    """A longer value stops the task: DMS would otherwise cut it off."""

    full_load_tables: int
    """Tables loaded side by side, at most 49."""

    def document(self) -> str:
        return json.dumps(
            {
                "TargetMetadata": self._target_metadata(),
                "FullLoadSettings": self._full_load(),
                "Logging": _logging(),
                "ControlTablesSettings": _control_tables(),
                "StreamBufferSettings": {
                    "StreamBufferCount": 3,
                    "StreamBufferSizeInMB": 8,
                    "CtrlStreamBufferSizeInMB": 5,
                },
                "ChangeProcessingTuning": _change_processing(),
                "ChangeProcessingDdlHandlingPolicy": {
                    "HandleSourceTableDropped": False,
                    "HandleSourceTableTruncated": False,
                    "HandleSourceTableAltered": False,
                },
                "ErrorBehavior": _error_behavior(),
                "ValidationSettings": self._validation(),
            },
            indent=1,
        )

    def _target_metadata(self) -> dict[str, Any]:
        return {
            "TargetSchema": "",
            "SupportLobs": True,
            "FullLobMode": False,
            "LobChunkSize": 0,
            "LimitedSizeLobMode": True,
            "LobMaxSize": self.lob_max_kilobytes,
            "InlineLobMaxSize": 0,
            "LoadMaxFileSize": 0,
            "ParallelLoadThreads": 0,
            "ParallelLoadBufferSize": 0,
            "ParallelLoadQueuesPerThread": 0,
            "ParallelApplyThreads": 0,
            "ParallelApplyBufferSize": 0,
            "ParallelApplyQueuesPerThread": 0,
            # Changes must arrive in commit order: the token row proves the drain only then.
            "BatchApplyEnabled": False,
            "TaskRecoveryTableEnabled": True,
        }

    def _full_load(self) -> dict[str, Any]:
        return {
            # DMS makes tables without secondary keys, defaults or sequences, and even TRUNCATE
            # fails before a foreign key. The schema is made beforehand, the tables are empty.
            "TargetTablePrepMode": "DO_NOTHING",
            "CreatePkAfterFullLoad": False,
            "StopTaskCachedChangesApplied": False,
            "StopTaskCachedChangesNotApplied": False,
            "MaxFullLoadSubTasks": self.full_load_tables,
            "TransactionConsistencyTimeout": 600,
            "CommitRate": 10_000,
        }

    def _validation(self) -> dict[str, Any]:
        return {
            "EnableValidation": True,
            "ValidationMode": "ROW_LEVEL",
            "ThreadCount": 5,
            "PartitionSize": 10_000,
            "FailureMaxCount": 10_000,
            "TableFailureMaxCount": 1_000,
            "RecordFailureDelayInMinutes": 5,
            "RecordFailureDelayLimitInMinutes": 1,
            "RecordSuspendDelayInMinutes": 30,
            "MaxKeyColumnSize": 8_096,
            "HandleCollationDiff": True,
            "SkipLobColumns": False,
            # Compared up to where it was copied: less leaves ends unseen, more finds differences
            # that are none.
            "ValidationPartialLobSize": self.lob_max_kilobytes,
            "ValidationOnly": False,
            "ValidationQueryCdcDelaySeconds": 0,
        }


def _error_behavior() -> dict[str, Any]:
    """Stop, never skip: a row that was skipped is a row that was lost, and a task that stopped is
    seen at once. Only what passes by itself (a network, a restart) is tried again, for ever."""
    return {
        "DataErrorPolicy": "STOP_TASK",
        "DataTruncationErrorPolicy": "STOP_TASK",
        "DataErrorEscalationPolicy": "STOP_TASK",
        "DataErrorEscalationCount": 0,
        "EventErrorPolicy": "STOP_TASK",
        "FailOnNoTablesCaptured": True,
        "TableErrorPolicy": "STOP_TASK",
        "TableErrorEscalationPolicy": "STOP_TASK",
        "TableErrorEscalationCount": 0,
        "RecoverableErrorCount": -1,
        "RecoverableErrorInterval": 5,
        "RecoverableErrorThrottling": True,
        "RecoverableErrorThrottlingMax": 1_800,
        "RecoverableErrorStopRetryAfterThrottlingMax": False,
        "ApplyErrorDeletePolicy": "STOP_TASK",
        "ApplyErrorInsertPolicy": "STOP_TASK",
        "ApplyErrorUpdatePolicy": "STOP_TASK",
        "ApplyErrorEscalationPolicy": "STOP_TASK",
        "ApplyErrorEscalationCount": 0,
        "ApplyErrorFailOnTruncationDdl": True,
        # Changes made while a table was being loaded are in the load and in the cache: applying
        # them again must find its row there already.
        "FullLoadIgnoreConflicts": True,
    }


def _logging() -> dict[str, Any]:
    return {
        "EnableLogging": True,
        "EnableLogContext": True,
        "LogComponents": [{"Id": part, "Severity": "LOGGER_SEVERITY_DEFAULT"} for part in _LOGGED],
    }


def _control_tables() -> dict[str, Any]:
    return {
        # Without a schema of their own they would be in `public`, among the application's.
        "ControlSchema": "awsdms_control",
        "HistoryTimeslotInMinutes": 5,
        "HistoryTableEnabled": True,
        "SuspendedTablesTableEnabled": True,
        "StatusTableEnabled": True,
    }


def _change_processing() -> dict[str, Any]:
    return {
        "BatchApplyTimeoutMin": 1,
        "BatchApplyTimeoutMax": 30,
        "BatchApplyMemoryLimit": 500,
        "BatchSplitSize": 0,
        "MinTransactionSize": 1_000,
        "CommitTimeout": 1,
        "MemoryLimitTotal": 1_024,
        "MemoryKeepTime": 60,
        "StatementCacheSize": 50,
    }
