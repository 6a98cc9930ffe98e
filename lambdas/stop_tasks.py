"""Task "Stop the tasks" of the state machine `finalize`."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from cutover.jsonable import jsonable
from cutover.steps.finalize import stop_tasks
from lambdas import wiring
from lambdas.events import StopTasksEvent, parse
from lambdas.observability import Event, logger, observed


@observed
def lambda_handler(event: Event, _context: LambdaContext) -> Any:
    """After the line: every task that runs is to stop; whether all rest. Safe to repeat."""
    asked = parse(StopTasksEvent, event)
    world = wiring.control()
    rest = stop_tasks(world.tasks, world.journal, world.clock, lease=asked.lease)
    logger.info("tasks stopped", complete=rest.complete, note=rest.note)
    return jsonable(rest)
