"""Every invariant can be broken, and the checker then says so; a sound run holds all of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from cutover.direction import Direction
from cutover.journal import Entry, JournalState, Phase
from cutover.observations import Gate, GateState
from rehearsal.faults.checker import (
    Evidence,
    SideFacts,
    Verdict,
    failed_transactions,
    judge,
    unretryable,
)
from rehearsal.faults.probing import Probe
from rehearsal.workload.contents import Account, Contents, Transfer
from rehearsal.workload.ledger import ClientError, Write
from rehearsal.workload.verdict import Closed

NOW = datetime(2026, 1, 1, tzinfo=UTC)
OPEN, CLOSED = Gate(state=GateState.OPEN), Gate(state=GateState.CLOSED)
WRITES = (
    Write(1, 1, "source", 100, 110),
    Write(2, 1, "source", 120, 130),
    Write(1, 2, "target", 300, 310),
    Write(2, 2, "target", 320, 330),
)


def contents(*writes: tuple[int, int]) -> Contents:
    """A database with these writes, each of which moved 5 from account 1 to account 2."""
    moved = 5 * len(writes)
    return Contents(
        ledger=dict.fromkeys(writes, Transfer(1, 2, 5)),
        accounts={
            1: Account(100, 100 - moved, len(writes)),
            2: Account(100, 100 + moved, len(writes)),
        },
    )


def entry(number: int, phase: Phase, execution: str = "night", **detail: Any) -> Entry:
    return Entry(number=number, phase=phase, execution=execution, at=NOW, note="so", detail=detail)


def side(gate: Gate, held: Contents, **changes: Any) -> SideFacts:
    values: dict[str, Any] = {
        "gate": gate,
        "accepts_writes": gate.state is GateState.OPEN,
        "contents": held,
        "barrier_sessions": 0,
        "has_token": True,
    }
    return SideFacts(**{**values, **changes})


def switched(**changes: Any) -> Evidence:
    """A switch that went well, with changes."""
    values: dict[str, Any] = {
        "writes": WRITES,
        "errors": (),
        "source": side(CLOSED, contents((1, 1), (2, 1))),
        "target": side(OPEN, contents((1, 1), (2, 1), (1, 2), (2, 2))),
        "journal": JournalState(phase=Phase.DONE, execution="night", fence=1),
        "entries": (
            entry(1, Phase.STARTED),
            entry(2, Phase.SWITCHING, token="t"),
            entry(3, Phase.DESTINATION_OPEN, certificate={"token": "t", "lsn": "0/1"}),
            entry(4, Phase.DONE),
        ),
        "weights": {"ro": 100, "rw": 100},
        "status": "SUCCEEDED",
        "error": "",
        "states": ("Take the lease", "Done"),
        "closed_ns": 200,
    }
    return Evidence(**{**values, **changes})


def put_back(**changes: Any) -> Evidence:
    """A fault before the line, after which everything is as it was."""
    values: dict[str, Any] = {
        "writes": WRITES[:2],
        "source": side(OPEN, contents((1, 1), (2, 1))),
        "target": side(CLOSED, contents((1, 1))),
        "journal": JournalState(phase=Phase.PUT_BACK, execution="night", fence=2),
        "entries": (entry(1, Phase.STARTED), entry(2, Phase.PUT_BACK)),
        "weights": {"ro": 0, "rw": 0},
        "status": "FAILED",
        "states": ("Take the lease", "Put back, nothing lost"),
        "closed_ns": None,
        "controller_killed": True,
        "stall_limit_ms": 3500.0,
    }
    return switched(**{**values, **changes})


ALL = ((1, 1), (2, 1), (1, 2), (2, 2))


def carried(**changes: Any) -> Evidence:
    """A switch whose way back carries: both hold the same."""
    values: dict[str, Any] = {
        "source": side(CLOSED, contents(*ALL)),
        "target": side(OPEN, contents(*ALL), slots=("back_s1",)),
        "streams": ("back",),
        "way_back_slot": "back_s1",
    }
    return switched(**{**values, **changes})


def rolled_back(**changes: Any) -> Evidence:
    """And the move back after it: the target closed at 400."""
    values: dict[str, Any] = {
        "writes": (*WRITES, Write(1, 3, "source", 410, 420)),
        "source": side(OPEN, contents(*ALL, (1, 3)), slots=("again_s1",)),
        "target": side(CLOSED, contents(*ALL, (1, 3))),
        "streams": ("again",),
        "way_back": "again",
        "way_back_slot": "again_s1",
        "direction": Direction.BACK,
        "began_ns": 340,
        "closed_ns": 400,
        "closed_before": (
            Closed(side="target", until_ns=200),
            Closed(side="source", from_ns=200, until_ns=400),
        ),
        "earlier": ("first",),
        "entries": (
            entry(1, Phase.SWITCHING, "first", token="t"),
            entry(2, Phase.STARTED),
            entry(3, Phase.SWITCHING, token="u"),
            entry(4, Phase.ORIGIN_CLOSED, token="u", lsn="0/2"),
            entry(5, Phase.DONE),
        ),
        "weights": {"ro": 0, "rw": 0},
    }
    return carried(**{**values, **changes})


def put_back_in_a_rollback(**changes: Any) -> Evidence:
    """The move back failed before its line: the target stays the writer."""
    values: dict[str, Any] = {
        "writes": WRITES,
        "source": side(CLOSED, contents(*ALL)),
        "target": side(OPEN, contents(*ALL), slots=("back_s1",)),
        "journal": JournalState(phase=Phase.PUT_BACK, execution="night", fence=2),
        "entries": (entry(1, Phase.STARTED), entry(2, Phase.PUT_BACK)),
        "weights": {"ro": 100, "rw": 100},
        "status": "FAILED",
        "states": ("Take the lease", "Put back, nothing lost"),
        "closed_ns": None,
        "streams": ("back",),
    }
    return rolled_back(**{**values, **changes})


def broken(verdict: Verdict) -> set[str]:
    return {each.name for each in verdict.broken}


@pytest.mark.parametrize(
    "evidence",
    [switched(), put_back(), carried(), rolled_back(), put_back_in_a_rollback()],
)
def test_a_sound_run_holds_every_invariant(evidence: Evidence) -> None:
    verdict = judge(evidence)
    assert not verdict.broken
    assert verdict.ledger.clean
    assert {each.name for each in verdict.invariants if each.holding == "not checked"} <= {
        "I4",
        "I6",
        "I7",
    }


def test_endings() -> None:
    assert judge(switched()).ending == "switched"
    assert judge(put_back()).ending == "put back"
    refused = put_back(states=("Refused, nothing was touched",))
    assert judge(refused).ending == "refused"
    person = put_back(states=("A person is needed: the outcome is not known",))
    assert judge(person).ending == "a person is needed"
    assert judge(put_back(status="ABORTED", states=("Bake",))).ending == "put back"
    stuck = JournalState(phase=Phase.SWITCHING, execution="night", held=True, fence=1)
    assert judge(put_back(status="ABORTED", states=("Bake",), journal=stuck)).ending == (
        "a person is needed"
    )


BREAKAGES = {
    "a write sent after the closing": (
        "I1",
        switched(
            writes=(*WRITES, Write(3, 1, "source", 250, 260)),
            source=side(CLOSED, contents((1, 1), (2, 1))),
        ),
    ),
    "a row on the closed side that the survivor lacks": (
        "I1",
        switched(source=side(CLOSED, contents((1, 1), (2, 1), (9, 9)))),
    ),
    "the source accepts after the target's first": (
        "I1",
        switched(closed_ns=None, writes=(*WRITES, Write(1, 3, "source", 400, 410))),
    ),
    "two databases accept writes": (
        "I1",
        switched(source=side(CLOSED, contents((1, 1), (2, 1)), accepts_writes=True)),
    ),
    "no database accepts writes": (
        "I1",
        switched(target=side(OPEN, contents(*[w[:2] for w in WRITES]), accepts_writes=False)),
    ),
    "a write to the target before the line": (
        "I1",
        put_back(writes=(*WRITES[:2], Write(1, 2, "target", 300, 310))),
    ),
    "an acknowledged write is lost": (
        "I2",
        switched(target=side(OPEN, contents((1, 1), (2, 1), (1, 2)))),
    ),
    "a write is applied twice": (
        "I2",
        switched(
            target=side(
                OPEN,
                replace(contents(*[(w.writer, w.seq) for w in WRITES]), repeated={(1, 1): 1}),
            )
        ),
    ),
    "a balance is wrong": (
        "I2",
        switched(
            target=side(
                OPEN,
                replace(
                    contents(*[(w.writer, w.seq) for w in WRITES]),
                    accounts={1: Account(100, 81, 4), 2: Account(100, 120, 4)},
                ),
            )
        ),
    ),
    "a write does not come back": (
        "I2",
        carried(source=side(CLOSED, contents((1, 1), (2, 1), (1, 2)))),
    ),
    "a write comes back twice": (
        "I2",
        carried(source=side(CLOSED, replace(contents(*ALL), repeated={(1, 2): 1}))),
    ),
    "a write of the closed target in a rollback": (
        "I1",
        rolled_back(writes=(*WRITES, Write(1, 3, "target", 450, 460))),
    ),
    "a write of the source between two moves": (
        "I1",
        rolled_back(writes=(*WRITES, Write(1, 3, "source", 320, 330))),
    ),
    "a write to the source before the rollback's line": (
        "I1",
        put_back_in_a_rollback(writes=(*WRITES, Write(1, 3, "source", 350, 360))),
    ),
    "two streams carry": ("I3", carried(streams=("forward", "back"))),
    "no stream carries": ("I3", rolled_back(streams=())),
    "an old slot is left": (
        "I3",
        carried(source=side(CLOSED, contents(*ALL), slots=("forward_s1",))),
    ),
    "the way back has no slot": ("I3", carried(target=side(OPEN, contents(*ALL)))),
    "a slot is left by a put-back": (
        "I3",
        put_back(target=side(CLOSED, contents((1, 1)), slots=("back_s1",))),
    ),
    "the records go to the source though the rollback failed": (
        "I3",
        put_back_in_a_rollback(weights={"ro": 0, "rw": 100}),
    ),
    "the token of the move before proves nothing": (
        "I7",
        rolled_back(
            entries=(
                entry(1, Phase.SWITCHING, "first", token="t"),
                entry(2, Phase.SWITCHING, token="u"),
                entry(3, Phase.DESTINATION_OPEN, certificate={"token": "t", "lsn": "0/1"}),
            )
        ),
    ),
    "nothing was acknowledged": ("I2", put_back(writes=())),
    "the records stay on the target": ("I3", put_back(weights={"ro": 0, "rw": 100})),
    "the lease is still held": (
        "I3",
        put_back(journal=JournalState(phase=Phase.PUT_BACK, execution="night", held=True)),
    ),
    "the target is open before the line": (
        "I3",
        put_back(target=side(OPEN, contents((1, 1)), accepts_writes=False)),
    ),
    "the journal is not done past the line": (
        "I3",
        switched(journal=JournalState(phase=Phase.DESTINATION_OPEN, execution="night", held=True)),
    ),
    "the source is partly closed": (
        "I3",
        switched(
            source=side(
                Gate(state=GateState.PARTIAL), contents((1, 1), (2, 1)), accepts_writes=False
            )
        ),
    ),
    "a success that put back": ("I3", put_back(status="SUCCEEDED")),
    "a person acted and it is still not right": (
        "I3",
        put_back(
            states=("A person is needed: the outcome is not known",),
            person_acted=True,
            weights={"ro": 100, "rw": 0},
        ),
    ),
    "a barrier outlives its controller": (
        "I4",
        put_back(source=side(OPEN, contents((1, 1), (2, 1)), barrier_sessions=1)),
    ),
    "writers stand still": ("I4", put_back(longest_stall_ms=9000.0)),
    "an open source takes no writes": (
        "I4",
        put_back(source=side(OPEN, contents((1, 1), (2, 1)), accepts_writes=False)),
    ),
    "a second start is let through": ("I5", put_back(second_start="SUCCEEDED")),
    "a second start fails of something else": ("I5", put_back(second_start="ServiceUnavailable")),
    "nobody saw the second start's end": ("I5", put_back(second_started=True, entries=())),
    "both sides let a prober in": (
        "I1",
        switched(
            probes=(
                Probe("source", 100, 105, True),
                Probe("target", 210, 215, True),
                Probe("source", 220, 225, True),
            ),
            closed_ns=None,
        ),
    ),
    "a prober is let in behind the closing": (
        "I1",
        switched(
            probes=(
                Probe("source", 100, 105, True),
                Probe("source", 202, 205, True),
                Probe("target", 210, 215, True),
            ),
        ),
    ),
    "the destination lets a prober in before the line": (
        "I1",
        put_back(probes=(Probe("source", 100, 105, True), Probe("target", 110, 115, True))),
    ),
    "nobody watched the origin": ("I1", put_back(probes=(Probe("source", 100, 105, False),))),
    "nobody watched the destination": (
        "I1",
        switched(probes=(Probe("source", 100, 105, True), Probe("target", 210, 215, False))),
    ),
    "two executions in one journal": (
        "I5",
        put_back(entries=(entry(1, Phase.STARTED), entry(2, Phase.SHIFTING, "other"))),
    ),
    "an entry is missing": (
        "I5",
        put_back(entries=(entry(1, Phase.STARTED), entry(3, Phase.PUT_BACK))),
    ),
    "switched without evidence": ("I7", switched(withheld=True)),
    "no token in the journal": (
        "I7",
        switched(entries=(entry(1, Phase.STARTED), entry(2, Phase.SWITCHING))),
    ),
    "the token is not on the target": (
        "I7",
        switched(
            target=side(OPEN, contents(*[(w.writer, w.seq) for w in WRITES]), has_token=False)
        ),
    ),
}


@pytest.mark.parametrize("what", BREAKAGES)
def test_each_invariant_can_be_broken(what: str) -> None:
    name, evidence = BREAKAGES[what]
    assert name in broken(judge(evidence))


def test_probers_that_saw_one_open_side_at_a_time_break_nothing() -> None:
    probes = (
        Probe("source", 100, 105, True),
        Probe("target", 150, 155, False),
        # Begun before the closing: let in or not, that is no second writer.
        Probe("source", 198, 206, True),
        Probe("source", 207, 209, False),
        Probe("target", 210, 215, True),
    )
    assert not broken(judge(switched(probes=probes)))
    before_the_move = Probe("source", 150, 155, True)
    later = (Probe("target", 360, 365, True), Probe("source", 410, 415, True))
    assert not broken(judge(rolled_back(probes=(before_the_move, *later))))


def test_a_second_start_that_was_refused_breaks_nothing() -> None:
    refused = switched(second_start="LeaseTaken", second_started=True)
    assert not broken(judge(refused))


def test_past_the_line_a_long_pause_is_no_dead_controller() -> None:
    late = switched(controller_killed=True, longest_stall_ms=9000.0, stall_limit_ms=3500.0)
    assert not broken(judge(late))


def test_a_closed_pair_waits_for_a_person() -> None:
    waiting = switched(
        states=("A person is needed: forward needs help",),
        status="FAILED",
        target=side(CLOSED, contents(*[(w.writer, w.seq) for w in WRITES])),
    )
    assert not broken(judge(waiting))


def test_errors_are_counted_by_kind() -> None:
    errors = [
        ClientError(1, "writer 1", "source", "57P01"),
        ClientError(2, "reader 1", "source", "08006"),
        ClientError(3, "writer 2", "target", "23505"),
    ]
    assert failed_transactions(errors) == 2
    assert unretryable(judge(switched(errors=errors)).errors) == {"23505": 1}
