"""Each kind of difference, planted in a copy that had none: it is found, and nothing else is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from cutover.schema.difference import compare
from cutover.schema.inventory import Kind
from cutover.schema.reasons import Change
from tests.postgres.versions import Place, Servers
from tests.schema_copy.planted import NEWEST, fill, inventory, make_roles, run

pytestmark = pytest.mark.postgres

MISSING, DIFFERENT, EXTRA = Change.MISSING, Change.DIFFERENT, Change.EXTRA


@dataclass(frozen=True)
class Planted:
    """One change to the copy, and how it is told."""

    statement: str
    kind: Kind
    name: str
    change: Change
    fact: str = ""
    reason: str = ""

    @property
    def told(self) -> tuple[Kind, str, Change, str, str]:
        return (self.kind, self.name, self.change, self.fact, self.reason)


PLANTED = (
    Planted("create schema more", Kind.SCHEMA, "more", EXTRA),
    Planted("comment on schema app is 'x'", Kind.SCHEMA, "app", DIFFERENT, "comment"),
    Planted("create extension ltree", Kind.EXTENSION, "ltree", EXTRA),
    Planted("alter type app.mood add value 'angry'", Kind.ENUM, "app.mood", DIFFERENT, "labels"),
    Planted(
        "alter type app.address add attribute land text",
        Kind.COMPOSITE_TYPE,
        "app.address",
        DIFFERENT,
        "attributes",
    ),
    Planted(
        "alter domain app.percent drop constraint at_most",
        Kind.DOMAIN,
        "app.percent",
        DIFFERENT,
        "checks",
    ),
    Planted("drop type app.span cascade", Kind.RANGE, "app.span", MISSING),
    Planted("drop collation app.plain", Kind.COLLATION, "app.plain", MISSING),
    Planted("drop conversion app.to_utf8", Kind.CONVERSION, "app.to_utf8", MISSING),
    Planted(
        "create or replace function app.add(a int, b int default 2) returns int language sql immutable strict "
        "parallel safe as 'select a - b'",
        Kind.FUNCTION,
        "app.add(integer,integer)",
        DIFFERENT,
        "definition",
    ),
    Planted("drop procedure app.tidy", Kind.PROCEDURE, "app.tidy(integer)", MISSING),
    Planted("drop aggregate app.rows_seen(*)", Kind.AGGREGATE, "app.rows_seen()", MISSING),
    Planted("drop cast (app.mood as int)", Kind.CAST, "(app.mood AS integer)", MISSING),
    Planted("drop access method copied_heap", Kind.ACCESS_METHOD, "copied_heap", MISSING),
    Planted(
        "alter text search dictionary app.plain_words (stopwords)",
        Kind.TEXT_SEARCH_DICTIONARY,
        "app.plain_words",
        DIFFERENT,
        "options",
    ),
    Planted(
        "alter text search configuration app.words drop mapping for email",
        Kind.TEXT_SEARCH_CONFIGURATION,
        "app.words",
        DIFFERENT,
        "mappings",
    ),
    Planted("drop foreign data wrapper nowhere", Kind.FOREIGN_DATA_WRAPPER, "nowhere", MISSING),
    Planted(
        "alter server elsewhere options (set host 'there')",
        Kind.FOREIGN_SERVER,
        "elsewhere",
        DIFFERENT,
        "options",
    ),
    Planted(
        "alter foreign table app.remote options (set schema_name 'x')",
        Kind.FOREIGN_TABLE,
        "app.remote",
        DIFFERENT,
        "options",
    ),
    Planted(
        "drop user mapping for app_owner server elsewhere",
        Kind.USER_MAPPING,
        "app_owner on elsewhere",
        MISSING,
    ),
    Planted("alter sequence app.numbers cache 4", Kind.SEQUENCE, "app.numbers", DIFFERENT, "cache"),
    Planted("drop table app.on_disk", Kind.TABLE, "app.on_disk", MISSING),
    Planted("create table app.more (id int)", Kind.TABLE, "app.more", EXTRA),
    Planted(
        "alter table app.customers set (fillfactor = 50)",
        Kind.TABLE,
        "app.customers",
        DIFFERENT,
        "options",
    ),
    Planted(
        "alter table app.scratch set logged",
        Kind.TABLE,
        "app.scratch",
        DIFFERENT,
        "persistence",
        "unlogged",
    ),
    Planted(
        "alter table app.orders disable row level security",
        Kind.TABLE,
        "app.orders",
        DIFFERENT,
        "row security",
    ),
    Planted(
        "alter table app.whole replica identity default",
        Kind.TABLE,
        "app.whole",
        DIFFERENT,
        "replica identity",
    ),
    Planted(
        "alter table app.regions detach partition app.regions_eu",
        Kind.TABLE,
        "app.regions_eu",
        DIFFERENT,
        "partition of",
    ),
    Planted("", Kind.TABLE, "app.regions_eu", DIFFERENT, "bound"),
    Planted(
        "alter table app.derived no inherit app.base",
        Kind.TABLE,
        "app.derived",
        DIFFERENT,
        "inherits",
    ),
    Planted(
        'alter table "Odd; Schema"."Table; with ""quotes""" owner to app_reader',
        Kind.TABLE,
        '"Odd; Schema"."Table; with ""quotes"""',
        DIFFERENT,
        "owner",
    ),
    Planted(
        "alter table app.whole alter a type bigint",
        Kind.COLUMN,
        "app.whole.a",
        DIFFERENT,
        "type",
    ),
    Planted(
        "alter table app.customers alter name drop not null",
        Kind.COLUMN,
        "app.customers.name",
        DIFFERENT,
        "not null",
    ),
    # From 18 on it is a constraint as well.
    Planted("", Kind.CONSTRAINT, "not null of app.customers.name", MISSING),
    Planted(
        "alter table app.customers alter name set default 'x'",
        Kind.COLUMN,
        "app.customers.name",
        DIFFERENT,
        "default",
    ),
    Planted(
        "alter table app.customers alter id set generated by default",
        Kind.COLUMN,
        "app.customers.id",
        DIFFERENT,
        "identity",
        "identity-by-default",
    ),
    Planted(
        "alter table app.customers alter body set storage main",
        Kind.COLUMN,
        "app.customers.body",
        DIFFERENT,
        "storage",
    ),
    Planted(
        "alter table app.packed alter a set compression default",
        Kind.COLUMN,
        "app.packed.a",
        DIFFERENT,
        "compression",
    ),
    Planted("drop index app.customers_net", Kind.INDEX, "app.customers_net", MISSING),
    Planted(
        "update pg_index set indisvalid = false where indexrelid = 'app.body_words'::regclass",
        Kind.INDEX,
        "app.body_words",
        DIFFERENT,
        "valid",
    ),
    Planted(
        "alter table app.customers drop constraint mail_once",
        Kind.CONSTRAINT,
        "mail_once on app.customers",
        MISSING,
    ),
    Planted(
        "alter table app.orders validate constraint recent",
        Kind.CONSTRAINT,
        "recent on app.orders",
        DIFFERENT,
        "validated",
    ),
    Planted("", Kind.CONSTRAINT, "recent on app.orders", DIFFERENT, "definition"),
    Planted(
        "alter table app.orders drop constraint no_overlap",
        Kind.CONSTRAINT,
        "no_overlap on app.orders",
        MISSING,
    ),
    Planted(
        "create or replace view app.rich as select id, name, net from app.customers c where net > 1",
        Kind.VIEW,
        "app.rich",
        DIFFERENT,
        "definition",
    ),
    Planted("", Kind.VIEW, "app.rich", DIFFERENT, "options"),
    Planted(
        "refresh materialized view app.sums_of_sums with no data",
        Kind.MATERIALIZED_VIEW,
        "app.sums_of_sums",
        DIFFERENT,
        "populated",
    ),
    Planted("drop statistics app.net_of_mood", Kind.STATISTICS, "app.net_of_mood", MISSING),
    Planted(
        "alter table app.customers enable trigger switched_off",
        Kind.TRIGGER,
        "switched_off on app.customers",
        DIFFERENT,
        "enabled",
    ),
    Planted(
        "drop trigger touched on app.customers",
        Kind.TRIGGER,
        "touched on app.customers",
        MISSING,
    ),
    Planted(
        "alter table app.events_2026 disable trigger of_events",
        Kind.TRIGGER,
        "of_events on app.events_2026",
        EXTRA,
    ),
    Planted(
        "alter table app.orders enable rule told",
        Kind.RULE,
        "told on app.orders",
        DIFFERENT,
        "enabled",
    ),
    Planted(
        "alter policy own on app.customers to app_reader",
        Kind.POLICY,
        "own on app.customers",
        DIFFERENT,
        "roles",
    ),
    Planted(
        "alter policy anybody on app.orders with check (true)",
        Kind.POLICY,
        "anybody on app.orders",
        DIFFERENT,
        "check",
    ),
    Planted(
        "drop event trigger watched",
        Kind.EVENT_TRIGGER,
        "watched",
        MISSING,
        reason="event-trigger-not-copied",
    ),
    Planted(
        "alter publication a_few drop table app.orders",
        Kind.PUBLICATION,
        "a_few",
        DIFFERENT,
        "tables",
        "publication-not-copied",
    ),
    Planted(
        "grant delete on app.customers to app_reader",
        Kind.GRANT,
        "app_reader on table app.customers",
        DIFFERENT,
        "granted",
    ),
    Planted(
        "revoke usage on type app.mood from app_reader",
        Kind.GRANT,
        "app_reader on type app.mood",
        MISSING,
    ),
    Planted(
        "grant select on app.base to of_target",
        Kind.GRANT,
        "of_target on table app.base",
        EXTRA,
    ),
    Planted(
        "grant execute on function pg_ls_waldir() to app_reader",
        Kind.GRANT,
        "app_reader on function pg_catalog.pg_ls_waldir()",
        EXTRA,
        reason="system-object",
    ),
    Planted(
        "alter default privileges for role app_owner in schema app revoke select on tables from app_reader",
        Kind.DEFAULT_PRIVILEGES,
        "app_reader on tables of app_owner in app",
        MISSING,
    ),
    Planted(
        "do $$ begin execute format('alter database %I set work_mem = ''3MB''', current_database()); end $$",
        Kind.SETTING,
        "everybody here: work_mem",
        EXTRA,
    ),
    Planted(
        "select lo_unlink(4711)",
        Kind.LARGE_OBJECTS,
        "large objects",
        MISSING,
        reason="large-objects-not-copied",
    ),
    Planted(
        "select pg_create_logical_replication_slot('of_the_copy', 'pgoutput')",
        Kind.REPLICATION_SLOT,
        "of_the_copy",
        EXTRA,
        reason="replication-slot-not-copied",
    ),
    Planted(
        "create subscription of_the_copy connection 'dbname=nowhere' publication x with (connect = false)",
        Kind.SUBSCRIPTION,
        "of_the_copy",
        EXTRA,
        reason="subscription-not-copied",
    ),
)


