"""The tasks that carry changes after a switch: the stand-in's API over two real servers."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import boto3
import psycopg
import pytest

from cutover.adapters.postgres import Address, PostgresDatabase
from rehearsal.aws.dms import DmsResources, DmsServer, DmsTask, NativeReplication
from rehearsal.aws.invoker import REGION
from rehearsal.servers.postgres import PostgresServer, ServerTemplate
from rehearsal.servers.run_directory import RunDirectory
from tests.contracts.dms_load import until

pytestmark = pytest.mark.postgres

LOAD = DmsResources()
BACK = DmsResources(
    task_identifier="back",
    task_resource="BACK",
    migration_type="cdc",
    source_endpoint_resource="BACKSOURCE",
    target_endpoint_resource="BACKTARGET",
    # Of a full load (guide, Full-load task settings): a task that only follows changes has none.
    task_settings={"FullLoadSettings": {"StopTaskCachedChangesApplied": True}},
)
AGAIN = DmsResources(
    task_identifier="again",
    task_resource="AGAIN",
    migration_type="cdc",
    source_endpoint_resource="AGAINSOURCE",
)
BACK_SLOT, AGAIN_SLOT = "back_slot", "again_slot"


@dataclass(frozen=True)
class Side:
    """One database, by a superuser's session and by our adapter."""

    session: psycopg.Connection[Any]
    database: PostgresDatabase

    def run(self, statement: str, *values: Any) -> None:
        self.session.execute(statement.encode(), values)

    def ids(self) -> list[int]:
        return [row[0] for row in self.session.execute("select id from notes order by id")]

    def make_slot(self, name: str, plugin: str = "pgoutput") -> str:
        """As the switch does; where it starts."""
        made = self.session.execute(
            "select lsn::text from pg_create_logical_replication_slot(%s, %s)", (name, plugin)
        ).fetchone()
        assert made is not None
        return str(made[0])

    def slot_active(self, name: str) -> bool | None:
        found = self.session.execute(
            "select active from pg_replication_slots where slot_name = %s", (name,)
        ).fetchone()
        return None if found is None else bool(found[0])

    def position(self) -> str:
        row = self.session.execute("select pg_current_wal_lsn()::text").fetchone()
        assert row is not None
        return str(row[0])


@dataclass(frozen=True)
class Migration:
    source: Side
    target: Side
    dms: Any

    def task(self, resources: DmsResources) -> dict[str, Any]:
        filters = [{"Name": "replication-task-arn", "Values": [resources.task_arn]}]
        found = self.dms.describe_replication_tasks(Filters=filters)["ReplicationTasks"]
        assert len(found) == 1
        return dict(found[0])

    def start(
        self, resources: DmsResources, position: str | None = None, *, then: str = "running"
    ) -> dict[str, Any]:
        given = {} if position is None else {"CdcStartPosition": position}
        self.dms.start_replication_task(
            ReplicationTaskArn=resources.task_arn,
            StartReplicationTaskType="start-replication",
            **given,
        )
        return self.wait(resources, then)

    def stop(self, resources: DmsResources) -> None:
        self.dms.stop_replication_task(ReplicationTaskArn=resources.task_arn)
        self.wait(resources, "stopped")

    def wait(self, resources: DmsResources, status: str) -> dict[str, Any]:
        until(lambda: self.task(resources)["Status"] not in ("starting", "stopping"))
        found = self.task(resources)
        assert found["Status"] == status, found.get("LastFailureMessage")
        return found

    def loaded(self) -> None:
        """The full load has run, its changes have arrived, and it is stopped."""
        self.start(LOAD)
        until(lambda: self.target.ids() == self.source.ids())
        self.stop(LOAD)


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[PostgresServer, PostgresServer]]:
    with RunDirectory() as run:
        template = ServerTemplate.create(run)
        source = PostgresServer(template, name="source")
        target = PostgresServer(template, name="target")
        source.start()
        target.start()
        yield source, target


