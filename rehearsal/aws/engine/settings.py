"""What the patched interpreter reads while it runs; a second install() only changes values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rehearsal.aws.invoker import function_name

if TYPE_CHECKING:
    from rehearsal.aws.invoker import InvokeResult

StatusListener = Callable[[dict[str, Any]], None]


def _no_functions(name: str, payload: bytes) -> InvokeResult:
    raise AssertionError(f"install() was not called before {name} ran with {len(payload)} bytes")


@dataclass(kw_only=True)
class EngineSettings:
    """Live settings: a new value takes effect at the next wait, task or end of an execution."""

    invoker: Callable[[str, bytes], InvokeResult] = _no_functions
    name_of: Callable[[str], str] = function_name
    """What the invoker is given of a function's ARN: without the version, as functions are that were
    never published, or versioned_name."""
    wait_scale: float = 1.0
    """Real seconds for each second of a Wait state or a Retry delay. Task timeouts never scale."""
    endpoint: str | None = None
    """Where tasks other than functions go (sns:publish); None inside `mock_aws`."""
    on_status_change: StatusListener | None = None
    """Called with each "Step Functions Execution Status Change" event of a failed end."""
