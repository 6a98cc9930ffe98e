"""What the build project runs: one part of the schema, from the source to the target. No function of Lambda.

    SCHEMA_RUN=... SCHEMA_PART=pre-data python -m lambdas.schema_build

Exit status: 0 complete, 1 not; why not is told where the step that waits looks for it.
"""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable
from typing import Final

import boto3

from cutover.adapters.aws import CLIENT_CONFIG
from cutover.adapters.postgres_copy import PostgresSource, PostgresTarget
from cutover.adapters.schema_here import ENDED
from cutover.adapters.schema_reports import SchemaReports
from cutover.adapters.secrets import read_address
from cutover.errors import DatabaseUnreachable, ServiceUnavailable
from cutover.observations import SchemaProgress
from cutover.schema.archive import Section
from cutover.schema.copy import Copied, Options, Progress, copied
from cutover.schema.report import copied_json, judged, under_way
from lambdas import environment
from lambdas.environment import SchemaBuildEnvironment

logger: Final = logging.getLogger("schema")

TELL_EVERY: Final = 15.0
"""Seconds between two progresses: each is a version of an object that is kept."""
TRIES: Final = 20
WAIT: Final = 15.0
"""Seconds before a server that did not answer is asked again."""

Clock = Callable[[], float]


def main() -> int:
    """The exit status."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stdout)
    told = environment.read(SchemaBuildEnvironment)
    reports = SchemaReports(
        boto3.client("s3", config=CLIENT_CONFIG), bucket=told.certificate_bucket
    )
    ended = copy(told, reports)
    reports.tell(told.schema_run, ended)
    logger.info("%s: %s", told.schema_part.value, ended.failure or ended.note)
    return 0 if ended.complete else 1


def copy(
    told: SchemaBuildEnvironment,
    reports: SchemaReports,
    *,
    wait: Callable[[float], None] = time.sleep,
) -> SchemaProgress:
    """What it came to. A server that does not answer is asked for some minutes."""
    secrets = boto3.client("secretsmanager", config=CLIENT_CONFIG)
    source, target = (
        read_address(secrets, secret_arn=arn, sslmode=told.database_sslmode).dsn()
        for arn in (told.source_secret_arn, told.target_secret_arn)
    )
    watch = _Watch(told, reports)
    for tries_left in reversed(range(TRIES)):
        try:
            result = copied(
                Section(told.schema_part.value),
                PostgresSource(source, target=target),
                PostgresTarget(target, jobs=told.schema_jobs),
                Options(roles=told.schema_roles, owner=told.application_role, analyze=False),
                watch,
            )
        except (
            ENDED
        ) as error:  # before the line: what was made stays, and the next run goes on from there
            return _failed(told, str(error))
        except DatabaseUnreachable as error:  # before the line: it may pass
            if not tries_left:
                return _failed(told, str(error))
            logger.info("%s; tried again in %d s", error, WAIT)
            wait(WAIT)
        except (
            Exception
        ) as error:  # before the line: told by its kind alone, its words are in the log
            logger.exception("not expected")
            return _failed(
                told, f"{type(error).__name__}, which was not expected: see the build's log"
            )
        else:
            return _ended(told, reports, result)
    raise AssertionError("the last try returns")


def _ended(told: SchemaBuildEnvironment, reports: SchemaReports, result: Copied) -> SchemaProgress:
    place = reports.keep(told.schema_run, told.schema_part, copied_json(result))
    return judged(result, place=place)


def _failed(told: SchemaBuildEnvironment, why: str) -> SchemaProgress:
    return SchemaProgress(part=told.schema_part, complete=False, failure=why)


class _Watch:
    """Tells how far it is, in the log and to whom waits for it, not at every object."""

    def __init__(self, told: SchemaBuildEnvironment, reports: SchemaReports) -> None:
        self._told, self._reports, self._next = told, reports, 0.0

    def __call__(self, progress: Progress) -> None:
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + TELL_EVERY
        so_far = under_way(self._told.schema_part, progress)
        logger.info("%s", so_far.note)
        try:
            self._reports.tell(self._told.schema_run, so_far)
        except (
            ServiceUnavailable
        ) as error:  # before the line: nobody decides by it, and the next may come through
            logger.info("%s", error)


if __name__ == "__main__":
    sys.exit(main())
