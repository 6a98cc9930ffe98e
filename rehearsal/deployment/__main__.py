"""`python -m rehearsal.deployment`: deploys, cuts over, deploys again, destroys; exits by the verdict."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from cutover.errors import CutoverError
from rehearsal.aws.process import AwsStandInFailed
from rehearsal.cloudformation import ResourceFailed
from rehearsal.deployment.conduct import conduct
from rehearsal.deployment.errors import DeploymentFailed
from rehearsal.deployment.report import Report, words
from rehearsal.servers.errors import ServersError
from rehearsal.workload.fleet import ClientsFailed

INTERRUPTED = 130
FAILURES = (DeploymentFailed, ResourceFailed, CutoverError, AwsStandInFailed, ClientsFailed)


def main(arguments: list[str]) -> int:
    """Exit status: 0 passed, 1 failed, 2 could not be run as asked, 130 interrupted."""
    parser = argparse.ArgumentParser(prog="deploy-local", description=__doc__)
    parser.add_argument(
        "--report",
        type=Path,
        default=Path("deploy-local-report"),
        metavar="DIRECTORY",
        help="where report.json is written (default: %(default)s)",
    )
    parser.add_argument("--json", action="store_true", help="print the report, and nothing else")
    options = parser.parse_args(arguments)
    began = time.monotonic()

    def say(step: str) -> None:
        print(f"{time.monotonic() - began:6.1f} s  {step}", file=sys.stderr, flush=True)

    report = Report()
    try:
        conduct(report, say)
    except ServersError as error:
        print(f"deploy-local: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("deploy-local: interrupted; everything that was started is gone", file=sys.stderr)
        return INTERRUPTED
    except FAILURES as error:
        report.faults.append(f"{type(error).__name__}: {error}")
    report.verdict = "failed" if report.faults else "passed"
    path = report.write(options.report)
    if options.json:
        print(report.as_json())
    else:
        print("\n".join(words(report, path)))
    return 0 if report.verdict == "passed" else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
