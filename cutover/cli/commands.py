"""One function a verb: returns a result, prints nothing."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

import boto3

from cutover.adapters.aws import CLIENT_CONFIG, translated
from cutover.adapters.dynamodb import DynamoDbJournal
from cutover.adapters.postgres import Address, PostgresDatabase
from cutover.adapters.postgres_rights import rights_on_source, rights_on_target, script
from cutover.decisions import described
from cutover.direction import Direction, Where
from cutover.errors import LeaseTaken, StartRefused, TransitionRefused
from cutover.journal import Entry, JournalState, Phase, Side, side_of_the_line
from cutover.observations import Gate, GateState, OperatorWord, Word
from cutover.roles import RoleNames, TargetRoleNames

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

    from cutover.ports import Database, Journal


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
    """Installs support on both sides and closes the target. Raises StartRefused where the source is closed."""
    gate = source.gate()
    if gate.state is not GateState.OPEN:
        # After a switch the target is the writer: closing it would leave nobody to write to.
        raise StartRefused(
            f"the source is {described(gate)}: the writer is elsewhere, and closing the target would stop it"
        )
    source.install(hold=timedelta(0))
    target.install(hold=hold)
    target.close_gate()
    facts = target.inspect()
    return Installed(source=source.gate(), target=facts.gate, tables=len(facts.tables))


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


def start(environment: Environment) -> str:
    """Starts the cutover, or recovers what was cut off. Raises StartRefused, LeaseTaken."""
    state = environment.journal.state()
    if state.held:
        return recover(environment, state)
    return _start(environment, Direction.FORWARD, {})


def rollback(environment: Environment) -> str:
    """The way back: an execution's ARN, or a sentence where a running cutover was told to go back.

    Raises StartRefused, TransitionRefused.
    """
    state = environment.journal.state()
    if state.held and side_of_the_line(state.phase) is Side.BEFORE:
        return say(environment, Word.ABORT, by="rollback", reason="a rollback was asked for")
    if state.writer is Where.SOURCE or state.held:
        _refuse_where_nobody_hears(environment)
    return _start(environment, Direction.BACK, {})


def recover(environment: Environment, state: JournalState) -> str:
    """Has the machine of the move that was cut off look at the origin and finish it or put it back.

    Raises LeaseTaken while the execution that holds the lease runs.
    """
    execution = str(state.execution)
    with translated(f"describing {execution}"):
        found = environment.machines.describe_execution(executionArn=execution)
    if found["status"] == "RUNNING":
        raise LeaseTaken(
            f"{execution} holds the lease and runs, phase {state.phase.value}: wait for its end, or `cutover abort`"
        )
    return _start(environment, state.direction, {"recover": True})


def _start(environment: Environment, direction: Direction, given: dict[str, Any]) -> str:
    name = machine_name(environment.suffix, direction)
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
    journal = environment.journal
    return Status(
        suffix=environment.suffix,
        state=journal.state(),
        word=journal.word(),
        entries=journal.entries(),
    )


def say(environment: Environment, word: Word, *, by: str, reason: str) -> str:
    """Records the operator's word. Raises TransitionRefused where nobody would hear it."""
    _refuse_where_nobody_hears(environment)
    spoken = OperatorWord(word=word, by=by, reason=reason)
    environment.journal.say(spoken, now=datetime.now(UTC))
    # It may have parked, ended or crossed the line in the same moment.
    _refuse_where_nobody_hears(environment)
    effect = {
        Word.NONE: "goes on",
        Word.PAUSE: "holds",
        Word.ABORT: "goes back",
    }
    return f"said: the cutover {effect[word]} at its next check"


def _refuse_where_nobody_hears(environment: Environment) -> None:
    state = environment.journal.state()
    if state.phase is Phase.PARKED:
        raise TransitionRefused(
            f"no cutover runs in {environment.suffix}: {state.parked_at} % of the reads are parked on the target. Go "
            f"on with `cutover start`, or back with the function route53-updater-{environment.suffix} and "
            '{"action": "rollback"}'
        )
    if not state.held:
        raise TransitionRefused(
            f"no cutover runs in {environment.suffix} (phase {state.phase.value}): there is nothing to hold or abort"
        )
    if side_of_the_line(state.phase) is not Side.BEFORE:
        raise TransitionRefused(
            f"the cutover stands at {state.phase.value}, at or past the point of no return: the way is forward"
        )
