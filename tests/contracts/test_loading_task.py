"""cutover.ports.ReplicationTask while it loads, Connections and Assessment: on memory, on the stand-in, by Stubber."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import boto3
import pytest
from botocore.config import Config
from botocore.stub import Stubber

from cutover.adapters.dms import DmsReplicationTask
from cutover.adapters.dms_checks import DmsAssessment, DmsConnections
from cutover.adapters.memory import (
    MemoryAssessment,
    MemoryConnections,
    MemoryReplicationTask,
)
from cutover.errors import BadInput, ServiceUnavailable, StartRefused
from cutover.observations import ConnectionState, ReplicationStatus, TableProgress
from cutover.ports import Assessment, Connections, ReplicationTask
from rehearsal.aws.dms import DmsResources, NoConnection, ReadingPaused
from tests.contracts.engine_support import wait_for
from tests.contracts.test_dms_behaviour import COMPLETED, Dms
from tests.contracts.test_replication_task import client

RESOURCES = DmsResources()
ARN = RESOURCES.task_arn
ROLE = "arn:aws:iam::123456789012:role/assess"


@dataclass(frozen=True)
class Loading:
    """A task that loads and never ran, with two tables."""

    task: ReplicationTask
    asked: Callable[[], list[str]]
    """What had an effect."""

    def reaches(self, status: str) -> ReplicationStatus:
        wait_for(lambda: self.task.status().status == status)
        return self.task.status()


@pytest.fixture
def dms() -> Iterator[Dms]:
    stood_in = Dms(RESOURCES)
    stood_in.replication.progress = replace(stood_in.replication.progress, tables=COMPLETED)
    yield stood_in
    stood_in.close()


def in_memory() -> Loading:
    tables = tuple(
        TableProgress(name=f"public.t{number}", state="Table completed", validation="Validated")
        for number in (1, 2)
    )
    task = MemoryReplicationTask(answer=ReplicationStatus(status="ready", tables=tables))
    words = {"load": "begin", "stop": "halt", "load anew": "reload"}
    return Loading(task, lambda: [words.get(each, each) for each in task.asked])


@pytest.fixture(params=["memory", "stand-in"])
def loading(request: pytest.FixtureRequest, dms: Dms) -> Loading:
    if request.param == "memory":
        return in_memory()
    dms.test_connections()
    task = DmsReplicationTask(dms.api, task_arn=ARN)
    return Loading(task, lambda: dms.replication.calls)


class TestLoadingTask:
    """cutover.ports.ReplicationTask: load, load_anew, reload, reading_paused."""

    def test_it_begins_once(self, loading: Loading) -> None:
        with pytest.raises(StartRefused):
            loading.task.load_anew()
        with pytest.raises(StartRefused):
            loading.task.resume()
        loading.task.load()
        assert loading.reaches("running").started
        loading.task.load()
        assert loading.asked() == ["begin"]
        loading.task.stop()
        loading.reaches("stopped")
        with pytest.raises(StartRefused, match="before"):
            loading.task.load()

    def test_it_loads_everything_anew_from_rest_only(self, loading: Loading) -> None:
        loading.task.load()
        loading.reaches("running")
        with pytest.raises(StartRefused):
            loading.task.load_anew()
        loading.task.stop()
        loading.reaches("stopped")
        loading.task.load_anew()
        loading.reaches("running")
        assert loading.asked() == ["begin", "halt", "reload"]

    def test_it_loads_tables_anew_while_it_runs(self, loading: Loading) -> None:
        with pytest.raises((StartRefused, BadInput)):
            loading.task.reload(("public.t1",))
        loading.task.load()
        loading.reaches("running")
        wait_for(lambda: len(loading.task.status().tables) == 2)
        with pytest.raises(BadInput, match=r"public\.nothing"):
            loading.task.reload(("public.t1", "public.nothing"))
        loading.task.reload(("public.t1", "public.t2"))
        wait_for(lambda: loading.asked()[-1] == "reload public.t1 public.t2")
        loading.task.stop()
        loading.reaches("stopped")
        with pytest.raises(StartRefused, match="while the task runs"):
            loading.task.reload(("public.t1",))

    def test_it_is_there(self, loading: Loading) -> None:
        assert loading.task.exists()

    def test_it_reads_unless_it_says_otherwise(self, loading: Loading) -> None:
        loading.task.load()
        loading.reaches("running")
        assert loading.task.reading_paused() == ""


def test_a_paused_reading_is_known_by_the_newest_event(dms: Dms) -> None:
    cured: list[bool] = []
    dms.running(*COMPLETED)
    task = DmsReplicationTask(dms.api, task_arn=ARN)
    dms.task.pause_reading(ReadingPaused(by="disk", cured=lambda: bool(cured)))
    assert task.reading_paused() == "Reading paused, disk usage limit reached."
    cured.append(True)
    wait_for(lambda: task.status().status == "running" and task.reading_paused() == "")


def test_what_the_statistics_say_of_a_table(dms: Dms) -> None:
    dms.running(*COMPLETED)
    found = DmsReplicationTask(dms.api, task_arn=ARN).status()
    assert found.migration_type == "full-load-and-cdc"
    assert [table.rows for table in found.tables] == [1, 2]
    assert {table.validation for table in found.tables} == {"Not enabled"}


def test_twenty_five_tables_are_three_requests() -> None:
    """DMS user guide, Reloading tables during a task: up to 10 tables."""
    dms = client()
    rows = [{"SchemaName": "public", "TableName": f"t{number:02}"} for number in range(25)]
    with Stubber(dms) as stub:
        stub.add_response(
            "describe_table_statistics", {"ReplicationTaskArn": ARN, "TableStatistics": rows}
        )
        task = {"ReplicationTaskArn": ARN, "Status": "running"}
        stub.add_response("describe_replication_tasks", {"ReplicationTasks": [task]})
        for first in (0, 10, 20):
            asked = {
                "ReplicationTaskArn": ARN,
                "TablesToReload": rows[first : first + 10],
                "ReloadOption": "data-reload",
            }
            stub.add_response("reload_tables", {"ReplicationTaskArn": ARN}, asked)
        names = tuple(f"public.{row['TableName']}" for row in rows)
        DmsReplicationTask(dms, task_arn=ARN).reload(names)
        stub.assert_no_pending_responses()


def test_the_requests_of_a_first_load_and_of_one_anew() -> None:
    """DMS API reference, StartReplicationTask."""
    dms = client()
    with Stubber(dms) as stub:
        for known, kind in (
            ({"Status": "ready"}, "start-replication"),
            (
                {"Status": "failed", "ReplicationTaskStartDate": datetime.now(UTC)},
                "reload-target",
            ),
        ):
            stub.add_response(
                "describe_replication_tasks",
                {"ReplicationTasks": [{"ReplicationTaskArn": ARN, **known}]},
            )
            stub.add_response(
                "start_replication_task",
                {},
                {"ReplicationTaskArn": ARN, "StartReplicationTaskType": kind},
            )
        task = DmsReplicationTask(dms, task_arn=ARN)
        task.load()
        task.load_anew()
        stub.assert_no_pending_responses()


def test_the_request_for_the_events_of_the_task() -> None:
    """DMS API reference, DescribeEvents: by identifier, of 14 days; in any order, so the date decides."""
    dms, now = client(), datetime.now(UTC)
    with Stubber(dms) as stub:
        task = {"ReplicationTaskArn": ARN, "ReplicationTaskIdentifier": "migration-dev"}
        stub.add_response("describe_replication_tasks", {"ReplicationTasks": [task]})
        stub.add_response(
            "describe_events",
            {
                "Events": [
                    {"Message": "Reading paused, swap files limit reached.", "Date": now},
                    {"Message": "Reading resumed.", "Date": now - timedelta(hours=1)},
                ]
            },
            {
                "SourceIdentifier": "migration-dev",
                "SourceType": "replication-task",
                "Duration": 20160,
            },
        )
        found = DmsReplicationTask(dms, task_arn=ARN).reading_paused()
        assert found == "Reading paused, swap files limit reached."


@pytest.fixture(params=["memory", "stand-in"])
def connections(request: pytest.FixtureRequest, dms: Dms) -> Connections:
    if request.param == "memory":
        return MemoryConnections()
    return DmsConnections(dms.api, task_arns=[ARN])


class TestConnections:
    """cutover.ports.Connections."""

    def test_every_endpoint_is_tested(self, connections: Connections) -> None:
        connections.test()
        wait_for(
            lambda: {each.state for each in connections.states()} == {ConnectionState.SUCCESSFUL}
        )
        assert len(connections.states()) == 2


def test_an_endpoint_that_was_never_tested_is_missing(dms: Dms) -> None:
    states = DmsConnections(dms.api, task_arns=[ARN]).states()
    assert [each.state for each in states] == [ConnectionState.MISSING] * 2


def test_a_test_that_goes_on_is_not_begun_again_and_a_failed_one_has_its_reason(dms: Dms) -> None:
    dms.task.plant_connection("target", NoConnection(message="no pg_hba.conf entry"))
    dms.task.swift.clear()
    connections = DmsConnections(dms.api, task_arns=[ARN])
    connections.test()
    assert [each.state for each in connections.states()] == [ConnectionState.TESTING] * 2
    connections.test()
    dms.task.swift.set()
    wait_for(lambda: connections.states()[1].state is ConnectionState.FAILED)
    assert connections.states()[1].failure == "no pg_hba.conf entry"


def test_a_task_that_dms_does_not_know_is_not_there_and_one_that_can_not_be_asked_about_is_not_known(
    dms: Dms,
) -> None:
    assert not DmsReplicationTask(dms.api, task_arn=ARN + "X").exists()
    nowhere = boto3.client(
        "dms",
        endpoint_url="http://127.0.0.1:1",
        config=Config(retries={"max_attempts": 0}, connect_timeout=1),
    )
    with pytest.raises(ServiceUnavailable):
        DmsReplicationTask(nowhere, task_arn=ARN).exists()


def test_a_task_that_dms_does_not_know_has_no_connections(dms: Dms) -> None:
    missing = DmsConnections(dms.api, task_arns=[ARN, ARN + "X"])
    with pytest.raises(ServiceUnavailable, match="knows no task"):
        missing.states()


@pytest.fixture(params=["memory", "stand-in"])
def assessment(request: pytest.FixtureRequest, dms: Dms) -> Assessment:
    if request.param == "memory":
        return MemoryAssessment()
    dms.test_connections()
    return DmsAssessment(dms.api, task_arn=ARN, role_arn=ROLE, bucket="results", folder="dev")


class TestAssessment:
    """cutover.ports.Assessment."""

    def test_a_run_is_begun_once_and_ends(self, assessment: Assessment) -> None:
        assert assessment.run("dev-1") is None
        assessment.begin("dev-1")
        assessment.begin("dev-1")
        wait_for(lambda: (run := assessment.run("dev-1")) is not None and run.status == "passed")


def test_what_did_not_pass_is_named_with_where_to_read_it(dms: Dms) -> None:
    dms.test_connections()
    dms.task.assessments.planted = {"postgresql-check-wal-level": "failed"}
    assessment = DmsAssessment(dms.api, task_arn=ARN, role_arn=ROLE, bucket="results", folder="dev")
    assessment.begin("dev-1")
    wait_for(lambda: (run := assessment.run("dev-1")) is not None and run.status == "failed")
    run = assessment.run("dev-1")
    assert run is not None
    assert run.bad == (("postgresql-check-wal-level", "failed"),)
    assert run.place == "s3://results/dev/dev-1"
    assert run.completed == run.total == 5


def test_an_assessment_of_a_running_task_is_refused(dms: Dms) -> None:
    dms.running(*COMPLETED)
    assessment = DmsAssessment(dms.api, task_arn=ARN, role_arn=ROLE, bucket="results")
    with pytest.raises(StartRefused, match="must be stopped"):
        assessment.begin("dev-1")


def test_the_request_of_an_assessment_and_its_pages() -> None:
    """DMS API reference, StartReplicationTaskAssessmentRun, DescribeReplicationTaskAssessmentRuns."""
    dms = client()
    with Stubber(dms) as stub:
        asked = {
            "ReplicationTaskArn": ARN,
            "ServiceAccessRoleArn": ROLE,
            "ResultLocationBucket": "results",
            "ResultLocationFolder": "dev",
            "AssessmentRunName": "dev-1",
        }
        stub.add_response("start_replication_task_assessment_run", {}, asked)
        by_task = [{"Name": "replication-task-arn", "Values": [ARN]}]
        stub.add_response(
            "describe_replication_task_assessment_runs",
            {"ReplicationTaskAssessmentRuns": [{"AssessmentRunName": "dev-0"}], "Marker": "1"},
            {"Filters": by_task},
        )
        found = {
            "AssessmentRunName": "dev-1",
            "Status": "passed",
            "ReplicationTaskAssessmentRunArn": "a",
        }
        stub.add_response(
            "describe_replication_task_assessment_runs",
            {"ReplicationTaskAssessmentRuns": [found]},
            {"Filters": by_task, "Marker": "1"},
        )
        stub.add_response(
            "describe_replication_task_individual_assessments",
            {"ReplicationTaskIndividualAssessments": []},
            {"Filters": [{"Name": "replication-task-assessment-run-arn", "Values": ["a"]}]},
        )
        assessment = DmsAssessment(dms, task_arn=ARN, role_arn=ROLE, bucket="results", folder="dev")
        assessment.begin("dev-1")
        run = assessment.run("dev-1")
        assert run is not None
        assert run.status == "passed"
        stub.assert_no_pending_responses()
