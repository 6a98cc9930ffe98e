"""A TCP link between the controller and one server that can be cut, delayed, frozen or closed in one direction."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time
from typing import Final, Literal

State = Literal["whole", "cut", "frozen", "slow", "half-closed"]
CHUNK: Final = 65536
ACCEPT_POLL_SECONDS: Final = 0.05
LOOPBACK: Final = "127.0.0.1"


class Link:
    """Listens on a free port of 127.0.0.1 and carries every connection to the server's.

    cut: connections are reset, new ones refused with a reset. frozen: nothing is carried and nobody is told, as when
    a packet filter drops. slow: each chunk waits `delay_seconds`. half-closed: what the server says gets through no
    more, what the controller says still does: an answer lost after the act.
    """

    def __init__(self, port: int) -> None:
        self._server_port = port
        self._state: State = "whole"
        self._delay_seconds = 0.0
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._lock = threading.Lock()
        self._closed = False
        self._listener = socket.create_server((LOOPBACK, 0))
        self._listener.settimeout(ACCEPT_POLL_SECONDS)
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def set(self, state: State, *, delay_seconds: float = 0.0) -> None:
        """Changes the state of this moment's connections and of those to come."""
        self._delay_seconds = delay_seconds
        self._state = state
        if state == "cut":
            self._reset_all()

    def close(self) -> None:
        """Ends everything."""
        self._closed = True
        self._reset_all()
        self._listener.close()

    def _accept(self) -> None:
        while not self._closed:
            try:
                client, _ = self._listener.accept()
            except TimeoutError:
                continue
            except OSError:
                return
            if self._state == "cut":
                _reset(client)
                continue
            try:
                server = socket.create_connection((LOOPBACK, self._server_port), timeout=5)
            except OSError:
                _reset(client)
                continue
            client.settimeout(None)
            server.settimeout(None)
            # Either end may be gone already; carrying finds out.
            with contextlib.suppress(OSError):
                for end in (client, server):
                    end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._lock:
                self._pairs.append((client, server))
            for start, end, back in ((client, server, False), (server, client, True)):
                threading.Thread(
                    target=self._carry, args=(start, end), kwargs={"back": back}, daemon=True
                ).start()

    def _carry(self, start: socket.socket, end: socket.socket, *, back: bool) -> None:
        with contextlib.suppress(OSError):
            while data := start.recv(CHUNK):
                while self._holds(back=back) and not self._closed:
                    time.sleep(0.01)
                if self._state == "slow":
                    time.sleep(self._delay_seconds)
                end.sendall(data)
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_WR)

    def _holds(self, *, back: bool) -> bool:
        return self._state == "frozen" or (self._state == "half-closed" and back)

    def _reset_all(self) -> None:
        with self._lock:
            pairs, self._pairs = self._pairs, []
        for pair in pairs:
            for end in pair:
                _reset(end)


def _reset(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        # No linger: the other end hears a reset at once, as from a host that has forgotten the connection.
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        end.shutdown(socket.SHUT_RDWR)
    with contextlib.suppress(OSError):
        end.close()
