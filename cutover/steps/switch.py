"""The critical section: barrier, token, drain, sequences, way back, the point of no return, the destination opened."""

from __future__ import annotations

import dataclasses
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from cutover.decisions import (
    Verdict,
    database_findings,
    heed_an_abort,
    listed,
    sequence_shortage,
    sequence_target,
)
from cutover.direction import Direction
from cutover.errors import (
    DatabaseUnreachable,
    DeadlineExceeded,
    DestinationNotReady,
    OriginBusy,
    OriginNotReady,
    Paused,
    PrivilegeMissing,
    TransitionRefused,
)
from cutover.journal import JournalState, Lease, Phase, Side, WayBack, side_of_the_line
from cutover.jsonable import jsonable
from cutover.observations import (
    Certificate,
    DatabaseFacts,
    DatabasesFacts,
    GateState,
    OperatorWord,
    SequenceMove,
    Word,
)
from cutover.plan import CutoverPlan
from cutover.ports import Barrier, Clock, Database, Journal
from cutover.steps.replication import SlotPlan
from cutover.transitions import way_back_detail

MOST_SEQUENCES: Final = 100
COUNTERS: Final = "counters"
"""Key of an entry's detail: the counters of the closed side right after its closing."""
MADE_MEANWHILE: Final = "made_meanwhile"
"""Key of an entry's detail: tables that were found open on the origin although it was closed."""
CATCH_UP_PATIENCE = timedelta(seconds=30)
"""For what the origin wrote until the barrier is asked for; the state's own timeout has room for it. Nobody waits."""
CATCH_UP_POLL_SECONDS: Final = 0.005
DRAIN_POLL_SECONDS: Final = 0.0005
"""A row on the target answers within 0.3 ms; a longer pause between two looks would lengthen the pause."""
CLIENTS_FIRST_SECONDS: Final = 0.1
"""After the opening every waiting client reconnects at once. Ending idle sessions and reading the origin's counters
waits for nobody; done at the same moment it took 8 ms of a server with two processors from those who wait."""


@dataclass(frozen=True, kw_only=True)
class _Prepared:
    """What is known before anybody waits."""

    tables: tuple[str, ...]
    old_slots: tuple[str, ...]
    versions: dict[str, int]


def switch_writer(
    origin: Database,
    destination: Database,
    journal: Journal,
    clock: Clock,
    *,
    lease: Lease,
    plan: CutoverPlan,
    slots: SlotPlan,
) -> Certificate:
    """Makes the destination the writer, or changes nothing.

    The way back is armed in it: a slot on the destination keeps every change from the moment of its opening on.
    Raises Paused, OriginBusy, SwitchAborted (everything is as it was), SwitchOutcomeUnknown (look at the origin),
    or, after the line, whatever kept the destination from opening (finish_switch goes on from there).
    """
    direction = _before_the_line(journal.check(lease)).direction
    stream = direction.way_back
    # Before the line: leaving the slot by any exception drops it, unless it is kept; then resolve_switch does.
    with destination.new_slot(slots.name(stream), plugin=slots.plugin) as slot:
        # Asked again: another controller with this lease, an event that arrived twice, may have been through here.
        _before_the_line(journal.check(lease))
        prepared = _prepare(origin, destination, journal, direction=direction, plan=plan)
        slot.make()
        token = str(uuid.uuid4())
        allowed = timedelta(seconds=plan.switch_deadline_seconds)

        def intend() -> None:
            _catch_up(origin, destination, clock)
            # The intent, refused if this process was overtaken. From here to the answer of close() only the origin
            # knows; the journal's phase says so to whoever comes next. It is recorded before any client waits, and
            # behind the barrier's connecting: whoever overtakes this process from now on ends its session, and then
            # nothing here can close the origin any more.
            journal.record(
                lease,
                Phase.SWITCHING,
                now=clock.now(),
                note=f"intent: the {direction.origin.value} is about to be closed",
                detail={"token": token},
                # In one with the intent: who says so later sees the phase and is refused.
                unless_aborted=True,
            )
            times.append(clock.now())

        times: list[datetime] = []
        standing = origin.barrier(
            tables=prepared.tables,
            patience=timedelta(milliseconds=plan.lock_patience_milliseconds),
            deadline=allowed,
            begin=intend,
        )
        # Before the line: leaving this block by any exception rolls the barrier back, and clients saw a delay only.
        with standing as barrier:
            held_at = clock.now()
            requested_at = times[0]
            deadline = requested_at + allowed
            certificate = _prove(
                origin,
                destination,
                barrier,
                clock,
                plan=plan,
                deadline=deadline,
                certificate=_blank(token, len(prepared.tables), requested_at, held_at),
            )
            # What came from the origin lies before this position, what the new writer writes behind it.
            way_back = WayBack(
                stream=stream,
                slot=slots.name(stream),
                lsn=slot.advance(),
                old_slots=prepared.old_slots,
            )
            _in_time(clock, deadline, "making the way back")
            proof = _proof(certificate, way_back)
            slot.keep()
            barrier.close(proof)  # the point of no return
            closed_at = clock.now()
        # After the line: the destination is opened before anything is written down, because clients are waiting and
        # whoever finds the intent without the fact looks at the origin.
        destination.open_gate()
        opened_at = clock.now()
        clock.sleep(CLIENTS_FIRST_SECONDS)
        certificate = dataclasses.replace(
            certificate,
            closed_at=closed_at,
            opened_at=opened_at,
            pause_milliseconds=(opened_at - requested_at).total_seconds() * 1000,
        )
        journal.record(
            lease,
            Phase.DESTINATION_OPEN,
            now=clock.now(),
            note=f"the {direction.origin.value} is closed for good, the {direction.destination.value} is open",
            detail={
                "pause_ms": certificate.pause_milliseconds,
                "certificate": jsonable(certificate),
                "plan": jsonable(plan),
                "versions": {
                    direction.origin.value: prepared.versions["origin"],
                    direction.destination.value: prepared.versions["destination"],
                },
                "direction": direction.value,
                "way_back": way_back_detail(way_back),
            },
        )
        # Behind the record: the origin may be gone by now, or say nothing for as long as this function may last.
        sessions = end_clients_of_the_closed_side(origin)
        journal.annotate(
            lease.execution,
            now=clock.now(),
            note=f"the {direction.origin.value} was asked right behind its closing",
            detail={"sessions_reconnected": sessions, COUNTERS: _counters(origin)},
        )
    return certificate


