"""The command line of a rehearsal: every fault is one line that names the fact, the limit and the remedy."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NoReturn

from cutover.errors import BadInput
from cutover.plan import CutoverPlan, WriteRecordMoves

POLL_SECONDS: Final = 1
RECORD_TTL_SECONDS: Final = 1
SHORTEST_STAGE_SECONDS: Final = 3
"""One second for the caches, one for a check, one to measure."""
HIGHEST_PORT: Final = 65535


@dataclass(frozen=True, kw_only=True)
class Options:
    """What was asked for."""

    scenario: str
    seed: int
    duration_seconds: int
    """Of all stages together."""
    writers: int
    readers: int
    writes_per_second: int
    stages: tuple[int, ...]
    write_record_moves: WriteRecordMoves
    source_port: int
    target_port: int
    report: Path
    as_json: bool

    def plan(self) -> CutoverPlan:
        """The plan with a laptop's waits. Raises BadInput."""
        return CutoverPlan(
            weights=self.stages,
            bake_seconds=max(1, self.duration_seconds // max(1, len(self.stages))),
            poll_seconds=POLL_SECONDS,
            max_hold_seconds=30,
            max_lag_seconds=10,
            metric_max_age_seconds=120,
            record_ttl_seconds=RECORD_TTL_SECONDS,
            write_record_moves=self.write_record_moves,
            switch_deadline_seconds=10,
            lock_patience_milliseconds=250,
            max_transaction_seconds=5,
            sequence_margin=1000,
        )

    def command(self) -> str:
        """What to type to run it again."""
        arguments = [f"--scenario {self.scenario}", f"--seed {self.seed}"]
        arguments += [
            f"--{name} {value}"
            for name, value, usual in (
                ("duration", self.duration_seconds, DEFAULTS["duration"]),
                ("writers", self.writers, DEFAULTS["writers"]),
                ("readers", self.readers, DEFAULTS["readers"]),
                ("rate", self.writes_per_second, DEFAULTS["rate"]),
            )
            if value != usual
        ]
        return f'make rehearse ARGS="{" ".join(arguments)}"'


DEFAULTS: Final = {"duration": 32, "writers": 8, "readers": 4, "rate": 800}


class _Parser(argparse.ArgumentParser):
    """Refuses in one line; argparse would print the usage first and hide it."""

    def error(self, message: str) -> NoReturn:
        refuse(message)


def refuse(message: str) -> NoReturn:
    """Ends with exit status 2: what was asked for can't be done."""
    print(f"rehearse: {message}", file=sys.stderr)
    sys.exit(2)


def parse(arguments: Sequence[str], scenarios: dict[str, str]) -> Options:
    """The options. Ends the process with status 2 on a fault, with 0 after --list and --help.

    scenarios: name to one line of what happens in it.
    """
    asked = _parser().parse_args(arguments)
    if asked.list:
        width = max(len(name) for name in scenarios)
        for name, summary in scenarios.items():
            print(f"{name:<{width}}  {summary}")
        sys.exit(0)
    if asked.scenario not in scenarios:
        refuse(f"there is no scenario '{asked.scenario}'; there are: {', '.join(scenarios)}")
    options = Options(
        scenario=asked.scenario,
        seed=asked.seed,
        duration_seconds=asked.duration,
        writers=asked.writers,
        readers=asked.readers,
        writes_per_second=asked.rate,
        stages=_stages(asked.stages),
        write_record_moves=WriteRecordMoves(asked.write_record),
        source_port=asked.source_port,
        target_port=asked.target_port,
        report=asked.report,
        as_json=asked.json,
    )
    _check(options)
    return options


def _check(options: Options) -> None:
    shortest = SHORTEST_STAGE_SECONDS * max(1, len(options.stages))
    limits = (
        ("duration", options.duration_seconds, shortest, 3600),
        ("writers", options.writers, 1, 64),
        ("readers", options.readers, 1, 32),
        ("rate", options.writes_per_second, 1, 20_000),
        ("source-port", options.source_port, 0, HIGHEST_PORT),
        ("target-port", options.target_port, 0, HIGHEST_PORT),
    )
    faults = [
        f"--{name} {value} is out of range: use {lowest} to {highest}"
        for name, value, lowest, highest in limits
        if not lowest <= value <= highest
    ]
    if options.source_port and options.source_port == options.target_port:
        faults.append(f"--source-port and --target-port are both {options.source_port}: use two")
    try:
        options.plan()
    except BadInput as error:
        faults.append(f"--stages: {error}")
    if faults:
        refuse("; ".join(faults))


def _stages(text: str) -> tuple[int, ...]:
    try:
        return tuple(int(part) for part in text.split(","))
    except ValueError:
        refuse(f"--stages '{text}' is not a list of whole numbers such as 20,50,80,100")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="rehearse",
        description="A whole cutover between two real PostgreSQL servers on this machine, under load.",
        epilog="Exit status: 0 the verdict is passed, 1 it is failed, 2 it could not be run as asked.",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("--scenario", default="happy-path", metavar="NAME", help="what happens (see --list)")
    add("--list", action="store_true", help="name the scenarios and end")
    add("--seed", type=int, default=1, help="of everything random")
    add(
        "--duration",
        type=int,
        default=DEFAULTS["duration"],
        metavar="SECONDS",
        help="of all stages together (default %(default)s)",
    )
    add(
        "--writers",
        type=int,
        default=DEFAULTS["writers"],
        help="clients that write (default %(default)s)",
    )
    add(
        "--readers",
        type=int,
        default=DEFAULTS["readers"],
        help="clients that read (default %(default)s)",
    )
    add(
        "--rate",
        type=int,
        default=DEFAULTS["rate"],
        metavar="TPS",
        help="writes a second, of all writers together (default %(default)s)",
    )
    add(
        "--stages",
        default="20,50,80,100",
        help="percent of the reads, stage by stage (default %(default)s)",
    )
    add(
        "--write-record",
        default=WriteRecordMoves.BEFORE_SWITCH.value,
        choices=[each.value for each in WriteRecordMoves],
        help="when the name of the writer moves (default %(default)s)",
    )
    add(
        "--source-port",
        type=int,
        default=0,
        metavar="PORT",
        help="of the source (default: any free)",
    )
    add(
        "--target-port",
        type=int,
        default=0,
        metavar="PORT",
        help="of the target (default: any free)",
    )
    add(
        "--report",
        type=Path,
        default=Path("rehearsal-report"),
        metavar="DIRECTORY",
        help="where report.html and report.json go (default %(default)s)",
    )
    add(
        "--json",
        action="store_true",
        help="print report.json on standard output, progress on standard error",
    )
    return parser
