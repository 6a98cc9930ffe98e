"""Tasks that end a replication: ready, or with a failure and its remedy."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from cutover.journal import Phase
from cutover.steps.replicate import end, remedy_for
from lambdas import wiring
from lambdas.events import EndEvent, parse
from lambdas.observability import Event, logger, observed


@observed
def lambda_handler(event: Event, _context: LambdaContext) -> Any:
    """The journal and the display say how it ended, and the lease is free. Before the line: nothing else to undo."""
    asked = parse(EndEvent, event)
    world, of = wiring.control(), wiring.replication()
    reason, remedy = asked.reason, asked.remedy
    if asked.failure is not None:
        reason = f"{asked.failure.Error}: {asked.failure.message}"
        remedy = remedy or remedy_for(asked.failure.Error, suffix=of.migration)
    ended = end(
        world.journal,
        world.display,
        world.clock,
        execution=asked.lease.execution,
        phase=Phase.READY if asked.failure is None else Phase.NOT_READY,
        reason=reason,
        remedy=remedy,
    )
    logger.info("replication ended", reason=reason, remedy=remedy, ended=ended)
    return {"reason": reason, "remedy": remedy}
