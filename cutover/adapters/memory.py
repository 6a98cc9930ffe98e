"""A complete world in memory: every port, for tests and dry thinking, held to the same suite as the real ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from cutover.approval import Answer, Question, answerable, answering, asking
from cutover.chain import with_seal
from cutover.decisions import heed_an_abort
from cutover.direction import Direction, Stream, Where
from cutover.errors import (
    BadInput,
    BarrierLost,
    DatabaseUnreachable,
    DeadlineExceeded,
    DestinationNotReady,
    OriginBusy,
    RecordsMissing,
    ServiceUnavailable,
    StartRefused,
    SwitchAborted,
    TransitionRefused,
)
from cutover.journal import Entry, JournalState, Lease, Phase
from cutover.observations import (
    Alarm,
    Applier,
    AssessmentRun,
    Change,
    Cleared,
    ConnectionState,
    DatabaseFacts,
    EndpointConnection,
    Fence,
    Gate,
    GateState,
    Heartbeat,
    Left,
    MetricReading,
    OperatorWord,
    RecordWeights,
    ReplicationStatus,
    SchemaPart,
    SchemaProgress,
    SequenceState,
    SlotHealth,
    TableProgress,
    TableWrites,
    WriteCounters,
)
from cutover.plan import ALL_READS
from cutover.ports import nothing
from cutover.schema.inventory import Inventory
from cutover.source_watch import Oldest, SlotWal, SourcePressure, SourceWatch
from cutover.transitions import (
    acquired,
    annotated,
    checked,
    entered,
    overtaken,
    released,
    taken_over,
)


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

    def close(self, proof: dict[str, Any]) -> None:
        if self.database.barrier_lost or not self.database.barrier_held:
            raise BarrierLost("the session that held the barrier has ended")
        self.database.gate_state = GateState.CLOSED
        self.database.closings[proof["token"]] = proof


@dataclass
class MemorySlot:
    """The right to make one slot."""

    database: MemoryDatabase
    name: str
    made: bool = False
    kept: bool = False

    def make(self) -> None:
        self.database._answer()
        if self.name in self.database.streaming:
            raise DestinationNotReady(f"the slot {self.name} is read by somebody")
        self.database.slots[self.name] = len(self.database.log)
        self.made = True

    def advance(self) -> str:
        self.database._answer()
        if self.name not in self.database.slots:
            raise DestinationNotReady(f"there is no slot {self.name}")
        self.database.slots[self.name] = len(self.database.log)
        return f"0/{len(self.database.log):X}"

    def keep(self) -> None:
        self.kept = True


@dataclass
class MemoryDatabase:
    """A server whose log is a list of what was written: heartbeats, tokens, and the application's rows.

    A stream carries the log of one to another (MemoryReplicationTask); `replicating` off holds its changes back.
    """

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
    replicating: bool = True
    log: list[tuple[str, Any]] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    """What applications wrote here, or had carried here; one twice is a duplicate."""
    closings: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What each closing left, by its token."""
    carried_by: list[MemoryReplicationTask] = field(default_factory=list)
    """The streams that begin here."""
    heartbeats: list[Heartbeat] = field(default_factory=list)
    tokens: set[str] = field(default_factory=set)
    sequence_values: dict[str, int | None] = field(
        default_factory=lambda: {"public.ledger_id_seq": 41, "public.unused_seq": None}
    )
    sessions: int = 8
    lock_room: int = 6400
    slots: dict[str, int] = field(default_factory=dict)
    """How much of the log each replication slot has behind it."""
    slot_bytes: dict[str, int] = field(default_factory=dict)
    """Bytes of WAL that a slot is said to keep, where a test says so."""
    lost_slots: set[str] = field(default_factory=set)
    """Slots that the server has invalidated."""
    making: str = ""
    """The slot that a controller has the right to make."""
    rows_written: dict[str, int] = field(default_factory=dict)
    filled_tables: set[str] = field(default_factory=set)
    """Those with a row, where a test says so."""
    analyzed: bool = False
    later_objects: tuple[str, ...] = ()
    """Indexes, constraints, triggers."""
    appliers: tuple[Applier, ...] = ()
    started_at: datetime = datetime(2026, 1, 1, tzinfo=UTC)

    @property
    def streaming(self) -> set[str]:
        return {task.slot for task in self.carried_by if task.running and task.slot}

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

    def pressure(self) -> SourcePressure:
        self._answer()
        slots = self.slot_health(tuple(self.slots))
        return SourcePressure(
            at=self.clock.now(),
            wal_position=len(self.log),
            slots=tuple(
                SlotWal(
                    name=slot.name,
                    kind="logical",
                    database="application",
                    active=slot.active,
                    wal_bytes=slot.wal_bytes,
                    wal_status=slot.wal_status,
                    safe_bytes=slot.safe_bytes,
                )
                for slot in slots
            ),
            wal_limit=None,
            transaction=Oldest(seconds=self.longest_transaction_seconds, who="process 1")
            if self.longest_transaction_seconds
            else None,
            prepared=Oldest(seconds=0.0, who="prepared") if self.prepared_transactions else None,
        )

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
            lock_room=self.lock_room,
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
        self,
        *,
        tables: tuple[str, ...],
        patience: timedelta,
        deadline: timedelta,
        begin: Callable[[], None] = nothing,
    ) -> Iterator[MemoryBarrier]:
        self._answer()
        if self.gate_state is not GateState.OPEN:
            raise SwitchAborted("closed already: there is no writer to switch from")
        self.barrier_held = True
        try:
            begin()
            if not self.barrier_held:
                raise BarrierLost("the session that was to hold the barrier has ended")
            if self.busy_for > deadline:
                raise DeadlineExceeded("running writes did not finish within the deadline")
            self.clock.sleep(self.busy_for.total_seconds())
            yield MemoryBarrier(self)
        finally:
            self.barrier_held = False

    def closing_proof(self, token: str) -> dict[str, Any] | None:
        self._answer()
        return self.closings.get(token)

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
        newest = self.heartbeats[-1].beat if self.heartbeats else 0
        beat = Heartbeat(beat=newest + 1, written_at=self.clock.now())
        self._write("heartbeat", beat)
        return beat

    def write_row(self, row: int) -> bool:
        """As a client does; whether it was acknowledged."""
        if not self.accepts_writes():
            return False
        self._write("row", row)
        return True

    def apply(self, kind: str, value: Any) -> None:
        """One change, of a session here or of a stream: the log does not tell them apart, as PostgreSQL's own does
        not before version 16."""
        self.log.append((kind, value))
        if kind == "heartbeat":
            self.heartbeats.append(value)
        elif kind == "token":
            self.tokens.add(value)
        else:
            self.rows.append(value)

    def _write(self, kind: str, value: Any) -> None:
        self.apply(kind, value)
        for task in self.carried_by:
            task.carry()

    def newest_heartbeat(self) -> Heartbeat | None:
        self._answer()
        return self.heartbeats[-1] if self.heartbeats else None

    def now(self) -> datetime:
        self._answer()
        return self.clock.now()

    def write_token(self, token: str) -> str:
        self._answer()
        self._write("token", token)
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
        behind = {name: len(self.log) - position for name, position in self.slots.items()}
        return max((behind | self.slot_bytes).values(), default=0)

    def slot_health(self, names: tuple[str, ...]) -> tuple[SlotHealth, ...]:
        self._answer()
        return tuple(
            SlotHealth(
                name=name,
                active=name in self.streaming,
                wal_bytes=self.slot_bytes.get(name, len(self.log) - self.slots[name]),
                wal_status="lost" if name in self.lost_slots else "reserved",
                safe_bytes=None,
            )
            for name in sorted(set(names) & set(self.slots))
        )

    @contextmanager
    def new_slot(self, name: str, *, plugin: str) -> Iterator[MemorySlot]:
        self._answer()
        if self.making:
            raise OriginBusy(f"another controller is making the slot {self.making}")
        slot = MemorySlot(self, name)
        self.making = name
        try:
            yield slot
        finally:
            self.making = ""
            if slot.made and not slot.kept:
                self.slots.pop(name, None)

    def end_slot_makers(self) -> int:
        self._answer()
        ended, self.making = int(bool(self.making)), ""
        return ended

    def streaming_slots(self) -> tuple[str, ...]:
        self._answer()
        return tuple(sorted(self.streaming))

    def drop_slots(self, names: tuple[str, ...]) -> tuple[str, ...]:
        self._answer()
        left = tuple(name for name in names if name in self.streaming)
        for name in set(names) - set(left):
            self.slots.pop(name, None)
        return left

    def post_data(self) -> tuple[str, ...]:
        self._answer()
        return self.later_objects

    def filled(self) -> tuple[str, ...]:
        self._answer()
        return tuple(name for name in self.tables if name in self.filled_tables)

    def empty(self, tables: tuple[str, ...]) -> tuple[str, ...]:
        self._answer()
        if self.gate_state is not GateState.CLOSED:
            raise SwitchAborted("open: nothing is emptied where somebody may write")
        if strange := [name for name in tables if name not in self.tables]:
            raise BadInput(f"no table {', '.join(strange)}")
        emptied = tables or self.filled()
        self.filled_tables -= set(emptied)
        return emptied

    def analyze(self, *, since: datetime, within: timedelta) -> int:
        self._answer()
        self.analyzed = True
        return 0


