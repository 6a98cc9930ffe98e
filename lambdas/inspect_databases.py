"""Task "Inspect the databases"."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from cutover.jsonable import jsonable
from cutover.steps.facts import in_brief
from cutover.steps.observe import inspect_databases
from lambdas import wiring
from lambdas.events import LookEvent, parse
from lambdas.observability import Event, logger, observed


@observed
def lambda_handler(event: Event, _context: LambdaContext) -> Any:
    """Facts from both servers, or which of them did not answer."""
    parse(LookEvent, event)
    world, told = wiring.databases(), wiring.told_facts()
    direction = world.journal.state().next_move
    facts = inspect_databases(world.source, world.target, direction=direction)
    logger.info("databases inspected", unreachable=facts.unreachable)
    return jsonable(in_brief(facts, told.store, migration=told.migration))
