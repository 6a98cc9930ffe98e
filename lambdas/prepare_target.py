"""Tasks on the target's database: schema, empty tables, statistics."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from cutover.jsonable import jsonable
from cutover.observations import SchemaPart
from cutover.steps.target import Done, analyze, copy_schema, empty_tables, look_for_rows
from lambdas import wiring
from lambdas.events import TargetEvent, parse
from lambdas.observability import Event, logger, observed

HOLD = timedelta(seconds=10)
"""How long the closed target lets a write wait for its opening, as `cutover install` has it."""


@observed
def lambda_handler(event: Event, _context: LambdaContext) -> Any:
    """A part of one thing, and whether it is complete: asked again until it is. Before the line."""
    asked = parse(TargetEvent, event)
    done = _done(asked)
    logger.info("target prepared", asked=asked.do, complete=done.complete, note=done.note)
    return jsonable(done)


def _done(asked: TargetEvent) -> Done:
    world = wiring.databases()
    target, journal, clock = world.target, world.journal, world.clock
    match asked.do:
        case "look-for-rows":
            return look_for_rows(target, journal, lease=asked.lease)
        case "empty":
            return empty_tables(target, journal, clock, lease=asked.lease, tables=asked.tables)
        case "analyze":
            return analyze(
                world.source, target, journal, clock, lease=asked.lease, since=asked.since
            )
        case "pre-data" | "post-data" as part:
            return copy_schema(
                wiring.schema(),
                world.source,
                target,
                journal,
                clock,
                lease=asked.lease,
                plan=asked.plan,
                part=SchemaPart(part),
                hold=HOLD,
                told=asked.told,
            )
