"""Task "Put back"; also run by the rule on executions that ended without having put back themselves."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from cutover.jsonable import jsonable
from cutover.steps.recovery import put_back
from lambdas import wiring
from lambdas.events import PutBackEvent, parse
from lambdas.observability import Event, logger, observed


@observed
def lambda_handler(event: Event, _context: LambdaContext) -> Any:
    """Before the line: both names to the source. Raises PutBackRefused on any other side."""
    ended = "detail-type" in event
    execution, reason = _from_rule(event) if ended else _from_state(event)
    world = wiring.control()
    change = put_back(
        world.journal,
        world.router,
        world.display,
        world.clock,
        execution=execution,
        read_record=world.read_record,
        write_record=world.write_record,
        reason=reason,
        ended=ended,
    )
    logger.info("put back", execution=execution, acted=change is not None, reason=reason)
    return None if change is None else jsonable(change)


def _from_state(event: Event) -> tuple[str, str]:
    step = parse(PutBackEvent, event)
    return step.lease.execution, f"{step.failure.Error}: {step.failure.message}"


def _from_rule(event: Event) -> tuple[str, str]:
    """Timed-out and stopped executions run no Catch (Step Functions guide, error handling)."""
    detail = event["detail"]
    return detail["executionArn"], f"the execution ended as {detail['status']}"
