"""The DMS stand-in where it matters to `replicate`: each test names the source of the behaviour it describes.

API: DMS API reference. Guide: DMS user guide. test_dms_stand_in.py has the plain life of a task.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from rehearsal.aws.dms import (
    Breakdown,
    DmsResources,
    DmsServer,
    DmsTask,
    Events,
    NoConnection,
    ReadingPaused,
    TableTrouble,
)
from rehearsal.aws.dms.events import STOPPED, as_event
from tests.contracts.engine_support import wait_for
from tests.contracts.test_dms_stand_in import FakeReplication, table
from tests.contracts.test_replication_task import client

if TYPE_CHECKING:
    from rehearsal.aws.dms.replication import Side

RESOURCES = DmsResources(
    task_settings={
        "FullLoadSettings": {
            "TargetTablePrepMode": "DO_NOTHING",
            "StopTaskCachedChangesApplied": True,
        },
        "ValidationSettings": {"EnableValidation": True},
    }
)
ARN = RESOURCES.task_arn
COMPLETED = (table(1, "Table completed"), table(2, "Table completed"))
LOADING = (table(1, "Table completed"), table(2, "Full load"))


class Dms:
    """A task over a replication that the test leads, and its API."""

    def __init__(self, resources: DmsResources = RESOURCES) -> None:
        self.sent: list[dict[str, Any]] = []
        self.replication = FakeReplication()
        self.task = DmsTask(self.replication, resources, told=Events(self.sent.append))
        self._server = DmsServer(self.task)
        self.api: Any = client(self._server.endpoint)

    def close(self) -> None:
        self.replication.go_on.set()
        self.task.swift.set()
        self._server.close()

    def shown(self) -> dict[str, Any]:
        (found,) = self.api.describe_replication_tasks()["ReplicationTasks"]
        return dict(found)

    def reaches(self, status: str) -> dict[str, Any]:
        wait_for(lambda: self.shown()["Status"] == status)
        return self.shown()

    def tables(self) -> dict[str, dict[str, Any]]:
        rows = self.api.describe_table_statistics(ReplicationTaskArn=ARN)["TableStatistics"]
        return {row["TableName"]: row for row in rows}

    def test_connections(self) -> None:
        sides: tuple[Side, Side] = ("source", "target")
        for side in sides:
            self.api.test_connection(
                ReplicationInstanceArn=RESOURCES.instance_arn,
                EndpointArn=RESOURCES.endpoint_arn(side),
            )
        wait_for(lambda: "testing" not in {status for status, _ in self.task.connections.values()})

    def start(self, kind: str = "start-replication") -> None:
        self.api.start_replication_task(ReplicationTaskArn=ARN, StartReplicationTaskType=kind)

    def running(self, *tables: Any) -> None:
        self.replication.progress = replace(self.replication.progress, tables=tables or LOADING)
        self.test_connections()
        self.start()
        self.reaches("running")

    def refused(self, name: str, match: str, call: str, **given: Any) -> None:
        with pytest.raises(self.api.exceptions.ClientError, match=match) as told:
            getattr(self.api, call)(**given)
        assert told.value.response["Error"]["Code"] == name


@pytest.fixture
def dms() -> Iterator[Dms]:
    stood_in = Dms()
    yield stood_in
    stood_in.close()


def test_a_load_stops_once_its_cached_changes_are_applied(dms: Dms) -> None:
    """Guide, Full-load task settings, StopTaskCachedChangesApplied; API, ReplicationTask.StopReason."""
    dms.running(*LOADING)
    dms.replication.progress = replace(dms.replication.progress, tables=COMPLETED)
    found = dms.reaches("stopped")
    assert found["StopReason"] == "Stop Reason STOPPED_AFTER_CACHED_EVENTS"
    assert found["ReplicationTaskStats"]["FullLoadProgressPercent"] == 100
    assert "FullLoadFinishDate" in found["ReplicationTaskStats"]
    assert dms.replication.calls == ["begin", "halt"]
    dms.start("resume-processing")
    dms.reaches("running")
    assert dms.shown()["Status"] == "running", "a load is over once only"


@pytest.mark.parametrize(
    ("settings", "kind", "reason"),
    [
        (
            {"StopTaskCachedChangesNotApplied": True},
            "full-load-and-cdc",
            "Stop Reason STOPPED_AFTER_FULL_LOAD",
        ),
        ({}, "full-load", "Stop Reason FULL_LOAD_ONLY_FINISHED"),
        ({}, "full-load-and-cdc", None),
    ],
)
def test_where_a_load_stops_is_said_by_settings_and_type(
    settings: dict[str, bool], kind: Any, reason: str | None
) -> None:
    """API, ReplicationTask.StopReason: STOPPED_AFTER_FULL_LOAD has cached changes not applied."""
    dms = Dms(DmsResources(migration_type=kind, task_settings={"FullLoadSettings": settings}))
    dms.running(*LOADING)
    dms.replication.progress = replace(dms.replication.progress, tables=COMPLETED)
    found = dms.reaches("stopped" if reason else "running")
    assert found.get("StopReason") == reason
    dms.close()


def test_a_load_that_was_stopped_by_hand_goes_on_and_then_stops_by_itself(dms: Dms) -> None:
    """API, StartReplicationTask: resume-processing loads what was not loaded yet."""
    dms.running(*LOADING)
    dms.api.stop_replication_task(ReplicationTaskArn=ARN)
    assert dms.reaches("stopped")["StopReason"] == "Stop Reason NORMAL"
    dms.start("resume-processing")
    dms.reaches("running")
    dms.replication.progress = replace(dms.replication.progress, tables=COMPLETED)
    assert dms.reaches("stopped")["StopReason"] == "Stop Reason STOPPED_AFTER_CACHED_EVENTS"


@pytest.mark.parametrize("status", ["running", "starting", "modifying", "testing"])
def test_no_start_on_the_way(dms: Dms, status: str) -> None:
    """API, StartReplicationTask, InvalidResourceStateFault; the words: hashicorp/terraform-provider-aws#46516."""
    dms.test_connections()
    dms.task.status = status
    dms.refused(
        "InvalidResourceStateFault",
        "Replication Task cannot be started, invalid state",
        "start_replication_task",
        ReplicationTaskArn=ARN,
        StartReplicationTaskType="start-replication",
    )


