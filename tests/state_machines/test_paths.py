"""Whole-machine paths, named for the path: the real definition, the real handlers, an in-memory world."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cutover.adapters.memory import MemoryBarrier, MemoryWorld
from cutover.approval import Answer
from cutover.certificate import check_certificate
from cutover.decisions import Verdict
from cutover.direction import Stream
from cutover.errors import (
    BarrierLost,
    DatabaseUnreachable,
    PrivilegeMissing,
    ServiceUnavailable,
    SwitchOutcomeUnknown,
)
from cutover.journal import JournalState, Phase, WayBack
from cutover.observations import GateState, OperatorWord, Word
from cutover.plan import WriteRecordMoves
from cutover.ports import ApprovalTokens
from cutover.steps.approve import answer, end_wait
from cutover.transitions import way_back_detail
from rehearsal.machine import CHECK_DEFINITION
from tests.builders import plan
from tests.state_machines.machine import Machine, Run


@pytest.fixture
def world() -> MemoryWorld:
    return MemoryWorld.ready()


def shares(world: MemoryWorld) -> list[int]:
    """Every share the read record was given, in order."""
    return [move[world.read_record] for move in world.router.moves if world.read_record in move]


def assert_everything_is_as_it_was(world: MemoryWorld) -> None:
    assert world.writers() == ("source",)
    assert world.router.shares == {world.read_record: 0, world.write_record: 0}
    assert world.journal.state().phase is Phase.PUT_BACK
    assert not world.journal.state().held
    assert world.target.gate_state is GateState.CLOSED


def test_happy_path(world: MemoryWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    run = Machine(world).run(monkeypatch)
    assert run.status == "SUCCEEDED", run.cause
    assert shares(world) == [20, 50, 80, 100]
    assert world.writers() == ("target",)
    assert world.router.shares == {world.read_record: 100, world.write_record: 100}
    assert world.journal.state().phase is Phase.DONE
    assert run.messages == ["Cutover done"]
    order = [
        "Take the lease",
        "Check readiness",
        "Shift the reads",
        "Verify the shifted reads",
        "Bake",
        "Check the stage",
        "Move the write record early",
        "Wait for the caches",
        "Switch the writer",
        "Flip the write record",
        "Verify the switch",
        "Verify the write record",
        "Complete",
        "Done",
    ]
    assert [state for state in dict.fromkeys(run.states) if state in order] == order
    # 300 s of bake at 60 s a poll: each stage is looked at five times, not once at its end.
    assert run.states.count("Check the stage") == 4 * 5


def test_a_finished_cutover_leaves_its_certificate(
    world: MemoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = Machine(world).run(monkeypatch)
    assert run.states[-4:] == ["Complete", "Store the certificate", "Announce", "Done"]
    ((key, text),) = world.certificates.kept.items()
    assert key == "certificates/test/night.json"
    document = json.loads(text)
    entries, newest = world.journal.entries(), world.journal.state().seal
    assert entries[-1].note == f"the certificate is stored as {key}"
    found = {
        each.title: each.verdict for each in check_certificate(document, entries, newest=newest)
    }
    assert Verdict.BAD not in found.values()
    for title in (
        "The document says what the journal says",
        "It is the document that was stored",
        "The journal is as it was written",
        "The rows were compared",
    ):
        assert found[title] is Verdict.GOOD


def test_a_certificate_that_cannot_be_stored_pages_a_person_and_the_cutover_is_done(
    world: MemoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.certificates.reachable = False
    run = Machine(world).run(monkeypatch)
    assert run.status == "SUCCEEDED", run.cause
    assert sum(1 for key, _ in run.calls if key == "store_certificate") == 11
    assert run.messages == [
        "Cutover: a person is needed, the certificate is not stored",
        "Cutover done",
    ]
    assert world.journal.state().phase is Phase.DONE
    assert not world.journal.state().held


def test_a_bucket_that_comes_back_has_the_certificate_once(
    world: MemoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.certificates.reachable = False

    def back(world: MemoryWorld) -> None:
        world.certificates.reachable = True

    run = Machine(world).before("store_certificate", 3, back).run(monkeypatch)
    assert run.messages == ["Cutover done"]
    assert len(world.certificates.kept) == 1


@pytest.mark.parametrize("given", [{"by": "ada"}, {"by": "ada", "manual": True}])
def test_who_started_it_is_in_the_journal(
    world: MemoryWorld, monkeypatch: pytest.MonkeyPatch, given: dict[str, Any]
) -> None:
    run = Machine(world, given=given, plan=plan(weights=(100,))).run(monkeypatch)
    assert run.status == "SUCCEEDED", run.cause
    start = world.journal.entries()[0]
    assert start.detail["by"] == "ada"
    assert start.detail["plan"]["weights"] == [100]
    ((_, text),) = world.certificates.kept.items()
    assert json.loads(text)["started"]["by"] == "ada"


def says(granted: bool) -> Any:
    """`cutover approve`, or with --deny."""
    given = Answer(granted=granted, by="ada", reason="phones are quiet")
    return lambda world, tokens: answer(world.journal, tokens, world.clock, given=given)


def aborts(world: MemoryWorld, tokens: ApprovalTokens) -> None:
    """`cutover abort`."""
    word = OperatorWord(word=Word.ABORT, by="ada", reason="phones ring")
    world.journal.say(word, now=world.clock.now())
    assert end_wait(world.journal, tokens, world.clock, word=word)


def test_a_person_agrees_before_a_stage_and_before_the_switch(
    world: MemoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    asks = plan(approve_before=(20, 80, "switch"))
    answers = {before: says(True) for before in (20, 80, "switch")}
    run = Machine(world, plan=asks, answers=answers).run(monkeypatch)
    assert run.status == "SUCCEEDED", run.cause
    assert shares(world) == [20, 50, 80, 100]
    assert [event["before"] for key, event in run.calls if key == "ask_approval"] == [
        20,
        80,
        "switch",
    ]
    # What was true before a person thought about it for hours is looked at again.
    entered = run.states.index
    assert run.states.count("Check readiness") == 2
    assert run.states.count("Check the stage") == 4 * 5 + 2
    assert entered("Ask for approval") < entered("Shift the reads")
    assert run.states.count("Ask for approval") == 3
    subjects = [subject for subject, _ in world.notices.sent]
    assert subjects[-1] == "Cutover asks before the switch of the writer"
    assert "cutover approve --suffix test" in world.notices.sent[-1][1]
    ((_, text),) = world.certificates.kept.items()
    assert [each["by"] for each in json.loads(text)["approvals"]] == ["ada"] * 3
    # Before the token was used: whatever went on was approved in the journal first.
    notes = [entry.note for entry in world.journal.entries()]
    assert notes.index("ada approved the stage of 20 % of the reads: phones are quiet") < next(
        at for at, note in enumerate(notes) if "stage 1 of 4" in note
    )


def test_a_stage_that_this_cutover_leaves_out_is_asked_about_by_none(
    world: MemoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = Machine(world, plan=plan(approve_before=(20, 80)), given={"manual": True}).run(
        monkeypatch
    )
    assert run.status == "SUCCEEDED", run.cause
    assert "Ask for approval" not in run.states


@pytest.mark.parametrize("before", [50, "switch"])
@pytest.mark.parametrize(
    ("answered", "error", "cause"),
    [
        (says(False), "ApprovalDenied", "ada denied"),
        (aborts, "AbortRequested", "ada asked to abort"),
    ],
)
def test_a_no_puts_back_at_once(
    world: MemoryWorld,
    monkeypatch: pytest.MonkeyPatch,
    before: int | str,
    answered: Any,
    error: str,
    cause: str,
) -> None:
    asks = plan(approve_before=(before,))
    run = Machine(world, plan=asks, answers={before: answered}).run(monkeypatch)
    assert (run.status, run.error) == ("FAILED", error)
    assert cause in run.cause
    assert run.messages == ["Cutover put back"]
    assert "Switch the writer" not in run.states
    assert_everything_is_as_it_was(world)


def test_what_went_wrong_while_a_person_thought_is_seen_before_anything_moves(
    world: MemoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    def alarm_then_yes(world: MemoryWorld, tokens: ApprovalTokens) -> None:
        world.monitoring.alarm_states["replication-lag"] = "ALARM"
        says(True)(world, tokens)

    asks = plan(approve_before=(50,))
    run = Machine(world, plan=asks, answers={50: alarm_then_yes}).run(monkeypatch)
    assert (run.status, run.error) == ("FAILED", "AlarmRaised")
    assert shares(world) == [20, 0]
    assert_everything_is_as_it_was(world)


def test_an_abort_that_was_said_before_the_question_is_heard(
    world: MemoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    def abort(world: MemoryWorld) -> None:
        word = OperatorWord(word=Word.ABORT, by="ada", reason="no")
        world.journal.say(word, now=world.clock.now())

    asks = plan(approve_before=(50,))
    run = Machine(world, plan=asks).before("ask_approval", 1, abort).run(monkeypatch)
    assert (run.status, run.error) == ("FAILED", "AbortRequested")
    assert world.notices.sent == []
    assert_everything_is_as_it_was(world)


def test_a_question_that_nobody_can_be_told_puts_back(
    world: MemoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.notices.reachable = False
    run = Machine(world, plan=plan(approve_before=(20,))).run(monkeypatch)
    assert (run.status, run.error) == ("FAILED", "ServiceUnavailable")
    assert sum(1 for key, _ in run.calls if key == "ask_approval") == 6
    assert shares(world) == [0]
    assert_everything_is_as_it_was(world)


def test_write_record_after_the_switch(world: MemoryWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    late = plan(write_record_moves=WriteRecordMoves.AFTER_SWITCH)
    run = Machine(world, plan=late).run(monkeypatch)
    assert run.status == "SUCCEEDED", run.cause
    assert "Move the write record early" not in run.states
    assert run.states.index("Flip the write record") > run.states.index("Switch the writer")
    assert world.router.shares[world.write_record] == 100


def lag_grows(world: MemoryWorld) -> None:
    world.source.replicating = False
    world.source.heartbeats.clear()
    world.clock.sleep(61)


def test_lag_too_high_puts_back(world: MemoryWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    run = Machine(world).before("measure_lag", 8, lag_grows).run(monkeypatch)
    assert (run.status, run.error) == ("FAILED", "LagTooHigh")
    assert "limit 60 s" in run.cause
    assert run.states[-1] == "Put back, nothing lost"
    assert run.messages == ["Cutover put back"]
    assert shares(world) == [20, 50, 0]
    assert_everything_is_as_it_was(world)


def test_lag_unknown_holds_and_goes_on_when_it_is_known_again(
    world: MemoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lose(world: MemoryWorld) -> None:
        world.target.reachable = False

    def find(world: MemoryWorld) -> None:
        world.target.reachable = True

    machine = Machine(world).before("measure_lag", 4, lose).before("measure_lag", 7, find)
    run = machine.run(monkeypatch)
    assert run.status == "SUCCEEDED", run.cause
    assert run.states.count("Check the stage") > 4 * 5 - 1
    assert shares(world) == [20, 50, 80, 100]


def test_lag_unknown_for_too_long_puts_back(
    world: MemoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lose(world: MemoryWorld) -> None:
        world.target.reachable = False

    run = Machine(world).before("measure_lag", 4, lose).run(monkeypatch)
    assert (run.status, run.error) == ("FAILED", "HeldTooLong")
    assert shares(world) == [20, 0]
    assert_everything_is_as_it_was(world)


def test_metrics_missing_at_the_start_hold_before_anything_moves(
    world: MemoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.monitoring.latency_seconds = None
    run = Machine(world).run(monkeypatch)
    assert (run.status, run.error) == ("FAILED", "HeldTooLong")
    assert shares(world) == [0]
    assert run.states.count("Wait until ready") >= 10
    assert_everything_is_as_it_was(world)


def test_abort_at_50(world: MemoryWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    def abort(world: MemoryWorld) -> None:
        word = OperatorWord(word=Word.ABORT, by="dba", reason="not tonight")
        world.journal.say(word, now=world.clock.now())

    run = Machine(world).before("measure_lag", 9, abort).run(monkeypatch)
    assert (run.status, run.error) == ("FAILED", "AbortRequested")
    assert "not tonight" in run.cause
    assert shares(world) == [20, 50, 0]
    assert_everything_is_as_it_was(world)


def says_so(word: Word) -> Any:
    """`cutover pause`, `resume` or `abort`."""
    said = OperatorWord(word=word, by="dba", reason="not tonight")
    return lambda world: world.journal.say(said, now=world.clock.now())


WEIGHTS = (20, 50, 80, 100)
LOOKS = [("readiness", 1, [0])] + [
    (f"{weight} %", 1 + 5 * at + 3, [*WEIGHTS[: at + 1], 0]) for at, weight in enumerate(WEIGHTS)
]
"""A stage is looked at five times, once for readiness: the third look of each, and what was set until then."""


@pytest.mark.parametrize(("at", "look", "moved"), LOOKS, ids=[at for at, _, _ in LOOKS])
def test_an_abort_is_heard_at_the_next_check_wherever_it_is_said(
    world: MemoryWorld, monkeypatch: pytest.MonkeyPatch, at: str, look: int, moved: list[int]
) -> None:
    run = Machine(world).before("measure_lag", look, says_so(Word.ABORT)).run(monkeypatch)
    assert (run.status, run.error) == ("FAILED", "AbortRequested")
    assert sum(1 for key, _ in run.calls if key == "measure_lag") == look
    assert shares(world) == moved
    assert_everything_is_as_it_was(world)


@pytest.mark.parametrize(("at", "look", "moved"), LOOKS, ids=[at for at, _, _ in LOOKS])
def test_a_pause_holds_wherever_it_is_said_and_what_is_resumed_goes_on(
    world: MemoryWorld, monkeypatch: pytest.MonkeyPatch, at: str, look: int, moved: list[int]
) -> None:
    """For longer than a bake and than max_hold_seconds: a person holds it, and nothing else may end that."""
    held = 20
    weights: list[int] = []

    def resume(world: MemoryWorld) -> None:
        weights.extend(shares(world))
        says_so(Word.NONE)(world)

    machine = Machine(world).before("measure_lag", look, says_so(Word.PAUSE))
    run = machine.before("measure_lag", look + held, resume).run(monkeypatch)
    assert run.status == "SUCCEEDED", run.cause
    assert weights == moved[:-1]
    assert shares(world) == list(WEIGHTS)


@pytest.mark.parametrize(
    ("call", "moved"),
    [*((at + 1, [*WEIGHTS[: at + 1], 0]) for at in range(4)), (5, [*WEIGHTS, 0])],
    ids=[*(f"{weight} %" for weight in WEIGHTS), "write record"],
)
def test_an_abort_is_heard_while_route_53_spreads_a_change(
    world: MemoryWorld, monkeypatch: pytest.MonkeyPatch, call: int, moved: list[int]
) -> None:
    """At the next try, and not after all six."""

    def spread(done: bool) -> Any:
        return lambda world: monkeypatch.setattr(world.router, "in_sync", lambda _change: done)

    machine = Machine(world).before("verify_records", call, spread(False))
    machine.before("verify_records", call + 1, says_so(Word.ABORT))
    run = machine.before("verify_records", call + 2, spread(True)).run(monkeypatch)
    assert (run.status, run.error) == ("FAILED", "AbortRequested")
    # The aborted try, and that of the put-back.
    assert sum(1 for key, _ in run.calls if key == "verify_records") == call + 2
    assert shares(world) == moved
    assert_everything_is_as_it_was(world)


def test_an_abort_that_comes_too_late_stops_no_verification_after_the_line(
    world: MemoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = Machine(world).before("verify_records", 6, says_so(Word.ABORT)).run(monkeypatch)
    assert run.status == "SUCCEEDED", run.cause
    assert world.writers() == ("target",)


def test_pause_holds_a_stage_until_the_word_is_taken_back(
    world: MemoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    def pause(world: MemoryWorld) -> None:
        world.journal.say(OperatorWord(word=Word.PAUSE, by="dba"), now=world.clock.now())

    def resume(world: MemoryWorld) -> None:
        world.journal.say(OperatorWord(), now=world.clock.now())

    machine = Machine(world).before("measure_lag", 4, pause).before("measure_lag", 12, resume)
    run = machine.run(monkeypatch)
    assert run.status == "SUCCEEDED", run.cause
    assert run.states.count("Check the stage") >= 4 * 5 + 2


def test_a_table_suspended_after_the_last_stage_is_seen_before_the_switch(
    world: MemoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    def suspend(world: MemoryWorld) -> None:
        world.with_table_state("Table error")

    # Once before the start and five times in each of four stages; the next one is the last before the switch.
    run = Machine(world).before("measure_lag", 1 + 4 * 5 + 1, suspend).run(monkeypatch)
    assert (run.status, run.error) == ("FAILED", "ReplicationUnhealthy")
    assert "Move the write record early" in run.states
    assert "Switch the writer" not in run.states
    assert_everything_is_as_it_was(world)


def test_something_not_known_before_the_switch_holds_it(
    world: MemoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lose(world: MemoryWorld) -> None:
        world.monitoring.latency_seconds = None

    def find(world: MemoryWorld) -> None:
        world.monitoring.latency_seconds = 1.0

    first = 1 + 4 * 5 + 1
    machine = Machine(world).before("measure_lag", first, lose)
    run = machine.before("measure_lag", first + 3, find).run(monkeypatch)
    assert run.status == "SUCCEEDED", run.cause
    assert run.states.count("Wait before the switch") == 3
    assert run.states.count("Send the write record home") == 1
    assert world.writers() == ("target",)


def test_an_alarm_in_the_bake_puts_back(
    world: MemoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    def alarm(world: MemoryWorld) -> None:
        world.monitoring.alarm_states["replication-lag"] = "ALARM"

    run = Machine(world).before("measure_lag", 3, alarm).run(monkeypatch)
    assert (run.status, run.error) == ("FAILED", "AlarmRaised")
    assert_everything_is_as_it_was(world)


@pytest.mark.parametrize("fault", [BarrierLost("gone"), RuntimeError("a bug")])
def test_switch_fails_before_the_line(
    world: MemoryWorld, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    def fail(barrier: MemoryBarrier, proof: dict[str, Any]) -> None:
        raise fault

    monkeypatch.setattr(MemoryBarrier, "close", fail)
    run = Machine(world).run(monkeypatch)
    assert (run.status, run.error) == ("FAILED", type(fault).__name__)
    assert run.states[-6:] == [
        "Look at the origin",
        "Which side of the line?",
        "Put back",
        "Verify the put-back",
        "Announce the put-back",
        "Put back, nothing lost",
    ]
    assert_everything_is_as_it_was(world)


def test_source_busy_is_tried_again_and_then_put_back(
    world: MemoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.source.longest_transaction_seconds = 12.0
    run = Machine(world).run(monkeypatch)
    assert (run.status, run.error) == ("FAILED", "OriginBusy")
    assert sum(1 for key, _ in run.calls if key == "switch_writer") == 7
    assert_everything_is_as_it_was(world)


def test_an_answer_lost_after_the_closing_goes_forward(
    world: MemoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    close = MemoryBarrier.close

    def close_and_lose_the_answer(barrier: MemoryBarrier, proof: dict[str, Any]) -> None:
        close(barrier, proof)
        raise SwitchOutcomeUnknown("no answer")

    monkeypatch.setattr(MemoryBarrier, "close", close_and_lose_the_answer)
    run = Machine(world).run(monkeypatch)
    assert run.status == "SUCCEEDED", run.cause
    assert "Finish the switch" in run.states
    assert "Put back" not in run.states
    assert world.writers() == ("target",)


def test_after_the_line_a_failure_is_repeated_and_then_pages_a_person(
    world: MemoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable() -> None:
        raise DatabaseUnreachable("connection reset")

    monkeypatch.setattr(world.target, "open_gate", unreachable)
    run = Machine(world).run(monkeypatch)
    assert (run.status, run.error) == ("FAILED", "PersonNeeded")
    assert "forward needs help" in run.cause
    assert run.messages == ["Cutover: a person is needed, the way is forward"]
    assert "Put back" not in run.states
    assert world.source.gate_state is GateState.CLOSED
    assert world.router.shares[world.write_record] == 100
    assert sum(1 for key, _ in run.calls if key == "finish_switch") == 21


def test_writers_are_sent_away_from_an_origin_that_is_gone_before_anything_is_asked_of_it(
    world: MemoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    close = MemoryBarrier.close

    def close_and_go(barrier: MemoryBarrier, proof: dict[str, Any]) -> None:
        close(barrier, proof)
        barrier.database.reachable = False

    monkeypatch.setattr(MemoryBarrier, "close", close_and_go)
    late = plan(write_record_moves=WriteRecordMoves.AFTER_SWITCH)
    run = Machine(world, plan=late).run(monkeypatch)
    assert run.messages == ["Cutover: a person is needed, the way is forward"]
    assert world.target.gate_state is GateState.OPEN
    assert world.router.shares[world.write_record] == 100


def test_an_outcome_nobody_can_tell_moves_nothing_and_pages_a_person(
    world: MemoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lose_the_source(barrier: MemoryBarrier, proof: dict[str, Any]) -> None:
        barrier.database.reachable = False
        raise SwitchOutcomeUnknown("no answer")

    monkeypatch.setattr(MemoryBarrier, "close", lose_the_source)
    run = Machine(world).run(monkeypatch)
    assert (run.status, run.error) == ("FAILED", "PersonNeeded")
    assert "not known" in run.cause
    assert "Put back" not in run.states
    assert "Finish the switch" not in run.states
    assert run.messages == ["Cutover: a person is needed, the outcome of the switch is not known"]


def test_a_second_start_is_refused_and_touches_nothing(
    world: MemoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.journal.acquire("another", now=world.clock.now())
    run = Machine(world).run(monkeypatch)
    assert (run.status, run.error) == ("FAILED", "LeaseTaken")
    assert world.router.moves == []
    assert world.journal.state().execution == "another"


def test_a_start_after_the_cutover_is_done_is_refused(
    world: MemoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert Machine(world).run(monkeypatch).status == "SUCCEEDED"
    moves = list(world.router.moves)
    run = Machine(world).run(monkeypatch)
    assert (run.status, run.error) == ("FAILED", "StartRefused")
    assert world.router.moves == moves
    assert world.writers() == ("target",)


def test_route_53_failing_in_a_stage_puts_back(
    world: MemoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = world.router.set_target_shares

    def refuse_fifty(changes: dict[str, int], *, now: Any) -> Any:
        if 50 in changes.values():
            raise ConnectionError("throttled for ever")
        return real(changes, now=now)

    monkeypatch.setattr(world.router, "set_target_shares", refuse_fifty)
    run = Machine(world).run(monkeypatch)
    assert run.status == "FAILED"
    assert shares(world) == [20, 0]
    assert_everything_is_as_it_was(world)


def last_words(word: Word, *then: Word) -> dict[tuple[str, int], Any]:
    """What the operator says after the last stage's check, before each call of the switch."""
    return {
        ("switch_writer", number): lambda world, said=said: world.journal.say(
            OperatorWord(word=said, by="ada", reason="phones ring"), now=world.clock.now()
        )
        for number, said in enumerate((word, *then), start=1)
    }


