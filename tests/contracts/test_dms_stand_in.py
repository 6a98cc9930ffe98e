"""The DMS stand-in through boto3, over a replication that the tests lead."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto import mock_aws

from rehearsal.aws.dms import (
    DmsResources,
    DmsServer,
    DmsTask,
    MetricsPublisher,
    Progress,
    ReplicationError,
    TableProgress,
    WatchedSum,
)
from rehearsal.aws.invoker import REGION
from tests.contracts.engine_support import wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_dms import DatabaseMigrationServiceClient
    from mypy_boto3_dms.type_defs import ReplicationTaskTypeDef

    from rehearsal.aws.dms.replication import Side, Table, TableState

RESOURCES = DmsResources(task_resource="ABCDEF", task_settings={"TargetMetadata": {"X": True}})


def table(number: int, state: TableState) -> TableProgress:
    return TableProgress(schema="public", name=f"t{number}", state=state, full_load_rows=number)


class FakeReplication:
    """A replication whose progress the test decides."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.go_on = threading.Event()
        self.go_on.set()
        self.refusal: str | None = None
        self.unreachable: Side | None = None
        self.different: set[Table] = set()
        self.progress = Progress(
            tables=(table(1, "Table completed"), table(2, "Full load")),
            source_latency_seconds=1.5,
            target_latency_seconds=2.0,
            pending_changes=7,
        )

    def _do(self, name: str) -> None:
        self.calls.append(name)
        self.go_on.wait(5)
        if self.refusal is not None:
            raise ReplicationError(self.refusal)

    def begin(self, position: str | None = None) -> None:
        self._do("begin" if position is None else f"begin {position}")

    def resume(self) -> None:
        self._do("resume")

    def reload(self, *, truncate: bool) -> None:
        self._do("reload" + (" emptied" if truncate else ""))

    def reload_tables(self, tables: tuple[Table, ...], *, truncate: bool) -> None:
        names = " ".join(f"{schema}.{name}" for schema, name in tables)
        self._do(f"reload {names}" + (" emptied" if truncate else ""))

    def differs(self, table: Table) -> bool:
        return table in self.different

    def halt(self) -> None:
        self._do("halt")

    def remove(self) -> None:
        self._do("remove")

    def observe(self) -> Progress:
        if self.refusal is not None:
            raise ReplicationError(self.refusal)
        return self.progress

    def check(self, side: Side) -> None:
        if side == self.unreachable:
            raise ReplicationError(f"the {side} database: no route")

    def close(self) -> None:
        """Nothing to give back."""


@pytest.fixture
def replication() -> FakeReplication:
    return FakeReplication()


@pytest.fixture
def task(replication: FakeReplication) -> DmsTask:
    return DmsTask(replication, RESOURCES)


@pytest.fixture
def dms(task: DmsTask) -> Iterator[DatabaseMigrationServiceClient]:
    server = DmsServer(task)
    yield boto3.client(
        "dms",
        region_name=REGION,
        endpoint_url=server.endpoint,
        aws_access_key_id="x",
        aws_secret_access_key="x",
    )
    server.close()


def described(dms: DatabaseMigrationServiceClient) -> ReplicationTaskTypeDef:
    [found] = dms.describe_replication_tasks()["ReplicationTasks"]
    return found


def check_both(dms: DatabaseMigrationServiceClient) -> None:
    sides: tuple[Side, Side] = ("source", "target")
    for side in sides:
        dms.test_connection(
            ReplicationInstanceArn=RESOURCES.instance_arn,
            EndpointArn=RESOURCES.endpoint_arn(side),
        )
    wait_for(
        lambda: (
            [one["Status"] for one in dms.describe_connections()["Connections"]]
            == ["successful", "successful"]
        )
    )


def start(dms: DatabaseMigrationServiceClient, kind: Any = "start-replication") -> str:
    answer = dms.start_replication_task(
        ReplicationTaskArn=RESOURCES.task_arn, StartReplicationTaskType=kind
    )
    return answer["ReplicationTask"]["Status"]


def running(dms: DatabaseMigrationServiceClient) -> None:
    check_both(dms)
    start(dms)
    wait_for(lambda: described(dms)["Status"] == "running")


