"""`cutover finalize`: what it asks, what it refuses, what it starts; and what every other verb says afterwards."""

from __future__ import annotations

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from cutover.cli import commands, render
from cutover.cli.main import app
from cutover.errors import LeaseTaken, StartRefused
from cutover.journal import Phase
from tests.unit.test_command_line import NOW, environment, run

__all__ = ["environment"]

DEFINITION = json.dumps({"StartAt": "Pass", "States": {"Pass": {"Type": "Pass", "End": True}}})


@pytest.fixture
def machine(environment: commands.Environment) -> str:
    made = environment.machines.create_state_machine(
        name="migration-finalize-dev",
        definition=DEFINITION,
        roleArn="arn:aws:iam::123456789012:role/machine",
    )
    return made["stateMachineArn"]


def switched(environment: commands.Environment) -> None:
    """The writer on the target, the lease free."""
    journal = environment.journal
    lease = journal.acquire("night", now=NOW)
    for phase in (Phase.SHIFTING, Phase.SWITCHING, Phase.ORIGIN_CLOSED, Phase.DESTINATION_OPEN):
        journal.record(lease, phase, now=NOW, note="")
    journal.record(lease, Phase.DONE, now=NOW, note="", release=True)


def started(environment: commands.Environment, machine: str) -> list[Any]:
    executions = environment.machines.list_executions(stateMachineArn=machine)["executions"]
    describe = environment.machines.describe_execution
    return [json.loads(describe(executionArn=each["executionArn"])["input"]) for each in executions]


def asked(*arguments: str, typed: str | None = None) -> Any:
    by = () if "--by" in arguments else ("--by", "")
    return CliRunner().invoke(
        app, ["finalize", *arguments, *by, "--region", "us-east-1"], input=typed
    )


def test_the_typed_name_starts_it_and_what_is_given_up_is_said_before(
    environment: commands.Environment, machine: str
) -> None:
    switched(environment)
    result = asked("--by", "ada", typed="dev\n")
    assert result.exit_code == 0, result.output
    assert "the way back to the source is given up, open for" in result.stderr
    assert "neither a rollback nor another start follows" in result.stderr
    assert "Type the environment's name (dev)" in result.stderr
    # The runner shows there what was typed.
    assert result.stdout.splitlines()[-1].startswith("arn:aws:states:")
    assert started(environment, machine) == [{"confirm": "dev", "source": "open", "by": "ada"}]


@pytest.mark.parametrize("typed", ["prod\n", "Dev\n", "y\n"])
def test_another_name_starts_nothing(
    environment: commands.Environment, machine: str, typed: str
) -> None:
    switched(environment)
    result = asked(typed=typed)
    assert result.exit_code == 1
    assert isinstance(result.exception, StartRefused)
    assert "'dev'" in str(result.exception)
    assert started(environment, machine) == []


def test_scripts_give_the_name_and_what_becomes_of_the_source(
    environment: commands.Environment, machine: str
) -> None:
    switched(environment)
    result = asked("--confirm", "dev", "--source", "closed")
    assert result.exit_code == 0, result.output
    assert "its gate stays closed" in result.stderr
    assert started(environment, machine) == [{"confirm": "dev", "source": "closed"}]


def test_where_the_writer_stayed_that_is_what_it_says(
    environment: commands.Environment, machine: str
) -> None:
    result = asked("--confirm", "dev")
    assert result.exit_code == 0, result.output
    assert "the writer is on the source and stays there" in result.stderr


@pytest.mark.parametrize("source", ["closed", "gone"])
def test_a_writer_is_neither_closed_nor_gone(
    environment: commands.Environment, machine: str, source: str
) -> None:
    result = asked("--confirm", "dev", "--source", source)
    assert "the writer is on the source" in str(result.exception)
    assert started(environment, machine) == []


def test_while_something_runs_it_is_refused_before_anybody_types(
    environment: commands.Environment, machine: str
) -> None:
    environment.journal.acquire("night", now=NOW)
    result = asked()
    assert "stands at started" in str(result.exception)
    assert "Type" not in result.output


def test_a_finalize_that_runs_is_let_end_and_one_that_ended_is_finished(
    environment: commands.Environment, machine: str
) -> None:
    switched(environment)
    execution = asked("--confirm", "dev").stdout.strip()
    environment.journal.acquire(execution, now=NOW, finalizes=True)
    assert isinstance(asked("--confirm", "dev").exception, LeaseTaken)
    environment.machines.stop_execution(executionArn=execution)
    again = asked("--confirm", "dev")
    assert again.exit_code == 0
    assert "it is finalizing already" in again.stderr
    assert len(started(environment, machine)) == 2


def test_a_version_without_the_machine_is_told_to_deploy(
    environment: commands.Environment,
) -> None:
    result = asked("--confirm", "dev")
    assert "no state machine migration-finalize-dev: deploy the cutover stack" in str(
        result.exception
    )


@pytest.mark.parametrize("ended", [False, True])
@pytest.mark.parametrize("verb", ["start", "rollback", "replicate"])
def test_afterwards_every_verb_is_refused_with_the_reason(
    environment: commands.Environment, verb: str, ended: bool
) -> None:
    switched(environment)
    lease = environment.journal.acquire("last", now=NOW, finalizes=True)
    if ended:
        environment.journal.record(lease, Phase.FINALIZED, now=NOW, note="", release=True)
    result = run(verb, "--region", "us-east-1")
    assert isinstance(result.exception, StartRefused)
    words = "is finalized since" if ended else "is being finalized"
    assert words in str(result.exception)


def test_status_says_that_it_is_over(environment: commands.Environment) -> None:
    switched(environment)
    lease = environment.journal.acquire("last", now=NOW, finalizes=True)
    environment.journal.record(
        lease, Phase.FINALIZED, now=NOW, note="finalized; the source: clean", release=True
    )
    text = render.status_text(commands.status(environment))
    assert "phase        finalized" in text
    assert "direction    none" in text
    assert "writer       target" in text
    assert "\nway back" not in text
    assert "the source: clean" in text
