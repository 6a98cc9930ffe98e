"""Task "Take the lease"."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from cutover.jsonable import jsonable
from cutover.steps.lease import take_lease
from lambdas import wiring
from lambdas.events import StartEvent, parse
from lambdas.observability import Event, logger, observed


@observed
def lambda_handler(event: Event, _context: LambdaContext) -> Any:
    """Takes the lease for this execution; says where the reads are parked. Raises LeaseTaken, StartRefused."""
    start = parse(StartEvent, event)
    world = wiring.control()
    taken = take_lease(
        world.journal,
        world.display,
        world.clock,
        execution=start.lease.execution,
        plan=start.plan,
        direction=start.direction,
    )
    logger.info("lease taken", execution=taken.lease.execution, fence=taken.lease.fence)
    return jsonable(taken)
