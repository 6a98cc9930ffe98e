"""What to do next, as pure functions of plan, observations and time; each answer carries its reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from cutover.direction import Direction
from cutover.errors import AbortRequested
from cutover.journal import STARTABLE, JournalState, Phase, Side, side_of_the_line
from cutover.observations import (
    DatabaseFacts,
    DatabasesFacts,
    Fence,
    Gate,
    GateState,
    Lag,
    MetricReading,
    OperatorWord,
    RecordWeights,
    SequenceState,
    StageObservation,
    Word,
)
from cutover.plan import ALL_READS, CutoverPlan
from cutover.source_watch import Drift

TABLE_COMPLETED = "Table completed"
VALIDATION_FAULTS = frozenset({"Mismatched records", "Suspended records", "Table error", "Error"})
"""DMS API, TableStatistics.ValidationState."""


class Action(StrEnum):
    """What a check can answer."""

    ADVANCE = "advance"
    BAKE = "bake"
    HOLD = "hold"
    BACK = "back"


class Verdict(StrEnum):
    """What one finding says; UNKNOWN is never good."""

    GOOD = "good"
    BAD = "bad"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that was looked at."""

    error: str
    """The error name with which the execution ends if this is what sends it back."""
    verdict: Verdict
    fact: str
    risk: str = ""
    """Where it is good and yet leaves something open: the name of that in cutover/risks.py."""


@dataclass(frozen=True, kw_only=True)
class Decision:
    """An action with its reason."""

    action: Action
    reason: str
    error: str = ""
    held_since: datetime | None = None
    """Since when the cutover holds; to be given back at the next check."""
    findings: tuple[Finding, ...] = ()


def decide_stage(
    plan: CutoverPlan,
    observation: StageObservation,
    *,
    share: int,
    entered_at: datetime,
    held_since: datetime | None,
    now: datetime,
    write_share: int = 0,
    direction: Direction = Direction.FORWARD,
) -> Decision:
    """Whether the stage with `share` percent of the reads may end, goes on, holds, or sends everything back.

    write_share: where the write record should be, 0 until it is moved ahead of the switch.
    """
    findings = (
        *health_findings(plan, observation, now=now, direction=direction),
        *record_findings(observation, share=share, write_share=write_share),
        *drift_findings(plan, observation, now=now, direction=direction),
    )
    held = weigh(plan, observation, findings, held_since=held_since, now=now)
    if held is not None:
        return held
    baked = now - entered_at
    # A rollback tries nothing in stages: whoever asks for it does not want to wait.
    if direction is Direction.FORWARD and baked < timedelta(seconds=plan.bake_seconds):
        reason = f"{share} % of the reads for {baked.total_seconds():.0f} of {plan.bake_seconds} s; all good"
        return Decision(action=Action.BAKE, reason=reason, findings=findings)
    reason = f"{share} % of the reads for {baked.total_seconds():.0f} s; all good"
    return Decision(action=Action.ADVANCE, reason=reason, findings=findings)


def decide_readiness(
    plan: CutoverPlan,
    observation: StageObservation,
    databases: DatabasesFacts,
    *,
    held_since: datetime | None,
    now: datetime,
    parked_at: int = 0,
    direction: Direction = Direction.FORWARD,
) -> Decision:
    """Whether the writer's move may begin: nothing was moved since the last one ended, and what it needs is there.

    parked_at: the share of the reads that the journal says was left on the target; anything else is a fault.
    """
    home = direction.origin.share
    findings = (
        *health_findings(plan, observation, now=now, direction=direction),
        *record_findings(observation, share=parked_at or home, write_share=home),
        *database_findings(
            databases, direction=direction, large_objects_unused=plan.large_objects_unused
        ),
        *coverage_findings(observation, databases, direction=direction),
        *drift_findings(plan, observation, now=now, direction=direction),
    )
    held = weigh(plan, observation, findings, held_since=held_since, now=now)
    if held is not None:
        return held
    return Decision(action=Action.ADVANCE, reason="ready: every check is good", findings=findings)


class Readiness(StrEnum):
    """What a readiness check between two cutovers can say."""

    READY = "ready"
    NOT_READY = "not-ready"
    UNKNOWN = "unknown"
    BUSY = "busy"


