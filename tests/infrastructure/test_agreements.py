"""Where two parts must say the same: template, definition, handlers, errors, rehearsal."""

from __future__ import annotations

import ast
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
from cutover.plan import CutoverPlan
from lambdas.environment import (
    CertificateEnvironment,
    ControlEnvironment,
    DatabaseEnvironment,
    FunctionEnvironment,
    RolesEnvironment,
    UpdaterEnvironment,
    read,
)
from lambdas.events import LookEvent, StepEvent
from migration_stacks import settings
from migration_stacks.names import Names
from rehearsal.aws_setup import SLOTS, SUFFIX, TASK_ARNS, function_environment
from rehearsal.machine import (
    CHECK_DEFINITION,
    CONTROL_FUNCTIONS,
    DATABASE_FUNCTIONS,
    DEFINITION,
    FUNCTIONS,
    PLACEHOLDER,
    REPOSITORY,
    UPDATER,
    called,
    function_name,
    pascal,
    plan_substitutions,
    render,
    substitutions,
)
from tests.builders import plan
from tests.infrastructure.conftest import Synthesized

STATES: dict[str, dict[str, Any]] = json.loads(DEFINITION.read_text())["States"]
TASKS = {
    name: state
    for name, state in STATES.items()
    if state["Type"] == "Task" and "lambda" in state["Resource"]
}
DEFINITIONS = {"cutover": DEFINITION, "check": CHECK_DEFINITION}
CHECK: dict[str, Any] = json.loads(CHECK_DEFINITION.read_text())
CHECK_TASKS = {name: state for name, state in CHECK["States"].items() if state["Type"] == "Task"}
EVERY_TASK = {
    **{("cutover", name): state for name, state in TASKS.items()},
    **{("check", name): state for name, state in CHECK_TASKS.items()},
}
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


@pytest.mark.parametrize("key", sorted(FUNCTIONS))
def test_the_templates_environment_parses_as_the_handlers_type(
    functions: dict[str, dict[str, Any]], key: str
) -> None:
    variables = {
        name: as_text(value) for name, value in functions[key]["Environment"]["Variables"].items()
    }
    kind: type[FunctionEnvironment] = ControlEnvironment
    if key in DATABASE_FUNCTIONS:
        kind = DatabaseEnvironment
    elif key == UPDATER:
        kind = UpdaterEnvironment
    elif key == "store_certificate":
        kind = CertificateEnvironment
    read(kind, variables)
    known = {name.upper() for name in kind.model_fields}
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
    assert set(functions) - {"weighted_records", "database_roles"} == set(FUNCTIONS)
    assert {key_of(state) for state in EVERY_TASK.values()} == set(FUNCTIONS) - {UPDATER}
    assert not set(CONTROL_FUNCTIONS) & set(DATABASE_FUNCTIONS)


def test_the_rehearsal_names_the_slots_as_the_stacks_do() -> None:
    names = Names(SUFFIX)
    assert {"back": names.reverse_slot, "again": names.forward_slot} == SLOTS
    assert len(set(TASK_ARNS.values())) == len(names.replication_tasks)


# 2. Every placeholder is supplied, and every supplied one is used.


def test_the_rehearsal_supplies_exactly_the_placeholders() -> None:
    keys = called(DEFINITION.read_text())
    arns = {key: f"arn:aws:lambda:us-east-1:123456789012:function:{key}" for key in keys}
    values = substitutions(plan(), function_arns=arns, topic_arn="arn:aws:sns:us-east-1:1:t")
    render(DEFINITION.read_text(), values)
    for change in ({"Extra": "1"}, {"TopicArn": None}):
        broken = {k: v for k, v in (values | change).items() if v is not None}
        with pytest.raises(errors.BadInput, match=r"Extra|TopicArn"):
            render(DEFINITION.read_text(), broken)


@pytest.mark.parametrize("verb", DEFINITIONS)
def test_the_template_supplies_exactly_the_placeholders(stacks: Synthesized, verb: str) -> None:
    kind, name = "AWS::StepFunctions::StateMachine", f"migration-{verb}-dev"
    machine = stacks.named("cutover", kind, "StateMachineName", name)
    asked = set(PLACEHOLDER.findall(DEFINITIONS[verb].read_text()))
    supplied = set(machine.get("DefinitionSubstitutions", {}))
    left = set(PLACEHOLDER.findall(as_text(machine["DefinitionString"])))
    assert left == supplied
    assert supplied <= asked


@pytest.mark.parametrize("verb", DEFINITIONS)
def test_the_settings_and_the_plan_spell_the_placeholders_alike(
    example: settings.Settings, verb: str
) -> None:
    text = DEFINITIONS[verb].read_text()
    from_settings = example.cutover.substitutions()
    assert set(from_settings) == set(plan_substitutions(plan()))
    arns = {f"{pascal(key)}FunctionArn" for key in called(text)}
    topic = {"TopicArn"} if verb == "cutover" else set()
    assert {*from_settings, *arns, *topic} == set(PLACEHOLDER.findall(text))


def test_the_plan_in_the_definition_is_the_plan_in_the_code() -> None:
    for states in (STATES, CHECK["States"]):
        assigned = states["Read the plan"]["Assign"]["plan"]
        assert set(assigned) == set(CutoverPlan.__dataclass_fields__)


