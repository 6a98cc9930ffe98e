"""What of an archive goes to the target, and the statements for what pg_restore can't do."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from cutover.adapters.postgres_programs import fits
from cutover.schema.archive import Entry, Section, entries
from cutover.schema.difference import compare, with_roles
from cutover.schema.inventory import Inventory, Kind, SchemaObject
from cutover.schema.restore import Copying, RestorePlan, plan
from cutover.schema.statements import (
    Statement,
    default_privileges,
    identities,
    literal,
    owners,
    policies,
    privileges,
    refreshes,
    settings,
)

LISTING = """;
; Archive created at 2026-01-01 00:00:00 UTC
;     Dumped from database version: 13.23
;
;
; Selected TOC Entries:
;
4; 2615 2200 SCHEMA - public postgres
209; 1255 16433 FUNCTION public f(integer, text) postgres
2985; 0 0 ACL public TABLE p postgres
2835; 3381 16440 STATISTICS public st postgres
2836; 2606 16404 FK CONSTRAINT public Odd table q_pid_fkey the owner
2971; 0 16398 ROW SECURITY public q postgres
2833; 0 0 INDEX ATTACH public e1 d_idx the owner
2974; 6106 16435 PUBLICATION TABLE public pub p postgres
"""

CLASS, PROC, TRIGGER, POLICY, EXTENSION = 1259, 1255, 2620, 3256, 3079


def entry(number: int, what: str, rest: str, *, catalog: int = 0, oid: int = 0) -> Entry:
    return Entry(id=number, catalog=catalog, oid=oid, what=what, rest=rest)


def thing(
    kind: Kind, name: str, *, at: tuple[int, int] = (0, 0), of: str = "", **facts: Any
) -> SchemaObject:
    return SchemaObject(kind=kind, name=name, of=of, facts=facts, catalog=at[0], oid=at[1])


def inventory(*objects: SchemaObject, version: int = 170009) -> Inventory:
    return Inventory(
        version=version,
        objects=objects,
        available={"hstore": "1.8"},
        system_collations=('pg_catalog."C"', 'pg_catalog."de-x-icu"'),
    )


def made(
    section: Section,
    source: Inventory,
    target: Inventory,
    *,
    pre: tuple[Entry, ...] = (),
    post: tuple[Entry, ...] = (),
    keys_first: bool = True,
) -> RestorePlan:
    copying = Copying(
        source=source, target=target, comparison=compare(source, target), keys_first=keys_first
    )
    return plan(section, pre=pre, post=post, copying=copying)


ORDERS = thing(Kind.TABLE, "app.orders", at=(CLASS, 1), columns='["id"]')
ORDERS_ENTRY = entry(1, "TABLE", "app orders boss", catalog=CLASS, oid=1)
KEY = thing(
    Kind.CONSTRAINT,
    "orders_pkey on app.orders",
    at=(2606, 2),
    of="app.orders",
    type="primary key",
    index="app.orders_pkey",
)
KEY_ENTRY = entry(2, "CONSTRAINT", "app orders orders_pkey boss", catalog=2606, oid=2)
INDEX = thing(Kind.INDEX, "app.orders_at", at=(CLASS, 3), of="app.orders", valid=True)
INDEX_ENTRY = entry(3, "INDEX", "app orders_at boss", catalog=CLASS, oid=3)


def test_a_table_of_contents_is_read_line_by_line() -> None:
    found = entries(LISTING)
    assert [each.what for each in found] == [
        "SCHEMA",
        "FUNCTION",
        "ACL",
        "STATISTICS",
        "FK CONSTRAINT",
        "ROW SECURITY",
        "INDEX ATTACH",
        "PUBLICATION TABLE",
    ]
    assert (found[1].id, found[1].catalog, found[1].oid) == (209, 1255, 16433)
    assert found[1].line() == "209; 1255 16433 FUNCTION public f(integer, text) postgres"
    assert found[6].is_one_of(frozenset({"public e1 d_idx"}))
    assert not found[6].is_one_of(frozenset({"public e1 d"}))


def test_keys_are_made_before_the_load_and_the_rest_after_it() -> None:
    source, empty = inventory(ORDERS, KEY, INDEX), inventory()
    before = made(
        Section.PRE_DATA, source, empty, pre=(ORDERS_ENTRY,), post=(KEY_ENTRY, INDEX_ENTRY)
    )
    assert before.restore == (ORDERS_ENTRY, KEY_ENTRY)
    begun = inventory(ORDERS, KEY)
    after = made(
        Section.POST_DATA, source, begun, pre=(ORDERS_ENTRY,), post=(KEY_ENTRY, INDEX_ENTRY)
    )
    assert (after.restore, after.there, after.blockers) == ((INDEX_ENTRY,), (KEY_ENTRY,), ())


def test_told_so_keys_are_made_with_the_rest() -> None:
    source = inventory(ORDERS, KEY)
    before = made(
        Section.PRE_DATA,
        source,
        inventory(),
        pre=(ORDERS_ENTRY,),
        post=(KEY_ENTRY,),
        keys_first=False,
    )
    assert before.restore == (ORDERS_ENTRY,)
    after = made(
        Section.POST_DATA, source, inventory(ORDERS), pre=(ORDERS_ENTRY,), post=(KEY_ENTRY,)
    )
    assert (after.restore, after.blockers) == ((KEY_ENTRY,), ())


def test_what_is_there_as_it_should_be_is_left() -> None:
    found = made(Section.PRE_DATA, inventory(ORDERS), inventory(ORDERS), pre=(ORDERS_ENTRY,))
    assert (found.restore, found.there, found.blockers) == ((), (ORDERS_ENTRY,), ())


def test_what_is_there_otherwise_stops_the_section_before_it_begins() -> None:
    column = thing(Kind.COLUMN, "app.orders.id", of="app.orders", type="integer")
    source = inventory(ORDERS, column)
    other = inventory(ORDERS, replace(column, facts={"type": "bigint"}))
    (blocker,) = made(Section.PRE_DATA, source, other, pre=(ORDERS_ENTRY,)).blockers
    assert "column app.orders.id: type is 'integer' on the source and 'bigint'" in blocker
    assert made(Section.PRE_DATA, source, inventory(ORDERS), pre=(ORDERS_ENTRY,)).blockers


def test_post_data_without_pre_data_is_refused() -> None:
    found = made(
        Section.POST_DATA,
        inventory(ORDERS, INDEX),
        inventory(),
        pre=(ORDERS_ENTRY,),
        post=(INDEX_ENTRY,),
    )
    (blocker,) = found.blockers
    assert "1 objects of pre-data are not on the target (TABLE app orders boss)" in blocker


def test_a_newer_source_is_refused() -> None:
    (blocker,) = made(Section.PRE_DATA, inventory(version=180000), inventory()).blockers
    assert "the source is PostgreSQL 18 and the target 17" in blocker


def test_an_extension_is_left_out_only_where_nothing_needs_it() -> None:
    at = (EXTENSION, 9)
    line = entry(9, "EXTENSION", "- pg_repack ", catalog=EXTENSION, oid=9)
    unused = inventory(thing(Kind.EXTENSION, "pg_repack", at=at, version="1.5"))
    found = made(Section.PRE_DATA, unused, inventory(), pre=(line,))
    assert [each.reason for each in found.left_out] == ["extension-not-on-target"]
    assert not found.blockers
    used = inventory(thing(Kind.EXTENSION, "postgis", at=at, version="3.5", needed=True))
    (blocker,) = made(Section.PRE_DATA, used, inventory(), pre=(line,)).blockers
    assert "does not offer the extension postgis 3.5" in blocker


def test_a_collation_that_the_target_has_not_is_refused() -> None:
    column = thing(
        Kind.COLUMN, "app.orders.name", of="app.orders", collation='pg_catalog."sv-x-icu"'
    )
    (blocker,) = made(Section.PRE_DATA, inventory(ORDERS, column), inventory()).blockers
    assert 'no collation pg_catalog."sv-x-icu", which app.orders.name needs' in blocker
    icu = thing(Kind.COLLATION, "app.german", provider="icu")
    without = replace(inventory(), system_collations=('pg_catalog."C"',))
    (blocker,) = made(Section.PRE_DATA, inventory(icu), without).blockers
    assert "app.german is of ICU, and the target was built without" in blocker


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (entry(1, "EVENT TRIGGER", "- watch boss"), "event-trigger-not-copied"),
        (entry(1, "COMMENT", "- EVENT TRIGGER watch boss"), "event-trigger-not-copied"),
        (entry(1, "PUBLICATION TABLE", "app all orders boss"), "publication-not-copied"),
        (entry(1, "COMMENT", "- PUBLICATION all boss"), "publication-not-copied"),
        (entry(1, "SUBSCRIPTION", "- other boss"), "subscription-not-copied"),
        (entry(1, "COMMENT", "- EXTENSION hstore "), "extension-comment"),
        (entry(1, "SECURITY LABEL", "app TABLE orders boss"), "security-label-not-copied"),
        (entry(1, "COMMENT", "cutover TABLE token boss"), "made-by-this-tool"),
    ],
)
def test_what_is_not_copied_says_why(line: Entry, reason: str) -> None:
    found = made(Section.POST_DATA, inventory(), inventory(), post=(line,))
    assert [(each.entry, each.reason) for each in found.left_out] == [(str(line), reason)]
    assert found.restore == ()


def test_a_user_mapping_needs_its_role_under_the_name_that_it_has_on_the_source() -> None:
    line = entry(6, "USER MAPPING", "- USER MAPPING alice SERVER there boss")
    source = inventory(thing(Kind.USER_MAPPING, "alice on there", role="alice", server="there"))
    roles = inventory(thing(Kind.ROLE, "alice"), thing(Kind.ROLE, "anna"))

    def reason(target: Inventory, **renamed: str) -> list[str]:
        ours = with_roles(source, renamed)
        copying = Copying(
            source=ours, target=target, comparison=compare(ours, target), roles=renamed
        )
        found = plan(Section.PRE_DATA, pre=(line,), post=(), copying=copying)
        return [each.reason for each in found.left_out]

    assert reason(inventory()) == ["role-not-on-target"]
    assert reason(roles) == []
    assert reason(roles, alice="anna") == ["user-mapping-of-renamed"]
    there = inventory(*source.objects, *roles.objects)
    assert made(Section.PRE_DATA, source, there, pre=(line,)).there == (line,)


def test_a_policy_for_a_role_that_is_missing_is_left_out_with_its_comment() -> None:
    policy = thing(
        Kind.POLICY,
        "own on app.orders",
        at=(POLICY, 7),
        of="app.orders",
        roles=json.dumps(["alice", "public"]),
        permissive=False,
        command="select",
        using="true",
        comment="ours",
    )
    lines = (
        entry(7, "POLICY", "app orders own boss", catalog=POLICY, oid=7),
        entry(8, "COMMENT", "app POLICY own ON orders boss"),
    )
    without = made(
        Section.POST_DATA, inventory(ORDERS, policy), inventory(ORDERS), pre=(), post=lines
    )
    assert [each.reason for each in without.left_out] == ["role-not-on-target"]
    alice = thing(Kind.ROLE, "alice")
    having = made(
        Section.POST_DATA, inventory(ORDERS, policy), inventory(ORDERS, alice), post=lines
    )
    # Made by a statement, which can call the role as the target does.
    assert (having.left_out, having.restore) == ((), ())
    assert sql_of(policies(inventory(ORDERS, policy), inventory(ORDERS, alice))) == [
        'CREATE POLICY own ON app.orders AS RESTRICTIVE FOR SELECT TO "alice", PUBLIC USING (true)',
        "COMMENT ON POLICY own ON app.orders IS 'ours'",
    ]
    assert policies(inventory(ORDERS, policy), inventory(ORDERS, alice, policy)) == ()


def test_privileges_are_left_to_the_statements_that_know_the_targets_roles() -> None:
    acl = entry(1, "ACL", "app TABLE orders boss")
    found = made(Section.PRE_DATA, inventory(), inventory(), pre=(acl,))
    assert (found.restore, found.left_out) == ((), ())


def test_a_partition_that_hangs_on_its_parent_is_not_attached_again() -> None:
    line = entry(5, "TABLE ATTACH", "app orders_2026 the boss")
    part = thing(Kind.TABLE, "app.orders_2026", at=(CLASS, 5), **{"partition of": "app.orders"})
    loose = thing(Kind.TABLE, "app.orders_2026", at=(CLASS, 5))
    source = inventory(part)
    assert made(Section.PRE_DATA, source, inventory(part), pre=(line,)).there == (line,)
    assert made(Section.PRE_DATA, source, inventory(loose), pre=(line,)).restore == (line,)


ROLES = (thing(Kind.ROLE, "boss"), thing(Kind.ROLE, 'Odd "role"'), thing(Kind.ROLE, "master"))


def sql_of(found: Iterable[Statement]) -> list[str]:
    return [each.sql for each in found]


def test_an_owner_is_given_where_the_target_has_the_role() -> None:
    def sides(owner: str, **more: Any) -> tuple[Inventory, Inventory]:
        ours = thing(Kind.FUNCTION, "app.f(integer)", owner=owner, **more)
        return inventory(ours, *ROLES), inventory(replace(ours, facts={"owner": "master"}), *ROLES)

    assert sql_of(owners(*sides('Odd "role"'))) == [
        'ALTER ROUTINE app.f(integer) OWNER TO "Odd ""role"""'
    ]
    assert sql_of(owners(*sides("nobody"))) == []
    assert sql_of(owners(*sides("master"))) == []


