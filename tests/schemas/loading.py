"""Schemas of applications that nobody here wrote, loaded into databases of real servers.

Each folder beside this file is one: `schema.sql` as its authors publish it, `LICENSE`, and `ORIGIN.toml`, which says
where it is from, which server it is for, and everything that is done to it so that it loads. Nothing is fetched.
"""

from __future__ import annotations

import os
import subprocess
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from rehearsal.servers.installation import Installation
from tests.postgres.versions import Place

HERE: Final = Path(__file__).parent
OPTIONS: Final = ("--no-psqlrc", "--quiet", "--variable=ON_ERROR_STOP=1", "--output=/dev/null")
SECONDS: Final = 120
"""More than the largest takes on a busy machine, by a factor of twenty."""


@dataclass(frozen=True, kw_only=True)
class Schema:
    """One schema, with what its ORIGIN.toml and expected.toml say of it."""

    name: str
    origin: Mapping[str, Any]
    expected: Mapping[str, Any]

    @property
    def directory(self) -> Path:
        return HERE / self.name

    @property
    def major(self) -> int:
        """The version of the server that it is loaded into."""
        return int(self.origin["load"]["server"])

    @property
    def script(self) -> str:
        """What psql is given: the prelude, then the authors' text with its placeholders filled."""
        load = self.origin["load"]
        text = (self.directory / "schema.sql").read_text()
        for placeholder, value in load.get("replace", {}).items():
            if placeholder not in text:
                message = f"{self.name}: ORIGIN.toml replaces {placeholder!r}, which schema.sql does not have"
                raise ValueError(message)
            text = text.replace(placeholder, value)
        if "drop_lines" in load:
            kept = [line for line in text.splitlines() if not line.startswith(load["drop_lines"])]
            text = "\n".join(kept)
        return "\n".join([load.get("prelude", ""), text, load.get("afterwards", "")])


def schemas() -> list[Schema]:
    """Every schema here, in the order of their names."""
    return [read(path.parent) for path in sorted(HERE.glob("*/ORIGIN.toml"))]


def read(directory: Path) -> Schema:
    """The schema in `directory`."""
    return Schema(
        name=directory.name,
        origin=tomllib.loads((directory / "ORIGIN.toml").read_text()),
        expected=tomllib.loads((directory / "expected.toml").read_text()),
    )


def load(schema: Schema, place: Place) -> None:
    """Load `schema` as superuser into the empty database of `place`; the first error of the script ends it.

    psql does it: these are scripts for psql, with COPY from their own text and comments of any kind.
    """
    with place.connect(user="postgres") as session:
        for role in schema.origin["load"].get("roles", ()):
            # Roles belong to the server, which may have loaded this schema before.
            if not session.execute("select 1 from pg_roles where rolname = %s", [role]).fetchone():
                session.execute(sql.SQL("create role {}").format(sql.Identifier(role)))
    options = (
        [*OPTIONS, "--single-transaction"] if schema.origin["load"].get("transaction") else OPTIONS
    )
    finished = subprocess.run(
        [Installation.find().binaries / "psql", *options],
        input=schema.script,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
        env={**os.environ, **_environment(place.server.dsn(dbname=place.name))},
    )
    if finished.returncode != 0:
        message = f"{schema.name} does not load: {finished.stderr.strip()}"
        raise AssertionError(message)


def _environment(dsn: str) -> dict[str, str]:
    """A connection string as libpq's variables: a command line is read by everybody on the machine."""
    names = {
        "user": "PGUSER",
        "password": "PGPASSWORD",
        "dbname": "PGDATABASE",
        "host": "PGHOST",
        "port": "PGPORT",
    }
    return {names[key]: str(value) for key, value in conninfo_to_dict(dsn).items()}
