"""The journal, the lease and the operator's word in one DynamoDB table."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from cutover.adapters.aws import error_code, translated
from cutover.errors import CutoverError, ServiceUnavailable
from cutover.journal import Entry, JournalState, Lease, Phase
from cutover.observations import OperatorWord, Word
from cutover.transitions import acquired, checked, entered, overtaken, released

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBServiceResource

STATE: Final = "STATE"
WORD: Final = "WORD"
ENTRY_PREFIX: Final = "ENTRY#"
CONTENDED: Final = frozenset({"TransactionCanceledException", "ConditionalCheckFailedException"})
ATTEMPTS: Final = 10


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

    Keys: `migration` (partition), `item` (sort): STATE, WORD, ENTRY#000001, ...
    """

    def __init__(self, resource: DynamoDBServiceResource, *, table: str, migration: str) -> None:
        self._client = resource.meta.client
        self.table = table
        self._migration = migration
        self._known: _Read | None = None

    def state(self) -> JournalState:
        return self._read().state

    def acquire(self, execution: str, *, now: datetime) -> Lease:
        state = self.state()
        if not (state.held and state.execution == execution):
            state = self._change(
                lambda current: acquired(current, execution, now=now),
                now=now,
                note="the lease is taken",
                detail={},
                # A word of an earlier cutover must not stop this one, and one that is said from here on must.
                word=OperatorWord(),
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
    ) -> None:
        self._change(
            lambda current: entered(current, lease, phase, now=now, detail=detail or {}),
            now=now,
            note=note,
            detail=detail or {},
        )

    def check(self, lease: Lease) -> JournalState:
        return checked(self.state(), lease)

    def release(self, lease: Lease, *, now: datetime) -> None:
        self._change(lambda current: released(current, lease, now=now))

    def entries(self) -> tuple[Entry, ...]:
        with translated("reading the journal"):
            pages = self._client.get_paginator("query").paginate(
                TableName=self.table,
                ConsistentRead=True,
                KeyConditionExpression="migration = :migration and begins_with(#item, :prefix)",
                ExpressionAttributeNames={"#item": "item"},
                ExpressionAttributeValues={":migration": self._migration, ":prefix": ENTRY_PREFIX},
            )
            return tuple(_entry(item) for page in pages for item in page["Items"])

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
        word: OperatorWord | None = None,
    ) -> JournalState:
        """Applies `rule` to the newest state; with a note, appends an entry in the same transaction.

        word: replaces the operator's in that transaction too.
        """
        for attempt in range(ATTEMPTS):
            # What this process saw last is tried first: one call instead of two while clients wait. The
            # transaction is conditional, so where that was overtaken nothing is written and it is read anew.
            known = self._known if attempt == 0 else None
            try:
                return self._write(
                    known or self._read(), rule, now=now, note=note, detail=detail, word=word
                )
            except ServiceUnavailable:
                # Written or not, nobody knows: a second write could be refused because of the first.
                raise
            except (_Contended, CutoverError) as error:
                # On either side of the line: a rule may refuse what was seen and allow what is true now.
                if isinstance(error, CutoverError) and known is None:
                    raise
        raise ServiceUnavailable(f"the journal was contended {ATTEMPTS} times in a row")

    def _write(
        self,
        read: _Read,
        rule: Callable[[JournalState], JournalState],
        *,
        now: datetime | None,
        note: str,
        detail: dict[str, Any] | None,
        word: OperatorWord | None,
    ) -> JournalState:
        changed = rule(read.state)
        number = read.entries + 1 if note else read.entries
        writes: list[Any] = [self._put_state(changed, version=read.version, entries=number)]
        if note and now is not None:
            entry = Entry(
                number=number,
                phase=changed.phase,
                execution=changed.execution or "",
                at=now,
                note=note,
                detail=detail or {},
            )
            writes.append(self._put_entry(entry))
        if word is not None and now is not None:
            writes.append({"Put": self._put_word(word, now=now)})
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
                "version": version + 1,
                "entries": entries,
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

    def _put_entry(self, entry: Entry) -> dict[str, Any]:
        fields = dataclasses.asdict(entry)
        return {
            "Put": {
                "TableName": self.table,
                "Item": {
                    "migration": self._migration,
                    "item": f"{ENTRY_PREFIX}{entry.number:06d}",
                    **fields,
                    "phase": entry.phase.value,
                    "at": entry.at.isoformat(),
                    "detail": json.dumps(entry.detail),
                },
                "ConditionExpression": "attribute_not_exists(#item)",
                "ExpressionAttributeNames": {"#item": "item"},
            }
        }


def _entry(item: dict[str, Any]) -> Entry:
    return Entry(
        number=int(item["number"]),
        phase=Phase(item["phase"]),
        execution=str(item["execution"]),
        at=datetime.fromisoformat(str(item["at"])),
        note=str(item["note"]),
        detail=json.loads(str(item["detail"])),
    )
