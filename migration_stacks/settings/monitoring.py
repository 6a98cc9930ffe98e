"""The sections [monitoring] and [notifications]: what is watched, and who is told."""

from __future__ import annotations

import re
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field, StrictInt

from migration_stacks.settings.faults import fault
from migration_stacks.settings.types import Email, Section

_RUNBOOK: Final = re.compile(r"https://[\w.-]+(:\d+)?(/[\w./~%?=&+-]*)?|[\w./-]+")


def _runbook(value: str) -> str:
    if not _RUNBOOK.fullmatch(value):
        raise fault(
            f"is {value!r}; alarms append #section to it: write an https address or a path of this "
            "repository, without # and spaces"
        )
    return value


class MonitoringSettings(Section):
    replication_lag_seconds: StrictInt = Field(60, ge=1, le=3600, description="alarm above")
    cpu_percent: StrictInt = Field(80, ge=1, le=99, description="of an instance; alarm above")
    connections: StrictInt = Field(
        800, ge=1, le=15_000, description="of the whole cluster; alarm above"
    )
    heartbeat_lag_seconds: StrictInt = Field(
        60, ge=5, le=3600, description="age of the newest heartbeat on the target; alarm above"
    )
    silence_minutes: StrictInt = Field(
        30,
        ge=10,
        le=240,
        multiple_of=5,
        description="without a check; alarm after it, and at least twice the checks' interval",
    )
    source_slot_wal_gigabytes: StrictInt = Field(
        10, ge=1, le=10_000, description="kept on the source by one slot; alarm above"
    )
    source_disk_hours: StrictInt = Field(
        24, ge=1, le=8760, description="until WAL fills the source's disk; alarm below"
    )
    source_transaction_minutes: StrictInt = Field(
        60, ge=1, le=10_080, description="age of a transaction on the source; alarm above"
    )
    reverse_replication_lag_seconds: StrictInt = Field(
        300, ge=1, le=86_400, description="of the way back; alarm above"
    )
    dms_free_storage_gigabytes: StrictInt = Field(
        20, ge=1, le=6144, description="of the DMS instance's disk; alarm below"
    )
    dms_available_memory_megabytes: StrictInt = Field(
        1024, ge=64, le=65_536, description="of the DMS instance; alarm below"
    )
    replica_lag_milliseconds: StrictInt = Field(
        1000, ge=10, le=600_000, description="of an Aurora reader; alarm above"
    )
    capacity_percent: StrictInt = Field(
        95, ge=50, le=99, description="of database.max_capacity; alarm above"
    )
    runbook_url: Annotated[str, AfterValidator(_runbook)] = Field(
        "docs/runbook.md", description="what alarms and dashboard refer to"
    )
    log_retention_days: Literal[30, 90, 180, 365] = Field(90, description="of every log group")


class NotificationSettings(Section):
    emails: tuple[Email, ...] = Field((), description="who is told")
