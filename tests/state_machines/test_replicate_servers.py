"""`replicate` between two real servers: its definition, its handlers, the stand-in over native replication.

The journal, the records and the metrics are in memory; the rows, the lag, the slot and the schema are real.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import boto3
import psycopg
import pytest
from moto import mock_aws

from cutover.adapters.clock import SystemClock
from cutover.adapters.dms import DmsReplicationTask
from cutover.adapters.dms_checks import DmsConnections
from cutover.adapters.memory import (
    MemoryCertificateStore,
    MemoryCutoverMachine,
    MemoryWorld,
)
from cutover.adapters.postgres import Address, PostgresDatabase
from cutover.adapters.postgres_inventory import read_inventory
from cutover.adapters.postgres_traces import PostgresTraces
from cutover.adapters.schema_by_hand import SchemaByHand
from cutover.adapters.schema_here import SchemaHere
from cutover.direction import Stream, Where
from cutover.journal import Phase
from cutover.observations import GateState
from cutover.ports import SchemaCopy
from cutover.schema.copy import Options
from cutover.schema.difference import since
from lambdas import wiring
from rehearsal.aws.dms import DmsResources, DmsServer, DmsTask, NativeReplication
from rehearsal.aws.engine import install
from rehearsal.aws.invoker import InProcessInvoker, function_arn
from rehearsal.machine import (
    FINALIZE_DEFINITION,
    REPLICATE_DEFINITION,
    called,
    finalize_substitutions,
    function_name,
    render,
    replicate_substitutions,
)
from rehearsal.servers.postgres import PostgresServer, ServerTemplate
from rehearsal.servers.run_directory import RunDirectory
from tests.builders import plan, slots
from tests.contracts.dms_load import until
from tests.contracts.test_replication_task import client
from tests.state_machines.machine import ROLE, Machine, Run, inventories_of

pytestmark = pytest.mark.postgres

RESOURCES = DmsResources(
    task_settings={
        "FullLoadSettings": {
            "TargetTablePrepMode": "DO_NOTHING",
            "StopTaskCachedChangesApplied": True,
        },
        "ValidationSettings": {"EnableValidation": True},
    }
)
PRE_DATA = """
create table orders (id int not null, note text);
create table lines (id int not null, "order" int not null);
"""
POST_DATA = """
alter table orders add primary key (id);
alter table lines add primary key (id);
alter table lines add constraint of_an_order foreign key ("order") references orders;
create index by_note on orders (note);
"""
PLAN = plan(poll_seconds=1, bake_seconds=1)


@dataclass
class Move:
    """Two databases, the task between them, and one execution after the other."""

    source: psycopg.Connection[Any]
    target: psycopg.Connection[Any]
    databases: tuple[PostgresDatabase, PostgresDatabase]
    api: Any
    slot: str
    world: MemoryWorld = field(default_factory=MemoryWorld.ready)
    schema: SchemaCopy | None = None
    """Who copies it; without one a person does."""
    executions: int = 0
    hooks: dict[tuple[str, str, int], Callable[[], object]] = field(default_factory=dict)
    """By function, by what it is asked to do, and by the number of that call."""

    def rows(self, table: str) -> list[list[Any]]:
        query = f"select * from {table} order by 1".encode()
        return [side.execute(query).fetchall() for side in (self.source, self.target)]

    def same(self) -> bool:
        return all(found[0] == found[1] for found in map(self.rows, ("orders", "lines")))

    def run(
        self,
        monkeypatch: Any,
        given: dict[str, Any] | None = None,
        *,
        definition: Path = REPLICATE_DEFINITION,
    ) -> Run:
        self.executions += 1
        calls: list[tuple[str, Any]] = []
        self._wire(monkeypatch)
        text = definition.read_text()
        keys = called(text)
        arns = {key: function_arn(function_name(key, "test")) for key in keys}
        handlers = {function_name(key, "test"): self._handler(key, calls) for key in keys}
        install(invoker=InProcessInvoker(handlers), wait_scale=0.2)
        with mock_aws(config={"stepfunctions": {"execute_state_machine": True}}):
            topic = boto3.client("sns").create_topic(Name="notifications")["TopicArn"]
            stepfunctions = boto3.client("stepfunctions")
            replicates = definition == REPLICATE_DEFINITION
            fill = replicate_substitutions if replicates else finalize_substitutions
            values = fill(PLAN, function_arns=arns, topic_arn=topic)
            machine = stepfunctions.create_state_machine(
                name="replicate", definition=render(text, values), roleArn=ROLE
            )
            execution = stepfunctions.start_execution(
                stateMachineArn=machine["stateMachineArn"],
                name=f"load-{self.executions}",
                input=json.dumps(given or {}),
            )["executionArn"]
            collector = Machine(self.world, calls=calls, limit_seconds=90)
            return collector._result(stepfunctions, [], execution)

    def _wire(self, monkeypatch: Any) -> None:
        world, clock = self.world, SystemClock()
        source, target = self.databases
        task = DmsReplicationTask(self.api, task_arn=RESOURCES.task_arn)
        control = wiring.Control(
            journal=world.journal,
            display=world.display,
            router=world.router,
            tasks={**world.tasks, Stream.LOAD: task},
            monitoring=world.monitoring,
            clock=clock,
            read_record=world.read_record,
            write_record=world.write_record,
        )
        databases = wiring.Databases(
            source=source, target=target, journal=world.journal, clock=clock, slots=slots()
        )
        replication = wiring.Replication(
            connections=DmsConnections(self.api, task_arns=[RESOURCES.task_arn]), migration="test"
        )
        monkeypatch.setattr(wiring, "control", lambda: control)
        monkeypatch.setattr(wiring, "databases", lambda: databases)
        monkeypatch.setattr(wiring, "replication", lambda: replication)
        schema = self.schema or SchemaByHand(source=source, target=target)
        monkeypatch.setattr(wiring, "schema", lambda: schema)
        inventories = replace(
            inventories_of(world), read=lambda: read_inventory(source.address.dsn())
        )
        traces = {
            where: PostgresTraces(side.address, replication=side.address, streams=(self.slot,))
            for where, side in ((Where.SOURCE, source), (Where.TARGET, target))
        }
        monkeypatch.setattr(wiring, "inventories", lambda: inventories)
        monkeypatch.setattr(wiring, "traces", lambda: traces)
        monkeypatch.setattr(wiring, "migration", lambda: "test")
        monkeypatch.setattr(wiring, "finalizing", MemoryCutoverMachine)
        monkeypatch.setenv("MIGRATION", "test")

    def _handler(self, key: str, calls: list[tuple[str, Any]]) -> Callable[[Any, Any], Any]:
        real = import_module(f"lambdas.{key}").lambda_handler

        def handler(event: Any, context: Any) -> Any:
            do = event.get("do", "")
            calls.append((key, event))
            number = sum(1 for name, given in calls if (name, given.get("do", "")) == (key, do))
            if (hook := self.hooks.get((key, do, number))) is not None:
                hook()
            return real(event, context)

        return handler

    def post_data_by_hand(self) -> None:
        """What a person makes once the journal asks for it."""
        self.target.execute(POST_DATA)


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[PostgresServer, PostgresServer]]:
    with RunDirectory() as run:
        template = ServerTemplate.create(run)
        pair = PostgresServer(template, name="source"), PostgresServer(template, name="target")
        for server in pair:
            server.start()
        yield pair


@pytest.fixture
def move(
    servers: tuple[PostgresServer, PostgresServer], request: pytest.FixtureRequest
) -> Iterator[Move]:
    name = f"d{abs(hash(request.node.name)) % 10**9}"
    with ExitStack() as stack:
        sessions, databases = [], []
        for server in servers:
            with psycopg.connect(server.dsn(dbname="postgres"), autocommit=True) as first:
                first.execute(f"create database {name}".encode())
            session = stack.enter_context(psycopg.connect(server.dsn(dbname=name), autocommit=True))
            session.execute(PRE_DATA)
            sessions.append(session)
            address = Address.from_dsn(server.dsn(dbname=name, sslmode="disable"))
            databases.append(PostgresDatabase(address, replication_roles=("postgres",)))
            stack.callback(databases[-1].close)
        source, target = sessions
        source.execute(POST_DATA)
        source.execute("insert into orders select g, 'n' || g from generate_series(1, 5000) g")
        source.execute("insert into lines select g, g from generate_series(1, 5000) g")
        databases[0].install(hold=timedelta(0))
        replication = NativeReplication(
            source_dsn=servers[0].dsn(dbname=name),
            target_dsn=servers[1].dsn(dbname=name),
            name=f"{name}_load",
        )
        server_of_task = DmsServer(DmsTask(replication, RESOURCES))
        stack.callback(server_of_task.close)
        made = Move(
            source,
            target,
            (databases[0], databases[1]),
            client(server_of_task.endpoint),
            f"{name}_load",
        )
        made.hooks[("prepare_target", "post-data", 3)] = made.post_data_by_hand
        yield made
        replication.remove()
        replication.close()


def test_from_an_empty_target_to_ready_with_every_row(
    move: Move, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = iter(range(10_000, 20_000))

    def write() -> None:
        move.source.execute("insert into orders values (%s, 'meanwhile')", (next(written),))
        move.source.execute("update orders set note = 'changed' where id = %s", (next(written),))
        move.source.execute("delete from lines where id = %s", (next(written) % 5000,))

    for number in range(1, 6):
        move.hooks[("follow_replication", "", number)] = write
    move.hooks[("prepare_target", "post-data", 2)] = write
    run = move.run(monkeypatch)
    assert run.status == "SUCCEEDED", run.cause
    assert run.states.count("Copy the post-data") == 3
    until(move.same)
    assert move.world.journal.state().phase is Phase.READY
    source, target = move.databases
    assert target.gate().state is GateState.CLOSED
    assert source.gate().state is GateState.OPEN
    assert set(source.post_data()) == set(target.post_data())
    row = move.target.execute(
        "select count(*) from pg_stat_user_tables where relname = 'orders' and last_analyze is not null"
    ).fetchone()
    assert row == (1,)
    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        move.target.execute("insert into orders values (-1, 'refused')")

    # A table that is broken on the target is loaded anew, with the one that refers to it.
    move.target.execute("set session_replication_role = replica")
    move.target.execute("update orders set note = 'broken'")
    move.target.execute("set session_replication_role = origin")
    run = move.run(monkeypatch, {"reload": ["public.orders"]})
    assert run.status == "SUCCEEDED", run.cause
    until(move.same)


def test_a_target_without_any_table_gets_them_with_keys_and_rows(
    move: Move, monkeypatch: pytest.MonkeyPatch
) -> None:
    move.target.execute("drop table lines, orders")
    move.hooks.clear()
    source, target = move.databases
    reports = MemoryCertificateStore()
    move.schema = SchemaHere(
        source_dsn=source.address.dsn(),
        target_dsn=target.address.dsn(),
        options=Options(roles={}, analyze=False),
        keep=reports,
    )
    run = move.run(monkeypatch)
    assert run.status == "SUCCEEDED", run.cause
    until(move.same)
    assert set(source.post_data()) == set(target.post_data())
    assert target.gate().state is GateState.CLOSED
    (compared,) = [
        entry
        for entry in move.world.journal.entries()
        if "compared" in entry.detail and "post-data" in entry.note
    ]
    assert compared.detail["verdict"] == "explained"
    report = json.loads(reports.get(compared.detail["place"]) or "")
    assert report["comparison"]["compared"] == compared.detail["compared"] > 10
    assert "; schema: 2 made, " in move.world.display.shown["reason"]

    # Once more, with everything there and the changes running: nothing is made, and nothing in the way.
    again = move.run(monkeypatch)
    assert again.status == "SUCCEEDED", again.cause
    notes = [entry.note for entry in move.world.journal.entries()]
    assert any(note.startswith("pre-data: 0 made, ") for note in notes)


def test_a_migration_that_is_given_up_leaves_the_source_as_it_was(
    move: Move, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From an empty target to ready, and then the end: the slot has a name that nobody planned."""
    source, target = move.databases
    untouched = read_inventory(source.address.dsn())
    assert move.run(monkeypatch).status == "SUCCEEDED"
    assert move.source.execute("select slot_name from pg_replication_slots").fetchall()
    run = move.run(monkeypatch, {"confirm": "test"}, definition=FINALIZE_DEFINITION)
    assert run.status == "SUCCEEDED", run.cause
    assert move.world.journal.state().phase is Phase.FINALIZED
    assert "the source: clean" in move.world.display.shown["reason"]
    for side in (move.source, move.target):
        for catalog in ("pg_replication_slots", "pg_publication", "pg_subscription"):
            assert side.execute(f"select count(*) from {catalog}".encode()).fetchone() == (0,)
        side.execute("insert into orders values (-1, 'taken')")
    left = since(untouched, read_inventory(source.address.dsn()))
    # What `cutover install` had made before is gone too, and nothing else is otherwise.
    assert {each.name.partition(".")[0].rpartition(" ")[2] for each in left.differences} == {
        "cutover"
    }
    assert not source.inspect().installed
    assert not target.inspect().installed


