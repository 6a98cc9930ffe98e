"""After something failed: look at the origin, then back or forward, by the journal and never by guessing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from cutover.decisions import decide_side, described, listed
from cutover.direction import Direction
from cutover.errors import (
    DatabaseUnreachable,
    LeaseTaken,
    PrivilegeMissing,
    PutBackRefused,
    StartRefused,
    SwitchNotProven,
    SwitchOutcomeUnknown,
    TransitionRefused,
)
from cutover.journal import OVER, Entry, Lease, Phase, Side, side_of_the_line
from cutover.observations import Change, Gate, GateState
from cutover.ports import (
    Clock,
    CutoverMachine,
    Database,
    Display,
    Journal,
    Notices,
    TrafficRouter,
)
from cutover.steps.certify import tell_where_missing
from cutover.steps.replicate import end as end_replication
from cutover.steps.replication import SlotPlan
from cutover.steps.switch import MADE_MEANWHILE, end_clients_of_the_closed_side
from cutover.transitions import refusal_where_over


def take_over(
    journal: Journal,
    machine: CutoverMachine,
    clock: Clock,
    *,
    execution: str,
    direction: Direction,
) -> Lease:
    """Takes over what an execution left that does not run any more. Safe to repeat.

    Raises LeaseTaken while that one runs, StartRefused where nothing was left, or a move in the other direction.
    """
    state = journal.state()
    if state.held and state.phase is Phase.REPLICATING:
        raise StartRefused(
            f"{state.execution} was loading the target, which is not the cutover's to finish: `cutover replicate`"
        )
    if state.held and (refusal := refusal_where_over(state)):
        raise StartRefused(refusal)
    if state.held and state.execution != execution:
        if machine.runs(str(state.execution)):
            raise LeaseTaken(
                f"{state.execution} holds the lease and runs: wait for its end, or stop it first"
            )
        if state.direction is not direction:
            raise StartRefused(
                f"what was cut off moves the writer {state.direction.value}, and this machine {direction.value}: "
                "give recover to the other machine"
            )
    return journal.take_over(execution, now=clock.now())


def resolve_switch(
    origin: Database,
    destination: Database,
    journal: Journal,
    clock: Clock,
    *,
    execution: str,
    slots: SlotPlan,
) -> tuple[Side, Lease]:
    """Finds out on which side of the line a switch without an answer stands, and records it.

    The order matters: first the fence, so that no late controller records a new intent; then the end of every
    session that could still close the origin; only then what the origin says is final. Where it is open, the slot
    that the switch made on the destination is dropped: it would keep the destination's log for nobody. So are the
    origin's triggers. What of this can't be had is written down: neither server is needed for putting back.
    Raises DatabaseUnreachable where only the origin can tell and does not answer.
    """
    lease = journal.raise_fence(execution, now=clock.now())
    state = journal.state()
    intent = _intent(journal.entries()) if state.phase is Phase.SWITCHING else ""
    gate, proof = _look(origin, state.phase, intent)
    side = decide_side(state.phase, gate, proven=proof is not None)
    where = state.direction.origin.value
    if side is Side.BEFORE:
        seen = "it is open" if gate else "it does not answer, and no intent was recorded"
        note = f"the {where} was looked at: {seen}, the switch did not happen"
        left = _clear_away(origin, destination, clock, slot=slots.name(state.direction.way_back))
        note = "; ".join((note, *left))
        journal.record(lease, Phase.SWITCH_ABANDONED, now=clock.now(), note=note)
    elif side is Side.AFTER and state.phase is Phase.SWITCHING:
        note = f"the {where} was looked at: it is closed for good"
        # Who closed it may have died before it could say with what: the origin has it.
        journal.record(lease, Phase.ORIGIN_CLOSED, now=clock.now(), note=note, detail=proof or {})
    elif side is Side.ASK_THE_ORIGIN:
        found = described(gate) if gate else "not known"
        raise SwitchNotProven(
            f"the {where} is {found} and the journal stands at {state.phase.value}, which no step of a "
            "cutover can leave: a person must look"
        )
    return side, lease


def _look(origin: Database, phase: Phase, intent: str) -> tuple[Gate | None, dict[str, Any] | None]:
    """The origin's gate, final, and what the closing with this intent left there.

    Behind the line nothing is asked of it: that it is closed is known, and it may say nothing for longer than a
    function lasts, while the names wait for what comes after this look.
    """
    if side_of_the_line(phase) is Side.AFTER:
        return None, None
    try:
        origin.end_barrier_sessions()
        return origin.gate(), origin.closing_proof(intent) if intent else None
    except DatabaseUnreachable:
        # Before the line nobody needs the origin where the journal knows: a barrier that stands there records its
        # intent before it closes, and that is refused since the fence was raised.
        if side_of_the_line(phase) is Side.ASK_THE_ORIGIN:
            raise
        return None, None


CLEARING_PATIENCE = timedelta(seconds=10)
"""For a server that restarts. It is waited for with the names where they are, so no longer."""
CLEARING_POLL_SECONDS: Final = 0.5


def _clear_away(
    origin: Database, destination: Database, clock: Clock, *, slot: str
) -> Iterator[str]:
    """Before the line: removes what the switch made; a sentence for each that could not be had.

    The names go back to the origin whether or not the destination answers: it may be what broke, and clients would
    be sent to it for as long as it is down. The next switch replaces the slot and reuses the triggers.
    """
    give_up = clock.now() + CLEARING_PATIENCE

    def drop_the_slot() -> None:
        destination.end_slot_makers()
        destination.drop_slots((slot,))

    for clear, left in (
        (
            drop_the_slot,
            f"the slot {slot} may be left on the destination, which would keep its log",
        ),
        # They let every write pass, and cost a little of each.
        (origin.remove_gate, "triggers of the gate may be left, open, on the origin"),
    ):
        while True:
            try:
                clear()
            except DatabaseUnreachable as error:  # before the line: told, and no reason to stay
                if clock.now() < give_up:
                    clock.sleep(CLEARING_POLL_SECONDS)
                    continue
                yield f"{left}: {error}"
            except (PrivilegeMissing, SwitchOutcomeUnknown) as error:  # before the line, as above
                yield f"{left}: {error}"
            break


def _intent(entries: Sequence[Entry]) -> str:
    """The token of the newest intent."""
    for entry in reversed(entries):
        if entry.phase is Phase.SWITCHING and "token" in entry.detail:
            return str(entry.detail["token"])
    return ""


def finish_switch(
    origin: Database, destination: Database, journal: Journal, clock: Clock, *, lease: Lease
) -> None:
    """After the line: opens the destination and records it. Only forward, safe to repeat.

    Raises TransitionRefused where the journal does not say that the origin is closed.
    """
    state = journal.check(lease)
    if side_of_the_line(state.phase) is not Side.AFTER:
        raise TransitionRefused(
            f"the journal stands at {state.phase.value}: the origin is not known to be closed"
        )
    destination.open_gate()
    if state.phase is not Phase.DONE:
        note = f"the {state.direction.destination.value} is open"
        journal.record(
            lease,
            Phase.DESTINATION_OPEN,
            now=clock.now(),
            note=note,
            detail={"direction": state.direction.value},
        )
    end_clients_of_the_closed_side(origin)


def verify_switch(
    origin: Database, destination: Database, journal: Journal, clock: Clock, *, lease: Lease
) -> tuple[str, ...]:
    """Proves that the origin refuses and the destination accepts; clears the destination's gate away.

    A table that came to the origin since its closing began is closed too, and written down: what it took before is on
    no other side, and the audit says so. Returns the tables of the destination whose gate trigger was busy and stays,
    open, until the next try.
    Raises SwitchNotProven. After the line: a failure here pages a person, it reopens nothing.
    """
    origin_gate, destination_gate = origin.gate(), destination.gate()
    if origin_gate.state is GateState.PARTIAL:
        # Written down first: after a kill in between, the next try finds them closed and has nothing to say.
        made = list(origin_gate.ungated_tables)
        journal.annotate(
            lease.execution,
            now=clock.now(),
            note=f"made while the {journal.state().direction.origin.value} was being closed: {listed(made)}",
            detail={MADE_MEANWHILE: made},
        )
        origin.close_gate()
        origin_gate = origin.gate()
    if origin_gate.state is not GateState.CLOSED:
        raise SwitchNotProven(f"the origin is {described(origin_gate)}, it must be closed")
    if destination_gate.state is not GateState.OPEN:
        raise SwitchNotProven(f"the destination is {described(destination_gate)}, it must be open")
    return destination.remove_gate()


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
    """Before the line: both names to the writer, the journal, the lease given up. Safe to repeat.

    ended: asked because the execution ended, most often after it put everything back itself: then that stands, with
    the reason that it gave, and a start in the same moment finds the lease free.
    None where that is so, or another execution has the lease by now: nothing here is this one's to move.
    Raises PutBackRefused after the line, and while a switch without an answer has not been looked at.
    """
    state = journal.state()
    if state.execution != execution:
        return None
    if ended and state.phase in (Phase.PUT_BACK, Phase.READY, Phase.NOT_READY) and not state.held:
        return None
    if state.phase is Phase.REPLICATING:
        # It has moved no record: there is none to be put back.
        end_replication(
            journal, display, clock, execution=execution, phase=Phase.NOT_READY, reason=reason
        )
        return None
    _refuse_past_the_line(state.phase)
    # The fence first: a shift that was given up on but still runs is refused when it comes to record its intent.
    lease = journal.raise_fence(execution, now=clock.now())
    # Asked again behind it: a switch that still runs may have recorded its intent since the first look.
    _refuse_past_the_line(journal.check(lease).phase)
    share = state.writer.share
    change = router.set_target_shares({read_record: share, write_record: share}, now=clock.now())
    journal.record(lease, Phase.PUT_BACK, now=clock.now(), note=reason, release=True)
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
            if side is Side.ASK_THE_ORIGIN
            else "the way is forward: nothing may reopen the origin"
        )
        raise PutBackRefused(f"the journal stands at {phase.value}: {remedy}")


def after_the_end(
    journal: Journal,
    machines: Mapping[Direction, CutoverMachine],
    router: TrafficRouter,
    display: Display,
    notices: Notices,
    clock: Clock,
    *,
    execution: str,
    paged: bool,
    read_record: str,
    write_record: str,
    reason: str,
) -> Change | str | None:
    """After an execution ended badly: puts back what it left, or has a machine finish it. Safe to repeat.

    paged: it ended by itself and called a person, who is to decide.
    Returns the change of the records, the execution that recovers, or None where nothing is left to do; behind a move
    that is done that is the copy of its certificate at the most, which people are told.
    Raises PutBackRefused where a person was called already, ServiceUnavailable.
    """
    state = journal.state()
    if state.phase in OVER:
        # It is finalized since, or being so: whatever this one left, nothing is to be moved any more.
        return None
    if state.phase is Phase.DONE and not state.held and state.execution == execution:
        tell_where_missing(journal, notices, execution=execution, reason=reason)
        return None
    name = f"recover-{state.fence}"
    if state.execution != execution:
        # The name of an execution is used once: with the one of what was cut off, nothing would be started.
        name = f"{execution.rpartition(':')[2]}-again"
        # A recovery may be cut off before it has the lease; then what it was to recover still waits.
        if not state.held or state.execution is None:
            return None
        if machines[state.direction].runs(state.execution):
            return None
        execution = state.execution
    try:
        return put_back(
            journal,
            router,
            display,
            clock,
            execution=execution,
            read_record=read_record,
            write_record=write_record,
            reason=reason,
            ended=True,
        )
    except PutBackRefused:
        # At the line or after it: the machine looks at the origin, which this function can't reach.
        if paged or not state.held:
            raise
        # One recovery for each lease that was lost, however often the event arrives.
        return machines[state.direction].start(name, {"recover": True})
