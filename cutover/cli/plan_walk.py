"""`cutover plan`: one way through the definition of a machine, by the steps themselves over ports that write down.

Each function is called as its handler calls it, with what the handler reads for itself (lambdas/, which nothing here
may import); tests/postgres/test_plan.py holds both against each other, line by line.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from cutover.adapters.postgres import Address
from cutover.adapters.recording import (
    MIGRATION,
    Notebook,
    PassingClock,
    RecordingJournal,
    RecordingMonitoring,
    RecordingRouter,
    RecordingTask,
    Replicated,
    recording_certificates,
    recording_display,
    recording_notices,
    within,
)
from cutover.adapters.recording_postgres import recording_database
from cutover.approval import SWITCH
from cutover.cli.plan import Plan, Told
from cutover.decisions import Finding, database_findings
from cutover.direction import Direction, Stream, Where
from cutover.errors import BadInput, CutoverError
from cutover.journal import Lease
from cutover.jsonable import jsonable
from cutover.observations import Change, DatabasesFacts, Lag
from cutover.plan import WriteRecordMoves
from cutover.ports import ReplicationTask
from cutover.risks import RISKS, Risk
from cutover.steps.approve import ask
from cutover.steps.audit import audit_origin
from cutover.steps.certify import store_certificate
from cutover.steps.facts import DatabasesInBrief, in_brief, in_full
from cutover.steps.lease import complete, take_lease
from cutover.steps.observe import inspect_databases, measure_lag, measure_slot_wal, observe_stage
from cutover.steps.recovery import verify_switch
from cutover.steps.replication import check_way_back, hand_over, retire_slots
from cutover.steps.switch import prepare_destination, switch_writer
from cutover.steps.traffic import move_writes, shift_reads, verify_records

DEFINITIONS: Final = Path(__file__).resolve().parent.parent.parent / "state_machines"
VERBS: Final = {Direction.FORWARD: "cutover", Direction.BACK: "rollback"}
EXECUTION: Final = "planned"
INPUT: Final = "Is the input understood?"
"""The state that lets every start through that says what it wants: a plan is one without park_at and recover."""
MOST_STATES: Final = 500
"""Of one move; a hundred stages with their checks are fewer."""


def planned(
    source_dsn: str,
    target_dsn: str,
    *,
    direction: Direction,
    told: Told,
    carrier: Stream | None = None,
) -> Plan:
    """The plan of a move. carrier: the stream that carries before it; else that of the first move this way.

    Raises BadInput where a definition asks for what a plan can't answer, or no such move begins with that stream.
    """
    walk = Walk(source_dsn, target_dsn, direction=direction, told=told, carrier=carrier)
    try:
        return walk.whole()
    finally:
        walk.close()


def carrier_of(direction: Direction) -> Stream:
    """What carries before the first move this way."""
    return Stream.LOAD if direction is Direction.FORWARD else Stream.BACK


@dataclass
class Variables:
    """Those of the state machine that decide where it goes."""

    stage: int = 0
    asking: int | str | None = None
    approved: int | str | None = None
    entered: bool = False
    write_share: int = 0


class Walk:
    """One way through a definition: every check is good, and whoever is asked agrees."""

    def __init__(
        self,
        source_dsn: str,
        target_dsn: str,
        *,
        direction: Direction,
        told: Told,
        carrier: Stream | None = None,
    ) -> None:
        self.direction, self.told = direction, told
        self.carrier = carrier_of(direction) if carrier is None else carrier
        if self.carrier.origin is not direction.origin:
            raise BadInput(
                f"{self.carrier.value} carries from the {self.carrier.origin.value}, and a move {direction.value} is "
                f"away from the {direction.origin.value}"
            )
        self.notebook, self.clock = Notebook(), PassingClock()
        self.variables = Variables(
            entered=direction is Direction.BACK, write_share=direction.origin.share
        )
        replicated = Replicated()
        self.source, self.target = (
            recording_database(
                Address.from_dsn(dsn),
                notebook=self.notebook,
                where=where.value,
                replicated=replicated,
                fence_roles=roles,
                replication_roles=told.replication_roles,
            )
            for where, dsn, roles in (
                (Where.SOURCE, source_dsn, told.fence_roles),
                (Where.TARGET, target_dsn, ()),
            )
        )
        self.origin, self.destination = (
            (self.source, self.target)
            if direction is Direction.FORWARD
            else (self.target, self.source)
        )
        self.journal = RecordingJournal(self.notebook, carrier=self.carrier)
        home = direction.origin.share
        self.router = RecordingRouter(
            self.notebook, shares={told.read_record: home, told.write_record: home}
        )
        self.tasks: dict[Stream, ReplicationTask] = {
            stream: RecordingTask(self.notebook, stream=stream, carries=stream is self.carrier)
            for stream in Stream
        }
        self.monitoring = RecordingMonitoring(self.notebook)
        self.display = recording_display(self.notebook)
        self.notices = recording_notices(self.notebook)
        self.certificates = recording_certificates(self.notebook)
        self.lease = Lease(execution=EXECUTION, fence=0)
        self.lag = Lag(seconds=None, measured_at=self.clock.now(), reason="not measured")
        self.change = Change(id="", changed_at=self.clock.now(), expected=())
        self.databases = DatabasesFacts(source=None, target=None, unreachable="not inspected")
        self.in_brief: DatabasesInBrief | None = None
        self.states: list[str] = []

    def close(self) -> None:
        self.source.close()
        self.target.close()

    def whole(self) -> Plan:
        """From the first state to the last, or to where a step refuses."""
        definition = json.loads((DEFINITIONS / f"{VERBS[self.direction]}.asl.json").read_text())
        name, stopped = definition["StartAt"], ""
        try:
            while name:
                if len(self.states) >= MOST_STATES:
                    raise BadInput(f"the definition leads in a circle: {self.states[-5:]}")
                self.states.append(name)
                name = self._through(name, definition["States"][name])
        except BadInput:
            raise
        except CutoverError as error:  # nothing was done: the move would end here, which is told
            stopped = f"{type(error).__name__}: {error}"
        findings = tuple(
            database_findings(
                self.databases,
                direction=self.direction,
                large_objects_unused=self.told.plan.large_objects_unused,
            )
        )
        return Plan(
            direction=self.direction,
            carrier=self.carrier,
            states=tuple(self.states),
            lines=tuple(self.notebook.lines),
            findings=findings,
            risks=_risks(findings),
            stopped=stopped,
        )

    def _through(self, name: str, state: dict[str, Any]) -> str:
        """What happens in a state; the name of the next, empty at the end."""
        if state["Type"] == "Succeed":
            return ""
        if state["Type"] == "Fail":
            raise BadInput(f"with every check good the definition ends at {name!r}")
        if state["Type"] == "Choice":
            return self._chosen(name, state)
        if state["Type"] == "Task":
            with within(self.notebook, name):
                self._task(name, state)
            self.variables.write_share = state.get("Assign", {}).get(
                "write_share", self.variables.write_share
            )
        elif state["Type"] == "Pass" and name not in PASSES:
            raise BadInput(f"the definition has the state {name!r}, which a plan does not know")
        elif state["Type"] == "Pass":
            PASSES[name](self.variables)
        elif state["Type"] != "Wait":
            raise BadInput(f"the definition has a {state['Type']} {name!r}, which a plan can't run")
        return str(state["Next"])

    def _task(self, name: str, state: dict[str, Any]) -> None:
        given = state["Arguments"]
        if "sns:publish" in state["Resource"]:
            self.notebook.write("sns", f"Publish {given['Subject']}")
            return
        function = given["FunctionName"]
        if function not in FUNCTIONS:
            raise BadInput(
                f"{name!r} calls {function}, which a plan does not know how to write down"
            )
        self.journal = self.journal.of_another_function()
        getattr(self, FUNCTIONS[function])()

    def _chosen(self, name: str, state: dict[str, Any]) -> str:
        for choice in state["Choices"]:
            condition = choice["Condition"]
            if name != INPUT and condition not in CONDITIONS:
                raise BadInput(f"{name!r} asks {condition}, which a plan can't answer")
            if name == INPUT or CONDITIONS[condition](self):
                self._assign(name, choice.get("Assign", {}))
                return str(choice["Next"])
        self._assign(name, state.get("Assign", {}))
        return str(state["Default"])

    def _assign(self, name: str, assigned: dict[str, Any]) -> None:
        for variable, expression in assigned.items():
            if variable in IGNORED:
                continue
            if (variable, expression) not in ASSIGNED:
                raise BadInput(f"{name!r} sets {variable} to {expression}, which a plan can't")
            setattr(self.variables, variable, ASSIGNED[variable, expression](self))

    def take_the_lease(self) -> None:
        taken = take_lease(
            self.journal,
            self.display,
            self.clock,
            execution=EXECUTION,
            plan=self.told.plan,
            direction=self.direction,
            detail={"plan": jsonable(self.told.plan), "by": None},
        )
        self.lease = taken.lease

    def inspect(self) -> None:
        direction = self.journal.state().next_move
        facts = inspect_databases(self.source, self.target, direction=direction)
        self.in_brief = in_brief(facts, self.certificates, migration=MIGRATION)

    def measure(self) -> None:
        self.journal.state()
        self.lag = measure_lag(self.origin, self.destination, self.clock)
        measure_slot_wal(self.source)

    def check_readiness(self) -> None:
        assert self.in_brief is not None, "inspected by the state before"
        self.journal.check(self.lease)
        self._observe()
        self.databases = in_full(self.in_brief, self.certificates)

    def check_stage(self) -> None:
        self._observe()
        self.journal.check(self.lease)

    def _observe(self) -> None:
        observe_stage(
            self.told.plan,
            lag=self.lag,
            tasks=self.tasks,
            monitoring=self.monitoring,
            router=self.router,
            journal=self.journal,
            clock=self.clock,
            read_record=self.told.read_record,
            write_record=self.told.write_record,
        )

    def ask(self) -> None:
        asking = self.variables.asking
        assert asking is not None, "set by the choice before"
        ask(
            self.journal,
            self.notices,
            self.clock,
            lease=self.lease,
            plan=self.told.plan,
            migration=self.told.suffix,
            before=asking,
            token="planned",  # noqa: S106 - of no execution
        )
        self.variables.approved = asking

    def shift(self) -> None:
        self.change = shift_reads(
            self.journal,
            self.router,
            self.clock,
            lease=self.lease,
            plan=self.told.plan,
            stage=self.variables.stage,
            read_record=self.told.read_record,
        )
        self.variables.entered = True

    def move(self) -> None:
        self.change = move_writes(
            self.journal,
            self.router,
            self.clock,
            lease=self.lease,
            read_record=self.told.read_record,
            write_record=self.told.write_record,
        )

    def may_switch(self, destination: Where) -> bool:
        """Whether the write record is where it is to be when the writer is switched."""
        early = self.variables.write_share == destination.share
        return early or self.told.plan.write_record_moves is WriteRecordMoves.AFTER_SWITCH

    def verify(self) -> None:
        verify_records(
            self.journal, self.router, self.clock, execution=EXECUTION, change=self.change
        )

    def prepare(self) -> None:
        self.journal.check(self.lease)
        prepare_destination(
            self.origin, self.destination, self.journal, lease=self.lease, plan=self.told.plan
        )

    def switch(self) -> None:
        self.journal.check(self.lease)
        switch_writer(
            self.origin,
            self.destination,
            self.journal,
            self.clock,
            lease=self.lease,
            plan=self.told.plan,
            slots=self.told.slots,
        )

    def verify_the_switch(self) -> None:
        self.journal.check(self.lease)
        verify_switch(self.origin, self.destination, self.journal, self.clock, lease=self.lease)

    def audit(self) -> None:
        self.journal.check(self.lease)
        audit_origin(self.origin, self.journal, self.clock, lease=self.lease, plan=self.told.plan)

    def hand_over(self) -> None:
        hand_over(self.tasks, self.journal, self.clock, lease=self.lease)

    def retire(self) -> None:
        self.journal.check(self.lease)
        retire_slots(self.origin, self.journal, lease=self.lease)

    def check_the_way_back(self) -> None:
        self.journal.check(self.lease)
        check_way_back(
            self.origin,
            self.destination,
            self.journal,
            self.clock,
            lease=self.lease,
            plan=self.told.plan,
        )

    def complete(self) -> None:
        complete(self.journal, self.display, self.clock, lease=self.lease)

    def store(self) -> None:
        store_certificate(
            self.journal,
            self.tasks,
            self.certificates,
            self.clock,
            migration=MIGRATION,
            execution=EXECUTION,
        )


FUNCTIONS: Final = {
    "${AcquireLeaseFunctionArn}": "take_the_lease",
    "${InspectDatabasesFunctionArn}": "inspect",
    "${MeasureLagFunctionArn}": "measure",
    "${CheckReadinessFunctionArn}": "check_readiness",
    "${CheckStageFunctionArn}": "check_stage",
    "${AskApprovalFunctionArn}": "ask",
    "${ShiftReadsFunctionArn}": "shift",
    "${VerifyRecordsFunctionArn}": "verify",
    "${PrepareDestinationFunctionArn}": "prepare",
    "${MoveWritesFunctionArn}": "move",
    "${SwitchWriterFunctionArn}": "switch",
    "${VerifySwitchFunctionArn}": "verify_the_switch",
    "${AuditOriginFunctionArn}": "audit",
    "${HandOverFunctionArn}": "hand_over",
    "${RetireSlotsFunctionArn}": "retire",
    "${CheckWayBackFunctionArn}": "check_the_way_back",
    "${CompleteFunctionArn}": "complete",
    "${StoreCertificateFunctionArn}": "store",
}
"""The method that does what a function does, by its placeholder: what the handler reads, and the same step."""


def _yes(_walk: Walk) -> bool:
    return True


def _no(_walk: Walk) -> bool:
    return False


def _asked_about(walk: Walk) -> bool:
    asking = walk.variables.asking
    return asking in walk.told.plan.approve_before and asking != walk.variables.approved


MAY_SWITCH: Final = (
    "{{% $decision.action = 'advance'"
    " and ($plan.write_record_moves = 'after-switch' or $write_share = {share}) %}}"
)
CONDITIONS: Final[dict[str, Callable[[Walk], bool]]] = {
    "{% $recovers %}": _no,
    "{% $decision.action = 'advance' %}": _yes,
    "{% $parks and $stage = 1 %}": _no,
    "{% $asking in $plan.approve_before and $not($asking = $approved) %}": _asked_about,
    "{% $stage < $count($plan.weights) %}": lambda walk: (
        walk.variables.stage < len(walk.told.plan.weights)
    ),
    "{% $entered_at = null %}": lambda walk: not walk.variables.entered,
    MAY_SWITCH.format(share=Where.TARGET.share): lambda walk: walk.may_switch(Where.TARGET),
    MAY_SWITCH.format(share=Where.SOURCE.share): lambda walk: walk.may_switch(Where.SOURCE),
    "{% $plan.write_record_moves = 'before-switch' %}": lambda walk: (
        walk.told.plan.write_record_moves is WriteRecordMoves.BEFORE_SWITCH
    ),
}
"""By their text, so that a definition that asks something else is told and not guessed."""

IGNORED: Final = frozenset({"held_since"})
"""Nothing is held in a plan."""

ASSIGNED: Final[dict[tuple[str, str], Callable[[Walk], Any]]] = {
    ("asking", "{% $stage < $count($plan.weights) ? $plan.weights[$stage] : 'switch' %}"): (
        lambda walk: (
            walk.told.plan.weights[walk.variables.stage]
            if walk.variables.stage < len(walk.told.plan.weights)
            else SWITCH
        )
    ),
    ("stage", "{% $stage + 1 %}"): lambda walk: walk.variables.stage + 1,
}


def _one_stage_back(variables: Variables) -> None:
    variables.stage -= 1


PASSES: Final[dict[str, Callable[[Variables], None]]] = {
    "Read the plan": lambda _variables: None,
    "Back to the stage that stands": _one_stage_back,
}


ALWAYS: Final = frozenset(
    {
        "replica-sessions",
        "tables-made-in-the-last-instant",
        "sequences",
        "extension-tables",
        "subscriptions-into-the-source",
        "truncate-before-the-switch",
        "way-back-hides-writes",
    }
)
"""The risks that no look of the move at a server rules out."""


def _risks(findings: tuple[Finding, ...]) -> tuple[Risk, ...]:
    """Those that these servers have, and those that every move has."""
    found = {finding.risk for finding in findings if finding.risk}
    return tuple(risk for risk in RISKS if risk.id in found | ALWAYS)
