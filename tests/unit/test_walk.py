"""Every order of steps, faults and late arrivals: at most one writer, and nothing reopens the source."""

from __future__ import annotations

import contextlib

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from cutover.adapters.memory import MemoryBarrier, MemoryCutoverMachine, MemoryWorld
from cutover.errors import CutoverError, SwitchOutcomeUnknown
from cutover.journal import Lease, Phase, Side, side_of_the_line
from cutover.observations import GateState
from cutover.steps.lease import complete, park, take_lease
from cutover.steps.recovery import finish_switch, put_back, resolve_switch
from cutover.steps.request import roll_back, start_machine
from cutover.steps.switch import switch_writer
from cutover.steps.traffic import move_writes, shift_reads
from tests.builders import plan, slots

FAULTS = ("none", "token lost", "barrier lost", "answer lost", "target lost")


CLOSE = MemoryBarrier.close


def close_and_lose_the_answer(barrier: MemoryBarrier) -> None:
    """The database is closed, and nobody hears of it."""
    CLOSE(barrier)
    raise SwitchOutcomeUnknown("no answer")


class CutoverWalk(RuleBasedStateMachine):
    """Steps in any order, by the newest controller and by overtaken ones."""

    def __init__(self) -> None:
        super().__init__()
        self.world = MemoryWorld.ready()
        self.leases: list[Lease] = []
        self.executions = 0
        self.source_was_closed = False
        self.machine = MemoryCutoverMachine(begins=self.begin)

    def begin(self, execution: str) -> None:
        """What a started machine does first."""
        world = self.world
        with contextlib.suppress(CutoverError):
            taken = take_lease(
                world.journal, world.display, world.clock, execution=execution, plan=plan()
            )
            self.leases.append(taken.lease)

    def any_lease(self, data: st.DataObject) -> Lease:
        """Mostly the newest; now and then that of a controller that was given up on."""
        return data.draw(st.sampled_from(self.leases[-3:]))

    @rule()
    def start(self) -> None:
        self.executions += 1
        self.begin(f"e{self.executions}")

    @rule(twice=st.booleans())
    def ask_for_a_start(self, twice: bool) -> None:
        """As route53-updater does; its event may arrive twice."""
        self.executions += 1
        for _ in range(1 + twice):
            with contextlib.suppress(CutoverError):
                start_machine(
                    self.world.journal,
                    self.machine,
                    name=f"r{self.executions}",
                    given={},
                    doing="walk",
                )

    @rule(somebody_runs=st.booleans())
    def ask_for_a_rollback(self, somebody_runs: bool) -> None:
        world = self.world
        self.executions += 1
        self.machine.ended = set() if somebody_runs else {str(world.journal.state().execution)}
        with contextlib.suppress(CutoverError):
            roll_back(
                world.journal,
                self.machine,
                world.router,
                world.display,
                world.clock,
                request=f"r{self.executions}",
                read_record=world.read_record,
                write_record=world.write_record,
            )

    @precondition(lambda self: self.leases)
    @rule(data=st.data(), stage=st.integers(min_value=0, max_value=3), shifted=st.booleans())
    def park_the_reads(self, data: st.DataObject, stage: int, shifted: bool) -> None:
        """As the machine does: where the checks have just seen the reads at this stage's weight."""
        world, lease = self.world, self.any_lease(data)
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
        world = self.world
        with contextlib.suppress(CutoverError):
            shift_reads(
                world.journal,
                world.router,
                world.clock,
                lease=self.any_lease(data),
                plan=plan(),
                stage=stage,
                read_record=world.read_record,
            )

    @precondition(lambda self: self.leases)
    @rule(data=st.data())
    def move(self, data: st.DataObject) -> None:
        world = self.world
        with contextlib.suppress(CutoverError):
            move_writes(
                world.journal,
                world.router,
                world.clock,
                lease=self.any_lease(data),
                read_record=world.read_record,
                write_record=world.write_record,
            )

    @precondition(lambda self: self.leases)
    @rule(data=st.data(), fault=st.sampled_from(FAULTS))
    def switch(self, data: st.DataObject, fault: str) -> None:
        world = self.world
        world.source.replicating = fault != "token lost"
        world.source.barrier_lost = fault == "barrier lost"
        open_gate = world.target.open_gate
        if fault == "answer lost":
            MemoryBarrier.close = close_and_lose_the_answer  # type: ignore[assignment,method-assign]
        if fault == "target lost":
            world.target.open_gate = self._lost  # type: ignore[method-assign]
        try:
            with contextlib.suppress(CutoverError):
                switch_writer(
                    world.source,
                    world.target,
                    world.journal,
                    world.clock,
                    lease=self.any_lease(data),
                    plan=plan(),
                    slots=slots(),
                )
        finally:
            MemoryBarrier.close = CLOSE  # type: ignore[method-assign]
            world.target.open_gate = open_gate  # type: ignore[method-assign]

    @precondition(lambda self: self.leases)
    @rule(data=st.data())
    def resolve(self, data: st.DataObject) -> None:
        world = self.world
        with contextlib.suppress(CutoverError):
            _, lease = resolve_switch(
                *self.facing(),
                world.journal,
                world.clock,
                execution=self.any_lease(data).execution,
                slots=slots(),
            )
            self.leases.append(lease)

    @precondition(lambda self: self.leases)
    @rule(data=st.data())
    def finish(self, data: st.DataObject) -> None:
        world = self.world
        with contextlib.suppress(CutoverError):
            finish_switch(
                world.source, world.target, world.journal, world.clock, lease=self.any_lease(data)
            )

    @precondition(lambda self: self.leases)
    @rule(data=st.data())
    def back(self, data: st.DataObject) -> None:
        world = self.world
        with contextlib.suppress(CutoverError):
            put_back(
                world.journal,
                world.router,
                world.display,
                world.clock,
                execution=self.any_lease(data).execution,
                read_record=world.read_record,
                write_record=world.write_record,
                reason="walk",
            )

    @precondition(lambda self: self.leases)
    @rule(data=st.data())
    def done(self, data: st.DataObject) -> None:
        world = self.world
        with contextlib.suppress(CutoverError):
            complete(world.journal, world.display, world.clock, lease=self.any_lease(data))

    def _lost(self) -> None:
        raise CutoverError("the target is gone")

    @invariant()
    def at_most_one_database_accepts_writes(self) -> None:
        assert len(self.world.writers()) <= 1

    @invariant()
    def nothing_reopens_the_source(self) -> None:
        closed = self.world.source.gate_state is GateState.CLOSED
        assert closed or not self.source_was_closed
        self.source_was_closed = closed

    @invariant()
    def the_journal_never_says_before_when_the_source_is_closed(self) -> None:
        if self.world.source.gate_state is GateState.CLOSED:
            assert side_of_the_line(self.world.journal.state().phase) is not Side.BEFORE

    @invariant()
    def the_target_opens_only_behind_a_closed_source(self) -> None:
        if self.world.target.gate_state is GateState.OPEN:
            assert self.world.source.gate_state is GateState.CLOSED

    @invariant()
    def the_writers_name_is_never_split(self) -> None:
        assert self.world.router.shares[self.world.write_record] in {0, 100}

    @invariant()
    def what_was_put_back_is_back(self) -> None:
        state = self.world.journal.state()
        if state.phase is Phase.PUT_BACK:
            assert set(self.world.router.shares.values()) == {0}
            assert self.world.writers() == ("source",)

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
            assert self.world.router.shares[self.world.read_record] == state.parked_at


TestCutoverWalk = CutoverWalk.TestCase
TestCutoverWalk.settings = settings(max_examples=250, stateful_step_count=40, deadline=None)
