"""What is deployed: a copy of the project, and the settings of an environment that lasts minutes."""

from __future__ import annotations

import json
import shutil
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from rehearsal.deployment.errors import DeploymentFailed

ROOT: Final = Path(__file__).resolve().parents[2]
SUFFIX: Final = "local"
ZONE: Final = "db.migration.internal"
READ_RECORD: Final = f"ro.{ZONE}"
WRITE_RECORD: Final = f"rw.{ZONE}"
SOURCE_HOST: Final = "postgres.onprem.example.com"
FIRST_TTL: Final = 5
SECOND_TTL: Final = 3

_PARTS: Final = ("app.py", "cdk.json", "cutover", "lambdas", "migration_stacks", "state_machines")

SETTINGS: Final[Mapping[str, Mapping[str, Any]]] = {
    "source": {"host": SOURCE_HOST, "database": "app", "schemas": ["public"]},
    # A deletion is a part of what is shown; nothing else is relaxed.
    "database": {"name": "app", "deletion_protection": False},
    "traffic": {"zone": ZONE},
    "cutover": {
        "poll_seconds": 1,
        "bake_seconds": 1,
        "max_hold_seconds": 60,
        "max_lag_seconds": 10,
        "metric_max_age_seconds": 120,
        "record_ttl_seconds": FIRST_TTL,
    },
}
"""What differs from settings/example.toml."""


class Project:
    """The copy, in which an operator's edits are made."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        directory.mkdir()
        for name in _PARTS:
            origin = ROOT / name
            if origin.is_dir():
                ignored = shutil.ignore_patterns("__pycache__")
                shutil.copytree(origin, directory / name, ignore=ignored)
            else:
                shutil.copy2(origin, directory / name)
        self.settings = directory / "settings.toml"

    def write_settings(self, *, record_ttl_seconds: int) -> None:
        """The example's settings, with SETTINGS and this time to live over them."""
        text = (ROOT / "settings" / "example.toml").read_text(encoding="utf-8")
        values = tomllib.loads(text)
        for section, changes in SETTINGS.items():
            values[section] = {**values.get(section, {}), **changes}
        values["cutover"]["record_ttl_seconds"] = record_ttl_seconds
        self.settings.write_text(_toml(values), encoding="utf-8")

    def edit(self, name: str, *, old: str, new: str) -> None:
        """Replace a text in one of the files. Raises DeploymentFailed where it is not there."""
        path = self.directory / name
        text = path.read_text(encoding="utf-8")
        if old not in text:
            raise DeploymentFailed(f"{name} does not hold {old!r}, which was to be changed")
        path.write_text(text.replace(old, new, 1), encoding="utf-8")


def _toml(values: Mapping[str, Any], section: str = "") -> str:
    """Tables of plain values and of further tables: as much TOML as the settings are."""
    plain = {name: each for name, each in values.items() if not isinstance(each, dict)}
    lines = [f"{name} = {json.dumps(each)}" for name, each in plain.items()]
    for name, each in values.items():
        if isinstance(each, dict):
            path = f"{section}.{name}" if section else name
            lines += ["", f"[{path}]", _toml(each, path)]
    return "\n".join(lines)
