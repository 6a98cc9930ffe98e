"""The journal, the lease and the operator's word in one DynamoDB table."""

from __future__ import annotations

import dataclasses
import json
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError
from pydantic import TypeAdapter, ValidationError

from cutover.adapters.aws import error_code, translated
from cutover.approval import Answer, Question, answerable, answering, asking
from cutover.chain import with_seal
from cutover.decisions import heed_an_abort
from cutover.direction import Direction, Stream, Where
from cutover.errors import CutoverError, ServiceUnavailable
from cutover.journal import Entry, JournalState, Lease, Phase
from cutover.observations import OperatorWord, Word
from cutover.source_watch import SourceWatch
from cutover.transitions import (
    acquired,
    annotated,
    checked,
    entered,
    overtaken,
    released,
    taken_over,
    way_back_detail,
    way_back_from,
)

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBServiceResource

STATE: Final = "STATE"
WORD: Final = "WORD"
APPROVAL: Final = "APPROVAL"
SOURCE: Final = "SOURCE"
ENTRY_PREFIX: Final = "ENTRY#"
PART_PREFIX: Final = "PART#"
LONGEST_DETAIL: Final = 64 * 1024
"""Bytes of an entry's detail that are kept in its own item. An item has 400 KB (DynamoDB quotas)."""
LONGEST_PART: Final = 350 * 1024
"""Of a detail that is longer. A transaction has 4 MB and 100 items (DynamoDB quotas): 11 of these."""
CONTENDED: Final = frozenset({"TransactionCanceledException", "ConditionalCheckFailedException"})
ATTEMPTS: Final = 10


_QUESTION: Final = TypeAdapter(Question)
_WATCH: Final = TypeAdapter(SourceWatch)


class _Contended(Exception):
    """Another writer was faster."""


@dataclass(frozen=True, kw_only=True)
class _Read:
    """The state item as it was read or written last."""

    state: JournalState
    version: int
    entries: int


