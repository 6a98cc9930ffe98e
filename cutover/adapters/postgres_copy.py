"""The two ends of a copy of the schema: pg_dump at the source, pg_restore and statements at the target."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import psycopg

from cutover.adapters.postgres_inventory import (
    LOCK_TIMEOUT,
    inventory_of,
    read_inventory,
    session,
    where,
)
from cutover.adapters.postgres_programs import Programs, find_programs
from cutover.adapters.postgres_sql import OWN_SESSION
from cutover.errors import BadInput, SchemaCopyFailed
from cutover.schema.archive import Entry, Section, entries
from cutover.schema.copy import Archive
from cutover.schema.inventory import Inventory
from cutover.schema.statements import Statement

LOCK_WAIT: Final = timedelta(seconds=10)
"""How long pg_dump waits for a table that is being changed; it asks for ACCESS SHARE, once for each table."""
OWN_SCHEMAS: Final = ("cutover", "awsdms_control")
NO_TIMEOUT: Final = timedelta(0)
TELLS_TOO_MUCH: Final = "sslpassword"


class PostgresArchive:
    """A file of pg_dump's own format in a directory that only this user can enter."""

    def __init__(self, path: Path, inventory: Inventory, programs: Programs) -> None:
        self.path, self.inventory, self.programs = path, inventory, programs

    def entries(self, section: Section) -> tuple[Entry, ...]:
        """Of the section as pg_restore draws its line."""
        listing = _run(
            [self.programs.path("pg_restore"), "--list", f"--section={section.value}", self.path],
            env=environment(""),
        )
        return entries(listing)


class PostgresSource:
    """cutover.schema.copy.Source on a real server."""

    def __init__(self, dsn: str, *, target: str, programs: Path | None = None) -> None:
        """target: the other server's connection string, as the programs have to suit both."""
        self._dsn, self._target, self._directory = dsn, target, programs

    @contextmanager
    def archive(self) -> Iterator[PostgresArchive]:
        with session(self._target, lock_timeout=LOCK_TIMEOUT) as other:
            target = other.info.server_version // 10_000
        with tempfile.TemporaryDirectory(prefix="cutover-schema-") as directory:
            path = Path(directory) / "schema.dump"
            with session(self._dsn, lock_timeout=LOCK_TIMEOUT) as connection:
                source = connection.info.server_version // 10_000
                programs = find_programs(source=source, target=target, directory=self._directory)
                inventory = self._dumped(connection, path, programs)
            yield PostgresArchive(path, inventory, programs)

    def _dumped(
        self, connection: psycopg.Connection[Any], path: Path, programs: Programs
    ) -> Inventory:
        """Both looks at the source are of one moment: no object is in one and not in the other."""
        with connection.transaction():
            connection.execute("set transaction isolation level repeatable read read only")
            row = connection.execute("select pg_export_snapshot()").fetchone()
            assert row is not None
            _run(
                [
                    programs.path("pg_dump"),
                    "--format=custom",
                    "--schema-only",
                    # Their connection strings have the passwords of other servers.
                    "--no-subscriptions",
                    # Never copied, and DMS's own tables there can't be locked by who copies.
                    *(f"--exclude-schema={schema}" for schema in OWN_SCHEMAS),
                    f"--lock-wait-timeout={int(LOCK_WAIT.total_seconds() * 1000)}",
                    f"--snapshot={row[0]}",
                    f"--file={path}",
                    f"--dbname={without_secrets(self._dsn)}",
                ],
                env=environment(self._dsn),
                what=f"pg_dump of {where(self._dsn)}",
            )
            return inventory_of(connection)


