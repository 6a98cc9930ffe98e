"""Who may see less, and who may do less: a role without rights, and one that is no superuser, as on Aurora."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from psycopg import sql

from cutover.adapters.postgres_inventory import read_inventory
from cutover.errors import DatabaseUnreachable
from cutover.schema.archive import Section
from cutover.schema.copy import Options
from cutover.schema.difference import Outcome, compare
from cutover.schema.inventory import Kind
from tests.postgres.versions import Place, Servers
from tests.schema_copy.planted import copy, dsn, empty, fill, inventory, load, make_roles, run

pytestmark = pytest.mark.postgres

APPLICATION = """
create schema app authorization app_owner;
set role app_owner;
create type app.state as enum ('new', 'old');
create table app.customers (id bigint generated always as identity primary key, name text not null, state app.state);
create table app.orders (id serial primary key, customer bigint references app.customers, at date);
create index on app.orders (customer);
alter table app.customers enable row level security;
create policy own on app.customers for select to app_reader using (name = current_user);
comment on policy own on app.customers is 'whoever it is';
create policy of_guests on app.customers for select to app_guest using (false);
create view app.names as select name from app.customers;
create function app.add(a int, b int) returns int language sql as 'select a + b';
revoke execute on function app.add(int, int) from public;
grant usage on schema app to app_reader, app_guest;
grant select on all tables in schema app to app_reader;
grant select on app.names to app_guest;
alter default privileges in schema app grant select on tables to app_reader;
insert into app.customers (name) values ('one'), ('two');
reset role;
create extension citext;
do $$ begin execute format('alter database %I set search_path = app, public', current_database()); end $$;
do $$ begin
    execute format('alter role app_reader in database %I set statement_timeout = ''5s''', current_database());
