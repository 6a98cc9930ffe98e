"""All of them together, as a deployment wires them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from cutover.adapters.memory.databases import MemoryDatabase
from cutover.adapters.memory.records import MemoryCertificateStore, MemoryJournal, MemoryTraces
from cutover.adapters.memory.replication import (
    MemoryAssessment,
    MemoryConnections,
    MemoryReplicationTask,
    MemorySchemaCopy,
)
from cutover.adapters.memory.surroundings import (
    FixedClock,
    MemoryDisplay,
    MemoryMonitoring,
    MemoryNotices,
    MemoryRouter,
)
from cutover.direction import Stream, Where
from cutover.observations import GateState
from cutover.schema.inventory import Inventory

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
