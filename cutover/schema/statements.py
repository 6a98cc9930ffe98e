"""What pg_restore can't do for a target with other roles: owners, privileges, policies, settings, as statements."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from cutover.schema.inventory import RELATIONS, Inventory, Kind, SchemaObject
from cutover.schema.reasons import made_by_this_tool, missing_roles, quoted, role_names


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One statement that makes the target as the source is."""

    sql: str
    about: str
    """Which object, in words."""


OWNED: Final = {
    Kind.SCHEMA: "SCHEMA",
    Kind.ENUM: "TYPE",
    Kind.COMPOSITE_TYPE: "TYPE",
    Kind.RANGE: "TYPE",
    Kind.BASE_TYPE: "TYPE",
    Kind.DOMAIN: "DOMAIN",
    Kind.COLLATION: "COLLATION",
    Kind.CONVERSION: "CONVERSION",
    Kind.FUNCTION: "ROUTINE",
    Kind.PROCEDURE: "ROUTINE",
    Kind.AGGREGATE: "ROUTINE",
    Kind.OPERATOR: "OPERATOR",
    Kind.OPERATOR_FAMILY: "OPERATOR FAMILY",
    Kind.OPERATOR_CLASS: "OPERATOR CLASS",
    Kind.LANGUAGE: "LANGUAGE",
    Kind.TEXT_SEARCH_DICTIONARY: "TEXT SEARCH DICTIONARY",
    Kind.TEXT_SEARCH_CONFIGURATION: "TEXT SEARCH CONFIGURATION",
    Kind.FOREIGN_DATA_WRAPPER: "FOREIGN DATA WRAPPER",
    Kind.FOREIGN_SERVER: "SERVER",
    Kind.TABLE: "TABLE",
    Kind.FOREIGN_TABLE: "FOREIGN TABLE",
    Kind.SEQUENCE: "SEQUENCE",
    Kind.VIEW: "VIEW",
    Kind.MATERIALIZED_VIEW: "MATERIALIZED VIEW",
    Kind.STATISTICS: "STATISTICS",
}
"""The words of ALTER ... OWNER TO; ROUTINE spares an aggregate its own syntax."""

GRANTED_ON: Final = {
    "schema": "SCHEMA",
    "type": "TYPE",
    "domain": "TYPE",
    "function": "ROUTINE",
    "procedure": "ROUTINE",
    "aggregate": "ROUTINE",
    "sequence": "SEQUENCE",
    "language": "LANGUAGE",
    "foreign-data wrapper": "FOREIGN DATA WRAPPER",
    "server": "FOREIGN SERVER",
    "database": "DATABASE",
}
"""The words of GRANT by pg_identify_object's; a table for all others."""

LISTS: Final = frozenset(
    {
        "search_path",
        "temp_tablespaces",
        "session_preload_libraries",
        "local_preload_libraries",
    }
)
"""Settings whose value is kept as a list of identifiers, quoted already (GUC_LIST_QUOTE)."""


def owners(source: Inventory, target: Inventory) -> tuple[Statement, ...]:
    """Give each object its owner, where the target has that role.

    source: with its roles called as on the target.
    """
    return tuple(_owners(source, target))


def _owners(source: Inventory, target: Inventory) -> Iterator[Statement]:
    roles = role_names(target)
    order = list(OWNED)
    # Schemas first: a new owner has to have the right to make things in them.
    for each in sorted(source.of_kind(*OWNED), key=lambda each: order.index(each.kind)):
        there = target.by_key.get(each.key)
        owner = each.text("owner")
        if there is None or owner == there.text("owner") or owner not in roles:
            continue
        if made_by_this_tool(each) or (each.kind, each.name) == (Kind.SCHEMA, "public"):
            continue
        if "owned by" in each.facts:
            # It follows its table.
            continue
        yield Statement(
            sql=f"ALTER {OWNED[each.kind]} {each.name} OWNER TO {quoted(owner)}",
            about=f"owner of {each.kind.value} {each.name}",
        )


