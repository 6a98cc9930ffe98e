"""One switch in the arena: between two databases of its own, by the real machines.

It takes seconds: its replication starts without a copy, the waits of the state machine are scaled (task deadlines
and the pause are not), and its controllers fork from a warm process.
"""

from __future__ import annotations

import json
import random
import threading
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final, Self

from cutover.adapters.dynamodb import DynamoDbJournal
from cutover.direction import Direction, Stream
from cutover.journal import Phase
from rehearsal.faults.arena import HOLD, TTL_SECONDS, Arena, ArenaFailed
from rehearsal.faults.asides import Asides
from rehearsal.faults.client_process import Clients
from rehearsal.faults.clients import ClientsSpec, Habit, WriterSpec
from rehearsal.faults.executions import Executions, Rule, make_machines
from rehearsal.faults.functions import Acts, Functions, wait_for
from rehearsal.faults.moves import Move
from rehearsal.faults.outcome import Conducted, Outcome, Traces
from rehearsal.faults.pair import Pair
from rehearsal.faults.person import Person
from rehearsal.faults.setups import Setup
from rehearsal.faults.world import (
    HEALTHY,
    READ_RECORD,
    SOURCE_HOST,
    TABLE,
    TARGET_HOST,
    WRITE_RECORD,
    NativeTask,
    WorldSpec,
    write_whole,
)
from rehearsal.workload.configuration import Side

WARM_UP_SECONDS: Final = 0.4
COOL_DOWN_SECONDS: Final = 0.4
ARRIVAL_SECONDS: Final = 2 * HOLD.total_seconds()
STALL_SLACK_MS: Final = 1500.0
"""Beyond the switch's deadline: the machine's way to the put-back does not hold writers, a busy box does."""

BETWEEN_MOVES_SECONDS: Final = 0.4
"""Enough for a name's answers to expire: every writer is where the last move sent it."""

HOSTS: Final[dict[Side, str]] = {"source": SOURCE_HOST, "target": TARGET_HOST}


