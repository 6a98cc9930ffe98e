"""The app as a command: no credentials, no account, no Docker; a wrong setting ends it at once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from migration_stacks import node
from migration_stacks.settings.faults import SettingsError
from tests.infrastructure.conftest import ROOT


def run(
    *, cwd: Path, context: dict[str, object], **environment: str
) -> subprocess.CompletedProcess[str]:
    """`python app.py` in an environment that holds only what is needed to find Node."""
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "aws" / "jsii"
    return subprocess.run(
        [sys.executable, str(ROOT / "app.py")],
        cwd=cwd,
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(cwd),
            # Unpacked there once for all; a cache of its own would take half a minute.
            "JSII_RUNTIME_PACKAGE_CACHE_ROOT": str(cache / "package-cache"),
            "CDK_VALIDATION": "false",
            "CDK_CONTEXT_JSON": json.dumps({"aws:cdk:bundling-stacks": [], **context}),
            **environment,
        },
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_empty_environment_is_enough(tmp_path: Path) -> None:
    done = run(cwd=tmp_path, context={}, ENVIRONMENT_SUFFIX="pr-7", AWS_REGION="eu-central-1")
    assert done.returncode == 0, done.stderr
    # Seen by whoever synthesizes, and no hindrance.
    assert "warning: database.max_capacity: is 2 ACU" in done.stderr
    made = sorted(path.name for path in (tmp_path / "cdk.out").glob("*.template.json"))
    assert made == [
        f"migration-{role}-pr-7.template.json"
        for role in ("cutover", "database", "dms", "monitoring", "network")
    ]
    network = (tmp_path / "cdk.out" / "migration-network-pr-7.template.json").read_text()
    assert '"eu-central-1a"' in network


def test_a_wrong_settings_file_ends_with_2_and_its_faults_alone(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.toml"
    text = (ROOT / "settings" / "example.toml").read_text()
    wrong.write_text(text.replace("[20, 50, 80, 100]", "[20, 300, 100]").replace("5432", "0"))
    done = run(cwd=tmp_path, context={"settings": "wrong.toml"})
    assert (done.returncode, done.stdout) == (2, "")
    assert [line.split(": ")[1] for line in done.stderr.splitlines()] == [
        "source.port",
        "cutover.stages[1]",
    ]
    assert not (tmp_path / "cdk.out").exists()


def test_a_wrong_suffix_ends_with_2(tmp_path: Path) -> None:
    done = run(cwd=tmp_path, context={}, ENVIRONMENT_SUFFIX="Prod_1")
    assert done.returncode == 2
    assert done.stderr.startswith("ENVIRONMENT_SUFFIX: is 'Prod_1'")
    assert len(done.stderr.splitlines()) == 1


def test_node_comes_from_the_environment_of_the_project_where_the_machine_has_none(
    tmp_path: Path,
) -> None:
    own = tmp_path / "node-bin"
    told = {"PATH": str(tmp_path)}
    with pytest.raises(SettingsError, match="make synth"):
        node.require(told, own=own)
    own.mkdir()
    (own / "node").write_text("#!/bin/sh\n")
    (own / "node").chmod(0o755)
    node.require(told, own=own)
    assert told["PATH"] == f"{own}{os.pathsep}{tmp_path}"
