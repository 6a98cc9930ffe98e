"""Task "Switch the writer"."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from cutover.jsonable import jsonable
from cutover.steps.switch import switch_writer
from lambdas import wiring
from lambdas.events import StepEvent, parse
from lambdas.observability import Event, logger, measured, metrics, observed

MOST_SEQUENCES: Final = 100


@observed
@measured
def lambda_handler(event: Event, _context: LambdaContext) -> Any:
    """The critical section; returns the certificate. Raises Paused, OriginBusy, SwitchAborted, SwitchOutcomeUnknown."""
    metrics.add_metric(name="SwitchAttempt", unit=MetricUnit.Count, value=1)
    step = parse(StepEvent, event)
    world = wiring.databases()
    origin, destination = world.facing(world.journal.check(step.lease).direction)
    certificate = switch_writer(
        origin,
        destination,
        world.journal,
        world.clock,
        lease=step.lease,
        plan=step.plan,
        slots=world.slots,
    )
    metrics.add_metric(
        name="WritePause",
        unit=MetricUnit.Milliseconds,
        value=certificate.pause_milliseconds or 0.0,
    )
    logger.info("writer switched", pause_milliseconds=certificate.pause_milliseconds)
    # The journal has all sequences; a state's output has 256 KB (Step Functions quotas), and beyond them the
    # execution would end right after the line, with no catch (States.DataLimitExceeded).
    return jsonable(replace(certificate, sequences=certificate.sequences[:MOST_SEQUENCES]))
