"""Task "Take the lease" of the state machine `finalize`."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from cutover.jsonable import jsonable
from cutover.steps.finalize import begin
from lambdas import wiring
from lambdas.events import BeginFinalizeEvent, parse
from lambdas.observability import Event, logger, observed


@observed
def lambda_handler(event: Event, _context: LambdaContext) -> Any:
    """Takes the lease, also of a finalize that was cut off. Raises LeaseTaken, StartRefused: nothing was touched."""
    asked = parse(BeginFinalizeEvent, event)
    world = wiring.control()
    lease = begin(
        world.journal,
        wiring.finalizing(),
        world.display,
        world.clock,
        execution=asked.lease.execution,
        wanted=asked.wanted,
        suffix=wiring.migration(),
        seen=asked.seen,
        detail={"wanted": jsonable(asked.wanted), "by": asked.by},
    )
    logger.info("finalize begun", fence=lease.fence, source=asked.wanted.source.value)
    return {"lease": jsonable(lease)}
