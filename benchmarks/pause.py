"""The write pause as clients see it, through the whole state machine, beside pg_easy_replicate's algorithm.

    python benchmarks/pause.py [--runs 200] [--growth] [--results FILE]

Each run is a rehearsal of its own: two new servers, the engine, the Lambda runtime, 8 writers at 800 writes a second;
then the peer on the same servers with as many clients. Every run is a line of FILE.jsonl, and runs that are there
already are not repeated: a loop that was interrupted goes on. --growth adds 4, 16 and 64 writers, and 1,000 and
10,000 tables.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
RESULTS = ROOT / "benchmarks" / "results" / "pause.json"
TARGETS = {"p50_ms": 60, "p99_ms": 150, "peer_median_over_ours": 10, "growth": 3}
"""Of the design: what the figures are compared with."""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One set of runs under the same conditions."""

    name: str
    writers: int = 8
    rate: int = 800
    tables: int = 0
    """Beside the application's own."""
    peer: bool = False


PAIR = Kind(name="8 writers beside the peer", peer=True)
GROWTH = (
    Kind(name="4 writers", writers=4),
    Kind(name="16 writers", writers=16),
    Kind(name="64 writers", writers=64),
    Kind(name="1,000 tables", tables=1_000),
    Kind(name="10,000 tables", tables=10_000),
)


def main() -> int:
    asked = _parser().parse_args()
    if asked.one:
        kind = next(kind for kind in (PAIR, *GROWTH) if kind.name == asked.one)
        print(json.dumps(run(kind, asked.seed)))
        return 0
    lines = asked.results.with_suffix(".jsonl")
    wanted = [(PAIR, asked.runs)]
    if asked.growth:
        wanted += [(kind, asked.growth_runs) for kind in GROWTH]
    for kind, runs in wanted:
        done = {line["seed"] for line in _read(lines) if line["kind"] == kind.name}
        for seed in range(1, runs + 1):
            if seed not in done:
                _run_apart(kind, seed, lines)
    summary = summarize(_read(lines))
    asked.results.write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(summary["kinds"], indent=2))
    return 0


