"""The payloads of the state machine, and how results become JSON."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from cutover.errors import BadInput
from cutover.journal import Lease
from cutover.observations import Change, DatabasesFacts, Lag
from cutover.plan import CutoverPlan


class Payload(BaseModel):
    """Unknown keys are refused: a key that nobody reads is a mistake in the state machine."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Claim(Payload):
    """Who acts; without a number as long as the lease was not confirmed."""

    execution: str
    fence: int | None


class StartEvent(Payload):
    """The payload of "Take the lease"."""

    lease: Claim
    plan: CutoverPlan


class StepEvent(Payload):
    """What every later step is given."""

    lease: Lease
    plan: CutoverPlan


class ReadinessEvent(StepEvent):
    """The payload of "Check readiness"."""

    databases: DatabasesFacts
    lag: Lag
    held_since: datetime | None


class StageEvent(StepEvent):
    """A step that belongs to one stage."""

    stage: int


class StageCheckEvent(StageEvent):
    """The payload of "Check the stage" and "Check before the switch"."""

    entered_at: datetime
    lag: Lag
    held_since: datetime | None
    write_share: int
    """Where the write record should be: 0, or 100 once it was moved ahead of the switch."""


class VerifyEvent(Payload):
    """The payload of the states that verify records; without a change there is nothing that is this one's."""

    lease: Claim
    plan: CutoverPlan
    change: Change | None


class Failure(Payload):
    """A state's error output, in Step Functions' own spelling."""

    Error: str
    Cause: str = ""


class RecoveryEvent(Payload):
    """A step that may run before the lease was confirmed."""

    lease: Claim
    plan: CutoverPlan


class PutBackEvent(RecoveryEvent):
    """The payload of "Put back"."""

    failure: Failure


Event = TypeVar("Event", bound=Payload)


def parse(kind: type[Event], event: dict[str, Any]) -> Event:
    """The event as `kind`. Raises BadInput with every fault and its place."""
    try:
        return kind.model_validate(event)
    except ValidationError as error:
        faults = (
            f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}"
            for fault in error.errors()
        )
        raise BadInput("event: " + "; ".join(faults)) from error


def to_json(value: object) -> Any:
    """A dataclass as plain JSON values: times in ISO 8601, enums by value."""
    return TypeAdapter(type(value)).dump_python(value, mode="json")
