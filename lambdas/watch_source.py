"""Called by a rule every few minutes, from the first deployment on: inside the VPC, as it speaks SQL."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from cutover.steps.watch import watch_source
from lambdas import wiring
from lambdas.events import WatchEvent, parse
from lambdas.figures import measure_source
from lambdas.observability import Event, logger, measured, metrics, observed


@observed
@measured
def lambda_handler(event: Event, _context: LambdaContext) -> Any:
    """Looks at the source and keeps what it saw. Raises ServiceUnavailable where that can't be kept."""
    metrics.add_metric(name="SourceCheck", unit=MetricUnit.Count, value=1)
    parse(WatchEvent, event)
    world, of = wiring.databases(), wiring.inventories()
    watch = watch_source(
        world.source,
        of.read,
        world.journal,
        of.store,
        world.clock,
        own_roles=of.roles,
        budget=wiring.wal_budget(),
    )
    if watch is None:
        logger.info("the migration is over")
        return {"known": False}
    measure_source(watch)
    logger.info(
        "source watched",
        unreachable=watch.unreachable,
        disk_hours_left=watch.disk.hours_left,
        disk=watch.disk.reason,
        schema_changes=watch.drift.number,
        schema_unknown=watch.drift.unknown,
    )
    return {
        "known": watch.pressure is not None,
        "disk_hours_left": watch.disk.hours_left,
        "schema_changes": watch.drift.number,
        "schema_unknown": watch.drift.unknown,
    }
