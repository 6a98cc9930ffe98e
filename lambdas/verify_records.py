"""Tasks that verify records."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from cutover.steps.traffic import verify_records
from lambdas import wiring
from lambdas.events import VerifyEvent, parse
from lambdas.observability import Event, logger, observed


@observed
def lambda_handler(event: Event, _context: LambdaContext) -> Any:
    """Waits for INSYNC and reads the weights back. Raises RecordsNotInSync, and AbortRequested before the line."""
    step = parse(VerifyEvent, event)
    world = wiring.control()
    if step.change is None:
        logger.info("nothing to verify: another cutover has the lease")
        return {"verified": False}
    verified = verify_records(
        world.journal,
        world.router,
        world.clock,
        execution=step.lease.execution,
        change=step.change,
    )
    logger.info("records looked at", change=step.change.id, verified=verified)
    return {"verified": verified}
