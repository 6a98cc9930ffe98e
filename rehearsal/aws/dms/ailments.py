"""Failures that a test plants in a task: they come back at every try until what cures them is done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from rehearsal.aws.dms.replication import TableState

Cured = Callable[[], bool]


def never() -> bool:
    """Nothing cures it."""
    return False


@dataclass(frozen=True, kw_only=True)
class Breakdown:
    """Ends the task at once, and again whenever it comes to run."""

    status: Literal["stopped", "failed"]
    stop_reason: str
    """With its first words, "Stop Reason"."""
    failure: str | None = None
    """LastFailureMessage."""
    cured: Cured = never


@dataclass(frozen=True, kw_only=True)
class TableTrouble:
    """Shows in the statistics of one table until it is loaded again, which helps only where it is cured."""

    state: TableState | None = None
    """None: the one that it really has."""
    validation: str | None = None
    pending: int = 0
    failed: int = 0
    suspended: int = 0
    """Records of the validation."""
    cured: Cured = never


@dataclass(frozen=True, kw_only=True)
class NoConnection:
    """Every test of an endpoint fails."""

    message: str
    cured: Cured = never


@dataclass(frozen=True, kw_only=True)
class ReadingPaused:
    """The task runs and reads nothing (DMS-EVENT-0091, 0092), until 0093."""

    by: Literal["swap", "disk"]
    cured: Cured = never
