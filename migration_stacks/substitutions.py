"""The plan as the state machine's placeholders."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from migration_stacks.settings import CutoverSettings


def plan_substitutions(settings: CutoverSettings) -> dict[str, str]:
    """Text throughout: CloudFormation puts it where the placeholder is, without quotes."""
    return {
        "StageWeights": ",".join(str(weight) for weight in settings.stages),
        "BakeSeconds": str(settings.bake_seconds),
        "PollSeconds": str(settings.poll_seconds),
        "MaxHoldSeconds": str(settings.max_hold_seconds),
        "MaxLagSeconds": str(settings.max_lag_seconds),
        "MetricMaxAgeSeconds": str(settings.metric_max_age_seconds),
        "RecordTtlSeconds": str(settings.record_ttl_seconds),
        "WriteRecordMoves": settings.write_record_moves,
        "SwitchDeadlineSeconds": str(settings.switch_deadline_seconds),
        "LockPatienceMilliseconds": str(settings.lock_patience_milliseconds),
        "MaxTransactionSeconds": str(settings.max_transaction_seconds),
        "SequenceMargin": str(settings.sequence_margin),
    }
