"""The scenarios as data: what is done, at which sub-steps, and what may come of it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from fnmatch import fnmatchcase
from typing import Any, Final

from cutover.direction import Direction
from cutover.plan import WriteRecordMoves
from rehearsal.faults.checker import Ending
from rehearsal.faults.clients import Habit
from rehearsal.faults.instructions import INVOKED, Moment, Point, SubStep
from rehearsal.faults.setups import Setup

SWITCHED: Final = frozenset[Ending]({"switched"})
BACK: Final = frozenset[Ending]({"put back"})
EITHER: Final = SWITCHED | BACK
PERSON: Final = frozenset[Ending]({"a person is needed"})

BARRIER: Final = (
    "switch_writer/barrier.enter",
    "switch_writer/source.write_token",
    "switch_writer/target.has_token",
    "switch_writer/source.sequences #2",
    "switch_writer/target.set_sequences #2",
    "switch_writer/slot.advance",
    "switch_writer/barrier.close",
)
"""From the first client that waits to the line."""
INTENT: Final = "switch_writer/journal.record switching"
CRITICAL: Final = (
    INTENT,
    *BARRIER,
    "switch_writer/target.open_gate",
    "switch_writer/source.end_client_sessions",
)
SWITCH: Final = ("switch_writer/*",)
BEFORE_BARRIER: Final = ("switch_writer/barrier.enter",)
DRAIN: Final = ("switch_writer/target.has_token",)
BOTH: Final[tuple[Moment, ...]] = ("before", "after")
BEFORE: Final[tuple[Moment, ...]] = ("before",)
AFTER: Final[tuple[Moment, ...]] = ("after",)


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """One kind of fault."""

    name: str
    group: str
    what: str
    """For the page: what is done, exactly."""
    act: str = "nothing"
    """A key of acts.ACTS."""
    at: tuple[str, ...] = ()
    """Patterns over the sub-steps; empty: nothing is done at a point, the setup is the fault."""
    moments: tuple[Moment, ...] = BEFORE
    expect: frozenset[Ending] = EITHER
    habits: tuple[Habit, ...] = ()
    hold_seconds: float = 0.0
    plan: dict[str, Any] = field(default_factory=dict, hash=False)
    shift_seconds: float = 0.0
    clocks_differ: bool = False
    """Only some invocations have the wrong clock."""
    starts: int = 1
    documented_roles: bool = False
    probed: bool = True
    heard: bool = False
    """An abort that is heard until the intent is recorded, and by nobody behind it."""
    holds: bool = False
    """Somebody is to be seen to hold because of a pause."""
    beside: frozenset[str] = frozenset()
    """What may become of the statement that the act makes beside the switch; empty: it makes none."""
    never: frozenset[str] = frozenset()
    """States that the machine may not come to."""
    clean_abort: bool = True
    """Where everything is put back, no writer has met an error."""
    stall_limit: bool = True
    """Writers wait no longer than the switch's deadline: not where their own server is down."""
    served_within_ms: float = math.inf
    """No writer waits longer, whoever is called in the end."""
    withheld: bool = False
    """The checks have no evidence from here on: nothing may be switched."""
    moves: int = 1
    """How often the writer moves; the fault is one of the last move. 2: of a rollback."""
    cut_off: bool = False
    """What leads to a recovery is the end of the execution, not of a function: the rule starts another one."""
    residual: str = ""
    """A named risk: what the fence does not cover here, and what shows it."""
    residual_of: frozenset[str] = frozenset()
    """The invariants that it may break; every other one has to hold."""

    def setup(self) -> Setup:
        """What is different before the switch begins."""
        return Setup(
            habits=self.habits,
            hold_seconds=self.hold_seconds,
            plan=self.plan,
            shift=timedelta(seconds=self.shift_seconds),
            moves=self.moves,
            clocks_differ=self.clocks_differ,
            starts=self.starts,
            probed=self.probed,
            documented_roles=self.documented_roles,
        )

    @property
    def direction(self) -> Direction:
        """Of the move that the fault is one of."""
        return Direction.FORWARD if self.moves % 2 else Direction.BACK


