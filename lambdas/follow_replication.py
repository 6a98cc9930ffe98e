"""Tasks "Follow the load" and "Follow the changes"."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from cutover.direction import Stream
from cutover.jsonable import jsonable
from cutover.steps.replicate import follow_changes, follow_load
from lambdas import wiring
from lambdas.events import FollowEvent, parse
from lambdas.figures import measure_load
from lambdas.observability import Event, logger, measured, observed


@observed
@measured
def lambda_handler(event: Event, _context: LambdaContext) -> Any:
    """One look: what is next, with its reason and, where it fails, the remedy. Before the line."""
    asked = parse(FollowEvent, event)
    world, of = wiring.control(), wiring.replication()
    task = world.tasks[Stream.LOAD]
    if asked.lag is None:
        answer = follow_load(
            task,
            world.journal,
            world.display,
            world.clock,
            lease=asked.lease,
            plan=asked.plan,
            looks=asked.looks,
            suffix=of.migration,
        )
    else:
        answer = follow_changes(
            task,
            world.monitoring,
            world.journal,
            world.display,
            world.clock,
            lease=asked.lease,
            plan=asked.plan,
            looks=asked.looks,
            lag=asked.lag,
            suffix=of.migration,
        )
    measure_load(task)
    logger.info(
        "replication followed",
        course=answer.course.value,
        outcome=answer.outcome.value,
        reason=answer.reason,
    )
    return jsonable(answer)