def stop(dms: DatabaseMigrationServiceClient) -> None:
    dms.stop_replication_task(ReplicationTaskArn=RESOURCES.task_arn)
    wait_for(lambda: described(dms)["Status"] == "stopped")


def test_a_new_task_is_ready(dms: DatabaseMigrationServiceClient) -> None:
    found = described(dms)

    assert found["Status"] == "ready"
    assert found["ReplicationTaskArn"].endswith(":task:ABCDEF")
    assert found["MigrationType"] == "full-load-and-cdc"
    assert json.loads(found["ReplicationTaskSettings"]) == {"TargetMetadata": {"X": True}}
    assert json.loads(found["TableMappings"])["rules"]
    assert "StopReason" not in found
    assert (
        dms.describe_table_statistics(ReplicationTaskArn=RESOURCES.task_arn)["TableStatistics"]
        == []
    )


def test_a_start_needs_both_connections_tested(
    dms: DatabaseMigrationServiceClient, replication: FakeReplication
) -> None:
    with pytest.raises(dms.exceptions.InvalidResourceStateFault, match="Test connection"):
        start(dms)

    replication.unreachable = "target"
    for side in ("source", "target"):
        dms.test_connection(
            ReplicationInstanceArn=RESOURCES.instance_arn,
            EndpointArn=RESOURCES.endpoint_arn(side),
        )
    wait_for(
        lambda: (
            [one["Status"] for one in dms.describe_connections()["Connections"]]
            == ["successful", "failed"]
        )
    )
    [failed] = dms.describe_connections(
        Filters=[{"Name": "endpoint-arn", "Values": [RESOURCES.endpoint_arn("target")]}]
    )["Connections"]
    assert failed["LastFailureMessage"] == "the target database: no route"
    with pytest.raises(dms.exceptions.InvalidResourceStateFault):
        start(dms)
    assert replication.calls == []


def test_from_ready_to_running_by_way_of_starting(
    dms: DatabaseMigrationServiceClient, replication: FakeReplication
) -> None:
    check_both(dms)
    replication.go_on.clear()

    assert start(dms) == "starting"
    assert described(dms)["Status"] == "starting"
    replication.go_on.set()
    wait_for(lambda: described(dms)["Status"] == "running")

    found = described(dms)
    statistics = found["ReplicationTaskStats"]
    assert statistics["FullLoadProgressPercent"] == 50
    assert (statistics["TablesLoaded"], statistics["TablesLoading"]) == (1, 1)
    assert (statistics["TablesQueued"], statistics["TablesErrored"]) == (0, 0)
    assert abs(found["ReplicationTaskStartDate"] - datetime.now(UTC)) < timedelta(seconds=30)


def test_a_finished_load_and_an_errored_table(
    dms: DatabaseMigrationServiceClient, replication: FakeReplication
) -> None:
    running(dms)
    replication.progress = replace(
        replication.progress, tables=(table(1, "Table completed"), table(2, "Table error"))
    )

    wait_for(lambda: described(dms)["ReplicationTaskStats"]["TablesErrored"] == 1)

    assert described(dms)["Status"] == "running", "a running task may be unhealthy"
    rows = dms.describe_table_statistics(
        ReplicationTaskArn=RESOURCES.task_arn,
        Filters=[{"Name": "table-state", "Values": ["Table error"]}],
    )["TableStatistics"]
    assert [row["TableName"] for row in rows] == ["t2"]


@pytest.mark.parametrize("kind", ["resume-processing", "reload-target"])
def test_the_first_start_has_to_be_a_start(dms: DatabaseMigrationServiceClient, kind: str) -> None:
    check_both(dms)
    with pytest.raises(dms.exceptions.ClientError, match="tasks running previously") as refused:
        start(dms, kind)
    assert refused.value.response["Error"]["Code"] == "InvalidParameterCombinationException"


