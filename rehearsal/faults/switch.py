"""One switch in the arena: between two databases of its own, by the real machines.

It takes seconds: its replication starts without a copy, the waits of the state machine are scaled (task deadlines
and the pause are not), and its controllers fork from a warm process.
"""

from __future__ import annotations

import contextlib
import json
import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence, Set
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Self

import psutil
import psycopg
from psycopg import sql

from cutover.adapters.clock import SystemClock
from cutover.adapters.dynamodb import DynamoDbJournal
from cutover.adapters.postgres import Address, PostgresDatabase
from cutover.adapters.postgres_rights import rights_on_source, script
from cutover.adapters.stepfunctions import StepFunctionsTokens
from cutover.approval import Answer
from cutover.direction import Direction, Stream, Where
from cutover.errors import StaleLease, TransitionRefused
from cutover.journal import Phase
from cutover.observations import OperatorWord, Word
from cutover.plan import CutoverPlan, WriteRecordMoves
from cutover.roles import RoleNames
from cutover.steps.approve import answer
from rehearsal.aws.invoker import InvokeRefused, function_arn
from rehearsal.faults.arena import HOLD, SEEDED, TTL_SECONDS, WAIT_SCALE, Arena, ArenaFailed
from rehearsal.faults.checker import Evidence, SideFacts, crossed
from rehearsal.faults.client_process import Clients, Load
from rehearsal.faults.clients import KEEPS_ITS_NAME, ClientsSpec, Habit, WriterSpec
from rehearsal.faults.functions import SUFFIX, Acts, Call, Functions, wait_for
from rehearsal.faults.link import Link
from rehearsal.faults.probing import load_probes
from rehearsal.faults.world import (
    HEALTHY,
    READ_RECORD,
    SOURCE_HOST,
    SUBSCRIPTIONS,
    TABLE,
    TARGET_HOST,
    WRITE_RECORD,
    NativeTask,
    WorldSpec,
    utc_now,
    write_whole,
)
from rehearsal.machine import (
    DEFINITION,
    PLACEHOLDER,
    ROLLBACK_DEFINITION,
    called,
    function_name,
    render,
    substitutions,
)
from rehearsal.servers.postgres import PostgresServer
from rehearsal.workload.configuration import Side
from rehearsal.workload.contents import Contents, read_contents
from rehearsal.workload.database import OWNER
from rehearsal.workload.ledger import Write
from rehearsal.workload.verdict import Closed, Pause, longest_stalls, measure_pause

WARM_UP_SECONDS: Final = 0.4
COOL_DOWN_SECONDS: Final = 0.4
APPROVAL_SECONDS: Final = 0.1
ARRIVAL_SECONDS: Final = 2 * HOLD.total_seconds()
EXECUTION_LIMIT_SECONDS: Final = 240.0
"""An audit that finds a write is tried again twenty times before a person is called: 160 s at this scale."""
SETTLING_SECONDS: Final = 15.0
STALL_SLACK_MS: Final = 1500.0
"""Beyond the switch's deadline: the machine's way to the put-back does not hold writers, a busy box does."""

BETWEEN_MOVES_SECONDS: Final = 0.4
"""Enough for a name's answers to expire: every writer is where the last move sent it."""

CUTOVER_ROLE: Final = "migration_cutover"
DMS_ROLE: Final = "migration_replication"
TABLES_AT_ONCE: Final = 500
SIDES: Final[tuple[Side, ...]] = ("source", "target")

DEFINITIONS: Final = {Direction.FORWARD: DEFINITION, Direction.BACK: ROLLBACK_DEFINITION}

CARRIERS: Final = {1: Stream.LOAD, 2: Stream.BACK, 3: Stream.AGAIN}
"""What carries changes when a move begins, by the number of the move."""

FORWARD_BY_HAND: Final = (
    "finish_switch",
    "verify_switch",
    "move_writes",
    "audit_origin",
    "hand_over",
    "retire_slots",
    "check_way_back",
    "complete",
)

PLAN: Final[dict[str, Any]] = {
    "weights": (100,),
    "bake_seconds": 1,
    "poll_seconds": 1,
    "max_hold_seconds": 3,
    "max_lag_seconds": 5,
    "metric_max_age_seconds": 120,
    "record_ttl_seconds": 1,
    "write_record_moves": WriteRecordMoves.BEFORE_SWITCH,
    "switch_deadline_seconds": 2,
    "lock_patience_milliseconds": 250,
    "max_transaction_seconds": 2,
    "sequence_margin": 1000,
}


