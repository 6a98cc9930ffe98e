"""Times the synthesis of all stacks against a bare app of the same aws-cdk-lib, and the tests of the templates.

    python benchmarks/synth.py [--runs 7] [--growth-runs 3] [--results FILE]

Both apps run one after the other, again and again, without the CDK's template validator, so that a
busy machine is busy for both. Twice: by `cdk synth`, which is what people wait for, and each app
alone, which is the harder comparison, as the time of the CLI is then in neither. pip's bundling is
in no measured run. Exit status 0 only where `cdk synth` of all stacks takes at most 1.6 times that
of the bare app, in seconds of the processor: those on the clock are told as well, and depend on
what else the machine does.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
LIMIT = 1.6

# What `cdk init app` makes, with one of the resources that it proposes.
BARE = """
import sys
import aws_cdk as cdk
from aws_cdk import aws_sqs as sqs
from migration_stacks import context

app = cdk.App(context=context.read({}), analytics_reporting=False, outdir=sys.argv[1])
for number in range(int(sys.argv[2])):
    stack = cdk.Stack(app, f"Bare{number}")
    sqs.Queue(stack, "Queue", visibility_timeout=cdk.Duration.seconds(300))
app.synth()
"""

# As app.py, which builds one environment into an app; a Stage keeps the environments apart.
OURS = """
import gc, sys
import app
from migration_stacks import context, place, settings

gc.disable()
told = {**context.read({}), "aws:cdk:bundling-stacks": []}
given = settings.load(place.settings_path(told))
made = app.new_app(told, outdir=sys.argv[1])
count = int(sys.argv[2])
for number in range(count):
    where = place.choose(settings=given, context={**told, "environmentSuffix": f"e{number}"}, environment={})
    if count == 1:
        app.build(made, given=given, where=where)
    else:
        import aws_cdk as cdk
        app.build(cdk.Stage(made, f"E{number}"), given=given, where=where)
made.synth()
"""

APPS = {"bare": BARE, "ours": OURS}

BARE_TEST = """
import aws_cdk as cdk
from aws_cdk import aws_sqs as sqs
from aws_cdk.assertions import Template

def test_queue():
    stack = cdk.Stack(cdk.App(), "Bare")
    sqs.Queue(stack, "Queue", visibility_timeout=cdk.Duration.seconds(300))
    Template.from_stack(stack).has_resource_properties("AWS::SQS::Queue", {"VisibilityTimeout": 300})
"""


class Command(NamedTuple):
    words: list[str]
    folder: Path


def main() -> int:
    asked = _parser().parse_args()
    with tempfile.TemporaryDirectory() as folder:
        result = {
            "cdk_synth": compare("cdk synth", by_the_cli(Path(folder)), runs=asked.runs),
            "app_alone": {
                count: compare(
                    f"the app alone, {count} database(s)",
                    {name: _app(program, folder, count) for name, program in APPS.items()},
                    runs=asked.runs if count == 1 else asked.growth_runs,
                )
                for count in (1, 5, 20)
            },
            "tests": tests(Path(folder)),
            "limit": LIMIT,
            "programs": APPS,
            "versions": versions(),
            "processors": os.cpu_count(),
            "load_average": os.getloadavg()[0],
        }
    if asked.results:
        asked.results.parent.mkdir(parents=True, exist_ok=True)
        asked.results.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    return 0 if result["cdk_synth"]["ratio"]["processor"] <= LIMIT else 1


def by_the_cli(folder: Path) -> dict[str, Command]:
    """`cdk synth` in this repository, and in a folder with the bare app and the same flags."""
    bare = folder / "bare"
    bare.mkdir()
    (bare / "app.py").write_text(APPS["bare"], encoding="utf-8")
    out = {name: str(folder / f"{name}.out") for name in APPS}
    told = json.loads((ROOT / "cdk.json").read_text(encoding="utf-8"))
    told["app"] = f"{sys.executable} app.py {out['bare']} 1"
    (bare / "cdk.json").write_text(json.dumps(told), encoding="utf-8")
    cdk = [str(ROOT / "node_modules" / ".bin" / "cdk"), "synth", "--quiet", "--no-notices"]
    return {
        "bare": Command([*cdk, "--output", out["bare"]], bare),
        "ours": Command([*cdk, "--output", out["ours"]], ROOT),
    }


def _app(program: str, folder: str, count: int) -> Command:
    return Command([sys.executable, "-c", program, f"{folder}/alone{count}", str(count)], ROOT)


def compare(what: str, commands: dict[str, Command], *, runs: int) -> dict[str, Any]:
    """All commands in turns. The first turn is not counted: it fills caches and bundles."""
    taken: dict[str, list[dict[str, float]]] = {name: [] for name in commands}
    for turn in range(runs + 1):
        for name, command in commands.items():
            used = _timed(command)
            if turn:
                taken[name].append(used)
    medians = {
        name: {kind: statistics.median(row[kind] for row in rows) for kind in rows[0]}
        for name, rows in taken.items()
    }
    ratio = {
        kind: round(medians["ours"][kind] / medians["bare"][kind], 2) for kind in medians["bare"]
    }
    for kind in ratio:
        print(
            f"{what}: {medians['ours'][kind]:.2f} s, bare {medians['bare'][kind]:.2f} s ({kind}), "
            f"ratio {ratio[kind]:.2f}",
            flush=True,
        )
    return {"runs": runs, "medians": medians, "ratio": ratio, "rows": taken}


def tests(folder: Path) -> dict[str, Any]:
    """All tests of the templates, and one test of the bare app, each from an empty process."""
    bare = folder / "test_bare.py"
    bare.write_text(BARE_TEST, encoding="utf-8")
    pytest = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    one = _timed(Command([*pytest, "--rootdir", str(folder), "-c", os.devnull, str(bare)], ROOT))
    every = _timed(Command([*pytest, "tests/infrastructure"], ROOT), check=False)
    print(f"tests of the templates: {every['wall']:.1f} s, one of the bare app {one['wall']:.1f} s")
    return {"ours": every, "bare": one}


def versions() -> dict[str, str]:
    packages = ("aws-cdk-lib", "constructs", "jsii", "cdk-nag", "cfn-lint")
    node = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True)  # noqa: S607
    return {
        "python": platform.python_version(),
        "node": node.stdout.strip(),
        **{name: metadata.version(name) for name in packages},
    }


def _timed(command: Command, *, check: bool = True) -> dict[str, float]:
    """Seconds on the clock, and of the processor with all that the command starts."""
    environment = {**os.environ, "CDK_VALIDATION": "false", "PYTHONPATH": str(ROOT)}
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(  # noqa: S603
        command.words,
        cwd=command.folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    if check and done.returncode != 0:
        sys.exit(done.stderr)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"wall": round(wall, 3), "processor": round(used, 3)}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--growth-runs", type=int, default=3)
    parser.add_argument("--results", type=Path)
    return parser


if __name__ == "__main__":
    sys.exit(main())
