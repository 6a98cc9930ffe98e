"""From an empty target to one that has caught up. All of it is before the line: a failure ends it, and changes nothing
on the source but that the slot of the task keeps its log until the task goes on or is deleted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from cutover.decisions import listed
from cutover.direction import Stream
from cutover.errors import (
    BadInput,
    ServiceUnavailable,
)
from cutover.failures import BY_OUTCOME, MOST_NAMED, Outcome, remedy_of
from cutover.journal import JournalState, Lease, Phase
from cutover.observations import (
    Lag,
    MetricReading,
    ReplicationStatus,
)
from cutover.plan import CutoverPlan
from cutover.ports import (
    Assessment,
    Clock,
    Connections,
    Display,
    Journal,
    Monitoring,
    ReplicationTask,
)
from cutover.replication import (
    ON_ITS_WAY,
    Course,
    Judgement,
    Looks,
    judge_assessment,
    judge_changes,
    judge_connections,
    judge_load,
    loading_in_words,
    wait_seconds,
    weigh,
)
from cutover.steps.target import WORTH_TELLING, Done

RUNS: frozenset[str] = frozenset({"starting", "running"})
"""DMS API, ReplicationTask.Status: a start was asked for."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What the operator asked for."""

    reload: tuple[str, ...] = ()
    """Tables to be loaded anew, as `schema.table`."""
    reload_all: bool = False


