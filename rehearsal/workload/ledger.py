"""What the clients saw, kept in files: acknowledged writes, reads by side, errors."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, cast

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from rehearsal.workload.configuration import Side

# Named tuples, not dataclasses: a run makes a hundred thousand of them.


class Write(NamedTuple):
    """A write that a client was told is committed. Times are nanoseconds since the epoch."""

    writer: int
    seq: int
    side: Side
    sent_ns: int
    """When the attempt that was acknowledged was sent."""
    acknowledged_ns: int

    def line(self) -> str:
        return f"w {self.writer} {self.seq} {self.side} {self.sent_ns} {self.acknowledged_ns}\n"


class Reads(NamedTuple):
    """Reads answered by one side in one tenth of a second."""

    start_ns: int
    side: Side
    reads: int
    resolutions: int
    """How many of them asked the name server first: the independent draws behind a share."""
    slowest_ms: float

    def line(self) -> str:
        return (
            f"r {self.start_ns} {self.side} {self.reads} {self.resolutions} {self.slowest_ms:.3f}\n"
        )


class ClientError(NamedTuple):
    """An error a client met (and, where it was a writer, tried again after)."""

    time_ns: int
    client: str
    """`writer 3`, `reader 1`."""
    side: Side
    sqlstate: str

    def line(self) -> str:
        kind, _, number = self.client.partition(" ")
        return f"e {self.time_ns} {kind} {number} {self.side} {self.sqlstate}\n"


class ClientRecords(NamedTuple):
    """Everything the clients of a run wrote down, in the order of time."""

    writes: list[Write]
    reads: list[Reads]
    errors: list[ClientError]

    def errors_by_sqlstate(self) -> dict[str, int]:
        counts: dict[str, int] = {}
        for error in self.errors:
            counts[error.sqlstate] = counts.get(error.sqlstate, 0) + 1
        return dict(sorted(counts.items()))


def load(paths: Iterable[Path]) -> ClientRecords:
    """Read the records of all client processes. A last line cut short by a kill is left out."""
    records = ClientRecords([], [], [])
    for path in paths:
        with path.open() as file:
            for line in file:
                if line.endswith("\n"):
                    _add(records, line.split())
    records.writes.sort(key=lambda write: write.acknowledged_ns)
    records.reads.sort(key=lambda reads: reads.start_ns)
    records.errors.sort(key=lambda error: error.time_ns)
    return records


def _add(records: ClientRecords, words: list[str]) -> None:
    match words:
        case ["w", writer, seq, side, sent, acknowledged]:
            records.writes.append(
                Write(int(writer), int(seq), cast("Side", side), int(sent), int(acknowledged))
            )
        case ["r", start, side, reads, resolutions, slowest]:
            records.reads.append(
                Reads(int(start), cast("Side", side), int(reads), int(resolutions), float(slowest))
            )
        case ["e", time, kind, number, side, sqlstate]:
            records.errors.append(
                ClientError(int(time), f"{kind} {number}", cast("Side", side), sqlstate)
            )
        case _:
            message = f"not a line of a client's records: {' '.join(words)!r}"
            raise ValueError(message)
