"""Every order of steps, faults and late arrivals, in both directions: one writer, nothing lost, nothing twice."""

from __future__ import annotations

import contextlib
import pickle
from collections import deque
from collections.abc import Callable, Hashable
from functools import partial
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from cutover import transitions
from cutover.adapters.memory import (
    SLOTS,
    MemoryApprovalTokens,
    MemoryBarrier,
    MemoryCutoverMachine,
    MemoryDatabase,
    MemoryWorld,
    records,
)
from cutover.direction import Direction, Stream, Where
from cutover.errors import CutoverError, SwitchOutcomeUnknown
from cutover.journal import ALLOWED, OVER, JournalState, Lease, Phase, Side, side_of_the_line
from cutover.observations import GateState
from cutover.steps import finalize, recovery, replicate
from cutover.steps.lease import complete, park, take_lease
from cutover.steps.recovery import (
    after_the_end,
    finish_switch,
    put_back,
    resolve_switch,
    take_over,
)
from cutover.steps.replication import hand_over, retire_slots
from cutover.steps.request import roll_back, start_machine
from cutover.steps.switch import switch_writer
from cutover.steps.traffic import move_writes, return_writes, shift_reads
from tests.builders import plan, slots

FAULTS = ("none", "token lost", "barrier lost", "answer lost", "destination lost")


LATE = 8
"""Executions that a walk has begun."""

CLOSE = MemoryBarrier.close


def close_and_lose_the_answer(barrier: MemoryBarrier, proof: dict[str, Any]) -> None:
    """The database is closed, and nobody hears of it."""
    CLOSE(barrier, proof)
    raise SwitchOutcomeUnknown("no answer")


