"""Schemas of applications that nobody here wrote: each is copied, loaded and followed, and arrives whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import timedelta

import pytest

from cutover.errors import SchemaCopyRefused
from cutover.failures import Outcome as Load
from cutover.replication import Course, judge_load
from cutover.schema.archive import Section
from cutover.schema.difference import Outcome, told
from rehearsal.aws.dms import DmsResources
from rehearsal.servers.run_directory import RunDirectory
from tests.contracts.dms_load import stood_in, until
from tests.postgres.versions import Place, Servers
from tests.schema_copy.planted import NEWEST, copy, dsn, empty, inventory
from tests.schemas import changing
from tests.schemas.filling import fill
from tests.schemas.loading import Schema, schemas
from tests.schemas.loading import load as load_schema

pytestmark = pytest.mark.postgres


NEEDS_UUID_OSSP = "metaschema"
"""The newest server that the tests have was built without it."""

LOADED = 8
"""Rows of each table that the full load finds; the others are written while it is followed."""

RESOURCES = DmsResources(
    task_settings={
        "FullLoadSettings": {
            "TargetTablePrepMode": "DO_NOTHING",
            "StopTaskCachedChangesApplied": True,
        },
        # All rows are compared here.
        "ValidationSettings": {"EnableValidation": False},
    }
)


@pytest.fixture(scope="module")
def targets() -> Iterator[Servers]:
    """Others than the sources': within one server, making a subscription waits for itself (CREATE SUBSCRIPTION)."""
    with RunDirectory() as run:
        yield Servers(run)


@contextmanager
def loaded(servers: Servers, schema: Schema) -> Iterator[Place]:
    def prepare(place: Place) -> None:
        load_schema(schema, place)
        with place.connect(user="postgres") as session:
            not_carried = changing.follow_the_remedies(session)
            # They take no rows from anybody but the application, so that nothing is missed.
            assert not_carried <= set(schema.expected.get("stay_empty", ()))
            fill(session, schema, last=LOADED)

    with servers.place(schema.major, schema.name, prepare) as place:
        yield place


@pytest.mark.parametrize("schema", schemas(), ids=lambda schema: schema.name)
def test_it_arrives_or_has_a_name(servers: Servers, targets: Servers, schema: Schema) -> None:
    newest = 17 if schema.name == NEEDS_UUID_OSSP else NEWEST
    with (
        loaded(servers, schema) as source,
        empty(targets, major=newest) as target,
        source.connect(user="postgres") as writer,
        target.connect(user="postgres") as reader,
        stood_in(dsn(source), dsn(target), name=f"{source.name}_load", resources=RESOURCES) as task,
    ):
        before = copy(Section.PRE_DATA, source, target)
        assert [told(each) for each in before.comparison.unexplained] == []
        close(target)

        task.load()
        updated = changing.update(writer)
        until(lambda: judge_load(task.status()).course is not Course.WAIT)
        assert judge_load(task.status()).outcome is Load.LOADED, judge_load(task.status()).reason

        after = copy(Section.POST_DATA, source, target, jobs=2)
        assert (after.refused, after.comparison.unknown) == ((), ())
        assert [told(each) for each in after.comparison.unexplained] == []
        assert after.comparison.outcome in {Outcome.SAME, Outcome.EXPLAINED}
        assert after.comparison.compared == len(inventory(source).objects) > 10

        deleted = changing.delete(writer)
        task.resume()
        inserted = fill(writer, schema, first=LOADED + 1).rows
        updated |= changing.update(writer)
        wanted = changing.rows(writer)
        # Where it does not come true, what is missing says more than that it took long.
        with suppress(AssertionError):
            until(lambda: not differences(wanted, changing.rows(reader)) or task.status().failure)
        assert differences(wanted, changing.rows(reader)) == {}, task.status().failure
        assert updated
        assert deleted
        assert inserted


def close(target: Place) -> None:
    """As `replicate` does: the gate is there, and the load passes it."""
    database = Servers.database(target)
    try:
        database.install(hold=timedelta(0))
        database.close_gate()
    finally:
        database.close()


def differences(
    wanted: Mapping[str, Counter[str]], found: Mapping[str, Counter[str]]
) -> dict[str, tuple[Counter[str], Counter[str]]]:
    """By table, what is missing and what is too much."""
    return {
        table: (wanted[table] - found[table], found[table] - wanted[table])
        for table in wanted
        if wanted[table] != found[table]
    }


def test_an_extension_that_is_needed_and_not_offered_is_told_before_anything_is_made(
    servers: Servers,
) -> None:
    (schema,) = (each for each in schemas() if each.name == NEEDS_UUID_OSSP)
    with loaded(servers, schema) as source, empty(servers) as target:
        before = inventory(target)
        with pytest.raises(SchemaCopyRefused, match='does not offer the extension "uuid-ossp"'):
            copy(Section.PRE_DATA, source, target)
        assert inventory(target) == before