@pytest.fixture
def migration(
    servers: tuple[PostgresServer, PostgresServer], request: pytest.FixtureRequest
) -> Iterator[Migration]:
    name = f"d{abs(hash(request.node.name)) % 10**9}"
    with ExitStack() as stack:
        sides, dsns = [], []
        for server in servers:
            with psycopg.connect(server.dsn(dbname="postgres"), autocommit=True) as first:
                first.execute(f"create database {name}".encode())
            session = stack.enter_context(psycopg.connect(server.dsn(dbname=name), autocommit=True))
            session.execute("create table notes (id int primary key, note text)")
            address = Address(
                host="127.0.0.1",
                port=server.port,
                dbname=name,
                username="postgres",
                password=server.password,
                sslmode="disable",
            )
            database = PostgresDatabase(address)
            database.install(hold=timedelta(seconds=0))
            sides.append(Side(session, database))
            dsns.append(server.dsn(dbname=name))
        source, target = sides
        source.run("insert into notes values (1, 'loaded')")
        replications = (
            NativeReplication(source_dsn=dsns[0], target_dsn=dsns[1], name=f"{name}_load"),
            NativeReplication(
                source_dsn=dsns[1], target_dsn=dsns[0], name=f"{name}_back", slot=BACK_SLOT
            ),
            NativeReplication(
                source_dsn=dsns[0], target_dsn=dsns[1], name=f"{name}_again", slot=AGAIN_SLOT
            ),
        )
        tasks = [
            DmsTask(replication, resources)
            for replication, resources in zip(replications, (LOAD, BACK, AGAIN), strict=True)
        ]
        server_of_tasks = DmsServer(*tasks)
        stack.callback(server_of_tasks.close)
        dms = boto3.client(
            "dms",
            region_name=REGION,
            endpoint_url=server_of_tasks.endpoint,
            aws_access_key_id="x",
            aws_secret_access_key="x",
        )
        migration = Migration(source, target, dms)
        connect(dms)
        yield migration
        for replication in replications:
            replication.remove()
            replication.close()
        for side, slot in ((source, AGAIN_SLOT), (target, BACK_SLOT)):
            if side.slot_active(slot) is not None:
                side.run("select pg_drop_replication_slot(%s)", slot)


def connect(dms: Any) -> None:
    endpoints = {
        each.endpoint_arn(side) for each in (LOAD, BACK, AGAIN) for side in ("source", "target")
    }
    assert len(endpoints) == 5, "two tasks apply to one endpoint"
    for arn in endpoints:
        dms.test_connection(ReplicationInstanceArn=LOAD.instance_arn, EndpointArn=arn)

    def tested() -> bool:
        found = dms.describe_connections()["Connections"]
        assert not [each for each in found if each["Status"] == "failed"], found
        return [each["Status"] for each in found] == ["successful"] * 5

    until(tested)


def test_there_and_back_and_again_and_nothing_goes_round(migration: Migration) -> None:
    """One stream at a time: LOAD, BACK at the slot on the target, AGAIN at the slot on the source,
    and BACK once more at a new slot under the old name."""
    source, target = migration.source, migration.target
    migration.loaded()
    source.database.close_gate()
    at = target.make_slot(BACK_SLOT)
    target.run("insert into notes values (2, 'before the task runs')")
    described = migration.start(BACK, at)
    assert described["CdcStartPosition"] == at
    assert described["MigrationType"] == "cdc"
    target.run("insert into notes values (3, 'while it runs')")
    until(lambda: source.ids() == [1, 2, 3])
    with pytest.raises(psycopg.Error, match=r"."):
        source.run("insert into notes values (99, 'refused')")
    migration.stop(BACK)
    assert target.slot_active(BACK_SLOT) is False
    target.run("select pg_drop_replication_slot(%s)", BACK_SLOT)

    target.database.close_gate()
    at = source.make_slot(AGAIN_SLOT)
    source.database.open_gate()
    source.run("insert into notes values (4, 'on the source again')")
    migration.start(AGAIN, at)
    until(lambda: target.ids() == [1, 2, 3, 4])
    migration.stop(AGAIN)
    source.run("select pg_drop_replication_slot(%s)", AGAIN_SLOT)

    source.database.close_gate()
    at = target.make_slot(BACK_SLOT)
    target.database.open_gate()
    target.run("insert into notes values (5, 'back a second time')")
    migration.start(BACK, at)
    until(lambda: source.ids() == [1, 2, 3, 4, 5])
    time.sleep(0.5)
    assert target.ids() == source.ids() == [1, 2, 3, 4, 5]
    assert migration.task(BACK)["Status"] == "running"


def test_a_follower_counts_its_tables_as_completed_and_copies_none(migration: Migration) -> None:
    migration.loaded()
    migration.start(BACK, migration.target.make_slot(BACK_SLOT))
    migration.target.run("insert into notes values (2, 'new')")
    until(lambda: migration.source.ids() == [1, 2])

    rows = migration.dms.describe_table_statistics(ReplicationTaskArn=BACK.task_arn)

    notes = [row for row in rows["TableStatistics"] if row["TableName"] == "notes"]
    assert [(row["TableState"], row["FullLoadRows"]) for row in notes] == [("Table completed", 0)]
    assert migration.task(BACK)["ReplicationTaskStats"]["TablesErrored"] == 0


def test_it_starts_although_its_idle_sessions_were_ended(migration: Migration) -> None:
    """A switch ends the sessions of both databases before the hand-over starts a follower."""
    migration.loaded()
    at = migration.target.make_slot(BACK_SLOT)
    for side in (migration.source, migration.target):
        side.run(
            "select pg_terminate_backend(pid) from pg_stat_activity "
            "where application_name = 'dms-stand-in' and datname = current_database()"
        )
    migration.target.run("insert into notes values (2, 'after the switch')")
    migration.start(BACK, at)
    until(lambda: migration.source.ids() == [1, 2])


