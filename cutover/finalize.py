"""Giving up a way back on purpose: what is ours on either side, and what is left on the source afterwards.

All of it is after the line. What was dropped does not come back, so every failure goes forward: whatever is missing is
done by starting it again. What this migration did not make is named and never dropped.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from cutover.direction import Where
from cutover.journal import Entry, JournalState
from cutover.observations import GateState, Left
from cutover.schema.difference import since, told
from cutover.schema.inventory import Inventory, Kind, SchemaObject
from cutover.schema.reasons import Change
from cutover.schema.removal import removal_of, role_removal
from cutover.schema.stored import Stored
from cutover.transitions import refusal_to_finalize

SLOTS: Final = "slots"
"""Key of an entry's detail: slots from which a stream of this migration was seen to read."""


class SourceAfterwards(StrEnum):
    """What the source is to be when the way back is gone."""

    OPEN = "open"
    """As it was before: its gate is dropped, and it takes writes again."""
    CLOSED = "closed"
    """Its gate stays, and with it the schema `cutover`: for a source that is kept a while, and never written again."""
    GONE = "gone"
    """It was shut down: nothing is asked there, and nothing is known."""


@dataclass(frozen=True, kw_only=True)
class Behind:
    """One object that was not there before."""

    what: str
    sql: str
    """What drops it, ready for psql; never run by anything here."""
    ours: bool
    """Whether it is this migration's, by name. What is not may well be the application's: a person knows."""


class Verdict(StrEnum):
    """What a look at the source afterwards comes to."""

    CLEAN = "clean"
    LEFT_BEHIND = "left behind"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class Remains:
    """The source, compared with the inventory that was taken before."""

    verdict: Verdict
    reason: str
    taken_at: datetime | None = None
    """When the inventory was taken; None: there is none."""
    behind: tuple[Behind, ...] = ()
    changed: tuple[str, ...] = ()
    """What was there before, and is otherwise or gone: the application's own changes, most often."""
    unknown: tuple[str, ...] = ()
    """Kinds that one of the two looks could not read."""
    roles: tuple[Behind, ...] = ()
    """Roles that the migration worked as: a person made them, and a person drops them."""


def refusal(state: JournalState, *, named: str, suffix: str, source: SourceAfterwards) -> str:
    """Why this may not be finalized, with the fact and the remedy; empty where it may."""
    if named != suffix:
        return (
            f"{named!r} was given as the name of what is to be finalized, and this is {suffix!r}: give the name of the "
            "environment, letter by letter"
        )
    if state.writer is Where.SOURCE and source is not SourceAfterwards.OPEN:
        return (
            f"the writer is on the source, and the source is to be {source.value} afterwards: nobody would take "
            "writes; leave that out"
        )
    return refusal_to_finalize(state)


def refusal_of_sessions(
    sessions: Mapping[str, int], *, gate: GateState, source: SourceAfterwards
) -> str:
    """Why a closed source may not be opened: somebody who may write is connected to it. Empty: nobody is.

    sessions: how many of each role.
    """
    if source is not SourceAfterwards.OPEN or gate is GateState.OPEN or not sessions:
        return ""
    who = ", ".join(f"{number} of {role}" for role, number in sorted(sessions.items()))
    return (
        f"the source is {gate.value}, and sessions of roles that may write there are connected to it: {who}. Finalize "
        "opens it, and what they write from then on is in a database that nobody reads. Have them connect by the "
        "record of the writes, or end them; or keep the source closed, with `cutover finalize --source closed`"
    )


def slots_of(entries: Iterable[Entry], *, planned: Iterable[str]) -> tuple[str, ...]:
    """Every slot that the journal, or the plan, says is this migration's, by name."""
    found = set(planned)
    for entry in entries:
        found.update(entry.detail.get(SLOTS, ()))
        way_back = entry.detail.get("way_back") or {}
        found.update(way_back.get("old_slots", ()))
        if "slot" in way_back:
            found.add(way_back["slot"])
    return tuple(sorted(found))


