"""Task "Compare the source" of the state machine `finalize`."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from cutover.finalize import summary
from cutover.steps.finalize import compare, report_key
from lambdas import wiring
from lambdas.events import CompareEvent, parse
from lambdas.observability import Event, logger, observed


@observed
def lambda_handler(event: Event, _context: LambdaContext) -> Any:
    """After the line: the source against the inventory of before, and the report. Safe to repeat."""
    asked = parse(CompareEvent, event)
    world, kept = wiring.databases(), wiring.inventories()
    report = compare(
        kept.read,
        kept.store,
        world.journal,
        world.clock,
        lease=asked.lease,
        migration=kept.migration,
        source=asked.wanted.source,
        roles=kept.roles,
        planned=world.slots.names.values(),
    )
    told = summary(report)
    key = report_key(kept.migration, asked.lease.execution)
    logger.info("source compared", verdict=report.remains.verdict.value, report=key)
    return {"verdict": report.remains.verdict.value, "reason": told, "report": key}
