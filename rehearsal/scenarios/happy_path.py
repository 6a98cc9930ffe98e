"""Everything goes well: reads in stages, the writer switched under load, nothing lost."""

from __future__ import annotations

from rehearsal.evidence import Ending, Evidence
from rehearsal.night import Night

RETRYABLE = frozenset({"25006", "57P01", "08006", "08001", "08003", "08000"})
"""Refused on a closed side, session ended, connection lost: a client tries again after each."""


class HappyPath:
    """The whole cutover, with a second start in the middle that must be refused."""

    name = "happy-path"
    summary = "reads 20/50/80/100, then the writer is switched; nothing may be lost"
    target_closed = True
    spread_writes = False
    finalizes = True

    def drive(self, night: Night) -> Ending:
        night.start_cutover()
        night.wait_until(lambda: night.read_weight() == night.plan.weights[0])
        night.note("a second cutover is started: it must be refused")
        night.second_start = night.run_beside()
        return night.wait_for_end()

    def judge(self, evidence: Evidence) -> list[str]:
        faults = ledger_faults(evidence) + evidence.share_faults()
        if evidence.ending.status != "SUCCEEDED":
            faults.append(
                f"the execution ended {evidence.ending.status}: {evidence.ending.error} {evidence.ending.cause}"
            )
        if evidence.second_start is None or evidence.second_start.error != "LeaseTaken":
            faults.append(f"the second start was not refused: {evidence.second_start}")
        if set(evidence.weights.values()) != {100}:
            faults.append(f"the records end at {evidence.weights}, expected 100 for both")
        if evidence.pause() is None:
            faults.append("no writer was seen on both sides: the pause is not known")
        faults += difference_faults(evidence)
        strange = set(evidence.records.errors_by_sqlstate()) - RETRYABLE
        if strange:
            faults.append(f"clients met errors that are not retryable: {sorted(strange)}")
        return faults

    def conclusion(self, evidence: Evidence) -> str:
        pause = evidence.pause()
        paused = f"{pause.client_p50:.0f} ms" if pause else "an unknown time"
        return (
            f"The writer moved under load: {evidence.verdict.acknowledged:,} acknowledged writes, "
            f"{evidence.verdict.lost} lost, writes paused for {paused} (median of the writers)."
        )


def difference_faults(evidence: Evidence) -> list[str]:
    """Both databases must be equal at the end: what the writer wrote last has gone the way back, or forward."""
    diverged = {table.table: table.diverged for table in evidence.tables if table.diverged}
    if diverged or not evidence.tables:
        return [f"source and target differ at the end: {diverged or 'not compared'}"]
    return []


def ledger_faults(evidence: Evidence) -> list[str]:
    """What must be true of the writes in every scenario but the naive one."""
    verdict = evidence.verdict
    counts = {
        "acknowledged writes lost": verdict.lost,
        "writes applied twice": verdict.duplicated,
        "writes accepted by a closed side": verdict.written_to_closed_side,
        "balances that the ledger does not explain": verdict.wrong_balances,
    }
    faults = [f"{count} {what}" for what, count in counts.items() if count]
    if not verdict.acknowledged:
        faults.append("no write was acknowledged: nothing was shown")
    return faults
