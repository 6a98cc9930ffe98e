"""The critical section on the in-memory world: before the line nothing changed, after it only forward."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from cutover.adapters.memory import MemoryBarrier, MemorySlot, MemoryWorld
from cutover.direction import Direction, Stream
from cutover.errors import (
    BarrierLost,
    CutoverError,
    DatabaseUnreachable,
    DeadlineExceeded,
    DestinationNotReady,
    OriginBusy,
    OriginNotReady,
    RecordsNotInSync,
    StaleLease,
    SwitchNotProven,
    SwitchOutcomeUnknown,
    TransitionRefused,
)
from cutover.journal import Lease, Phase, Side
from cutover.observations import GateState, OperatorWord, Word
from cutover.steps.audit import audit_origin
from cutover.steps.lease import complete
from cutover.steps.recovery import finish_switch, put_back, resolve_switch, verify_switch
from cutover.steps.replication import hand_over
from cutover.steps.switch import prepare_destination, switch_writer
from cutover.steps.traffic import move_writes, return_writes, shift_reads, verify_records
from tests.builders import hold_tokens_back, plan, slots

EXECUTION = "execution-1"


@pytest.fixture
def world() -> MemoryWorld:
    return MemoryWorld.ready()


@pytest.fixture
def lease(world: MemoryWorld) -> Lease:
    """A cutover that has come to the switch."""
    lease = world.journal.acquire(EXECUTION, now=world.clock.now())
    shift_reads(
        world.journal,
        world.router,
        world.clock,
        lease=lease,
        plan=plan(),
        stage=3,
        read_record=world.read_record,
    )
    move_writes(
        world.journal,
        world.router,
        world.clock,
        lease=lease,
        read_record=world.read_record,
        write_record=world.write_record,
    )
    return lease


def switch(world: MemoryWorld, lease: Lease) -> Any:
    return switch_writer(
        world.source,
        world.target,
        world.journal,
        world.clock,
        lease=lease,
        plan=plan(),
        slots=slots(),
    )


def die_at_the_line(world: MemoryWorld, lease: Lease, monkeypatch: pytest.MonkeyPatch) -> None:
    """The controller ends between the closing of the origin and the opening of the destination."""
    monkeypatch.setattr(world.target, "open_gate", lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        switch(world, lease)
    monkeypatch.undo()


def resolve(world: MemoryWorld) -> tuple[Side, Lease]:
    return resolve_switch(
        world.source,
        world.target,
        world.journal,
        world.clock,
        execution=EXECUTION,
        slots=slots(),
    )


def verify(world: MemoryWorld, lease: Lease) -> tuple[str, ...]:
    return verify_switch(world.source, world.target, world.journal, world.clock, lease=lease)


def go_back(world: MemoryWorld) -> Any:
    return put_back(
        world.journal,
        world.router,
        world.display,
        world.clock,
        execution=EXECUTION,
        read_record=world.read_record,
        write_record=world.write_record,
        reason="test",
    )


def test_the_writer_moves_with_its_sequences_and_a_certificate(
    world: MemoryWorld, lease: Lease
) -> None:
    certificate = switch(world, lease)
    assert world.writers() == ("target",)
    assert world.target.sequence_values["public.ledger_id_seq"] == 41 + 1000
    assert world.target.sequence_values["public.unused_seq"] is None
    assert certificate.token in world.target.tokens
    assert certificate.lsn
    assert certificate.closed_at is not None
    assert certificate.opened_at is not None
    assert certificate.opened_at >= certificate.closed_at
    assert world.journal.state().phase is Phase.DESTINATION_OPEN
    # The last is what the origin was asked behind it.
    assert [entry.phase for entry in world.journal.entries()][-3:] == [
        Phase.SWITCHING,
        Phase.DESTINATION_OPEN,
        Phase.DESTINATION_OPEN,
    ]


def token_never_arrives(world: MemoryWorld) -> None:
    hold_tokens_back(world.source)


def stream_carries_nothing(world: MemoryWorld) -> None:
    world.source.replicating = False


def source_long_transaction(world: MemoryWorld) -> None:
    world.source.longest_transaction_seconds = 12.0


def source_prepared(world: MemoryWorld) -> None:
    world.source.prepared_transactions = 1


def source_vacuumed(world: MemoryWorld) -> None:
    world.source.maintenance = "public.ledger is held by autovacuum worker 7"


def target_open(world: MemoryWorld) -> None:
    world.target.gate_state = GateState.PARTIAL


def target_lacks_a_table(world: MemoryWorld) -> None:
    world.target.tables = ()


def barrier_dies(world: MemoryWorld) -> None:
    world.source.barrier_lost = True


def overtaken(world: MemoryWorld) -> None:
    world.journal.raise_fence(EXECUTION, now=world.clock.now())


def writers_do_not_end(world: MemoryWorld) -> None:
    world.source.busy_for = timedelta(seconds=11)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (token_never_arrives, DeadlineExceeded),
        (stream_carries_nothing, OriginBusy),
        (writers_do_not_end, DeadlineExceeded),
        (source_long_transaction, OriginBusy),
        (source_prepared, OriginBusy),
        (source_vacuumed, OriginBusy),
        (target_open, DestinationNotReady),
        (target_lacks_a_table, DestinationNotReady),
        (barrier_dies, BarrierLost),
        (overtaken, StaleLease),
    ],
)
def test_before_the_line_a_failure_leaves_the_source_the_writer(
    world: MemoryWorld, lease: Lease, fault: Any, error: type[CutoverError]
) -> None:
    fault(world)
    with pytest.raises(error):
        switch(world, lease)
    assert world.writers() == ("source",)
    side, _ = resolve(world)
    assert side is Side.BEFORE
    go_back(world)
    assert world.router.shares == {world.read_record: 0, world.write_record: 0}
    assert world.journal.state().phase is Phase.PUT_BACK
    assert not world.journal.state().held


def test_a_token_that_never_arrives_gives_up_at_the_deadline_and_not_later(
    world: MemoryWorld, lease: Lease
) -> None:
    token_never_arrives(world)
    before = world.clock.now()
    with pytest.raises(DeadlineExceeded, match="waiting for the token"):
        switch(world, lease)
    assert (world.clock.now() - before).total_seconds() == pytest.approx(10, abs=0.1)


def test_nobody_waits_for_a_stream_that_is_behind(world: MemoryWorld, lease: Lease) -> None:
    world.source.replicating = False
    before = world.clock.now()
    with pytest.raises(OriginBusy, match="has not arrived on the destination after 30 s"):
        switch(world, lease)
    assert (world.clock.now() - before).total_seconds() == pytest.approx(30, abs=0.1)
    # Not even the intent: no table was asked for.
    assert world.journal.state().phase is Phase.WRITES_MOVED


def test_a_stream_that_catches_up_is_waited_for_before_anybody_waits(
    world: MemoryWorld, lease: Lease
) -> None:
    world.source.replicating = False
    sleep = world.clock.sleep

    def catch_up(seconds: float) -> None:
        sleep(seconds)
        if not world.source.replicating and world.clock.now() > behind_until:
            world.source.replicating = True
            world.source.carried_by[0].carry()

    behind_until = world.clock.now() + timedelta(seconds=12)
    setattr(world.clock, "sleep", catch_up)  # noqa: B010  (one clock, as a test leads it)
    certificate = switch(world, lease)
    # Longer than the switch may last: that counts what clients wait for.
    assert certificate.pause_milliseconds == pytest.approx(0, abs=50)
    assert world.writers() == ("target",)


def test_after_the_line_a_failure_goes_forward_only(
    world: MemoryWorld, lease: Lease, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable() -> None:
        raise DatabaseUnreachable("connection reset")

    monkeypatch.setattr(world.target, "open_gate", unreachable)
    with pytest.raises(DatabaseUnreachable):
        switch(world, lease)
    monkeypatch.undo()
    assert world.writers() == ()
    with pytest.raises(CutoverError, match="look at the origin"):
        go_back(world)
    side, newer = resolve(world)
    assert side is Side.AFTER
    with pytest.raises(CutoverError, match="nothing may reopen the origin"):
        go_back(world)
    finish_switch(world.source, world.target, world.journal, world.clock, lease=newer)
    assert world.writers() == ("target",)
    assert verify(world, newer) == ()


def test_an_answer_that_got_lost_after_the_closing_is_found_out_at_the_source(
    world: MemoryWorld, lease: Lease, monkeypatch: pytest.MonkeyPatch
) -> None:
    close = MemoryBarrier.close

    def close_and_lose_the_answer(barrier: MemoryBarrier, proof: dict[str, Any]) -> None:
        close(barrier, proof)
        raise ConnectionError("cut")

    monkeypatch.setattr(MemoryBarrier, "close", close_and_lose_the_answer)
    with pytest.raises(ConnectionError):
        switch(world, lease)
    assert world.journal.state().way_back is None
    assert resolve(world)[0] is Side.AFTER
    # What the switch could not say any more, the source has kept with its closing.
    state, told = world.journal.state(), world.journal.entries()[-1].detail
    assert state.way_back is not None
    assert (state.way_back.stream, state.way_back.slot) == (Stream.BACK, "way_back")
    assert told["lsn"] == "0/16B3748"
    assert told["token"] in world.target.tokens


def test_the_slot_of_a_switch_that_did_not_happen_is_dropped_by_the_look(
    world: MemoryWorld, lease: Lease, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was kept for the case that the closing gets through; nobody would ever read it."""

    def no_answer(barrier: MemoryBarrier, proof: dict[str, Any]) -> None:
        raise SwitchOutcomeUnknown("no answer")

    monkeypatch.setattr(MemoryBarrier, "close", no_answer)
    with pytest.raises(SwitchOutcomeUnknown):
        switch(world, lease)
    assert set(world.target.slots) == {"way_back"}
    assert resolve(world)[0] is Side.BEFORE
    assert world.target.slots == {}


