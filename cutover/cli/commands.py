"""One function a verb: returns a result, prints nothing."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, assert_never

import boto3

from cutover.adapters.aws import CLIENT_CONFIG, translated
from cutover.adapters.clock import SystemClock
from cutover.adapters.dynamodb import DynamoDbJournal
from cutover.adapters.postgres import Address, PostgresDatabase
from cutover.adapters.postgres_rights import rights_on_source, rights_on_target, script
from cutover.adapters.stepfunctions import StepFunctionsTokens, is_running, waits_with_a_token
from cutover.approval import Answer, Question, still_asked
from cutover.approval import described as described_question
from cutover.decisions import described
from cutover.direction import Direction, Where
from cutover.errors import (
    BadInput,
    LeaseTaken,
    ServiceUnavailable,
    StaleLease,
    StartRefused,
    TransitionRefused,
)
from cutover.finalize import SourceAfterwards, refusal
from cutover.journal import OVER, Entry, JournalState, Phase, Side, side_of_the_line
from cutover.observations import Gate, GateState, OperatorWord, Word
from cutover.roles import RoleNames, TargetRoleNames
from cutover.rollback import Rollback, decide_rollback
from cutover.steps import watch as source
from cutover.steps.approve import answer, end_wait
from cutover.transitions import refusal_where_over
from cutover.way_back import WayBackClock, clock_of, due, sent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mypy_boto3_stepfunctions import SFNClient

    from cutover.ports import Clock, Database, Journal
    from cutover.source_watch import SourceWatch


@dataclass(frozen=True, kw_only=True)
class Environment:
    """One environment's journal and state machine."""

    suffix: str
    journal: Journal
    machines: SFNClient


@dataclass(frozen=True, kw_only=True)
class Installed:
    """What `install` left."""

    source: Gate
    target: Gate
    tables: int


@dataclass(frozen=True, kw_only=True)
class Status:
    """What `status` shows."""

    suffix: str
    state: JournalState
    word: OperatorWord
    entries: tuple[Entry, ...]
    now: datetime
    question: Question | None = None
    """What a running cutover waits for a person to answer, or was answered and has not heard."""
    heard: bool | None = None
    """Whether the answer reached the execution; None: it is not known, or there is none."""
    watch: SourceWatch | None = None
    """The newest look at the source; None: nobody has looked yet."""

    @property
    def clock(self) -> WayBackClock | None:
        """Of the way back; None where none is open."""
        return clock_of(self.state, now=self.now)

    @property
    def notices_due(self) -> tuple[int, ...]:
        """Hours whose notice the check has still to send."""
        if self.clock is None:
            return ()
        return due(self.clock, sent(self.state, self.entries))


def database(dsn: str) -> Database:
    """The server behind a libpq connection string or URI."""
    return PostgresDatabase(Address.from_dsn(dsn))


def environment(suffix: str, region: str | None) -> Environment:
    """The journal and the state machines of an environment, by the names that the stacks give them."""
    session = boto3.session.Session(region_name=region)
    with translated("making the AWS clients"):
        return Environment(
            suffix=suffix,
            journal=DynamoDbJournal(
                session.resource("dynamodb", config=CLIENT_CONFIG),
                table=f"migration-journal-{suffix}",
                migration=suffix,
            ),
            machines=session.client("stepfunctions", config=CLIENT_CONFIG),
        )


def install(source: Database, target: Database, *, hold: timedelta) -> Installed:
    """Installs support on both sides and closes the one that is not the writer, tables made since its closing too.

    Before the first switch that is the target; after one it is whichever is closed. Raises StartRefused where both are.
    """
    gates = source.gate(), target.gate()
    if gates[0].state is GateState.OPEN:
        writer, closed = source, target
    elif gates[1].state is GateState.OPEN:
        writer, closed = target, source
    else:
        # Closing what is left open here would not harm, and hide that nobody can write anywhere.
        raise StartRefused(
            f"the source is {described(gates[0])} and the target is {described(gates[1])}: neither is the writer; "
            "see what the journal says with `cutover status`"
        )
    writer.install(hold=timedelta(0))
    # Whoever is left at a source that was switched from is to leave it at once.
    closed.install(hold=hold if closed is target else timedelta(0))
    closed.close_gate()
    return Installed(
        source=source.gate(), target=target.gate(), tables=len(target.inspect().tables)
    )


