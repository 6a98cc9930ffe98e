"""The servers of the preflight's tests, for the whole session."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rehearsal.servers.run_directory import RunDirectory
from tests.postgres.versions import Servers
from tests.preflight.servers import Arena


@pytest.fixture(scope="session")
def versions() -> Iterator[Servers]:
    with RunDirectory() as run:
        yield Servers(run)


@pytest.fixture(scope="session")
def arena(versions: Servers) -> Arena:
    return Arena(versions)
