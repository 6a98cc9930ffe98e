"""What the source held before the load, kept once beside the certificates: finalize and the watch compare with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from cutover.ports import CertificateStore, Clock
from cutover.schema.inventory import Inventory
from cutover.schema.stored import Stored, as_text, from_text

KEY: Final = "inventory/source-before.json"


def keep_inventory(read: Callable[[], Inventory], store: CertificateStore, clock: Clock) -> Stored:
    """Keeps what the source holds now, unless something is kept already; returns what is kept. Safe to repeat.

    Raises BadInput where what is kept can't be read, ServiceUnavailable, DatabaseUnreachable.
    """
    kept = kept_inventory(store)
    if kept is not None:
        return kept
    return from_text(store.put(KEY, as_text(Stored(taken_at=clock.now(), inventory=read()))))


def kept_inventory(store: CertificateStore) -> Stored | None:
    """What was kept; None: nothing yet. Raises BadInput where it can't be read, ServiceUnavailable."""
    text = store.get(KEY)
    return None if text is None else from_text(text)