@dataclass(frozen=True, kw_only=True)
class Setup:
    """What differs from one switch to another before it begins."""

    habits: tuple[Habit, ...] = ()
    """Writers beside the ordinary ones."""
    hold_seconds: float = 0.0
    plan: dict[str, Any] = field(default_factory=dict)
    shift: timedelta = timedelta(0)
    """Of the controllers' clocks."""
    clocks_differ: bool = False
    """Each invocation's clock is wrong by that or right, by chance."""
    starts: int = 1
    """2: the last move is started twice at the same moment."""
    probed: bool = False
    """With a prober on each side."""
    documented_roles: bool = False
    """The controllers connect as the role of docs/source-roles.sql, on both sides; else as a superuser."""
    facts: dict[str, Any] = field(default_factory=dict)
    load: Load = field(default_factory=Load)
    more_tables: int = 0
    """Empty ones with a key, beside the clients' own."""
    application: str = OWNER
    """The role of the clients."""
    target_open: bool = False
    """Without this project's gate: for ways that have none."""
    moves: int = 1
    """How often the writer moves; the faults are those of the last move. 2: a rollback, 3: and there again."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What was seen of one switch."""

    evidence: Evidence
    functions: Functions
    first_call: int
    """The first call of the last move."""
    seconds: float
    pause: Pause | None
    longest_stall_ms: float
    beside: tuple[str, ...] = ()
    """What became of statements that an act made beside the switch."""
    held: tuple[str, ...] = ()
    """Who held because of a pause, with the reason."""


