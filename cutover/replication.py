"""What a look at the replication says, as pure functions: load, changes, readiness, each with its reason."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from cutover.decisions import TABLE_COMPLETED, Verdict, lag_finding, latencies_finding, listed
from cutover.failures import LOAD_FINISHED, STOP_REASONS, Outcome
from cutover.observations import (
    AssessmentRun,
    ConnectionState,
    EndpointConnection,
    Lag,
    MetricReading,
    OperatorWord,
    ReplicationStatus,
    Word,
)
from cutover.plan import CutoverPlan

READY_POLLS: Final = 3
"""Looks in a row at which everything is good before the replication is called ready."""
MOST_RESUMES: Final = 3
"""Times that the machine resumes a task by itself, in one execution."""
MANY_POLLS: Final = 400
"""Beyond them it looks less often: an execution has 25,000 events (Step Functions quotas), a load may take a week."""
SELDOM: Final = timedelta(minutes=10)

ON_ITS_WAY: Final = frozenset(
    {"creating", "starting", "stopping", "modifying", "testing", "moving"}
)
"""DMS API, ReplicationTask.Status: states that end by themselves."""
STOP_REASON: Final = "Stop Reason "
TABLE_TROUBLES: Final = {
    "Table error": Outcome.TABLE_ERROR,
    "Table cancelled": Outcome.TABLE_CANCELLED,
    "Table does not exist": Outcome.TABLE_MISSING,
}
"""DMS API, TableStatistics.TableState."""
STILL_LOADING: Final = frozenset({"Before load", "Full load", "Table is being reloaded"})
VALIDATION_TROUBLES: Final = {
    "Mismatched records": Outcome.ROWS_DIFFER,
    "Suspended records": Outcome.NOT_VALIDATED,
    "Table error": Outcome.NOT_VALIDATED,
    "Error": Outcome.NOT_VALIDATED,
}
"""DMS API, TableStatistics.ValidationState."""
VALIDATION_PENDING: Final = frozenset(
    {"Pending records", "Pending validation", "Preparing table", "Pending revalidation"}
)
VALIDATION_OVER: Final = frozenset({"Validated", "No primary key", "Not enabled"})
"""The last two compare nothing: `cutover validate` compares those tables."""
PAUSED_READING: Final = {
    "swap files limit": Outcome.READING_PAUSED_BY_MEMORY,
    "disk usage limit": Outcome.READING_PAUSED_BY_DISK,
}
"""DMS user guide, event messages of replication tasks."""
SLOT_GONE: Final = re.compile(
    r"replication slot .*(does not exist|invalidated|lost)"
    r"|can no longer (get changes from|access) replication slot"
    r"|requested WAL segment .* has already been removed",
    re.IGNORECASE | re.DOTALL,
)
"""What PostgreSQL says of a slot that is gone, or of WAL that is."""
ASSESSED: Final = {"passed": True, "warning": True, "failed": False}
ASSESSMENT_BROKEN: Final = frozenset(
    {"error-provisioning", "error-executing", "invalid state", "cancelling", "deleting"}
)
"""DMS API, ReplicationTaskAssessmentRun.Status; whatever is neither goes on."""


class Course(StrEnum):
    """What the machine does after a look."""

    WAIT = "wait"
    GO_ON = "go-on"
    RESUME = "resume"
    """Resume the task, then look again."""
    STOP = "stop"
    """Stop the task, then look again: a person holds the replication."""
    FAIL = "fail"


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """What a look says."""

    course: Course
    outcome: Outcome
    reason: str
    tables: tuple[str, ...] = ()
    """Those at fault, as `schema.table`."""
    doubtful: bool = False
    """It waits for something that may not stay so for longer than max_hold_seconds."""


@dataclass(frozen=True, kw_only=True)
class Looks:
    """What one look leaves for the next; a new execution begins with none."""

    polls: int = 0
    good: int = 0
    """Looks in a row at which everything was good."""
    resumes: int = 0
    """Times that the machine resumed the task by itself."""
    held_since: datetime | None = None
    told: int | None = None
    """Percent of the load at the newest entry of the journal about it."""
    paused: bool = False
    """The machine stopped the task because a person holds the replication."""


def judge_load(status: ReplicationStatus, *, paused: str = "") -> Judgement:
    """How the copy of the tables is. paused: DMS's event, where the task runs and reads nothing."""
    if status.status != "running":
        return judge_standing(status, loading=True)
    found = trouble_of(status) or _pause(paused)
    if found is not None:
        return found
    if not status.tables:
        return _waits(Outcome.LOADING, "the task runs and names no table yet", doubtful=True)
    left = [table for table in status.tables if table.state != TABLE_COMPLETED]
    if left:
        return _waits(Outcome.LOADING, loading_in_words(status))
    return Judgement(
        course=Course.GO_ON,
        outcome=Outcome.LOADED,
        reason=f"{len(status.tables)} tables are loaded, and the task follows their changes",
    )


