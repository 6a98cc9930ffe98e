"""Tasks that end a finalize: finalized, or cut short and to be finished by the next."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from cutover.steps.finalize import end
from lambdas import wiring
from lambdas.events import EndFinalizeEvent, parse
from lambdas.observability import Event, logger, observed


@observed
def lambda_handler(event: Event, _context: LambdaContext) -> Any:
    """After the line: the journal and the display say how it ended, and the lease is free. Safe to repeat."""
    asked = parse(EndFinalizeEvent, event)
    world, reason = wiring.control(), asked.reason
    if asked.failure is not None:
        reason = f"{asked.failure.Error}: {asked.failure.message}"
    ended = end(
        world.journal,
        world.display,
        world.clock,
        execution=asked.lease.execution,
        reason=reason,
        finished=asked.failure is None,
    )
    logger.info("finalize ended", reason=reason, finished=asked.failure is None, ended=ended)
    return {"reason": reason}
