"""Tasks that move the write record."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from cutover.jsonable import jsonable
from cutover.steps.traffic import move_writes, return_writes
from lambdas import wiring
from lambdas.events import MoveEvent, parse
from lambdas.observability import Event, logger, observed


@observed
def lambda_handler(event: Event, _context: LambdaContext) -> Any:
    """Points the write record to the destination, or home to the writer. Raises StaleLease when overtaken."""
    step = parse(MoveEvent, event)
    world = wiring.control()
    move = return_writes if step.home else move_writes
    change = move(
        world.journal,
        world.router,
        world.clock,
        lease=step.lease,
        read_record=world.read_record,
        write_record=world.write_record,
    )
    logger.info("write record moved", change=change.id, home=step.home)
    return jsonable(change)
