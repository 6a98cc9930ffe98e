"""Task "Look at the origin"."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from cutover.jsonable import jsonable
from cutover.steps.recovery import resolve_switch
from lambdas import wiring
from lambdas.events import RecoveryEvent, parse
from lambdas.observability import Event, logger, observed


@observed
def lambda_handler(event: Event, _context: LambdaContext) -> Any:
    """On which side of the line the switch ended, with the lease that goes on from there."""
    step = parse(RecoveryEvent, event)
    world = wiring.databases()
    side, lease = resolve_switch(
        *world.facing(world.journal.state().direction),
        world.journal,
        world.clock,
        execution=step.lease.execution,
        slots=world.slots,
    )
    logger.info("source looked at", side=side.value)
    return {"side": side.value, "lease": jsonable(lease)}
