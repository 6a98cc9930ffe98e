"""The payloads of the state machine, and how results become JSON."""

from __future__ import annotations

import json
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)
from pydantic_core import PydanticCustomError

from cutover.direction import Direction, Where
from cutover.errors import BadInput
from cutover.journal import Lease
from cutover.observations import Change, Lag
from cutover.plan import ALL_READS, CutoverPlan
from cutover.preflight.told import Told, from_settings
from cutover.replication import Looks
from cutover.steps.facts import DatabasesInBrief
from cutover.steps.finalize import Seen
from cutover.steps.finalize import Wanted as Finalize
from cutover.steps.replicate import Wanted
from cutover.steps.way_back import SlotsFound


class Payload(BaseModel):
    """Unknown keys are refused: a key that nobody reads is a mistake in the state machine."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Claim(Payload):
    """Who acts; without a number as long as the lease was not confirmed."""

    execution: str
    fence: int | None


class StartEvent(Payload):
    """The payload of "Take the lease" and "Take over": which way the machine moves the writer."""

    lease: Claim
    plan: CutoverPlan
    direction: Direction
    by: str | None = None
    """Who started it, where that was said."""


class LookEvent(Payload):
    """A step that changes nothing: the cutover says who asks, the scheduled readiness check has no lease."""

    plan: CutoverPlan
    lease: Claim | None = None


class PreflightEvent(Payload):
    """What `cutover preflight` sends: the sections of the settings file that its checks look at."""

    settings: dict[str, dict[str, Any]]
    suffix: str = "dev"
    objects: int = Field(50, ge=1, le=1000)
    """Named of one check: the answer must fit the 6 MB that Lambda returns."""

    def told(self) -> Told:
        """Raises BadInput where the settings lack something."""
        given = from_settings(self.settings)
        return Told(
            schemas=given.schemas,
            replication_role=given.replication_user,
            cutover_role=given.cutover_user,
            target_replication_role=given.target_replication_user,
            settings=given,
            suffix=self.suffix,
            most_objects=self.objects,
        )


class StepEvent(Payload):
    """What every later step is given."""

    lease: Lease
    plan: CutoverPlan


class MoveEvent(StepEvent):
    """The payload of the states that move the write record."""

    home: bool = False
    """Back to the writer, while the move holds before the switch. A person who goes forward by hand leaves it out."""


class ReadinessEvent(StepEvent):
    """The payload of "Check readiness"."""

    databases: DatabasesInBrief
    lag: Lag
    held_since: datetime | None


class StageEvent(StepEvent):
    """A step that belongs to one stage."""

    stage: int


class AskEvent(StepEvent):
    """The payload of "Ask for approval"."""

    before: int | str
    token: str


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

    @property
    def message(self) -> str:
        """A function's error arrives as JSON text; people want its message."""
        try:
            return str(json.loads(self.Cause)["errorMessage"])
        except (
            ValueError,
            KeyError,
            TypeError,
        ):  # on neither side of the line: it is only the wording
            return self.Cause


class RecoveryEvent(Payload):
    """A step that may run before the lease was confirmed."""

    lease: Claim
    plan: CutoverPlan


class PutBackEvent(RecoveryEvent):
    """The payload of "Put back"."""

    failure: Failure


class ShowReadinessEvent(Payload):
    """The payload of "Show the readiness"; with a failure the facts may be missing."""

    plan: CutoverPlan
    databases: DatabasesInBrief | None
    lag: Lag | None
    failure: Failure | None


class WatchEvent(Payload):
    """What the rule sends that has the source watched: nothing."""


class WayBackEvent(Payload):
    """The payload of "Watch the way back"; with a failure the slots are not known."""

    plan: CutoverPlan
    slots: SlotsFound | None
    failure: Failure | None


class ReplicateEvent(Payload):
    """The payload of "Take the lease" of the state machine `replicate`."""

    lease: Claim
    plan: CutoverPlan
    wanted: Wanted
    by: str | None = None
    """Who started it, where that was said."""


class LooksEvent(StepEvent):
    """A step that is asked again until it has its answer: what the looks before have left."""

    looks: Looks


class FollowEvent(LooksEvent):
    """The payload of "Follow the load", which has no lag yet, and of "Follow the changes"."""

    lag: Lag | None


