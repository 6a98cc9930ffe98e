"""The invariants I1 to I7 over what clients were told, what the journal says and what both databases hold.

Pure functions of the evidence: each can be shown a broken world and must say so (tests/faults/test_checker.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Final, Literal

from cutover.direction import Direction
from cutover.journal import Entry, JournalState, Phase
from cutover.observations import Gate, GateState
from rehearsal.faults.probing import Probe
from rehearsal.workload.configuration import Side
from rehearsal.workload.contents import Contents
from rehearsal.workload.ledger import ClientError, Write
from rehearsal.workload.verdict import Closed, LedgerVerdict, judge_writes

Holding = Literal["held", "broken", "not checked"]
Ending = Literal["switched", "put back", "refused", "a person is needed"]

NAMES: Final = ("I1", "I2", "I3", "I4", "I5", "I6", "I7")
RETRYABLE: Final = ("08", "25006", "40", "57P")
"""What a client may simply try again after: lost, refused on a closed side, serialization or deadlock, ended."""


@dataclass(frozen=True, kw_only=True)
class SideFacts:
    """One database at the end."""

    gate: Gate
    accepts_writes: bool
    """Whether an application's write was accepted, and rolled back, just now."""
    contents: Contents
    barrier_sessions: int
    has_token: bool = False
    """Whether the token that the journal names is here."""
    slots: Sequence[str] = ()
    """The replication slots that keep this database's log."""


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """All that is known of one faulted switch."""

    writes: Sequence[Write]
    errors: Sequence[ClientError]
    source: SideFacts
    target: SideFacts
    journal: JournalState
    entries: Sequence[Entry]
    weights: dict[str, int]
    """The target's share of each record."""
    status: str
    """Of the execution: SUCCEEDED, FAILED, ABORTED."""
    error: str
    states: Sequence[str]
    """The state machine's, as they were entered."""
    closed_ns: int | None = None
    """When the switch said that the origin is closed; None where nobody was told."""
    direction: Direction = Direction.FORWARD
    """Of the move that is judged: the last one, where there were several."""
    began_ns: int = 0
    """When that move began."""
    closed_before: Sequence[Closed] = ()
    """When a side was closed in the moves before."""
    earlier: Sequence[str] = ()
    """The executions of the moves before."""
    way_back: str = "back"
    """The stream that carries after this move."""
    way_back_slot: str = ""
    """What it reads on the destination."""
    streams: Sequence[str] | None = None
    """Those that carry at the end, on either side; None: not looked at."""
    controller_killed: bool = False
    longest_stall_ms: float = 0.0
    stall_limit_ms: float = 0.0
    """Beyond it a database was left closed. 0: not looked at."""
    second_start: str | None = None
    """How a second start ended; None: there was none, or nobody saw its end."""
    second_started: bool = False
    """Whether there was one."""
    probes: Sequence[Probe] = ()
    """Of both sides, writers or not; empty: there were no probers."""
    withheld: bool = False
    """Evidence was kept from the checks, so that nothing may have been switched."""
    recoveries: Sequence[str] = ()
    """Executions that the rule on ended executions started, to finish or put back what was cut off."""
    person_acted: bool = False
    """Somebody went on by the runbook after the machine had asked for a person."""
    person_failed: str = ""
    """Why the runbook was of no help to whoever tried it."""

    @property
    def origin(self) -> Side:
        return "source" if self.direction is Direction.FORWARD else "target"

    @property
    def destination(self) -> Side:
        return "target" if self.origin == "source" else "source"

    def side(self, which: Side) -> SideFacts:
        return self.source if which == "source" else self.target


@dataclass(frozen=True, kw_only=True)
class Invariant:
    """One invariant in one run."""

    name: str
    holding: Holding
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What a run came to."""

    ending: Ending
    ledger: LedgerVerdict
    invariants: tuple[Invariant, ...]
    errors: dict[str, int] = field(default_factory=dict)

    @property
    def broken(self) -> tuple[Invariant, ...]:
        return tuple(each for each in self.invariants if each.holding == "broken")


def judge(evidence: Evidence) -> Verdict:
    """The ledger's verdict, the ending and every invariant."""
    ledger = judge_ledger(evidence)
    ending = ending_of(evidence)
    checks = {
        "I1": one_writer(evidence, ledger),
        "I2": chain(nothing_lost(ledger), nothing_lost_on_the_way_back(evidence)),
        "I3": back_or_forward(evidence, ending),
        "I4": nothing_left_closed(evidence),
        "I5": one_cutover(evidence),
        "I7": evidence_before_verdict(evidence),
    }
    invariants = [_invariant(name, checks.get(name)) for name in NAMES]
    return Verdict(
        ending=ending,
        ledger=ledger,
        invariants=tuple(invariants),
        errors=by_sqlstate(evidence.errors),
    )


