"""The runs of pause.py and what is made of them."""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psycopg

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from rehearsal.faults.arena import Arena, ArenaFailed  # noqa: E402 - of this tree, wherever it is called from
from rehearsal.faults.checker import Verdict, judge  # noqa: E402
from rehearsal.faults.client_process import Load  # noqa: E402
from rehearsal.faults.outcome import Outcome  # noqa: E402
from rehearsal.faults.running import Plot  # noqa: E402
from rehearsal.faults.scenarios import CLEAN, Case  # noqa: E402
from rehearsal.faults.setups import Setup  # noqa: E402
from rehearsal.faults.switch import Switch  # noqa: E402
from rehearsal.naive.trial import FAULTS, try_way  # noqa: E402
from rehearsal.naive.ways import WAYS, pg_easy_replicate  # noqa: E402
from rehearsal.workload.verdict import longest_stalls, percentile  # noqa: E402

RESULTS = ROOT / "benchmarks" / "results" / "pause.json"
TARGETS = {"p50_ms": 60, "p99_ms": 150, "peer_median_over_ours": 10, "growth": 3}
"""Of the design: what the figures are compared with."""
WRITES_PER_SECOND: Final = 800.0
"""Of all writers together."""
OWN_TABLES: Final = 9
"""Those that the arena's clients write to, partitions included."""
SERVER_SETTINGS: Final = {"max_locks_per_transaction": "512"}
"""Room for a lock on each of 10,000 tables, as readiness asks for."""
LONG_DEADLINE: Final = {"switch_deadline_seconds": 30}
"""For many tables: what a deadline would cut short is to be measured."""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One set of runs under the same conditions."""

    name: str
    writers: int = 8
    tables: int = OWN_TABLES
    peer: bool = False
    bare: bool = False
    """Beside the switch: the same clients standing still for as long and connecting anew, without a switch."""

    @property
    def load(self) -> Load:
        return Load(
            writers=self.writers,
            writes_per_second=WRITES_PER_SECOND / self.writers,
            readers=2,
            habit="single",
        )


PAIR = Kind(name="8 writers beside the peer", peer=True, bare=True)
GROWTH = (
    Kind(name="4 writers", writers=4, bare=True),
    Kind(name="16 writers", writers=16, bare=True),
    Kind(name="64 writers", writers=64, bare=True),
    Kind(name="10 tables", tables=10),
    Kind(name="1,000 tables", tables=1_000),
    Kind(name="10,000 tables", tables=10_000),
)
PEER_EVERY: Final = 4
"""Seeds: the peer's runs take longer than ours, and their median is ten times away from the limit."""
PEER = next(way for way in WAYS if way.act is pg_easy_replicate)
HELD_SECONDS: Final = 0.03
"""How long the clients of a bare reconnection stand still where no switch says it."""
AROUND_NS: Final = 2_000_000_000
"""Before and after the moment of a bare reconnection: where its stall is looked for."""


def main(description: str) -> int:
    asked = _parser(description).parse_args()
    lines = asked.results.with_suffix(".jsonl")
    wanted = [(PAIR, asked.runs)]
    if asked.growth:
        wanted += [(kind, asked.growth_runs) for kind in GROWTH]
    wrong = 0
    with Arena(SERVER_SETTINGS) as arena:
        for kind, seed in _left(wanted, _read(lines)):
            line = _run(arena, kind, seed)
            wrong += bool(line["faults"])
            with lines.open("a", encoding="utf-8") as file:
                file.write(json.dumps(line) + "\n")
            told = {side: line[side] and line[side]["median_ms"] for side in ("ours", "peer")}
            print(f"{kind.name}, seed {seed}: {told} {line['faults'] or ''}", flush=True)
    summary = summarize(_read(lines))
    asked.results.write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(summary["kinds"], indent=2))
    return 1 if wrong else 0


def _left(
    wanted: Sequence[tuple[Kind, int]], done: Sequence[dict[str, Any]]
) -> Iterator[tuple[Kind, int]]:
    known = {(line["kind"], line["seed"]) for line in done}
    for kind, runs in wanted:
        for seed in range(1, runs + 1):
            if (kind.name, seed) not in known:
                yield kind, seed


def _run(arena: Arena, kind: Kind, seed: int) -> dict[str, Any]:
    """One pair, or one of ours alone; the line of the record."""
    line: dict[str, Any] = {
        "kind": kind.name,
        "seed": seed,
        "load_average": round(os.getloadavg()[0], 2),
        "ours": None,
        "peer": None,
        "bare": None,
        "faults": [],
        "versions": arena.versions(),
    }
    paired = kind.peer and seed % PEER_EVERY == 1
    sides = ["ours", "peer"] if paired else ["ours"]
    for side in sides if seed // PEER_EVERY % 2 else reversed(sides):
        try:
            if side == "ours":
                line["ours"], faults = _ours(arena, kind, seed)
            else:
                line["peer"], faults = _peer(arena, kind, seed)
        except ArenaFailed as failure:
            faults = [f"the arena: {failure}"]
        line["faults"] += faults
    if kind.bare and (paired or not kind.peer):
        held = (line["ours"] or {}).get("server_ms")
        line["bare"] = _bare(arena, kind, seed, held / 1e3 if held else HELD_SECONDS)
    return line


def _ours(arena: Arena, kind: Kind, seed: int) -> tuple[dict[str, Any], list[str]]:
    case = Case(scenario=CLEAN, point=None)
    more = kind.tables - OWN_TABLES
    setup = Setup(load=kind.load, more_tables=more, plan=LONG_DEADLINE if more > 1 else {})
    with Switch(arena, seed=seed, setup=setup) as switch:
        outcome = switch.conduct(Plot(case=case, switch=switch), stall_limit=True)
    verdict = judge(outcome.evidence)
    faults = [f"{each.name}: {each.why}" for each in verdict.broken]
    if verdict.ending != "switched":
        faults.append(f"ended {verdict.ending}: {outcome.evidence.error}")
    return _figures(outcome, verdict), faults


