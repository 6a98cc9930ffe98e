"""Task "Park the reads"."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from cutover.steps.lease import park
from lambdas import wiring
from lambdas.events import StageEvent, parse
from lambdas.observability import Event, logger, observed


@observed
def lambda_handler(event: Event, _context: LambdaContext) -> Any:
    """Leaves the reads where they are and gives the lease up. Raises StaleLease, AbortRequested."""
    step = parse(StageEvent, event)
    world = wiring.control()
    park(
        world.journal,
        world.display,
        world.clock,
        lease=step.lease,
        plan=step.plan,
        stage=step.stage,
    )
    logger.info("reads parked", share=step.plan.weights[step.stage])
    return {}