def crossed(evidence: Evidence) -> bool:
    """Whether the origin is closed: the durable fact, whatever anybody wrote down."""
    return evidence.side(evidence.origin).gate.state is not GateState.OPEN


def survivor(evidence: Evidence) -> Side:
    """The side that has the last word on what was written."""
    return evidence.destination if crossed(evidence) else evidence.origin


def finished(evidence: Evidence) -> bool:
    """Whether the move was made to its last step, so that the way back carries."""
    return crossed(evidence) and evidence.journal.phase is Phase.DONE


def judge_ledger(evidence: Evidence) -> LedgerVerdict:
    """What became of the acknowledged writes."""
    survives, given_up = survivor(evidence), evidence.origin
    closed = list(evidence.closed_before)
    if survives == evidence.origin:
        given_up = evidence.destination
        # It was the origin of the move before, and is closed since then.
        closed.append(Closed(side=given_up, from_ns=evidence.began_ns or None))
    elif evidence.closed_ns:
        closed.append(Closed(side=given_up, from_ns=evidence.closed_ns))
    return judge_writes(
        evidence.writes,
        survivor=evidence.side(survives).contents,
        other=evidence.side(given_up).contents,
        closed=closed,
    )


def ending_of(evidence: Evidence) -> Ending:
    """In four words: by the last state that was entered; by the journal where the execution was stopped."""
    last = evidence.states[-1] if evidence.states else ""
    by_state: dict[str, Ending] = {
        "Done": "switched",
        "Put back, nothing lost": "put back",
        "Refused, nothing was touched": "refused",
    }
    if last in by_state:
        return by_state[last]
    if evidence.status == "ABORTED" and evidence.journal.phase is Phase.PUT_BACK:
        return "put back"
    return "a person is needed"


def by_sqlstate(errors: Sequence[ClientError]) -> dict[str, int]:
    """How many of which, of writers and readers together."""
    counts: dict[str, int] = {}
    for error in errors:
        counts[error.sqlstate] = counts.get(error.sqlstate, 0) + 1
    return dict(sorted(counts.items()))


def one_writer(evidence: Evidence, ledger: LedgerVerdict) -> Iterator[str]:
    """I1: no moment with two, none at the end with two or none."""
    if ledger.written_to_closed_side:
        yield f"{ledger.written_to_closed_side} writes accepted on the closed side"
    origin, destination = evidence.origin, evidence.destination
    writes = [write for write in evidence.writes if write.sent_ns >= evidence.began_ns]
    first = min(
        (write.acknowledged_ns for write in writes if write.side == destination), default=None
    )
    if first is not None:
        late = sum(write.side == origin and write.sent_ns > first for write in writes)
        if late:
            yield f"{late} writes accepted by the {origin} after the {destination}'s first"
    yield from one_open_side(evidence)
    accepting = evidence.source.accepts_writes + evidence.target.accepts_writes
    if accepting != 1 and not _waits_for_a_person(evidence):
        yield f"{accepting} databases accept writes at the end, expected 1"
    if accepting > 1:
        yield "both databases accept writes at the end"


def one_open_side(evidence: Evidence) -> Iterator[str]:
    """I1 as the probers saw it: the origin takes nothing once the destination took something, or once it is closed."""
    if not evidence.probes:
        return
    origin, destination = evidence.origin, evidence.destination
    let_in = [probe for probe in evidence.probes if probe.accepted]
    if not any(probe.side == origin for probe in let_in):
        yield f"the {origin}'s prober was never let in: nobody watched that side"
    found = [probe.ended_ns for probe in let_in if _in_this_move(evidence, probe, destination)]
    if not crossed(evidence):
        if found:
            yield f"{len(found)} probes accepted by the {destination} before the line"
        return
    if not found and evidence.side(destination).accepts_writes:
        yield f"the {destination}'s prober was never let in: nobody watched that side"
    over = min([*found, *([evidence.closed_ns] if evidence.closed_ns else [])], default=None)
    if over is None:
        return
    late = sum(_in_this_move(evidence, probe, origin) and probe.began_ns > over for probe in let_in)
    if late:
        yield f"{late} probes accepted by the {origin} after its closing or the {destination}'s opening"