def grant(name: str, **facts: Any) -> SchemaObject:
    about: dict[str, Any] = {"type": "table", "object": "app.orders", **facts}
    return thing(Kind.GRANT, name, **about)


def test_privileges_are_given_and_taken_as_on_the_source() -> None:
    owned = replace(ORDERS, facts={"owner": "master"})
    source = inventory(
        *ROLES,
        owned,
        grant("boss on table", grantee="boss", granted="INSERT*, SELECT"),
        grant("public on table", grantee="public", granted="SELECT"),
        grant("the owner on table", grantee="", revoked="DELETE"),
        grant("boss on column", grantee="boss", granted="UPDATE", column='"Odd"'),
        grant("nobody on table", grantee="nobody", granted="SELECT"),
        grant("boss on database", grantee="boss", granted="CREATE", type="database", object="d"),
    )
    target = inventory(*ROLES, owned, grant("boss on table", grantee="boss", granted="SELECT"))
    target = replace(target, objects=(*target.objects, thing(Kind.DATABASE, "d", owner="master")))
    assert sorted(sql_of(privileges(source, target, database="There"))) == [
        'GRANT CREATE ON DATABASE "There" TO "boss"',
        'GRANT INSERT ON TABLE app.orders TO "boss" WITH GRANT OPTION',
        "GRANT SELECT ON TABLE app.orders TO PUBLIC",
        'GRANT UPDATE ("Odd") ON TABLE app.orders TO "boss"',
        'REVOKE DELETE ON TABLE app.orders FROM "master"',
    ]
    assert sql_of(privileges(source, source, database="d")) == []


