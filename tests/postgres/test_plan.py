"""`cutover plan` against reality: what a move does is what the plan said, statement by statement."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from typer.testing import CliRunner

from cutover.adapters.clock import SystemClock
from cutover.adapters.recording_postgres import RecordingConnection
from cutover.cli.main import app
from cutover.cli.plan import Plan, Told
from cutover.cli.plan_text import WIDTH, as_json, as_text
from cutover.cli.plan_walk import Walk, planned
from cutover.decisions import Verdict
from cutover.direction import Direction
from cutover.observations import GateState
from cutover.plan import WriteRecordMoves
from rehearsal.servers.postgres import PostgresServer, ServerTemplate
from rehearsal.servers.run_directory import RunDirectory
from tests.builders import plan
from tests.postgres.conftest import Pair, drop_side, make_side, wait_for

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


def told(pair: Pair, **changes: Any) -> Told:
    return Told(
        plan=plan(**changes),
        zone="db.example.internal",
        replication_roles=("postgres",),
        slots=pair.slots,
    )


def the_plan(pair: Pair, direction: Direction, **changes: Any) -> Plan:
    dsns = (
        side.server.dsn(dbname=side.name, sslmode="disable") for side in (pair.source, pair.target)
    )
    return planned(*dsns, direction=direction, told=told(pair, **changes))


class RealWalk(Walk):
    """The same way through the definition over the real adapters; native subscriptions stand in for DMS."""

    def __init__(self, pair: Pair, direction: Direction) -> None:
        super().__init__("", "", direction=direction, told=told(pair))
        self.pair = pair
        self.source = pair.source.database  # type: ignore[assignment]
        self.target = pair.target.database  # type: ignore[assignment]
        forward = direction is Direction.FORWARD
        self.origin, self.destination = (
            (self.source, self.target) if forward else (self.target, self.source)
        )
        self.clock = SystemClock()  # type: ignore[assignment]
        self.sides = (pair.source, pair.target) if forward else (pair.target, pair.source)

    def hand_over(self) -> None:
        origin, destination = self.sides
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
            session.execute(f"create publication {name} for all tables".encode())
        with origin.connect() as session:
            wait_for(session, "select bool_and(active_pid is null) from pg_replication_slots")
            dsn = destination.server.dsn(dbname=destination.name)
            session.execute(
                psycopg.sql.SQL(
                    "create subscription {0} connection {1} publication {0}"
                    " with (copy_data = false, create_slot = false, slot_name = {2})"
                ).format(psycopg.sql.Identifier(name), dsn, psycopg.sql.Literal(name))
            )
        super().hand_over()


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


def moved(pair: Pair, direction: Direction) -> tuple[Plan, Plan, list[str], list[str]]:
    """The plan, the move, and what both servers logged in it."""
    found = the_plan(pair, direction)
    servers = (pair.source.server, pair.target.server)
    since = [len(server.log.read_text()) for server in servers]
    really = RealWalk(pair, direction).whole()
    source, target = (sent(server, at) for server, at in zip(servers, since, strict=True))
    return found, really, source, target


def test_a_move_forward_and_one_back_do_what_their_plans_said(logged: Pair) -> None:
    for direction in (Direction.FORWARD, Direction.BACK):
        found, really, source, target = moved(logged, direction)
        assert (found.stopped, really.stopped) == ("", "")
        assert found.states == really.states
        assert found.states[-1] == "Done"
        assert source == acting(found, "source")
        assert target == acting(found, "target")
        assert len(source) > 10
        assert len(target) > 10
        calls = [
            [line.text.splitlines()[0] for line in each.lines if line.acts and line.where == where]
            for each in (found, really)
            for where in ("route53", "dms", "dynamodb", "s3", "sns", "ssm")
        ]
        planned_at = position(found)
        assert calls[:6] == [
            [re.sub(r"CdcStartPosition=\S+", planned_at, text) for text in each]
            for each in calls[6:]
        ]


def position(found: Plan) -> str:
    """Of the slot in the plan, which is not that of the move."""
    (text,) = {
        match[0] for line in found.lines if (match := re.search(r"CdcStartPosition=\S+", line.text))
    }
    return text


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
    assert {risk["id"] for risk in told_json["risks"]} >= {"replica-sessions", "sequences"}


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
    # Nobody listens on the second: what it would say is not known.
    run = CliRunner().invoke(
        app, ["plan", "--source-dsn", dsns[0], "--target-dsn", "host=127.0.0.1 port=1", "--json"]
    )
    assert run.exit_code == 3
    assert "the target did not answer" in run.stdout