def test_a_running_task_is_not_modified(dms: Dms) -> None:
    """API, ModifyReplicationTask: it must be stopped; the words: ministryofjustice/cloud-platform-environments#6529."""
    dms.running()
    dms.refused(
        "InvalidResourceStateFault",
        "cannot be modified while it is running state",
        "modify_replication_task",
        ReplicationTaskArn=ARN,
        TableMappings="{}",
    )


def test_a_modified_task_comes_back_to_where_it_was(dms: Dms) -> None:
    """API, ReplicationTask.Status, modifying; Guide, Modifying a task: settings that are not named stay."""
    dms.task.swift.clear()
    settings = {"FullLoadSettings": {"MaxFullLoadSubTasks": 4}}
    answer = dms.api.modify_replication_task(
        ReplicationTaskArn=ARN, ReplicationTaskSettings=json.dumps(settings)
    )
    assert answer["ReplicationTask"]["Status"] == dms.shown()["Status"] == "modifying"
    dms.task.swift.set()
    found = json.loads(dms.reaches("ready")["ReplicationTaskSettings"])
    assert found["FullLoadSettings"]["MaxFullLoadSubTasks"] == 4
    assert found["FullLoadSettings"]["StopTaskCachedChangesApplied"] is True


def test_a_table_is_loaded_again_while_the_others_go_on(dms: Dms) -> None:
    """API, ReloadTables, and TableStatistics.TableState: Table is being reloaded."""
    dms.running(*LOADING)
    dms.replication.go_on.clear()
    one = [{"SchemaName": "public", "TableName": "t1"}]
    dms.api.reload_tables(ReplicationTaskArn=ARN, TablesToReload=one)
    dms.replication.progress = replace(
        dms.replication.progress, tables=(table(1, "Before load"), table(2, "Table completed"))
    )
    dms.replication.go_on.set()
    wait_for(lambda: dms.tables()["t1"]["TableState"] == "Table is being reloaded")
    assert dms.shown()["Status"] == "running"
    assert dms.shown()["ReplicationTaskStats"]["TablesLoading"] == 1
    assert dms.replication.calls[-1] == "reload public.t1", "with DO_NOTHING nobody empties it"
    dms.replication.progress = replace(dms.replication.progress, tables=COMPLETED)
    wait_for(lambda: dms.tables()["t1"]["TableState"] == "Table completed")


