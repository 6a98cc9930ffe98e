"""The first and the last step: who may act, and that it is over."""

from __future__ import annotations

from dataclasses import dataclass

from cutover.direction import Direction
from cutover.errors import AbortRequested
from cutover.journal import Lease, Phase
from cutover.jsonable import jsonable
from cutover.observations import Word
from cutover.plan import CutoverPlan
from cutover.ports import Clock, Display, Journal


@dataclass(frozen=True, kw_only=True)
class Taken:
    """The lease, and where the reads stand as it is taken."""

    lease: Lease
    parked_at: int
    """The share of the reads that was parked on the target; 0: none."""


def take_lease(
    journal: Journal,
    display: Display,
    clock: Clock,
    *,
    execution: str,
    plan: CutoverPlan,
    direction: Direction = Direction.FORWARD,
) -> Taken:
    """Takes the lease for `execution`. Raises LeaseTaken, StartRefused; nothing is touched then."""
    lease = journal.acquire(
        execution, now=clock.now(), direction=direction, detail={"plan": jsonable(plan)}
    )
    parked_at = journal.check(lease).parked_at
    display.show(
        {
            "phase": Phase.STARTED.value,
            "execution": execution,
            "direction": direction.value,
            "weights": list(plan.weights),
            "at": clock.now().isoformat(),
        }
    )
    return Taken(lease=lease, parked_at=parked_at)


def park(
    journal: Journal,
    display: Display,
    clock: Clock,
    *,
    lease: Lease,
    plan: CutoverPlan,
    stage: int,
) -> None:
    """Leaves the reads at this stage's weight, and gives the lease up. Safe to repeat.

    Raises AbortRequested where the operator asked to go back: nobody would hear it afterwards.
    """
    share, now = plan.weights[stage], clock.now()
    note = f"{share} % of the reads stay on the target until somebody goes on or back"
    journal.record(lease, Phase.PARKED, now=now, note=note, detail={"share": share})
    # After the phase, not before: who says so later sees "parked" and can put it back without being heard here.
    word = journal.word()
    if word.word is Word.ABORT:
        by, reason = word.by or "the operator", word.reason or "no reason given"
        raise AbortRequested(f"{by} asked to abort: {reason}")
    journal.release(lease, now=now)
    display.show(
        {
            "phase": Phase.PARKED.value,
            "execution": lease.execution,
            "share": share,
            "at": now.isoformat(),
        }
    )


def complete(journal: Journal, display: Display, clock: Clock, *, lease: Lease) -> None:
    """Records that the writer is on the destination, and gives the lease up with it. After the line: only forward."""
    now = clock.now()
    state = journal.check(lease)
    writer = state.direction.destination.value
    if state.held:
        journal.record(
            lease, Phase.DONE, now=now, note=f"the writer is on the {writer}", release=True
        )
    display.show(
        {
            "phase": Phase.DONE.value,
            "execution": lease.execution,
            "writer": writer,
            "writer_since": state.writer_since.isoformat() if state.writer_since else None,
            "at": now.isoformat(),
        }
    )
