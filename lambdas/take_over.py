"""Task "Take over"."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from cutover.jsonable import jsonable
from cutover.steps.recovery import take_over
from lambdas import wiring
from lambdas.events import StartEvent, parse
from lambdas.observability import Event, logger, observed


@observed
def lambda_handler(event: Event, _context: LambdaContext) -> Any:
    """The lease of what was cut off. Raises LeaseTaken, StartRefused; nothing was touched then."""
    step = parse(StartEvent, event)
    world = wiring.control()
    lease = take_over(
        world.journal,
        wiring.machines()[step.direction],
        world.clock,
        execution=step.lease.execution,
        direction=step.direction,
    )
    logger.info("taken over", execution=lease.execution, fence=lease.fence)
    return {"lease": jsonable(lease)}
