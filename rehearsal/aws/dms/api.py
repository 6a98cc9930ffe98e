"""The DMS API over HTTP (JSON 1.1, AmazonDMSv20160101): the calls that a migration makes."""

from __future__ import annotations

import json
import threading
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, cast

from rehearsal.aws.dms import events
from rehearsal.aws.dms.faults import DmsFault, not_found

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from rehearsal.aws.dms.replication import Side
    from rehearsal.aws.dms.task import DmsTask

_SIDES: tuple[Side, Side] = ("source", "target")
_PAGE = 100
_BAD_FIRST = ("failed", "testing", "successful")


class DmsOperations:
    """Each method is one operation: request members in, response members out."""

    def __init__(self, *tasks: DmsTask) -> None:
        """Of one replication instance; there is at least one task."""
        self._tasks = tasks
        # The instance's facts are the same in each.
        self._resources = tasks[0].resources

    def describe_replication_tasks(self, request: dict[str, Any]) -> dict[str, Any]:
        """DMS API reference, DescribeReplicationTasks; a filter that finds nothing is ResourceNotFoundFault."""
        with_settings = not request.get("WithoutSettings")
        found = [task.describe(with_settings=with_settings) for task in self._named(request)]

        def keys(task: dict[str, Any]) -> dict[str, list[str]]:
            return {
                "replication-task-arn": [task["ReplicationTaskArn"]],
                "replication-task-id": [task["ReplicationTaskIdentifier"]],
                "replication-instance-arn": [task["ReplicationInstanceArn"]],
                "endpoint-arn": [task["SourceEndpointArn"], task["TargetEndpointArn"]],
                "migration-type": [task["MigrationType"]],
            }

        return _paged("ReplicationTasks", _filtered(found, request, keys, "Tasks"), request)

    def describe_table_statistics(self, request: dict[str, Any]) -> dict[str, Any]:
        """DMS API reference, TableStatistics, in pages; no table before the first start."""
        task = self._task(request)
        rows = task.table_statistics()
        for wanted in request.get("Filters") or []:
            member = {
                "schema-name": "SchemaName",
                "table-name": "TableName",
                "table-state": "TableState",
            }.get(wanted["Name"])
            rows = [row for row in rows if member is None or row[member] in wanted["Values"]]
        response = _paged("TableStatistics", rows, request, largest=500)
        return {"ReplicationTaskArn": task.resources.task_arn, **response}

    def start_replication_task(self, request: dict[str, Any]) -> dict[str, Any]:
        """DMS API reference, StartReplicationTask."""
        task = self._task(request)
        task.start(request["StartReplicationTaskType"], request.get("CdcStartPosition"))
        return {"ReplicationTask": task.describe()}

    def stop_replication_task(self, request: dict[str, Any]) -> dict[str, Any]:
        task = self._task(request)
        task.stop()
        return {"ReplicationTask": task.describe()}

    def delete_replication_task(self, request: dict[str, Any]) -> dict[str, Any]:
        """Here the replication goes away, and the task could be started anew."""
        task = self._task(request)
        task.delete()
        return {"ReplicationTask": {**task.describe(), "Status": "deleting"}}

    def describe_replication_instances(self, request: dict[str, Any]) -> dict[str, Any]:
        resources = self._resources
        instance = self._tasks[0].instance.described()
        keys = {
            "replication-instance-arn": [resources.instance_arn],
            "replication-instance-id": [resources.instance_identifier],
            "replication-instance-class": [instance["ReplicationInstanceClass"]],
            "engine-version": [resources.engine_version],
        }
        found = _filtered([instance], request, lambda _: keys, "Replication Instances")
        return {"ReplicationInstances": found}

    def modify_replication_instance(self, request: dict[str, Any]) -> dict[str, Any]:
        """At once, with ApplyImmediately or without: a maintenance window is not waited for."""
        if request["ReplicationInstanceArn"] != self._resources.instance_arn:
            raise not_found(f"Replication instance not found: {request['ReplicationInstanceArn']}")
        instance = self._tasks[0].instance
        changed = {
            events.CLASS_CHANGED: request.get("ReplicationInstanceClass"),
            events.STORAGE_GROWN: request.get("AllocatedStorage"),
        }
        for each in {id(task.instance): task.instance for task in self._tasks}.values():
            each.modify(
                instance_class=request.get("ReplicationInstanceClass"),
                storage_gigabytes=request.get("AllocatedStorage"),
            )
        for kind, value in changed.items():
            if value is not None:
                self._tasks[0].events.tell(
                    kind,
                    source="replication-instance",
                    identifier=self._resources.instance_identifier,
                    arn=self._resources.instance_arn,
                )
        return {"ReplicationInstance": instance.described()}

    def modify_replication_task(self, request: dict[str, Any]) -> dict[str, Any]:
        task = self._task(request)
        task.modify(request)
        return {"ReplicationTask": {**task.describe(), "Status": "modifying"}}

    def reload_tables(self, request: dict[str, Any]) -> dict[str, Any]:
        task = self._task(request)
        tables = tuple(
            (each["SchemaName"], each["TableName"]) for each in request["TablesToReload"]
        )
        task.reload_tables(tables, request.get("ReloadOption") or "data-reload")
        return {"ReplicationTaskArn": task.resources.task_arn}

    def start_replication_task_assessment_run(self, request: dict[str, Any]) -> dict[str, Any]:
        run = self._task(request).assess(request)
        return {"ReplicationTaskAssessmentRun": run.described(latest=True)}

    def describe_replication_task_assessment_runs(self, request: dict[str, Any]) -> dict[str, Any]:
        found = [run for task in self._tasks for run in task.assessments.described()]

        def keys(run: dict[str, Any]) -> dict[str, list[str]]:
            return {
                "replication-task-assessment-run-arn": [run["ReplicationTaskAssessmentRunArn"]],
                "replication-task-arn": [run["ReplicationTaskArn"]],
                "replication-instance-arn": [self._resources.instance_arn],
                "status": [run["Status"]],
            }

        found = _matching(found, request, keys)
        return _paged("ReplicationTaskAssessmentRuns", found, request)

    def describe_replication_task_individual_assessments(
        self, request: dict[str, Any]
    ) -> dict[str, Any]:
        found = [each for task in self._tasks for each in task.assessments.individual()]

        def keys(one: dict[str, Any]) -> dict[str, list[str]]:
            return {
                "replication-task-assessment-run-arn": [one["ReplicationTaskAssessmentRunArn"]],
                "status": [one["Status"]],
            }

        found = _matching(found, request, keys)
        return _paged("ReplicationTaskIndividualAssessments", found, request)

    def describe_events(self, request: dict[str, Any]) -> dict[str, Any]:
        kept = {id(task.events): task.events for task in self._tasks}.values()
        found = [event for events_of in kept for event in events_of.described(request)]
        return _paged("Events", found, request)

    def test_connection(self, request: dict[str, Any]) -> dict[str, Any]:
        """Asynchronous: the result is in DescribeConnections (DMS API reference, TestConnection)."""
        used = [(task, side) for task, side, arn in self._ends() if arn == request["EndpointArn"]]
        if not used or request["ReplicationInstanceArn"] != self._resources.instance_arn:
            raise not_found("Endpoint or replication instance not found")
        for task, side in used:
            task.test_connection(side)
        return {"Connection": self._connection(request["EndpointArn"])}

    def describe_connections(self, request: dict[str, Any]) -> dict[str, Any]:
        tested = [arn for task, side, arn in self._ends() if side in task.connections]
        found = [self._connection(arn) for arn in dict.fromkeys(tested)]

        def keys(connection: dict[str, Any]) -> dict[str, list[str]]:
            return {
                "endpoint-arn": [connection["EndpointArn"]],
                "replication-instance-arn": [connection["ReplicationInstanceArn"]],
            }

        return _paged("Connections", _filtered(found, request, keys, "Connections"), request)

    def _ends(self) -> list[tuple[DmsTask, Side, str]]:
        """Every end of every task, with the ARN of its endpoint, which tasks may share."""
        return [
            (task, side, task.resources.endpoint_arn(side))
            for task in self._tasks
            for side in _SIDES
        ]

    def _connection(self, endpoint_arn: str) -> dict[str, Any]:
        """As the worst of the tasks that use the endpoint sees it."""
        seen = [
            (side, *task.connections[side])
            for task, side, arn in self._ends()
            if arn == endpoint_arn and side in task.connections
        ]
        side, status, reason = min(seen, key=lambda one: _BAD_FIRST.index(one[1]))
        connection = {
            "ReplicationInstanceArn": self._resources.instance_arn,
            "EndpointArn": endpoint_arn,
            "Status": status,
            "EndpointIdentifier": side,
            "ReplicationInstanceIdentifier": self._resources.instance_identifier,
        }
        return connection if reason is None else {**connection, "LastFailureMessage": reason}

    def _named(self, request: dict[str, Any]) -> tuple[DmsTask, ...]:
        """The tasks that a filter by ARN leaves; to describe a task is to look at two databases."""
        for wanted in request.get("Filters") or []:
            if wanted["Name"] == "replication-task-arn":
                arns = wanted["Values"]
                return tuple(task for task in self._tasks if task.resources.task_arn in arns)
        return self._tasks

    def _task(self, request: dict[str, Any]) -> DmsTask:
        arn = request["ReplicationTaskArn"]
        for task in self._tasks:
            if task.resources.task_arn == arn:
                return task
        raise not_found(f"Replication Task not found: {arn}")


