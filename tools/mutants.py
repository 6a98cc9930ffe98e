"""Plants deliberate faults one at a time and runs the tests that have to notice each.

    python -m tools.mutants [--only TEXT] [--list]

tools/mutants.toml names them: the file, the text that is there, the text in its place, the tests. Each is planted in a
copy of the tree as it stands; the tests are run there first without a fault: one that fails anyway notices nothing.
Exit status 0: every fault was caught. 1: one was not, or its text is not in the file any more.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
FAULTS: Final = Path(__file__).with_suffix(".toml")
LEFT_OUT: Final = (".git", ".venv", "node_modules", "cdk.out", "build", "rehearsal-report")
SERVERS: Final = Path("tests/postgres/servers/node_modules")
"""PostgreSQL 13 to 17: linked and not copied. Without them their tests fail, fault or no fault."""
PATIENCE_SECONDS: Final = 600


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One deliberate fault."""

    name: str
    path: str
    there: str
    instead: str
    tests: tuple[str, ...]


def faults() -> list[Fault]:
    """As the file has them."""
    document = tomllib.loads(FAULTS.read_text(encoding="utf-8"))
    return [Fault(**{**each, "tests": tuple(each["tests"])}) for each in document["fault"]]


def stale(fault: Fault, root: Path = ROOT) -> str:
    """Why the fault can't be planted; empty where it can."""
    count = (root / fault.path).read_text(encoding="utf-8").count(fault.there)
    return "" if count == 1 else f"its text is {count} times in {fault.path}, expected once"


def caught(fault: Fault, copy: Path) -> bool:
    """Whether a test fails with the fault in place; the copy is as before afterwards."""
    path = copy / fault.path
    before = path.read_text(encoding="utf-8")
    path.write_text(before.replace(fault.there, fault.instead), encoding="utf-8")
    try:
        return not passes(fault.tests, copy)
    finally:
        path.write_text(before, encoding="utf-8")


def passes(tests: tuple[str, ...], copy: Path) -> bool:
    """Whether these tests pass in the copy. One that hangs does not."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests]
    try:
        done = subprocess.run(  # noqa: S603  (our own tests)
            command, cwd=copy, capture_output=True, timeout=PATIENCE_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return False
    if done.returncode not in (0, 1):
        raise SystemExit(f"pytest could not run {tests}:\n{done.stdout.decode()[-2000:]}")
    return done.returncode == 0


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="those with this in their name")
    parser.add_argument("--list", action="store_true")
    told = parser.parse_args()
    chosen = [fault for fault in faults() if told.only in fault.name]
    if told.list:
        print("\n".join(f"{fault.name}: {fault.path}" for fault in chosen))
        return 0
    survived = []
    with tempfile.TemporaryDirectory() as directory:
        copy = Path(directory) / "tree"
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*LEFT_OUT))
        (copy / SERVERS).symlink_to(ROOT / SERVERS)
        good: dict[tuple[str, ...], bool] = {}
        for fault in chosen:
            began = time.monotonic()
            if why := stale(fault):
                survived.append(fault.name)
                print(f"STALE    {fault.name}: {why}", flush=True)
                continue
            if not good.setdefault(fault.tests, passes(fault.tests, copy)):
                raise SystemExit(f"{fault.tests} fail without any fault")
            result = "caught" if caught(fault, copy) else "SURVIVED"
            if result != "caught":
                survived.append(fault.name)
            print(f"{result:8} {fault.name} ({time.monotonic() - began:.0f} s)", flush=True)
    print(f"{len(chosen) - len(survived)} of {len(chosen)} faults caught")
    return 1 if survived else 0


if __name__ == "__main__":
    sys.exit(main())
