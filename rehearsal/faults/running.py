"""One case, run and judged; and the list of sub-steps, found out by running."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any, Final

from cutover.direction import Direction
from rehearsal.faults.acts import ACTS, Scene
from rehearsal.faults.arena import Arena, ArenaFailed
from rehearsal.faults.checker import Verdict, failed_transactions, judge, unretryable
from rehearsal.faults.functions import Controller, Functions
from rehearsal.faults.instructions import INVOKED, Instruction, Point, SubStep
from rehearsal.faults.outcome import Outcome
from rehearsal.faults.scenarios import RECORDINGS, Case
from rehearsal.faults.switch import Switch

WAITS: Final = frozenset({"Wait until ready", "Bake", "Wait before the switch"})
"""States in which a machine holds."""


@dataclass
class Plot:
    """functions.Acts: what one case does at its points, each once."""

    case: Case
    switch: Switch
    begun: list[Point] = field(default_factory=list)
    """Points that nobody is to act at once more: an act may let other functions run before it ends."""
    done: list[Point] = field(default_factory=list)
    """Points whose act ended well."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def armed(self) -> frozenset[Point]:
        """The prelude first; the fault itself only after it, and none in the moves before the last."""
        if not self.switch.in_the_last_move:
            return frozenset()
        wanted = [point for point in (self.case.prelude, self.case.point) if point is not None]
        left = [point for point in wanted if point not in self.begun]
        return frozenset(left[:1])

    def at(self, point: Point, functions: Functions, process: Controller | None) -> Instruction:
        with self._lock:
            if point in self.begun:
                return Instruction()
            self.begun.append(point)
        act = self.case.prelude_act if point == self.case.prelude else self.case.scenario.act
        scene = Scene(switch=self.switch, point=point, functions=functions, process=process)
        try:
            told = ACTS[act](scene)
        except (
            Exception
        ) as error:  # whatever it is: raised here it would pass for a function that failed
            self.switch.asides.failed(f"{act} {point}", error)
            return Instruction()
        self.done.append(point)
        return told

    @property
    def reached(self) -> bool:
        """Whether everything that was to be done was done: a fault that never came shows nothing."""
        wanted = {self.case.prelude, self.case.point} - {None}
        return wanted <= set(self.done)


def run_case(arena: Arena, case: Case, seed: int) -> dict[str, Any]:
    """Runs one case; the line of the record."""
    scenario = case.scenario
    with Switch(arena, seed=seed, setup=scenario.setup()) as switch:
        plot = Plot(case=case, switch=switch)
        outcome = switch.conduct(
            plot,
            stall_limit=scenario.stall_limit,
            withheld=scenario.withheld and case.point is not None,
        )
    if switch.asides.failures:
        raise ArenaFailed("; ".join(switch.asides.failures))
    return line(case, seed, plot, outcome, judge(outcome.evidence))


def line(case: Case, seed: int, plot: Plot, outcome: Outcome, verdict: Verdict) -> dict[str, Any]:
    """One run as it is recorded."""
    faults = faults_of(case, plot.reached, outcome, verdict)
    pause = outcome.pause
    evidence = outcome.evidence
    return {
        "case": case.name,
        "scenario": case.scenario.name,
        "group": case.scenario.group,
        "point": str(case.point) if case.point else "",
        "seed": seed,
        "ending": verdict.ending,
        "error": evidence.error,
        "person_acted": evidence.person_acted,
        "person_failed": evidence.person_failed,
        "beside": list(outcome.beside),
        "held": list(outcome.held),
        "second_start": evidence.second_start,
        "probes": len(evidence.probes),
        "passed": not faults,
        "faults": faults,
        "residual": bool(case.scenario.residual),
        "invariants": {each.name: each.holding for each in verdict.invariants},
        "acknowledged": verdict.ledger.acknowledged,
        "lost": verdict.ledger.lost,
        "duplicated": verdict.ledger.duplicated,
        "closed_side": verdict.ledger.written_to_closed_side,
        "wrong_balances": verdict.ledger.wrong_balances,
        "pause_p50_ms": round(pause.client_p50, 1) if pause else None,
        "pause_max_ms": round(pause.client_max, 1) if pause else None,
        "longest_stall_ms": round(outcome.longest_stall_ms, 1),
        "errors": verdict.errors,
        "failed_transactions": failed_transactions(evidence.errors),
        "seconds": round(outcome.seconds, 2),
    }