@dataclass(frozen=True, kw_only=True)
class Begun:
    """The lease, and whether the task ran before."""

    lease: Lease
    started: bool


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the machine is told after a step: what to do next, and why."""

    course: Course
    outcome: Outcome
    reason: str
    wait_seconds: int
    looks: Looks
    remedy: str = ""
    """Of what fails."""
    tables: tuple[str, ...] = ()


def begin(
    task: ReplicationTask,
    journal: Journal,
    display: Display,
    clock: Clock,
    *,
    execution: str,
    wanted: Wanted,
    detail: dict[str, Any],
) -> Begun:
    """Takes the lease. Raises LeaseTaken, StartRefused; nothing is touched then. Safe to repeat."""
    lease = journal.acquire(execution, now=clock.now(), replicates=True, detail=detail)
    what = "everything anew" if wanted.reload_all else listed(wanted.reload) or "what is missing"
    _show(display, clock, journal.check(lease), step="begun", reason=f"loads {what}")
    return Begun(lease=lease, started=task.status().started)


def check_connections(
    connections: Connections,
    journal: Journal,
    clock: Clock,
    *,
    lease: Lease,
    plan: CutoverPlan,
    looks: Looks,
    suffix: str,
) -> Answer:
    """Has every endpoint tested at the first look, and tells how the tests go. A test of yesterday proves nothing."""
    journal.check(lease)
    if looks.polls == 0:
        connections.test()
        waiting = judge_connections(())
    else:
        waiting = judge_connections(connections.states())
    return _answer(plan, waiting, looks, journal, clock, suffix=suffix)


def assess(
    assessment: Assessment,
    task: ReplicationTask,
    journal: Journal,
    clock: Clock,
    *,
    lease: Lease,
    plan: CutoverPlan,
    looks: Looks,
    suffix: str,
) -> Answer:
    """Begins the assessment and tells how it goes; a task that ran once needs none. The result is in the journal."""
    journal.check(lease)
    name = f"{suffix}-{lease.fence}"
    if task.status().started:
        skipped = Judgement(
            course=Course.GO_ON, outcome=Outcome.WAITING, reason="assessed before the first start"
        )
        return _answer(plan, skipped, looks, journal, clock, suffix=suffix)
    assessment.begin(name)
    judgement = judge_assessment(assessment.run(name))
    if judgement.course is not Course.WAIT:
        journal.annotate(lease.execution, now=clock.now(), note=judgement.reason)
    return _answer(plan, judgement, looks, journal, clock, suffix=suffix)


def start(
    task: ReplicationTask, journal: Journal, clock: Clock, *, lease: Lease, anew: bool = False
) -> str:
    """Starts the task the right way for where it stands; returns how. Safe to repeat.

    anew: everything is loaded again, by a task that stand_still has brought to rest.
    Raises ServiceUnavailable while it is on its way to another state: the machine tries again.
    """
    journal.check(lease)
    now = task.status()
    if now.status in RUNS:
        return f"the task is {now.status}"
    if not now.started:
        task.load()
        how = "the first load is started"
    elif anew:
        task.load_anew()
        how = "everything is loaded anew"
    else:
        task.resume()
        how = "the task goes on where it stopped"
    journal.annotate(lease.execution, now=clock.now(), note=how)
    return how


def stand_still(
    task: ReplicationTask, journal: Journal, *, lease: Lease, plan: CutoverPlan
) -> Done:
    """Stops the task where it runs. Complete once it rests."""
    journal.check(lease)
    now = task.status()
    if now.status == "running":
        task.stop()
    rests = now.status in ("ready", "created", "stopped", "failed")
    return Done(
        complete=rests,
        note=f"the task is {now.status}",
        wait_seconds=0 if rests else plan.poll_seconds,
    )


def reload(
    task: ReplicationTask, journal: Journal, clock: Clock, *, lease: Lease, tables: tuple[str, ...]
) -> str:
    """Has these tables copied again; of those that were emptied with one, only what the task carries.

    Raises BadInput where it carries none, StartRefused unless it runs, ServiceUnavailable while it is on its way.
    """
    journal.check(lease)
    now = task.status()
    if now.status in ON_ITS_WAY:
        raise ServiceUnavailable(f"tables are reloaded while the task runs, and it is {now.status}")
    known = {table.name for table in now.tables}
    carried = tuple(name for name in tables if name in known)
    if not carried:
        raise BadInput(f"the task carries none of {listed(tables)}")
    task.reload(carried)
    note = f"{listed(carried)} {'is' if len(carried) == 1 else 'are'} loaded anew"
    journal.annotate(lease.execution, now=clock.now(), note=note, detail={"tables": list(carried)})
    return note


def follow_load(
    task: ReplicationTask,
    journal: Journal,
    display: Display,
    clock: Clock,
    *,
    lease: Lease,
    plan: CutoverPlan,
    looks: Looks,
    suffix: str,
) -> Answer:
    """One look at the load: into journal and display, and what the machine does next."""
    state = journal.check(lease)
    status: ReplicationStatus | None
    try:
        found = status = task.status()
        judgement = judge_load(found, paused=_paused(task, found))
    except ServiceUnavailable as error:  # before the line: not known, so it waits, and not for ever
        status, judgement = None, _not_known(error)
    answer = _answer(plan, judgement, looks, journal, clock, suffix=suffix, status=status)
    _stop_where_asked(task, answer)
    if status is not None and answer.outcome is Outcome.LOADING and _worth_telling(status, looks):
        note = loading_in_words(status)
        journal.annotate(lease.execution, now=clock.now(), note=note)
        answer = replace(answer, looks=replace(answer.looks, told=status.full_load_percent))
    percent = None if status is None else status.full_load_percent
    _show(display, clock, state, step="full load", reason=answer.reason, percent=percent)
    return answer


def follow_changes(
    task: ReplicationTask,
    monitoring: Monitoring,
    journal: Journal,
    display: Display,
    clock: Clock,
    *,
    lease: Lease,
    plan: CutoverPlan,
    looks: Looks,
    lag: Lag,
    suffix: str,
) -> Answer:
    """One look at whether the target has caught up."""
    state, now = journal.check(lease), clock.now()
    status: ReplicationStatus | None
    try:
        found = status = task.status()
        judgement = judge_changes(
            plan,
            found,
            paused=_paused(task, found),
            lag=lag,
            latencies=_latencies(monitoring, plan, clock),
            now=now,
        )
    except ServiceUnavailable as error:  # before the line: not known, so it waits, and not for ever
        status, judgement = None, _not_known(error)
    answer = _answer(plan, judgement, looks, journal, clock, suffix=suffix, status=status)
    _stop_where_asked(task, answer)
    _show(display, clock, state, step="catching up", reason=answer.reason)
    return answer


def end(
    journal: Journal,
    display: Display,
    clock: Clock,
    *,
    execution: str,
    phase: Phase,
    reason: str,
    remedy: str = "",
) -> bool:
    """READY or NOT_READY, the lease given up with it. Safe to repeat; False where another execution has the lease."""
    state = journal.state()
    if state.execution != execution:
        return False
    if state.held:
        lease = Lease(execution=execution, fence=state.fence)
        journal.record(
            lease, phase, now=clock.now(), note=reason, detail={"remedy": remedy}, release=True
        )
    shown = {
        "phase": phase.value,
        "execution": execution,
        "reason": reason,
        "at": clock.now().isoformat(),
    }
    display.show(shown | ({"remedy": remedy} if remedy else {}))
    return True


def remedy_for(error: str, *, suffix: str) -> str:
    """Of an error's name, where no look has said one: its own, or that of what can't be read."""
    names = {outcome.value: outcome for outcome in BY_OUTCOME}
    return remedy_of(names.get(error, Outcome.HELD_TOO_LONG), suffix=suffix)


def _answer(
    plan: CutoverPlan,
    judgement: Judgement,
    looks: Looks,
    journal: Journal,
    clock: Clock,
    *,
    suffix: str,
    status: ReplicationStatus | None = None,
) -> Answer:
    running = status is not None and status.status == "running"
    weighed, next_looks = weigh(
        plan, judgement, looks, word=journal.word(), running=running, now=clock.now()
    )
    failed = weighed.course is Course.FAIL
    return Answer(
        course=weighed.course,
        outcome=weighed.outcome,
        reason=weighed.reason,
        wait_seconds=wait_seconds(plan, next_looks),
        looks=next_looks,
        remedy=remedy_of(weighed.outcome, suffix=suffix, tables=weighed.tables) if failed else "",
        # What a state passes on has an end (256 KB, Step Functions quotas).
        tables=weighed.tables[:MOST_NAMED],
    )


def _stop_where_asked(task: ReplicationTask, answer: Answer) -> None:
    if answer.course is Course.STOP:
        task.stop()


def _paused(task: ReplicationTask, status: ReplicationStatus) -> str:
    return task.reading_paused() if status.status == "running" else ""


def _latencies(
    monitoring: Monitoring, plan: CutoverPlan, clock: Clock
) -> tuple[MetricReading, ...]:
    try:
        return monitoring.latencies(
            Stream.LOAD, now=clock.now(), max_age=timedelta(seconds=plan.metric_max_age_seconds)
        )
    except ServiceUnavailable:  # before the line: not known, the look waits
        return ()


def _not_known(error: Exception) -> Judgement:
    return Judgement(
        course=Course.WAIT,
        outcome=Outcome.STATE_UNKNOWN,
        reason=f"not known: {error}",
        doubtful=True,
    )


def _worth_telling(status: ReplicationStatus, looks: Looks) -> bool:
    """Not at each look: a load of a week has thousands."""
    return looks.told is None or abs(status.full_load_percent - looks.told) >= WORTH_TELLING


def _show(
    display: Display,
    clock: Clock,
    state: JournalState,
    *,
    step: str,
    reason: str,
    percent: int | None = None,
) -> None:
    shown: Mapping[str, Any] = {
        "phase": Phase.REPLICATING.value,
        "execution": state.execution,
        "step": step,
        "reason": reason,
        "at": clock.now().isoformat(),
    }
    display.show({**shown, **({} if percent is None else {"percent": percent})})
