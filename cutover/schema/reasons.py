"""Why a target may differ from its source on purpose, each reason by name."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from cutover.schema.inventory import Inventory, Kind, SchemaObject, Value


class Change(StrEnum):
    """How the target differs from the source."""

    MISSING = "missing"
    DIFFERENT = "different"
    EXTRA = "extra"


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One object that only one side has, or one fact of an object that they tell differently."""

    kind: Kind
    name: str
    change: Change
    fact: str = ""
    """Which fact differs; empty where the whole object is missing or extra."""
    source: Value | None = None
    target: Value | None = None
    reason: str = ""
    """The id of the reason why it is to be expected; empty where there is none."""


@dataclass(frozen=True, kw_only=True)
class Reason:
    """A difference that is meant, or can't be avoided."""

    id: str
    why: str
    act: str = ""
    """What a person has to do about it; empty where nothing is to be done."""


REASONS: Final = (
    Reason(
        id="made-by-this-tool",
        why="schema cutover, gate and event triggers of the cutover, tables of DMS: `cutover finalize` removes them",
    ),
    Reason(
        id="tablespace-not-on-aurora",
        why="Aurora has one storage volume; what lay in a tablespace of its own lies there",
    ),
    Reason(
        id="publication-not-copied",
        why="what a server publishes is its own: a copied publication would offer the target to the source's readers",
    ),
    Reason(
        id="subscription-not-copied",
        why="a copied subscription would take the place of the source's own at its publisher",
    ),
    Reason(
        id="replication-slot-not-copied",
        why="a slot keeps the log of one server; it means nothing on another",
    ),
    Reason(
        id="event-trigger-not-copied",
        why="it would fire on what the load and the cutover do, and only members of rds_superuser make one on Aurora",
        act="make it on the target after the cutover, as far as it is still wanted",
    ),
    Reason(
        id="extension-version",
        why="a server makes an extension in the version that it has",
        act="read what its notes say between the two versions; ALTER EXTENSION ... UPDATE where the target is behind",
    ),
    Reason(
        id="extension-not-on-target",
        why="the target does not offer this extension, and nothing that was copied needs it",
        act="see whether the application or its operation calls for it",
    ),
    Reason(
        id="owner-mapped",
        why="the owner is no role of the target: who copied it owns it there",
        act="make the role on the target and copy again, or say --role SOURCE=TARGET",
    ),
    Reason(
        id="public-schema",
        why="every new database has a schema public; from PostgreSQL 15 on it belongs to whoever owns the database",
    ),
    Reason(
        id="database-owner",
        why="a database belongs to who made it on its server",
    ),
    Reason(
        id="role-not-on-target",
        why="a role of the source is missing on the target, and with it what is granted to it or meant for it",
        act="make the role on the target and run post-data again, or say --role SOURCE=TARGET",
    ),
    Reason(
        id="user-mapping-of-renamed",
        why="its options may be passwords, which only pg_restore carries, and under the source's name of the role",
        act="CREATE USER MAPPING on the target, for the role as it is called there",
    ),
    Reason(
        id="role-attributes",
        why="roles belong to the server: this tool makes and changes none, and Aurora has no superuser",
        act="compare what the role may do with what the application needs",
    ),
    Reason(
        id="role-of-target",
        why="granted to a role that only the target has, as those of DMS and the cutover",
    ),
    Reason(
        id="unlogged",
        why="the source's table is unlogged, the target's is not: changes of unlogged tables are in no log that could "
        "be replicated",
    ),
    Reason(
        id="identity-by-default",
        why="DMS applies changes with INSERT, which GENERATED ALWAYS refuses: BY DEFAULT until the way back is closed",
        act="after `cutover finalize`: ALTER TABLE ... ALTER COLUMN ... SET GENERATED ALWAYS",
    ),
    Reason(
        id="large-objects-not-copied",
        why="neither DMS nor logical replication carries large objects",
        act="copy them with pg_dump --large-objects while nobody writes, or do without",
    ),
    Reason(
        id="security-label-not-copied",
        why="a label means something to the module only that gives it, which Aurora does not load",
        act="see whether access control relied on the labels",
    ),
    Reason(
        id="extension-comment",
        why="an extension brings its comment with it, and only its owner may change that",
    ),
    Reason(
        id="system-object",
        why="privileges on the server's own functions and views are the server's affair; Aurora refuses most changes",
        act="see whether the application needs the right, and give it on the target",
    ),
    Reason(
        id="invalid-on-source",
        why="an index that a failed CREATE INDEX CONCURRENTLY left behind: pg_dump leaves it out",
        act="drop it on the source, or make it again there",
    ),
)
BY_ID: Final = {reason.id: reason for reason in REASONS}