@pytest.mark.parametrize(
    ("kind", "call"), [("resume-processing", "resume"), ("reload-target", "reload")]
)
def test_stopping_and_going_on(
    dms: DatabaseMigrationServiceClient, replication: FakeReplication, kind: str, call: str
) -> None:
    running(dms)
    with pytest.raises(dms.exceptions.InvalidResourceStateFault):
        start(dms, kind)
    replication.go_on.clear()
    dms.stop_replication_task(ReplicationTaskArn=RESOURCES.task_arn)
    assert described(dms)["Status"] == "stopping"
    replication.go_on.set()
    wait_for(lambda: described(dms)["Status"] == "stopped")
    assert described(dms)["StopReason"] == "Stop Reason NORMAL"
    with pytest.raises(dms.exceptions.InvalidResourceStateFault):
        dms.stop_replication_task(ReplicationTaskArn=RESOURCES.task_arn)
    with pytest.raises(dms.exceptions.ClientError, match="for the first time"):
        start(dms)

    start(dms, kind)
    wait_for(lambda: described(dms)["Status"] == "running")
    assert replication.calls == ["begin", "halt", call]
    assert "StopReason" not in described(dms)


def test_a_start_that_fails(
    dms: DatabaseMigrationServiceClient, replication: FakeReplication
) -> None:
    check_both(dms)
    replication.refusal = "the source database: wal_level is replica"
    start(dms)

    wait_for(lambda: described(dms)["Status"] == "failed")

    found = described(dms)
    assert found["LastFailureMessage"] == "the source database: wal_level is replica"
    assert found["StopReason"] == "Stop Reason FATAL_ERROR"


def test_changes_that_can_not_be_applied_fail_the_task(
    dms: DatabaseMigrationServiceClient, replication: FakeReplication
) -> None:
    running(dms)
    replication.progress = replace(replication.progress, failure="duplicate key")

    wait_for(lambda: described(dms)["Status"] == "failed")

    assert described(dms)["LastFailureMessage"] == "duplicate key"
    assert replication.calls == ["begin", "halt"]
    replication.progress = replace(replication.progress, failure=None)
    start(dms, "resume-processing")
    wait_for(lambda: described(dms)["Status"] == "running")


def test_databases_that_do_not_answer_are_not_shown_as_they_were(
    dms: DatabaseMigrationServiceClient, replication: FakeReplication
) -> None:
    running(dms)
    assert described(dms)["ReplicationTaskStats"]["TablesLoaded"] == 1
    replication.refusal = "the target database: gone"

    wait_for(lambda: "TablesLoaded" not in described(dms)["ReplicationTaskStats"])


def test_table_statistics_in_pages(
    dms: DatabaseMigrationServiceClient, replication: FakeReplication
) -> None:
    tables = tuple(table(number, "Table completed") for number in range(45))
    replication.progress = replace(replication.progress, tables=tables)
    running(dms)

    pages = dms.get_paginator("describe_table_statistics").paginate(
        ReplicationTaskArn=RESOURCES.task_arn, PaginationConfig={"PageSize": 20}
    )

    sizes, rows = [], []
    for page in pages:
        sizes.append(len(page["TableStatistics"]))
        rows += page["TableStatistics"]
    assert sizes == [20, 20, 5]
    assert [row["TableName"] for row in rows] == [f"t{number}" for number in range(45)]
    assert {row["TableState"] for row in rows} == {"Table completed"}
    assert {row["ValidationState"] for row in rows} == {"Not enabled"}
    assert rows[44]["FullLoadRows"] == 44


def test_filters_and_what_does_not_exist(dms: DatabaseMigrationServiceClient) -> None:
    found = dms.describe_replication_tasks(
        Filters=[{"Name": "replication-task-arn", "Values": [RESOURCES.task_arn]}],
        WithoutSettings=True,
    )["ReplicationTasks"]
    assert "ReplicationTaskSettings" not in found[0]

    missing = RESOURCES.task_arn + "X"
    with pytest.raises(dms.exceptions.ResourceNotFoundFault):
        dms.describe_replication_tasks(
            Filters=[{"Name": "replication-task-arn", "Values": [missing]}]
        )
    with pytest.raises(dms.exceptions.ResourceNotFoundFault):
        dms.describe_table_statistics(ReplicationTaskArn=missing)
    with pytest.raises(dms.exceptions.ResourceNotFoundFault):
        dms.stop_replication_task(ReplicationTaskArn=missing)


def test_the_instance(dms: DatabaseMigrationServiceClient) -> None:
    [instance] = dms.describe_replication_instances()["ReplicationInstances"]

    assert instance["ReplicationInstanceIdentifier"] == RESOURCES.instance_identifier
    assert (instance["ReplicationInstanceStatus"], instance["EngineVersion"]) == (
        "available",
        "3.6.1",
    )


