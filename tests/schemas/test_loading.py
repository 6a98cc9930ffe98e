"""The schemas of others load into real servers, and have what was read in them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import psycopg
import pytest

from tests.postgres.versions import Place, Servers
from tests.schemas import reading
from tests.schemas.conftest import database
from tests.schemas.filling import Filled
from tests.schemas.loading import HERE, Schema, load, schemas

pytestmark = pytest.mark.postgres

REDISTRIBUTABLE = {"Apache-2.0", "BSD-3-Clause", "ISC", "MIT", "MPL-2.0", "PostgreSQL"}
"""Licences (SPDX) under which a copy may lie in a repository of another one, as a file of its own with its licence."""


def test_there_are_enough_schemas_of_others() -> None:
    assert len(schemas()) >= 14


def test_every_schema_says_where_it_is_from_and_under_which_licence(schema: Schema) -> None:
    wanted = {"project", "what", "package", "version", "registry", "files", "changed"}
    assert all(schema.origin[key] for key in wanted)
    assert schema.origin["licence"] in REDISTRIBUTABLE
    assert (schema.directory / "LICENSE").read_text().strip()
    assert f"[{schema.name}]" in (HERE / "README.md").read_text()


def test_the_schema_loads_and_has_what_was_read_in_it(loaded: Place, schema: Schema) -> None:
    with loaded.connect(user="postgres") as session:
        assert reading.count_tables(session) == schema.expected["tables"]
        found = {check: names for check, names in reading.objects(session).items() if names}
    expected = {check: sorted(names) for check, names in schema.expected["findings"].items()}
    assert found == expected


def test_every_table_takes_rows_but_the_named(filled: tuple[Place, Filled], schema: Schema) -> None:
    place, rows = filled
    assert rows.refused.keys() == set(schema.expected.get("stay_empty", ()))
    with place.connect(user="postgres") as session:
        filled_or_named = len(rows.rows) + len(rows.refused) + _partitioned(session)
    assert filled_or_named == schema.expected["tables"]


def _partitioned(session: psycopg.Connection[Any]) -> int:
    (number,) = session.execute("select count(*) from pg_partitioned_table").fetchone() or (0,)
    return int(number)


def test_a_schema_that_does_not_load_says_why(servers: Servers) -> None:
    broken = replace(
        schemas()[0], origin={"load": {"prelude": "select 1; select missing; select 2;"}}
    )
    with (
        database(servers, 18, "broken") as place,
        pytest.raises(AssertionError, match='column "missing" does not exist'),
    ):
        load(broken, place)


def test_a_placeholder_that_is_not_there_is_refused() -> None:
    broken = replace(schemas()[0], origin={"load": {"replace": {":nowhere:": ""}}})
    with pytest.raises(ValueError, match="':nowhere:', which"):
        _ = broken.script