def judge_readiness(
    plan: CutoverPlan,
    observation: StageObservation,
    databases: DatabasesFacts,
    *,
    state: JournalState,
    now: datetime,
) -> tuple[Readiness, str]:
    """What a start would be told at this moment, with the reason; it holds nothing and decides nothing."""
    if state.held:
        return Readiness.BUSY, f"{state.execution} holds the lease, phase {state.phase.value}"
    if state.phase not in STARTABLE:
        return Readiness.NOT_READY, f"this migration stands at {state.phase.value}"
    decision = decide_readiness(
        plan,
        # A word that was said to an earlier cutover is forgotten by the next start.
        replace(observation, word=OperatorWord()),
        databases,
        held_since=None,
        now=now,
        parked_at=state.parked_at,
        direction=state.next_move,
    )
    verdicts = {Action.ADVANCE: Readiness.READY, Action.BACK: Readiness.NOT_READY}
    return verdicts.get(decision.action, Readiness.UNKNOWN), decision.reason


def weigh(
    plan: CutoverPlan,
    observation: StageObservation,
    findings: tuple[Finding, ...],
    *,
    held_since: datetime | None,
    now: datetime,
) -> Decision | None:
    """Back or hold, if the operator or a finding asks for it; None where all is good."""
    word = observation.word
    if word.word is Word.ABORT:
        reason = f"{word.by or 'the operator'} asked to abort: {word.reason or 'no reason given'}"
        return Decision(
            action=Action.BACK, reason=reason, error="AbortRequested", findings=findings
        )
    bad = [finding for finding in findings if finding.verdict is Verdict.BAD]
    if bad:
        reason = "; ".join(finding.fact for finding in bad)
        return Decision(action=Action.BACK, reason=reason, error=bad[0].error, findings=findings)
    unknown = [finding for finding in findings if finding.verdict is Verdict.UNKNOWN]
    since = held_since or now
    if unknown:
        reason = "not known: " + "; ".join(finding.fact for finding in unknown)
        if now - since >= timedelta(seconds=plan.max_hold_seconds):
            reason = f"held for {plan.max_hold_seconds} s, the limit, and still {reason}"
            return Decision(
                action=Action.BACK, reason=reason, error="HeldTooLong", findings=findings
            )
        return Decision(action=Action.HOLD, reason=reason, held_since=since, findings=findings)
    if word.word is Word.PAUSE:
        # A pause is a person's choice and ends by one: it has no time limit, and the hold's clock does not run.
        reason = f"paused by {word.by or 'the operator'}: {word.reason or 'no reason given'}"
        return Decision(action=Action.HOLD, reason=reason, findings=findings)
    return None


def health_findings(
    plan: CutoverPlan,
    observation: StageObservation,
    *,
    now: datetime,
    direction: Direction = Direction.FORWARD,
) -> Iterator[Finding]:
    """Lag by two independent signals, the replication task, the alarms.

    An alarm does not hold a rollback: it may be the very reason for it.
    """
    yield lag_finding(plan, observation.lag, now=now)
    yield latency_finding(plan, observation)
    yield from replication_findings(observation)
    if direction is Direction.FORWARD:
        yield from alarm_findings(observation)


def lag_finding(plan: CutoverPlan, lag: Lag, *, now: datetime) -> Finding:
    """The heartbeat's age; an old measurement is no measurement."""
    error = "LagTooHigh"
    if lag.seconds is None:
        return Finding(error=error, verdict=Verdict.UNKNOWN, fact=f"heartbeat lag: {lag.reason}")
    age = (now - lag.measured_at).total_seconds()
    if age > plan.metric_max_age_seconds:
        fact = f"heartbeat lag was measured {age:.0f} s ago, limit {plan.metric_max_age_seconds} s"
        return Finding(error=error, verdict=Verdict.UNKNOWN, fact=fact)
    fact = f"heartbeat lag {lag.seconds:.1f} s, limit {plan.max_lag_seconds} s"
    verdict = Verdict.BAD if lag.seconds > plan.max_lag_seconds else Verdict.GOOD
    return Finding(error=error, verdict=verdict, fact=fact)


def latency_finding(plan: CutoverPlan, observation: StageObservation) -> Finding:
    """DMS's two latencies together, of a stage."""
    return latencies_finding(plan, observation.latencies)


def latencies_finding(plan: CutoverPlan, latencies: Sequence[MetricReading]) -> Finding:
    """DMS's two latencies together. 0 can mean idle, so this never stands in for the heartbeat."""
    error = "LagTooHigh"
    missing = [reading.name for reading in latencies if reading.value is None]
    if missing or not latencies:
        what = ", ".join(missing) or "the CDC latency metrics"
        fact = f"{what}: no data point within {plan.metric_max_age_seconds} s"
        return Finding(error=error, verdict=Verdict.UNKNOWN, fact=fact)
    total = sum(reading.value or 0.0 for reading in latencies)
    fact = f"CDC latency source + target {total:.1f} s, limit {plan.max_lag_seconds} s"
    verdict = Verdict.BAD if total > plan.max_lag_seconds else Verdict.GOOD
    return Finding(error=error, verdict=verdict, fact=fact)


