"""Each handler with an event file: parsed, one call, a result that is JSON and fits the next state."""

from __future__ import annotations

import dataclasses
import json
import re
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from cutover.adapters.memory import (
    SLOTS,
    MemoryApprovalTokens,
    MemoryCutoverMachine,
    MemoryWorld,
)
from cutover.direction import Direction, Stream
from cutover.errors import (
    AbortRequested,
    BadInput,
    LeaseTaken,
    NotInstalled,
    PutBackRefused,
    SchemaIncomplete,
    ServiceUnavailable,
    StaleLease,
    StartRefused,
    TargetNotEmpty,
)
from cutover.journal import Lease, Phase, WayBack
from cutover.observations import GateState, OperatorWord, Word
from cutover.steps.facts import in_brief
from cutover.steps.observe import inspect_databases
from lambdas import wiring
from rehearsal.aws.invoker import InProcessContext
from rehearsal.machine import DEFINITION, FUNCTIONS, ROLLBACK_DEFINITION, UPDATER, WATCHER
from tests.builders import slots

EVENTS = Path(__file__).parent.parent / "events"
EXECUTION = "arn:aws:states:us-east-1:123456789012:execution:migration-cutover-dev:night"

LOADING = EXECUTION.replace("-cutover-", "-replicate-")
ENDING = EXECUTION.replace("-cutover-", "-finalize-").replace("night", "last")

BEFORE = {
    "acquire_lease": Phase.IDLE,
    "inspect_databases": Phase.STARTED,
    "measure_lag": Phase.STARTED,
    "check_readiness": Phase.STARTED,
    "shift_reads": Phase.STARTED,
    "verify_records": Phase.SHIFTING,
    "check_stage": Phase.SHIFTING,
    "ask_approval": Phase.SHIFTING,
    "park_reads": Phase.SHIFTING,
    "move_writes": Phase.SHIFTING,
    "switch_writer": Phase.WRITES_MOVED,
    "resolve_switch": Phase.SWITCHING,
    "finish_switch": Phase.ORIGIN_CLOSED,
    "verify_switch": Phase.DESTINATION_OPEN,
    "audit_origin": Phase.DESTINATION_OPEN,
    "hand_over": Phase.DESTINATION_OPEN,
    "retire_slots": Phase.DESTINATION_OPEN,
    "check_way_back": Phase.DESTINATION_OPEN,
    "prepare_destination": Phase.SHIFTING,
    "take_over": Phase.SWITCHING,
    "put_back": Phase.SHIFTING,
    "complete": Phase.DESTINATION_OPEN,
    "store_certificate": Phase.DESTINATION_OPEN,
    "show_readiness": Phase.IDLE,
    "look_at_slots": Phase.IDLE,
    "watch_way_back": Phase.IDLE,
    "begin_replication": Phase.IDLE,
    "check_connections": Phase.REPLICATING,
    "assess_replication": Phase.REPLICATING,
    "lead_task": Phase.REPLICATING,
    "follow_replication": Phase.REPLICATING,
    "prepare_target": Phase.REPLICATING,
    "end_replication": Phase.REPLICATING,
    "take_inventory": Phase.REPLICATING,
    "begin_finalize": Phase.DONE,
    "stop_tasks": Phase.FINALIZING,
    "clear_databases": Phase.FINALIZING,
    "compare_source": Phase.FINALIZING,
    "end_finalize": Phase.FINALIZING,
}
"""The phase in which the machine calls each function."""
STEPS = sorted(set(FUNCTIONS) - {UPDATER, WATCHER})


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> MemoryWorld:
    world, machine = MemoryWorld.ready(), MemoryCutoverMachine()
    control = wiring.Control(
        journal=world.journal,
        display=world.display,
        router=world.router,
        tasks=world.tasks,
        monitoring=world.monitoring,
        clock=world.clock,
        read_record=world.read_record,
        write_record=world.write_record,
    )
    databases = wiring.Databases(
        source=world.source,
        target=world.target,
        journal=world.journal,
        clock=world.clock,
        slots=slots(),
    )
    monkeypatch.setattr(wiring, "control", lambda: control)
    monkeypatch.setattr(wiring, "databases", lambda: databases)
    approvals = wiring.Approvals(notices=world.notices, migration="test")
    monkeypatch.setattr(wiring, "approvals", lambda: approvals)
    monkeypatch.setattr(wiring, "way_back_wal_limit_gigabytes", lambda: 100)
    monkeypatch.setattr(wiring, "tokens", MemoryApprovalTokens)
    certificates = wiring.Certificates(store=world.certificates, migration="test")
    monkeypatch.setattr(wiring, "certificates", lambda: certificates)
    # What the files of events tell of the databases is told of these.
    in_brief(inspect_databases(world.source, world.target), world.facts, migration="test")
    told_facts = wiring.ToldFacts(store=world.facts, migration="test")
    monkeypatch.setattr(wiring, "told_facts", lambda: told_facts)
    monkeypatch.setattr(wiring, "machines", lambda: dict.fromkeys(Direction, machine))
    replication = wiring.Replication(connections=world.connections, migration="test")
    monkeypatch.setattr(wiring, "replication", lambda: replication)
    monkeypatch.setattr(wiring, "assessment", lambda: world.assessment)
    monkeypatch.setattr(wiring, "schema", lambda: world.schema)
    monkeypatch.setattr(wiring, "traces", lambda: world.traces)
    monkeypatch.setattr(wiring, "finalizing", lambda: machine)
    monkeypatch.setattr(wiring, "migration", lambda: "dev")
    inventories = wiring.Inventories(
        read=lambda: world.inventory, store=world.certificates, migration="test", roles=()
    )
    monkeypatch.setattr(wiring, "inventories", lambda: inventories)
    monkeypatch.setenv("MIGRATION", "test")
    return world


