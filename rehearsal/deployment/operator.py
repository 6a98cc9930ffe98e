"""What a person does around a deployment: passwords, full load, alarms without metrics, the topic."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import psycopg
from psycopg import sql

from cutover.adapters.clock import SystemClock
from cutover.adapters.postgres import Address, PostgresDatabase
from cutover.adapters.postgres_inventory import read_inventory
from cutover.adapters.s3 import S3CertificateStore
from cutover.cli import commands
from cutover.steps.inventory import keep_inventory
from rehearsal.deployment.deployed import Deployed
from rehearsal.deployment.errors import DeploymentFailed
from rehearsal.deployment.project import SOURCE_HOST
from rehearsal.deployment.tls import TlsFront
from rehearsal.servers.postgres import PostgresServer
from rehearsal.workload.configuration import Address as ClientAddress
from rehearsal.workload.configuration import Names, Side
from rehearsal.workload.database import (
    DATABASE,
    administrator_dsn,
    application_dsn,
    install_source,
    install_target,
)

HOLD: Final = timedelta(seconds=10)
PATIENCE_SECONDS: Final = 120.0
POLL_SECONDS: Final = 0.2
OF_A_MIGRATION: Final = """
select 'slot ' || slot_name from pg_replication_slots where database = current_database()
union all select 'publication ' || pubname from pg_publication
union all select 'subscription ' || subname from pg_subscription
union all select 'schema ' || nspname from pg_namespace where nspname in ('cutover', 'awsdms_control')
union all select 'trigger on ' || tgrelid::regclass from pg_trigger where tgname = 'cutover_gate'
union all select 'event trigger ' || evtname from pg_event_trigger
order by 1
"""
ENDPOINTS: Final = ("SourceEndpointArn", "TargetEndpointArn")


class Databases:
    """Two real servers; what stands for each in AWS is known by its host name alone."""

    def __init__(self, source: PostgresServer, target: PostgresServer, certificates: Path) -> None:
        self._servers: dict[Side, PostgresServer] = {"source": source, "target": target}
        self.fronts: dict[Side, TlsFront] = {}
        for side, server in self._servers.items():
            home = certificates / f"tls-{side}"
            home.mkdir()
            self.fronts[side] = TlsFront(home, server_port=server.port)

    def close(self) -> None:
        for front in self.fronts.values():
            front.close()

    def dsn(self, side: Side) -> str:
        """Of the superuser."""
        return administrator_dsn(self._servers[side])

    def of_the_migration(self, side: Side) -> list[str]:
        """What a migration leaves in a database, of every kind."""
        with psycopg.connect(self.dsn(side)) as session:
            return [name for (name,) in session.execute(OF_A_MIGRATION).fetchall()]

    def install(self) -> None:
        """The application on both sides, its data on the source."""
        install_source(self._servers["source"])
        install_target(self._servers["target"])

    def give_passwords(self, deployed: Deployed) -> list[str]:
        """Each role that the stacks made a secret for, with the secret's password.

        The secret's user and password stay; host and port become this machine's. Returns the roles.
        """
        given = []
        for arn, content in sorted(deployed.secrets().items()):
            side: Side = "source" if content["host"] == SOURCE_HOST else "target"
            self._ensure_role(side, content["username"], content["password"])
            here = {"host": "127.0.0.1", "port": self.fronts[side].port, "dbname": DATABASE}
            deployed.api.call(
                "secretsmanager",
                "put_secret_value",
                SecretId=arn,
                SecretString=json.dumps(content | here),
            )
            given.append(f"{content['username']} on the {side}")
        return given

    def close_target(self) -> None:
        """As `cutover install` does."""
        both = [
            PostgresDatabase(Address.from_dsn(administrator_dsn(server, sslmode="disable")))
            for server in self._servers.values()
        ]
        try:
            commands.install(*both, hold=HOLD)
        finally:
            for database in both:
                database.close()

    def client_names(self, deployed: Deployed, *, read: str, write: str) -> Names:
        """What the records point at, and the server behind it."""
        cluster = deployed.cluster()
        behind: dict[str, Side] = {
            SOURCE_HOST: "source",
            cluster["Endpoint"]: "target",
            cluster["ReaderEndpoint"]: "target",
        }
        return Names(
            read=read,
            write=write,
            hosts={
                host: ClientAddress(side=side, dsn=application_dsn(self._servers[side]))
                for host, side in behind.items()
            },
        )

    def _ensure_role(self, side: Side, name: str, password: str) -> None:
        with psycopg.connect(self.dsn(side), autocommit=True) as connection:
            found = connection.execute("select from pg_roles where rolname = %s", [name])
            verb = "alter" if found.fetchone() else "create"
            statement = sql.SQL(verb + " role {} login superuser password {}")
            connection.execute(statement.format(sql.Identifier(name), sql.Literal(password)))


def start_replication(deployed: Deployed) -> None:
    """As an operator does with the DMS API: test all connections, start, wait for the full load.

    Those of the tasks that follow later too: DMS starts none whose connections were not tested.
    """
    task, api = deployed.task(), deployed.api
    used = [each[side] for each in deployed.tasks() for side in ENDPOINTS]
    endpoints = list(dict.fromkeys(used))
    for arn in endpoints:
        api.call(
            "dms",
            "test_connection",
            ReplicationInstanceArn=task["ReplicationInstanceArn"],
            EndpointArn=arn,
        )
    filters = [{"Name": "endpoint-arn", "Values": endpoints}]

    def tested() -> bool:
        found = api.call("dms", "describe_connections", Filters=filters)["Connections"]
        states = [each["Status"] for each in found]
        if "failed" in states:
            raise DeploymentFailed(f"a connection test of the replication failed: {found}")
        return states == ["successful"] * len(endpoints)

    wait_until("all connections of the replication to be tested", tested)
    api.call(
        "dms",
        "start_replication_task",
        ReplicationTaskArn=task["ReplicationTaskArn"],
        StartReplicationTaskType="start-replication",
    )

    def loaded() -> bool:
        found = api.call(
            "dms", "describe_table_statistics", ReplicationTaskArn=task["ReplicationTaskArn"]
        )["TableStatistics"]
        return bool(found) and all(each["TableState"] == "Table completed" for each in found)

    wait_until("every table to be loaded", loaded)
    # The load stops once the changes made meanwhile are applied, as its settings say.
    wait_until("the load to have stopped", lambda: deployed.task()["Status"] == "stopped")
    api.call(
        "dms",
        "start_replication_task",
        ReplicationTaskArn=task["ReplicationTaskArn"],
        StartReplicationTaskType="resume-processing",
    )
    wait_until("the task to follow", lambda: deployed.task()["Status"] == "running")


def keep_inventory_of_source(deployed: Deployed, databases: Databases) -> None:
    """As `cutover replicate` does before it loads: what the source holds, in the bucket of the certificates."""
    keep_inventory(
        lambda: read_inventory(databases.dsn("source")),
        S3CertificateStore(deployed.api.client("s3"), bucket=deployed.certificate_bucket()),
        SystemClock(),
    )


def await_look_at_source(deployed: Deployed) -> None:
    """The function that a schedule calls has looked, and could compare."""

    def looked() -> bool:
        watch = deployed.operator().journal.watched()
        return watch is not None and watch.drift.since is not None

    wait_until("the source to be looked at", looked)


def stop_replication(deployed: Deployed) -> None:
    """A running task can't be deleted: stop each, as finalizing a migration does."""
    for task in deployed.tasks():
        if task["Status"] == "running":
            arn = task["ReplicationTaskArn"]
            deployed.api.call("dms", "stop_replication_task", ReplicationTaskArn=arn)

    def stopped() -> bool:
        return all(each["Status"] in ("ready", "stopped") for each in deployed.tasks())

    wait_until("the replication to stop", stopped)