def replication_findings(observation: StageObservation) -> Iterator[Finding]:
    """A task that runs can still have lost a table: every table's own state counts."""
    error = "ReplicationUnhealthy"
    task = observation.replication
    if task is None:
        yield Finding(
            error=error, verdict=Verdict.UNKNOWN, fact="the replication task could not be described"
        )
        return
    if task.status != "running":
        why = " ".join(part for part in (task.stop_reason, task.failure) if part)
        fact = f"the replication task is {task.status}, not running{': ' + why if why else ''}"
        yield Finding(error=error, verdict=Verdict.BAD, fact=fact)
    if task.batch_apply:
        fact = (
            "the task applies in batches, out of commit order, so a token proves nothing: "
            "set BatchApplyEnabled to false"
        )
        yield Finding(error=error, verdict=Verdict.BAD, fact=fact)
    if not task.tables:
        fact = "the task names no table: an empty list proves nothing"
        yield Finding(error=error, verdict=Verdict.UNKNOWN, fact=fact)
    unloaded = [table.name for table in task.tables if table.state != TABLE_COMPLETED]
    mismatched = [table.name for table in task.tables if table.validation in VALIDATION_FAULTS]
    yield from (
        Finding(error=error, verdict=Verdict.BAD, fact=fact)
        for condition, fact in (
            (task.tables_errored > 0, f"{task.tables_errored} tables in error"),
            (unloaded, f"not '{TABLE_COMPLETED}': {listed(unloaded)}"),
            (mismatched, f"validation failed: {listed(mismatched)}"),
        )
        if condition
    )


def alarm_findings(observation: StageObservation) -> Iterator[Finding]:
    """An alarm that has no data, or does not exist, does not say that all is well."""
    if not observation.alarms:
        fact = "no alarm could be read"
        yield Finding(error="AlarmRaised", verdict=Verdict.UNKNOWN, fact=fact)
    verdicts = {"OK": Verdict.GOOD, "ALARM": Verdict.BAD}
    for alarm in observation.alarms:
        verdict = verdicts.get(alarm.state, Verdict.UNKNOWN)
        yield Finding(
            error="AlarmRaised", verdict=verdict, fact=f"alarm {alarm.name} is {alarm.state}"
        )


def record_findings(
    observation: StageObservation, *, share: int, write_share: int = 0
) -> Iterator[Finding]:
    """The read record at this stage's weight, the write record where it should be."""
    reads, writes = observation.reads, observation.writes
    yield record_finding(reads, share=share)
    if reads is None or writes is None or reads.name != writes.name:
        # A read-only workload may have one name for everything; it then moves as the read record does.
        yield record_finding(writes, share=write_share)


def record_finding(weights: RecordWeights | None, *, share: int) -> Finding:
    """Somebody else moving a record is a reason to go back: it is no longer known who decides."""
    error = "RecordsMoved"
    if weights is None:
        return Finding(
            error=error, verdict=Verdict.UNKNOWN, fact="the weighted records could not be read"
        )
    expected = (ALL_READS - share, share)
    fact = (
        f"{weights.name} is {weights.source}/{weights.target}, expected {expected[0]}/{expected[1]}"
    )
    good = (weights.source, weights.target) == expected
    return Finding(error=error, verdict=Verdict.GOOD if good else Verdict.BAD, fact=fact)