PREDEFINED: Final = ("pg_", "rds")
"""How names of roles begin that the server itself has."""


@dataclass(frozen=True, kw_only=True)
class Sides:
    """The two inventories that differ, source first."""

    source: Inventory
    target: Inventory
    target_roles: frozenset[str] = field(default_factory=frozenset)
    source_roles: frozenset[str] = field(default_factory=frozenset)
    renamed: frozenset[str] = field(default_factory=frozenset)
    """Roles of the target that are called otherwise on the source."""

    @classmethod
    def of(cls, source: Inventory, target: Inventory, renamed: Iterable[str] = ()) -> Sides:
        return cls(
            source=source,
            target=target,
            source_roles=role_names(source),
            target_roles=role_names(target),
            renamed=frozenset(renamed),
        )


def role_names(inventory: Inventory) -> frozenset[str]:
    """Of every role on the server."""
    return frozenset(each.name for each in inventory.of_kind(Kind.ROLE))


def unquoted(name: str) -> str:
    """An identifier as the catalogue has it."""
    return name[1:-1].replace('""', '"') if name.startswith('"') else name


def quoted(name: str) -> str:
    """An identifier as SQL wants it, whatever is in it."""
    return '"' + name.replace('"', '""') + '"'


def missing_roles(found: SchemaObject, roles: frozenset[str]) -> tuple[str, ...]:
    """Roles that the object is of or for, and that are not among `roles`."""
    named = [found.text(fact) for fact in ("grantee", "role")]
    named += json.loads(found.text("roles") or "[]")
    return tuple(
        name
        for name in named
        if name and name != "public" and name not in roles and not name.startswith(PREDEFINED)
    )


Rule = Callable[[Difference, Sides], bool]


def _object(difference: Difference, sides: Sides) -> SchemaObject | None:
    """As the side has it that has it."""
    key = (difference.kind, difference.name)
    return sides.source.by_key.get(key) or sides.target.by_key.get(key)


def made_by_this_tool(found: SchemaObject) -> bool:
    """Whether the cutover or DMS made it: by name, as nothing else tells."""
    for name in (found.name, found.of, found.text("object")):
        schema, _, rest = name.partition(".")
        if schema in {"cutover", "awsdms_control"} or rest.startswith("awsdms_"):
            return True
    own = ("cutover_gate on ", "cutover_ddl_", "awsdms_")
    return found.name.startswith(own)


def _made_by_this_tool(difference: Difference, sides: Sides) -> bool:
    found = _object(difference, sides)
    return found is not None and made_by_this_tool(found)


def _of_missing_role(difference: Difference, sides: Sides) -> bool:
    if difference.change is not Change.MISSING:
        return False
    if difference.kind is Kind.ROLE:
        return difference.name not in sides.target_roles
    found = sides.source.get(difference.kind, difference.name)
    return found is not None and bool(missing_roles(found, sides.target_roles))


def _for_role_of_target(difference: Difference, sides: Sides) -> bool:
    if difference.change is not Change.EXTRA:
        return False
    found = sides.target.get(difference.kind, difference.name)
    return found is not None and bool(missing_roles(found, sides.source_roles))


def _of_public_schema(difference: Difference, sides: Sides) -> bool:
    """What its owner has there needs no grant, and the other way round."""
    ours, theirs = (side.get(Kind.SCHEMA, "public") for side in (sides.source, sides.target))
    found = _object(difference, sides)
    return (
        difference.kind is Kind.GRANT
        and found is not None
        and (found.text("type"), found.text("object")) == ("schema", "public")
        and found.text("grantee") in {"", "pg_database_owner"}
        and ours is not None
        and theirs is not None
        and theirs.text("owner") == "pg_database_owner" != ours.text("owner")
    )