def _in_this_move(evidence: Evidence, probe: Probe, side: Side) -> bool:
    return probe.side == side and probe.began_ns >= evidence.began_ns


def nothing_lost(ledger: LedgerVerdict) -> Iterator[str]:
    """I2."""
    counts = {
        "acknowledged writes lost": ledger.lost,
        "writes applied twice": ledger.duplicated,
        "balances that the ledger does not explain": ledger.wrong_balances,
    }
    yield from (f"{count} {what}" for what, count in counts.items() if count)
    if not ledger.acknowledged:
        yield "no write was acknowledged: nothing was shown"


def nothing_lost_on_the_way_back(evidence: Evidence) -> Iterator[str]:
    """I2 once the way back carries: what anybody was told is committed is on both sides, each write once."""
    if not finished(evidence) or evidence.streams is None:
        return
    found = evidence.side(evidence.origin).contents
    expected = evidence.side(evidence.destination).contents
    missing = len(expected.ledger.keys() - found.ledger.keys())
    if missing:
        yield f"{missing} writes of the {evidence.destination} never came back to the {evidence.origin}"
    elif found != expected:
        yield "both sides have the same writes and not the same balances or events"


def back_or_forward(evidence: Evidence, ending: Ending) -> Iterator[str] | None:
    """I3: an open origin means everything as it was, a closed one that the destination writes or a person knows.

    None where a person was asked for and did not come through: what then stands is nobody's last word.
    """
    claims_success = evidence.status == "SUCCEEDED"
    if ending == "a person is needed" and not evidence.person_acted and not claims_success:
        return None
    return _back_or_forward(evidence, ending)


def _back_or_forward(evidence: Evidence, ending: Ending) -> Iterator[str]:
    if ending == "a person is needed" and evidence.status == "SUCCEEDED":
        yield "a person is needed and the execution says SUCCEEDED"
    if crossed(evidence):
        yield from _forward(evidence)
    else:
        yield from _back(evidence)


def _forward(evidence: Evidence) -> Iterator[str]:
    origin, destination = evidence.origin, evidence.destination
    closed, opened = evidence.side(origin), evidence.side(destination)
    if closed.gate.state is not GateState.CLOSED:
        yield f"the {origin} is {closed.gate.state.value} past the line"
    if opened.gate.state is not GateState.OPEN:
        yield f"the {destination} is {opened.gate.state.value} past the line"
    if set(evidence.weights.values()) != {_share(destination)}:
        yield f"the records stand at {evidence.weights} past the line"
    if evidence.journal.phase is not Phase.DONE or evidence.journal.held:
        yield f"the journal stands at {evidence.journal.phase.value}, held: {evidence.journal.held}"
    if evidence.streams is None:
        return
    if tuple(evidence.streams) != (evidence.way_back,):
        yield f"the streams that carry are {list(evidence.streams)}, expected {evidence.way_back} alone"
    if tuple(opened.slots) != (evidence.way_back_slot,):
        yield f"the slots on the {destination} are {list(opened.slots)}, expected the way back's alone"
    if closed.slots:
        yield f"the {origin} keeps its log for {list(closed.slots)} and nobody reads it"


def _back(evidence: Evidence) -> Iterator[str]:
    origin, destination = evidence.origin, evidence.destination
    closed = evidence.side(destination)
    if evidence.status == "SUCCEEDED":
        yield f"the {origin} is open and the execution says SUCCEEDED"
    if closed.gate.state is not GateState.CLOSED:
        yield f"the {destination} is {closed.gate.state.value} before the line"
    if set(evidence.weights.values()) != {_share(origin)}:
        yield f"the records stand at {evidence.weights} before the line"
    if evidence.journal.held:
        yield f"the lease is still held, phase {evidence.journal.phase.value}"
    if closed.slots:
        yield f"the {destination} keeps its log for {list(closed.slots)} after the put-back"


