"""One controller: a process that runs the functions of lambdas/ one at a time, and that anybody may kill.

It stands for the containers of all functions: each keeps a world of its own in here. `run` is the process; the arena
starts it through multiprocessing's fork server, which has this module imported already.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import signal
import threading
from dataclasses import dataclass, field
from datetime import timedelta
from multiprocessing.connection import Connection
from typing import Any, Literal

from cutover.steps import replication, switch, traffic
from lambdas import wiring
from rehearsal.aws.invoker import InProcessContext
from rehearsal.faults.instructions import Instruction, Point, SubStep
from rehearsal.faults.substeps import Trace
from rehearsal.faults.world import INSYNC_PATIENCE_SECONDS, World, WorldSpec
from rehearsal.machine import DEFINITION, ROLLBACK_DEFINITION, called

# Once in the fork server, not in every controller.
for _name in called(DEFINITION.read_text() + ROLLBACK_DEFINITION.read_text()):
    importlib.import_module(f"lambdas.{_name}")


@dataclass(frozen=True, kw_only=True)
class Invocation:
    """One call of one function."""

    function: str
    event: dict[str, Any]
    armed: frozenset[Point]
    after: str = ""
    """The place of it, as SubStep has it."""
    shift: timedelta = timedelta(0)
    """Of the clock that it runs on."""


@dataclass(frozen=True, kw_only=True)
class Message:
    """What a controller says."""

    kind: Literal["at", "done", "failed"]
    point: Point | None = None
    payload: Any = None
    steps: tuple[SubStep, ...] = field(default=())


def run(pipe: Connection, spec: WorldSpec, alive: Connection) -> None:
    """Serves invocations until the pipe is closed."""
    # Ctrl-C is the arena's to hear, which then ends its controllers in order.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_the_arena, args=[alive], daemon=True).start()
    _be_impatient()
    current: list[Trace] = []
    world = World(spec, trace=lambda: current[0])
    setattr(wiring, "control", world.control)  # noqa: B010  (the composition root is replaced, as tests do)
    setattr(wiring, "databases", world.databases)  # noqa: B010
    setattr(wiring, "certificates", world.certificates)  # noqa: B010
    setattr(wiring, "approvals", world.approvals)  # noqa: B010
    setattr(wiring, "told_facts", world.told_facts)  # noqa: B010
    setattr(wiring, "machines", world.machines)  # noqa: B010

    def report(point: Point) -> Instruction:
        pipe.send(Message(kind="at", point=point))
        told: Instruction = pipe.recv()
        return told

    while True:
        try:
            invocation: Invocation = pipe.recv()
        except (EOFError, OSError):  # closed by the arena, or gone with it
            return
        world.clock.shift = invocation.shift
        current[:] = [
            Trace(
                invocation.function,
                armed=invocation.armed,
                report=report,
                after=invocation.after,
            )
        ]
        answer = _run(invocation, current[0])
        # A zombie's answer: the arena may have closed its end while this went on.
        with contextlib.suppress(OSError):
            pipe.send(answer)


def _be_impatient() -> None:
    """Waits for DMS, which takes seconds to minutes; the subscriptions that stand in for it take tenths of a second.

    And for Route 53: the patience is a minute there, and a machine's retries make several of it.
    """
    traffic.INSYNC_PATIENCE = timedelta(seconds=INSYNC_PATIENCE_SECONDS)
    traffic.INSYNC_POLL = timedelta(seconds=0.1)
    replication.WAY_BACK_PATIENCE = timedelta(seconds=1)
    replication.HAND_OVER_POLL = timedelta(seconds=0.1)
    replication.HAND_OVER_PATIENCE = timedelta(seconds=5)
    switch.CATCH_UP_PATIENCE = timedelta(seconds=10)


def _run(invocation: Invocation, trace: Trace) -> Message:
    handler = importlib.import_module(f"lambdas.{invocation.function}").lambda_handler
    context = InProcessContext(function_name=invocation.function)
    try:
        result = json.loads(json.dumps(handler(invocation.event, context)))
    except (
        Exception
    ) as error:  # on either side of the line: the machine is told by name, as Lambda tells it
        failure = {"errorType": type(error).__name__, "errorMessage": str(error)}
        return Message(kind="failed", payload=failure, steps=tuple(trace.steps))
    return Message(kind="done", payload=result, steps=tuple(trace.steps))


def _end_with_the_arena(alive: Connection) -> None:
    """A controller whose arena was killed would go on switching databases that are being taken down."""
    try:
        alive.recv()
    except (EOFError, OSError):
        os._exit(1)
