"""What a database holds beside its rows: every kind of object, as values that can be compared, kept and sent."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Final

Value = str | bool | int


class Kind(StrEnum):
    """Of an object; the words are those that PostgreSQL's own messages use."""

    DATABASE = "database"
    SETTING = "setting"
    ROLE = "role"
    TABLESPACE = "tablespace"
    SCHEMA = "schema"
    EXTENSION = "extension"
    LANGUAGE = "language"
    ENUM = "enum"
    COMPOSITE_TYPE = "composite type"
    DOMAIN = "domain"
    RANGE = "range type"
    BASE_TYPE = "base type"
    COLLATION = "collation"
    CONVERSION = "conversion"
    FUNCTION = "function"
    PROCEDURE = "procedure"
    AGGREGATE = "aggregate"
    OPERATOR = "operator"
    OPERATOR_FAMILY = "operator family"
    OPERATOR_CLASS = "operator class"
    CAST = "cast"
    TRANSFORM = "transform"
    ACCESS_METHOD = "access method"
    TEXT_SEARCH_PARSER = "text search parser"
    TEXT_SEARCH_TEMPLATE = "text search template"
    TEXT_SEARCH_DICTIONARY = "text search dictionary"
    TEXT_SEARCH_CONFIGURATION = "text search configuration"
    FOREIGN_DATA_WRAPPER = "foreign-data wrapper"
    FOREIGN_SERVER = "foreign server"
    USER_MAPPING = "user mapping"
    TABLE = "table"
    FOREIGN_TABLE = "foreign table"
    COLUMN = "column"
    SEQUENCE = "sequence"
    VIEW = "view"
    MATERIALIZED_VIEW = "materialized view"
    INDEX = "index"
    CONSTRAINT = "constraint"
    STATISTICS = "statistics object"
    TRIGGER = "trigger"
    RULE = "rule"
    POLICY = "policy"
    EVENT_TRIGGER = "event trigger"
    PUBLICATION = "publication"
    SUBSCRIPTION = "subscription"
    REPLICATION_SLOT = "replication slot"
    GRANT = "grant"
    DEFAULT_PRIVILEGES = "default privileges"
    SECURITY_LABEL = "security label"
    LARGE_OBJECTS = "large objects"


RELATIONS: Final = frozenset(
    {Kind.TABLE, Kind.FOREIGN_TABLE, Kind.VIEW, Kind.MATERIALIZED_VIEW, Kind.SEQUENCE}
)
"""Kinds that other objects belong to."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SchemaObject:
    """One object of one database."""

    kind: Kind
    name: str
    """As the server writes its identity: with its schema, quoted where it has to be."""
    facts: dict[str, Value] = field(default_factory=dict)
    """What can differ. A fact that does not apply is absent, never empty."""
    of: str = ""
    """The name of the relation it belongs to; empty where it stands by itself."""
    catalog: int = field(default=0, compare=False)
    """The catalogue it is in and its row there, as an archive of pg_dump names it too: of this server only."""
    oid: int = field(default=0, compare=False)

    @property
    def key(self) -> tuple[Kind, str]:
        """What makes it the same object in another database."""
        return (self.kind, self.name)

    def text(self, fact: str) -> str:
        """The fact as text; empty where it does not apply."""
        return str(self.facts.get(fact, ""))


@dataclass(frozen=True, kw_only=True)
class Unknown:
    """A kind of which the server did not tell everything: nothing may be concluded from what is not listed."""

    kind: Kind
    reason: str


@dataclass(frozen=True, kw_only=True)
class Inventory:
    """Everything that a database told about itself, at one moment."""

    version: int
    """As in server_version_num: 170009 is 17.9."""
    objects: tuple[SchemaObject, ...]
    unknown: tuple[Unknown, ...] = ()
    available: dict[str, str] = field(default_factory=dict)
    """Extensions that could be made on that server, with the version that it would make."""
    system_collations: tuple[str, ...] = ()
    """Those that its build and operating system brought, as their identities."""

    @property
    def major(self) -> int:
        return self.version // 10_000

    @cached_property
    def by_key(self) -> dict[tuple[Kind, str], SchemaObject]:
        return {each.key: each for each in self.objects}

    @cached_property
    def by_row(self) -> dict[tuple[int, int], SchemaObject]:
        """By catalogue and row there."""
        return {(each.catalog, each.oid): each for each in self.objects if each.oid}

    @property
    def unknown_kinds(self) -> frozenset[Kind]:
        return frozenset(each.kind for each in self.unknown)

    def of_kind(self, *kinds: Kind) -> tuple[SchemaObject, ...]:
        """In the order of their names."""
        return tuple(each for each in self.objects if each.kind in kinds)

    def get(self, kind: Kind, name: str) -> SchemaObject | None:
        return self.by_key.get((kind, name))

    def counts(self) -> dict[str, int]:
        """How many of each kind there are."""
        return dict(sorted(Counter(each.kind.value for each in self.objects).items()))
