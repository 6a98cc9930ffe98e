"""A database that tells what it is told, with its barrier and its slots."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from cutover.adapters.memory.surroundings import FixedClock
from cutover.errors import (
    BadInput,
    BarrierLost,
    DatabaseUnreachable,
    DeadlineExceeded,
    DestinationNotReady,
    OriginBusy,
    SwitchAborted,
)
from cutover.observations import (
    Applier,
    DatabaseFacts,
    Fence,
    Gate,
    GateState,
    Heartbeat,
    SequenceState,
    SlotHealth,
    TableWrites,
    WriteCounters,
)
from cutover.ports import nothing
from cutover.source_watch import Oldest, SlotWal, SourcePressure

if TYPE_CHECKING:
    from cutover.adapters.memory.replication import MemoryReplicationTask


@dataclass
class MemoryBarrier:
    """Held until left; close() makes the database refuse for good."""

    database: MemoryDatabase
    deadline: timedelta
    give_up: datetime
    sessions_ended: int = 0

    def close(self, proof: dict[str, Any]) -> None:
        if self.database.clock.now() >= self.give_up:
            limit = round(self.deadline.total_seconds() * 1000)
            raise DeadlineExceeded(f"the limit of {limit} ms passed before the commit")
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
    maintenance: str = ""
    """What holds a table and does not make way."""
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
    large_objects: int = 0
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
            large_objects=self.large_objects,
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
            large_objects=self.large_objects,
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
        if self.maintenance:
            raise OriginBusy(self.maintenance)
        self.barrier_held = True
        try:
            begin()
            give_up = self.clock.now() + deadline
            if not self.barrier_held:
                raise BarrierLost("the session that was to hold the barrier has ended")
            if self.busy_for > deadline:
                raise DeadlineExceeded("running writes did not finish within the deadline")
            self.clock.sleep(self.busy_for.total_seconds())
            yield MemoryBarrier(self, deadline=deadline, give_up=give_up)
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
        for name, value in values.items():
            own = self.sequence_values.get(name)
            self.sequence_values[name] = value if own is None else max(own, value)

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
