"""Node, which the CDK runs in: from the machine, or the one that tools/with-node has put into .venv."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Final

from migration_stacks.place import ROOT
from migration_stacks.settings.faults import SettingsError

if TYPE_CHECKING:
    from collections.abc import MutableMapping
    from pathlib import Path

OWN: Final = ROOT / ".venv" / "node-bin"


def require(environment: MutableMapping[str, str], *, own: Path = OWN) -> None:
    """Makes sure that `node` is on the PATH. Raises SettingsError: the CDK would end with a traceback of its own."""
    path = environment.get("PATH", "")
    if shutil.which("node", path=path):
        return
    if not shutil.which("node", path=str(own)):
        raise SettingsError(
            "node: is not on the PATH, and the CDK needs version 20 or newer: run `make synth`, which brings it, "
            "or install it"
        )
    environment["PATH"] = os.pathsep.join(part for part in (str(own), path) if part)