def _figures(outcome: Outcome, verdict: Verdict) -> dict[str, Any]:
    pause = outcome.pause
    server = next(
        (
            entry.detail["pause_ms"]
            for entry in reversed(outcome.evidence.entries)
            if "pause_ms" in entry.detail
        ),
        None,
    )
    return {
        "median_ms": round(pause.client_p50, 1) if pause else None,
        "writers_ms": [round(value, 1) for value in pause.writers.values()] if pause else [],
        "server_ms": server and round(server, 1),
        "acknowledged": verdict.ledger.acknowledged,
        "lost": verdict.ledger.lost,
        "duplicated": verdict.ledger.duplicated,
        "errors": verdict.errors,
    }


def _peer(arena: Arena, kind: Kind, seed: int) -> tuple[dict[str, Any], list[str]]:
    line = try_way(arena, PEER, FAULTS[0], seed, load=kind.load)
    found = {
        "median_ms": line["pause_p50_ms"],
        "writers_ms": line["writers_ms"],
        "until_names_ms": line["until_names_ms"],
        "acknowledged": line["acknowledged"],
        "lost": line["lost"],
        "duplicated": line["duplicated"],
        "errors": line["errors"],
    }
    # What it loses is its figure, not a fault of this run.
    return found, [] if line["ending"] == "switched" else [f"the peer {line['ending']}"]


def _bare(arena: Arena, kind: Kind, seed: int, held_seconds: float) -> dict[str, Any]:
    """What of the pause is not the switch: its clients wait at a lock that long, lose their sessions, connect anew.

    No gate, no other server, no change of names. A writer's own pace is in it as it is in a pause.
    """
    setup = Setup(load=kind.load)
    with Switch(arena, seed=seed, setup=setup) as switch:
        switch.warm_up()
        with psycopg.connect(switch.pair.dsn("source"), autocommit=True) as connection:
            connection.execute("begin")
            connection.execute("lock table ledger, accounts in exclusive mode")
            moment = time.time_ns()
            time.sleep(held_seconds)
            ended = connection.execute(
                "select count(pg_terminate_backend(pid)) from pg_stat_activity"
                " where datname = current_database() and application_name like 'writer %'"
            ).fetchone()
            connection.execute("commit")
        time.sleep(AROUND_NS / 1e9)
        switch.clients.stop()
        writes = switch.clients.records().writes
    stalls = longest_stalls(writes, between_ns=(moment - AROUND_NS, moment + AROUND_NS))
    values = sorted(stalls.values())
    return {
        "held_ms": round(held_seconds * 1e3, 1),
        "sessions_ended": ended and ended[0],
        "median_ms": round(percentile(values, 50), 1) if values else None,
        "writers_ms": [round(value, 1) for value in stalls.values()],
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
        own, bare = kind["ours"].get("p50_ms"), kind["bare"].get("p50_ms")
        kind["times_the_8_writers"] = round(own / base, 2) if own and base else None
        kind["times_the_bare_reconnection"] = round(own / bare, 2) if own and bare else None
    return {
        "command": "make bench-pause",
        "peer": PEER.follows,
        "processors": os.cpu_count(),
        "targets": TARGETS,
        "kinds": kinds,
        "versions": versions,
    }


def _summarize_kind(lines: Sequence[dict[str, Any]]) -> dict[str, Any]:
    ours = _summarize_side([line["ours"] for line in lines if line["ours"]])
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
        "runs_with_faults": sum(bool(line["faults"]) for line in lines),
        "ours": ours,
        "peer": peer,
        "bare": _summarize_side([line["bare"] for line in lines if line.get("bare")]),
        "peer_median_over_ours": ratio,
        "peer_until_names_over_ours": alone,
    }


def _summarize_side(runs: Sequence[dict[str, Any]]) -> dict[str, Any]:
    medians = sorted(run["median_ms"] for run in runs if run["median_ms"] is not None)
    writers = sorted(value for run in runs for value in run["writers_ms"])
    if not medians:
        return {}
    return {
        "runs_with_a_pause": len(medians),
        "p50_ms": statistics.median(medians),
        "p99_ms": percentile(medians, 99),
        "longest_of_any_writer_ms": writers[-1],
        "every_writer_p50_ms": statistics.median(writers),
        "every_writer_p99_ms": percentile(writers, 99),
        **_medians(
            runs,
            server_ms="server_p50_ms",
            until_names_ms="until_names_p50_ms",
            held_ms="held_p50_ms",
        ),
        **_sums(runs, "acknowledged", "lost", "duplicated"),
    }


def _medians(runs: Sequence[dict[str, Any]], **named: str) -> dict[str, float]:
    found = {
        shown: [run[name] for run in runs if run.get(name) is not None]
        for name, shown in named.items()
    }
    return {shown: statistics.median(values) for shown, values in found.items() if values}


def _sums(runs: Sequence[dict[str, Any]], *names: str) -> dict[str, int]:
    return {name: sum(run[name] for run in runs) for name in names if name in runs[0]}


def _read(path: Path) -> list[dict[str, Any]]:
    if not path.exists():
        return []
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.endswith("\n")]


def _parser(description: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--growth", action="store_true")
    parser.add_argument("--growth-runs", type=int, default=10)
    parser.add_argument("--results", type=Path, default=RESULTS)
    return parser
