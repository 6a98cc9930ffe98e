"""The operator aborts while half of the reads are on the target: everything goes back, no client notices."""

from __future__ import annotations

from rehearsal.evidence import Ending, Evidence
from rehearsal.night import Night
from rehearsal.scenarios.happy_path import ledger_faults

HALF = 50


class AbortAtFifty:
    """`cutover abort` in the second stage."""

    name = "abort-at-50"
    summary = "the operator aborts at 50 % of the reads; everything is put back, no client notices"
    target_closed = True
    spread_writes = False
    finalizes = False

    def drive(self, night: Night) -> Ending:
        night.start_cutover()
        night.wait_until(lambda: night.read_weight() >= HALF)
        night.let_pass(night.plan.bake_seconds / 2)
        night.abort(by="rehearsal", reason="the scenario aborts at 50 %")
        return night.wait_for_end()

    def judge(self, evidence: Evidence) -> list[str]:
        faults = ledger_faults(evidence) + evidence.share_faults()
        if (evidence.ending.status, evidence.ending.error) != ("FAILED", "AbortRequested"):
            faults.append(
                f"the execution ended {evidence.ending}, expected FAILED with AbortRequested"
            )
        if set(evidence.weights.values()) != {0}:
            faults.append(f"the records end at {evidence.weights}, expected 0 for both")
        errors = evidence.records.errors_by_sqlstate()
        if errors:
            faults.append(f"clients met errors: {errors}")
        diverged = {table.table: table.diverged for table in evidence.tables if table.diverged}
        if diverged or not evidence.tables:
            faults.append(f"source and target differ after the abort: {diverged or 'not compared'}")
        return faults

    def conclusion(self, evidence: Evidence) -> str:
        return (
            f"Put back from {HALF} %: {evidence.verdict.acknowledged:,} acknowledged writes, "
            f"{evidence.verdict.lost} lost, {len(evidence.records.errors)} client errors, both databases equal."
        )
