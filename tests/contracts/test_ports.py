"""One suite a port, run on every implementation: what a step may rely on, whoever stands behind it."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ReadTimeoutError
from moto import mock_aws

from cutover.adapters.cloudwatch import CloudWatchMonitoring
from cutover.adapters.dynamodb import DynamoDbJournal
from cutover.adapters.memory import (
    MemoryCertificateStore,
    MemoryCutoverMachine,
    MemoryDisplay,
    MemoryJournal,
    MemoryMonitoring,
    MemoryRouter,
)
from cutover.adapters.route53 import Route53Router
from cutover.adapters.s3 import S3CertificateStore
from cutover.adapters.ssm import SsmDisplay
from cutover.adapters.stepfunctions import StepFunctionsMachine
from cutover.adapters.weighted_records import WeightedName, WeightedRecords
from cutover.approval import Answer, Question
from cutover.chain import ChainState, check_chain
from cutover.direction import Direction, Stream, Where
from cutover.errors import (
    AbortRequested,
    BadInput,
    LeaseTaken,
    RecordsMissing,
    ServiceUnavailable,
    StaleLease,
    StartRefused,
    TransitionRefused,
)
from cutover.journal import Lease, Phase, WayBack
from cutover.jsonable import jsonable, restored
from cutover.observations import (
    Alarm,
    OperatorWord,
    RecordWeights,
    TableWrites,
    Word,
    WriteCounters,
)
from cutover.ports import (
    CertificateStore,
    CutoverMachine,
    Display,
    Journal,
    Monitoring,
    TrafficRouter,
)
from cutover.source_watch import (
    DiskForecast,
    Drift,
    Oldest,
    SlotWal,
    SourcePressure,
    SourceWatch,
    WalReading,
)
from rehearsal.aws.resources import JOURNAL_TABLE

NOW = datetime(2026, 1, 1, tzinfo=UTC)
READS, WRITES = "ro.db.example.internal", "rw.db.example.internal"


@pytest.fixture
def aws() -> Iterator[None]:
    # Executions go on until a test stops them, whatever the rehearsal's engine set for this process before.
    with mock_aws(config={"stepfunctions": {"execute_state_machine": False}}):
        yield


def dynamodb_journal() -> DynamoDbJournal:
    resource = boto3.resource("dynamodb")
    resource.create_table(TableName="journal", **JOURNAL_TABLE)
    return DynamoDbJournal(resource, table="journal", migration="test")


@pytest.fixture(params=["memory", "dynamodb"])
def journal(request: pytest.FixtureRequest, aws: None) -> Journal:
    return MemoryJournal() if request.param == "memory" else dynamodb_journal()


YES = Answer(granted=True, by="ada", reason="go")


def asked_by(lease: Lease, *, before: int | str = "switch") -> Question:
    return Question(
        execution=lease.execution,
        fence=lease.fence,
        before=before,
        text="The writer is switched.",
        token="secret",
        asked_at=NOW,
        expires_at=NOW + timedelta(days=1),
    )


class TestJournal:
    """cutover.ports.Journal."""

    def test_a_new_migration_is_idle_and_free(self, journal: Journal) -> None:
        state = journal.state()
        assert (state.phase, state.held, state.execution) == (Phase.IDLE, False, None)
        assert journal.word() == OperatorWord()
        assert journal.entries() == ()

    def test_one_lease_at_a_time(self, journal: Journal) -> None:
        lease = journal.acquire("a", now=NOW, detail={"by": "ada"})
        assert journal.acquire("a", now=NOW) == lease
        assert journal.entries()[0].detail == {"by": "ada"}
        with pytest.raises(LeaseTaken, match="held by a"):
            journal.acquire("b", now=NOW)
        assert len(journal.entries()) == 1

    def test_a_load_has_the_lease_and_leaves_it_with_its_end(self, journal: Journal) -> None:
        lease = journal.acquire("load", now=NOW, replicates=True, detail={"by": "ada"})
        assert journal.acquire("load", now=NOW, replicates=True) == lease
        assert journal.state().phase is Phase.REPLICATING
        with pytest.raises(LeaseTaken):
            journal.acquire("night", now=NOW)
        journal.annotate("load", now=NOW, note="full load 50 %")
        journal.record(lease, Phase.NOT_READY, now=NOW, note="TaskFailed", release=True)
        again = journal.acquire("load-2", now=NOW, replicates=True)
        journal.record(again, Phase.READY, now=NOW, note="caught up", release=True)
        assert (journal.state().phase, journal.state().held) == (Phase.READY, False)
        assert journal.check(journal.acquire("night", now=NOW)).phase is Phase.STARTED

    def test_a_finalize_has_the_lease_and_nothing_follows_it_but_another(
        self, journal: Journal
    ) -> None:
        lease = journal.acquire("last", now=NOW, finalizes=True, detail={"slots": ["load"]})
        assert journal.acquire("last", now=NOW, finalizes=True) == lease
        assert journal.state().phase is Phase.FINALIZING
        assert journal.entries()[0].detail == {"slots": ["load"]}
        with pytest.raises(LeaseTaken):
            journal.acquire("last-2", now=NOW, finalizes=True)
        # Cut off, and finished by the next.
        taken = journal.take_over("last-2", now=NOW)
        with pytest.raises(StaleLease):
            journal.record(lease, Phase.FINALIZED, now=NOW, note="", release=True)
        with pytest.raises(TransitionRefused):
            journal.record(taken, Phase.PUT_BACK, now=NOW, note="")
        journal.record(taken, Phase.FINALIZED, now=NOW, note="clean", release=True)
        for way in ({}, {"replicates": True}, {"direction": Direction.BACK}):
            with pytest.raises(StartRefused, match="finalized since"):
                journal.acquire("night", now=NOW, **way)
        again = journal.acquire("last-3", now=NOW, finalizes=True)
        assert (journal.check(again).phase, again.fence) == (Phase.FINALIZING, 3)

    def test_nothing_is_loaded_once_reads_or_the_writer_have_moved(self, journal: Journal) -> None:
        lease = journal.acquire("park", now=NOW)
        journal.record(lease, Phase.SHIFTING, now=NOW, note="")
        journal.record(lease, Phase.PARKED, now=NOW, note="", detail={"share": 20}, release=True)
        with pytest.raises(StartRefused, match="nothing reads from it"):
            journal.acquire("load", now=NOW, replicates=True)
        lease = journal.acquire("night", now=NOW)
        for phase in (Phase.SHIFTING, Phase.SWITCHING, Phase.ORIGIN_CLOSED, Phase.DESTINATION_OPEN):
            journal.record(lease, phase, now=NOW, note="")
        journal.record(
            lease, Phase.DONE, now=NOW, note="", detail={"carrier": "back"}, release=True
        )
        with pytest.raises(StartRefused):
            journal.acquire("load", now=NOW, replicates=True)

    def test_an_entry_without_a_note_is_one_too(self, journal: Journal) -> None:
        lease = journal.acquire("a", now=NOW)
        journal.record(lease, Phase.SHIFTING, now=NOW, note="")
        assert [entry.phase for entry in journal.entries()] == [Phase.STARTED, Phase.SHIFTING]

    def test_a_phase_is_entered_with_its_entry_or_not_at_all(self, journal: Journal) -> None:
        lease = journal.acquire("a", now=NOW)
        journal.record(lease, Phase.SHIFTING, now=NOW, note="20 %", detail={"share": 20})
        with pytest.raises(TransitionRefused, match="done can't follow shifting"):
            journal.record(lease, Phase.DONE, now=NOW, note="no")
        assert journal.state().phase is Phase.SHIFTING
        entries = journal.entries()
        assert [entry.number for entry in entries] == [1, 2]
        assert entries[-1].note == "20 %"
        assert entries[-1].detail == {"share": 20}
        assert entries[-1].at == NOW

    def test_an_overtaken_lease_can_do_nothing(self, journal: Journal) -> None:
        old = journal.acquire("a", now=NOW)
        new = journal.raise_fence("a", now=NOW)
        assert new.fence > old.fence
        for act in (
            lambda: journal.record(old, Phase.SHIFTING, now=NOW, note="late"),
            lambda: journal.check(old),
            lambda: journal.release(old, now=NOW),
        ):
            with pytest.raises(StaleLease):
                act()
        journal.record(new, Phase.SHIFTING, now=NOW, note="in time")

    def test_who_overtakes_holds_the_lease_until_it_is_given_up(self, journal: Journal) -> None:
        lease = journal.acquire("a", now=NOW)
        journal.record(lease, Phase.PUT_BACK, now=NOW, note="back")
        journal.release(lease, now=NOW)
        again = journal.raise_fence("a", now=NOW)
        with pytest.raises(LeaseTaken):
            journal.acquire("b", now=NOW)
        journal.release(again, now=NOW)
        journal.acquire("b", now=NOW)

    @pytest.mark.parametrize("over", [Phase.DONE, Phase.READY, Phase.FINALIZING])
    def test_whoever_comes_after_the_end_takes_nothing(self, journal: Journal, over: Phase) -> None:
        """Such as a call that arrives a second time: a lease that it took nobody would give up."""
        if over is Phase.DONE:
            lease = journal.acquire("a", now=NOW)
            for phase in (Phase.SHIFTING, Phase.SWITCHING, Phase.DESTINATION_OPEN):
                journal.record(lease, phase, now=NOW, note=phase.value)
            journal.record(lease, Phase.DONE, now=NOW, note="done", release=True)
        elif over is Phase.READY:
            lease = journal.acquire("a", now=NOW, replicates=True)
            journal.record(lease, Phase.READY, now=NOW, note="ready", release=True)
        else:
            journal.release(journal.acquire("a", now=NOW, finalizes=True), now=NOW)
        before = journal.state()
        assert before.phase is over
        with pytest.raises(StaleLease, match=f"a has given its lease up, at {over.value}"):
            journal.raise_fence("a", now=NOW)
        assert journal.state() == before

    def test_a_look_after_the_put_back_leaves_it_put_back_and_the_lease_free(
        self, journal: Journal
    ) -> None:
        lease = journal.acquire("a", now=NOW)
        journal.record(lease, Phase.PUT_BACK, now=NOW, note="back", release=True)
        late = journal.raise_fence("a", now=NOW)
        journal.record(late, Phase.SWITCH_ABANDONED, now=NOW, note="looked at: open")
        state = journal.state()
        assert (state.phase, state.held) == (Phase.PUT_BACK, False)
        journal.acquire("b", now=NOW)

    def test_only_the_newest_execution_can_overtake(self, journal: Journal) -> None:
        journal.acquire("a", now=NOW)
        with pytest.raises(StaleLease):
            journal.raise_fence("b", now=NOW)

    def test_a_released_lease_is_free_for_the_next_after_a_put_back(self, journal: Journal) -> None:
        lease = journal.acquire("a", now=NOW)
        journal.record(lease, Phase.PUT_BACK, now=NOW, note="back")
        journal.release(lease, now=NOW)
        journal.release(lease, now=NOW)
        later = journal.acquire("b", now=NOW)
        assert later.fence > lease.fence
        with pytest.raises(StaleLease):
            journal.check(lease)

    def test_a_start_is_refused_where_the_phase_does_not_allow_it(self, journal: Journal) -> None:
        lease = journal.acquire("a", now=NOW)
        for phase in (Phase.SHIFTING, Phase.SWITCHING, Phase.DESTINATION_OPEN):
            journal.record(lease, phase, now=NOW, note="")
        journal.release(lease, now=NOW)
        for direction in Direction:
            with pytest.raises(StartRefused, match="stands at destination-open"):
                journal.acquire("b", now=NOW, direction=direction)

    def test_the_writer_moves_with_the_switch_and_then_only_the_other_way(
        self, journal: Journal
    ) -> None:
        execution, writer = "a", Where.SOURCE
        for number, direction in enumerate((Direction.FORWARD, Direction.BACK, Direction.FORWARD)):
            with pytest.raises(StartRefused, match=f"the {writer.value} is the writer already"):
                journal.acquire(
                    f"{execution}x", now=NOW, direction=Direction.away_from(writer.other)
                )
            lease = journal.acquire(f"a{number}", now=NOW, direction=direction)
            way_back = {"stream": direction.way_back.value, "slot": "s", "lsn": "0/1"}
            crossed = {"way_back": way_back | {"old_slots": ["o"]}}
            forward = direction is Direction.FORWARD
            refused, first = (
                (Phase.WRITES_MOVED, Phase.SHIFTING)
                if forward
                else (Phase.SHIFTING, Phase.WRITES_MOVED)
            )
            with pytest.raises(TransitionRefused):
                journal.record(lease, refused, now=NOW, note="")
            journal.record(lease, first, now=NOW, note="")
            before = journal.state().way_back
            journal.record(lease, Phase.SWITCHING, now=NOW, note="")
            state = journal.state()
            assert (state.writer, state.direction) == (writer, direction)
            assert state.way_back == before
            # Said by the look at the origin in one move, by the switch itself in the other.
            phases = (Phase.ORIGIN_CLOSED, Phase.DESTINATION_OPEN)[forward:]
            for phase in phases:
                detail = crossed if phase is phases[0] else {}
                journal.record(lease, phase, now=NOW, note="", detail=detail)
                assert journal.state().way_back == WayBack(
                    stream=direction.way_back, slot="s", lsn="0/1", old_slots=("o",)
                )
            carrier = {"carrier": direction.way_back.value}
            journal.record(lease, Phase.DESTINATION_OPEN, now=NOW, note="", detail=carrier)
            journal.record(lease, Phase.DONE, now=NOW, note="", release=True)
            writer = writer.other
            state = journal.state()
            assert (state.writer, state.carrier) == (writer, direction.way_back)
            assert (state.writer_since, state.held) == (NOW, False)

    def test_an_intent_that_was_abandoned_leaves_the_way_back_that_there_was(
        self, journal: Journal
    ) -> None:
        lease = journal.acquire("a", now=NOW)
        way_back = {"stream": "back", "slot": "s", "lsn": "0/1"}
        journal.record(lease, Phase.SHIFTING, now=NOW, note="")
        journal.record(lease, Phase.SWITCHING, now=NOW, note="")
        detail = {"way_back": way_back}
        journal.record(lease, Phase.DESTINATION_OPEN, now=NOW, note="", detail=detail)
        journal.record(lease, Phase.DONE, now=NOW, note="", release=True)
        back = journal.acquire("b", now=NOW, direction=Direction.BACK)
        journal.record(back, Phase.WRITES_MOVED, now=NOW, note="")
        journal.record(back, Phase.SWITCHING, now=NOW, note="")
        journal.record(back, Phase.SWITCH_ABANDONED, now=NOW, note="")
        state = journal.state()
        assert (state.way_back, state.writer) == (
            WayBack(stream=Stream.BACK, slot="s", lsn="0/1"),
            Where.TARGET,
        )

    def test_what_was_cut_off_is_taken_over_under_a_new_number(self, journal: Journal) -> None:
        with pytest.raises(StartRefused, match="nothing was cut off"):
            journal.take_over("b", now=NOW)
        lease = journal.acquire("a", now=NOW)
        journal.record(lease, Phase.SHIFTING, now=NOW, note="")
        journal.record(lease, Phase.SWITCHING, now=NOW, note="")
        newer = journal.take_over("b", now=NOW)
        assert journal.take_over("b", now=NOW) == newer
        assert (newer.execution, newer.fence) == ("b", lease.fence + 1)
        assert journal.state().phase is Phase.SWITCHING
        with pytest.raises(StaleLease):
            journal.record(lease, Phase.ORIGIN_CLOSED, now=NOW, note="")
        assert journal.entries()[-1].note == "taken over from a"

    def test_what_is_parked_is_known_to_the_next_start_and_to_no_other(
        self, journal: Journal
    ) -> None:
        lease = journal.acquire("a", now=NOW)
        journal.record(lease, Phase.SHIFTING, now=NOW, note="", detail={"share": 20})
        assert journal.state().parked_at == 0
        for detail in ({}, {"share": 0}, {"share": 101}, {"share": "20"}):
            with pytest.raises(BadInput, match="1 to 100 percent"):
                journal.record(lease, Phase.PARKED, now=NOW, note="", detail=detail)
        journal.record(lease, Phase.PARKED, now=NOW, note="", detail={"share": 20})
        journal.release(lease, now=NOW)
        assert journal.state().parked_at == 20
        later = journal.acquire("b", now=NOW)
        assert journal.check(later).parked_at == 20
        journal.record(later, Phase.PUT_BACK, now=NOW, note="")
        journal.release(later, now=NOW)
        assert journal.state().parked_at == 0

    def test_a_question_is_answered_once_and_its_answer_is_in_the_journal(
        self, journal: Journal
    ) -> None:
        assert journal.question() is None
        with pytest.raises(TransitionRefused, match="no cutover has asked"):
            journal.answer(YES, now=NOW)
        question = asked_by(journal.acquire("a", now=NOW))
        journal.ask(question, now=NOW)
        assert journal.question() == question
        assert "secret" not in str(journal.entries())
        assert journal.answer(YES, now=NOW).answer == YES
        entries = journal.entries()
        assert entries[-1].detail == {
            "approval": {"before": "switch", "granted": True, "by": "ada", "reason": "go"}
        }
        assert entries[-1].note == "ada approved the switch of the writer: go"
        assert journal.state().phase is Phase.STARTED
        # The one who said so may have died before the execution heard it.
        assert journal.answer(YES, now=NOW + timedelta(days=9)).token == "secret"
        assert journal.entries() == entries
        with pytest.raises(TransitionRefused, match="ada has approved it already: go"):
            journal.answer(Answer(granted=False, by="eve", reason=""), now=NOW)
        assert check_chain(journal.entries(), newest=journal.state().seal).state is (
            ChainState.UNBROKEN
        )

    def test_a_question_is_good_for_one_lease_and_a_while(self, journal: Journal) -> None:
        lease = journal.acquire("a", now=NOW)
        journal.ask(asked_by(lease), now=NOW)
        with pytest.raises(TransitionRefused, match="ran out at 2026-01-02 00:00:00Z"):
            journal.answer(YES, now=NOW + timedelta(days=1))
        newer = journal.raise_fence("a", now=NOW)
        with pytest.raises(StaleLease, match="was overtaken"):
            journal.answer(YES, now=NOW)
        with pytest.raises(StaleLease):
            journal.ask(asked_by(lease), now=NOW)
        journal.record(newer, Phase.PUT_BACK, now=NOW, note="back")
        journal.release(newer, now=NOW)
        with pytest.raises(StaleLease):
            journal.answer(YES, now=NOW)
        journal.acquire("b", now=NOW)
        with pytest.raises(StaleLease, match="a asked before the switch of the writer"):
            journal.answer(YES, now=NOW)
        assert all("approval" not in entry.detail for entry in journal.entries())

    def test_a_new_question_takes_the_place_of_the_old_one(self, journal: Journal) -> None:
        lease = journal.acquire("a", now=NOW)
        journal.ask(asked_by(lease, before=100), now=NOW)
        journal.answer(YES, now=NOW)
        journal.ask(asked_by(lease), now=NOW)
        found = journal.question()
        assert found is not None
        assert (found.before, found.answer) == ("switch", None)

    def test_the_newest_look_at_the_source_is_kept_and_is_no_entry(self, journal: Journal) -> None:
        assert journal.watched() is None
        pressure = SourcePressure(
            at=NOW,
            wal_position=10**12,
            slots=(
                SlotWal(
                    name="load",
                    kind="logical",
                    database="Größe",
                    active=True,
                    wal_bytes=10**9,
                    wal_status="extended",
                    safe_bytes=None,
                ),
            ),
            wal_limit=None,
            transaction=Oldest(seconds=1.5, who="process 1"),
            prepared=None,
        )
        watch = SourceWatch(
            at=NOW,
            pressure=pressure,
            readings=(WalReading(at=NOW, position=10**12, kept={"load": 10**9}),),
            disk=DiskForecast(wal_bytes_per_hour=1e9, hours_left=2.5, reason="it grows"),
            drift=Drift(since=NOW, number=1, changed=("table public.t is new",), digest="d"),
        )
        journal.keep_watch(watch)
        assert journal.watched() == watch
        later = replace(watch, pressure=None, unreachable="no answer", readings=())
        journal.keep_watch(later)
        assert journal.watched() == later
        assert journal.entries() == ()
        assert journal.acquire("night", now=NOW).fence == 1
        assert journal.watched() == later

    def test_a_word_is_kept_until_the_next_start_forgets_it(self, journal: Journal) -> None:
        word = OperatorWord(word=Word.ABORT, by="dba", reason="no")
        journal.say(word, now=NOW)
        assert journal.word() == word
        journal.acquire("a", now=NOW)
        assert journal.word() == OperatorWord()

    def test_an_abort_that_was_said_refuses_what_heeds_it_and_nothing_is_written(
        self, journal: Journal
    ) -> None:
        lease = journal.acquire("a", now=NOW)
        journal.say(OperatorWord(word=Word.ABORT, by="dba", reason="not tonight"), now=NOW)
        before = journal.state(), journal.entries()
        with pytest.raises(AbortRequested, match="dba asked to abort: not tonight"):
            journal.record(lease, Phase.SHIFTING, now=NOW, note="20 %", unless_aborted=True)
        assert (journal.state(), journal.entries()) == before

    @pytest.mark.parametrize("word", [Word.NONE, Word.PAUSE])
    def test_any_other_word_does_not(self, journal: Journal, word: Word) -> None:
        lease = journal.acquire("a", now=NOW)
        journal.say(OperatorWord(word=word, by="dba"), now=NOW)
        journal.record(lease, Phase.SHIFTING, now=NOW, note="20 %", unless_aborted=True)
        assert journal.state().phase is Phase.SHIFTING

    def test_every_entry_is_sealed_onto_the_one_before_it(self, journal: Journal) -> None:
        lease = journal.acquire("a", now=NOW)
        journal.record(lease, Phase.SHIFTING, now=NOW, note="20 %", detail={"b": [1.5], "a": 1})
        journal.raise_fence("a", now=NOW)
        journal.annotate("a", now=NOW, note="said", detail={"by": "ada"})
        first, second, third = journal.entries()
        assert (first.previous, second.previous) == ("", first.seal)
        assert third.previous == second.seal
        assert third.phase is Phase.SHIFTING
        assert journal.state().seal == third.seal
        assert check_chain(journal.entries(), newest=third.seal).state is ChainState.UNBROKEN

    def test_both_stores_seal_alike(self, aws: None) -> None:
        seals = []
        for journal in (MemoryJournal(), dynamodb_journal()):
            lease = journal.acquire("a", now=NOW)
            detail = {"ä": (1, 2), "z": {"2": None, "10": 0.1}}
            journal.record(lease, Phase.SHIFTING, now=NOW, note="20 %", detail=detail)
            seals.append([entry.seal for entry in journal.entries()])
        assert seals[0] == seals[1]

    def test_something_is_written_down_about_the_newest_execution_only(
        self, journal: Journal
    ) -> None:
        with pytest.raises(StaleLease):
            journal.annotate("a", now=NOW, note="too early")
        lease = journal.acquire("a", now=NOW)
        journal.record(lease, Phase.PUT_BACK, now=NOW, note="back")
        journal.release(lease, now=NOW)
        journal.annotate("a", now=NOW, note="afterwards")
        assert journal.state().phase is Phase.PUT_BACK
        assert not journal.state().held
        assert journal.acquire("b", now=NOW).fence == lease.fence + 1
        with pytest.raises(StaleLease, match="b's, not a's"):
            journal.annotate("a", now=NOW, note="too late")

    def test_ten_thousand_sequences_fit_into_one_entry(self, journal: Journal) -> None:
        """400 KB are the most that an item of DynamoDB holds, and this is a megabyte."""
        seed = random.Random(7)
        moves = [
            {
                "name": f"public.table_{n}_id_seq",
                "source": (at := seed.randrange(2**40)),
                "target": at + 1000,
            }
            for n in range(10_000)
        ]
        lease = journal.acquire("a", now=NOW)
        journal.record(lease, Phase.SHIFTING, now=NOW, note="long", detail={"sequences": moves})
        assert journal.entries()[-1].detail == {"sequences": moves}
        assert check_chain(journal.entries()).state is ChainState.UNBROKEN

    def test_the_counters_of_ten_thousand_tables_fit_into_one_entry(self, journal: Journal) -> None:
        """As the switch writes them down, and the audit reads them."""
        seed = random.Random(7)
        counters = WriteCounters(
            read_at=NOW,
            started_at=NOW,
            reset_at=None,
            next_transaction=700,
            lsn="0/16B3748",
            tables=tuple(
                TableWrites(
                    name=f"application.table_{seed.randrange(2**40)}",
                    rows=seed.randrange(2**40),
                    file=seed.randrange(2**32),
                )
                for _ in range(10_000)
            ),
            sequences=(),
            large_objects=0,
            large_object_rows=0,
            appliers=(),
        )
        lease = journal.acquire("a", now=NOW)
        detail = {"counters": jsonable(counters)}
        journal.record(lease, Phase.SHIFTING, now=NOW, note="long", detail=detail)
        assert restored(WriteCounters, journal.entries()[-1].detail["counters"]) == counters

    @pytest.mark.parametrize("late", ["release", "raise_fence", "record", "take_over"])
    def test_of_two_processes_that_saw_the_same_state_only_one_changes_it(
        self, aws: None, late: str
    ) -> None:
        """Raising and releasing write no entry: only the version of the state tells that another was faster."""
        slow = dynamodb_journal()
        quick = DynamoDbJournal(boto3.resource("dynamodb"), table="journal", migration="test")
        lease = slow.acquire("a", now=NOW)
        assert quick.state() == slow.state()
        newer = quick.raise_fence("a", now=NOW)
        if late == "raise_fence":
            assert slow.raise_fence("a", now=NOW).fence == newer.fence + 1
            with pytest.raises(StaleLease):
                quick.check(newer)
            return
        if late == "take_over":
            assert slow.take_over("b", now=NOW).fence == newer.fence + 1
            return
        with pytest.raises(StaleLease):
            if late == "release":
                slow.release(lease, now=NOW)
            else:
                slow.record(lease, Phase.SHIFTING, now=NOW, note="late")
        state = quick.state()
        assert (state.held, state.fence, state.phase) == (True, newer.fence, Phase.STARTED)


def raw_items(name: str) -> list[dict[str, Any]]:
    table = boto3.resource("dynamodb").Table("journal")
    items: list[dict[str, Any]] = table.scan()["Items"]
    return sorted(
        (item for item in items if str(item["item"]).startswith(name)),
        key=lambda item: str(item["item"]),
    )


class TestTheJournalInDynamoDb:
    """What somebody with the table in hand could do to it, and what an older version left there."""

    @pytest.fixture
    def journal(self, aws: None) -> DynamoDbJournal:
        journal = dynamodb_journal()
        lease = journal.acquire("a", now=NOW)
        journal.record(lease, Phase.SHIFTING, now=NOW, note="20 %", detail={"share": 20})
        journal.record(lease, Phase.SHIFTING, now=NOW, note="50 %", detail={"share": 50})
        return journal

    def test_a_look_of_another_version_is_not_known(self, journal: DynamoDbJournal) -> None:
        item = {"migration": "test", "item": "SOURCE", "watch": '{"at": "yesterday"}'}
        boto3.resource("dynamodb").Table("journal").put_item(Item=item)
        assert journal.watched() is None

    def test_a_long_detail_is_in_items_that_dynamodb_takes(self, journal: DynamoDbJournal) -> None:
        noise = random.Random(7).randbytes(600_000).hex()
        journal.annotate("a", now=NOW, note="long", detail={"noise": noise})
        parts = raw_items("PART#")
        assert len(parts) > 1
        assert all(len(bytes(item["compressed"])) < 400_000 for item in parts)
        assert journal.entries()[-1].detail == {"noise": noise}
        boto3.resource("dynamodb").Table("journal").delete_item(
            Key={"migration": "test", "item": parts[0]["item"]}
        )
        assert check_chain(journal.entries()).entry == 4

    def test_a_changed_entry_is_found(self, journal: DynamoDbJournal) -> None:
        item = raw_items("ENTRY#")[1]
        boto3.resource("dynamodb").Table("journal").put_item(Item=item | {"note": "80 %"})
        assert check_chain(journal.entries()).entry == 2

    def test_entries_of_before_are_unsealed_and_the_chain_goes_on_from_there(
        self, journal: DynamoDbJournal
    ) -> None:
        table = boto3.resource("dynamodb").Table("journal")
        for item in (*raw_items("ENTRY#"), *raw_items("STATE")):
            old = {
                key: value
                for key, value in item.items()
                if key not in {"seal", "previous", "parts"}
            }
            table.put_item(Item=old)
        again = DynamoDbJournal(boto3.resource("dynamodb"), table="journal", migration="test")
        assert check_chain(again.entries()).state is ChainState.UNSEALED
        again.annotate("a", now=NOW, note="sealed")
        verdict = check_chain(again.entries(), newest=again.state().seal)
        assert (verdict.state, verdict.entry) == (ChainState.UNSEALED, 1)
        assert "entries 1 to 3" in verdict.fact
        item = raw_items("ENTRY#")[3]
        table.put_item(Item=item | {"note": "changed"})
        assert check_chain(again.entries()).entry == 4


def route53_router() -> Route53Router:
    client = boto3.client("route53")
    zone = client.create_hosted_zone(Name="db.example.internal", CallerReference="1")
    zone_id = zone["HostedZone"]["Id"]
    records = WeightedRecords(client, hosted_zone_id=zone_id, ttl_seconds=5)
    for name in (READS, WRITES):
        records.ensure(WeightedName(name=name, source="onprem.example", target="aurora.example"))
    return Route53Router(client, hosted_zone_id=zone_id)


@pytest.fixture(params=["memory", "route53"])
def router(request: pytest.FixtureRequest, aws: None) -> TrafficRouter:
    if request.param == "memory":
        return MemoryRouter(shares={READS: 0, WRITES: 0})
    return route53_router()


class TestTrafficRouter:
    """cutover.ports.TrafficRouter."""

    def test_everything_begins_at_the_source(self, router: TrafficRouter) -> None:
        assert router.weights(READS) == RecordWeights(name=READS, source=100, target=0)

    def test_a_change_says_what_to_expect_and_is_in_sync(self, router: TrafficRouter) -> None:
        change = router.set_target_shares({READS: 20}, now=NOW)
        assert change.expected == (RecordWeights(name=READS, source=80, target=20),)
        assert change.changed_at == NOW
        assert router.in_sync(change.id)
        assert router.weights(READS) == change.expected[0]
        assert router.weights(WRITES).target == 0

    def test_two_names_move_in_one_change(self, router: TrafficRouter) -> None:
        change = router.set_target_shares({READS: 100, WRITES: 100}, now=NOW)
        assert {weights.name: weights.target for weights in change.expected} == {
            READS: 100,
            WRITES: 100,
        }

    def test_a_name_without_its_pair_is_missing_not_zero(self, router: TrafficRouter) -> None:
        with pytest.raises(RecordsMissing, match=r"other\.example"):
            router.weights("other.example")
        with pytest.raises(RecordsMissing):
            router.set_target_shares({"other.example": 20}, now=NOW)


def cloudwatch_monitoring() -> CloudWatchMonitoring:
    return CloudWatchMonitoring(
        boto3.client("cloudwatch"),
        instance_id="Instance",
        task_arns={Stream.LOAD: "arn:aws:dms:us-east-1:123456789012:task:RESOURCE"},
        alarm_names=["replication-lag", "absent"],
        lag_alarms={Stream.LOAD: "replication-lag"},
    )


def publish(
    now: datetime, value: float, *, task: str = "RESOURCE", name: str = "CDCLatencySource"
) -> None:
    boto3.client("cloudwatch").put_metric_data(
        Namespace="AWS/DMS",
        MetricData=[
            {
                "MetricName": name,
                "Timestamp": now,
                "Value": value,
                "Dimensions": [
                    {"Name": "ReplicationInstanceIdentifier", "Value": "instance"},
                    {"Name": "ReplicationTaskIdentifier", "Value": task},
                ],
            }
        ],
    )


class TestMonitoring:
    """cutover.ports.Monitoring; in memory it is a few fields, so the suite is about CloudWatch."""

    @pytest.fixture
    def monitoring(self, aws: None) -> Monitoring:
        return cloudwatch_monitoring()

    def latencies(self, monitoring: Monitoring, now: datetime) -> dict[str, float | None]:
        readings = monitoring.latencies(Stream.LOAD, now=now, max_age=timedelta(minutes=5))
        return {reading.name: reading.value for reading in readings}

    def test_no_data_point_is_no_value(self, monitoring: Monitoring) -> None:
        now = datetime.now(UTC)
        assert self.latencies(monitoring, now) == {
            "CDCLatencySource": None,
            "CDCLatencyTarget": None,
        }

    def test_the_newest_data_point_counts(self, monitoring: Monitoring) -> None:
        now = datetime.now(UTC).replace(second=30)
        publish(now - timedelta(minutes=3), 50.0)
        publish(now - timedelta(minutes=1), 2.0)
        assert self.latencies(monitoring, now)["CDCLatencySource"] == 2.0

    def test_an_old_data_point_says_nothing(self, monitoring: Monitoring) -> None:
        now = datetime.now(UTC)
        publish(now - timedelta(minutes=10), 1.0)
        assert self.latencies(monitoring, now)["CDCLatencySource"] is None

    def test_another_tasks_data_says_nothing(self, monitoring: Monitoring) -> None:
        now = datetime.now(UTC)
        publish(now, 1.0, task="ANOTHER")
        assert self.latencies(monitoring, now)["CDCLatencySource"] is None

    def test_an_alarm_that_does_not_exist_is_missing_not_quiet(
        self, monitoring: Monitoring
    ) -> None:
        boto3.client("cloudwatch").put_metric_alarm(
            AlarmName="replication-lag",
            MetricName="m",
            Namespace="n",
            Period=60,
            EvaluationPeriods=1,
            Threshold=60,
            ComparisonOperator="GreaterThanThreshold",
            Statistic="Maximum",
        )
        client = boto3.client("cloudwatch")
        client.set_alarm_state(AlarmName="replication-lag", StateValue="ALARM", StateReason="x")
        assert [alarm.name for alarm in monitoring.alarms(Stream.AGAIN)] == ["absent"]
        assert monitoring.alarms(Stream.LOAD) == (
            Alarm(name="replication-lag", state="ALARM"),
            Alarm(name="absent", state="MISSING"),
        )

    def test_memory_answers_in_the_same_words(self) -> None:
        memory = MemoryMonitoring(latency_seconds=None)
        readings = memory.latencies(Stream.LOAD, now=NOW, max_age=timedelta(minutes=5))
        assert {reading.name: reading.value for reading in readings} == {
            "CDCLatencySource": None,
            "CDCLatencyTarget": None,
        }


def s3_store() -> S3CertificateStore:
    client = boto3.client("s3")
    client.create_bucket(Bucket="certificates")
    return S3CertificateStore(client, bucket="certificates")


@pytest.fixture(params=["memory", "s3"])
def store(request: pytest.FixtureRequest, aws: None) -> CertificateStore:
    return MemoryCertificateStore() if request.param == "memory" else s3_store()


class TestCertificateStore:
    """cutover.ports.CertificateStore."""

    def test_what_is_stored_is_there(self, store: CertificateStore) -> None:
        assert store.get("certificates/test/a.json") is None
        assert store.put("certificates/test/a.json", "{ä}") == "{ä}"
        assert store.get("certificates/test/a.json") == "{ä}"

    def test_nothing_is_ever_replaced(self, store: CertificateStore) -> None:
        store.put("a", "first")
        assert store.put("a", "second") == "first"
        assert store.get("a") == "first"
        assert store.put("b", "second") == "second"

    def test_a_bucket_that_is_not_there_is_an_error_and_no_empty_one(self, aws: None) -> None:
        away = S3CertificateStore(boto3.client("s3"), bucket="no-such-bucket")
        with pytest.raises(ServiceUnavailable, match=r"storing a: .*NoSuchBucket"):
            away.put("a", "text")
        with pytest.raises(ServiceUnavailable):
            away.get("a")


PARAMETER = "/migration/test/state"
READY = {"verdict": "ready", "reason": "every check is good", "at": "2026-01-01T00:00:00+00:00"}


@dataclass(frozen=True)
class Shown:
    """A display, and what people see on it."""

    display: Display
    seen: Callable[[], dict[str, Any]]


def ssm_display() -> Shown:
    client = boto3.client("ssm")

    def seen() -> dict[str, Any]:
        value: dict[str, Any] = json.loads(
            client.get_parameter(Name=PARAMETER)["Parameter"]["Value"]
        )
        return value

    return Shown(display=SsmDisplay(client, parameter=PARAMETER), seen=seen)


@pytest.fixture(params=["memory", "ssm"])
def shown(request: pytest.FixtureRequest, aws: None) -> Shown:
    if request.param == "ssm":
        return ssm_display()
    memory = MemoryDisplay()
    return Shown(display=memory, seen=lambda: memory.shown)


class TestDisplay:
    """cutover.ports.Display."""

    def test_each_keeps_what_the_other_shows(self, shown: Shown) -> None:
        shown.display.show({"phase": "started", "weights": [20]})
        shown.display.show_readiness(READY)
        shown.display.show({"phase": "done"})
        assert shown.seen() == {"phase": "done", "readiness": READY}
        shown.display.show_readiness(READY | {"verdict": "busy"})
        assert shown.seen() == {"phase": "done", "readiness": READY | {"verdict": "busy"}}

    def test_the_readiness_may_be_the_first_to_be_shown(self, shown: Shown) -> None:
        shown.display.show_readiness(READY)
        assert shown.seen() == {"readiness": READY}

    def test_what_somebody_else_wrote_there_is_replaced(self, aws: None) -> None:
        ssm = ssm_display()
        for strange in ("not JSON", "[1, 2]"):
            boto3.client("ssm").put_parameter(
                Name=PARAMETER, Value=strange, Type="String", Overwrite=True
            )
            ssm.display.show_readiness(READY)
            assert ssm.seen() == {"readiness": READY}

    @pytest.mark.parametrize("character", ["x", '"', "ä", "\U0001f600"])
    def test_a_reason_too_long_for_the_parameter_is_cut_and_the_rest_is_whole(
        self, aws: None, character: str
    ) -> None:
        ssm = ssm_display()
        ssm.display.show({"phase": "put-back", "reason": "short", "weights": [20, 100]})
        ssm.display.show_readiness(READY | {"reason": character * 5000})
        seen = ssm.seen()
        assert len(json.dumps(seen)) <= 4096
        assert len(json.dumps(seen)) > 4096 - 20, "no more is cut than must be"
        assert seen["readiness"]["reason"].endswith(character + " ...")
        assert seen["reason"] == "short"
        ssm.display.show({"phase": "put-back", "reason": character * 5000})
        seen = ssm.seen()
        assert len(json.dumps(seen)) <= 4096
        assert seen["phase"] == "put-back"
        assert seen["readiness"]["verdict"] == "ready"

    def test_two_writers_in_the_same_moment_lose_nothing(
        self, aws: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        check, cutover = ssm_display(), ssm_display()
        cutover.display.show({"phase": "started"})
        client = check.display._client  # type: ignore[attr-defined]
        put = client.put_parameter

        def overtaken(**arguments: Any) -> Any:
            monkeypatch.setattr(client, "put_parameter", put)
            cutover.display.show({"phase": "shifting"})
            return put(**arguments)

        monkeypatch.setattr(client, "put_parameter", overtaken)
        check.display.show_readiness(READY)
        assert check.seen() == {"phase": "shifting", "readiness": READY}

    def test_it_never_stops_a_cutover_but_a_check(self, aws: None) -> None:
        broken = SsmDisplay(boto3.client("ssm"), parameter="/aws/reserved")
        broken.show({"phase": "done"})
        with pytest.raises(ServiceUnavailable):
            broken.show_readiness(READY)


MACHINE_ROLE = "arn:aws:iam::123456789012:role/machine"


@pytest.fixture(params=["memory", "stepfunctions"])
def machine(request: pytest.FixtureRequest, aws: None) -> CutoverMachine:
    if request.param == "memory":
        return MemoryCutoverMachine()
    client = boto3.client("stepfunctions")
    arn = client.create_state_machine(
        name="cutover", definition='{"StartAt": "a"}', roleArn=MACHINE_ROLE
    )["stateMachineArn"]
    return StepFunctionsMachine(client, machine_arn=arn)


class TestCutoverMachine:
    """cutover.ports.CutoverMachine."""

    def test_a_name_is_started_once(self, machine: CutoverMachine) -> None:
        first = machine.start("night", {"park_at": 20})
        assert first == machine.execution("night") != machine.execution("day")
        assert machine.start("night", {"park_at": 20}) == first
        assert machine.start("night", {"park_at": 50}) == first, "the first one counts"
        assert machine.runs(first)

    def test_what_has_ended_does_not_run_and_is_not_started_again(self, aws: None) -> None:
        client = boto3.client("stepfunctions")
        arn = client.create_state_machine(name="m", definition="{}", roleArn=MACHINE_ROLE)
        machine = StepFunctionsMachine(client, machine_arn=arn["stateMachineArn"])
        ended = machine.start("night", {})
        client.stop_execution(executionArn=ended)
        assert machine.start("night", {}) == ended
        assert not machine.runs(ended)
        assert not machine.runs(machine.execution("never"))
        (only,) = client.list_executions(stateMachineArn=arn["stateMachineArn"])["executions"]
        assert only["executionArn"] == ended

    def test_a_machine_that_is_not_there_is_no_start(self, aws: None) -> None:
        arn = "arn:aws:states:us-east-1:123456789012:stateMachine:absent"
        machine = StepFunctionsMachine(boto3.client("stepfunctions"), machine_arn=arn)
        with pytest.raises(ServiceUnavailable, match="starting night"):
            machine.start("night", {})


def test_a_word_that_is_said_as_the_lease_is_taken_is_not_forgotten(
    aws: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only words that were there before belong to an earlier cutover."""
    journal = dynamodb_journal()
    journal.say(OperatorWord(word=Word.PAUSE, by="dba"), now=NOW)
    abort = OperatorWord(word=Word.ABORT, by="dba", reason="not tonight")
    client: Any = journal._client
    write = client.transact_write_items

    def heard_of(**given: Any) -> Any:
        answer = write(**given)
        assert journal.word() == OperatorWord()
        journal.say(abort, now=NOW)
        return answer

    monkeypatch.setattr(client, "transact_write_items", heard_of)
    journal.acquire("a", now=NOW)
    assert journal.word() == abort


def test_a_write_whose_answer_was_lost_is_not_written_again(
    aws: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Again, it would be refused because of itself: the lease taken by this very execution."""
    journal = dynamodb_journal()
    write = journal._client.transact_write_items

    def written_and_lost(**arguments: Any) -> Any:
        write(**arguments)
        raise ReadTimeoutError(endpoint_url="https://dynamodb")

    with monkeypatch.context() as patch:
        patch.setattr(journal._client, "transact_write_items", written_and_lost)
        with pytest.raises(ServiceUnavailable):
            journal.acquire("execution-1", now=NOW)
    assert journal.acquire("execution-1", now=NOW).fence == 1


def test_an_aws_error_is_translated_with_what_was_being_done(aws: None) -> None:
    router = Route53Router(boto3.client("route53"), hosted_zone_id="ZMISSING")
    with pytest.raises(ServiceUnavailable, match=f"reading the records of {READS}"):
        router.weights(READS)
    journal = DynamoDbJournal(boto3.resource("dynamodb"), table="absent", migration="m")
    with pytest.raises(ServiceUnavailable, match="reading the journal"):
        journal.state()
    with pytest.raises(ServiceUnavailable):
        journal.check(Lease(execution="a", fence=1))
