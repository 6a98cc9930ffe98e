"""Names of errors, as AWS gives them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.stepfunctions.parser.asl.component.common.error_name.custom_error_name import (
    CustomErrorName,
)
from moto.stepfunctions.parser.asl.component.common.error_name.error_equals_decl import (
    ErrorEqualsDecl,
)
from moto.stepfunctions.parser.asl.component.common.error_name.error_name import ErrorName

if TYPE_CHECKING:
    from rehearsal.aws.engine.settings import EngineSettings

_NEVER_CAUGHT = ("States.DataLimitExceeded", "States.Runtime")


def patch(settings: EngineSettings) -> None:  # noqa: ARG001
    """All patches of this module."""
    let_fail_states_pass_on_reserved_names()
    let_nothing_catch_broken_machines()


def let_fail_states_pass_on_reserved_names() -> None:
    """Upstream raises ValueError for a name beginning with "States.": it ends as States.Runtime.

    A machine that catches States.Timeout, puts things back and then fails with the error it caught
    must end with that name.
    """

    def make(self: Any, error_name: str | None) -> None:
        ErrorName.__init__(self, error_name=error_name)

    CustomErrorName.__init__ = make


def let_nothing_catch_broken_machines() -> None:
    """Upstream lets States.ALL catch everything; AWS excepts the two errors below.

    They end the execution, so that a put-back can only come from the rule on failed executions.
    Source: Step Functions developer guide, "Handling errors", States.ALL.
    """
    evaluate = ErrorEqualsDecl._eval_body

    def evaluate_with_exceptions(self: Any, env: Any) -> None:
        found = env.stack[-1]
        evaluate(self, env)
        if getattr(found, "error_name", None) in _NEVER_CAUGHT and found not in self.error_names:
            env.stack[-1] = False

    ErrorEqualsDecl._eval_body = evaluate_with_exceptions
