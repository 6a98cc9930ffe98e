"""Rows for the tables of a schema: plain values by type, references that hold, nothing switched off.

Constraints and triggers stay in force, so that every row is one the application's database takes. A row that is refused
is offered once more with what it must have alone, then left out; a table that stays empty is named with the last
refusal, for whoever compares two sides later. ORIGIN.toml gives values where a check wants a certain one.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

import psycopg
from psycopg import sql
from psycopg.types.json import Json

from tests.schemas.loading import Schema

COLUMNS: Final = """
select a.attnum, a.attname, b.typname, b.typtype, b.typrelid, a.attnotnull, a.atthasdef,
       case when y.typtype = 'd' then y.typtypmod else a.atttypmod end,
       coalesce(pg_get_expr(d.adbin, d.adrelid), '') ~ 'nextval' or a.attidentity <> '' or a.attgenerated <> '',
       y.typelem <> 0 and y.typlen = -1,
       array(select enumlabel::text from pg_enum e where e.enumtypid = b.oid order by enumsortorder),
       array(select m[1] from pg_constraint k, regexp_matches(pg_get_constraintdef(k.oid), '''([^'']+)''', 'g') m
             where k.conrelid = a.attrelid and k.contype = 'c' and a.attnum = any(k.conkey)),
       array(select m[1]::int from pg_constraint k,
                    regexp_matches(pg_get_constraintdef(k.oid), '[[ ]([0-9]+)[],]', 'g') m
             where k.conrelid = a.attrelid and k.contype = 'c' and k.conkey = array[a.attnum]
               and pg_get_constraintdef(k.oid) ~ ' = ANY \\(ARRAY\\[')
from pg_attribute a join pg_type y on y.oid = a.atttypid
join pg_type b on b.oid = case when y.typtype = 'd' then y.typbasetype
                               when y.typelem <> 0 and y.typlen = -1 then y.typelem else y.oid end
left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
where a.attrelid = %s and a.attnum > 0 and not a.attisdropped order by a.attnum
"""

REFERENCES: Final = """
select n.nspname, c.relname, k.confrelid, k.conkey,
       array(select attname::text from unnest(k.confkey) with ordinality u(number, place)
             join pg_attribute on attrelid = k.confrelid and attnum = number order by place),
       (select bool_and(attnotnull) from pg_attribute where attrelid = k.conrelid and attnum = any(k.conkey))
from pg_constraint k join pg_class c on c.oid = k.confrelid join pg_namespace n on n.oid = c.relnamespace
where k.conrelid = %s and k.contype = 'f' and not c.relispartition order by k.conname
"""

TABLES: Final = """
select c.oid, n.nspname, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind = 'r' and n.nspname not like 'pg\\_%' and n.nspname <> 'information_schema'
  and not exists (select from pg_depend d where d.objid = c.oid and d.classid = 'pg_class'::regclass
                  and d.deptype = 'e')
order by n.nspname, c.relname
"""

START: Final = datetime(2026, 1, 1, tzinfo=UTC)
BEYOND_ASCII: Final = "\N{SNOWMAN}"

VALUES: Final[Mapping[str, Callable[[int], Any]]] = {
    **dict.fromkeys(
        ("int2", "int4", "int8", "oid", "numeric", "float4", "float8"), lambda row: row
    ),
    "bool": lambda row: row % 2 == 0,
    "uuid": lambda row: uuid.UUID(int=row),
    "timestamptz": lambda row: START + timedelta(hours=row),
    "timestamp": lambda row: START.replace(tzinfo=None) + timedelta(hours=row),
    "date": lambda row: date(2026, 1, 1) + timedelta(days=row),
    "time": lambda row: time(row % 24),
    "interval": lambda row: timedelta(minutes=row),
    **dict.fromkeys(
        ("json", "jsonb"), lambda row: Json({"title": BEYOND_ASCII, "text": f"of row {row}"})
    ),
    "bytea": lambda row: bytes([0, 255, row % 256]),
    "inet": lambda row: f"10.0.0.{row % 250}",
    "cidr": lambda row: f"10.{row % 250}.0.0/16",
    "tsvector": lambda row: f"row {row}",
    "txid_snapshot": lambda row: f"{row}:{row}:",
    "tstzrange": lambda row: f"[{START.isoformat()},{(START + timedelta(hours=row)).isoformat()})",
}
"""By the type's name, the value for a row."""

TEXTS: Final = ("text", "varchar", "bpchar", "citext", "name")


@dataclass(frozen=True)
class Column:
    """One column; of a domain and of an array, the type is the one beneath."""

    number: int
    name: str
    type: str
    kind: str
    relation: int
    required: bool
    defaulted: bool
    modifier: int
    given: bool
    """The database gives the value: a sequence, an identity, an expression."""
    many: bool
    labels: Sequence[str]
    allowed: Sequence[str]
    """The literals in the check constraints that are about it."""
    numbers: Sequence[int]
    """Those that a check constraint lists."""


@dataclass(frozen=True)
class Filled:
    """How many rows the tables took, and why those that stay empty took none."""

    rows: dict[str, int] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)


def fill(
    session: psycopg.Connection[Any], schema: Schema, *, first: int = 1, last: int = 12
) -> Filled:
    """Offer every table its rows number `first` to `last`: parents first, and of those that wait for each other any."""
    told = schema.origin.get("fill", {})
    session.execute(told.get("prelude", "").encode())
    given = told.get("values", {})
    filled = Filled()
    waiting = {oid: (space, name) for oid, space, name in session.execute(TABLES).fetchall()}
    references = {oid: session.execute(REFERENCES, [oid]).fetchall() for oid in waiting}
    while waiting:
        for oid in _next(waiting, references):
            table = waiting.pop(oid)
            offered = range(first, last + 1)
            refusal = _fill_table(session, oid, table, references[oid], given, offered)
            count = sql.SQL("select count(*) from only {}").format(sql.Identifier(*table))
            (number,) = session.execute(count).fetchone() or (0,)
            if number:
                filled.rows[".".join(table)] = number
            else:
                filled.refused[".".join(table)] = refusal
    return filled