def policies(source: Inventory, target: Inventory) -> tuple[Statement, ...]:
    """Row-level security for the roles as they are called on the target, which pg_restore does not know."""
    return tuple(_policies(source, target))


def _policies(source: Inventory, target: Inventory) -> Iterator[Statement]:
    roles = role_names(target)
    for each in source.of_kind(Kind.POLICY):
        there = target.by_key.get(each.key)
        if missing_roles(each, roles) or made_by_this_tool(each):
            continue
        if there is None and any((kind, each.of) in target.by_key for kind in RELATIONS):
            yield Statement(sql=_policy(each), about=f"policy {each.name}")
        comment = each.text("comment")
        if comment and (there is None or there.text("comment") != comment):
            yield Statement(
                sql=f"COMMENT ON POLICY {_name_of_policy(each)} ON {each.of} IS {literal(comment)}",
                about=f"comment of policy {each.name}",
            )


def _policy(each: SchemaObject) -> str:
    whom = ", ".join(
        "PUBLIC" if role == "public" else quoted(role) for role in json.loads(each.text("roles"))
    )
    kind = "PERMISSIVE" if each.facts["permissive"] else "RESTRICTIVE"
    return (
        f"CREATE POLICY {_name_of_policy(each)} ON {each.of} AS {kind} "
        f"FOR {each.text('command').upper()} TO {whom}"
        + (f" USING ({each.text('using')})" if "using" in each.facts else "")
        + (f" WITH CHECK ({each.text('check')})" if "check" in each.facts else "")
    )


def _name_of_policy(each: SchemaObject) -> str:
    return each.name.removesuffix(f" on {each.of}")


def privileges(source: Inventory, target: Inventory, *, database: str) -> tuple[Statement, ...]:
    """Give and take what the source has given and taken, where the target has the role and the object."""
    return tuple(_privileges(source, target, database))


def _privileges(source: Inventory, target: Inventory, database: str) -> Iterator[Statement]:
    roles = role_names(target)
    owners_there = {
        each.name: each.text("owner") for each in target.objects if "owner" in each.facts
    }
    for each in source.of_kind(Kind.GRANT):
        there = target.by_key.get(each.key)
        if each == there or missing_roles(each, roles) or made_by_this_tool(each):
            continue
        name = each.text("object")
        if name not in owners_there and not name.startswith("pg_catalog."):
            # Of an extension's part, the right may be given where the extension is; of what is missing, nowhere.
            continue
        word = GRANTED_ON.get(each.text("type"), "TABLE")
        on = f"{word} {quoted(database) if word == 'DATABASE' else name}"
        grantee = each.text("grantee") or owners_there.get(name, "")
        if not grantee:
            continue
        yield from _given_and_taken(each, there, on=on, grantee=grantee)


def _given_and_taken(
    each: SchemaObject, there: SchemaObject | None, *, on: str, grantee: str, before: str = ""
) -> Iterator[Statement]:
    who = "PUBLIC" if grantee == "public" else quoted(grantee)
    column = each.text("column")
    has = set(_words(there.text("granted"))) if there else set()
    lacks = set(_words(there.text("revoked"))) if there else set()
    for word in _words(each.text("revoked")):
        if word not in lacks:
            privilege = _of_column(word, column)
            yield Statement(sql=f"{before}REVOKE {privilege} ON {on} FROM {who}", about=each.name)
    for word in _words(each.text("granted")):
        if word not in has:
            privilege = _of_column(word.rstrip("*"), column)
            option = " WITH GRANT OPTION" if word.endswith("*") else ""
            yield Statement(
                sql=f"{before}GRANT {privilege} ON {on} TO {who}{option}", about=each.name
            )


def _words(text: str) -> list[str]:
    return text.split(", ") if text else []


