"""Custom resources: the stack's own function is called, and answers at the URL it is given."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final, cast

from rehearsal.cloudformation.errors import ResourceFailed
from rehearsal.cloudformation.kinds import Api, Resource

DEFAULT_TIMEOUT_SECONDS: Final = 3600


class CustomResources:
    """A kind for every Custom::... type: CloudFormation user guide, "Custom resources".

    Close it: it listens on the loopback interface.
    """

    stub = ""

    def __init__(self) -> None:
        self._server = _Server(("127.0.0.1", 0), _Handler)
        threading.Thread(
            target=self._server.serve_forever, args=(0.1,), daemon=True, name="custom-resources"
        ).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def name_properties(self) -> frozenset[str]:
        return frozenset()

    def create(self, api: Api, resource: Resource) -> None:
        self._ask(api, resource, "Create", {})

    def update(self, api: Api, resource: Resource, before: Mapping[str, Any]) -> None:
        """Another physical id in the answer makes the stack delete the one before, afterwards."""
        old = {"OldResourceProperties": _texts(before), "PhysicalResourceId": resource.ref}
        self._ask(api, resource, "Update", old)

    def delete(self, api: Api, resource: Resource) -> None:
        self._ask(api, resource, "Delete", {"PhysicalResourceId": resource.ref})

    def _ask(
        self, api: Api, resource: Resource, request_type: str, more: Mapping[str, Any]
    ) -> None:
        request = str(uuid.uuid4())
        event = {
            "RequestType": request_type,
            "RequestId": request,
            "ResponseURL": f"http://127.0.0.1:{self._server.server_port}/{request}",
            "StackId": resource.stack_id,
            "ResourceType": resource.type_name,
            "LogicalResourceId": resource.logical_id,
            "ServiceToken": resource.properties["ServiceToken"],
            "ResourceProperties": _texts(resource.properties),
            **more,
        }
        answered = self._server.expect(request)
        api.call(
            "lambda",
            "invoke",
            FunctionName=resource.properties["ServiceToken"],
            InvocationType="Event",
            Payload=json.dumps(event).encode(),
        )
        seconds = float(resource.properties.get("ServiceTimeout") or DEFAULT_TIMEOUT_SECONDS)
        if not answered.wait(seconds):
            raise ResourceFailed(
                "CloudFormation did not receive a response from your Custom Resource. "
                f"Please check your logs for requestId [{request}]."
            )
        answer = self._server.answers.pop(request)
        if answer.get("Status") != "SUCCESS":
            raise ResourceFailed(
                f"Received response status [{answer.get('Status')}] from custom resource. "
                f"Message returned: {answer.get('Reason')} (RequestId: {request})"
            )
        _require_echo(event, answer)
        resource.ref = answer["PhysicalResourceId"]
        resource.attributes = answer.get("Data") or {}


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.answers: dict[str, dict[str, Any]] = {}
        self._waiting: dict[str, threading.Event] = {}

    def expect(self, request: str) -> threading.Event:
        self._waiting[request] = threading.Event()
        return self._waiting[request]

    def take(self, request: str, answer: dict[str, Any]) -> bool:
        """Whether anybody waits for it; a second answer to the same request is late."""
        waiting = self._waiting.pop(request, None)
        if waiting is None:
            return False
        self.answers[request] = answer
        waiting.set()
        return True


class _Handler(BaseHTTPRequestHandler):
    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        taken = cast("_Server", self.server).take(self.path.lstrip("/"), json.loads(body))
        self.send_response(200 if taken else 403)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  (the base class's name)
        """Nothing: the stack's events tell."""


def _require_echo(event: Mapping[str, Any], answer: Mapping[str, Any]) -> None:
    names = ("StackId", "RequestId", "LogicalResourceId")
    if wrong := [name for name in names if answer.get(name) != event[name]]:
        raise ResourceFailed(f"Invalid response from custom resource: {', '.join(wrong)}")
    if not answer.get("PhysicalResourceId"):
        raise ResourceFailed("Invalid PhysicalResourceId")


def _texts(value: Any) -> Any:
    """Every value that is no list or object arrives as text, whatever the template says."""
    if isinstance(value, Mapping):
        return {name: _texts(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_texts(each) for each in value]
    return str(value).lower() if isinstance(value, bool) else str(value)