class PostgresTarget:
    """cutover.schema.copy.Target on a real server."""

    def __init__(self, dsn: str, *, jobs: int = 1) -> None:
        """jobs: how many indexes and keys may be made at a time."""
        self._dsn, self._jobs = dsn, jobs

    @property
    def database(self) -> str:
        with session(self._dsn, lock_timeout=LOCK_TIMEOUT) as connection:
            return connection.info.dbname

    def inventory(self) -> Inventory:
        return read_inventory(self._dsn)

    def run(self, statements: tuple[Statement, ...]) -> Iterator[str]:
        if not statements:
            return
        warnings: list[str] = []

        def heard(notice: psycopg.errors.Diagnostic) -> None:
            if notice.severity_nonlocalized == "WARNING":
                warnings.append(str(notice.message_primary))

        with session(
            self._dsn, statement_timeout=NO_TIMEOUT, lock_timeout=NO_TIMEOUT
        ) as connection:
            connection.add_notice_handler(heard)
            for statement in statements:
                warnings.clear()
                try:
                    connection.execute(statement.sql.encode())
                except psycopg.Error as error:
                    if error.sqlstate is None or connection.closed:
                        raise
                    # Before the line: the target has no writer yet, and the comparison tells what it lacks.
                    yield str(error.diag.message_primary or error)
                else:
                    # GRANT of what one may not pass on, and ANALYZE of what one may not, only warn.
                    yield "; ".join(dict.fromkeys(warnings))

    def restore(self, archive: Archive, entries: tuple[Entry, ...]) -> Iterator[str]:
        assert isinstance(archive, PostgresArchive)
        if not entries:
            return
        chosen = archive.path.with_suffix(".list")
        chosen.write_text("".join(f"{entry.line()}\n" for entry in entries))
        parallel = self._jobs > 1
        command = [
            archive.programs.path("pg_restore"),
            "--exit-on-error",
            "--no-owner",
            "--no-acl",
            "--no-tablespaces",
            "--verbose",
            f"--use-list={chosen}",
            *([f"--jobs={self._jobs}"] if parallel else []),
            f"--dbname={without_secrets(self._dsn)}",
            str(archive.path),
        ]
        said: list[str] = []
        with _started(command, env=environment(self._dsn)) as process:
            assert process.stderr is not None
            for line in process.stderr:
                said.append(line.rstrip())
                if made := re.match(r"pg_restore: creating (.+)", line):
                    yield made[1]
            status = process.wait()
        if status != 0:
            raise SchemaCopyFailed(_why(said, status))


def _why(said: list[str], status: int) -> str:
    """The entry and the server's own words; what else pg_restore printed is progress."""
    about = [line for line in said if re.match(r"pg_restore: from TOC entry", line)]
    place = next((n for n, line in enumerate(said) if "error:" in line), len(said) - 1)
    told = " ".join(line.strip() for line in said[max(place, 0) :][:6])
    # The statement itself is left out: that of a user mapping has a password.
    told = told.partition(" Command was:")[0]
    entry = about[-1].removeprefix("pg_restore: from TOC entry ") + ": " if about else ""
    return (
        f"pg_restore ended with status {status}: {entry}{told.removeprefix('pg_restore: ')}; what was made stays: "
        "remove the cause and run the same command again, it goes on from here"
    )


def without_secrets(dsn: str) -> str:
    """The connection string as it may stand on a command line, which every user of the machine can read."""
    parts = psycopg.conninfo.conninfo_to_dict(dsn)
    if TELLS_TOO_MUCH in parts:
        raise BadInput(
            f"{TELLS_TOO_MUCH} in a connection string would show on pg_dump's command line: use a key without a "
            "passphrase, in a file that only you can read"
        )
    kept = {key: str(value) for key, value in parts.items() if key != "password"}
    kept["options"] = f"{kept.get('options', '')} -c {OWN_SESSION}=on".strip()
    return psycopg.conninfo.make_conninfo("", **kept)


def environment(dsn: str) -> dict[str, str]:
    """Of the programs: the password, where there is one, and messages in the one language that is read here."""
    password = psycopg.conninfo.conninfo_to_dict(dsn).get("password") if dsn else None
    given = {"LC_ALL": "C", "PGAPPNAME": "cutover schema"}
    return {**os.environ, **given, **({"PGPASSWORD": str(password)} if password else {})}


def _run(command: list[str | Path], *, env: dict[str, str], what: str = "") -> str:
    finished = subprocess.run(  # noqa: S603 - the programs that find_programs chose
        [str(word) for word in command], env=env, capture_output=True, text=True, check=False
    )
    if finished.returncode != 0:
        raise SchemaCopyFailed(
            f"{what or Path(str(command[0])).name} ended with status {finished.returncode}: "
            f"{' '.join(finished.stderr.split())}"
        )
    return finished.stdout


@contextmanager
def _started(command: list[str], *, env: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """A program that ends with the block, however that ends."""
    process = subprocess.Popen(  # noqa: S603 - as above
        command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            # Its sessions end with it; a statement that runs is finished or undone by the server.
            process.terminate()
        process.wait()
        if process.stderr is not None:
            process.stderr.close()
