"""The command line of the fault matrix."""

from __future__ import annotations

import argparse
import faulthandler
import itertools
import math
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from cutover.direction import Direction
from rehearsal.faults import records
from rehearsal.faults.arena import Arena, ArenaFailed
from rehearsal.faults.page import NOT_KNOWN, PAGE, page
from rehearsal.faults.running import record_steps, run_case
from rehearsal.faults.scenarios import SCENARIOS, Case, cases, of_direction, unplaced
from rehearsal.naive.trial import FAULTS, OURS, WAYS, try_ours, try_way

OTHER_WAYS = "other-ways"

GROUPS = tuple(dict.fromkeys(scenario.group for scenario in SCENARIOS))


def main(arguments: Sequence[str]) -> int:
    """Exit status: 0 every run as expected, 1 not, 2 could not be run as asked, 130 interrupted."""
    asked = _parser().parse_args(arguments)
    # On request (kill -USR1), every thread says where it stands: a matrix runs for hours unattended.
    faulthandler.register(signal.SIGUSR1)
    if asked.list:
        for scenario in SCENARIOS:
            print(f"{scenario.group:<11} {scenario.name:<48} {scenario.what}")
        return 0
    if asked.page:
        return _write_page()
    name = OTHER_WAYS if asked.other_ways else asked.arena
    record: Path = asked.record or records.DIRECTORY / f"{name}.jsonl"
    try:
        status = run_other_ways(asked, record) if asked.other_ways else run(asked, record)
    except KeyboardInterrupt:
        print("faults: interrupted; everything that was started is gone", file=sys.stderr)
        return 130
    if not asked.no_page:
        _write_page()
    return status


def run(asked: argparse.Namespace, record: Path) -> int:
    """Runs what was asked for."""
    done = records.done(records.read([record])) if asked.resume and record.exists() else set()
    failed = 0
    with Arena() as arena:
        known = arena.versions() | {"code": _code()}
        print("faults: finding out the sub-steps", file=sys.stderr)
        steps = {direction: record_steps(arena, direction) for direction in Direction}
        if lost := [
            each
            for direction, known_steps in steps.items()
            for each in unplaced(of_direction(direction), known_steps)
        ]:
            # The steps have changed under the scenarios: the matrix would quietly be smaller.
            print(f"faults: no sub-step is named {'; '.join(lost)}", file=sys.stderr)
            return 2
        chosen = [
            case
            for direction, known_steps in steps.items()
            for case in cases(of_direction(direction), known_steps)
            if (not asked.only or case.scenario.group in asked.only)
            and (asked.match is None or asked.match in case.name)
        ]
        if not chosen:
            print(f"faults: no case matches; groups: {', '.join(GROUPS)}", file=sys.stderr)
            return 2
        print(f"faults: {len(chosen)} cases", file=sys.stderr)
        for number, (case, seed) in enumerate(schedule(chosen, asked.seed, asked.count, done), 1):
            started = time.monotonic()
            line = _attempt(arena, case, seed) | {"versions": known, "arena": record.stem}
            records.append(record, line)
            failed += not line["passed"]
            took = time.monotonic() - started
            sign = "ok  " if line["passed"] else "FAIL"
            print(f"{number:5} {sign} {line['ending']:<18} {took:4.1f} s  {case.name}  seed {seed}")
            for fault in line["faults"]:
                print(f"           {fault}")
            sys.stdout.flush()
    return 1 if failed else 0


def run_other_ways(asked: argparse.Namespace, record: Path) -> int:
    """Every way under every fault, --count times each (default 1)."""
    before = records.read([record]) if asked.resume and record.exists() else []
    done = {(run["way"], run["fault"], run["seed"]) for run in before}
    with Arena() as arena:
        known = arena.versions() | {"code": _code()}
        for seed in range(asked.seed, asked.seed + (asked.count or 1)):
            for fault in FAULTS:
                for name, attempt in (
                    (OURS, partial(try_ours, arena, fault, seed)),
                    *((way.name, partial(try_way, arena, way, fault, seed)) for way in WAYS),
                ):
                    if (name, fault.name, seed) in done or (asked.match or "") not in name:
                        continue
                    line = attempt() | {"versions": known}
                    records.append(record, line)
                    print(
                        f"{name:<40} {fault.name:<36} {line['ending']:<30} acknowledged {line['acknowledged']}"
                        f" lost {line['lost']} closed side {line['closed_side']} wrong {line['wrong_balances']}"
                        f" pause {line['pause_p50_ms']} ms errors {line['failed_transactions']}",
                        flush=True,
                    )
    return 0


def _code() -> str:
    """The commit that ran, where this is a checkout; with a plus where files differ from it."""
    try:
        told = subprocess.run(
            ["git", "describe", "--always", "--dirty=+", "--exclude=*"],  # noqa: S607
            cwd=Path(__file__).parent,
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return "not a checkout"
    return told.stdout.strip()


def _attempt(arena: Arena, case: Case, seed: int) -> dict[str, Any]:
    try:
        return run_case(arena, case, seed)
    except ArenaFailed as failure:
        return {
            "case": case.name,
            "scenario": case.scenario.name,
            "group": case.scenario.group,
            "point": str(case.point or ""),
            "seed": seed,
            "ending": NOT_KNOWN,
            "passed": False,
            "faults": [f"the arena: {failure}"],
        }


def schedule(
    chosen: list[Case], seed: int, count: int | None, done: set[tuple[str, int]]
) -> Iterator[tuple[Case, int]]:
    """Round after round of all cases, each round in an order of its own; the seed decides order and schedule.

    In a round no scenario has its next case before every other one has had as many: what a part of it shows, it shows
    of every kind of fault.

    count: of runs that are not done yet; None ends with the first round.
    """
    left = math.inf if count is None else count
    for number in itertools.count(seed):
        order = list(chosen)
        random.Random(number).shuffle(order)
        had: Counter[str] = Counter()
        turns = {}
        for case in order:
            turns[case.name] = had[case.scenario.name]
            had[case.scenario.name] += 1
        order.sort(key=lambda case: turns[case.name])
        for case in order:
            if left > 0 and (case.name, number) not in done:
                left -= 1
                yield case, number
        if count is None or left <= 0:
            return


def _write_page() -> int:
    runs = records.read(records.DIRECTORY.glob("*.jsonl"))
    PAGE.write_text(page(runs), encoding="utf-8")
    print(f"faults: {PAGE.name} written from {len(runs)} runs", file=sys.stderr)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="faults",
        description="Faulted switches between two real servers under load, judged by the clients' ledger.",
        epilog="Exit status: 0 every run as expected, 1 not, 2 could not be run as asked, 130 interrupted.",
    )
    add = parser.add_argument
    add("--count", type=int, metavar="N", help="runs (default: each case once)")
    add(
        "--only",
        action="append",
        choices=GROUPS,
        metavar="GROUP",
        help=f"cases of this group, and of each that is named so: {', '.join(GROUPS)}",
    )
    add("--match", metavar="TEXT", help="cases whose name has this in it")
    add("--seed", type=int, default=1, metavar="S", help="of the first round (default 1)")
    add("--resume", action="store_true", help="leave out what the record has already")
    add("--arena", default="arena", metavar="NAME", help="names the record (default: arena)")
    add("--record", type=Path, metavar="FILE", help="the record itself")
    add("--other-ways", action="store_true", help="other ways to switch, under the same faults")
    add("--no-page", action="store_true", help="leave docs/fault-matrix.md as it is")
    add("--page", action="store_true", help="write docs/fault-matrix.md from the records and end")
    add("--list", action="store_true", help="name the scenarios and end")
    return parser
