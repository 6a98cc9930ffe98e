"""The first and the last step: who may act, and that it is over."""

from __future__ import annotations

from cutover.journal import Lease, Phase
from cutover.plan import CutoverPlan
from cutover.ports import Clock, Display, Journal


def take_lease(
    journal: Journal, display: Display, clock: Clock, *, execution: str, plan: CutoverPlan
) -> Lease:
    """Takes the lease for `execution`. Raises LeaseTaken, StartRefused; nothing is touched then."""
    lease = journal.acquire(execution, now=clock.now())
    display.show(
        {
            "phase": Phase.STARTED.value,
            "execution": execution,
            "weights": list(plan.weights),
            "at": clock.now().isoformat(),
        }
    )
    return lease


def complete(journal: Journal, display: Display, clock: Clock, *, lease: Lease) -> None:
    """Records that the writer is on the target, and gives the lease up. After the line: only forward."""
    now = clock.now()
    journal.record(lease, Phase.DONE, now=now, note="the writer is on the target")
    journal.release(lease, now=now)
    display.show({"phase": Phase.DONE.value, "execution": lease.execution, "at": now.isoformat()})