def event(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((EVENTS / f"{name}.json").read_text())
    return loaded


def call(name: str, payload: dict[str, Any]) -> Any:
    handler = import_module(f"lambdas.{name}").lambda_handler
    return json.loads(json.dumps(handler(payload, InProcessContext(function_name=name))))


def bring_to(world: MemoryWorld, phase: Phase) -> Lease | None:
    """Walks the journal to `phase`, and the databases with it."""
    if phase is Phase.IDLE:
        return None
    if phase is Phase.REPLICATING:
        return world.journal.acquire(LOADING, now=world.clock.now(), replicates=True)
    lease = world.journal.acquire(EXECUTION, now=world.clock.now())
    way = [
        Phase.SHIFTING,
        Phase.WRITES_MOVED,
        Phase.SWITCHING,
        Phase.ORIGIN_CLOSED,
        Phase.DESTINATION_OPEN,
        Phase.DONE,
    ]
    finalizes = phase is Phase.FINALIZING
    phase = Phase.DONE if finalizes else phase
    for step in way[: way.index(phase) + 1] if phase in way else []:
        detail: dict[str, Any] = {}
        if step is Phase.ORIGIN_CLOSED:
            world.target.slots[SLOTS[Stream.BACK]] = len(world.target.log)
            detail = {"way_back": {"stream": "back", "slot": SLOTS[Stream.BACK], "lsn": "0/0"}}
        world.journal.record(lease, step, now=world.clock.now(), note="", detail=detail)
    if phase in {Phase.ORIGIN_CLOSED, Phase.DESTINATION_OPEN, Phase.DONE}:
        world.source.gate_state = GateState.CLOSED
    if phase in {Phase.DESTINATION_OPEN, Phase.DONE}:
        world.target.gate_state = GateState.OPEN
    if phase is Phase.DONE:
        world.journal.release(lease, now=world.clock.now())
    if finalizes:
        return world.journal.acquire(ENDING, now=world.clock.now(), finalizes=True)
    return lease


ANSWERED = {"course", "outcome", "reason", "wait_seconds", "looks", "remedy", "tables"}


@pytest.mark.parametrize("name", STEPS)
def test_the_event_of_the_machine_is_understood(world: MemoryWorld, name: str) -> None:
    bring_to(world, BEFORE[name])
    if name in {"retire_slots", "check_way_back"}:
        call("hand_over", event("hand_over"))
    if name == "take_over":
        started: Any = wiring.machines()[Direction.FORWARD]
        started.ended.add(EXECUTION)
    result = call(name, event(name))
    expected = {
        "acquire_lease": {"lease", "parked_at"},
        "inspect_databases": {"source", "target", "unreachable", "names"},
        "measure_lag": {"seconds", "measured_at", "reason"},
        "check_readiness": {"action", "reason", "error", "held_since", "findings"},
        "check_stage": {"action", "reason", "error", "held_since", "findings"},
        "shift_reads": {"id", "changed_at", "expected"},
        "move_writes": {"id", "changed_at", "expected"},
        "put_back": {"id", "changed_at", "expected"},
        "verify_records": {"verified"},
        "resolve_switch": {"side", "lease"},
        "verify_switch": {"gates_left"},
        "audit_origin": {"verdict", "fact"},
        "hand_over": {"stream"},
        "retire_slots": {"slots"},
        "check_way_back": {"seconds", "measured_at", "reason"},
        "prepare_destination": set(),
        "take_over": {"lease"},
        "finish_switch": set(),
        "complete": set(),
        "store_certificate": {"key", "sha256", "noted"},
        "park_reads": set(),
        "ask_approval": set(),
        "show_readiness": {"verdict", "reason", "at"},
        "look_at_slots": {"slots", "why", "slot", "writer_since"},
        "watch_way_back": {"open"},
        "begin_replication": {"lease", "started"},
        "check_connections": ANSWERED,
        "assess_replication": ANSWERED,
        "follow_replication": ANSWERED,
        "lead_task": {"note"},
        "prepare_target": {"complete", "note", "wait_seconds", "tables", "started_at", "told"},
        "end_replication": {"reason", "remedy"},
        "take_inventory": {"key"},
        "begin_finalize": {"lease"},
        "stop_tasks": {"complete", "note"},
        "clear_databases": {"complete"},
        "compare_source": {"verdict", "reason", "report"},
        "end_finalize": {"reason"},
    }
    if name == "switch_writer":
        assert {"token", "lsn", "closed_at", "opened_at", "pause_milliseconds"} <= set(result)
    else:
        assert set(result) == expected[name]


@pytest.mark.parametrize("name", STEPS)
def test_an_event_that_lacks_something_names_it(world: MemoryWorld, name: str) -> None:
    # A finalize has no plan: nothing in it is weighed.
    needed = "plan" if "plan" in event(name) else "lease"
    payload = {key: value for key, value in event(name).items() if key != needed}
    with pytest.raises(BadInput, match=f"{needed}: Field required"):
        call(name, payload)


@pytest.mark.parametrize("name", STEPS)
def test_a_key_that_nobody_reads_is_a_mistake(world: MemoryWorld, name: str) -> None:
    with pytest.raises(BadInput, match="typo"):
        call(name, event(name) | {"typo": 1})


@pytest.mark.parametrize(
    "name",
    [
        "check_readiness",
        "shift_reads",
        "park_reads",
        "move_writes",
        "switch_writer",
        "finish_switch",
        "audit_origin",
        "hand_over",
        "retire_slots",
        "check_way_back",
        "prepare_destination",
        "complete",
        "check_connections",
        "assess_replication",
        "lead_task",
        "follow_replication",
        "prepare_target",
    ],
)
def test_an_overtaken_step_is_refused(world: MemoryWorld, name: str) -> None:
    lease = bring_to(world, BEFORE[name])
    assert lease is not None
    world.journal.raise_fence(lease.execution, now=world.clock.now())
    with pytest.raises(StaleLease):
        call(name, event(name))


def test_the_rule_on_ended_executions_puts_back(world: MemoryWorld) -> None:
    bring_to(world, Phase.SHIFTING)
    world.router.shares[world.read_record] = 50
    assert call("put_back", event("execution_aborted")) is not None
    assert world.router.shares[world.read_record] == 0
    assert world.journal.entries()[-1].note == "the execution ended as ABORTED"


def cut_off(**detail: str) -> dict[str, Any]:
    """The event of an execution that ended badly, with details changed."""
    given = event("execution_aborted")
    return given | {"detail": given["detail"] | detail}


@pytest.mark.parametrize("phase", [Phase.SWITCHING, Phase.ORIGIN_CLOSED, Phase.DESTINATION_OPEN])
@pytest.mark.parametrize("status", ["ABORTED", "TIMED_OUT", "FAILED"])
def test_the_rule_has_a_machine_finish_what_was_cut_off_at_the_line_or_past_it(
    world: MemoryWorld, phase: Phase, status: str
) -> None:
    bring_to(world, phase)
    recovery = call("put_back", cut_off(status=status, error="States.Runtime"))
    # The event may arrive twice: still one recovery.
    assert call("put_back", cut_off(status=status)) == recovery
    started: Any = wiring.machines()[Direction.FORWARD]
    assert list(started.executions.values()) == [{"recover": True}]
    assert world.router.moves == []


@pytest.mark.parametrize(
    "ended",
    [
        {"status": "FAILED", "error": "PersonNeeded"},
        {"status": "FAILED", "executionArn": "arn:aws:states:us-east-1:1:execution:m:recover-2"},
    ],
)
def test_the_rule_leaves_what_a_person_was_called_for_to_the_person(
    world: MemoryWorld, ended: dict[str, str]
) -> None:
    bring_to(world, Phase.DESTINATION_OPEN)
    if "executionArn" in ended:
        world.journal.take_over(ended["executionArn"], now=world.clock.now())
    with pytest.raises(PutBackRefused, match="nothing may reopen the origin"):
        call("put_back", cut_off(**ended))
    started: Any = wiring.machines()[Direction.FORWARD]
    assert started.executions == {}


def put_back_by_hand(execution: str) -> Any:
    """With the payload that docs/runbook.md gives, What if."""
    text = (Path(__file__).resolve().parents[2] / "docs" / "runbook.md").read_text()
    (payload,) = re.findall(r"migration-put-back-.*\n.*--payload '([^']+)'", text)
    return call("put_back", json.loads(payload.replace("<the execution>", execution)))


def test_a_put_back_by_hand_whose_outcome_is_not_known_has_the_origin_looked_at(
    world: MemoryWorld,
) -> None:
    """It moves nothing and is not refused, but for what is a recovery itself."""
    lease = bring_to(world, Phase.SWITCHING)
    assert lease is not None
    assert re.search(r"recover-\d+$", put_back_by_hand(lease.execution))
    started: Any = wiring.machines()[Direction.FORWARD]
    assert list(started.executions.values()) == [{"recover": True}]
    assert world.router.moves == []
    recovery = "arn:aws:states:us-east-1:1:execution:m:recover-1"
    world.journal.take_over(recovery, now=world.clock.now())
    with pytest.raises(PutBackRefused, match="look at the origin first"):
        put_back_by_hand(recovery)


def test_a_recovery_that_was_cut_off_before_it_had_the_lease_is_begun_again(
    world: MemoryWorld,
) -> None:
    bring_to(world, Phase.DESTINATION_OPEN)
    recovery = "arn:aws:states:us-east-1:1:execution:m:recover-1"
    # As long as the one that has the lease runs, nothing is done.
    assert call("put_back", cut_off(executionArn=recovery)) is None
    started: Any = wiring.machines()[Direction.FORWARD]
    started.ended.add(str(world.journal.state().execution))
    again = call("put_back", cut_off(executionArn=recovery))
    # A name is used once, however its execution ended: with the old one nothing would be started.
    assert again is not None and not str(again).endswith(":recover-1")
    assert call("put_back", cut_off(executionArn=recovery)) == again
    assert list(started.executions.values()) == [{"recover": True}]


def test_what_runs_is_not_taken_over(world: MemoryWorld) -> None:
    bring_to(world, Phase.SWITCHING)
    given = event("take_over") | {"lease": {"execution": "recover-1", "fence": None}}
    with pytest.raises(LeaseTaken, match="holds the lease and runs"):
        call("take_over", given)
    started: Any = wiring.machines()[Direction.FORWARD]
    started.ended.add(str(world.journal.state().execution))
    with pytest.raises(StartRefused, match="to the other machine"):
        call("take_over", given | {"direction": "back"})
    fence = world.journal.state().fence
    assert call("take_over", given)["lease"] == {"execution": "recover-1", "fence": fence + 1}
    assert world.journal.state().phase is Phase.SWITCHING


def test_the_rule_leaves_a_put_back_and_its_reason_as_they_are(world: MemoryWorld) -> None:
    """Every execution that put back ends as FAILED, and then the rule comes."""
    bring_to(world, Phase.SHIFTING)
    call("put_back", event("put_back"))
    state, shown = world.journal.state(), dict(world.display.shown)
    assert "the switch's deadline passed" in shown["reason"]
    assert call("put_back", event("execution_aborted")) is None
    assert (world.journal.state(), world.display.shown) == (state, shown)


def done(world: MemoryWorld, *, direction: Direction = Direction.FORWARD) -> None:
    """The move is done and its lease free; its certificate is not stored yet."""
    lease = bring_to(world, Phase.DESTINATION_OPEN)
    assert lease is not None
    world.journal.current = dataclasses.replace(world.journal.current, direction=direction)
    call("complete", event("complete"))
    state = world.journal.state()
    assert (state.phase, state.held) == (Phase.DONE, False)


@pytest.mark.parametrize(
    "ended",
    [
        {"status": "ABORTED"},
        {"status": "TIMED_OUT"},
        {"status": "FAILED", "error": "PersonNeeded"},
    ],
)
@pytest.mark.parametrize(
    ("direction", "definition"),
    [(Direction.FORWARD, DEFINITION), (Direction.BACK, ROLLBACK_DEFINITION)],
)
def test_behind_a_move_that_is_done_the_rule_says_what_is_missing(
    world: MemoryWorld, ended: dict[str, str], direction: Direction, definition: Path
) -> None:
    done(world, direction=direction)
    state, shown = world.journal.state(), dict(world.display.shown)
    assert call("put_back", cut_off(**ended)) is None
    assert (world.journal.state(), world.display.shown) == (state, shown)
    started: Any = wiring.machines()[direction]
    assert (started.executions, world.router.moves) == ({}, [])
    # As the machine says it, of its own move.
    states = json.loads(definition.read_text())["States"]
    told = states["Page a person: the certificate is not stored"]["Arguments"]
    words = told["Message"].partition("'")[2].partition("'")[0]
    ((subject, text),) = world.notices.sent
    assert subject == told["Subject"]
    assert text == f"{words}the execution ended as {ended['status']} {state.execution}"


def test_behind_a_move_whose_certificate_is_stored_the_rule_says_nothing(
    world: MemoryWorld,
) -> None:
    done(world)
    world.notices.reachable = False
    with pytest.raises(ServiceUnavailable):
        # Lambda calls it again, and tells people in the end that it can't.
        call("put_back", event("execution_aborted"))
    world.notices.reachable = True
    call("store_certificate", event("store_certificate"))
    assert call("put_back", event("execution_aborted")) is None
    assert world.notices.sent == []


def replicates(world: MemoryWorld, name: str, **changes: Any) -> Any:
    """What a handler of the machine `replicate` answers, its event changed."""
    if world.journal.state().phase is not Phase.REPLICATING:
        bring_to(world, Phase.REPLICATING)
    return call(name, event(name) | changes)


@pytest.mark.parametrize("do", ["pre-data", "look-for-rows", "empty", "post-data", "analyze"])
def test_everything_on_the_target_is_asked_for_by_a_word(world: MemoryWorld, do: str) -> None:
    assert replicates(world, "prepare_target", do=do)["complete"]
    with pytest.raises(BadInput, match="do: "):
        replicates(world, "prepare_target", do="drop")


def test_a_target_with_rows_is_not_loaded_over(world: MemoryWorld) -> None:
    world.target.filled_tables = {"public.accounts"}
    with pytest.raises(TargetNotEmpty, match=r"public\.accounts"):
        replicates(world, "prepare_target", do="look-for-rows")


def test_a_schema_that_failed_says_why(world: MemoryWorld) -> None:
    world.schema.failure = "no hstore"
    with pytest.raises(SchemaIncomplete, match="pre-data: no hstore"):
        replicates(world, "prepare_target", do="pre-data")


def test_a_source_without_support_is_told_to_install_it(world: MemoryWorld) -> None:
    world.source.installed = False
    with pytest.raises(NotInstalled, match="cutover install"):
        replicates(world, "prepare_target", do="pre-data")


def test_the_target_is_closed_before_the_load(world: MemoryWorld) -> None:
    world.target.gate_state = GateState.OPEN
    replicates(world, "prepare_target", do="pre-data")
    assert world.target.gate_state is GateState.CLOSED


def test_a_source_that_is_closed_is_loaded_from_by_nobody(world: MemoryWorld) -> None:
    world.source.gate_state = GateState.CLOSED
    with pytest.raises(StartRefused, match="not the writer"):
        replicates(world, "prepare_target", do="pre-data")


@pytest.mark.parametrize("do", ["load", "load-anew", "resume", "stop", "reload"])
def test_the_task_is_led_by_a_word(world: MemoryWorld, do: str) -> None:
    tables = ["public.accounts"] if do == "reload" else []
    assert replicates(world, "lead_task", do=do, tables=tables)["note"]
    task = world.tasks[Stream.LOAD]
    wanted = {"stop": ["stop"], "reload": ["reload public.accounts"]}
    assert task.asked == wanted.get(do, []), "a task that runs is started by nothing"


def test_a_reload_of_nothing_that_is_carried_is_refused(world: MemoryWorld) -> None:
    with pytest.raises(BadInput, match="carries none"):
        replicates(world, "lead_task", do="reload", tables=["public.typo"])


def test_a_look_that_can_not_look_waits_and_names_why(world: MemoryWorld) -> None:
    world.tasks[Stream.LOAD].reachable = False
    answer = replicates(world, "follow_replication", lag=None)
    assert (answer["course"], answer["outcome"]) == ("wait", "StateUnknown")
    assert "did not answer" in answer["reason"]


def test_ten_thousand_tables_in_error_fit_through_the_machine(world: MemoryWorld) -> None:
    """256 KB are the most that a state passes on, 32,768 characters the longest cause (Step Functions quotas)."""
    task = world.tasks[Stream.LOAD]
    (first, *_) = task.answer.tables
    broken = tuple(
        dataclasses.replace(first, name=f"public.t{n:0>60}", state="Table error")
        for n in range(10_000)
    )
    task.answer = dataclasses.replace(task.answer, tables=broken)
    answer = replicates(world, "follow_replication", lag=None)
    assert answer["outcome"] == "TableError"
    assert len(json.dumps(answer)) < 32_768
    assert "`cutover replicate --reload-all --suffix test`" in answer["remedy"]
    world.target.tables = tuple(table.name for table in broken)
    world.target.filled_tables = set(world.target.tables)
    done = replicates(world, "prepare_target", do="empty")
    assert len(json.dumps(done)) < 1024


@pytest.mark.parametrize("status", ["ABORTED", "TIMED_OUT", "FAILED"])
def test_the_rule_ends_a_replication_that_was_cut_off_and_moves_nothing(
    world: MemoryWorld, status: str
) -> None:
    bring_to(world, Phase.REPLICATING)
    assert call("put_back", cut_off(status=status, executionArn=LOADING)) is None
    state = world.journal.state()
    assert (state.phase, state.held) == (Phase.NOT_READY, False)
    assert world.router.moves == []
    assert world.display.shown["phase"] == "not-ready"


def test_the_rule_leaves_an_end_of_its_own_as_it_is(world: MemoryWorld) -> None:
    replicates(world, "end_replication")
    shown = dict(world.display.shown)
    assert call("put_back", cut_off(status="FAILED", executionArn=LOADING)) is None
    assert world.display.shown == shown
    assert "LowMemory" in shown["reason"]


def test_a_replication_that_was_cut_off_is_not_the_cutovers_to_recover(world: MemoryWorld) -> None:
    bring_to(world, Phase.REPLICATING)
    with pytest.raises(StartRefused, match="cutover replicate"):
        call("take_over", event("take_over"))


def test_the_rule_ends_a_put_back_that_broke_off(world: MemoryWorld) -> None:
    lease = bring_to(world, Phase.SHIFTING)
    assert lease is not None
    world.journal.record(lease, Phase.PUT_BACK, now=world.clock.now(), note="and then it died")
    assert call("put_back", event("execution_aborted")) is not None
    assert not world.journal.state().held


def test_a_beat_behind_the_line_comes_from_the_new_writer(world: MemoryWorld) -> None:
    """The move still runs; one that its closed origin writes to itself would look like the way back's."""
    bring_to(world, Phase.DESTINATION_OPEN)
    before = len(world.source.heartbeats)
    call("measure_lag", event("measure_lag"))
    assert len(world.source.heartbeats) == before
    assert world.target.heartbeats


def test_ten_thousand_sequences_do_not_end_the_execution_after_the_line(
    world: MemoryWorld,
) -> None:
    """256 KB are the most that a state passes on (Step Functions quotas), and nothing catches more."""
    world.source.sequence_values = {f'"Schema"."{n:0>60}_seq"': n for n in range(10_000)}
    world.source.lock_room = 20_000
    bring_to(world, Phase.WRITES_MOVED)
    result = call("switch_writer", event("switch_writer"))
    assert len(json.dumps(result)) < 256 * 1024
    assert len(result["sequences"]) == 100
    assert len(world.target.sequence_values) >= 10_000


def test_a_switch_that_nobody_answers_for_is_finished_by_hand(world: MemoryWorld) -> None:
    """As the runbook says it: with the payload of a step, and the lease that the look at the origin returns."""
    bring_to(world, Phase.SWITCHING)
    world.source.gate_state = GateState.CLOSED
    with pytest.raises(PutBackRefused, match="look at the origin first"):
        call("put_back", event("put_back"))
    given = event("resolve_switch")
    looked = call("resolve_switch", given)
    assert looked["side"] == "after"
    for name in ("finish_switch", "verify_switch", "move_writes", "complete"):
        call(name, given | {"lease": looked["lease"]})
    assert (world.journal.state().phase, world.journal.state().held) == (Phase.DONE, False)
    assert world.writers() == ("target",)


def test_a_switch_that_nobody_answers_for_is_put_back_by_hand(world: MemoryWorld) -> None:
    bring_to(world, Phase.SWITCHING)
    assert call("resolve_switch", event("resolve_switch"))["side"] == "before"
    assert call("put_back", event("execution_aborted")) is not None
    assert world.journal.state().phase is Phase.PUT_BACK


def test_the_rule_on_another_execution_does_nothing(world: MemoryWorld) -> None:
    world.journal.acquire("another", now=world.clock.now())
    assert call("put_back", event("execution_aborted")) is None
    assert world.router.moves == []


def test_the_reason_of_a_put_back_is_the_message_not_its_json(world: MemoryWorld) -> None:
    bring_to(world, Phase.SHIFTING)
    call("put_back", event("put_back"))
    assert world.journal.entries()[-1].note == "DeadlineExceeded: the switch's deadline passed"


def test_parking_keeps_the_weight_and_frees_the_lease(world: MemoryWorld) -> None:
    bring_to(world, Phase.SHIFTING)
    call("park_reads", event("park_reads"))
    call("park_reads", event("park_reads"))
    state = world.journal.state()
    assert (state.phase, state.held, state.parked_at) == (Phase.PARKED, False, 20)
    assert world.display.shown["phase"] == "parked"
    assert world.display.shown["share"] == 20


def test_an_abort_that_comes_just_before_parking_is_heard(world: MemoryWorld) -> None:
    bring_to(world, Phase.SHIFTING)
    word = OperatorWord(word=Word.ABORT, by="dba", reason="phones ring")
    world.journal.say(word, now=world.clock.now())
    with pytest.raises(AbortRequested, match="dba asked to abort: phones ring"):
        call("park_reads", event("park_reads"))
    assert world.journal.state().held


def parked(world: MemoryWorld, *, at: int) -> None:
    """What a cutover has left that was to park there; event files say 20."""
    bring_to(world, Phase.SHIFTING)
    call("park_reads", event("park_reads"))
    world.router.shares[world.read_record] = at


@pytest.mark.parametrize(("stands_at", "action"), [(20, "advance"), (50, "back"), (0, "back")])
def test_readiness_takes_the_parked_weight_and_no_other(
    world: MemoryWorld, stands_at: int, action: str
) -> None:
    parked(world, at=stands_at)
    payload = event("check_readiness")
    taken = call(
        "acquire_lease",
        event("acquire_lease")
        | {"lease": {"execution": "next", "fence": None}, "direction": "forward"},
    )
    assert taken["parked_at"] == 20
    decision = call("check_readiness", payload | {"lease": taken["lease"]})
    assert (decision["action"], decision["error"]) == (
        action,
        "" if action == "advance" else "RecordsMoved",
    )


READY = {"verdict": "ready", "reason": "ready: every check is good"}


def shown(world: MemoryWorld, payload: dict[str, Any] | None = None) -> dict[str, Any]:
    call("show_readiness", payload or event("show_readiness"))
    readiness: dict[str, Any] = dict(world.display.shown["readiness"])
    assert readiness.pop("at") == world.clock.now().isoformat()
    return readiness


def test_readiness_is_shown_beside_what_the_cutover_shows(world: MemoryWorld) -> None:
    world.display.show({"phase": "built"})
    assert shown(world) == READY
    assert world.display.shown["phase"] == "built"


def test_readiness_counts_what_is_parked_and_forgets_an_old_word(world: MemoryWorld) -> None:
    parked(world, at=20)
    world.journal.say(OperatorWord(word=Word.ABORT), now=world.clock.now())
    assert shown(world) == READY


def test_readiness_says_why_not(world: MemoryWorld) -> None:
    world.monitoring.alarm_states["replication-lag"] = "ALARM"
    assert shown(world) == {"verdict": "not-ready", "reason": "alarm replication-lag is ALARM"}


def test_readiness_is_not_known_where_a_database_could_not_be_looked_at(world: MemoryWorld) -> None:
    cause = json.dumps({"errorType": "PrivilegeMissing", "errorMessage": "u is no member of r"})
    failure = {"Error": "PrivilegeMissing", "Cause": cause}
    payload = {"plan": event("show_readiness")["plan"], "databases": None, "lag": None}
    readiness = shown(world, payload | {"failure": failure})
    assert readiness["verdict"] == "unknown"
    assert "PrivilegeMissing: u is no member of r" in readiness["reason"]


def test_while_a_cutover_holds_the_lease_readiness_is_busy(world: MemoryWorld) -> None:
    bring_to(world, Phase.SHIFTING)
    readiness = shown(world)
    assert readiness["verdict"] == "busy"
    assert EXECUTION in readiness["reason"]
    assert world.router.moves == []


def test_after_the_cutover_nothing_is_ready_to_begin(world: MemoryWorld) -> None:
    lease = bring_to(world, Phase.DESTINATION_OPEN)
    assert lease is not None
    call("complete", event("complete"))
    readiness = shown(world)
    # What could begin from here is a rollback: of a target that is open, with the names there.
    assert readiness["verdict"] == "not-ready"
    assert "expected 0/100" in readiness["reason"]


def test_a_readiness_that_nobody_can_see_is_a_failure(world: MemoryWorld) -> None:
    world.display.reachable = False
    with pytest.raises(ServiceUnavailable):
        call("show_readiness", event("show_readiness"))


def figures(printed: str) -> dict[str, Any]:
    """The metrics of the one EMF line, after its dimensions and units were looked at."""
    (line,) = [json.loads(each) for each in printed.splitlines() if '"_aws"' in each]
    (directive,) = line["_aws"]["CloudWatchMetrics"]
    assert directive["Namespace"] == "Migration"
    assert [sorted(names) for names in directive["Dimensions"]] == [["Environment", "service"]]
    assert (line["service"], line["Environment"]) == ("migration", "test")
    return {each["Name"]: (each["Unit"], line[each["Name"]][0]) for each in directive["Metrics"]}


@pytest.mark.parametrize("name", ["check_readiness", "check_stage", "show_readiness"])
def test_a_check_measures_what_it_looked_at(
    world: MemoryWorld, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    bring_to(world, BEFORE[name])
    world.router.shares[world.read_record] = 20
    world.with_table_state("Table error")
    call(name, event(name))
    assert figures(capsys.readouterr().out) == {
        "ReadWeight": ("Percent", 20.0),
        "WriteWeight": ("Percent", 0.0),
        "TablesCompleted": ("Count", 1),
        "TablesLoading": ("Count", 0),
        "TablesWaiting": ("Count", 0),
        "TablesErrored": ("Count", 1),
        "TablesMismatched": ("Count", 0),
    }


def test_what_a_check_does_not_know_has_no_figure(
    world: MemoryWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    bring_to(world, Phase.SHIFTING)
    world.router.reachable = world.task.reachable = False
    call("check_stage", event("check_stage"))
    assert '"_aws"' not in capsys.readouterr().out


def test_the_lag_check_measures_lag_and_kept_wal(
    world: MemoryWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    world.source.slot_bytes = {"dms": 4096, "other": 512}
    call("measure_lag", event("measure_lag"))
    assert figures(capsys.readouterr().out) == {
        "LagCheck": ("Count", 1),
        "HeartbeatLag": ("Seconds", 0.0),
        "SourceSlotWal": ("Bytes", 4096),
    }
    world.source.reachable = False
    call("measure_lag", event("measure_lag"))
    assert set(figures(capsys.readouterr().out)) == {"LagCheck"}


def test_the_way_back_has_figures_while_it_is_open(
    world: MemoryWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    lease = bring_to(world, Phase.SWITCHING)
    assert lease is not None
    assert call("watch_way_back", event("watch_way_back")) == {"open": False}
    assert "WayBackHoursLeft" not in capsys.readouterr().out
    for phase in (Phase.ORIGIN_CLOSED, Phase.DESTINATION_OPEN):
        world.journal.record(lease, phase, now=world.clock.now(), note="")
    world.journal.current = dataclasses.replace(
        world.journal.current,
        way_back=WayBack(stream=Stream.BACK, slot="way_back", lsn="0/1"),
    )
    world.clock.sleep(6 * 3600)
    watched = call("watch_way_back", event("watch_way_back"))
    assert (watched["open"], watched["hours_left"], watched["verdict"]) == (True, 66, "good")
    (figures,) = (
        json.loads(line)
        for line in capsys.readouterr().out.splitlines()
        if "WayBackHoursLeft" in line
    )
    assert figures["WayBackHoursLeft"] == [66]
    assert figures["WayBackSlotWal"] == [4096]