def machine_name(suffix: str, direction: Direction = Direction.FORWARD) -> str:
    """As the cutover stack names the state machine."""
    verb = {Direction.FORWARD: "cutover", Direction.BACK: "rollback"}[direction]
    return f"migration-{verb}-{suffix}"


def roles(
    side: Literal["source", "target"],
    *,
    database: str,
    schemas: tuple[str, ...],
    replication: str,
    cutover: str,
    application: str,
) -> str:
    """The SQL of the roles on one side, for psql. Raises BadInput where names can't work."""
    if side == "source":
        names = RoleNames(
            database=database, schemas=schemas, replication=replication, cutover=cutover
        )
        return script(rights_on_source(names), side=side, names=names)
    names = TargetRoleNames(
        database=database,
        schemas=schemas,
        replication=replication,
        cutover=cutover,
        application=application,
    )
    return script(rights_on_target(names), side=side, names=names)


def start(environment: Environment, *, by: str = "") -> str:
    """Starts the cutover, or recovers what was cut off. Raises StartRefused, LeaseTaken."""
    state = _refuse_where_over(environment)
    if state.held:
        return recover(environment, state)
    return _start(environment, Direction.FORWARD, {"by": by} if by else {})


def replicate(
    environment: Environment,
    *,
    reload: tuple[str, ...] = (),
    reload_all: bool = False,
    by: str = "",
) -> str:
    """Starts the replication, or has it go on: an execution's ARN. Raises BadInput, StartRefused.

    reload: tables to be loaded anew, as `schema.table`. A lease that is held is the machine's to refuse.
    """
    if reload and reload_all:
        raise BadInput(
            "--reload and --reload-all are both given: all tables are all tables, use one"
        )
    _refuse_where_over(environment)
    given: dict[str, Any] = {"reload": list(reload)} if reload else {}
    if reload_all:
        given = {"reload_all": True}
    return _start_named(
        environment, f"migration-replicate-{environment.suffix}", given | ({"by": by} if by else {})
    )


def rollback(environment: Environment, *, by: str = "") -> str:
    """The way back: an execution's ARN, or a sentence where a running move goes back, or was told to.

    Raises StartRefused, TransitionRefused.
    """
    state = _refuse_where_over(environment)
    runs = _holder_runs(environment, state)
    if state.held and not runs:
        raise TransitionRefused(_cut_off(environment, state))
    decision = decide_rollback(state, runs=runs)
    match decision.course:
        case Rollback.START:
            return _start(environment, Direction.BACK, {"by": by} if by else {})
        case Rollback.ABORT:
            return say(environment, Word.ABORT, by=by, reason="a rollback was asked for")
        case Rollback.RUNS:
            return decision.reason
        case Rollback.REFUSED:
            raise TransitionRefused(decision.reason)
        case Rollback.PUT_BACK | Rollback.NOTHING:
            # No record is moved from here, and what is parked has its own way.
            raise TransitionRefused(_unheard(environment, state) or decision.reason)
        case _:
            assert_never(decision.course)


def giving_up(environment: Environment, *, source: str) -> str:
    """What is given up by a finalize from here, in words, for whoever is to type the name. Raises StartRefused."""
    state = environment.journal.state()
    _refuse_to_finalize(environment, state, confirm=environment.suffix, source=source)
    if state.phase in OVER:
        return f"it is {state.phase.value} already: what is left is tried and compared once more"
    if state.writer is Where.SOURCE:
        kept = "the writer is on the source and stays there; what was loaded into the target goes stale"
    else:
        clock = clock_of(state, now=datetime.now(UTC))
        hours = f", open for {clock.hours_open:.1f} of 72 h" if clock else ""
        after = {
            SourceAfterwards.OPEN: "it takes writes again, into a database that nobody reads",
            SourceAfterwards.CLOSED: "its gate stays closed",
            SourceAfterwards.GONE: "it is not asked: it was shut down",
        }[SourceAfterwards(source)]
        kept = f"the way back to the source is given up{hours}; of the source: {after}"
    return (
        f"{kept}. Tasks are stopped, slots, gates and tables of the tools dropped on both sides; neither a rollback "
        "nor another start follows"
    )