NEWCOMERS_ARE_HELD_FOR: Final = timedelta(seconds=10)
"""How long a write waits at the closed destination for its opening; as `cutover install` has it for the target."""


def prepare_destination(
    origin: Database, destination: Database, journal: Journal, *, lease: Lease, plan: CutoverPlan
) -> None:
    """Before the line: who comes early to the closed destination is held there and not refused at once.

    What it draws from a sequence while it waits is past what the origin gave: nextval is not held by a gate.
    Safe to repeat.
    """
    _before_the_line(journal.check(lease))
    destination.install(hold=NEWCOMERS_ARE_HELD_FOR)
    _move_sequences(origin, destination, margin=plan.sequence_margin)


def end_clients_of_the_closed_side(origin: Database) -> int | None:
    """Ends the application's sessions there, so that they connect anew; how many, None where it can't be asked."""
    try:
        return origin.end_client_sessions()
    except (DatabaseUnreachable, PrivilegeMissing):
        # After the line: that it is closed is known and has to be written down. Who is still connected meets the
        # gate, or a server that is gone, and connects anew by itself.
        return None


def _counters(origin: Database) -> Any:
    """What the closed side has counted, to be audited later (audit.py); None where it can't be asked."""
    try:
        return jsonable(origin.write_counters())
    except (DatabaseUnreachable, PrivilegeMissing):
        # After the line: the audit then says that it is not known, and the way is forward all the same.
        return None


def _before_the_line(state: JournalState) -> JournalState:
    if side_of_the_line(state.phase) is not Side.BEFORE:
        raise TransitionRefused(
            f"the journal stands at {state.phase.value}: this switch was made already, or is about to be"
        )
    return state


def _prepare(
    origin: Database,
    destination: Database,
    journal: Journal,
    *,
    direction: Direction,
    plan: CutoverPlan,
) -> _Prepared:
    """All that can be done before a client waits."""
    _heed(journal.word())
    facts, found = origin.inspect(), destination.inspect()
    missing = sorted(set(facts.tables) - set(found.tables))
    if missing:
        raise DestinationNotReady(
            f"the destination lacks {listed(missing)}: create them and start again"
        )
    if found.gate.state is not GateState.CLOSED:
        raise DestinationNotReady(
            f"the destination is {found.gate.state.value}, not closed: it may have taken writes of its own"
        )
    if facts.prepared_transactions:
        raise OriginBusy(
            f"{facts.prepared_transactions} prepared transactions hold locks on the origin: "
            "commit or roll them back"
        )
    if facts.longest_transaction_seconds > plan.max_transaction_seconds:
        raise OriginBusy(
            f"a transaction has been open on the origin for {facts.longest_transaction_seconds:.1f} s, limit "
            f"{plan.max_transaction_seconds} s: the barrier would have to end it"
        )
    old_slots = origin.streaming_slots()
    if not old_slots:
        # Without a name it would stay behind the switch, and keep the origin's log until the disk is full.
        raise OriginBusy(
            "no replication slot of the origin is being read by the task that carries: it connects anew, or reads as "
            "another user than the settings say"
        )
    _refuse_what_readiness_would(facts, found, direction=direction, plan=plan)
    # After its closing it refuses at once, as nothing will open it soon; it may have been a destination that held.
    origin.install(hold=timedelta(0))
    # Roughly now, exactly behind the barrier: then only what was drawn in between is left to set.
    _move_sequences(origin, destination, margin=plan.sequence_margin)
    return _Prepared(
        tables=facts.tables,
        old_slots=old_slots,
        versions={"origin": facts.version, "destination": found.version},
    )


