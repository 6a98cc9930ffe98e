"""Ports that report each call before and after it is made; what a call does is the real port's business.

The list of sub-steps comes from a run of its own, so a sub-step that a step gains is in the matrix by itself.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Final, Protocol

import cutover.errors
from rehearsal.faults.instructions import Instruction, Moment, Point, SubStep

POLLED: Final = frozenset({"has_token", "newest_heartbeat", "in_sync", "now"})
"""Methods of either side that are asked until the answer is yes: only an invocation's first call is a sub-step."""

ENTERED: Final = {"barrier": "barrier", "new_slot": "slot"}
"""Methods that give out something to be entered, and what its own calls are named after."""

_NOT_MADE = object()


class Reporter(Protocol):
    """Told of a point that something is to be done at; answers what the caller has to do."""

    def __call__(self, point: Point) -> Instruction: ...


class Trace:
    """The calls of one invocation, in order, and the points that are reported of them."""

    def __init__(
        self, function: str, *, armed: frozenset[Point], report: Reporter, after: str = ""
    ) -> None:
        self.function = function
        self.after = after
        self.steps: list[SubStep] = []
        self._armed = armed
        self._report = report
        self._counts: Counter[str] = Counter()

    def begin(self, call: str) -> SubStep:
        """The sub-step of a call that is about to be made."""
        self._counts[call] += 1
        polled = call.rpartition(".")[2] in POLLED
        number = 1 if polled else self._counts[call]
        step = SubStep(function=self.function, call=call, number=number, after=self.after)
        if self._counts[call] == 1 or not polled:
            self.steps.append(step)
        return step

    def reach(self, moment: Moment, step: SubStep, half: Callable[[], Any] = lambda: None) -> Any:
        """Reports the point where it is armed; the answer in place of the call's, or _NOT_MADE.

        half: makes a part of the call.
        """
        point = Point(moment=moment, step=step)
        if point not in self._armed:
            return _NOT_MADE
        told = self._report(point)
        if told.kind == "half":
            half()
        if told.kind in ("raise", "half"):
            raise getattr(cutover.errors, told.error)(f"{told.error} was arranged {point}")
        if told.kind in ("hang", "abandon"):
            time.sleep(told.seconds)
        return told.value if told.kind == "return" else _NOT_MADE

    def around(
        self, call: str, act: Callable[[], Any], half: Callable[[], Any] = lambda: None
    ) -> Any:
        """Makes the call, with its two points."""
        step = self.begin(call)
        answer = self.reach("before", step, half)
        if answer is not _NOT_MADE:
            return answer
        result = act()
        self.reach("after", step)
        return result


class Watched:
    """A port whose calls are sub-steps. What it answers is untyped: the caller casts it to the port."""

    def __init__(self, port: Any, name: str, trace: Callable[[], Trace]) -> None:
        self._port = port
        self._name = name
        self._trace = trace

    def __getattr__(self, attribute: str) -> Any:
        value = getattr(self._port, attribute)
        if not callable(value):
            return value

        def watched(*arguments: Any, **named: Any) -> Any:
            call = f"{self._name}.{attribute}{_detail(attribute, arguments)}"
            result = self._trace().around(
                call,
                lambda: value(*arguments, **named),
                lambda: value(*_first_name_only(arguments), **named),
            )
            if attribute in ENTERED:
                return WatchedContext(result, ENTERED[attribute], self._trace)
            return result

        return watched


class WatchedContext:
    """What a port gives out to be entered: entering, leaving and every call in between are sub-steps too."""

    def __init__(
        self, context: AbstractContextManager[Any], name: str, trace: Callable[[], Trace]
    ) -> None:
        self._context = context
        self._name = name
        self._trace = trace

    def __enter__(self) -> Any:
        entered = self._trace().around(f"{self._name}.enter", self._context.__enter__)
        return Watched(entered, self._name, self._trace)

    def __exit__(self, *error: Any) -> bool | None:
        left: bool | None = self._trace().around(
            f"{self._name}.leave", lambda: self._context.__exit__(*error)
        )
        return left


def _first_name_only(arguments: tuple[Any, ...]) -> tuple[Any, ...]:
    """What is asked for several names, asked for one of them."""
    return tuple(
        dict(list(each.items())[:1]) if isinstance(each, dict) else each for each in arguments
    )


def _detail(attribute: str, arguments: tuple[Any, ...]) -> str:
    """The phase of a record: what tells one entry from another does not move when a step gains one."""
    return f" {arguments[1].value}" if attribute == "record" else ""
