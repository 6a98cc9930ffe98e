"""Two real servers, started once and shared; a test that breaks one starts its own."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rehearsal.servers.postgres import PostgresServer, ServerTemplate
from rehearsal.servers.run_directory import RunDirectory
from rehearsal.workload.database import install_source, install_target

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def reachable(tmp_path: Path) -> None:
    """Where root has to become another user, that one must be able to enter a test's directory."""
    for place in (tmp_path, *tmp_path.parents):
        if place == Path(tempfile.gettempdir()) or place.stat().st_uid != os.geteuid():
            return
        place.chmod(place.stat().st_mode | stat.S_IXGRP | stat.S_IXOTH)


@pytest.fixture(scope="session")
def run() -> Iterator[RunDirectory]:
    with RunDirectory() as directory:
        yield directory


@pytest.fixture(scope="session")
def template(run: RunDirectory) -> ServerTemplate:
    return ServerTemplate.create(run)


@pytest.fixture(scope="session")
def pair(template: ServerTemplate) -> tuple[PostgresServer, PostgresServer]:
    """Source with schema and data, target with the schema only."""
    source = PostgresServer(template, name="source")
    target = PostgresServer(template, name="target")
    source.start()
    target.start()
    install_source(source)
    install_target(target)
    return source, target
