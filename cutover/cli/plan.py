"""`cutover plan`: what a move of the writer would do, as a value, and what of the settings it needs."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cutover.adapters.recording import (
    Line,
)
from cutover.decisions import Finding, Verdict
from cutover.direction import Direction, Stream
from cutover.errors import BadInput
from cutover.plan import CutoverPlan, WriteRecordMoves
from cutover.risks import Risk
from cutover.steps.replication import SlotPlan

DEFAULTS: Final = {
    "stages": (20, 50, 80, 100),
    "bake_seconds": 900,
    "poll_seconds": 60,
    "max_hold_seconds": 3600,
    "max_lag_seconds": 60,
    "metric_max_age_seconds": 180,
    "record_ttl_seconds": 5,
    "write_record_moves": "before-switch",
    "switch_deadline_seconds": 10,
    "lock_patience_milliseconds": 250,
    "max_transaction_seconds": 5,
    "sequence_margin": 1000,
    "approve_before": (),
    "approval_hours": 24,
    "large_objects_unused": False,
    "readiness_minutes": 5,
}
"""Of the section [cutover], as the stacks have them."""
LONGEST_LOOK_SECONDS: Final = 180
"""At the source, as the stacks have it: a look is too old after two intervals and this."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a plan needs of the settings."""

    plan: CutoverPlan
    zone: str = "<zone>"
    suffix: str = "dev"
    replication_roles: tuple[str, ...] = ("migration_replication",)
    fence_roles: tuple[str, ...] = ()
    """Of the application, where the source is closed by locking them; empty: by triggers."""
    slots: SlotPlan

    @property
    def read_record(self) -> str:
        return f"ro.{self.zone}"

    @property
    def write_record(self) -> str:
        return f"rw.{self.zone}"


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Everything that a move would do, and what speaks against it."""

    direction: Direction
    carrier: Stream
    """What carries before the move, and is stopped in it: assumed or told, a plan does not read the journal."""
    states: tuple[str, ...]
    """The states of the machine, in order."""
    lines: tuple[Line, ...]
    findings: tuple[Finding, ...]
    """Of readiness, as far as the two servers tell it."""
    risks: tuple[Risk, ...]
    """What stays open all the same."""
    stopped: str = ""
    """Why the move would not get further than the last state; empty where it would."""

    @property
    def exit_status(self) -> int:
        """0: nothing speaks against it; 2: something does; 3: something that counts is not known."""
        verdicts = {finding.verdict for finding in self.findings}
        if Verdict.BAD in verdicts:
            return 2
        if Verdict.UNKNOWN in verdicts:
            return 3
        return 2 if self.stopped else 0


def told(settings: Path | None, *, suffix: str) -> Told:
    """From a settings file, or as the stacks have it by default. Raises BadInput."""
    try:
        found = {} if settings is None else tomllib.loads(settings.read_text())
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise BadInput(f"{settings}: {error}") from error
    values = DEFAULTS | {
        name: value for name, value in found.get("cutover", {}).items() if name in DEFAULTS
    }
    stages, approve_before = values.pop("stages"), values.pop("approve_before")
    minutes = values.pop("readiness_minutes")
    name = suffix.replace("-", "_")
    section = found.get("cutover", {})
    users = (
        found.get(side, {}).get("replication_user", "migration_replication")
        for side in ("source", "database")
    )
    return Told(
        plan=CutoverPlan(
            weights=tuple(stages),
            approve_before=tuple(approve_before),
            write_record_moves=WriteRecordMoves(values.pop("write_record_moves")),
            source_watch_max_age_seconds=2 * 60 * minutes + LONGEST_LOOK_SECONDS,
            **values,
        ),
        zone=found.get("traffic", {}).get("zone", "<zone>"),
        suffix=suffix,
        replication_roles=tuple(dict.fromkeys(users)),
        fence_roles=_fence_roles(section.get("fence", "trigger"), section.get("fence_roles", ())),
        slots=SlotPlan(
            names={
                Stream.BACK: f"migration_{name}_reverse",
                Stream.AGAIN: f"migration_{name}_forward",
            },
            plugin="test_decoding",
        ),
    )


def _fence_roles(fence: str, roles: list[str] | tuple[str, ...]) -> tuple[str, ...]:
    """Raises BadInput where the settings do not say how the source is closed: the other fence is another plan."""
    if fence == "trigger":
        return ()
    if fence != "login" or not roles:
        raise BadInput(
            f"cutover.fence is {fence!r} and cutover.fence_roles {list(roles)}: the fence is trigger, or login with "
            "every role that the application logs in as"
        )
    return tuple(roles)