@dataclass(frozen=True, kw_only=True)
class Case:
    """A scenario at one point: what one run shows."""

    scenario: Scenario
    point: Point | None
    prelude: Point | None = None
    """Where the controller is killed first: a fault in the recovery needs something to recover from."""

    @property
    def prelude_act(self) -> str:
        """A key of acts.ACTS: what is done at the prelude.

        Who takes over, and who starts that, runs only where the execution itself has ended.
        """
        by_the_rule = self.point is not None and (
            self.point.step.function == "take_over" or self.point.step.call.startswith("machine.")
        )
        return "cut off" if by_the_rule or self.scenario.cut_off else "kill controller"

    @property
    def name(self) -> str:
        """Unique, and the same on every machine."""
        return f"{self.scenario.name} @ {self.point}" if self.point else self.scenario.name

    @property
    def expect(self) -> frozenset[Ending]:
        """What may come of it at this point: past the line nothing goes back, before it nothing goes forward."""
        if self.point is None:
            return self.scenario.expect
        if self.prelude is not None:
            side = SWITCHED if past_the_line(self.prelude) else BACK
            return side | (self.scenario.expect & PERSON)
        if self.scenario.heard:
            return SWITCHED if behind_the_intent(self.point) else BACK
        if past_the_line(self.point):
            return self.scenario.expect - BACK
        return self.scenario.expect

    @property
    def beside(self) -> frozenset[str]:
        """What may become of a statement that is made at this point."""
        if not self.scenario.beside or self.point is None:
            return self.scenario.beside
        return self.scenario.beside if behind_the_intent(self.point) else RAN


def past_the_line(point: Point) -> bool:
    """Whether the source is closed when this point of a clean run is reached."""
    function, call = point.step.function, point.step.call
    if function == THE_SWITCH:
        closing = call == "barrier.close" and point.moment == "after"
        return closing or call in PAST_THE_LINE
    flip = function == "move_writes" and point.step.after == THE_SWITCH
    return flip or not FUNCTIONS_PAST_THE_LINE.isdisjoint((function, point.step.after))


def behind_the_intent(point: Point) -> bool:
    """Whether the intent is in the journal when this point of a clean run is reached: from there nobody asks for a
    word any more."""
    if point.step.function != THE_SWITCH or past_the_line(point):
        return past_the_line(point)
    if point.step.call in AROUND_THE_INTENT:
        return point.moment == "after"
    method = point.step.call.rpartition(".")[2]
    return (method, point.step.number) in BEHIND_THE_INTENT


def step(text: str) -> SubStep:
    """`switch_writer/source.sequences #2` or `move_writes after switch_writer/journal.check` as a sub-step."""
    function, _, call = text.partition("/")
    function, _, after = function.partition(" after ")
    call, _, number = call.partition(" #")
    return SubStep(function=function, call=call, number=int(number or 1), after=after)


def cases(scenarios: Sequence[Scenario], steps: Mapping[SubStep, Point | None]) -> Iterator[Case]:
    """Every scenario at every sub-step that it names, in a fixed order.

    steps: with each the prelude of the run that it was recorded in; None: a clean one.
    """
    known = sorted(steps, key=str)
    for scenario in scenarios:
        if not scenario.at:
            yield Case(scenario=scenario, point=None)
        for each in known:
            if ASKING in (each.function, each.after) and "approve_before" not in scenario.plan:
                continue
            if any(fnmatchcase(str(each), pattern) for pattern in scenario.at):
                for moment in scenario.moments:
                    if each.call != INVOKED or moment == "before":
                        point = Point(moment=moment, step=each)
                        cut_off = AFTER_THE_CLOSING if scenario.cut_off else None
                        yield Case(scenario=scenario, point=point, prelude=cut_off or steps[each])


def unplaced(scenarios: Sequence[Scenario], steps: Mapping[SubStep, Point | None]) -> list[str]:
    """Patterns that name no sub-step: a fault that is never done shows nothing."""
    known = [str(step) for step in steps]
    return [
        f"{scenario.name}: {pattern}"
        for scenario in scenarios
        for pattern in scenario.at
        if not any(fnmatchcase(each, pattern) for each in known)
    ]


def _alike(group: str, rows: Sequence[dict[str, Any]]) -> tuple[Scenario, ...]:
    return tuple(Scenario(group=group, **row) for row in rows)


ASKING: Final = "ask_approval"
"""Only a plan that asks comes to its sub-steps, and to what is looked at once more behind the answer."""

THE_SWITCH: Final = "switch_writer"
FUNCTIONS_PAST_THE_LINE: Final = frozenset(
    {
        "finish_switch",
        "verify_switch",
        "audit_origin",
        "hand_over",
        "retire_slots",
        "check_way_back",
        "complete",
        "store_certificate",
    }
)
PAST_THE_LINE: Final = (
    "barrier.leave",
    "slot.leave",
    "target.open_gate",
    "source.end_client_sessions",
    "source.open_gate",
    "source.write_counters",
    "target.write_counters",
    "target.end_client_sessions",
    "journal.record destination-open",
    "journal.annotate",
)
"""Of `switch_writer`: what it does once the barrier is closed."""

