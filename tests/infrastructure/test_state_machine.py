"""An ASL file and the values for its placeholders fit, or nothing is synthesized."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from migration_stacks.constructs.state_machine import PlaceholderMismatch, definition_text
from migration_stacks.settings.cutover import CutoverSettings
from tests.infrastructure.conftest import ROOT, Synthesized

if TYPE_CHECKING:
    from pathlib import Path

VALIDATOR = ROOT / "node_modules" / ".bin" / "asl-validator"


@pytest.fixture
def definition(tmp_path: Path) -> Path:
    path = tmp_path / "toy.asl.json"
    path.write_text('{"Wait": "{% ${Seconds} %}", "Resource": "${Arn}"}')
    return path


def test_a_placeholder_without_a_value_fails(definition: Path) -> None:
    with pytest.raises(PlaceholderMismatch, match=r"^toy\.asl\.json: \$\{Seconds\} has no value$"):
        definition_text(definition, substitutions={"Arn": "x"})


def test_a_value_without_a_placeholder_fails(definition: Path) -> None:
    with pytest.raises(PlaceholderMismatch, match="Second is given, and no "):
        definition_text(definition, substitutions={"Arn": "x", "Seconds": "1", "Second": "1"})


def test_every_mismatch_is_told_at_once(definition: Path) -> None:
    with pytest.raises(PlaceholderMismatch) as refused:
        definition_text(definition, substitutions={"Other": "x"})
    assert [said.split(" ")[0] for said in str(refused.value).split(": ")[1].split("; ")] == [
        "${Arn}",
        "${Seconds}",
        "Other",
    ]


def test_what_fits_is_returned_as_it_is(definition: Path) -> None:
    text = definition_text(definition, substitutions={"Arn": "x", "Seconds": "1"})
    assert text == definition.read_text()


def test_the_plan_becomes_text_without_quotes() -> None:
    plan = CutoverSettings(
        stages=(10, 100), poll_seconds=30, bake_seconds=60, approve_before=(100, "switch")
    ).substitutions()
    # Quotes of JSONata: those of JSON would end the text around it.
    assert plan["ApproveBefore"] == "[100,'switch']"
    assert plan["StageWeights"] == "10,100"
    assert plan["BakeSeconds"] == "60"
    assert set(plan) == {
        "StageWeights",
        "BakeSeconds",
        "PollSeconds",
        "MaxHoldSeconds",
        "MaxLagSeconds",
        "MetricMaxAgeSeconds",
        "RecordTtlSeconds",
        "WriteRecordMoves",
        "SwitchDeadlineSeconds",
        "LockPatienceMilliseconds",
        "MaxTransactionSeconds",
        "SequenceMargin",
        "ApproveBefore",
        "ApprovalHours",
        "LargeObjectsUnused",
        "SourceWatchMaxAgeSeconds",
    }
    # Two looks, of which one may fail, and the longest of them.
    assert plan["SourceWatchMaxAgeSeconds"] == "780"
    assert CutoverSettings(readiness_minutes=60).source_watch_max_age_seconds == 7380


def substituted(stacks: Synthesized, verb: str = "cutover") -> str:
    """The definition as CloudFormation makes it, with an ARN where it would know one."""
    kind, name = "AWS::StepFunctions::StateMachine", stacks.names.state_machine(verb)
    machine = stacks.named("cutover", kind, "StateMachineName", name)
    text = str(machine["DefinitionString"])
    for name, value in machine["DefinitionSubstitutions"].items():
        known = value if isinstance(value, str) else f"arn:aws:any:us-east-1:123456789012:{name}"
        text = text.replace(f"${{{name}}}", known)
    assert "${" not in text
    return text


def test_the_plan_in_the_machine_is_the_one_of_the_settings(stacks: Synthesized) -> None:
    for verb in ("cutover", "rollback", "check", "replicate"):
        machine = json.loads(substituted(stacks, verb))
        plan = machine["States"]["Read the plan"]["Assign"]["plan"]
        assert "[20,50,80,100] %}" in plan["weights"]
        assert plan["bake_seconds"] == "{% 900 %}"
        assert plan["write_record_moves"] == "before-switch"


def validate(definition: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(VALIDATOR), "--json-path", str(definition)],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.skipif(
    not (VALIDATOR.exists() and shutil.which("node")),
    reason="asl-validator is not installed; `make test` installs it",
)
@pytest.mark.parametrize(
    ("verb", "state"),
    [
        ("cutover", "Bake"),
        ("rollback", "Wait for the caches"),
        ("check", "Read the plan"),
        ("replicate", "Wait for the load"),
        ("finalize", "Wait for the tasks"),
    ],
)
def test_the_definition_is_valid(
    stacks: Synthesized, tmp_path: Path, verb: str, state: str
) -> None:
    good, bad = tmp_path / "good.asl.json", tmp_path / "bad.asl.json"
    good.write_text(substituted(stacks, verb))
    told = validate(good)
    assert told.returncode == 0, told.stdout + told.stderr

    broken = json.loads(good.read_text())
    broken["States"][state]["Next"] = "Nowhere"
    bad.write_text(json.dumps(broken))
    assert validate(bad).returncode != 0, "the validator finds nothing at all"