class DynamoDbJournal:
    """cutover.ports.Journal. Every change is one conditional transaction: the state as it was read, or nothing.

    Keys: `migration` (partition), `item` (sort): STATE, WORD, APPROVAL, SOURCE, ENTRY#000001, ... and, where an
    entry's detail is long, PART#000001#00, ...
    """

    def __init__(self, resource: DynamoDBServiceResource, *, table: str, migration: str) -> None:
        self._client = resource.meta.client
        self.table = table
        self._migration = migration
        self._known: _Read | None = None

    def state(self) -> JournalState:
        return self._read().state

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
        state = self.state()
        if not (state.held and state.execution == execution):
            state = self._change(
                lambda current: acquired(
                    current,
                    execution,
                    now=now,
                    direction=direction,
                    replicates=replicates,
                    finalizes=finalizes,
                ),
                now=now,
                note="the lease is taken",
                detail=detail or {},
                # A word of an earlier cutover must not stop this one, and one that is said from here on must.
                also=[{"Put": self._put_word(OperatorWord(), now=now)}],
            )
        return Lease(execution=execution, fence=state.fence)

    def take_over(self, execution: str, *, now: datetime) -> Lease:
        state = self.state()
        if not (state.held and state.execution == execution):
            state = self._change(
                lambda current: taken_over(current, execution, now=now),
                now=now,
                note=f"taken over from {state.execution}",
                detail={},
            )
        return Lease(execution=execution, fence=state.fence)

    def raise_fence(self, execution: str, *, now: datetime) -> Lease:
        state = self._change(lambda current: overtaken(current, execution, now=now))
        return Lease(execution=execution, fence=state.fence)

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
        def rule(current: JournalState) -> JournalState:
            return entered(current, lease, phase, now=now, detail=detail or {}, release=release)

        self._change(
            rule,
            now=now,
            note=note,
            detail=detail or {},
            also=[self._no_abort()] if unless_aborted else (),
            contended=(lambda: heed_an_abort(self.word())) if unless_aborted else None,
        )

    def annotate(
        self, execution: str, *, now: datetime, note: str, detail: dict[str, Any] | None = None
    ) -> None:
        self._change(
            lambda current: annotated(current, execution, now=now),
            now=now,
            note=note,
            detail=detail or {},
        )

    def check(self, lease: Lease) -> JournalState:
        return checked(self.state(), lease)

    def release(self, lease: Lease, *, now: datetime) -> None:
        self._change(lambda current: released(current, lease, now=now))

    def entries(self) -> tuple[Entry, ...]:
        found = self._query(ENTRY_PREFIX)
        long = any(int(item.get("parts", 0)) for item in found)
        parts = {
            str(item["item"]): bytes(item["compressed"])
            for item in (self._query(PART_PREFIX) if long else ())
        }
        return tuple(_entry(item, parts) for item in found)

    def _query(self, prefix: str) -> list[dict[str, Any]]:
        with translated("reading the journal"):
            pages = self._client.get_paginator("query").paginate(
                TableName=self.table,
                ConsistentRead=True,
                KeyConditionExpression="migration = :migration and begins_with(#item, :prefix)",
                ExpressionAttributeNames={"#item": "item"},
                ExpressionAttributeValues={":migration": self._migration, ":prefix": prefix},
            )
            return [item for page in pages for item in page["Items"]]

    def ask(self, question: Question, *, now: datetime) -> None:
        lease = Lease(execution=question.execution, fence=question.fence)
        note, detail = asking(question)
        self._change(
            lambda current: checked(current, lease),
            now=now,
            note=note,
            detail=detail,
            also=[{"Put": self._put_question(question)}],
        )

    def question(self) -> Question | None:
        item = self._get(APPROVAL)
        return None if item is None else _QUESTION.validate_json(str(item["question"]))

    def answer(self, answer: Answer, *, now: datetime) -> Question:
        found = self.question()
        # The newest state, not what this process saw: a question is good for one lease only.
        question = answerable(self.state(), found, answer, now=now)
        if question.answer is not None:
            return question
        answered = dataclasses.replace(question, answer=answer)
        note, detail = answering(question, answer)
        put = self._put_question(answered) | {
            # Neither another question nor another's answer since.
            "ConditionExpression": "question = :asked",
            "ExpressionAttributeValues": {":asked": self._question_text(question)},
        }

        def still(current: JournalState) -> JournalState:
            answerable(current, question, answer, now=now)
            return current

        self._change(still, now=now, note=note, detail=detail, also=[{"Put": put}])
        return answered

    def _put_question(self, question: Question) -> dict[str, Any]:
        return {
            "TableName": self.table,
            "Item": {
                "migration": self._migration,
                "item": APPROVAL,
                "question": self._question_text(question),
            },
        }

    @staticmethod
    def _question_text(question: Question) -> str:
        return _QUESTION.dump_json(question).decode()

    def watched(self) -> SourceWatch | None:
        item = self._get(SOURCE)
        try:
            return None if item is None else _WATCH.validate_json(str(item["watch"]))
        except ValidationError:
            # On either side of the line: another version wrote it. Not known; the next look writes it anew.
            return None

    def keep_watch(self, watch: SourceWatch) -> None:
        with translated("keeping the look at the source"):
            self._client.put_item(
                TableName=self.table,
                Item={
                    "migration": self._migration,
                    "item": SOURCE,
                    "watch": _WATCH.dump_json(watch).decode(),
                },
            )

    def word(self) -> OperatorWord:
        item = self._get(WORD)
        if item is None:
            return OperatorWord()
        return OperatorWord(
            word=Word(item["word"]), by=str(item["said_by"]), reason=str(item["reason"])
        )

    def say(self, word: OperatorWord, *, now: datetime) -> None:
        with translated("recording the operator's word"):
            self._client.put_item(**self._put_word(word, now=now))

    def _get(self, item: str) -> dict[str, Any] | None:
        with translated("reading the journal"):
            answer = self._client.get_item(
                TableName=self.table,
                Key={"migration": self._migration, "item": item},
                ConsistentRead=True,
            )
        return answer.get("Item")

    def _read(self) -> _Read:
        item = self._get(STATE)
        if item is None:
            self._known = _Read(state=JournalState(), version=0, entries=0)
            return self._known
        state = JournalState(
            phase=Phase(item["phase"]),
            execution=item["execution"] or None,
            held=bool(item["held"]),
            fence=int(item["fence"]),
            parked_at=int(item.get("parked_at", 0)),
            updated_at=datetime.fromisoformat(item["updated_at"]),
            # Absent in a state that was written before the writer could move back.
            direction=Direction(item.get("direction", Direction.FORWARD)),
            writer=Where(item.get("writer", Where.SOURCE)),
            writer_since=_moment(item.get("writer_since", "")),
            carrier=Stream(item.get("carrier", Stream.LOAD)),
            way_back=way_back_from(json.loads(item.get("way_back", "null"))),
            seal=str(item.get("seal", "")),
        )
        self._known = _Read(state=state, version=int(item["version"]), entries=int(item["entries"]))
        return self._known

    def _change(
        self,
        rule: Callable[[JournalState], JournalState],
        *,
        now: datetime | None = None,
        note: str = "",
        detail: dict[str, Any] | None = None,
        also: Sequence[dict[str, Any]] = (),
        contended: Callable[[], None] | None = None,
    ) -> JournalState:
        """Applies `rule` to the newest state; with a time, appends an entry in the same transaction.

        also: more of that transaction. contended: called before another attempt; what it raises ends them.
        """
        for attempt in range(ATTEMPTS):
            # What this process saw last is tried first: one call instead of two while clients wait. The
            # transaction is conditional, so where that was overtaken nothing is written and it is read anew.
            known = self._known if attempt == 0 else None
            try:
                return self._write(
                    known or self._read(), rule, now=now, note=note, detail=detail, also=also
                )
            except ServiceUnavailable:
                # Written or not, nobody knows: a second write could be refused because of the first.
                raise
            except (_Contended, CutoverError) as error:
                # On either side of the line: a rule may refuse what was seen and allow what is true now.
                if isinstance(error, CutoverError) and known is None:
                    raise
                if contended is not None:
                    contended()
        raise ServiceUnavailable(f"the journal was contended {ATTEMPTS} times in a row")

    def _write(
        self,
        read: _Read,
        rule: Callable[[JournalState], JournalState],
        *,
        now: datetime | None,
        note: str,
        detail: dict[str, Any] | None,
        also: Sequence[dict[str, Any]],
    ) -> JournalState:
        changed = rule(read.state)
        number = read.entries + (now is not None)
        writes: list[Any] = []
        if now is not None:
            entry = Entry(
                number=number,
                phase=changed.phase,
                execution=changed.execution or "",
                at=now,
                note=note,
                detail=detail or {},
            )
            # Onto the seal of the state as it was read: the transaction is refused if another came between.
            entry = with_seal(entry, read.state.seal)
            changed = dataclasses.replace(changed, seal=entry.seal)
            writes += self._put_entry(entry)
        writes.append(self._put_state(changed, version=read.version, entries=number))
        writes += also
        try:
            with translated("writing the journal"):
                self._client.transact_write_items(TransactItems=writes)
        except ServiceUnavailable as error:
            self._known = None
            cause = error.__cause__
            if isinstance(cause, ClientError) and error_code(cause) in CONTENDED:
                raise _Contended from error
            raise
        self._known = _Read(state=changed, version=read.version + 1, entries=number)
        return changed

    def _put_state(self, state: JournalState, *, version: int, entries: int) -> dict[str, Any]:
        put: dict[str, Any] = {
            "TableName": self.table,
            "Item": {
                "migration": self._migration,
                "item": STATE,
                "phase": state.phase.value,
                "execution": state.execution or "",
                "held": state.held,
                "fence": state.fence,
                "parked_at": state.parked_at,
                "updated_at": state.updated_at.isoformat() if state.updated_at else "",
                "direction": state.direction.value,
                "writer": state.writer.value,
                "writer_since": state.writer_since.isoformat() if state.writer_since else "",
                "carrier": state.carrier.value,
                "way_back": json.dumps(way_back_detail(state.way_back)),
                "version": version + 1,
                "entries": entries,
                "seal": state.seal,
            },
            "ConditionExpression": "attribute_not_exists(#item)",
            "ExpressionAttributeNames": {"#item": "item"},
        }
        if version:
            put["ConditionExpression"] = "#version = :version"
            put["ExpressionAttributeNames"] = {"#version": "version"}
            put["ExpressionAttributeValues"] = {":version": version}
        return {"Put": put}

    def _put_word(self, word: OperatorWord, *, now: datetime) -> dict[str, Any]:
        return {
            "TableName": self.table,
            "Item": {
                "migration": self._migration,
                "item": WORD,
                "word": word.word.value,
                "said_by": word.by,
                "reason": word.reason,
                "at": now.isoformat(),
            },
        }

    def _no_abort(self) -> dict[str, Any]:
        check = {
            "TableName": self.table,
            "Key": {"migration": self._migration, "item": WORD},
            "ConditionExpression": "attribute_not_exists(word) or word <> :abort",
            "ExpressionAttributeValues": {":abort": Word.ABORT.value},
        }
        return {"ConditionCheck": check}

    def _put_entry(self, entry: Entry) -> list[dict[str, Any]]:
        """The entry's item, and those of its detail where that is long."""
        detail = json.dumps(entry.detail)
        parts = _parts(detail)
        item = {
            "migration": self._migration,
            "item": f"{ENTRY_PREFIX}{entry.number:06d}",
            "number": entry.number,
            "phase": entry.phase.value,
            "execution": entry.execution,
            "at": entry.at.isoformat(),
            "note": entry.note,
            "detail": "{}" if parts else detail,
            "parts": len(parts),
            "previous": entry.previous,
            "seal": entry.seal,
        }
        more = [
            {
                "migration": self._migration,
                "item": f"{PART_PREFIX}{entry.number:06d}#{number:02d}",
                "compressed": part,
            }
            for number, part in enumerate(parts)
        ]
        return [
            {
                "Put": {
                    "TableName": self.table,
                    "Item": each,
                    "ConditionExpression": "attribute_not_exists(#item)",
                    "ExpressionAttributeNames": {"#item": "item"},
                }
            }
            for each in (item, *more)
        ]