AROUND_THE_INTENT: Final = ("barrier.enter", "journal.record switching")
"""Of `switch_writer`: calls within which the intent is recorded."""
BEHIND_THE_INTENT: Final = frozenset(
    {
        ("write_token", 1),
        ("has_token", 1),
        ("sequences", 2),
        ("set_sequences", 2),
        ("advance", 1),
        ("keep", 1),
        ("close", 1),
    }
)
"""Of `switch_writer`: methods, and the how-manieth call of each, between the intent and the line."""

BEFORE_THE_CLOSING: Final = Point(moment="before", step=step("switch_writer/barrier.close"))
AFTER_THE_CLOSING: Final = Point(moment="after", step=step("switch_writer/barrier.close"))

CLEAN: Final = Scenario(name="no fault", group="none", what="nothing is done", expect=SWITCHED)

RAN: Final = frozenset({"ran"})
WAITED: Final = frozenset({"ran after waiting", "was refused: 25006 after waiting"})
"""A statement that met the barrier: it went on where that was taken back, and was refused where it was closed."""

CONTROLLER: Final = (
    Scenario(
        name="controller killed",
        group="controller",
        what="kill -9 of the controller at each sub-step",
        act="kill controller",
        at=("*.*",),
        moments=BOTH,
    ),
    Scenario(
        name="controller stalls",
        group="controller",
        what="the controller sleeps 0.6 s and goes on",
        act="hang",
        at=CRITICAL,
    ),
    Scenario(
        name="controller stalls past the deadline",
        group="controller",
        what="the controller sleeps 0.7 s longer than the switch may last, and goes on",
        act="hang past the deadline",
        at=BARRIER[1:],
        expect=BACK,
        # Whoever waits at the barrier waits for the server to end it: the limit is the deadline and a little more.
    ),
    Scenario(
        name="clock 5 min fast",
        group="controller",
        what="the controller's clock is 300 s ahead of the servers'",
        shift_seconds=300,
        expect=SWITCHED,
    ),
    Scenario(
        name="clock 5 min slow",
        group="controller",
        what="the controller's clock is 300 s behind the servers'",
        shift_seconds=-300,
        expect=SWITCHED,
    ),
    Scenario(
        name="clocks 2 s apart",
        group="controller",
        what="half of the invocations, drawn by the seed, run on a clock that is 2 s fast, the others on a right one",
        shift_seconds=2,
        clocks_differ=True,
        expect=SWITCHED,
    ),
    Scenario(
        name="roles without superuser",
        group="controller",
        what="the controllers connect as the role of docs/source-roles.sql on both sides, as the documents ask",
        documented_roles=True,
        expect=SWITCHED,
    ),
    Scenario(
        name="controller killed, roles without superuser",
        group="controller",
        what="kill -9 of the controller around the drain and the line, with those roles",
        act="kill controller",
        at=(*DRAIN, "switch_writer/barrier.close", "resolve_switch/*.*", "finish_switch/*.*"),
        moments=BOTH,
        documented_roles=True,
    ),
    Scenario(
        name="controller killed, name moved after the switch",
        group="controller",
        what="kill -9 of the controller around the line and at each sub-step behind it that moves the write record "
        "and verifies it, in a plan that moves the record after the switch",
        act="kill controller",
        at=(
            "switch_writer/barrier.close",
            "switch_writer/*.open_gate",
            "move_writes after switch_writer/*.*",
            "verify_records after verify_switch/*.*",
        ),
        moments=BOTH,
        plan={"write_record_moves": WriteRecordMoves.AFTER_SWITCH},
    ),
)