def _of_column(privilege: str, column: str) -> str:
    return f"{privilege} ({column})" if column else privilege


def default_privileges(source: Inventory, target: Inventory) -> tuple[Statement, ...]:
    """What objects made later are to have; last, so that the copy's own do not get it twice."""
    return tuple(_default_privileges(source, target))


def _default_privileges(source: Inventory, target: Inventory) -> Iterator[Statement]:
    roles = role_names(target)
    for each in source.of_kind(Kind.DEFAULT_PRIVILEGES):
        there = target.by_key.get(each.key)
        if each == there or missing_roles(each, roles):
            continue
        schema = f" IN SCHEMA {quoted(each.text('schema'))}" if "schema" in each.facts else ""
        before = f"ALTER DEFAULT PRIVILEGES FOR ROLE {quoted(each.text('role'))}{schema} "
        yield from _given_and_taken(
            each,
            there,
            on=each.text("type").upper(),
            grantee=each.text("grantee") or each.text("role"),
            before=before,
        )


def settings(source: Inventory, target: Inventory, *, database: str) -> tuple[Statement, ...]:
    """Settings of the database, and of roles in it; pg_restore makes them only together with the database."""
    return tuple(_settings(source, target, database))


def _settings(source: Inventory, target: Inventory, database: str) -> Iterator[Statement]:
    roles = role_names(target)
    for each in source.of_kind(Kind.SETTING):
        if "here" not in each.facts or each == target.by_key.get(each.key):
            continue
        if missing_roles(each, roles):
            continue
        parameter, value = each.text("parameter"), each.text("value")
        role = each.text("role")
        whose = (
            f"ROLE {quoted(role)} IN DATABASE {quoted(database)}"
            if role
            else f"DATABASE {quoted(database)}"
        )
        to = (value or "''") if parameter in LISTS else literal(value)
        yield Statement(
            sql=f"ALTER {whose} SET {_parameter(parameter)} TO {to}", about=f"setting {each.name}"
        )


def _parameter(name: str) -> str:
    return ".".join(quoted(part) for part in name.split("."))


def literal(text: str) -> str:
    """As SQL wants a text, whatever is in it."""
    escaped = text.replace("'", "''")
    if "\\" in text:
        return " E'" + escaped.replace("\\", "\\\\") + "'"
    return f"'{escaped}'"


def identities(target: Inventory) -> tuple[Statement, ...]:
    """Identity columns of the target that would refuse what DMS inserts."""
    return tuple(
        Statement(
            sql=f"ALTER TABLE {each.of} ALTER COLUMN {column_of(each)} SET GENERATED BY DEFAULT",
            about=f"identity of column {each.name}",
        )
        for each in target.of_kind(Kind.COLUMN)
        if each.text("identity") == "always" and not _is_partition(each, target)
    )


def _is_partition(column: SchemaObject, target: Inventory) -> bool:
    """A partition's identity is its parent's, and can't be changed by itself."""
    table = target.get(Kind.TABLE, column.of)
    return table is not None and "partition of" in table.facts


def column_of(column: SchemaObject) -> str:
    """Its name alone, quoted as it has to be."""
    return column.name.removeprefix(f"{column.of}.")


def refreshes(source: Inventory, target: Inventory) -> tuple[Statement, ...]:
    """Materialized views that the source has filled; one that reads another comes after it."""
    empty = [
        each
        for each in source.of_kind(Kind.MATERIALIZED_VIEW)
        if each.facts.get("populated")
        and (there := target.by_key.get(each.key)) is not None
        and not there.facts.get("populated")
    ]
    # Oids grow: what a view reads was made before it, unless somebody changed it since; the server then says so.
    return tuple(
        Statement(
            sql=f"REFRESH MATERIALIZED VIEW {each.name}", about=f"materialized view {each.name}"
        )
        for each in sorted(empty, key=lambda each: each.oid)
    )