class CutoverWalk(RuleBasedStateMachine):
    """Steps in any order, by the newest controller and by overtaken ones."""

    def __init__(self) -> None:
        super().__init__()
        self.world = MemoryWorld.ready()
        self.leases: list[Lease] = []
        """Of the machines that move the writer."""
        self.loads: list[Lease] = []
        self.endings: list[Lease] = []
        """Of the machines that replicate and finalize, whose steps are others."""
        self.executions = 0
        self.acknowledged = 0
        self.machines = {
            direction: MemoryCutoverMachine(begins=partial(self.begin, direction=direction))
            for direction in Direction
        }

    def begin(self, execution: str, *, direction: Direction) -> None:
        """What a started machine does first."""
        world = self.world
        with contextlib.suppress(CutoverError):
            taken = take_lease(
                world.journal,
                world.display,
                world.clock,
                execution=execution,
                plan=plan(),
                direction=direction,
            )
            self.leases.append(taken.lease)

    @initialize(switched=st.booleans())
    def begin_somewhere(self, switched: bool) -> None:
        """With the writer on the source, or with it on the target and the way back open."""
        if switched:
            self.begin("first", direction=Direction.FORWARD)
            self._whole_way(7)

    def facing(self) -> tuple[MemoryDatabase, MemoryDatabase]:
        """Origin and destination of the move that the journal knows, as the handlers ask for them."""
        direction = self.world.journal.state().direction
        return self.world.side(direction.origin), self.world.side(direction.destination)

    @rule(writes=st.integers(min_value=1, max_value=3))
    def clients_write(self, writes: int) -> None:
        """Wherever a database takes it."""
        for _ in range(writes):
            for side in (self.world.source, self.world.target):
                self.acknowledged += side.write_row(self.acknowledged)

    @rule(goes_on=st.booleans())
    def streams_are_held_up(self, goes_on: bool) -> None:
        for side in (self.world.source, self.world.target):
            side.replicating = goes_on
            for task in side.carried_by:
                task.carry()

    def any_lease(self, data: st.DataObject) -> Lease:
        """Mostly the newest; now and then that of a controller that was given up on."""
        return data.draw(st.sampled_from(self.leases[-3:]))

    @rule(direction=st.sampled_from(Direction))
    def start(self, direction: Direction) -> None:
        self.executions += 1
        self.begin(f"e{self.executions}", direction=direction)

    @rule(twice=st.booleans())
    def ask_for_a_start(self, twice: bool) -> None:
        """As route53-updater does; its event may arrive twice."""
        self.executions += 1
        for _ in range(1 + twice):
            with contextlib.suppress(CutoverError):
                start_machine(
                    self.world.journal,
                    self.machines[Direction.FORWARD],
                    name=f"r{self.executions}",
                    given={},
                    doing="walk",
                )

    @rule(somebody_runs=st.booleans())
    def ask_for_a_rollback(self, somebody_runs: bool) -> None:
        world = self.world
        self.executions += 1
        self.somebody_runs(somebody_runs)
        with contextlib.suppress(CutoverError):
            roll_back(
                world.journal,
                self.machines,
                MemoryApprovalTokens(),
                world.router,
                world.display,
                world.clock,
                request=f"r{self.executions}",
                read_record=world.read_record,
                write_record=world.write_record,
            )

    def somebody_runs(self, runs: bool) -> None:
        for machine in self.machines.values():
            machine.ended = set() if runs else {str(self.world.journal.state().execution)}

    @precondition(lambda self: self.leases)
    @rule(runs=st.booleans(), direction=st.sampled_from(Direction))
    def recover(self, runs: bool, direction: Direction) -> None:
        """As a machine does that was given recover."""
        world = self.world
        self.executions += 1
        self.somebody_runs(runs)
        with contextlib.suppress(CutoverError):
            lease = take_over(
                world.journal,
                self.machines[direction],
                world.clock,
                execution=f"recover-{self.executions}",
                direction=direction,
            )
            self.leases.append(lease)

    @precondition(lambda self: self.leases)
    @rule(data=st.data(), paged=st.booleans(), runs=st.booleans())
    def an_execution_ends_badly(self, data: st.DataObject, paged: bool, runs: bool) -> None:
        """As the rule does that hears of it, at any time and more than once."""
        world = self.world
        self.somebody_runs(runs)
        with contextlib.suppress(CutoverError):
            after_the_end(
                world.journal,
                self.machines,
                world.router,
                world.display,
                world.notices,
                world.clock,
                execution=self.any_lease(data).execution,
                paged=paged,
                read_record=world.read_record,
                write_record=world.write_record,
                reason="it ended",
            )

    @rule()
    def load(self) -> None:
        """What the machine that replicates does first."""
        world = self.world
        self.executions += 1
        with contextlib.suppress(CutoverError):
            begun = replicate.begin(
                world.tasks[Stream.LOAD],
                world.journal,
                world.display,
                world.clock,
                execution=f"e{self.executions}",
                wanted=replicate.Wanted(),
                detail={},
            )
            self.loads.append(begun.lease)

    @precondition(lambda self: self.loads)
    @rule(data=st.data(), ready=st.booleans())
    def end_the_load(self, data: st.DataObject, ready: bool) -> None:
        self._end_the_load(data.draw(st.sampled_from(self.loads[-2:])), ready=ready)

    def _end_the_load(self, lease: Lease, *, ready: bool) -> None:
        world = self.world
        with contextlib.suppress(CutoverError):
            replicate.end(
                world.journal,
                world.display,
                world.clock,
                execution=lease.execution,
                phase=Phase.READY if ready else Phase.NOT_READY,
                reason="walk",
            )

    # Late: behind it nothing else can be begun, and most of a walk would be refusals.
    @precondition(lambda self: self.executions >= LATE)
    @rule(runs=st.booleans())
    def finalize(self, runs: bool) -> None:
        """What the machine that finalizes does first, also where another was cut off in it."""
        world = self.world
        self.executions += 1
        self.somebody_runs(runs)
        with contextlib.suppress(CutoverError):
            lease = finalize.begin(
                world.journal,
                self.machines[Direction.FORWARD],
                world.display,
                world.clock,
                execution=f"e{self.executions}",
                wanted=finalize.Wanted(named="walk"),
                suffix="walk",
                seen=finalize.Seen(slots=()),
                detail={},
            )
            self.endings.append(lease)

    @precondition(lambda self: self.endings)
    @rule(data=st.data(), finished=st.booleans())
    def end_the_finalizing(self, data: st.DataObject, finished: bool) -> None:
        self._end_the_finalizing(data.draw(st.sampled_from(self.endings[-2:])), finished=finished)

    def _end_the_finalizing(self, lease: Lease, *, finished: bool) -> None:
        world = self.world
        with contextlib.suppress(CutoverError):
            finalize.end(
                world.journal,
                world.display,
                world.clock,
                execution=lease.execution,
                reason="walk",
                finished=finished,
            )

    @precondition(lambda self: self.leases)
    @rule(data=st.data())
    def hand_over(self, data: st.DataObject) -> None:
        world = self.world
        with contextlib.suppress(CutoverError):
            hand_over(world.tasks, world.journal, world.clock, lease=self.any_lease(data))

    @precondition(lambda self: self.leases)
    @rule(data=st.data())
    def retire(self, data: st.DataObject) -> None:
        with contextlib.suppress(CutoverError):
            retire_slots(self.facing()[0], self.world.journal, lease=self.any_lease(data))

    @precondition(lambda self: self.leases)
    @rule(until=st.integers(min_value=1, max_value=7))
    def go_the_whole_way(self, until: int) -> None:
        """In the machine's order, so that walks come far; ended after any of its steps."""
        self._whole_way(until)

    def _whole_way(self, until: int) -> None:
        lease = self.leases[-1]
        steps = (
            self._shift_all if self.facing()[0] is self.world.source else lambda: None,
            lambda: self._move(lease),
            lambda: self._switch(lease),
            lambda: hand_over(self.world.tasks, self.world.journal, self.world.clock, lease=lease),
            lambda: retire_slots(self.facing()[0], self.world.journal, lease=lease),
            lambda: complete(self.world.journal, self.world.display, self.world.clock, lease=lease),
        )
        with contextlib.suppress(CutoverError):
            for step in steps[:until]:
                step()

    @precondition(lambda self: self.leases)
    @rule(data=st.data(), stage=st.integers(min_value=0, max_value=3), shifted=st.booleans())
    def park_the_reads(self, data: st.DataObject, stage: int, shifted: bool) -> None:
        """As the machine does: where the checks have just seen the reads at this stage's weight."""
        self._park(self.any_lease(data), stage=stage, shifted=shifted)

    def _park(self, lease: Lease, *, stage: int, shifted: bool) -> None:
        world = self.world
        with contextlib.suppress(CutoverError):
            if shifted:
                shift_reads(
                    world.journal,
                    world.router,
                    world.clock,
                    lease=lease,
                    plan=plan(),
                    stage=stage,
                    read_record=world.read_record,
                )
            if world.router.shares[world.read_record] == plan().weights[stage]:
                park(
                    world.journal,
                    world.display,
                    world.clock,
                    lease=lease,
                    plan=plan(),
                    stage=stage,
                )

    @precondition(lambda self: self.leases)
    @rule(data=st.data(), stage=st.integers(min_value=0, max_value=3))
    def shift(self, data: st.DataObject, stage: int) -> None:
        self._shift(self.any_lease(data), stage=stage)

    def _shift(self, lease: Lease, *, stage: int) -> None:
        world = self.world
        with contextlib.suppress(CutoverError):
            shift_reads(
                world.journal,
                world.router,
                world.clock,
                lease=lease,
                plan=plan(),
                stage=stage,
                read_record=world.read_record,
            )

    @precondition(lambda self: self.leases)
    @rule(data=st.data())
    def move(self, data: st.DataObject) -> None:
        with contextlib.suppress(CutoverError):
            self._move(self.any_lease(data))

    def _move(self, lease: Lease) -> None:
        world = self.world
        move_writes(
            world.journal,
            world.router,
            world.clock,
            lease=lease,
            read_record=world.read_record,
            write_record=world.write_record,
        )

    @precondition(lambda self: self.leases)
    @rule(data=st.data())
    def return_home(self, data: st.DataObject) -> None:
        """As a hold before the switch does."""
        with contextlib.suppress(CutoverError):
            self._return(self.any_lease(data))

    def _return(self, lease: Lease) -> None:
        world = self.world
        return_writes(
            world.journal,
            world.router,
            world.clock,
            lease=lease,
            read_record=world.read_record,
            write_record=world.write_record,
        )

    def _switch(self, lease: Lease) -> None:
        world = self.world
        origin, destination = self.facing()
        switch_writer(
            origin,
            destination,
            world.journal,
            world.clock,
            lease=lease,
            plan=plan(),
            slots=slots(),
        )

    @precondition(lambda self: self.leases)
    @rule(data=st.data(), fault=st.sampled_from(FAULTS))
    def switch(self, data: st.DataObject, fault: str) -> None:
        self._faulted_switch(self.any_lease(data), fault)

    def _faulted_switch(self, lease: Lease, fault: str) -> None:
        origin, destination = self.facing()
        before = origin.replicating
        origin.replicating = before and fault != "token lost"
        origin.barrier_lost = fault == "barrier lost"
        open_gate = destination.open_gate
        if fault == "answer lost":
            MemoryBarrier.close = close_and_lose_the_answer  # type: ignore[assignment,method-assign]
        if fault == "destination lost":
            destination.open_gate = self._lost  # type: ignore[method-assign]
        try:
            with contextlib.suppress(CutoverError):
                self._switch(lease)
        finally:
            MemoryBarrier.close = CLOSE  # type: ignore[method-assign]
            destination.open_gate = open_gate  # type: ignore[method-assign]
            origin.barrier_lost = False
            origin.replicating = before
            for task in origin.carried_by:
                task.carry()

    @precondition(lambda self: self.leases)
    @rule(data=st.data())
    def resolve(self, data: st.DataObject) -> None:
        self._resolve(self.any_lease(data))

    def _resolve(self, lease: Lease) -> None:
        world = self.world
        with contextlib.suppress(CutoverError):
            _, newer = resolve_switch(
                *self.facing(),
                world.journal,
                world.clock,
                execution=lease.execution,
                slots=slots(),
            )
            self.leases.append(newer)

    @precondition(lambda self: self.leases)
    @rule(data=st.data())
    def finish(self, data: st.DataObject) -> None:
        world = self.world
        with contextlib.suppress(CutoverError):
            finish_switch(*self.facing(), world.journal, world.clock, lease=self.any_lease(data))

    @precondition(lambda self: self.leases)
    @rule(data=st.data())
    def back(self, data: st.DataObject) -> None:
        self._back(self.any_lease(data))

    def _back(self, lease: Lease) -> None:
        world = self.world
        with contextlib.suppress(CutoverError):
            put_back(
                world.journal,
                world.router,
                world.display,
                world.clock,
                execution=lease.execution,
                read_record=world.read_record,
                write_record=world.write_record,
                reason="walk",
            )

    def _shift_all(self) -> None:
        world = self.world
        shift_reads(
            world.journal,
            world.router,
            world.clock,
            lease=self.leases[-1],
            plan=plan(),
            stage=3,
            read_record=world.read_record,
        )

    @precondition(lambda self: self.leases)
    @rule(data=st.data())
    def done(self, data: st.DataObject) -> None:
        """As the machine does: once the names were seen at the destination."""
        self._done(self.any_lease(data))

    def _done(self, lease: Lease) -> None:
        world = self.world
        if set(world.router.shares.values()) != {world.journal.state().direction.destination.share}:
            return
        with contextlib.suppress(CutoverError):
            complete(world.journal, world.display, world.clock, lease=lease)

    def _lost(self) -> None:
        raise CutoverError("the target is gone")

    @invariant()
    def at_most_one_database_accepts_writes(self) -> None:
        assert len(self.world.writers()) <= 1

    @invariant()
    def the_journal_never_says_before_when_the_origin_is_closed(self) -> None:
        origin, _ = self.facing()
        if origin.gate_state is GateState.CLOSED:
            state = self.world.journal.state()
            assert side_of_the_line(state.phase) is not Side.BEFORE or not state.held

    @invariant()
    def one_side_is_closed_for_good_unless_a_switch_opens_it(self) -> None:
        """Whatever happens, it is never that nothing is closed; and the writer is where the journal says."""
        open_sides = [
            where for where in Where if self.world.side(where).gate_state is GateState.OPEN
        ]
        assert len(open_sides) <= 1
        state = self.world.journal.state()
        if side_of_the_line(state.phase) is Side.BEFORE or state.phase is Phase.DONE:
            assert open_sides == [state.writer]

    @invariant()
    def nothing_acknowledged_is_lost_and_nothing_is_there_twice(self) -> None:
        """Of the side that takes writes, or will once somebody opens it."""
        state, world = self.world.journal.state(), self.world
        rows = world.side(state.writer).rows
        if state.phase is not Phase.SWITCHING:
            assert sorted(rows) == list(range(self.acknowledged))
        for where in Where:
            assert len(world.side(where).rows) == len(set(world.side(where).rows))

    @invariant()
    def one_stream_carries_at_a_time(self) -> None:
        running = [stream for stream in Stream if self.world.tasks[stream].running]
        assert len(running) <= 1

    @invariant()
    def the_way_back_has_every_change_since_the_opening(self) -> None:
        """Of what the other side lacks, the slot has all: armed before the first write, kept until it is given up."""
        state, world = self.world.journal.state(), self.world
        if state.phase is Phase.SWITCHING or state.writer_since is None:
            return
        writer, other = world.side(state.writer), world.side(state.writer.other)
        way_back = Direction.away_from(state.writer.other).way_back
        assert SLOTS[way_back] in writer.slots
        position = writer.slots[SLOTS[way_back]]
        kept = {value for kind, value in writer.log[position:] if kind == "row"}
        assert set(writer.rows) - set(other.rows) <= kept

    @invariant()
    def the_writers_name_is_never_split(self) -> None:
        assert self.world.router.shares[self.world.write_record] in {0, 100}

    @invariant()
    def what_was_put_back_is_back(self) -> None:
        state = self.world.journal.state()
        if state.phase is Phase.PUT_BACK:
            assert set(self.world.router.shares.values()) == {state.writer.share}
            assert self.world.writers() == (state.writer.value,)

    @invariant()
    def what_is_parked_stays_where_the_journal_says(self) -> None:
        state = self.world.journal.state()
        if state.phase is Phase.PARKED:
            shares = self.world.router.shares
            assert shares == {self.world.read_record: state.parked_at, self.world.write_record: 0}
            assert self.world.writers() == ("source",)

    @invariant()
    def a_start_knows_where_the_reads_stand(self) -> None:
        state = self.world.journal.state()
        if state.phase is Phase.STARTED:
            expected = state.parked_at or state.writer.share
            assert self.world.router.shares[self.world.read_record] == expected


