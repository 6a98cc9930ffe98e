"""What DMS looks at before a load: connections to every endpoint, and a premigration assessment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from cutover.adapters.aws import error_code, translated
from cutover.errors import ServiceUnavailable, StartRefused
from cutover.observations import AssessmentRun, ConnectionState, EndpointConnection

if TYPE_CHECKING:
    from mypy_boto3_dms import DatabaseMigrationServiceClient

STATES = {
    "testing": ConnectionState.TESTING,
    "successful": ConnectionState.SUCCESSFUL,
    "failed": ConnectionState.FAILED,
}
"""DMS API reference, Connection.Status; any other one is as good as none."""


class DmsConnections:
    """cutover.ports.Connections of the endpoints that some tasks of one replication instance use."""

    def __init__(self, client: DatabaseMigrationServiceClient, *, task_arns: Sequence[str]) -> None:
        self._client = client
        self._task_arns = tuple(task_arns)

    def states(self) -> tuple[EndpointConnection, ...]:
        return self._states()[1]

    def test(self) -> None:
        """Also of the tasks that carry after a switch: DMS refuses to start one whose endpoints were not tested."""
        instance_arn, states = self._states()
        for each in states:
            if each.state is ConnectionState.TESTING:
                continue
            with translated(f"testing the connection to {each.endpoint_arn}"):
                self._client.test_connection(
                    ReplicationInstanceArn=instance_arn, EndpointArn=each.endpoint_arn
                )

    def _states(self) -> tuple[str, tuple[EndpointConnection, ...]]:
        instance_arn, endpoints = self._endpoints()
        found = self._tested(instance_arn)
        return instance_arn, tuple(
            found.get(arn, EndpointConnection(endpoint_arn=arn, state=ConnectionState.MISSING))
            for arn in endpoints
        )

    def _endpoints(self) -> tuple[str, tuple[str, ...]]:
        with translated("describing the replication tasks"):
            pages = self._client.get_paginator("describe_replication_tasks").paginate(
                Filters=[{"Name": "replication-task-arn", "Values": list(self._task_arns)}],
                WithoutSettings=True,
            )
            tasks = [task for page in pages for task in page["ReplicationTasks"]]
        known = {task.get("ReplicationTaskArn") for task in tasks}
        if missing := [arn for arn in self._task_arns if arn not in known]:
            raise ServiceUnavailable(f"DMS knows no task {', '.join(missing)}")
        arns = [
            arn
            for task in tasks
            for arn in (task.get("SourceEndpointArn", ""), task.get("TargetEndpointArn", ""))
        ]
        # All of one instance: the stack has no other.
        return tasks[0].get("ReplicationInstanceArn", ""), tuple(dict.fromkeys(arns))

    def _tested(self, instance_arn: str) -> dict[str, EndpointConnection]:
        try:
            with translated("reading the connections"):
                pages = self._client.get_paginator("describe_connections").paginate(
                    Filters=[{"Name": "replication-instance-arn", "Values": [instance_arn]}]
                )
                found = [each for page in pages for each in page["Connections"]]
        except ServiceUnavailable as error:
            # Before the line: a filter that finds nothing is this fault, and nothing was tested then.
            if not _is(error, "ResourceNotFoundFault"):
                raise
            return {}
        return {
            each.get("EndpointArn", ""): EndpointConnection(
                endpoint_arn=each.get("EndpointArn", ""),
                state=STATES.get(each.get("Status", ""), ConnectionState.MISSING),
                failure=each.get("LastFailureMessage", ""),
            )
            for each in found
        }


class DmsAssessment:
    """cutover.ports.Assessment of one task; the results go to a bucket."""

    def __init__(
        self,
        client: DatabaseMigrationServiceClient,
        *,
        task_arn: str,
        role_arn: str,
        bucket: str,
        folder: str = "",
    ) -> None:
        """role_arn: what DMS writes the results as."""
        self._client = client
        self._task_arn = task_arn
        self._role_arn = role_arn
        self._bucket = bucket
        self._folder = folder

    def begin(self, name: str) -> None:
        try:
            with translated(f"starting the assessment {name}"):
                self._client.start_replication_task_assessment_run(
                    ReplicationTaskArn=self._task_arn,
                    ServiceAccessRoleArn=self._role_arn,
                    ResultLocationBucket=self._bucket,
                    ResultLocationFolder=self._folder,
                    AssessmentRunName=name,
                )
        except ServiceUnavailable as error:
            # Before the line: it was begun by an earlier try.
            if _is(error, "ResourceAlreadyExistsFault"):
                return
            if _is(error, "InvalidResourceStateFault"):
                raise StartRefused(str(error)) from error
            raise

    def run(self, name: str) -> AssessmentRun | None:
        with translated("reading the assessments"):
            runs = _every(
                self._client.describe_replication_task_assessment_runs,
                "ReplicationTaskAssessmentRuns",
                {"Name": "replication-task-arn", "Values": [self._task_arn]},
            )
        found = next((run for run in runs if run.get("AssessmentRunName") == name), None)
        if found is None:
            return None
        progress = found.get("AssessmentProgress", {})
        folder = found.get("ResultLocationFolder", "")
        return AssessmentRun(
            name=name,
            status=found.get("Status", "unknown"),
            failure=found.get("LastFailureMessage", ""),
            place=f"s3://{found.get('ResultLocationBucket', '')}/{folder}",
            completed=progress.get("IndividualAssessmentCompletedCount", 0),
            total=progress.get("IndividualAssessmentCount", 0),
            bad=self._bad(found.get("ReplicationTaskAssessmentRunArn", "")),
        )

    def _bad(self, run_arn: str) -> tuple[tuple[str, str], ...]:
        with translated("reading the results of the assessment"):
            every = _every(
                self._client.describe_replication_task_individual_assessments,
                "ReplicationTaskIndividualAssessments",
                {"Name": "replication-task-assessment-run-arn", "Values": [run_arn]},
            )
        return tuple(
            (each.get("IndividualAssessmentName", ""), each.get("Status", ""))
            for each in every
            if each.get("Status") not in ("passed", "pending", "running")
        )


def _every(describe: Callable[..., Any], what: str, wanted: dict[str, Any]) -> list[dict[str, Any]]:
    """What botocore has no paginator for."""
    found: list[dict[str, Any]] = []
    marker: dict[str, str] = {}
    while True:
        page = describe(Filters=[wanted], **marker)
        found += page[what]
        if not page.get("Marker"):
            return found
        marker = {"Marker": page["Marker"]}


def _is(error: ServiceUnavailable, code: str) -> bool:
    cause = error.__cause__
    return isinstance(cause, ClientError) and error_code(cause) == code
