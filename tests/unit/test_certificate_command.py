"""`cutover certificate` as a person and as a program see it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws
from typer.testing import CliRunner

from cutover.adapters.dynamodb import DynamoDbJournal
from cutover.certificate import as_text
from cutover.cli import commands
from cutover.cli.main import app
from rehearsal.aws.resources import JOURNAL_TABLE
from tests.unit.test_certificate import changed, stored, switch

TABLE = "migration-journal-dev"


@pytest.fixture
def journal() -> Iterator[DynamoDbJournal]:
    with mock_aws():
        boto3.client("dynamodb").create_table(TableName=TABLE, **JOURNAL_TABLE)
        found = commands.environment("dev", "us-east-1").journal
        assert isinstance(found, DynamoDbJournal)
        yield found


def run(*arguments: str) -> Any:
    return CliRunner().invoke(app, ["certificate", "--region", "us-east-1", *arguments])


def rules(output: str) -> dict[str, str]:
    return {rule["title"]: rule["verdict"] for rule in json.loads(output)["rules"]}


def keep(journal: DynamoDbJournal, folder: Path) -> str:
    file = folder / "night.json"
    file.write_text(as_text(stored(journal)))
    return str(file)


def test_a_stored_certificate_is_good(journal: DynamoDbJournal, tmp_path: Path) -> None:
    switch(journal)
    file = keep(journal, tmp_path)
    result = run("--check", file)
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("cutover-certificate/1  GOOD\n")
    assert run().exit_code == 0, "built anew from the same journal"
    told = json.loads(run("--check", file, "--json").stdout)
    assert told["verdict"] == "good"
    assert told["certificate"] == json.loads(Path(file).read_text())


def test_it_fits_a_terminal(journal: DynamoDbJournal) -> None:
    long = {"name": f"public.{'x' * 60}_seq", "source": 2**62, "target": 2**62 + 1, "increment": 1}
    many = [{**long, "name": f"public.s{n}_seq"} for n in range(30)]
    switch(journal, changed({"sequences": [long, *many]}))
    stored(journal)
    lines = run().stdout.splitlines()
    assert max(map(len, lines)) <= 80
    text = "\n".join(lines)
    for said in (
        "started           2026-01-01T00:00:00Z by bob",
        "approved          switch: 2026-01-01T00:00:00Z by ada: go",
        "drained           2026-01-01T00:00:00.025000Z",
        "pause             35.0 ms",
        "PostgreSQL        150012 to 170009",
        "validation        2 Validated, at 2026-01-01T00:00:00Z",
        "way back          migration_dev_reverse from 0/2000000",
        f"{2**62:>58}{2**62 + 1:>20}",
        "and 11 more, which --json has",
        "good     No sequence is behind: 31, none behind the origin",
    ):
        assert said in text
    assert len(json.loads(run("--json").stdout)["certificate"]["sequences"]) == 31


def test_a_changed_file_is_bad(journal: DynamoDbJournal, tmp_path: Path) -> None:
    switch(journal)
    file = Path(keep(journal, tmp_path))
    file.write_text(file.read_text().replace("8f14e45f", "deadbeef"))
    result = run("--check", str(file))
    assert result.exit_code == 1
    assert "cutover-certificate/1  BAD" in result.stdout
    assert "bad      The document says what the journal says" in result.stdout
    assert rules(run("--check", str(file), "--json").stdout)[
        "It is the document that was stored"
    ] == ("bad")


@pytest.mark.parametrize("text", ["no JSON", "[1]", "{}", '{"format": "cutover-certificate/9"}'])
def test_a_file_that_is_no_certificate_is_bad(
    journal: DynamoDbJournal, tmp_path: Path, text: str
) -> None:
    switch(journal)
    file = tmp_path / "file.json"
    file.write_text(text)
    result = run("--check", str(file))
    assert result.exit_code == 1
    assert result.stdout.startswith("cutover: ")
    told = json.loads(run("--check", str(file), "--json").stdout)
    assert (told["verdict"], told["certificate"]) == ("bad", None)


def test_what_could_not_be_verified_is_neither(journal: DynamoDbJournal, tmp_path: Path) -> None:
    result = run()
    assert result.exit_code == 3
    assert "no finished switch" in result.stdout
    switch(journal, changed(audit=None))
    file = keep(journal, tmp_path)
    result = run("--check", file)
    assert result.exit_code == 3
    assert "unknown  Nothing was written to the closed origin: " in result.stdout
    assert json.loads(run("--json").stdout)["verdict"] == "unknown"
    result = run("--check", file, "--suffix", "prod")
    assert result.exit_code == 3
    assert "use --suffix dev" in result.stdout
    boto3.client("dynamodb").delete_table(TableName=TABLE)
    assert run("--check", file).exit_code == 3


def test_a_file_that_is_not_there_is_a_wrong_command_line() -> None:
    assert run("--check", "/no/such/file").exit_code == 2
