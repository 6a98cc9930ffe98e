"""What a rehearsal reports, as plain values; times are seconds since the start of the run."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from rehearsal.workload.configuration import Side

Verdict = Literal["passed", "failed"]
Holding = Literal["held", "broken", "not checked"]
Outcome = Literal["done", "waited", "failed", "running"]


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """What became of the writes that clients were told are committed."""

    acknowledged: int
    lost: int
    duplicated: int
    written_to_closed_side: int
    wrong_balances: int = 0
    """Accounts that the surviving ledger does not explain."""


@dataclass(frozen=True, kw_only=True)
class PauseFigures:
    """How long writes stood still, in milliseconds; None where there was no switch to measure."""

    server: float | None = None
    """From the request of the barrier to the opening of the target, on the controller's clock."""
    client_p50: float | None = None
    client_p99: float | None = None
    client_max: float | None = None
    """Per writer, from its last acknowledgement by one side to its first by the other."""


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One weight of the plan and what clients made of it."""

    weight: int
    entered: float
    left: float
    read_share: float | None
    """Of the target, 0 to 1, once older answers had expired; None: no read fell into that time."""
    reads: int = 0
    resolutions: int = 0
    """Independent look-ups behind the share."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One state of the state machine that did or decided something."""

    name: str
    started: float
    machine: str = ""
    """The state machine's name, without prefix and suffix: replicate, cutover, rollback, finalize."""
    ended: float | None = None
    outcome: Outcome = "done"
    decision: str = ""
    """What was decided, in the machine's own word: continue, hold, back."""
    reason: str = ""
    """Why, word for word as the operator would read it."""


@dataclass(frozen=True, kw_only=True)
class WeightChange:
    """A weight of the target, as it was set on one record."""

    time: float
    record: Literal["read", "write"]
    weight: int


@dataclass(frozen=True, kw_only=True)
class TrafficSample:
    """What clients did in one interval, per second and by side."""

    time: float
    """The middle of the interval."""
    reads_source: float = 0.0
    reads_target: float = 0.0
    writes_source: float = 0.0
    writes_target: float = 0.0


@dataclass(frozen=True, kw_only=True)
class LagSample:
    """Age of the newest source heartbeat seen on the target; None: not known at that time."""

    time: float
    seconds: float | None


@dataclass(frozen=True, kw_only=True)
class Acknowledgement:
    """One acknowledged write near a switch."""

    time: float
    writer: int
    side: Side


@dataclass(frozen=True, kw_only=True)
class Switch:
    """One move of the writer, with the writes around it for the close-up."""

    from_side: Side
    to_side: Side
    barrier_requested: float
    closed: float
    opened: float
    acknowledgements: Sequence[Acknowledgement] = ()
    pause: PauseFigures = field(default_factory=PauseFigures)


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something worth a mark on the timeline."""

    time: float
    text: str
    kind: Literal["note", "fault"] = "note"


@dataclass(frozen=True, kw_only=True)
class Invariant:
    """One of the things that must be true at every moment."""

    name: str
    """`I1`."""
    statement: str
    holding: Holding
    evidence: str = ""
    """What was looked at."""


@dataclass(frozen=True, kw_only=True)
class TableCheck:
    """One table compared row by row between the two databases."""

    table: str
    source_rows: int
    target_rows: int
    diverged: int


@dataclass(frozen=True, kw_only=True)
class LoadSample:
    """How far the full load was at a moment."""

    time: float
    percent: int


@dataclass(frozen=True, kw_only=True)
class LoadedTable:
    """One table of the replication task, by its statistics when the task was ready."""

    table: str
    rows: int
    """Copied by the full load."""
    changes: int
    """Inserts, updates and deletes that were applied since."""


@dataclass(frozen=True, kw_only=True)
class Replicated:
    """From a database without tables to "ready"."""

    started: float
    ready: float
    schema: str
    """What the comparison of both schemas came to, as the journal has it."""
    progress: Sequence[LoadSample] = ()
    tables: Sequence[LoadedTable] = ()
    compared_at: float = 0.0
    compared: Sequence[TableCheck] = ()
    """Row by row at one moment, while clients wrote."""


@dataclass(frozen=True, kw_only=True)
class Finalized:
    """The end of the migration, and what it left."""

    started: float
    ended: float
    verdict: str
    """Of the machine: clean, left behind, unknown."""
    reason: str
    dropped: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """By side, and the slots."""
    compared: Sequence[TableCheck] = ()
    """Row by row at one moment before it, while clients wrote and the way back was open."""
    remains: Sequence[str] = ()
    """What the rehearsal itself found on the source afterwards that was not there before anything was installed."""


@dataclass(frozen=True, kw_only=True)
class RunReport:
    """One rehearsal."""

    verdict: Verdict
    summary: str
    """One sentence: what happened, or what was expected and found."""
    scenario: str
    seed: int
    command: str
    """What to type to run it again."""
    started_at: datetime
    wall_seconds: float
    ledger: Ledger
    pause: PauseFigures
    client_errors: Mapping[str, int]
    """By SQLSTATE."""
    stages: Sequence[Stage] = ()
    certificate: Mapping[str, object] = field(default_factory=dict)
    invariants: Sequence[Invariant] = ()
    versions: Mapping[str, str] = field(default_factory=dict)
    load: Mapping[str, object] = field(default_factory=dict)
    """How many clients, how busy."""
    faults: Sequence[str] = ()
    """Each reason why the verdict is `failed`."""
    steps: Sequence[Step] = ()
    weights: Sequence[WeightChange] = ()
    traffic: Sequence[TrafficSample] = ()
    lag: Sequence[LagSample] = ()
    switches: Sequence[Switch] = ()
    events: Sequence[Event] = ()
    tables: Sequence[TableCheck] = ()
    replicated: Replicated | None = None
    finalized: Finalized | None = None
    notices: Sequence[Event] = ()
    """What people were told: the first line of each message of the topic."""
