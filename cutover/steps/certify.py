"""After the switch: its certificate goes where nobody changes it, and the journal says where."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from cutover.certificate import (
    STORED,
    VALIDATION,
    Validation,
    as_json,
    as_text,
    build_certificate,
    carrier_of_the_move,
    digest,
    stored_at,
    validated,
)
from cutover.direction import Direction, Stream
from cutover.errors import ServiceUnavailable, StaleLease
from cutover.ports import CertificateStore, Clock, Journal, Notices, ReplicationTask

MOVES: Final = {Direction.FORWARD: "cutover", Direction.BACK: "rollback"}


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A certificate that is stored."""

    key: str
    sha256: str
    noted: bool
    """Whether the journal says so; not where another execution took the lease first."""


def store_certificate(
    journal: Journal,
    tasks: Mapping[Stream, ReplicationTask],
    store: CertificateStore,
    clock: Clock,
    *,
    migration: str,
    execution: str,
) -> Kept:
    """Builds the certificate of this execution's switch, stores it and writes down where. Safe to repeat.

    The rows' validation is that of the task which carried them, whose statistics stay when it is stopped.
    After the line, and nothing depends on it. Raises NothingToCertify, ServiceUnavailable.
    """
    # The state first: an entry that comes in between is then newer than the seal, never the other way round.
    newest = journal.state().seal
    entries = journal.entries()
    if (found := stored_at(entries, execution)) is not None:
        return Kept(key=found.key, sha256=found.sha256, noted=True)
    certificate = build_certificate(
        migration,
        entries,
        now=clock.now(),
        newest=newest,
        validation=_validation(tasks[carrier_of_the_move(entries, execution)], clock),
        execution=execution,
    )
    key = certificate_key(migration, execution)
    # What an earlier try stored stays as it is, and that is what the journal is told.
    document: dict[str, Any] = json.loads(store.put(key, as_text(as_json(certificate))))
    kept = Kept(key=key, sha256=digest(document), noted=True)
    detail = {
        STORED: {"key": kept.key, "sha256": kept.sha256},
        VALIDATION: document.get(VALIDATION),
    }
    try:
        journal.annotate(
            execution, now=clock.now(), note=f"the certificate is stored as {key}", detail=detail
        )
    except StaleLease:
        # After the line: the next execution, such as the way back, has begun, and has the journal to itself.
        return Kept(key=kept.key, sha256=kept.sha256, noted=False)
    return kept


def tell_where_missing(journal: Journal, notices: Notices, *, execution: str, reason: str) -> bool:
    """Tells people where the journal does not say that the certificate of this execution's move is stored.

    With the words of the machine, which can't say them where it was stopped. Answers whether it told.
    Raises ServiceUnavailable.
    """
    if stored_at(journal.entries(), execution) is not None:
        return False
    move = MOVES[journal.state().direction]
    notices.publish(
        f"{move.title()}: a person is needed, the certificate is not stored",
        f"The {move} is done, and the journal has all of it. Only the copy of the certificate is missing: "
        f"docs/runbook.md, Certificate. {reason} {execution}",
    )
    return True


def certificate_key(migration: str, execution: str) -> str:
    """Where the certificate of an execution is, by its ARN or name."""
    return f"certificates/{migration}/{execution.rpartition(':')[2]}.json"


def _validation(task: ReplicationTask, clock: Clock) -> Validation:
    try:
        return validated(task.status().tables, now=clock.now())
    except ServiceUnavailable as error:
        # After the line: the certificate says that it is not known, which is better than none.
        return Validation(observed_at=clock.now(), counts={}, unknown=str(error))