LAMBDA: Final = _alike(
    "lambda",
    [
        {
            "name": "function throttled",
            "what": "Lambda answers 429 once",
            "act": "throttle",
            "at": (f"*/{INVOKED}",),
            "expect": SWITCHED,
        },
        {
            "name": "function times out and goes on",
            "what": "the machine is told Sandbox.Timedout; the process goes on a second later, a zombie",
            "act": "zombie",
            "at": (
                "shift_reads/*.*",
                "move_writes*/*.*",
                "switch_writer/*.*",
                "put_back/*.*",
                "resolve_switch/*.*",
                "finish_switch/*.*",
                "hand_over/*.*",
                "complete/*.*",
            ),
        },
        {
            "name": "acquisition times out and goes on",
            "what": "the same before anything was touched: the execution ends, and then the zombie takes its lease",
            "act": "zombie",
            "at": ("acquire_lease/*.*",),
            "expect": BACK,
            "residual": "the lease is held by an execution that has ended; nothing was moved, and the next "
            "`cutover start` takes it over. Lambda kills a function at its timeout: only a write that was on its way "
            "then does this",
            "residual_of": frozenset({"I3"}),
        },
        {
            "name": "function out of memory",
            "what": "the process is killed as Lambda does it at the memory's limit: the machine is told "
            "Runtime.ExitError, `Runtime exited with error: signal: killed`",
            "act": "kill controller",
            "at": (
                "inspect_databases/*.inspect",
                "check_readiness/task*.status",
                *CRITICAL,
                "resolve_switch/*.gate",
                "put_back/router.set_target_shares",
                "finish_switch/*.open_gate",
                "audit_origin/*.write_counters",
                "hand_over/task*.start_at",
            ),
        },
        {
            "name": "function invoked twice",
            "what": "the same invocation runs twice at the same time",
            "act": "duplicate",
            "at": (
                "acquire_lease/journal.acquire",
                "shift_reads/journal.record shifting",
                "move_writes/journal.check",
                "switch_writer/journal.check",
                "switch_writer/source.barrier",
                "verify_switch/source.gate",
                "hand_over/journal.check",
                "hand_over/task*.stop",
                "hand_over/task*.start_at",
                "complete/journal.record done",
            ),
        },
        {
            "name": "recovery invoked twice",
            "what": "after a kill behind the barrier, the look at the origin runs twice at once",
            "act": "duplicate",
            "at": ("resolve_switch/journal.raise_fence", "put_back/journal.state"),
        },
        {
            "name": "two starts at once",
            "what": "another execution of the machine is started",
            "act": "second start",
            "at": (
                "inspect_databases/source.inspect",
                "shift_reads/router.set_target_shares",
                "move_writes/router.set_target_shares",
            ),
            "expect": SWITCHED,
        },
        {
            "name": "two starts at the same moment",
            "what": "two threads call StartExecution together: exactly one execution goes on, the other is refused",
            "starts": 2,
            "expect": SWITCHED,
        },
        {
            "name": "switch invoked late",
            "what": "the invocation that switched the writer is delivered once more, after the line",
            "act": "late switch",
            "at": (
                "verify_switch/source.gate",
                "hand_over/journal.check",
                "hand_over/task*.start_at",
                "complete/journal.record done",
            ),
            "expect": SWITCHED,
        },
        {
            "name": "recovery cut off",
            "what": "the execution is stopped and its function killed past the line; the controller of the execution "
            "that recovers is killed",
            "act": "kill controller",
            "at": (
                "take_over/*.*",
                "resolve_switch/journal.raise_fence",
                "resolve_switch/source.*",
                "resolve_switch/journal.record origin-closed",
                "finish_switch/*.*",
                "hand_over/*.*",
            ),
            "cut_off": True,
            "expect": SWITCHED | PERSON,
        },
        {
            "name": "recovery stopped",
            "what": "the execution is stopped and its function killed past the line, and so is the execution that "
            "recovers",
            "act": "stop every execution",
            "at": (
                "take_over/journal.take_over",
                "resolve_switch/journal.raise_fence",
                "finish_switch/*.open_gate",
                "hand_over/journal.check",
            ),
            "moments": BOTH,
            "cut_off": True,
            "expect": SWITCHED | PERSON,
        },
        {
            "name": "execution stopped",
            "what": "StopExecution by hand: no Catch runs, the rule on ended executions puts back; where it may not, "
            "a person goes on by the runbook",
            "act": "stop execution",
            "at": (
                "check_readiness/journal.word",
                "shift_reads/router.set_target_shares",
                "check_stage/journal.word",
                "move_writes/router.set_target_shares",
                *CRITICAL,
                "switch_writer/slot.make",
                "switch_writer/slot.keep",
                "verify_switch/target.gate",
                "hand_over/journal.check",
                "hand_over/task*.stop",
                "hand_over/task*.start_at",
                "retire_slots/*.drop_slots",
                "complete/journal.record done",
            ),
            "expect": EITHER | PERSON,
        },
    ],
)

