"""docs/fault-matrix.md, made from the record and from nothing else: the same runs make the same page."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from rehearsal.faults.scenarios import CLEAN, SCENARIOS, THERE_AND_BACK, THRICE, Scenario
from rehearsal.workload.verdict import percentile

PAGE: Final = Path(__file__).resolve().parents[2] / "docs" / "fault-matrix.md"

FAULTLESS: Final = {CLEAN.name, THERE_AND_BACK.name, THRICE.name}

Run = dict[str, Any]

NOT_KNOWN: Final = "not known"
ENDINGS: Final = ("switched", "put back", "refused", "a person is needed", NOT_KNOWN)
THERE_ARE: Final = {scenario.name for scenario in SCENARIOS}
INVARIANTS: Final = {
    "I1": ("at most one database accepts writes", "-"),
    "I2": ("no acknowledged write is lost or applied twice", "-"),
    "I3": (
        "before the line everything goes back, behind it everything goes forward or a person knows",
        "where a person is needed and the runbook led nowhere",
    ),
    "I4": (
        "a dead controller leaves no database closed",
        "where nobody was killed and a server was down: then writers wait for that",
    ),
    "I5": ("nobody runs two cutovers at once", "where the journal has no entry"),
    "I6": (
        "a redeploy moves no traffic and restarts no load",
        "never in the arena, which has no stacks: `tests/deployment/` deploys again in the middle of a cutover",
    ),
    "I7": (
        "no verdict without evidence",
        "where the origin stayed open and no evidence was kept back: then no verdict let anything through",
    ),
}
"""What each says, and in which runs it is not checked."""
GROUPS: Final = {
    "none": "Nothing is done",
    "controller": "The controller",
    "lambda": "Lambda and Step Functions",
    "servers": "The servers",
    "stream": "The replication stream",
    "links": "The network between the controller and the servers",
    "clients": "The clients",
    "schema": "Schema and sequences",
    "names": "Route 53",
    "journal": "The journal",
    "checks": "Metrics and alarms",
    "operator": "The operator",
    "way-back": "The way back: faults in a rollback, and moves there and back",
}

HEAD: Final = """# Fault matrix

Written by `make faults` from `benchmarks/results/faults/`; a test compares this page with what those records make.