def database_findings(
    databases: DatabasesFacts,
    *,
    direction: Direction = Direction.FORWARD,
    large_objects_unused: bool = False,
) -> Iterator[Finding]:
    """What would make the switch fail later, or let a write past the gate, is found before anything is moved.

    large_objects_unused: the operator answers for it that those which are there are read and written by nobody.
    """
    error = "NotReady"
    origin, destination = sides(databases, direction)
    if origin is None or destination is None:
        fact = databases.unreachable or "a database could not be inspected"
        yield Finding(error=error, verdict=Verdict.UNKNOWN, fact=fact)
        return
    here, there = direction.origin.value, direction.destination.value
    missing = sorted(set(origin.tables) - set(destination.tables))
    install = "run `cutover install`"
    yield from (
        Finding(error=error, verdict=Verdict.BAD, fact=fact)
        for condition, fact in (
            (not origin.installed, f"the {here} has no schema `cutover`: {install}"),
            (not destination.installed, f"the {there} has no schema `cutover`: {install}"),
            (not origin.tables, f"the {here} has no table to move"),
            (missing, f"the {there} lacks {listed(missing)}"),
            (
                origin.gate.state is not GateState.OPEN,
                f"the {here} is {described(origin.gate)}, not open",
            ),
            (
                destination.gate.state is not GateState.CLOSED,
                f"the {there} is {described(destination.gate)}, not closed: {install}",
            ),
            (
                origin.prepared_transactions > 0,
                f"{origin.prepared_transactions} prepared transactions on the {here} would hold up "
                "the barrier: commit or roll them back",
            ),
            (
                # Each partition is a table to the lock table, and who reads the sequences locks each of them too.
                len(origin.tables) + origin.sequences > origin.lock_room,
                f"{len(origin.tables)} tables and {origin.sequences} sequences to lock, room for "
                f"{origin.lock_room}: raise max_locks_per_transaction on the {here}",
            ),
            (
                origin.disabled_triggers,
                f"the gate's trigger is switched off on {listed(origin.disabled_triggers)} on the {here}: "
                "ALTER TABLE ... ENABLE TRIGGER cutover_gate",
            ),
            (
                origin.replica_defaults,
                f"session_replication_role = replica is the default of {listed(origin.replica_defaults)} on the "
                f"{here}, and such sessions write past the gate: ALTER ROLE or DATABASE ... RESET "
                "session_replication_role",
            ),
            (
                origin.large_objects > 0 and not large_objects_unused,
                f"{origin.large_objects} large objects on the {here}, which neither the gate nor DMS covers: move "
                "them into bytea columns, or set large_objects_unused where nothing uses them",
            ),
        )
        if condition
    )
    yield from risk_findings(origin, here, large_objects_unused=large_objects_unused)


def risk_findings(
    origin: DatabaseFacts, here: str, *, large_objects_unused: bool
) -> Iterator[Finding]:
    """What a cutover takes knowingly: good, each with the name of what it leaves open."""
    yield from (
        Finding(error="NotReady", verdict=Verdict.GOOD, fact=fact, risk=risk)
        for condition, risk, fact in (
            (
                origin.large_objects > 0 and large_objects_unused,
                "large-objects",
                f"{origin.large_objects} large objects on the {here}, said to be unused",
            ),
            (
                origin.foreign_tables,
                "foreign-tables",
                f"writes to {listed(origin.foreign_tables)} go to other servers, past the gate",
            ),
            (
                origin.superuser_sessions,
                "superusers",
                f"sessions of {listed(origin.superuser_sessions)}, who could switch the gate off",
            ),
            (
                origin.fence is Fence.LOGIN,
                "login-fence",
                f"the {here} is closed by locking roles, the weaker fence: an abort is an error for clients, and "
                "superusers and other roles write on",
            ),
            (
                not origin.may_freeze,
                "schema-changes",
                f"no event trigger can be made: nothing refuses a schema change on the closed {here}",
            ),
        )
        if condition
    )


def coverage_findings(
    observation: StageObservation,
    databases: DatabasesFacts,
    *,
    direction: Direction = Direction.FORWARD,
) -> Iterator[Finding]:
    """A table that exists on both sides and that the task does not carry loses every write at the switch."""
    origin, _ = sides(databases, direction)
    if observation.replication is None or origin is None:
        return  # said as "not known" by the findings of each
    carried = {table.name for table in observation.replication.tables}
    left_out = [names[0] for names in origin.stored if carried.isdisjoint(names)]
    if left_out:
        fact = f"the task does not carry {listed(left_out)}: add them to its table mappings or drop them"
        yield Finding(error="NotReady", verdict=Verdict.BAD, fact=fact)


def drift_findings(
    plan: CutoverPlan,
    observation: StageObservation,
    *,
    now: datetime,
    direction: Direction = Direction.FORWARD,
) -> Iterator[Finding]:
    """Replication carries no DDL: what has changed on the source since the load is missing on the target.

    Asked on the way there only: the way back does not depend on what the source was when it was loaded.
    """
    most = plan.source_watch_max_age_seconds
    if not most or direction is Direction.BACK:
        return
    error, watch = "SchemaChanged", observation.watch
    if watch is None:
        fact = "the source's schema: nobody has looked at it yet, see the function watch-source"
        yield Finding(error=error, verdict=Verdict.UNKNOWN, fact=fact)
        return
    age, drift = (now - watch.at).total_seconds(), watch.drift
    if age > most:
        fact = f"the source's schema was looked at {age:.0f} s ago, limit {most} s"
        yield Finding(error=error, verdict=Verdict.UNKNOWN, fact=fact)
    elif drift.unknown or drift.since is None:
        fact = f"changes of the source's schema: {drift.unknown or 'since when is not known'}"
        yield Finding(error=error, verdict=Verdict.UNKNOWN, fact=fact)
    elif not drift.number:
        fact = f"the source's schema is as it was at {drift.since:%Y-%m-%d %H:%M}Z"
        yield Finding(error=error, verdict=Verdict.GOOD, fact=fact)
    else:
        yield changed_schema_finding(error, drift)


