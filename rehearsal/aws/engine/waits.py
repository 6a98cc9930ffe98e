"""Time inside the interpreter: delays that scale and that a stop interrupts."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from moto.stepfunctions.parser.asl.component.common.retry.max_attempts_decl import (
    MaxAttemptsOutcome,
)
from moto.stepfunctions.parser.asl.component.common.retry.retrier_decl import RetrierDecl
from moto.stepfunctions.parser.asl.component.common.retry.retrier_outcome import RetrierOutcome
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.wait_function import (
    WaitFunction,
)

if TYPE_CHECKING:
    from rehearsal.aws.engine.settings import EngineSettings


def patch(settings: EngineSettings) -> None:
    """All patches of this module."""
    scale_wait_states(settings)
    scale_retry_delays(settings)


def scale_wait_states(settings: EngineSettings) -> None:
    """Upstream waits in real seconds and counts what has passed in whole ones."""

    def wait(_function: Any, env: Any, wait_seconds: float) -> None:
        _sleep(env, wait_seconds * settings.wait_scale)

    WaitFunction._wait_interval = wait


def scale_retry_delays(settings: EngineSettings) -> None:
    """Upstream sleeps: a stop during the back-off is noticed only when the delay is over."""

    def evaluate(self: Any, env: Any) -> None:
        self.error_equals.eval(env)
        if not env.stack.pop():
            env.stack.append(RetrierOutcome.Skipped)
            return
        self.max_attempts.eval(env=env)
        if env.stack.pop() == MaxAttemptsOutcome.EXHAUSTED:
            env.stack.append(RetrierOutcome.Failed)
            return
        for part in (
            self.interval_seconds,
            self.backoff_rate,
            self.max_delay_seconds,
            self.jitter_strategy,
        ):
            part.eval(env=env)
        _sleep(env, env.stack.pop() * settings.wait_scale)
        env.stack.append(RetrierOutcome.Executed)

    RetrierDecl._eval_body = evaluate


def _sleep(env: Any, seconds: float) -> None:
    """Real seconds, cut short when the execution is no longer running."""
    end = time.monotonic() + seconds
    while env.is_running() and (left := end - time.monotonic()) > 0:
        # The event is set and cleared in one breath; the cap is for a waiter just in between.
        env.program_state_event.wait(min(left, 0.25))