def _mapping_of_renamed(difference: Difference, sides: Sides) -> bool:
    found = sides.source.get(difference.kind, difference.name)
    return (
        difference.kind is Kind.USER_MAPPING
        and difference.change is Change.MISSING
        and found is not None
        and found.text("role") in sides.renamed
    )


def _owner_mapped(difference: Difference, sides: Sides) -> bool:
    return (
        difference.fact == "owner"
        and str(difference.source) not in sides.target_roles
        and not str(difference.source).startswith(PREDEFINED)
    )


def _unavailable(difference: Difference, sides: Sides) -> bool:
    return (
        difference.kind is Kind.EXTENSION
        and difference.change is Change.MISSING
        and unquoted(difference.name) not in sides.target.available
    )


def _invalid(difference: Difference, sides: Sides) -> bool:
    found = sides.source.get(difference.kind, difference.name)
    return (
        difference.kind is Kind.INDEX
        and difference.change is Change.MISSING
        and found is not None
        and found.facts.get("valid") is False
    )


def _of_the_system(difference: Difference, sides: Sides) -> bool:
    found = _object(difference, sides)
    return (
        difference.kind is Kind.GRANT
        and found is not None
        and found.text("object").startswith("pg_catalog.")
    )


def _setting_everywhere(difference: Difference, sides: Sides) -> bool:
    found = _object(difference, sides)
    return difference.kind is Kind.SETTING and found is not None and "here" not in found.facts


def _any_of(*kinds: Kind) -> Rule:
    return lambda difference, _sides: difference.kind in kinds


def _fact(kind: Kind, fact: str, change: tuple[Value | None, Value | None] | None = None) -> Rule:
    """That fact of that kind; where given, only that change of it."""
    return lambda difference, _sides: (
        (difference.kind, difference.fact) == (kind, fact)
        and (change is None or (difference.source, difference.target) == change)
    )


RULES: Final[Mapping[str, tuple[Rule, ...]]] = {
    "made-by-this-tool": (_made_by_this_tool,),
    "tablespace-not-on-aurora": (
        lambda difference, _sides: (
            difference.kind is Kind.TABLESPACE and difference.change is Change.MISSING
        ),
        lambda difference, _sides: difference.fact == "tablespace" and difference.target is None,
    ),
    "publication-not-copied": (_any_of(Kind.PUBLICATION),),
    "subscription-not-copied": (_any_of(Kind.SUBSCRIPTION),),
    "replication-slot-not-copied": (_any_of(Kind.REPLICATION_SLOT),),
    "event-trigger-not-copied": (
        lambda difference, _sides: (
            difference.kind is Kind.EVENT_TRIGGER and difference.change is Change.MISSING
        ),
    ),
    "extension-version": (_fact(Kind.EXTENSION, "version"),),
    "extension-not-on-target": (_unavailable,),
    "database-owner": (_fact(Kind.DATABASE, "owner"),),
    "public-schema": (
        _of_public_schema,
        lambda difference, _sides: (
            (difference.kind, difference.name, difference.change)
            == (Kind.SCHEMA, "public", Change.EXTRA)
        ),
        lambda difference, _sides: (
            (difference.kind, difference.name, difference.fact) == (Kind.SCHEMA, "public", "owner")
            and difference.target == "pg_database_owner"
        ),
    ),
    "owner-mapped": (_owner_mapped,),
    "role-not-on-target": (_of_missing_role,),
    "user-mapping-of-renamed": (_mapping_of_renamed,),
    "role-attributes": (_any_of(Kind.ROLE), _setting_everywhere),
    "role-of-target": (_for_role_of_target,),
    "unlogged": (
        _fact(Kind.TABLE, "persistence", ("unlogged", "permanent")),
        _fact(Kind.SEQUENCE, "persistence", ("unlogged", "permanent")),
    ),
    "identity-by-default": (_fact(Kind.COLUMN, "identity", ("always", "by default")),),
    "large-objects-not-copied": (_any_of(Kind.LARGE_OBJECTS),),
    "security-label-not-copied": (_any_of(Kind.SECURITY_LABEL),),
    "system-object": (_of_the_system,),
    "invalid-on-source": (_invalid,),
}


def reason_for(difference: Difference, sides: Sides) -> str:
    """The id of the first reason that fits; empty where none does."""
    for reason, rules in RULES.items():
        if any(rule(difference, sides) for rule in rules):
            return reason
    return ""
