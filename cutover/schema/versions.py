"""What servers of different versions write differently though it is the same: a comparison passes it by."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from typing import Final

from cutover.schema.inventory import Kind, SchemaObject, Value

KNOWN_SINCE: Final[dict[tuple[Kind, str], int]] = {
    (Kind.COLUMN, "compression"): 14,
    (Kind.RANGE, "multirange"): 14,
    # An identity column's sequence is as persistent as its table from 15 on, and was permanent before.
    (Kind.SEQUENCE, "persistence"): 15,
    (Kind.PUBLICATION, "generated columns"): 18,
}
"""Facts that an older server has no word for, by the first version that has."""

NOT_NULL_SINCE: Final = 18
"""From then on a NOT NULL is a constraint with a name as well; the column says it on every version."""
MAINTAIN_SINCE: Final = 17
"""A privilege that whoever had all of a table got with the version."""
UNQUALIFIED_SINCE: Final = 16
"""From then on a view of one relation is written without that relation's name before its columns."""

_TOKEN: Final = re.compile(
    r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(\w*)\$.*?\$\1\$|\w+|\s+|.""", re.DOTALL
)

_CAST_LITERAL: Final = r"'(?:[^']|'')*'::[a-z ]+(?:\(\d+\))?"
_LITERAL: Final = re.compile(_CAST_LITERAL)
_CAST_ARRAY: Final = re.compile(
    rf"\(ARRAY\[({_CAST_LITERAL}(?:, {_CAST_LITERAL})*)\]\)::([a-z ]+)\[\]"
)


def comparable(found: SchemaObject, *, oldest: int) -> SchemaObject | None:
    """The object as a server of the older major version would tell it; None where that has no such thing."""
    if found.kind is Kind.CONSTRAINT and found.text("type") == "not null":
        return found if oldest >= NOT_NULL_SINCE else None
    facts = {
        fact: value
        for fact, value in found.facts.items()
        if KNOWN_SINCE.get((found.kind, fact), 0) <= oldest
    }
    if found.kind in {Kind.GRANT, Kind.DEFAULT_PRIVILEGES} and oldest < MAINTAIN_SINCE:
        facts = _without_maintain(facts)
        if not {"granted", "revoked"} & facts.keys():
            return None
    if found.kind in {Kind.DATABASE, Kind.EXTENSION}:
        # What a database is for is said on its server; an extension brings its own comment, in its version.
        facts.pop("comment", None)
    if found.kind is Kind.DATABASE:
        facts = {
            fact: _locale(value) if fact in {"collate", "ctype"} else value
            for fact, value in facts.items()
        }
    return replace(found, facts=facts)


def _without_maintain(facts: dict[str, Value]) -> dict[str, Value]:
    kept = dict(facts)
    for fact in ("granted", "revoked"):
        words = [
            word for word in str(facts.get(fact, "")).split(", ") if word.strip("*") != "MAINTAIN"
        ]
        if any(words):
            kept[fact] = ", ".join(words)
        else:
            kept.pop(fact, None)
    return kept


def _locale(value: Value) -> str:
    """Operating systems spell the encoding of a locale in two ways."""
    return re.sub(r"\.utf-?8$", ".UTF-8", str(value), flags=re.IGNORECASE)


def same_text(one: Value | None, other: Value | None, *, majors: tuple[int, int]) -> bool:
    """Whether two servers wrote the same definition, each in the manner of its version."""
    if one == other:
        return True
    if one is None or other is None:
        return False
    ours, theirs = _as_read_back(str(one)), _as_read_back(str(other))
    if ours == theirs:
        return True
    if not _crosses(majors, UNQUALIFIED_SINCE):
        return False
    older, newer = (ours, theirs) if majors[0] < majors[1] else (theirs, ours)
    return _without_one_qualifier(older, newer)


def _as_read_back(text: str) -> str:
    """With casts of whole arrays of literals as casts of each.

    `varchar IN ('a', 'b')` is parsed as the one and written so; whoever reads that back gets the other.
    """
    return _CAST_ARRAY.sub(
        lambda found: (
            "ARRAY["
            + ", ".join(f"({each.group()})::{found[2]}" for each in _LITERAL.finditer(found[1]))
            + "]"
        ),
        text,
    )


def _crosses(majors: tuple[int, int], since: int) -> bool:
    return min(majors) < since <= max(majors)


def _without_one_qualifier(older: str, newer: str) -> bool:
    """Whether the newer text is the older one less one and the same name before some columns."""
    ours, theirs = _tokens(older), _tokens(newer)
    names = {name for name, dot in itertools.pairwise(ours) if dot == "."}
    return any(_less(ours, theirs, name) for name in sorted(names))


def _tokens(text: str) -> list[str]:
    return [token for match in _TOKEN.finditer(text) if (token := match.group()).strip()]


def _less(older: list[str], newer: list[str], name: str) -> bool:
    """A subquery keeps the names: so each place is looked at by itself."""
    ours = theirs = 0
    qualifier = [name, "."]
    while ours < len(older):
        if older[ours : ours + 2] == qualifier and newer[theirs : theirs + 2] != qualifier:
            ours += 2
        elif theirs < len(newer) and older[ours] == newer[theirs]:
            ours, theirs = ours + 1, theirs + 1
        else:
            return False
    return theirs == len(newer)
