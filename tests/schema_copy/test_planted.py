"""A database with one object of every kind, from every version that a source may have to the newest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta

import psycopg
import pytest

from cutover.adapters.postgres import Address, PostgresDatabase
from cutover.jsonable import jsonable
from cutover.schema.archive import Section
from cutover.schema.difference import Outcome, compare
from cutover.schema.inventory import Kind
from cutover.schema.reasons import Difference
from cutover.schema.restore import REPEATABLE
from tests.postgres.versions import MAJORS, Place, Servers
from tests.schema_copy.planted import copy, dsn, empty, fill, inventory, load, plan

pytestmark = pytest.mark.postgres

AFTER_PRE_DATA = {
    "identity-by-default": {"app.customers.id"},
    "large-objects-not-copied": {"large objects"},
}
AFTER_POST_DATA = {
    **AFTER_PRE_DATA,
    "event-trigger-not-copied": {"watched"},
    "publication-not-copied": {"a_few", "everything"},
}
SINCE_15 = {"publication-not-copied": {"a_few", "everything", "filtered", "of_schema"}}
"""What newer servers have more of."""
BEFORE_15 = {"public-schema": {"public"}}


@pytest.mark.parametrize("major", MAJORS)
def test_everything_arrives_or_has_a_name(servers: Servers, major: int) -> None:
    expected = (BEFORE_15, BEFORE_15) if major < 15 else ({}, SINCE_15)
    with (
        servers.place(major, "planted", fill) as source,
        empty(servers) as target,
    ):
        found = inventory(source)
        assert found.unknown == ()
        before = copy(Section.PRE_DATA, source, target)
        assert before.refused == ()
        assert reasons(before.comparison.differences) == {**AFTER_PRE_DATA, **expected[0]}
        load(source, target)
        after = copy(Section.POST_DATA, source, target, jobs=2)
        assert (after.refused, after.analyzed) == ((), True)
        assert after.comparison.outcome is Outcome.EXPLAINED
        assert reasons(after.comparison.differences) == {
            **AFTER_POST_DATA,
            **expected[1],
            **expected[0],
        }
        with source.connect(user="postgres") as one, target.connect(user="postgres") as other:
            for query in (
                "select * from app.sums order by 1",
                "select * from app.sums_of_sums",
                "select id, name, gross, touched from app.customers order by id",
                "select * from app.events order by 1, 2",
                "select * from app.base order by 1",
            ):
                rows = one.execute(query.encode()).fetchall()
                assert rows
                assert other.execute(query.encode()).fetchall() == rows
            analyzed = other.execute(
                "select last_analyze is not null from pg_stat_user_tables where relname = 'customers'"
            ).fetchone()
            assert analyzed == (True,)
        for section in Section:
            again = plan(section, source, target)
            assert (again.statements, again.restore.blockers) == ((), ())
            # Said again, these change nothing.
            assert {entry.what for entry in again.restore.restore} <= REPEATABLE


def reasons(differences: Iterable[Difference]) -> dict[str, set[str]]:
    """The names of what differs by reason; versions of extensions differ with the servers."""
    found: dict[str, set[str]] = defaultdict(set)
    for each in differences:
        if each.reason != "extension-version":
            found[each.reason].add(each.name)
    return dict(found)


@pytest.mark.parametrize("major", MAJORS)
def test_every_kind_of_object_is_in_the_inventory(servers: Servers, major: int) -> None:
    with servers.place(major, "planted", fill) as place:
        found = inventory(place)
    missing = {kind.value for kind in Kind} - set(found.counts())
    # Some need a directory of the server's, a module of it, functions in C or another server; test_differences and
    # test_rare_kinds have those that can be had all the same.
    assert missing == {
        "base type",
        "language",
        "replication slot",
        "security label",
        "setting",
        "subscription",
        "tablespace",
        "text search parser",
        "text search template",
        "transform",
    }


def test_post_data_is_made_on_a_target_that_is_closed_already(
    servers: Servers, planted: Place
) -> None:
    """As in a migration: the gate stands from before the load on."""
    with empty(servers) as target:
        copy(Section.PRE_DATA, planted, target)
        database = PostgresDatabase(Address.from_dsn(dsn(target)))
        database.install(hold=timedelta(0))
        database.close_gate()
        database.close()
        load(planted, target)
        with (
            pytest.raises(psycopg.errors.ReadOnlySqlTransaction),
            target.connect(user="postgres") as session,
        ):
            session.execute("insert into app.whole values (1)")
        after = copy(Section.POST_DATA, planted, target)
        assert (after.refused, after.comparison.outcome) == ((), Outcome.EXPLAINED)
        ours = {
            each.name for each in after.comparison.differences if each.reason == "made-by-this-tool"
        }
        assert {"cutover", "cutover.token", "cutover_gate on app.customers"} <= ours


def test_another_locale_is_told_and_has_no_excuse(servers: Servers) -> None:
    """Rows would be sorted and found otherwise. Of the objects, each is the same in both."""
    server = servers.server(17)
    icu = Place(server=server, major=17, name="sorted")
    with psycopg.connect(server.dsn(), autocommit=True) as session:
        session.execute(
            "create database sorted template template0 locale_provider icu icu_locale 'en-US' owner app"
        )
    try:
        fill(icu)
        with servers.place(17, "planted", fill) as plain:
            found = compare(inventory(plain), inventory(icu)).differences
    finally:
        with psycopg.connect(server.dsn(), autocommit=True) as session:
            session.execute("drop database sorted with (force)")
    assert {(each.kind, each.fact) for each in found} == {
        (Kind.DATABASE, "locale"),
        (Kind.DATABASE, "provider"),
    }
    assert {each.reason for each in found} == {""}


def test_no_password_is_in_an_inventory(servers: Servers) -> None:
    with servers.place(18, "planted", fill) as place:
        found = inventory(place)
    assert "user mapping" in found.counts()
    assert "not to be shown" not in str(jsonable(found))
