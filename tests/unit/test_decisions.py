"""Decisions: the action, and that its reason names the fact and the limit."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cutover.adapters.memory import MemoryWorld
from cutover.decisions import (
    Action,
    Decision,
    Finding,
    Verdict,
    database_findings,
    decide_readiness,
    decide_side,
    decide_stage,
    listed,
    sequence_shortage,
    sequence_target,
)
from cutover.journal import Phase, Side
from cutover.observations import (
    Alarm,
    DatabasesFacts,
    Fence,
    Gate,
    GateState,
    Lag,
    MetricReading,
    OperatorWord,
    RecordWeights,
    ReplicationStatus,
    SequenceState,
    StageObservation,
    TableProgress,
    Word,
)
from cutover.risks import BY_ID
from tests.builders import observation, plan

NOW = datetime(2026, 1, 1, 2, 0, tzinfo=UTC)
ENTERED = NOW - timedelta(seconds=300)
COMPLETED = TableProgress(name="public.t", state="Table completed", validation="Validated")


def decide(seen: StageObservation, **changes: Any) -> Decision:
    values = {"share": 20, "entered_at": ENTERED, "held_since": None, "now": NOW, **changes}
    return decide_stage(plan(), seen, **values)


def status(**changes: Any) -> ReplicationStatus:
    return replace(ReplicationStatus(status="running", tables=(COMPLETED,)), **changes)


def test_a_stage_advances_when_it_was_good_for_the_whole_bake() -> None:
    assert decide(observation(NOW)).action is Action.ADVANCE


def test_a_stage_bakes_on_until_its_time_is_over() -> None:
    decision = decide(observation(NOW), entered_at=NOW - timedelta(seconds=120))
    assert decision.action is Action.BAKE
    assert "120 of 300 s" in decision.reason


@pytest.mark.parametrize(
    ("seen", "error", "said"),
    [
        ({"lag": Lag(seconds=60.1, measured_at=NOW)}, "LagTooHigh", "60.1 s, limit 60 s"),
        (
            {
                "latencies": (
                    MetricReading(name="CDCLatencySource", value=40.0, at=NOW),
                    MetricReading(name="CDCLatencyTarget", value=21.0, at=NOW),
                )
            },
            "LagTooHigh",
            "61.0 s, limit 60 s",
        ),
        (
            {"replication": status(status="stopped", stop_reason="Stop Reason FATAL_ERROR")},
            "ReplicationUnhealthy",
            "stopped, not running: Stop Reason FATAL_ERROR",
        ),
        ({"replication": status(tables_errored=1)}, "ReplicationUnhealthy", "1 tables in error"),
        (
            {
                "replication": status(
                    tables=(COMPLETED, replace(COMPLETED, name="b.u", state="Table error"))
                )
            },
            "ReplicationUnhealthy",
            "not 'Table completed': b.u",
        ),
        (
            {"replication": status(tables=(replace(COMPLETED, validation="Mismatched records"),))},
            "ReplicationUnhealthy",
            "validation failed: public.t",
        ),
        ({"replication": status(batch_apply=True)}, "ReplicationUnhealthy", "BatchApplyEnabled"),
        ({"alarms": (Alarm(name="cpu", state="ALARM"),)}, "AlarmRaised", "alarm cpu is ALARM"),
        (
            {"reads": RecordWeights(name="ro", source=50, target=50)},
            "RecordsMoved",
            "50/50, expected 80/20",
        ),
        (
            {"writes": RecordWeights(name="rw", source=0, target=100)},
            "RecordsMoved",
            "0/100, expected 100/0",
        ),
    ],
)
def test_what_is_known_to_be_bad_sends_everything_back(
    seen: dict[str, Any], error: str, said: str
) -> None:
    decision = decide(observation(NOW, **seen))
    assert (decision.action, decision.error) == (Action.BACK, error)
    assert said in decision.reason


UNKNOWNS: list[dict[str, Any]] = [
    {"lag": Lag(seconds=None, measured_at=NOW, reason="connection refused")},
    {"lag": Lag(seconds=0.0, measured_at=NOW - timedelta(seconds=301))},
    {"replication": None},
    {"replication": status(tables=())},
    {"latencies": ()},
    {"latencies": (MetricReading(name="CDCLatencySource", value=None),)},
    {"alarms": ()},
    {"alarms": (Alarm(name="cpu", state="INSUFFICIENT_DATA"),)},
    {"alarms": (Alarm(name="cpu", state="MISSING"),)},
    {"reads": None},
    {"writes": None},
]


@pytest.mark.parametrize("unknown", UNKNOWNS, ids=lambda unknown: next(iter(unknown)))
def test_what_is_not_known_holds_and_never_passes(unknown: dict[str, Any]) -> None:
    decision = decide(observation(NOW, **unknown))
    assert decision.action is Action.HOLD
    assert decision.reason.startswith("not known: ")
    assert decision.held_since == NOW


@pytest.mark.parametrize("unknown", UNKNOWNS, ids=lambda unknown: next(iter(unknown)))
def test_a_hold_ends_in_going_back(unknown: dict[str, Any]) -> None:
    decision = decide(observation(NOW, **unknown), held_since=NOW - timedelta(seconds=900))
    assert (decision.action, decision.error) == (Action.BACK, "HeldTooLong")
    assert "900 s, the limit" in decision.reason


def test_a_pause_holds_without_limit_and_names_who_asked() -> None:
    word = OperatorWord(word=Word.PAUSE, by="dba", reason="lunch")
    decision = decide(observation(NOW, word=word), held_since=NOW - timedelta(days=1))
    assert decision.action is Action.HOLD
    assert decision.reason == "paused by dba: lunch"


def test_an_abort_goes_back_whatever_else_is_seen() -> None:
    word = OperatorWord(word=Word.ABORT, by="dba", reason="not tonight")
    decision = decide(observation(NOW, word=word, lag=Lag(seconds=None, measured_at=NOW)))
    assert (decision.action, decision.error) == (Action.BACK, "AbortRequested")
    assert "dba asked to abort: not tonight" in decision.reason


def test_bad_outweighs_unknown() -> None:
    seen = observation(NOW, replication=None, lag=Lag(seconds=99.0, measured_at=NOW))
    assert decide(seen).action is Action.BACK


@given(
    lag=st.none() | st.floats(min_value=0, max_value=1e6),
    latency=st.none() | st.floats(min_value=0, max_value=1e6),
    alarm=st.sampled_from(["OK", "ALARM", "INSUFFICIENT_DATA", "MISSING", "unheard-of"]),
    task=st.sampled_from(["running", "stopped", "failed", "starting", "unknown"]),
    table=st.sampled_from(["Table completed", "Full load", "Table error", "unheard-of"]),
    baked=st.integers(min_value=0, max_value=10_000),
)
def test_only_a_stage_with_every_fact_known_and_good_goes_on(
    lag: float | None, latency: float | None, alarm: str, task: str, table: str, baked: int
) -> None:
    seen = observation(
        NOW,
        lag=Lag(seconds=lag, measured_at=NOW, reason="" if lag is not None else "?"),
        latencies=(MetricReading(name="CDCLatencySource", value=latency, at=NOW),),
        alarms=(Alarm(name="a", state=alarm),),
        replication=status(status=task, tables=(replace(COMPLETED, state=table),)),
    )
    decision = decide(seen, entered_at=NOW - timedelta(seconds=baked))
    good = (
        lag is not None
        and lag <= 60
        and latency is not None
        and latency <= 60
        and (alarm, task, table) == ("OK", "running", "Table completed")
    )
    assert (decision.action in {Action.ADVANCE, Action.BAKE}) is good
    assert decision.reason


def readiness(world: MemoryWorld, **seen: Any) -> Decision:
    facts = DatabasesFacts(source=world.source.inspect(), target=world.target.inspect())
    seen.setdefault("replication", world.task.status())
    return decide_readiness(
        plan(), observation(NOW, share=0, **seen), facts, held_since=None, now=NOW
    )


def test_a_ready_world_is_ready() -> None:
    assert readiness(MemoryWorld.ready()).action is Action.ADVANCE


@pytest.mark.parametrize(
    ("side", "attribute", "value", "said"),
    [
        ("target", "gate_state", GateState.OPEN, "the target is open, not closed"),
        ("target", "gate_state", GateState.PARTIAL, "still open: public.ledger"),
        ("source", "gate_state", GateState.CLOSED, "the source is closed, not open"),
        ("target", "installed", False, "the target has no schema `cutover`"),
        ("source", "installed", False, "the source has no schema `cutover`"),
        ("target", "tables", ("public.accounts",), "the target lacks public.ledger"),
        ("source", "tables", (), "no table to move"),
        ("source", "prepared_transactions", 2, "2 prepared transactions"),
    ],
)
def test_what_would_fail_the_switch_is_found_before_anything_moves(
    side: str, attribute: str, value: Any, said: str
) -> None:
    world = MemoryWorld.ready()
    setattr(getattr(world, side), attribute, value)
    decision = readiness(world)
    assert decision.action is Action.BACK
    assert said in decision.reason


def test_a_table_that_replication_does_not_carry_is_found_before_anything_moves() -> None:
    world = MemoryWorld.ready()
    for side in (world.source, world.target):
        side.tables = (*side.tables, "public.forgotten")
    decision = readiness(world)
    assert (decision.action, decision.error) == (Action.BACK, "NotReady")
    assert "the task does not carry public.forgotten" in decision.reason


def test_a_partition_is_carried_under_its_own_name_or_its_roots() -> None:
    world = MemoryWorld.ready()
    source = replace(world.source.inspect(), stored=(("public.ledger_2026", "public.ledger"),))
    facts = DatabasesFacts(source=source, target=world.target.inspect())
    seen = observation(NOW, share=0, replication=world.task.status())
    decision = decide_readiness(plan(), seen, facts, held_since=None, now=NOW)
    assert decision.action is Action.ADVANCE, decision.reason


def test_an_unreachable_database_holds() -> None:
    facts = DatabasesFacts(
        source=None, target=None, unreachable="the target did not answer: refused"
    )
    decision = decide_readiness(plan(), observation(NOW, share=0), facts, held_since=None, now=NOW)
    assert decision.action is Action.HOLD
    assert "the target did not answer" in decision.reason


@pytest.mark.parametrize(
    ("phase", "gate", "side"),
    [
        (Phase.SHIFTING, GateState.OPEN, Side.BEFORE),
        (Phase.SHIFTING, GateState.CLOSED, Side.ASK_THE_ORIGIN),
        (Phase.WRITES_MOVED, GateState.PARTIAL, Side.ASK_THE_ORIGIN),
        (Phase.SHIFTING, None, Side.BEFORE),
        (Phase.SWITCHING, GateState.OPEN, Side.BEFORE),
        (Phase.SWITCHING, GateState.CLOSED, Side.AFTER),
        (Phase.SWITCHING, GateState.PARTIAL, Side.ASK_THE_ORIGIN),
        (Phase.SWITCHING, None, Side.ASK_THE_ORIGIN),
        (Phase.ORIGIN_CLOSED, GateState.OPEN, Side.AFTER),
        (Phase.DONE, None, Side.AFTER),
    ],
)
def test_the_source_has_the_last_word_before_the_line_and_none_after_it(
    phase: Phase, gate: GateState | None, side: Side
) -> None:
    assert decide_side(phase, Gate(state=gate) if gate else None) is side


@pytest.mark.parametrize(
    ("gate", "side"),
    [
        (GateState.CLOSED, Side.AFTER),
        (GateState.PARTIAL, Side.AFTER),
        (GateState.OPEN, Side.ASK_THE_ORIGIN),
    ],
)
def test_a_committed_closing_is_past_the_line_whatever_came_later(
    gate: GateState, side: Side
) -> None:
    assert decide_side(Phase.SWITCHING, Gate(state=gate), proven=True) is side


@given(
    last=st.integers(min_value=1, max_value=2**63 - 1),
    increment=st.integers(min_value=-1000, max_value=1000).filter(bool),
    margin=st.integers(min_value=0, max_value=10**6),
)
def test_a_sequence_never_goes_back_nor_out_of_its_bounds(
    last: int, increment: int, margin: int
) -> None:
    state = SequenceState(
        name="s", last_value=last, increment=increment, minimum=1, maximum=2**63 - 1
    )
    value = sequence_target(state, margin=margin)
    assert value is not None
    assert 1 <= value <= 2**63 - 1
    assert (value - last) * increment >= 0


def test_a_sequence_never_drawn_from_is_left_alone() -> None:
    state = SequenceState(name="s", last_value=None, increment=1, minimum=1, maximum=10)
    assert sequence_target(state, margin=1000) is None


@pytest.mark.parametrize(
    ("last", "increment", "cycles", "short"),
    [
        (None, 1, False, False),
        (89, 1, False, False),
        (90, 1, False, True),
        (99, 1, False, True),
        (100, 1, False, False),
        (90, 1, True, False),
        (12, -1, False, False),
        (11, -1, False, True),
        (60, 5, False, True),
        (40, 5, False, False),
    ],
)
def test_a_sequence_that_the_margin_would_use_up_is_named(
    last: int | None, increment: int, cycles: bool, short: bool
) -> None:
    state = SequenceState(
        name="public.s",
        last_value=last,
        increment=increment,
        minimum=1,
        maximum=100,
        cycles=cycles,
    )
    why = sequence_shortage(state, margin=10)
    assert bool(why) is short
    assert not short or why.startswith("public.s has ")


def test_a_message_stays_readable_with_many_tables() -> None:
    assert listed([f"t{n}" for n in range(10_000)]) == "t0, t1, t2, t3, t4 and 9995 more"


@pytest.mark.parametrize(("room", "action"), [(4, Action.ADVANCE), (3, Action.BACK)])
def test_the_source_has_room_for_a_lock_on_every_table(room: int, action: Action) -> None:
    world = MemoryWorld.ready()
    facts = DatabasesFacts(
        source=replace(world.source.inspect(), lock_room=room), target=world.target.inspect()
    )
    seen = observation(NOW, share=0, replication=world.task.status())
    decision = decide_readiness(plan(), seen, facts, held_since=None, now=NOW)
    assert decision.action is action
    assert (
        action is Action.ADVANCE
        or "2 tables and 2 sequences to lock, room for 3" in decision.reason
    )


def found(world: MemoryWorld, *, large_objects_unused: bool = False, **facts: Any) -> list[Finding]:
    databases = DatabasesFacts(
        source=replace(world.source.inspect(), **facts), target=world.target.inspect()
    )
    return list(database_findings(databases, large_objects_unused=large_objects_unused))


@pytest.mark.parametrize(
    ("facts", "fact"),
    [
        ({"large_objects": 3}, r"3 large objects .* or set large_objects_unused"),
        ({"disabled_triggers": ("public.t",)}, r"switched off on public\.t .* ENABLE TRIGGER"),
        (
            {"replica_defaults": ("role batch",)},
            r"default of role batch on the source, and such sessions .* RESET",
        ),
        ({"sequences": 6399}, r"2 tables and 6399 sequences to lock, room for 6400: raise"),
    ],
)
def test_what_would_let_a_write_past_the_gate_is_said_with_its_remedy(
    facts: dict[str, Any], fact: str
) -> None:
    (finding,) = found(MemoryWorld.ready(), **facts)
    assert finding.verdict is Verdict.BAD
    assert re.search(fact, finding.fact)


@pytest.mark.parametrize(
    ("facts", "risk"),
    [
        ({"large_objects": 3}, "large-objects"),
        ({"foreign_tables": ("public.remote",)}, "foreign-tables"),
        ({"superuser_sessions": ("postgres",)}, "superusers"),
        ({"may_freeze": False}, "schema-changes"),
        ({"fence": Fence.LOGIN}, "login-fence"),
    ],
)
def test_what_is_taken_knowingly_is_good_and_has_a_name(facts: dict[str, Any], risk: str) -> None:
    (finding,) = found(MemoryWorld.ready(), large_objects_unused=True, **facts)
    assert (finding.verdict, finding.risk) == (Verdict.GOOD, risk)
    assert risk in BY_ID


def test_a_source_that_leaves_nothing_open_has_nothing_to_say() -> None:
    assert found(MemoryWorld.ready()) == []
