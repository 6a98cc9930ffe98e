"""What DescribeTableStatistics tells of each table: the copy as it is, and what a test says of it instead."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from rehearsal.aws.dms.replication import ReplicationError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rehearsal.aws.dms.ailments import TableTrouble
    from rehearsal.aws.dms.replication import Replication, Table, TableProgress

COMPLETED: Final = "Table completed"


class Statistics:
    """Of the tables of one task. Not thread-safe: its task is."""

    def __init__(self, replication: Replication) -> None:
        self._replication = replication
        self.troubles: dict[Table, TableTrouble] = {}
        self._asked: set[Table] = set()
        self._loading: set[Table] = set()
        self._validated: set[Table] = set()
        self._compared_at = 0.0

    def shown(self, tables: Iterable[TableProgress]) -> tuple[TableProgress, ...]:
        """The tables as the task shows them."""
        return tuple(self._shown(table) for table in tables)

    def asked(self, tables: Iterable[Table]) -> None:
        """These are to be loaded again; what is cured is forgotten with it."""
        for table in tables:
            self._asked.add(table)
            self._validated.discard(table)
            trouble = self.troubles.get(table)
            if trouble is not None and trouble.cured():
                del self.troubles[table]

    def begun(self) -> None:
        """What was asked for is on its way: from here the databases tell when it is done."""
        self._loading |= self._asked
        self._asked.clear()

    def row(self, table: TableProgress, *, validates: bool) -> dict[str, Any]:
        """DMS API reference, TableStatistics."""
        trouble = self.troubles.get(table.key)
        return {
            "SchemaName": table.schema,
            "TableName": table.name,
            "Inserts": table.inserts,
            "Updates": table.updates,
            "Deletes": table.deletes,
            "Ddls": 0,
            "AppliedInserts": table.inserts,
            "AppliedUpdates": table.updates,
            "AppliedDeletes": table.deletes,
            "AppliedDdls": 0,
            "FullLoadRows": table.full_load_rows,
            "FullLoadCondtnlChkFailedRows": 0,
            "FullLoadErrorRows": 0,
            "LastUpdateTime": time.time(),
            "TableState": table.state,
            "ValidationPendingRecords": 0 if trouble is None else trouble.pending,
            "ValidationFailedRecords": 0 if trouble is None else trouble.failed,
            "ValidationSuspendedRecords": 0 if trouble is None else trouble.suspended,
            "ValidationState": self._validation(table, validates=validates),
        }

    def _shown(self, table: TableProgress) -> TableProgress:
        trouble = self.troubles.get(table.key)
        if trouble is not None and trouble.state is not None:
            return replace(table, state=trouble.state)
        if table.key in self._loading and table.state in (COMPLETED, "Table error"):
            self._loading.discard(table.key)
        if table.key in self._asked | self._loading:
            return replace(table, state="Table is being reloaded")
        return table

    def _validation(self, table: TableProgress, *, validates: bool) -> str:
        """By comparing all rows at once, where DMS compares them part by part and again after a while."""
        trouble = self.troubles.get(table.key)
        if trouble is not None and trouble.validation is not None:
            return trouble.validation
        if not validates:
            return "Not enabled"
        if table.state == "Table error":
            return "Table error"
        if table.state != COMPLETED:
            return "Pending validation"
        if table.key not in self._validated:
            try:
                if self._replication.differs(table.key):
                    return "Pending records"
            except ReplicationError:
                return "Error"
            self._validated.add(table.key)
        return "Validated"
