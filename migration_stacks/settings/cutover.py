"""The section [cutover]: the plan of a cutover, and its values for the state machine."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Final, Literal

from pydantic import BeforeValidator, Field, StrictBool, StrictInt, ValidationInfo, field_validator

from migration_stacks.settings.faults import fault, faults
from migration_stacks.settings.types import RoleName, Section

ALL_READS: Final = 100
SWITCH: Final = "switch"
LARGEST_ROUTE53_WEIGHT: Final = 255
"""Route 53 API reference, ResourceRecordSet.Weight."""

MOST_EVENTS: Final = 25_000
"""Step Functions quotas: an execution with a longer history is ended."""
MOST_APPROVAL_HOURS: Final = 144
"""Of the 168 that the definition's TimeoutSeconds gives an execution; after them no Catch runs."""
LONGEST_LOOK_SECONDS: Final = 180
"""Of the function watch_source, with its start."""
EVENTS_PER_POLL: Final = 15
"""A wait (2), two functions (5 each) and a choice (2), rounded up."""


def _weight_fault(weight: object) -> str | None:
    if isinstance(weight, bool) or not isinstance(weight, int):
        return f"is {weight!r}; a percentage has no quotes and no point: write 1 to {ALL_READS}"
    if weight > LARGEST_ROUTE53_WEIGHT:
        return (
            f"is {weight}, over {LARGEST_ROUTE53_WEIGHT}, Route 53's limit for a weight; stages "
            f"count in percent: use 1 to {ALL_READS}"
        )
    if not 1 <= weight <= ALL_READS:
        return f"is {weight}; a stage is a percentage of the reads: use 1 to {ALL_READS}"
    return None


def _stages(value: object) -> tuple[int, ...]:
    """Every broken rule at once, a weight's at the weight; one that can't be is no step up or
    down either."""
    if not isinstance(value, list | tuple) or not value:
        raise fault(
            f"is {value!r}; at least one stage is needed, in a list: write them as "
            "[20, 50, 80, 100]"
        )
    found = [
        (f"[{index}]", said)
        for index, weight in enumerate(value)
        if (said := _weight_fault(weight)) is not None
    ]
    weights = [weight for weight in value if _weight_fault(weight) is None]
    found += [
        ("", f"goes from {one} to {next_one}; each stage must move more reads: put them in order")
        for one, next_one in pairwise(weights)
        if next_one <= one
    ]
    if value[-1] != ALL_READS and _weight_fault(value[-1]) is None:
        found.append(
            (
                "",
                f"ends at {value[-1]!r}; the target must have served all reads before the writer "
                f"is switched: end with {ALL_READS}",
            )
        )
    if found:
        raise faults(found)
    return tuple(weights)


def _questions(value: object) -> tuple[int | str, ...]:
    """Stages by their percentage, and the word for the switch, each once."""
    if not isinstance(value, list | tuple):
        raise fault(f'is {value!r}; write a list, such as [100, "switch"]')
    found = [
        (f"[{index}]", f'is {each!r}; name a stage by its percentage, or "{SWITCH}"')
        for index, each in enumerate(value)
        if each != SWITCH and (isinstance(each, bool) or not isinstance(each, int))
    ]
    found += [
        (f"[{index}]", f"is {each!r}, which is there already: take it out")
        for index, each in enumerate(value)
        if each in value[:index]
    ]
    if found:
        raise faults(found)
    return tuple(value)


def _as_jsonata(each: int | str) -> str:
    return f"'{each}'" if isinstance(each, str) else str(each)