def _run_apart(kind: Kind, seed: int, lines: Path) -> None:
    """In a process of its own: what one run leaves in memory does not meet the next."""
    command = [sys.executable, __file__, "--one", kind.name, "--seed", str(seed)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode != 0:
        print(f"{kind.name}, seed {seed} failed: {done.stderr.strip()[-2000:]}", file=sys.stderr)
        return
    line = done.stdout.strip().splitlines()[-1]
    with lines.open("a", encoding="utf-8") as file:
        file.write(line + "\n")
    found = json.loads(line)
    told = {side: found[side] and found[side]["median_ms"] for side in ("ours", "peer")}
    print(f"{kind.name}, seed {seed}: {told}", flush=True)


def run(kind: Kind, seed: int) -> dict[str, Any]:
    """One run; the line of the record."""
    from rich.console import Console

    from rehearsal.conduct import conduct
    from rehearsal.naive.beside import BesidePeer, measured
    from rehearsal.options import parse
    from rehearsal.report.live import LiveDisplay

    scenario = BesidePeer(extra_tables=kind.tables, with_peer=kind.peer)
    options = parse(
        [
            *(
                "--scenario",
                scenario.name,
                "--seed",
                str(seed),
                "--stages",
                "100",
                "--duration",
                "3",
            ),
            *("--writers", str(kind.writers), "--rate", str(kind.rate)),
        ],
        {scenario.name: scenario.summary},
    )
    with LiveDisplay(Console(quiet=True, stderr=True)) as display:
        evidence, versions = conduct(options, scenario, display)
    if faults := scenario.judge(evidence):
        raise SystemExit("; ".join(faults))
    return {
        "kind": kind.name,
        "seed": seed,
        "ours": _figures(measured(evidence)),
        "server_ms": evidence.story.certificate.get("pause_milliseconds"),
        "peer": _figures(scenario.peer) if scenario.peer else None,
        "load_average": round(os.getloadavg()[0], 2),
        "versions": versions,
    }


def _figures(one: Any) -> dict[str, Any]:
    pause = one.pause
    return {
        "median_ms": round(pause.client_p50, 1) if pause else None,
        "longest_ms": round(pause.client_max, 1) if pause else None,
        "between_sides_ms": round(pause.overall, 1) if pause else None,
        "writers_ms": [round(value, 1) for value in pause.writers.values()] if pause else [],
        "acknowledged": one.acknowledged,
        "lost": one.lost,
        "duplicated": one.duplicated,
        "errors": one.errors,
        "until_names_ms": one.until_names_ms and round(one.until_names_ms, 1),
    }


def summarize(lines: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Per kind: over the runs, the median writer's pause; over all writers of all runs, p50 and p99."""
    names = list(dict.fromkeys(line["kind"] for line in lines))
    kinds = {
        name: _summarize_kind([line for line in lines if line["kind"] == name]) for name in names
    }
    versions: dict[str, list[str]] = {}
    for line in lines:
        for name, version in line["versions"].items():
            if version not in versions.setdefault(name, []):
                versions[name].append(version)
    base = kinds.get(PAIR.name, {}).get("ours", {}).get("p50_ms")
    for kind in kinds.values():
        own = kind["ours"].get("p50_ms")
        kind["times_the_8_writers"] = round(own / base, 2) if own and base else None
    return {
        "command": "make bench-pause",
        "processors": os.cpu_count(),
        "targets": TARGETS,
        "kinds": kinds,
        "versions": versions,
    }


def _summarize_kind(lines: Sequence[dict[str, Any]]) -> dict[str, Any]:
    ours = _summarize_side([line["ours"] for line in lines])
    peer = _summarize_side([line["peer"] for line in lines if line["peer"]])
    ratio = None
    if ours.get("p50_ms") and peer.get("p50_ms"):
        ratio = round(peer["p50_ms"] / ours["p50_ms"], 2)
    alone = None
    if ours.get("p50_ms") and peer.get("until_names_p50_ms"):
        # The peer without any name's time to live: what its own algorithm needs, and no client's reconnection.
        alone = round(peer["until_names_p50_ms"] / ours["p50_ms"], 2)
    return {
        "runs": len(lines),
        "ours": ours,
        "peer": peer,
        "peer_median_over_ours": ratio,
        "peer_until_names_over_ours": alone,
    }


def _summarize_side(runs: Sequence[dict[str, Any]]) -> dict[str, Any]:
    medians = sorted(run["median_ms"] for run in runs if run["median_ms"] is not None)
    writers = sorted(value for run in runs for value in run["writers_ms"])
    if not medians:
        return {}
    until = [run["until_names_ms"] for run in runs if run["until_names_ms"] is not None]
    return {
        "until_names_p50_ms": statistics.median(until) if until else None,
        "runs_with_a_pause": len(medians),
        "p50_ms": statistics.median(medians),
        "p99_ms": _percentile(medians, 99),
        "longest_of_any_writer_ms": writers[-1],
        "every_writer_p50_ms": statistics.median(writers),
        "every_writer_p99_ms": _percentile(writers, 99),
        "acknowledged": sum(run["acknowledged"] for run in runs),
        "lost": sum(run["lost"] for run in runs),
        "duplicated": sum(run["duplicated"] for run in runs),
    }


def _percentile(ordered: Sequence[float], percent: float) -> float:
    from rehearsal.workload.verdict import percentile

    return percentile(ordered, percent)


def _read(path: Path) -> list[dict[str, Any]]:
    if not path.exists():
        return []
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.endswith("\n")]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--growth", action="store_true")
    parser.add_argument("--growth-runs", type=int, default=10)
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--one", metavar="KIND", help=argparse.SUPPRESS)
    parser.add_argument("--seed", type=int, default=1, help=argparse.SUPPRESS)
    return parser


if __name__ == "__main__":
    sys.exit(main())