def test_it_goes_on_where_it_stopped(migration: Migration) -> None:
    """DMS API reference, StartReplicationTask: resume-processing, "to replicate the changes from
    the last stop position"."""
    migration.loaded()
    migration.start(BACK, migration.target.make_slot(BACK_SLOT))
    migration.stop(BACK)
    migration.target.run("insert into notes values (2, 'while it was stopped')")

    migration.dms.start_replication_task(
        ReplicationTaskArn=BACK.task_arn, StartReplicationTaskType="resume-processing"
    )

    migration.wait(BACK, "running")
    until(lambda: migration.source.ids() == [1, 2])


def test_changes_before_the_start_position_are_left_out(migration: Migration) -> None:
    """DMS API reference, StartReplicationTask, CdcStartPosition: "when you want a change data
    capture (CDC) operation to start"."""
    migration.loaded()
    migration.target.make_slot(BACK_SLOT)
    migration.target.run("insert into notes values (2, 'before')")
    at = migration.target.position()
    migration.target.run("insert into notes values (3, 'after')")

    migration.start(BACK, at)

    until(lambda: 3 in migration.source.ids())
    assert migration.source.ids() == [1, 3]


def test_the_slot_has_to_be_there(migration: Migration) -> None:
    """DMS API reference, PostgreSQLSettings.SlotName: DMS verifies that it exists, or raises an error."""
    failed = migration.start(BACK, migration.target.position(), then="failed")
    assert BACK_SLOT in failed["LastFailureMessage"]
    assert "does not exist" in failed["LastFailureMessage"]


def test_a_slot_of_another_plugin_is_named(migration: Migration) -> None:
    """Native replication's own limit: DMS reads test_decoding too."""
    at = migration.target.make_slot(BACK_SLOT, "test_decoding")
    failed = migration.start(BACK, at, then="failed")
    assert f"{BACK_SLOT} has the plugin test_decoding" in failed["LastFailureMessage"]


def test_a_position_that_the_slot_has_given_up_is_refused(migration: Migration) -> None:
    """The same: "the task doesn't have a valid CdcStartPosition setting". A later start with the
    right one is a start like any other."""
    early = migration.target.position()
    migration.target.run("insert into notes values (7, 'moves the log on')")
    at = migration.target.make_slot(BACK_SLOT)
    failed = migration.start(BACK, early, then="failed")
    assert f"behind the slot {BACK_SLOT}" in failed["LastFailureMessage"]
    failed = migration.start(BACK, "nonsense", then="failed")
    assert "is no LSN" in failed["LastFailureMessage"]
    failed = migration.start(BACK, "FFFF/0", then="failed")
    assert "not written yet" in failed["LastFailureMessage"]
    migration.start(BACK, at)


def test_what_a_follower_may_be_asked_to_do(migration: Migration) -> None:
    """DMS API reference, StartReplicationTask: start-replication is the only valid action for a
    first run; "for a cdc only task, to start from a specific position, you must use
    start-replication and also specify the start position"."""
    refused = migration.dms.exceptions.ClientError
    for resources, given, match in (
        (BACK, {"StartReplicationTaskType": "start-replication"}, "no CdcStartPosition"),
        (BACK, {"StartReplicationTaskType": "resume-processing"}, "running previously"),
        (BACK, {"StartReplicationTaskType": "reload-target"}, "RELOAD_TARGET"),
        (
            LOAD,
            {"StartReplicationTaskType": "start-replication", "CdcStartPosition": "0/1"},
            "of the type cdc",
        ),
    ):
        with pytest.raises(refused, match=match):
            migration.dms.start_replication_task(ReplicationTaskArn=resources.task_arn, **given)
    assert [
        each["Status"] for each in migration.dms.describe_replication_tasks()["ReplicationTasks"]
    ] == ["ready"] * 3


def test_a_slot_older_than_its_publication_is_refused(migration: Migration) -> None:
    """pgoutput leaves out what was written before its publication was made, without a word."""
    at = migration.target.make_slot(BACK_SLOT)
    row = migration.target.session.execute("select pubname from pg_publication").fetchone()
    assert row is not None
    migration.target.run(f"drop publication {row[0]}")
    migration.target.run("insert into notes values (2, 'would be left out')")
    connect(migration.dms)
    failed = migration.start(BACK, at, then="failed")
    assert "is younger than the start position" in failed["LastFailureMessage"]


def test_a_load_whose_slot_was_retired_can_be_deleted(migration: Migration) -> None:
    """As after every switch: its changes are carried by the next stream, and its slot kept the log for nobody."""
    migration.loaded()
    migration.source.run(
        "select pg_drop_replication_slot(slot_name) from pg_replication_slots"
        " where database = current_database()"
    )
    migration.dms.delete_replication_task(ReplicationTaskArn=LOAD.task_arn)
    left = migration.target.session.execute(
        "select from pg_subscription s join pg_database d on d.oid = s.subdbid"
        " where d.datname = current_database()"
    ).fetchall()
    assert left == []