def test_tables_are_reloaded_while_the_task_runs_only(dms: Dms) -> None:
    """API, ReloadTables: "only [...] with a task in the RUNNING state"; Guide, Reloading tables: ten, each once."""
    one = {"SchemaName": "public", "TableName": "t1"}
    asked: dict[str, Any] = {"ReplicationTaskArn": ARN, "TablesToReload": [one]}
    dms.refused("InvalidResourceStateFault", "running", "reload_tables", **asked)
    dms.running()
    many = [{"SchemaName": "public", "TableName": f"t{number}"} for number in range(11)]
    for tables in ([one, one], many):
        asked = {"ReplicationTaskArn": ARN, "TablesToReload": tables}
        dms.refused("InvalidParameterValueException", "1 to 10 tables", "reload_tables", **asked)


def test_with_truncate_before_load_the_table_is_emptied(dms: Dms) -> None:
    """Guide, Reloading tables: DMS applies the TargetTablePrepMode setting before reloading the table."""
    dms.task.settings["FullLoadSettings"]["TargetTablePrepMode"] = "TRUNCATE_BEFORE_LOAD"
    dms.running()
    one = [{"SchemaName": "public", "TableName": "t1"}]
    dms.api.reload_tables(ReplicationTaskArn=ARN, TablesToReload=one)
    wait_for(lambda: "reload public.t1 emptied" in dms.replication.calls)


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        ("failed", "FATAL_ERROR"),
        ("stopped", "RECOVERABLE_ERROR"),
        ("stopped", "STOPPED_DUE_TO_LOW_MEMORY"),
        ("stopped", "STOPPED_DUE_TO_LOW_DISK"),
        ("stopped", "RECYCLE_TASK"),
    ],
)
def test_a_planted_end_comes_back_until_it_is_cured(dms: Dms, status: Any, reason: str) -> None:
    """API, ReplicationTask.Status and StopReason."""
    cured: list[bool] = []
    dms.running()
    dms.task.plant(
        Breakdown(status=status, stop_reason=f"Stop Reason {reason}", cured=lambda: bool(cured))
    )
    assert dms.shown()["StopReason"] == f"Stop Reason {reason}"
    dms.start("resume-processing")
    wait_for(lambda: dms.replication.calls.count("resume") == 1 and dms.shown()["Status"] == status)
    cured.append(True)
    dms.start("resume-processing")
    assert "StopReason" not in dms.reaches("running")


def test_a_table_in_error_leaves_the_task_running(dms: Dms) -> None:
    """API, TableStatistics.TableState; Guide, Error handling, SUSPEND_TABLE: "The task continues but data from the
    table with the error record is moved into an error state"."""
    cured: list[bool] = []
    dms.running(*COMPLETED[:1], table(2, "Full load"))
    trouble = TableTrouble(state="Table error", cured=lambda: bool(cured))
    dms.task.plant_table(("public", "t1"), trouble)
    assert dms.tables()["t1"]["TableState"] == "Table error"
    assert dms.tables()["t1"]["ValidationState"] == "Table error"
    assert dms.shown()["Status"] == "running"
    assert dms.shown()["ReplicationTaskStats"]["TablesErrored"] == 1
    one = [{"SchemaName": "public", "TableName": "t1"}]
    dms.api.reload_tables(ReplicationTaskArn=ARN, TablesToReload=one)
    assert dms.tables()["t1"]["TableState"] == "Table error"
    cured.append(True)
    dms.api.reload_tables(ReplicationTaskArn=ARN, TablesToReload=one)
    wait_for(lambda: dms.tables()["t1"]["TableState"] == "Table completed")


def test_validation_compares_rows_once_a_table_is_loaded(dms: Dms) -> None:
    """API, TableStatistics.ValidationState; Guide, Data validation: it begins after the full load of a table."""
    dms.replication.different = {("public", "t1")}
    dms.running(*LOADING)
    assert dms.tables()["t1"]["ValidationState"] == "Pending records"
    assert dms.tables()["t2"]["ValidationState"] == "Pending validation"
    dms.replication.different = set()
    assert dms.tables()["t1"]["ValidationState"] == "Validated"
    mismatch = TableTrouble(validation="Mismatched records", failed=3)
    dms.task.plant_table(("public", "t1"), mismatch)
    row = dms.tables()["t1"]
    assert (row["ValidationState"], row["ValidationFailedRecords"]) == ("Mismatched records", 3)