SERVERS: Final = _alike(
    "servers",
    [
        {
            "name": f"{side} server {verb}",
            "what": what.format(side=side),
            "act": f"{act} {side}",
            "at": (
                "inspect_databases/source.inspect",
                "measure_lag/source.write_heartbeat",
                *CRITICAL,
                "verify_switch/source.gate",
            ),
            "clean_abort": False,
            "stall_limit": False,
            "expect": EITHER | PERSON,
        }
        for side in ("source", "target")
        for verb, act, what in (
            ("killed", "kill", "kill -9 of the {side}'s server; it starts again within 1 s"),
            ("frozen", "freeze", "SIGSTOP of every process of the {side}'s server for up to 1.5 s"),
        )
    ]
    + [
        {
            "name": "destination server stays down",
            "what": "kill -9 of the destination's server, which does not come back for the rest of the move",
            "act": "destination stays down",
            "at": ("switch_writer/target.inspect", *DRAIN),
            # Writers whose name was moved early wait on that server when it goes.
            "clean_abort": False,
            "stall_limit": False,
            "expect": BACK,
            "residual": "a server that is down drops no slot: the one that the switch had made there keeps its log "
            "once it is back. The journal's note names it, the alarms on slots watch it, the next switch replaces it "
            "and finalize drops it",
            "residual_of": frozenset({"I3"}),
        },
    ]
    + [
        {
            "what": "kill -9 of the origin's server right behind the line; it does not come back for the rest of the "
            "move",
            "act": "origin stays down",
            "at": ("switch_writer/barrier.close",),
            "moments": AFTER,
            "clean_abort": False,
            "stall_limit": False,
            "expect": SWITCHED | PERSON,
            # The origin said that it is closed before it went: that is known, whatever else is not.
            "never": frozenset({"A person is needed: the outcome is not known"}),
        }
        | rest
        for rest in (
            {"name": "origin server stays down after the closing"},
            {
                "name": "origin server stays down, name moved after the switch",
                "plan": {"write_record_moves": WriteRecordMoves.AFTER_SWITCH},
                # What is asked of the origin is asked for minutes, then of a person: no writer waits for that.
                "served_within_ms": 5000.0,
            },
        )
    ],
)

STREAM: Final = _alike(
    "stream",
    [
        {
            "name": "apply worker killed",
            "what": "pg_terminate_backend of the apply worker",
            "act": "kill apply worker",
            "at": CRITICAL,
        },
        {
            "name": "apply worker frozen",
            "what": "SIGSTOP of the apply worker for up to 1.5 s",
            "act": "freeze apply worker",
            "at": ("measure_lag/source.write_heartbeat", *BARRIER[:3]),
        },
        {
            "name": "token late",
            "what": "the apply worker is stopped for 0.5 s while the token is waited for",
            "act": "slow stream",
            "at": DRAIN,
        },
        {
            "name": "token never arrives",
            "what": "the subscription is disabled",
            "act": "disable subscription",
            "at": ("switch_writer/source.write_token", "switch_writer/barrier.enter"),
            "expect": BACK,
        },
        {
            "name": "stream stopped in the bake",
            "what": "the subscription is disabled while a stage is watched",
            "act": "disable subscription",
            "at": ("check_stage/task*.status",),
            "expect": BACK,
        },
        {
            "name": "slot dropped",
            "what": "the replication slot is dropped and the subscription enabled again",
            "act": "drop slot",
            "at": ("switch_writer/journal.check", *BARRIER[:2]),
            "expect": BACK,
        },
        {
            "name": "slot invalidated",
            "what": "the slot loses its WAL: max_slot_wal_keep_size 1 MB, 48 MB written, a checkpoint",
            "act": "invalidate slot",
            "at": ("switch_writer/journal.check",),
            "expect": BACK,
        },
        {
            "name": "disk full on the target",
            "what": "every row that the apply worker brings to the ledger or as a token meets 53100 (disk_full), "
            "raised by a replica trigger",
            "act": "fill target disk",
            "at": (
                "measure_lag/source.write_heartbeat",
                "switch_writer/journal.check",
                *BARRIER[:2],
            ),
            "clean_abort": False,
        },
    ],
)

LINKS: Final = _alike(
    "links",
    [
        {"name": name, "what": what, "act": act, "at": CRITICAL, "expect": expect}
        for name, what, act, expect in (
            (
                "connection to the source cut",
                "all connections of the controller to the source are reset, new ones refused for up to 1.2 s",
                "cut source",
                EITHER,
            ),
            (
                "connection to the target cut",
                "the same for the target",
                "cut target",
                EITHER,
            ),
            ("connections to both cut", "both are reset and refused for 1 s", "cut both", EITHER),
            (
                "source unreachable for long",
                "reset and refused for 3.5 s, longer than the deadline",
                "cut source for long",
                EITHER | PERSON,
            ),
            (
                "target unreachable for long",
                "reset and refused for 3.5 s, longer than the deadline",
                "cut target for long",
                EITHER | PERSON,
            ),
            (
                "link to the source silent",
                "nothing is carried for 3.5 s, and nobody is told",
                "freeze link to source",
                EITHER | PERSON,
            ),
            (
                "link to the target silent",
                "nothing is carried for 3.5 s, and nobody is told",
                "freeze link to target",
                EITHER | PERSON,
            ),
            ("link to the source slow", "30 ms in each direction for 2 s", "delay source", EITHER),
            ("link to the target slow", "30 ms in each direction for 2 s", "delay target", EITHER),
            (
                "answers of the source lost",
                "what the source answers is held back for 3.5 s; what it is told arrives",
                "lose answers of source",
                EITHER | PERSON,
            ),
            (
                "answers of the target lost",
                "what the target answers is held back for 3.5 s; what it is told arrives",
                "lose answers of target",
                EITHER | PERSON,
            ),
        )
    ],
)

