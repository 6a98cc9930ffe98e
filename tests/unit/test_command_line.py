"""The command: what it says, what it refuses, and with which exit status."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from typer.testing import CliRunner

from cutover.adapters.memory import FixedClock, MemoryDatabase
from cutover.approval import Question
from cutover.cli import commands, render
from cutover.cli.main import app, main
from cutover.direction import Direction
from cutover.errors import (
    BadInput,
    CutoverError,
    LeaseTaken,
    ServiceUnavailable,
    StaleLease,
    StartRefused,
    TransitionRefused,
)
from cutover.journal import Lease, Phase
from cutover.observations import GateState, Word
from rehearsal.aws.resources import JOURNAL_TABLE

NOW = FixedClock().now()


@pytest.fixture
def environment() -> Iterator[commands.Environment]:
    # Executions go on until a test stops them, whatever the rehearsal's engine set for this process before.
    with mock_aws(config={"stepfunctions": {"execute_state_machine": False}}):
        boto3.client("dynamodb").create_table(TableName="migration-journal-dev", **JOURNAL_TABLE)
        yield commands.environment("dev", "us-east-1")


def abort(environment: commands.Environment) -> str:
    return commands.say(environment, Word.ABORT, by="dba", reason="")


def run(*arguments: str) -> Any:
    return CliRunner().invoke(app, list(arguments))


def begun(
    environment: commands.Environment,
    direction: Direction = Direction.FORWARD,
    *,
    replicates: bool = False,
) -> Lease:
    """An execution that runs, and has the lease."""
    machine = environment.machines.create_state_machine(
        name=commands.machine_name("dev", direction),
        definition='{"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}',
        roleArn="arn:aws:iam::123456789012:role/machine",
    )["stateMachineArn"]
    execution = environment.machines.start_execution(stateMachineArn=machine, name="night")
    return environment.journal.acquire(
        execution["executionArn"], now=NOW, direction=direction, replicates=replicates
    )


def test_an_abort_is_heard_by_the_running_cutover(environment: commands.Environment) -> None:
    begun(environment)
    result = run("abort", "--by", "dba", "--reason", "not tonight", "--region", "us-east-1")
    assert result.exit_code == 0
    assert result.stdout == "said: the cutover goes back at its next check\n"
    word = environment.journal.word()
    assert (word.word, word.by, word.reason) == (Word.ABORT, "dba", "not tonight")


def test_a_word_that_nobody_would_hear_is_refused(environment: commands.Environment) -> None:
    with pytest.raises(TransitionRefused, match="no cutover runs in dev"):
        commands.say(environment, Word.PAUSE, by="dba", reason="")


def test_past_the_line_an_abort_is_refused_in_plain_words(
    environment: commands.Environment,
) -> None:
    lease = begun(environment)
    for phase in (Phase.SHIFTING, Phase.SWITCHING):
        environment.journal.record(lease, phase, now=NOW, note="")
    with pytest.raises(TransitionRefused, match="the way is forward"):
        commands.say(environment, Word.ABORT, by="dba", reason="")


def fails(environment: commands.Environment, lease: Lease) -> None:
    environment.machines.stop_execution(executionArn=lease.execution)


def is_forgotten(environment: commands.Environment, lease: Lease) -> None:
    """After 90 days, or with its machine."""
    environment.journal.take_over(lease.execution.replace(":night", ":long-ago"), now=NOW)


@pytest.mark.parametrize("ends", [fails, is_forgotten])
@pytest.mark.parametrize("verb", ["abort", "pause", "resume", "rollback"])
def test_where_the_execution_ended_no_check_is_promised(
    environment: commands.Environment,
    ends: Callable[[commands.Environment, Lease], None],
    verb: str,
) -> None:
    """As after `A person is needed: put-back needs help`: the lease is held, and nobody listens."""
    lease = begun(environment)
    environment.journal.record(lease, Phase.SHIFTING, now=NOW, note="")
    ends(environment, lease)
    refused = run(verb, "--region", "us-east-1").exception
    assert isinstance(refused, TransitionRefused)
    assert "phase shifting, and does not run any more: `cutover start` finishes it or" in str(
        refused
    )
    assert environment.journal.word().word is Word.NONE


def switched(environment: commands.Environment) -> None:
    lease = environment.journal.acquire("evening", now=NOW)
    for phase in (Phase.SHIFTING, Phase.SWITCHING, Phase.DESTINATION_OPEN):
        environment.journal.record(lease, phase, now=NOW, note="")
    environment.journal.record(lease, Phase.DONE, now=NOW, note="", release=True)


@pytest.mark.parametrize("phase", [Phase.STARTED, Phase.WRITES_MOVED, Phase.SWITCHING])
def test_a_rollback_that_runs_is_not_aborted_by_another(
    environment: commands.Environment, phase: Phase
) -> None:
    switched(environment)
    lease = begun(environment, Direction.BACK)
    if phase is not Phase.STARTED:
        environment.journal.record(lease, phase, now=NOW, note="")
    assert commands.rollback(environment).startswith(
        f"a rollback runs already: {lease.execution}, phase {phase.value}. "
    )
    assert environment.journal.word().word is Word.NONE


def test_a_rollback_that_was_cut_off_is_not_said_to_run(environment: commands.Environment) -> None:
    switched(environment)
    fails(environment, begun(environment, Direction.BACK))
    with pytest.raises(TransitionRefused, match="does not run any more: `cutover start`"):
        commands.rollback(environment)


def test_a_rollback_is_started_where_the_writer_is_on_the_target(
    environment: commands.Environment,
) -> None:
    switched(environment)
    with pytest.raises(StartRefused, match="no state machine migration-rollback-dev"):
        commands.rollback(environment)


def test_a_load_that_runs_is_not_what_a_rollback_ends(environment: commands.Environment) -> None:
    begun(environment, replicates=True)
    with pytest.raises(TransitionRefused, match=r"loaded by .*:night, .*`cutover abort`"):
        commands.rollback(environment)
    assert environment.journal.word().word is Word.NONE
    assert abort(environment) == "said: the cutover goes back at its next check"


def test_a_running_cutover_hears_a_rollback_as_an_abort(environment: commands.Environment) -> None:
    begun(environment)
    assert commands.rollback(environment) == "said: the cutover goes back at its next check"
    assert environment.journal.word().word is Word.ABORT


def test_past_the_line_a_rollback_waits_for_the_end(environment: commands.Environment) -> None:
    lease = begun(environment)
    for phase in (Phase.SHIFTING, Phase.SWITCHING):
        environment.journal.record(lease, phase, now=NOW, note="")
    with pytest.raises(TransitionRefused, match=r"stands at switching: .* finished first"):
        commands.rollback(environment)


def test_where_nothing_moved_there_is_nothing_to_go_back(environment: commands.Environment) -> None:
    with pytest.raises(TransitionRefused, match="no cutover runs in dev"):
        commands.rollback(environment)


@pytest.mark.parametrize("ends", [fails, is_forgotten])
def test_what_was_cut_off_is_recovered_by_a_start(
    environment: commands.Environment, ends: Callable[[commands.Environment, Lease], None]
) -> None:
    lease = begun(environment)
    environment.journal.record(lease, Phase.SHIFTING, now=NOW, note="")
    with pytest.raises(LeaseTaken, match="holds the lease and runs, phase shifting"):
        commands.start(environment)
    ends(environment, lease)
    started = environment.machines.describe_execution(executionArn=commands.start(environment))
    assert json.loads(started["input"]) == {"recover": True}


@pytest.mark.parametrize("ask", [commands.start, abort])
def test_a_load_that_was_cut_off_is_not_the_cutovers_to_recover(
    environment: commands.Environment, ask: Callable[[commands.Environment], str]
) -> None:
    load = "arn:aws:states:us-east-1:123456789012:execution:migration-replicate-dev:load"
    environment.journal.acquire(load, now=NOW, replicates=True)
    with pytest.raises(CutoverError, match=r"load holds .* route53-updater-dev .*`cutover replica"):
        ask(environment)


def asks(environment: commands.Environment, lease: Lease, token: str) -> None:
    now = datetime.now(UTC)
    question = Question(
        execution=lease.execution,
        fence=lease.fence,
        before="switch",
        text="The writer is switched.",
        token=token,
        asked_at=now,
        expires_at=now + timedelta(hours=1),
    )
    environment.journal.ask(question, now=now)


@dataclass
class Tokens:
    """In place of Step Functions: what was sent, in the shape of its API."""

    sent: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    error: str = ""
    history_error: str = ""

    def describe_execution(self, **_given: str) -> dict[str, str]:
        return {"status": "RUNNING"}

    def get_execution_history(self, **given: Any) -> dict[str, Any]:
        assert (given["reverseOrder"], given["maxResults"]) == (True, 1)
        if self.history_error:
            raise ClientError({"Error": {"Code": self.history_error, "Message": "m"}}, "History")
        return {"events": [{"type": "TaskSucceeded" if self.sent else "TaskSubmitted"}]}

    def send_task_success(self, **given: str) -> None:
        self._send("success", given)

    def send_task_failure(self, **given: str) -> None:
        self._send("failure", given)

    def _send(self, kind: str, given: dict[str, str]) -> None:
        # A token is good once (Step Functions API reference, SendTaskSuccess).
        error = self.error or ("TaskTimedOut" if self.sent else "")
        if error:
            raise ClientError({"Error": {"Code": error, "Message": "m"}}, "SendTask")
        self.sent.append((kind, given))


@pytest.fixture
def waiting(
    environment: commands.Environment, monkeypatch: pytest.MonkeyPatch
) -> tuple[commands.Environment, Tokens]:
    """A cutover that waits for an approval."""
    tokens = Tokens()
    asked: Any = dataclasses.replace(environment, machines=tokens)  # type: ignore[arg-type]
    monkeypatch.setattr(commands, "environment", lambda *_: asked)
    asks(asked, environment.journal.acquire("night", now=NOW), "secret")
    return asked, tokens


def test_an_approval_is_in_the_journal_and_the_execution_goes_on(
    waiting: tuple[commands.Environment, Tokens],
) -> None:
    environment, tokens = waiting
    result = run("approve", "--by", "ada", "--reason", "all quiet")
    assert result.exit_code == 0, result.output
    assert result.stdout == "approved: the switch of the writer; the cutover goes on\n"
    assert environment.journal.entries()[-1].detail["approval"] == {
        "before": "switch",
        "granted": True,
        "by": "ada",
        "reason": "all quiet",
    }
    ((kind, sent),) = tokens.sent
    assert (kind, sent["taskToken"]) == ("success", "secret")
    assert json.loads(sent["output"]) == {"by": "ada", "reason": "all quiet"}


def test_a_denial_says_who_and_why(waiting: tuple[commands.Environment, Tokens]) -> None:
    _, tokens = waiting
    result = run("approve", "--deny", "--by", "ada", "--reason", "not tonight")
    assert result.stdout == "denied: the switch of the writer; the cutover goes back\n"
    ((kind, sent),) = tokens.sent
    assert (kind, sent["error"]) == ("failure", "ApprovalDenied")
    assert sent["cause"] == "ada denied the switch of the writer: not tonight"


def test_an_answer_wants_a_reason() -> None:
    assert run("approve").exit_code == 2


def test_an_answer_that_did_not_arrive_is_sent_again(
    waiting: tuple[commands.Environment, Tokens],
) -> None:
    environment, tokens = waiting
    tokens.error = "InternalError"
    assert isinstance(run("approve", "--reason", "go").exception, ServiceUnavailable)
    entries = environment.journal.entries()
    tokens.error = ""
    assert run("approve", "--by", "bob", "--reason", "again").exit_code == 0
    assert environment.journal.entries() == entries, "said once"
    ((_, sent),) = tokens.sent
    assert json.loads(sent["output"])["reason"] == "go", "what the journal has"


def test_an_abort_is_heard_where_the_approval_did_not_arrive(
    waiting: tuple[commands.Environment, Tokens],
) -> None:
    """The execution makes no check: without this it waits until approval_hours are over."""
    _, tokens = waiting
    tokens.error = "ThrottlingException"
    assert isinstance(run("approve", "--reason", "go").exception, ServiceUnavailable)
    tokens.error = ""
    result = run("abort", "--by", "ada")
    assert result.stdout == "said: the cutover waited for an approval, and goes back now\n"
    ((kind, sent),) = tokens.sent
    assert (kind, sent["error"]) == ("failure", "AbortRequested")
    late = run("approve", "--reason", "go").exception
    assert isinstance(late, TransitionRefused)


@pytest.mark.parametrize("given", [(), ("--deny",)])
def test_an_answer_that_did_not_arrive_is_shown_until_it_does(
    waiting: tuple[commands.Environment, Tokens], given: tuple[str, ...]
) -> None:
    _, tokens = waiting
    tokens.error = "ThrottlingException"
    run("approve", *given, "--by", "ada", "--reason", "go")
    said, again = ("denied", " --deny") if given else ("approved", "")
    shown = run("status").stdout
    assert f"answered     {said} by ada: the switch of the writer\n" in shown
    assert f"not heard yet; to say it again:\n             cutover approve{again} --suff" in shown
    assert json.loads(run("status", "--json").stdout)["heard"] is False
    tokens.history_error = "ThrottlingException"
    assert "not known whether it was heard" in run("status").stdout
    tokens.error = tokens.history_error = ""
    run("approve", *given, "--reason", "go")
    assert "answered" not in run("status").stdout


@pytest.mark.parametrize("code", ["TaskTimedOut", "TaskDoesNotExist", "InvalidToken"])
def test_an_answer_that_nothing_waits_for_is_refused_in_plain_words(
    waiting: tuple[commands.Environment, Tokens], code: str
) -> None:
    waiting[1].error = code
    refused = run("approve", "--reason", "go").exception
    assert isinstance(refused, TransitionRefused)
    assert "does not wait for this answer any more" in str(refused)


def test_the_question_of_an_overtaken_execution_is_refused(
    waiting: tuple[commands.Environment, Tokens],
) -> None:
    environment, tokens = waiting
    environment.journal.raise_fence("night", now=NOW)
    refused = run("approve", "--reason", "go").exception
    assert isinstance(refused, StaleLease)
    assert "night asked before the switch of the writer and was overtaken" in str(refused)
    assert tokens.sent == []


def test_an_abort_ends_the_wait_for_an_approval(
    waiting: tuple[commands.Environment, Tokens],
) -> None:
    environment, tokens = waiting
    result = run("abort", "--by", "ada", "--reason", "phones ring")
    assert result.stdout == "said: the cutover waited for an approval, and goes back now\n"
    assert environment.journal.word().word is Word.ABORT
    ((kind, sent),) = tokens.sent
    assert (kind, sent["error"], sent["cause"]) == (
        "failure",
        "AbortRequested",
        "ada asked to abort: phones ring",
    )


@pytest.mark.parametrize("state", ["answered", "gone"])
def test_an_abort_where_nothing_waits_is_heard_at_the_next_check(
    waiting: tuple[commands.Environment, Tokens], state: str
) -> None:
    _, tokens = waiting
    if state == "answered":
        run("approve", "--reason", "go")
    else:
        tokens.error = "TaskTimedOut"
    result = run("abort", "--by", "ada")
    assert result.stdout == "said: the cutover goes back at its next check\n"


def test_what_is_parked_is_shown_and_no_word_is_taken_for_it(
    environment: commands.Environment,
) -> None:
    lease = environment.journal.acquire("evening", now=NOW)
    environment.journal.record(lease, Phase.SHIFTING, now=NOW, note="")
    environment.journal.record(lease, Phase.PARKED, now=NOW, note="", detail={"share": 20})
    with pytest.raises(TransitionRefused, match=r"20 % .* parked .*`cutover start`.*rollback"):
        commands.say(environment, Word.ABORT, by="dba", reason="")
    text = run("status", "--region", "us-east-1").stdout
    assert "phase        parked, 20 % of the reads on the target" in text


def test_a_start_without_a_deployment_says_what_to_do(environment: commands.Environment) -> None:
    with pytest.raises(StartRefused, match="deploy the cutover stack first"):
        commands.start(environment)


def test_status_fits_a_terminal_and_a_program(environment: commands.Environment) -> None:
    lease = environment.journal.acquire("night", now=NOW)
    environment.journal.record(lease, Phase.SHIFTING, now=NOW, note="20 % of the reads")
    text = run("status", "--region", "us-east-1").stdout
    assert "phase        shifting" in text
    assert "lease        held by night, fence 1" in text
    assert "2026-01-01 00:00:00Z  shifting          20 % of the reads" in text
    shown = json.loads(run("status", "--region", "us-east-1", "--json").stdout)
    assert shown["state"]["phase"] == "shifting"
    assert len(shown["entries"]) == 2


def test_a_word_that_came_too_late_is_not_called_heard(
    environment: commands.Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who parks listens once more after it says so, and then no more."""
    lease = begun(environment)
    environment.journal.record(lease, Phase.SHIFTING, now=NOW, note="")
    say = environment.journal.say

    def parked_meanwhile(*args: Any, **kwargs: Any) -> None:
        environment.journal.record(lease, Phase.PARKED, now=NOW, note="", detail={"share": 20})
        environment.journal.release(lease, now=NOW)
        say(*args, **kwargs)

    monkeypatch.setattr(environment.journal, "say", parked_meanwhile)
    with pytest.raises(TransitionRefused, match="20 % of the reads are parked"):
        commands.say(environment, Word.ABORT, by="dba", reason="")