end $$;
"""


def fill_application(place: Place) -> None:
    make_roles(place, "app_owner", "app_reader", "app_guest")
    run(place, APPLICATION)


def roles_of(whose: str) -> tuple[str, str, str]:
    """Owner, reader and guest by names of one's own: a server is shared, and who lacks a role may not have it made by
    another test."""
    return (f"{whose}_owner", f"{whose}_reader", f"{whose}_guest")


def application_of(whose: str) -> Callable[[Place], None]:
    """Fills a database with the same application, whose roles are these."""

    def fill(place: Place) -> None:
        text = APPLICATION
        for name, own in zip(roles_of("app"), roles_of(whose), strict=True):
            text = text.replace(name, own)
        make_roles(place, *roles_of(whose))
        run(place, text)

    return fill


def login(place: Place, name: str, *more: str) -> None:
    make_roles(place, name)
    with place.connect(user="postgres") as session:
        for words in (f"login password {sql.Literal(place.server.password).as_string()}", *more):
            session.execute(f"alter role {name} {words}".encode())


def test_what_a_role_may_not_read_is_unknown_and_not_empty(servers: Servers) -> None:
    with servers.place(18, "planted", fill) as place:
        login(place, "looker")
        run(
            place,
            "revoke select on pg_catalog.pg_publication_rel, pg_catalog.pg_policy from public",
        )
        whole, seen = inventory(place), read_inventory(dsn(place, user="looker"))
    hidden = {each.kind: each.reason for each in seen.unknown}
    assert hidden == {
        Kind.PUBLICATION: "permission denied for table pg_publication_rel",
        Kind.POLICY: "permission denied for table pg_policy",
        Kind.USER_MAPPING: "the options of app_owner on elsewhere are shown to its user and to the owner of the "
        "server only",
    }
    for one, other in ((whole, seen), (seen, whole)):
        result = compare(one, other)
        assert result.outcome is Outcome.UNKNOWN
        assert result.differences == ()
        assert {each.kind for each in result.unknown} == set(hidden)


def test_a_relation_that_is_being_changed_is_not_waited_for(servers: Servers) -> None:
    with (
        servers.place(18, "planted", fill) as place,
        place.connect(user="postgres") as other,
        other.transaction(),
    ):
        other.execute("lock table app.rich in access exclusive mode")
        found = read_inventory(dsn(place), lock_timeout=timedelta(milliseconds=100))
    told = {each.kind: each.reason for each in found.unknown}
    assert "lock timeout" in told[Kind.VIEW]
    assert Kind.SEQUENCE not in told


def test_reading_takes_no_lock_that_a_writer_meets(servers: Servers) -> None:
    with (
        servers.place(18, "planted", fill) as place,
        place.connect(user="postgres") as other,
        other.transaction(),
    ):
        other.execute("lock table app.customers, app.orders in exclusive mode")
        assert read_inventory(dsn(place), lock_timeout=timedelta(milliseconds=100)).unknown == ()


def test_a_server_that_does_not_answer_is_told(servers: Servers) -> None:
    with servers.place(18, "planted", fill) as place, pytest.raises(DatabaseUnreachable):
        read_inventory(dsn(place).replace(place.name, "nowhere"))


def test_who_is_no_superuser_copies_too(servers: Servers) -> None:
    """As on Aurora: the master owns the database, is a member of the application's roles, and nothing more."""
    with (
        servers.place(14, "application", fill_application) as source,
        empty(servers, roles=False) as target,
    ):
        make_roles(target, "app_owner", "app_reader", "app_guest")
        login(target, "master", "createrole createdb")
        run(target, "grant app_owner, app_reader, app_guest to master")
        run(target, f"alter database {target.name} owner to master")
        run(target, f"grant create on database {target.name} to app_owner")
        before = copy(Section.PRE_DATA, source, target, user="master")
        assert before.refused == ()
        load(source, target)
        after = copy(Section.POST_DATA, source, target, user="master")
        told = {(each.reason, each.name) for each in after.comparison.differences}
        assert told - {("extension-version", "citext")} == {
            # Who is to own a schema has to have the right to make one: given here, and not on the source.
            ("", "app_owner on database database"),
            ("database-owner", "database"),
            ("identity-by-default", "app.customers.id"),
            ("public-schema", "public"),
        }
        # ANALYZE passes the catalogs of the server by, and says so.
        assert {each.sql for each in after.refused} <= {"ANALYZE"}


def test_a_role_that_the_target_has_not_is_named_wherever_it_is_missing(servers: Servers) -> None:
    with (
        servers.place(14, "application", fill_application) as source,
        empty(servers, major=17, roles=False) as target,
    ):
        make_roles(target, "app_owner", "app_reader")
        copy(Section.PRE_DATA, source, target)
        load(source, target)
        after = copy(Section.POST_DATA, source, target)
        assert [(each.entry, each.reason) for each in after.left_out] == [
            ("POLICY app customers of_guests app_owner", "role-not-on-target")
        ]
        assert after.comparison.outcome is Outcome.EXPLAINED
        missing = {
            each.name
            for each in after.comparison.differences
            if each.reason == "role-not-on-target"
        }
        assert missing == {
            "app_guest",
            "app_guest on schema app",
            "app_guest on view app.names",
            "of_guests on app.customers",
        }


def test_a_role_may_be_called_otherwise_on_the_target(servers: Servers) -> None:
    with (
        servers.place(14, "application", fill_application) as source,
        empty(servers, major=17, roles=False) as target,
    ):
        make_roles(target, "application", "readers", "guests")
        roles = {"app_owner": "application", "app_reader": "readers", "app_guest": "guests"}
        options = Options(roles=roles)
        copy(Section.PRE_DATA, source, target, options=options)
        load(source, target)
        after = copy(Section.POST_DATA, source, target, options=options)
        assert after.refused == ()
        assert after.comparison.outcome is Outcome.EXPLAINED
        table = inventory(target).get(Kind.TABLE, "app.customers")
        assert table is not None
        assert table.text("owner") == "application"
