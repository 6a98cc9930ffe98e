"""Task "Audit the closed side"."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from cutover.steps.audit import audit_origin
from lambdas import wiring
from lambdas.events import StepEvent, parse
from lambdas.observability import Event, logger, observed


@observed
def lambda_handler(event: Event, _context: LambdaContext) -> Any:
    """Verdict and fact, good or unknown. Raises SwitchNotProven where the closed side was written to."""
    step = parse(StepEvent, event)
    world = wiring.databases()
    origin, _ = world.facing(world.journal.check(step.lease).direction)
    verdict, fact = audit_origin(
        origin, world.journal, world.clock, lease=step.lease, plan=step.plan
    )
    logger.info("closed side audited", verdict=verdict.value, fact=fact)
    return {"verdict": verdict.value, "fact": fact}
