"""Task "Store the certificate"."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from cutover.jsonable import jsonable
from cutover.steps.certify import store_certificate
from lambdas import wiring
from lambdas.events import RecoveryEvent, parse
from lambdas.observability import Event, logger, observed


@observed
def lambda_handler(event: Event, _context: LambdaContext) -> Any:
    """Stores the certificate of this execution's switch, and says in the journal where."""
    step = parse(RecoveryEvent, event)
    world, store = wiring.control(), wiring.certificates()
    kept = store_certificate(
        world.journal,
        world.tasks,
        store.store,
        world.clock,
        migration=store.migration,
        execution=step.lease.execution,
    )
    logger.info("certificate stored", key=kept.key, sha256=kept.sha256, noted=kept.noted)
    return jsonable(kept)
