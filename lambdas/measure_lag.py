"""Tasks that measure the lag."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from cutover.direction import Direction
from cutover.jsonable import jsonable
from cutover.steps.observe import measure_lag, measure_slot_wal
from lambdas import wiring
from lambdas.events import LookEvent, parse
from lambdas.observability import Event, logger, measured, metrics, observed


@observed
@measured
def lambda_handler(event: Event, _context: LambdaContext) -> Any:
    """The age of the writer's newest heartbeat on the other side, or why it is not known."""
    metrics.add_metric(name="LagCheck", unit=MetricUnit.Count, value=1)
    parse(LookEvent, event)
    world = wiring.databases()
    # From the writer, wherever it is: right behind the line the move still runs, and a beat that its closed origin
    # writes to itself would look like one that the way back brought.
    origin, destination = world.facing(Direction.away_from(world.journal.state().writer))
    lag = measure_lag(origin, destination, world.clock)
    if lag.seconds is not None:
        metrics.add_metric(name="HeartbeatLag", unit=MetricUnit.Seconds, value=lag.seconds)
    kept = measure_slot_wal(world.source)
    if kept is not None:
        metrics.add_metric(name="SourceSlotWal", unit=MetricUnit.Bytes, value=kept)
    logger.info("lag measured", seconds=lag.seconds, reason=lag.reason, slot_wal=kept)
    return jsonable(lag)