class TaskEvent(StepEvent):
    """The payload of the states that start, stop or reload."""

    do: Literal["load", "load-anew", "resume", "stop", "reload"]
    tables: tuple[str, ...] = ()
    """To be reloaded."""


class TargetEvent(StepEvent):
    """The payload of the states that work on the target's database."""

    do: Literal["pre-data", "look-for-rows", "empty", "post-data", "analyze"]
    tables: tuple[str, ...] = ()
    """To be emptied; none: all."""
    since: datetime | None = None
    """When the statistics were begun to be collected."""
    told: int | None = None
    """Percent of the schema that the journal was told last."""


class EndEvent(RecoveryEvent):
    """The payload of the states that end a replication; without a failure it is ready."""

    failure: Failure | None
    reason: str = ""
    remedy: str = ""


class BeginFinalizeEvent(Payload):
    """The payload of "Take the lease" of the state machine `finalize`."""

    lease: Claim
    wanted: Finalize
    seen: Seen
    by: str | None = None
    """Who started it, where that was said."""


class StopTasksEvent(Payload):
    """The payload of "Stop the tasks"."""

    lease: Lease


class ClearEvent(Payload):
    """The payload of the states that look at both databases, and drop in them; the first has no lease yet."""

    do: Literal["look", "slots", "clear"]
    wanted: Finalize
    lease: Lease | None
    side: Where | None = None
    """Which database is to be cleared."""

    @model_validator(mode="after")
    def _what_is_needed(self) -> Self:
        if self.do != "look" and self.lease is None:
            raise _fault(f"lease is missing: {self.do} drops, and only its holder may")
        if self.do == "clear" and self.side is None:
            raise _fault("side is missing: clear is for one database")
        return self


class CompareEvent(Payload):
    """The payload of "Compare the source"."""

    lease: Lease
    wanted: Finalize


class InventoryEvent(StepEvent):
    """The payload of "Take the inventory"."""


class EndFinalizeEvent(Payload):
    """The payload of the states that end a finalize; without a failure it is finalized."""

    lease: Claim
    failure: Failure | None
    reason: str = ""


class UpdaterAction(StrEnum):
    """What route53-updater can be asked for."""

    GRADUAL_CUTOVER = "gradual_cutover"
    MANUAL_CUTOVER = "manual_cutover"
    ROLLBACK = "rollback"


def _known(action: object) -> object:
    names = [each.value for each in UpdaterAction]
    if action not in names:
        raise _fault(f"is {action!r}; use {', '.join(names[:-1])} or {names[-1]}")
    return action


def _share(weight: object) -> object:
    if isinstance(weight, bool) or not isinstance(weight, int) or not 0 <= weight <= ALL_READS:
        raise _fault(
            f"is {weight!r}; it is the percent of the reads that go to Aurora: "
            f"use a whole number from 0 to {ALL_READS}"
        )
    return weight


def _fault(text: str) -> PydanticCustomError:
    # The text may hold what somebody typed; as a template its braces would be read as placeholders.
    return PydanticCustomError("refused", "{text}", {"text": text})


class UpdaterEvent(Payload):
    """The payload of route53-updater: what a person may ask for by hand."""

    action: Annotated[UpdaterAction, BeforeValidator(_known)]
    aurora_weight: Annotated[int | None, BeforeValidator(_share)] = None

    @model_validator(mode="after")
    def _weight_where_there_is_one(self) -> Self:
        gradual = self.action is UpdaterAction.GRADUAL_CUTOVER
        if gradual and self.aurora_weight is None:
            raise _fault(
                f"aurora_weight is missing; gradual_cutover needs it: a whole number from 0 to {ALL_READS}"
            )
        if not gradual and self.aurora_weight is not None:
            raise _fault(
                f"aurora_weight is {self.aurora_weight}, and {self.action.value} takes none: leave it out, "
                "or use gradual_cutover"
            )
        return self


Event = TypeVar("Event", bound=Payload)


def parse(kind: type[Event], event: dict[str, Any]) -> Event:
    """The event as `kind`. Raises BadInput with every fault and its place."""
    try:
        return kind.model_validate(event)
    except ValidationError as error:
        faults = (
            ": ".join(filter(None, (".".join(str(part) for part in fault["loc"]), fault["msg"])))
            for fault in error.errors()
        )
        raise BadInput("event: " + "; ".join(faults)) from error
