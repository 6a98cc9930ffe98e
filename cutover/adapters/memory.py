"""A complete world in memory: every port, for tests and dry thinking, held to the same suite as the real ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from cutover.errors import (
    BarrierLost,
    DatabaseUnreachable,
    DeadlineExceeded,
    RecordsMissing,
    ServiceUnavailable,
    SwitchAborted,
)
from cutover.journal import Entry, JournalState, Lease, Phase
from cutover.observations import (
    Alarm,
    Applier,
    Change,
    DatabaseFacts,
    Fence,
    Gate,
    GateState,
    Heartbeat,
    MetricReading,
    OperatorWord,
    RecordWeights,
    ReplicationStatus,
    SequenceState,
    TableProgress,
    TableWrites,
    WriteCounters,
)
from cutover.plan import ALL_READS
from cutover.transitions import acquired, checked, entered, overtaken, released


@dataclass
class FixedClock:
    """Time that passes only when told to, or asleep."""

    time: datetime = datetime(2026, 1, 1, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


@dataclass
class MemoryBarrier:
    """Held until left; close() makes the database refuse for good."""

    database: MemoryDatabase
    sessions_ended: int = 0

    def close(self) -> None:
        if self.database.barrier_lost or not self.database.barrier_held:
            raise BarrierLost("the session that held the barrier has ended")
        self.database.gate_state = GateState.CLOSED


@dataclass
class MemoryDatabase:
    """A server. With `replicates_to`, its heartbeats and tokens reach that one while `replicating`."""

    clock: FixedClock
    tables: tuple[str, ...] = ("public.accounts", "public.ledger")
    gate_state: GateState = GateState.OPEN
    installed: bool = True
    reachable: bool = True
    barrier_held: bool = False
    barrier_lost: bool = False
    busy_for: timedelta = timedelta(0)
    prepared_transactions: int = 0
    longest_transaction_seconds: float = 0.0
    replicates_to: MemoryDatabase | None = None
    replicating: bool = True
    heartbeats: list[Heartbeat] = field(default_factory=list)
    tokens: set[str] = field(default_factory=set)
    sequence_values: dict[str, int | None] = field(
        default_factory=lambda: {"public.ledger_id_seq": 41, "public.unused_seq": None}
    )
    sessions: int = 8
    slots: dict[str, int] = field(default_factory=dict)
    """Bytes of WAL that each replication slot keeps."""
    rows_written: dict[str, int] = field(default_factory=dict)
    appliers: tuple[Applier, ...] = ()
    started_at: datetime = datetime(2026, 1, 1, tzinfo=UTC)

    def _answer(self) -> None:
        if not self.reachable:
            raise DatabaseUnreachable("connection refused")

    def accepts_writes(self) -> bool:
        """Whether an application's write would be accepted now."""
        return self.gate_state is GateState.OPEN and not self.barrier_held

    def write(self, table: str) -> bool:
        """A write as the application would try it; whether it was accepted."""
        if not self.accepts_writes():
            return False
        self.rows_written[table] = self.rows_written.get(table, 0) + 1
        return True

    def write_counters(self) -> WriteCounters:
        self._answer()
        return WriteCounters(
            read_at=self.clock.now(),
            started_at=self.started_at,
            reset_at=None,
            next_transaction=700 + sum(self.rows_written.values()),
            lsn="0/16B3748",
            tables=tuple(
                TableWrites(name=name, rows=self.rows_written.get(name, 0), file=16384 + number)
                for number, name in enumerate(self.tables)
            ),
            sequences=self.sequences(),
            large_objects=0,
            large_object_rows=0,
            appliers=self.appliers,
        )

    def inspect(self) -> DatabaseFacts:
        self._answer()
        return DatabaseFacts(
            version=170009,
            tables=self.tables,
            sequences=len(self.sequence_values),
            gate=self.gate(),
            installed=self.installed,
            prepared_transactions=self.prepared_transactions,
            longest_transaction_seconds=self.longest_transaction_seconds,
            lock_room=6400,
            stored=tuple((name,) for name in self.tables),
            large_objects=0,
            foreign_tables=(),
            disabled_triggers=(),
            replica_defaults=(),
            superuser_sessions=(),
            may_freeze=True,
            fence=Fence.TRIGGER,
        )

    def install(self, *, hold: timedelta) -> None:
        self._answer()
        self.installed = True

    def gate(self) -> Gate:
        self._answer()
        ungated = self.tables[-1:] if self.gate_state is GateState.PARTIAL else ()
        return Gate(state=self.gate_state, ungated_tables=ungated)

    def close_gate(self) -> None:
        self._answer()
        self.gate_state = GateState.CLOSED

    def open_gate(self) -> None:
        self._answer()
        self.gate_state = GateState.OPEN

    def remove_gate(self) -> tuple[str, ...]:
        self._answer()
        return () if self.gate_state is GateState.OPEN else self.tables

    @contextmanager
    def barrier(
        self, *, tables: tuple[str, ...], patience: timedelta, deadline: timedelta
    ) -> Iterator[MemoryBarrier]:
        self._answer()
        if self.gate_state is not GateState.OPEN:
            raise SwitchAborted("closed already: there is no writer to switch from")
        if self.busy_for > deadline:
            raise DeadlineExceeded("running writes did not finish within the deadline")
        self.clock.sleep(self.busy_for.total_seconds())
        self.barrier_held = True
        try:
            yield MemoryBarrier(self)
        finally:
            self.barrier_held = False

    def end_barrier_sessions(self) -> int:
        self._answer()
        ended = int(self.barrier_held)
        self.barrier_held = False
        return ended

    def end_client_sessions(self) -> int:
        self._answer()
        return self.sessions

    def write_heartbeat(self) -> Heartbeat:
        self._answer()
        beat = Heartbeat(beat=len(self.heartbeats) + 1, written_at=self.clock.now())
        self.heartbeats.append(beat)
        if self.replicates_to is not None and self.replicating:
            self.replicates_to.heartbeats.append(beat)
        return beat

    def newest_heartbeat(self) -> Heartbeat | None:
        self._answer()
        return self.heartbeats[-1] if self.heartbeats else None

    def now(self) -> datetime:
        self._answer()
        return self.clock.now()

    def write_token(self, token: str) -> str:
        self._answer()
        self.tokens.add(token)
        if self.replicates_to is not None and self.replicating:
            self.replicates_to.tokens.add(token)
        return "0/16B3748"

    def has_token(self, token: str) -> bool:
        self._answer()
        return token in self.tokens

    def sequences(self) -> tuple[SequenceState, ...]:
        self._answer()
        return tuple(
            SequenceState(name=name, last_value=value, increment=1, minimum=1, maximum=2**63 - 1)
            for name, value in sorted(self.sequence_values.items())
        )

    def set_sequences(self, values: dict[str, int]) -> None:
        self._answer()
        self.sequence_values.update(values)

    def slot_wal(self) -> int:
        self._answer()
        return max(self.slots.values(), default=0)


