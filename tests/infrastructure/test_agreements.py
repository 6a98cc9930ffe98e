"""Where two parts must say the same: template, definition, handlers, errors, rehearsal."""

from __future__ import annotations

import ast
import itertools
import json
import re
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from annotated_types import Ge

from cutover import errors
from cutover.adapters.dynamodb import DynamoDbJournal
from cutover.cli import commands
from cutover.direction import Direction
from cutover.plan import CutoverPlan
from lambdas.environment import (
    ApprovalEnvironment,
    AssessmentEnvironment,
    CertificateEnvironment,
    ClearingEnvironment,
    ControlEnvironment,
    DatabaseEnvironment,
    FactsEnvironment,
    FinalizingEnvironment,
    FunctionEnvironment,
    InventoryEnvironment,
    MachinesEnvironment,
    RolesEnvironment,
    SchemaEnvironment,
    SourceWatchEnvironment,
    WatchEnvironment,
    read,
)
from lambdas.events import LookEvent, StepEvent
from migration_stacks import settings
from migration_stacks.names import Names
from rehearsal.aws_setup import (
    FINALIZE_MACHINE_ARN,
    MACHINE_ARNS,
    SLOTS,
    SUFFIX,
    TASK_ARNS,
    function_environment,
)
from rehearsal.machine import (
    CHECK_DEFINITION,
    CONTROL_FUNCTIONS,
    DATABASE_FUNCTIONS,
    DEFINITION,
    FINALIZE_DEFINITION,
    FUNCTIONS,
    PLACEHOLDER,
    REPLICATE_DEFINITION,
    REPOSITORY,
    ROLLBACK_DEFINITION,
    UPDATER,
    WATCHER,
    called,
    finalize_substitutions,
    function_name,
    pascal,
    plan_substitutions,
    render,
    replicate_substitutions,
    substitutions,
)
from tests.builders import plan
from tests.infrastructure.conftest import Synthesized

DEFINITIONS = {
    "cutover": DEFINITION,
    "rollback": ROLLBACK_DEFINITION,
    "check": CHECK_DEFINITION,
    "replicate": REPLICATE_DEFINITION,
    "finalize": FINALIZE_DEFINITION,
}
MOVING = {Direction.FORWARD: "cutover", Direction.BACK: "rollback"}
"""The machines that move the writer."""
STATES: dict[str, dict[str, dict[str, Any]]] = {
    verb: json.loads(path.read_text())["States"] for verb, path in DEFINITIONS.items()
}
EVERY_TASK = {
    (verb, name): state
    for verb, states in STATES.items()
    for name, state in states.items()
    if state["Type"] == "Task" and "lambda" in state["Resource"]
}
TASKS = [(verb, name) for verb, name in EVERY_TASK if verb in MOVING.values()]
CHECK: dict[str, Any] = json.loads(CHECK_DEFINITION.read_text())
CHECK_TASKS = {name: state for (verb, name), state in EVERY_TASK.items() if verb == "check"}
THE_SWITCH = "Switch the writer"
PUT_BACK = "Put back"


def key_of(state: dict[str, Any]) -> str:
    """`switch_writer`, from the placeholder of the state's function."""
    name = PLACEHOLDER.findall(state["Arguments"]["FunctionName"])[0].removesuffix("FunctionArn")
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


# 1. Every environment in the template parses as the handler's type.


@pytest.fixture(scope="session")
def functions(stacks: Synthesized) -> dict[str, dict[str, Any]]:
    """The state machine's functions in the synthesized template, by key."""
    found = {}
    for resource in stacks.resources("cutover", "AWS::Lambda::Function").values():
        handler = str(resource["Properties"].get("Handler", ""))
        if handler.startswith("lambdas."):
            found[handler.split(".")[1]] = resource["Properties"]
    return found


