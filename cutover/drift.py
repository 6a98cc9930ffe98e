"""What has changed in the source's schema since its load began, as far as it is the application's.

DMS carries rows and no DDL: a table, a column or an index that is made on the source meanwhile is missing on the
target, and a type that is changed there stops the task or rounds a value. So nothing may change until the switch, and
what did is named before anything moves.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Final

from cutover.schema.difference import NOT_COMPARED, since
from cutover.schema.inventory import Inventory, Kind, SchemaObject, Value
from cutover.schema.reasons import Change, Difference, made_by_this_tool
from cutover.schema.stored import Stored
from cutover.source_watch import MOST_NAMED, Drift

NOT_THE_SCHEMA: Final = frozenset(
    {
        # Of the whole server; who owns and may do what in the database is told with the objects.
        Kind.DATABASE,
        Kind.ROLE,
        Kind.TABLESPACE,
        # Of what replicates, most often of this migration itself.
        Kind.PUBLICATION,
        Kind.SUBSCRIPTION,
        Kind.REPLICATION_SLOT,
        # A count of rows; the readiness check looks at it.
        Kind.LARGE_OBJECTS,
    }
)
NOT_DDL: Final = frozenset({(Kind.MATERIALIZED_VIEW, "populated"), (Kind.TABLE, "columns")})
"""Facts that a refresh changes, or that the columns themselves tell."""
OF_ROLES: Final = frozenset({Kind.GRANT, Kind.DEFAULT_PRIVILEGES, Kind.SETTING, Kind.USER_MAPPING})
LONGEST: Final = 160
"""Characters of one line: a function is named with all that it takes."""
_WORDS: Final = {Change.EXTRA: "is new", Change.MISSING: "is gone"}


def drift(before: Stored | None, now: Inventory, *, own_roles: Iterable[str]) -> Drift:
    """What is otherwise now. Without an inventory of before it is not known.

    own_roles: as whom the migration works on the source; what they are given there is no change of the schema.
    """
    if before is None:
        return Drift(
            unknown="no inventory of the source is kept, `cutover replicate` takes it as it begins"
        )
    mine = frozenset(own_roles)
    comparison = since(before.inventory, now)
    found = [
        each for each in comparison.differences if _counts(each, before.inventory, now, mine=mine)
    ]
    unread = {
        each.kind.value: each.reason
        for each in comparison.unknown
        if each.kind not in NOT_THE_SCHEMA
    }
    words = _in_words(found)
    return Drift(
        since=before.taken_at,
        number=len(words) + len(unread),
        changed=tuple(words[:MOST_NAMED]),
        unread=tuple(_cut(f"{kind}: {reason}") for kind, reason in sorted(unread.items())),
        digest=_digest(before.inventory, now, unread, mine=mine) if words or unread else "",
    )


def _counts(
    difference: Difference, before: Inventory, now: Inventory, *, mine: frozenset[str]
) -> bool:
    side = now if difference.change is Change.EXTRA else before
    found = side.by_key[difference.kind, difference.name]
    return (difference.kind, difference.fact) not in NOT_DDL and _is_the_applications(found, mine)


def _is_the_applications(found: SchemaObject, mine: frozenset[str]) -> bool:
    return not (found.kind in NOT_THE_SCHEMA or made_by_this_tool(found) or _of_a_role(found, mine))


def _of_a_role(found: SchemaObject, mine: frozenset[str]) -> bool:
    if found.kind not in OF_ROLES:
        return False
    if found.kind is Kind.SETTING and "here" not in found.facts:
        # Of a role in every database: the server's, not this one's.
        return True
    return bool({found.text("grantee"), found.text("role")} & mine)


def _in_words(found: Iterable[Difference]) -> list[str]:
    """A line an object, however many of its facts differ."""
    facts: dict[tuple[Kind, str], list[str]] = {}
    words: dict[tuple[Kind, str], str] = {}
    for each in found:
        key = (each.kind, each.name)
        facts.setdefault(key, []).append(each.fact)
        words[key] = _WORDS.get(each.change, "")
    return [
        _cut(f"{kind.value} {name} {words[kind, name] or 'has another ' + ', '.join(which)}")
        for (kind, name), which in facts.items()
    ]


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else line[: LONGEST - 4] + " ..."


def _digest(
    before: Inventory, now: Inventory, unread: Iterable[str], *, mine: frozenset[str]
) -> str:
    """Of every object that is otherwise, with all that is a part of one, as it is now: accepted is this and no more."""
    told = [
        [kind.value, name, None if there is None else _facts(there)]
        for kind, name in sorted({*before.by_key, *now.by_key})
        for here, there in [(before.get(kind, name), now.get(kind, name))]
        if (found := there or here) is not None
        and _is_the_applications(found, mine)
        and (here is None or there is None or _facts(here) != _facts(there))
    ]
    return hashlib.sha256(json.dumps([told, sorted(unread)]).encode()).hexdigest()


def _facts(found: SchemaObject) -> dict[str, Value]:
    return {
        fact: value
        for fact, value in sorted(found.facts.items())
        if fact not in NOT_COMPARED and (found.kind, fact) not in NOT_DDL
    }
