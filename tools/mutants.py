"""Plants deliberate faults one at a time and runs the tests that have to notice each.

    python -m tools.mutants [--only TEXT] [--list]

tools/mutants.toml names them: the file, the text that is there, the text in its place, the tests; where a fault needs
several places of the file, lists of both texts. Each is planted in a copy of the tree as it stands; the tests are run
there first without a fault: one that fails anyway notices nothing.
Exit status 0: every fault was caught. 1: one was not, its text is not in the file any more, or it only crashes: any
test notices a name that is not defined, so such a fault proves nothing about the one that caught it.
"""

from __future__ import annotations

import argparse
import re
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
CRASH: Final = re.compile(
    r"^E\s+(?:[\w.]+\.)?((?:Type|Name|Attribute|UnboundLocal|Syntax|Indentation|Import|ModuleNotFound)Error)\b",
    re.MULTILINE,
)
"""As pytest shows what a test died of; a server's word for a statement that it can't read is among them."""


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One deliberate fault."""

    name: str
    path: str
    there: tuple[str, ...]
    instead: tuple[str, ...]
    """In the place of each of these."""
    tests: tuple[str, ...]


def faults() -> list[Fault]:
    """As the file has them."""
    document = tomllib.loads(FAULTS.read_text(encoding="utf-8"))
    return [
        Fault(
            name=each["name"],
            path=each["path"],
            there=_texts(each["there"]),
            instead=_texts(each["instead"]),
            tests=tuple(each["tests"]),
        )
        for each in document["fault"]
    ]


def _texts(told: str | list[str]) -> tuple[str, ...]:
    return (told,) if isinstance(told, str) else tuple(told)


def stale(fault: Fault, root: Path = ROOT) -> str:
    """Why the fault can't be planted; empty where it can."""
    text = (root / fault.path).read_text(encoding="utf-8")
    counts = {text.count(there) for there in fault.there} - {1}
    return f"a text of it is {max(counts)} times in {fault.path}, expected once" if counts else ""


def planted(fault: Fault, text: str) -> str:
    """The file with the fault in it; each text is looked for in the file as it was."""
    places = sorted(
        (text.index(there), there, instead)
        for there, instead in zip(fault.there, fault.instead, strict=True)
    )
    parts, end = [], 0
    for start, there, instead in places:
        parts += [text[end:start], instead]
        end = start + len(there)
    return "".join([*parts, text[end:]])


def verdict(fault: Fault, copy: Path) -> str:
    """What the tests make of the fault; the copy is as before afterwards."""
    path = copy / fault.path
    before = path.read_text(encoding="utf-8")
    path.write_text(planted(fault, before), encoding="utf-8")
    try:
        said = failure(fault.tests, copy)
    finally:
        path.write_text(before, encoding="utf-8")
    if said is None:
        return "SURVIVED"
    return "CRASHED" if CRASH.search(said) else "caught"


def failure(tests: tuple[str, ...], copy: Path) -> str | None:
    """What pytest said where one of these tests fails in the copy; None where all pass. One that hangs fails."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests]
    try:
        done = subprocess.run(  # noqa: S603  (our own tests)
            command, cwd=copy, capture_output=True, timeout=PATIENCE_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return "it hangs"
    said = done.stdout.decode()
    if done.returncode not in (0, 1):
        raise SystemExit(f"pytest could not run {tests}:\n{said[-2000:]}")
    return said if done.returncode else None


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
            if fault.tests not in good:
                good[fault.tests] = failure(fault.tests, copy) is None
            if not good[fault.tests]:
                raise SystemExit(f"{fault.tests} fail without any fault")
            result = verdict(fault, copy)
            if result != "caught":
                survived.append(fault.name)
            print(f"{result:8} {fault.name} ({time.monotonic() - began:.0f} s)", flush=True)
    print(f"{len(chosen) - len(survived)} of {len(chosen)} faults caught")
    return 1 if survived else 0


if __name__ == "__main__":
    sys.exit(main())
