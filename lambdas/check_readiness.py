"""Task "Check readiness"."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from cutover.decisions import decide_readiness
from cutover.jsonable import jsonable
from cutover.steps.facts import in_full
from lambdas import wiring
from lambdas.events import ReadinessEvent, parse
from lambdas.figures import measure
from lambdas.observability import Event, logger, measured, observed


@observed
@measured
def lambda_handler(event: Event, _context: LambdaContext) -> Any:
    """Advance, hold or back, with the reason. Raises StaleLease when overtaken."""
    check = parse(ReadinessEvent, event)
    world = wiring.control()
    state = world.journal.check(check.lease)
    observation = world.observe(check.plan, check.lag)
    measure(observation)
    decision = decide_readiness(
        check.plan,
        observation,
        in_full(check.databases, wiring.told_facts().store),
        held_since=check.held_since,
        now=world.clock.now(),
        parked_at=state.parked_at,
        direction=state.direction,
    )
    logger.info("readiness decided", action=decision.action.value, reason=decision.reason)
    return jsonable(decision)
