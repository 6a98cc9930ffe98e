"""What is before a scenario and after it: the load from an empty target, and the end; each is looked at."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Final

import psycopg

from cutover.adapters.postgres_inventory import read_inventory
from cutover.schema.difference import since
from cutover.schema.inventory import Inventory
from rehearsal.aws_setup import BUCKET
from rehearsal.night import Night, NightFailed
from rehearsal.report.model import Finalized, LoadedTable, Replicated, TableCheck
from rehearsal.workload.configuration import Side
from rehearsal.workload.contents import TableComparison, compare_at_one_moment
from rehearsal.workload.database import administrator_dsn

SETTLING_SECONDS: Final = 5.0
"""How long writers wait at most for the other side to catch up, where both are compared under load."""


def load(night: Night) -> Replicated:
    """`cutover replicate` from a target without tables, and every row compared. Raises NightFailed."""
    started = night.elapsed
    night.replicate()
    ready = night.elapsed
    compared = _compare(night, writer="source")
    return Replicated(
        started=started,
        ready=ready,
        schema=_schema(night),
        progress=tuple(night.loading),
        tables=tuple(_loaded(night)),
        compared_at=night.elapsed,
        compared=compared,
    )


def give_up(night: Night, untouched: Inventory) -> Finalized:
    """`cutover finalize` under load, and the source compared with what it was before anything was installed.

    untouched: the source's objects at that time. Raises NightFailed where it did not succeed.
    """
    compared = _compare(night, writer="target")
    started = night.elapsed
    ending = night.finalize()
    if ending.status != "SUCCEEDED":
        raise NightFailed(f"finalize ended {ending.status}: {ending.error} {ending.cause}")
    report = _report(night)
    _drop_roles(night, report)
    now = read_inventory(administrator_dsn(night.source))
    found = since(untouched, now)
    return Finalized(
        started=started,
        ended=night.elapsed,
        verdict=report["remains"]["verdict"],
        reason=report["remains"]["reason"],
        dropped={**report["dropped"], "slots": report["slots"]},
        compared=compared,
        remains=(
            *(f"{each.kind.value} {each.name}" for each in found.differences),
            *(f"{each.kind.value}: not read, {each.reason}" for each in found.unknown),
        ),
    )


def _drop_roles(night: Night, report: dict[str, Any]) -> None:
    """The last act, a person's: the SQL that the report has for what the migration worked as."""
    with psycopg.connect(administrator_dsn(night.source), autocommit=True) as connection:
        for role in report["remains"]["roles"]:
            connection.execute(role["sql"].encode())


def checks(comparisons: Iterable[TableComparison]) -> tuple[TableCheck, ...]:
    """As the report shows them."""
    return tuple(
        TableCheck(
            table=each.table,
            source_rows=each.source_rows,
            target_rows=each.target_rows,
            diverged=each.diverged,
        )
        for each in comparisons
    )


def _compare(night: Night, *, writer: Side) -> tuple[TableCheck, ...]:
    night.look("comparing every row on both sides")
    return checks(
        compare_at_one_moment(
            administrator_dsn(night.source),
            administrator_dsn(night.target),
            writer=writer,
            timeout_seconds=SETTLING_SECONDS,
        )
    )


def _loaded(night: Night) -> list[LoadedTable]:
    found = night.dms.describe_table_statistics(ReplicationTaskArn=str(night.ready.task_arn))
    return [
        LoadedTable(
            table=f"{each['SchemaName']}.{each['TableName']}",
            rows=each["FullLoadRows"],
            changes=each["Inserts"] + each["Updates"] + each["Deletes"],
        )
        for each in found["TableStatistics"]
    ]


def _schema(night: Night) -> str:
    """The last line of the journal about the schema."""
    notes = [each.note for each in night.operator.journal.entries() if "compared" in each.detail]
    if not notes:
        raise NightFailed("the journal does not say what the comparison of the schema came to")
    return notes[-1]


def _report(night: Night) -> dict[str, Any]:
    """What `finalize` stored."""
    keys = [
        each.detail["report"]
        for each in night.operator.journal.entries()
        if "report" in each.detail
    ]
    if not keys:
        raise NightFailed("the journal does not say where the report of the finalize is")
    body = night.client("s3").get_object(Bucket=BUCKET, Key=keys[-1])["Body"].read()
    report: dict[str, Any] = json.loads(body)
    return report
