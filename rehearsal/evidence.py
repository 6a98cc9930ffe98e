"""What a rehearsal saw, gathered once: the scenarios judge it, the report shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from rehearsal.history import Story
from rehearsal.report.model import Event, Finalized, Replicated, TableCheck
from rehearsal.workload.configuration import Side
from rehearsal.workload.ledger import ClientRecords
from rehearsal.workload.verdict import (
    Closed,
    LedgerVerdict,
    Pause,
    ReadShare,
    StageInterval,
    measure_pause,
    measure_read_shares,
)

NANOSECONDS: Final = 1_000_000_000
SHARE_TOLERANCE: Final = 0.05
"""A stage's measured share of the reads may be this far from its weight."""


@dataclass(frozen=True, kw_only=True)
class Ending:
    """How the state machine's execution ended."""

    status: str
    error: str = ""
    cause: str = ""


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """Everything that was seen, with times in UTC."""

    started: datetime
    ended: datetime
    ending: Ending
    story: Story
    records: ClientRecords
    verdict: LedgerVerdict
    weights: dict[str, int]
    """The target's weight of each record at the end."""
    ttl_seconds: int
    second_start: Ending | None = None
    """How a second execution ended that was started while the first ran."""
    tables: Sequence[TableCheck] = ()
    events: Sequence[Event] = field(default=())
    replicated: Replicated | None = None
    finalized: Finalized | None = None
    """None where the scenario keeps the way back."""
    notices: Sequence[Event] = ()

    @property
    def started_ns(self) -> int:
        return int(self.started.timestamp() * NANOSECONDS)

    @property
    def wall_seconds(self) -> float:
        return (self.ended - self.started).total_seconds()

    @property
    def switched(self) -> bool:
        """The writer was moved."""
        return bool(self.story.certificate)

    def moment(self, key: str, switch: int = -1) -> float:
        """A time of a switch's certificate, in seconds since the start."""
        text = str(self.story.certificates[switch][key])
        return (datetime.fromisoformat(text) - self.started).total_seconds()

    def nanoseconds(self, seconds: float) -> int:
        """A moment of the run as nanoseconds since the epoch, as clients write it down."""
        return self.started_ns + int(seconds * NANOSECONDS)

    def pause(self, switch: int = -1) -> Pause | None:
        """The pause of the writes in one of the switches as the clients saw it; None where nothing was switched."""
        if not self.switched:
            return None
        number = range(len(self.story.certificates))[switch]
        origin, destination = sides_of(number)
        first = self.moment("opened_at", number - 1) if number else 0.0
        last = (
            self.moment("barrier_requested_at", number + 1)
            if number + 1 < len(self.story.certificates)
            else self.wall_seconds
        )
        return measure_pause(
            self.records.writes,
            from_side=origin,
            to_side=destination,
            between_ns=(self.nanoseconds(first), self.nanoseconds(last)),
        )

    def stages(self) -> list[StageInterval]:
        """Each weight of the read record and how long it was in force."""
        changes = self.story.read_weights()
        ends = [change.time for change in changes[1:]] + [self.wall_seconds]
        return [
            StageInterval(
                weight=change.weight,
                entered_ns=self.nanoseconds(change.time),
                left_ns=self.nanoseconds(left),
            )
            for change, left in zip(changes, ends, strict=True)
        ]

    def read_shares(self) -> list[ReadShare]:
        """What clients made of each weight."""
        return measure_read_shares(self.stages(), self.records.reads, ttl_seconds=self.ttl_seconds)

    def share_faults(self) -> list[str]:
        """Stages whose measured share is not their weight, or was not measured."""
        faults = []
        for share in self.read_shares():
            if share.share is None:
                faults.append(f"no read was measured at weight {share.weight}")
            elif abs(share.share - share.weight / 100) > SHARE_TOLERANCE:
                faults.append(
                    f"at weight {share.weight} clients read {share.share:.1%} from the target, more than "
                    f"{SHARE_TOLERANCE:.0%} away"
                )
        return faults

    def life_faults(self) -> list[str]:
        """What must be true of the load and of the end, whatever happened in between."""
        faults = []
        if self.replicated is None:
            faults.append("the target was not loaded")
        else:
            faults += _differ(self.replicated.compared, "source and target after the load")
        if self.finalized is not None:
            faults += _differ(self.finalized.compared, "source and target before the finalize")
            if self.finalized.verdict != "clean":
                faults.append(
                    f"finalize says {self.finalized.verdict} of the source: {self.finalized.reason}"
                )
            if self.finalized.remains:
                remains = ", ".join(self.finalized.remains)
                faults.append(f"on the source after the finalize, and not as before: {remains}")
        return faults


def _differ(tables: Sequence[TableCheck], what: str) -> list[str]:
    diverged = {table.table: table.diverged for table in tables if table.diverged}
    if diverged or not tables:
        return [f"{what} are not the same: {diverged or 'not compared'}"]
    return []


def sides_of(switch: int) -> tuple[Side, Side]:
    """From where to where the writer moves in the n-th switch, counted from 0: there, back, there again."""
    return ("target", "source") if switch % 2 else ("source", "target")


def closed_intervals(story: Story) -> list[Closed]:
    """When which side was to acknowledge no write: each is closed by a switch and until the next one closes the other.

    A side opens after the other was closed, so its time ends with that one's closing.
    """
    closings = [
        int(datetime.fromisoformat(str(certificate["closed_at"])).timestamp() * NANOSECONDS)
        for certificate in story.certificates
    ]
    intervals = [Closed(side="target", until_ns=closings[0] if closings else None)]
    for number, moment in enumerate(closings):
        later = closings[number + 1] if number + 1 < len(closings) else None
        intervals.append(Closed(side=sides_of(number)[0], from_ns=moment, until_ns=later))
    return intervals


def survivor(story: Story) -> Side:
    """The side that has the last word on what was written."""
    count = len(story.certificates)
    return sides_of(count - 1)[1] if count else "source"