def test_a_connection_that_fails_is_told_with_its_reason(dms: Dms) -> None:
    """API, TestConnection and Connection: testing, successful, failed, LastFailureMessage."""
    cured: list[bool] = []
    dms.task.plant_connection("source", NoConnection(message="no route", cured=lambda: bool(cured)))
    dms.task.swift.clear()
    dms.api.test_connection(
        ReplicationInstanceArn=RESOURCES.instance_arn, EndpointArn=RESOURCES.endpoint_arn("source")
    )
    (found,) = dms.api.describe_connections()["Connections"]
    assert found["Status"] == "testing"
    dms.task.swift.set()
    wait_for(lambda: dms.api.describe_connections()["Connections"][0]["Status"] == "failed")
    assert dms.api.describe_connections()["Connections"][0]["LastFailureMessage"] == "no route"
    cured.append(True)
    dms.test_connections()
    assert {each["Status"] for each in dms.api.describe_connections()["Connections"]} == {
        "successful"
    }


@pytest.mark.parametrize(
    ("by", "event", "words"),
    [
        ("swap", "DMS-EVENT-0091", "Reading paused, swap files limit reached."),
        ("disk", "DMS-EVENT-0092", "Reading paused, disk usage limit reached."),
    ],
)
def test_reading_that_is_paused_shows_in_events_alone(
    dms: Dms, by: Any, event: str, words: str
) -> None:
    """Guide, event messages of replication tasks: 0091, 0092, 0093; API, DescribeEvents."""
    cured: list[bool] = []
    dms.running()
    dms.task.pause_reading(ReadingPaused(by=by, cured=lambda: bool(cured)))
    assert dms.shown()["Status"] == "running"
    assert dms.replication.calls[-1] == "halt"
    assert dms.sent[-1]["detail"]["eventId"] == event
    told = dms.api.describe_events(
        SourceType="replication-task", SourceIdentifier=RESOURCES.task_identifier
    )["Events"]
    assert told[-1]["Message"] == words
    assert told[-1]["EventCategories"] == ["state change"]
    cured.append(True)
    wait_for(lambda: dms.shown() and dms.sent[-1]["detail"]["eventId"] == "DMS-EVENT-0093")
    assert dms.replication.calls[-1] == "resume"


def test_events_are_sent_in_the_form_of_the_service(dms: Dms) -> None:
    """Guide, Working with Amazon EventBridge events; detailMessage of a stop: "Stop Reason ...", as the rules of
    ministryofjustice/modernisation-platform-environments match it."""
    dms.running(*LOADING)
    dms.replication.progress = replace(dms.replication.progress, tables=COMPLETED)
    dms.reaches("stopped")
    started, stopped = dms.sent
    assert started["source"] == "aws.dms"
    assert started["detail-type"] == "DMS Replication Task State Change"
    assert started["resources"] == [ARN]
    assert set(started["detail"]) == {
        "type",
        "category",
        "eventType",
        "eventId",
        "resourceLink",
        "detailMessage",
    }
    assert started["detail"]["eventType"] == "REPLICATION_TASK_STARTED"
    assert started["detail"]["eventId"] == "DMS-EVENT-0069"
    assert stopped["detail"]["type"] == "REPLICATION_TASK"
    assert stopped["detail"]["category"] == "StateChange"
    assert stopped["detail"]["eventId"] == "DMS-EVENT-0079"
    assert stopped["detail"]["detailMessage"] == "Stop Reason STOPPED_AFTER_CACHED_EVENTS"
    instance = as_event(STOPPED, source="replication-instance", arn="arn")
    assert instance["detail-type"] == "DMS Replication Instance State Change"


def test_a_failure_is_an_event_of_its_own_category(dms: Dms) -> None:
    """Guide, event messages of replication tasks: 0078, Failure."""
    dms.test_connections()
    dms.replication.refusal = "wal_level is replica"
    dms.start()
    dms.reaches("failed")
    assert dms.sent[-1]["detail"]["eventId"] == "DMS-EVENT-0078"
    assert dms.sent[-1]["detail"]["category"] == "Failure"
    failures = dms.api.describe_events(EventCategories=["failure"])["Events"]
    assert [each["Message"] for each in failures] == ["wal_level is replica"]


