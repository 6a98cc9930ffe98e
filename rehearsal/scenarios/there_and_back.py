"""After the switch the operator goes back, and, where asked, forward again: under load, nothing lost, no new copy."""

from __future__ import annotations

from cutover.cli import commands
from rehearsal.evidence import Ending, Evidence
from rehearsal.night import Night
from rehearsal.scenarios.happy_path import RETRYABLE, difference_faults, ledger_faults

REST_SECONDS = 3.0


class RollbackAfterSwitch:
    """`cutover start`, then `cutover rollback` with the writer on the target."""

    name = "rollback-after-switch"
    summary = "the writer is switched, then moved back behind the same proof; nothing may be lost"
    target_closed = True
    spread_writes = False
    finalizes = False
    moves = 2
    """How often the writer moves."""

    def drive(self, night: Night) -> Ending:
        night.start_cutover()
        ending = night.wait_for_end()
        for move in range(1, self.moves):
            night.let_pass(REST_SECONDS)
            if move % 2:
                ending = night.go_on_with(commands.rollback, note="the operator goes back")
            else:
                ending = night.go_on_with(commands.start, note="the operator goes forward again")
        return ending

    def judge(self, evidence: Evidence) -> list[str]:
        faults = ledger_faults(evidence) + difference_faults(evidence)
        if evidence.ending.status != "SUCCEEDED":
            faults.append(f"the last execution ended {evidence.ending}")
        if len(evidence.story.certificates) != self.moves:
            faults.append(
                f"{len(evidence.story.certificates)} switches were certified, expected {self.moves}"
            )
        elif any(evidence.pause(move) is None for move in range(self.moves)):
            faults.append("no writer was seen on both sides of a switch: a pause is not known")
        share = 100 if self.moves % 2 else 0
        if set(evidence.weights.values()) != {share}:
            faults.append(f"the records end at {evidence.weights}, expected {share} for both")
        strange = set(evidence.records.errors_by_sqlstate()) - RETRYABLE
        if strange:
            faults.append(f"clients met errors that are not retryable: {sorted(strange)}")
        return faults

    def conclusion(self, evidence: Evidence) -> str:
        pauses = [evidence.pause(move) for move in range(len(evidence.story.certificates))]
        said = " and ".join(f"{pause.client_p50:.0f} ms" if pause else "?" for pause in pauses)
        return (
            f"The writer moved {len(pauses)} times under load: {evidence.verdict.acknowledged:,} acknowledged writes, "
            f"{evidence.verdict.lost} lost, both databases equal at the end; pauses of {said} (median of the writers)."
        )


class ForwardAgain(RollbackAfterSwitch):
    """And then `cutover start` once more."""

    name = "forward-again"
    summary = "there, back, and forward again without a new copy; nothing may be lost"
    moves = 3
    finalizes = True