def test_an_intent_that_was_refused_holds_no_client_up(
    world: MemoryWorld, lease: Lease, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is recorded before the barrier locks anything, and leaves nothing."""
    record = world.journal.record

    def overtaken(*given: Any, **named: Any) -> None:
        world.journal.raise_fence(lease.execution, now=world.clock.now())
        record(*given, **named)

    monkeypatch.setattr(world.journal, "record", overtaken)
    with pytest.raises(StaleLease):
        switch(world, lease)
    assert (world.journal.state().phase, world.source.tokens) == (Phase.WRITES_MOVED, set())
    assert (world.target.slots, world.source.barrier_held) == ({}, False)


def test_a_switch_that_failed_before_its_intent_leaves_no_slot(
    world: MemoryWorld, lease: Lease
) -> None:
    token_never_arrives(world)
    with pytest.raises(DeadlineExceeded):
        switch(world, lease)
    assert world.target.slots == {}


def test_an_event_that_arrives_again_past_the_line_leaves_the_slot_alone(
    world: MemoryWorld, lease: Lease, monkeypatch: pytest.MonkeyPatch
) -> None:
    die_at_the_line(world, lease, monkeypatch)
    slots_before = dict(world.target.slots)
    assert set(slots_before) == {"way_back"}
    with pytest.raises(TransitionRefused, match="made already"):
        switch(world, lease)
    assert world.target.slots == slots_before


def test_a_closed_origin_without_an_intent_is_not_explained_by_a_switch(
    world: MemoryWorld, lease: Lease
) -> None:
    world.source.gate_state = GateState.CLOSED
    with pytest.raises(SwitchNotProven, match="a person must look"):
        resolve(world)


def test_what_the_target_writes_before_the_hand_over_waits_in_the_slot(
    world: MemoryWorld, lease: Lease
) -> None:
    assert world.source.write_row(1)
    switch(world, lease)
    assert world.target.write_row(2)
    assert world.source.rows == [1]
    hand_over(world.tasks, world.journal, world.clock, lease=lease)
    assert world.source.rows == [1, 2]
    assert world.target.rows == [1, 2]
    # And again: nothing is stopped, started or carried twice.
    hand_over(world.tasks, world.journal, world.clock, lease=lease)
    assert world.source.rows == [1, 2]


def test_a_destination_that_is_down_does_not_keep_the_names_from_the_origin(
    world: MemoryWorld, lease: Lease
) -> None:
    """Before the line: it may be just what broke, and clients would be sent to it for as long as it is."""
    token_never_arrives(world)
    with pytest.raises(DeadlineExceeded):
        switch(world, lease)
    world.target.reachable = False
    assert resolve(world)[0] is Side.BEFORE
    newest = world.journal.entries()[-1]
    assert newest.phase is Phase.SWITCH_ABANDONED
    assert "the slot way_back may be left on the destination" in newest.note
    assert go_back(world) is not None
    assert world.router.weights(world.write_record).target == 0


def test_a_destination_that_restarts_is_waited_for_so_that_no_slot_stays(
    world: MemoryWorld, lease: Lease, monkeypatch: pytest.MonkeyPatch
) -> None:
    token_never_arrives(world)
    with pytest.raises(DeadlineExceeded):
        switch(world, lease)
    world.target.slots["way_back"] = 0
    world.target.reachable = False
    sleep = world.clock.sleep

    def restarted(seconds: float) -> None:
        sleep(seconds)
        world.target.reachable = True

    monkeypatch.setattr(world.clock, "sleep", restarted)
    assert resolve(world)[0] is Side.BEFORE
    assert "left" not in world.journal.entries()[-1].note
    assert "way_back" not in world.target.slots


def test_an_origin_that_was_a_destination_refuses_at_once_in_either_plan(
    world: MemoryWorld, lease: Lease, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever writes to it after the closing would be held for as long as an early client is."""
    held: list[timedelta] = []
    monkeypatch.setattr(world.source, "install", lambda *, hold: held.append(hold))
    switch(world, lease)
    assert held == [timedelta(0)]


def test_an_origin_that_is_down_is_needed_only_where_an_intent_was_recorded(
    world: MemoryWorld, lease: Lease
) -> None:
    world.source.reachable = False
    assert resolve(world)[0] is Side.BEFORE
    assert "no intent was recorded" in world.journal.entries()[-1].note
    assert go_back(world) is not None


def test_an_intent_can_be_told_from_its_fact_by_the_origin_only(
    world: MemoryWorld, lease: Lease
) -> None:
    world.journal.record(lease, Phase.SWITCHING, now=world.clock.now(), note="intent")
    world.source.reachable = False
    with pytest.raises(DatabaseUnreachable):
        resolve(world)
    assert world.journal.state().phase is Phase.SWITCHING


def test_an_origin_that_dies_behind_the_line_does_not_undo_what_is_known(
    world: MemoryWorld, lease: Lease, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_gate = world.target.open_gate

    def opened() -> None:
        open_gate()
        world.source.reachable = False

    monkeypatch.setattr(world.target, "open_gate", opened)
    switch(world, lease)
    newest = world.journal.entries()[-1]
    assert newest.phase is Phase.DESTINATION_OPEN
    assert newest.detail["sessions_reconnected"] is None
    assert newest.detail["counters"] is None, "so the audit says that it is not known"
    # And whoever has to finish it needs no more of the origin.
    finish_switch(world.source, world.target, world.journal, world.clock, lease=lease)


def test_a_table_made_behind_the_closing_does_not_make_it_a_guess(
    world: MemoryWorld, lease: Lease, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the line: the commit that closed it left its proof; what is open came later."""
    die_at_the_line(world, lease, monkeypatch)
    world.source.gate_state = GateState.PARTIAL
    side, newer = resolve(world)
    assert side is Side.AFTER
    finish_switch(world.source, world.target, world.journal, world.clock, lease=newer)
    verify(world, newer)
    assert world.writers() == ("target",)
    verdict, fact = audited(world, newer)
    assert verdict == "bad"
    assert "public.ledger made while it was being closed" in fact


def audited(world: MemoryWorld, lease: Lease) -> tuple[str, str]:
    with pytest.raises(SwitchNotProven):
        audit_origin(world.source, world.journal, world.clock, lease=lease, plan=plan())
    audit = world.journal.entries()[-1].detail["audit"]
    return audit["verdict"], audit["fact"]


def test_an_origin_that_was_opened_again_behind_its_closing_is_not_guessed_about(
    world: MemoryWorld, lease: Lease, monkeypatch: pytest.MonkeyPatch
) -> None:
    die_at_the_line(world, lease, monkeypatch)
    world.source.open_gate()
    with pytest.raises(SwitchNotProven, match="a person must look"):
        resolve(world)


def test_what_readiness_refuses_is_refused_right_before_the_switch_too(
    world: MemoryWorld, lease: Lease
) -> None:
    """Stages may bake for days."""
    world.source.large_objects = 3
    with pytest.raises(OriginNotReady, match="3 large objects on the source"):
        switch(world, lease)
    assert world.writers() == ("source",)
    assert world.journal.state().phase is Phase.WRITES_MOVED


def test_early_clients_draw_numbers_past_those_of_the_origin(
    world: MemoryWorld, lease: Lease
) -> None:
    """nextval passes the gate: what a held newcomer drew must not be given again."""
    prepare_destination(world.source, world.target, world.journal, lease=lease, plan=plan())
    assert world.target.sequence_values["public.ledger_id_seq"] == 41 + 1000
    world.target.sequence_values["public.ledger_id_seq"] = 41 + 1050
    switch(world, lease)
    assert world.target.sequence_values["public.ledger_id_seq"] == 41 + 1050


def test_a_partial_gate_is_not_explained_away(world: MemoryWorld, lease: Lease) -> None:
    world.journal.record(lease, Phase.SWITCHING, now=world.clock.now(), note="intent")
    world.source.gate_state = GateState.PARTIAL
    with pytest.raises(SwitchNotProven, match="a person must look"):
        resolve(world)


@pytest.mark.parametrize(
    ("source", "target", "said"),
    [
        (GateState.OPEN, GateState.OPEN, "the origin is open, it must be closed"),
        (GateState.CLOSED, GateState.CLOSED, "the destination is closed, it must be open"),
        (GateState.CLOSED, GateState.PARTIAL, "the destination is partly closed"),
    ],
)
def test_the_proof_after_the_switch_looks_at_both_sides(
    world: MemoryWorld, lease: Lease, source: GateState, target: GateState, said: str
) -> None:
    world.source.gate_state, world.target.gate_state = source, target
    with pytest.raises(SwitchNotProven, match=said):
        verify(world, lease)


def test_an_overtaken_controller_can_move_nothing(world: MemoryWorld, lease: Lease) -> None:
    go_back(world)
    moves = len(world.router.moves)
    with pytest.raises(StaleLease):
        shift_reads(
            world.journal,
            world.router,
            world.clock,
            lease=lease,
            plan=plan(),
            stage=0,
            read_record=world.read_record,
        )
    with pytest.raises(StaleLease):
        move_writes(
            world.journal,
            world.router,
            world.clock,
            lease=lease,
            read_record=world.read_record,
            write_record=world.write_record,
        )
    with pytest.raises(StaleLease):
        switch(world, lease)
    assert len(world.router.moves) == moves
    assert world.writers() == ("source",)


def test_a_put_back_may_be_repeated_but_not_by_a_stranger(world: MemoryWorld, lease: Lease) -> None:
    assert go_back(world) is not None
    assert go_back(world) is not None
    world.journal.acquire("execution-2", now=world.clock.now())
    assert go_back(world) is None
    assert world.journal.state().execution == "execution-2"


@pytest.mark.parametrize(
    ("slow", "said"),
    [("set_sequences", "setting the sequences"), ("advance", "making the way back")],
)
def test_nothing_slow_behind_the_barrier_outlasts_the_deadline(
    world: MemoryWorld, lease: Lease, monkeypatch: pytest.MonkeyPatch, slow: str, said: str
) -> None:
    of = MemorySlot if slow == "advance" else world.target
    act = getattr(of, slow)

    def slowly(*arguments: Any, **named: Any) -> Any:
        if world.source.barrier_held:
            world.clock.sleep(11)
        return act(*arguments, **named)

    monkeypatch.setattr(of, slow, slowly)
    with pytest.raises(DeadlineExceeded, match=said):
        switch(world, lease)
    assert world.writers() == ("source",)


class Hanged(Exception):
    """The function's time was over while it waited."""


def hangs(*_: Any, **__: Any) -> Any:
    raise Hanged


ASKED_OF_AN_ORIGIN = ("end_client_sessions", "end_barrier_sessions", "gate", "write_counters")


def test_an_origin_that_hangs_behind_its_closing_keeps_nothing_that_is_known(
    world: MemoryWorld, lease: Lease, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server on a storage that hangs answers nothing, and every function that asks it runs into its limit."""
    close = MemoryBarrier.close

    def close_and_hang(barrier: MemoryBarrier, proof: dict[str, Any]) -> None:
        close(barrier, proof)
        for asked in ASKED_OF_AN_ORIGIN:
            monkeypatch.setattr(world.source, asked, hangs)

    monkeypatch.setattr(MemoryBarrier, "close", close_and_hang)
    with pytest.raises(Hanged):
        switch(world, lease)
    state = world.journal.state()
    assert (state.phase, state.way_back is not None) == (Phase.DESTINATION_OPEN, True)
    side, looked = resolve(world)
    assert side is Side.AFTER
    # What ends the sessions of the closed side gives up by itself (test_closed_side.py); were it not so, it is last.
    with pytest.raises(Hanged):
        finish_switch(world.source, world.target, world.journal, world.clock, lease=looked)
    assert world.journal.entries()[-1].note == "the target is open"


def test_the_sessions_left_on_the_source_are_asked_to_reconnect(
    world: MemoryWorld, lease: Lease, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended: list[str] = []

    def end() -> int:
        ended.append("source")
        return 8

    monkeypatch.setattr(world.source, "end_client_sessions", end)
    switch(world, lease)
    assert ended == ["source"]
    assert world.journal.entries()[-1].detail["sessions_reconnected"] == 8
    finish_switch(world.source, world.target, world.journal, world.clock, lease=lease)
    assert ended == ["source", "source"]


def test_the_sequences_are_near_their_place_before_anybody_waits(
    world: MemoryWorld, lease: Lease, monkeypatch: pytest.MonkeyPatch
) -> None:
    act, behind_the_barrier = world.target.set_sequences, []

    def noted(values: dict[str, int]) -> None:
        behind_the_barrier.append(world.source.barrier_held)
        act(values)

    monkeypatch.setattr(world.target, "set_sequences", noted)
    switch(world, lease)
    assert behind_the_barrier == [False, True]


def test_no_session_is_left_that_could_still_close_the_source_when_it_is_looked_at(
    world: MemoryWorld, lease: Lease, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.journal.record(lease, Phase.SWITCHING, now=world.clock.now(), note="intent")
    order: list[str] = []
    look = world.source.gate

    def end() -> int:
        # What the session does last: the COMMIT was on its way when the controller was given up on.
        order.append("ended")
        world.source.gate_state = GateState.CLOSED
        return 1

    def looked() -> Any:
        order.append("looked")
        return look()

    monkeypatch.setattr(world.source, "end_barrier_sessions", end)
    monkeypatch.setattr(world.source, "gate", looked)
    side, newer = resolve(world)
    assert order == ["ended", "looked"]
    assert side is Side.AFTER
    assert newer.fence == lease.fence + 1


def test_an_overtaken_controller_makes_nobody_wait(
    world: MemoryWorld, lease: Lease, monkeypatch: pytest.MonkeyPatch
) -> None:
    def touched(*_: Any, **__: Any) -> Any:
        raise AssertionError("an overtaken controller asked for the barrier or set a sequence")

    world.journal.raise_fence(EXECUTION, now=world.clock.now())
    monkeypatch.setattr(world.source, "barrier", touched)
    monkeypatch.setattr(world.target, "set_sequences", touched)
    with pytest.raises(StaleLease):
        switch(world, lease)


def test_a_number_drawn_while_the_barrier_was_made_is_not_given_again(
    world: MemoryWorld, lease: Lease, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_token = world.source.write_token

    def draw_and_write(token: str) -> str:
        world.source.sequence_values["public.ledger_id_seq"] = 50_000
        return write_token(token)

    monkeypatch.setattr(world.source, "write_token", draw_and_write)
    certificate = switch(world, lease)
    assert world.target.sequence_values["public.ledger_id_seq"] == 51_000
    assert [move.source for move in certificate.sequences] == [50_000]


@pytest.mark.parametrize("share", [0, 50])
def test_weights_that_somebody_else_has_moved_are_not_verified(
    world: MemoryWorld, lease: Lease, share: int
) -> None:
    change = world.router.set_target_shares({world.read_record: 20}, now=world.clock.now())
    world.router.shares[world.read_record] = share
    with pytest.raises(RecordsNotInSync, match="something else has moved it"):
        verify_records(
            world.journal, world.router, world.clock, execution=lease.execution, change=change
        )


@pytest.mark.parametrize("overtaken", ["before the look", "between the two looks"])
def test_records_that_another_cutover_has_by_now_are_not_verified(
    world: MemoryWorld, lease: Lease, monkeypatch: pytest.MonkeyPatch, overtaken: str
) -> None:
    """A put-back gives the lease up, and waits for Route 53 behind it: neither are the records its own any more nor
    is what the operator says."""
    change = go_back(world)
    assert change is not None

    def start_another(_change: str = "") -> bool:
        other = world.journal.acquire("another", now=world.clock.now())
        shift_reads(
            world.journal,
            world.router,
            world.clock,
            lease=other,
            plan=plan(),
            stage=0,
            read_record=world.read_record,
        )
        abort = OperatorWord(word=Word.ABORT, by="dba", reason="of the other one")
        world.journal.say(abort, now=world.clock.now())
        return True

    if overtaken == "before the look":
        start_another()
    else:
        monkeypatch.setattr(world.router, "in_sync", start_another)
    assert not verify_records(
        world.journal, world.router, world.clock, execution=lease.execution, change=change
    )


def send_home(world: MemoryWorld, lease: Lease) -> None:
    return_writes(
        world.journal,
        world.router,
        world.clock,
        lease=lease,
        read_record=world.read_record,
        write_record=world.write_record,
    )


def test_what_moved_early_goes_home_while_the_move_holds(world: MemoryWorld, lease: Lease) -> None:
    for _ in range(2):
        send_home(world, lease)
        assert world.router.shares == {world.read_record: 100, world.write_record: 0}
        assert world.journal.state().phase is Phase.WRITES_MOVED
    switch(world, lease)


def test_nothing_goes_home_past_the_line(world: MemoryWorld, lease: Lease) -> None:
    switch(world, lease)
    before = dict(world.router.shares)
    with pytest.raises(TransitionRefused, match="not known to take writes"):
        send_home(world, lease)
    assert world.router.shares == before


@pytest.mark.parametrize("done", [True, False])
def test_a_look_at_the_origin_that_arrives_after_the_end_keeps_nobody_from_starting(
    world: MemoryWorld, lease: Lease, done: bool
) -> None:
    """Its call was given up on, or came twice; nothing follows that would give the lease up again."""
    if done:
        switch(world, lease)
        hand_over(world.tasks, world.journal, world.clock, lease=lease)
        complete(world.journal, world.display, world.clock, lease=lease)
    else:
        go_back(world)
    phase, records = world.journal.state().phase, dict(world.router.shares)
    if done:
        with pytest.raises(StaleLease, match="has given its lease up"):
            resolve(world)
    else:
        resolve(world)
    assert (world.journal.state().phase, world.journal.state().held) == (phase, False)
    assert world.router.shares == records
    direction = Direction.BACK if done else Direction.FORWARD
    world.journal.acquire("next", now=world.clock.now(), direction=direction)
