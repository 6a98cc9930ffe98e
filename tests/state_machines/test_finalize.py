"""The end of a migration by the real definition: what is refused, what is dropped, that every failure goes forward."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest

from cutover.adapters.memory import SLOTS, MemoryBarrier, MemoryWorld
from cutover.certificate import check_certificate
from cutover.direction import Stream, Where
from cutover.errors import DatabaseUnreachable, ServiceUnavailable
from cutover.journal import Phase
from cutover.observations import GateState
from cutover.schema.inventory import Inventory, Kind, SchemaObject
from cutover.schema.stored import Stored, as_text
from cutover.steps.finalize import report_key
from cutover.steps.inventory import KEY
from rehearsal.aws.invoker import InProcessContext
from rehearsal.faults.person import WITHOUT_THE_ORIGIN
from rehearsal.machine import (
    CHECK_DEFINITION,
    DEFINITION,
    FINALIZE_DEFINITION,
    ROLLBACK_DEFINITION,
)
from tests.state_machines.machine import SUFFIX, Machine, Run

NAMES = itertools.count(1)
REFUSED = "Refused, nothing was touched"
BEFORE = Inventory(
    version=170000,
    objects=(
        SchemaObject(kind=Kind.TABLE, name="public.accounts"),
        SchemaObject(kind=Kind.SCHEMA, name="cutover"),
        SchemaObject(kind=Kind.ROLE, name="migration_cutover"),
    ),
)
"""What a preflight keeps: the roles are there already, and their schema."""
AFTER = Inventory(version=170000, objects=(BEFORE.objects[0], BEFORE.objects[2]))
LEFT_OVER = SchemaObject(kind=Kind.TABLE, name="public.left_over")


@pytest.fixture
def world() -> MemoryWorld:
    """One whose load runs, and whose source was looked at before it."""
    world = MemoryWorld.ready()
    kept = Stored(taken_at=world.clock.now(), inventory=BEFORE)
    world.certificates.kept[KEY] = as_text(kept)
    world.inventory = AFTER
    return world


@pytest.fixture
def switched(world: MemoryWorld, monkeypatch: pytest.MonkeyPatch) -> MemoryWorld:
    """The same after a whole cutover: the writer on the target, the way back carrying."""
    run = Machine(world, definition=DEFINITION, name=f"night-{next(NAMES)}").run(monkeypatch)
    assert run.status == "SUCCEEDED", run.cause
    return world


def machine(world: MemoryWorld, **given: Any) -> Machine:
    return Machine(
        world,
        definition=FINALIZE_DEFINITION,
        name=f"last-{next(NAMES)}",
        given={"confirm": SUFFIX, **given},
    )


def finalized(world: MemoryWorld, run: Run) -> dict[str, Any]:
    """Nothing replicates any more, and the report of it."""
    assert run.status == "SUCCEEDED", f"{run.error}: {run.cause}"
    state = world.journal.state()
    assert (state.phase, state.held) == (Phase.FINALIZED, False)
    assert not any(world.tasks[stream].running for stream in Stream)
    for side in (world.source, world.target):
        if side.reachable:
            assert side.slots == {}
    assert world.display.shown["phase"] == "finalized"
    assert run.messages == ["Migration finalized"]
    report: dict[str, Any] = json.loads(
        world.certificates.kept[report_key(SUFFIX, str(state.execution))]
    )
    return report


def untouched(world: MemoryWorld, run: Run, error: str = "StartRefused") -> None:
    assert (run.status, run.error, run.states[-1]) == ("FAILED", error, REFUSED)
    assert world.journal.state().phase not in (Phase.FINALIZING, Phase.FINALIZED)
    assert not world.journal.state().held
    assert any(world.tasks[stream].running for stream in Stream)
    assert world.source.installed
    assert world.target.installed


def test_after_a_switch_nothing_is_left_on_either_side(
    switched: MemoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert switched.target.slots
    run = machine(switched, by="ada").run(monkeypatch)
    report = finalized(switched, run)
    assert report["remains"]["verdict"] == "clean"
    assert report["writer"] == "target"
    assert report["slots"] == [f"{SLOTS[Stream.BACK]} on the target"]
    assert report["dropped"] == {"source": ["schema cutover"], "target": ["schema cutover"]}
    assert report["remains"]["roles"] == [
        {
            "what": "role migration_cutover",
            "sql": 'drop owned by "migration_cutover"; drop role "migration_cutover";',
            "ours": True,
        }
    ]
    # Source and target take writes: the one as it did before all of it, the other as the writer.
    assert switched.writers() == ("source", "target")
    begun = next(each for each in switched.journal.entries() if each.phase is Phase.FINALIZING)
    assert begun.detail["by"] == "ada"
    assert begun.detail["slots"] == [SLOTS[Stream.BACK]]


def test_the_certificate_of_the_switch_is_as_good_as_before(
    switched: MemoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The journal goes on behind it, sealed onto it."""
    key = next(key for key in switched.certificates.kept if key.startswith("certificates/"))
    document = json.loads(switched.certificates.kept[key])

    def rulings() -> list[tuple[str, str]]:
        journal = switched.journal
        found = check_certificate(document, journal.entries(), newest=journal.state().seal)
        return [(each.title, each.verdict.value) for each in found]

    before = rulings()
    assert ("bad" not in dict(before).values()) and before
    finalized(switched, machine(switched).run(monkeypatch))
    assert rulings() == before


