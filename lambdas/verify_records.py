"""Tasks that verify records."""

from __future__ import annotations

from typing import Any, Final

from aws_lambda_powertools.utilities.typing import LambdaContext

from cutover.decisions import heed_an_abort
from cutover.journal import Phase
from cutover.steps.traffic import verify_records
from lambdas import wiring
from lambdas.events import VerifyEvent, parse
from lambdas.observability import Event, logger, observed

MAY_GO_BACK: Final = (Phase.SHIFTING, Phase.WRITES_MOVED)
"""On any other side of the line, and after a put-back, there is nothing that an abort could stop."""


@observed
def lambda_handler(event: Event, _context: LambdaContext) -> Any:
    """Waits for INSYNC and reads the weights back. Raises RecordsNotInSync, and AbortRequested before the line."""
    step = parse(VerifyEvent, event)
    world = wiring.control()
    if step.change is None:
        logger.info("nothing to verify: another cutover has the lease")
        return {"verified": False}
    if world.journal.state().phase in MAY_GO_BACK:
        # The machine tries this for minutes while Route 53 spreads a change, and looks at nothing else meanwhile.
        heed_an_abort(world.journal.word())
    verify_records(world.router, world.clock, change=step.change)
    logger.info("records verified", change=step.change.id)
    return {"verified": True}
