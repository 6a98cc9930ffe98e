"""`python -m rehearsal`: runs a scenario, prints the verdict, leaves the report, exits by the verdict."""

from __future__ import annotations

import json
import sys

from rich.console import Console

from rehearsal.aws.process import AwsStandInFailed
from rehearsal.conduct import conduct
from rehearsal.findings import report
from rehearsal.night import NightFailed
from rehearsal.options import parse, refuse
from rehearsal.report.live import LiveDisplay
from rehearsal.report.model import RunReport
from rehearsal.report.writing import as_json, write_report
from rehearsal.scenarios import SCENARIOS
from rehearsal.servers.errors import ServersError
from rehearsal.workload.fleet import ClientsFailed

INTERRUPTED = 130


def main(arguments: list[str]) -> int:
    """Exit status: 0 passed, 1 failed, 2 could not be run as asked, 130 interrupted."""
    summaries = {name: scenario.summary for name, scenario in SCENARIOS.items()}
    options = parse(arguments, summaries)
    scenario = SCENARIOS[options.scenario]
    console = Console(stderr=options.as_json)
    try:
        with LiveDisplay(console) as display:
            evidence, versions = conduct(options, scenario, display)
    except ServersError as error:
        refuse(str(error))
    except (AwsStandInFailed, ClientsFailed, NightFailed) as error:
        print(f"rehearse: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("rehearse: interrupted; everything that was started is gone", file=sys.stderr)
        return INTERRUPTED
    result = report(evidence, options, scenario, versions)
    write_report(result, options.report)
    if options.as_json:
        print(json.dumps(as_json(result), indent=2, default=str))
    else:
        console.print(verdict_text(result, str(options.report)), highlight=False, markup=False)
    return 0 if result.verdict == "passed" else 1


def verdict_text(result: RunReport, directory: str) -> str:
    """The verdict in a few lines; fits 80 columns but for the summary."""
    ledger, pause = result.ledger, result.pause
    lines = [f"verdict: {result.verdict}", result.summary, ""]
    lines.append(
        f"  acknowledged: {ledger.acknowledged}   lost: {ledger.lost}   duplicated: {ledger.duplicated}   "
        f"written_to_closed_side: {ledger.written_to_closed_side}"
    )
    lines += _life(result)
    if pause.client_p50 is not None and pause.client_max is not None:
        lines.append(
            f"  write pause: median {pause.client_p50:.0f} ms, longest {pause.client_max:.0f} ms "
            f"(barrier to opening {pause.server or 0:.0f} ms)"
        )
    shares = "   ".join(
        f"{stage.weight} %: {'not measured' if stage.read_share is None else f'{stage.read_share:.1%}'}"
        for stage in result.stages
    )
    if shares:
        lines.append(f"  reads on the target   {shares}")
    errors = ", ".join(
        f"{state} x {count}" for state, count in sorted(result.client_errors.items())
    )
    lines.append(f"  client errors (all retried): {errors or 'none'}")
    lines += [
        f"  {table.table}: {table.diverged} rows diverged"
        for table in result.tables
        if table.diverged
    ]
    lines += ["", f"{directory}/report.html   seed {result.seed}   {result.wall_seconds:.0f} s"]
    return "\n".join(lines)


def _life(result: RunReport) -> list[str]:
    """The load and the end, a line each."""
    lines = []
    if (loaded := result.replicated) is not None:
        rows = sum(table.rows for table in loaded.tables)
        differ = sum(table.diverged for table in loaded.compared)
        lines.append(
            f"  from an empty target to ready: {loaded.ready - loaded.started:.0f} s, {rows:,} rows copied; "
            f"{len(loaded.compared)} tables compared under load, {differ} rows differ"
        )
    if (ended := result.finalized) is not None:
        left = ", ".join(ended.remains) or "nothing that was not there before"
        lines.append(f"  finalized: {ended.verdict}; left on the source: {left}")
    return lines


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