TestCutoverWalk = CutoverWalk.TestCase
TestCutoverWalk.settings = settings(max_examples=250, stateful_step_count=40, deadline=None)


Act = Callable[[CutoverWalk], object]


def refused(act: Act) -> Act:
    """The act, which a step may refuse."""

    def tried(walk: CutoverWalk) -> None:
        with contextlib.suppress(CutoverError):
            act(walk)

    return tried


def cut_off(walk: CutoverWalk, *, paged: bool) -> None:
    """The newest execution ended, and the rule hears of it."""
    world, execution = walk.world, str(walk.world.journal.state().execution)
    walk.somebody_runs(False)
    with contextlib.suppress(CutoverError):
        after_the_end(
            world.journal,
            walk.machines,
            world.router,
            world.display,
            world.notices,
            world.clock,
            execution=execution,
            paged=paged,
            read_record=world.read_record,
            write_record=world.write_record,
            reason="it ended",
        )


def faulted_switch(walk: CutoverWalk, *, fault: str) -> None:
    walk._faulted_switch(walk.leases[-1], fault)


def by_lease(walk: CutoverWalk, *, act: Callable[[CutoverWalk, Lease], object], at: int) -> None:
    act(walk, walk.leases[at])


def answer_lost_in_parking(walk: CutoverWalk) -> None:
    """PARKED is recorded, and whoever did so dies before it gives the lease up."""
    world = walk.world
    with contextlib.suppress(CutoverError):
        world.journal.record(
            walk.leases[-1], Phase.PARKED, now=world.clock.now(), note="walk", detail={"share": 20}
        )


