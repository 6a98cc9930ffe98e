"""Facts read from the world, each with the time it was true; a fact that could not be read says so."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, kw_only=True)
class Lag:
    """Age of the newest source heartbeat that is visible on the target."""

    seconds: float | None
    """None: not known."""
    measured_at: datetime
    reason: str = ""
    """Why it is not known."""


class GateState(StrEnum):
    """Whether a database takes application writes."""

    OPEN = "open"
    CLOSED = "closed"
    PARTIAL = "partial"
    """Some tables refuse, others do not: neither open nor closed."""


@dataclass(frozen=True, kw_only=True)
class Gate:
    """The gate of one database."""

    state: GateState
    ungated_tables: tuple[str, ...] = ()
    """The tables that take writes although others refuse them."""


@dataclass(frozen=True, kw_only=True)
class DatabaseFacts:
    """What one server says of itself before a cutover."""

    version: int
    """server_version_num."""
    tables: tuple[str, ...]
    """Qualified names of the application's tables, partitions included, quoted as SQL needs it."""
    sequences: int
    gate: Gate
    installed: bool
    """The schema `cutover` is there."""
    prepared_transactions: int
    longest_transaction_seconds: float
    """Age of the oldest open transaction that has written or holds a lock on a table."""
    lock_room: int
    """max_locks_per_transaction x (max_connections + max_prepared_transactions): room for table locks."""
    stored: tuple[tuple[str, ...], ...]
    """Tables with logged rows of their own, unquoted; a partition with the root of its tree after it."""


@dataclass(frozen=True, kw_only=True)
class DatabasesFacts:
    """Both servers, or why one could not be asked."""

    source: DatabaseFacts | None
    target: DatabaseFacts | None
    unreachable: str = ""


@dataclass(frozen=True, kw_only=True)
class TableProgress:
    """One row of DMS's table statistics."""

    name: str
    state: str
    """DMS's own words, for example "Table completed" (DMS API, TableStatistics.TableState)."""
    validation: str


@dataclass(frozen=True, kw_only=True)
class ReplicationStatus:
    """The replication task as the DMS API describes it."""

    status: str
    """DMS's own word: running, stopped, failed, ..."""
    stop_reason: str = ""
    failure: str = ""
    full_load_percent: int = 0
    tables_errored: int = 0
    started: bool = False
    """It has run before: then it may go on where it stopped."""
    start_position: str = ""
    """The LSN that its newest start was told; empty where it was told none."""
    batch_apply: bool = False
    """Changes are applied out of commit order: then a token proves nothing."""
    tables: tuple[TableProgress, ...] = ()


@dataclass(frozen=True, kw_only=True)
class MetricReading:
    """The newest data point of a metric within the asked window."""

    name: str
    value: float | None
    """None: no data point."""
    at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """A CloudWatch alarm's state."""

    name: str
    state: str
    """OK, ALARM, INSUFFICIENT_DATA, or MISSING where no alarm has this name."""


@dataclass(frozen=True, kw_only=True)
class RecordWeights:
    """The two weights of one name."""

    name: str
    source: int
    target: int


@dataclass(frozen=True, kw_only=True)
class Change:
    """A change of weights that Route 53 has accepted."""

    id: str
    changed_at: datetime
    expected: tuple[RecordWeights, ...]


class Word(StrEnum):
    """What the operator has asked for."""

    NONE = "none"
    PAUSE = "pause"
    ABORT = "abort"


@dataclass(frozen=True, kw_only=True)
class OperatorWord:
    """The operator's newest word on this cutover."""

    word: Word = Word.NONE
    by: str = ""
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class SequenceState:
    """One sequence as a server reports it."""

    name: str
    """Qualified and quoted as SQL needs it."""
    last_value: int | None
    """None: never drawn from, the next number is the first."""
    increment: int
    minimum: int
    maximum: int
    cycles: bool = False
    """Starts again at its other bound instead of running out."""


@dataclass(frozen=True, kw_only=True)
class Heartbeat:
    """One beat, with the source's clock."""

    beat: int
    written_at: datetime


@dataclass(frozen=True, kw_only=True)
class SequenceMove:
    """What a sequence was on the source and was set to on the target."""

    name: str
    source: int
    target: int
    increment: int | None = None
    """Which way it counts; None: written by a version that did not record it."""


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """What was proven before the source was closed."""

    token: str
    lsn: str
    """The source's WAL position right after the token, as a second witness."""
    tables: int
    barrier_requested_at: datetime
    barrier_held_at: datetime
    drained_at: datetime
    sequences: tuple[SequenceMove, ...]
    sessions_ended: int
    """Sessions that held the barrier up beyond the patience."""
    closed_at: datetime | None = None
    opened_at: datetime | None = None
    pause_milliseconds: float | None = None
    """From the barrier's request to the target's opening, on the controller's clock."""


@dataclass(frozen=True, kw_only=True)
class StageObservation:
    """All that a stage's check looks at."""

    lag: Lag
    replication: ReplicationStatus | None
    """None: the DMS API did not answer."""
    latencies: tuple[MetricReading, ...]
    alarms: tuple[Alarm, ...]
    reads: RecordWeights | None
    """None: Route 53 did not answer."""
    writes: RecordWeights | None
    word: OperatorWord = field(default_factory=OperatorWord)
