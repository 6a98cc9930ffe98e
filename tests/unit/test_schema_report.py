"""What a section of a copy came to, in words: complete only where the target lacks nothing without a reason."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cutover.observations import SchemaPart
from cutover.schema.archive import Section
from cutover.schema.copy import Copied, Options, Progress, Refused, with_owners
from cutover.schema.difference import Comparison, with_roles
from cutover.schema.inventory import Inventory, Kind, SchemaObject, Unknown
from cutover.schema.reasons import Change, Difference
from cutover.schema.report import MOST_TOLD, judged, report_key, under_way

COPIED = Copied(
    section=Section.POST_DATA,
    made=7,
    there=2,
    statements=1,
    left_out=(),
    refused=(),
    notes=(),
    comparison=Comparison(differences=(), compared=40),
)


def copied(*differences: Difference, unknown: tuple[Unknown, ...] = ()) -> Copied:
    comparison = Comparison(differences=differences, unknown=unknown, compared=40)
    return replace(COPIED, comparison=comparison)


def lost(name: str, *, reason: str = "") -> Difference:
    return Difference(kind=Kind.INDEX, name=name, change=Change.MISSING, reason=reason)


def test_where_nothing_differs_it_is_complete() -> None:
    told = judged(COPIED, place="s3://bucket/key")
    assert (told.part, told.complete, told.failure) == (SchemaPart.POST_DATA, True, "")
    assert told.note == "7 made, 2 were there; 40 objects, nothing differs"
    assert told.detail == {
        "verdict": "same",
        "compared": 40,
        "reasons": {},
        "place": "s3://bucket/key",
    }


def test_differences_with_a_reason_are_counted_by_it() -> None:
    told = judged(copied(lost("a", reason="invalid-on-source"), lost("b", reason="unlogged")))
    assert told.complete
    assert told.note.endswith("differences by reason: invalid-on-source 1, unlogged 1")
    assert told.detail["reasons"] == {"invalid-on-source": 1, "unlogged": 1}


def test_what_is_missing_without_a_reason_is_named_with_what_the_server_said() -> None:
    result = replace(
        copied(*(lost(f"i{number}") for number in range(MOST_TOLD + 2))),
        refused=(Refused(about="x", sql="alter", error="permission denied"),) * 3,
    )
    told = judged(result, place="s3://bucket/key")
    assert not told.complete
    assert told.failure.startswith("7 differences have no reason: index i0 is not there on the ta")
    assert "index i4 is" in told.failure
    assert "index i5 is" not in told.failure
    assert told.failure.endswith(
        "; and 2 more (refused: permission denied); all of it is in s3://bucket/key"
    )


@pytest.mark.parametrize(
    "difference",
    [
        Difference(kind=Kind.INDEX, name="more", change=Change.EXTRA),
        Difference(
            kind=Kind.GRANT,
            name="more",
            change=Change.DIFFERENT,
            fact="granted",
            source="CONNECT",
            target="CONNECT, CREATE",
        ),
    ],
)
def test_what_only_the_target_has_is_told_and_stops_nothing(difference: Difference) -> None:
    told = judged(copied(difference))
    assert (told.complete, told.failure) == (True, "")
    assert told.note.endswith("on the target only: more")


@pytest.mark.parametrize(("fact", "target"), [("granted", "CREATE"), ("revoked", "")])
def test_a_right_that_is_missing_or_not_taken_is_no_more(fact: str, target: str) -> None:
    told = judged(
        copied(
            Difference(
                kind=Kind.GRANT,
                name="public on schema app",
                change=Change.DIFFERENT,
                fact=fact,
                source="USAGE",
                target=target,
            )
        )
    )
    assert not told.complete


def test_what_could_not_be_compared_is_not_complete_and_what_nothing_depends_on_is_told() -> None:
    hidden = Unknown(kind=Kind.VIEW, reason="target: lock timeout")
    told = judged(copied(unknown=(hidden,)))
    assert not told.complete
    assert told.failure == "not everything could be compared: view: target: lock timeout"
    mapping = Unknown(kind=Kind.USER_MAPPING, reason="source: shown to its user only")
    told = judged(copied(unknown=(mapping,)))
    assert told.complete
    assert told.note.endswith("not known: user mapping")


def test_how_far_it_is() -> None:
    assert under_way(SchemaPart.PRE_DATA, None).percent == 0
    told = under_way(SchemaPart.PRE_DATA, Progress(done=3, of=9, doing="TABLE a"))
    assert (told.complete, told.percent, told.note) == (False, 33, "3 of 9: TABLE a")


def test_a_report_is_named_for_the_execution() -> None:
    run = "arn:aws:states:eu-west-1:1:execution:migration-replicate-dev:night"
    assert report_key(run, SchemaPart.PRE_DATA) == "schema/night/pre-data.report.json"
    assert report_key("a", SchemaPart.PRE_DATA, what="progress").endswith("pre-data.progress.json")


def test_owners_that_the_target_lacks_are_one_of_its_roles() -> None:
    def inventory(owners: tuple[str, ...], roles: tuple[str, ...]) -> Inventory:
        tables = [
            SchemaObject(kind=Kind.TABLE, name=f"app.t{number}", facts={"owner": owner})
            for number, owner in enumerate(owners)
        ]
        named = [SchemaObject(kind=Kind.ROLE, name=role) for role in roles]
        ours = SchemaObject(kind=Kind.SCHEMA, name="cutover", facts={"owner": "of the cutover"})
        return Inventory(version=170_000, objects=(*tables, *named, ours))

    source = inventory(("old", "kept", "pg_database_owner", "told"), ())
    target = inventory((), ("application", "kept", "other"))
    options = Options(roles={"told": "other"}, owner="application")
    assert with_owners(options, source, target).roles == {"told": "other", "old": "application"}
    assert with_owners(Options(roles={}), source, target).roles == {}


def grant(grantee: str, granted: str) -> SchemaObject:
    facts: dict[str, str | bool | int] = {
        "type": "table",
        "object": "app.t",
        "grantee": grantee,
        "granted": granted,
    }
    return SchemaObject(kind=Kind.GRANT, name=f"{grantee} on table app.t", facts=facts, of="app.t")


def test_two_roles_that_become_one_have_what_both_had_and_an_owner_needs_no_grant() -> None:
    table = SchemaObject(kind=Kind.TABLE, name="app.t", facts={"owner": "old"})
    source = Inventory(
        version=170_000,
        objects=(
            SchemaObject(kind=Kind.ROLE, name="a"),
            SchemaObject(kind=Kind.ROLE, name="b"),
            table,
            grant("a", "SELECT, UPDATE"),
            grant("b", "INSERT, SELECT*"),
            grant("writer", "INSERT"),
        ),
    )
    readers = with_roles(source, {"a": "one", "b": "one"})
    assert [each.name for each in readers.of_kind(Kind.ROLE)] == ["one"]
    merged = readers.get(Kind.GRANT, "one on table app.t")
    assert merged is not None
    assert merged.facts["granted"] == "INSERT, SELECT*, UPDATE"
    owned = with_roles(source, {"old": "application", "writer": "application"})
    assert owned.get(Kind.GRANT, "application on table app.t") is None
    assert owned.get(Kind.TABLE, "app.t") == replace(table, facts={"owner": "application"})
