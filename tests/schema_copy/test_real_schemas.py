"""Schemas of applications that nobody here wrote: each is copied with its rows, and arrives whole."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from cutover.errors import SchemaCopyRefused
from cutover.schema.archive import Section
from cutover.schema.difference import Outcome, told
from tests.postgres.versions import Place, Servers
from tests.schema_copy.planted import NEWEST, copy, empty, inventory, load
from tests.schemas.filling import fill
from tests.schemas.loading import Schema, schemas
from tests.schemas.loading import load as load_schema

pytestmark = pytest.mark.postgres


NEEDS_UUID_OSSP = "metaschema"
"""The newest server that the tests have was built without it."""


@contextmanager
def loaded(servers: Servers, schema: Schema) -> Iterator[Place]:
    def prepare(place: Place) -> None:
        load_schema(schema, place)
        with place.connect(user="postgres") as session:
            fill(session, schema)

    with servers.place(schema.major, schema.name, prepare) as place:
        yield place


@pytest.mark.parametrize("schema", schemas(), ids=lambda schema: schema.name)
def test_it_arrives_or_has_a_name(servers: Servers, schema: Schema) -> None:
    newest = 17 if schema.name == NEEDS_UUID_OSSP else NEWEST
    with loaded(servers, schema) as source, empty(servers, major=newest) as target:
        before = copy(Section.PRE_DATA, source, target)
        assert [told(each) for each in before.comparison.unexplained] == []
        load(source, target)
        after = copy(Section.POST_DATA, source, target, jobs=2)
        assert (after.refused, after.comparison.unknown) == ((), ())
        assert [told(each) for each in after.comparison.unexplained] == []
        assert after.comparison.outcome in {Outcome.SAME, Outcome.EXPLAINED}
        assert after.comparison.compared == len(inventory(source).objects) > 10


def test_an_extension_that_is_needed_and_not_offered_is_told_before_anything_is_made(
    servers: Servers,
) -> None:
    (schema,) = (each for each in schemas() if each.name == NEEDS_UUID_OSSP)
    with loaded(servers, schema) as source, empty(servers) as target:
        before = inventory(target)
        with pytest.raises(SchemaCopyRefused, match='does not offer the extension "uuid-ossp"'):
            copy(Section.PRE_DATA, source, target)
        assert inventory(target) == before
