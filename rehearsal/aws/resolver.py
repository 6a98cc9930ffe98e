"""A client of the rehearsal's name server: one look-up a call, fit for thousands of simulated users."""

from __future__ import annotations

import random
import socket
import threading
from dataclasses import dataclass
from typing import Final

from dnslib import QTYPE, RCODE, DNSError, DNSQuestion, DNSRecord

ATTEMPTS: Final = 3


class NoAnswer(OSError):
    """The name server was silent, or does not know the name."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the record points at, and for how long that may be kept."""

    value: str
    ttl_seconds: float


class DnsResolver:
    """Asks the name server each time; whoever simulates a client's cache keeps the answer.

    Callable from many threads: each has one socket for all its users.
    """

    def __init__(self, *, port: int, host: str = "127.0.0.1", timeout_seconds: float = 1.0) -> None:
        self._server = (host, port)
        self._timeout = timeout_seconds
        self._local = threading.local()

    def resolve(self, name: str) -> Answer:
        """The CNAME of this moment. Raises NoAnswer after three tries, or where there is none."""
        connected = self._socket()
        identifier = random.getrandbits(16)
        query = DNSRecord(q=DNSQuestion(name, QTYPE.CNAME))
        query.header.id = identifier
        packed = query.pack()
        for _ in range(ATTEMPTS):
            connected.send(packed)
            try:
                response = self._receive(connected, identifier)
            except TimeoutError:
                continue
            return _answer(name, response)
        raise NoAnswer(f"no answer from {self._server[0]}:{self._server[1]} for {name}")

    def _receive(self, connected: socket.socket, identifier: int) -> DNSRecord:
        while True:
            try:
                response = DNSRecord.parse(connected.recv(4096))
            except ConnectionRefusedError as error:
                raise NoAnswer(f"nobody listens on {self._server}") from error
            except DNSError:
                continue
            # An answer that came after its question was given up must not be taken for this one's.
            if response.header.id == identifier:
                return response

    def _socket(self) -> socket.socket:
        found: socket.socket | None = getattr(self._local, "socket", None)
        if found is None:
            found = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            found.settimeout(self._timeout)
            found.connect(self._server)
            self._local.socket = found
        return found


def _answer(name: str, response: DNSRecord) -> Answer:
    for record in response.rr:
        if record.rtype == QTYPE.CNAME:
            return Answer(value=str(record.rdata).rstrip("."), ttl_seconds=float(record.ttl))
    raise NoAnswer(f"{name}: {RCODE.get(response.header.rcode)}, and no CNAME in the answer")
