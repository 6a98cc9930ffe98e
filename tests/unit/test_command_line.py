"""The command: what it says, what it refuses, and with which exit status."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws
from typer.testing import CliRunner

from cutover.adapters.memory import FixedClock, MemoryDatabase
from cutover.cli import commands, render
from cutover.cli.main import app, main
from cutover.errors import StartRefused, TransitionRefused
from cutover.journal import Phase
from cutover.observations import GateState, Word

NOW = FixedClock().now()


@pytest.fixture
def environment() -> Iterator[commands.Environment]:
    with mock_aws():
        boto3.client("dynamodb").create_table(
            TableName="migration-journal-dev",
            KeySchema=[
                {"AttributeName": "migration", "KeyType": "HASH"},
                {"AttributeName": "item", "KeyType": "RANGE"},
            ],
            AttributeDefinitions=[
                {"AttributeName": "migration", "AttributeType": "S"},
                {"AttributeName": "item", "AttributeType": "S"},
            ],
            BillingMode="PAY_PER_REQUEST",
        )
        yield commands.environment("dev", "us-east-1")


def run(*arguments: str) -> Any:
    return CliRunner().invoke(app, list(arguments))


def test_an_abort_is_heard_by_the_running_cutover(environment: commands.Environment) -> None:
    environment.journal.acquire("night", now=NOW)
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
    lease = environment.journal.acquire("night", now=NOW)
    for phase in (Phase.SHIFTING, Phase.SWITCHING):
        environment.journal.record(lease, phase, now=NOW, note="")
    with pytest.raises(TransitionRefused, match="the way is forward"):
        commands.say(environment, Word.ABORT, by="dba", reason="")


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
    lease = environment.journal.acquire("evening", now=NOW)
    environment.journal.record(lease, Phase.SHIFTING, now=NOW, note="")
    say = environment.journal.say

    def parked_meanwhile(*args: Any, **kwargs: Any) -> None:
        environment.journal.record(lease, Phase.PARKED, now=NOW, note="", detail={"share": 20})
        environment.journal.release(lease, now=NOW)
        say(*args, **kwargs)

    monkeypatch.setattr(environment.journal, "say", parked_meanwhile)
    with pytest.raises(TransitionRefused, match="20 % of the reads are parked"):
        commands.say(environment, Word.ABORT, by="dba", reason="")


def test_install_refuses_to_close_the_writer_after_a_switch() -> None:
    clock = FixedClock()
    source = MemoryDatabase(clock=clock, gate_state=GateState.CLOSED)
    target = MemoryDatabase(clock=clock)
    with pytest.raises(StartRefused, match="the source is closed: the writer is elsewhere"):
        commands.install(source, target, hold=NOW - NOW)
    assert target.accepts_writes()


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
