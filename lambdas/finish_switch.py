"""Task "Finish the switch"."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from cutover.steps.recovery import finish_switch
from lambdas import wiring
from lambdas.events import StepEvent, parse
from lambdas.observability import Event, logger, observed


@observed
def lambda_handler(event: Event, _context: LambdaContext) -> Any:
    """After the line: opens the target. Safe to repeat."""
    step = parse(StepEvent, event)
    world = wiring.databases()
    finish_switch(world.source, world.target, world.journal, world.clock, lease=step.lease)
    logger.info("switch finished")
    return {}
