"""What differs from one switch of the arena to another before it begins."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from cutover.plan import CutoverPlan, WriteRecordMoves
from rehearsal.faults.client_process import Load
from rehearsal.faults.clients import Habit
from rehearsal.workload.database import OWNER

PLAN: Final[dict[str, Any]] = {
    "weights": (100,),
    "bake_seconds": 1,
    "poll_seconds": 1,
    "max_hold_seconds": 3,
    "max_lag_seconds": 5,
    "metric_max_age_seconds": 120,
    "record_ttl_seconds": 1,
    "write_record_moves": WriteRecordMoves.BEFORE_SWITCH,
    "switch_deadline_seconds": 2,
    "lock_patience_milliseconds": 250,
    "max_transaction_seconds": 2,
    "sequence_margin": 1000,
}


@dataclass(frozen=True, kw_only=True)
class Setup:
    """What differs from one switch to another before it begins."""

    habits: tuple[Habit, ...] = ()
    """Writers beside the ordinary ones."""
    hold_seconds: float = 0.0
    plan: dict[str, Any] = field(default_factory=dict)
    """Where it is another one than PLAN."""
    shift: timedelta = timedelta(0)
    """Of the controllers' clocks."""
    clocks_differ: bool = False
    """Each invocation's clock is wrong by that or right, by chance."""
    starts: int = 1
    """2: the last move is started twice at the same moment."""
    probed: bool = False
    """With a prober on each side."""
    documented_roles: bool = False
    """The controllers connect as the role of docs/source-roles.sql, on both sides; else as a superuser."""
    facts: dict[str, Any] = field(default_factory=dict)
    load: Load = field(default_factory=Load)
    more_tables: int = 0
    """Empty ones with a key, beside the clients' own."""
    application: str = OWNER
    """The role of the clients."""
    target_open: bool = False
    """Without this project's gate: for ways that have none."""
    moves: int = 1
    """How often the writer moves; the faults are those of the last move. 2: a rollback, 3: and there again."""

    def whole_plan(self) -> CutoverPlan:
        """The plan that the state machines follow."""
        return CutoverPlan(**{**PLAN, **self.plan})
