"""What a person may ask of the traffic outside the plan: a weight, the switch at once, the way back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, assert_never

from cutover.direction import Direction
from cutover.errors import LeaseTaken, PutBackRefused, StaleLease, StartRefused
from cutover.journal import STARTABLE, JournalState, Phase, Side, side_of_the_line
from cutover.observations import Change, OperatorWord, Word
from cutover.ports import ApprovalTokens, Clock, CutoverMachine, Display, Journal, TrafficRouter
from cutover.rollback import Rollback, RollbackDecision, decide_rollback
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
    writer on the target: the machine that moves it back. Raises PutBackRefused while a switch is being finished, and
    while the target is loaded.
    """
    reason = f"rollback was asked for, request {request}"
    if any(request in entry.note for entry in journal.entries()):
        return Outcome(done="put back already", execution=journal.state().execution)
    state, decision = _rollback(journal, machines)
    if decision.course is Rollback.ABORT:
        word = OperatorWord(word=Word.ABORT, by=REQUESTER, reason=reason)
        journal.say(word, now=clock.now())
        # One that waits for an approval makes no check that would hear it.
        end_wait(journal, tokens, clock, word=word)
        # It may have parked in the same moment, and then nobody hears the word.
        state, decision = _rollback(journal, machines)
    match decision.course:
        case Rollback.ABORT:
            return Outcome(done=f"said: {decision.reason}", execution=state.execution)
        case Rollback.RUNS:
            return Outcome(done=decision.reason, execution=state.execution)
        case Rollback.NOTHING:
            return Outcome(done=f"nothing to do: {decision.reason}", execution=state.execution)
        case Rollback.REFUSED:
            raise PutBackRefused(decision.reason)
        case Rollback.START:
            return start_machine(
                journal,
                machines[Direction.BACK],
                name=f"rollback-{request}",
                given={},
                doing=ROLLBACK,
                direction=Direction.BACK,
            )
        case Rollback.PUT_BACK:
            change = put_back(
                journal,
                router,
                display,
                clock,
                execution=str(state.execution),
                read_record=read_record,
                write_record=write_record,
                reason=reason,
            )
            return _was_put_back(journal, state, change)
        case _:
            assert_never(decision.course)


def _rollback(
    journal: Journal, machines: Mapping[Direction, CutoverMachine]
) -> tuple[JournalState, RollbackDecision]:
    state = journal.state()
    # Only where it makes a difference: of a rollback and of a finalize nobody here may ask.
    before = side_of_the_line(state.phase) is Side.BEFORE
    asks = state.held and before and state.direction is Direction.FORWARD
    runs = asks and machines[Direction.FORWARD].runs(str(state.execution))
    return state, decide_rollback(state, runs=runs)


def _was_put_back(journal: Journal, was: JournalState, change: Change | None) -> Outcome:
    """Raises StaleLease where another was faster."""
    if change is not None:
        done = f"put back from phase {was.phase.value}; nothing was running"
        return Outcome(done=done, execution=was.execution, change=change)
    if was.phase is Phase.REPLICATING and not journal.state().held:
        done = (
            "the load that was cut off has given its lease up: `cutover replicate` goes on with it"
        )
        return Outcome(done=done, execution=was.execution)
    raise StaleLease("a cutover was started in the same moment: ask again to send it back")


def _why_no_start(state: JournalState, direction: Direction) -> str:
    if state.phase in STARTABLE:
        return (
            f"the writer is on the {state.writer.value}: this would move it away from the "
            f"{direction.origin.value}"
        )
    return f"{state.execution} stands at {state.phase.value} without the lease: put it back with rollback"
