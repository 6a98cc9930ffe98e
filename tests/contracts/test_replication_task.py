"""cutover.ports.ReplicationTask: one suite on memory and on the stand-in's API; the requests to DMS."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from cutover.adapters.dms import DmsReplicationTask
from cutover.adapters.memory import MemoryReplicationTask
from cutover.errors import ServiceUnavailable, StartRefused
from cutover.observations import ReplicationStatus
from cutover.ports import ReplicationTask
from rehearsal.aws.dms import DmsResources, DmsServer, DmsTask
from rehearsal.aws.invoker import REGION
from tests.contracts.engine_support import wait_for
from tests.contracts.test_dms_stand_in import FakeReplication

RESOURCES = DmsResources(migration_type="cdc")
ARN = RESOURCES.task_arn


@dataclass(frozen=True)
class Followed:
    """A task of the type cdc that never ran, and ways to lead what it stands for."""

    task: ReplicationTask
    asked: Callable[[], list[str]]
    """What had an effect."""
    hang: Callable[[], None]
    """The next change of state does not end until let_go."""
    let_go: Callable[[], None]

    def reaches(self, status: str) -> ReplicationStatus:
        wait_for(lambda: self.task.status().status == status)
        return self.task.status()


def client(endpoint: str | None = None) -> Any:
    return boto3.client(
        "dms",
        region_name=REGION,
        endpoint_url=endpoint,
        aws_access_key_id="x",
        aws_secret_access_key="x",
    )


def in_memory() -> Followed:
    task = MemoryReplicationTask(answer=ReplicationStatus(status="ready"))
    words = {"stop": "halt", "resume": "resume"}
    return Followed(
        task,
        lambda: [words.get(each, each.replace("start at", "begin")) for each in task.asked],
        lambda: None,
        lambda: None,
    )


@pytest.fixture(params=["memory", "stand-in"])
def followed(request: pytest.FixtureRequest) -> Iterator[Followed]:
    if request.param == "memory":
        yield in_memory()
        return
    replication = FakeReplication()
    task = DmsTask(replication, RESOURCES)
    task.test_connection("source")
    task.test_connection("target")
    wait_for(lambda: [status for status, _ in task.connections.values()] == ["successful"] * 2)
    server = DmsServer(task)
    yield Followed(
        DmsReplicationTask(client(server.endpoint), task_arn=ARN),
        lambda: replication.calls,
        replication.go_on.clear,
        replication.go_on.set,
    )
    replication.go_on.set()
    server.close()


class TestReplicationTask:
    """cutover.ports.ReplicationTask."""

    def test_a_task_that_never_ran(self, followed: Followed) -> None:
        now = followed.task.status()
        assert (now.status, now.started, now.start_position) == ("ready", False, "")
        with pytest.raises(StartRefused, match="never run"):
            followed.task.resume()
        followed.task.stop()
        assert followed.task.status().status == "ready"
        assert followed.asked() == []

    def test_it_starts_at_a_position_once(self, followed: Followed) -> None:
        followed.task.start_at("0/AB")
        now = followed.reaches("running")
        assert (now.started, now.start_position) == (True, "0/AB")
        followed.task.start_at("0/AB")
        followed.task.resume()
        assert followed.asked() == ["begin 0/AB"]
        with pytest.raises(StartRefused):
            followed.task.start_at("0/AC")
        assert followed.task.status().start_position == "0/AB"

    def test_it_stops_once_and_goes_on(self, followed: Followed) -> None:
        followed.task.start_at("0/AB")
        followed.reaches("running")
        followed.task.stop()
        now = followed.reaches("stopped")
        assert (now.started, now.stop_reason) == (True, "Stop Reason NORMAL")
        followed.task.stop()
        followed.task.resume()
        now = followed.reaches("running")
        assert (now.stop_reason, now.start_position) == ("", "0/AB")
        assert followed.asked() == ["begin 0/AB", "halt", "resume"]

    def test_a_stopped_task_starts_anew_elsewhere(self, followed: Followed) -> None:
        followed.task.start_at("0/AB")
        followed.reaches("running")
        followed.task.stop()
        followed.reaches("stopped")
        followed.task.start_at("0/CD")
        assert followed.reaches("running").start_position == "0/CD"
        assert followed.asked() == ["begin 0/AB", "halt", "begin 0/CD"]


@pytest.mark.parametrize("followed", ["stand-in"], indirect=True)
def test_the_state_on_its_way_is_named(followed: Followed) -> None:
    followed.hang()
    followed.task.start_at("0/AB")
    followed.task.start_at("0/AB")
    followed.task.resume()
    with pytest.raises(ServiceUnavailable, match="stopping the replication task: it is starting"):
        followed.task.stop()
    followed.let_go()
    followed.reaches("running")
    followed.hang()
    followed.task.stop()
    followed.task.stop()
    with pytest.raises(ServiceUnavailable, match=r"starting the .* at 0/AC: it is stopping"):
        followed.task.start_at("0/AC")
    with pytest.raises(ServiceUnavailable, match=r"resuming the .*: it is stopping"):
        followed.task.resume()
    followed.let_go()
    followed.reaches("stopped")
    assert followed.asked() == ["begin 0/AB", "halt"]


@pytest.mark.parametrize("status", ["starting", "stopping", "modifying"])
def test_memory_refuses_what_a_change_of_state_forbids(status: str) -> None:
    task = MemoryReplicationTask(
        answer=ReplicationStatus(status=status, started=True, start_position="0/AB")
    )
    if status != "stopping":
        with pytest.raises(ServiceUnavailable, match=status):
            task.stop()
    if status != "starting":
        with pytest.raises(ServiceUnavailable, match=status):
            task.start_at("0/AB")
        with pytest.raises(ServiceUnavailable, match=status):
            task.resume()
    assert task.asked == []
    assert task.answer.status == status


def test_memory_that_does_not_answer() -> None:
    task = MemoryReplicationTask(reachable=False)
    before = replace(task.answer)
    for act in (task.status, task.stop, task.resume, lambda: task.start_at("0/AB")):
        with pytest.raises(ServiceUnavailable):
            act()
    assert task.answer == before


@pytest.fixture
def stubbed() -> Iterator[tuple[DmsReplicationTask, Stubber]]:
    dms = client()
    with Stubber(dms) as stub:
        yield DmsReplicationTask(dms, task_arn=ARN), stub
        stub.assert_no_pending_responses()


def describes(stub: Stubber, status: str, **more: Any) -> None:
    stub.add_response(
        "describe_replication_tasks",
        {"ReplicationTasks": [{"ReplicationTaskArn": ARN, "Status": status, **more}]},
        {"Filters": [{"Name": "replication-task-arn", "Values": [ARN]}]},
    )


def test_the_requests_of_a_start_a_stop_and_a_resume(
    stubbed: tuple[DmsReplicationTask, Stubber],
) -> None:
    """DMS API reference, StartReplicationTask and StopReplicationTask."""
    task, stub = stubbed
    describes(stub, "stopped", ReplicationTaskStartDate=datetime.now(UTC))
    started = {"ReplicationTaskArn": ARN, "StartReplicationTaskType": "start-replication"}
    stub.add_response("start_replication_task", {}, {**started, "CdcStartPosition": "0/AB"})
    task.start_at("0/AB")
    describes(stub, "running")
    stub.add_response("stop_replication_task", {}, {"ReplicationTaskArn": ARN})
    task.stop()
    describes(stub, "stopped", ReplicationTaskStartDate=datetime.now(UTC))
    resumed = {**started, "StartReplicationTaskType": "resume-processing"}
    stub.add_response("start_replication_task", {}, resumed)
    task.resume()


def test_a_run_from_a_position_that_is_not_told_is_not_taken_for_the_right_one(
    stubbed: tuple[DmsReplicationTask, Stubber],
) -> None:
    task, stub = stubbed
    describes(stub, "running")
    with pytest.raises(StartRefused, match="a position that DMS does not tell"):
        task.start_at("0/AB")


def test_a_refusal_of_another_kind_is_told_as_it_is(
    stubbed: tuple[DmsReplicationTask, Stubber],
) -> None:
    task, stub = stubbed
    describes(stub, "stopped")
    stub.add_client_error("start_replication_task", "AccessDeniedFault", "you may not")
    with pytest.raises(ServiceUnavailable, match=r"at 0/AB: .*you may not"):
        task.start_at("0/AB")
