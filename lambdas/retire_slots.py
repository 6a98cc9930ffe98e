"""Task "Retire the old slots"."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from cutover.steps.replication import retire_slots
from lambdas import wiring
from lambdas.events import StepEvent, parse
from lambdas.observability import Event, logger, observed


@observed
def lambda_handler(event: Event, _context: LambdaContext) -> Any:
    """After the line: drops the slots that the old stream read. Safe to repeat."""
    step = parse(StepEvent, event)
    world = wiring.databases()
    origin, _ = world.facing(world.journal.check(step.lease).direction)
    dropped = retire_slots(origin, world.journal, lease=step.lease)
    logger.info("slots retired", slots=list(dropped))
    return {"slots": list(dropped)}
