"""Ending a migration: tasks stopped, slots and traces dropped, the source compared with what it was.

All of it is after the line: a slot that is dropped does not come back. Every step is safe to repeat, every failure goes
forward, and where an execution ends in the middle the next one finishes it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from cutover.decisions import listed
from cutover.direction import Stream, Where
from cutover.errors import (
    DatabaseUnreachable,
    LeaseTaken,
    PrivilegeMissing,
    ServiceUnavailable,
    SlotStillRead,
    StartRefused,
)
from cutover.finalize import (
    SLOTS,
    Remains,
    Report,
    SourceAfterwards,
    Verdict,
    judge,
    refusal,
    refusal_of_sessions,
    slots_of,
    summary,
)
from cutover.journal import Lease, Phase
from cutover.jsonable import jsonable
from cutover.observations import Cleared, Gate, Left
from cutover.ports import (
    CertificateStore,
    Clock,
    CutoverMachine,
    Database,
    Display,
    Journal,
    ReplicationTask,
    Traces,
)
from cutover.schema.inventory import Inventory
from cutover.schema.stored import from_text
from cutover.steps.inventory import KEY, keep_inventory
from cutover.steps.replication import STOPPED

CLEAR_AT_ONCE = timedelta(seconds=60)
"""How long one call drops; the machine calls again until there is nothing left to be tried."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What the operator asked for."""

    named: str
    """The name that was typed."""
    source: SourceAfterwards = SourceAfterwards.OPEN


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What is known before anything is touched."""

    slots: tuple[str, ...]
    """Read by a stream of this migration at that moment."""


@dataclass(frozen=True, kw_only=True)
class Rest:
    """Whether the tasks carry nothing any more."""

    complete: bool
    note: str


def take_first_inventory(
    read: Callable[[], Inventory],
    store: CertificateStore,
    journal: Journal,
    clock: Clock,
) -> str | None:
    """Keeps the inventory beside a preflight, whose verdict it must not stand in the way of; None where it was not.

    Only where nothing was begun: later it would show a source that has been worked on. The replication takes it then.
    """
    try:
        if journal.state().phase is not Phase.IDLE:
            return None
        keep_inventory(read, store, clock)
    except (ServiceUnavailable, DatabaseUnreachable, PrivilegeMissing):  # before the line
        return None
    return KEY


def report_key(migration: str, execution: str) -> str:
    """Where the report of an execution is kept, by its ARN or name."""
    return f"reports/{migration}/{execution.rpartition(':')[2]}.json"


def look(
    source: Database,
    target: Database,
    traces: Traces,
    journal: Journal,
    *,
    wanted: Wanted,
    suffix: str,
) -> Seen:
    """Before anything is touched. Raises StartRefused where it is not to be begun, DatabaseUnreachable."""
    state = journal.state()
    if why := refusal(state, named=wanted.named, suffix=suffix, source=wanted.source):
        raise StartRefused(why)
    if wanted.source is SourceAfterwards.GONE:
        return Seen(slots=target.streaming_slots())
    gate: Gate = source.gate()
    if why := refusal_of_sessions(traces.writers(), gate=gate.state, source=wanted.source):
        raise StartRefused(why)
    return Seen(slots=(*source.streaming_slots(), *target.streaming_slots()))


def begin(
    journal: Journal,
    machine: CutoverMachine,
    display: Display,
    clock: Clock,
    *,
    execution: str,
    wanted: Wanted,
    suffix: str,
    seen: Seen,
    detail: dict[str, Any],
) -> Lease:
    """Takes the lease, that of an execution too which was finalizing and does not run any more. Safe to repeat.

    Raises LeaseTaken, StartRefused; nothing is touched then.
    """
    state = journal.state()
    if why := refusal(state, named=wanted.named, suffix=suffix, source=wanted.source):
        raise StartRefused(why)
    if state.held and state.phase is Phase.FINALIZING and state.execution != execution:
        if machine.runs(str(state.execution)):
            raise LeaseTaken(f"{state.execution} finalizes it already: wait for its end")
        lease = journal.take_over(execution, now=clock.now())
    else:
        lease = journal.acquire(
            execution, now=clock.now(), finalizes=True, detail=detail | {SLOTS: list(seen.slots)}
        )
    display.show(
        {
            "phase": Phase.FINALIZING.value,
            "execution": execution,
            "reason": f"what replicates is being removed; the source is to be {wanted.source.value} afterwards",
            "at": clock.now().isoformat(),
        }
    )
    return lease


def stop_tasks(
    tasks: Mapping[Stream, ReplicationTask], journal: Journal, clock: Clock, *, lease: Lease
) -> Rest:
    """Asks every task that runs to stop, and tells whether all rest. Asked again until they do.

    Raises ServiceUnavailable while DMS does not answer, or one is on its way to another state.
    """
    journal.check(lease)
    found = {}
    for stream, task in tasks.items():
        if not task.exists():
            # Somebody deleted it by hand; its slots are known by name all the same.
            continue
        status = task.status().status
        if status == "running":
            task.stop()
        found[stream] = status
    moving = {stream: status for stream, status in found.items() if status not in STOPPED}
    if moving:
        told = ", ".join(f"{stream.value} is {status}" for stream, status in moving.items())
        return Rest(complete=False, note=f"tasks that do not rest yet: {told}")
    note = "no task carries anything any more"
    journal.annotate(lease.execution, now=clock.now(), note=note)
    return Rest(complete=True, note=note)


def drop_slots(
    databases: Mapping[Where, Database],
    journal: Journal,
    clock: Clock,
    *,
    lease: Lease,
    planned: Iterable[str],
) -> tuple[str, ...]:
    """Drops the slots that are known to be this migration's, on either side; returns those that were there.

    Raises SlotStillRead where somebody reads one: it keeps the log of its database, so nothing goes on before.
    """
    journal.check(lease)
    names = slots_of(journal.entries(), planned=planned)
    there = {
        where: tuple(each.name for each in database.slot_health(names))
        for where, database in databases.items()
    }
    left = {where: database.drop_slots(names) for where, database in databases.items()}
    dropped = [
        f"{name} on the {where.value}"
        for where, found in there.items()
        for name in found
        if name not in left[where]
    ]
    if dropped:
        note = f"slots dropped: {listed(dropped)}"
        journal.annotate(lease.execution, now=clock.now(), note=note, detail={"dropped": dropped})
    if read := [f"{name} on the {where.value}" for where, names in left.items() for name in names]:
        raise SlotStillRead(
            f"{listed(read)}: somebody reads it still, with no task that runs; see active_pid in "
            "pg_replication_slots, end that session, and finalize again"
        )
    return tuple(dropped)


def clear(
    traces: Traces,
    journal: Journal,
    clock: Clock,
    *,
    lease: Lease,
    side: Where,
    source: SourceAfterwards,
) -> Cleared:
    """Drops what this migration made in one database, as far as one call comes. What can't be dropped is named."""
    journal.check(lease)
    keep_gate = side is Where.SOURCE and source is SourceAfterwards.CLOSED
    cleared = traces.clear(keep_gate=keep_gate, within=CLEAR_AT_ONCE)
    if cleared.complete or cleared.dropped:
        left = f"; left: {listed([each.what for each in cleared.left])}" if cleared.left else ""
        note = f"dropped on the {side.value}: {listed(cleared.dropped) or 'nothing'}{left}"
        journal.annotate(
            lease.execution,
            now=clock.now(),
            note=note,
            detail={"side": side.value, "cleared": jsonable(cleared)},
        )
    return cleared


