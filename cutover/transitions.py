"""The journal's rules as functions of its state: the same for every store, so that no two can differ."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from cutover.direction import Direction, Stream, Where
from cutover.errors import BadInput, LeaseTaken, StaleLease, StartRefused, TransitionRefused
from cutover.journal import (
    FINALIZABLE,
    OVER,
    REPLICABLE,
    STARTABLE,
    JournalState,
    Lease,
    Phase,
    WayBack,
    may_follow,
)
from cutover.plan import ALL_READS

PUT_BACK_AGAIN: Final = frozenset({Phase.PARKED, Phase.PUT_BACK})
"""Where an execution without the lease may still put back what it moved: its answer was lost, and it tries again."""


def acquired(
    state: JournalState,
    execution: str,
    *,
    now: datetime,
    direction: Direction = Direction.FORWARD,
    replicates: bool = False,
    finalizes: bool = False,
) -> JournalState:
    """The state after `execution` took the lease to move the writer, to load, or to remove what replicates.

    Raises LeaseTaken, StartRefused.
    """
    if state.held:
        raise LeaseTaken(
            f"the lease is held by {state.execution} since {state.updated_at}, phase {state.phase.value}: "
            "wait for it; where it does not run any more, recover it first"
        )
    if finalizes:
        return _finalizing(state, execution, now=now)
    if refusal := refusal_where_over(state):
        raise StartRefused(refusal)
    if replicates:
        return _replicating(state, execution, now=now)
    if state.phase not in STARTABLE:
        raise StartRefused(
            f"this migration stands at {state.phase.value}: a start is possible from "
            f"{', '.join(sorted(phase.value for phase in STARTABLE))}"
        )
    if direction.origin is not state.writer:
        verb = {Direction.FORWARD: "rollback", Direction.BACK: "start"}[direction]
        raise StartRefused(
            f"the {state.writer.value} is the writer already: from here the writer can only move to the "
            f"{state.writer.other.value}, with `cutover {verb}`"
        )
    if direction is Direction.BACK and state.phase is Phase.PARKED:
        raise StartRefused("reads are parked, and the writer never moved: put them back")
    return replace(
        state,
        phase=Phase.STARTED,
        execution=execution,
        held=True,
        fence=state.fence + 1,
        updated_at=now,
        direction=direction,
    )


def _replicating(state: JournalState, execution: str, *, now: datetime) -> JournalState:
    if state.phase not in REPLICABLE:
        raise StartRefused(
            f"this migration stands at {state.phase.value}: the target is loaded only where nothing reads from it, at "
            f"{', '.join(sorted(phase.value for phase in REPLICABLE))}"
        )
    if state.writer is not Where.SOURCE or state.carrier is not Stream.LOAD:
        # What the load's slot has is not what the source is: it has been the other side of a way back.
        raise StartRefused(
            f"the writer has moved once, and {state.carrier.value} carries: the load is not started again after that"
        )
    return replace(
        state,
        phase=Phase.REPLICATING,
        execution=execution,
        held=True,
        fence=state.fence + 1,
        updated_at=now,
        direction=Direction.FORWARD,
    )


def refusal_where_over(state: JournalState) -> str:
    """Why nothing can be started any more; empty where something can."""
    if state.phase not in OVER:
        return ""
    if state.phase is Phase.FINALIZED:
        return (
            f"this migration is finalized since {state.updated_at}, with the writer on the {state.writer.value}: "
            "neither a slot nor a way back is left. Another migration begins with another environment "
            "(ENVIRONMENT_SUFFIX) and a load"
        )
    return (
        "this migration is being finalized, and what was dropped does not come back: let it end; where it does not "
        "run any more, `cutover finalize` finishes it"
    )


def refusal_to_finalize(state: JournalState) -> str:
    """Why this migration can't be finalized from here; empty where it can. A lease that is held is told by others."""
    if state.phase in FINALIZABLE:
        return ""
    if state.phase is Phase.PARKED:
        return (
            f"{state.parked_at} % of the reads are parked on the target, which would go stale: put them back first, "
            'with the function route53-updater and {"action": "rollback"}, or finish the move with `cutover start`'
        )
    return (
        f"this migration stands at {state.phase.value}: it is finalized only where neither reads nor the writer are "
        f"on their way, from {', '.join(sorted(phase.value for phase in FINALIZABLE))}; finish or put back what was "
        "begun, with `cutover start` or `cutover rollback`"
    )


