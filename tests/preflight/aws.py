"""What AWS answers where everything is well, and one change of it for every check that asks AWS."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

import boto3
from botocore.stub import Stubber

from cutover.adapters.aws_questions import AwsQuestions
from cutover.preflight.catalogue import CHECKS
from cutover.preflight.check import Verdict
from cutover.preflight.told import Told
from migration_stacks.constructs.table_mappings import TableMappings
from migration_stacks.constructs.task_settings import task_settings
from tests.preflight.planted import SETTINGS

WARN, FAIL, UNKNOWN = Verdict.WARN, Verdict.FAIL, Verdict.UNKNOWN

CHECKS_OF_AWS: Final = tuple(check for check in CHECKS if check.calls)

KEYS: Final = {
    "describe_replication_instances": "ReplicationInstances",
    "describe_replication_tasks": "ReplicationTasks",
    "describe_endpoints": "Endpoints",
    "describe_connections": "Connections",
    "describe_replication_task_assessment_runs": "ReplicationTaskAssessmentRuns",
    "describe_db_clusters": "DBClusters",
    "list_hosted_zones_by_name": "HostedZones",
    "list_resource_record_sets": "ResourceRecordSets",
}
REST: Final[dict[str, dict[str, Any]]] = {
    "list_hosted_zones_by_name": {"IsTruncated": False, "MaxItems": "100"},
    "list_resource_record_sets": {"IsTruncated": False, "MaxItems": "100"},
}
"""What these answers must also have."""

World = dict[str, list[dict[str, Any]]]


def record(part: str, side: str, weight: int) -> dict[str, Any]:
    return {
        "Name": f"{part}.{SETTINGS.zone}.",
        "Type": "CNAME",
        "SetIdentifier": side,
        "Weight": weight,
        "TTL": 5,
        "ResourceRecords": [{"Value": f"{side}.example.com"}],
    }


def clean() -> World:
    """As the stacks make it."""
    settings = task_settings(
        lob_max_kilobytes=SETTINGS.lob_max_kilobytes,
        full_load_tables=8,
        migration_type="full-load-and-cdc",
    )
    return {
        "describe_replication_instances": [
            {
                "ReplicationInstanceIdentifier": "somebody-elses",
                "ReplicationInstanceStatus": "failed",
            },
            {
                "ReplicationInstanceIdentifier": "migration-dev",
                "ReplicationInstanceArn": "instance",
                "ReplicationInstanceStatus": "available",
                "EngineVersion": "3.6.1",
                "PubliclyAccessible": False,
            },
        ],
        "describe_replication_tasks": [
            {
                "ReplicationTaskIdentifier": "migration-dev",
                "ReplicationTaskArn": "task",
                "ReplicationInstanceArn": "instance",
                "SourceEndpointArn": "from",
                "TargetEndpointArn": "to",
                "Status": "ready",
                "ReplicationTaskSettings": settings.document(),
                "TableMappings": TableMappings(schemas=("public", "app_data")).document(),
            }
        ],
        "describe_endpoints": [
            {
                "EndpointArn": "from",
                "SslMode": "verify-full",
                "PostgreSQLSettings": {
                    "PluginName": "test-decoding",
                    "CaptureDdls": False,
                    "HeartbeatEnable": True,
                    "FailTasksOnLobTruncation": True,
                },
            },
            {
                "EndpointArn": "to",
                "SslMode": "verify-full",
                "PostgreSQLSettings": {
                    "AfterConnectScript": "SET session_replication_role='replica'"
                },
            },
        ],
        "describe_connections": [
            {"EndpointArn": arn, "ReplicationInstanceArn": "instance", "Status": "successful"}
            for arn in ("from", "to")
        ],
        "describe_replication_task_assessment_runs": [
            {
                "ReplicationTaskArn": "task",
                "AssessmentRunName": "first",
                "Status": "failed",
                "ReplicationTaskAssessmentRunCreationDate": datetime(2026, 11, 1, tzinfo=UTC),
            },
            {
                "ReplicationTaskArn": "task",
                "AssessmentRunName": "second",
                "Status": "passed",
                "ReplicationTaskAssessmentRunCreationDate": datetime(2026, 11, 2, tzinfo=UTC),
            },
        ],
        "describe_db_clusters": [
            {
                "DBClusterIdentifier": "migration-aurora-dev",
                "Status": "available",
                "BackupRetentionPeriod": 7,
            }
        ],
        "list_hosted_zones_by_name": [
            {
                "Id": "/hostedzone/Z1",
                "Name": f"{SETTINGS.zone}.",
                "CallerReference": "1",
                "Config": {"PrivateZone": True},
            },
            {"Id": "/hostedzone/Z2", "Name": "next.example.com.", "CallerReference": "2"},
        ],
        "list_resource_record_sets": [
            {
                "Name": f"{SETTINGS.zone}.",
                "Type": "SOA",
                "TTL": 900,
                "ResourceRecords": [{"Value": "x"}],
            },
            *(
                record(part, side, weight)
                for part in ("ro", "rw")
                for side, weight in (("source", 100), ("target", 0))
            ),
        ],
    }


class Stubbed:
    """A client of boto3 whose answers are a World's; botocore refuses one that the service could not give."""

    def __init__(self, service: str, world: World) -> None:
        self._client = boto3.client(service, region_name="us-east-1")  # type: ignore[call-overload]
        self._world = world

    def _stubbed(self, operation: str) -> None:
        stubber = Stubber(self._client)
        if operation not in self._world:
            stubber.add_client_error(operation, "AccessDeniedException", "not allowed")
        else:
            stubber.add_response(
                operation,
                {
                    KEYS[operation]: self._world[operation],
                    **REST.get(operation, {}),
                    **self._more(operation),
                },
            )
        stubber.activate()

    def _more(self, operation: str) -> dict[str, Any]:
        return {"DNSName": SETTINGS.zone} if operation == "list_hosted_zones_by_name" else {}

    def can_paginate(self, operation: str) -> bool:
        return bool(self._client.can_paginate(operation))

    def get_paginator(self, operation: str) -> Any:
        self._stubbed(operation)
        return self._client.get_paginator(operation)

    def __getattr__(self, operation: str) -> Any:
        self._stubbed(operation)
        return getattr(self._client, operation)


