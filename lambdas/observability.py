"""Logger, metrics and tracer, one of each for all functions, and the wrappers that handlers wear."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import wraps
from typing import Any

from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

NAMESPACE = "Migration"
# One service for all functions: a dashboard then needs no list of who measures what.
SERVICE = "migration"

logger = Logger()
metrics = Metrics(namespace=NAMESPACE, service=SERVICE)
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


def measured(handler: Handler) -> Handler:
    """Writes the handler's metrics to its log, also where it fails, from where CloudWatch takes them (EMF).

    With the environment as a dimension: two of them in one account would be one figure otherwise.
    """

    @wraps(handler)
    def measuring(event: Event, context: LambdaContext) -> Any:
        metrics.add_dimension("Environment", os.environ.get("MIGRATION", "unknown"))
        try:
            return handler(event, context)
        finally:
            if metrics.metric_set:
                metrics.flush_metrics()
            metrics.clear_metrics()

    return measuring
