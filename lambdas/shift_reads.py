"""Task "Shift the reads"."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from cutover.jsonable import jsonable
from cutover.steps.traffic import shift_reads
from lambdas import wiring
from lambdas.events import StageEvent, parse
from lambdas.observability import Event, logger, observed


@observed
def lambda_handler(event: Event, _context: LambdaContext) -> Any:
    """Sets the read record to the stage's weight. Raises StaleLease when overtaken."""
    step = parse(StageEvent, event)
    world = wiring.control()
    change = shift_reads(
        world.journal,
        world.router,
        world.clock,
        lease=step.lease,
        plan=step.plan,
        stage=step.stage,
        read_record=world.read_record,
    )
    logger.info("reads shifted", stage=step.stage, share=step.plan.weights[step.stage])
    return jsonable(change)
