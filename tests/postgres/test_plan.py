"""`cutover plan` against reality: what a move does is what the plan said, statement by statement."""

from __future__ import annotations

import itertools
import json
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from typer.testing import CliRunner

from cutover.adapters.postgres_login import LoginFencedDatabase
from cutover.adapters.recording import (
    MIGRATION,
    Line,
    Notebook,
    RecordingJournal,
    RecordingMonitoring,
    RecordingRouter,
    RecordingTask,
    recording_certificates,
    recording_display,
    recording_notices,
)
from cutover.adapters.recording_postgres import RecordingConnection
from cutover.cli.main import app
from cutover.cli.plan import Plan, Told
from cutover.cli.plan_text import WIDTH, as_json, as_text
from cutover.cli.plan_walk import EXECUTION, planned
from cutover.decisions import Verdict
from cutover.direction import Direction, Stream
from cutover.observations import GateState, ReplicationStatus, TableProgress
from cutover.plan import WriteRecordMoves
from cutover.ports import Database
from lambdas import wiring
from rehearsal.machine import DEFINITION, ROLLBACK_DEFINITION
from rehearsal.servers.postgres import PostgresServer, ServerTemplate
from rehearsal.servers.run_directory import RunDirectory
from tests.builders import plan
from tests.postgres.conftest import Pair, drop_side, make_side, wait_for
from tests.state_machines.machine import Machine, Run

LOGGED = {
    "log_statement": "all",
    "log_min_messages": "warning",
    # A mark that no statement has, so that one over several lines is told from the next.
    "log_line_prefix": "@@%a@@",
    # What the switch makes yield is there in the one and not in the other.
    "autovacuum": "off",
}
ENTRY = re.compile(
    r"@@(cutover|cutover barrier|cutover slot)@@LOG:  (?:statement|execute [^:]+): (.*?)(?=@@[^\n@]*@@|\Z)",
    re.DOTALL,
)
NUMBERS = itertools.count(901)


@pytest.fixture(scope="module")
def logging_servers() -> Iterator[tuple[PostgresServer, PostgresServer]]:
    with RunDirectory() as run:
        template = ServerTemplate.create(run)
        servers = (
            PostgresServer(template, name="source", settings=LOGGED),
            PostgresServer(template, name="target", settings=LOGGED),
        )
        for server in servers:
            server.start()
        yield servers


@pytest.fixture
def logged(logging_servers: tuple[PostgresServer, PostgresServer]) -> Iterator[Pair]:
    number = next(NUMBERS)
    sides = [make_side(server, number) for server in logging_servers]
    pair = Pair(*sides)
    pair.source.database.install(hold=timedelta(0))
    pair.target.database.install(hold=timedelta(seconds=10))
    pair.target.database.close_gate()
    pair.replicate()
    with pair.source.connect() as session:
        session.execute("select nextval('step_by_ten')")
    yield pair
    for side in sides:
        with side.connect() as session:
            query = (
                "select subname from pg_subscription where subdbid ="
                " (select oid from pg_database where datname = current_database())"
            )
            for (name,) in session.execute(query).fetchall():
                session.execute(f"alter subscription {name} disable".encode())
                session.execute(f"alter subscription {name} set (slot_name = none)".encode())
                session.execute(f"drop subscription {name}".encode())
    for side in sides:
        with side.connect() as session:
            wait_for(session, "select count(active_pid) = 0 from pg_replication_slots")
        drop_side(side)


def told(pair: Pair, *, fence_roles: tuple[str, ...] = (), **changes: Any) -> Told:
    return Told(
        fence_roles=fence_roles,
        plan=plan(**changes),
        zone="db.example.internal",
        replication_roles=("postgres",),
        slots=pair.slots,
    )


def the_plan(
    pair: Pair, direction: Direction, *, carrier: Stream | None = None, **changes: Any
) -> Plan:
    dsns = (
        side.server.dsn(dbname=side.name, sslmode="disable") for side in (pair.source, pair.target)
    )
    return planned(*dsns, direction=direction, told=told(pair, **changes), carrier=carrier)