CLIENTS: Final = _alike(
    "clients",
    [
        {
            "name": "superuser writers",
            "what": "two writers are superusers",
            "habits": ("superuser", "superuser"),
            "expect": SWITCHED,
        },
        {
            "name": "override writers",
            "what": "two writers set default_transaction_read_only = off in every session",
            "habits": ("override", "override"),
            "expect": SWITCHED,
        },
        {
            "name": "old snapshots",
            "what": "two writers take a REPEATABLE READ snapshot and write 0.5 s later",
            "habits": ("old snapshot", "old snapshot"),
            "hold_seconds": 0.5,
        },
        {
            "name": "long transactions in flight",
            "what": "a writer holds each transaction open for 2.4 s with a limit of 2 s (in proportion: 12 s and 10 s)",
            "habits": ("long",),
            "hold_seconds": 2.4,
        },
        {
            "name": "idle in transaction",
            "what": "a writer has written and stays idle in its transaction for ever",
            "habits": ("idle",),
            "hold_seconds": 60.0,
            "expect": BACK,
            # Whoever draws an account that it holds waits for it, whatever a switch does.
            "stall_limit": False,
        },
        {
            "name": "short idle in transaction",
            "what": "two writers stay idle in each transaction for 0.5 s, holding what they have written",
            "habits": ("idle", "idle"),
            "hold_seconds": 0.5,
            # Beyond the patience the barrier ends the sessions that it waits for; that is a client's error.
            "clean_abort": False,
        },
        {
            "name": "names cached for ever",
            "what": "two writers never ask for the name again",
            "habits": ("for ever", "for ever"),
        },
        {
            "name": "session_replication_role",
            "what": "a superuser writes with session_replication_role = replica, so that no ordinary trigger fires, "
            "and never asks for the name again",
            "habits": ("replica",),
            "expect": EITHER | PERSON,
            "residual": "ordinary triggers do not fire for such a session; the audit of the closed side, by its own "
            "counters, calls a person, and the ledger shows its writes on both sides",
            "residual_of": frozenset({"I1", "I2"}),
        },
        {
            "name": "write storm",
            "what": "four more writers without a pace",
            "habits": ("storm", "storm", "storm", "storm"),
        },
        {
            "name": "prepared transaction",
            "what": "PREPARE TRANSACTION of a write, left alone",
            "act": "prepared transaction",
            "at": ("check_stage/journal.word", "switch_writer/journal.check", *BEFORE_BARRIER),
            "expect": BACK,
        },
        {
            "name": "large transaction",
            "what": "20,000 rows are committed in one transaction just before",
            "act": "storm",
            "at": ("switch_writer/journal.check", "switch_writer/barrier.enter"),
        },
        {
            "name": "reader frozen",
            "what": "SIGSTOP of a reader's session on the source inside a transaction that has read the tables",
            "act": "freeze reader",
            "at": ("switch_writer/journal.check", "switch_writer/barrier.enter"),
        },
        {
            "name": "readers killed",
            "what": "every reader's session is ended on both sides, and one that has read every table in its "
            "transaction is gone without a word, as a killed process is",
            "act": "kill readers",
            "at": ("check_stage/journal.word", *CRITICAL),
        },
    ],
)

SCHEMA: Final = _alike(
    "schema",
    [
        {
            "name": name,
            "what": what,
            "act": act,
            "at": ("switch_writer/journal.check", *BARRIER),
            "beside": beside,
        }
        for name, what, act, beside in (
            (
                "column added",
                "alter table ledger add column, on the source only",
                "add column",
                WAITED,
            ),
            (
                "index created",
                "create index on the ledger, on the source only",
                "create index",
                WAITED,
            ),
            ("table created", "create table on the source only", "new table", WAITED | RAN),
            ("table rewritten", "alter column type of a table", "rewrite table", WAITED),
        )
    ]
    + [
        {
            "name": "sequence nearly exhausted",
            "what": "a source sequence has fewer numbers left than the margin",
            "act": "exhaust sequence",
            "at": ("check_stage/journal.word", "switch_writer/journal.check"),
            "expect": BACK,
            "clean_abort": False,
        },
        {
            "name": "sequence behind",
            "what": "the target's sequences are set back after the first move",
            "act": "sequence behind",
            "at": ("switch_writer/source.barrier", "switch_writer/barrier.enter"),
        },
    ],
)