def test_the_slots_go_first_the_target_before_the_source_and_the_report_last(
    switched: MemoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = machine(switched).run(monkeypatch)
    done = [event.get("do", key) + (event.get("side") or "") for key, event in run.calls]
    assert done == [
        "look",
        "begin_finalize",
        "stop_tasks",
        "stop_tasks",
        "slots",
        "cleartarget",
        "clearsource",
        "compare_source",
        "end_finalize",
    ]


def test_a_migration_that_was_given_up_before_any_switch(
    world: MemoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The writer stays on the source; the slot of the load has a name that DMS made up."""
    assert set(world.source.slots) == {"load"}
    report = finalized(world, machine(world).run(monkeypatch))
    assert report["writer"] == "source"
    assert report["slots"] == ["load on the source"]
    assert report["remains"]["verdict"] == "clean"


def test_after_it_every_other_verb_is_refused_with_the_reason(
    switched: MemoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    finalized(switched, machine(switched).run(monkeypatch))
    for definition in (DEFINITION, ROLLBACK_DEFINITION):
        run = Machine(switched, definition=definition, name=f"night-{next(NAMES)}").run(monkeypatch)
        assert (run.status, run.error) == ("FAILED", "StartRefused")
        assert "finalized" in run.cause
    assert switched.journal.state().phase is Phase.FINALIZED


def test_the_check_that_goes_on_until_the_stacks_are_gone_does_not_fail(
    switched: MemoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    finalized(switched, machine(switched).run(monkeypatch))
    run = Machine(switched, definition=CHECK_DEFINITION, name="check").run(monkeypatch)
    assert run.status == "SUCCEEDED", run.cause
    assert switched.display.shown["readiness"]["verdict"] == "not-ready"
    assert "finalized" in switched.display.shown["readiness"]["reason"]


def test_again_after_it_looks_once_more(
    switched: MemoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a person does who has dropped by hand what was left."""
    switched.traces[Where.SOURCE].stuck = {"event trigger cutover_ddl_start": "a superuser made it"}
    report = finalized(switched, machine(switched).run(monkeypatch))
    assert report["remains"]["verdict"] == "left behind"
    assert report["left"]["source"] == [
        {
            "what": "event trigger cutover_ddl_start",
            "why": "a superuser made it",
            "sql": "drop event trigger cutover_ddl_start;",
        }
    ]
    switched.traces[Where.SOURCE].stuck = {}
    report = finalized(switched, machine(switched).run(monkeypatch))
    assert report["remains"]["verdict"] == "clean"
    assert report["left"]["source"] == []


def test_what_was_not_there_before_is_named_with_its_sql_and_left(
    switched: MemoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    switched.inventory = Inventory(version=170000, objects=(*AFTER.objects, LEFT_OVER))
    run = machine(switched).run(monkeypatch)
    report = finalized(switched, run)
    assert report["remains"]["verdict"] == "left behind"
    assert report["remains"]["behind"] == [
        {"what": "table public.left_over", "sql": "drop table public.left_over;", "ours": False}
    ]
    notes = [each.note for each in switched.journal.entries() if each.phase is Phase.FINALIZED]
    assert "left behind" in notes[-1]


def test_without_an_inventory_nothing_is_said_to_be_clean(
    switched: MemoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    del switched.certificates.kept[KEY]
    report = finalized(switched, machine(switched).run(monkeypatch))
    assert report["remains"]["verdict"] == "unknown"
    assert "no inventory" in switched.display.shown["reason"]


def test_an_inventory_that_can_not_be_read_needs_a_person(
    switched: MemoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    switched.certificates.kept[KEY] = '{"format": "migration-inventory/9"}'
    run = machine(switched).run(monkeypatch)
    assert (run.status, run.error) == ("FAILED", "BadInput")
    assert "migration-inventory/9" in run.cause


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"confirm": 7},
        {"confirm": SUFFIX, "typo": True},
        {"confirm": SUFFIX, "source": "shut"},
        {"confirm": SUFFIX, "by": 7},
    ],
)
def test_an_input_that_is_not_understood_is_refused(
    switched: MemoryWorld, monkeypatch: pytest.MonkeyPatch, given: dict[str, Any]
) -> None:
    asked = machine(switched)
    asked.given = given
    run = asked.run(monkeypatch)
    assert (run.error, run.calls) == ("BadInput", [])


def test_another_name_is_refused(switched: MemoryWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    run = machine(switched, confirm="prod").run(monkeypatch)
    untouched(switched, run)
    assert "'prod' was given" in run.cause
    assert repr(SUFFIX) in run.cause


def test_parked_reads_are_put_back_first(
    world: MemoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    parked = Machine(
        world, definition=DEFINITION, name=f"night-{next(NAMES)}", given={"park_at": 20}
    )
    assert parked.run(monkeypatch).status == "SUCCEEDED"
    run = machine(world).run(monkeypatch)
    untouched(world, run)
    assert "20 % of the reads are parked" in run.cause


def test_while_a_cutover_holds_the_lease_it_is_refused(
    world: MemoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.journal.acquire("somebody", now=world.clock.now())
    run = machine(world).run(monkeypatch)
    assert (run.error, run.states[-1]) == ("StartRefused", REFUSED)
    assert world.journal.state().execution == "somebody"


@pytest.mark.parametrize("source", ["closed", "gone"])
def test_a_source_that_is_the_writer_is_neither_closed_nor_gone(
    world: MemoryWorld, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    run = machine(world, source=source).run(monkeypatch)
    untouched(world, run)
    assert "the writer is on the source" in run.cause


def test_a_closed_source_is_not_opened_under_somebody_who_writes(
    switched: MemoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    switched.traces[Where.SOURCE].sessions = {"application": 3}
    run = machine(switched).run(monkeypatch)
    untouched(switched, run)
    assert "3 of application" in run.cause
    assert "--source closed" in run.cause
    # As the message says.
    report = finalized(switched, machine(switched, source="closed").run(monkeypatch))
    assert switched.writers() == ("target",)
    assert report["remains"]["verdict"] == "left behind"
    assert [each["what"] for each in report["left"]["source"]] == ["the gate"]


def test_a_source_that_was_shut_down_is_not_asked_and_not_known(
    switched: MemoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    switched.source.reachable = False
    untouched(switched, machine(switched).run(monkeypatch), "DatabaseUnreachable")
    run = machine(switched, source="gone").run(monkeypatch)
    report = finalized(switched, run)
    assert report["remains"]["verdict"] == "unknown"
    assert "Clear the source" not in run.states
    assert not switched.target.installed


def lose_the_origin_past_the_line(monkeypatch: pytest.MonkeyPatch) -> None:
    close = MemoryBarrier.close

    def close_and_go(barrier: MemoryBarrier, proof: dict[str, Any]) -> None:
        close(barrier, proof)
        barrier.database.reachable = False

    monkeypatch.setattr(MemoryBarrier, "close", close_and_go)


def complete_without_the_origin(world: MemoryWorld, run: Run) -> None:
    """docs/runbook.md, What if, "The origin is gone for good": what the person invokes."""
    assert run.messages[-1].endswith("a person is needed, the way is forward")
    state = world.journal.state()
    assert (state.phase, state.held) == (Phase.DESTINATION_OPEN, True)
    _, step = next(call for call in reversed(run.calls) if "plan" in call[1] and "lease" in call[1])
    lease = invoke("resolve_switch", step)["lease"]
    with pytest.raises(DatabaseUnreachable):
        invoke("verify_switch", step | {"lease": lease})
    for function in WITHOUT_THE_ORIGIN:
        invoke(function, step | {"lease": lease})
    state = world.journal.state()
    assert (state.phase, state.held) == (Phase.DONE, False)
    assert state.writer is state.direction.destination
    assert set(world.router.shares.values()) == {state.writer.share}


def invoke(function: str, event: dict[str, Any]) -> Any:
    handler = import_module(f"lambdas.{function}").lambda_handler
    return handler(event, InProcessContext(function_name=function))


def test_a_source_that_is_lost_past_the_line_is_left_behind_without_being_asked(
    world: MemoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    lose_the_origin_past_the_line(monkeypatch)
    name = f"night-{next(NAMES)}"
    run = Machine(world, definition=DEFINITION, name=name).run(monkeypatch)
    early = machine(world, source="gone").run(monkeypatch)
    assert (early.error, early.states[-1]) == ("StartRefused", REFUSED)
    complete_without_the_origin(world, run)
    assert world.target.slots
    report = finalized(world, machine(world, source="gone").run(monkeypatch))
    assert report["remains"]["verdict"] == "unknown"
    assert world.writers() == ("target",)


def test_a_target_that_is_lost_past_the_line_of_a_rollback_is_no_end_that_finalize_knows(
    switched: MemoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    lose_the_origin_past_the_line(monkeypatch)
    name = f"back-{next(NAMES)}"
    run = Machine(switched, definition=ROLLBACK_DEFINITION, name=name).run(monkeypatch)
    complete_without_the_origin(switched, run)
    assert switched.writers() == ("source",)
    for source in ("open", "gone"):
        refused = machine(switched, source=source).run(monkeypatch)
        assert refused.states[-1] == REFUSED
        assert refused.error == {"open": "DatabaseUnreachable", "gone": "StartRefused"}[source]
    # Under its name again: a cluster that was restored.
    switched.target.reachable = True
    finalized(switched, machine(switched).run(monkeypatch))


def test_a_task_that_takes_long_to_stop_is_waited_for(
    switched: MemoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = switched.tasks[Stream.BACK]

    def moving(world: MemoryWorld) -> None:
        task.answer = task.answer.__class__(**{**vars(task.answer), "status": "stopping"})

    def rests(world: MemoryWorld) -> None:
        task.answer = task.answer.__class__(**{**vars(task.answer), "status": "stopped"})

    asked = machine(switched).before("stop_tasks", 1, moving).before("stop_tasks", 3, rests)
    run = asked.run(monkeypatch)
    finalized(switched, run)
    assert run.states.count("Wait for the tasks") == 2


def test_a_task_that_somebody_deleted_holds_nothing_up(
    switched: MemoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    switched.tasks[Stream.LOAD].deleted = True
    finalized(switched, machine(switched).run(monkeypatch))


def test_a_database_that_takes_several_calls_is_asked_until_it_is_done(
    switched: MemoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    for traces in switched.traces.values():
        traces.calls_needed = 3
    run = machine(switched).run(monkeypatch)
    finalized(switched, run)
    assert run.states.count("Clear the target") == run.states.count("Clear the source") == 3


def test_a_slot_that_somebody_reads_ends_it_and_the_next_one_finishes(
    switched: MemoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sender that does not let go, with no task that runs: what is there besides is not dropped either."""
    with monkeypatch.context() as held:
        held.setattr(type(switched.target), "streaming", property(lambda side: set(side.slots)))
        run = machine(switched).run(held)
    assert (run.status, run.error) == ("FAILED", "SlotStillRead")
    assert f"{SLOTS[Stream.BACK]} on the target" in run.cause
    state = switched.journal.state()
    assert (state.phase, state.held) == (Phase.FINALIZING, False)
    assert switched.source.installed
    assert run.messages == ["Finalize needs a person: SlotStillRead"]
    # Neither forth nor back from here, and not a load.
    for definition in (DEFINITION, ROLLBACK_DEFINITION):
        other = Machine(switched, definition=definition, name=f"night-{next(NAMES)}")
        assert "being finalized" in other.run(monkeypatch).cause
    finalized(switched, machine(switched).run(monkeypatch))


def unreachable(database: str) -> Callable[[MemoryWorld], None]:
    def fail(world: MemoryWorld) -> None:
        raise DatabaseUnreachable(f"the {database} did not answer")

    return fail


def dies(world: MemoryWorld) -> None:
    raise RuntimeError("the function was ended")


@pytest.mark.parametrize(
    ("function", "call"),
    [
        ("begin_finalize", 1),
        ("stop_tasks", 1),
        ("stop_tasks", 2),
        ("clear_databases", 2),
        ("clear_databases", 3),
        ("clear_databases", 4),
        ("compare_source", 1),
        ("end_finalize", 1),
    ],
)
def test_whatever_fails_goes_forward_by_starting_it_again(
    switched: MemoryWorld, monkeypatch: pytest.MonkeyPatch, function: str, call: int
) -> None:
    run = machine(switched).before(function, call, dies).run(monkeypatch)
    assert run.status == "FAILED"
    assert not switched.journal.state().held
    report = finalized(switched, machine(switched).run(monkeypatch))
    assert report["remains"]["verdict"] == "clean"
    assert report["slots"] == [f"{SLOTS[Stream.BACK]} on the target"], "also what the first dropped"


def test_what_does_not_answer_for_a_while_is_tried_again(
    switched: MemoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_service(world: MemoryWorld) -> None:
        raise ServiceUnavailable("the DMS API did not answer")

    asked = machine(switched)
    for call in (1, 2):
        asked.before("stop_tasks", call, no_service)
        asked.before("compare_source", call, unreachable("source"))
    finalized(switched, asked.run(monkeypatch))


def test_an_execution_that_was_cut_off_is_taken_over_and_one_that_runs_is_not(
    switched: MemoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut_off = "arn:aws:states:us-east-1:123456789012:execution:migration-finalize-test:cut-off"
    switched.journal.acquire(cut_off, now=switched.clock.now(), finalizes=True)
    run = machine(switched).run(monkeypatch)
    assert (run.error, run.states[-1]) == ("LeaseTaken", REFUSED)
    asked = machine(switched)
    asked.executions.ended.add(cut_off)
    finalized(switched, asked.run(monkeypatch))
    assert switched.source.gate_state is GateState.OPEN