Each run is one cutover in the arena (`rehearsal/faults/`), or a rollback after one: the state machines of
`state_machines/`, run by the engine that rehearsals use, call the functions of `lambdas/` in processes that can be
killed; two real PostgreSQL servers with native logical replication; four writers of multi-statement transactions and
two readers that never stop; a journal on an emulated DynamoDB table. The part of DMS is played by subscriptions over
the slots that the switch makes. What is cut off is recovered as in AWS: by the machine's own Catch, or by the rule on
ended executions. The waits of the state machine are scaled to a fifth; task deadlines, the switch's deadline (2 s here)
and the pause are not. Names are a file that the clients' resolver reads with a time to live. A fault happens at a
sub-step: before or after one call of a port, at each place where a move calls the function. The list of sub-steps is
recorded from clean runs, so a new one is in the matrix by itself. A fault that could not be done, or that nobody met,
is a failed run. The checker judges the clients' ledger of acknowledged writes, two probers that try each side every
25 ms, the journal and both databases (`rehearsal/faults/checker.py`): after a finished move both have to hold the
same writes and balances, brought by the way back, which alone carries and alone has a slot. What this can't show: WAN
round trips, DMS, the propagation of Route 53, the failover of Aurora.
"""


def page(runs: Sequence[Run]) -> str:
    """The page for these runs."""
    every = [run for run in runs if "way" not in run]
    others = [run for run in runs if "way" in run]
    own = counted(every)
    parts = [HEAD, *_summary(own), *_left_out(every), *_invariants(own)]
    for group, title in GROUPS.items():
        parts += _group(group, title, own)
    parts += _unexpected(own)
    parts += _residual(own)
    parts += _other_ways(others)
    parts += _versions(runs)
    return "\n".join(parts).rstrip() + "\n"


def counted(runs: Sequence[Run]) -> list[Run]:
    """The runs that the page is about: of scenarios that there still are, and each as it came out at last."""
    known = {(run["case"], run["seed"]) for run in runs if run["ending"] != NOT_KNOWN}
    return [
        run
        for run in runs
        if run["scenario"] in THERE_ARE
        and (run["ending"] != NOT_KNOWN or (run["case"], run["seed"]) not in known)
    ]


def _left_out(runs: Sequence[Run]) -> Iterator[str]:
    """What the records have and no sum and no table here has."""
    gone = Counter(run["scenario"] for run in runs if run["scenario"] not in THERE_ARE)
    again = len(runs) - len(counted(runs)) - gone.total()
    if gone:
        named = ", ".join(f"{name} ({count})" for name, count in sorted(gone.items()))
        yield f"Left out of every sum and table, because the scenario is no more: {named}.\n"
    if again:
        yield f"Left out, because the arena failed and the same case and seed was run again: {again}.\n"


def _invariants(runs: Sequence[Run]) -> Iterator[str]:
    yield "## The invariants\n"
    told = [run["invariants"] for run in runs if "invariants" in run]
    yield "| | what it says | held | broken | broken by a named residual risk | not checked | where it is not checked |"
    yield "|---|---|---|---|---|---|---|"
    residual = [run["invariants"] for run in runs if "invariants" in run and run.get("residual")]
    for name, (says, elsewhere) in INVARIANTS.items():
        found = Counter(each.get(name, "not checked") for each in told)
        risks = sum(each.get(name) == "broken" for each in residual)
        cells = [
            name,
            says,
            f"{found['held']:,}",
            f"{found['broken'] - risks:,}",
            f"{risks:,}",
            f"{found['not checked']:,}",
            elsewhere,
        ]
        yield "| " + " | ".join(cells) + " |"
    yield ""
    yield (
        f"Of {len(runs):,} runs {len(told):,} have a verdict; the others are those in which the arena failed. A run in "
        "which I3 is not checked counts as one that is not as expected. Older runs were made without probers, which "
        f"try each side every few milliseconds whoever the writer is: {sum(bool(run.get('probes')) for run in runs):,} "
        "runs had them.\n"
    )


def _summary(runs: Sequence[Run]) -> Iterator[str]:
    judged = [run for run in runs if run["ending"] != NOT_KNOWN and not run.get("residual")]
    faulted = [run for run in judged if run["scenario"] not in FAULTLESS]
    thrice = [run for run in judged if run["scenario"] == THRICE.name]
    backs = [run for run in judged if run["ending"] == "put back"]
    clean = [run for run in backs if not run["failed_transactions"]]
    waits = [run["longest_stall_ms"] for run in clean]
    seeds = sorted({run["seed"] for run in runs})
    yield "## What came of it\n"
    yield "| | |\n|---|---|"
    yield f"| faulted switches | {len(faulted):,} |"
    kinds, points = ({run[key] for run in faulted} for key in ("scenario", "case"))
    yield f"| kinds of fault, and different points | {len(kinds)}, {len(points):,} |"
    yield f"| seeds | {_ranges(seeds)} |"
    passed = sum(run["passed"] for run in thrice)
    yield f"| {THRICE.name}, as expected | {passed:,} of {len(thrice):,} |"
    for key, text in (
        ("acknowledged", "writes acknowledged"),
        ("lost", "acknowledged writes lost"),
        ("duplicated", "writes applied twice"),
        ("closed_side", "writes accepted on the closed side"),
        ("wrong_balances", "balances that the ledger does not explain"),
    ):
        yield f"| {text} | {sum(run[key] for run in judged):,} |"
    endings = Counter(run["ending"] for run in judged)
    told = ", ".join(f"{ending} {endings[ending]:,}" for ending in ENDINGS if endings[ending])
    yield f"| endings | {told or 'none'} |"
    yield f"| put back without an error for any writer | {len(clean):,} of {len(backs):,} |"
    if waits:
        yield f"| longest wait of a writer in those, median / p99 / max | {_three(waits)} ms |"
    yield f"| not as expected | {sum(not run['passed'] for run in runs):,}, listed below |"
    yield ""
    yield (
        "A run of a named residual risk is not counted here. Where a run is put back and a writer did meet an error, "
        "its own server was killed or frozen, or the barrier ended its session, which stood still beyond the patience."
    )
    yield ""


def _group(group: str, title: str, runs: Sequence[Run]) -> Iterator[str]:
    yield f"## {title}\n"
    yield (
        "| fault | what is done | points | runs | endings | lost / twice / closed side "
        "| pause ms, median / max | errors of writers, put back | as expected |"
    )
    yield "|---|---|---|---|---|---|---|---|---|"
    for scenario in SCENARIOS:
        if scenario.group == group:
            yield _row(scenario, [run for run in runs if run["scenario"] == scenario.name])
    yield ""


def _row(scenario: Scenario, runs: Sequence[Run]) -> str:
    judged = [run for run in runs if run["ending"] != NOT_KNOWN]
    endings = Counter(run["ending"] for run in runs)
    told = ", ".join(f"{ending} {endings[ending]}" for ending in ENDINGS if endings[ending])
    harm = " / ".join(
        str(sum(run[key] for run in judged)) for key in ("lost", "duplicated", "closed_side")
    )
    medians = [run["pause_p50_ms"] for run in judged if run["pause_p50_ms"] is not None]
    longest = [run["pause_max_ms"] for run in judged if run["pause_max_ms"] is not None]
    pause = f"{statistics.median(medians):.0f} / {max(longest):.0f}" if medians else "-"
    backs = [run["failed_transactions"] for run in judged if run["ending"] == "put back"]
    passed = sum(run["passed"] for run in runs)
    cells = [
        scenario.name,
        scenario.what,
        len({run["case"] for run in runs}),
        len(runs),
        told or "not run yet",
        harm if judged else "-",
        pause,
        sum(backs) if backs else "-",
        f"{passed} of {len(runs)}" if runs else "-",
    ]
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def _unexpected(runs: Sequence[Run]) -> Iterator[str]:
    yield "## Not as expected\n"
    failed = [run for run in runs if not run["passed"]]
    if not failed:
        yield "None.\n"
        return
    yield "| case | seed | ending | why |\n|---|---|---|---|"
    for run in sorted(failed, key=lambda run: (run["case"], run["seed"])):
        why = "; ".join(run["faults"]).replace("|", "/").replace("\n", " ")
        yield f"| {run['case']} | {run['seed']} | {run['ending']} | {why} |"
    yield ""


def _residual(runs: Sequence[Run]) -> Iterator[str]:
    yield "## Named residual risks\n"
    yield "| fault | what is not covered, and what shows it | runs | lost | twice | closed side |"
    yield "|---|---|---|---|---|---|"
    for scenario in SCENARIOS:
        if scenario.residual:
            own = [run for run in runs if run["scenario"] == scenario.name and "lost" in run]
            counts = [sum(run[key] for run in own) for key in ("lost", "duplicated", "closed_side")]
            cells = [scenario.name, scenario.residual, len(own), *counts]
            yield "| " + " | ".join(str(cell) for cell in cells) + " |"
    yield ""


def _other_ways(runs: Sequence[Run]) -> Iterator[str]:
    yield "## The same under other ways\n"
    from rehearsal.naive.trial import FAULTS

    named = ", ".join(fault.name for fault in FAULTS)
    yield (
        f"A selection, not the matrix: {len(FAULTS)} kinds ({named}). The other ways have no state machine, no journal "
        "and no recovery, so that most of the faults above have no place in them.\n"
    )
    if not runs:
        yield 'Not run yet: `make faults ARGS="--other-ways"`.\n'
        return
    from rehearsal.naive.ways import WAYS

    yield (
        "Re-implementations of published algorithms on the same servers with the same clients, by an operator who "
        "means well: `rehearsal/naive/`. What each of them follows:\n"
    )
    for way in WAYS:
        yield f"* **{way.name}**: {way.follows}"
    yield ""
    yield (
        "| way | fault | runs | acknowledged | lost | twice | closed side | wrong balances "
        "| pause ms, median | errors of writers | how it ended |"
    )
    yield "|---|---|---|---|---|---|---|---|---|---|---|"
    for name in dict.fromkeys(["this project", *(way.name for way in WAYS)]):
        for fault in dict.fromkeys(run["fault"] for run in runs):
            own = [run for run in runs if run["way"] == name and run["fault"] == fault]
            if own:
                yield _way_row(name, fault, own)
    yield ""


def _way_row(name: str, fault: str, runs: Sequence[Run]) -> str:
    pauses = [run["pause_p50_ms"] for run in runs if run["pause_p50_ms"] is not None]
    sums = [
        f"{sum(run[key] for run in runs):,}"
        for key in ("acknowledged", "lost", "duplicated", "closed_side", "wrong_balances")
    ]
    ended = Counter(run["ending"] for run in runs)
    cells = [
        name,
        fault,
        len(runs),
        *sums,
        f"{statistics.median(pauses):.0f}" if pauses else "-",
        sum(run["failed_transactions"] for run in runs),
        ", ".join(f"{ending} {count}" for ending, count in sorted(ended.items())),
    ]
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def _versions(runs: Sequence[Run]) -> Iterator[str]:
    yield "## With what\n"
    seen: dict[str, set[str]] = {}
    for run in runs:
        for name, version in run.get("versions", {}).items():
            seen.setdefault(name, set()).add(str(version))
    yield "| | |\n|---|---|"
    for name, found in sorted(seen.items()):
        yield f"| {name} | {', '.join(sorted(found))} |"


def _three(values: Sequence[float]) -> str:
    ordered = sorted(values)
    return f"{statistics.median(ordered):.0f} / {percentile(ordered, 99):.0f} / {ordered[-1]:.0f}"


def _ranges(numbers: Sequence[int]) -> str:
    """1, 2, 3, 7 as `1-3, 7`."""
    parts: list[list[int]] = []
    for number in numbers:
        if parts and number == parts[-1][-1] + 1:
            parts[-1].append(number)
        else:
            parts.append([number])
    return ", ".join(str(p[0]) if len(p) == 1 else f"{p[0]}-{p[-1]}" for p in parts) or "none"