BY_NOBODY: dict[str, Act] = {
    "start": lambda walk: walk.start(Direction.FORWARD),
    "start back": lambda walk: walk.start(Direction.BACK),
    "load": lambda walk: walk.load(),
    "finalize": lambda walk: walk.finalize(False),
}
BY_WHOEVER_HOLDS: dict[str, Act] = {
    "recover": lambda walk: walk.recover(False, Direction.FORWARD),
    "recover back": lambda walk: walk.recover(False, Direction.BACK),
    "cut off": lambda walk: cut_off(walk, paged=False),
    "park": lambda walk: walk._park(walk.leases[-1], stage=0, shifted=False),
    "the answer of parking is lost": lambda walk: (
        answer_lost_in_parking(walk)
        if walk.world.router.shares[walk.world.read_record] == plan().weights[0]
        else None
    ),
    "hand over": refused(
        lambda walk: hand_over(
            walk.world.tasks, walk.world.journal, walk.world.clock, lease=walk.leases[-1]
        )
    ),
    "retire": refused(
        lambda walk: retire_slots(walk.facing()[0], walk.world.journal, lease=walk.leases[-1])
    ),
    "finish": refused(
        lambda walk: finish_switch(
            *walk.facing(), walk.world.journal, walk.world.clock, lease=walk.leases[-1]
        )
    ),
    **{f"switch, {fault}": partial(faulted_switch, fault=fault) for fault in FAULTS},
}
"""By the newest lease: with an older one these are refused at their first look at the journal."""
BY_WHOEVER_LOADS: dict[str, Act] = {
    "ready": lambda walk: walk._end_the_load(walk.loads[-1], ready=True),
    "not ready": lambda walk: walk._end_the_load(walk.loads[-1], ready=False),
}
BY_WHOEVER_FINALIZES: dict[str, Act] = {
    "finalized": lambda walk: walk._end_the_finalizing(walk.endings[-1], finished=True),
    "not finalized": lambda walk: walk._end_the_finalizing(walk.endings[-1], finished=False),
}
BY_ANYBODY: dict[str, Callable[[CutoverWalk, Lease], object]] = {
    "shift to 20": lambda walk, lease: walk._shift(lease, stage=0),
    "shift to 100": lambda walk, lease: walk._shift(lease, stage=3),
    "move": lambda walk, lease: refused(lambda walk: walk._move(lease))(walk),
    "return": lambda walk, lease: refused(lambda walk: walk._return(lease))(walk),
    "resolve": lambda walk, lease: walk._resolve(lease),
    "put back": lambda walk, lease: walk._back(lease),
    "done": lambda walk, lease: walk._done(lease),
}
INVARIANTS = [
    value
    for name, value in vars(CutoverWalk).items()
    if hasattr(value, "hypothesis_stateful_invariant")
]


