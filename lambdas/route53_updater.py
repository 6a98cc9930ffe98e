"""route53-updater: the three things a person may ask of the traffic by hand, through the same steps as all else."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from cutover.direction import Direction
from cutover.steps.request import Outcome, roll_back, start_machine
from cutover.steps.traffic import verify_records
from lambdas import wiring
from lambdas.events import UpdaterAction, UpdaterEvent, parse
from lambdas.observability import Event, logger, observed


@observed
def lambda_handler(event: Event, context: LambdaContext) -> Any:
    """What was done, the execution that acts, how to follow it.

    Raises BadInput, LeaseTaken, StartRefused, PutBackRefused; nothing was touched then.
    """
    request = parse(UpdaterEvent, event)
    # Lambda delivers an asynchronous event again under the same id: the second arrival must change nothing.
    outcome = _act(request, context.aws_request_id)
    if outcome.change is not None and outcome.execution is not None:
        world = wiring.control()
        verify_records(
            world.journal,
            world.router,
            world.clock,
            execution=outcome.execution,
            change=outcome.change,
        )
    logger.info("request handled", action=request.action.value, done=outcome.done)
    return {
        "action": request.action.value,
        "done": outcome.done,
        "execution": outcome.execution,
        "follow": "cutover status"
        if outcome.execution is None
        else f"aws stepfunctions describe-execution --execution-arn {outcome.execution}",
    }


def _act(request: UpdaterEvent, request_id: str) -> Outcome:
    world = wiring.control()
    if request.action is UpdaterAction.ROLLBACK or request.aurora_weight == 0:
        return roll_back(
            world.journal,
            wiring.machines(),
            wiring.tokens(),
            world.router,
            world.display,
            world.clock,
            request=request_id,
            read_record=world.read_record,
            write_record=world.write_record,
        )
    if request.action is UpdaterAction.MANUAL_CUTOVER:
        given: dict[str, Any] = {"manual": True}
        doing = "all reads in one stage, one bake, then the switch of the writer behind its proof"
    else:
        given = {"park_at": request.aurora_weight}
        doing = f"{request.aurora_weight} % of the reads, checked for one bake, then parked"
    return start_machine(
        world.journal,
        wiring.machines()[Direction.FORWARD],
        name=f"{request.action.value.replace('_', '-')}-{request_id}",
        given=given,
        doing=doing,
    )
