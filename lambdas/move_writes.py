"""Tasks that move the write record."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from cutover.jsonable import jsonable
from cutover.steps.traffic import move_writes
from lambdas import wiring
from lambdas.events import StepEvent, parse
from lambdas.observability import Event, logger, observed


@observed
def lambda_handler(event: Event, _context: LambdaContext) -> Any:
    """Points the write record to the destination. Raises StaleLease when overtaken."""
    step = parse(StepEvent, event)
    world = wiring.control()
    change = move_writes(
        world.journal,
        world.router,
        world.clock,
        lease=step.lease,
        read_record=world.read_record,
        write_record=world.write_record,
    )
    logger.info("write record moved", change=change.id)
    return jsonable(change)