NAMES: Final = _alike(
    "names",
    [
        {
            "name": "Route 53 throttled before the act",
            "what": "ChangeResourceRecordSets is refused",
            "act": "router unavailable",
            "at": ("*/router.set_target_shares",),
        },
        {
            "name": "Route 53 answer lost",
            "what": "ChangeResourceRecordSets is done and its answer lost",
            "act": "router unavailable",
            "at": ("*/router.set_target_shares",),
            "moments": AFTER,
        },
        {
            "name": "Route 53 unreadable",
            "what": "ListResourceRecordSets fails once",
            "act": "router unavailable",
            "at": ("*/router.weights", "*/router.weights #2"),
        },
        {
            "name": "Route 53 PENDING",
            "what": "GetChange says PENDING once more",
            "act": "still pending",
            "at": ("*/router.in_sync",),
        },
        {
            "name": "Route 53 PENDING for long",
            "what": "GetChange says PENDING for more than half of the patience, again and again",
            "act": "pending for long",
            "at": ("*/router.in_sync",),
            "expect": SWITCHED,
        },
        {
            "name": "Route 53 PENDING beyond the patience",
            "what": "GetChange says PENDING for longer than the first look at it and its five retries wait",
            "act": "pending for too long",
            "at": ("*/router.in_sync",),
            "expect": BACK | SWITCHED,
        },
        {
            "name": "half of the records changed",
            "what": "of two records the first is changed, the second is not, and the function is told of a failure",
            "act": "half of the records",
            "at": ("put_back/router.set_target_shares",),
        },
        {
            "name": "Route 53 out of sync",
            "what": "the records are not what was set",
            "act": "records not in sync",
            "at": ("*/router.in_sync",),
        },
        {
            "name": "record moved by hand",
            "what": "somebody sets the read record to 35 past the machine",
            "act": "move record by hand",
            "at": ("check_stage/journal.word", "check_readiness/journal.check"),
            "expect": BACK,
        },
    ],
)

JOURNAL: Final = _alike(
    "journal",
    [
        {
            "name": "journal unavailable before the act",
            "what": "a call to DynamoDB is refused",
            "act": "journal unavailable",
            "at": ("*/journal.*",),
        },
        {
            "name": "journal answer lost",
            "what": "a write to DynamoDB is done and its answer lost",
            "act": "journal unavailable",
            "at": ("*/journal.record*", "*/journal.acquire"),
            "moments": AFTER,
        },
    ],
)

CHECKS: Final = _alike(
    "checks",
    [
        {
            "name": name,
            "what": what,
            "act": act,
            "at": ("check_readiness/journal.check", "check_stage/task*.status"),
            "expect": BACK,
            "withheld": True,
        }
        for name, what, act in (
            ("metrics missing", "DMS's latencies have no data point any more", "missing metrics"),
            ("metrics stale", "the newest data point is 900 s old, limit 120 s", "stale metrics"),
            ("metrics unavailable", "CloudWatch does not answer", "metrics unavailable"),
            ("alarm raised", "an alarm goes to ALARM", "alarm"),
            ("alarm without data", "an alarm goes to INSUFFICIENT_DATA", "alarm without data"),
            ("alarms gone", "no alarm of that name exists any more", "alarms gone"),
            ("latency too high", "the latencies add up to 80 s, limit 5 s", "latency too high"),
        )
    ],
)

OPERATOR: Final = _alike(
    "operator",
    [
        {
            "name": "operator aborts",
            "what": "`cutover abort`: put back where it is said before the intent, too late behind it",
            "act": "abort",
            "heard": True,
            "at": (
                "check_readiness/journal.check",
                "check_stage/task*.status",
                "move_writes/journal.check",
                *SWITCH,
            ),
        },
        {
            "name": "operator approves",
            "what": "before the stage and before the switch a person is asked, who agrees",
            "plan": {"approve_before": (100, "switch")},
            "expect": SWITCHED,
        },
        {
            "name": "controller killed while it asks",
            "what": "before the switch a person is asked, who agrees to what there is; kill -9 of the controller that "
            "asks, at each sub-step",
            "act": "kill controller",
            "at": ("ask_approval/*.*",),
            "moments": BOTH,
            "plan": {"approve_before": ("switch",)},
        },
        {
            "name": "operator pauses and goes on",
            "what": "`cutover pause`, taken back a second later",
            "act": "pause",
            "at": (
                "check_stage/task*.status",
                "check_stage after prepare_destination/task*.status",
                "switch_writer/journal.check",
            ),
            "expect": SWITCHED,
            "holds": True,
        },
    ],
)

