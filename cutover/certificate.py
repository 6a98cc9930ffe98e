"""What a finished switch can show for itself: one document from the journal, and the rules that check it.

Pure. A value that no entry has is None, which every rule calls unknown and never fine.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from typing import Any, Final, Literal

from pydantic import ConfigDict, TypeAdapter, ValidationError

from cutover.chain import ChainState, ChainVerdict, check_chain
from cutover.decisions import VALIDATION_FAULTS, Verdict, listed
from cutover.direction import Stream
from cutover.errors import BadInput, NothingToCertify
from cutover.journal import Entry, Phase, entries_of_the_move
from cutover.observations import SequenceMove, TableProgress

FORMAT: Final = "cutover-certificate/1"
TOOL_VERSION: Final = "0.1.0"
"""As in setup.py."""

VALIDATED: Final = "Validated"
"""DMS API, TableStatistics.ValidationState: every row was compared and is the same."""

STORED: Final = "certificate_stored"
"""Key of an entry's detail: where the document is and its SHA-256, written after it was stored."""
VALIDATION: Final = "validation"
APPROVAL: Final = "approval"
"""Key of an entry's detail: one answer of a person."""

_BUILD: Final = ("built_at", "tool_version", "chain")
"""Of the building, not of the switch: these differ where the same switch is certified again."""


@dataclass(frozen=True, kw_only=True)
class Started:
    """The start that the switch belongs to."""

    at: datetime | None = None
    by: str | None = None


@dataclass(frozen=True, kw_only=True)
class Approval:
    """A person's answer to the question before a stage or before the switch."""

    before: int | str
    """A stage's percentage, or "switch"."""
    granted: bool
    by: str
    reason: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Times:
    """On the controller's clock, in UTC."""

    barrier_requested: datetime | None = None
    barrier_held: datetime | None = None
    drained: datetime | None = None
    closed: datetime | None = None
    opened: datetime | None = None

    def in_order(self) -> tuple[tuple[str, datetime | None], ...]:
        """Name and value, in the order they must have."""
        return (
            ("barrier requested", self.barrier_requested),
            ("barrier held", self.barrier_held),
            ("drained", self.drained),
            ("closed", self.closed),
            ("opened", self.opened),
        )


@dataclass(frozen=True, kw_only=True)
class Versions:
    """server_version_num of both PostgreSQL servers."""

    source: int
    target: int


@dataclass(frozen=True, kw_only=True)
class WayBack:
    """The slot that was made on the destination before it opened, and where it begins."""

    stream: str
    """What reads it: back, or again."""
    slot: str
    lsn: str
    old_slots: tuple[str, ...] = ()
    """The slots on the origin that are dropped once it is read."""


@dataclass(frozen=True, kw_only=True)
class Validation:
    """DMS's comparison of the rows, as its table statistics say it."""

    observed_at: datetime
    counts: dict[str, int]
    """Tables by ValidationState, in DMS's words; empty where it could not be asked."""
    unknown: str = ""
    """Why it could not be asked."""


@dataclass(frozen=True, kw_only=True)
class Covered:
    """The entries of the journal that the document was built from."""

    first: int
    last: int
    seal: str
    """Of the last one; empty where it has none."""


@dataclass(frozen=True, kw_only=True)
class CutoverCertificate:
    """The document; docs/certificate.schema.json is its JSON schema."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    format: Literal["cutover-certificate/1"]
    migration: str
    direction: str | None
    execution: str
    started: Started
    approvals: tuple[Approval, ...]
    plan: dict[str, Any] | None
    token: str | None
    lsn: str | None
    """The origin's WAL position right after the token."""
    times: Times
    pause_milliseconds: float | None
    tables: int | None
    sequences: tuple[SequenceMove, ...] | None
    """Each with its last value on the origin and what it was set to on the destination."""
    sessions_ended: int | None
    """That held the barrier up beyond the patience."""
    versions: Versions | None
    way_back: WayBack | None
    validation: Validation | None
    audit: dict[str, Any] | None
    """The independent look for writes on the closed origin: `verdict` (good, bad, unknown) and `fact`."""
    covered: Covered
    chain: ChainVerdict
    tool_version: str
    built_at: datetime


