"""After something failed: look at the origin, then back or forward, by the journal and never by guessing."""

from __future__ import annotations

from cutover.decisions import decide_side, described
from cutover.errors import PutBackRefused, SwitchNotProven, TransitionRefused
from cutover.journal import Lease, Phase, Side, side_of_the_line
from cutover.observations import Change, GateState
from cutover.ports import Clock, Database, Display, Journal, TrafficRouter


def resolve_switch(
    source: Database, journal: Journal, clock: Clock, *, execution: str
) -> tuple[Side, Lease]:
    """Finds out on which side of the line a switch without an answer stands, and records it.

    The order matters: first the fence, so that no late controller records a new intent; then the end of every
    session that could still close the source; only then what the source says is final.
    """
    lease = journal.raise_fence(execution, now=clock.now())
    phase = journal.state().phase
    source.end_barrier_sessions()
    gate = source.gate()
    side = decide_side(phase, gate)
    if side is Side.BEFORE:
        note = "the source was looked at: it is open, the switch did not happen"
        journal.record(lease, Phase.SWITCH_ABANDONED, now=clock.now(), note=note)
    elif side is Side.AFTER and phase is Phase.SWITCHING:
        note = "the source was looked at: it is closed for good"
        journal.record(lease, Phase.ORIGIN_CLOSED, now=clock.now(), note=note)
    elif side is Side.ASK_THE_SOURCE:
        raise SwitchNotProven(
            f"the source is {described(gate)} and the journal stands at {phase.value}, which no step of a "
            "cutover can leave: a person must look"
        )
    return side, lease


def finish_switch(
    source: Database, target: Database, journal: Journal, clock: Clock, *, lease: Lease
) -> None:
    """After the line: opens the target and records it. Only forward, safe to repeat.

    Raises TransitionRefused where the journal does not say that the source is closed.
    """
    phase = journal.check(lease).phase
    if side_of_the_line(phase) is not Side.AFTER:
        raise TransitionRefused(
            f"the journal stands at {phase.value}: the source is not known to be closed"
        )
    target.open_gate()
    source.end_client_sessions()
    note = "the target is open"
    journal.record(lease, Phase.DESTINATION_OPEN, now=clock.now(), note=note)


def verify_switch(source: Database, target: Database) -> tuple[str, ...]:
    """Proves that the source refuses and the target accepts; clears the target's gate away.

    Returns the tables whose gate trigger was busy and stays, open, until the next try.
    Raises SwitchNotProven. After the line: a failure here pages a person, it reopens nothing.
    """
    source_gate, target_gate = source.gate(), target.gate()
    if source_gate.state is not GateState.CLOSED:
        raise SwitchNotProven(f"the source is {described(source_gate)}, it must be closed")
    if target_gate.state is not GateState.OPEN:
        raise SwitchNotProven(f"the target is {described(target_gate)}, it must be open")
    return target.remove_gate()


def put_back(
    journal: Journal,
    router: TrafficRouter,
    display: Display,
    clock: Clock,
    *,
    execution: str,
    read_record: str,
    write_record: str,
    reason: str,
    ended: bool = False,
) -> Change | None:
    """Before the line: both names to the source, the journal, the lease given up. Safe to repeat.

    ended: asked because the execution ended, most often after it put everything back itself: then that stands, with
    the reason that it gave, and a start in the same moment finds the lease free.
    None where that is so, or another execution has the lease by now: nothing here is this one's to move.
    Raises PutBackRefused after the line, and while a switch without an answer has not been looked at.
    """
    state = journal.state()
    if state.execution != execution:
        return None
    if ended and state.phase is Phase.PUT_BACK and not state.held:
        return None
    _refuse_past_the_line(state.phase)
    # The fence first: a shift that was given up on but still runs is refused when it comes to record its intent.
    lease = journal.raise_fence(execution, now=clock.now())
    # Asked again behind it: a switch that still runs may have recorded its intent since the first look.
    _refuse_past_the_line(journal.check(lease).phase)
    change = router.set_target_shares({read_record: 0, write_record: 0}, now=clock.now())
    journal.record(lease, Phase.PUT_BACK, now=clock.now(), note=reason)
    journal.release(lease, now=clock.now())
    display.show(
        {
            "phase": Phase.PUT_BACK.value,
            "execution": execution,
            "reason": reason,
            "at": clock.now().isoformat(),
        }
    )
    return change


def _refuse_past_the_line(phase: Phase) -> None:
    side = side_of_the_line(phase)
    if side is not Side.BEFORE:
        remedy = (
            "look at the origin first"
            if side is Side.ASK_THE_SOURCE
            else "the way is forward: nothing may reopen the source"
        )
        raise PutBackRefused(f"the journal stands at {phase.value}: {remedy}")
