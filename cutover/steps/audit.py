"""After the switch: whether the closed side was written to, by its own counters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cutover.audit import ERROR, audit_closed_side
from cutover.decisions import Finding, Verdict, listed
from cutover.errors import (
    DatabaseUnreachable,
    PrivilegeMissing,
    SwitchNotProven,
    TransitionRefused,
)
from cutover.journal import Entry, Lease, Side, entries_of_the_move, side_of_the_line
from cutover.jsonable import restored
from cutover.observations import WriteCounters
from cutover.plan import CutoverPlan
from cutover.ports import Clock, Database, Journal
from cutover.steps.switch import COUNTERS, MADE_MEANWHILE

AUDIT = "audit"
"""Key of an entry's detail: verdict and fact, for the certificate."""


def audit_origin(
    origin: Database, journal: Journal, clock: Clock, *, lease: Lease, plan: CutoverPlan
) -> tuple[Verdict, str]:
    """Compares the closed side's counters with those right after its closing, and writes the result down.

    Before the hand-over, as long as nothing applies there: then every write is one past the gate. A recovery may come
    here after it, and the journal says so. Safe to repeat. Raises SwitchNotProven where a table was written: a person
    has to find out by whom; after the line, nothing is reopened.
    """
    state = journal.check(lease)
    if side_of_the_line(state.phase) is not Side.AFTER:
        raise TransitionRefused(f"the journal stands at {state.phase.value}: nothing is closed yet")
    findings = _findings(
        origin,
        entries_of_the_move(journal.entries(), lease.execution),
        margin=plan.sequence_margin,
        way_back_carries=state.carrier is state.direction.way_back,
    )
    verdict, fact = judged(findings)
    journal.annotate(
        lease.execution,
        now=clock.now(),
        note=f"audit of the {state.direction.origin.value}: {verdict.value}",
        detail={AUDIT: {"verdict": verdict.value, "fact": fact}},
    )
    if verdict is Verdict.BAD:
        raise SwitchNotProven(fact)
    return verdict, fact


def baseline(entries: Iterable[Entry]) -> WriteCounters | None:
    """The counters that the switch of these entries read right after the closing; None where it could not."""
    found = None
    for entry in entries:
        if entry.detail.get(COUNTERS) is not None:
            found = restored(WriteCounters, entry.detail[COUNTERS])
    return found


def judged(findings: Iterable[Finding]) -> tuple[Verdict, str]:
    """The worst of the findings, with the facts that make it so."""
    every = list(findings)
    for verdict in (Verdict.BAD, Verdict.UNKNOWN):
        if facts := [finding.fact for finding in every if finding.verdict is verdict]:
            return verdict, "; ".join(facts)
    return Verdict.GOOD, "; ".join(finding.fact for finding in every)


def _findings(
    origin: Database, entries: Iterable[Entry], *, margin: int, way_back_carries: bool
) -> Iterator[Finding]:
    entries = list(entries)
    made = {name for entry in entries for name in entry.detail.get(MADE_MEANWHILE, ())}
    if made:
        fact = (
            f"audit: {listed(sorted(made))} made while it was being closed: rows that were written there before are on "
            "no other side; copy them"
        )
        yield Finding(error=ERROR, verdict=Verdict.BAD, fact=fact)
    before = baseline(entries)
    if before is None:
        yield _unknown("the counters were not read right after the closing")
        return
    try:
        after = origin.write_counters()
    except (DatabaseUnreachable, PrivilegeMissing) as error:  # after the line: said, not fine
        yield _unknown(str(error))
        return
    yield from audit_closed_side(
        before, after, sequence_margin=margin, way_back_carries=way_back_carries
    )


def _unknown(fact: str) -> Finding:
    return Finding(error=ERROR, verdict=Verdict.UNKNOWN, fact=f"audit: {fact}")
