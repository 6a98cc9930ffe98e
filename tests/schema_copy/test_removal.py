"""The SQL that removes an object, said to a person: run on a database that has one of every kind, none is left."""

from __future__ import annotations

from collections import Counter

import psycopg
import pytest

from cutover.schema.difference import since
from cutover.schema.inventory import Inventory, Kind
from cutover.schema.reasons import Change
from cutover.schema.removal import removal_of
from tests.postgres.versions import Place, Servers
from tests.schema_copy.planted import empty, fill, inventory

pytestmark = pytest.mark.postgres

BY_A_PERSON = {Kind.LARGE_OBJECTS, Kind.DATABASE}
"""Nothing tells which of them, or how, it was before."""
OF_THE_SERVER = {Kind.ROLE, Kind.TABLESPACE}
"""Which other tests share."""


@pytest.mark.parametrize("major", [13, 18])
def test_whatever_was_made_goes_by_its_statement(servers: Servers, major: int) -> None:
    with servers.place(major, "nothing", lambda _: None) as before:
        nothing = inventory(before)
    with servers.place(major, "planted", fill) as place:
        with place.connect(user="postgres") as session:
            session.execute("select pg_create_logical_replication_slot('planted', 'test_decoding')")
            session.execute(f"alter database {place.name} set work_mem = '5MB'".encode())
        try:
            left = extra(nothing, inventory(place))
            assert {kind for kind, _ in left} >= KINDS - (
                {Kind.SECURITY_LABEL, Kind.LANGUAGE} | BY_A_PERSON
            )
            refused = removed(place, nothing)
            assert refused == {}
        finally:
            with place.connect(user="postgres") as session:
                session.execute(
                    "select pg_drop_replication_slot(slot_name) from pg_replication_slots"
                    " where slot_name = 'planted'"
                )


KINDS = set(Kind) - {
    # Of the server's: every test shares them.
    Kind.ROLE,
    Kind.TABLESPACE,
    Kind.SUBSCRIPTION,
    Kind.TEXT_SEARCH_PARSER,
    Kind.TEXT_SEARCH_TEMPLATE,
    Kind.TRANSFORM,
    Kind.COLUMN,
    Kind.BASE_TYPE,
    Kind.CONSTRAINT,
    Kind.INDEX,
    Kind.TRIGGER,
    Kind.RULE,
    Kind.POLICY,
    Kind.USER_MAPPING,
    Kind.STATISTICS,
    Kind.GRANT,
}
"""That stand by themselves in the planted database; parts of relations have a test of their own."""


def extra(before: Inventory, now: Inventory) -> list[tuple[Kind, str]]:
    return [
        (each.kind, each.name)
        for each in since(before, now).differences
        if each.change is Change.EXTRA and each.kind not in BY_A_PERSON | OF_THE_SERVER
    ]


def removed(place: Place, before: Inventory) -> dict[str, str]:
    """Round by round, as a person does who meets a dependency: what refuses to go for good, with the reason."""
    refused: dict[str, str] = {}
    while True:
        now = inventory(place)
        todo = extra(before, now)
        if not todo:
            return {}
        gone = 0
        refused = {}
        with place.connect(user="postgres") as session:
            for key in todo:
                statement = removal_of(now.by_key[key])
                try:
                    session.execute(statement.replace(':"DBNAME"', f'"{place.name}"').encode())
                except psycopg.Error as error:
                    refused[f"{key[0].value} {key[1]}: {statement}"] = str(error)
                else:
                    gone += 1
        if len(extra(before, inventory(place))) == len(todo):
            return refused or {"nothing": "changed"}


PARTS = """
alter table app.customers add column extra int default 1;
alter table app.customers add constraint extra_check check (extra > 0);
alter table app.customers alter column extra set not null;
create index extra_index on app.customers (extra);
create trigger extra_trigger after update on app.customers for each statement execute function app.touch();
create rule extra_rule as on delete to app.whole do instead nothing;
create policy extra_policy on app.customers using (true);
create statistics app.extra_statistics (ndistinct) on id, net from app.customers;
grant select (a), insert on app.whole to app_reader;
grant truncate on app.whole to public;
revoke execute on function app.touch() from public;
alter default privileges for role app_owner in schema app grant update on tables to app_reader;
alter role app_reader in database {name} set work_mem = '6MB';
create user mapping for app_reader server elsewhere options (user 'x');
alter table app.keyed alter column b set not null;
"""


@pytest.mark.parametrize("major", [13, 18])
def test_a_part_of_what_was_there_goes_alone(servers: Servers, major: int) -> None:
    with servers.place(major, "planted", fill) as place:
        before = inventory(place)
        with place.connect(user="postgres") as session:
            session.execute(PARTS.format(name=place.name).encode())
        found = Counter(kind for kind, _ in extra(before, inventory(place)))
        assert set(found) >= {
            Kind.COLUMN,
            Kind.INDEX,
            Kind.CONSTRAINT,
            Kind.TRIGGER,
            Kind.RULE,
            Kind.POLICY,
            Kind.STATISTICS,
            Kind.GRANT,
            Kind.SETTING,
            Kind.USER_MAPPING,
        }
        assert removed(place, before) == {}


def test_a_role_goes_with_every_right_that_it_has_here(servers: Servers) -> None:
    with empty(servers) as place, place.connect(user="postgres") as session:
        before = inventory(place)
        session.execute('create role "Left ""Over"""')
        session.execute('create schema its authorization "Left ""Over"""')
        session.execute('grant create on schema public to "Left ""Over"""')
        role = next(each for each in inventory(place).objects if each.name == 'Left "Over"')
        session.execute(removal_of(role).encode())
        now = {each.key for each in inventory(place).objects}
        assert now == {each.key for each in before.objects}
