"""The work on the target around a load: schema, empty tables, statistics. Before the line, and safe to repeat."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from cutover.decisions import listed
from cutover.errors import NotInstalled, SchemaIncomplete, StartRefused, TargetNotEmpty
from cutover.finalize import SLOTS
from cutover.journal import Lease
from cutover.observations import DatabaseFacts, GateState, SchemaPart
from cutover.plan import CutoverPlan
from cutover.ports import Clock, Database, Journal, SchemaCopy

ANALYZE_AT_ONCE = timedelta(seconds=20)
"""How long one call collects statistics; the machine calls again until none are left."""
WORTH_TELLING = 10
"""Percent of a load, or of a copy of the schema, between two entries of the journal."""


@dataclass(frozen=True, kw_only=True)
class Done:
    """How far a part of the work on the target is."""

    complete: bool
    note: str
    wait_seconds: int
    tables: tuple[str, ...] = ()
    """Those that were emptied."""
    started_at: datetime | None = None
    """When the statistics were begun to be collected, by the target's clock."""
    told: int | None = None
    """Percent of the schema that the journal was told last; None once it is complete."""


def copy_schema(
    schema: SchemaCopy,
    source: Database,
    target: Database,
    journal: Journal,
    clock: Clock,
    *,
    lease: Lease,
    plan: CutoverPlan,
    part: SchemaPart,
    hold: timedelta,
    told: int | None = None,
) -> Done:
    """Begins the copy of a part of the schema and tells how far it is; the target stays closed.

    told: as the call before has returned it.

    Raises SchemaIncomplete where it ended without being complete, NotInstalled, StartRefused.
    """
    journal.check(lease)
    copy = schema.pre_data if part is SchemaPart.PRE_DATA else schema.post_data
    progress = copy(lease.execution)
    if progress.failure:
        raise SchemaIncomplete(f"{part.value}: {progress.failure}")
    if not progress.complete:
        percent = progress.percent or 0
        if told is None or abs(percent - told) >= WORTH_TELLING:
            note, told = f"{part.value}: {progress.note}", percent
            journal.annotate(lease.execution, now=clock.now(), note=note)
        return Done(complete=False, note=progress.note, wait_seconds=plan.poll_seconds, told=told)
    if part is SchemaPart.PRE_DATA:
        _closed(source, target, hold=hold)
    journal.annotate(
        lease.execution,
        now=clock.now(),
        note=f"{part.value}: {progress.note}",
        detail=progress.detail,
    )
    return Done(complete=True, note=progress.note, wait_seconds=0)


def _closed(source: Database, target: Database, *, hold: timedelta) -> None:
    """Every table of the target refuses the application's writes before the first row comes."""
    facts: DatabaseFacts = source.inspect()
    if not facts.installed:
        raise NotInstalled("the source has no schema `cutover`: run `cutover install`")
    if facts.gate.state is not GateState.OPEN:
        raise StartRefused(f"the source is {facts.gate.state.value}: it is not the writer")
    target.install(hold=hold)
    target.close_gate()
    missing = sorted(set(facts.tables) - set(target.inspect().tables))
    if missing:
        raise SchemaIncomplete(f"pre-data: the target lacks {listed(missing)}")


def look_for_rows(target: Database, journal: Journal, *, lease: Lease) -> Done:
    """Before the first start: the tables of the target are empty. Raises TargetNotEmpty."""
    journal.check(lease)
    filled = target.filled()
    if filled:
        raise TargetNotEmpty(f"there are rows on the target already, in {listed(filled)}")
    return Done(complete=True, note="the target is empty", wait_seconds=0)


def empty_tables(
    target: Database,
    journal: Journal,
    clock: Clock,
    *,
    lease: Lease,
    tables: tuple[str, ...],
) -> Done:
    """Empties these on the target, all of them where none is named. Raises SwitchAborted where it is not closed."""
    journal.check(lease)
    emptied = target.empty(tables)
    note = f"emptied on the target: {listed(emptied) or 'nothing, there was no row'}"
    journal.annotate(lease.execution, now=clock.now(), note=note, detail={"tables": list(emptied)})
    # Where all were emptied nobody asks which: a state passes on no more than 256 KB.
    return Done(complete=True, note=note, wait_seconds=0, tables=emptied if tables else ())


def analyze(
    source: Database,
    target: Database,
    journal: Journal,
    clock: Clock,
    *,
    lease: Lease,
    since: datetime | None,
) -> Done:
    """Statistics for the planner, a part at each call. since: as the call before has returned it.

    At the end the journal has the slot of the task that was just resumed, whose name DMS made up: by that it is dropped
    when the migration is finalized, even where the task has stopped until then.
    """
    journal.check(lease)
    begun = since or target.now()
    left = target.analyze(since=begun, within=ANALYZE_AT_ONCE)
    note = f"{left} tables are still to be analyzed" if left else "the target is analyzed"
    if not left:
        read = list(source.streaming_slots())
        journal.annotate(lease.execution, now=clock.now(), note=note, detail={SLOTS: read})
    return Done(complete=not left, note=note, wait_seconds=0, started_at=begun)