def finalize(environment: Environment, *, confirm: str, source: str, by: str = "") -> str:
    """Starts the machine that ends the migration, or that finishes one which was cut off: an execution's ARN.

    confirm: the environment's name, as it was typed. Raises StartRefused, LeaseTaken.
    """
    state = environment.journal.state()
    _refuse_to_finalize(environment, state, confirm=confirm, source=source)
    return _start_named(
        environment,
        f"migration-finalize-{environment.suffix}",
        {"confirm": confirm, "source": source} | ({"by": by} if by else {}),
    )


def _refuse_to_finalize(
    environment: Environment, state: JournalState, *, confirm: str, source: str
) -> None:
    if why := refusal(
        state, named=confirm, suffix=environment.suffix, source=SourceAfterwards(source)
    ):
        raise StartRefused(why)
    if not state.held:
        return
    if state.phase is not Phase.FINALIZING:
        raise LeaseTaken(
            f"{state.execution} holds the lease, phase {state.phase.value}: wait for its end; what was cut off is "
            "recovered first, with `cutover start`"
        )
    if _holder_runs(environment, state):
        raise LeaseTaken(f"{state.execution} finalizes it already: wait for its end")


def _refuse_where_over(environment: Environment) -> JournalState:
    """The state. Raises StartRefused where this migration is finalized, or being so."""
    state = environment.journal.state()
    if why := refusal_where_over(state):
        raise StartRefused(why)
    return state


def recover(environment: Environment, state: JournalState) -> str:
    """Has the machine of the move that was cut off look at the origin and finish it or put it back.

    Raises LeaseTaken while the execution that holds the lease runs.
    """
    if _holder_runs(environment, state):
        raise LeaseTaken(
            f"{state.execution} holds the lease and runs, phase {state.phase.value}: wait for its end, or "
            "`cutover abort`"
        )
    if state.phase is Phase.REPLICATING:
        raise StartRefused(_cut_off(environment, state))
    return _start(environment, state.direction, {"recover": True})


def _cut_off(environment: Environment, state: JournalState) -> str:
    """Who recovers what an execution left that does not run any more."""
    remedy = {
        # Not the cutover's to finish: there is nothing to look at the origin for.
        Phase.REPLICATING: f"the function route53-updater-{environment.suffix} and "
        '{"action": "rollback"} frees the lease, then `cutover replicate` goes on',
        Phase.FINALIZING: "`cutover finalize` finishes it",
    }.get(state.phase, "`cutover start` finishes it or puts it back")
    return f"{state.execution} holds the lease, phase {state.phase.value}, and does not run any more: {remedy}"


def _start(environment: Environment, direction: Direction, given: dict[str, Any]) -> str:
    return _start_named(environment, machine_name(environment.suffix, direction), given)


def _start_named(environment: Environment, name: str, given: dict[str, Any]) -> str:
    with translated("listing the state machines"):
        pages = environment.machines.get_paginator("list_state_machines").paginate()
        arns = [
            machine["stateMachineArn"]
            for page in pages
            for machine in page["stateMachines"]
            if machine["name"] == name
        ]
    if not arns:
        raise StartRefused(f"there is no state machine {name}: deploy the cutover stack first")
    with translated(f"starting {name}"):
        return environment.machines.start_execution(
            stateMachineArn=arns[0], input=json.dumps(given)
        )["executionArn"]


def status(environment: Environment) -> Status:
    """The newest state with the whole journal."""
    journal, now = environment.journal, datetime.now(UTC)
    state = journal.state()
    question, heard = _pending(environment, state, now=now)
    return Status(
        suffix=environment.suffix,
        state=state,
        word=journal.word(),
        entries=journal.entries(),
        now=now,
        question=question,
        heard=heard,
        watch=journal.watched(),
    )