@dataclass
class MemoryReplicationTask:
    """A healthy task unless told otherwise; with two databases it carries the log of one to the other."""

    origin: MemoryDatabase | None = None
    destination: MemoryDatabase | None = None
    slot: str = ""

    answer: ReplicationStatus = field(
        default_factory=lambda: ReplicationStatus(
            status="running",
            started=True,
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
    deleted: bool = False
    asked: list[str] = field(default_factory=list)
    """What had an effect, in order: stop, start at <position>, resume, load, load anew, reload <tables>."""
    pause: str = ""
    """What DMS's events say of a task that reads nothing."""

    @property
    def running(self) -> bool:
        return self.answer.status == "running"

    def status(self) -> ReplicationStatus:
        self._answer()
        return self.answer

    def carry(self) -> None:
        """What the log holds beyond the slot, while the stream runs and nothing holds it back."""
        origin, destination = self.origin, self.destination
        if origin is None or destination is None or not (self.running and origin.replicating):
            return
        while self.slot in origin.slots and origin.slots[self.slot] < len(origin.log):
            kind, value = origin.log[origin.slots[self.slot]]
            origin.slots[self.slot] += 1
            destination.apply(kind, value)

    def _answer(self) -> None:
        if not self.reachable or self.deleted:
            raise ServiceUnavailable("the DMS API did not answer, or knows no such task")

    def exists(self) -> bool:
        if not self.deleted:
            self._answer()
        return not self.deleted

    def stop(self) -> None:
        status = self.status().status
        if status in ("created", "ready", "stopping", "stopped", "failed"):
            return
        self._settled("stopping")
        self.asked.append("stop")
        self.answer = replace(self.answer, status="stopped", stop_reason="Stop Reason NORMAL")

    def start_at(self, position: str) -> None:
        now = self.status()
        if now.status in ("starting", "running"):
            if now.start_position == position:
                return
            raise StartRefused(f"the replication task is {now.status} from another position")
        self._settled("starting")
        if self.origin is not None:
            if self.slot not in self.origin.slots:
                raise ServiceUnavailable(f"the replication slot {self.slot} does not exist")
            wanted = int(position.partition("/")[2], 16)
            self.origin.slots[self.slot] = max(wanted, self.origin.slots[self.slot])
        self.asked.append(f"start at {position}")
        self._run(position)

    def resume(self) -> None:
        now = self.status()
        if now.status in ("starting", "running"):
            return
        if not now.started:
            raise StartRefused("the replication task has never run")
        self._settled("resuming")
        self.asked.append("resume")
        self._run(now.start_position)

    def load(self) -> None:
        now = self.status()
        if now.status in ("starting", "running"):
            return
        if now.started:
            raise StartRefused("the replication task ran before")
        self._settled("starting")
        self.asked.append("load")
        self._run("")

    def load_anew(self) -> None:
        now = self.status()
        if now.status in ("starting", "running") or not now.started:
            raise StartRefused(f"the replication task is {now.status}")
        self._settled("starting")
        self.asked.append("load anew")
        self._run("")

    def reload(self, tables: tuple[str, ...]) -> None:
        now = self.status()
        known = {table.name for table in now.tables}
        if strange := [name for name in tables if name not in known]:
            raise BadInput(f"the task does not replicate {', '.join(strange)}")
        if now.status != "running":
            raise StartRefused(f"tables are reloaded while the task runs, and it is {now.status}")
        self.asked.append(f"reload {' '.join(tables)}")
        loaded = tuple(
            replace(table, state="Table completed", validation="Validated")
            if table.name in tables
            else table
            for table in now.tables
        )
        self.answer = replace(now, tables=loaded)

    def reading_paused(self) -> str:
        self._answer()
        return self.pause

    def _settled(self, doing: str) -> None:
        status = self.answer.status
        if status not in ("created", "ready", "running", "stopped", "failed"):
            raise ServiceUnavailable(f"{doing} the replication task: it is {status}")

    def _run(self, position: str) -> None:
        self.answer = replace(
            self.answer, status="running", stop_reason="", started=True, start_position=position
        )
        self.carry()


@dataclass
class MemoryMonitoring:
    """Fresh latencies and quiet alarms unless told otherwise."""

    latency_seconds: float | None = 1.0
    alarm_states: dict[str, str] = field(
        default_factory=lambda: {"replication-lag": "OK", "aurora-cpu": "OK"}
    )
    reachable: bool = True

    def latencies(
        self, stream: Stream, *, now: datetime, max_age: timedelta
    ) -> tuple[MetricReading, ...]:
        if not self.reachable:
            raise ServiceUnavailable("the CloudWatch API did not answer")
        return tuple(
            MetricReading(name=name, value=self.latency_seconds, at=now)
            for name in ("CDCLatencySource", "CDCLatencyTarget")
        )

    lag_alarms: dict[Stream, str] = field(default_factory=lambda: {Stream.LOAD: "replication-lag"})

    def alarms(self, stream: Stream) -> tuple[Alarm, ...]:
        if not self.reachable:
            raise ServiceUnavailable("the CloudWatch API did not answer")
        others = {name for of, name in self.lag_alarms.items() if of is not stream}
        return tuple(
            Alarm(name=name, state=state)
            for name, state in sorted(self.alarm_states.items())
            if name not in others
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
    asked: Question | None = None
    watch: SourceWatch | None = None

    def state(self) -> JournalState:
        return self.current

    def acquire(
        self,
        execution: str,
        *,
        now: datetime,
        direction: Direction = Direction.FORWARD,
        replicates: bool = False,
        finalizes: bool = False,
        detail: dict[str, Any] | None = None,
    ) -> Lease:
        if self.current.held and self.current.execution == execution:
            return Lease(execution=execution, fence=self.current.fence)
        self.current = acquired(
            self.current,
            execution,
            now=now,
            direction=direction,
            replicates=replicates,
            finalizes=finalizes,
        )
        self.spoken = OperatorWord()
        self._append(now, "the lease is taken", detail or {})
        return Lease(execution=execution, fence=self.current.fence)

    def take_over(self, execution: str, *, now: datetime) -> Lease:
        state = taken_over(self.current, execution, now=now)
        if state is not self.current:
            note = f"taken over from {self.current.execution}"
            self.current = state
            self._append(now, note, {})
        return Lease(execution=execution, fence=state.fence)

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
        release: bool = False,
        unless_aborted: bool = False,
    ) -> None:
        if unless_aborted:
            heed_an_abort(self.spoken)
        self.current = entered(
            self.current, lease, phase, now=now, detail=detail or {}, release=release
        )
        self._append(now, note, detail or {})

    def annotate(
        self, execution: str, *, now: datetime, note: str, detail: dict[str, Any] | None = None
    ) -> None:
        self.current = annotated(self.current, execution, now=now)
        self._append(now, note, detail or {})

    def check(self, lease: Lease) -> JournalState:
        return checked(self.current, lease)

    def release(self, lease: Lease, *, now: datetime) -> None:
        self.current = released(self.current, lease, now=now)

    def entries(self) -> tuple[Entry, ...]:
        return tuple(self.lines)

    def ask(self, question: Question, *, now: datetime) -> None:
        checked(self.current, Lease(execution=question.execution, fence=question.fence))
        self.asked = question
        self._append(now, *asking(question))

    def question(self) -> Question | None:
        return self.asked

    def answer(self, answer: Answer, *, now: datetime) -> Question:
        question = answerable(self.current, self.asked, answer, now=now)
        if question.answer is None:
            question = self.asked = replace(question, answer=answer)
            self._append(now, *answering(question, answer))
        return question

    def watched(self) -> SourceWatch | None:
        return self.watch

    def keep_watch(self, watch: SourceWatch) -> None:
        self.watch = watch

    def word(self) -> OperatorWord:
        return self.spoken

    def say(self, word: OperatorWord, *, now: datetime) -> None:
        self.spoken = word

    def _append(self, now: datetime, note: str, detail: dict[str, Any]) -> None:
        entry = Entry(
            number=len(self.lines) + 1,
            phase=self.current.phase,
            execution=self.current.execution or "",
            at=now,
            note=note,
            detail=detail,
        )
        entry = with_seal(entry, self.current.seal)
        self.lines.append(entry)
        self.current = replace(self.current, seal=entry.seal)


@dataclass
class MemoryCertificateStore:
    """What is stored, by key."""

    kept: dict[str, str] = field(default_factory=dict)
    reachable: bool = True

    def put(self, key: str, text: str) -> str:
        if not self.reachable:
            raise ServiceUnavailable("the S3 API did not answer")
        return self.kept.setdefault(key, text)

    def get(self, key: str) -> str | None:
        if not self.reachable:
            raise ServiceUnavailable("the S3 API did not answer")
        return self.kept.get(key)


@dataclass
class MemoryTraces:
    """What a migration has made in one database."""

    database: MemoryDatabase
    sessions: dict[str, int] = field(default_factory=dict)
    """Of roles that may write, by role."""
    stuck: dict[str, str] = field(default_factory=dict)
    """What can't be dropped, with the reason."""
    calls_needed: int = 1
    """So many until nothing is left to be tried."""

    def writers(self) -> Mapping[str, int]:
        self.database._answer()
        return dict(self.sessions)

    def clear(self, *, keep_gate: bool, within: timedelta) -> Cleared:
        self.database._answer()
        self.calls_needed -= 1
        if self.calls_needed > 0:
            return Cleared(complete=False)
        left = [Left(what=what, why=why, sql=f"drop {what};") for what, why in self.stuck.items()]
        if keep_gate:
            kept = Left(what="the gate", why="it was to stay closed", sql="drop schema cutover;")
            return Cleared(left=(*left, kept) if self.database.installed else tuple(left))
        self.database.gate_state = GateState.OPEN
        was, self.database.installed = self.database.installed, False
        return Cleared(dropped=("schema cutover",) if was else (), left=tuple(left))


@dataclass
class MemoryConnections:
    """Endpoints that answer unless told otherwise."""

    endpoints: dict[str, EndpointConnection] = field(
        default_factory=lambda: {
            name: EndpointConnection(endpoint_arn=name, state=ConnectionState.SUCCESSFUL)
            for name in ("source", "target")
        }
    )
    tested: int = 0

    def states(self) -> tuple[EndpointConnection, ...]:
        return tuple(self.endpoints.values())

    def test(self) -> None:
        self.tested += 1


@dataclass
class MemoryAssessment:
    """Runs that pass unless told otherwise."""

    status: str = "passed"
    runs: dict[str, AssessmentRun] = field(default_factory=dict)

    def begin(self, name: str) -> None:
        place = f"s3://assessments/{name}"
        self.runs.setdefault(name, AssessmentRun(name=name, status=self.status, place=place))

    def run(self, name: str) -> AssessmentRun | None:
        return self.runs.get(name)


@dataclass
class MemorySchemaCopy:
    """A schema whose parts come to be after so many calls."""

    calls_before_complete: int = 0
    asked: list[SchemaPart] = field(default_factory=list)
    failure: str = ""

    def pre_data(self, run: str) -> SchemaProgress:
        return self._progress(SchemaPart.PRE_DATA)

    def post_data(self, run: str) -> SchemaProgress:
        return self._progress(SchemaPart.POST_DATA)

    def _progress(self, part: SchemaPart) -> SchemaProgress:
        self.asked.append(part)
        calls = self.asked.count(part)
        complete = calls > self.calls_before_complete and not self.failure
        note = f"{part.value} {'is there' if complete else 'comes'}"
        return SchemaProgress(
            part=part,
            complete=complete,
            note=note,
            failure=self.failure,
            percent=min(100, 100 * calls // (self.calls_before_complete + 1)),
            detail={"verdict": "same"} if complete else {},
        )


@dataclass
class MemoryNotices:
    """What was published: subject and message."""

    sent: list[tuple[str, str]] = field(default_factory=list)
    reachable: bool = True

    def publish(self, subject: str, message: str) -> None:
        if not self.reachable:
            raise ServiceUnavailable("the SNS API did not answer")
        self.sent.append((subject, message))


@dataclass
class MemoryApprovalTokens:
    """Tokens that an execution waits with, and how each wait ended."""

    waiting: set[str] = field(default_factory=set)
    approved: dict[str, dict[str, Any]] = field(default_factory=dict)
    refused: dict[str, tuple[str, str]] = field(default_factory=dict)

    def approve(self, token: str, output: dict[str, Any]) -> None:
        self._end(token)
        self.approved[token] = output

    def refuse(self, token: str, *, error: str, cause: str) -> None:
        self._end(token)
        self.refused[token] = (error, cause)

    def _end(self, token: str) -> None:
        if token not in self.waiting:
            raise TransitionRefused("the execution does not wait for this answer any more")
        self.waiting.remove(token)


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


SLOTS: dict[Stream, str] = {Stream.BACK: "way_back", Stream.AGAIN: "way_again"}


@dataclass
class MemoryWorld:
    """Everything a whole cutover needs, wired together, with the target closed and nothing moved."""

    clock: FixedClock
    source: MemoryDatabase
    target: MemoryDatabase
    tasks: dict[Stream, MemoryReplicationTask]
    monitoring: MemoryMonitoring
    router: MemoryRouter
    journal: MemoryJournal
    display: MemoryDisplay
    certificates: MemoryCertificateStore = field(default_factory=MemoryCertificateStore)
    facts: MemoryCertificateStore = field(default_factory=MemoryCertificateStore)
    """The same bucket, as the states tell each other in it which tables there are."""
    notices: MemoryNotices = field(default_factory=MemoryNotices)
    connections: MemoryConnections = field(default_factory=MemoryConnections)
    assessment: MemoryAssessment = field(default_factory=MemoryAssessment)
    schema: MemorySchemaCopy = field(default_factory=MemorySchemaCopy)
    traces: dict[Where, MemoryTraces] = field(default_factory=dict)
    inventory: Inventory = field(default_factory=lambda: Inventory(version=170000, objects=()))
    """What the source tells of itself."""
    read_record: str = "ro.db.example.internal"
    write_record: str = "rw.db.example.internal"

    @classmethod
    def ready(cls) -> MemoryWorld:
        """A world in which every readiness check is good."""
        clock = FixedClock()
        source = MemoryDatabase(clock=clock)
        target = MemoryDatabase(clock=clock, gate_state=GateState.CLOSED)
        sides = {Where.SOURCE: source, Where.TARGET: target}
        tasks = {
            stream: MemoryReplicationTask(
                origin=sides[stream.origin],
                destination=sides[stream.origin.other],
                slot=SLOTS.get(stream, "load"),
            )
            for stream in Stream
        }
        for stream, task in tasks.items():
            assert task.origin is not None
            task.origin.carried_by.append(task)
            if stream is not Stream.LOAD:
                task.answer = replace(task.answer, status="ready", started=False)
        source.slots["load"] = 0
        world = cls(
            clock=clock,
            source=source,
            target=target,
            tasks=tasks,
            monitoring=MemoryMonitoring(),
            router=MemoryRouter(),
            journal=MemoryJournal(),
            display=MemoryDisplay(),
            traces={where: MemoryTraces(database=side) for where, side in sides.items()},
        )
        world.router.shares = {world.read_record: 0, world.write_record: 0}
        return world

    @property
    def task(self) -> MemoryReplicationTask:
        """The one that carries, as the journal knows it."""
        return self.tasks[self.journal.current.carrier]

    def side(self, where: Where) -> MemoryDatabase:
        return self.source if where is Where.SOURCE else self.target

    def writers(self) -> tuple[str, ...]:
        """The databases that accept writes now: never more than one (invariant I1)."""
        sides = {"source": self.source, "target": self.target}
        return tuple(name for name, side in sides.items() if side.accepts_writes())

    def with_table_state(self, state: str) -> None:
        """Puts the first table of the task into `state`."""
        first, *others = self.task.answer.tables
        tables = (replace(first, state=state), *others)
        self.task.answer = replace(self.task.answer, tables=tables)
