"""One client process's memory: threads add what they see, the main thread writes it down."""

from __future__ import annotations

import json
import time
from collections import Counter, deque
from typing import IO, TYPE_CHECKING, Final, TypeVar

from rehearsal.workload.ledger import ClientError, Reads, Write

if TYPE_CHECKING:
    from rehearsal.workload.configuration import Side

BUCKET_NS: Final = 100_000_000

Item = TypeVar("Item")
Read = tuple[int, "Side", bool, float]
"""When, which side, whether the name server was asked, milliseconds."""


class Recorder:
    """Collects from all threads of a process. Adding is one append, which needs no lock."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file
        self._writes: deque[Write] = deque()
        self._reads: deque[Read] = deque()
        self._errors: deque[ClientError] = deque()
        self._error_totals: Counter[str] = Counter()
        self._last_acknowledged: dict[str, int] = {}
        self._flushed = time.monotonic()

    def wrote(self, write: Write) -> None:
        self._writes.append(write)

    def read(self, *, side: Side, resolved: bool, milliseconds: float) -> None:
        self._reads.append((time.time_ns(), side, resolved, milliseconds))

    def failed(self, error: ClientError) -> None:
        self._errors.append(error)

    def flush(self) -> str:
        """Write down what was added since the last call; returns its figures as a line of JSON."""
        writes, reads, errors = _drain(self._writes), _drain(self._reads), _drain(self._errors)
        lines = [write.line() for write in writes]
        lines += [bucket.line() for bucket in _in_buckets(reads)]
        lines += [error.line() for error in errors]
        self._file.write("".join(lines))
        self._file.flush()
        self._error_totals.update(error.sqlstate for error in errors)
        for write in writes:
            self._last_acknowledged[write.side] = max(
                write.acknowledged_ns, self._last_acknowledged.get(write.side, 0)
            )
        elapsed = time.monotonic() - self._flushed
        self._flushed += elapsed
        return json.dumps(
            {
                "elapsed_seconds": elapsed,
                "writes": Counter(write.side for write in writes),
                "reads": Counter(side for _, side, _, _ in reads),
                "errors": self._error_totals,
                "last_acknowledged_ns": self._last_acknowledged,
            }
        )


def _drain(queue: deque[Item]) -> list[Item]:
    # One by one: a list swapped for an empty one could be appended to after it was written down.
    return [queue.popleft() for _ in range(len(queue))]


def _in_buckets(reads: list[Read]) -> list[Reads]:
    buckets: dict[tuple[int, Side], Reads] = {}
    for time_ns, side, resolved, milliseconds in reads:
        start_ns = time_ns - time_ns % BUCKET_NS
        old = buckets.get((start_ns, side), Reads(start_ns, side, 0, 0, 0.0))
        buckets[start_ns, side] = Reads(
            start_ns,
            side,
            old.reads + 1,
            old.resolutions + resolved,
            max(old.slowest_ms, milliseconds),
        )
    return list(buckets.values())
