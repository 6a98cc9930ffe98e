"""Lambda's Runtime API (version 2018-06-01) for one execution environment."""

from __future__ import annotations

import socket
import threading
import time
import uuid
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from queue import SimpleQueue
from typing import Any, Literal

_PREFIX = "/2018-06-01/runtime/"


@dataclass(frozen=True, kw_only=True)
class Invocation:
    """One event on its way to the function."""

    payload: bytes
    function_arn: str
    timeout_seconds: float
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    started: float = field(default_factory=time.time)

    def headers(self) -> dict[str, str]:
        """As the runtime client expects them; the deadline is what get_remaining_time reads."""
        trace = self.request_id.replace("-", "")
        deadline = int((self.started + self.timeout_seconds) * 1000)
        return {
            "Content-Type": "application/json",
            "Lambda-Runtime-Aws-Request-Id": self.request_id,
            "Lambda-Runtime-Deadline-Ms": str(deadline),
            "Lambda-Runtime-Invoked-Function-Arn": self.function_arn,
            "Lambda-Runtime-Trace-Id": f"Root=1-{trace[:8]}-{trace[8:]};Sampled=0",
        }


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came back, or that the environment ended without an answer."""

    kind: Literal["response", "error", "init-error", "exit"]
    request_id: str | None = None
    body: bytes = b""


class RuntimeApi:
    """Serves one environment: hands out invocations, collects answers."""

    def __init__(self) -> None:
        self.asked = threading.Event()
        """Set while the runtime waits for an event: its initialization is over."""
        self.invocations: SimpleQueue[Invocation | None] = SimpleQueue()
        self.answers: SimpleQueue[Answer] = SimpleQueue()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True, name="runtime-api").start()

    def close(self) -> None:
        """Stop listening, and let go of a runtime that waits for an event."""
        with suppress(OSError):
            # Closing alone would not wake the thread that accepts.
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.invocations.put(None)

    def _accept(self) -> None:
        while True:
            try:
                connection, address = self._listener.accept()
            except OSError:
                return
            threading.Thread(
                target=self._serve, args=(connection, address), daemon=True, name="runtime-api"
            ).start()

    def _serve(self, connection: socket.socket, address: Any) -> None:
        with connection, suppress(OSError):
            _Handler(connection, address, self)  # type: ignore[arg-type]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    # One segment per response: unbuffered writes cost 2 x 40 ms (Nagle against delayed ACK).
    wbufsize = 1 << 16
    server: RuntimeApi  # type: ignore[assignment]

    def do_GET(self) -> None:
        if self.path != _PREFIX + "invocation/next":
            self._send(404)
            return
        self.server.asked.set()
        invocation = self.server.invocations.get()
        if invocation is None:
            self.close_connection = True
            return
        self._send(200, invocation.payload, invocation.headers())

    def do_POST(self) -> None:
        body = self._body()
        parts = self.path.removeprefix(_PREFIX).split("/")
        match parts:
            case ["init", "error"]:
                answer = Answer(kind="init-error", body=body)
            case ["invocation", request_id, "response"]:
                answer = Answer(kind="response", request_id=request_id, body=body)
            case ["invocation", request_id, "error"]:
                answer = Answer(kind="error", request_id=request_id, body=body)
            case _:
                self._send(404)
                return
        self._send(202, b'{"status": "OK"}', {"Content-Type": "application/json"})
        self.server.answers.put(answer)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  (the base class's name)
        """Nothing: the functions' own output is the log."""

    def _body(self) -> bytes:
        if "chunked" not in (self.headers.get("Transfer-Encoding") or ""):
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = []
        while size := int(self.rfile.readline().strip() or b"0", 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)

    def _send(self, status: int, body: bytes = b"", headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()
