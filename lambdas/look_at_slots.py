"""Task "Look at the slots" of the state machine `check`."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from cutover.jsonable import jsonable
from cutover.steps.way_back import look_at_slots
from lambdas import wiring
from lambdas.events import LookEvent, parse
from lambdas.observability import Event, logger, observed


@observed
def lambda_handler(event: Event, _context: LambdaContext) -> Any:
    """How the writer says that the way back's slot is, or why it is not known."""
    parse(LookEvent, event)
    world = wiring.databases()
    found = look_at_slots(world.source, world.target, world.journal)
    logger.info("slots looked at", known=found.slots is not None, why=found.why)
    return jsonable(found)