def _pending(
    environment: Environment, state: JournalState, *, now: datetime
) -> tuple[Question | None, bool | None]:
    """The question that is still of interest, and whether its answer was heard."""
    try:
        asked = still_asked(state, environment.journal.question(), now=now)
    except (StaleLease, TransitionRefused):
        # On neither side of the line: nothing waits for an answer.
        return None, None
    if asked.answer is None:
        return asked, None
    try:
        waits = waits_with_a_token(environment.machines, asked.execution)
    except ServiceUnavailable:
        # On neither side of the line: it is shown, and that nobody knows.
        return asked, None
    return (asked, False) if waits else (None, None)


def runs(environment: Environment, status: Status) -> bool:
    """Whether a move of the writer goes on: the lease is held, and by an execution that runs."""
    return _holder_runs(environment, status.state)


def _holder_runs(environment: Environment, state: JournalState) -> bool:
    return state.held and is_running(environment.machines, str(state.execution))


def watch(
    look: Callable[[], tuple[Status, bool]], *, every: float, clock: Clock
) -> Iterator[Status | ServiceUnavailable]:
    """What `look` sees, again and again, until it sees a move that has ended; an API that fails is looked at again.

    look: the status, and whether a move goes on.
    """
    while True:
        goes_on = True
        try:
            found, goes_on = look()
            yield found
        except ServiceUnavailable as error:  # on neither side of the line: nothing is done here
            yield error
        if not goes_on:
            return
        clock.sleep(every)


def say(environment: Environment, word: Word, *, by: str, reason: str) -> str:
    """Records the operator's word. Raises TransitionRefused where nobody would hear it."""
    _refuse_where_nobody_hears(environment)
    spoken = OperatorWord(word=word, by=by, reason=reason)
    environment.journal.say(spoken, now=datetime.now(UTC))
    if word is Word.ABORT:
        tokens = StepFunctionsTokens(environment.machines)
        if end_wait(environment.journal, tokens, SystemClock(), word=spoken):
            return "said: the cutover waited for an approval, and goes back now"
    # It may have parked, ended or crossed the line in the same moment.
    _refuse_where_nobody_hears(environment)
    effect = {
        Word.NONE: "goes on",
        Word.PAUSE: "holds",
        Word.ABORT: "goes back",
    }
    return f"said: the cutover {effect[word]} at its next check"


def approve(environment: Environment, *, granted: bool, by: str, reason: str) -> str:
    """Answers the question that a cutover waits with. Raises TransitionRefused, StaleLease where none does."""
    question = answer(
        environment.journal,
        StepFunctionsTokens(environment.machines),
        SystemClock(),
        given=Answer(granted=granted, by=by, reason=reason),
    )
    goes = "the cutover goes on" if granted else "the cutover goes back"
    return f"{'approved' if granted else 'denied'}: {described_question(question.before)}; {goes}"


def accept_drift(environment: Environment, *, by: str, reason: str) -> str:
    """Records that a person answers for what has changed. Raises TransitionRefused, StaleLease."""
    found = source.accept_drift(environment.journal, SystemClock(), by=by, reason=reason)
    return f"accepted: {found.number} changes of the source's schema; it counts from the next look at the source on"


def _refuse_where_nobody_hears(environment: Environment) -> None:
    if why := _unheard(environment, environment.journal.state()):
        raise TransitionRefused(why)


def _unheard(environment: Environment, state: JournalState) -> str:
    """Why nobody would hear the operator's word; empty where somebody would."""
    if state.phase is Phase.PARKED:
        return (
            f"no cutover runs in {environment.suffix}: {state.parked_at} % of the reads are parked on the target. Go "
            f"on with `cutover start`, or back with the function route53-updater-{environment.suffix} and "
            '{"action": "rollback"}'
        )
    if not state.held:
        return f"no cutover runs in {environment.suffix} (phase {state.phase.value}): there is nothing to hold or abort"
    if not _holder_runs(environment, state):
        return _cut_off(environment, state)
    if side_of_the_line(state.phase) is not Side.BEFORE:
        return f"the cutover stands at {state.phase.value}, at or past the point of no return: the way is forward"
    return ""
