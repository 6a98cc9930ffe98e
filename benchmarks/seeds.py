"""Runs a scenario once per seed, one after the other, and prints a row each and the medians.

    python benchmarks/seeds.py [--scenario NAME] [--seeds 10] [--first 1] [--results FILE] [-- ARGUMENTS]

Arguments after `--` go to the rehearsal. Exit status 0 only where every run passed.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    asked = _parser().parse_args()
    rows = [
        _run(asked.scenario, seed, asked.arguments)
        for seed in range(asked.first, asked.first + asked.seeds)
    ]
    summary = summarize(asked.scenario, rows, asked.arguments)
    print(json.dumps(summary["medians"], indent=2))
    if asked.results:
        asked.results.parent.mkdir(parents=True, exist_ok=True)
        asked.results.write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")
    return 0 if all(row["verdict"] == "passed" for row in rows) else 1


def summarize(scenario: str, rows: list[dict[str, Any]], arguments: list[str]) -> dict[str, Any]:
    """The rows with the median of every figure that each of them has."""
    figures = [
        name
        for name, value in rows[0].items()
        if name != "seed" and isinstance(value, int | float) and not isinstance(value, bool)
    ]
    medians = {
        name: statistics.median(row[name] for row in rows)
        for name in figures
        if all(row[name] is not None for row in rows)
    }
    return {
        "scenario": scenario,
        "arguments": arguments,
        "runs": len(rows),
        "passed": sum(row["verdict"] == "passed" for row in rows),
        "medians": medians,
        "rows": rows,
        "processors": os.cpu_count(),
    }


def _run(scenario: str, seed: int, arguments: list[str]) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "rehearsal", "--json", "--report", folder]
        command += ["--scenario", scenario, "--seed", str(seed), *arguments]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603
        if not done.stdout:
            sys.exit(f"seed {seed} could not be run: {done.stderr.strip()}")
        row = figures_of(json.loads(done.stdout))
    print("  ".join(f"{name} {value}" for name, value in row.items()), flush=True)
    return row


def figures_of(report: dict[str, Any]) -> dict[str, Any]:
    """One row: the verdict and what is compared between runs."""
    shares = [
        abs(stage["read_share"] - stage["weight"] / 100) * 100
        for stage in report["stages"]
        if stage["read_share"] is not None
    ]
    pause = report["pause_ms"]
    return {
        "seed": report["seed"],
        "verdict": report["verdict"],
        "acknowledged": report["ledger"]["acknowledged"],
        "lost": report["ledger"]["lost"],
        "written_to_closed_side": report["ledger"]["written_to_closed_side"],
        "pause_p50_ms": _rounded(pause["client_p50"]),
        "pause_max_ms": _rounded(pause["client_max"]),
        "server_ms": _rounded(pause["server"]),
        "client_errors": sum(report["client_errors"].values()),
        "share_off_by_points": round(max(shares), 2) if shares else None,
        "wall_seconds": _rounded(report["wall_seconds"]),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--scenario", default="happy-path")
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--results", type=Path)
    parser.add_argument("arguments", nargs="*")
    return parser


if __name__ == "__main__":
    sys.exit(main())