class Switch:
    """One switch in the arena: its databases, its names, its clients, its execution."""

    def __init__(self, arena: Arena, *, seed: int, setup: Setup) -> None:
        self.arena = arena
        self.seed = seed
        self.setup = setup
        self.random = random.Random(seed)
        self._rules: dict[str, threading.Thread] = {}
        """What the rule on ended executions does, by the execution's ARN."""
        self.number = arena.next_number()
        self.name = f"s{self.number}"
        self.home = arena.run.path / self.name
        self.home.mkdir()
        self.plan = CutoverPlan(**{**PLAN, **setup.plan})
        self.second_start: str | None = None
        self.second_started = False
        self.failures: list[str] = []
        """What did not happen as the scenario has it: then nothing was shown."""
        self.beside: list[str] = []
        self.executions: list[str] = []
        self.recoveries: list[str] = []
        self.person_acted = False
        self.person_failed = ""
        self.approved = 0
        self.links: dict[Side, Link] = {}
        self._stack = ExitStack()
        self._later: list[threading.Thread] = []
        self._starting = threading.Lock()
        self._machines: dict[Direction, str] = {}
        self.move = 0
        """Which of the moves runs; 0: none does yet."""
        self.main = ""
        """The execution that this move began with."""
        self._before_it: list[str] = []

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            stack.callback(self._drop_databases)
            self._make_databases()
            for side, server in (("source", self.arena.source), ("target", self.arena.target)):
                link = Link(server.port)
                stack.callback(link.close)
                self.links["source" if side == "source" else "target"] = link
            self.records = self.home / "records.json"
            self.facts = self.home / "facts.json"
            write_whole(self.facts, {**HEALTHY, **self.setup.facts})
            pair = {SOURCE_HOST: 100, TARGET_HOST: 0}
            write_whole(self.records, {READ_RECORD: pair, WRITE_RECORD: pair})
            self.arena.empty_journal()
            resource = self.arena.session.resource("dynamodb", endpoint_url=self.arena.endpoint)
            self.journal = DynamoDbJournal(resource, table=TABLE, migration=self.name)
            self.clients = self._start_clients()
            stack.callback(self.clients.stop)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def spec(self) -> WorldSpec:
        """Where the controllers find everything."""
        return WorldSpec(
            migration=self.name,
            source=self._address("source"),
            target=self._address("target"),
            source_dsn=self.dsn("source"),
            target_dsn=self.dsn("target"),
            slots=self.slots,
            certificates=self.home / "certificates",
            machine_arns=self._machines,
            records=self.records,
            facts=self.facts,
            endpoint=self.arena.endpoint,
        )

    def dsn(self, side: Side, *, user: str = "postgres", **options: str) -> str:
        """Past the links."""
        return self.server(side).dsn(user=user, dbname=self.name, **options)

    def server(self, side: Side) -> PostgresServer:
        """The server of that side."""
        return self.arena.source if side == "source" else self.arena.target

    def on(self, side: Side, statement: str, *, user: str = "postgres") -> list[tuple[Any, ...]]:
        """Runs one statement on a connection of its own; its rows, where it has any."""
        with psycopg.connect(self.dsn(side, user=user), autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def later(self, seconds: float, act: Any) -> None:
        """Does something after a while, beside the switch; waited for at its end."""

        def wait_and_act() -> None:
            time.sleep(seconds)
            # What a scenario undoes may have ended by itself meanwhile.
            with contextlib.suppress(psycopg.Error, psutil.Error):
                act()

        self.meanwhile("what is done later", wait_and_act)

    def meanwhile(self, what: str, act: Callable[[], None]) -> threading.Thread:
        """Does something in a thread of its own; waited for at the end, and its failure is the arena's."""

        def run() -> None:
            try:
                act()
            except Exception as error:  # nobody else would hear of it
                self.failed(what, error)

        thread = threading.Thread(target=run, daemon=True)
        self._later.append(thread)
        thread.start()
        return thread

    def failed(self, what: str, error: Exception) -> None:
        """Notes that the scenario did not come about as it was meant."""
        self.failures.append(f"{what}: {type(error).__name__}: {error}")

    def set_facts(self, **changes: Any) -> None:
        """Changes what metrics and alarms say from here on."""
        write_whole(self.facts, {**json.loads(self.facts.read_text()), **changes})

    def say(self, word: Word) -> None:
        """The operator's word, as `cutover pause` and `cutover abort` say it."""
        operator = OperatorWord(word=word, by="the arena", reason="the scenario says so")
        self.journal.say(operator, now=utc_now())

    def start(self) -> str:
        """Starts an execution of the state machine; returns its ARN."""
        with self._starting:
            # Its place is kept before it is known: two may start at once.
            number = len(self.executions)
            self.executions.append("")
        arn: str = self.arena.machines.start_execution(
            stateMachineArn=self._machines[self.direction],
            name=f"{self.name}-{number}",
            input="{}",
        )["executionArn"]
        self.executions[number] = arn
        return arn

    def start_both(self) -> str:
        """Two starts at the same moment; answers the one that goes on. The other one's end is kept."""
        together = threading.Barrier(2)
        found: list[str] = []

        def start() -> None:
            together.wait(10)
            found.append(self.start())

        self.second_started = True
        for thread in [self.meanwhile("one of two starts", start) for _ in range(2)]:
            thread.join(30)
        if len(found) != 2:
            raise ArenaFailed(f"{len(found)} of two starts were made: {self.failures}")

        def over() -> list[str]:
            return [arn for arn in found if self._described(arn)["status"] != "RUNNING"]

        # Who is refused ends first; where nobody is, whoever ends first tells it by its ending.
        if not wait_for(lambda: bool(over()), seconds=EXECUTION_LIMIT_SECONDS):
            raise ArenaFailed("neither of two starts ended")
        ended = over()
        refused = [arn for arn in ended if self._described(arn).get("error") == "LeaseTaken"]
        second = (refused or ended)[0]
        self.second_start = _ending(self._described(second))
        return next(arn for arn in found if arn != second)

    def stop_execution(self) -> None:
        """As somebody does in the console."""
        self.arena.machines.stop_execution(executionArn=self.main, error="Stopped", cause="by hand")

    def stop_every_execution(self) -> None:
        """Whatever runs, a recovery too."""
        for arn in self._every_execution():
            found = self.arena.machines.describe_execution(executionArn=arn)
            if found["status"] == "RUNNING":
                self.arena.machines.stop_execution(
                    executionArn=arn, error="Stopped", cause="by hand"
                )

    def _approve(self, over: threading.Event) -> None:
        """As a person does who says yes to every question, a moment after it was asked."""
        tokens = StepFunctionsTokens(self.arena.machines)
        yes = Answer(granted=True, by="the arena", reason="the scenario says so")
        while not over.wait(APPROVAL_SECONDS):
            asked = self.journal.question()
            if asked is not None and asked.answer is None:
                # Whoever asked may be gone: then nothing waits for this answer.
                with contextlib.suppress(StaleLease, TransitionRefused):
                    answer(self.journal, tokens, SystemClock(), given=yes)
                    self.approved += 1

    def start_second(self) -> None:
        """Another start while the first runs; how it ended is kept."""
        self.second_started = True
        self.second_start = _ending(self._wait_for_end(self.start(), seconds=30))

    def warm_up(self) -> None:
        """Waits until ordinary writers write and every other one does what it is there for. Raises ArenaFailed."""
        if not wait_for(self.clients.acknowledged, seconds=15):
            raise ArenaFailed("not every writer was told of a write within 15 s")
        self._wait_for_habits("source", since_ns=0)
        time.sleep(WARM_UP_SECONDS)

    def _wait_for_habits(self, side: Side, *, since_ns: int) -> None:
        """A habit that no fence has met shows nothing."""
        missing: list[str] = []

        def none_missing() -> bool:
            missing[:] = without_their_habit(
                self.clients.writers[self.setup.load.writers :],
                self.clients.records().writes,
                holders=self._holders(side),
                side=side,
                since_ns=since_ns,
            )
            return not missing

        if not wait_for(none_missing, seconds=15, poll=0.05):
            raise ArenaFailed(f"before the switch, within 15 s, nothing came of {missing}")

    def _holders(self, side: Side) -> set[int]:
        """The writers that hold a transaction open in which they have written."""
        found = self.on(
            side,
            "select split_part(application_name, ' ', 2)::int from pg_stat_activity"
            " where datname = current_database() and application_name like 'writer %'"
            " and state = 'idle in transaction' and backend_xid is not null",
        )
        return {number for (number,) in found}

    def conduct(self, acts: Acts, *, stall_limit: bool, withheld: bool = False) -> Outcome:
        """Runs the state machines to their ends under the clients, and gathers the evidence of the last move."""
        self._machines = {direction: self._make_machine(direction) for direction in Direction}
        functions = Functions(
            run=self.arena.run,
            spec=self.spec(),
            acts=acts,
            shift=self.setup.shift,
            chance=random.Random(self.seed) if self.setup.clocks_differ else None,
        )
        self.functions = functions
        self.arena.settings.invoker = functions
        self.arena.settings.on_status_change = self._on_failed_execution
        # As an operator of this target does before any cutover: each way back needs its publication.
        for stream in (Stream.BACK, Stream.AGAIN):
            NativeTask(self.spec(), stream).publish()
        self.warm_up()
        over = threading.Event()
        if self.plan.approve_before:
            self.meanwhile("the approval", lambda: self._approve(over))
        try:
            self._make_the_moves_before()
            self.move = self.setup.moves
            calls = len(functions.calls)
            functions.places.begin()
            began = time.time_ns()
            self.main = self.start() if self.setup.starts == 1 else self.start_both()
            ended = self._wait_for_end(self.main, seconds=EXECUTION_LIMIT_SECONDS)
            over.set()
            self._wait_for_what_runs_beside()
            self.arena.ensure_servers()
            for link in self.links.values():
                link.set("whole")
            self._let_the_rule_finish(self.main, ended)
            ended = self._wait_for_recoveries() or ended
            if self._waits_for_a_person(ended):
                self._act_as_the_runbook_says()
            self._let_the_writers_arrive(since_ns=began)
            time.sleep(COOL_DOWN_SECONDS)
            ended_ns = time.time_ns()
        finally:
            over.set()
            functions.close()
            self.clients.stop()
        return self._gather(ended, functions, calls, began, ended_ns, stall_limit, withheld)

    @property
    def direction(self) -> Direction:
        """Of the move that runs."""
        return Direction.FORWARD if self.move % 2 else Direction.BACK

    @property
    def origin(self) -> Side:
        """Where the writer is before this move."""
        return "source" if self.direction is Direction.FORWARD else "target"

    @property
    def destination(self) -> Side:
        """Where it is to be."""
        return "target" if self.origin == "source" else "source"

    @property
    def carrier(self) -> Stream:
        """What brings changes to the destination when this move begins."""
        return CARRIERS[self.move]

    @property
    def in_the_last_move(self) -> bool:
        """Whether faults may happen: the moves before only make what the last one starts from."""
        return self.move == self.setup.moves

    def _make_the_moves_before(self) -> None:
        for move in range(1, self.setup.moves):
            self.move = move
            self.functions.places.begin()
            began = time.time_ns()
            self.main = self.start()
            ended = self._wait_for_end(self.main, seconds=EXECUTION_LIMIT_SECONDS)
            if ended["status"] != "SUCCEEDED":
                raise ArenaFailed(
                    f"move {move}, before the fault, ended {ended.get('error')}: {ended.get('cause')}"
                )
            self._before_it.append(self.main)
            self._wait_for_habits(self.destination, since_ns=began)
            time.sleep(BETWEEN_MOVES_SECONDS)

    def _let_the_writers_arrive(self, *, since_ns: int) -> None:
        """At the new writer, where the move was made: the last of them may be held at the closed side for a while."""
        if self.journal.state().phase is not Phase.DONE:
            return
        ordinary = set(range(1, self.setup.load.writers + 1))

        def arrived() -> bool:
            return ordinary <= {
                write.writer
                for write in self.clients.records().writes
                if write.side == self.destination and write.acknowledged_ns >= since_ns
            }

        wait_for(arrived, seconds=ARRIVAL_SECONDS, poll=0.1)

    def _wait_for_what_runs_beside(self) -> None:
        # One of them may start another.
        for thread in self._later:
            thread.join(30)
            if thread.is_alive():
                self.failures.append("what was begun beside the switch did not end within 30 s")

    def _gather(
        self,
        ended: dict[str, Any],
        functions: Functions,
        calls: int,
        began: int,
        ended_ns: int,
        stall_limit: bool,
        withheld: bool,
    ) -> Outcome:
        records = self.clients.records()
        stalls = longest_stalls(
            [write for write in records.writes if write.writer <= self.setup.load.writers],
            between_ns=(began, ended_ns),
            until_the_end=True,
        )
        longest = max(stalls.values(), default=0.0)
        limit = self.plan.switch_deadline_seconds * 1000 + STALL_SLACK_MS
        entries = self.journal.entries()
        token = next((str(e.detail["token"]) for e in reversed(entries) if "token" in e.detail), "")
        if self.journal.state().phase is Phase.DONE:
            self._let_the_way_back_finish()
        source, target = self._side("source", token), self._side("target", token)
        evidence = Evidence(
            writes=records.writes,
            errors=[error for error in records.errors if error.time_ns >= began],
            source=source,
            target=target,
            journal=self.journal.state(),
            entries=entries,
            weights=self._weights(),
            status=ended["status"],
            error=ended.get("error", ""),
            states=self._states(self.last_execution),
            recoveries=tuple(self.recoveries),
            direction=self.direction,
            began_ns=began if self.move > 1 else 0,
            earlier=tuple(self._before_it),
            closed_before=self._closed_before(functions, calls),
            streams=self._streams(),
            way_back=SUBSCRIPTIONS[self.direction.way_back],
            way_back_slot=self.slots[self.direction.way_back],
            closed_ns=next(iter(self._closings(functions, calls)), None),
            controller_killed=functions.killed > 0,
            longest_stall_ms=longest,
            stall_limit_ms=limit if stall_limit else 0.0,
            second_start=self.second_start,
            second_started=self.second_started,
            probes=load_probes(self.home) if self.setup.probed else (),
            withheld=withheld,
            person_acted=self.person_acted,
            person_failed=self.person_failed,
        )
        pause = None
        if crossed(evidence):
            ordinary = [
                write for write in records.writes if write.writer <= self.setup.load.writers
            ]
            pause = measure_pause(
                ordinary,
                from_side=self.origin,
                to_side=self.destination,
                between_ns=(began, ended_ns),
            )
        return Outcome(
            evidence=evidence,
            functions=functions,
            first_call=calls,
            seconds=(ended_ns - began) / 1e9,
            pause=pause,
            longest_stall_ms=longest,
            beside=tuple(self.beside),
            held=holds(functions.calls[calls:]),
        )

    def _side(self, side: Side, token: str) -> SideFacts:
        database = PostgresDatabase(Address.from_dsn(self.dsn(side)))
        try:
            facts = SideFacts(
                gate=database.gate(),
                accepts_writes=self.accepts_writes(side),
                contents=read_contents(self.dsn(side)),
                barrier_sessions=self.on(
                    side,
                    "select count(*) from pg_stat_activity where application_name = 'cutover barrier'"
                    " and datname = current_database()",
                )[0][0],
                has_token=bool(token) and database.has_token(token),
                slots=tuple(
                    name
                    for (name,) in self.on(
                        side,
                        "select slot_name::text from pg_replication_slots"
                        " where database = current_database() order by 1",
                    )
                ),
            )
        finally:
            database.close()
        return facts

    def accepts_writes(self, side: Side) -> bool:
        """Whether a write of the clients' role is accepted now; it is rolled back."""
        try:
            with psycopg.connect(self.dsn(side, user=self.setup.application)) as connection:
                connection.execute("set local statement_timeout = '150ms'")
                connection.execute("insert into audit_notes (author, note) values ('probe', '')")
                connection.rollback()
        except psycopg.Error:  # on neither side of the line: the answer is no
            return False
        return True

    def _closings(self, functions: Functions, first: int, last: int | None = None) -> list[int]:
        """When a switch said that its origin is closed, of the calls from `first` to before `last`."""
        return [
            int((datetime.fromisoformat(call.result["closed_at"]) - call.shift).timestamp() * 1e9)
            for call in functions.calls[first:last]
            if call.function == "switch_writer" and call.result
        ]

    def _closed_before(self, functions: Functions, calls: int) -> tuple[Closed, ...]:
        """The times of the moves before in which a side was closed: it opens only after the other one closed."""
        sides: tuple[Side, Side] = ("source", "target")
        closings = self._closings(functions, 0, calls)
        times = [Closed(side="target", until_ns=closings[0])] if closings else []
        for number, at in enumerate(closings):
            until = closings[number + 1] if number + 1 < len(closings) else None
            if until is not None:
                times.append(Closed(side=sides[number % 2], from_ns=at, until_ns=until))
        return tuple(times)

    def _let_the_way_back_finish(self) -> None:
        """Clients have stopped: waits until both databases hold the same, for a while."""

        def same() -> bool:
            found: list[Contents] = [read_contents(self.dsn(side)) for side in ("source", "target")]
            return found[0] == found[1]

        with contextlib.suppress(psycopg.Error):
            wait_for(same, seconds=SETTLING_SECONDS, poll=0.1)

    def _streams(self) -> tuple[str, ...]:
        """The streams that carry now, on either side."""
        return tuple(
            name
            for side in ("source", "target")
            for (name,) in self.on(
                "source" if side == "source" else "target",
                "select subname::text from pg_subscription s join pg_database d on d.oid = s.subdbid"
                " where d.datname = current_database() and s.subenabled order by 1",
            )
        )

    def _weights(self) -> dict[str, int]:
        records = json.loads(self.records.read_text())
        return {name: pair[TARGET_HOST] for name, pair in records.items()}

    def _states(self, execution: str) -> list[str]:
        events = self.arena.machines.get_execution_history(executionArn=execution, maxResults=1000)[
            "events"
        ]
        return [
            event["stateEnteredEventDetails"]["name"]
            for event in events
            if "stateEnteredEventDetails" in event
        ]

    def _wait_for_end(self, execution: str, *, seconds: float) -> dict[str, Any]:
        give_up = time.monotonic() + seconds
        while True:
            found = self._described(execution)
            if found["status"] != "RUNNING":
                return found
            if time.monotonic() >= give_up:
                states = self._states(execution)[-3:]
                raise ArenaFailed(f"the execution did not end within {seconds:.0f} s: {states}")
            time.sleep(0.03)

    def _described(self, execution: str) -> dict[str, Any]:
        found: dict[str, Any] = self.arena.machines.describe_execution(executionArn=execution)
        return found

    def _make_machine(self, direction: Direction) -> str:
        text = DEFINITIONS[direction].read_text()
        arns = {key: function_arn(function_name(key, SUFFIX)) for key in called(text)}
        values = substitutions(self.plan, function_arns=arns, topic_arn=self.arena.topic)
        values = {name: values[name] for name in PLACEHOLDER.findall(text)}
        arn: str = self.arena.machines.create_state_machine(
            name=f"{self.name}-{direction.value}",
            definition=render(text, values),
            roleArn="arn:aws:iam::123456789012:role/arena",
        )["stateMachineArn"]
        return arn

    def _on_failed_execution(self, event: dict[str, Any]) -> None:
        """What the EventBridge rule does with an execution that failed, timed out or was stopped."""
        if event["detail"]["stateMachineArn"] in self._machines.values():
            rule = threading.Thread(target=self._rule_puts_back, args=[event], daemon=True)
            rule.start()
            self._rules[event["detail"]["executionArn"]] = rule

    def _rule_puts_back(self, event: dict[str, Any]) -> None:
        for _ in range(3):
            with contextlib.suppress(InvokeRefused):
                if self.functions.invoke("put_back", event).function_error is None:
                    return
            time.sleep(60 * WAIT_SCALE / 20)

    def _let_the_rule_finish(self, execution: str, ended: dict[str, Any]) -> None:
        """Behind an execution's end, of which the rule is told a moment after it can be seen."""
        if ended["status"] != "SUCCEEDED":
            wait_for(lambda: execution in self._rules, seconds=5)
        for rule in list(self._rules.values()):
            rule.join(30)

    def _wait_for_recoveries(self) -> dict[str, Any] | None:
        """The end of the last execution that the rule started, if there was any."""
        ended = None
        seen: set[str] = set()
        while found := [arn for arn in self._every_execution() if arn not in seen]:
            for arn in found:
                seen.add(arn)
                if arn not in self.executions:
                    ended = self._wait_for_end(arn, seconds=EXECUTION_LIMIT_SECONDS)
                    self.recoveries.append(arn)
                    self._let_the_rule_finish(arn, ended)
        return ended

    def _every_execution(self) -> list[str]:
        return [
            execution["executionArn"]
            for machine in self._machines.values()
            for execution in self.arena.machines.list_executions(stateMachineArn=machine)[
                "executions"
            ]
        ]

    @property
    def last_execution(self) -> str:
        """What had the last word: a recovery, or the first one; a second start that was refused had none."""
        return self.recoveries[-1] if self.recoveries else self.main

    def _waits_for_a_person(self, ended: dict[str, Any]) -> bool:
        phase = self.journal.state().phase
        last = (self._states(self.last_execution) or [""])[-1]
        stopped = ended["status"] == "ABORTED" and phase not in (Phase.PUT_BACK, Phase.IDLE)
        return last.startswith("A person is needed") or stopped

    def _act_as_the_runbook_says(self) -> None:
        """docs/runbook.md, What if: look at the origin; then put back, or finish, verify, move the record, complete."""
        lease = {"execution": self.journal.state().execution, "fence": self.journal.state().fence}
        plan = json.loads(json.dumps(_plan_values(self.plan)))
        looked = self.functions.invoke("resolve_switch", {"lease": lease, "plan": plan})
        answer = json.loads(looked.payload)
        if looked.function_error is not None:
            self.person_failed = f"resolve_switch: {answer}"
            return
        step = {"lease": answer["lease"], "plan": plan}
        if answer["side"] == "before":
            failure = {"Error": "Person", "Cause": "by the runbook"}
            done = self.functions.invoke("put_back", {**step, "failure": failure})
            if done.function_error is not None:
                self.person_failed = f"put_back: {done.payload.decode()}"
                return
        else:
            for function in FORWARD_BY_HAND:
                self.functions.invoke(function, step)
        self.person_acted = True

    def _address(self, side: Side) -> Address:
        user = CUTOVER_ROLE if self.setup.documented_roles else "postgres"
        parts = Address.from_dsn(self.dsn(side, user=user))
        return Address(
            host=parts.host,
            port=self.links[side].port,
            dbname=parts.dbname,
            username=parts.username,
            password=parts.password,
            sslmode="disable",
        )

    def _start_clients(self) -> Clients:
        load = self.setup.load
        habits: list[Habit] = [load.habit] * load.writers + list(self.setup.habits)
        hosts = {
            host: {
                "side": side,
                "application": self.dsn(
                    "source" if side == "source" else "target", user=self.setup.application
                ),
                "superuser": self.dsn("source" if side == "source" else "target"),
            }
            for host, side in ((SOURCE_HOST, "source"), (TARGET_HOST, "target"))
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
                probes=self.home if self.setup.probed else None,
            ),
            ordinary=load.writers,
        )

    def _make_databases(self) -> None:
        name, owner = sql.Identifier(self.name), sql.Identifier(OWNER)
        for server in (self.arena.source, self.arena.target):
            with psycopg.connect(server.dsn(), autocommit=True) as connection:
                connection.execute(
                    sql.SQL("create database {} template {} owner {}").format(
                        name, sql.Identifier(SEEDED), owner
                    )
                )
        if self.setup.more_tables:
            self._make_more_tables()
        if self.setup.documented_roles:
            self._use_documented_roles()
        with psycopg.connect(self.dsn("target"), autocommit=True) as connection:
            connection.execute(
                sql.SQL(
                    "create subscription forward connection {} publication forward"
                    " with (copy_data = false, origin = none, slot_name = {})"
                ).format(sql.Literal(self.dsn("source")), sql.Literal(self.slot))
            )
        if self.setup.target_open:
            database = PostgresDatabase(Address.from_dsn(self.dsn("target")))
            database.open_gate()
            database.remove_gate()
            database.close()

    def _use_documented_roles(self) -> None:
        """What a superuser had installed is installed anew by the role that is to work with it."""
        names = RoleNames(
            database=self.name, schemas=("public",), replication=DMS_ROLE, cutover=CUTOVER_ROLE
        )
        for side in SIDES:
            with psycopg.connect(self.dsn(side), autocommit=True) as connection:
                connection.execute("drop schema cutover cascade")
                given = script(rights_on_source(names), side="source", names=names)
                connection.execute(given.encode())
                connection.execute(
                    sql.SQL("alter role {} password {}").format(
                        sql.Identifier(CUTOVER_ROLE), sql.Literal(self.server(side).password)
                    )
                )
            database = PostgresDatabase(Address.from_dsn(self.dsn(side, user=CUTOVER_ROLE)))
            database.install(hold=HOLD)
            if side == "target":
                database.close_gate()
            database.close()

    def _make_more_tables(self) -> None:
        count = self.setup.more_tables
        for side in SIDES:
            with psycopg.connect(self.dsn(side, user=OWNER), autocommit=True) as connection:
                # Batches: one transaction that makes 10,000 tables would need as many locks.
                for first in range(0, count, TABLES_AT_ONCE):
                    numbers = range(first, min(first + TABLES_AT_ONCE, count))
                    made = "".join(
                        f"create table wide_{number} (id bigint primary key, note text);"
                        for number in numbers
                    )
                    connection.execute(made.encode())
        database = PostgresDatabase(Address.from_dsn(self.dsn("target")))
        database.close_gate()
        database.close()

    @property
    def slot(self) -> str:
        """The replication slot on the source."""
        return f"forward_{self.name}"

    @property
    def slots(self) -> dict[Stream, str]:
        """Of every stream: the load's, and those that switches make for the ways back."""
        return {stream: f"{name}_{self.name}" for stream, name in SUBSCRIPTIONS.items()}

    def _drop_databases(self) -> None:
        """Safe at any point of a failure; what can't be dropped goes with the arena."""
        self.arena.ensure_servers()
        with contextlib.suppress(psycopg.Error):
            # Only the database that it belongs to may end it, and with it the database can't be dropped.
            self.on("source", f"rollback prepared '{self.name}'")
        for stream, name in SUBSCRIPTIONS.items():
            publisher: Side = "source" if stream.origin is Where.SOURCE else "target"
            subscriber: Side = "target" if publisher == "source" else "source"
            with contextlib.suppress(psycopg.Error):
                for change in ("disable", "set (slot_name = none)"):
                    self.on(subscriber, f"alter subscription {name} {change}")
                self.on(subscriber, f"drop subscription {name}")
            _drop_slot(self.server(publisher), self.slots[stream])
        for server in (self.arena.source, self.arena.target):
            with (
                contextlib.suppress(psycopg.Error),
                psycopg.connect(server.dsn(), autocommit=True) as connection,
            ):
                connection.execute(f"drop database if exists {self.name} with (force)".encode())