def as_text(value: Any) -> str:
    """A template's value as a function would see one: references become a word."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict) and "Fn::Join" in value:
        separator, parts = value["Fn::Join"]
        return str(separator).join(as_text(part) for part in parts)
    return "resolved"


OWN: dict[str, tuple[type[FunctionEnvironment], ...]] = {
    "ask_approval": (ApprovalEnvironment,),
    "put_back": (ApprovalEnvironment,),
    "watch_way_back": (WatchEnvironment,),
    "store_certificate": (CertificateEnvironment,),
    "assess_replication": (AssessmentEnvironment,),
    "inspect_databases": (FactsEnvironment,),
    "check_readiness": (FactsEnvironment,),
    "show_readiness": (FactsEnvironment,),
    "prepare_target": (SchemaEnvironment,),
    "watch_source": (SourceWatchEnvironment,),
    "take_inventory": (InventoryEnvironment,),
    "compare_source": (InventoryEnvironment,),
    "clear_databases": (ClearingEnvironment,),
    "begin_finalize": (FinalizingEnvironment,),
}
"""Functions that are told more than the others."""


@pytest.mark.parametrize("key", sorted(FUNCTIONS))
def test_the_templates_environment_parses_as_the_handlers_type(
    functions: dict[str, dict[str, Any]], key: str
) -> None:
    variables = {
        name: as_text(value) for name, value in functions[key]["Environment"]["Variables"].items()
    }
    kinds: list[type[FunctionEnvironment]] = [ControlEnvironment]
    if key in DATABASE_FUNCTIONS:
        kinds = [DatabaseEnvironment]
    elif "wiring.machines()" in (REPOSITORY / "lambdas" / f"{key}.py").read_text():
        kinds.append(MachinesEnvironment)
    kinds += OWN.get(key, ())
    for kind in kinds:
        read(kind, variables)
    known = {name.upper() for kind in kinds for name in kind.model_fields}
    strange = {name for name in variables if not name.startswith("POWERTOOLS_")} - known
    assert not strange, f"variables that nothing reads: {strange}"


def test_the_function_that_makes_the_roles_is_told_each_secret(
    functions: dict[str, dict[str, Any]],
) -> None:
    variables = functions["database_roles"]["Environment"]["Variables"]
    read(RolesEnvironment, {name: as_text(value) for name, value in variables.items()})
    own = {name for name in variables if not name.startswith("POWERTOOLS_")}
    assert own == {name.upper() for name in RolesEnvironment.model_fields}
    secrets = {json.dumps(value) for name, value in variables.items() if name.endswith("_ARN")}
    assert len(secrets) == 4


@pytest.mark.parametrize("key", sorted(FUNCTIONS))
def test_the_rehearsal_runs_the_function_that_is_deployed(
    functions: dict[str, dict[str, Any]], key: str
) -> None:
    deployed = functions[key]
    assert deployed["FunctionName"] == function_name(key, "dev")
    assert deployed["Timeout"] == FUNCTIONS[key].timeout_seconds
    assert deployed["MemorySize"] == FUNCTIONS[key].memory_megabytes
    assert set(deployed["Environment"]["Variables"]) == set(function_environment(key))
    assert ("VpcConfig" in deployed) is (key in DATABASE_FUNCTIONS)
    assert callable(import_module(f"lambdas.{key}").lambda_handler)


def test_every_function_is_in_the_template_and_in_a_definition(
    functions: dict[str, dict[str, Any]],
) -> None:
    # Called by CloudFormation, and by an operator who has no other way to the source.
    assert set(functions) - {"weighted_records", "database_roles", "preflight"} == set(FUNCTIONS)
    assert {key_of(state) for state in EVERY_TASK.values()} == set(FUNCTIONS) - {UPDATER, WATCHER}
    assert not set(CONTROL_FUNCTIONS) & set(DATABASE_FUNCTIONS)


def test_the_rehearsal_names_the_slots_as_the_stacks_do() -> None:
    names = Names(SUFFIX)
    assert {"back": names.reverse_slot, "again": names.forward_slot} == SLOTS
    assert len(set(TASK_ARNS.values())) == len(names.replication_tasks)


def test_the_functions_are_told_each_task_and_slot_by_the_stream_that_it_is(
    functions: dict[str, dict[str, Any]], stacks: Synthesized
) -> None:
    """Under another's word a hand-over would start the wrong one."""
    told = functions["switch_writer"]["Environment"]["Variables"]
    slots: dict[str, str] = json.loads(told["WAY_BACK_SLOTS"])
    endpoints = stacks.resources("dms", "AWS::DMS::Endpoint")
    tasks = stacks.resources("dms", "AWS::DMS::ReplicationTask")
    plugins = set()
    by_stream = {}
    for name, task in tasks.items():
        source = endpoints[task["Properties"]["SourceEndpointArn"]["Ref"]]["Properties"]
        read_by = source["PostgreSqlSettings"]
        plugins.add(read_by["PluginName"].replace("-", "_"))
        slot = read_by.get("SlotName")
        stream = next((each for each, known in slots.items() if known == slot), "load")
        by_stream[stream] = name
    assert plugins == {told["SLOT_PLUGIN"]}
    assert len(by_stream) == len(tasks) == 3
    variables = functions["hand_over"]["Environment"]["Variables"]
    parts = variables["REPLICATION_TASK_ARNS"]["Fn::Join"][1]
    text = "".join(part if isinstance(part, str) else json.dumps(part)[1:-1] for part in parts)
    for stream, name in by_stream.items():
        word = text.split(f'"{stream}"')[1].split(",")[0]
        assert f"Ref{name}" in word.replace(":", ""), f"{stream} is not {name}: {word}"


