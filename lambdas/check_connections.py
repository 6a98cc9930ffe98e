"""Task "Test the connections"."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from cutover.jsonable import jsonable
from cutover.steps.replicate import check_connections
from lambdas import wiring
from lambdas.events import LooksEvent, parse
from lambdas.observability import Event, logger, observed


@observed
def lambda_handler(event: Event, _context: LambdaContext) -> Any:
    """Has every endpoint tested, then tells how the tests go. Before the line: a failure ends the replication."""
    asked = parse(LooksEvent, event)
    world, of = wiring.control(), wiring.replication()
    answer = check_connections(
        of.connections,
        world.journal,
        world.clock,
        lease=asked.lease,
        plan=asked.plan,
        looks=asked.looks,
        suffix=of.migration,
    )
    logger.info("connections looked at", course=answer.course.value, reason=answer.reason)
    return jsonable(answer)
