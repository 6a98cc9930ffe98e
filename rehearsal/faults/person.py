"""The person beside the machine: asked for an answer, heard at any time, called where nothing else goes on."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Final

from cutover.adapters.clock import SystemClock
from cutover.adapters.dynamodb import DynamoDbJournal
from cutover.adapters.stepfunctions import StepFunctionsTokens
from cutover.approval import Answer
from cutover.errors import StaleLease, TransitionRefused
from cutover.journal import Phase
from cutover.observations import OperatorWord, Word
from cutover.plan import CutoverPlan
from cutover.steps.approve import answer
from rehearsal.faults.functions import Functions
from rehearsal.faults.world import utc_now

APPROVAL_SECONDS: Final = 0.1

FORWARD_BY_HAND: Final = (
    "finish_switch",
    "move_writes",
    "verify_switch",
    "audit_origin",
    "hand_over",
    "retire_slots",
    "check_way_back",
    "complete",
)
"""The runbook's loop past the line."""
WITHOUT_THE_ORIGIN: Final = ("finish_switch", "move_writes", "complete")
"""Its loop where the origin is gone for good. Nobody here goes that way: when the person acts both servers run again
(Switch.conduct), as the checker asks both, and asks of a finished move that its way back carries. The test of
finalize goes it."""
AUDIT_IS_BAD: Final = ("audit_origin", "SwitchNotProven")
STANDS_IN_THE_WAY: Final = ("check_way_back", "WayBackNotOpen")
"""What was written on the closed side may keep the way back from carrying."""
TRIES: Final = 5
"""How often the person runs the loop, which stops at the first step that fails."""
AGAIN_SECONDS: Final = 2.0


class Person:
    """The operator of one switch."""

    def __init__(self, journal: DynamoDbJournal, machines: Any) -> None:
        self._journal = journal
        self._tokens = StepFunctionsTokens(machines)
        self.acted = False
        """Whether the runbook was followed to its end."""
        self.failed = ""
        """Where it led nowhere, and why."""

    def say(self, word: Word) -> None:
        """The operator's word, as `cutover pause` and `cutover abort` say it."""
        operator = OperatorWord(word=word, by="the arena", reason="the scenario says so")
        self._journal.say(operator, now=utc_now())

    def approve(self, over: threading.Event) -> None:
        """As a person does who says yes to every question, a moment after it was asked."""
        yes = Answer(granted=True, by="the arena", reason="the scenario says so")
        while not over.wait(APPROVAL_SECONDS):
            asked = self._journal.question()
            if asked is not None and asked.answer is None:
                # Whoever asked may be gone: then nothing waits for this answer.
                with contextlib.suppress(StaleLease, TransitionRefused):
                    answer(self._journal, self._tokens, SystemClock(), given=yes)

    def is_awaited(self, ended: dict[str, Any], states: Sequence[str]) -> bool:
        """Whether an execution that ended so, through these states, left work to a person."""
        phase = self._journal.state().phase
        last = (states or [""])[-1]
        stopped = ended["status"] == "ABORTED" and phase not in (Phase.PUT_BACK, Phase.IDLE)
        return last.startswith("A person is needed") or stopped

    def act_as_the_runbook_says(self, functions: Functions, plan: CutoverPlan) -> None:
        """docs/runbook.md, What if: look at the origin; then put back, or go forward."""
        state = self._journal.state()
        lease = {"execution": state.execution, "fence": state.fence}
        values = json.loads(json.dumps(asdict(plan)))
        looked = functions.invoke("resolve_switch", {"lease": lease, "plan": values})
        found = json.loads(looked.payload)
        if looked.function_error is not None:
            self.failed = f"resolve_switch: {found}"
            return
        step = {"lease": found["lease"], "plan": values}
        if found["side"] == "before":
            failure = {"Error": "Person", "Cause": "by the runbook"}
            done = functions.invoke("put_back", {**step, "failure": failure})
            if done.function_error is not None:
                self.failed = f"put_back: {done.payload.decode()}"
                return
        elif failed := self._go_forward(functions, step):
            self.failed = failed
            return
        self.acted = True

    def _go_forward(self, functions: Functions, step: dict[str, Any]) -> str:
        """The loop, again where it stopped; at what in the end, and why; empty where it came through."""
        steps: tuple[str, ...] = FORWARD_BY_HAND
        failed = found = ""
        audit_is_bad = False
        for number in range(TRIES):
            if number:
                time.sleep(AGAIN_SECONDS)
            failed, found = _run(functions, steps, step)
            if not failed:
                return ""
            audit_is_bad = audit_is_bad or (failed, found["errorType"]) == AUDIT_IS_BAD
            if audit_is_bad and (failed, found["errorType"]) in (AUDIT_IS_BAD, STANDS_IN_THE_WAY):
                # That entry: go on without. Here nobody finds the session, nor takes its rows out of the way.
                steps = tuple(each for each in steps if each != failed)
        return f"{failed}: {found}"


def _run(functions: Functions, steps: Sequence[str], step: dict[str, Any]) -> tuple[str, Any]:
    """Until one fails: which, and what it says."""
    for function in steps:
        done = functions.invoke(function, step)
        if done.function_error is not None:
            return function, json.loads(done.payload)
    return "", {}
