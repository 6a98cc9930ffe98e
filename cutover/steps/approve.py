"""Asking a person before a stage or the switch, and handing the answer on. All of it before the line."""

from __future__ import annotations

from datetime import timedelta

from cutover.approval import SWITCH, Answer, Question, described, still_asked
from cutover.errors import AbortRequested, StaleLease, TransitionRefused
from cutover.journal import Lease
from cutover.observations import OperatorWord, Word
from cutover.plan import CutoverPlan
from cutover.ports import ApprovalTokens, Clock, Journal, Notices


def ask(
    journal: Journal,
    notices: Notices,
    clock: Clock,
    *,
    lease: Lease,
    plan: CutoverPlan,
    migration: str,
    before: int | str,
    token: str,
) -> Question:
    """Writes the question down, with the token, and tells people. Again, it is a new question with the new token.

    Raises StaleLease, AbortRequested, ServiceUnavailable: the machine puts back then.
    """
    now = clock.now()
    question = Question(
        execution=lease.execution,
        fence=lease.fence,
        before=before,
        text=_about(plan, before),
        token=token,
        asked_at=now,
        expires_at=now + timedelta(hours=plan.approval_hours),
    )
    journal.ask(question, now=now)
    # After the question, not before: who says so later finds it, and ends the wait.
    word = journal.word()
    if word.word is Word.ABORT:
        raise AbortRequested(_abort(word))
    notices.publish(f"Cutover asks before {described(before)}"[:100], _message(question, migration))
    return question


def answer(journal: Journal, tokens: ApprovalTokens, clock: Clock, *, given: Answer) -> Question:
    """Records the answer, then lets the execution go on or back. Raises TransitionRefused, StaleLease.

    In this order: an execution that went on without an entry would have no one who approved it. Where the answer was
    recorded before and did not arrive, it is that one which is handed on.
    """
    question = journal.answer(given, now=clock.now())
    told = question.answer or given
    if told.granted:
        tokens.approve(question.token, {"by": told.by, "reason": told.reason})
    else:
        cause = f"{told.by} denied {described(question.before)}: {told.reason or 'no reason given'}"
        tokens.refuse(question.token, error="ApprovalDenied", cause=cause)
    return question


def end_wait(journal: Journal, tokens: ApprovalTokens, clock: Clock, *, word: OperatorWord) -> bool:
    """Ends the wait for an answer after an abort was said; whether there was one.

    Also where the answer is recorded: one that did not arrive leaves the execution waiting, and it checks nothing.
    """
    try:
        question = still_asked(journal.state(), journal.question(), now=clock.now())
        tokens.refuse(question.token, error="AbortRequested", cause=_abort(word))
    except (StaleLease, TransitionRefused):
        # Before the line: nothing waits any more, and the next check hears the word.
        return False
    return True


def _abort(word: OperatorWord) -> str:
    return f"{word.by or 'the operator'} asked to abort: {word.reason or 'no reason given'}"


def _about(plan: CutoverPlan, before: int | str) -> str:
    if before == SWITCH:
        return (
            f"The writer is switched from the source to the target: writes wait for {plan.switch_deadline_seconds} s "
            "at the most, then the source is closed for good."
        )
    return f"{before} % of the reads go to the target. The writer stays where it is."


def _message(question: Question, migration: str) -> str:
    return (
        f"{question.text} A person has to agree first.\n\n"
        f'  cutover approve --suffix {migration} --reason "..."\n'
        f'  cutover approve --deny --suffix {migration} --reason "..."\n\n'
        f"Without an answer until {question.expires_at:%Y-%m-%d %H:%M}Z the cutover goes back. {question.execution}"
    )
