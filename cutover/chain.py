"""The journal's hash chain: each entry is sealed together with the seal of the one before it.

What it shows: that no entry was changed, taken out or put in since it was written, as long as one later seal is
known from elsewhere (the stored certificate has one). Whoever may write the whole table could seal it all anew; then
the stored certificate no longer agrees.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC
from enum import StrEnum
from typing import Any

from cutover.journal import Entry

EntryFields = dict[str, Any]
"""What of an entry is sealed, as JSON values."""


class ChainState(StrEnum):
    """What a look at the whole chain came to."""

    UNBROKEN = "unbroken"
    BROKEN = "broken"
    UNSEALED = "unsealed"
    """Some entries were written before there were seals: nothing can be said about these."""
    EMPTY = "empty"


@dataclass(frozen=True, kw_only=True)
class ChainVerdict:
    """Whether the entries are those that were written, and if not, where it shows first."""

    state: ChainState
    fact: str
    entry: int | None = None
    """Number of the first entry that is broken, missing or unsealed; None where there is none."""


def entry_fields(entry: Entry) -> EntryFields:
    """The entry as JSON has it, whichever store it came from: its time in UTC, its detail without Python's types."""
    return {
        "number": entry.number,
        "phase": entry.phase.value,
        "execution": entry.execution,
        "at": entry.at.astimezone(UTC).isoformat(),
        "note": entry.note,
        "detail": json.loads(json.dumps(entry.detail)),
    }


def canonical(value: object) -> str:
    """The one JSON text of a value: keys sorted, no spaces, ASCII only."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def sealed(fields: EntryFields, previous: str) -> str:
    """The seal of an entry with these fields that follows the one with the seal `previous`: SHA-256 in hex."""
    text = canonical({**fields, "previous": previous})
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def with_seal(entry: Entry, previous: str) -> Entry:
    """The entry, sealed onto the chain that ends at `previous` (empty: it begins one)."""
    return replace(entry, previous=previous, seal=sealed(entry_fields(entry), previous))


def check_chain(entries: Sequence[Entry], *, newest: str | None = None) -> ChainVerdict:
    """The verdict over entries, oldest first, beginning with number 1.

    newest: the seal that the journal's state has, read before the entries; one that is not among them says that
    entries were cut off the end. None: not asked.
    """
    previous, unsealed = "", 0
    for expected, entry in enumerate(entries, start=1):
        if fault := _fault(entry, expected=expected, previous=previous):
            return ChainVerdict(state=ChainState.BROKEN, fact=fault, entry=expected)
        unsealed += not entry.seal
        previous = entry.seal
    if newest and newest not in {entry.seal for entry in entries}:
        fact = (
            f"entry {len(entries) + 1} is missing: the state knows a newer seal than any entry has"
        )
        return ChainVerdict(state=ChainState.BROKEN, fact=fact, entry=len(entries) + 1)
    if unsealed:
        fact = f"entries 1 to {unsealed} were written without a seal: nothing shows that they are as they were"
        return ChainVerdict(state=ChainState.UNSEALED, fact=fact, entry=1)
    if not entries:
        return ChainVerdict(state=ChainState.EMPTY, fact="the journal has no entry")
    return ChainVerdict(
        state=ChainState.UNBROKEN,
        fact=f"{len(entries)} entries, each sealed onto the one before it",
    )


def _fault(entry: Entry, *, expected: int, previous: str) -> str:
    """What is wrong with this entry after those before it; empty when nothing is."""
    if entry.number != expected:
        return f"entry {expected} is missing: entry {entry.number} is in its place"
    if not entry.seal:
        # Only a beginning may be without: seals are written by every version since there are any.
        return f"entry {expected} has no seal and the one before it has" if previous else ""
    if entry.previous != previous:
        after = f"entry {expected - 1}" if expected > 1 else "nothing"
        return (
            f"entry {expected} is not sealed onto {after}: one of the two is not as it was written"
        )
    if entry.seal != sealed(entry_fields(entry), previous):
        return f"entry {expected} is not as it was sealed"
    return ""
