"""The question that a person answers before a stage or the switch: one at a time, good for one execution."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cutover.errors import StaleLease, TransitionRefused
from cutover.journal import JournalState

SWITCH = "switch"
"""In a plan's `approve_before`: the switch of the writer."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a person said."""

    granted: bool
    by: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Question:
    """What a cutover waits for."""

    execution: str
    fence: int
    before: int | str
    """A stage's percentage, or "switch"."""
    text: str
    """What is about to happen."""
    token: str
    """With it the execution goes on; it is in the journal's table and in no message."""
    asked_at: datetime
    expires_at: datetime
    answer: Answer | None = None


def still_asked(state: JournalState, question: Question | None, *, now: datetime) -> Question:
    """The question, if its execution still waits for an answer. Raises TransitionRefused, StaleLease."""
    if question is None:
        raise TransitionRefused("no cutover has asked for an approval")
    if not state.held or (state.execution, state.fence) != (question.execution, question.fence):
        raise StaleLease(
            f"{question.execution} asked before {described(question.before)} and was overtaken: nothing waits for "
            "this answer any more"
        )
    if question.answer is None and now >= question.expires_at:
        raise TransitionRefused(
            f"the question before {described(question.before)} ran out at {question.expires_at:%Y-%m-%d %H:%M:%S}Z: "
            "the cutover goes back"
        )
    return question


def answerable(
    state: JournalState, question: Question | None, answer: Answer, *, now: datetime
) -> Question:
    """The question, if this answer may be given. Raises TransitionRefused, StaleLease.

    The same answer once more is allowed: whoever gave it may have died before it reached the execution.
    """
    asked = still_asked(state, question, now=now)
    given = asked.answer
    if given is not None and given.granted != answer.granted:
        said = "approved" if given.granted else "denied"
        raise TransitionRefused(f"{given.by} has {said} it already: {given.reason}")
    return asked


def described(before: int | str) -> str:
    """What a question is about, in words."""
    return (
        "the switch of the writer" if before == SWITCH else f"the stage of {before} % of the reads"
    )


def asking(question: Question) -> tuple[str, dict[str, Any]]:
    """Note and detail of the entry that says so; without the token."""
    until = f"{question.expires_at:%Y-%m-%d %H:%M:%S}Z"
    note = f"a person is asked before {described(question.before)}, until {until}"
    return note, {"question": {"before": question.before, "text": question.text}}


def answering(question: Question, answer: Answer) -> tuple[str, dict[str, Any]]:
    """Note and detail of the entry that says so; the certificate has its approvals from here."""
    said = "approved" if answer.granted else "denied"
    note = f"{answer.by} {said} {described(question.before)}: {answer.reason or 'no reason given'}"
    detail = {
        "before": question.before,
        "granted": answer.granted,
        "by": answer.by,
        "reason": answer.reason,
    }
    return note, {"approval": detail}
