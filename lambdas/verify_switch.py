"""Task "Verify the switch"."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from cutover.steps.recovery import verify_switch
from lambdas import wiring
from lambdas.events import StepEvent, parse
from lambdas.observability import Event, logger, observed


@observed
def lambda_handler(event: Event, _context: LambdaContext) -> Any:
    """Proves that the origin refuses and the destination accepts. Raises SwitchNotProven."""
    step = parse(StepEvent, event)
    world = wiring.databases()
    direction = world.journal.check(step.lease).direction
    left = verify_switch(*world.facing(direction), world.journal, world.clock, lease=step.lease)
    logger.info("switch verified", gates_left=len(left))
    return {"gates_left": list(left)}
