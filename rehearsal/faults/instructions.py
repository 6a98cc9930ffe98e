"""What a controller is told to do where it stands: go on, fail, answer something else, or be given up on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Moment = Literal["before", "after"]


@dataclass(frozen=True, kw_only=True)
class SubStep:
    """One call of a port inside a function, so one thing that may break."""

    function: str
    """Key of the function, such as `switch_writer`."""
    call: str
    """Port and method, with what tells its calls apart: `journal.record switching`."""
    number: int = 1
    """The how-manieth call of that kind within the invocation."""
    after: str = ""
    """Of a function that a move invokes at several places: the act that it was invoked behind; empty: the first place.

    Not the number of the invocation: a check is made once more wherever the box is slow.
    """

    def __str__(self) -> str:
        number = f" #{self.number}" if self.number > 1 else ""
        after = f" after {self.after}" if self.after else ""
        return f"{self.function}{after}/{self.call}{number}"


@dataclass(frozen=True, kw_only=True)
class Point:
    """A moment at which something is done."""

    moment: Moment
    step: SubStep

    def __str__(self) -> str:
        return f"{self.moment} {self.step}"


INVOKED = "invoked"
"""The pseudo call that stands for the invocation itself, before any code of ours runs."""


@dataclass(frozen=True, kw_only=True)
class Instruction:
    """The answer to a controller that reports where it stands."""

    kind: Literal["go", "raise", "return", "hang", "throttle", "abandon", "half"] = "go"
    error: str = ""
    """raise: a class of cutover.errors. half: the same, once the call was made for the first of its names only."""
    value: Any = None
    """return: what the call answers, without being made."""
    seconds: float = 0.0
    """hang: sleep for so long and go on. abandon: the machine is told that the function ran out of time, and the
    process sleeps for so long and goes on all the same."""


GO = Instruction()
