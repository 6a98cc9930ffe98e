"""What may be changed in the middle of a migration changes nothing in the stacks that hold data."""

from __future__ import annotations

import shutil
import tomllib
from typing import TYPE_CHECKING, Any, Final

import pytest

import app
from migration_stacks import settings
from tests.infrastructure.differences import Difference, differences
from tests.infrastructure.environments import FILES, ROOT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.infrastructure.conftest import Synthesized

HOLDING: Final = ("network", "database", "dms")

FULL: Final = tomllib.loads(FILES["full"].read_text())
"""Has every key, at a value that is not the default: here each is changed to that, alone."""

FIXED: Final = {
    ("traffic", "zone"): "a zone of another name is another zone, and clients have the old name",
}
"""Settings that can't be changed in the middle, and why."""

TOGETHER: Final[dict[tuple[str, str], dict[str, Any]]] = {
    ("traffic", "mode"): {"workload": "read-only"},
    ("cutover", "fence"): {"fence_roles": ["shop"]},
    ("cutover", "fence_roles"): {"fence": "login"},
}
"""What has to be changed with a key for the settings to be accepted."""

ALLOWED: Final = {
    ("monitoring", "log_retention_days"): ("AWS::Logs::LogGroup", "Properties/RetentionInDays"),
}
"""Changes of a log group in place: how long the logs of Aurora and of DMS are kept is one setting."""

CHANGEABLE: Final = [
    (section, key)
    for section in ("cutover", "monitoring", "notifications", "traffic")
    for key in getattr(settings.load(FILES["full"]), section).model_fields_set
    if (section, key) not in FIXED
]


@pytest.mark.parametrize(("section", "key"), sorted(CHANGEABLE))
def test_a_changed_setting_leaves_the_data_alone(
    stacks: Synthesized,
    synthesized: Callable[[settings.Settings], Synthesized],
    section: str,
    key: str,
) -> None:
    document: dict[str, Any] = tomllib.loads(FILES["example"].read_text())
    before = settings.parse(document, origin="before")
    document[section] |= {key: FULL[section][key], **TOGETHER.get((section, key), {})}
    given = settings.parse(document, origin="after")
    assert given != before, "the value is the same"
    changed = synthesized(given)

    allowed = ALLOWED.get((section, key))
    for role in HOLDING:
        if allowed is None:
            assert changed.files[role].read_bytes() == stacks.files[role].read_bytes(), role
        else:
            found = differences(stacks.templates[role], changed.templates[role])
            assert {(one.kind, one.where) for one in found} <= {allowed}
            assert not [one for one in found if one.replaces]


def test_the_settings_that_may_change_reach_the_other_stacks(
    stacks: Synthesized, synthesized: Callable[[settings.Settings], Synthesized]
) -> None:
    """Else nothing would have been changed above."""
    document: dict[str, Any] = tomllib.loads(FILES["example"].read_text())
    for section, key in CHANGEABLE:
        document[section][key] = FULL[section][key]
    changed = synthesized(settings.parse(document, origin="after"))
    for role in ("cutover", "monitoring"):
        assert differences(stacks.templates[role], changed.templates[role]), role


@pytest.mark.parametrize(
    "file", ["lambdas/check_stage.py", "cutover/decisions.py", "state_machines/cutover.asl.json"]
)
def test_other_code_is_other_code_in_the_cutover_stack_alone(
    example: settings.Settings,
    stacks: Synthesized,
    synthesized: Callable[[settings.Settings], Synthesized],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    file: str,
) -> None:
    for folder in ("lambdas", "cutover", "state_machines"):
        shutil.copytree(
            ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__")
        )
    monkeypatch.setattr(app, "ROOT", tmp_path)
    with (tmp_path / file).open("a") as text:
        text.write("\n")
    changed = synthesized(example)
    for role in HOLDING:
        assert changed.files[role].read_bytes() == stacks.files[role].read_bytes(), role
    found = differences(stacks.templates["cutover"], changed.templates["cutover"])
    assert found
    # A version is made beside the earlier ones, which a running execution calls.
    replaced = {one.kind for one in found if one.replaces}
    assert replaced <= {"AWS::Lambda::Version"}, "the code is replaced in place"


def test_another_ttl_is_a_change_in_place(
    stacks: Synthesized, synthesized: Callable[[settings.Settings], Synthesized]
) -> None:
    document: dict[str, Any] = tomllib.loads(FILES["example"].read_text())
    document["cutover"]["record_ttl_seconds"] = 60
    changed = synthesized(settings.parse(document, origin="after"))
    found = differences(stacks.templates["cutover"], changed.templates["cutover"])
    assert found
    assert not [one for one in found if one.replaces]
    kinds = {one.kind for one in found}
    assert "AWS::StepFunctions::StateMachine" in kinds, "the machine waits for the old one"
    assert any(kind.startswith("Custom::") for kind in kinds), "the records keep the old one"


def test_a_replacement_is_told_from_a_change_in_place(stacks: Synthesized) -> None:
    (name, cluster), *_ = stacks.resources("database", "AWS::RDS::DBCluster").items()

    def changed(**properties: object) -> list[Difference]:
        other = {**cluster, "Properties": {**cluster["Properties"], **properties}}
        template = stacks.templates["database"]
        return differences(
            template, {**template, "Resources": {**template["Resources"], name: other}}
        )

    kind = "AWS::RDS::DBCluster"
    (longer,) = changed(BackupRetentionPeriod=30)
    assert longer == Difference(name, kind, "Properties/BackupRetentionPeriod")
    assert not longer.replaces
    (renamed,) = changed(DBClusterIdentifier="other")
    assert renamed.replaces
    without = dict(stacks.templates["database"]["Resources"])
    del without[name]
    (gone,) = differences(stacks.templates["database"], {"Resources": without})
    assert gone.replaces
