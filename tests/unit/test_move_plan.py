"""`cutover plan` without a server: what it refuses, and what it takes from the settings."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner

from cutover.adapters.recording import Notebook, Replicated
from cutover.adapters.recording_postgres import RecordingConnection, _AsIfDone
from cutover.cli import plan as command
from cutover.cli import plan_walk
from cutover.cli.main import app
from cutover.direction import Direction, Stream
from cutover.errors import BadInput
from cutover.plan import WriteRecordMoves
from migration_stacks.settings.cutover import CutoverSettings


def test_without_a_server_to_ask_there_is_no_plan() -> None:
    run = CliRunner().invoke(app, ["plan", "--source-dsn", "host=127.0.0.1"])
    assert run.exit_code == 1
    assert isinstance(run.exception, BadInput)
    assert str(run.exception).startswith("--target-dsn missing: ")
    run = CliRunner().invoke(app, ["plan"])
    assert str(run.exception).startswith("--source-dsn and --target-dsn missing: ")


def test_the_defaults_are_those_of_the_stacks() -> None:
    stacks = CutoverSettings()
    assert {name: getattr(stacks, name) for name in command.DEFAULTS} == command.DEFAULTS
    others = {"stages": "StageWeights", "readiness_minutes": "SourceWatchMaxAgeSeconds"}
    assert set(stacks.substitutions()) == {
        others.get(name, "".join(map(str.title, name.split("_")))) for name in command.DEFAULTS
    }
    plan = command.told(None, suffix="dev").plan
    assert plan.source_watch_max_age_seconds == stacks.source_watch_max_age_seconds


def test_the_settings_file_is_what_the_plan_keeps_to(tmp_path: Path) -> None:
    path = tmp_path / "ours.toml"
    path.write_text(
        '[cutover]\nstages = [50, 100]\napprove_before = ["switch"]\nreadiness_minutes = 5\n'
        'write_record_moves = "after-switch"\n[traffic]\nzone = "db.corp"\n'
        '[source]\nreplication_user = "dms"\n'
    )
    told = command.told(path, suffix="eu-1")
    assert told.plan.weights == (50, 100)
    assert told.plan.approve_before == ("switch",)
    assert told.plan.write_record_moves is WriteRecordMoves.AFTER_SWITCH
    assert (told.read_record, told.write_record) == ("ro.db.corp", "rw.db.corp")
    assert told.replication_roles == ("dms", "migration_replication")
    assert told.slots.name(Stream.BACK) == "migration_eu_1_reverse"
    path.write_text("[cutover]\nstages = [50]\n")
    with pytest.raises(BadInput, match="the last weight is 50"):
        command.told(path, suffix="dev")
    with pytest.raises(BadInput, match=r"no\.toml"):
        command.told(tmp_path / "no.toml", suffix="dev")


def test_the_fence_of_the_settings_is_the_one_that_is_planned(tmp_path: Path) -> None:
    path = tmp_path / "ours.toml"
    path.write_text("[cutover]\n")
    assert command.told(path, suffix="dev").fence_roles == ()
    path.write_text('[cutover]\nfence = "trigger"\nfence_roles = []\n')
    assert command.told(path, suffix="dev").fence_roles == ()
    path.write_text('[cutover]\nfence = "login"\nfence_roles = ["shop", "jobs"]\n')
    assert command.told(path, suffix="dev").fence_roles == ("shop", "jobs")
    for fence, roles in (("login", "[]"), ("door", '["shop"]')):
        path.write_text(f'[cutover]\nfence = "{fence}"\nfence_roles = {roles}\n')
        with pytest.raises(BadInput, match=f"cutover.fence is '{fence}'"):
            command.told(path, suffix="dev")


@pytest.mark.parametrize(
    ("direction", "carrier"),
    [
        (Direction.FORWARD, Stream.BACK),
        (Direction.BACK, Stream.LOAD),
        (Direction.BACK, Stream.AGAIN),
    ],
)
def test_a_stream_that_carries_the_other_way_is_no_beginning_of_a_move(
    direction: Direction, carrier: Stream
) -> None:
    told = command.told(None, suffix="dev")
    with pytest.raises(BadInput, match=f"^{carrier.value} carries from the "):
        plan_walk.planned("", "", direction=direction, told=told, carrier=carrier)


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("$decision.action = 'advance'", "$decision.action = 'go'", "which a plan can't answer"),
        ("${SwitchWriterFunctionArn}", "${OtherFunctionArn}", "does not know how to write down"),
        ("{% $stage + 1 %}", "{% $stage + 2 %}", "which a plan can't"),
    ],
)
def test_a_definition_that_a_plan_does_not_understand_is_no_plan(
    old: str, new: str, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (plan_walk.DEFINITIONS / "cutover.asl.json").read_text()
    assert old in text
    (tmp_path / "cutover.asl.json").write_text(text.replace(old, new))
    monkeypatch.setattr(plan_walk, "DEFINITIONS", tmp_path)

    class Acting(plan_walk.Walk):
        """Without servers: the steps do nothing."""

        def _task(self, name: str, state: dict[str, Any]) -> None:
            function = state["Arguments"].get("FunctionName", "")
            if function and function not in plan_walk.FUNCTIONS:
                super()._task(name, state)

    walk = Acting("", "", direction=Direction.FORWARD, told=command.told(None, suffix="dev"))
    with pytest.raises(BadInput, match=why):
        walk.whole()


@pytest.mark.parametrize(
    "statement",
    [
        "select pg_terminate_backend(1)",
        "select pg_drop_replication_slot('way_back') from pg_replication_slots",
        "select setval('application', 1)",
        "delete from accounts",
        "with gone as (delete from accounts returning 1) select * from gone",
        "vacuum",
    ],
)
def test_what_nobody_said_how_to_plan_reaches_no_server(statement: str) -> None:
    """A read-only session lets some of these pass, so none is sent."""
    server: Any = SimpleNamespace(info=SimpleNamespace(server_version=170000))
    connection = RecordingConnection(
        server,
        session="cutover",
        notebook=Notebook(),
        where="source",
        as_if=_AsIfDone(),
        replicated=Replicated(),
    )
    with pytest.raises(BadInput, match="is not planned"):
        connection.execute(statement)
