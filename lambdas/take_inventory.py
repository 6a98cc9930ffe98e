"""Task "Take the inventory" of the state machine `replicate`."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from cutover.steps.inventory import KEY, keep_inventory
from lambdas import wiring
from lambdas.events import InventoryEvent, parse
from lambdas.observability import Event, logger, observed


@observed
def lambda_handler(event: Event, _context: LambdaContext) -> Any:
    """Before the line: what the source holds, kept once, for `cutover finalize` to compare with."""
    asked = parse(InventoryEvent, event)
    world, kept = wiring.databases(), wiring.inventories()
    world.journal.check(asked.lease)
    inventory = keep_inventory(kept.read, kept.store, world.clock)
    logger.info("inventory kept", key=KEY, taken_at=inventory.taken_at.isoformat())
    return {"key": KEY}
