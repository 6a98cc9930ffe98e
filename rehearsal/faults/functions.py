"""The arena's Lambda: runs each function in a controller process, and lets a scenario have its way with it."""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import os
import random
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from multiprocessing.connection import Connection
from typing import Any, Final, Protocol

from rehearsal.aws.invoker import InvokeResult, Throttled
from rehearsal.faults import controller
from rehearsal.faults.controller import Invocation, Message
from rehearsal.faults.instructions import GO, INVOKED, Instruction, Point, SubStep
from rehearsal.faults.world import WorldSpec
from rehearsal.machine import FUNCTIONS, function_name
from rehearsal.servers import processes
from rehearsal.servers.cleaning import PROCESSES_FILE
from rehearsal.servers.run_directory import RunDirectory

SUFFIX: Final = "arena"
KEYS: Final = {function_name(key, SUFFIX): key for key in FUNCTIONS}
GOODBYE_SECONDS: Final = 2.0
REPEATED: Final = frozenset(
    {
        "inspect_databases",
        "measure_lag",
        "check_readiness",
        "check_stage",
        "move_writes",
        "verify_records",
    }
)
"""Functions that a move invokes at several places: each place is a sub-step of its own."""
ALWAYS_NAMED: Final = frozenset({"switch_writer", "finish_switch", "verify_switch", "put_back"})
"""A plan may leave out the places before these, and a failure may: what is behind them is called the same all the same.
"""

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["rehearsal.faults.controller", "rehearsal.faults.clients"])


class Acts(Protocol):
    """What a scenario does at a point."""

    @property
    def armed(self) -> frozenset[Point]:
        """The points at which something is still to be done."""

    def at(self, point: Point, functions: Functions, process: Controller | None) -> Instruction:
        """Does it, once; answers what the controller has to do."""