def answering(world: World, told: Told) -> AwsQuestions:
    return AwsQuestions(lambda service: Stubbed(service, world), names=told.names())


TOLD: Final = Told(
    settings=replace(SETTINGS, schemas=("public", "app_data")), schemas=("public", "app_data")
)


@dataclass(frozen=True, kw_only=True)
class PlantedInAws:
    """A change of the clean answers, and the verdict that follows."""

    check: str
    verdict: Verdict
    change: Callable[[World], object]
    names: str = ""


def of(operation: str, place: int, **values: Any) -> Callable[[World], object]:
    """Sets keys of one of an answer's."""
    return lambda world: world[operation][place].update(values)


def setting(section: str, **values: Any) -> Callable[[World], object]:
    """Sets keys in a section of the task's settings."""

    def change(world: World) -> None:
        task = world["describe_replication_tasks"][0]
        document = json.loads(task["ReplicationTaskSettings"])
        document[section].update(values)
        task["ReplicationTaskSettings"] = json.dumps(document)

    return change


def endpoint(place: int, **values: Any) -> Callable[[World], object]:
    return lambda world: world["describe_endpoints"][place]["PostgreSQLSettings"].update(values)


def mapping(**values: Any) -> Callable[[World], object]:
    document = TableMappings(**values).document()
    return of("describe_replication_tasks", 0, TableMappings=document)


INSTANCE, TASK = "describe_replication_instances", "describe_replication_tasks"
RECORDS = "list_resource_record_sets"

