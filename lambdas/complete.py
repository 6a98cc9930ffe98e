"""Task "Complete"."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from cutover.steps.lease import complete
from lambdas import wiring
from lambdas.events import StepEvent, parse
from lambdas.observability import Event, logger, observed


@observed
def lambda_handler(event: Event, _context: LambdaContext) -> Any:
    """Records that the cutover is done and gives the lease up."""
    step = parse(StepEvent, event)
    world = wiring.control()
    complete(world.journal, world.display, world.clock, lease=step.lease)
    logger.info("cutover complete")
    return {}
