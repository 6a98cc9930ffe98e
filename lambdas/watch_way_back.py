"""Task "Watch the way back" of the state machine `check`: outside the VPC, as it tells people."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from cutover.steps.way_back import SlotsFound, watch_way_back
from lambdas import wiring
from lambdas.events import WayBackEvent, parse
from lambdas.observability import Event, logger, measured, metrics, observed


@observed
@measured
def lambda_handler(event: Event, _context: LambdaContext) -> Any:
    """Notices that are due, and figures; nothing where no way back is open. Raises ServiceUnavailable."""
    check = parse(WayBackEvent, event)
    world, approvals = wiring.control(), wiring.approvals()
    why = "" if check.failure is None else f"{check.failure.Error}: {check.failure.message}"
    watched = watch_way_back(
        world.journal,
        approvals.notices,
        world.clock,
        found=check.slots or SlotsFound(slots=None, why=why),
        limit_gigabytes=wiring.way_back_wal_limit_gigabytes(),
        migration=approvals.migration,
    )
    if watched is None:
        return {"open": False}
    left = watched.clock.hours_left
    metrics.add_metric(name="WayBackHoursLeft", unit=MetricUnit.Count, value=left)
    if watched.health is not None:
        kept = watched.health.wal_bytes
        metrics.add_metric(name="WayBackSlotWal", unit=MetricUnit.Bytes, value=kept)
    logger.info(
        "way back watched",
        hours_left=left,
        verdict=watched.finding.verdict.value,
        fact=watched.finding.fact,
        told=list(watched.told),
    )
    return {
        "open": True,
        "hours_left": left,
        "verdict": watched.finding.verdict.value,
        "fact": watched.finding.fact,
        "wal_hours_left": watched.wal.hours_left,
        "told": list(watched.told),
    }
