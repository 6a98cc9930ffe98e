"""Facts read from the world, each with the time it was true; a fact that could not be read says so."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from cutover.source_watch import SourceWatch


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


class Fence(StrEnum):
    """What closes a database."""

    TRIGGER = "trigger"
    LOGIN = "login"
    """The application's roles may not log in: weaker (risk `login-fence`)."""


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
    large_objects: int
    """Rows of pg_largeobject_metadata."""
    foreign_tables: tuple[str, ...]
    disabled_triggers: tuple[str, ...]
    """Tables that have the gate's trigger, switched off."""
    replica_defaults: tuple[str, ...]
    """Who gets session_replication_role = replica without asking, in words: a role, the database, the server."""
    superuser_sessions: tuple[str, ...]
    """Superusers with sessions that are not this package's."""
    may_freeze: bool
    """The role may make event triggers, or they are there already."""
    fence: Fence


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
    rows: int = 0
    """That the load has copied so far."""
    validation_pending: int = 0
    """Rows that DMS has still to compare."""


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
    migration_type: str = "full-load-and-cdc"
    tables: tuple[TableProgress, ...] = ()


class ConnectionState(StrEnum):
    """How the newest test of an endpoint ended (DMS API, Connection.Status)."""

    MISSING = "missing"
    """It was never tested, or the test is forgotten."""
    TESTING = "testing"
    SUCCESSFUL = "successful"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True)
class EndpointConnection:
    """One endpoint as the replication instance reaches it."""

    endpoint_arn: str
    state: ConnectionState
    failure: str = ""


@dataclass(frozen=True, kw_only=True)
class AssessmentRun:
    """A premigration assessment as DMS describes it."""

    name: str
    status: str
    """DMS's own word: running, passed, warning, failed, ... (DMS API, ReplicationTaskAssessmentRun.Status)."""
    failure: str = ""
    place: str = ""
    """Where in S3 the whole result is."""
    completed: int = 0
    total: int = 0
    bad: tuple[tuple[str, str], ...] = ()
    """Each assessment that did not pass, with its status."""


class SchemaPart(StrEnum):
    """What of a schema is copied when (pg_dump's words)."""

    PRE_DATA = "pre-data"
    """Before the load: tables without indexes, keys and triggers."""
    POST_DATA = "post-data"
    """After it: the rest."""


@dataclass(frozen=True, kw_only=True)
class SchemaProgress:
    """How far the copy of a part of the schema is."""

    part: SchemaPart
    complete: bool
    note: str = ""
    """For the journal: what is there, or what is still missing."""
    failure: str = ""
    """Why it ended without being complete; empty while it goes on."""
    percent: int | None = None
    """Of what is to be made; None where nobody counts."""
    detail: dict[str, Any] = field(default_factory=dict)
    """For the journal: what the comparison at the end came to, and where all of it is kept."""


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
class TableWrites:
    """What a server has counted for one table."""

    name: str
    """Qualified and quoted as SQL needs it."""
    rows: int
    """Inserted, updated and deleted since the counters began (pg_stat_get_tuples_*)."""
    file: int
    """pg_relation_filenode, 0 without one: TRUNCATE is in no counter, but makes a new file."""


@dataclass(frozen=True, kw_only=True)
class Applier:
    """Something that writes here for the other side."""

    name: str
    tables: tuple[str, ...] | None
    """None: which ones is not in this server's catalog."""


@dataclass(frozen=True, kw_only=True)
class WriteCounters:
    """One reading of all that counts writes on a server; two of them are an audit (cutover/audit.py).

    A session adds to the counters at the latest when it ends, an idle one up to a minute after its last
    transaction: read once the application's sessions have been ended.
    """

    read_at: datetime
    """The server's clock, as are the next two."""
    started_at: datetime
    reset_at: datetime | None
    """pg_stat_database.stats_reset."""
    next_transaction: int
    """Every transaction that writes draws the next number, whether it is counted elsewhere or not."""
    lsn: str
    tables: tuple[TableWrites, ...]
    sequences: tuple[SequenceState, ...]
    large_objects: int
    large_object_rows: int
    """Of pg_largeobject and pg_largeobject_metadata, as TableWrites.rows."""
    appliers: tuple[Applier, ...]


@dataclass(frozen=True, kw_only=True)
class SlotHealth:
    """A replication slot as its server reports it."""

    name: str
    active: bool
    """Somebody reads it at this moment."""
    wal_bytes: int
    """Bytes of WAL that it keeps on the server's disk; 0 where it keeps none any more."""
    wal_status: str
    """pg_replication_slots.wal_status (PostgreSQL 13): reserved, extended, unreserved, lost; lost also where the
    server has invalidated it for another reason, empty where the server does not say."""
    safe_bytes: int | None
    """Bytes that may still be written before the slot is in danger (safe_wal_size); None: the server sets no limit."""


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
    watch: SourceWatch | None = None
    """The newest look at the source; None: there is none, or the journal was not asked."""


@dataclass(frozen=True, kw_only=True)
class Left:
    """Something of this migration that could not be dropped."""

    what: str
    why: str
    sql: str
    """What drops it, ready for psql."""


@dataclass(frozen=True, kw_only=True)
class Cleared:
    """How far one database is."""

    dropped: tuple[str, ...] = ()
    left: tuple[Left, ...] = ()
    complete: bool = True
    """False: there was no time for all of it; asked again it goes on."""
