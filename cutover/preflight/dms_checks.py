"""What AWS DMS and Aurora say about instance, endpoints, task and cluster."""

from __future__ import annotations

from typing import Any, Final

from cutover.preflight import documentation as doc
from cutover.preflight.check import (
    Call,
    Check,
    Finding,
    Row,
    Rows,
    Side,
    failed,
    passed,
    unknown,
    warned,
)
from cutover.preflight.told import Told

INSTANCE: Final = Call(
    service="dms",
    operation="describe_replication_instances",
    answer="ReplicationInstances",
    where=("ReplicationInstanceIdentifier", "{replication}"),
)

TASK: Final = Call(
    service="dms",
    operation="describe_replication_tasks",
    answer="ReplicationTasks",
    where=("ReplicationTaskIdentifier", "{replication}"),
)

ENDPOINTS: Final = Call(service="dms", operation="describe_endpoints", answer="Endpoints")

CONNECTIONS: Final = Call(service="dms", operation="describe_connections", answer="Connections")

ASSESSMENTS: Final = Call(
    service="dms",
    operation="describe_replication_task_assessment_runs",
    answer="ReplicationTaskAssessmentRuns",
)

CLUSTER: Final = Call(
    service="rds",
    operation="describe_db_clusters",
    answer="DBClusters",
    where=("DBClusterIdentifier", "{cluster}"),
)

LEAST_ENGINE: Final = (3, 5, 4)
"""The first that knows PostgreSQL 17 and 18; it knows the older ones too."""
STARTABLE: Final = ("ready", "stopped", "running", "starting")


def missing(rows: Rows, what: str, told: Told, name: str) -> Finding | None:
    """UNKNOWN where there is none: the stacks are not deployed, or under another suffix."""
    if rows:
        return None
    return unknown(
        f"there is no {what} {told.names()[name]}: deploy the stacks, or correct --suffix and --region"
    )


def instance(told: Told, rows: Rows) -> Finding:
    if absent := missing(rows, "replication instance", told, "replication"):
        return absent
    status = rows[0].get("ReplicationInstanceStatus", "not told")
    return passed("available") if status == "available" else failed(f"the instance is {status}")


def engine_version(told: Told, rows: Rows) -> Finding:
    if absent := missing(rows, "replication instance", told, "replication"):
        return absent
    version = rows[0].get("EngineVersion", "")
    have = tuple(int(part) for part in version.split(".") if part.isdigit())
    fact = f"DMS {version or 'of no told version'}"
    return passed(fact) if have >= LEAST_ENGINE else failed(fact)


def private(told: Told, rows: Rows) -> Finding:
    if absent := missing(rows, "replication instance", told, "replication"):
        return absent
    if rows[0].get("PubliclyAccessible"):
        return warned("the instance has a public address")
    return passed("the instance has no public address")


def connections(told: Told, tasks: Rows, rows: Rows) -> Finding:
    if absent := missing(tasks, "replication task", told, "replication"):
        return absent
    task = tasks[0]
    states = {
        row["EndpointArn"]: row
        for row in rows
        if row.get("ReplicationInstanceArn") == task.get("ReplicationInstanceArn")
    }
    ends = {
        name: states.get(task.get(f"{name}EndpointArn", ""), {}) for name in ("Source", "Target")
    }
    bad = [
        f"{name.lower()}: {row.get('LastFailureMessage') or 'failed'}"
        for name, row in ends.items()
        if row.get("Status") == "failed"
    ]
    if bad:
        return failed("; ".join(bad))
    untested = [
        f"{name.lower()} {row.get('Status', 'never tested')}"
        for name, row in ends.items()
        if row.get("Status") != "successful"
    ]
    return warned("; ".join(untested)) if untested else passed("both were reached at the last test")


def endpoint(rows: Rows, arn: object) -> Row | None:
    return next((row for row in rows if row.get("EndpointArn") == arn), None)


def source_endpoint(told: Told, tasks: Rows, rows: Rows) -> Finding:
    if absent := missing(tasks, "replication task", told, "replication"):
        return absent
    found = endpoint(rows, tasks[0].get("SourceEndpointArn"))
    if found is None:
        return unknown("DMS does not tell the task's source endpoint")
    settings: dict[str, Any] = found.get("PostgreSQLSettings", {})
    wrong = [
        f"{name} is {settings.get(name, 'not set')}"
        for name, wanted in (
            ("PluginName", "test-decoding"),
            ("CaptureDdls", False),
            ("HeartbeatEnable", True),
            ("FailTasksOnLobTruncation", True),
        )
        if str(settings.get(name)).replace("_", "-").lower() != str(wanted).lower()
    ]
    return failed(", ".join(wrong)) if wrong else passed("as the cutover needs it")


def target_endpoint(told: Told, tasks: Rows, rows: Rows) -> Finding:
    if absent := missing(tasks, "replication task", told, "replication"):
        return absent
    found = endpoint(rows, tasks[0].get("TargetEndpointArn"))
    if found is None:
        return unknown("DMS does not tell the task's target endpoint")
    script = found.get("PostgreSQLSettings", {}).get("AfterConnectScript", "")
    if "session_replication_role" in script and "replica" in script:
        return passed(f"AfterConnectScript is {script}")
    return failed(f"AfterConnectScript is {script or 'not set'}")


