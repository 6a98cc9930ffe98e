"""Task "Hand over to the way back"."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from cutover.steps.replication import hand_over
from lambdas import wiring
from lambdas.events import StepEvent, parse
from lambdas.observability import Event, logger, observed


@observed
def lambda_handler(event: Event, _context: LambdaContext) -> Any:
    """After the line: ends the old stream, starts the way back. Safe to repeat. Raises ServiceUnavailable meanwhile."""
    step = parse(StepEvent, event)
    world = wiring.control()
    stream = hand_over(world.tasks, world.journal, world.clock, lease=step.lease)
    logger.info("handed over", stream=stream.value)
    return {"stream": stream.value}
