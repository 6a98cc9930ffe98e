"""Task "Take the lease" of the state machine `replicate`."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from cutover.direction import Stream
from cutover.jsonable import jsonable
from cutover.steps.replicate import begin
from lambdas import wiring
from lambdas.events import ReplicateEvent, parse
from lambdas.observability import Event, logger, observed


@observed
def lambda_handler(event: Event, _context: LambdaContext) -> Any:
    """Takes the lease for this execution; says whether the task ran before. Raises LeaseTaken, StartRefused."""
    asked = parse(ReplicateEvent, event)
    world = wiring.control()
    begun = begin(
        world.tasks[Stream.LOAD],
        world.journal,
        world.display,
        world.clock,
        execution=asked.lease.execution,
        wanted=asked.wanted,
        detail={"wanted": jsonable(asked.wanted), "by": asked.by},
    )
    logger.info("replication begun", fence=begun.lease.fence, started=begun.started)
    return jsonable(begun)
