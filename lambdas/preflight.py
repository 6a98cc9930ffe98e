"""The preflight's questions to both databases, asked from inside the VPC."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from cutover.adapters.clock import SystemClock
from cutover.preflight.catalogue import CHECKS
from cutover.preflight.document import as_document
from cutover.preflight.examine import examine
from cutover.steps.finalize import take_first_inventory
from lambdas import wiring
from lambdas.events import PreflightEvent, parse
from lambdas.observability import Event, logger, observed


@observed
def lambda_handler(event: Event, _context: LambdaContext) -> Any:
    """The document of `cutover preflight --json`; APIs of AWS are the command line's to ask."""
    told = parse(PreflightEvent, event).told()
    with wiring.questions(told) as ask:
        report = examine(CHECKS, told, ask, without_aws="the command line asks AWS")
    kept = wiring.inventories()
    key = take_first_inventory(kept.read, kept.store, wiring.databases().journal, SystemClock())
    logger.info("preflight done", verdict=report.verdict.value, inventory=key)
    return as_document(report)
