"""The journal's rules as functions of its state: the same for every store, so that no two can differ."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from cutover.errors import BadInput, LeaseTaken, StaleLease, StartRefused, TransitionRefused
from cutover.journal import STARTABLE, JournalState, Lease, Phase, may_follow
from cutover.plan import ALL_READS


def acquired(state: JournalState, execution: str, *, now: datetime) -> JournalState:
    """The state after `execution` took the lease. Raises LeaseTaken, StartRefused."""
    if state.held:
        raise LeaseTaken(
            f"the lease is held by {state.execution} since {state.updated_at}, phase {state.phase.value}: "
            "wait for it, or put it back first"
        )
    if state.phase not in STARTABLE:
        raise StartRefused(
            f"this migration stands at {state.phase.value}: a start is possible from "
            f"{', '.join(sorted(phase.value for phase in STARTABLE))}"
        )
    return replace(
        state,
        phase=Phase.STARTED,
        execution=execution,
        held=True,
        fence=state.fence + 1,
        updated_at=now,
    )


def overtaken(state: JournalState, execution: str, *, now: datetime) -> JournalState:
    """The state after the fence was raised. Raises StaleLease if the newest lease is another's.

    The lease is held again from here, also where it was given up: a start in between would find its records moved.
    """
    if state.execution != execution:
        raise StaleLease(f"the newest lease is {state.execution}'s, not {execution}'s")
    return replace(state, fence=state.fence + 1, held=True, updated_at=now)


def checked(state: JournalState, lease: Lease) -> JournalState:
    """The state, if `lease` is its newest. Raises StaleLease."""
    if (state.execution, state.fence) != (lease.execution, lease.fence):
        raise StaleLease(
            f"fence {lease.fence} of {lease.execution} was overtaken by {state.fence} of "
            f"{state.execution}: this step must not act any more"
        )
    return state


def entered(
    state: JournalState, lease: Lease, phase: Phase, *, now: datetime, detail: dict[str, Any]
) -> JournalState:
    """The state after `phase` was entered. Raises StaleLease, TransitionRefused, BadInput.

    What is parked is known from here and from nowhere else: the entry's detail says at which share.
    """
    checked(state, lease)
    if not may_follow(state.phase, phase):
        raise TransitionRefused(f"{phase.value} can't follow {state.phase.value}")
    return replace(state, phase=phase, parked_at=_parked_at(phase, detail), updated_at=now)


def annotated(state: JournalState, execution: str, *, now: datetime) -> JournalState:
    """The state after something was written down about `execution`; its phase stays. Raises StaleLease."""
    if state.execution != execution:
        raise StaleLease(f"the newest lease is {state.execution}'s, not {execution}'s")
    return replace(state, updated_at=now)


def released(state: JournalState, lease: Lease, *, now: datetime) -> JournalState:
    """The state after the lease was given up. Raises StaleLease."""
    checked(state, lease)
    return replace(state, held=False, updated_at=now)


def _parked_at(phase: Phase, detail: dict[str, Any]) -> int:
    if phase is not Phase.PARKED:
        return 0
    share = detail.get("share")
    if not isinstance(share, int) or not 1 <= share <= ALL_READS:
        raise BadInput(
            f"share is {share!r}: what is parked is 1 to {ALL_READS} percent of the reads"
        )
    return share
