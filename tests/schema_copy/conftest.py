"""Servers of every version, for the whole session; each test has databases of its own on them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rehearsal.servers.run_directory import RunDirectory
from tests.postgres.versions import Place, Servers
from tests.schema_copy.planted import NEWEST, fill


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    with RunDirectory() as run:
        yield Servers(run)


@pytest.fixture(scope="session")
def planted(servers: Servers) -> Iterator[Place]:
    """The planted database on the newest server, which no test changes."""
    with servers.place(NEWEST, "planted", fill) as place:
        yield place
