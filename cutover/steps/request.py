"""What a person may ask of the traffic outside the plan: a weight, the switch at once, the way back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cutover.direction import Direction, Where
from cutover.errors import LeaseTaken, PutBackRefused, StaleLease, StartRefused
from cutover.journal import STARTABLE, JournalState, Phase, Side, side_of_the_line
from cutover.observations import Change, OperatorWord, Word
from cutover.ports import ApprovalTokens, Clock, CutoverMachine, Display, Journal, TrafficRouter
from cutover.steps.approve import end_wait
from cutover.steps.recovery import put_back
from cutover.transitions import refusal_where_over

REQUESTER = "route53-updater"
ROLLBACK = "a rollback: the writer and all reads back to the source, behind the same proof"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a request came to."""

    done: str
    """One sentence."""
    execution: str | None
    """The execution that acts on it, or acted last; None: none ever did."""
    change: Change | None = None
    """The change of the records that this request made itself, still to be verified."""


def start_machine(
    journal: Journal,
    machine: CutoverMachine,
    *,
    name: str,
    given: dict[str, Any],
    doing: str,
    direction: Direction = Direction.FORWARD,
) -> Outcome:
    """Has a machine do it, so that lease, readiness, checks and put-back are those of every cutover.

    name: the same for the same request, so that one that arrives twice starts one execution.
    Raises LeaseTaken, StartRefused; the machine itself refuses whatever changes after this look.
    """
    state, execution = journal.state(), machine.execution(name)
    if state.execution == execution:
        return Outcome(done=f"started already: {doing}", execution=execution)
    if refusal := refusal_where_over(state):
        raise StartRefused(refusal)
    if state.held:
        raise LeaseTaken(
            f"a cutover runs: {state.execution} holds the lease, phase {state.phase.value}. Wait for its end, or "
            "send it back with rollback"
        )
    if state.phase not in STARTABLE or state.writer is not direction.origin:
        raise StartRefused(_why_no_start(state, direction))
    return Outcome(done=f"started: {doing}", execution=machine.start(name, given))


def roll_back(
    journal: Journal,
    machines: Mapping[Direction, CutoverMachine],
    tokens: ApprovalTokens,
    router: TrafficRouter,
    display: Display,
    clock: Clock,
    *,
    request: str,
    read_record: str,
    write_record: str,
) -> Outcome:
    """The way back, wherever the migration stands. Asked twice for the same request, it is done once.

    Before the line: all reads back to the source, by the running cutover or, where none runs, at once. With the
    writer on the target: the machine that moves it back. Raises PutBackRefused while a switch is being finished.
    """
    reason = f"rollback was asked for, request {request}"
    if any(request in entry.note for entry in journal.entries()):
        return Outcome(done="put back already", execution=journal.state().execution)
    state = journal.state()
    if state.writer is Where.TARGET and not state.held:
        return start_machine(
            journal,
            machines[Direction.BACK],
            name=f"rollback-{request}",
            given={},
            doing=ROLLBACK,
            direction=Direction.BACK,
        )
    machine = machines[state.direction]
    _refuse_past_the_line(state)
    if state.held and state.direction is Direction.BACK:
        return Outcome(done="a rollback runs already", execution=state.execution)
    if _runs(state, machine):
        word = OperatorWord(word=Word.ABORT, by=REQUESTER, reason=reason)
        journal.say(word, now=clock.now())
        # One that waits for an approval makes no check that would hear it.
        end_wait(journal, tokens, clock, word=word)
        # It may have parked in the same moment, and then nobody hears the word.
        state = journal.state()
        _refuse_past_the_line(state)
        if _runs(state, machine):
            done = f"said: the cutover goes back at its next check, from phase {state.phase.value}"
            return Outcome(done=done, execution=state.execution)
    if state.execution is None or not (state.held or state.phase is Phase.PARKED):
        done = f"nothing to do: the reads are at the source, phase {state.phase.value}"
        return Outcome(done=done, execution=state.execution)
    change = put_back(
        journal,
        router,
        display,
        clock,
        execution=state.execution,
        read_record=read_record,
        write_record=write_record,
        reason=reason,
    )
    if change is None:
        raise StaleLease("a cutover was started in the same moment: ask again to send it back")
    done = f"put back from phase {state.phase.value}; nothing was running"
    return Outcome(done=done, execution=state.execution, change=change)


def _runs(state: JournalState, machine: CutoverMachine) -> bool:
    """Whether somebody would hear the operator's word; whoever parks has stopped listening."""
    return (
        state.held
        and state.phase is not Phase.PARKED
        and state.execution is not None
        and machine.runs(state.execution)
    )


def _refuse_past_the_line(state: JournalState) -> None:
    if refusal := refusal_where_over(state):
        raise PutBackRefused(refusal)
    if side_of_the_line(state.phase) is not Side.BEFORE:
        raise PutBackRefused(
            f"this migration stands at {state.phase.value}: the switch has to be finished first, a rollback begins "
            "from done. Wait for it; where nothing runs any more, recover it"
        )


def _why_no_start(state: JournalState, direction: Direction) -> str:
    if state.phase in STARTABLE:
        return (
            f"the writer is on the {state.writer.value}: this would move it away from the "
            f"{direction.origin.value}"
        )
    return f"{state.execution} stands at {state.phase.value} without the lease: put it back with rollback"
