"""From the clients' records to the samples of the charts."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from rehearsal.report.model import Acknowledgement, TrafficSample

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rehearsal.workload.configuration import Side
    from rehearsal.workload.ledger import ClientRecords, Write

NANOSECONDS: Final = 1_000_000_000
SAMPLES_WANTED: Final = 240
"""About as many as a chart has room for; more would be noise."""
SHORTEST_SAMPLE_SECONDS: Final = 0.25
CLOSE_UP_SECONDS: Final = 0.3


def traffic_samples(
    records: ClientRecords, *, started_ns: int, wall_seconds: float
) -> list[TrafficSample]:
    """Reads and writes per second by side, in even intervals over the whole run.

    An interval in which nothing was acknowledged is a sample of zeros: a stall must show.
    """
    seconds = max(SHORTEST_SAMPLE_SECONDS, wall_seconds / SAMPLES_WANTED)
    writes = _count(
        ((write.acknowledged_ns, write.side, 1) for write in records.writes), started_ns, seconds
    )
    reads = _count(
        ((bucket.start_ns, bucket.side, bucket.reads) for bucket in records.reads),
        started_ns,
        seconds,
    )
    busy = [interval for interval, _ in (*writes, *reads)]
    return [
        TrafficSample(
            time=(interval + 0.5) * seconds,
            reads_source=reads[interval, "source"] / seconds,
            reads_target=reads[interval, "target"] / seconds,
            writes_source=writes[interval, "source"] / seconds,
            writes_target=writes[interval, "target"] / seconds,
        )
        for interval in range(min(busy, default=0), max(busy, default=-1) + 1)
    ]


def close_up(
    writes: Sequence[Write],
    *,
    started_ns: int,
    around_ns: int,
    reach_seconds: float = CLOSE_UP_SECONDS,
) -> list[Acknowledgement]:
    """The acknowledged writes near a moment, for the chart of the pause.

    A pause longer than `reach_seconds` is not drawn: pass more where the measured one is longer.
    """
    reach = int(reach_seconds * NANOSECONDS)
    return [
        Acknowledgement(
            time=(write.acknowledged_ns - started_ns) / NANOSECONDS,
            writer=write.writer,
            side=write.side,
        )
        for write in writes
        if abs(write.acknowledged_ns - around_ns) <= reach
    ]


def _count(
    happenings: Iterable[tuple[int, Side, int]], started_ns: int, seconds: float
) -> Counter[tuple[int, Side]]:
    counts: Counter[tuple[int, Side]] = Counter()
    for time_ns, side, number in happenings:
        counts[int((time_ns - started_ns) / NANOSECONDS // seconds), side] += number
    return counts