@dataclass(frozen=True, kw_only=True)
class Ruling:
    """What one rule says about one certificate."""

    title: str
    verdict: Verdict
    fact: str


@dataclass(frozen=True, kw_only=True)
class StoredAt:
    """Where the document of an execution was put, as the journal has it."""

    key: str
    sha256: str


_DOCUMENT: Final = TypeAdapter(CutoverCertificate)


def build_certificate(
    migration: str,
    entries: Sequence[Entry],
    *,
    now: datetime,
    newest: str | None = None,
    validation: Validation | None = None,
    execution: str | None = None,
) -> CutoverCertificate:
    """The certificate of the newest finished switch. Raises NothingToCertify where there is none.

    newest: the seal that the journal's state has. validation: as just observed; else what an entry recorded.
    execution: only the switch that this one had a part in.
    """
    looked_at = entries if execution is None else entries_of_the_move(entries, execution)
    opened = _newest(looked_at, Phase.DESTINATION_OPEN)
    if opened is None:
        whose = f"{execution} has" if execution else "this migration has"
        raise NothingToCertify(f"{whose} no finished switch: there is nothing to certify")
    # All of it: whoever took over what was cut off has neither the start nor the proof in entries of its own.
    own = entries_of_the_move(entries, opened.execution)
    started = _newest(own, Phase.STARTED)
    proof = _proof(own)
    told = _Told(own)
    covered = [entry for entry in own if STORED not in entry.detail]
    try:
        return _DOCUMENT.validate_python(
            {
                "format": FORMAT,
                "migration": migration,
                "direction": told.value("direction"),
                "execution": opened.execution,
                "started": {
                    "at": started.at if started else None,
                    "by": started.detail.get("by") if started else None,
                },
                "approvals": _approvals(own),
                "plan": told.value("plan"),
                "token": proof.get("token"),
                "lsn": proof.get("lsn"),
                "times": {
                    "barrier_requested": proof.get("barrier_requested_at"),
                    "barrier_held": proof.get("barrier_held_at"),
                    "drained": proof.get("drained_at"),
                    "closed": proof.get("closed_at"),
                    "opened": proof.get("opened_at"),
                },
                "pause_milliseconds": proof.get("pause_milliseconds"),
                "tables": proof.get("tables"),
                "sequences": proof.get("sequences"),
                "sessions_ended": proof.get("sessions_ended"),
                "versions": told.value("versions"),
                "way_back": told.value("way_back"),
                "validation": validation or told.value(VALIDATION),
                "audit": told.value("audit"),
                "covered": {
                    "first": covered[0].number,
                    "last": covered[-1].number,
                    "seal": covered[-1].seal,
                },
                "chain": check_chain(entries, newest=newest),
                "tool_version": TOOL_VERSION,
                "built_at": now,
            }
        )
    except ValidationError as error:
        raise BadInput(f"the journal of {migration}: {_faults(error)}") from error


def as_json(certificate: CutoverCertificate) -> dict[str, Any]:
    """The document as plain JSON values."""
    values: dict[str, Any] = _DOCUMENT.dump_python(certificate, mode="json")
    return values


def as_text(document: dict[str, Any]) -> str:
    """The document as it is stored: one form, so that its SHA-256 can be had again from the parsed one."""
    return json.dumps(document, sort_keys=True, indent=2, ensure_ascii=True) + "\n"


def digest(document: dict[str, Any]) -> str:
    """SHA-256 of the stored form, in hex."""
    return hashlib.sha256(as_text(document).encode("ascii")).hexdigest()


def parsed(document: object) -> CutoverCertificate:
    """The document as a value. Raises BadInput with every fault and its place."""
    try:
        return _DOCUMENT.validate_python(document)
    except ValidationError as error:
        raise BadInput(f"this is no {FORMAT}: {_faults(error)}") from error


def schema() -> dict[str, Any]:
    """The JSON schema of the document (draft 2020-12)."""
    made = _DOCUMENT.json_schema()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **made,
        "title": FORMAT,
    }


def validated(tables: Iterable[TableProgress], *, now: datetime) -> Validation:
    """The validation as DMS's table statistics have it."""
    counts = Counter(table.validation for table in tables)
    return Validation(observed_at=now, counts=dict(sorted(counts.items())))


