"""Runs app.py as a process of its own, because the runtime knows no CDK."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_CHECKOUT: Final = Path(__file__).resolve().parent.parent.parent


class NotSynthesized(Exception):
    """The message is for the operator, with the remedy."""


def synthesize(settings: Path, outdir: Path, *, checkout: Path = _CHECKOUT) -> None:
    """Writes the cloud assembly of a settings file into `outdir`. Raises NotSynthesized."""
    program = checkout / "app.py"
    if not program.is_file():
        raise NotSynthesized(
            f"{program}: is not there; the stacks are part of the repository and not of the "
            "installed package: run the command of a checkout (.venv/bin/cutover), or give "
            "--assembly a folder that `cdk synth` wrote"
        )
    if importlib.util.find_spec("aws_cdk") is None:
        raise NotSynthesized(
            f"aws-cdk-lib: is not installed for {sys.executable}; `make synth` or `make test` "
            "installs it, or give --assembly a folder that `cdk synth` wrote"
        )
    done = subprocess.run(  # noqa: S603  (this interpreter, a file of this repository)
        [sys.executable, str(program)],
        env=_environment(os.environ, settings=settings, outdir=outdir),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        # A fault in the settings is told by the app in whole lines; they need no more words.
        raise NotSynthesized(done.stderr.strip() or f"{program}: ended with {done.returncode}")


def _environment(given: Mapping[str, str], *, settings: Path, outdir: Path) -> dict[str, str]:
    """No code is bundled and no template is validated: neither changes a price, and both take long."""
    context = {"settings": str(settings.resolve()), "aws:cdk:bundling-stacks": []}
    return {
        "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "20",
        **{name: value for name, value in given.items() if not name.startswith("CONTEXT_OVERFLOW")},
        "CDK_CONTEXT_JSON": json.dumps(context),
        "CDK_OUTDIR": str(outdir),
        "CDK_VALIDATION": "false",
    }