@dataclass
class Controller:
    """One process."""

    process: Any
    pipe: Connection
    alive: Connection

    @property
    def pid(self) -> int:
        return int(self.process.pid)

    def kill(self) -> None:
        """kill -9, and wait until it is gone."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, 9)
        self.process.join()

    def close(self) -> None:
        """Ends it, killed where it does not hear."""
        self.pipe.close()
        self.process.join(GOODBYE_SECONDS)
        if self.process.is_alive():
            self.kill()
        self.alive.close()


class Places:
    """Where in a move a function is invoked, told by the last act that is not repeated."""

    def __init__(self) -> None:
        self._behind = ""
        self._first: dict[str, str] = {}
        self._lock = threading.Lock()

    def begin(self) -> None:
        """A move begins."""
        with self._lock:
            self._behind = ""
            self._first.clear()

    def of(self, function: str) -> str:
        """SubStep.after for an invocation that is about to be made."""
        with self._lock:
            if function not in REPEATED:
                self._behind = function
                return ""
            first = self._first.setdefault(function, self._behind)
            plain = first == self._behind and first not in ALWAYS_NAMED
            return "" if plain else self._behind


@dataclass
class Call:
    """One invocation as the arena saw it."""

    function: str
    event: dict[str, Any]
    after: str = ""
    shift: timedelta = timedelta(0)
    """Of the clock that it ran on."""
    steps: tuple[SubStep, ...] = ()
    error: str = ""
    result: Any = None


@dataclass
class Functions:
    """rehearsal.aws.invoker.Invoker over controllers; callable from the engine's threads at once."""

    run: RunDirectory
    spec: WorldSpec
    acts: Acts
    shift: timedelta = timedelta(0)
    """Of the controllers' clocks."""
    chance: random.Random | None = None
    """Where there is one, it draws for each invocation whether its clock is wrong at all."""
    places: Places = field(default_factory=Places)
    calls: list[Call] = field(default_factory=list)
    killed: int = 0
    _idle: list[Controller] = field(default_factory=list)
    _every: list[Controller] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _closed: bool = False

    def __call__(self, name: str, payload: bytes) -> InvokeResult:
        return self.invoke(KEYS[name], json.loads(payload))

    def invoke(self, function: str, event: dict[str, Any]) -> InvokeResult:
        """Runs the function; a controller that died, or was given up on, is a failed function. Raises Throttled."""
        call = Call(function, event, after=self.places.of(function), shift=self._shift())
        self.calls.append(call)
        step = SubStep(function=function, call=INVOKED, after=call.after)
        entrance = Point(moment="before", step=step)
        if entrance in self.acts.armed:
            told = self.acts.at(entrance, self, None)
            if told.kind == "throttle":
                call.error = "TooManyRequestsException"
                raise Throttled("Rate Exceeded.")
        answer, failed = self._serve(call)
        if failed:
            call.error = answer["errorType"]
        else:
            call.result = answer
        return InvokeResult(
            payload=json.dumps(answer).encode(),
            function_error="Unhandled" if failed else None,
            log="",
        )

    def beside(self, function: str, event: dict[str, Any]) -> threading.Thread:
        """The same invocation once more, at the same time, as Lambda's at-least-once delivery may."""
        thread = threading.Thread(target=self.invoke, args=[function, event], daemon=True)
        thread.start()
        return thread

    def close(self) -> None:
        """Ends every controller, zombies included."""
        self._closed = True
        for each in self._every:
            each.close()

    def _serve(self, call: Call) -> tuple[Any, bool]:
        process = self._take()
        try:
            process.pipe.send(
                Invocation(
                    function=call.function,
                    event=call.event,
                    armed=self.acts.armed,
                    after=call.after,
                    shift=call.shift,
                )
            )
            while True:
                message: Message = process.pipe.recv()
                call.steps = message.steps or call.steps
                if message.kind != "at":
                    self._give_back(process)
                    return message.payload, message.kind == "failed"
                told = self.acts.at(_known(message.point), self, process)
                process.pipe.send(told)
                if told.kind == "abandon":
                    threading.Thread(target=self._outlive, args=[process], daemon=True).start()
                    return _failure("Sandbox.Timedout", "Task timed out"), True
        except (EOFError, OSError):
            self.killed += 1
            process.process.join(GOODBYE_SECONDS)
            return _failure("Runtime.ExitError", "Runtime exited with error: signal: killed"), True

    def _outlive(self, process: Controller) -> None:
        """Nobody waits for its answer any more, and still it goes on to its end."""
        # TypeError is what a Connection says that another thread closes meanwhile: the arena is done with it.
        with contextlib.suppress(EOFError, OSError, TypeError):
            while process.pipe.recv().kind == "at":
                process.pipe.send(GO)

    def _shift(self) -> timedelta:
        wrong = self.chance is None or self.chance.random() < 0.5
        return self.shift if wrong else timedelta(0)

    def _take(self) -> Controller:
        with self._lock:
            if self._idle:
                return self._idle.pop()
        return self._start()

    def _give_back(self, process: Controller) -> None:
        with self._lock:
            self._idle.append(process)

    def _start(self) -> Controller:
        ours, theirs = _context.Pipe()
        hears, tells = _context.Pipe(duplex=False)
        process = _context.Process(
            target=controller.run, args=(theirs, self.spec, hears), daemon=True
        )
        process.start()
        theirs.close()
        hears.close()
        pid = process.pid
        if pid is None:
            raise AssertionError
        processes.record(self.run.path / PROCESSES_FILE, pid=pid, farewell=signal.SIGKILL)
        made = Controller(process=process, pipe=ours, alive=tells)
        with self._lock:
            self._every.append(made)
        return made


def wait_for(condition: Callable[[], bool], *, seconds: float, poll: float = 0.02) -> bool:
    """Whether the condition came true in time."""
    give_up = time.monotonic() + seconds
    while not condition():
        if time.monotonic() >= give_up:
            return False
        time.sleep(poll)
    return True


def _known(point: Point | None) -> Point:
    if point is None:
        raise AssertionError
    return point


def _failure(kind: str, text: str) -> dict[str, str]:
    return {"errorType": kind, "errorMessage": text}