NOT_IN_A_ROLLBACK: Final = ("shift_reads/", "park_reads/", "check_stage after ")
"""Functions that it has no need of, as the reads go along with the writer, and the second place of one."""


def turned(pattern: str) -> str:
    """The same sub-step in a rollback: the origin is the target."""
    function, _, call = pattern.partition("/")
    for one, other in (("source.", "target."), ("target.", "source.")):
        if call.startswith(one):
            return f"{function}/{call.replace(one, other, 1)}"
    return pattern


def rolled_back(scenario: Scenario) -> Scenario:
    """The same fault in a move back, after a move forward that went well."""
    at = tuple(turned(each) for each in scenario.at if not each.startswith(NOT_IN_A_ROLLBACK))
    return replace(scenario, name=f"rollback: {scenario.name}", group="way-back", at=at, moves=2)


THERE_AND_BACK: Final = Scenario(
    name="there and back",
    group="way-back",
    what="the writer moves to the target and back, under load, without a fault",
    moves=2,
    expect=SWITCHED,
)
THRICE: Final = Scenario(
    name="there and back and there again",
    group="way-back",
    what="the writer moves to the target, back, and to the target again, under load, without a fault",
    moves=3,
    expect=SWITCHED,
)

WAY_BACK: Final = (
    THERE_AND_BACK,
    THRICE,
    Scenario(
        name="switch of the move before",
        group="way-back",
        what="in the rollback, the invocation that moved the writer forward is delivered once more",
        act="first switch",
        at=(
            "switch_writer/journal.check",
            "switch_writer/barrier.close",
            "hand_over/journal.check",
        ),
        moments=BOTH,
        moves=2,
        expect=SWITCHED,
    ),
    Scenario(
        name="rollback: half of the records changed",
        group="way-back",
        what="of the two records that go back together the first is changed, the second is not, and the function is "
        "told of a failure",
        act="half of the records",
        at=("move_writes*/router.set_target_shares", "put_back/router.set_target_shares"),
        moves=2,
    ),
    *(
        rolled_back(scenario)
        for scenario in (
            *CONTROLLER,
            *LAMBDA,
            *SERVERS,
            *STREAM,
            *LINKS,
            *CLIENTS,
            *JOURNAL,
            *OPERATOR,
        )
        if scenario.name
        not in (
            "operator approves",
            "controller killed while it asks",
            "slot invalidated",
            "disk full on the target",
            "prepared transaction",
            "large transaction",
            "reader frozen",
            "session_replication_role",
            "long transactions in flight",
            "idle in transaction",
            "short idle in transaction",
            "old snapshots",
        )
    ),
)
"""The same faults in a rollback, and moves without one. Left out: acts that are written for the load's stream or the
source, and writers that the move before would have to wait for."""

SCENARIOS: Final = (
    CLEAN,
    *CONTROLLER,
    *LAMBDA,
    *SERVERS,
    *STREAM,
    *LINKS,
    *CLIENTS,
    *SCHEMA,
    *NAMES,
    *JOURNAL,
    *CHECKS,
    *OPERATOR,
    *WAY_BACK,
)


def of_direction(direction: Direction) -> tuple[Scenario, ...]:
    """Those whose fault is one of a move in that direction."""
    return tuple(each for each in SCENARIOS if each.direction is direction)


RECORDINGS: Final = {
    direction: tuple(
        Case(
            scenario=Scenario(
                name=f"recording: {name}",
                group="none",
                what=what,
                expect=expect,
                moves=moves,
                cut_off=cut_off,
                plan=plan,
            ),
            point=None,
            prelude=prelude,
        )
        for name, what, expect, prelude, cut_off, plan in (
            ("clean", "the sub-steps of a switch", SWITCHED, None, False, {}),
            ("back", "those of the recovery before the line", BACK, BEFORE_THE_CLOSING, False, {}),
            (
                "forward",
                "those of the recovery past the line",
                SWITCHED,
                AFTER_THE_CLOSING,
                False,
                {},
            ),
            ("cut off", "those of a recovery of its own", SWITCHED, AFTER_THE_CLOSING, True, {}),
            (
                "asked",
                "those of a question",
                SWITCHED,
                None,
                False,
                {"approve_before": ("switch",)},
            ),
        )
        # A rollback asks nobody.
        if direction is Direction.FORWARD or not plan
    )
    for direction, moves in ((Direction.FORWARD, 1), (Direction.BACK, 2))
}
"""Runs that find out which sub-steps there are."""