def _share(side: Side) -> int:
    return 100 if side == "target" else 0


def nothing_left_closed(evidence: Evidence) -> Iterator[str] | None:
    """I4: no session holds a barrier, clients waited no longer than the limit, an open source takes writes."""
    if not evidence.controller_killed and not evidence.stall_limit_ms:
        return None
    return _left_closed(evidence)


def _left_closed(evidence: Evidence) -> Iterator[str]:
    held = evidence.source.barrier_sessions + evidence.target.barrier_sessions
    if held:
        yield f"{held} sessions still hold a barrier"
    # Past the line nobody is held by a dead controller: the source is closed for good, and the way is forward.
    limited = evidence.stall_limit_ms and not crossed(evidence)
    if limited and evidence.longest_stall_ms > evidence.stall_limit_ms:
        yield f"writers stood still for {evidence.longest_stall_ms:.0f} ms, limit {evidence.stall_limit_ms:.0f}"
    if not crossed(evidence) and not evidence.side(evidence.origin).accepts_writes:
        yield f"the {evidence.origin} is open and takes no writes"


def one_cutover(evidence: Evidence) -> Iterator[str] | None:
    """I5: a second start is refused, and what the journal has was written by one execution."""
    if not evidence.second_started and evidence.second_start is None and not evidence.entries:
        return None
    return _one_cutover(evidence)


def _one_cutover(evidence: Evidence) -> Iterator[str]:
    if evidence.second_started and evidence.second_start is None:
        yield "nobody saw how the second start ended"
    if evidence.second_start not in (None, "LeaseTaken"):
        yield f"the second start ended with {evidence.second_start}, expected LeaseTaken"
    known = {*evidence.recoveries, *evidence.earlier}
    executions = {entry.execution for entry in evidence.entries} - known
    if len(executions) > 1:
        yield f"{len(executions)} executions wrote into the journal"
    numbers = [entry.number for entry in evidence.entries]
    if numbers != list(range(1, len(numbers) + 1)):
        yield f"the journal's entries are numbered {numbers}"


def evidence_before_verdict(evidence: Evidence) -> Iterator[str] | None:
    """I7: nothing is switched without a token that is on both sides, nor while evidence is kept from the checks."""
    if not crossed(evidence) and not evidence.withheld:
        return None
    return _evidence(evidence)


def _evidence(evidence: Evidence) -> Iterator[str]:
    if not crossed(evidence):
        return
    if evidence.withheld:
        yield "the writer was switched although a check had no evidence"
    own = [entry for entry in evidence.entries if entry.execution not in evidence.earlier]
    intended = {entry.detail.get("token") for entry in own if entry.phase is Phase.SWITCHING}
    # By the switch itself, or by the look at the origin that found it closed.
    proofs = [
        entry.detail.get("certificate", entry.detail)
        for entry in own
        if entry.phase in (Phase.ORIGIN_CLOSED, Phase.DESTINATION_OPEN)
    ]
    if not any(proof.get("lsn") and proof.get("token") in intended for proof in proofs):
        yield f"the {evidence.origin} is closed and the journal has no proof with the token of the intent"
    elif not (evidence.source.has_token and evidence.target.has_token):
        yield "the token that the journal names is not on both sides"


def failed_transactions(errors: Sequence[ClientError]) -> int:
    """Errors that writers met: a transaction each."""
    return sum(error.client.startswith("writer") for error in errors)


def unretryable(errors: dict[str, int]) -> dict[str, int]:
    """Errors after which trying again is no remedy."""
    return {state: count for state, count in errors.items() if not state.startswith(RETRYABLE)}


def _waits_for_a_person(evidence: Evidence) -> bool:
    """A closed pair is right where the line is crossed, the target could not be opened and a person was told."""
    waits = ending_of(evidence) == "a person is needed" and not evidence.person_acted
    return crossed(evidence) and waits


def _invariant(name: str, faults: Iterator[str] | None) -> Invariant:
    if faults is None:
        return Invariant(name=name, holding="not checked")
    found = list(faults)
    if found:
        return Invariant(name=name, holding="broken", why="; ".join(found))
    return Invariant(name=name, holding="held")
