"""What a rollback that is asked for comes to, from wherever the migration stands."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from cutover.direction import Direction, Where
from cutover.journal import JournalState, Phase, Side, side_of_the_line
from cutover.transitions import refusal_where_over


class Rollback(StrEnum):
    """Who goes back."""

    START = "start"
    """The writer is on the target and nothing moves: the machine that moves it back."""
    ABORT = "abort"
    """The cutover that runs, before its line: it hears the word."""
    RUNS = "runs"
    """A rollback that has the lease already: an abort would end it."""
    PUT_BACK = "put-back"
    """Whoever is asked: reads are parked, or what was cut off stands before its line."""
    NOTHING = "nothing"
    REFUSED = "refused"


@dataclass(frozen=True, kw_only=True)
class RollbackDecision:
    """What is to be done, and why."""

    course: Rollback
    reason: str


def decide_rollback(state: JournalState, *, runs: bool) -> RollbackDecision:
    """runs: whether the execution that has the lease runs; asked of a forward one before its line, else no matter."""
    course, reason = _decide(state, runs=runs)
    return RollbackDecision(course=course, reason=reason)


def _decide(state: JournalState, *, runs: bool) -> tuple[Rollback, str]:
    holder = f"{state.execution}, phase {state.phase.value}"
    if refusal := refusal_where_over(state):
        return Rollback.REFUSED, refusal
    if state.held and state.direction is Direction.BACK:
        return Rollback.RUNS, (
            f"a rollback runs already: {holder}. Where it does not run any more, `cutover start` recovers it"
        )
    if not state.held and state.writer is Where.TARGET:
        return Rollback.START, "the writer moves back to the source, behind the same proof"
    if side_of_the_line(state.phase) is not Side.BEFORE:
        return Rollback.REFUSED, (
            f"this migration stands at {state.phase.value}: the switch has to be finished first, a rollback begins "
            "from done. Wait for it; where nothing runs any more, recover it with `cutover start`"
        )
    if runs and state.phase is Phase.REPLICATING:
        return Rollback.REFUSED, (
            f"the target is being loaded by {state.execution}, and nothing has moved that could go back. To end the "
            "load: `cutover abort`"
        )
    # Whoever parks has stopped listening.
    if runs and state.phase is not Phase.PARKED:
        return Rollback.ABORT, f"the cutover goes back at its next check: {holder}"
    if state.held or state.phase is Phase.PARKED:
        return Rollback.PUT_BACK, f"nothing runs any more, phase {state.phase.value}"
    return Rollback.NOTHING, f"the reads are at the source, phase {state.phase.value}"
