"""Task "Assess the task"."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from cutover.direction import Stream
from cutover.jsonable import jsonable
from cutover.steps.replicate import assess
from lambdas import wiring
from lambdas.events import LooksEvent, parse
from lambdas.observability import Event, logger, observed


@observed
def lambda_handler(event: Event, _context: LambdaContext) -> Any:
    """Begins the premigration assessment, then tells how it goes. Before the line: a failure ends the replication."""
    asked = parse(LooksEvent, event)
    world, of = wiring.control(), wiring.replication()
    answer = assess(
        wiring.assessment(),
        world.tasks[Stream.LOAD],
        world.journal,
        world.clock,
        lease=asked.lease,
        plan=asked.plan,
        looks=asked.looks,
        suffix=of.migration,
    )
    logger.info("assessment looked at", course=answer.course.value, reason=answer.reason)
    return jsonable(answer)