def judge_changes(
    plan: CutoverPlan,
    status: ReplicationStatus,
    *,
    paused: str,
    lag: Lag,
    latencies: tuple[MetricReading, ...],
    now: datetime,
) -> Judgement:
    """Whether everything is good at this look: READY, until it was so often enough (weigh).

    Lag that is too high is no failure here: the changes of a whole load have to be caught up with.
    """
    if status.status != "running":
        return judge_standing(status, loading=False)
    found = trouble_of(status) or _pause(paused)
    if found is not None:
        return found
    if not status.tables:
        return _waits(
            Outcome.CATCHING_UP, "the task names no table: that proves nothing", doubtful=True
        )
    findings = (lag_finding(plan, lag, now=now), latencies_finding(plan, latencies))
    unknown = [each.fact for each in findings if each.verdict is Verdict.UNKNOWN]
    strange = sorted(
        {table.validation for table in status.tables} - VALIDATION_OVER - VALIDATION_PENDING
    )
    unknown += [f"a validation that is '{word}'" for word in strange]
    if unknown:
        return _waits(Outcome.CATCHING_UP, "not known: " + "; ".join(unknown), doubtful=True)
    missing = [*(each.fact for each in findings if each.verdict is Verdict.BAD)]
    missing += _not_yet(status)
    if missing:
        return _waits(Outcome.CATCHING_UP, "; ".join(missing))
    return Judgement(
        course=Course.GO_ON, outcome=Outcome.READY, reason="; ".join(each.fact for each in findings)
    )


def judge_standing(status: ReplicationStatus, *, loading: bool) -> Judgement:
    """A task that does not run. loading: its load may still be what it stopped in."""
    if status.status in ON_ITS_WAY:
        return _waits(Outcome.WAITING, f"the task is {status.status}", doubtful=True)
    if status.status in ("ready", "created"):
        return _waits(
            Outcome.WAITING, f"the task is {status.status}, not started yet", doubtful=True
        )
    if status.status == "failed-move":
        return _fails(Outcome.MOVE_FAILED, "the task is failed-move", status)
    if status.status == "deleting":
        return _fails(Outcome.TASK_DELETED, "the task is being deleted", status)
    if status.status not in ("stopped", "failed"):
        return _waits(
            Outcome.STATE_UNKNOWN, f"the task is {status.status}, which says nothing", doubtful=True
        )
    if SLOT_GONE.search(status.failure):
        return _fails(Outcome.SLOT_LOST, f"the task is {status.status}", status)
    word = status.stop_reason.removeprefix(STOP_REASON)
    if status.status == "stopped" and word in LOAD_FINISHED:
        return _load_finished(status, loading=loading)
    if status.status == "failed" and word not in STOP_REASONS:
        return _fails(Outcome.TASK_FAILED, "the task is failed", status)
    mode = STOP_REASONS.get(word)
    if mode is None:
        return _fails(Outcome.STOPPED_FOR_UNKNOWN_REASON, f"the task is {status.status}", status)
    reason = _with_words(f"the task is {status.status}: {mode.means}", status)
    course = Course.RESUME if mode.resumed else Course.FAIL
    return Judgement(course=course, outcome=mode.outcome, reason=reason)


def judge_connections(connections: Sequence[EndpointConnection]) -> Judgement:
    """Whether the replication instance reaches every endpoint."""
    failed = [each for each in connections if each.state is ConnectionState.FAILED]
    if failed:
        told = "; ".join(f"{each.endpoint_arn}: {each.failure or 'no reason'}" for each in failed)
        return Judgement(
            course=Course.FAIL, outcome=Outcome.CONNECTION_REFUSED, reason=f"no connection: {told}"
        )
    open_ = [each for each in connections if each.state is not ConnectionState.SUCCESSFUL]
    if open_ or not connections:
        return _waits(
            Outcome.WAITING,
            f"{len(open_)} of {len(connections)} endpoints are being tested",
            doubtful=True,
        )
    return Judgement(
        course=Course.GO_ON,
        outcome=Outcome.WAITING,
        reason=f"{len(connections)} endpoints answer",
    )


