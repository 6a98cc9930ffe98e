"""What every scenario is."""

from __future__ import annotations

from typing import Protocol

from rehearsal.evidence import Ending, Evidence
from rehearsal.night import Night


class Scenario(Protocol):
    """One thing that can happen, and what must be true of it afterwards."""

    name: str
    summary: str
    """One line for --list."""
    target_closed: bool
    """Whether the target refuses application writes until the switch; else it is opened by hand once it is loaded."""
    spread_writes: bool
    """Whether clients write wherever the write record points at that moment, on both sides at once."""
    finalizes: bool
    """Whether the migration is ended once the scenario has succeeded: it ends on the target and keeps no way back."""

    def drive(self, night: Night) -> Ending:
        """Lets it happen; returns how the execution ended."""

    def judge(self, evidence: Evidence) -> list[str]:
        """Every reason why the verdict is `failed`; none: passed."""

    def conclusion(self, evidence: Evidence) -> str:
        """One sentence: what happened."""
