"""Task "Check readiness"."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from cutover.decisions import decide_readiness
from lambdas import wiring
from lambdas.events import ReadinessEvent, parse, to_json
from lambdas.observability import Event, logger, observed


@observed
def lambda_handler(event: Event, _context: LambdaContext) -> Any:
    """Advance, hold or back, with the reason."""
    check = parse(ReadinessEvent, event)
    world = wiring.control()
    decision = decide_readiness(
        check.plan,
        world.observe(check.plan, check.lag),
        check.databases,
        held_since=check.held_since,
        now=world.clock.now(),
    )
    logger.info("readiness decided", action=decision.action.value, reason=decision.reason)
    return to_json(decision)
