"""Task "Put back"; also run by the rule on executions that ended without having put back themselves."""

from __future__ import annotations

from typing import Any, Final

from aws_lambda_powertools.utilities.typing import LambdaContext

from cutover.jsonable import jsonable
from cutover.observations import Change
from cutover.steps.recovery import after_the_end, put_back
from lambdas import wiring
from lambdas.events import PutBackEvent, parse
from lambdas.observability import Event, logger, observed

PERSON_NEEDED: Final = "PersonNeeded"
"""The error with which a machine ends that has called a person."""
RECOVERY: Final = "recover-"


@observed
def lambda_handler(event: Event, _context: LambdaContext) -> Any:
    """Before the line: both names to the writer. Raises PutBackRefused on any other side.

    Asked by the rule, at the line or after it: starts the machine that recovers.
    """
    done = _after_the_end(event) if "detail-type" in event else _put_back(event)
    logger.info("put back", acted=done is not None)
    return jsonable(done) if isinstance(done, Change) else done


def _put_back(event: Event) -> Change | None:
    step = parse(PutBackEvent, event)
    world = wiring.control()
    return put_back(
        world.journal,
        world.router,
        world.display,
        world.clock,
        execution=step.lease.execution,
        read_record=world.read_record,
        write_record=world.write_record,
        reason=f"{step.failure.Error}: {step.failure.message}",
    )


def _after_the_end(event: Event) -> Change | str | None:
    """Timed-out and stopped executions run no Catch (Step Functions guide, error handling)."""
    detail, world = event["detail"], wiring.control()
    execution = detail["executionArn"]
    # A recovery that failed by itself would fail again; one that was cut off has not had its chance.
    failed_recovery = detail["status"] == "FAILED" and RECOVERY in execution.rpartition(":")[2]
    return after_the_end(
        world.journal,
        wiring.machines(),
        world.router,
        world.display,
        wiring.approvals().notices,
        world.clock,
        execution=execution,
        paged=detail.get("error") == PERSON_NEEDED or failed_recovery,
        read_record=world.read_record,
        write_record=world.write_record,
        reason=f"the execution ended as {detail['status']}",
    )
