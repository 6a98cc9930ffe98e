"""The comparison of two inventories, and why they may differ: everything that needs no server."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cutover.jsonable import jsonable, restored
from cutover.schema.difference import Outcome, compare, differences, with_roles
from cutover.schema.inventory import Inventory, Kind, SchemaObject, Unknown, Value
from cutover.schema.reasons import BY_ID, RULES, Change, Difference
from cutover.schema.versions import comparable, same_text

NAMES = st.sampled_from(["a.x", "a.y", 'b."Odd; name"', "b.z.c", "app on table a.x"])
FACTS: st.SearchStrategy[dict[str, Value]] = st.dictionaries(
    st.sampled_from(["owner", "definition", "type", "persistence", "granted", "tablespace"]),
    st.one_of(st.text(max_size=6), st.booleans(), st.integers()),
    max_size=4,
)
OBJECTS = st.builds(
    SchemaObject,
    kind=st.sampled_from(Kind),
    name=NAMES,
    facts=FACTS,
    of=st.sampled_from(["", "a.x", "a.y"]),
)
INVENTORIES = st.builds(
    Inventory,
    version=st.sampled_from([130023, 160014, 180006]),
    objects=st.lists(OBJECTS, max_size=12, unique_by=lambda each: each.key).map(tuple),
    unknown=st.lists(
        st.builds(Unknown, kind=st.sampled_from(Kind), reason=st.text(max_size=5)), max_size=2
    ).map(tuple),
)


def inventory(*objects: SchemaObject, version: int = 180006, **fields: Any) -> Inventory:
    return Inventory(version=version, objects=objects, **fields)


def table(name: str = "app.orders", **facts: Value) -> SchemaObject:
    return SchemaObject(kind=Kind.TABLE, name=name, facts=facts)


def role(name: str, **facts: Value) -> SchemaObject:
    return SchemaObject(kind=Kind.ROLE, name=name, facts={"used": True, **facts})


@given(INVENTORIES)
def test_a_database_does_not_differ_from_itself(one: Inventory) -> None:
    assert differences(one, one) == ()
    assert compare(one, one).outcome is (Outcome.UNKNOWN if one.unknown else Outcome.SAME)


@given(INVENTORIES, INVENTORIES)
def test_seen_from_the_other_side_every_difference_is_turned_round(
    one: Inventory, other: Inventory
) -> None:
    turned = {
        Change.MISSING: Change.EXTRA,
        Change.EXTRA: Change.MISSING,
        Change.DIFFERENT: Change.DIFFERENT,
    }
    back = tuple(
        replace(each, change=turned[each.change], source=each.target, target=each.source)
        for each in differences(one, other)
    )
    assert differences(other, one) == back


@given(INVENTORIES)
def test_an_inventory_survives_being_kept_as_json(one: Inventory) -> None:
    assert restored(Inventory, json.loads(json.dumps(jsonable(one)))) == one


@given(INVENTORIES, INVENTORIES)
def test_a_kind_that_one_side_did_not_tell_is_never_called_equal_or_missing(
    one: Inventory, other: Inventory
) -> None:
    hidden = one.unknown_kinds | other.unknown_kinds
    result = compare(one, other)
    assert not [each for each in result.differences if each.kind in hidden]
    assert {each.kind for each in result.unknown} == hidden
    if hidden:
        assert result.outcome in {Outcome.UNKNOWN, Outcome.DIFFERENT}


def test_what_belongs_to_a_missing_table_is_not_told_again() -> None:
    whole = (
        table(),
        SchemaObject(kind=Kind.COLUMN, name="app.orders.id", of="app.orders"),
        SchemaObject(kind=Kind.INDEX, name="app.orders_pkey", of="app.orders"),
        SchemaObject(kind=Kind.SEQUENCE, name="app.ids", facts={"owned by": "app.orders.id"}),
    )
    assert differences(inventory(*whole), inventory()) == (
        Difference(kind=Kind.TABLE, name="app.orders", change=Change.MISSING),
    )


def test_the_index_of_a_missing_key_is_part_of_it() -> None:
    key = SchemaObject(
        kind=Kind.CONSTRAINT,
        name="orders_pkey on app.orders",
        of="app.orders",
        facts={"index": "app.orders_pkey"},
    )
    index = SchemaObject(kind=Kind.INDEX, name="app.orders_pkey", of="app.orders")
    found = differences(inventory(table(), key, index), inventory(table()))
    assert [(each.kind, each.change) for each in found] == [(Kind.CONSTRAINT, Change.MISSING)]


@pytest.mark.parametrize(
    ("source", "target", "reason"),
    [
        ((table(owner="gone"),), (table(owner="master"),), "owner-mapped"),
        ((table(tablespace="fast"),), (table(),), "tablespace-not-on-aurora"),
        ((table(persistence="unlogged"),), (table(persistence="permanent"),), "unlogged"),
        ((table("cutover.token"),), (), "made-by-this-tool"),
        ((), (table("public.awsdms_apply_exceptions"),), "made-by-this-tool"),
        ((role("alice"),), (), "role-not-on-target"),
        ((), (SchemaObject(kind=Kind.SCHEMA, name="public"),), "public-schema"),
        (
            (),
            (
                role("dms"),
                SchemaObject(kind=Kind.GRANT, name="dms on table a.x", facts={"grantee": "dms"}),
            ),
            "role-of-target",
        ),
        ((role("root", superuser=True),), (role("root"),), "role-attributes"),
    ],
)
def test_what_is_to_be_expected_has_a_name(
    source: tuple[SchemaObject, ...], target: tuple[SchemaObject, ...], reason: str
) -> None:
    result = compare(inventory(*source), inventory(*target, role("master")))
    assert [each.reason for each in result.differences] == [reason]
    assert result.outcome is Outcome.EXPLAINED


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ((table(),), ()),
        ((), (table(),)),
        ((table(owner="app"),), (table(owner="master"),)),
        ((table(persistence="permanent"),), (table(persistence="unlogged"),)),
        ((table(),), (table(tablespace="fast"),)),
        ((SchemaObject(kind=Kind.EXTENSION, name="hstore"),), ()),
    ],
)
def test_what_is_not_to_be_expected_has_none(
    source: tuple[SchemaObject, ...], target: tuple[SchemaObject, ...]
) -> None:
    both = (role("app"), role("master"))
    result = compare(
        inventory(*source, *both), inventory(*target, *both, available={"hstore": "1.8"})
    )
    assert [each.reason for each in result.differences] == [""]
    assert result.outcome is Outcome.DIFFERENT


def test_an_extension_that_the_target_does_not_offer_has_a_reason() -> None:
    source = inventory(SchemaObject(kind=Kind.EXTENSION, name="pg_repack"))
    assert [each.reason for each in compare(source, inventory()).differences] == [
        "extension-not-on-target"
    ]


def test_roles_that_nothing_here_belongs_to_are_the_servers_own_affair() -> None:
    lonely = SchemaObject(kind=Kind.ROLE, name="lonely", facts={"login": True})
    assert compare(inventory(lonely), inventory(role("other"))).outcome is Outcome.SAME


def test_a_role_may_be_called_otherwise_on_the_target() -> None:
    def database(owner: str, reader: str) -> Inventory:
        return inventory(
            table(owner=owner),
            role(owner),
            role(reader),
            SchemaObject(
                kind=Kind.GRANT,
                name=f"{reader} on table app.orders",
                facts={"grantee": reader, "granted": "SELECT", "object": "app.orders"},
            ),
            SchemaObject(
                kind=Kind.DEFAULT_PRIVILEGES,
                name=f"{reader} on tables of {owner} in app",
                facts={"grantee": reader, "role": owner, "granted": "SELECT"},
            ),
            SchemaObject(
                kind=Kind.POLICY,
                name="own on app.orders",
                of="app.orders",
                facts={"roles": json.dumps(sorted([owner, reader]))},
            ),
            SchemaObject(
                kind=Kind.SETTING,
                name=f"{reader} here: work_mem",
                facts={"role": reader, "parameter": "work_mem", "value": "1MB", "here": True},
            ),
        )

    source, target = database("old_owner", "reader"), database("a_owner", "z_reader")
    names = {"old_owner": "a_owner", "reader": "z_reader"}
    assert compare(source, target, roles=names).outcome is Outcome.SAME
    assert compare(source, target).outcome is Outcome.DIFFERENT
    assert with_roles(source, {}) == source


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        (" SELECT t.a,\n    t.b\n   FROM app.t;", " SELECT a,\n    b\n   FROM app.t;"),
        (' SELECT "T".a FROM app."T";', ' SELECT a FROM app."T";'),
        # In a subquery the name is kept.
        (
            "SELECT t.a, ( SELECT max(o.x) FROM app.o WHERE o.y = t.a) FROM app.t",
            "SELECT a, ( SELECT max(o.x) FROM app.o WHERE o.y = t.a) FROM app.t",
        ),
        # A column called as its table.
        ("SELECT t.t, t.u FROM app.t", "SELECT t, u FROM app.t"),
    ],
)
def test_a_view_is_the_same_in_the_manner_of_either_version(older: str, newer: str) -> None:
    assert same_text(older, newer, majors=(13, 17))
    assert same_text(newer, older, majors=(17, 13))
    assert not same_text(older, newer, majors=(13, 15))
    assert not same_text(older, newer, majors=(16, 18))


def test_a_list_of_literals_is_the_same_however_its_cast_is_written() -> None:
    """varchar IN (...) is written in one way by who parsed it, and in another by who read that back."""
    parsed = (
        "CHECK (((state)::text = ANY ((ARRAY['new'::character varying, "
        "'it''s, ok'::character varying(9)])::text[])))"
    )
    read_back = (
        "CHECK (((state)::text = ANY (ARRAY[('new'::character varying)::text, "
        "('it''s, ok'::character varying(9))::text])))"
    )
    assert same_text(parsed, read_back, majors=(17, 17))
    assert same_text(read_back, parsed, majors=(13, 18))
    assert not same_text(parsed, read_back.replace("new", "old"), majors=(17, 17))
    assert not same_text(parsed, read_back.replace(")::text,", ")::bpchar,"), majors=(17, 17))


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("SELECT t.a, t.b FROM app.t", "SELECT a, c FROM app.t"),
        ("SELECT t.a FROM app.t", "SELECT 't.a' FROM app.t"),
        ("SELECT 't.a' FROM app.t", "SELECT 'a' FROM app.t"),
        ("SELECT t.a, o.b FROM app.t, app.o", "SELECT a, b FROM app.t, app.o"),
        ("SELECT t.a FROM app.t", "SELECT a FROM app.t WHERE true"),
    ],
)
def test_another_view_is_not_taken_for_the_same(older: str, newer: str) -> None:
    assert not same_text(older, newer, majors=(15, 16))


def test_what_an_older_server_has_no_word_for_is_no_difference() -> None:
    found = SchemaObject(
        kind=Kind.CONSTRAINT, name="n on app.t", of="app.t", facts={"type": "not null"}
    )
    assert comparable(found, oldest=17) is None
    assert comparable(found, oldest=18) == found
    granted = SchemaObject(
        kind=Kind.GRANT, name="a on table app.t", facts={"granted": "MAINTAIN, SELECT"}
    )
    older = comparable(granted, oldest=16)
    assert older is not None
    assert older.facts == {"granted": "SELECT"}
    only = replace(granted, facts={"granted": "MAINTAIN*"})
    assert comparable(only, oldest=16) is None


def test_every_reason_is_in_the_documentation() -> None:
    page = (Path(__file__).parents[2] / "docs" / "schema.md").read_text()
    assert [reason for reason in BY_ID if f"`{reason}`" not in page] == []


def test_every_reason_has_a_rule_or_is_given_by_the_archive() -> None:
    assert set(RULES) | {"extension-comment"} == set(BY_ID)