class Present:
    """The clock of the functions. The pauses of the machine are not waited for, those of a step are."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def sleep(self, seconds: float) -> None:
        if seconds < 1:
            time.sleep(seconds)
        else:
            self.ahead += timedelta(seconds=seconds)


class CarryingTask(RecordingTask):
    """One that has its tables: readiness compares them with those of the source."""

    tables: tuple[TableProgress, ...] = ()

    def status(self) -> ReplicationStatus:
        return replace(super().status(), tables=self.tables)


class Handled:
    """What the real machine has the real functions do, on real servers; native subscriptions stand in for DMS.

    Each function is called as in a process of its own. The APIs of AWS write down what they are called with, as in a
    plan, and nothing else of the plan is used here.
    """

    def __init__(
        self, pair: Pair, direction: Direction, plan_told: Told, *, carrier: Stream
    ) -> None:
        self.notebook = Notebook()
        self.pair, self.direction, self.told = pair, direction, plan_told
        self.clock = Present()
        self.journal = RecordingJournal(self.notebook, carrier=carrier)
        self.display = recording_display(self.notebook)
        self.certificates = recording_certificates(self.notebook)
        self.notices = recording_notices(self.notebook)
        self.monitoring = RecordingMonitoring(self.notebook)
        home = direction.origin.share
        self.router = RecordingRouter(
            self.notebook,
            shares=dict.fromkeys((plan_told.read_record, plan_told.write_record), home),
        )
        names = pair.source.database.inspect().stored
        self.tasks: dict[Stream, CarryingTask] = {}
        for stream in Stream:
            task = CarryingTask(self.notebook, stream=stream, carries=stream is carrier)
            task.tables = tuple(
                TableProgress(name=each[0], state="Table completed", validation="Validated")
                for each in names
            )
            self.tasks[stream] = task
        self.source: Database = pair.source.database
        if plan_told.fence_roles:
            self.source = LoginFencedDatabase(
                pair.source.database.address,
                roles=plan_told.fence_roles,
                replication_roles=plan_told.replication_roles,
            )

    @property
    def world(self) -> Any:
        """As the harness of the machines asks for it."""
        return self

    def control(self) -> wiring.Control:
        return wiring.Control(
            journal=self.journal.of_another_function(),
            display=self.display,
            router=self.router,
            tasks=self.tasks,
            monitoring=self.monitoring,
            clock=self.clock,
            read_record=self.told.read_record,
            write_record=self.told.write_record,
        )

    def databases(self) -> wiring.Databases:
        return wiring.Databases(
            source=self.source,
            target=self.pair.target.database,
            journal=self.journal.of_another_function(),
            clock=self.clock,
            slots=self.told.slots,
        )

    def run(self) -> Run:
        """The execution, from its start to its end."""
        machine = Machine(
            self.world,
            plan=self.told.plan,
            definition=DEFINITION if self.direction is Direction.FORWARD else ROLLBACK_DEFINITION,
            name=EXECUTION,
            limit_seconds=120,
        ).before("hand_over", 1, lambda _world: self.turn_round())
        store = self.certificates
        with pytest.MonkeyPatch.context() as wired:
            for name, made in {
                "control": self.control,
                "databases": self.databases,
                "told_facts": lambda: wiring.ToldFacts(store=store, migration=MIGRATION),
                "certificates": lambda: wiring.Certificates(store=store, migration=MIGRATION),
                "approvals": lambda: wiring.Approvals(notices=self.notices, migration="dev"),
            }.items():
                wired.setattr(wiring, name, made)
            with machine._started() as (client, messages, execution):
                return machine._result(client, messages, execution)

    def turn_round(self) -> None:
        """As DMS does it at the hand-over: the old stream ends, and the new one reads the slot that is there."""
        sides = (self.pair.source, self.pair.target)
        origin, destination = sides if self.direction is Direction.FORWARD else reversed(sides)
        name = self.pair.slots.name(self.direction.way_back)
        with destination.connect() as session:
            row = session.execute(
                "select subname from pg_subscription where subenabled and subdbid ="
                " (select oid from pg_database where datname = current_database())"
            ).fetchone()
            assert row is not None
            (old,) = row
            session.execute(f"alter subscription {old} disable".encode())
            session.execute(f"alter subscription {old} set (slot_name = none)".encode())
            # The next move this way makes one of this name.
            session.execute(f"drop subscription {old}".encode())
            session.execute(f"create publication {name} for all tables".encode())
        with origin.connect() as session:
            wait_for(session, "select bool_and(active_pid is null) from pg_replication_slots")
            session.execute(f"drop publication if exists {old}".encode())
            dsn = destination.server.dsn(dbname=destination.name)
            session.execute(
                psycopg.sql.SQL(
                    "create subscription {0} connection {1} publication {0}"
                    " with (copy_data = false, create_slot = false, slot_name = {2})"
                ).format(psycopg.sql.Identifier(name), dsn, psycopg.sql.Literal(name))
            )


def comparable(text: str) -> str:
    """Without what differs from run to run: how long the barrier may wait for each table."""
    text = re.sub(r"(timeout = |greatest\(1, round\()\d+", r"\1N", text)
    return " ".join(text.split())


def sent(server: PostgresServer, since: int) -> list[str]:
    """The statements of the cutover's sessions that act, as the server logged them; psycopg's own are left out."""
    text = server.log.read_text()[since:].replace("\n\t", "\n")
    return [
        comparable(statement)
        for _, statement in ENTRY.findall(text)
        if not RecordingConnection._is_read(statement) and statement.strip() != "DEALLOCATE ALL"
    ]


def acting(found: Plan, where: str) -> list[str]:
    return [comparable(line.text) for line in found.lines if line.where == where and line.acts]


def moved(
    pair: Pair, direction: Direction, carrier: Stream | None = None, /, **changes: Any
) -> Plan:
    """The plan, which the move that follows has to keep to line by line."""
    found = the_plan(pair, direction, carrier=carrier, **changes)
    assert (found.stopped, found.exit_status) == ("", 0), found.findings
    servers = {"source": pair.source.server, "target": pair.target.server}
    since = {where: len(server.log.read_text()) for where, server in servers.items()}
    handled = Handled(pair, direction, told(pair, **changes), carrier=found.carrier)
    run = handled.run()
    assert run.status == "SUCCEEDED", run.cause
    assert run.states == list(found.states)
    for where, server in servers.items():
        logged = sent(server, since[where])
        assert logged == acting(found, where)
        assert len(logged) > 10
    # The machine itself publishes what has no function.
    services = [line for line in found.lines if line.where in SERVICES]
    assert calls(services) == calls(handled.notebook.lines)
    published = [line.text for line in found.lines if line.where == "sns"]
    assert published == [f"Publish {subject}" for subject in run.messages]
    return found


def calls(lines: list[Line]) -> list[tuple[str, bool, str]]:
    """Of the services, asked only or not, without what only the move can know."""
    return [
        (line.where, line.acts, OF_THE_MOVE.sub("...", line.text))
        for line in lines
        if line.where in SERVICES
    ]


SERVICES = ("dynamodb", "route53", "dms", "cloudwatch", "s3", "ssm")
OF_THE_MOVE = re.compile(r"\b[0-9A-F]+/[0-9A-F]+\b")
"""Positions in the log."""
AT_ONCE = {"bake_seconds": 60, "poll_seconds": 60}
"""A stage is left at its first check, as in a plan."""


def test_a_move_forward_one_back_and_one_forward_again_do_what_their_plans_said(
    logged: Pair,
) -> None:
    for direction, carrier in (
        (Direction.FORWARD, None),
        (Direction.BACK, None),
        (Direction.FORWARD, Stream.AGAIN),
    ):
        found = moved(logged, direction, carrier, **AT_ONCE)
        stopped = [line.text for line in found.lines if line.text.startswith("StopReplication")]
        assert stopped == [f"StopReplicationTask {found.carrier.value}"]
        asked = {line.text for line in found.lines if line.where == "cloudwatch"}
        assert f"GetMetricData {found.carrier.value}" in asked
        assert f"`{found.carrier.value}`" in as_text(found).partition("==")[0]


def test_a_source_that_is_closed_by_locking_roles_is_planned_so(logged: Pair) -> None:
    """There, and open again on the way back."""
    fence: tuple[str, ...] = (logged.source.app,)
    for direction in (Direction.FORWARD, Direction.BACK):
        found = moved(logged, direction, fence_roles=fence, **AT_ONCE)
        texts = [line.text for line in found.lines if line.where == "source"]
        assert any(text.startswith("alter role") for text in texts)
        assert not any(text.startswith("do $gate$") for text in texts)
        assert "login-fence" in {risk.id for risk in found.risks} or direction is Direction.BACK


def test_large_objects_speak_against_a_move_unless_the_settings_answer_for_them(
    logged: Pair,
) -> None:
    with logged.source.connect() as session:
        session.execute("select lo_create(0)")
    found = the_plan(logged, Direction.FORWARD)
    assert found.exit_status == 2
    assert any("large objects" in finding.fact for finding in found.findings)
    found = the_plan(logged, Direction.FORWARD, large_objects_unused=True)
    assert found.exit_status == 0
    assert "large-objects" in {risk.id for risk in found.risks}


def test_a_plan_changes_nothing(logged: Pair) -> None:
    def everything() -> list[Any]:
        return [
            (
                side.database.gate(),
                side.database.inspect(),
                side.database.sequences(),
                side.database.newest_heartbeat(),
                side.slots(),
            )
            for side in (logged.source, logged.target)
        ]

    before = everything()
    found = the_plan(logged, Direction.FORWARD)
    assert found.exit_status == 0, found
    assert everything() == before


def test_a_plan_is_readable_in_a_terminal(logged: Pair) -> None:
    found = the_plan(logged, Direction.FORWARD, approve_before=(50, "switch"))
    text = as_text(found)
    assert max(map(len, text.splitlines())) <= WIDTH
    assert "== Switch the writer" in text
    for words in ("lock table", "ChangeResourceRecordSets", "StopReplicationTask load"):
        assert words in " ".join(text.split())
    assert "sequences: nextval and setval" in text
    assert "detected by the audit" in text
    asked = [state for state in found.states if state == "Ask for approval"]
    assert len(asked) == 2
    assert len(as_text(found, asked=True)) > len(text)
    told_json = json.loads(as_json(found))
    assert [line["number"] for line in told_json["lines"]] == list(range(1, len(found.lines) + 1))
    assert {risk["id"] for risk in told_json["risks"]} >= {
        "replica-sessions",
        "sequences",
        "extension-tables",
        "subscriptions-into-the-source",
        "truncate-before-the-switch",
    }


def test_the_name_moves_after_the_switch_where_the_plan_says_so(logged: Pair) -> None:
    found = the_plan(logged, Direction.FORWARD, write_record_moves=WriteRecordMoves.AFTER_SWITCH)
    assert "Move the write record early" not in found.states
    assert found.states.index("Flip the write record") > found.states.index("Switch the writer")


def test_what_speaks_against_a_move_is_told_with_its_exit_status(logged: Pair) -> None:
    """A rollback before the switch: both gates stand the wrong way round."""
    found = the_plan(logged, Direction.BACK)
    assert found.exit_status == 2
    assert {finding.verdict for finding in found.findings} >= {Verdict.BAD}
    assert "It would stop here." in as_text(found)
    assert logged.source.database.gate().state is GateState.OPEN
    assert logged.target.database.gate().state is GateState.CLOSED


def test_the_command_asks_both_servers(logged: Pair) -> None:
    dsns = [
        side.server.dsn(dbname=side.name, sslmode="disable")
        for side in (logged.source, logged.target)
    ]
    run = CliRunner().invoke(
        app, ["plan", "--source-dsn", dsns[0], "--target-dsn", dsns[1], "--json"]
    )
    assert run.exit_code == 0, run.output
    lines = json.loads(run.stdout)["lines"]
    assert {"source", "target", "route53", "dms", "dynamodb"} <= {line["where"] for line in lines}
    for carrier, options in (("load", []), ("again", ["--carrier", "again"])):
        run = CliRunner().invoke(
            app, ["plan", "--source-dsn", dsns[0], "--target-dsn", dsns[1], *options]
        )
        text = " ".join(run.output.split())
        assert f"takes for granted that the stream `{carrier}` carries" in text.partition("==")[0]
        assert f"StopReplicationTask {carrier}" in text
    # Nobody listens on the second: what it would say is not known.
    run = CliRunner().invoke(
        app, ["plan", "--source-dsn", dsns[0], "--target-dsn", "host=127.0.0.1 port=1", "--json"]
    )
    assert run.exit_code == 3
    assert "the target did not answer" in run.stdout