def test_the_functions_are_told_as_whom_dms_reads(
    functions: dict[str, dict[str, Any]], example: settings.Settings
) -> None:
    told = json.loads(functions["switch_writer"]["Environment"]["Variables"]["REPLICATION_ROLES"])
    assert set(told) == {example.source.replication_user, example.database.replication_user}
    assert example.source.cutover_user not in told


@pytest.mark.parametrize(("direction", "verb"), MOVING.items())
def test_a_machine_has_one_name_for_all_who_start_it(
    functions: dict[str, dict[str, Any]], direction: Direction, verb: str
) -> None:
    told = as_text(functions["put_back"]["Environment"]["Variables"]["MACHINE_ARNS"])
    name = json.loads(told)[direction.value].rpartition(":")[2]
    assert name == commands.machine_name("dev", direction) == f"migration-{verb}-dev"
    assert MACHINE_ARNS[direction.value].rpartition(":")[2] == f"migration-{verb}-{SUFFIX}"
    for state in STATES[verb].values():
        sent = state.get("Arguments", {}).get("Payload", {})
        assert sent.get("direction", direction.value) == direction.value


# 2. Every placeholder is supplied, and every supplied one is used.


@pytest.mark.parametrize("verb", MOVING.values())
def test_the_rehearsal_supplies_exactly_the_placeholders(verb: str) -> None:
    text = DEFINITIONS[verb].read_text()
    keys = called(text)
    arns = {key: f"arn:aws:lambda:us-east-1:123456789012:function:{key}" for key in keys}
    values = substitutions(plan(), function_arns=arns, topic_arn="arn:aws:sns:us-east-1:1:t")
    render(text, values)
    for change in ({"Extra": "1"}, {"TopicArn": None}):
        broken = {k: v for k, v in (values | change).items() if v is not None}
        with pytest.raises(errors.BadInput, match=r"Extra|TopicArn"):
            render(text, broken)


def test_the_rehearsal_supplies_exactly_the_placeholders_of_a_replication() -> None:
    text = REPLICATE_DEFINITION.read_text()
    arns = {key: f"arn:aws:lambda:us-east-1:123456789012:function:{key}" for key in called(text)}
    topic = "arn:aws:sns:us-east-1:1:t"
    render(text, replicate_substitutions(plan(), function_arns=arns, topic_arn=topic))
    with pytest.raises(errors.BadInput, match="AssessFirst"):
        render(text, substitutions(plan(), function_arns=arns, topic_arn=topic))


