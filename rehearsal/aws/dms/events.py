"""What DMS tells of its tasks and instances: kept for DescribeEvents, sent on as EventBridge gets it."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Literal

from rehearsal.aws.invoker import ACCOUNT, REGION

Source = Literal["replication-task", "replication-instance"]


@dataclass(frozen=True)
class Kind:
    """One row of the guide's tables (DMS user guide, AWS DMS event categories and event messages)."""

    id: str
    category: str
    """As EventBridge spells it; DescribeEvents has it in small letters, with a blank."""
    type: str
    message: str


STARTED: Final = Kind(
    "DMS-EVENT-0069",
    "StateChange",
    "REPLICATION_TASK_STARTED",
    "The replication task has started",
)
STOPPED: Final = Kind(
    "DMS-EVENT-0079",
    "StateChange",
    "REPLICATION_TASK_STOPPED",
    "The replication task has stopped.",
)
FAILED: Final = Kind(
    "DMS-EVENT-0078", "Failure", "REPLICATION_TASK_FAILED", "The replication task has failed."
)
MODIFIED: Final = Kind(
    "DMS-EVENT-0080",
    "ConfigurationChange",
    "REPLICATION_TASK_MODIFIED",
    "The replication task is modified.",
)
RELOADED: Final = Kind(
    "DMS-EVENT-0081",
    "StateChange",
    "REPLICATION_TASK_RELOADED",
    "A reload of table details has been requested.",
)
PAUSED_BY_SWAP: Final = Kind(
    "DMS-EVENT-0091",
    "StateChange",
    "REPLICATION_TASK_READING_PAUSED",
    "Reading paused, swap files limit reached.",
)
PAUSED_BY_DISK: Final = Kind(
    "DMS-EVENT-0092",
    "StateChange",
    "REPLICATION_TASK_READING_PAUSED",
    "Reading paused, disk usage limit reached.",
)
READING_AGAIN: Final = Kind(
    "DMS-EVENT-0093", "StateChange", "REPLICATION_TASK_READING_RESUMED", "Reading resumed."
)
DELETED: Final = Kind(
    "DMS-EVENT-0073", "Deletion", "REPLICATION_TASK_DELETED", "The replication task is deleted."
)
CLASS_CHANGED: Final = Kind(
    "DMS-EVENT-0014",
    "ConfigurationChange",
    "REPLICATION_INSTANCE_CLASS_CHANGED",
    "The replication instance class for this replication instance has changed.",
)
STORAGE_GROWN: Final = Kind(
    "DMS-EVENT-0017",
    "ConfigurationChange",
    "REPLICATION_INSTANCE_STORAGE_CHANGED",
    "The storage for the replication instance has been increased.",
)
LOW_STORAGE: Final = Kind(
    "DMS-EVENT-0007",
    "LowStorage",
    "REPLICATION_INSTANCE_LOW_STORAGE",
    "The replication instance has consumed more than 90 percent of its allocated storage.",
)
"""Ids, categories and texts are the guide's; of the types only STARTED and STOPPED are known from examples."""

_DETAIL_TYPES: Final = {
    "replication-task": ("DMS Replication Task State Change", "REPLICATION_TASK"),
    "replication-instance": ("DMS Replication Instance State Change", "REPLICATION_INSTANCE"),
}


@dataclass(frozen=True)
class _Kept:
    at: float
    source: Source
    identifier: str
    kind: Kind
    message: str


class Events:
    """All of one instance. Thread-safe."""

    def __init__(self, send: Callable[[dict[str, Any]], None] | None = None) -> None:
        """send: gets each event as EventBridge would."""
        self._send = send
        self._kept: list[_Kept] = []
        self._lock = threading.Lock()

    def tell(
        self, kind: Kind, *, source: Source, identifier: str, arn: str, message: str = ""
    ) -> None:
        """message: what the event says besides, such as the reason of a stop."""
        at = time.time()
        with self._lock:
            self._kept.append(_Kept(at, source, identifier, kind, message or kind.message))
        if self._send is not None:
            self._send(as_event(kind, source=source, arn=arn, message=message, at=at))

    def described(self, request: dict[str, Any]) -> list[dict[str, Any]]:
        """DMS API reference, DescribeEvents: of the last hour where the request says nothing else."""
        end = float(request.get("EndTime") or time.time())
        begin = float(request.get("StartTime") or end - 60 * int(request.get("Duration") or 60))
        wanted = {_spoken(each) for each in request.get("EventCategories") or []}
        with self._lock:
            kept = list(self._kept)
        return [
            {
                "SourceIdentifier": each.identifier,
                "SourceType": each.source,
                "Message": each.message,
                "EventCategories": [_spoken(each.kind.category)],
                "Date": each.at,
            }
            for each in kept
            if begin <= each.at <= end
            and request.get("SourceType") in (None, each.source)
            and request.get("SourceIdentifier") in (None, each.identifier)
            and (not wanted or _spoken(each.kind.category) in wanted)
        ]


def as_event(
    kind: Kind, *, source: Source, arn: str, message: str = "", at: float = 0.0
) -> dict[str, Any]:
    """An event in the form of the guide's example (DMS user guide, Working with Amazon EventBridge events)."""
    detail_type, word = _DETAIL_TYPES[source]
    page = "tasks" if source == "replication-task" else "replication-instances"
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": detail_type,
        "source": "aws.dms",
        "account": ACCOUNT,
        "time": datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": REGION,
        "resources": [arn],
        "detail": {
            "type": word,
            "category": kind.category,
            "eventType": kind.type,
            "eventId": kind.id,
            "resourceLink": f"https://console.aws.amazon.com/dms/v2/home?region={REGION}#{page}",
            "detailMessage": message or kind.message,
        },
    }


def _spoken(category: str) -> str:
    """`StateChange` as `state change`, as DescribeEvents has it."""
    if " " in category or category.islower():
        return category.lower()
    words = "".join(f" {each}" if each.isupper() else each for each in category)
    return words.strip().lower()