@dataclass
class MemoryReplicationTask:
    """A healthy task unless told otherwise."""

    answer: ReplicationStatus = field(
        default_factory=lambda: ReplicationStatus(
            status="running",
            full_load_percent=100,
            tables=(
                TableProgress(
                    name="public.accounts", state="Table completed", validation="Validated"
                ),
                TableProgress(
                    name="public.ledger", state="Table completed", validation="Validated"
                ),
            ),
        )
    )
    reachable: bool = True

    def status(self) -> ReplicationStatus:
        if not self.reachable:
            raise ServiceUnavailable("the DMS API did not answer")
        return self.answer


@dataclass
class MemoryMonitoring:
    """Fresh latencies and quiet alarms unless told otherwise."""

    latency_seconds: float | None = 1.0
    alarm_states: dict[str, str] = field(default_factory=lambda: {"replication-lag": "OK"})
    reachable: bool = True

    def latencies(self, *, now: datetime, max_age: timedelta) -> tuple[MetricReading, ...]:
        if not self.reachable:
            raise ServiceUnavailable("the CloudWatch API did not answer")
        return tuple(
            MetricReading(name=name, value=self.latency_seconds, at=now)
            for name in ("CDCLatencySource", "CDCLatencyTarget")
        )

    def alarms(self) -> tuple[Alarm, ...]:
        if not self.reachable:
            raise ServiceUnavailable("the CloudWatch API did not answer")
        return tuple(
            Alarm(name=name, state=state) for name, state in sorted(self.alarm_states.items())
        )


@dataclass
class MemoryRouter:
    """Weighted records; `moves` keeps every batch in order."""

    shares: dict[str, int] = field(default_factory=dict)
    moves: list[dict[str, int]] = field(default_factory=list)
    reachable: bool = True

    def weights(self, name: str) -> RecordWeights:
        if not self.reachable:
            raise ServiceUnavailable("the Route 53 API did not answer")
        if name not in self.shares:
            raise RecordsMissing(f"{name} has no pair of weighted records")
        share = self.shares[name]
        return RecordWeights(name=name, source=ALL_READS - share, target=share)

    def set_target_shares(self, shares: dict[str, int], *, now: datetime) -> Change:
        for name in shares:
            self.weights(name)
        self.shares.update(shares)
        self.moves.append(dict(shares))
        expected = tuple(self.weights(name) for name in shares)
        return Change(id=f"C{len(self.moves)}", changed_at=now, expected=expected)

    def in_sync(self, change_id: str) -> bool:
        return self.reachable