def acts(walk: CutoverWalk) -> dict[str, Act]:
    """All that may happen next."""
    found = dict(BY_NOBODY)
    found |= BY_WHOEVER_LOADS if walk.loads else {}
    found |= BY_WHOEVER_FINALIZES if walk.endings else {}
    if walk.world.journal.state().phase in OVER:
        # Nothing but finalizing leads on from here; the random walk has what comes late.
        return found
    found |= BY_WHOEVER_HOLDS if walk.leases else {}
    for name, act in BY_ANYBODY.items():
        for who, at in (("newest", -1), ("older", -2)):
            if len(walk.leases) >= -at:
                found[f"{name}, {who}"] = partial(by_lease, act=act, at=at)
    return found


def standing(walk: CutoverWalk) -> Hashable:
    """What decides what may happen next: two walks that stand alike go on alike."""
    state, world = walk.world.journal.state(), walk.world
    return (
        (state.phase, state.held, state.direction, state.writer, state.carrier, state.parked_at),
        state.way_back and state.way_back.stream,
        tuple(
            (world.side(where).gate_state, frozenset(world.side(where).slots)) for where in Where
        ),
        tuple(sorted(world.router.shares.items())),
        tuple(world.tasks[stream].answer.status for stream in Stream),
        tuple(
            (lease.execution == state.execution, lease.fence == state.fence)
            for lease in walk.leases[-2:]
        ),
        [lease.execution for lease in (*walk.loads[-1:], *walk.endings[-1:])].count(
            str(state.execution)
        ),
    )