def test_default_privileges_name_whose_objects_they_are_about() -> None:
    ours = thing(
        Kind.DEFAULT_PRIVILEGES,
        "x",
        role="boss",
        schema="app",
        type="tables",
        grantee="public",
        granted="SELECT",
    )
    assert sql_of(default_privileges(inventory(ours, *ROLES), inventory(*ROLES))) == [
        'ALTER DEFAULT PRIVILEGES FOR ROLE "boss" IN SCHEMA "app" GRANT SELECT ON TABLES TO PUBLIC'
    ]


def test_settings_of_the_database_are_set_on_the_target() -> None:
    def setting(parameter: str, value: str, **facts: Any) -> SchemaObject:
        return thing(Kind.SETTING, parameter, parameter=parameter, value=value, **facts)

    ours = inventory(
        *ROLES,
        setting("search_path", 'app, "$user"', here=True),
        setting("my.setting", "it's", here=True, role="boss"),
        setting("work_mem", "1MB", role="boss"),
    )
    assert sorted(sql_of(settings(ours, inventory(*ROLES), database="There"))) == [
        'ALTER DATABASE "There" SET "search_path" TO app, "$user"',
        'ALTER ROLE "boss" IN DATABASE "There" SET "my"."setting" TO \'it\'\'s\'',
    ]