def _next(
    waiting: Mapping[int, Any], references: Mapping[int, Sequence[tuple[Any, ...]]]
) -> list[int]:
    """Those whose parents are filled; else one whose parents that it must have are; else any."""

    def held_up(oid: int, *, by_all: bool) -> bool:
        return any(
            parent in waiting and parent != oid and (required or by_all)
            for _, _, parent, _, _, required in references[oid]
        )

    ready = [oid for oid in waiting if not held_up(oid, by_all=True)]
    return (
        ready
        or [
            *(oid for oid in waiting if not held_up(oid, by_all=False)),
            *waiting,
        ][:1]
    )


def _fill_table(
    session: psycopg.Connection[Any],
    oid: int,
    table: tuple[str, str],
    references: Sequence[tuple[Any, ...]],
    given: Mapping[str, str],
    rows: range,
) -> str:
    """Offer the rows; returns the last refusal."""
    columns = _columns(session, oid)
    names = {column.number: column.name for column in columns}
    allowed = {column.name: column.allowed for column in columns if column.allowed}
    parents = [
        ([names[number] for number in numbers], _rows_of(session, space, name, keys))
        for space, name, _, numbers, keys, _ in references
    ]
    fixed = {
        column.name: given[key]
        for column in columns
        if (key := ".".join((*table, column.name))) in given
    }
    bare = {column.name for column in columns if column.required and not column.defaulted}
    bare |= fixed.keys()
    refusal = "none was refused: a rule or a trigger took them"
    for row in rows:
        values = {
            column.name: _value(session, column, row) for column in columns if not column.given
        }
        chosen: dict[str, Any] = {}
        for own, known in parents:
            chosen |= _choose(own, known, chosen, allowed, row)
        values |= chosen | fixed
        values = {name: value for name, value in values.items() if value is not None}
        # Checks that relate columns to each other are met more often by a row of what must be given.
        for offer in (values, {name: value for name, value in values.items() if name in bare}):
            try:
                with session.transaction():
                    session.execute(_insert(table, list(offer)), list(offer.values()))
                break
            except psycopg.Error as error:
                # Before the line, on a database of a test: the row is left out, the table named if it stays empty.
                refusal = str(error).splitlines()[0]
    return refusal


def _columns(session: psycopg.Connection[Any], oid: int) -> list[Column]:
    return [Column(*row) for row in session.execute(COLUMNS, [oid]).fetchall()]


def _value(session: psycopg.Connection[Any], column: Column, row: int) -> Any:
    """A value for row number `row`; None in every fifth where it may, and where there is none for the type."""
    if not column.required and row % 5 == 0:
        return None
    if column.kind == "c":
        return _composite(session, column, row)
    one = _simple(column, row)
    return [one] if column.many and one is not None else one


def _simple(column: Column, row: int) -> Any:
    if column.labels:
        return column.labels[row % len(column.labels)]
    if column.type in TEXTS:
        if column.allowed:
            return column.allowed[row % len(column.allowed)]
        length = column.modifier - 4 if column.modifier > 4 else 60
        return f"{row} {column.name} {BEYOND_ASCII}"[:length]
    if column.numbers:
        return column.numbers[row % len(column.numbers)]
    make = VALUES.get(column.type)
    return make(row) if make else None


def _composite(session: psycopg.Connection[Any], column: Column, row: int) -> str:
    """The text of a composite value, or of an array with one; a part that is none of the simple types is null."""
    parts = [
        None if part.many or part.kind == "c" else _simple(part, row)
        for part in _columns(session, column.relation)
    ]
    words = ("" if part is None else '"' + str(part).replace('"', '""') + '"' for part in parts)
    one = f"({','.join(words)})"
    return '{"' + one.replace("\\", "\\\\").replace('"', '\\"') + '"}' if column.many else one


def _rows_of(
    session: psycopg.Connection[Any], space: str, name: str, keys: Sequence[str]
) -> list[tuple[Any, ...]]:
    listed = sql.SQL(", ").join(map(sql.Identifier, keys))
    query = sql.SQL("select {} from {} order by {} limit 100").format(
        listed, sql.Identifier(space, name), listed
    )
    return session.execute(query).fetchall()


def _choose(
    own: Sequence[str],
    known: Sequence[tuple[Any, ...]],
    chosen: Mapping[str, Any],
    allowed: Mapping[str, Sequence[str]],
    row: int,
) -> dict[str, Any]:
    """A parent's key for `row` that agrees with what other references chose, and with the checks where one does."""
    fitting = [
        key
        for key in known
        if all(chosen.get(name) in (value, None) for name, value in zip(own, key, strict=True))
    ]
    checked = [
        key
        for key in fitting
        if all(value in allowed.get(name, (value,)) for name, value in zip(own, key, strict=True))
    ]
    # A literal in a check may be an argument of a function, and no value of the column.
    candidates = checked or fitting
    if not candidates:
        return {name: None for name in own if name not in chosen}
    return dict(zip(own, candidates[row % len(candidates)], strict=True))


def _insert(table: tuple[str, str], names: Sequence[str]) -> sql.Composed:
    if not names:
        return sql.SQL("insert into {} default values").format(sql.Identifier(*table))
    return sql.SQL("insert into {} ({}) values ({})").format(
        sql.Identifier(*table),
        sql.SQL(", ").join(map(sql.Identifier, names)),
        sql.SQL(", ").join([sql.Placeholder()] * len(names)),
    )
