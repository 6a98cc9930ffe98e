"""The critical section: barrier, token, drain, sequences, the point of no return, the target opened."""

from __future__ import annotations

import dataclasses
import uuid
from datetime import datetime, timedelta

from cutover.decisions import listed, sequence_shortage, sequence_target
from cutover.errors import AbortRequested, DeadlineExceeded, DestinationNotReady, OriginBusy, Paused
from cutover.journal import Lease, Phase
from cutover.observations import Certificate, GateState, OperatorWord, SequenceMove, Word
from cutover.plan import CutoverPlan
from cutover.ports import Barrier, Clock, Database, Journal

DRAIN_POLL_SECONDS = 0.0005
"""A row on the target answers within 0.3 ms; a longer pause between two looks would lengthen the pause."""


def switch_writer(
    source: Database,
    target: Database,
    journal: Journal,
    clock: Clock,
    *,
    lease: Lease,
    plan: CutoverPlan,
) -> Certificate:
    """Makes the target the writer, or changes nothing.

    Raises Paused, OriginBusy, SwitchAborted (everything is as it was), SwitchOutcomeUnknown (look at the origin),
    or, after the line, whatever kept the target from opening (finish_switch goes on from there).
    """
    tables = _prepare(source, target, journal, lease=lease, plan=plan)
    allowed = timedelta(seconds=plan.switch_deadline_seconds)
    patience = timedelta(milliseconds=plan.lock_patience_milliseconds)
    standing = source.barrier(tables=tables, patience=patience, deadline=allowed)
    requested_at = clock.now()
    deadline = requested_at + allowed
    # Before the line: leaving this block by any exception rolls the barrier back, and clients saw a delay only.
    with standing as barrier:
        held_at = clock.now()
        certificate = _prove(
            source,
            target,
            barrier,
            clock,
            plan=plan,
            deadline=deadline,
            certificate=_blank(len(tables), requested_at, held_at),
        )
        # The intent, refused if this process was overtaken. From here to the answer of close() only the source
        # knows; the journal's phase says so to whoever comes next.
        journal.record(
            lease,
            Phase.SWITCHING,
            now=clock.now(),
            note="intent: the source is about to be closed",
            detail={"token": certificate.token, "lsn": certificate.lsn},
        )
        # After the intent, not before: who says so later sees the phase and is refused.
        _heed_an_abort(journal.word())
        _in_time(clock, deadline, "recording the intent")
        barrier.close()  # the point of no return
        closed_at = clock.now()
    # After the line: the target is opened before anything is written down, because clients are waiting and
    # whoever finds the intent without the fact looks at the source.
    target.open_gate()
    opened_at = clock.now()
    sessions = source.end_client_sessions()
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
        note="the source is closed for good, the target is open",
        detail={"sessions_reconnected": sessions, "pause_ms": certificate.pause_milliseconds},
    )
    return certificate


def _prepare(
    source: Database, target: Database, journal: Journal, *, lease: Lease, plan: CutoverPlan
) -> tuple[str, ...]:
    """All that can be done before a client waits; returns the tables to bar."""
    journal.check(lease)
    _heed(journal.word())
    facts, target_facts = source.inspect(), target.inspect()
    missing = sorted(set(facts.tables) - set(target_facts.tables))
    if missing:
        raise DestinationNotReady(
            f"the target lacks {listed(missing)}: create them and start again"
        )
    if target_facts.gate.state is not GateState.CLOSED:
        raise DestinationNotReady(
            f"the target is {target_facts.gate.state.value}, not closed: it may have taken writes of its own"
        )
    if facts.prepared_transactions:
        raise OriginBusy(
            f"{facts.prepared_transactions} prepared transactions hold locks on the source: "
            "commit or roll them back"
        )
    if facts.longest_transaction_seconds > plan.max_transaction_seconds:
        raise OriginBusy(
            f"a source transaction has been open for {facts.longest_transaction_seconds:.1f} s, limit "
            f"{plan.max_transaction_seconds} s: the barrier would have to end it"
        )
    # Roughly now, exactly behind the barrier: then only what was drawn in between is left to set.
    _move_sequences(source, target, margin=plan.sequence_margin)
    return facts.tables


def _heed(word: OperatorWord) -> None:
    """The operator's last chance: between the last stage's check and this one the caches were waited for."""
    _heed_an_abort(word)
    if word.word is Word.PAUSE:
        by, reason = word.by or "the operator", word.reason or "no reason given"
        raise Paused(f"paused by {by}: {reason}")


def _heed_an_abort(word: OperatorWord) -> None:
    if word.word is Word.ABORT:
        by, reason = word.by or "the operator", word.reason or "no reason given"
        raise AbortRequested(f"{by} asked to abort: {reason}")


def _prove(
    source: Database,
    target: Database,
    barrier: Barrier,
    clock: Clock,
    *,
    plan: CutoverPlan,
    deadline: datetime,
    certificate: Certificate,
) -> Certificate:
    """Behind the barrier: everything committed before it is on the target, and no number will be drawn twice."""
    token = str(uuid.uuid4())
    lsn = source.write_token(token)
    while not target.has_token(token):
        _in_time(clock, deadline, "waiting for the token on the target")
        clock.sleep(DRAIN_POLL_SECONDS)
    drained_at = clock.now()
    moves = _move_sequences(source, target, margin=plan.sequence_margin)
    _in_time(clock, deadline, "setting the sequences")
    return dataclasses.replace(
        certificate,
        token=token,
        lsn=lsn,
        drained_at=drained_at,
        sequences=moves,
        sessions_ended=barrier.sessions_ended,
    )


def _move_sequences(source: Database, target: Database, *, margin: int) -> tuple[SequenceMove, ...]:
    moves = []
    states = source.sequences()
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
    target.set_sequences({move.name: move.target for move in moves})
    return tuple(moves)


def _in_time(clock: Clock, deadline: datetime, doing: str) -> None:
    late = (clock.now() - deadline).total_seconds()
    if late >= 0:
        raise DeadlineExceeded(
            f"the switch's deadline passed while {doing}: nothing was changed, clients saw a delay only"
        )


def _blank(tables: int, requested_at: datetime, held_at: datetime) -> Certificate:
    return Certificate(
        token="",
        lsn="",
        tables=tables,
        barrier_requested_at=requested_at,
        barrier_held_at=held_at,
        drained_at=held_at,
        sequences=(),
        sessions_ended=0,
    )