def faults_of(case: Case, reached: bool, outcome: Outcome, verdict: Verdict) -> list[str]:
    """What is wrong with a run, in sentences; empty where it is as it should be."""
    scenario, evidence = case.scenario, outcome.evidence
    faults = [
        f"{each.name}: {each.why}"
        for each in verdict.broken
        if each.name not in scenario.residual_of
    ]
    if any(each.name == "I3" and each.holding == "not checked" for each in verdict.invariants):
        why = evidence.person_failed or "nobody acted"
        faults.append(f"I3 is not checked: a person is needed, and the runbook led nowhere: {why}")
    if not reached:
        faults.append(f"{case.point} was never reached: nothing was shown")
    if verdict.ending not in case.expect:
        expected = " or ".join(sorted(case.expect))
        faults.append(f"ended {verdict.ending} ({evidence.error}), expected {expected}")
    if outcome.longest_stall_ms > scenario.served_within_ms:
        faults.append(
            f"a writer stood still for {outcome.longest_stall_ms:.0f} ms, limit {scenario.served_within_ms:.0f}"
        )
    if verdict.ending == "switched" and outcome.pause is None:
        faults.append("no writer was seen on both sides: nothing shows that they arrived")
    if never := sorted(scenario.never & set(evidence.states)):
        faults.append(f"went through {never}, which is no end of this")
    faults += _unheld(case, outcome)
    faults += _beside(case, outcome)
    failed = failed_transactions(evidence.errors)
    if verdict.ending == "put back" and scenario.clean_abort and failed:
        faults.append(f"put back, and writers met {failed} errors: {verdict.errors}")
    if strange := unretryable(verdict.errors):
        faults.append(f"errors that no retry helps: {strange}")
    return faults


def _unheld(case: Case, outcome: Outcome) -> list[str]:
    """A pause is heard where a check holds because of it and the machine then waits; not where it merely ended well."""
    if not case.scenario.holds:
        return []
    waits = WAITS & set(outcome.evidence.states)
    return [] if outcome.held and waits else ["nobody was seen to hold: the pause was not heard"]


def _beside(case: Case, outcome: Outcome) -> list[str]:
    """What the statement beside the switch came to."""
    expected = case.beside
    if not expected:
        return []
    if not outcome.beside:
        return ["nobody saw what became of the statement"]
    return [
        f"the statement {each}, expected: it {' or '.join(sorted(expected))}"
        for each in outcome.beside
        if each not in expected
    ]


def record_steps(arena: Arena, direction: Direction) -> dict[SubStep, Point | None]:
    """The sub-steps of a clean move and of its recoveries, invocations included, with the prelude that led there."""
    found: dict[SubStep, Point | None] = {}
    for case in RECORDINGS[direction]:
        with Switch(arena, seed=0, setup=case.scenario.setup()) as switch:
            outcome = switch.conduct(Plot(case=case, switch=switch), stall_limit=True)
        if switch.asides.failures:
            raise ArenaFailed(f"{case.name}: {'; '.join(switch.asides.failures)}")
        ending = judge(outcome.evidence).ending
        if ending not in case.expect:
            raise ArenaFailed(
                f"{case.name} ended {ending}, expected {sorted(case.expect)}: "
                f"{outcome.evidence.states[-6:]}, {outcome.evidence.error}"
            )
        for call in outcome.functions.calls[outcome.first_call :]:
            invoked = SubStep(function=call.function, call=INVOKED, after=call.after)
            for step in (invoked, *call.steps):
                found.setdefault(step, case.prelude)
    return found
