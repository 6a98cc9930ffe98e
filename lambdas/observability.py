"""Logger, metrics and tracer, one of each for all functions, and the wrapper that every handler wears."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

logger = Logger()
metrics = Metrics()
tracer = Tracer()

Event = dict[str, Any]
Handler = Callable[[Event, LambdaContext], Any]


def observed(handler: Handler) -> Handler:
    """Logs with the invocation's context and traces; lets every exception out.

    Step Functions can only route a failure that it can see. Events and responses are not logged or traced: they
    may name the company's tables.
    """
    logged = logger.inject_lambda_context(handler)
    traced: Handler = tracer.capture_lambda_handler(logged, capture_response=False)
    return traced