@pytest.fixture(scope="module")
def changed(servers: Servers, planted: Place) -> Iterator[Place]:
    with servers.place(NEWEST, "planted", fill) as place:
        assert compare(inventory(planted), inventory(place)).differences == ()
        make_roles(place, "of_target")
        for each in PLANTED:
            if each.statement:
                run(place, each.statement)
        yield place
        run(
            place,
            "alter subscription of_the_copy disable; alter subscription of_the_copy set (slot_name = none)",
        )
        run(place, "drop subscription of_the_copy")
        run(place, "select pg_drop_replication_slot('of_the_copy')")


@pytest.fixture(scope="module")
def told(planted: Place, changed: Place) -> set[tuple[Kind, str, Change, str, str]]:
    return {
        (each.kind, each.name, each.change, each.fact, each.reason)
        for each in compare(inventory(planted), inventory(changed)).differences
    }


@pytest.mark.parametrize("each", PLANTED, ids=lambda each: f"{each.name} {each.fact}".strip())
def test_it_is_found(each: Planted, told: set[tuple[Kind, str, Change, str, str]]) -> None:
    assert each.told in told


def test_nothing_else_is_found(told: set[tuple[Kind, str, Change, str, str]]) -> None:
    assert told - {each.told for each in PLANTED} == set()
