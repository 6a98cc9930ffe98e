"""Servers for the schemas: one of each version that a schema asks for, for the whole session."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rehearsal.servers.run_directory import RunDirectory
from tests.postgres.versions import Servers
from tests.schemas.loading import Schema, schemas


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    with RunDirectory() as run:
        yield Servers(run)


@pytest.fixture(params=schemas(), ids=lambda schema: schema.name)
def schema(request: pytest.FixtureRequest) -> Schema:
    found: Schema = request.param
    return found