@pytest.mark.parametrize("verb", DEFINITIONS)
def test_the_template_supplies_exactly_the_placeholders(stacks: Synthesized, verb: str) -> None:
    kind, name = "AWS::StepFunctions::StateMachine", f"migration-{verb}-dev"
    machine = stacks.named("cutover", kind, "StateMachineName", name)
    asked = set(PLACEHOLDER.findall(DEFINITIONS[verb].read_text()))
    supplied = set(machine.get("DefinitionSubstitutions", {}))
    left = set(PLACEHOLDER.findall(as_text(machine["DefinitionString"])))
    assert left == supplied == asked


@pytest.mark.parametrize("verb", DEFINITIONS)
def test_the_settings_and_the_plan_spell_the_placeholders_alike(
    example: settings.Settings, verb: str
) -> None:
    text = DEFINITIONS[verb].read_text()
    from_settings = set(example.cutover.substitutions())
    assert from_settings == set(plan_substitutions(plan()))
    if verb == "finalize":
        # It weighs nothing: the wait between two looks is all that it has of the plan.
        from_settings = {"PollSeconds"}
    arns = {f"{pascal(key)}FunctionArn" for key in called(text)}
    more = {
        "check": set(),
        "replicate": {"TopicArn", "AssessFirst"},
    }.get(verb, {"TopicArn"})
    assert {*from_settings, *arns, *more} == set(PLACEHOLDER.findall(text))


def test_the_plan_in_the_definition_is_the_plan_in_the_code() -> None:
    for verb in set(STATES) - {"finalize"}:
        assigned = STATES[verb]["Read the plan"]["Assign"]["plan"]
        assert set(assigned) == set(CutoverPlan.__dataclass_fields__)


def test_the_command_finds_what_the_stacks_make(stacks: Synthesized) -> None:
    """By name: there is no other way from a terminal to what a deployment made."""
    found = commands.environment(stacks.names.suffix, "us-east-1")
    assert isinstance(found.journal, DynamoDbJournal)
    stacks.named("cutover", "AWS::DynamoDB::Table", "TableName", found.journal.table)
    kind = "AWS::StepFunctions::StateMachine"
    for direction in MOVING:
        name = commands.machine_name(found.suffix, direction)
        stacks.named("cutover", kind, "StateMachineName", name)


# 3. Every error name is an error, and every error a step can raise has a way.


def error_names(state: dict[str, Any]) -> set[str]:
    routes = [*state.get("Retry", []), *state.get("Catch", [])]
    return {name for route in routes for name in route["ErrorEquals"]}


def test_every_error_name_is_an_error() -> None:
    every = [state for states in STATES.values() for state in states.values()]
    names = set().union(*(error_names(state) for state in every))
    ours = {name for name in names if not name.startswith(("States.", "Lambda."))}
    assert ours
    for name in ours:
        assert issubclass(getattr(errors, name), errors.CutoverError)


@pytest.mark.parametrize("name", sorted(EVERY_TASK))
def test_every_task_catches_whatever_its_function_raises(name: tuple[str, str]) -> None:
    assert "States.ALL" in EVERY_TASK[name]["Catch"][-1]["ErrorEquals"]