def test_a_slot_that_is_lost_is_named_and_its_remedy_loads_everything_anew(
    move: Move, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert move.run(monkeypatch).status == "SUCCEEDED"
    task = DmsReplicationTask(move.api, task_arn=RESOURCES.task_arn)
    task.stop()
    until(lambda: task.status().status == "stopped")
    move.source.execute("select pg_drop_replication_slot(%s)", (move.slot,))
    move.source.execute("update orders set note = 'nobody sees it' where id = 1")
    run = move.run(monkeypatch)
    assert (run.status, run.error) == ("FAILED", "SlotLost"), run.cause
    assert "`cutover replicate --reload-all --suffix test`" in run.cause
    run = move.run(monkeypatch, {"reload_all": True})
    assert run.status == "SUCCEEDED", run.cause
    until(move.same)


def test_a_target_with_rows_is_refused_and_left_as_it_is(
    move: Move, monkeypatch: pytest.MonkeyPatch
) -> None:
    move.target.execute("insert into orders values (7, 'whose is it')")
    run = move.run(monkeypatch)
    assert (run.status, run.error) == ("FAILED", "TargetNotEmpty")
    assert "public.orders" in run.cause
    assert move.rows("orders")[1] == [(7, "whose is it")]
    with move.databases[1]._session() as session:
        assert session.execute("select count(*) from pg_subscription").fetchone() == (0,)