class DmsServer:
    """The operations on a port of the loopback interface. Raises OSError where it is taken."""

    def __init__(self, *tasks: DmsTask, operations: object = None, port: int = 0) -> None:
        """operations: methods as those of DmsOperations, in their place."""
        self._server = _Server(("127.0.0.1", port), _Handler)
        self._server.operations = DmsOperations(*tasks) if tasks else operations
        self.endpoint = f"http://127.0.0.1:{self._server.server_port}"
        # The interval is how long close() waits.
        threading.Thread(
            target=self._server.serve_forever, args=(0.1,), daemon=True, name="dms-stand-in"
        ).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    operations: object


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    # One segment per response; see the Runtime API.
    wbufsize = 1 << 16

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"{}")
        target = self.headers.get("X-Amz-Target") or ""
        try:
            self._send(200, self._operation(target)(request))
        except DmsFault as fault:
            self._send(400, {"__type": fault.code, "message": str(fault)})
        except Exception as error:
            # Without an answer botocore would try again for minutes.
            self._send(500, {"__type": "InternalFailure", "message": repr(error)})
            raise

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  (the base class's name)
        """Nothing: a rehearsal polls every second."""

    def _operation(self, target: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
        operations = cast("_Server", self.server).operations
        service, _, name = target.partition(".")
        found = getattr(operations, _snake(name), None)
        if service != "AmazonDMSv20160101" or found is None or name.startswith("_"):
            raise DmsFault("UnknownOperationException", f"{target} is not part of the stand-in")
        return cast("Callable[[dict[str, Any]], dict[str, Any]]", found)

    def _send(self, status: int, response: dict[str, Any]) -> None:
        body = json.dumps(response).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/x-amz-json-1.1")
        self.send_header("x-amzn-RequestId", str(uuid.uuid4()))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)[1:]


def _filtered(
    found: list[dict[str, Any]],
    request: dict[str, Any],
    keys: Callable[[dict[str, Any]], dict[str, list[str]]],
    what: str,
) -> list[dict[str, Any]]:
    matching = _matching(found, request, keys)
    if request.get("Filters") and not matching:
        raise not_found(f"No {what} found matching given filter")
    return matching


def _matching(
    found: Iterable[dict[str, Any]],
    request: dict[str, Any],
    keys: Callable[[dict[str, Any]], dict[str, list[str]]],
) -> list[dict[str, Any]]:
    return [
        one
        for one in found
        if all(
            set(keys(one).get(wanted["Name"], ())) & set(wanted["Values"])
            for wanted in request.get("Filters") or []
        )
    ]


def _paged(
    name: str, rows: list[Any], request: dict[str, Any], *, largest: int = _PAGE
) -> dict[str, Any]:
    """One page, with the marker of the next. DMS API reference, MaxRecords: 20 to 100, of tables to 500."""
    first, size = int(request.get("Marker") or 0), int(request.get("MaxRecords") or _PAGE)
    if not 20 <= size <= largest:
        raise DmsFault(
            "InvalidParameterValueException", f"MaxRecords must be between 20 and {largest}: {size}"
        )
    page = rows[first : first + size]
    more = first + size < len(rows)
    return {name: page, "Marker": str(first + size)} if more else {name: page}
