"""What undoes an object, as SQL for psql: said to a person, never run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from cutover.schema.inventory import Kind, SchemaObject

HERE: Final = ':"DBNAME"'
"""The database that psql is connected to: an inventory does not know what its own is called."""

_DROPPED_BY_NAME: Final[Mapping[Kind, str]] = {
    Kind.TABLESPACE: "tablespace",
    Kind.SCHEMA: "schema",
    Kind.EXTENSION: "extension",
    Kind.LANGUAGE: "language",
    Kind.ENUM: "type",
    Kind.COMPOSITE_TYPE: "type",
    Kind.RANGE: "type",
    Kind.BASE_TYPE: "type",
    Kind.DOMAIN: "domain",
    Kind.COLLATION: "collation",
    Kind.CONVERSION: "conversion",
    Kind.FUNCTION: "function",
    Kind.PROCEDURE: "procedure",
    Kind.OPERATOR: "operator",
    Kind.OPERATOR_FAMILY: "operator family",
    Kind.OPERATOR_CLASS: "operator class",
    Kind.CAST: "cast",
    Kind.TRANSFORM: "transform",
    Kind.ACCESS_METHOD: "access method",
    Kind.TEXT_SEARCH_PARSER: "text search parser",
    Kind.TEXT_SEARCH_TEMPLATE: "text search template",
    Kind.TEXT_SEARCH_DICTIONARY: "text search dictionary",
    Kind.TEXT_SEARCH_CONFIGURATION: "text search configuration",
    Kind.FOREIGN_DATA_WRAPPER: "foreign data wrapper",
    Kind.FOREIGN_SERVER: "server",
    Kind.TABLE: "table",
    Kind.FOREIGN_TABLE: "foreign table",
    Kind.SEQUENCE: "sequence",
    Kind.VIEW: "view",
    Kind.MATERIALIZED_VIEW: "materialized view",
    Kind.INDEX: "index",
    Kind.STATISTICS: "statistics",
    # Their identities say of which relation they are, as DROP does.
    Kind.TRIGGER: "trigger",
    Kind.RULE: "rule",
    Kind.POLICY: "policy",
    Kind.EVENT_TRIGGER: "event trigger",
    Kind.PUBLICATION: "publication",
    Kind.SUBSCRIPTION: "subscription",
}
"""What stands after DROP, where the name that an inventory has is the one that DROP takes."""


def removal_of(found: SchemaObject) -> str:
    """The statement that drops it, or takes it back; a comment where a person has to look first."""
    if found.kind in _DROPPED_BY_NAME:
        return f"drop {_DROPPED_BY_NAME[found.kind]} {found.name};"
    return _OTHERS[found.kind](found)


def quoted(name: str) -> str:
    """A name as SQL reads it, whatever is in it."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def role_removal(role: str) -> str:
    """The role, with every right that it was given in this database or on the server."""
    return f"drop owned by {quoted(role)}; drop role {quoted(role)};"


def _role(found: SchemaObject) -> str:
    return role_removal(found.name)


def _aggregate(found: SchemaObject) -> str:
    # One without arguments is called with a star, and its identity has none.
    name = f"{found.name[:-2]}(*)" if found.name.endswith("()") else found.name
    return f"drop aggregate {name};"


def _column(found: SchemaObject) -> str:
    return f"alter table {found.of} drop column {found.name.removeprefix(found.of + '.')};"


def _constraint(found: SchemaObject) -> str:
    if found.text("type") == "not null":
        column = found.name.removeprefix(f"not null of {found.of}.")
        return f"alter table {found.of} alter column {column} drop not null;"
    return f"alter table {found.of} drop constraint {found.name.removesuffix(f' on {found.of}')};"


def _user_mapping(found: SchemaObject) -> str:
    role = found.text("role")
    whom = "public" if role == "public" else quoted(role)
    return f"drop user mapping for {whom} server {quoted(found.text('server'))};"


def _slot(found: SchemaObject) -> str:
    return f"select pg_drop_replication_slot({literal(found.name)});"


def _setting(found: SchemaObject) -> str:
    role, parameter = found.text("role"), found.text("parameter")
    if not role:
        return f"alter database {HERE} reset {parameter};"
    where = f" in database {HERE}" if found.facts.get("here") else ""
    return f"alter role {quoted(role)}{where} reset {parameter};"


def _grant(found: SchemaObject) -> str:
    return _taken_back(found, on=f"on {_granted_on(found)}")


def _default_privileges(found: SchemaObject) -> str:
    schema = found.text("schema")
    within = f" in schema {quoted(schema)}" if schema else ""
    head = f"alter default privileges for role {quoted(found.text('role'))}{within} "
    return _taken_back(found, on=f"on {found.text('type')}", head=head)


def _taken_back(found: SchemaObject, *, on: str, head: str = "") -> str:
    """What was given is revoked, what every such object has by itself and was taken is given again."""
    grantee = found.text("grantee")
    if not grantee:
        return f"-- {found.name}: its owner's own rights were changed; see \\dp"
    whom = "public" if grantee == "public" else quoted(grantee)
    statements = []
    if granted := _rights(found, "granted"):
        statements.append(f"{head}revoke {granted} {on} from {whom};")
    if revoked := _rights(found, "revoked"):
        statements.append(f"{head}grant {revoked} {on} to {whom};")
    return " ".join(statements)


def _rights(found: SchemaObject, fact: str) -> str:
    column = found.text("column")
    rights = [right.rstrip("*") for right in found.text(fact).split(", ") if right]
    return ", ".join(f"{right} ({column})" if column else right for right in rights)


def _granted_on(found: SchemaObject) -> str:
    kind, subject = found.text("type"), found.text("object")
    if kind == "database":
        return f"database {HERE}"
    if kind in ("function", "procedure", "schema", "sequence", "language", "type"):
        return f"{kind} {subject}"
    if kind == "aggregate":
        return f"function {subject}"
    if kind == "server":
        return f"foreign server {subject}"
    if kind == "foreign-data wrapper":
        return f"foreign data wrapper {subject}"
    # Tables, views, partitioned ones, columns of them.
    return f"table {subject}"


def _security_label(found: SchemaObject) -> str:
    provider, _, labelled = found.name.partition(" on ")
    return f"security label for {quoted(provider)} on {labelled} is null;"


def _by_a_person(found: SchemaObject) -> str:
    return f"-- {found.kind.value}: more than there were; which ones only their makers know"


_OTHERS: Final[Mapping[Kind, Callable[[SchemaObject], str]]] = {
    Kind.DATABASE: _by_a_person,
    Kind.ROLE: _role,
    Kind.AGGREGATE: _aggregate,
    Kind.COLUMN: _column,
    Kind.CONSTRAINT: _constraint,
    Kind.USER_MAPPING: _user_mapping,
    Kind.REPLICATION_SLOT: _slot,
    Kind.SETTING: _setting,
    Kind.GRANT: _grant,
    Kind.DEFAULT_PRIVILEGES: _default_privileges,
    Kind.SECURITY_LABEL: _security_label,
    Kind.LARGE_OBJECTS: _by_a_person,
}