def test_the_command_finds_what_the_stacks_make(stacks: Synthesized) -> None:
    """By name: there is no other way from a terminal to what a deployment made."""
    found = commands.environment(stacks.names.suffix, "us-east-1")
    assert isinstance(found.journal, DynamoDbJournal)
    stacks.named("cutover", "AWS::DynamoDB::Table", "TableName", found.journal.table)
    kind = "AWS::StepFunctions::StateMachine"
    stacks.named("cutover", kind, "StateMachineName", commands.machine_name(found.suffix))


# 3. Every error name is an error, and every error a step can raise has a way.


def error_names(state: dict[str, Any]) -> set[str]:
    routes = [*state.get("Retry", []), *state.get("Catch", [])]
    return {name for route in routes for name in route["ErrorEquals"]}


def test_every_error_name_is_an_error() -> None:
    every = [*STATES.values(), *CHECK["States"].values()]
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


def following(name: str) -> set[str]:
    """Every state that can come next, in any way."""
    state = STATES[name]
    found = {state[key] for key in ("Next", "Default") if key in state}
    found |= {choice["Next"] for choice in state.get("Choices", [])}
    return found | {route["Next"] for route in state.get("Catch", [])}


def reachable(start: str) -> set[str]:
    found: set[str] = set()
    queue = [start]
    while queue:
        for name in following(queue.pop()) - found:
            found.add(name)
            queue.append(name)
    return found


def failing(name: str) -> set[str]:
    return {
        route["Next"] for route in STATES[name]["Catch"] if "States.ALL" in route["ErrorEquals"]
    }


AFTER = {
    "Finish the switch",
    "Verify the switch",
    "Flip the write record",
    "Verify the write record",
    "Complete",
}
RECOVERING = {"Look at the origin", PUT_BACK, "Verify the put-back"}
CERTIFICATE = "Store the certificate"
BEFORE = set(TASKS) - AFTER - RECOVERING - {THE_SWITCH, CERTIFICATE}


@pytest.mark.parametrize("name", sorted(BEFORE))
def test_before_the_line_a_failure_is_put_back_and_fails(name: str) -> None:
    assert failing(name) == {PUT_BACK}


@pytest.mark.parametrize("name", sorted(AFTER))
def test_after_the_line_nothing_leads_to_a_put_back(name: str) -> None:
    assert PUT_BACK not in reachable(name)
    assert failing(name) == {"Page a person: forward needs help"}


def test_a_certificate_that_is_not_stored_ends_nothing() -> None:
    paged = "Page a person: the certificate is not stored"
    assert failing(CERTIFICATE) == {paged}
    assert following(paged) == following(CERTIFICATE) - {paged} == {"Announce"}
    assert PUT_BACK not in reachable(CERTIFICATE)
    assert {STATES[name]["Type"] for name in reachable(CERTIFICATE) if not following(name)} == {
        "Succeed"
    }


def test_a_switch_that_failed_is_looked_at_before_anything_else() -> None:
    assert failing(THE_SWITCH) == {"Look at the origin"}
    assert failing("Look at the origin") == {"Page a person: the outcome is not known"}


def test_a_put_back_ends_in_fail() -> None:
    ends = {name for name in reachable(PUT_BACK) if not following(name)}
    assert {STATES[name]["Type"] for name in ends} == {"Fail"}


def test_the_switch_is_repeated_only_where_it_surely_did_nothing() -> None:
    names = {name for route in STATES[THE_SWITCH]["Retry"] for name in route["ErrorEquals"]}
    assert names == {"OriginBusy", "Lambda.TooManyRequestsException"}


@pytest.mark.parametrize("name", sorted(EVERY_TASK))
def test_step_functions_outwaits_the_function(name: tuple[str, str]) -> None:
    """A task that was given up on must not still be running: its act would come late."""
    task = EVERY_TASK[name]
    assert task["TimeoutSeconds"] > FUNCTIONS[key_of(task)].timeout_seconds


@pytest.mark.parametrize("name", sorted(TASKS))
def test_every_step_is_given_lease_and_plan(name: str) -> None:
    payload = TASKS[name]["Arguments"]["Payload"]
    assert {"lease", "plan"} <= set(payload)
    assert set(StepEvent.model_fields) == {"lease", "plan"}


def test_the_event_files_are_what_the_machine_sends() -> None:
    folder = Path(__file__).parent.parent / "events"
    for (verb, _), state in EVERY_TASK.items():
        sample = json.loads((folder / f"{key_of(state)}.json").read_text())
        sent = set(state["Arguments"]["Payload"])
        # The check asks without a lease what the cutover asks with one.
        assert sent == set(sample) - ({"lease"} if verb == "check" else set())


# 5. The readiness check moves nothing, locks nothing, and is over before the next one.


def test_the_check_only_looks() -> None:
    assert {key_of(state) for state in CHECK_TASKS.values()} == {
        "inspect_databases",
        "measure_lag",
        "show_readiness",
    }
    assert set(LookEvent.model_fields) == {"lease", "plan"}
    # Long enough for all three to run out of time, so that something is shown; over before the next.
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


def test_a_parked_cutover_frees_the_lease_before_it_succeeds() -> None:
    before = {name for name in STATES if "Parked" in following(name)}
    assert before == {"Announce the parked reads"}
    before = {name for name in STATES if "Announce the parked reads" in following(name)}
    assert before == {"Park the reads"}
    assert {name for name in STATES if "Park the reads" in following(name)} == {"Any stage left?"}
