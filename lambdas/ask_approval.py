"""Task "Ask for approval": the execution waits with a token, which goes into the journal's table."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from cutover.steps.approve import ask
from lambdas import wiring
from lambdas.events import AskEvent, parse
from lambdas.observability import Event, logger, observed


@observed
def lambda_handler(event: Event, _context: LambdaContext) -> Any:
    """Publishes what is about to happen. The answer comes from `cutover approve`, not from here."""
    step = parse(AskEvent, event)
    world, approvals = wiring.control(), wiring.approvals()
    question = ask(
        world.journal,
        approvals.notices,
        world.clock,
        lease=step.lease,
        plan=step.plan,
        migration=approvals.migration,
        before=step.before,
        token=step.token,
    )
    logger.info("approval asked for", before=question.before, until=question.expires_at.isoformat())
    return {}