def changed_schema_finding(error: str, drift: Drift) -> Finding:
    """What is otherwise, by name, and what to do about it; good where a person has answered for exactly this."""
    found = [*drift.changed, *(f"can't be compared: {kind}" for kind in drift.unread)]
    more = drift.number - len(found)
    named = listed(found) if more <= 0 else f"{', '.join(found[:5])} and {drift.number - 5} more"
    fact = f"on the source since {drift.since:%Y-%m-%d %H:%M}Z: {named}"
    if drift.accepted:
        return Finding(error=error, verdict=Verdict.GOOD, fact=f"{fact}; accepted {drift.accepted}")
    remedy = "undo it, or do the same on the target and say so with `cutover accept-drift`"
    # What could not be read may well be unchanged; what is seen to be otherwise is.
    verdict = Verdict.BAD if drift.changed else Verdict.UNKNOWN
    return Finding(error=error, verdict=verdict, fact=f"{fact}: {remedy}")


def sides(
    databases: DatabasesFacts, direction: Direction
) -> tuple[DatabaseFacts | None, DatabaseFacts | None]:
    """Origin and destination of a direction."""
    if direction is Direction.FORWARD:
        return databases.source, databases.target
    return databases.target, databases.source


def described(gate: Gate) -> str:
    """A gate's state in words, with the tables that make it partial."""
    if gate.state is GateState.PARTIAL:
        return f"partly closed (still open: {listed(gate.ungated_tables)})"
    return str(gate.state.value)


def listed(names: Iterable[str], limit: int = 5) -> str:
    """The first names and how many more there are: a message must stay readable with 10,000 tables."""
    every = list(names)
    more = len(every) - limit
    return ", ".join(every[:limit]) + (f" and {more} more" if more > 0 else "")


def decide_side(phase: Phase, gate: Gate | None, *, proven: bool = False) -> Side:
    """On which side of the line a cutover stands, the origin having the last word.

    gate: the origin's, read after every session that could still close it was ended; None if not read.
    proven: the closing with this intent's token is committed there.
    """
    side = side_of_the_line(phase)
    if side is Side.BEFORE and gate is not None and gate.state is not GateState.OPEN:
        # Not this cutover's doing: with the names back at a closed origin, nobody could write anywhere.
        return Side.ASK_THE_ORIGIN
    if side is not Side.ASK_THE_ORIGIN:
        return side
    if gate is None or (gate.state is GateState.PARTIAL and not proven):
        # The closing is one commit for all tables: partial without its proof is not its work, and no guess is made.
        return Side.ASK_THE_ORIGIN
    if gate.state is GateState.OPEN and proven:
        # Closed by this switch and opened since by somebody: there may be writes on either side.
        return Side.ASK_THE_ORIGIN
    # Partial with its proof: closed, and a table was made there since.
    return Side.BEFORE if gate.state is GateState.OPEN else Side.AFTER


def heed_an_abort(word: OperatorWord) -> None:
    """Raises AbortRequested, with who asked and why, where that is the word."""
    if word.word is Word.ABORT:
        by, reason = word.by or "the operator", word.reason or "no reason given"
        raise AbortRequested(f"{by} asked to abort: {reason}")


def sequence_shortage(state: SequenceState, *, margin: int) -> str:
    """Why the margin would use this sequence up, so that the target's first insert fails; empty where it fits.

    One that has run out on the source already is no worse on the target.
    """
    if state.last_value is None or state.cycles:
        return ""
    bound = state.maximum if state.increment > 0 else state.minimum
    left = (bound - state.last_value) // state.increment
    if left == 0 or left > margin:
        return ""
    return f"{state.name} has {left} numbers left"


def sequence_target(state: SequenceState, *, margin: int) -> int | None:
    """The value to set on the target: the source's last plus `margin` increments, within the bounds.

    The margin covers numbers drawn by transactions that never committed: nextval is not held by the barrier.
    None where the sequence was never drawn from: then both sides start at the same number.
    """
    if state.last_value is None:
        return None
    wanted = state.last_value + margin * state.increment
    return max(state.minimum, min(state.maximum, wanted))