def calm_alarms(deployed: Deployed) -> tuple[list[str], list[str]]:
    """Put every guarding alarm without metrics here into OK. Returns those evaluated, those set."""
    names = deployed.guarding_alarms()

    def evaluated() -> list[str]:
        found = deployed.api.call("cloudwatch", "describe_alarms", AlarmNames=names)
        alarms = found["MetricAlarms"]
        if missing := sorted(set(names) - {each["AlarmName"] for each in alarms}):
            raise DeploymentFailed(f"no stack made these guarding alarms: {missing}")
        return [each["AlarmName"] for each in alarms if each["StateReason"].startswith("evaluated")]

    wait_until("an alarm to be evaluated by the replication's metrics", lambda: bool(evaluated()))
    seen = evaluated()
    rest = sorted(set(names) - set(seen))
    for name in rest:
        deployed.api.call(
            "cloudwatch",
            "set_alarm_state",
            AlarmName=name,
            StateValue="OK",
            StateReason="set by deploy-local: there is no Aurora here to publish its metrics",
        )
    return sorted(seen), rest


class Listener:
    """A queue that is subscribed to the topic, as a person's mailbox would be."""

    def __init__(self, deployed: Deployed) -> None:
        self._api = deployed.api
        queue = self._api.call("sqs", "create_queue", QueueName="deploy-local-listener")
        self._url = queue["QueueUrl"]
        attributes = self._api.call(
            "sqs", "get_queue_attributes", QueueUrl=self._url, AttributeNames=["QueueArn"]
        )
        self._subscription = self._api.call(
            "sns",
            "subscribe",
            TopicArn=deployed.topic(),
            Protocol="sqs",
            Endpoint=attributes["Attributes"]["QueueArn"],
        )["SubscriptionArn"]

    def hear(self) -> list[str]:
        """Every message since the last time."""
        heard: list[str] = []
        while found := self._receive():
            for each in found:
                heard.append(str(json.loads(each["Body"])["Message"]))
                self._api.call(
                    "sqs", "delete_message", QueueUrl=self._url, ReceiptHandle=each["ReceiptHandle"]
                )
        return heard

    def close(self) -> None:
        self._api.call("sns", "unsubscribe", SubscriptionArn=self._subscription)
        self._api.call("sqs", "delete_queue", QueueUrl=self._url)

    def _receive(self) -> list[dict[str, Any]]:
        answer = self._api.call(
            "sqs", "receive_message", QueueUrl=self._url, MaxNumberOfMessages=10, WaitTimeSeconds=0
        )
        messages: list[dict[str, Any]] = answer.get("Messages", [])
        return messages


def wait_until(
    what: str, reached: Callable[[], bool], *, seconds: float = PATIENCE_SECONDS
) -> None:
    """Raises DeploymentFailed where it does not come."""
    give_up = time.monotonic() + seconds
    while not reached():
        if time.monotonic() >= give_up:
            raise DeploymentFailed(f"waited {seconds:.0f} s for {what}")
        time.sleep(POLL_SECONDS)