def test_an_abort_after_the_last_check_is_heard(
    world: MemoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = Machine(world, hooks=last_words(Word.ABORT)).run(monkeypatch)
    assert (run.status, run.error) == ("FAILED", "AbortRequested")
    assert "ada asked to abort: phones ring" in run.cause
    assert_everything_is_as_it_was(world)


def test_a_start_that_never_had_the_lease_does_not_say_that_the_reads_are_back(
    world: MemoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert Machine(world, given={"park_at": 20}).run(monkeypatch).status == "SUCCEEDED"

    def away(*_: Any, **__: Any) -> Any:
        raise ServiceUnavailable("throttled")

    monkeypatch.setattr(world.journal, "acquire", away)
    run = Machine(world, name="later").run(monkeypatch)
    assert (run.status, run.error) == ("FAILED", "ServiceUnavailable")
    assert run.messages == ["Cutover failed, nothing was moved"]
    assert world.router.shares[world.read_record] == 20
    assert world.journal.state().phase is Phase.PARKED


def resumed(world: MemoryWorld) -> None:
    world.journal.say(OperatorWord(), now=world.clock.now())


def test_a_pause_after_the_last_check_holds_the_switch(
    world: MemoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As long as it takes, like any other pause; then everything is looked at once more."""
    machine = Machine(world, hooks=last_words(Word.PAUSE)).before("check_stage", 100, resumed)
    run = machine.run(monkeypatch)
    assert run.status == "SUCCEEDED", run.cause
    assert sum(1 for key, _ in run.calls if key == "switch_writer") == 2
    last_two = [
        state for state in run.states if state in ("Check before the switch", "Switch the writer")
    ][-2:]
    assert last_two == ["Check before the switch", "Switch the writer"]


@pytest.mark.parametrize("heard", ["by the check", "by the switch"])
def test_while_a_pause_holds_before_the_switch_the_write_record_is_at_the_writer(
    world: MemoryWorld, monkeypatch: pytest.MonkeyPatch, heard: str
) -> None:
    """Whoever connects anew would be refused for as long as somebody pauses."""
    last = 1 + 4 * 5
    seen: list[int] = []

    def look(world: MemoryWorld) -> None:
        seen.append(world.router.shares[world.write_record])

    def look_and_resume(world: MemoryWorld) -> None:
        look(world)
        resumed(world)

    machine = Machine(world, hooks=last_words(Word.PAUSE) if heard == "by the switch" else {})
    if heard == "by the check":
        machine.before("measure_lag", last + 1, says_so(Word.PAUSE))
    machine.before("measure_lag", last + 3, look).before("measure_lag", last + 50, look_and_resume)
    run = machine.run(monkeypatch)
    assert run.status == "SUCCEEDED", run.cause
    assert seen == [0, 0]
    assert [move[world.write_record] for move in world.router.moves if world.write_record in move][
        :3
    ] == [100, 0, 100]
    # Early again, and into every cache, before the writer is switched.
    way = [
        state
        for state in run.states
        if state in ("Send the write record home", "Wait for the caches", "Switch the writer")
    ]
    assert way[-3:] == ["Send the write record home", "Wait for the caches", "Switch the writer"]


def test_a_hold_of_a_plan_that_moves_the_name_later_moves_nothing(
    world: MemoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = plan(write_record_moves=WriteRecordMoves.AFTER_SWITCH)
    last = 1 + 4 * 5
    machine = Machine(world, plan=late).before("measure_lag", last + 1, says_so(Word.PAUSE))
    run = machine.before("measure_lag", last + 5, resumed).run(monkeypatch)
    assert run.status == "SUCCEEDED", run.cause
    assert "Send the write record home" not in run.states
    assert run.states.count("Wait before the switch") == 4


@pytest.mark.parametrize("said", ["abort", "nothing"])
def test_a_write_record_that_does_not_come_home_is_put_back(
    world: MemoryWorld, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    def fail(world: MemoryWorld) -> None:
        monkeypatch.setattr(world.router, "in_sync", lambda _change: False)

    def mend(world: MemoryWorld) -> None:
        monkeypatch.setattr(world.router, "in_sync", lambda _change: True)

    last = 1 + 4 * 5
    machine = Machine(world).before("measure_lag", last + 1, says_so(Word.PAUSE))
    machine.before("verify_records", 6, fail).before("put_back", 1, mend)
    if said == "abort":
        machine.before("verify_records", 7, says_so(Word.ABORT))
    run = machine.run(monkeypatch)
    assert run.error == {"abort": "AbortRequested", "nothing": "RecordsNotInSync"}[said]
    assert_everything_is_as_it_was(world)


def test_what_goes_wrong_in_a_pause_before_the_switch_is_seen(
    world: MemoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A table that was suspended meanwhile would lose its writes, and the token would not show it."""

    def resumed_without_a_table(world: MemoryWorld) -> None:
        world.with_table_state("Table error")
        resumed(world)

    hooks = last_words(Word.PAUSE)
    machine = Machine(world, hooks=hooks).before("check_stage", 30, resumed_without_a_table)
    run = machine.run(monkeypatch)
    assert (run.status, run.error) == ("FAILED", "ReplicationUnhealthy")
    assert_everything_is_as_it_was(world)


def test_a_journal_that_is_away_for_a_moment_does_not_end_the_look_at_the_source(
    world: MemoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    raise_fence = world.journal.raise_fence

    def away(*_: Any, **__: Any) -> Any:
        monkeypatch.setattr(world.journal, "raise_fence", raise_fence)
        raise ServiceUnavailable("throttled")

    def fail(world: MemoryWorld) -> None:
        world.source.barrier_lost = True
        monkeypatch.setattr(world.journal, "raise_fence", away)

    run = Machine(world).before("switch_writer", 1, fail).run(monkeypatch)
    assert (run.status, run.error) == ("FAILED", "BarrierLost")
    assert_everything_is_as_it_was(world)


def test_a_source_closed_by_somebody_else_is_not_called_open(
    world: MemoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    def close(world: MemoryWorld) -> None:
        world.source.barrier_lost = True
        world.source.gate_state = GateState.CLOSED

    run = Machine(world).before("switch_writer", 1, close).run(monkeypatch)
    assert (run.status, run.error) == ("FAILED", "PersonNeeded")
    assert "the source is closed and the journal stands at writes-moved" in run.cause
    assert "Put back" not in run.states


def parked(world: MemoryWorld, monkeypatch: pytest.MonkeyPatch, share: int, **more: Any) -> Run:
    """An execution that was started to park the reads at `share`."""
    given = {"park_at": share}
    return Machine(world, given=given, name=f"park-{share}", **more).run(monkeypatch)


@pytest.mark.parametrize("share", [1, 35, 100])
def test_parking_moves_the_reads_only_watches_them_and_frees_the_lease(
    world: MemoryWorld, monkeypatch: pytest.MonkeyPatch, share: int
) -> None:
    run = parked(world, monkeypatch, share)
    assert run.status == "SUCCEEDED", run.cause
    assert run.states[-1] == "Parked"
    assert run.states.count("Check the stage") == 5, "a whole bake"
    assert "Switch the writer" not in run.states
    assert run.messages == ["Cutover parked"]
    assert world.router.shares == {world.read_record: share, world.write_record: 0}
    state = world.journal.state()
    assert (state.phase, state.held, state.parked_at) == (Phase.PARKED, False, share)
    assert world.writers() == ("source",)


def test_parked_then_the_whole_cutover_goes_on_from_there(
    world: MemoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    parked(world, monkeypatch, 50)
    run = Machine(world).run(monkeypatch)
    assert run.status == "SUCCEEDED", run.cause
    assert shares(world) == [50, 50, 80, 100], "no step back to 20"
    assert world.writers() == ("target",)
    assert world.journal.state().phase is Phase.DONE


def test_parked_at_everything_then_the_whole_cutover_bakes_once(
    world: MemoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    parked(world, monkeypatch, 100)
    run = Machine(world).run(monkeypatch)
    assert run.status == "SUCCEEDED", run.cause
    assert shares(world) == [100, 100]
    assert world.writers() == ("target",)


@pytest.mark.parametrize(("first", "second"), [(20, 50), (50, 20), (20, 20)])
def test_parked_then_parked_elsewhere(
    world: MemoryWorld, monkeypatch: pytest.MonkeyPatch, first: int, second: int
) -> None:
    parked(world, monkeypatch, first)
    run = Machine(world, given={"park_at": second}, name="again").run(monkeypatch)
    assert run.status == "SUCCEEDED", run.cause
    assert shares(world) == [first, second]
    assert world.journal.state().parked_at == second


def test_a_cutover_from_parked_that_fails_puts_all_reads_back(
    world: MemoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    parked(world, monkeypatch, 50)
    world.monitoring.alarm_states["replication-lag"] = "ALARM"
    run = Machine(world).run(monkeypatch)
    assert (run.status, run.error) == ("FAILED", "AlarmRaised")
    assert_everything_is_as_it_was(world)


def test_parked_reads_that_somebody_else_moved_are_a_fault(
    world: MemoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    parked(world, monkeypatch, 50)
    world.router.shares[world.read_record] = 60
    run = Machine(world).run(monkeypatch)
    assert (run.status, run.error) == ("FAILED", "RecordsMoved")
    assert "is 40/60, expected 50/50" in run.cause
    assert_everything_is_as_it_was(world)


def test_parking_while_a_cutover_holds_the_lease_is_refused(
    world: MemoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.journal.acquire("another", now=world.clock.now())
    run = parked(world, monkeypatch, 20)
    assert (run.status, run.error) == ("FAILED", "LeaseTaken")
    assert world.router.moves == []


def test_what_goes_wrong_while_parking_is_put_back(
    world: MemoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = Machine(world, given={"park_at": 50}).before("measure_lag", 4, lag_grows).run(monkeypatch)
    assert (run.status, run.error) == ("FAILED", "LagTooHigh")
    assert_everything_is_as_it_was(world)


def test_an_abort_after_the_last_check_is_heard_as_the_reads_are_parked(
    world: MemoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    def abort(world: MemoryWorld) -> None:
        world.journal.say(OperatorWord(word=Word.ABORT, by="ada"), now=world.clock.now())

    run = Machine(world, given={"park_at": 50}).before("park_reads", 1, abort).run(monkeypatch)
    assert (run.status, run.error) == ("FAILED", "AbortRequested")
    assert_everything_is_as_it_was(world)


@pytest.mark.parametrize("parked_first", [False, True])
def test_a_manual_cutover_is_one_stage_one_bake_and_the_switch(
    world: MemoryWorld, monkeypatch: pytest.MonkeyPatch, parked_first: bool
) -> None:
    before = [50] if parked_first else []
    if parked_first:
        parked(world, monkeypatch, 50)
    run = Machine(world, given={"manual": True}).run(monkeypatch)
    assert run.status == "SUCCEEDED", run.cause
    assert shares(world) == [*before, 100]
    assert run.states.count("Check the stage") == 5
    assert "Check before the switch" in run.states
    assert world.writers() == ("target",)


@pytest.mark.parametrize(
    "given",
    [
        {"park_at": 0},
        {"park_at": 101},
        {"park_at": 20.5},
        {"park_at": "20"},
        {"parkat": 20},
        {"by": 1},
        {"by": "ada", "parkat": 20},
        {"by": "ada", "park_at": 20, "manual": True},
        {"manual": False},
        {"manual": True, "park_at": 20},
        20,
        "park_at",
        [],
        [{"park_at": 20}],
    ],
)
def test_an_input_that_is_not_understood_starts_nothing(
    world: MemoryWorld, monkeypatch: pytest.MonkeyPatch, given: Any
) -> None:
    run = Machine(world, given=given).run(monkeypatch)
    assert (run.status, run.error) == ("FAILED", "BadInput")
    assert "park_at" in run.cause
    assert run.calls == []


def test_the_readiness_check_shows_its_verdict_and_moves_nothing(
    world: MemoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.display.show({"phase": "built"})
    run = Machine(world, definition=CHECK_DEFINITION).run(monkeypatch)
    assert run.status == "SUCCEEDED", run.cause
    assert world.display.shown["phase"] == "built"
    assert world.display.shown["readiness"]["verdict"] == "ready"
    assert world.router.moves == []
    assert world.journal.state() == JournalState()


@pytest.mark.parametrize("lost", ["inspect", "write_heartbeat"])
def test_a_readiness_check_that_fails_takes_an_old_verdict_away(
    world: MemoryWorld, monkeypatch: pytest.MonkeyPatch, lost: str
) -> None:
    def refuse() -> None:
        raise PrivilegeMissing("u is no member of r")

    world.display.show_readiness({"verdict": "ready"})
    monkeypatch.setattr(world.source, lost, refuse)
    run = Machine(world, definition=CHECK_DEFINITION).run(monkeypatch)
    assert (run.status, run.error) == ("FAILED", "PrivilegeMissing")
    shown = world.display.shown["readiness"]
    assert shown["verdict"] == "unknown"
    assert "u is no member of r" in shown["reason"]


def test_a_readiness_check_that_cannot_show_fails(
    world: MemoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.display.reachable = False
    run = Machine(world, definition=CHECK_DEFINITION).run(monkeypatch)
    assert (run.status, run.error) == ("FAILED", "ServiceUnavailable")


def switched(world: MemoryWorld) -> None:
    """A writer that is on the target since 25 hours, with the slot that keeps what it writes."""
    lease = world.journal.acquire("night", now=world.clock.now())
    way_back = WayBack(stream=Stream.BACK, slot="way_back", lsn="0/0")
    for phase in (
        Phase.SHIFTING,
        Phase.SWITCHING,
        Phase.ORIGIN_CLOSED,
        Phase.DESTINATION_OPEN,
        Phase.DONE,
    ):
        world.journal.record(
            lease,
            phase,
            now=world.clock.now(),
            note="",
            detail={"way_back": way_back_detail(way_back)} if phase is Phase.ORIGIN_CLOSED else {},
            release=phase is Phase.DONE,
        )
    world.target.slots["way_back"] = 0
    world.clock.sleep(25 * 3600)


def test_the_check_tells_how_long_the_way_back_is_open(
    world: MemoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    switched(world)
    run = Machine(world, definition=CHECK_DEFINITION).run(monkeypatch)
    assert run.states[-4:] == [
        "Look at the slots",
        "Watch the way back",
        "Was everything looked at?",
        "Shown",
    ]
    Machine(world, definition=CHECK_DEFINITION).run(monkeypatch)
    assert [subject for subject, _ in world.notices.sent] == [
        "Way back of test: open for 24 h, 47 h left"
    ]


@pytest.mark.parametrize("shown", [True, False])
def test_the_way_back_is_watched_whatever_else_fails(
    world: MemoryWorld, monkeypatch: pytest.MonkeyPatch, *, shown: bool
) -> None:
    switched(world)
    world.source.reachable = False
    world.display.reachable = shown
    monkeypatch.setattr(world.target, "slot_health", lambda _names: 1 / 0)
    run = Machine(world, definition=CHECK_DEFINITION).run(monkeypatch)
    assert run.status == "FAILED"
    assert len(world.notices.sent) == 1
    assert "could not be looked at: ZeroDivisionError" in world.notices.sent[0][1]
    assert ("readiness" in world.display.shown) is shown


def test_a_watch_that_fails_hides_no_readiness(
    world: MemoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    switched(world)
    world.notices.reachable = False
    run = Machine(world, definition=CHECK_DEFINITION).run(monkeypatch)
    assert (run.status, run.error) == ("FAILED", "ServiceUnavailable")
    assert "readiness" in world.display.shown
