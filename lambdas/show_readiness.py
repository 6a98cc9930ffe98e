"""Task "Show the readiness" of the state machine `check`."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from cutover.decisions import judge_readiness
from cutover.observations import DatabasesFacts, Lag
from cutover.steps.facts import in_full
from lambdas import wiring
from lambdas.events import ShowReadinessEvent, parse
from lambdas.figures import measure
from lambdas.observability import Event, logger, measured, observed


@observed
@measured
def lambda_handler(event: Event, _context: LambdaContext) -> Any:
    """Writes the verdict to where people look. Raises ServiceUnavailable where it can't be written."""
    check = parse(ShowReadinessEvent, event)
    world = wiring.control()
    now = world.clock.now()
    why = "" if check.failure is None else f"{check.failure.Error}: {check.failure.message}"
    databases = (
        DatabasesFacts(source=None, target=None, unreachable=why)
        if check.databases is None
        else in_full(check.databases, wiring.told_facts().store)
    )
    lag = check.lag or Lag(seconds=None, measured_at=now, reason=why)
    observation = world.observe(check.plan, lag)
    measure(observation)
    verdict, reason = judge_readiness(
        check.plan, observation, databases, state=world.journal.state(), now=now
    )
    shown = {"verdict": verdict.value, "reason": reason, "at": now.isoformat()}
    world.display.show_readiness(shown)
    logger.info("readiness shown", verdict=verdict.value, reason=reason)
    return shown
