"""The streams of changes around a switch: which one carries, how the way back takes over, that it does carry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from cutover.direction import Stream
from cutover.errors import (
    BadInput,
    ServiceUnavailable,
    SwitchNotProven,
    TransitionRefused,
    WayBackNotOpen,
)
from cutover.journal import JournalState, Lease, Side, side_of_the_line
from cutover.observations import Lag
from cutover.plan import CutoverPlan
from cutover.ports import Clock, Database, Journal, ReplicationTask
from cutover.steps.observe import measure_lag

STOPPED: frozenset[str] = frozenset({"stopped", "failed", "ready", "created"})
"""DMS API, ReplicationTask.Status: states in which a task carries nothing."""
HAND_OVER_POLL = timedelta(seconds=1)
HAND_OVER_PATIENCE = timedelta(seconds=60)
"""How long one try waits for a task to stop or to start; DMS takes seconds to minutes, and the machine tries again."""
WAY_BACK_PATIENCE = timedelta(seconds=20)


@dataclass(frozen=True, kw_only=True)
class SlotPlan:
    """The slots of the ways back."""

    names: Mapping[Stream, str]
    """By stream, as its endpoint in DMS names it."""
    plugin: str
    """What decodes the log: as the endpoint says, `test_decoding` for DMS."""

    def name(self, stream: Stream) -> str:
        """Raises BadInput where the stream has none."""
        if stream not in self.names:
            raise BadInput(f"no replication slot is named for the stream {stream.value}")
        return self.names[stream]


def hand_over(
    tasks: Mapping[Stream, ReplicationTask], journal: Journal, clock: Clock, *, lease: Lease
) -> Stream:
    """After the line: ends the stream that came to the destination, then has the way back carry. Safe to repeat.

    The order matters: with both running, what the way back applies on the origin would come around again.
    Raises ServiceUnavailable where a task takes longer: the machine tries again.
    """
    state = _past_the_line(journal.check(lease))
    way_back = state.way_back
    if way_back is None or way_back.stream is not state.direction.way_back:
        raise SwitchNotProven(
            f"the journal names no slot for the stream {state.direction.way_back.value}: a person must look"
        )
    old, new = tasks[state.carrier], tasks[way_back.stream]
    if state.carrier is not way_back.stream:
        _stop(old, clock, stream=state.carrier)
        journal.record(
            lease,
            state.phase,
            now=clock.now(),
            note=f"{state.carrier.value} is stopped; {way_back.stream.value} carries from {way_back.lsn}",
            detail={"carrier": way_back.stream.value},
        )
    found = new.status()
    if found.status not in ("running", "starting"):
        # Asked again: somebody with a newer lease may have turned round meanwhile, and this stream is stale then.
        journal.check(lease)
        if found.started and found.start_position == way_back.lsn:
            new.resume()
        else:
            new.start_at(way_back.lsn)
    _wait_until_running(new, clock, stream=way_back.stream)
    return way_back.stream


def retire_slots(origin: Database, journal: Journal, *, lease: Lease) -> tuple[str, ...]:
    """After the hand-over: drops the slots that the old stream read on the origin. Safe to repeat.

    They would keep the origin's log for ever. Raises SwitchNotProven while somebody still reads one.
    """
    state = _past_the_line(journal.check(lease))
    if state.way_back is None or state.carrier is not state.way_back.stream:
        raise TransitionRefused("the way back does not carry yet: the old slots are still needed")
    left = origin.drop_slots(state.way_back.old_slots)
    if left:
        raise SwitchNotProven(f"{', '.join(left)} is still read: the old stream has not ended")
    return state.way_back.old_slots


def check_way_back(
    origin: Database,
    destination: Database,
    journal: Journal,
    clock: Clock,
    *,
    lease: Lease,
    plan: CutoverPlan,
) -> Lag:
    """After the hand-over: a beat of the new writer must reach the old one. Raises WayBackNotOpen."""
    state = _past_the_line(journal.check(lease))
    # A database that does not answer is a lag that is not known: after the line, tried again, then a person.
    lag = measure_lag(destination, origin, clock, patience=WAY_BACK_PATIENCE)
    if lag.seconds is None or lag.seconds > min(
        plan.max_lag_seconds, WAY_BACK_PATIENCE.total_seconds()
    ):
        found = lag.reason if lag.seconds is None else f"its newest beat is {lag.seconds:.0f} s old"
        raise WayBackNotOpen(
            f"what the {state.direction.destination.value} writes does not reach the "
            f"{state.direction.origin.value}: {found}"
        )
    return lag


def _past_the_line(state: JournalState) -> JournalState:
    if side_of_the_line(state.phase) is not Side.AFTER:
        raise TransitionRefused(
            f"the journal stands at {state.phase.value}: the way back is handed over after the switch only"
        )
    return state


def _stop(task: ReplicationTask, clock: Clock, *, stream: Stream) -> None:
    give_up = clock.now() + HAND_OVER_PATIENCE
    while (status := task.status().status) not in STOPPED:
        if status == "running":
            task.stop()
        if clock.now() >= give_up:
            raise ServiceUnavailable(f"the stream {stream.value} is to stop and is {status}")
        clock.sleep(HAND_OVER_POLL.total_seconds())


def _wait_until_running(task: ReplicationTask, clock: Clock, *, stream: Stream) -> None:
    give_up = clock.now() + HAND_OVER_PATIENCE
    while (found := task.status()).status != "running":
        if found.status == "failed" or clock.now() >= give_up:
            why = " ".join(part for part in (found.stop_reason, found.failure) if part)
            raise ServiceUnavailable(
                f"the stream {stream.value} is to start and is {found.status}{': ' + why if why else ''}"
            )
        clock.sleep(HAND_OVER_POLL.total_seconds())
