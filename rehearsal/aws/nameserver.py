"""Weighted DNS answers from the emulated Route 53: what clients of a record see while it moves."""

from __future__ import annotations

import random
import socket
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from math import gcd
from typing import Protocol

from dnslib import CNAME, QTYPE, RCODE, RR, DNSError, DNSRecord

_LARGEST_QUERY = 1232


@dataclass(frozen=True, kw_only=True)
class WeightedRecord:
    """One of the CNAME records of a name."""

    value: str
    weight: int
    ttl_seconds: int


Zone = Callable[[str], Sequence[WeightedRecord]]
"""The records of a name (lower case, no dot at the end); none where the name does not exist."""


class Route53Zone:
    """Reads a hosted zone in moto's memory, so that every answer is of this moment."""

    def __init__(self, hosted_zone: _MotoZone) -> None:
        self._zone = hosted_zone

    def __call__(self, name: str) -> Sequence[WeightedRecord]:
        return [
            WeightedRecord(
                value=record.records[0].rstrip("."),
                weight=int(record.weight if record.weight is not None else 1),
                ttl_seconds=int(record.ttl or 0),
            )
            for record in self._zone.rrsets
            if record.type == "CNAME" and record.name.rstrip(".").lower() == name
        ]


class _MotoRecord(Protocol):
    name: str
    type: str
    ttl: int | str | None
    weight: int | str | None
    records: list[str]


class _MotoZone(Protocol):
    rrsets: list[_MotoRecord]


@dataclass
class _Deck:
    weights: tuple[int, ...]
    cards: list[int] = field(default_factory=list)


class WeightedChoice:
    """Deals answers from shuffled decks of the weights.

    Route 53 draws each answer by chance; with a hundred clients a share of 20 % would then be seen as
    anything from 12 to 28 %. A deck keeps what is measured close to the weight.
    """

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._decks: dict[str, _Deck] = {}

    def choose(self, name: str, records: Sequence[WeightedRecord]) -> WeightedRecord:
        """One of them. Weight 0 is never chosen, unless all are 0: then each is equally likely."""
        weights = tuple(record.weight for record in records)
        if not any(weights):
            weights = (1,) * len(records)
        deck = self._decks.get(name)
        if deck is None or deck.weights != weights:
            deck = self._decks[name] = _Deck(weights)
        if not deck.cards:
            unit = gcd(*weights)
            deck.cards = [i for i, weight in enumerate(weights) for _ in range(weight // unit)]
            self._random.shuffle(deck.cards)
        return records[deck.cards.pop()]


class NameServer:
    """Answers A and CNAME queries over UDP on the loopback interface; every answer is the CNAME.

    Raises OSError where the port is taken.
    """

    def __init__(self, zone: Zone, *, port: int = 0, seed: int = 1) -> None:
        self._zone = zone
        self._choice = WeightedChoice(seed)
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            self._socket.bind(("127.0.0.1", port))
        except OSError:
            self._socket.close()
            raise
        self.port: int = self._socket.getsockname()[1]
        self._closing = False
        self._thread = threading.Thread(target=self._serve, daemon=True, name="nameserver")
        self._thread.start()

    def close(self) -> None:
        self._closing = True
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as knock:
            # Closing the socket would not wake the thread that receives from it.
            knock.sendto(b"", ("127.0.0.1", self.port))
        self._thread.join(timeout=5)
        self._socket.close()

    def answer(self, query: bytes) -> bytes | None:
        """The response to a query; None for what is no query."""
        try:
            question = DNSRecord.parse(query)
            name = str(question.q.qname).rstrip(".").lower()
        except (DNSError, ValueError, IndexError, AttributeError):
            return None
        reply = question.reply(aa=1, ra=0)
        records = self._zone(name)
        if not records:
            reply.header.rcode = RCODE.NXDOMAIN
        elif question.q.qtype in (QTYPE.A, QTYPE.CNAME, QTYPE.AAAA):
            chosen = self._choice.choose(name, records)
            reply.add_answer(
                RR(question.q.qname, QTYPE.CNAME, rdata=CNAME(chosen.value), ttl=chosen.ttl_seconds)
            )
        packed: bytes = reply.pack()
        return packed

    def _serve(self) -> None:
        while not self._closing:
            try:
                query, client = self._socket.recvfrom(_LARGEST_QUERY)
            except OSError:
                return
            response = self.answer(query)
            if response is not None:
                with suppress(OSError):
                    self._socket.sendto(response, client)
