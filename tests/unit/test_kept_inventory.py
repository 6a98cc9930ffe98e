"""The source's inventory from before the load: kept once, read again, and never half."""

from __future__ import annotations

import pytest

from cutover.adapters.memory import FixedClock, MemoryCertificateStore
from cutover.errors import BadInput
from cutover.schema.inventory import Inventory, Kind, SchemaObject, Unknown
from cutover.steps.inventory import KEY, keep_inventory, kept_inventory

INVENTORY = Inventory(
    version=130022,
    objects=(
        SchemaObject(
            kind=Kind.COLUMN,
            name='public."Größe".id',
            of='public."Größe"',
            facts={"type": "integer", "not null": True, "position": 1},
        ),
    ),
    unknown=(Unknown(kind=Kind.SUBSCRIPTION, reason="permission denied"),),
)


def test_what_was_kept_first_stays() -> None:
    store, clock = MemoryCertificateStore(), FixedClock()
    assert kept_inventory(store) is None
    first = keep_inventory(lambda: INVENTORY, store, clock)
    clock.sleep(60)
    again = keep_inventory(lambda: Inventory(version=180000, objects=()), store, clock)
    assert again == first == kept_inventory(store)
    assert again.inventory == INVENTORY
    assert list(store.kept) == [KEY]


@pytest.mark.parametrize("text", ["", "{}", '{"format": "migration-inventory/9"}', "[1]"])
def test_what_can_not_be_read_is_no_empty_inventory(text: str) -> None:
    store = MemoryCertificateStore(kept={KEY: text})
    with pytest.raises(BadInput):
        kept_inventory(store)
    with pytest.raises(BadInput):
        keep_inventory(lambda: INVENTORY, store, FixedClock())