@pytest.mark.parametrize(
    ("arguments", "given"),
    [
        ((), {}),
        (("--by", "ada"), {"by": "ada"}),
        (("--reload", "public.t", "--reload", "a.b c"), {"reload": ["public.t", "a.b c"]}),
        (("--reload-all", "--by", "ada"), {"reload_all": True, "by": "ada"}),
    ],
)
def test_a_replication_is_started_with_what_was_asked_for(
    environment: commands.Environment, arguments: tuple[str, ...], given: dict[str, Any]
) -> None:
    machines = environment.machines
    made = machines.create_state_machine(
        name="migration-replicate-dev",
        definition='{"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}',
        roleArn="arn:aws:iam::123456789012:role/machine",
    )
    by = () if "--by" in arguments else ("--by", "")
    result = run("replicate", *arguments, *by, "--region", "us-east-1")
    assert result.exit_code == 0, result.output
    (started,) = machines.list_executions(stateMachineArn=made["stateMachineArn"])["executions"]
    assert started["executionArn"] == result.stdout.strip()
    told = machines.describe_execution(executionArn=started["executionArn"])["input"]
    assert json.loads(told) == given


def test_everything_and_some_tables_are_not_asked_for_together(
    environment: commands.Environment,
) -> None:
    with pytest.raises(BadInput, match="use one"):
        commands.replicate(environment, reload=("public.t",), reload_all=True)