class Switch:
    """One switch in the arena: its databases, its names, its clients, its execution."""

    def __init__(self, arena: Arena, *, seed: int, setup: Setup) -> None:
        self.arena = arena
        self.seed = seed
        self.setup = setup
        self.random = random.Random(seed)
        self.name = f"s{arena.next_number()}"
        self.home = arena.run.path / self.name
        self.home.mkdir()
        self.plan = setup.whole_plan()
        self.pair = Pair(arena, name=self.name, setup=setup)
        self.asides = Asides()
        self.move = Move(0)
        """The one that runs."""
        self.beside: list[str] = []
        """Outcome.beside."""
        self._before_it: list[str] = []
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            stack.enter_context(self.pair)
            self.records = self.home / "records.json"
            self.facts = self.home / "facts.json"
            write_whole(self.facts, {**HEALTHY, **self.setup.facts})
            weights = {SOURCE_HOST: 100, TARGET_HOST: 0}
            write_whole(self.records, {READ_RECORD: weights, WRITE_RECORD: weights})
            self.arena.empty_journal()
            resource = self.arena.session.resource("dynamodb", endpoint_url=self.arena.endpoint)
            self.journal = DynamoDbJournal(resource, table=TABLE, migration=self.name)
            self.person = Person(self.journal, self.arena.machines)
            self.clients = self._start_clients()
            stack.callback(self.clients.stop)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @property
    def in_the_last_move(self) -> bool:
        """Whether faults may happen: the moves before only make what the last one starts from."""
        return self.move.number == self.setup.moves

    def set_facts(self, **changes: Any) -> None:
        """Changes what metrics and alarms say from here on."""
        write_whole(self.facts, {**json.loads(self.facts.read_text()), **changes})

    def warm_up(self) -> None:
        """Waits until ordinary writers write and every other one does what it is there for. Raises ArenaFailed."""
        if not wait_for(self.clients.acknowledged, seconds=15):
            raise ArenaFailed("not every writer was told of a write within 15 s")
        self._wait_for_habits("source", since_ns=0)
        time.sleep(WARM_UP_SECONDS)

    def conduct(self, acts: Acts, *, stall_limit: bool, withheld: bool = False) -> Outcome:
        """Runs the state machines to their ends under the clients, and gathers the evidence of the last move."""
        self._prepare(acts)
        self.warm_up()
        over = threading.Event()
        if self.plan.approve_before:
            self.asides.start("the approval", lambda: self.person.approve(over))
        try:
            self._make_the_moves_before()
            self.move = Move(self.setup.moves)
            calls = len(self.functions.calls)
            self.functions.places.begin()
            began = time.time_ns()
            self.executions.begin(self.move.direction, starts=self.setup.starts)
            ended = self.executions.wait_for_main()
            over.set()
            self.asides.finish()
            self.pair.restore()
            ended = self.executions.wait_for_what_followed(ended)
            if self.person.is_awaited(ended, self.executions.states(self.executions.last)):
                self.person.act_as_the_runbook_says(self.functions, self.plan)
            self._let_the_writers_arrive(since_ns=began)
            time.sleep(COOL_DOWN_SECONDS)
            ended_ns = time.time_ns()
        finally:
            over.set()
            self.functions.close()
            self.clients.stop()
        limit_ms = self.plan.switch_deadline_seconds * 1000 + STALL_SLACK_MS
        last = Conducted(
            move=self.move,
            first_call=calls,
            began_ns=began,
            ended_ns=ended_ns,
            ended=ended,
            earlier=tuple(self._before_it),
            beside=tuple(self.beside),
            stall_limit_ms=limit_ms if stall_limit else 0.0,
            withheld=withheld,
        )
        return self._traces().gather(last)

    def _prepare(self, acts: Acts) -> None:
        """The state machines, and the functions that they and the rule on ended executions invoke."""
        machines = make_machines(self.arena, name=self.name, plan=self.plan)
        spec = self._spec(machines)
        self.functions = Functions(
            run=self.arena.run,
            spec=spec,
            acts=acts,
            shift=self.setup.shift,
            chance=random.Random(self.seed) if self.setup.clocks_differ else None,
        )
        rule = Rule(self.functions, machines.values())
        self.executions = Executions(
            self.arena.machines, name=self.name, machines=machines, rule=rule, asides=self.asides
        )
        self.arena.settings.invoker = self.functions
        self.arena.settings.on_status_change = rule.on_failed_execution
        # As an operator of this target does before any cutover: each way back needs its publication.
        for stream in (Stream.BACK, Stream.AGAIN):
            NativeTask(spec, stream).publish()

    def _spec(self, machines: dict[Direction, str]) -> WorldSpec:
        """Where the controllers find everything."""
        return WorldSpec(
            migration=self.name,
            source=self.pair.address("source"),
            target=self.pair.address("target"),
            source_dsn=self.pair.dsn("source"),
            target_dsn=self.pair.dsn("target"),
            slots=self.pair.slots,
            certificates=self.home / "certificates",
            machine_arns=machines,
            records=self.records,
            facts=self.facts,
            endpoint=self.arena.endpoint,
        )

    def _make_the_moves_before(self) -> None:
        for number in range(1, self.setup.moves):
            self.move = Move(number)
            self.functions.places.begin()
            began = time.time_ns()
            self.executions.begin(self.move.direction)
            ended = self.executions.wait_for_main()
            if ended["status"] != "SUCCEEDED":
                raise ArenaFailed(
                    f"move {number}, before the fault, ended {ended.get('error')}: {ended.get('cause')}"
                )
            self._before_it.append(self.executions.main)
            self._wait_for_habits(self.move.destination, since_ns=began)
            time.sleep(BETWEEN_MOVES_SECONDS)

    def _wait_for_habits(self, side: Side, *, since_ns: int) -> None:
        """A habit that no fence has met shows nothing."""
        missing: list[str] = []

        def none_missing() -> bool:
            holders = self.pair.holders(side)
            missing[:] = self.clients.without_their_habit(
                holders=holders, side=side, since_ns=since_ns
            )
            return not missing

        if not wait_for(none_missing, seconds=15, poll=0.05):
            raise ArenaFailed(f"before the switch, within 15 s, nothing came of {missing}")

    def _let_the_writers_arrive(self, *, since_ns: int) -> None:
        """At the new writer, where the move was made: the last of them may be held at the closed side for a while."""
        if self.journal.state().phase is not Phase.DONE:
            return
        wait_for(
            lambda: self.clients.arrived(self.move.destination, since_ns=since_ns),
            seconds=ARRIVAL_SECONDS,
            poll=0.1,
        )

    def _start_clients(self) -> Clients:
        load = self.setup.load
        habits: list[Habit] = [load.habit] * load.writers + list(self.setup.habits)
        hosts = {
            host: {
                "side": side,
                "application": self.pair.dsn(side, user=self.setup.application),
                "superuser": self.pair.dsn(side),
            }
            for side, host in HOSTS.items()
        }
        return Clients(
            self.arena.run,
            ClientsSpec(
                writers=tuple(
                    WriterSpec(number=number, habit=habit, hold_seconds=self.setup.hold_seconds)
                    for number, habit in enumerate(habits, start=1)
                ),
                readers=load.readers,
                writes_per_second=load.writes_per_second,
                reads_per_second=40.0,
                hosts=hosts,
                resolver={"path": str(self.records), "ttl_seconds": TTL_SECONDS},
                records=self.home / "clients.records",
                seed=self.seed,
                probes=self._probes,
            ),
            ordinary=load.writers,
        )

    def _traces(self) -> Traces:
        return Traces(
            pair=self.pair,
            clients=self.clients,
            journal=self.journal,
            executions=self.executions,
            functions=self.functions,
            person=self.person,
            records=self.records,
            probes=self._probes,
        )

    @property
    def _probes(self) -> Path | None:
        """Where probers write, if there are any."""
        return self.home if self.setup.probed else None
