"""Task "Check the way back"."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from cutover.jsonable import jsonable
from cutover.steps.replication import check_way_back
from lambdas import wiring
from lambdas.events import StepEvent, parse
from lambdas.observability import Event, logger, observed


@observed
def lambda_handler(event: Event, _context: LambdaContext) -> Any:
    """After the line: a beat of the new writer must reach the old one. Raises WayBackNotOpen."""
    step = parse(StepEvent, event)
    world = wiring.databases()
    origin, destination = world.facing(world.journal.check(step.lease).direction)
    lag = check_way_back(
        origin, destination, world.journal, world.clock, lease=step.lease, plan=step.plan
    )
    logger.info("way back checked", seconds=lag.seconds)
    return jsonable(lag)