@dataclass
class MemoryJournal:
    """The journal, lease and word of one migration."""

    current: JournalState = field(default_factory=JournalState)
    lines: list[Entry] = field(default_factory=list)
    spoken: OperatorWord = field(default_factory=OperatorWord)

    def state(self) -> JournalState:
        return self.current

    def acquire(self, execution: str, *, now: datetime) -> Lease:
        if self.current.held and self.current.execution == execution:
            return Lease(execution=execution, fence=self.current.fence)
        self.current = acquired(self.current, execution, now=now)
        self.spoken = OperatorWord()
        self._append(now, "the lease is taken", {})
        return Lease(execution=execution, fence=self.current.fence)

    def raise_fence(self, execution: str, *, now: datetime) -> Lease:
        self.current = overtaken(self.current, execution, now=now)
        return Lease(execution=execution, fence=self.current.fence)

    def record(
        self,
        lease: Lease,
        phase: Phase,
        *,
        now: datetime,
        note: str,
        detail: dict[str, Any] | None = None,
    ) -> None:
        self.current = entered(self.current, lease, phase, now=now, detail=detail or {})
        self._append(now, note, detail or {})

    def check(self, lease: Lease) -> JournalState:
        return checked(self.current, lease)

    def release(self, lease: Lease, *, now: datetime) -> None:
        self.current = released(self.current, lease, now=now)

    def entries(self) -> tuple[Entry, ...]:
        return tuple(self.lines)

    def word(self) -> OperatorWord:
        return self.spoken

    def say(self, word: OperatorWord, *, now: datetime) -> None:
        self.spoken = word

    def _append(self, now: datetime, note: str, detail: dict[str, Any]) -> None:
        self.lines.append(
            Entry(
                number=len(self.lines) + 1,
                phase=self.current.phase,
                execution=self.current.execution or "",
                at=now,
                note=note,
                detail=detail,
            )
        )


@dataclass
class MemoryDisplay:
    """What is shown."""

    shown: dict[str, Any] = field(default_factory=dict)
    reachable: bool = True

    def show(self, state: dict[str, Any]) -> None:
        if self.reachable:
            kept = {"readiness": self.shown["readiness"]} if "readiness" in self.shown else {}
            self.shown = {**state, **kept}

    def show_readiness(self, readiness: dict[str, Any]) -> None:
        if not self.reachable:
            raise ServiceUnavailable("the parameter could not be written")
        self.shown = {**self.shown, "readiness": readiness}


@dataclass
class MemoryCutoverMachine:
    """Executions by name; `begins` is what a started one does at once."""

    executions: dict[str, dict[str, Any]] = field(default_factory=dict)
    begins: Callable[[str], None] | None = None
    ended: set[str] = field(default_factory=set)
    reachable: bool = True

    def execution(self, name: str) -> str:
        return f"execution:{name}"

    def start(self, name: str, given: dict[str, Any]) -> str:
        if not self.reachable:
            raise ServiceUnavailable("the Step Functions API did not answer")
        if name not in self.executions:
            self.executions[name] = given
            if self.begins is not None:
                self.begins(self.execution(name))
        return self.execution(name)

    def runs(self, execution: str) -> bool:
        return execution not in self.ended


@dataclass
class MemoryWorld:
    """Everything a whole cutover needs, wired together, with the target closed and nothing moved."""

    clock: FixedClock
    source: MemoryDatabase
    target: MemoryDatabase
    task: MemoryReplicationTask
    monitoring: MemoryMonitoring
    router: MemoryRouter
    journal: MemoryJournal
    display: MemoryDisplay
    read_record: str = "ro.db.example.internal"
    write_record: str = "rw.db.example.internal"

    @classmethod
    def ready(cls) -> MemoryWorld:
        """A world in which every readiness check is good."""
        clock = FixedClock()
        target = MemoryDatabase(clock=clock, gate_state=GateState.CLOSED)
        world = cls(
            clock=clock,
            source=MemoryDatabase(clock=clock, replicates_to=target),
            target=target,
            task=MemoryReplicationTask(),
            monitoring=MemoryMonitoring(),
            router=MemoryRouter(),
            journal=MemoryJournal(),
            display=MemoryDisplay(),
        )
        world.router.shares = {world.read_record: 0, world.write_record: 0}
        return world

    def writers(self) -> tuple[str, ...]:
        """The databases that accept writes now: never more than one (invariant I1)."""
        sides = {"source": self.source, "target": self.target}
        return tuple(name for name, side in sides.items() if side.accepts_writes())

    def with_table_state(self, state: str) -> None:
        """Puts the first table of the task into `state`."""
        first, *others = self.task.answer.tables
        tables = (replace(first, state=state), *others)
        self.task.answer = replace(self.task.answer, tables=tables)