def judge_assessment(run: AssessmentRun | None) -> Judgement:
    """Whether the assessment lets the load begin. A warning does: a person reads it."""
    if run is None:
        return _waits(Outcome.WAITING, "the assessment is not there yet", doubtful=True)
    where = f", the whole of it at {run.place}" if run.place else ""
    bad = listed(f"{name}: {status}" for name, status in run.bad)
    if run.status in ASSESSMENT_BROKEN or ASSESSED.get(run.status) is False:
        told = "; ".join(part for part in (bad, run.failure) if part)
        return Judgement(
            course=Course.FAIL,
            outcome=Outcome.ASSESSMENT_FAILED,
            reason=f"the assessment {run.name} is {run.status}{': ' + told if told else ''}{where}",
        )
    if run.status not in ASSESSED:
        return _waits(
            Outcome.WAITING,
            f"the assessment {run.name} is {run.status}, {run.completed} of {run.total} done",
        )
    return Judgement(
        course=Course.GO_ON,
        outcome=Outcome.WAITING,
        reason=f"the assessment {run.name} is {run.status}{' (' + bad + ')' if bad else ''}{where}",
    )


def weigh(
    plan: CutoverPlan,
    judgement: Judgement,
    looks: Looks,
    *,
    word: OperatorWord,
    running: bool,
    now: datetime,
) -> tuple[Judgement, Looks]:
    """What is done about it, after what was seen before and what the operator says; and what the next look is told.

    running: the task runs, so that a pause has to stop it.
    """
    looks = replace(looks, polls=looks.polls + 1)
    if word.word is not Word.NONE:
        return _as_said(word, looks, running=running)
    if looks.paused and judgement.outcome is Outcome.STOPPED_BY_HAND:
        # By this machine's hand: the pause is over.
        reason = "the pause is over"
        return replace(judgement, course=Course.RESUME, reason=reason), replace(looks, paused=False)
    if judgement.course is Course.RESUME:
        if looks.resumes >= MOST_RESUMES:
            reason = f"resumed {looks.resumes} times, and again {judgement.reason}"
            return replace(judgement, course=Course.FAIL, reason=reason), looks
        return judgement, replace(looks, resumes=looks.resumes + 1, good=0)
    if judgement.doubtful:
        return _hold(plan, judgement, replace(looks, good=0), now=now)
    looks = replace(looks, held_since=None)
    if judgement.outcome is not Outcome.READY:
        return judgement, replace(looks, good=0)
    looks = replace(looks, good=looks.good + 1)
    if looks.good < READY_POLLS:
        reason = f"good {looks.good} of {READY_POLLS} times in a row: {judgement.reason}"
        return _waits(Outcome.CATCHING_UP, reason), looks
    return judgement, looks


def wait_seconds(plan: CutoverPlan, looks: Looks) -> int:
    """How long until the next look."""
    if looks.polls < MANY_POLLS:
        return plan.poll_seconds
    return max(plan.poll_seconds, int(SELDOM.total_seconds()))


def trouble_of(status: ReplicationStatus) -> Judgement | None:
    """A task that runs can still have lost a table: what is wrong with which; the worst kind first."""
    for state, outcome in TABLE_TROUBLES.items():
        names = tuple(table.name for table in status.tables if table.state == state)
        if names:
            return Judgement(
                course=Course.FAIL,
                outcome=outcome,
                reason=f"{state}: {listed(names)}",
                tables=names,
            )
    if status.tables_errored > 0:
        reason = f"TablesErrored is {status.tables_errored}, and no table says which"
        return Judgement(course=Course.FAIL, outcome=Outcome.TABLE_ERROR, reason=reason)
    for word, outcome in VALIDATION_TROUBLES.items():
        names = tuple(table.name for table in status.tables if table.validation == word)
        if names:
            return Judgement(
                course=Course.FAIL,
                outcome=outcome,
                reason=f"validation, {word}: {listed(names)}",
                tables=names,
            )
    return None