def stored_at(entries: Sequence[Entry], execution: str) -> StoredAt | None:
    """Where the journal says that the document of this execution's move is; None: nowhere yet."""
    for entry in entries_of_the_move(entries, execution):
        if STORED in entry.detail:
            told = entry.detail[STORED]
            return StoredAt(key=str(told["key"]), sha256=str(told["sha256"]))
    return None


def check_certificate(
    document: dict[str, Any],
    entries: Sequence[Entry],
    *,
    newest: str | None = None,
    kept: bool = True,
) -> tuple[Ruling, ...]:
    """What every rule says. Raises BadInput where it is no certificate.

    entries: the whole journal of its migration; newest: the seal that the journal's state has. kept: the document
    was kept somewhere and is held against the journal; else it was built from these entries just now.
    """
    certificate = parsed(document)
    case = _Case(
        document=document,
        certificate=certificate,
        entries=entries,
        chain=check_chain(entries, newest=newest),
    )
    return tuple(
        Ruling(title=rule.title, verdict=verdict, fact=fact)
        for rule in (*(RULES_OF_A_KEPT_ONE if kept else RULES_OF_A_NEW_ONE), *RULES)
        for verdict, fact in (rule.look(case),)
    )


def worst(rulings: Iterable[Ruling]) -> Verdict:
    """Bad if any is, else unknown if any is, else good."""
    found = {ruling.verdict for ruling in rulings}
    return next((each for each in (Verdict.BAD, Verdict.UNKNOWN) if each in found), Verdict.GOOD)


class _Told:
    """What the entries of one move say, the newest first."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._entries = entries

    def value(self, key: str) -> Any:
        """The newest value under this key of an entry's detail, or None."""
        for entry in reversed(self._entries):
            if entry.detail.get(key) is not None:
                return entry.detail[key]
        return None


def carrier_of_the_move(entries: Sequence[Entry], execution: str) -> Stream:
    """What brought the rows that this move's switch relied on; not what carries since the hand-over."""
    own = entries_of_the_move(entries, execution)
    before = [entry for entry in entries if not own or entry.number < own[0].number]
    return Stream(_Told(before).value("carrier") or Stream.LOAD)


def _newest(entries: Sequence[Entry], phase: Phase) -> Entry | None:
    return next((entry for entry in reversed(entries) if entry.phase is phase), None)


def _proof(entries: Sequence[Entry]) -> dict[str, Any]:
    """The certificate of the switch itself; where its controller was killed before it could write it, what the origin
    kept of its closing, and else the intent."""
    for entry in reversed(entries):
        if isinstance(whole := entry.detail.get("certificate"), dict):
            return whole
    for phase in (Phase.ORIGIN_CLOSED, Phase.SWITCHING):
        for entry in reversed(entries):
            if entry.phase is phase and "token" in entry.detail:
                return entry.detail
    return {}


