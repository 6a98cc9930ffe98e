"""The record of all runs: one JSON object a line, appended as each run ends, so that a killed matrix goes on."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

DIRECTORY: Final = Path(__file__).resolve().parents[2] / "benchmarks" / "results" / "faults"


def append(path: Path, line: dict[str, Any]) -> None:
    """Adds one run."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(line, sort_keys=True) + "\n")


def read(paths: Iterable[Path]) -> list[dict[str, Any]]:
    """Every run of these files; a last line cut short by a kill is left out."""
    runs = []
    for path in sorted(paths):
        with path.open(encoding="utf-8") as file:
            runs += [json.loads(line) for line in file if line.endswith("\n")]
    return runs


def done(runs: Iterable[dict[str, Any]]) -> set[tuple[str, int]]:
    """What --resume leaves out: not a run of which nothing is known because the arena failed."""
    return {(run["case"], run["seed"]) for run in runs if run["ending"] != "not known"}
