"""What a look at the replication says: every failure by its name, and ready only where everything is."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cutover.failures import (
    BY_OUTCOME,
    LOAD_FINISHED,
    MOST_NAMED,
    STOP_REASONS,
    Outcome,
    quoted,
    remedy_of,
)
from cutover.observations import (
    AssessmentRun,
    ConnectionState,
    EndpointConnection,
    Lag,
    MetricReading,
    OperatorWord,
    ReplicationStatus,
    TableProgress,
    Word,
)
from cutover.replication import (
    MANY_POLLS,
    MOST_RESUMES,
    READY_POLLS,
    VALIDATION_PENDING,
    Course,
    Judgement,
    Looks,
    judge_assessment,
    judge_changes,
    judge_connections,
    judge_load,
    wait_seconds,
    weigh,
)
from tests.builders import plan

NOW = datetime(2026, 1, 1, tzinfo=UTC)
PAGE = Path(__file__).parent.parent.parent / "docs" / "replicate.md"

TABLE_STATES = (
    "Table does not exist",
    "Before load",
    "Full load",
    "Table completed",
    "Table cancelled",
    "Table error",
    "Table is being reloaded",
)
"""DMS API, TableStatistics.TableState: all of them."""
VALIDATION_STATES = (
    "Not enabled",
    "Pending records",
    "Mismatched records",
    "Suspended records",
    "No primary key",
    "Table error",
    "Validated",
    "Error",
    "Pending validation",
    "Preparing table",
    "Pending revalidation",
)
"""DMS API, TableStatistics.ValidationState: all of them."""
STATUSES = (
    "moving",
    "creating",
    "deleting",
    "failed",
    "failed-move",
    "modifying",
    "ready",
    "running",
    "starting",
    "stopped",
    "stopping",
    "testing",
)
"""DMS API, ReplicationTask.Status: all of them."""


def table(
    state: str = "Table completed", validation: str = "Validated", **more: Any
) -> TableProgress:
    return TableProgress(
        name=more.pop("name", "public.t"), state=state, validation=validation, **more
    )


def status(word: str = "running", **more: Any) -> ReplicationStatus:
    values: dict[str, Any] = {"started": True, "tables": (table(),), "full_load_percent": 100}
    return ReplicationStatus(status=word, **{**values, **more})


def stopped(reason: str, **more: Any) -> ReplicationStatus:
    return status("stopped", stop_reason=f"Stop Reason {reason}", **more)


def changes(found: ReplicationStatus, **more: Any) -> Judgement:
    values: dict[str, Any] = {
        "paused": "",
        "lag": Lag(seconds=1.0, measured_at=NOW),
        "latencies": tuple(
            MetricReading(name=name, value=1.0, at=NOW)
            for name in ("CDCLatencySource", "CDCLatencyTarget")
        ),
        "now": NOW,
    }
    return judge_changes(plan(), found, **{**values, **more})


def weighed(
    judgement: Judgement, looks: Looks | None = None, **more: Any
) -> tuple[Judgement, Looks]:
    values: dict[str, Any] = {"word": OperatorWord(), "running": True, "now": NOW}
    return weigh(plan(), judgement, looks or Looks(), **{**values, **more})


class TestLoad:
    """judge_load."""

    def test_tables_that_are_not_there_yet_are_waited_for(self) -> None:
        tables = (table(), table("Full load", name="public.u", rows=7))
        judgement = judge_load(status(full_load_percent=50, tables=tables))
        assert (judgement.course, judgement.outcome) == (Course.WAIT, Outcome.LOADING)
        assert judgement.reason == "full load 50 %: 1 of 2 tables, 7 rows; now public.u"
        assert not judgement.doubtful, "a load may take a week"

    @pytest.mark.parametrize("reason", sorted(LOAD_FINISHED))
    def test_a_load_that_stopped_after_itself_is_over(self, reason: str) -> None:
        judgement = judge_load(stopped(reason))
        assert (judgement.course, judgement.outcome) == (Course.GO_ON, Outcome.LOADED)

    def test_a_load_whose_task_follows_already_is_over(self) -> None:
        assert judge_load(status()).course is Course.GO_ON

    def test_a_task_that_only_loads_has_lost_the_changes(self) -> None:
        found = stopped("FULL_LOAD_ONLY_FINISHED", migration_type="full-load")
        assert judge_load(found).outcome is Outcome.CHANGES_NOT_FOLLOWED

    @pytest.mark.parametrize("tables", [(), (table(), table("Before load", name="public.u"))])
    def test_a_load_that_is_over_without_a_table_is_not(
        self, tables: tuple[TableProgress, ...]
    ) -> None:
        judgement = judge_load(stopped("STOPPED_AFTER_CACHED_EVENTS", tables=tables))
        assert (judgement.course, judgement.outcome) == (Course.FAIL, Outcome.LOAD_INCOMPLETE)

    @pytest.mark.parametrize("reason", sorted(set(STOP_REASONS) - LOAD_FINISHED))
    def test_every_stop_reason_has_its_outcome(self, reason: str) -> None:
        judgement = judge_load(stopped(reason))
        assert judgement.outcome is STOP_REASONS[reason].outcome
        resumed = STOP_REASONS[reason].resumed
        assert judgement.course is (Course.RESUME if resumed else Course.FAIL)
        assert reason in judgement.reason

    @pytest.mark.parametrize("reason", ["", "Stop Reason SOMETHING_NEW"])
    def test_a_stop_for_a_reason_that_is_not_known_is_not_fine(self, reason: str) -> None:
        judgement = judge_load(status("stopped", stop_reason=reason))
        assert (judgement.course, judgement.outcome) == (
            Course.FAIL,
            Outcome.STOPPED_FOR_UNKNOWN_REASON,
        )

    @pytest.mark.parametrize(
        "failure",
        [
            'ERROR: replication slot "dms_1" does not exist',
            'ERROR: can no longer get changes from replication slot "dms_1"',
            "ERROR: requested WAL segment 000000010000000000000001 has already been removed",
        ],
    )
    def test_a_slot_that_is_gone_has_a_remedy_of_its_own(self, failure: str) -> None:
        judgement = judge_load(status("failed", failure=failure))
        assert judgement.outcome is Outcome.SLOT_LOST
        assert failure in judgement.reason

    @pytest.mark.parametrize(
        ("state", "outcome"),
        [
            ("Table error", Outcome.TABLE_ERROR),
            ("Table cancelled", Outcome.TABLE_CANCELLED),
            ("Table does not exist", Outcome.TABLE_MISSING),
        ],
    )
    def test_a_table_in_trouble_is_named_though_the_task_runs(
        self, state: str, outcome: Outcome
    ) -> None:
        tables = (table(), table(state, name="public.u"))
        judgement = judge_load(status(tables=tables))
        assert (judgement.course, judgement.outcome) == (Course.FAIL, outcome)
        assert judgement.tables == ("public.u",)

    def test_errors_that_no_table_shows_are_errors(self) -> None:
        assert judge_load(status(tables_errored=1)).outcome is Outcome.TABLE_ERROR

    @pytest.mark.parametrize("word", STATUSES)
    def test_every_status_is_understood(self, word: str) -> None:
        judgement = judge_load(status(word, tables=(table("Full load"),)))
        assert judgement.outcome is not Outcome.STATE_UNKNOWN
        assert judgement.course is not Course.GO_ON

    def test_a_status_that_is_not_known_waits_in_doubt(self) -> None:
        judgement = judge_load(status("hibernating"))
        assert (judgement.course, judgement.doubtful) == (Course.WAIT, True)
        assert judgement.outcome is Outcome.STATE_UNKNOWN

    @pytest.mark.parametrize(
        ("words", "outcome"),
        [
            ("Reading paused, swap files limit reached.", Outcome.READING_PAUSED_BY_MEMORY),
            ("Reading paused, disk usage limit reached.", Outcome.READING_PAUSED_BY_DISK),
        ],
    )
    def test_a_task_that_reads_nothing_waits_and_not_for_ever(
        self, words: str, outcome: Outcome
    ) -> None:
        judgement = judge_load(status(tables=(table("Full load"),)), paused=words)
        assert (judgement.course, judgement.outcome) == (Course.WAIT, outcome)
        waiting, looks = weighed(judgement)
        assert waiting.course is Course.WAIT
        later = NOW + timedelta(seconds=plan().max_hold_seconds)
        failed, _ = weighed(judgement, looks, now=later)
        assert (failed.course, failed.outcome) == (Course.FAIL, outcome)


class TestChanges:
    """judge_changes: ready only where everything is good."""

    def test_all_is_good(self) -> None:
        judgement = changes(status())
        assert (judgement.course, judgement.outcome) == (Course.GO_ON, Outcome.READY)

    def test_lag_that_is_too_high_is_waited_for(self) -> None:
        judgement = changes(status(), lag=Lag(seconds=3600.0, measured_at=NOW))
        assert (judgement.course, judgement.doubtful) == (Course.WAIT, False)
        assert "limit 60 s" in judgement.reason

    @pytest.mark.parametrize(
        "more",
        [
            {"lag": Lag(seconds=None, measured_at=NOW, reason="no heartbeat")},
            {"lag": Lag(seconds=1.0, measured_at=NOW - timedelta(hours=1))},
            {"latencies": ()},
            {"latencies": (MetricReading(name="CDCLatencySource", value=None),)},
        ],
    )
    def test_what_is_not_known_is_doubtful(self, more: dict[str, Any]) -> None:
        judgement = changes(status(), **more)
        assert (judgement.course, judgement.doubtful) == (Course.WAIT, True)
        assert judgement.reason.startswith("not known")

    @pytest.mark.parametrize("word", sorted(VALIDATION_PENDING))
    def test_rows_to_be_compared_are_waited_for(self, word: str) -> None:
        judgement = changes(status(tables=(table(validation=word),)))
        assert judgement.course is Course.WAIT
        assert "still to be compared: public.t" in judgement.reason

    def test_pending_rows_count_whatever_the_word_says(self) -> None:
        found = status(tables=(table(validation="Validated", validation_pending=1),))
        assert changes(found).course is Course.WAIT

    def test_a_validation_in_unknown_words_is_not_known(self) -> None:
        judgement = changes(status(tables=(table(validation="Enchanted"),)))
        assert judgement.doubtful
        assert "'Enchanted'" in judgement.reason

    def test_no_table_proves_nothing(self) -> None:
        assert changes(status(tables=())).doubtful

    def test_a_load_that_still_stands_is_resumed(self) -> None:
        assert changes(stopped("STOPPED_AFTER_CACHED_EVENTS")).course is Course.RESUME

    @given(
        word=st.sampled_from(STATUSES),
        states=st.lists(st.tuples(*map(st.sampled_from, (TABLE_STATES, VALIDATION_STATES)))),
        pending=st.integers(min_value=0, max_value=2),
        errored=st.integers(min_value=0, max_value=1),
        lag=st.one_of(st.none(), st.floats(min_value=0, max_value=200)),
        age=st.integers(min_value=0, max_value=600),
        latencies=st.lists(st.one_of(st.none(), st.floats(min_value=0, max_value=100)), max_size=2),
        paused=st.sampled_from(["", "Reading paused, swap files limit reached."]),
    )
    def test_ready_is_said_where_every_single_thing_is_good_and_nowhere_else(
        self,
        word: str,
        states: list[tuple[str, str]],
        pending: int,
        errored: int,
        lag: float | None,
        age: int,
        latencies: list[float | None],
        paused: str,
    ) -> None:
        """The rule said a second time, in other words."""
        tables = tuple(
            table(state, validation, validation_pending=pending) for state, validation in states
        )
        judgement = changes(
            status(word, tables=tables, tables_errored=errored),
            lag=Lag(seconds=lag, measured_at=NOW - timedelta(seconds=age)),
            latencies=tuple(
                MetricReading(name=f"m{number}", value=value)
                for number, value in enumerate(latencies)
            ),
            paused=paused,
        )
        limit = plan().max_lag_seconds
        known = [value for value in latencies if value is not None]
        good = (
            word == "running"
            and bool(states)
            and {state for state, _ in states} == {"Table completed"}
            and {validation for _, validation in states}
            <= {"Validated", "No primary key", "Not enabled"}
            and pending == errored == 0
            and lag is not None
            and lag <= limit
            and age <= plan().metric_max_age_seconds
            and bool(latencies)
            and len(known) == len(latencies)
            and sum(known) <= limit
            and not paused
        )
        assert (judgement.outcome is Outcome.READY) is good
        assert (judgement.course is Course.GO_ON) is good


class TestWeigh:
    """What was seen before, and what the operator says."""

    def test_ready_is_called_after_so_many_good_looks_in_a_row(self) -> None:
        good, looks = changes(status()), Looks()
        for number in range(1, READY_POLLS):
            judgement, looks = weighed(good, looks)
            assert (judgement.course, looks.good) == (Course.WAIT, number)
        judgement, looks = weighed(good, looks)
        assert (judgement.course, judgement.outcome) == (Course.GO_ON, Outcome.READY)

    @given(st.lists(st.sampled_from(["good", "late", "unknown"]), max_size=30))
    def test_one_look_that_is_not_good_begins_the_count_anew(self, seen: list[str]) -> None:
        kinds = {
            "good": changes(status()),
            "late": changes(status(), lag=Lag(seconds=600.0, measured_at=NOW)),
            "unknown": changes(status(), latencies=()),
        }
        looks = Looks()
        for number, kind in enumerate(seen, start=1):
            judgement, looks = weighed(kinds[kind], looks)
            newest = seen[max(0, number - READY_POLLS) : number]
            in_a_row = newest == ["good"] * READY_POLLS
            assert (judgement.outcome is Outcome.READY) is in_a_row
            if in_a_row:
                return

    def test_a_stop_that_passes_is_resumed_so_often_and_then_fails_by_its_name(self) -> None:
        lost, looks = judge_load(stopped("RECOVERABLE_ERROR")), Looks()
        for _ in range(MOST_RESUMES):
            judgement, looks = weighed(lost, looks, running=False)
            assert judgement.course is Course.RESUME
        judgement, _ = weighed(lost, looks, running=False)
        assert (judgement.course, judgement.outcome) == (Course.FAIL, Outcome.CONNECTION_LOST)

    def test_what_is_not_known_is_not_waited_for_for_ever(self) -> None:
        unknown = changes(status(), latencies=())
        _, looks = weighed(unknown)
        assert looks.held_since == NOW
        judgement, _ = weighed(unknown, looks, now=NOW + timedelta(seconds=900))
        assert (judgement.course, judgement.outcome) == (Course.FAIL, Outcome.HELD_TOO_LONG)

    def test_the_clock_of_a_doubt_ends_with_the_doubt(self) -> None:
        _, looks = weighed(changes(status(), latencies=()))
        _, looks = weighed(changes(status()), looks)
        assert looks.held_since is None

    def test_a_pause_stops_the_task_waits_and_resumes_it(self) -> None:
        pause = OperatorWord(word=Word.PAUSE, by="ada", reason="phones")
        loading = judge_load(status(tables=(table("Full load"),)))
        judgement, looks = weighed(loading, word=pause)
        assert (judgement.course, judgement.outcome) == (Course.STOP, Outcome.PAUSED)
        by_hand = judge_load(stopped("NORMAL"))
        judgement, looks = weighed(by_hand, looks, word=pause, running=False)
        assert judgement.course is Course.WAIT
        judgement, looks = weighed(by_hand, looks, running=False)
        assert judgement.course is Course.RESUME
        judgement, _ = weighed(by_hand, looks, running=False)
        assert judgement.course is Course.FAIL, "the second time it was somebody else"

    def test_a_pause_of_a_task_that_stood_already_is_not_taken_for_a_stop_of_its_own(self) -> None:
        pause = OperatorWord(word=Word.PAUSE)
        by_hand = judge_load(stopped("NORMAL"))
        _, looks = weighed(by_hand, word=pause, running=False)
        judgement, _ = weighed(by_hand, looks, running=False)
        assert judgement.outcome is Outcome.STOPPED_BY_HAND

    def test_an_abort_stops_the_task_and_then_ends(self) -> None:
        abort = OperatorWord(word=Word.ABORT, by="ada")
        judgement, looks = weighed(changes(status()), word=abort)
        assert judgement.course is Course.STOP
        judgement, _ = weighed(judge_load(stopped("NORMAL")), looks, word=abort, running=False)
        assert (judgement.course, judgement.outcome) == (Course.FAIL, Outcome.ABORT_REQUESTED)

    def test_it_looks_less_often_after_many_looks(self) -> None:
        assert wait_seconds(plan(), Looks(polls=MANY_POLLS - 1)) == 60
        assert wait_seconds(plan(), Looks(polls=MANY_POLLS)) == 600
        slow = plan(poll_seconds=1800, bake_seconds=1800)
        assert wait_seconds(slow, Looks(polls=MANY_POLLS)) == 1800


def connection(state: ConnectionState, failure: str = "") -> EndpointConnection:
    return EndpointConnection(endpoint_arn=f"arn-{state.value}", state=state, failure=failure)


@pytest.mark.parametrize(
    ("states", "course"),
    [
        ((), Course.WAIT),
        ((ConnectionState.SUCCESSFUL, ConnectionState.TESTING), Course.WAIT),
        ((ConnectionState.SUCCESSFUL, ConnectionState.MISSING), Course.WAIT),
        ((ConnectionState.TESTING, ConnectionState.FAILED), Course.FAIL),
        ((ConnectionState.SUCCESSFUL,), Course.GO_ON),
    ],
)
def test_every_endpoint_has_to_answer(states: tuple[ConnectionState, ...], course: Course) -> None:
    judgement = judge_connections([connection(state, "no route") for state in states])
    assert judgement.course is course
    if course is Course.FAIL:
        assert judgement.reason == "no connection: arn-failed: no route"


@pytest.mark.parametrize(
    ("word", "course"),
    [
        ("starting", Course.WAIT),
        ("provisioning", Course.WAIT),
        ("running", Course.WAIT),
        ("passed", Course.GO_ON),
        ("warning", Course.GO_ON),
        ("failed", Course.FAIL),
        ("error-provisioning", Course.FAIL),
        ("error-executing", Course.FAIL),
        ("cancelling", Course.FAIL),
        ("deleting", Course.FAIL),
        ("invalid state", Course.FAIL),
    ],
)
def test_every_state_of_an_assessment_is_understood(word: str, course: Course) -> None:
    run = AssessmentRun(name="dev-1", status=word, bad=(("wal-level", "warning"),), place="s3://b")
    judgement = judge_assessment(run)
    assert judgement.course is course
    if course is not Course.WAIT:
        assert "wal-level: warning" in judgement.reason
        assert "s3://b" in judgement.reason


def test_an_assessment_that_is_not_there_is_waited_for_in_doubt() -> None:
    assert judge_assessment(None).doubtful


# The remedies.

PROGRESS = {
    Outcome.WAITING,
    Outcome.LOADING,
    Outcome.LOADED,
    Outcome.CATCHING_UP,
    Outcome.READY,
    Outcome.PAUSED,
}


def test_every_failure_has_a_remedy_that_ends_in_going_on() -> None:
    assert set(BY_OUTCOME) == set(Outcome) - PROGRESS
    for outcome in BY_OUTCOME:
        told = remedy_of(outcome, suffix="dev", tables=("public.t", "odd.a b"))
        assert "`cutover replicate " in told
        assert "{" not in told
        assert "--suffix dev" in told


def test_the_tables_at_fault_are_in_the_command() -> None:
    told = remedy_of(Outcome.TABLE_ERROR, suffix="dev", tables=("public.t", "public.o'k"))
    assert "`cutover replicate --reload public.t --reload 'public.o'\\''k' --suffix dev`" in told
    assert quoted("public.t") == "public.t"


def test_many_tables_are_all_tables() -> None:
    many = tuple(f"public.t{number}" for number in range(MOST_NAMED + 1))
    told = remedy_of(Outcome.TABLE_ERROR, suffix="dev", tables=many)
    assert "`cutover replicate --reload-all --suffix dev`" in told


def test_the_page_has_every_failure_word_for_word() -> None:
    """docs/replicate.md, the table of failures."""
    rows = re.findall(r"^\| `(\w+)` \| (.*?) \| (.*?) \| (.*?) \|$", PAGE.read_text(), re.MULTILINE)
    found = {name: tuple(cells) for name, *cells in rows}
    wanted = {
        mode.outcome.value: (mode.shows, mode.means, in_words(mode.remedy, resumed=mode.resumed))
        for mode in BY_OUTCOME.values()
    }
    assert found == wanted


def in_words(remedy: str, *, resumed: bool) -> str:
    filled = remedy.format(suffix="SUFFIX", tables="the tables", reloads="--reload TABLE ...")
    tried = f"the machine resumes it {MOST_RESUMES} times by itself; then: " if resumed else ""
    return tried + filled


def test_a_status_is_not_changed_by_a_look() -> None:
    found = status()
    judge_load(replace(found))
    assert found == status()