def _approvals(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    return [
        {**entry.detail[APPROVAL], "at": entry.at} for entry in entries if APPROVAL in entry.detail
    ]


def _faults(error: ValidationError) -> str:
    return "; ".join(
        ": ".join(filter(None, (".".join(str(part) for part in fault["loc"]), fault["msg"])))
        for fault in error.errors()
    )


# The rules.


@dataclass(frozen=True, kw_only=True)
class _Case:
    """What the rules look at."""

    document: dict[str, Any]
    certificate: CutoverCertificate
    entries: Sequence[Entry]
    chain: ChainVerdict


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One thing that must be true of a certificate."""

    title: str
    look: Callable[[_Case], tuple[Verdict, str]]


def _chain(case: _Case) -> tuple[Verdict, str]:
    verdicts = {ChainState.UNBROKEN: Verdict.GOOD, ChainState.BROKEN: Verdict.BAD}
    return verdicts.get(case.chain.state, Verdict.UNKNOWN), case.chain.fact


def _seal(case: _Case) -> tuple[Verdict, str]:
    covered = case.certificate.covered
    found = next((entry for entry in case.entries if entry.number == covered.last), None)
    if found is None:
        return Verdict.BAD, f"the journal has no entry {covered.last}, the last one covered"
    if not covered.seal:
        return Verdict.UNKNOWN, f"entry {covered.last}, the last one covered, was not sealed"
    if found.seal != covered.seal:
        return Verdict.BAD, f"entry {covered.last} has another seal than the document says"
    return Verdict.GOOD, f"entry {covered.last} has the seal {covered.seal[:16]}..."


def _agrees(case: _Case) -> tuple[Verdict, str]:
    certificate = case.certificate
    # What came later is not the document's: the clock of the way back is kept in the same execution's name.
    then = [
        entry
        for entry in case.entries
        if entry.number <= certificate.covered.last or STORED in entry.detail
    ]
    try:
        again = build_certificate(
            certificate.migration,
            then,
            now=certificate.built_at,
            execution=certificate.execution,
        )
    except (NothingToCertify, BadInput) as error:  # on neither side of the line: only a look
        return Verdict.BAD, str(error)
    if again.validation is None:
        # Observed for the document and not (yet) in the journal.
        again = replace(again, validation=certificate.validation)
    ours, theirs = as_json(again), as_json(certificate)
    differing = [key for key in ours if key not in _BUILD and ours[key] != theirs[key]]
    if differing:
        return Verdict.BAD, f"the journal says otherwise: {listed(differing)}"
    return Verdict.GOOD, "every value is the journal's"


NOT_STORED: Final = "the journal does not say that one was stored"


def _is_the_stored_one(case: _Case) -> tuple[Verdict, str]:
    stored = stored_at(case.entries, case.certificate.execution)
    if stored is None:
        return Verdict.UNKNOWN, NOT_STORED
    if stored.sha256 != digest(case.document):
        fact = f"another one was stored as {stored.key}, SHA-256 {stored.sha256[:16]}..."
        return Verdict.BAD, fact
    return Verdict.GOOD, f"stored as {stored.key}"


def _is_stored(case: _Case) -> tuple[Verdict, str]:
    stored = stored_at(case.entries, case.certificate.execution)
    if stored is None:
        return Verdict.UNKNOWN, NOT_STORED
    return Verdict.GOOD, f"stored as {stored.key}; --check looks at that one"


def _missing(case: _Case) -> tuple[Verdict, str]:
    certificate = case.certificate
    absent = [
        name
        for name in ("direction", "plan", "token", "lsn", "tables", "sessions_ended", "versions")
        if getattr(certificate, name) is None
    ]
    absent += [name for name in ("started.at", "started.by") if not _started(certificate, name)]
    if absent:
        return Verdict.UNKNOWN, f"not recorded: {listed(absent)}"
    return Verdict.GOOD, "nothing is missing"


def _started(certificate: CutoverCertificate, name: str) -> object:
    return getattr(certificate.started, name.removeprefix("started."))


def _order(case: _Case) -> tuple[Verdict, str]:
    times = case.certificate.times.in_order()
    known = [(name, at) for name, at in times if at is not None]
    for (earlier, before), (later, after) in pairwise(known):
        if after < before:
            late = (before - after).total_seconds() * 1000
            return Verdict.BAD, f"{later} is {late:.3f} ms before {earlier}"
    if missing := [name for name, at in times if at is None]:
        return Verdict.UNKNOWN, f"not recorded: {listed(missing)}"
    return Verdict.GOOD, "requested, held, drained, closed, opened"


def _drained(case: _Case) -> tuple[Verdict, str]:
    times = case.certificate.times
    if not case.certificate.token:
        return Verdict.UNKNOWN, "no token is recorded"
    if times.drained is None or times.closed is None:
        return Verdict.UNKNOWN, "it is not recorded when"
    ahead = (times.closed - times.drained).total_seconds() * 1000
    if ahead < 0:
        return Verdict.BAD, f"the token was seen {-ahead:.3f} ms after the closing"
    return Verdict.GOOD, f"the token was on the destination {ahead:.3f} ms before the closing"


def _sequences(case: _Case) -> tuple[Verdict, str]:
    moves = case.certificate.sequences
    if moves is None:
        return Verdict.UNKNOWN, "no sequence is recorded"
    behind = [move.name for move in moves if _is_behind(move) is True]
    if behind:
        return Verdict.BAD, f"behind the origin: {listed(behind)}"
    unclear = [move.name for move in moves if _is_behind(move) is None]
    if unclear:
        return Verdict.UNKNOWN, f"which way they count is not recorded: {listed(unclear)}"
    return Verdict.GOOD, f"{len(moves)}, none behind the origin"


def _is_behind(move: SequenceMove) -> bool | None:
    if move.target == move.source:
        return False
    if move.increment is None:
        return None
    return (move.target - move.source) * move.increment < 0


def _pause(case: _Case) -> tuple[Verdict, str]:
    pause, plan = case.certificate.pause_milliseconds, case.certificate.plan or {}
    if pause is None:
        return Verdict.UNKNOWN, "no pause is recorded"
    limit = plan.get("switch_deadline_seconds")
    if not isinstance(limit, int | float):
        return Verdict.UNKNOWN, f"{pause:.0f} ms, and no deadline is recorded"
    fact = f"{pause:.0f} ms, the deadline is {limit * 1000:.0f} ms"
    return (Verdict.GOOD if pause <= limit * 1000 else Verdict.BAD), fact


def _validation(case: _Case) -> tuple[Verdict, str]:
    validation = case.certificate.validation
    if validation is None:
        return Verdict.UNKNOWN, "not validated: nothing is recorded"
    if validation.unknown:
        return Verdict.UNKNOWN, f"not known: {validation.unknown}"
    counts = validation.counts
    if not counts:
        return Verdict.UNKNOWN, "not validated: DMS named no table"
    said = ", ".join(f"{count} {state}" for state, count in counts.items())
    if set(counts) & VALIDATION_FAULTS:
        return Verdict.BAD, said
    if set(counts) - {VALIDATED}:
        return Verdict.UNKNOWN, f"not validated: {said}"
    return Verdict.GOOD, said


def _audit(case: _Case) -> tuple[Verdict, str]:
    audit = case.certificate.audit
    if audit is None:
        return Verdict.UNKNOWN, "the closed origin was not audited"
    try:
        verdict = Verdict(str(audit.get("verdict")))
    except ValueError:  # on neither side of the line: only a look
        return Verdict.UNKNOWN, f"the audit's verdict is {audit.get('verdict')!r}"
    return verdict, str(audit.get("fact", ""))


def _approved(case: _Case) -> tuple[Verdict, str]:
    plan = case.certificate.plan
    if plan is None:
        return Verdict.UNKNOWN, "no plan is recorded"
    wanted = list(plan.get("approve_before", []))
    if not wanted:
        return Verdict.GOOD, "the plan asks for none"
    # The newest answer to each question counts.
    answers = {approval.before: approval for approval in case.certificate.approvals}
    lacking = [str(each) for each in wanted if not (each in answers and answers[each].granted)]
    if lacking:
        return Verdict.BAD, f"nobody approved: {listed(lacking)}"
    return Verdict.GOOD, "; ".join(f"{each}: {answers[each].by}" for each in wanted)


def _way_back(case: _Case) -> tuple[Verdict, str]:
    way_back = case.certificate.way_back
    if way_back is None:
        return Verdict.UNKNOWN, "no slot is recorded"
    return Verdict.GOOD, f"slot {way_back.slot} begins at {way_back.lsn}"


RULES_OF_A_KEPT_ONE: Final = (
    Rule(title="The document says what the journal says", look=_agrees),
    Rule(title="It is the document that was stored", look=_is_the_stored_one),
)
RULES_OF_A_NEW_ONE: Final = (Rule(title="A document is stored", look=_is_stored),)
RULES: Final = (
    Rule(title="The journal is as it was written", look=_chain),
    Rule(title="The last entry covered is the journal's", look=_seal),
    Rule(title="Everything is recorded", look=_missing),
    Rule(title="The times are in order", look=_order),
    Rule(title="Drained before the origin was closed", look=_drained),
    Rule(title="No sequence is behind", look=_sequences),
    Rule(title="The pause kept the deadline", look=_pause),
    Rule(title="Approved as the plan asks", look=_approved),
    Rule(title="The rows were compared", look=_validation),
    Rule(title="Nothing was written to the closed origin", look=_audit),
    Rule(title="The way back was armed", look=_way_back),
)
"""In the order they are shown."""
