"""The form that every query of an inventory has: one kind, one query, one row an object."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from cutover.schema.inventory import Kind

FIRST_NORMAL_OID: Final = 16384
"""Objects below it were made by initdb (FirstNormalObjectId in access/transam.h)."""

OF_THE_SYSTEM: Final = (
    "(n.nspname in ('pg_catalog', 'information_schema') or n.nspname ~ '^pg_(toast|temp)')"
)


@dataclass(frozen=True)
class Since:
    """An expression that older servers do not know."""

    version: int
    expression: str
    before: str | Since = ""
    """What stands for it there; empty: the fact is absent."""


Expression = str | Since


def identity(catalog: str, oid: str, subid: str = "0") -> str:
    """An object's identity as the server writes it, and as every version does.

    `json` is a word of SQL's own from 17 on, and then without its schema like `integer`.
    """
    return f"replace((pg_identify_object({catalog}, {oid}, {subid})).identity, 'pg_catalog.json', 'json')"


def on(expression: Expression, version: int) -> str:
    """As a server of this version understands it."""
    while isinstance(expression, Since):
        expression = expression.expression if version >= expression.version else expression.before
    return expression


@dataclass(frozen=True, kw_only=True)
class Query:
    """Reads all objects of one kind. `x` is the row of the object in its own catalogue."""

    kind: Kind
    catalog: str
    rows: Expression
    """What follows FROM."""
    facts: Mapping[str, Expression] = field(default_factory=dict)
    owner: str = ""
    """The expression of the owner's oid; empty where such objects have none."""
    of: str = ""
    """The expression of the oid of the relation it belongs to."""
    oid: Expression = "x.oid"
    subid: str = "0"
    name: str = ""
    """In place of the server's own identity."""
    members: bool = False
    """Whether those that belong to an extension are listed too."""
    shared: bool = False
    """Whether the catalogue is the whole server's, which keeps its comments elsewhere."""
    since: int = 0

    def sql(self, version: int) -> str:
        """As a server of this version understands it."""
        class_oid = f"'pg_catalog.{self.catalog}'::regclass"
        oid = on(self.oid, version)
        name = self.name or identity(class_oid, oid, self.subid)
        relation = identity("'pg_catalog.pg_class'::regclass", self.of) if self.of else "''"
        facts = {fact: on(expression, version) for fact, expression in self.facts.items()}
        if self.owner:
            facts["owner"] = f"pg_get_userbyid({self.owner})"
        facts["comment"] = self._comment(oid)
        built = ", ".join(
            f"'{fact}', {expression}" for fact, expression in facts.items() if expression
        )
        # A column is no row of its own: what names it is its table's.
        row = oid if self.subid == "0" else "0"
        rows = on(self.rows, version)
        if not self.members:
            rows += f" and {self._stands_alone(class_oid, oid)}"
        return (
            f"select {class_oid}::oid::bigint, {row}::bigint, {name}, {relation}, "
            f"jsonb_strip_nulls(jsonb_build_object({built})) from {rows}"
        )

    def _comment(self, oid: str) -> str:
        if oid == "0":
            return "null::text"
        if self.subid != "0":
            return f"col_description({oid}, {self.subid})"
        if self.shared:
            return f"shobj_description({oid}, '{self.catalog}')"
        return f"obj_description({oid}, '{self.catalog}')"

    def _stands_alone(self, class_oid: str, oid: str) -> str:
        """An extension's objects come and go with it."""
        owns = [(class_oid, oid)]
        if self.of:
            owns.append(("'pg_catalog.pg_class'::regclass", self.of))
        return " and ".join(
            "not exists (select from pg_depend e where e.deptype = 'e' "
            f"and e.classid = {catalog} and e.objid = {oid})"
            for catalog, oid in owns
        )


def listed(expression: str, rows: str, *, order: str = "") -> str:
    """An expression's values over rows as one text, a JSON array; null where there are none.

    In bytes' order where no other is given: databases of two locales would sort the same words differently.
    """
    by = order or f'({expression})::text collate "C"'
    return f"(select to_jsonb(array_agg({expression} order by {by}))::text from {rows})"


def options(array: str) -> str:
    """Options as name=value, whose order says nothing."""
    return f"(select string_agg(o, ', ' order by o collate \"C\") from unnest({array}) o)"


def flag(expression: str) -> str:
    """A fact that is there where it is true."""
    return f"nullif({expression}, false)"
