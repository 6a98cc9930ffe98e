"""Kinds that few databases have, made of the server's own functions: with test_planted, all but labels."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cutover.schema.archive import Section
from cutover.schema.difference import Outcome
from cutover.schema.inventory import Kind
from tests.postgres.versions import MAJORS, Place, Servers
from tests.schema_copy.planted import copy, empty, inventory, make_roles, run

pytestmark = pytest.mark.postgres

RARE = """
create schema rare;
create type rare.number;
create function rare.number_in(cstring) returns rare.number language internal immutable strict as 'int4in';
create function rare.number_out(rare.number) returns cstring language internal immutable strict as 'int4out';
create type rare.number (input = rare.number_in, output = rare.number_out, internallength = 4, passedbyvalue,
    alignment = int4);
create type rare.promised;
create transform for int language sql (
    from sql with function prsd_lextype(internal), to sql with function int4recv(internal));
create function rare.call() returns language_handler language c as '$libdir/plpgsql', 'plpgsql_call_handler';
create language other handler rare.call;
create text search parser rare.parser (start = prsd_start, gettoken = prsd_nexttoken, end = prsd_end,
    lextypes = prsd_lextype);
create text search template rare.template (init = dsimple_init, lexize = dsimple_lexize);
create table rare.numbers (number rare.number);
do $$ begin execute format('alter database %I set search_path = rare, "$user"', current_database()); end $$;
do $$ begin execute format('alter role app_reader in database %I set work_mem = ''3MB''', current_database()); end $$;
"""
NAMED = {
    Kind.SUBSCRIPTION: "subscription-not-copied",
    Kind.REPLICATION_SLOT: "replication-slot-not-copied",
    Kind.TABLESPACE: "tablespace-not-on-aurora",
}
IN_PLACE_SINCE = 15
"""From then on a tablespace needs no directory of its own."""


@pytest.fixture
def rare(servers: Servers, request: pytest.FixtureRequest) -> Iterator[Place]:
    with servers.place(request.param, "bare", lambda _place: None) as place:
        make_roles(place, "app_reader")
        run(place, RARE)
        run(
            place,
            "create subscription far connection 'dbname=nowhere' publication x with (connect = false)",
        )
        run(
            place,
            "select pg_create_logical_replication_slot('rare_' || current_database(), 'pgoutput')",
        )
        if place.major >= IN_PLACE_SINCE:
            with place.connect(user="postgres") as session:
                session.execute("set allow_in_place_tablespaces = on")
                session.execute("create tablespace rare location ''")
                session.execute("create table rare.elsewhere (id int) tablespace rare")
        yield place
        run(place, "alter subscription far disable; alter subscription far set (slot_name = none)")
        run(place, "drop subscription far")
        run(place, "select pg_drop_replication_slot('rare_' || current_database())")
        if place.major >= IN_PLACE_SINCE:
            run(place, "drop table rare.elsewhere")
            run(place, "drop tablespace rare")


@pytest.mark.parametrize("rare", MAJORS, indirect=True)
def test_rare_kinds_arrive_or_have_a_name(servers: Servers, rare: Place) -> None:
    with empty(servers) as target:
        copy(Section.PRE_DATA, rare, target)
        after = copy(Section.POST_DATA, rare, target)
        assert (after.refused, after.comparison.outcome) == ((), Outcome.EXPLAINED)
        reasons = {each.kind: each.reason for each in after.comparison.differences}
        expected = dict(NAMED)
        if rare.major < IN_PLACE_SINCE:
            del expected[Kind.TABLESPACE]
        else:
            expected[Kind.TABLE] = "tablespace-not-on-aurora"
        reasons.pop(Kind.SCHEMA, None)
        assert reasons == expected
        there = inventory(target)
        assert {
            Kind.BASE_TYPE,
            Kind.TRANSFORM,
            Kind.LANGUAGE,
            Kind.TEXT_SEARCH_PARSER,
            Kind.TEXT_SEARCH_TEMPLATE,
            Kind.SETTING,
        } <= {each.kind for each in there.objects}
        assert {each.text("value") for each in there.of_kind(Kind.SETTING)} == {
            'rare, "$user"',
            "3MB",
        }