def endpoint_tls(told: Told, tasks: Rows, rows: Rows) -> Finding:
    if absent := missing(tasks, "replication task", told, "replication"):
        return absent
    modes = {
        name: (endpoint(rows, tasks[0].get(f"{name}EndpointArn")) or {}).get("SslMode")
        for name in ("Source", "Target")
    }
    if None in modes.values():
        return unknown("DMS does not tell the task's endpoints")
    fact = ", ".join(f"{name.lower()} {mode}" for name, mode in modes.items())
    return failed(fact) if "none" in modes.values() else passed(fact)


def task(told: Told, rows: Rows) -> Finding:
    if absent := missing(rows, "replication task", told, "replication"):
        return absent
    status, failure = (
        rows[0].get("Status", "not told"),
        rows[0].get("LastFailureMessage") or rows[0].get("StopReason", ""),
    )
    fact = f"the task is {status}" + (f" ({failure})" if failure else "")
    return passed(fact) if status in STARTABLE else failed(fact)


def assessment(told: Told, tasks: Rows, rows: Rows) -> Finding:
    if absent := missing(tasks, "replication task", told, "replication"):
        return absent
    runs = [
        row for row in rows if row.get("ReplicationTaskArn") == tasks[0].get("ReplicationTaskArn")
    ]
    if not runs:
        return warned("no premigration assessment was run")
    newest = max(runs, key=lambda run: str(run.get("ReplicationTaskAssessmentRunCreationDate", "")))
    status = newest.get("Status", "not told")
    fact = f"{newest.get('AssessmentRunName', 'the last run')}: {status}"
    if status == "passed":
        return passed(fact)
    return failed(fact) if status == "failed" else warned(fact)


def cluster(told: Told, rows: Rows) -> Finding:
    if absent := missing(rows, "cluster", told, "cluster"):
        return absent
    status = rows[0].get("Status", "not told")
    return passed("available") if status == "available" else failed(f"the cluster is {status}")


def backups(told: Told, rows: Rows) -> Finding:
    if absent := missing(rows, "cluster", told, "cluster"):
        return absent
    days = rows[0].get("BackupRetentionPeriod", 0)
    fact = f"backups are kept for {days} days"
    return passed(fact) if days >= told.limits.backup_days else failed(fact)


def check(
    check_id: str,
    title: str,
    threshold: str,
    asks: tuple[Call, ...],
    judge: Any,
    remedy: str,
    documentation: str,
) -> Check:
    return Check(
        id=check_id,
        title=title,
        side=Side.DMS,
        threshold=threshold,
        asks=asks,
        judge=judge,
        remedy=remedy,
        documentation=documentation,
        needs_settings=True,
    )


REDEPLOY: Final = "deploy the stacks again: they set it; what was changed by hand is then put right"

DMS_CHECKS: Final[tuple[Check, ...]] = (
    check(
        "dms-instance",
        "The replication instance is available",
        "status available; else fail",
        (INSTANCE,),
        instance,
        "wait, or see its events in the console",
        doc.DMS_INSTANCE,
    ),
    check(
        "dms-engine-version",
        "DMS knows the versions of PostgreSQL",
        "3.5.4, which knows PostgreSQL up to 18; older: fail",
        (INSTANCE,),
        engine_version,
        "raise dms.engine_version",
        doc.DMS_RELEASES,
    ),
    check(
        "dms-instance-private",
        "The replication instance is private",
        "not publicly accessible; else warn",
        (INSTANCE,),
        private,
        "make the instance anew: it can't be changed",
        doc.DMS_INSTANCE,
    ),
    check(
        "dms-connections",
        "DMS reaches both databases",
        "last test of each endpoint successful; failed: fail, not tested: warn",
        (TASK, CONNECTIONS),
        connections,
        "test both connections (TestConnection); docs/network.md has what must be open",
        doc.DMS_SOURCE,
    ),
    check(
        "dms-source-endpoint",
        "DMS reads as the cutover needs it",
        "test_decoding, heartbeat, no DDL capture, fails on truncation; else fail",
        (TASK, ENDPOINTS),
        source_endpoint,
        REDEPLOY,
        doc.DMS_SOURCE,
    ),
    check(
        "dms-target-endpoint",
        "DMS applies without triggers",
        "AfterConnectScript sets session_replication_role = replica; else fail",
        (TASK, ENDPOINTS),
        target_endpoint,
        REDEPLOY,
        doc.DMS_TARGET,
    ),
    check(
        "dms-endpoint-tls",
        "DMS encrypts",
        "SslMode not none; else fail",
        (TASK, ENDPOINTS),
        endpoint_tls,
        "set source.ssl_mode",
        doc.DMS_TLS,
    ),
    check(
        "dms-task",
        "The task can be started",
        "ready, stopped, starting or running; else fail",
        (TASK,),
        task,
        "its log group says why it failed",
        doc.DMS_TASK_SETTINGS,
    ),
    check(
        "dms-assessment",
        "The premigration assessment has no complaint",
        "last run passed; none or a warning: warn, failed: fail",
        (TASK, ASSESSMENTS),
        assessment,
        "run it from the console or by StartReplicationTaskAssessmentRun, and read its result",
        doc.DMS_ASSESSMENT,
    ),
    check(
        "aurora-cluster",
        "The target cluster is available",
        "status available; else fail",
        (CLUSTER,),
        cluster,
        "wait, or see its events in the console",
        doc.DMS_TARGET,
    ),
    check(
        "aurora-backups",
        "The target can be restored for 72 hours",
        "BackupRetentionPeriod >= 3 days; else fail",
        (CLUSTER,),
        backups,
        "raise database.backup_days",
        doc.AURORA_BACKUPS,
    ),
)