PLANTED_IN_AWS: Final = (
    PlantedInAws(
        check="dms-instance",
        verdict=FAIL,
        change=of(INSTANCE, 1, ReplicationInstanceStatus="storage-full"),
    ),
    PlantedInAws(
        check="dms-instance",
        verdict=UNKNOWN,
        change=lambda world: world[INSTANCE].pop(),
        names="there is no",
    ),
    PlantedInAws(
        check="dms-instance",
        verdict=UNKNOWN,
        change=lambda world: world.pop(INSTANCE),
        names="AccessDenied",
    ),
    PlantedInAws(
        check="dms-engine-version",
        verdict=FAIL,
        change=of(INSTANCE, 1, EngineVersion="3.5.3"),
        names="DMS 3.5.3",
    ),
    PlantedInAws(
        check="dms-instance-private", verdict=WARN, change=of(INSTANCE, 1, PubliclyAccessible=True)
    ),
    PlantedInAws(
        check="dms-connections",
        verdict=FAIL,
        change=of("describe_connections", 0, Status="failed", LastFailureMessage="no route"),
        names="no route",
    ),
    PlantedInAws(
        check="dms-connections",
        verdict=WARN,
        change=lambda world: world["describe_connections"].pop(),
        names="never tested",
    ),
    PlantedInAws(
        check="dms-source-endpoint",
        verdict=FAIL,
        change=endpoint(0, PluginName="pglogical"),
        names="PluginName",
    ),
    PlantedInAws(
        check="dms-source-endpoint",
        verdict=FAIL,
        change=endpoint(0, CaptureDdls=True),
        names="CaptureDdls",
    ),
    PlantedInAws(
        check="dms-target-endpoint",
        verdict=FAIL,
        change=endpoint(1, AfterConnectScript=""),
        names="not set",
    ),
    PlantedInAws(
        check="dms-endpoint-tls", verdict=FAIL, change=of("describe_endpoints", 0, SslMode="none")
    ),
    PlantedInAws(
        check="dms-task",
        verdict=FAIL,
        change=of(TASK, 0, Status="failed", LastFailureMessage="broken"),
        names="broken",
    ),
    PlantedInAws(
        check="dms-batch-apply",
        verdict=FAIL,
        change=setting("TargetMetadata", BatchApplyEnabled=True),
    ),
    PlantedInAws(
        check="dms-table-preparation",
        verdict=FAIL,
        change=setting("FullLoadSettings", TargetTablePrepMode="DROP_AND_CREATE"),
    ),
    PlantedInAws(
        check="dms-lob-mode", verdict=FAIL, change=setting("TargetMetadata", FullLobMode=True)
    ),
    PlantedInAws(
        check="dms-lob-mode",
        verdict=FAIL,
        change=setting("TargetMetadata", LobMaxSize=32),
        names="32 KB",
    ),
    PlantedInAws(
        check="dms-error-policies",
        verdict=FAIL,
        change=setting("ErrorBehavior", DataErrorPolicy="LOG_ERROR"),
        names="DataErrorPolicy is LOG_ERROR",
    ),
    PlantedInAws(
        check="dms-error-policies",
        verdict=FAIL,
        change=setting("ErrorBehavior", FailOnNoTablesCaptured=False),
        names="FailOnNoTablesCaptured",
    ),
    PlantedInAws(
        check="dms-validation",
        verdict=WARN,
        change=setting("ValidationSettings", EnableValidation=False),
    ),
    PlantedInAws(
        check="dms-validation",
        verdict=WARN,
        change=setting("ValidationSettings", ValidationPartialLobSize=32),
    ),
    PlantedInAws(
        check="dms-control-schema",
        verdict=WARN,
        change=setting("ControlTablesSettings", ControlSchema=""),
    ),
    PlantedInAws(check="dms-logging", verdict=WARN, change=setting("Logging", EnableLogging=False)),
    PlantedInAws(
        check="dms-table-mappings",
        verdict=FAIL,
        change=mapping(schemas=("public",)),
        names="app_data",
    ),
    PlantedInAws(
        check="dms-table-mappings",
        verdict=FAIL,
        change=lambda world: world[TASK][0].update(
            TableMappings=world[TASK][0]["TableMappings"].replace("[_]", "_")
        ),
        names="any character",
    ),
    PlantedInAws(
        check="dms-assessment",
        verdict=WARN,
        change=lambda world: world["describe_replication_task_assessment_runs"].clear(),
    ),
    PlantedInAws(
        check="dms-assessment",
        verdict=FAIL,
        change=of("describe_replication_task_assessment_runs", 1, Status="failed"),
    ),
    PlantedInAws(
        check="aurora-cluster", verdict=FAIL, change=of("describe_db_clusters", 0, Status="stopped")
    ),
    PlantedInAws(
        check="aurora-backups",
        verdict=FAIL,
        change=of("describe_db_clusters", 0, BackupRetentionPeriod=1),
    ),
    PlantedInAws(
        check="names-zone",
        verdict=FAIL,
        change=lambda world: world["list_hosted_zones_by_name"].pop(0),
        names="there is no",
    ),
    PlantedInAws(
        check="names-zone",
        verdict=FAIL,
        change=of("list_hosted_zones_by_name", 0, Config={"PrivateZone": False}),
    ),
    PlantedInAws(
        check="names-records", verdict=FAIL, change=lambda world: world[RECORDS].pop(), names="rw."
    ),
    PlantedInAws(
        check="names-weights", verdict=FAIL, change=of(RECORDS, 2, Weight=20), names="ro target 20"
    ),
    PlantedInAws(check="names-ttl", verdict=WARN, change=of(RECORDS, 1, TTL=30)),
    PlantedInAws(check="names-ttl", verdict=FAIL, change=of(RECORDS, 1, TTL=300)),
    PlantedInAws(
        check="names-health-checks",
        verdict=FAIL,
        change=of(RECORDS, 1, HealthCheckId="h"),
        names="ro source",
    ),
)


def planted(each: PlantedInAws) -> World:
    world = copy.deepcopy(clean())
    each.change(world)
    return world
