"""The table of contents of an archive that pg_dump wrote."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Section(StrEnum):
    """Of the copy: before the load of the rows, and after it."""

    PRE_DATA = "pre-data"
    POST_DATA = "post-data"


# As pg_dump names them (ArchiveEntry's description), where the words are more than one.
_LONG_WORDS: Final = (
    "ACCESS METHOD",
    "CHECK CONSTRAINT",
    "DATABASE PROPERTIES",
    "DEFAULT ACL",
    "EVENT TRIGGER",
    "FK CONSTRAINT",
    "FOREIGN DATA WRAPPER",
    "FOREIGN TABLE",
    "INDEX ATTACH",
    "MATERIALIZED VIEW DATA",
    "MATERIALIZED VIEW",
    "OPERATOR CLASS",
    "OPERATOR FAMILY",
    "PROCEDURAL LANGUAGE",
    "PUBLICATION TABLES IN SCHEMA",
    "PUBLICATION TABLE",
    "ROW SECURITY",
    "SECURITY LABEL",
    "SEQUENCE OWNED BY",
    "SEQUENCE SET",
    "SHELL TYPE",
    "STATISTICS DATA",
    "SUBSCRIPTION TABLE",
    "TABLE ATTACH",
    "TABLE DATA",
    "TEXT SEARCH CONFIGURATION",
    "TEXT SEARCH DICTIONARY",
    "TEXT SEARCH PARSER",
    "TEXT SEARCH TEMPLATE",
    "USER MAPPING",
)
_LINE: Final = re.compile(
    rf"(?P<id>\d+); (?P<catalog>\d+) (?P<oid>\d+) (?P<what>{'|'.join(_LONG_WORDS)}|[A-Z]+) (?P<rest>.*)"
)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of an archive's table of contents: the statements that make one object."""

    id: int
    catalog: int
    """Where the object is in the source's catalogue; 0 where the entry is no object of its own."""
    oid: int
    what: str
    rest: str
    """Schema, name and owner, parted by blanks, which a name may have too."""

    def line(self) -> str:
        """As `pg_restore --use-list` reads it back: the number is all that it looks at."""
        return f"{self.id}; {self.catalog} {self.oid} {self.what} {self.rest}"

    def __str__(self) -> str:
        return f"{self.what} {self.rest}"

    def is_one_of(self, relations: frozenset[str]) -> bool:
        """Whether it is about one of these, each "schema name": the owner behind may have blanks too."""
        words = self.rest.split(" ")
        return any(" ".join(words[:end]) in relations for end in range(2, len(words)))


def entries(listing: str) -> tuple[Entry, ...]:
    """What `pg_restore --list` printed. Lines that begin with a semicolon are remarks."""
    return tuple(
        Entry(
            id=int(found["id"]),
            catalog=int(found["catalog"]),
            oid=int(found["oid"]),
            what=found["what"],
            rest=found["rest"],
        )
        for line in listing.splitlines()
        if (found := _LINE.fullmatch(line.rstrip()))
    )