def _finalizing(state: JournalState, execution: str, *, now: datetime) -> JournalState:
    if refusal := refusal_to_finalize(state):
        raise StartRefused(refusal)
    return replace(
        state,
        phase=Phase.FINALIZING,
        execution=execution,
        held=True,
        fence=state.fence + 1,
        updated_at=now,
    )


def taken_over(state: JournalState, execution: str, *, now: datetime) -> JournalState:
    """The state after `execution` took over what another left. Raises StartRefused where nothing was left.

    The phase stays: it says what there is to finish or to put back. Whoever asks has made sure that the other does
    not run any more; should it run on somewhere, its fence number is stale from here.
    """
    if not state.held:
        raise StartRefused(
            f"nothing was cut off: the lease is free, phase {state.phase.value}; start without recover"
        )
    if state.execution == execution:
        return state
    return replace(state, execution=execution, fence=state.fence + 1, updated_at=now)


def overtaken(state: JournalState, execution: str, *, now: datetime) -> JournalState:
    """The state after the fence was raised. Raises StaleLease if the newest lease is another's, or was given up.

    Where something may be put back the lease is held again from here, also where it was given up: a start in between
    would find its records moved. Whoever comes later than that, such as a call that arrives a second time, has nothing
    to overtake: the lease that it would take, nobody would give up.
    """
    if state.execution != execution:
        raise StaleLease(f"the newest lease is {state.execution}'s, not {execution}'s")
    if not state.held and state.phase not in PUT_BACK_AGAIN:
        raise StaleLease(
            f"{execution} has given its lease up, at {state.phase.value}: nothing is to be done any more"
        )
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
    state: JournalState,
    lease: Lease,
    phase: Phase,
    *,
    now: datetime,
    detail: dict[str, Any],
    release: bool = False,
) -> JournalState:
    """The state after `phase` was entered. Raises StaleLease, TransitionRefused, BadInput.

    release: the lease is given up with it, as nothing may come between the last phase and that.
    SWITCH_ABANDONED after PUT_BACK leaves everything put back, and the lease free.
    What the entry's detail says is known from here and from nowhere else: `share` of what is parked, `way_back` of
    a crossed line, `carrier` after a hand-over.
    """
    checked(state, lease)
    if not may_follow(state.phase, phase):
        raise TransitionRefused(f"{phase.value} can't follow {state.phase.value}")
    if refusal := _not_this_way(state, phase):
        raise TransitionRefused(refusal)
    if phase is Phase.SWITCH_ABANDONED and state.phase is Phase.PUT_BACK:
        # A look at the origin that comes after the put-back. Nobody follows who would give up what it took.
        phase, release = Phase.PUT_BACK, True
    way_back = state.way_back
    if phase in (Phase.ORIGIN_CLOSED, Phase.DESTINATION_OPEN) and "way_back" in detail:
        way_back = way_back_from(detail["way_back"])
    writer, since = state.writer, state.writer_since
    if phase in (Phase.ORIGIN_CLOSED, Phase.DESTINATION_OPEN) and writer is state.direction.origin:
        writer, since = state.direction.destination, now
    return replace(
        state,
        phase=phase,
        parked_at=_parked_at(phase, detail),
        updated_at=now,
        held=state.held and not release,
        way_back=way_back,
        writer=writer,
        writer_since=since,
        carrier=Stream(detail.get("carrier", state.carrier)),
    )


def _not_this_way(state: JournalState, phase: Phase) -> str:
    """Why the direction of the move forbids this phase; empty where it does not."""
    forward = state.direction is Direction.FORWARD
    if forward and state.phase is Phase.STARTED and phase in (Phase.WRITES_MOVED, Phase.SWITCHING):
        return f"no read was moved yet: {phase.value} can't follow {state.phase.value}"
    if not forward and phase in (Phase.SHIFTING, Phase.PARKED):
        return f"in a rollback all reads go along with the writer: there is no {phase.value}"
    return ""


def way_back_from(said: dict[str, Any] | None) -> WayBack | None:
    """The way back as an entry's detail says it."""
    if said is None:
        return None
    return WayBack(
        stream=Stream(said["stream"]),
        slot=str(said["slot"]),
        lsn=str(said["lsn"]),
        old_slots=tuple(said.get("old_slots", ())),
    )


def way_back_detail(way_back: WayBack | None) -> dict[str, Any] | None:
    """What way_back_from reads."""
    if way_back is None:
        return None
    return {
        "stream": way_back.stream.value,
        "slot": way_back.slot,
        "lsn": way_back.lsn,
        "old_slots": list(way_back.old_slots),
    }


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
