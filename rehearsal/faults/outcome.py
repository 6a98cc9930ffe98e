"""What is seen of one switch, gathered once its last move has ended and its clients have stopped."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from cutover.adapters.dynamodb import DynamoDbJournal
from cutover.journal import Phase
from rehearsal.faults.checker import Evidence, crossed
from rehearsal.faults.client_process import Clients
from rehearsal.faults.executions import Executions
from rehearsal.faults.functions import Call, Functions
from rehearsal.faults.moves import Move
from rehearsal.faults.pair import SIDES, Pair
from rehearsal.faults.person import Person
from rehearsal.faults.probing import load_probes
from rehearsal.faults.world import SUBSCRIPTIONS, TARGET_HOST
from rehearsal.workload.ledger import ClientRecords
from rehearsal.workload.verdict import Closed, Pause, longest_stalls, measure_pause


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What was seen of one switch."""

    evidence: Evidence
    functions: Functions
    first_call: int
    """The first call of the last move."""
    seconds: float
    pause: Pause | None
    longest_stall_ms: float
    beside: tuple[str, ...] = ()
    """What became of statements that an act made beside the switch."""
    held: tuple[str, ...] = ()
    """Who held because of a pause, with the reason."""


@dataclass(frozen=True, kw_only=True)
class Conducted:
    """The last move, as it was conducted."""

    move: Move
    first_call: int
    began_ns: int
    ended_ns: int
    ended: dict[str, Any]
    """How the execution ended that had the last word."""
    earlier: tuple[str, ...]
    """The executions of the moves before."""
    beside: tuple[str, ...]
    """Outcome.beside."""
    stall_limit_ms: float
    """Evidence.stall_limit_ms."""
    withheld: bool
    """Evidence.withheld."""


@dataclass(frozen=True, kw_only=True)
class Traces:
    """Where one switch left what is known of it."""

    pair: Pair
    clients: Clients
    journal: DynamoDbJournal
    executions: Executions
    functions: Functions
    person: Person
    records: Path
    """The file of the names."""
    probes: Path | None
    """Where the probers wrote; None: there were none."""

    def gather(self, last: Conducted) -> Outcome:
        """Reads all of it. Both servers have to run."""
        records = self.clients.records()
        stalls = longest_stalls(
            self.clients.of_ordinary(records.writes),
            between_ns=(last.began_ns, last.ended_ns),
            until_the_end=True,
        )
        longest = max(stalls.values(), default=0.0)
        evidence = self._evidence(last, records, longest)
        pause = None
        if crossed(evidence):
            pause = measure_pause(
                self.clients.of_ordinary(records.writes),
                from_side=last.move.origin,
                to_side=last.move.destination,
                between_ns=(last.began_ns, last.ended_ns),
            )
        return Outcome(
            evidence=evidence,
            functions=self.functions,
            first_call=last.first_call,
            seconds=(last.ended_ns - last.began_ns) / 1e9,
            pause=pause,
            longest_stall_ms=longest,
            beside=last.beside,
            held=holds(self.functions.calls[last.first_call :]),
        )

    def _evidence(self, last: Conducted, records: ClientRecords, longest_ms: float) -> Evidence:
        entries = self.journal.entries()
        token = next((str(e.detail["token"]) for e in reversed(entries) if "token" in e.detail), "")
        if self.journal.state().phase is Phase.DONE:
            self.pair.let_the_way_back_finish()
        source, target = self.pair.facts("source", token), self.pair.facts("target", token)
        way_back = last.move.direction.way_back
        before, after = (
            self.functions.calls[: last.first_call],
            self.functions.calls[last.first_call :],
        )
        return Evidence(
            writes=records.writes,
            errors=[error for error in records.errors if error.time_ns >= last.began_ns],
            source=source,
            target=target,
            journal=self.journal.state(),
            entries=entries,
            weights=_weights(self.records),
            status=last.ended["status"],
            error=last.ended.get("error", ""),
            states=self.executions.states(self.executions.last),
            recoveries=tuple(self.executions.recoveries),
            direction=last.move.direction,
            began_ns=last.began_ns if last.move.number > 1 else 0,
            earlier=last.earlier,
            closed_before=_closed_before(before),
            streams=self.pair.streams(),
            way_back=SUBSCRIPTIONS[way_back],
            way_back_slot=self.pair.slots[way_back],
            closed_ns=next(iter(_closings(after)), None),
            controller_killed=self.functions.killed > 0,
            longest_stall_ms=longest_ms,
            stall_limit_ms=last.stall_limit_ms,
            second_start=self.executions.second_start,
            second_started=self.executions.second_started,
            probes=load_probes(self.probes) if self.probes else (),
            withheld=last.withheld,
            person_acted=self.person.acted,
            person_failed=self.person.failed,
        )


def _closed_before(calls: Sequence[Call]) -> tuple[Closed, ...]:
    """The times in which a side was closed in the moves of these calls: it opens only after the other one closed."""
    closings = _closings(calls)
    times = [Closed(side="target", until_ns=closings[0])] if closings else []
    for number, at in enumerate(closings):
        until = closings[number + 1] if number + 1 < len(closings) else None
        if until is not None:
            times.append(Closed(side=SIDES[number % 2], from_ns=at, until_ns=until))
    return tuple(times)


def holds(calls: Sequence[Call]) -> tuple[str, ...]:
    """Who held because an operator had said pause."""
    found = []
    for call in calls:
        answer = call.result if isinstance(call.result, dict) else {}
        if answer.get("action") == "hold" and "paused" in str(answer.get("reason")):
            found.append(f"{call.function}: {answer['reason']}")
        if call.error == "Paused":
            found.append(f"{call.function}: Paused")
    return tuple(found)


def _closings(calls: Sequence[Call]) -> list[int]:
    """When a switch said that its origin is closed."""
    return [
        int((datetime.fromisoformat(call.result["closed_at"]) - call.shift).timestamp() * 1e9)
        for call in calls
        if call.function == "switch_writer" and call.result
    ]


def _weights(names: Path) -> dict[str, int]:
    """The target's share of each record."""
    records = json.loads(names.read_text())
    return {name: pair[TARGET_HOST] for name, pair in records.items()}
