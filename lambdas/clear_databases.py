"""Tasks of the state machine `finalize` in both databases: look, drop the slots, drop what was made."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from cutover.direction import Where
from cutover.finalize import SourceAfterwards
from cutover.jsonable import jsonable
from cutover.steps.finalize import clear, drop_slots, look
from lambdas import wiring
from lambdas.events import ClearEvent, parse
from lambdas.observability import Event, logger, observed


@observed
def lambda_handler(event: Event, _context: LambdaContext) -> Any:
    """The look changes nothing; all else is after the line and safe to repeat. Raises StartRefused, SlotStillRead."""
    asked = parse(ClearEvent, event)
    world, source = wiring.databases(), asked.wanted.source
    if asked.lease is None:
        seen = look(
            world.source,
            world.target,
            wiring.traces()[Where.SOURCE],
            world.journal,
            wanted=asked.wanted,
            suffix=wiring.migration(),
        )
        logger.info("looked at both", slots=list(seen.slots))
        return jsonable(seen)
    planned = world.slots.names.values()
    if asked.side is None:
        sides = {Where.SOURCE: world.source, Where.TARGET: world.target}
        if source is SourceAfterwards.GONE:
            del sides[Where.SOURCE]
        dropped = drop_slots(sides, world.journal, world.clock, lease=asked.lease, planned=planned)
        logger.info("slots dropped", slots=list(dropped))
        return {"complete": True}
    cleared = clear(
        wiring.traces()[asked.side],
        world.journal,
        world.clock,
        lease=asked.lease,
        side=asked.side,
        source=source,
    )
    logger.info(
        "database cleared",
        side=asked.side.value,
        dropped=list(cleared.dropped),
        left=[each.what for each in cleared.left],
        complete=cleared.complete,
    )
    # What was dropped, and what is left, is in the journal.
    return {"complete": cleared.complete}
