"""The history of an execution: nothing comes after a task's timeout or the execution's end."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.eval.event.event_manager import EventManager

if TYPE_CHECKING:
    from rehearsal.aws.engine.settings import EngineSettings

# Re-entrant: the last event is written while the history is being closed.
_order = threading.RLock()


def close_history(env: Any, *, event_type: Any, event_details: Any) -> None:
    """Write the last event of the execution; whatever its threads still report is dropped."""
    with _order:
        context = env.event_history_context
        context.source_event_id = 0
        env.event_manager.add_event(
            context=context, event_type=event_type, event_details=event_details
        )
        env.event_manager.closed = True


def patch(settings: EngineSettings) -> None:  # noqa: ARG001
    """All patches of this module."""
    drop_late_events()


def drop_late_events() -> None:
    """Upstream appends the TaskSucceeded of a task that timed out, even after the last event."""
    add_event, close_frame = EventManager.add_event, Environment.close_frame

    def add_unless_closed(self: Any, context: Any, *args: Any, **kwargs: Any) -> int:
        with _order:
            if getattr(self, "closed", False) or getattr(context, "closed", False):
                return -1
            return int(add_event(self, context, *args, **kwargs))

    def close_with_inner_frames(self: Any, frame: Any) -> None:
        close_frame(self, frame)
        with _order:
            _mark_closed(frame)

    EventManager.add_event, Environment.close_frame = add_unless_closed, close_with_inner_frames


def _mark_closed(frame: Any) -> None:
    frame.event_history_context.closed = True
    for inner in list(frame._frames):
        _mark_closed(inner)
