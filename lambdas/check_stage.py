"""Tasks "Check the stage" and "Check before the switch"."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from cutover.decisions import decide_stage
from cutover.direction import Direction
from cutover.jsonable import jsonable
from lambdas import wiring
from lambdas.events import StageCheckEvent, parse
from lambdas.figures import measure
from lambdas.observability import Event, logger, measured, observed


@observed
@measured
def lambda_handler(event: Event, _context: LambdaContext) -> Any:
    """Advance, bake, hold or back, with the reason."""
    check = parse(StageCheckEvent, event)
    world = wiring.control()
    observation = world.observe(check.plan, check.lag)
    measure(observation)
    direction = world.journal.check(check.lease).direction
    forward = direction is Direction.FORWARD
    decision = decide_stage(
        check.plan,
        observation,
        # In a rollback all reads go along with the writer.
        share=check.plan.weights[check.stage] if forward else check.write_share,
        direction=direction,
        write_share=check.write_share,
        entered_at=check.entered_at,
        held_since=check.held_since,
        now=world.clock.now(),
    )
    logger.info(
        "stage decided", stage=check.stage, action=decision.action.value, reason=decision.reason
    )
    return jsonable(decision)