def _parts(detail: str) -> list[bytes]:
    """A long detail compressed, in pieces that an item can hold; none where it fits as it is.

    Compressed because a partition takes a thousand kilobytes a second and a transaction counts them twice: ten
    thousand sequences are a megabyte as text, a sixth of that compressed.
    """
    text = detail.encode()
    if len(text) <= LONGEST_DETAIL:
        return []
    # Fast rather than small: this may run while clients wait.
    packed = zlib.compress(text, level=1)
    return [packed[at : at + LONGEST_PART] for at in range(0, len(packed), LONGEST_PART)]


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _entry(item: dict[str, Any], parts: dict[str, bytes]) -> Entry:
    detail = str(item["detail"])
    if count := int(item.get("parts", 0)):
        names = [f"{PART_PREFIX}{int(item['number']):06d}#{each:02d}" for each in range(count)]
        try:
            detail = zlib.decompress(b"".join(parts[name] for name in names)).decode()
        except (
            KeyError,
            zlib.error,
        ):  # on neither side of the line: the chain says that it is broken
            detail = "{}"
    return Entry(
        number=int(item["number"]),
        phase=Phase(item["phase"]),
        execution=str(item["execution"]),
        at=datetime.fromisoformat(str(item["at"])),
        note=str(item["note"]),
        detail=json.loads(detail),
        previous=str(item.get("previous", "")),
        seal=str(item.get("seal", "")),
    )
