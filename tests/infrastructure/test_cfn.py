"""What stands for the CDK's modules tells Node the same as they do."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

from tests.infrastructure.environments import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.infrastructure.conftest import Synthesized

# In a process of its own, where the CDK's modules take the places of ours.
WITH_THE_MODULES = """
import importlib, sys
from pathlib import Path
from migration_stacks import cfn, settings

for name in cfn.__all__:
    setattr(cfn, name, importlib.import_module(f"aws_cdk.aws_{name.rstrip('_')}"))

from tests.infrastructure.conftest import synthesize
from tests.infrastructure.environments import FILES
for name, file in FILES.items():
    synthesize(settings.load(file), outdir=Path(sys.argv[1]) / name)
"""


def test_the_templates_are_those_of_the_modules(
    environments: Mapping[str, Synthesized], tmp_path: Path
) -> None:
    """An argument that is misspelt on the way would be left out without a word."""
    made = subprocess.run(
        [sys.executable, "-c", WITH_THE_MODULES, str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    for name, stacks in environments.items():
        for file in stacks.files.values():
            theirs = (tmp_path / name / file.name).read_bytes()
            assert theirs == file.read_bytes(), f"{name}: {file.name}"
