"""Moving the names: the read record in stages, the write record in one step."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from cutover.decisions import heed_an_abort
from cutover.direction import Direction
from cutover.errors import RecordsNotInSync, StaleLease, TransitionRefused
from cutover.journal import JournalState, Lease, Phase, Side, side_of_the_line
from cutover.observations import Change
from cutover.plan import CutoverPlan
from cutover.ports import Clock, Journal, TrafficRouter

INSYNC_POLL = timedelta(seconds=1)
INSYNC_PATIENCE = timedelta(seconds=60)
"""Route 53 usually has a change on all its servers within 60 s (API reference, GetChange)."""

MAY_GO_BACK: Final = (Phase.SHIFTING, Phase.WRITES_MOVED)
"""On the other side of the line, and after a put-back, there is nothing that an abort could stop."""


def shift_reads(
    journal: Journal,
    router: TrafficRouter,
    clock: Clock,
    *,
    lease: Lease,
    plan: CutoverPlan,
    stage: int,
    read_record: str,
) -> Change:
    """Gives the target this stage's share of the reads. Raises StaleLease when overtaken."""
    share = plan.weights[stage]
    note = f"stage {stage + 1} of {len(plan.weights)}: {share} % of the reads to the target"
    # The intent first: a controller that dies in between leaves a phase that the put-back acts on.
    journal.record(lease, Phase.SHIFTING, now=clock.now(), note=note, detail={"share": share})
    return _set(journal, router, clock, lease=lease, shares={read_record: share})


def move_writes(
    journal: Journal,
    router: TrafficRouter,
    clock: Clock,
    *,
    lease: Lease,
    read_record: str,
    write_record: str,
) -> Change:
    """Points the write record to the destination, in one batch. Raises StaleLease when overtaken.

    In a rollback the reads go along: they were all at the writer, and there is no stage to try them in.
    Before the switch this is an intent like any other; after it, the same act forward, and the phase stays.
    """
    state = journal.check(lease)
    destination = state.direction.destination
    if side_of_the_line(state.phase) is Side.BEFORE:
        note = f"the write record to the {destination.value}, which still refuses writes"
        journal.record(lease, Phase.WRITES_MOVED, now=clock.now(), note=note)
    shares = dict.fromkeys(_along(state, read_record, write_record), destination.share)
    return _set(journal, router, clock, lease=lease, shares=shares)


def return_writes(
    journal: Journal,
    router: TrafficRouter,
    clock: Clock,
    *,
    lease: Lease,
    read_record: str,
    write_record: str,
) -> Change:
    """Before the line: what moved early points to the writer again while the move holds. Safe to repeat.

    A hold may last for hours, a pause for ever, and whoever connects anew would be refused meanwhile. The phase stays:
    it says what a put-back has to look after. Raises StaleLease when overtaken, TransitionRefused past the line.
    """
    state = journal.check(lease)
    origin = state.direction.origin
    if side_of_the_line(state.phase) is not Side.BEFORE:
        raise TransitionRefused(
            f"the journal stands at {state.phase.value}: the {origin.value} is not known to take writes"
        )
    note = f"the write record back to the {origin.value}, for as long as this holds"
    journal.record(lease, Phase.WRITES_MOVED, now=clock.now(), note=note)
    shares = dict.fromkeys(_along(state, read_record, write_record), origin.share)
    return _set(journal, router, clock, lease=lease, shares=shares)


def _along(state: JournalState, read_record: str, write_record: str) -> list[str]:
    """The records that move with the writer."""
    return [write_record] if state.direction is Direction.FORWARD else [read_record, write_record]


def _set(
    journal: Journal,
    router: TrafficRouter,
    clock: Clock,
    *,
    lease: Lease,
    shares: dict[str, int],
) -> Change:
    change = router.set_target_shares(shares, now=clock.now())
    try:
        journal.check(lease)
    except StaleLease:
        # A put-back came between the intent and here, as when the execution was stopped while Route 53 had this wait.
        # Whether it was before the act or after it, the names belong to the writer.
        state = journal.state()
        if side_of_the_line(state.phase) is Side.BEFORE:
            router.set_target_shares(dict.fromkeys(shares, state.writer.share), now=clock.now())
        raise
    return change


def verify_records(
    journal: Journal, router: TrafficRouter, clock: Clock, *, execution: str, change: Change
) -> bool:
    """Waits until all of Route 53's servers have the change of this execution, then reads the weights back.

    False where another execution has had the lease since, as after a put-back, which gives it up: the records are that
    one's by now, and so is what the operator says.
    Raises RecordsNotInSync: the machine tries again, and on which side of the line that stands it knows.
    Raises AbortRequested before the line, where the operator has said so.
    """
    state = journal.state()
    if state.execution != execution:
        return False
    if state.phase in MAY_GO_BACK:
        # The machine tries this for minutes while Route 53 spreads a change, and looks at nothing else meanwhile.
        heed_an_abort(journal.word())
    give_up = clock.now() + INSYNC_PATIENCE
    while not router.in_sync(change.id):
        if clock.now() >= give_up:
            raise RecordsNotInSync(
                f"change {change.id} is still PENDING after {INSYNC_PATIENCE.total_seconds():.0f} s"
            )
        clock.sleep(INSYNC_POLL.total_seconds())
    for expected in change.expected:
        found = router.weights(expected.name)
        if found != expected:
            if journal.state().execution != execution:
                return False
            raise RecordsNotInSync(
                f"{found.name} is {found.source}/{found.target}, expected "
                f"{expected.source}/{expected.target}: something else has moved it"
            )
    return True