def _refuse_what_readiness_would(
    origin: DatabaseFacts, destination: DatabaseFacts, *, direction: Direction, plan: CutoverPlan
) -> None:
    """Readiness was asked before the first stage, and stages may bake for days. Raises OriginNotReady."""
    forward = direction is Direction.FORWARD
    databases = DatabasesFacts(
        source=origin if forward else destination, target=destination if forward else origin
    )
    findings = database_findings(
        databases, direction=direction, large_objects_unused=plan.large_objects_unused
    )
    if bad := [finding.fact for finding in findings if finding.verdict is Verdict.BAD]:
        raise OriginNotReady("; ".join(bad))


def _heed(word: OperatorWord) -> None:
    """The operator's last chance: between the last stage's check and this one the caches were waited for."""
    heed_an_abort(word)
    if word.word is Word.PAUSE:
        by, reason = word.by or "the operator", word.reason or "no reason given"
        raise Paused(f"paused by {by}: {reason}")


def _catch_up(origin: Database, destination: Database, clock: Clock) -> None:
    """Before any client waits: what was written on the origin until now is on the destination, so that the drain waits
    for a moment's writes only.

    A large transaction may have been committed just before; and the making of the gate is one transaction for each
    table, which the stream decodes like any other: for 10,000 of them it took 2.6 s. Raises OriginBusy.
    """
    beat = origin.write_heartbeat()
    give_up = clock.now() + CATCH_UP_PATIENCE
    while (seen := destination.newest_heartbeat()) is None or seen.beat < beat.beat:
        if clock.now() >= give_up:
            raise OriginBusy(
                f"what was written on the origin has not arrived on the destination after "
                f"{CATCH_UP_PATIENCE.total_seconds():.0f} s: clients would wait for it; look at the task that carries "
                "and at long transactions on the origin"
            )
        clock.sleep(CATCH_UP_POLL_SECONDS)


def _prove(
    origin: Database,
    destination: Database,
    barrier: Barrier,
    clock: Clock,
    *,
    plan: CutoverPlan,
    deadline: datetime,
    certificate: Certificate,
) -> Certificate:
    """Behind the barrier: everything committed before it is on the destination, and no number will be drawn twice."""
    lsn = origin.write_token(certificate.token)
    while not destination.has_token(certificate.token):
        _in_time(clock, deadline, "waiting for the token on the destination")
        clock.sleep(DRAIN_POLL_SECONDS)
    drained_at = clock.now()
    moves = _move_sequences(origin, destination, margin=plan.sequence_margin)
    _in_time(clock, deadline, "setting the sequences")
    return dataclasses.replace(
        certificate,
        lsn=lsn,
        drained_at=drained_at,
        sequences=moves,
        sessions_ended=barrier.sessions_ended,
    )


def _move_sequences(
    origin: Database, destination: Database, *, margin: int
) -> tuple[SequenceMove, ...]:
    moves = []
    states = origin.sequences()
    short = [why for state in states if (why := sequence_shortage(state, margin=margin))]
    if short:
        raise DestinationNotReady(
            f"{listed(short)}, the margin is {margin}: raise the sequence's bound on both sides or lower "
            "sequence_margin"
        )
    for state in states:
        value = sequence_target(state, margin=margin)
        if value is not None and state.last_value is not None:
            moves.append(
                SequenceMove(
                    name=state.name,
                    source=state.last_value,
                    target=value,
                    increment=state.increment,
                )
            )
    destination.set_sequences({move.name: move.target for move in moves})
    return tuple(moves)


def _in_time(clock: Clock, deadline: datetime, doing: str) -> None:
    late = (clock.now() - deadline).total_seconds()
    if late >= 0:
        raise DeadlineExceeded(
            f"the switch's deadline passed while {doing}: nothing was changed, clients saw a delay only"
        )


def _proof(certificate: Certificate, way_back: WayBack) -> dict[str, Any]:
    """What the origin keeps of its closing, for whoever finds it closed and the journal without a word about it."""
    return {
        **jsonable(certificate),
        # The rest are in the entry behind the line: clients wait while this is written.
        "sequences": jsonable(certificate.sequences[:MOST_SEQUENCES]),
        "way_back": way_back_detail(way_back),
    }


def _blank(token: str, tables: int, requested_at: datetime, held_at: datetime) -> Certificate:
    return Certificate(
        token=token,
        lsn="",
        tables=tables,
        barrier_requested_at=requested_at,
        barrier_held_at=held_at,
        drained_at=held_at,
        sequences=(),
        sessions_ended=0,
    )
