"""Values that tests start from; each test changes what it is about."""

from __future__ import annotations

import uuid
from typing import Any

from cutover.adapters.memory import SLOTS, MemoryDatabase
from cutover.observations import (
    Alarm,
    Lag,
    MetricReading,
    RecordWeights,
    ReplicationStatus,
    StageObservation,
    TableProgress,
)
from cutover.plan import CutoverPlan, WriteRecordMoves
from cutover.steps.replication import SlotPlan

PLAN_VALUES: dict[str, Any] = {
    "weights": (20, 50, 80, 100),
    "bake_seconds": 300,
    "poll_seconds": 60,
    "max_hold_seconds": 900,
    "max_lag_seconds": 60,
    "metric_max_age_seconds": 300,
    "record_ttl_seconds": 5,
    "write_record_moves": WriteRecordMoves.BEFORE_SWITCH,
    "switch_deadline_seconds": 10,
    "lock_patience_milliseconds": 250,
    "max_transaction_seconds": 5,
    "sequence_margin": 1000,
}


def hold_tokens_back(origin: MemoryDatabase) -> None:
    """The stream carries until a token is written, and from then on nothing."""
    write = origin.write_token

    def held_back(token: str) -> str:
        origin.replicating = False
        return write(token)

    setattr(origin, "write_token", held_back)  # noqa: B010  (one database, as a test leads it)


def slots() -> SlotPlan:
    """The slots of the world in memory."""
    return SlotPlan(names=SLOTS, plugin="test_decoding")


def plan(**changes: Any) -> CutoverPlan:
    """The seed's plan with changes."""
    return CutoverPlan(**{**PLAN_VALUES, **changes})


def observation(now: Any, *, share: int = 20, **changes: Any) -> StageObservation:
    """A stage at `share` percent in which everything is good, with changes."""
    values: dict[str, Any] = {
        "lag": Lag(seconds=1.0, measured_at=now),
        "replication": ReplicationStatus(
            status="running",
            full_load_percent=100,
            tables=(
                TableProgress(name="public.t", state="Table completed", validation="Validated"),
            ),
        ),
        "latencies": (
            MetricReading(name="CDCLatencySource", value=1.0, at=now),
            MetricReading(name="CDCLatencyTarget", value=0.5, at=now),
        ),
        "alarms": (Alarm(name="replication-lag", state="OK"),),
        "reads": RecordWeights(name="ro", source=100 - share, target=share),
        "writes": RecordWeights(name="rw", source=100, target=0),
    }
    return StageObservation(**{**values, **changes})


def proof() -> dict[str, Any]:
    """What a closing keeps, as short as it may be."""
    return {"token": str(uuid.uuid4())}