def loading_in_words(status: ReplicationStatus) -> str:
    """How far the load is, for journal and display."""
    done = sum(table.state == TABLE_COMPLETED for table in status.tables)
    at_work = [
        table.name for table in status.tables if table.state in STILL_LOADING - {"Before load"}
    ]
    rows = sum(table.rows for table in status.tables)
    now = f"; now {listed(at_work)}" if at_work else ""
    return f"full load {status.full_load_percent} %: {done} of {len(status.tables)} tables, {rows} rows{now}"


def _load_finished(status: ReplicationStatus, *, loading: bool) -> Judgement:
    word = status.stop_reason.removeprefix(STOP_REASON)
    if status.migration_type == "full-load":
        mode = STOP_REASONS["FULL_LOAD_ONLY_FINISHED"]
        return _fails(mode.outcome, f"the task is stopped: {mode.means}", status)
    if trouble := trouble_of(status):
        return trouble
    left = tuple(table.name for table in status.tables if table.state != TABLE_COMPLETED)
    if left or not status.tables:
        what = f"not loaded: {listed(left)}" if left else "it names no table"
        return replace(_fails(Outcome.LOAD_INCOMPLETE, what, status), tables=left)
    if not loading:
        # It was told to follow the changes, and the answer is older than that.
        return Judgement(
            course=Course.RESUME, outcome=Outcome.LOADED, reason="the load is over, the task stands"
        )
    return Judgement(
        course=Course.GO_ON,
        outcome=Outcome.LOADED,
        reason=f"{len(status.tables)} tables are loaded; the task stopped for it ({word})",
    )


def _not_yet(status: ReplicationStatus) -> list[str]:
    unloaded = [table.name for table in status.tables if table.state != TABLE_COMPLETED]
    pending = [
        table.name
        for table in status.tables
        if table.validation in VALIDATION_PENDING or table.validation_pending > 0
    ]
    said = []
    if unloaded:
        said.append(f"not '{TABLE_COMPLETED}': {listed(unloaded)}")
    if pending:
        said.append(f"rows still to be compared: {listed(pending)}")
    return said


def _pause(paused: str) -> Judgement | None:
    for words, outcome in PAUSED_READING.items():
        if words in paused:
            return Judgement(
                course=Course.WAIT, outcome=outcome, reason=f"DMS: {paused}", doubtful=True
            )
    return None


def _as_said(word: OperatorWord, looks: Looks, *, running: bool) -> tuple[Judgement, Looks]:
    """A pause has no time limit: it is a person's, and ends by one. An abort stops the task before it ends."""
    by, why = word.by or "the operator", word.reason or "no reason given"
    pauses = word.word is Word.PAUSE
    judgement = Judgement(
        course=Course.STOP if running else Course.WAIT if pauses else Course.FAIL,
        outcome=Outcome.PAUSED if pauses else Outcome.ABORT_REQUESTED,
        reason=f"{'paused' if pauses else 'aborted'} by {by}: {why}",
    )
    paused = looks.paused or (pauses and running)
    return judgement, replace(looks, good=0, held_since=None, paused=paused)


def _hold(
    plan: CutoverPlan, judgement: Judgement, looks: Looks, *, now: datetime
) -> tuple[Judgement, Looks]:
    since = looks.held_since or now
    if now - since < timedelta(seconds=plan.max_hold_seconds):
        return judgement, replace(looks, held_since=since)
    reason = f"for {plan.max_hold_seconds} s, the limit: {judgement.reason}"
    named = {
        Outcome.READING_PAUSED_BY_MEMORY,
        Outcome.READING_PAUSED_BY_DISK,
        Outcome.STATE_UNKNOWN,
    }
    outcome = judgement.outcome if judgement.outcome in named else Outcome.HELD_TOO_LONG
    return replace(judgement, course=Course.FAIL, outcome=outcome, reason=reason), looks


def _waits(outcome: Outcome, reason: str, *, doubtful: bool = False) -> Judgement:
    return Judgement(course=Course.WAIT, outcome=outcome, reason=reason, doubtful=doubtful)


def _fails(outcome: Outcome, reason: str, status: ReplicationStatus) -> Judgement:
    return Judgement(course=Course.FAIL, outcome=outcome, reason=_with_words(reason, status))


def _with_words(reason: str, status: ReplicationStatus) -> str:
    words = "; ".join(part for part in (status.stop_reason, status.failure) if part)
    return f"{reason} ({words})" if words else reason