HOLDING: Final = ("long", "idle")
"""Habits that are a transaction held open."""


def without_their_habit(
    writers: Sequence[WriterSpec],
    writes: Sequence[Write],
    *,
    holders: Set[int],
    side: Side,
    since_ns: int,
) -> list[str]:
    """The writers that the switch would not meet: those that hold no transaction, where that is what they are there
    for, and those that were told of no write on that side since then.

    Who keeps a name for ever is where the name pointed first, whatever moved since.
    """
    told = {
        write.writer for write in writes if write.side == side and write.acknowledged_ns >= since_ns
    }
    ever = {write.writer for write in writes}
    return [
        f"writer {each.number} ({each.habit})"
        for each in writers
        if each.number
        not in (
            holders if each.habit in HOLDING else ever if each.habit in KEEPS_ITS_NAME else told
        )
    ]


def holds(calls: Sequence[Call]) -> tuple[str, ...]:
    """Who held because an operator had said pause."""
    found = []
    for call in calls:
        answer = call.result if isinstance(call.result, dict) else {}
        if answer.get("action") == "hold" and "paused" in str(answer.get("reason")):
            found.append(f"{call.function}: {answer['reason']}")
        if call.error == "Paused":
            found.append(f"{call.function}: Paused")
    return tuple(found)


def _ending(ended: dict[str, Any]) -> str:
    return str(ended.get("error") or ended["status"])


def _drop_slot(server: PostgresServer, slot: str) -> None:
    for statement in (
        f"select pg_terminate_backend(active_pid) from pg_replication_slots where slot_name = '{slot}' and active",
        f"select pg_drop_replication_slot('{slot}')",
    ):
        for _ in range(20):
            try:
                with psycopg.connect(server.dsn(), autocommit=True) as connection:
                    connection.execute(statement.encode())
                break
            except psycopg.errors.ObjectInUse:
                time.sleep(0.05)
            except psycopg.Error:
                break


def server_processes(server: PostgresServer) -> Iterator[psutil.Process]:
    """The server and all that it has forked."""
    pid = int((server.data / "postmaster.pid").read_text().splitlines()[0])
    parent = psutil.Process(pid)
    yield parent
    yield from parent.children(recursive=True)


def _plan_values(plan: CutoverPlan) -> dict[str, Any]:
    return asdict(plan)
