"""JSONata for the interpreter: jsonata-python with the state's values bound natively."""

from __future__ import annotations

import hashlib
import json
import random
import threading
import uuid
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import jsonata
from jsonata.utils import Utils
from moto.stepfunctions.parser.api import EvaluationFailedEventDetails, HistoryEventType
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import (
    FailureEvent,
    FailureEventException,
)
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import (
    StatesErrorName,
)
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import (
    StatesErrorNameType,
)
from moto.stepfunctions.parser.asl.component.common.string.string_expression import StringJSONata
from moto.stepfunctions.parser.asl.component.state.choice.comparison.comparison import (
    ConditionStringJSONata,
)
from moto.stepfunctions.parser.asl.component.state.fail.cause_decl import Cause
from moto.stepfunctions.parser.asl.component.state.fail.error_decl import Error
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.seconds import (
    SecondsJSONata,
)
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails
from moto.stepfunctions.parser.asl.utils.encoding import _DateTimeEncoder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rehearsal.aws.engine.settings import EngineSettings


class QueryError(Exception):
    """The expression failed, or its result is nothing that JSON can say."""


class Expression:
    """One compiled expression, shared by the threads of an execution."""

    def __init__(self, text: str) -> None:
        self._lock = threading.Lock()
        try:
            self._value = _compile(text)
            self._exists = _compile(f"$exists({text})")
        except jsonata.JException as error:
            raise QueryError(f"The JSONata expression '{text}' failed: {error}") from error
        self._text = text

    def evaluate(self, bindings: Mapping[str, Any]) -> Any:
        """The value as plain JSON types. Raises QueryError, also where it is undefined."""
        with self._lock:
            try:
                value = _run(self._value, bindings)
                undefined = value is None and not _run(self._exists, bindings)
            except Exception as error:
                raise QueryError(
                    f"The JSONata expression '{self._text}' failed: {error}"
                ) from error
        if undefined:
            raise QueryError(f"The JSONata expression '{self._text}' returned nothing (undefined).")
        try:
            # A copy: no variable shares parts with another, and the library's list types go.
            return json.loads(json.dumps(value))
        except (TypeError, ValueError) as error:
            raise QueryError(
                f"The JSONata expression '{self._text}' returned an unsupported result type."
            ) from error


@lru_cache(maxsize=1024)
def expression(text: str) -> Expression:
    """Compiled once per text: each task has a thread of its own, and a machine loops for days."""
    return Expression(text)


def _compile(text: str) -> Any:
    compiled = jsonata.Jsonata(text)
    for name, function in _FUNCTIONS.items():
        compiled.register_lambda(name, function)
    return compiled


def _run(compiled: Any, bindings: Mapping[str, Any]) -> Any:
    frame = compiled.create_frame()
    for name, value in bindings.items():
        frame.bind(name, Utils.NULL_VALUE if value is None else value)
    # The library keeps "the instance of this thread"; it is whichever was made last, not this one.
    jsonata.Jsonata.CURRENT.jsonata = compiled
    return compiled.evaluate(None, frame)


def _hash(value: Any, algorithm: str) -> str:
    data = value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))
    return hashlib.new(algorithm.replace("-", "").lower(), data.encode()).hexdigest()


def _partition(values: list[Any], size: int) -> list[list[Any]]:
    return [values[start : start + size] for start in range(0, len(values), size)]


def _range(first: int, last: int, step: int) -> list[int]:
    return list(range(first, last + (1 if step > 0 else -1), step))


def _random(seed: int | None = None) -> float:
    return random.random() if seed is None else random.Random(seed).random()


# What Step Functions adds to JSONata (developer guide, "Transforming data with JSONata").
_FUNCTIONS = {
    "hash": _hash,
    "parse": json.loads,
    "partition": _partition,
    "random": _random,
    "range": _range,
    "uuid": lambda: str(uuid.uuid4()),
}


def _bindings(env: Any) -> dict[str, Any]:
    data = env.states._states_data
    states = {
        name: data[name]
        for name in ("input", "result", "errorOutput")
        if name == "input" or data.get(name) is not None
    }
    # The context holds datetimes, and expressions must see their text.
    states["context"] = json.loads(json.dumps(data["context"], cls=_DateTimeEncoder))
    store = env.variable_store
    return {"states": states, **store._outer_scope, **store._inner_scope}


def _query_failure(env: Any, cause: str) -> Exception:
    name = StatesErrorName(typ=StatesErrorNameType.StatesQueryEvaluationError)
    details = EvaluationFailedEventDetails(error=name.error_name, cause=cause)
    failure: Exception = FailureEventException(
        FailureEvent(
            env=env,
            error_name=name,
            event_type=HistoryEventType.EvaluationFailed,
            event_details=EventDetails(evaluationFailedEventDetails=details),
        )
    )
    env.event_manager.add_event(
        context=env.event_history_context,
        event_type=HistoryEventType.EvaluationFailed,
        event_details=EventDetails(
            evaluationFailedEventDetails=failure.get_evaluation_failed_event_details()  # type: ignore[attr-defined]
        ),
    )
    return failure


def patch(settings: EngineSettings) -> None:  # noqa: ARG001
    """All patches of this module."""
    evaluate_natively()
    refuse_values_of_another_type()


def evaluate_natively() -> None:
    """Upstream's evaluator is None and is then called (getmoto/moto#10105).

    It also pastes values into the expression's text, unescaped: a quotation mark in a function's
    error would change the program. Here they are bound as values.
    """

    def evaluate(self: Any, env: Any) -> None:
        try:
            value = expression(self.expression).evaluate(_bindings(env))
        except QueryError as error:
            raise _query_failure(env, str(error)) from error
        env.stack.append(value)

    StringJSONata._eval_body = evaluate


def refuse_values_of_another_type() -> None:
    """Upstream takes a condition that is no boolean for States.Runtime, and waits int(0.9) seconds.

    It also fails without a name where Error is null. AWS says States.QueryEvaluationError.
    """

    def evaluate(self: Any, env: Any) -> None:
        _evaluate_as(bool, self.string_jsonata, env)

    def seconds(self: Any, env: Any) -> int:
        _evaluate_as(int, self.string_jsonata, env)
        return int(env.stack.pop())

    def text(self: Any, env: Any) -> None:
        if isinstance(self.string_expression, StringJSONata):
            _evaluate_as(str, self.string_expression, env)
        else:
            self.string_expression.eval(env=env)

    ConditionStringJSONata._eval_body = evaluate
    SecondsJSONata._get_wait_seconds = seconds
    Error._eval_body = Cause._eval_body = text


def _evaluate_as(kind: type, string: Any, env: Any) -> None:
    """Leave the value on the stack, where it is exactly of that type (True is no integer here)."""
    string.eval(env=env)
    if type(env.stack[-1]) is not kind:
        found = json.dumps(env.stack[-1])
        raise _query_failure(
            env,
            f"The JSONata expression '{string.expression}' gave {found}, not a {kind.__name__}.",
        )
