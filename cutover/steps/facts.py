"""What one state tells another of both databases: numbers, and where the names are that the numbers count.

A state passes on no more than 256 KB (Step Functions quotas), beyond which the execution ends without any catch. Names
of tables are the only facts that grow with a database, so they go into the bucket of the certificates, under their own
SHA-256: the same tables are one object however often they are looked at, and a changed object does not fit its name.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from cutover.errors import ServiceUnavailable
from cutover.jsonable import jsonable, restored
from cutover.observations import DatabasesFacts
from cutover.ports import CertificateStore


@dataclass(frozen=True, kw_only=True)
class Names:
    """Where the lists of names are, and what they were when they were stored."""

    key: str
    sha256: str
    """Of the whole text, in hexadecimal digits."""


@dataclass(frozen=True, kw_only=True)
class DatabasesInBrief:
    """DatabasesFacts as JSON, with the length of each list in its place."""

    source: dict[str, Any] | None
    target: dict[str, Any] | None
    unreachable: str
    names: Names | None
    """None where nothing is known of either side."""


def in_brief(facts: DatabasesFacts, store: CertificateStore, *, migration: str) -> DatabasesInBrief:
    """Stores the names. Where they can't be stored, the facts are not known."""
    if facts.source is None and facts.target is None:
        return _not_known(facts.unreachable)
    brief, lists = _apart(jsonable(facts))
    text = json.dumps(lists, sort_keys=True, separators=(",", ":"))
    sha256 = _sha256(text)
    names = Names(key=f"facts/{migration}/{sha256}.json", sha256=sha256)
    try:
        kept = store.put(names.key, text)
    except ServiceUnavailable as error:  # before the line: the check holds on it
        return _not_known(f"the names of the tables could not be stored: {error}")
    if kept != text:
        return _not_known(_spoilt(names))
    return DatabasesInBrief(**brief, names=names)


def in_full(brief: DatabasesInBrief, store: CertificateStore) -> DatabasesFacts:
    """The facts as they were found. Names that are gone, or are not those that were stored, make them not known."""
    if brief.names is None:
        return _unreachable(brief.unreachable)
    try:
        text = store.get(brief.names.key)
    except ServiceUnavailable as error:  # before the line: the check holds on it
        return _unreachable(f"the names of the tables could not be read: {error}")
    if text is None:
        return _unreachable(f"the names of the tables are not there any more: {brief.names.key}")
    if _sha256(text) != brief.names.sha256:
        return _unreachable(_spoilt(brief.names))
    told = {name: value for name, value in jsonable(brief).items() if name != "names"}
    return restored(DatabasesFacts, _together(told, json.loads(text)))


def _not_known(why: str) -> DatabasesInBrief:
    return DatabasesInBrief(source=None, target=None, unreachable=why, names=None)


def _unreachable(why: str) -> DatabasesFacts:
    return DatabasesFacts(source=None, target=None, unreachable=why)


def _spoilt(names: Names) -> str:
    return f"{names.key} is not what was stored under its SHA-256: remove it, the next look stores it anew"


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _apart(value: Any) -> tuple[Any, Any]:
    """JSON with the length of each list in its place, and the lists; None where there is none."""
    if isinstance(value, list):
        return len(value), value
    if not isinstance(value, dict):
        return value, None
    parts = {name: _apart(each) for name, each in value.items()}
    lists = {name: found for name, (_, found) in parts.items() if found is not None}
    return {name: brief for name, (brief, _) in parts.items()}, lists or None


def _together(brief: Any, lists: Any) -> Any:
    if isinstance(lists, dict):
        return {name: _together(each, lists.get(name)) for name, each in brief.items()}
    return brief if lists is None else lists
