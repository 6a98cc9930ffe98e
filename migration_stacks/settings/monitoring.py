"""The sections [monitoring] and [notifications]: what is watched, and who is told."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, StrictInt

from migration_stacks.settings.types import Email, Section


class MonitoringSettings(Section):
    replication_lag_seconds: StrictInt = Field(60, ge=1, le=3600, description="alarm above")
    cpu_percent: StrictInt = Field(80, ge=1, le=99, description="of an instance; alarm above")
    connections: StrictInt = Field(
        800, ge=1, le=15_000, description="of the whole cluster; alarm above"
    )
    log_retention_days: Literal[30, 90, 180, 365] = Field(90, description="of every log group")


class NotificationSettings(Section):
    emails: tuple[Email, ...] = Field((), description="who is told")