STANDS = ("world", "leases", "loads", "endings", "executions", "acknowledged")


def frozen(walk: CutoverWalk) -> bytes:
    """All that a walk is but hypothesis's own. It is needed forty thousand times, and a deep copy takes far longer."""
    names = {direction: machine.executions for direction, machine in walk.machines.items()}
    return pickle.dumps(([getattr(walk, name) for name in STANDS], names))


def thawed(kept: bytes) -> CutoverWalk:
    stands, names = pickle.loads(kept)
    walk = CutoverWalk.__new__(CutoverWalk)
    for name, value in zip(STANDS, stands, strict=True):
        setattr(walk, name, value)
    walk.machines = {
        direction: MemoryCutoverMachine(
            executions=executions, begins=partial(walk.begin, direction=direction)
        )
        for direction, executions in names.items()
    }
    return walk


def explored(monkeypatch: pytest.MonkeyPatch) -> set[tuple[Phase, Phase]]:
    """Every order of acts, breadth first, until nothing new is found; the steps from phase to phase that were made.

    Raises AssertionError, with the acts that led there, where an invariant does not hold.
    """
    edges: set[tuple[Phase, Phase]] = set()

    def noted(rule: Any) -> Any:
        def applied(state: JournalState, *given: Any, **named: Any) -> JournalState:
            after: JournalState = rule(state, *given, **named)
            # As asked for: what the journal makes of it is one of its own rules.
            edges.add((state.phase, given[1] if rule is ENTERED else after.phase))
            return after

        return applied

    monkeypatch.setattr(records, "entered", noted(ENTERED))
    monkeypatch.setattr(records, "acquired", noted(ACQUIRED))
    first = CutoverWalk()
    first.executions = LATE
    found = {standing(first)}
    queue: deque[tuple[CutoverWalk, tuple[str, ...]]] = deque([(first, ())])
    while queue:
        walk, path = queue.popleft()
        kept = frozen(walk)
        for name, act in acts(walk).items():
            after = thawed(kept)
            act(after)
            after.clients_write(1)
            try:
                for invariant_ in INVARIANTS:
                    invariant_(after)
            except AssertionError as error:
                raise AssertionError(f"after {', '.join([*path, name])}") from error
            if (where := standing(after)) not in found:
                found.add(where)
                queue.append((after, (*path, name)))
    return edges


