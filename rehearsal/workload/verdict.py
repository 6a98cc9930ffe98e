"""The verdict: pure functions over what clients recorded and what databases hold."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rehearsal.workload.configuration import Side
    from rehearsal.workload.contents import Contents
    from rehearsal.workload.ledger import Reads, Write

EXAMPLES: Final = 10
NANOSECONDS: Final = 1_000_000_000
SETTLING_MARGIN_SECONDS: Final = 0.3
"""What a weight needs to reach clients beside the TTL: the name server, a read under way."""


@dataclass(frozen=True, kw_only=True)
class Closed:
    """A time in which a side was certainly closed: ns since the epoch; None: unbounded.

    An opening takes effect at some moment between asking for it and hearing of it, and a client
    may be told of its write before the one who opened hears: end the time before the asking.
    A closing, likewise: begin it after the answer.
    """

    side: Side
    from_ns: int | None = None
    until_ns: int | None = None

    def covers(self, write: Write) -> bool:
        """Whether the write was sent after the closing and acknowledged before the opening.

        A write sent before the closing may be told of after it: it was in time.
        """
        return (
            write.side == self.side
            and (self.from_ns is None or write.sent_ns > self.from_ns)
            and (self.until_ns is None or write.acknowledged_ns < self.until_ns)
        )


@dataclass(frozen=True, kw_only=True)
class LedgerVerdict:
    """What became of the writes. All counts but `acknowledged` are zero where all is well."""

    acknowledged: int
    """Different writes that clients were told are committed."""
    lost: int
    """Acknowledged, and absent on the surviving database."""
    duplicated: int
    """Applied more than once: surplus rows in ledger or events, surplus entries in balances."""
    written_to_closed_side: int
    """Acknowledged by a closed side, or a row on the other side that the survivor lacks."""
    wrong_balances: int
    """Accounts of the survivor whose balance or entries are not what its ledger says."""
    examples: Mapping[str, Sequence[str]]
    """By name of the count, some of the writes or accounts behind it."""

    @property
    def clean(self) -> bool:
        return not (
            self.lost or self.duplicated or self.written_to_closed_side or self.wrong_balances
        )


@dataclass(frozen=True, kw_only=True)
class Pause:
    """How long writes stood still, in milliseconds.

    Per writer: from its last acknowledgement on one side to its first on the other.
    """

    client_p50: float
    client_p99: float
    client_max: float
    overall: float
    """From the last acknowledgement to anybody on one side to the first to anybody on the other."""
    writers: Mapping[int, float]


@dataclass(frozen=True, kw_only=True)
class StageInterval:
    """A weight of the read record and the time it was in force, nanoseconds since the epoch."""

    weight: int
    entered_ns: int
    left_ns: int


@dataclass(frozen=True, kw_only=True)
class ReadShare:
    """How reads were divided while a stage's weight had settled."""

    weight: int
    share: float | None
    """Of the target, 0 to 1; None where no read fell into the settled part: not known, not fine."""
    reads: int
    resolutions: int
    """Independent draws behind the share: its standard error is sqrt(w (1 - w) / resolutions)."""


def judge_writes(
    writes: Sequence[Write],
    *,
    survivor: Contents,
    other: Contents | None,
    closed: Sequence[Closed],
) -> LedgerVerdict:
    """Compare what clients were told with what the surviving database holds.

    `other` is the side that was given up; None where it can't be read, and then its rows are not
    counted. It must have had the time to receive what the survivor sent back.
    """
    told = {(write.writer, write.seq) for write in writes}
    lost = sorted(told - survivor.ledger.keys())
    trespassing = {
        (write.writer, write.seq)
        for write in writes
        if any(interval.covers(write) for interval in closed)
    }
    stranded = set() if other is None else other.ledger.keys() - survivor.ledger.keys()
    surplus, wrong = _check_balances(survivor)
    repeated = survivor.repeated
    return LedgerVerdict(
        acknowledged=len(told),
        lost=len(lost),
        duplicated=sum(repeated.values()) + sum(surplus.values()),
        written_to_closed_side=len(trespassing | stranded),
        wrong_balances=len(wrong),
        examples={
            "lost": _some_writes(lost),
            "duplicated": _some_writes(sorted(repeated)) + _some_accounts(sorted(surplus)),
            "written_to_closed_side": _some_writes(sorted(trespassing | stranded)),
            "wrong_balances": _some_accounts(wrong),
        },
    )


