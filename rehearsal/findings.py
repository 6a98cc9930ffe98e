"""From the evidence to the report: figures, invariants, and everything the page draws."""

from __future__ import annotations

import platform
from importlib.metadata import version
from typing import Any

import psycopg

from rehearsal.evidence import Evidence, sides_of
from rehearsal.options import Options
from rehearsal.report.model import (
    Holding,
    Invariant,
    Ledger,
    PauseFigures,
    RunReport,
    Stage,
    Switch,
)
from rehearsal.report.timeline import close_up, traffic_samples
from rehearsal.scenarios.scenario import Scenario
from rehearsal.servers.postgres import PostgresServer

PACKAGES = ("moto", "awslambdaric", "jsonata-python", "psycopg", "boto3")


def report(
    evidence: Evidence, options: Options, scenario: Scenario, used: dict[str, str]
) -> RunReport:
    """The report of one rehearsal."""
    faults = scenario.judge(evidence) + evidence.life_faults()
    if scenario.finalizes and evidence.finalized is None:
        faults.append("the migration was not finalized")
    verdict = evidence.verdict
    return RunReport(
        verdict="failed" if faults else "passed",
        summary="; ".join(faults) if faults else scenario.conclusion(evidence),
        scenario=scenario.name,
        seed=options.seed,
        command=options.command(),
        started_at=evidence.started,
        wall_seconds=evidence.wall_seconds,
        ledger=Ledger(
            acknowledged=verdict.acknowledged,
            lost=verdict.lost,
            duplicated=verdict.duplicated,
            written_to_closed_side=verdict.written_to_closed_side,
            wrong_balances=verdict.wrong_balances,
        ),
        pause=pause_figures(evidence),
        client_errors=evidence.records.errors_by_sqlstate(),
        stages=stages(evidence),
        certificate=evidence.story.certificate,
        invariants=invariants(evidence, scenario),
        versions=used,
        load={
            "writers": options.writers,
            "readers": options.readers,
            "writes_per_second": options.writes_per_second,
        },
        faults=faults,
        steps=evidence.story.steps,
        weights=evidence.story.weights,
        traffic=traffic_samples(
            evidence.records, started_ns=evidence.started_ns, wall_seconds=evidence.wall_seconds
        ),
        lag=evidence.story.lag,
        switches=switches(evidence),
        events=evidence.events,
        tables=evidence.tables,
        replicated=evidence.replicated,
        finalized=evidence.finalized,
        notices=evidence.notices,
    )


def pause_figures(evidence: Evidence, switch: int = -1) -> PauseFigures:
    """Of one of the switches; empty where nothing was switched."""
    pause = evidence.pause(switch)
    if pause is None:
        return PauseFigures()
    return PauseFigures(
        server=evidence.story.certificates[switch].get("pause_milliseconds"),
        client_p50=pause.client_p50,
        client_p99=pause.client_p99,
        client_max=pause.client_max,
    )


def stages(evidence: Evidence) -> list[Stage]:
    """Each weight with what clients made of it."""
    return [
        Stage(
            weight=interval.weight,
            entered=(interval.entered_ns - evidence.started_ns) / 1e9,
            left=(interval.left_ns - evidence.started_ns) / 1e9,
            read_share=share.share,
            reads=share.reads,
            resolutions=share.resolutions,
        )
        for interval, share in zip(evidence.stages(), evidence.read_shares(), strict=True)
    ]


def switches(evidence: Evidence) -> list[Switch]:
    """Every move of the writer, with the writes around it."""
    found = []
    for number in range(len(evidence.story.certificates)):
        closed = evidence.moment("closed_at", number)
        origin, destination = sides_of(number)
        found.append(
            Switch(
                from_side=origin,
                to_side=destination,
                barrier_requested=evidence.moment("barrier_requested_at", number),
                closed=closed,
                opened=evidence.moment("opened_at", number),
                acknowledgements=close_up(
                    evidence.records.writes,
                    started_ns=evidence.started_ns,
                    around_ns=evidence.nanoseconds(closed),
                ),
                pause=pause_figures(evidence, number),
            )
        )
    return found


def invariants(evidence: Evidence, scenario: Scenario) -> list[Invariant]:
    """Which of the seven this run can speak for. What it did not look at is "not checked"."""
    verdict = evidence.verdict

    def holding(good: bool | None) -> Holding:
        return "not checked" if good is None else "held" if good else "broken"

    naive = not scenario.target_closed
    one_writer = None if naive else verdict.written_to_closed_side == 0
    put_back = None
    if not evidence.switched and not naive:
        put_back = evidence.ending.status == "FAILED" and set(evidence.weights.values()) == {0}
    second = evidence.second_start
    statements: list[tuple[str, str, bool | None, str]] = [
        (
            "I1",
            "at most one database accepts application writes",
            False if naive else one_writer,
            "weights on the written name: both did"
            if naive
            else f"{verdict.written_to_closed_side} writes on a closed side",
        ),
        (
            "I2",
            "no acknowledged write is lost",
            verdict.lost == 0,
            f"{verdict.lost} of {verdict.acknowledged:,} lost",
        ),
        (
            "I3",
            "before the line every failure puts everything back",
            put_back,
            f"{evidence.ending.status} {evidence.ending.error}, records at {evidence.weights}",
        ),
        ("I4", "a dead controller leaves no database closed", None, "no controller was killed"),
        (
            "I5",
            "nobody runs two cutovers at once",
            None if second is None else second.error == "LeaseTaken",
            "no second start" if second is None else f"the second start ended with {second.error}",
        ),
        ("I6", "a redeploy moves no traffic", None, "nothing was deployed"),
        ("I7", "no verdict without evidence", None, "no evidence was withheld"),
    ]
    return [
        Invariant(name=name, statement=statement, holding=holding(good), evidence=evidence_text)
        for name, statement, good, evidence_text in statements
    ]


def versions(source: PostgresServer, target: PostgresServer) -> dict[str, str]:
    """Of everything that took part."""
    found: dict[str, str] = {"python": platform.python_version()}
    for name, server in (("source", source), ("target", target)):
        found[f"{name} server"] = _server_version(server)
    return found | {package: version(package) for package in PACKAGES}


def _server_version(server: PostgresServer) -> str:
    with psycopg.connect(server.dsn()) as connection:
        row: Any = connection.execute("show server_version").fetchone()
    return f"PostgreSQL {row[0]}"
