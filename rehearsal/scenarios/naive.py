"""The naive way: weights on the written name, changes flowing one way. It loses rows; this shows how many."""

from __future__ import annotations

from rehearsal.evidence import Ending, Evidence
from rehearsal.night import Night

WEIGHTS = (20, 50, 80)
SEQUENCE_DISTANCE = 10_000_000
"""What a careful operator does first; without it every write on the target fails with a duplicate key."""


class NaiveWeightedWrites:
    """20/50/80 on the written name. Passes only because it expects the loss."""

    name = "naive-weighted-writes"
    summary = "weights 20/50/80 on the written name, one-way replication: expected to lose rows"
    target_closed = False
    spread_writes = True
    finalizes = False

    def drive(self, night: Night) -> Ending:
        night.space_sequences(SEQUENCE_DISTANCE)
        for weight in WEIGHTS:
            night.set_weights(weight)
            night.let_pass(night.plan.bake_seconds)
        return Ending(status="NO STATE MACHINE", cause="the state machine refuses to do this")

    def judge(self, evidence: Evidence) -> list[str]:
        faults = []
        if not evidence.verdict.lost:
            faults.append(
                "no acknowledged write was lost: this scenario exists to show that they are"
            )
        if not self.diverged(evidence):
            faults.append("no row diverged: this scenario exists to show that they do")
        return faults

    def diverged(self, evidence: Evidence) -> int:
        return sum(table.diverged for table in evidence.tables)

    def conclusion(self, evidence: Evidence) -> str:
        verdict = evidence.verdict
        by_table = ", ".join(
            f"{table.table} {table.diverged:,}" for table in evidence.tables if table.diverged
        )
        return (
            f"As expected, rows were lost: {verdict.lost:,} of {verdict.acknowledged:,} acknowledged writes are "
            f"not on the source, and {self.diverged(evidence):,} rows diverged ({by_table}). Clients met "
            f"{len(evidence.records.errors)} errors."
        )
