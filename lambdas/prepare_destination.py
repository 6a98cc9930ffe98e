"""Task "Prepare the destination" of the state machine `rollback`."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from cutover.steps.switch import prepare_destination
from lambdas import wiring
from lambdas.events import StepEvent, parse
from lambdas.observability import Event, logger, observed


@observed
def lambda_handler(event: Event, _context: LambdaContext) -> Any:
    """Before the line: who comes early to the closed destination will be held there, with numbers of its own.

    Safe to repeat.
    """
    step = parse(StepEvent, event)
    world = wiring.databases()
    direction = world.journal.check(step.lease).direction
    prepare_destination(*world.facing(direction), world.journal, lease=step.lease, plan=step.plan)
    logger.info("destination prepared", destination=direction.destination.value)
    return {}