def compare(
    read: Callable[[], Inventory],
    store: CertificateStore,
    journal: Journal,
    clock: Clock,
    *,
    lease: Lease,
    migration: str,
    source: SourceAfterwards,
    roles: Iterable[str],
    planned: Iterable[str],
) -> Report:
    """The source against the inventory that was kept before the load; the report is stored. Safe to repeat.

    Raises BadInput where what is kept can't be read, ServiceUnavailable, DatabaseUnreachable.
    """
    state = journal.check(lease)
    entries = journal.entries()
    # Of an earlier execution too, which was cut off.
    own = [entry.detail for entry in entries if entry.phase is Phase.FINALIZING]
    cleared = [(Where(detail["side"]), detail["cleared"]) for detail in own if "cleared" in detail]
    slots = slots_of(entries, planned=planned)
    left = {
        # The newest look at a side is the one that counts.
        where: tuple(Left(**each) for each in found["left"])
        for where, found in cleared
    }
    dropped = {
        where: tuple(name for side, found in cleared if side is where for name in found["dropped"])
        for where in Where
    }
    of_slots = [name for detail in own for name in detail.get("dropped", ())]
    if source is SourceAfterwards.GONE:
        remains = Remains(
            verdict=Verdict.UNKNOWN, reason="the source is gone: it was not looked at"
        )
    else:
        text = store.get(KEY)
        remains = judge(
            None if text is None else from_text(text),
            read(),
            roles=roles,
            slots=slots,
            left=left.get(Where.SOURCE, ()),
            source=source,
        )
    report = Report(
        migration=migration,
        execution=lease.execution,
        at=clock.now(),
        source=source,
        writer=state.writer,
        slots=tuple(of_slots),
        dropped=dropped,
        left=left,
        remains=remains,
    )
    key = report_key(migration, lease.execution)
    store.put(key, as_report(report))
    journal.annotate(
        lease.execution,
        now=clock.now(),
        note=f"{summary(report)}; the report is stored as {key}",
        detail={"report": key, "verdict": remains.verdict.value},
    )
    return report


def as_report(report: Report) -> str:
    """The document, for people and programs."""
    return json.dumps(jsonable(report), indent=2, ensure_ascii=False)


def end(
    journal: Journal,
    display: Display,
    clock: Clock,
    *,
    execution: str,
    reason: str,
    finished: bool,
) -> bool:
    """FINALIZED, or the lease given up in the middle so that the next one finishes. False where another has the lease.

    Safe to repeat.
    """
    state = journal.state()
    if state.execution != execution:
        return False
    lease = Lease(execution=execution, fence=state.fence)
    if state.held and finished:
        journal.record(lease, Phase.FINALIZED, now=clock.now(), note=reason, release=True)
    elif state.held:
        journal.annotate(execution, now=clock.now(), note=reason)
        journal.release(lease, now=clock.now())
    display.show(
        {
            "phase": (Phase.FINALIZED if finished else Phase.FINALIZING).value,
            "execution": execution,
            "reason": reason,
            "writer": state.writer.value,
            "at": clock.now().isoformat(),
        }
    )
    return True