def test_deleting_takes_the_replication_away(
    dms: DatabaseMigrationServiceClient, replication: FakeReplication
) -> None:
    running(dms)
    with pytest.raises(dms.exceptions.InvalidResourceStateFault):
        dms.delete_replication_task(ReplicationTaskArn=RESOURCES.task_arn)
    stop(dms)

    dms.delete_replication_task(ReplicationTaskArn=RESOURCES.task_arn)

    assert replication.calls[-1] == "remove"
    assert described(dms)["Status"] == "ready"


def test_the_waiters_of_boto3_work(dms: DatabaseMigrationServiceClient) -> None:
    check_both(dms)
    wait: Any = {"Delay": 1, "MaxAttempts": 5}
    own: Any = [{"Name": "replication-task-arn", "Values": [RESOURCES.task_arn]}]
    dms.get_waiter("test_connection_succeeds").wait(WaiterConfig=wait)
    dms.get_waiter("replication_task_ready").wait(Filters=own, WaiterConfig=wait)
    start(dms)
    wait_for(lambda: described(dms)["Status"] == "running")
    dms.get_waiter("replication_task_running").wait(Filters=own, WaiterConfig=wait)


def test_an_operation_that_is_not_stood_in_for_says_so(dms: DatabaseMigrationServiceClient) -> None:
    with pytest.raises(dms.exceptions.ClientError, match="not part of the stand-in"):
        dms.describe_account_attributes()


def test_metrics_have_both_dimensions_and_end_with_the_task(
    replication: FakeReplication, task: DmsTask
) -> None:
    with mock_aws():
        cloudwatch = boto3.client("cloudwatch", region_name=REGION)
        lag = ("CDCLatencySource", "CDCLatencyTarget")
        cloudwatch.put_metric_alarm(
            AlarmName="lag",
            MetricName=lag[0],
            Namespace="AWS/DMS",
            EvaluationPeriods=1,
            ComparisonOperator="GreaterThanThreshold",
            Threshold=3.0,
        )
        publisher = MetricsPublisher(
            task,
            cloudwatch,
            period_seconds=3600,
            alarms=[WatchedSum(alarm_name="lag", metric_names=lag, threshold=3.0)],
        )
        assert publisher.publish() == {}, "the task does not run"
        run_directly(task)

        assert publisher.publish() == {
            "CDCLatencySource": 1.5,
            "CDCLatencyTarget": 2.0,
            "CDCIncomingChanges": 7.0,
        }
        found = cloudwatch.get_metric_statistics(
            Namespace="AWS/DMS",
            MetricName="CDCLatencyTarget",
            Dimensions=[
                {"Name": "ReplicationInstanceIdentifier", "Value": "rehearsal-instance"},
                {"Name": "ReplicationTaskIdentifier", "Value": "ABCDEF"},
            ],
            StartTime=datetime.now(UTC) - timedelta(minutes=1),
            EndTime=datetime.now(UTC) + timedelta(minutes=1),
            Period=60,
            Statistics=["Maximum"],
        )["Datapoints"]
        assert [point["Maximum"] for point in found] == [2.0]

        def alarm() -> tuple[str, str]:
            [one] = cloudwatch.describe_alarms(AlarmNames=["lag"])["MetricAlarms"]
            return one["StateValue"], one["StateReason"]

        state, reason = alarm()
        assert state == "ALARM"
        assert reason == "CDCLatencySource = 1.5, CDCLatencyTarget = 2.0; threshold 3"

        replication.progress = replace(replication.progress, target_latency_seconds=0.0)
        task.progress(at_most_seconds_old=0)
        publisher.publish()
        assert alarm()[0] == "OK"

        replication.refusal = "the target database: gone"
        task.progress(at_most_seconds_old=0)
        assert publisher.publish() == {}, "what can't be seen is not published"
        replication.refusal = None
        task.progress(at_most_seconds_old=0)
        task.stop()
        wait_for(lambda: task.status == "stopped")
        assert publisher.publish() == {}
        publisher.close()


def run_directly(task: DmsTask) -> None:
    task.test_connection("source")
    task.test_connection("target")
    wait_for(lambda: [status for status, _ in task.connections.values()] == ["successful"] * 2)
    task.start("start-replication")
    wait_for(lambda: task.status == "running")
