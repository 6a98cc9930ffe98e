"""An inventory as a document that is kept, and read again months later by another version."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cutover.errors import BadInput
from cutover.schema.inventory import Inventory, Kind, SchemaObject, Unknown

FORMAT: Final = "migration-inventory/1"


@dataclass(frozen=True, kw_only=True)
class Stored:
    """What a database held at one moment."""

    taken_at: datetime
    inventory: Inventory


def as_text(stored: Stored) -> str:
    """JSON, an array an object: of a hundred thousand, each key would otherwise be there a hundred thousand times."""
    inventory = stored.inventory
    return json.dumps(
        {
            "format": FORMAT,
            "taken_at": stored.taken_at.isoformat(),
            "version": inventory.version,
            "objects": [[it.kind.value, it.name, it.of, it.facts] for it in inventory.objects],
            "unknown": [[it.kind.value, it.reason] for it in inventory.unknown],
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )


def from_text(text: str) -> Stored:
    """What as_text() wrote. Raises BadInput for anything else: half an inventory would make a clean database of any."""
    try:
        told = json.loads(text)
        if told["format"] != FORMAT:
            raise BadInput(
                f"the inventory is of the format {told['format']!r}, this reads {FORMAT}"
            )
        return Stored(
            taken_at=datetime.fromisoformat(told["taken_at"]),
            inventory=Inventory(
                version=int(told["version"]),
                objects=tuple(
                    SchemaObject(kind=Kind(kind), name=name, of=of, facts=facts)
                    for kind, name, of, facts in told["objects"]
                ),
                unknown=tuple(
                    Unknown(kind=Kind(kind), reason=reason) for kind, reason in told["unknown"]
                ),
            ),
        )
    except (ValueError, KeyError, TypeError) as error:
        # After the line: a person is told that it can't be read, and nothing is taken for absent.
        raise BadInput(
            f"the stored inventory can't be read: {type(error).__name__}: {error}"
        ) from error