def judge(
    before: Stored | None,
    now: Inventory,
    *,
    roles: Iterable[str],
    slots: Iterable[str],
    left: tuple[Left, ...],
    source: SourceAfterwards,
) -> Remains:
    """What is on the source, against what was there before. Without an inventory of then it is not known.

    roles: as whom the migration worked there. left: what of it could not be dropped, or was not to be.
    """
    mine = Mine(roles=frozenset(_no_superusers(roles, now)), slots=frozenset(slots))
    kept = tuple(
        Behind(what=f"role {role}", sql=role_removal(role), ours=True)
        for role in sorted(mine.roles)
        if now.get(Kind.ROLE, role) is not None
    )
    if before is None:
        return Remains(
            verdict=Verdict.LEFT_BEHIND if left else Verdict.UNKNOWN,
            reason="no inventory of the source was taken before the load: what was there then is not known",
            roles=kept,
        )
    comparison = since(before.inventory, now)
    behind, changed = [], []
    for each in comparison.differences:
        side = now if each.change is Change.EXTRA else before.inventory
        found = side.by_key[each.kind, each.name]
        if mine.is_role(found):
            continue
        if each.change is not Change.EXTRA:
            if not mine.has(found):
                changed.append(told(each, sides=("before", "now")))
        elif not (source is SourceAfterwards.CLOSED and mine.has(found)):
            what = f"{each.kind.value} {each.name}"
            behind.append(Behind(what=what, sql=removal_of(found), ours=mine.has(found)))
    unknown = tuple(sorted({f"{each.kind.value}: {each.reason}" for each in comparison.unknown}))
    if behind or left:
        verdict = Verdict.LEFT_BEHIND
        own = sum(each.ours for each in behind)
        of_others = len(behind) - own
        reason = f"{max(own, len(left))} objects of this migration are still there, and {of_others} of others are new"
    elif unknown:
        verdict, reason = (
            Verdict.UNKNOWN,
            f"{len(unknown)} kinds of objects could not be read in full",
        )
    else:
        verdict = Verdict.CLEAN
        reason = f"nothing is there that was not there before; {comparison.compared} objects were compared"
    return Remains(
        verdict=verdict,
        reason=f"{reason}, with the inventory of {before.taken_at:%Y-%m-%d %H:%M}Z",
        taken_at=before.taken_at,
        behind=tuple(behind),
        changed=tuple(changed),
        unknown=unknown,
        roles=kept,
    )


def _no_superusers(roles: Iterable[str], now: Inventory) -> Iterable[str]:
    """A superuser that the migration worked as was there before, and is the server's."""
    for role in roles:
        found = now.get(Kind.ROLE, role)
        if found is None or not found.facts.get("superuser"):
            yield role


@dataclass(frozen=True, kw_only=True)
class Mine:
    """What is this migration's, by name: its being gone is what was to be reached."""

    roles: frozenset[str]
    slots: frozenset[str]

    def is_role(self, found: SchemaObject) -> bool:
        """One of the roles, or something that it is, or has been given: they go together, by a person's hand."""
        if found.kind is Kind.ROLE:
            return found.name in self.roles
        told_of = {found.text(fact) for fact in ("grantee", "role")}
        return found.kind in OF_ROLES and bool(told_of & self.roles)

    def has(self, found: SchemaObject) -> bool:
        if found.kind is Kind.REPLICATION_SLOT:
            return found.name in self.slots
        if found.kind is Kind.EVENT_TRIGGER:
            return found.name in EVENT_TRIGGERS
        if found.kind is Kind.TRIGGER:
            return found.name.startswith(f"{GATE} on ")
        subject = found.text("object") or found.of or found.name
        return subject.partition(".")[0] in SCHEMAS


OF_ROLES: Final = frozenset({Kind.GRANT, Kind.DEFAULT_PRIVILEGES, Kind.SETTING})
"""Kinds that say something about a role."""
GATE: Final = "cutover_gate"
EVENT_TRIGGERS: Final = frozenset({"cutover_ddl_start", "cutover_ddl_end", "cutover_ddl_drop"})
SCHEMAS: Final = frozenset({"cutover", "awsdms_control"})
"""Made by `cutover roles`, by the stacks or by `cutover install`."""


@dataclass(frozen=True, kw_only=True)
class Report:
    """What was done on either side, and what the source is like now."""

    migration: str
    execution: str
    at: datetime
    source: SourceAfterwards
    writer: Where
    slots: tuple[str, ...]
    """That were dropped, with their side."""
    dropped: Mapping[Where, tuple[str, ...]]
    left: Mapping[Where, tuple[Left, ...]]
    remains: Remains
    format: str = "migration-finalize/1"


def summary(report: Report) -> str:
    """For the journal, in one sentence."""
    if report.source is SourceAfterwards.GONE:
        return "finalized; the source was not looked at, it is gone: what it has is not known"
    on_target = report.left.get(Where.TARGET, ())
    also = f"; on the target {len(on_target)} could not be dropped" if on_target else ""
    return f"finalized; the source: {report.remains.verdict.value}: {report.remains.reason}{also}"
