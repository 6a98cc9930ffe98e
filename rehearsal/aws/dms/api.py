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


class DmsOperations:
    """Each method is one operation: request members in, response members out."""

    def __init__(self, task: DmsTask) -> None:
        self._task = task
        self._resources = task.resources

    def describe_replication_tasks(self, request: dict[str, Any]) -> dict[str, Any]:
        """DMS API reference, DescribeReplicationTasks; a filter that finds nothing is ResourceNotFoundFault."""
        task = self._task.describe(with_settings=not request.get("WithoutSettings"))
        keys = {
            "replication-task-arn": [self._resources.task_arn],
            "replication-task-id": [self._resources.task_identifier],
            "replication-instance-arn": [self._resources.instance_arn],
            "endpoint-arn": [self._resources.endpoint_arn(side) for side in _SIDES],
            "migration-type": ["full-load-and-cdc"],
        }
        return {"ReplicationTasks": _filtered([task], request, lambda _: keys, "Tasks")}

    def describe_table_statistics(self, request: dict[str, Any]) -> dict[str, Any]:
        """DMS API reference, TableStatistics, in pages; no table before the first start."""
        self._own_task(request)
        progress = self._task.progress()
        rows = [_table(table) for table in (progress.tables if progress else ())]
        for wanted in request.get("Filters") or []:
            member = {
                "schema-name": "SchemaName",
                "table-name": "TableName",
                "table-state": "TableState",
            }.get(wanted["Name"])
            rows = [row for row in rows if member is None or row[member] in wanted["Values"]]
        page, marker = _page(rows, request)
        response = {"ReplicationTaskArn": self._resources.task_arn, "TableStatistics": page}
        return {**response, "Marker": marker} if marker else response

    def start_replication_task(self, request: dict[str, Any]) -> dict[str, Any]:
        """DMS API reference, StartReplicationTask."""
        self._own_task(request)
        self._task.start(request["StartReplicationTaskType"])
        return {"ReplicationTask": self._task.describe()}

    def stop_replication_task(self, request: dict[str, Any]) -> dict[str, Any]:
        self._own_task(request)
        self._task.stop()
        return {"ReplicationTask": self._task.describe()}

    def delete_replication_task(self, request: dict[str, Any]) -> dict[str, Any]:
        """Here the replication goes away, and the task could be started anew."""
        self._own_task(request)
        self._task.delete()
        return {"ReplicationTask": {**self._task.describe(), "Status": "deleting"}}

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
        side = self._resources.side(request["EndpointArn"])
        if side is None or request["ReplicationInstanceArn"] != self._resources.instance_arn:
            raise DmsFault("ResourceNotFoundFault", "Endpoint or replication instance not found")
        self._task.test_connection(side)
        return {"Connection": self._connection(side)}

    def describe_connections(self, request: dict[str, Any]) -> dict[str, Any]:
        found = [self._connection(side) for side in _SIDES if side in self._task.connections]

        def keys(connection: dict[str, Any]) -> dict[str, list[str]]:
            return {
                "endpoint-arn": [connection["EndpointArn"]],
                "replication-instance-arn": [connection["ReplicationInstanceArn"]],
            }

        return {"Connections": _filtered(found, request, keys, "Connections")}

    def _connection(self, side: Side) -> dict[str, Any]:
        status, reason = self._task.connections[side]
        connection = {
            "ReplicationInstanceArn": self._resources.instance_arn,
            "EndpointArn": self._resources.endpoint_arn(side),
            "Status": status,
            "EndpointIdentifier": side,
            "ReplicationInstanceIdentifier": self._resources.instance_identifier,
        }
        return connection if reason is None else {**connection, "LastFailureMessage": reason}

    def _own_task(self, request: dict[str, Any]) -> None:
        if request["ReplicationTaskArn"] != self._resources.task_arn:
            arn = request["ReplicationTaskArn"]
            raise DmsFault("ResourceNotFoundFault", f"Replication Task not found: {arn}")


class DmsServer:
    """The operations on a port of the loopback interface. Raises OSError where it is taken."""

    def __init__(
        self, task: DmsTask | None = None, *, operations: object = None, port: int = 0
    ) -> None:
        """operations: methods as those of DmsOperations, in their place."""
        self._server = _Server(("127.0.0.1", port), _Handler)
        self._server.operations = DmsOperations(task) if task is not None else operations
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