def test_a_replication_without_its_machine_is_told_to_deploy(
    environment: commands.Environment,
) -> None:
    with pytest.raises(StartRefused, match="no state machine migration-replicate-dev"):
        commands.replicate(environment)


def test_install_closes_after_a_switch_what_came_to_the_closed_side_since() -> None:
    """A partition made there would hold up the rollback: readiness says partly closed, and to run this."""
    clock = FixedClock()
    source = MemoryDatabase(clock=clock, gate_state=GateState.PARTIAL)
    target = MemoryDatabase(clock=clock)
    result = commands.install(source, target, hold=NOW - NOW)
    assert (source.gate_state, target.gate_state) == (GateState.CLOSED, GateState.OPEN)
    assert target.accepts_writes()
    assert render.installed(result).splitlines() == [
        "source  closed for application writes",
        "target  open for application writes, 2 tables",
    ]


def test_install_hides_nothing_where_nobody_can_write() -> None:
    clock = FixedClock()
    source, target = (
        MemoryDatabase(clock=clock, gate_state=state)
        for state in (GateState.PARTIAL, GateState.CLOSED)
    )
    with pytest.raises(StartRefused, match="neither is the writer"):
        commands.install(source, target, hold=NOW - NOW)
    assert source.gate_state is GateState.PARTIAL


def test_install_closes_the_target_and_leaves_the_source_open() -> None:
    clock = FixedClock()
    source, target = MemoryDatabase(clock=clock), MemoryDatabase(clock=clock)
    result = commands.install(source, target, hold=NOW - NOW)
    assert (source.gate_state, target.gate_state) == (GateState.OPEN, GateState.CLOSED)
    assert render.installed(result).splitlines() == [
        "source  open for application writes",
        "target  closed for application writes, 2 tables",
    ]


def test_a_refusal_is_one_line_on_standard_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    dsn = "host=127.0.0.1 port=1 dbname=d user=u"
    monkeypatch.setattr(
        sys, "argv", ["cutover", "install", "--source-dsn", dsn, "--target-dsn", dsn]
    )
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("cutover: 127.0.0.1:1/d: ")


def test_help_loads_no_library_of_the_outside_world() -> None:
    """That keeps it under 200 ms."""
    code = (
        "import sys, cutover.cli.main\n"
        "print([m for m in ('boto3', 'botocore', 'psycopg', 'pydantic') if m in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout == "[]\n"
