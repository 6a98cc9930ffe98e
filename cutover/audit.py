"""Whether a closed side was written to, from its server's own counters: a witness that knows nothing of the gate."""

from __future__ import annotations

from collections.abc import Iterator

from cutover.decisions import Finding, Verdict, listed
from cutover.observations import Applier, SequenceState, TableWrites, WriteCounters

ERROR = "SwitchNotProven"


def audit_closed_side(
    before: WriteCounters,
    after: WriteCounters,
    *,
    sequence_margin: int,
    way_back_carries: bool,
) -> tuple[Finding, ...]:
    """What was written between two readings of one server, and by what as far as its counters tell.

    BAD names tables that were written by no replication; UNKNOWN what the counters can't tell. `before` is read once
    the side is closed and the application's sessions are ended; numbers up to `sequence_margin` were never stored.

    way_back_carries: the way back has been handed over to. Until then nothing applies here, whoever is connected: the
    tool that reads the old stream has the same role, and would explain every write past the gate.
    """
    doubts = tuple(_doubts(before, after))
    sequences = tuple(_sequence_findings(before, after, margin=sequence_margin))
    if doubts:
        return (*doubts, *sequences)
    if after.next_transaction == before.next_transaction:
        fact = (
            f"no transaction has written since {before.read_at.isoformat()}: the next number is still "
            f"{after.next_transaction}"
        )
        return (Finding(error=ERROR, verdict=Verdict.GOOD, fact=fact), *sequences)
    appliers = (*before.appliers, *after.appliers) if way_back_carries else ()
    found = (
        *_table_findings(before, after, appliers),
        *_large_object_findings(before, after),
        *sequences,
    )
    if found:
        return found
    fact = (
        f"{len(after.tables)} tables untouched since {before.read_at.isoformat()}; WAL from {before.lsn} to "
        f"{after.lsn} is none of theirs"
    )
    return (Finding(error=ERROR, verdict=Verdict.GOOD, fact=fact),)


def _doubts(before: WriteCounters, after: WriteCounters) -> Iterator[Finding]:
    """What makes two readings incomparable: then nothing is known, least of all that nothing was written."""
    earlier = {table.name: table.rows for table in before.tables}
    fallen = [table.name for table in after.tables if table.rows < earlier.get(table.name, 0)]
    for condition, fact in (
        (
            after.next_transaction < before.next_transaction or after.read_at < before.read_at,
            "the second reading is older than the first, or of another server: read the same one again",
        ),
        (
            after.started_at != before.started_at,
            f"the server was restarted at {after.started_at.isoformat()}, and a crash forgets the counters: "
            "validate the contents",
        ),
        (
            after.reset_at != before.reset_at,
            f"the counters were reset at {after.reset_at}: validate the contents",
        ),
        (
            fallen,
            f"the counters of {listed(fallen)} went down: they were reset; validate the contents",
        ),
    ):
        if condition:
            yield Finding(error=ERROR, verdict=Verdict.UNKNOWN, fact=f"audit: {fact}")


def _table_findings(
    before: WriteCounters, after: WriteCounters, appliers: tuple[Applier, ...]
) -> Iterator[Finding]:
    earlier = {table.name: table for table in before.tables}
    later = {table.name: table for table in after.tables}
    if made := sorted(later.keys() - earlier.keys()):
        yield _bad(
            f"{listed(made)} made since the closing: drop them here, make them on the other side"
        )
    if gone := sorted(earlier.keys() - later.keys()):
        yield _bad(f"{listed(gone)} dropped since the closing")
    both = [(earlier[name], table) for name, table in later.items() if name in earlier]
    if rewritten := [table.name for was, table in both if table.file != was.file]:
        fact = f"audit: {listed(rewritten)} rewritten since the closing, by TRUNCATE, VACUUM FULL or CLUSTER: validate"
        yield Finding(error=ERROR, verdict=Verdict.UNKNOWN, fact=fact)
    written = [(table, table.rows - was.rows) for was, table in both if table.rows > was.rows]
    explained = [pair for pair in written if _applied(pair[0], appliers)]
    if explained:
        who = ", ".join(sorted({applier.name for applier in appliers}))
        fact = f"audit: {_counted(explained)} written while {who} applies here: the counters do not say by whom"
        yield Finding(error=ERROR, verdict=Verdict.GOOD, fact=fact, risk="way-back-hides-writes")
    if left := [pair for pair in written if pair not in explained]:
        yield _bad(
            f"{_counted(left)} written past the gate, by no replication: find the session, validate"
        )


def _applied(table: TableWrites, appliers: tuple[Applier, ...]) -> bool:
    """Whether something that writes here for the other side carries this table."""
    return any(applier.tables is None or table.name in applier.tables for applier in appliers)


def _large_object_findings(before: WriteCounters, after: WriteCounters) -> Iterator[Finding]:
    rows = after.large_object_rows - before.large_object_rows
    if rows or after.large_objects != before.large_objects:
        yield _bad(
            f"large objects written past the gate: {before.large_objects} before, {after.large_objects} now, "
            f"{rows} rows changed"
        )


def _sequence_findings(
    before: WriteCounters, after: WriteCounters, *, margin: int
) -> Iterator[Finding]:
    earlier = {sequence.name: sequence for sequence in before.sequences}
    for sequence in after.sequences:
        was = earlier.get(sequence.name)
        drawn = _drawn(was, sequence) if was is not None else 0
        if drawn > margin or drawn < 0:
            yield _bad(
                f"{sequence.name} went from {was.last_value if was else None} to {sequence.last_value} since the "
                f"closing, more than sequence_margin {margin}: compare it with the other side's"
            )
        elif drawn:
            fact = f"audit: {drawn} numbers drawn from {sequence.name} since the closing, margin {margin}"
            yield Finding(error=ERROR, verdict=Verdict.GOOD, fact=fact, risk="sequences")


def _drawn(was: SequenceState, now: SequenceState) -> int:
    """Numbers drawn between; negative where it was set back."""
    if now.last_value is None or now.last_value == was.last_value:
        return 0 if now.last_value == was.last_value else -1
    first = now.minimum if now.increment > 0 else now.maximum
    start = was.last_value if was.last_value is not None else first - now.increment
    return (now.last_value - start) // now.increment


def _counted(pairs: list[tuple[TableWrites, int]]) -> str:
    return listed(f"{table.name} ({rows} rows)" for table, rows in pairs)


def _bad(fact: str) -> Finding:
    return Finding(error=ERROR, verdict=Verdict.BAD, fact=f"audit: {fact}")