def test_identity_columns_take_what_dms_inserts() -> None:
    column = thing(Kind.COLUMN, 'app.orders."Odd"', of="app.orders", identity="always")
    assert sql_of(identities(inventory(ORDERS, column))) == [
        'ALTER TABLE app.orders ALTER COLUMN "Odd" SET GENERATED BY DEFAULT'
    ]
    part = replace(ORDERS, facts={"partition of": "app.all"})
    assert sql_of(identities(inventory(part, column))) == []


def test_materialized_views_are_filled_in_the_order_in_which_they_were_made() -> None:
    def view(name: str, oid: int, *, populated: bool = True) -> SchemaObject:
        return thing(Kind.MATERIALIZED_VIEW, name, at=(CLASS, oid), populated=populated)

    source = inventory(view("app.b", 2), view("app.a", 3), view("app.none", 1, populated=False))
    there = inventory(*(replace(each, facts={"populated": False}) for each in source.objects))
    assert sql_of(refreshes(source, there)) == [
        "REFRESH MATERIALIZED VIEW app.b",
        "REFRESH MATERIALIZED VIEW app.a",
    ]


@pytest.mark.parametrize(
    ("text", "quoted"), [("a", "'a'"), ("it's", "'it''s'"), ("a\\'b", " E'a\\\\''b'")]
)
def test_a_literal_is_one_whatever_is_in_it(text: str, quoted: str) -> None:
    assert literal(text) == quoted


@pytest.mark.parametrize(
    ("major", "source", "target", "fitting"),
    [
        (17, 13, 17, True),
        (18, 13, 17, True),
        (12, 13, 17, False),
        # From 17 on pg_restore sets a parameter that older servers do not know.
        (17, 13, 16, False),
        (16, 13, 16, True),
        (15, 15, 16, True),
    ],
)
def test_programs_read_the_source_and_are_understood_by_the_target(
    major: int, source: int, target: int, fitting: bool
) -> None:
    assert fits(major, source=source, target=target) is fitting
