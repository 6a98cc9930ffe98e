"""Builds the night, lets the scenario happen, gathers what was seen, and judges it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from cutover.adapters.postgres import Address, PostgresDatabase
from cutover.adapters.postgres_inventory import read_inventory
from cutover.cli import commands
from cutover.schema.inventory import Inventory
from rehearsal.aws.process import AwsStandIn
from rehearsal.aws_setup import READ_RECORD, WRITE_RECORD, aws_config, client_names
from rehearsal.evidence import Ending, Evidence, closed_intervals, survivor
from rehearsal.findings import versions
from rehearsal.history import Story, tell
from rehearsal.life import checks, give_up, load
from rehearsal.night import POLL_SECONDS, Night
from rehearsal.options import Options
from rehearsal.report.live import LiveDisplay, LiveState
from rehearsal.report.model import Finalized, Replicated, TableCheck
from rehearsal.scenarios.scenario import Scenario
from rehearsal.servers.postgres import PostgresServer, ServerTemplate
from rehearsal.servers.run_directory import RunDirectory
from rehearsal.workload.configuration import Load, ResolverSettings
from rehearsal.workload.contents import compare_tables, read_contents, wait_until_equal
from rehearsal.workload.database import (
    administrator_dsn,
    create_database,
    cutover_dsn,
    install_source,
    make_roles_of_the_migration,
)
from rehearsal.workload.fleet import ClientFleet
from rehearsal.workload.verdict import judge_writes

HOLD: Final = timedelta(seconds=10)
WARM_UP_SECONDS: Final = 2.0
COOL_DOWN_SECONDS: Final = 3.0
SETTLING_SECONDS: Final = 20.0
ONE_WAY_SETTLING_SECONDS: Final = 5.0


def conduct(
    options: Options, scenario: Scenario, display: LiveDisplay
) -> tuple[Evidence, dict[str, str]]:
    """Runs the scenario; returns what was seen and the versions of what took part.

    Everything it started is gone when this returns or raises.
    """
    started = datetime.now(UTC)

    def say(step: str) -> None:
        elapsed = (datetime.now(UTC) - started).total_seconds()
        display.update(
            LiveState(
                scenario=scenario.name,
                elapsed_seconds=elapsed,
                step=step,
                weights=options.stages,
            )
        )

    with ExitStack() as stack:
        say("starting two PostgreSQL servers")
        run = stack.enter_context(RunDirectory())
        source, target = _servers(run, options)
        say("starting AWS and loading the source")
        aws = stack.enter_context(_aws_beside(run, options, source, target))
        untouched = _prepare(source, target)
        ready = aws().ready
        fleet = ClientFleet(
            run,
            load=_load(options, scenario),
            names=client_names(source, target),
            resolver=ResolverSettings(
                factory="rehearsal.aws.resolver:DnsResolver", arguments={"port": ready.dns_port}
            ),
        )
        night = Night(
            scenario=scenario.name,
            plan=options.plan(),
            ready=ready,
            source=source,
            target=target,
            fleet=fleet,
            display=display,
            started=started,
        )
        finalized = None
        with fleet:
            night.note("clients begin")
            _watch(night, WARM_UP_SECONDS, "clients warm up")
            replicated = load(night)
            if not scenario.target_closed:
                night.open_target()
            ending = scenario.drive(night)
            night.note(f"ended: {ending.status}")
            _watch(night, COOL_DOWN_SECONDS, "clients go on")
            if scenario.finalizes and ending.status == "SUCCEEDED":
                finalized = give_up(night, untouched)
        night.look("comparing what clients were told with what the databases hold")
        seen = _gather(night, ending, replicated, finalized)
        return seen, versions(source, target)


def _servers(run: RunDirectory, options: Options) -> tuple[PostgresServer, PostgresServer]:
    template = ServerTemplate.create(run)
    source = PostgresServer(template, name="source", port=options.source_port)
    target = PostgresServer(template, name="target", port=options.target_port)
    for server in (source, target):
        server.start()
    return source, target


@contextmanager
def _aws_beside(
    run: RunDirectory, options: Options, source: PostgresServer, target: PostgresServer
) -> Iterator[Any]:
    """Starts the emulated AWS while the caller goes on; yields a function that waits for it."""
    config = aws_config(
        source=source,
        target=target,
        plan=options.plan(),
        seed=options.seed,
        log=run.path / "aws.log",
    )
    with ThreadPoolExecutor(max_workers=1) as pool:
        aws = AwsStandIn(config)
        entering = pool.submit(aws.__enter__)
        try:
            yield entering.result
        finally:
            entering.exception()
            aws.close()


def _prepare(source: PostgresServer, target: PostgresServer) -> Inventory:
    """The application on the source, a database without tables on the target, the roles, and then `cutover install`.

    Returns what the source held before anything of the migration was there.
    """
    install_source(source)
    create_database(target)
    untouched = read_inventory(administrator_dsn(source))
    make_roles_of_the_migration(source, target)
    databases = [
        PostgresDatabase(Address.from_dsn(cutover_dsn(server, sslmode="disable")))
        for server in (source, target)
    ]
    try:
        commands.install(*databases, hold=HOLD)
    finally:
        for database in databases:
            database.close()
    return untouched


def _load(options: Options, scenario: Scenario) -> Load:
    return Load(
        writers=options.writers,
        writes_per_second=options.writes_per_second,
        readers=options.readers,
        spread_writes=scenario.spread_writes,
        seed=options.seed,
    )


def _watch(night: Night, seconds: float, step: str) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        night.look(step)
        time.sleep(POLL_SECONDS)


def _gather(
    night: Night, ending: Ending, replicated: Replicated, finalized: Finalized | None
) -> Evidence:
    story = Story()
    for machine, history in night.histories():
        told = tell(history, started=night.started, read_record=READ_RECORD, machine=machine)
        story = story.followed_by(told)
    story = _with_manual_weights(story, night)
    sides = {"source": administrator_dsn(night.source), "target": administrator_dsn(night.target)}
    one_way = bool(night.manual_weights)
    if finalized is None:
        # Two sides that were both written to never become equal; the last changes still need a moment.
        patience = ONE_WAY_SETTLING_SECONDS if one_way else SETTLING_SECONDS
        wait_until_equal(sides["source"], sides["target"], timeout_seconds=patience)
        tables: Sequence[TableCheck] = checks(compare_tables(sides["source"], sides["target"]))
    else:
        # Nothing is carried any more: they were compared while it still was.
        tables = finalized.compared
    records = night.fleet.records()
    last_word = survivor(story)
    other = "source" if last_word == "target" else "target"
    return Evidence(
        started=night.started,
        ended=datetime.now(UTC),
        ending=ending,
        story=story,
        records=records,
        verdict=judge_writes(
            records.writes,
            survivor=read_contents(sides[last_word]),
            # Where both sides were open all along there is no closed one to have been written to.
            other=None if one_way else read_contents(sides[other]),
            closed=[] if one_way else closed_intervals(story),
        ),
        weights={name: night.router.weights(name).target for name in (READ_RECORD, WRITE_RECORD)},
        ttl_seconds=night.plan.record_ttl_seconds,
        second_start=night.second_start,
        tables=tables,
        events=tuple(night.events),
        replicated=replicated,
        finalized=finalized,
        notices=tuple(night.notices()),
    )


def _with_manual_weights(story: Story, night: Night) -> Story:
    story.weights = sorted([*story.weights, *night.manual_weights], key=lambda change: change.time)
    return story
