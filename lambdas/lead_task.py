"""Tasks that start, stop or reload the replication task."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from cutover.direction import Stream
from cutover.jsonable import jsonable
from cutover.steps.replicate import reload, stand_still, start
from lambdas import wiring
from lambdas.events import TaskEvent, parse
from lambdas.observability import Event, logger, observed


@observed
def lambda_handler(event: Event, _context: LambdaContext) -> Any:
    """Asks the task for one thing. Before the line; raises ServiceUnavailable while it is on its way elsewhere."""
    asked = parse(TaskEvent, event)
    world = wiring.control()
    task, journal, clock = world.tasks[Stream.LOAD], world.journal, world.clock
    if asked.do == "stop":
        return jsonable(stand_still(task, journal, lease=asked.lease, plan=asked.plan))
    if asked.do == "reload":
        note = reload(task, journal, clock, lease=asked.lease, tables=asked.tables)
    else:
        note = start(task, journal, clock, lease=asked.lease, anew=asked.do == "load-anew")
    logger.info("task led", asked=asked.do, note=note)
    return {"note": note}
