"""What a cutover will do and within which limits: one frozen value, checked when it is made."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Final

from cutover.errors import BadInput

LARGEST_ROUTE53_WEIGHT: Final = 255
"""Route 53 API reference, ResourceRecordSet.Weight."""

ALL_READS: Final = 100


class WriteRecordMoves(StrEnum):
    """When the write record goes from the source to the target (docs/decisions/0002)."""

    BEFORE_SWITCH = "before-switch"
    """The name has reached every cache before a write is refused; newcomers are held on the target."""

    AFTER_SWITCH = "after-switch"
    """The pause holds Route 53's propagation and the caches' time to live."""


@dataclass(frozen=True, kw_only=True)
class CutoverPlan:
    """The plan of one cutover. Field names are those of `$plan` in state_machines/cutover.asl.json.

    Raises BadInput, naming every fault at once.
    """

    weights: tuple[int, ...]
    """Share of the reads that the target gets, stage by stage, in percent; increasing, the last is 100."""
    bake_seconds: int
    """How long a stage is watched before the next."""
    poll_seconds: int
    """Time between two checks; also how soon an operator's word takes effect."""
    max_hold_seconds: int
    """How long something may stay unknown before the cutover goes back."""
    max_lag_seconds: int
    """Largest age of the newest heartbeat on the target, and of DMS's two latencies together."""
    metric_max_age_seconds: int
    """A data point older than this says nothing."""
    record_ttl_seconds: int
    """Time to live of the records, so of the answers in resolvers' caches."""
    write_record_moves: WriteRecordMoves
    switch_deadline_seconds: int
    """The switch gives up when the barrier has stood this long."""
    lock_patience_milliseconds: int
    """How long a session in the barrier's way may stand still before it is ended; if busy, it has four times that."""
    max_transaction_seconds: int
    """A source transaction older than this makes the switch come back later."""
    sequence_margin: int
    """Increments added to each sequence: numbers drawn by transactions that never committed."""

    approve_before: tuple[int | str, ...] = ()
    """Stages, by their percentage, and "switch": before each a person is asked."""
    approval_hours: int = 24
    """How long a question waits for its answer; then the cutover goes back."""
    large_objects_unused: bool = False
    """The operator answers for it that nothing reads or writes the large objects that are there."""
    source_watch_max_age_seconds: int = 0
    """A look at the source's schema older than this says nothing; 0: nobody watches it, and nothing is asked."""

    def __post_init__(self) -> None:
        faults = [
            *weight_faults(self.weights),
            *self._duration_faults(),
            *approval_faults(self.approve_before),
        ]
        if faults:
            raise BadInput("; ".join(faults))

    def _duration_faults(self) -> list[str]:
        positive = (
            "bake_seconds",
            "poll_seconds",
            "max_hold_seconds",
            "max_lag_seconds",
            "metric_max_age_seconds",
            "record_ttl_seconds",
            "switch_deadline_seconds",
            "max_transaction_seconds",
            "approval_hours",
        )
        faults = [
            f"{name} is {getattr(self, name)}: it must be at least 1"
            for name in positive
            if getattr(self, name) < 1
        ]
        faults += [
            f"{name} is {getattr(self, name)}: it can't be negative"
            for name in (
                "lock_patience_milliseconds",
                "sequence_margin",
                "source_watch_max_age_seconds",
            )
            if getattr(self, name) < 0
        ]
        if self.bake_seconds < self.poll_seconds:
            faults.append(
                f"bake_seconds is {self.bake_seconds}, less than poll_seconds ({self.poll_seconds}): "
                "a stage would end before its first check"
            )
        return faults


def approval_faults(approve_before: tuple[int | str, ...]) -> list[str]:
    """What is wrong with these; a stage that this cutover leaves out is asked about by none."""
    return [
        f'approve_before has {each!r}: use 1 to {ALL_READS}, a stage, or "switch"'
        for each in approve_before
        if each != "switch" and (not isinstance(each, int) or not 1 <= each <= ALL_READS)
    ]


def weight_faults(weights: tuple[int, ...]) -> list[str]:
    """What is wrong with these stage weights, one sentence each; empty when nothing is."""
    if not weights:
        return ["weights is empty: name at least one stage, the last with weight 100"]
    faults = []
    for weight in weights:
        if weight > LARGEST_ROUTE53_WEIGHT:
            faults.append(
                f"weight {weight} is over {LARGEST_ROUTE53_WEIGHT}, the largest that Route 53 takes"
            )
        elif not 1 <= weight <= ALL_READS:
            faults.append(f"weight {weight} is not a share of the reads: use 1 to {ALL_READS}")
    if any(later <= earlier for earlier, later in pairwise(weights)):
        faults.append(f"weights {list(weights)} do not increase: each stage must move more reads")
    if weights[-1] != ALL_READS:
        faults.append(
            f"the last weight is {weights[-1]}, not {ALL_READS}: all reads must be on the target "
            "before the writer is switched"
        )
    return faults