ENTERED, ACQUIRED = transitions.entered, transitions.acquired
BY_NO_STEP = {
    (phase, phase) for phase in (Phase.REPLICATING, Phase.READY, Phase.NOT_READY, Phase.FINALIZED)
}
"""Allowed for a repetition by who holds the lease; the steps look first whether it is held, and repeat nothing."""


def test_every_step_from_phase_to_phase_that_is_allowed_is_made_and_none_shows_two_writers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    allowed = {(before, after) for after, befores in ALLOWED.items() for before in befores}
    assert explored(monkeypatch) == allowed - BY_NO_STEP


def opened_before_it_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    enter = MemoryDatabase.barrier

    def standing_open(side: MemoryDatabase, **given: Any) -> Any:
        (task,) = [task for task in side.carried_by if task.running]
        assert task.destination is not None
        task.destination.open_gate()
        return enter(side, **given)

    monkeypatch.setattr(MemoryDatabase, "barrier", standing_open)


def put_back_without_a_look(monkeypatch: pytest.MonkeyPatch) -> None:
    unseen = ALLOWED[Phase.PUT_BACK] | {Phase.SWITCHING}
    monkeypatch.setitem(ALLOWED, Phase.PUT_BACK, unseen)
    look = recovery._refuse_past_the_line

    def by_the_journal(phase: Phase) -> None:
        if phase is not Phase.SWITCHING:
            look(phase)

    monkeypatch.setattr(recovery, "_refuse_past_the_line", by_the_journal)


def abandoned_whatever_the_origin_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recovery, "decide_side", lambda *_found, **_proof: Side.BEFORE)


@pytest.mark.parametrize(
    "exchanged",
    [
        opened_before_it_is_closed,
        put_back_without_a_look,
        abandoned_whatever_the_origin_says,
    ],
)
def test_two_steps_that_are_exchanged_show(
    monkeypatch: pytest.MonkeyPatch, exchanged: Callable[[pytest.MonkeyPatch], None]
) -> None:
    exchanged(monkeypatch)
    with pytest.raises(AssertionError, match=r"^after start, "):
        explored(monkeypatch)
