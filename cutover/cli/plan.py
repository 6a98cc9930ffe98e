"""`cutover plan`: the whole move of the writer in the order of its state machine, written down and not done."""

from __future__ import annotations

import json
import re
import textwrap
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from cutover.adapters.postgres import Address
from cutover.adapters.recording import (
    MIGRATION,
    Line,
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
from cutover.adapters.recording_postgres import RecordingDatabase
from cutover.approval import SWITCH
from cutover.decisions import Finding, Verdict, database_findings
from cutover.direction import Direction, Stream, Where
from cutover.errors import BadInput, CutoverError
from cutover.journal import Lease
from cutover.jsonable import jsonable
from cutover.observations import Change, DatabasesFacts, Lag
from cutover.plan import CutoverPlan, WriteRecordMoves
from cutover.ports import ReplicationTask
from cutover.risks import RISKS, Risk
from cutover.steps.approve import ask
from cutover.steps.audit import audit_origin
from cutover.steps.certify import store_certificate
from cutover.steps.lease import complete, take_lease
from cutover.steps.observe import inspect_databases, measure_lag, measure_slot_wal, observe_stage
from cutover.steps.recovery import verify_switch
from cutover.steps.replication import SlotPlan, check_way_back, hand_over, retire_slots
from cutover.steps.switch import prepare_destination, switch_writer
from cutover.steps.traffic import move_writes, shift_reads, verify_records

DEFINITIONS: Final = Path(__file__).resolve().parent.parent.parent / "state_machines"
VERBS: Final = {Direction.FORWARD: "cutover", Direction.BACK: "rollback"}
EXECUTION: Final = "planned"
WIDTH: Final = 80
INPUT: Final = "Is the input understood?"
"""The state that lets every start through that says what it wants: a plan is one without park_at and recover."""
MOST_STATES: Final = 500
"""Of one move; a hundred stages with their checks are fewer."""

DEFAULTS: Final = {
    "stages": (20, 50, 80, 100),
    "bake_seconds": 900,
    "poll_seconds": 60,
    "max_hold_seconds": 3600,
    "max_lag_seconds": 60,
    "metric_max_age_seconds": 180,
    "record_ttl_seconds": 5,
    "write_record_moves": "before-switch",
    "switch_deadline_seconds": 10,
    "lock_patience_milliseconds": 250,
    "max_transaction_seconds": 5,
    "sequence_margin": 1000,
    "approve_before": (),
    "approval_hours": 24,
    "large_objects_unused": False,
}
"""Of the section [cutover], as the stacks have them."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a plan needs of the settings."""

    plan: CutoverPlan
    zone: str = "<zone>"
    suffix: str = "dev"
    replication_roles: tuple[str, ...] = ("migration_replication",)
    slots: SlotPlan

    @property
    def read_record(self) -> str:
        return f"ro.{self.zone}"

    @property
    def write_record(self) -> str:
        return f"rw.{self.zone}"


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Everything that a move would do, and what speaks against it."""

    direction: Direction
    states: tuple[str, ...]
    """The states of the machine, in order."""
    lines: tuple[Line, ...]
    findings: tuple[Finding, ...]
    """Of readiness, as far as the two servers tell it."""
    risks: tuple[Risk, ...]
    """What stays open all the same."""
    stopped: str = ""
    """Why the move would not get further than the last state; empty where it would."""

    @property
    def exit_status(self) -> int:
        """0: nothing speaks against it; 2: something does; 3: something that counts is not known."""
        verdicts = {finding.verdict for finding in self.findings}
        if Verdict.BAD in verdicts:
            return 2
        if Verdict.UNKNOWN in verdicts:
            return 3
        return 2 if self.stopped else 0


def told(settings: Path | None, *, suffix: str) -> Told:
    """From a settings file, or as the stacks have it by default. Raises BadInput."""
    try:
        found = {} if settings is None else tomllib.loads(settings.read_text())
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise BadInput(f"{settings}: {error}") from error
    values = DEFAULTS | {
        name: value for name, value in found.get("cutover", {}).items() if name in DEFAULTS
    }
    stages, approve_before = values.pop("stages"), values.pop("approve_before")
    name = suffix.replace("-", "_")
    users = (
        found.get(side, {}).get("replication_user", "migration_replication")
        for side in ("source", "database")
    )
    return Told(
        plan=CutoverPlan(
            weights=tuple(stages),
            approve_before=tuple(approve_before),
            write_record_moves=WriteRecordMoves(values.pop("write_record_moves")),
            **values,
        ),
        zone=found.get("traffic", {}).get("zone", "<zone>"),
        suffix=suffix,
        replication_roles=tuple(dict.fromkeys(users)),
        slots=SlotPlan(
            names={
                Stream.BACK: f"migration_{name}_reverse",
                Stream.AGAIN: f"migration_{name}_forward",
            },
            plugin="test_decoding",
        ),
    )


def planned(source_dsn: str, target_dsn: str, *, direction: Direction, told: Told) -> Plan:
    """The plan of a move. Raises BadInput where a definition asks for what a plan can't answer."""
    walk = Walk(source_dsn, target_dsn, direction=direction, told=told)
    try:
        return walk.whole()
    finally:
        walk.close()


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
        self, source_dsn: str, target_dsn: str, *, direction: Direction, told: Told
    ) -> None:
        self.direction, self.told = direction, told
        self.notebook, self.clock = Notebook(), PassingClock()
        self.variables = Variables(
            entered=direction is Direction.BACK, write_share=direction.origin.share
        )
        replicated = Replicated()
        self.source, self.target = (
            RecordingDatabase(
                Address.from_dsn(dsn),
                notebook=self.notebook,
                where=where.value,
                replicated=replicated,
                replication_roles=told.replication_roles,
            )
            for where, dsn in ((Where.SOURCE, source_dsn), (Where.TARGET, target_dsn))
        )
        self.origin, self.destination = (
            (self.source, self.target)
            if direction is Direction.FORWARD
            else (self.target, self.source)
        )
        self.journal = RecordingJournal(self.notebook, direction=direction)
        home = direction.origin.share
        self.router = RecordingRouter(
            self.notebook, shares={told.read_record: home, told.write_record: home}
        )
        carrier = Stream.LOAD if direction is Direction.FORWARD else Stream.BACK
        self.tasks: dict[Stream, ReplicationTask] = {
            stream: RecordingTask(self.notebook, stream=stream, carries=stream is carrier)
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
        findings = tuple(database_findings(self.databases, direction=self.direction))
        return Plan(
            direction=self.direction,
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
        self.databases = inspect_databases(self.source, self.target, direction=self.direction)

    def measure(self) -> None:
        self.lag = measure_lag(self.origin, self.destination, self.clock)
        measure_slot_wal(self.source)

    def observe(self) -> None:
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

    def verify(self) -> None:
        verify_records(self.router, self.clock, change=self.change)

    def prepare(self) -> None:
        prepare_destination(self.origin, self.destination, self.journal, lease=self.lease)

    def switch(self) -> None:
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
        verify_switch(self.origin, self.destination)

    def audit(self) -> None:
        audit_origin(self.origin, self.journal, self.clock, lease=self.lease, plan=self.told.plan)

    def hand_over(self) -> None:
        hand_over(self.tasks, self.journal, self.clock, lease=self.lease)

    def retire(self) -> None:
        retire_slots(self.origin, self.journal, lease=self.lease)

    def check_the_way_back(self) -> None:
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
            self.tasks[self.journal.state().carrier],
            self.certificates,
            self.clock,
            migration=MIGRATION,
            execution=EXECUTION,
        )


FUNCTIONS: Final = {
    "${AcquireLeaseFunctionArn}": "take_the_lease",
    "${InspectDatabasesFunctionArn}": "inspect",
    "${MeasureLagFunctionArn}": "measure",
    "${CheckReadinessFunctionArn}": "observe",
    "${CheckStageFunctionArn}": "observe",
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
"""The method that does what a function does, by its placeholder: it calls the same step as the handler."""


def _yes(_walk: Walk) -> bool:
    return True


def _no(_walk: Walk) -> bool:
    return False


def _asked_about(walk: Walk) -> bool:
    asking = walk.variables.asking
    return asking in walk.told.plan.approve_before and asking != walk.variables.approved


CONDITIONS: Final[dict[str, Callable[[Walk], bool]]] = {
    "{% $recovers %}": _no,
    "{% $decision.action = 'advance' %}": _yes,
    "{% $parks and $stage = 1 %}": _no,
    "{% $asking in $plan.approve_before and $not($asking = $approved) %}": _asked_about,
    "{% $stage < $count($plan.weights) %}": lambda walk: (
        walk.variables.stage < len(walk.told.plan.weights)
    ),
    "{% $entered_at = null %}": lambda walk: not walk.variables.entered,
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
    {"replica-sessions", "tables-made-in-the-last-instant", "sequences", "way-back-hides-writes"}
)
"""The risks that no look at a server rules out."""


def _risks(findings: tuple[Finding, ...]) -> tuple[Risk, ...]:
    """Those that these servers have, and those that every move has."""
    found = {finding.risk for finding in findings if finding.risk}
    return tuple(risk for risk in RISKS if risk.id in found | ALWAYS)


def as_json(plan: Plan) -> str:
    """One JSON object."""
    return json.dumps(
        {
            "direction": plan.direction.value,
            "exit_status": plan.exit_status,
            "stopped": plan.stopped,
            "states": list(plan.states),
            "lines": [
                {
                    "number": number,
                    "state": line.state,
                    "where": line.where,
                    "session": line.session,
                    "acts": line.acts,
                    "text": line.text,
                    "values": [_shown(value) for value in line.values],
                }
                for number, line in enumerate(plan.lines, start=1)
            ],
            "findings": [jsonable(finding) for finding in plan.findings],
            "risks": [jsonable(risk) for risk in plan.risks],
        },
        indent=2,
    )


def _shown(value: Any) -> Any:
    if isinstance(value, tuple | list):
        return [_shown(each) for each in value]
    if isinstance(value, timedelta):
        return value.total_seconds()
    return value if isinstance(value, str | int | float | bool) or value is None else str(value)


@dataclass
class _Page:
    """Text that grows line by line, none longer than a terminal."""

    text: list[str] = field(default_factory=list)

    def add(self, line: str = "", *, first: str = "", rest: str | None = None) -> None:
        """`first` before the line, `rest` before what of it has to go on another."""
        indent = " " * len(first) if rest is None else rest
        self.text += textwrap.wrap(
            line,
            WIDTH,
            initial_indent=first,
            subsequent_indent=indent,
            break_on_hyphens=False,
        ) or [first.rstrip()]


def as_text(plan: Plan, *, asked: bool = False) -> str:
    """In 80 columns; what is only asked in full where `asked`, else how many there are."""
    page = _Page()
    page.add(
        f"A move of the writer {plan.direction.value}, from the {plan.direction.origin.value} to the "
        f"{plan.direction.destination.value}, with every check good. Nothing was done. Values that only the move "
        "can know (positions, tokens, times) stand for those it will have."
    )
    _lines(page, plan, asked=asked)
    page.add()
    if plan.stopped:
        page.add(plan.stopped, first="It would stop here.  ")
        page.add()
    page.add("Readiness, as far as the two servers tell; lag, DMS, alarms and records are not")
    page.add("asked by a plan:")
    bad = [finding for finding in plan.findings if finding.verdict is not Verdict.GOOD]
    for finding in bad:
        page.add(finding.fact, first=f"  {finding.verdict.value:<8} ")
    if not bad:
        page.add("nothing speaks against it", first="  good     ")
    page.add()
    page.add("What stays open all the same:")
    for risk in plan.risks:
        page.add(risk.what, first=f"  {risk.id}: ", rest="    ")
        page.add(risk.detected_by, first="    detected by ", rest="      ")
        page.add(risk.remedy, first="    remedy: ", rest="      ")
    return "\n".join(page.text)


def _lines(page: _Page, plan: Plan, *, asked: bool) -> None:
    state, silent = "", 0
    for number, line in enumerate(plan.lines, start=1):
        if line.state != state:
            silent = _asked(page, silent)
            state = line.state
            page.add()
            page.add(f"== {state}")
        if not line.acts and not asked:
            silent += 1
            continue
        silent = _asked(page, silent)
        where = f"{line.where} ({line.session})" if line.session else line.where
        page.add(f"{where}{'' if line.acts else ', asked only'}", first=f"{number:>4}  ")
        for row in re.sub(r"(create trigger|drop trigger)", r"\n\1", line.text).splitlines():
            if row.strip():
                page.add(row.strip(), first="        ", rest="          ")
        for place, value in enumerate(line.values, start=1):
            page.add(json.dumps(_shown(value)), first=f"        ${place} = ", rest="          ")
    _asked(page, silent)


def _asked(page: _Page, count: int) -> int:
    if count:
        page.add(f"      ({count} asked only: statements and calls that change nothing)")
    return 0