class CutoverSettings(Section):
    """Durations have their unit in the name, as in the machine's `$plan`."""

    stages: Annotated[tuple[int, ...], BeforeValidator(_stages)] = Field(
        (20, 50, 80, ALL_READS), description="percent of the reads on the target"
    )
    poll_seconds: StrictInt = Field(60, ge=1, le=3600, description="between two checks")
    bake_seconds: StrictInt = Field(900, ge=1, le=86_400, description="that a stage is watched")
    max_hold_seconds: StrictInt = Field(
        3600, ge=1, le=86_400, description="that something may stay unknown before going back"
    )
    max_lag_seconds: StrictInt = Field(60, ge=1, le=3600, description="of replication lag")
    metric_max_age_seconds: StrictInt = Field(
        180, ge=120, le=3600, description="of the newest data point; DMS sends one a minute, late"
    )
    record_ttl_seconds: StrictInt = Field(
        5, ge=1, le=300, description="that a client may keep an answer"
    )
    write_record_moves: Literal["before-switch", "after-switch"] = Field(
        "before-switch", description="when the writer's name changes"
    )
    switch_deadline_seconds: StrictInt = Field(
        10, ge=1, le=60, description="of the critical section, which is then given up"
    )
    lock_patience_milliseconds: StrictInt = Field(
        250, ge=0, le=10_000, description="that a session in the barrier's way may stand still"
    )
    max_transaction_seconds: StrictInt = Field(
        5, ge=1, le=86_400, description="age of a source transaction that the switch waits for"
    )
    sequence_margin: StrictInt = Field(
        1000, ge=0, le=1_000_000_000, description="increments added to each sequence"
    )

    readiness_minutes: StrictInt = Field(
        5, ge=3, le=60, description="between two looks whether a cutover could begin"
    )

    way_back_wal_limit_gigabytes: StrictInt = Field(
        100, ge=1, le=65_536, description="of WAL that the way back may keep on the writer's disk"
    )

    approve_before: Annotated[tuple[int | str, ...], BeforeValidator(_questions)] = Field(
        (), description='stages, and "switch", that a person has to agree to'
    )
    approval_hours: StrictInt = Field(
        24, ge=1, le=72, description="that a question waits for its answer before going back"
    )

    certificate_lock_days: StrictInt = Field(
        0, ge=0, le=36_500, description="that no stored certificate can be removed; 0: no lock"
    )

    assess_first: StrictBool = Field(
        False, description="DMS assesses the task before the first load"
    )

    large_objects_unused: StrictBool = Field(
        False, description="nothing reads or writes the large objects that the source has"
    )
    fence: Literal["trigger", "login"] = Field(
        "trigger", description='how the source is closed; "login" is the weaker one'
    )
    fence_roles: tuple[RoleName, ...] = Field(
        (), description='with "login": every role that the application logs in as'
    )

    @field_validator("fence_roles")
    @classmethod
    def _for_the_login_fence(cls, value: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        fence = info.data.get("fence")
        if fence == "login" and not value:
            raise fault(
                'is empty, and fence is "login"; the fence would hold nobody: name every role that the '
                "application logs in as"
            )
        if fence == "trigger" and value:
            raise fault(
                f'has {", ".join(value)}, and fence is "trigger", which holds every role: leave it out'
            )
        return value

    @field_validator("assess_first")
    @classmethod
    def _into_a_bucket_that_takes_it(cls, value: bool, info: ValidationInfo) -> bool:
        if value and info.data.get("certificate_lock_days"):
            raise fault(
                "is true, and certificate_lock_days locks the bucket that the results go to; that one takes "
                "nothing without a checksum, and whether DMS sends one is not known: set one of them to its default"
            )
        return value

    @field_validator("bake_seconds")
    @classmethod
    def _checked_at_least_once(cls, value: int, info: ValidationInfo) -> int:
        poll = info.data.get("poll_seconds")
        if poll is not None and value < poll:
            raise fault(
                f"is {value}, below poll_seconds {poll}: a stage would end before its first "
                "check; raise it or lower poll_seconds"
            )
        return value

    @field_validator("approve_before")
    @classmethod
    def _of_stages_that_are_there(
        cls, value: tuple[int | str, ...], info: ValidationInfo
    ) -> tuple[int | str, ...]:
        stages = info.data.get("stages")
        if stages is not None and (strange := [x for x in value if x not in (*stages, SWITCH)]):
            raise fault(
                f"has {', '.join(map(str, strange))}, and the stages are {list(stages)}: nobody would ever be "
                "asked; name one of these"
            )
        return value

    @field_validator("approval_hours")
    @classmethod
    def _ends_before_the_execution(cls, value: int, info: ValidationInfo) -> int:
        questions = len(info.data.get("approve_before", ()))
        if questions * value > MOST_APPROVAL_HOURS:
            raise fault(
                f"is {value}, for {questions} questions; together they may wait {MOST_APPROVAL_HOURS} h, as an "
                f"execution ends after 168: lower it to {MOST_APPROVAL_HOURS // questions}"
            )
        return value

    @field_validator("max_hold_seconds")
    @classmethod
    def _fits_the_history(cls, value: int, info: ValidationInfo) -> int:
        try:
            stages, poll, bake = (
                info.data[key] for key in ("stages", "poll_seconds", "bake_seconds")
            )
        except KeyError:  # wrong themselves, and told so
            return value
        longest = len(stages) * (bake + value) + value
        events = longest // poll * EVENTS_PER_POLL
        if events > MOST_EVENTS:
            raise fault(
                f"is {value}; with it the longest cutover polls for {longest} s and writes about "
                f"{events} events, and Step Functions ends an execution at {MOST_EVENTS}: raise "
                f"poll_seconds from {poll} to {longest * EVENTS_PER_POLL // MOST_EVENTS + 1}"
            )
        return value

    @field_validator("lock_patience_milliseconds")
    @classmethod
    def _within_the_deadline(cls, value: int, info: ValidationInfo) -> int:
        deadline = info.data.get("switch_deadline_seconds")
        if deadline is not None and value >= deadline * 1000:
            raise fault(
                f"is {value}, not below switch_deadline_seconds {deadline}: the switch would "
                "only ever be given up; lower it"
            )
        return value

    @property
    def source_watch_max_age_seconds(self) -> int:
        """Two looks at the source and what one may take: a single one that is late or fails holds nothing."""
        return 2 * 60 * self.readiness_minutes + LONGEST_LOOK_SECONDS

    def substitutions(self) -> dict[str, str]:
        """By placeholder of the definitions in state_machines/. Text throughout: CloudFormation
        writes it where the placeholder is, without quotes."""
        return {
            "StageWeights": ",".join(str(weight) for weight in self.stages),
            "BakeSeconds": str(self.bake_seconds),
            "PollSeconds": str(self.poll_seconds),
            "MaxHoldSeconds": str(self.max_hold_seconds),
            "MaxLagSeconds": str(self.max_lag_seconds),
            "MetricMaxAgeSeconds": str(self.metric_max_age_seconds),
            "RecordTtlSeconds": str(self.record_ttl_seconds),
            "WriteRecordMoves": self.write_record_moves,
            "SwitchDeadlineSeconds": str(self.switch_deadline_seconds),
            "LockPatienceMilliseconds": str(self.lock_patience_milliseconds),
            "MaxTransactionSeconds": str(self.max_transaction_seconds),
            "SequenceMargin": str(self.sequence_margin),
            # As JSONata has them; quotes of JSON would end the text that they are put into.
            "ApproveBefore": f"[{','.join(map(_as_jsonata, self.approve_before))}]",
            "ApprovalHours": str(self.approval_hours),
            "LargeObjectsUnused": str(self.large_objects_unused).lower(),
            "SourceWatchMaxAgeSeconds": str(self.source_watch_max_age_seconds),
        }
