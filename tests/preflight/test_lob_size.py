"""How long the longest value is: known of what is read whole, said to be not known of the rest."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cutover.preflight.catalogue import BY_ID
from cutover.preflight.check import Finding, Verdict
from cutover.preflight.told import Told
from tests.preflight.planted import SETTINGS
from tests.preflight.servers import Arena, asked, run

pytestmark = pytest.mark.postgres

WITHOUT_COMPRESSION = "alter table t alter {0} set storage external"


def looked(arena: Arena, *statements: str, limit: int = 4) -> Finding:
    """At the table t, which the statements make. limit: KB."""
    with arena.database("good") as source:
        run(source, *statements)
        told = Told(settings=replace(SETTINGS, lob_max_kilobytes=limit))
        (result,) = asked((BY_ID["lob-size"],), told, source, source).results
        return result.finding


def test_a_small_table_is_read_whole_and_passes(arena: Arena) -> None:
    """More than the limit is kept out of line, and no value is longer."""
    found = looked(
        arena,
        "create table t (id int primary key, note text)",
        WITHOUT_COMPRESSION.format("note"),
        "insert into t select n, repeat('x', 3000) from generate_series(1, 500) n",
    )
    assert found.verdict is Verdict.PASS, found
    assert found.fact == "no table holds a value of more than 4 KB"


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("text", "repeat('x', 5000)"),
        ("bytea", "decode(repeat('ab', 5000), 'hex')"),
        ("jsonb", "to_jsonb(repeat('x', 5000))"),
        ("text[]", "array[repeat('x', 5000)]"),
    ],
)
def test_one_long_value_among_many_is_found_whatever_its_type(
    arena: Arena, kind: str, value: str
) -> None:
    found = looked(
        arena,
        f"create table t (id int primary key, note {kind})",
        WITHOUT_COMPRESSION.format("note"),
        f"insert into t values (0, {value})",
        "insert into t (id) select generate_series(1, 2000)",
        "analyze t",
    )
    assert found.verdict is Verdict.FAIL, found
    assert "public.t (one of 50" in found.fact


def test_a_value_that_compresses_well_is_as_long_as_it_is(arena: Arena) -> None:
    found = looked(
        arena,
        "create table t (id int primary key, note text, other text)",
        WITHOUT_COMPRESSION.format("other"),
        "insert into t values (1, repeat('x', 1000000), repeat('y', 3000)), (2, '', repeat('y', 3000))",
    )
    assert found.verdict is Verdict.FAIL, found


def test_of_a_large_table_a_sample_is_seen_and_the_rest_is_said_to_be_unknown(arena: Arena) -> None:
    found = looked(
        arena,
        "create table t (id int primary key, note text, filler char(2000) default 'x')",
        "alter table t alter filler set storage plain",
        WITHOUT_COMPRESSION.format("note"),
        "insert into t select n, repeat('x', 3000) from generate_series(1, 6000) n",
        "analyze t",
    )
    assert found.verdict is Verdict.UNKNOWN, found
    seen = int(found.objects[0].partition("(")[2].split()[0])
    assert 2000 < seen < 6000, "a thousand of about 1,500 pages"
    assert "rows seen, the longest value 3000 bytes" in found.objects[0]
    (fix,) = found.fixes
    assert fix == "-- at a quiet time: select max(greatest(octet_length(note))) from public.t;"


def test_a_table_that_may_not_be_read_is_named_with_the_reason(arena: Arena) -> None:
    with arena.database("good") as source:
        run(
            source,
            "create table t (id int primary key, note text)",
            WITHOUT_COMPRESSION.format("note"),
            "insert into t select n, repeat('x', 3000) from generate_series(1, 50) n",
            "do $$ begin create role sees_little; exception when duplicate_object then null; end $$",
            "alter role sees_little login",
        )
        told = Told(settings=replace(SETTINGS, lob_max_kilobytes=4))
        asking = f"{source} options='-c role=sees_little'"
        (result,) = asked((BY_ID["lob-size"],), told, asking, asking).results
    assert result.verdict is Verdict.UNKNOWN
    assert "public.t (sees_little may not read it)" in result.finding.fact
    assert not result.matters, "the task itself stops at a value that is too long"