def test_an_assessment_has_its_states_and_the_task_is_testing(dms: Dms) -> None:
    """API, StartReplicationTaskAssessmentRun, ReplicationTaskAssessmentRun.Status, ReplicationTask.Status testing."""
    stored: dict[tuple[str, str], str] = {}
    dms.task.assessments.store = lambda bucket, key, text: stored.update({(bucket, key): text})
    asked = {
        "ReplicationTaskArn": ARN,
        "ServiceAccessRoleArn": "arn:aws:iam::123456789012:role/assess",
        "ResultLocationBucket": "results",
        "ResultLocationFolder": "dev",
        "AssessmentRunName": "first",
    }
    refused = "start_replication_task_assessment_run"
    dms.refused("InvalidResourceStateFault", "successful connections", refused, **asked)
    dms.test_connections()
    dms.task.swift.clear()
    dms.task.assessments.planted = {"postgresql-check-wal-level": "warning"}
    answer = dms.api.start_replication_task_assessment_run(**asked)["ReplicationTaskAssessmentRun"]
    assert (answer["Status"], dms.shown()["Status"]) == ("starting", "testing")
    dms.task.swift.set()
    dms.reaches("ready")
    by_task = [{"Name": "replication-task-arn", "Values": [ARN]}]
    (run,) = dms.api.describe_replication_task_assessment_runs(Filters=by_task)[
        "ReplicationTaskAssessmentRuns"
    ]
    assert run["Status"] == "warning"
    assert run["ResultStatistic"]["Warning"] == 1
    progress = run["AssessmentProgress"]
    assert progress["IndividualAssessmentCount"] == progress["IndividualAssessmentCompletedCount"]
    assert ("results", "dev/first/postgresql-check-wal-level.json") in stored
    by_run = [
        {
            "Name": "replication-task-assessment-run-arn",
            "Values": [run["ReplicationTaskAssessmentRunArn"]],
        }
    ]
    every = dms.api.describe_replication_task_individual_assessments(Filters=by_run)[
        "ReplicationTaskIndividualAssessments"
    ]
    assert {each["Status"] for each in every} == {"passed", "warning"}
    dms.refused("ResourceAlreadyExistsFault", "first", refused, **asked)


def test_a_failed_assessment_names_what_failed(dms: Dms) -> None:
    """API, ReplicationTaskAssessmentRun.Status: failed, "at least one individual assessment"."""
    dms.test_connections()
    dms.task.assessments.planted = {"postgresql-check-wal-level": "failed"}
    dms.api.start_replication_task_assessment_run(
        ReplicationTaskArn=ARN,
        ServiceAccessRoleArn="arn:aws:iam::123456789012:role/assess",
        ResultLocationBucket="results",
        AssessmentRunName="second",
    )
    dms.reaches("ready")
    (run,) = dms.api.describe_replication_task_assessment_runs()["ReplicationTaskAssessmentRuns"]
    assert run["Status"] == "failed"
    assert "postgresql-check-wal-level" in run["LastFailureMessage"]


def test_a_larger_instance_is_one_from_then_on(dms: Dms) -> None:
    """API, ModifyReplicationInstance; Guide, event messages of replication instances: 0014, 0017."""
    dms.api.modify_replication_instance(
        ReplicationInstanceArn=RESOURCES.instance_arn,
        ReplicationInstanceClass="dms.r6i.xlarge",
        AllocatedStorage=200,
        ApplyImmediately=True,
    )
    (found,) = dms.api.describe_replication_instances()["ReplicationInstances"]
    assert found["ReplicationInstanceClass"] == "dms.r6i.xlarge"
    assert found["AllocatedStorage"] == 200
    assert [each["detail"]["eventId"] for each in dms.sent] == ["DMS-EVENT-0014", "DMS-EVENT-0017"]


def test_pages_have_twenty_rows_at_least(dms: Dms) -> None:
    """API, MaxRecords of the describing operations: minimum 20, maximum 100; of table statistics 500."""
    dms.running(*(table(number, "Full load") for number in range(30)))
    few: dict[str, Any] = {"ReplicationTaskArn": ARN, "MaxRecords": 19}
    dms.refused("InvalidParameterValueException", "MaxRecords", "describe_table_statistics", **few)
    page = dms.api.describe_table_statistics(ReplicationTaskArn=ARN, MaxRecords=20)
    assert len(page["TableStatistics"]) == 20
    rest = dms.api.describe_table_statistics(
        ReplicationTaskArn=ARN, MaxRecords=20, Marker=page["Marker"]
    )
    assert len(rest["TableStatistics"]) == 10
    assert "Marker" not in rest