def test_every_error_of_the_code_is_raised_somewhere() -> None:
    raised = set()
    for path in [*(REPOSITORY / "cutover").rglob("*.py"), *(REPOSITORY / "lambdas").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
                raised.add(ast.unparse(node.exc.func))
    defined = {name for name, kind in vars(errors).items() if isinstance(kind, type)}
    # These two are only caught: what is raised is one of their kinds.
    assert defined - raised == {"CutoverError"}


# 4. Where a failure goes: before the line back, after it never back.


def following(name: str, verb: str = "cutover") -> set[str]:
    """Every state that can come next, in any way."""
    state = STATES[verb][name]
    found = {state[key] for key in ("Next", "Default") if key in state}
    found |= {choice["Next"] for choice in state.get("Choices", [])}
    return found | {route["Next"] for route in state.get("Catch", [])}


def reachable(start: str, verb: str) -> set[str]:
    found: set[str] = set()
    queue = [start]
    while queue:
        for name in following(queue.pop(), verb) - found:
            found.add(name)
            queue.append(name)
    return found


def ends(start: str, verb: str) -> set[str]:
    """The types of the states that everything from here ends in."""
    last = {name for name in reachable(start, verb) if not following(name, verb)}
    return {STATES[verb][name]["Type"] for name in last}


def failing(name: str, verb: str) -> set[str]:
    catching = STATES[verb][name]["Catch"]
    return {route["Next"] for route in catching if "States.ALL" in route["ErrorEquals"]}


AFTER = {
    "Finish the switch",
    "Verify the switch",
    "Flip the write record",
    "Verify the write record",
    "Audit the closed side",
    "Hand over to the way back",
    "Retire the old slots",
    "Check the way back",
    "Complete",
}
TAKE_OVER = "Take over"
RECOVERING = {TAKE_OVER, "Look at the origin", PUT_BACK, "Verify the put-back"}
CERTIFICATE = "Store the certificate"
NOT_BEFORE = AFTER | RECOVERING | {THE_SWITCH, CERTIFICATE}
moving = pytest.mark.parametrize("verb", MOVING.values())


@pytest.mark.parametrize(
    ("verb", "name"), [(verb, name) for verb, name in TASKS if name not in NOT_BEFORE]
)
def test_before_the_line_a_failure_is_put_back_and_fails(verb: str, name: str) -> None:
    assert failing(name, verb) == {PUT_BACK}


@moving
@pytest.mark.parametrize("name", sorted(AFTER))
def test_after_the_line_nothing_leads_to_a_put_back(verb: str, name: str) -> None:
    assert PUT_BACK not in reachable(name, verb)
    assert failing(name, verb) == {"Page a person: forward needs help"}


@moving
def test_a_certificate_that_is_not_stored_ends_nothing(verb: str) -> None:
    paged = "Page a person: the certificate is not stored"
    assert failing(CERTIFICATE, verb) == {paged}
    assert following(paged, verb) == following(CERTIFICATE, verb) - {paged} == {"Announce"}
    assert PUT_BACK not in reachable(CERTIFICATE, verb)
    assert ends(CERTIFICATE, verb) == {"Succeed"}


@moving
def test_a_switch_that_failed_is_looked_at_before_anything_else(verb: str) -> None:
    assert failing(THE_SWITCH, verb) == {"Look at the origin"}
    assert failing("Look at the origin", verb) == {"Page a person: the outcome is not known"}


@moving
def test_what_was_cut_off_is_looked_at_before_anything_else(verb: str) -> None:
    """Nobody knows on which side of the line it stands: no act before the look, and none without the lease."""
    unknown = "Page a person: the outcome is not known"
    assert following(TAKE_OVER, verb) == {
        "Look at the origin",
        "Refused, nothing was touched",
        unknown,
    }
    assert failing(TAKE_OVER, verb) == {unknown}


@moving
def test_a_put_back_ends_in_fail(verb: str) -> None:
    assert ends(PUT_BACK, verb) == {"Fail"}


@moving
def test_the_switch_is_repeated_only_where_it_surely_did_nothing(verb: str) -> None:
    retried = STATES[verb][THE_SWITCH]["Retry"]
    names = {name for route in retried for name in route["ErrorEquals"]}
    assert names == {"OriginBusy", "Lambda.TooManyRequestsException"}


@pytest.mark.parametrize("name", sorted(EVERY_TASK))
def test_step_functions_outwaits_the_function(name: tuple[str, str]) -> None:
    """A task that was given up on must not still be running: its act would come late."""
    task = EVERY_TASK[name]
    if name == ("cutover", "Ask for approval"):
        # It waits for a person: hours, of which the plan has one at the least.
        assert task["TimeoutSeconds"] == "{% $round($plan.approval_hours * 3600) %}"
        return
    assert task["TimeoutSeconds"] > FUNCTIONS[key_of(task)].timeout_seconds


@pytest.mark.parametrize("name", sorted(TASKS))
def test_every_step_is_given_lease_and_plan(name: tuple[str, str]) -> None:
    payload = EVERY_TASK[name]["Arguments"]["Payload"]
    assert {"lease", "plan"} <= set(payload)
    assert set(StepEvent.model_fields) == {"lease", "plan"}


def test_the_event_files_are_what_the_machine_sends() -> None:
    folder = Path(__file__).parent.parent / "events"
    for (verb, _), state in EVERY_TASK.items():
        sample = json.loads((folder / f"{key_of(state)}.json").read_text())
        sent = set(state["Arguments"]["Payload"])
        # The check asks without a lease what the cutover asks with one.
        assert sent == set(sample) - ({"lease"} if verb == "check" else set())


# 5. A replication is before the line from its first state to its last.

REPLICATE_TASKS = {name: state for (verb, name), state in EVERY_TASK.items() if verb == "replicate"}
NOT_READY = "End without being ready"
ENDING = {NOT_READY, "Say that it is ready"}


@pytest.mark.parametrize("name", sorted(REPLICATE_TASKS))
def test_a_replication_that_fails_says_so_and_ends_in_fail(name: str) -> None:
    state = REPLICATE_TASKS[name]
    assert state["Comment"].startswith("Before the line: ")
    assert {"lease", "plan"} <= set(state["Arguments"]["Payload"])
    if name == NOT_READY:
        assert failing(name, "replicate") == {"Tell a person"}
    else:
        assert failing(name, "replicate") == {NOT_READY}
    assert ends(NOT_READY, "replicate") == {"Fail"}


def test_a_replication_calls_nothing_that_moves_a_record_or_a_writer() -> None:
    assert {key_of(state) for state in REPLICATE_TASKS.values()} == {
        "begin_replication",
        "check_connections",
        "assess_replication",
        "prepare_target",
        "lead_task",
        "follow_replication",
        "measure_lag",
        "end_replication",
        "take_inventory",
    }


def test_every_look_of_a_replication_has_a_way_for_what_it_answers() -> None:
    """go-on and fail by name; everything else waits, and resume where the task runs already."""
    for name, state in STATES["replicate"].items():
        if state["Type"] == "Choice" and "$answer.course" in json.dumps(state["Choices"]):
            said = [choice["Condition"] for choice in state["Choices"]]
            assert any("'go-on'" in each for each in said), name
            assert any("'fail'" in each for each in said), name
            assert STATES["replicate"][state["Default"]]["Type"] == "Wait", name


# 6. A finalize is after the line from its lease on: nothing is put back, and a failure leaves the rest to the next.

FINALIZE_TASKS = {name: state for (verb, name), state in EVERY_TASK.items() if verb == "finalize"}
NOT_FINALIZED = "End without being finalized"
REFUSED = "Refused, nothing was touched"
LOOK = "Look at both databases"


@pytest.mark.parametrize("name", sorted(FINALIZE_TASKS))
def test_a_finalize_that_fails_frees_the_lease_and_ends_in_fail(name: str) -> None:
    comment = FINALIZE_TASKS[name]["Comment"]
    assert comment.startswith("Changes nothing. " if name == LOOK else "After the line")
    said = {LOOK: {REFUSED}, NOT_FINALIZED: {"Tell a person"}}
    assert failing(name, "finalize") == said.get(name, {NOT_FINALIZED})
    assert ends(NOT_FINALIZED, "finalize") == {"Fail"}


def test_nothing_is_dropped_before_the_tasks_rest_and_no_gate_before_the_slots() -> None:
    """From the lease on each begins where the one before has ended, and the report looks at what is left of all."""
    way = [
        LOOK,
        "Take the lease",
        "Stop the tasks",
        "Drop the slots",
        "Clear the target",
        "Clear the source",
        "Compare the source",
        "Say that it is finalized",
    ]
    for earlier, later in itertools.pairwise(way):
        assert later in reachable(earlier, "finalize")
        assert earlier not in reachable(later, "finalize")
    assert set(FINALIZE_TASKS) == {*way, NOT_FINALIZED}


def test_a_finalize_is_not_put_back_by_the_rule(stacks: Synthesized) -> None:
    """It starts a recovery of moves, and there is none of what was dropped on purpose."""
    rules = stacks.resources("cutover", "AWS::Events::Rule").values()
    by_target = {
        rule["Properties"]["Name"]: json.dumps(rule["Properties"]["EventPattern"])
        for rule in rules
        if "EventPattern" in rule["Properties"]
    }
    finalize = next(
        name
        for name, machine in stacks.resources("cutover", "AWS::StepFunctions::StateMachine").items()
        if machine["Properties"]["StateMachineName"] == "migration-finalize-dev"
    )
    assert finalize not in by_target["migration-put-back-dev"]
    assert any(finalize in pattern for pattern in by_target.values()), "people are told"


def test_the_rehearsal_supplies_exactly_the_placeholders_of_a_finalize() -> None:
    text = FINALIZE_DEFINITION.read_text()
    arns = {key: f"arn:aws:lambda:us-east-1:123456789012:function:{key}" for key in called(text)}
    topic = "arn:aws:sns:us-east-1:1:t"
    render(text, finalize_substitutions(plan(), function_arns=arns, topic_arn=topic))
    with pytest.raises(errors.BadInput, match="StageWeights"):
        render(text, substitutions(plan(), function_arns=arns, topic_arn=topic))


def test_the_machine_that_finalizes_has_one_name_for_all_who_ask_for_it(
    functions: dict[str, dict[str, Any]],
) -> None:
    told = as_text(functions["begin_finalize"]["Environment"]["Variables"]["FINALIZE_MACHINE_ARN"])
    assert told.rpartition(":")[2] == "migration-finalize-dev"
    assert FINALIZE_MACHINE_ARN.rpartition(":")[2] == f"migration-finalize-{SUFFIX}"


def test_dms_has_no_publications_that_would_be_dropped_by_name(
    functions: dict[str, dict[str, Any]],
) -> None:
    assert functions["clear_databases"]["Environment"]["Variables"]["STREAM_NAMES"] == "[]"


# 7. The readiness check moves nothing, locks nothing, and is over before the next one.


def test_the_check_only_looks() -> None:
    assert {key_of(state) for state in CHECK_TASKS.values()} == {
        "inspect_databases",
        "measure_lag",
        "show_readiness",
        "look_at_slots",
        "watch_way_back",
    }
    assert set(LookEvent.model_fields) == {"lease", "plan"}
    # Long enough for all to run out of time, so that something is shown; over before the next.
    (least,) = (
        bound.ge
        for bound in settings.CutoverSettings.model_fields["readiness_minutes"].metadata
        if isinstance(bound, Ge) and isinstance(bound.ge, int)
    )
    together = sum(state["TimeoutSeconds"] for state in CHECK_TASKS.values())
    assert together < CHECK["TimeoutSeconds"] < 60 * least


def test_the_check_shows_what_it_found_also_after_a_failure() -> None:
    for state in ("Inspect the databases", "Measure the lag"):
        (route,) = CHECK_TASKS[state]["Catch"]
        assert route["Next"] == "Show the readiness"


def test_a_failure_of_the_watch_hides_no_readiness() -> None:
    """It comes after what is shown, and it comes also where that could not be shown."""
    for state, then in (
        ("Show the readiness", "Look at the slots"),
        ("Look at the slots", "Watch the way back"),
        ("Watch the way back", "Was everything looked at?"),
    ):
        (route,) = CHECK_TASKS[state]["Catch"]
        assert route["Next"] == CHECK_TASKS[state]["Next"] == then


def test_a_parked_cutover_frees_the_lease_before_it_succeeds() -> None:
    def before(name: str) -> set[str]:
        return {each for each in STATES["cutover"] if name in following(each)}

    assert before("Parked") == {"Announce the parked reads"}
    assert before("Announce the parked reads") == {"Park the reads"}
    assert before("Park the reads") == {"Any stage left?"}