def measure_pause(
    writes: Sequence[Write],
    *,
    from_side: Side,
    to_side: Side,
    between_ns: tuple[int, int] | None = None,
) -> Pause | None:
    """The pause of the switch from one side to the other; None where no writer was seen on both.

    `between_ns` looks at one of several switches: a moment before it and one after it.
    """
    first, last = between_ns or (0, math.inf)
    span = [write for write in writes if first <= write.acknowledged_ns <= last]
    before: dict[int, int] = {}
    after: dict[int, int] = {}
    for write in span:
        if write.side == from_side:
            before[write.writer] = max(write.acknowledged_ns, before.get(write.writer, 0))
        elif write.side == to_side:
            known = after.get(write.writer, write.acknowledged_ns)
            after[write.writer] = min(write.acknowledged_ns, known)
    gaps = {writer: (after[writer] - before[writer]) / 1e6 for writer in before.keys() & after}
    if not gaps:
        return None
    ordered = sorted(gaps.values())
    return Pause(
        client_p50=percentile(ordered, 50),
        client_p99=percentile(ordered, 99),
        client_max=ordered[-1],
        overall=(min(after.values()) - max(before.values())) / 1e6,
        writers=dict(sorted(gaps.items())),
    )


def longest_stalls(
    writes: Sequence[Write],
    *,
    between_ns: tuple[int, int] | None = None,
    until_the_end: bool = False,
) -> dict[int, float]:
    """Per writer, the longest time between two acknowledgements in a row, in milliseconds.

    For runs that end where they began: after an abort there is no other side to measure to.
    until_the_end: whoever was told of nothing before the end of `between_ns`, or in all of it, stood still too.
    """
    first, last = between_ns or (0, math.inf)
    previous: dict[int, int] = {}
    stalls: dict[int, float] = {}
    for write in sorted(writes, key=lambda write: write.acknowledged_ns):
        if not first <= write.acknowledged_ns <= last:
            continue
        if write.writer in previous:
            gap = (write.acknowledged_ns - previous[write.writer]) / 1e6
            stalls[write.writer] = max(gap, stalls.get(write.writer, 0.0))
        previous[write.writer] = write.acknowledged_ns
    if until_the_end and between_ns is not None:
        for writer in {write.writer for write in writes}:
            gap = (between_ns[1] - previous.get(writer, between_ns[0])) / 1e6
            stalls[writer] = max(gap, stalls.get(writer, 0.0))
    return dict(sorted(stalls.items()))


def measure_read_shares(
    stages: Sequence[StageInterval],
    reads: Sequence[Reads],
    *,
    ttl_seconds: float,
    margin_seconds: float = SETTLING_MARGIN_SECONDS,
) -> list[ReadShare]:
    """The target's share of reads in each stage, once every older cached answer has expired."""
    settling_ns = int((ttl_seconds + margin_seconds) * NANOSECONDS)
    shares = []
    for stage in stages:
        settled = [
            bucket
            for bucket in reads
            if stage.entered_ns + settling_ns <= bucket.start_ns < stage.left_ns
        ]
        counts: Counter[Side] = Counter()
        for bucket in settled:
            counts[bucket.side] += bucket.reads
        shares.append(
            ReadShare(
                weight=stage.weight,
                share=counts["target"] / counts.total() if counts.total() else None,
                reads=counts.total(),
                resolutions=sum(bucket.resolutions for bucket in settled),
            )
        )
    return shares


def percentile(ordered: Sequence[float], percent: float) -> float:
    """The nearest-rank percentile of values in ascending order: always one that was measured."""
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


def _check_balances(contents: Contents) -> tuple[Counter[int], list[int]]:
    """Accounts with too many entries (and how many), and all that the ledger does not explain."""
    movement: Counter[int] = Counter()
    entries: Counter[int] = Counter()
    for transfer in contents.ledger.values():
        movement[transfer.debit_account] -= transfer.amount
        movement[transfer.credit_account] += transfer.amount
        entries.update((transfer.debit_account, transfer.credit_account))
    surplus: Counter[int] = Counter()
    wrong = []
    for identity, account in sorted(contents.accounts.items()):
        expected = account.opening_balance + movement[identity]
        if (account.balance, account.entries) != (expected, entries[identity]):
            wrong.append(identity)
        if account.entries > entries[identity]:
            surplus[identity] = account.entries - entries[identity]
    return surplus, wrong


def _some_writes(writes: Sequence[tuple[int, int]]) -> list[str]:
    return [f"writer {writer} seq {seq}" for writer, seq in writes[:EXAMPLES]]


def _some_accounts(accounts: Sequence[int]) -> list[str]:
    return [f"account {identity}" for identity in accounts[:EXAMPLES]]
