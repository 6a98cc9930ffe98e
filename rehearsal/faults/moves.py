"""The moves of the writer in one switch, there and back and there again, by their numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from cutover.direction import Direction, Stream
from rehearsal.workload.configuration import Side

CARRIERS: Final = {1: Stream.LOAD, 2: Stream.BACK, 3: Stream.AGAIN}
"""What carries changes when a move begins, by the number of the move."""


@dataclass(frozen=True)
class Move:
    """One move of the writer."""

    number: int
    """Which of the moves; 0: none yet."""

    @property
    def direction(self) -> Direction:
        """There or back."""
        return Direction.FORWARD if self.number % 2 else Direction.BACK

    @property
    def origin(self) -> Side:
        """Where the writer is before this move."""
        return "source" if self.direction is Direction.FORWARD else "target"

    @property
    def destination(self) -> Side:
        """Where it is to be."""
        return "target" if self.origin == "source" else "source"

    @property
    def carrier(self) -> Stream:
        """What brings changes to the destination when this move begins."""
        return CARRIERS[self.number]
