"""How long logs are kept, in CDK's words."""

from __future__ import annotations

from typing import Final

from aws_cdk import aws_logs as logs

_BY_DAYS: Final = {
    30: logs.RetentionDays.ONE_MONTH,
    90: logs.RetentionDays.THREE_MONTHS,
    180: logs.RetentionDays.SIX_MONTHS,
    365: logs.RetentionDays.ONE_YEAR,
}


def retention(days: int) -> logs.RetentionDays:
    """`days` is one of those that MonitoringSettings.log_retention_days allows."""
    return _BY_DAYS[days]
