"""Half of the reads are parked on the target for a while; later the whole cutover goes on from there."""

from __future__ import annotations

from rehearsal.evidence import Ending, Evidence
from rehearsal.night import Night
from rehearsal.scenarios.happy_path import HappyPath

SHARE = 50
REST_SECONDS = 4.0


class ParkedThenCutover(HappyPath):
    """What route53-updater's gradual_cutover does, and then `cutover start`; a start beside the first is refused."""

    name = "parked-then-cutover"
    summary = (
        "half of the reads are parked; the cutover then goes on from there; nothing may be lost"
    )

    def drive(self, night: Night) -> Ending:
        night.park(SHARE)
        night.let_pass(REST_SECONDS)
        night.start_cutover()
        return night.wait_for_end()

    def judge(self, evidence: Evidence) -> list[str]:
        faults = super().judge(evidence)
        weights = [stage.weight for stage in evidence.stages()]
        if weights[:2] != [SHARE, SHARE] or weights != sorted(weights):
            faults.append(f"the reads went {weights}: no step back was expected from {SHARE}")
        return faults
