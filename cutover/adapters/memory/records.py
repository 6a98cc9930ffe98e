"""What is kept of a migration, the journal and the certificates, and what it leaves on the databases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from cutover.adapters.memory.databases import MemoryDatabase
from cutover.approval import Answer, Question, answerable, answering, asking
from cutover.chain import with_seal
from cutover.decisions import heed_an_abort
from cutover.direction import Direction
from cutover.errors import ServiceUnavailable
from cutover.journal import Entry, JournalState, Lease, Phase
from cutover.observations import Cleared, GateState, Left, OperatorWord
from cutover.source_watch import SourceWatch
from cutover.transitions import (
    acquired,
    annotated,
    checked,
    entered,
    overtaken,
    released,
    taken_over,
)


@dataclass
class MemoryJournal:
    """The journal, lease and word of one migration."""

    current: JournalState = field(default_factory=JournalState)
    lines: list[Entry] = field(default_factory=list)
    spoken: OperatorWord = field(default_factory=OperatorWord)
    asked: Question | None = None
    watch: SourceWatch | None = None

    def state(self) -> JournalState:
        return self.current

    def acquire(
        self,
        execution: str,
        *,
        now: datetime,
        direction: Direction = Direction.FORWARD,
        replicates: bool = False,
        finalizes: bool = False,
        detail: dict[str, Any] | None = None,
    ) -> Lease:
        if self.current.held and self.current.execution == execution:
            return Lease(execution=execution, fence=self.current.fence)
        self.current = acquired(
            self.current,
            execution,
            now=now,
            direction=direction,
            replicates=replicates,
            finalizes=finalizes,
        )
        self.spoken = OperatorWord()
        self._append(now, "the lease is taken", detail or {})
        return Lease(execution=execution, fence=self.current.fence)

    def take_over(self, execution: str, *, now: datetime) -> Lease:
        state = taken_over(self.current, execution, now=now)
        if state is not self.current:
            note = f"taken over from {self.current.execution}"
            self.current = state
            self._append(now, note, {})
        return Lease(execution=execution, fence=state.fence)

    def raise_fence(self, execution: str, *, now: datetime) -> Lease:
        self.current = overtaken(self.current, execution, now=now)
        return Lease(execution=execution, fence=self.current.fence)

    def record(
        self,
        lease: Lease,
        phase: Phase,
        *,
        now: datetime,
        note: str,
        detail: dict[str, Any] | None = None,
        release: bool = False,
        unless_aborted: bool = False,
    ) -> None:
        if unless_aborted:
            heed_an_abort(self.spoken)
        self.current = entered(
            self.current, lease, phase, now=now, detail=detail or {}, release=release
        )
        self._append(now, note, detail or {})

    def annotate(
        self, execution: str, *, now: datetime, note: str, detail: dict[str, Any] | None = None
    ) -> None:
        self.current = annotated(self.current, execution, now=now)
        self._append(now, note, detail or {})

    def check(self, lease: Lease) -> JournalState:
        return checked(self.current, lease)

    def release(self, lease: Lease, *, now: datetime) -> None:
        self.current = released(self.current, lease, now=now)

    def entries(self) -> tuple[Entry, ...]:
        return tuple(self.lines)

    def ask(self, question: Question, *, now: datetime) -> None:
        checked(self.current, Lease(execution=question.execution, fence=question.fence))
        self.asked = question
        self._append(now, *asking(question))

    def question(self) -> Question | None:
        return self.asked

    def answer(self, answer: Answer, *, now: datetime) -> Question:
        question = answerable(self.current, self.asked, answer, now=now)
        if question.answer is None:
            question = self.asked = replace(question, answer=answer)
            self._append(now, *answering(question, answer))
        return question

    def watched(self) -> SourceWatch | None:
        return self.watch

    def keep_watch(self, watch: SourceWatch) -> None:
        self.watch = watch

    def word(self) -> OperatorWord:
        return self.spoken

    def say(self, word: OperatorWord, *, now: datetime) -> None:
        self.spoken = word

    def _append(self, now: datetime, note: str, detail: dict[str, Any]) -> None:
        entry = Entry(
            number=len(self.lines) + 1,
            phase=self.current.phase,
            execution=self.current.execution or "",
            at=now,
            note=note,
            detail=detail,
        )
        entry = with_seal(entry, self.current.seal)
        self.lines.append(entry)
        self.current = replace(self.current, seal=entry.seal)


@dataclass
class MemoryCertificateStore:
    """What is stored, by key."""

    kept: dict[str, str] = field(default_factory=dict)
    reachable: bool = True

    def put(self, key: str, text: str) -> str:
        if not self.reachable:
            raise ServiceUnavailable("the S3 API did not answer")
        return self.kept.setdefault(key, text)

    def get(self, key: str) -> str | None:
        if not self.reachable:
            raise ServiceUnavailable("the S3 API did not answer")
        return self.kept.get(key)


@dataclass
class MemoryTraces:
    """What a migration has made in one database."""

    database: MemoryDatabase
    sessions: dict[str, int] = field(default_factory=dict)
    """Of roles that may write, by role."""
    stuck: dict[str, str] = field(default_factory=dict)
    """What can't be dropped, with the reason."""
    calls_needed: int = 1
    """So many until nothing is left to be tried."""

    def writers(self) -> Mapping[str, int]:
        self.database._answer()
        return dict(self.sessions)

    def clear(self, *, keep_gate: bool, within: timedelta) -> Cleared:
        self.database._answer()
        self.calls_needed -= 1
        if self.calls_needed > 0:
            return Cleared(complete=False)
        left = [Left(what=what, why=why, sql=f"drop {what};") for what, why in self.stuck.items()]
        if keep_gate:
            kept = Left(what="the gate", why="it was to stay closed", sql="drop schema cutover;")
            return Cleared(left=(*left, kept) if self.database.installed else tuple(left))
        self.database.gate_state = GateState.OPEN
        was, self.database.installed = self.database.installed, False
        return Cleared(dropped=("schema cutover",) if was else (), left=tuple(left))
