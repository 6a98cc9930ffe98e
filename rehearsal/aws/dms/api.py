"""The DMS API over HTTP (JSON 1.1, AmazonDMSv20160101): the calls that a migration makes."""

from __future__ import annotations

import json
import threading
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, cast

from rehearsal.aws.dms.task import DmsFault

if TYPE_CHECKING:
    from collections.abc import Callable

    from rehearsal.aws.dms.replication import Side, TableProgress
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

        return {"ReplicationTasks": _filtered(found, request, keys, "Tasks")}

    def describe_table_statistics(self, request: dict[str, Any]) -> dict[str, Any]:
        """DMS API reference, TableStatistics, in pages; no table before the first start."""
        task = self._task(request)
        progress = task.progress()
        rows = [_table(table) for table in (progress.tables if progress else ())]
        for wanted in request.get("Filters") or []:
            member = {
                "schema-name": "SchemaName",
                "table-name": "TableName",
                "table-state": "TableState",
            }.get(wanted["Name"])
            rows = [row for row in rows if member is None or row[member] in wanted["Values"]]
        page, marker = _page(rows, request)
        response = {"ReplicationTaskArn": task.resources.task_arn, "TableStatistics": page}
        return {**response, "Marker": marker} if marker else response

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
        instance = {
            "ReplicationInstanceIdentifier": resources.instance_identifier,
            "ReplicationInstanceClass": resources.instance_class,
            "ReplicationInstanceStatus": "available",
            "ReplicationInstanceArn": resources.instance_arn,
            "EngineVersion": resources.engine_version,
            "AllocatedStorage": 100,
            "MultiAZ": True,
            "PubliclyAccessible": False,
        }
        keys = {
            "replication-instance-arn": [resources.instance_arn],
            "replication-instance-id": [resources.instance_identifier],
            "replication-instance-class": [resources.instance_class],
            "engine-version": [resources.engine_version],
        }
        found = _filtered([instance], request, lambda _: keys, "Replication Instances")
        return {"ReplicationInstances": found}

    def test_connection(self, request: dict[str, Any]) -> dict[str, Any]:
        """Asynchronous: the result is in DescribeConnections (DMS API reference, TestConnection)."""
        used = [(task, side) for task, side, arn in self._ends() if arn == request["EndpointArn"]]
        if not used or request["ReplicationInstanceArn"] != self._resources.instance_arn:
            raise DmsFault("ResourceNotFoundFault", "Endpoint or replication instance not found")
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

        return {"Connections": _filtered(found, request, keys, "Connections")}

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
        raise DmsFault("ResourceNotFoundFault", f"Replication Task not found: {arn}")


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


def _table(table: TableProgress) -> dict[str, Any]:
    return {
        "SchemaName": table.schema,
        "TableName": table.name,
        "Inserts": table.inserts,
        "Updates": table.updates,
        "Deletes": table.deletes,
        "Ddls": 0,
        "AppliedInserts": table.inserts,
        "AppliedUpdates": table.updates,
        "AppliedDeletes": table.deletes,
        "AppliedDdls": 0,
        "FullLoadRows": table.full_load_rows,
        "FullLoadCondtnlChkFailedRows": 0,
        "FullLoadErrorRows": 0,
        "LastUpdateTime": time.time(),
        "TableState": table.state,
        "ValidationPendingRecords": 0,
        "ValidationFailedRecords": 0,
        "ValidationSuspendedRecords": 0,
        "ValidationState": "Not enabled",
    }


def _filtered(
    found: list[dict[str, Any]],
    request: dict[str, Any],
    keys: Callable[[dict[str, Any]], dict[str, list[str]]],
    what: str,
) -> list[dict[str, Any]]:
    filters = request.get("Filters") or []
    for wanted in filters:
        found = [
            one for one in found if set(keys(one).get(wanted["Name"], ())) & set(wanted["Values"])
        ]
    if filters and not found:
        raise DmsFault("ResourceNotFoundFault", f"No {what} found matching given filter")
    return found


def _page(rows: list[Any], request: dict[str, Any]) -> tuple[list[Any], str | None]:
    first, size = int(request.get("Marker") or 0), int(request.get("MaxRecords") or _PAGE)
    more = first + size < len(rows)
    return rows[first : first + size], str(first + size) if more else None
