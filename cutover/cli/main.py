"""Parses, wires, renders, exits: the command's composition root and its only place that ends the process.

Exit status: 0 done, 1 refused or failed, 2 the command line is wrong, 3 what was to be checked could not be.
"""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

import typer

from cutover.cli.schema_commands import schema

app = typer.Typer(
    name="cutover",
    help="Move a PostgreSQL to Amazon Aurora: prepare both databases, load, start, watch, hold and abort a cutover.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

app.add_typer(schema)

Side = Literal["source", "target"]
Suffix = Annotated[
    str, typer.Option("--suffix", envvar="ENVIRONMENT_SUFFIX", help="Which environment.")
]
Region = Annotated[
    str | None,
    typer.Option("--region", envvar="AWS_REGION", help="Its region; else the profile's."),
]
Json = Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")]
Reason = Annotated[str, typer.Option("--reason", help="For the journal, word for word.")]
By = Annotated[str, typer.Option("--by", envvar="USER", help="Who says so.")]


@app.command()
def install(
    source_dsn: Annotated[
        str, typer.Option(help="libpq string of the source, as a role that owns the gate.")
    ],
    target_dsn: Annotated[str, typer.Option(help="libpq string of the target.")],
    hold_seconds: Annotated[
        float, typer.Option(help="How long the closed target lets a write wait for its opening.")
    ] = 10.0,
) -> None:
    """Prepare both databases; close the target for writes.

    Makes the schema `cutover` on both sides, and the gate on every table of the target.

    Run it before the replication task starts, so that heartbeat and token tables are replicated. Safe to repeat.
    """
    from cutover.cli import commands, render

    result = commands.install(
        commands.database(source_dsn),
        commands.database(target_dsn),
        hold=timedelta(seconds=hold_seconds),
    )
    print(render.installed(result))


@app.command()
def roles(
    database: Annotated[str, typer.Option(help="The database that is moved.")],
    schemas: Annotated[
        list[str], typer.Option("--schema", help="A schema that is moved; once for each.")
    ],
    side: Annotated[Side, typer.Option(help="Which server it is for.")] = "source",
    replication_user: Annotated[str, typer.Option(help="The role of DMS.")] = (
        "migration_replication"
    ),
    cutover_user: Annotated[str, typer.Option(help="The role of the cutover.")] = (
        "migration_cutover"
    ),
    application_user: Annotated[str, typer.Option(help="On the target: who owns the tables.")] = (
        "application"
    ),
) -> None:
    """Print the SQL that makes the migration's roles, with the reason of each right.

    For the source a person runs it. On the target the cutover stack has done it already. No password is in it.
    """
    from cutover.cli import commands

    print(
        commands.roles(
            side,
            database=database,
            schemas=tuple(schemas),
            replication=replication_user,
            cutover=cutover_user,
            application=application_user,
        ),
        end="",
    )


@app.command()
def preflight(
    source_dsn: Annotated[str | None, typer.Option(help="libpq string of the source.")] = None,
    target_dsn: Annotated[str | None, typer.Option(help="libpq string of the target.")] = None,
    settings: Annotated[
        Path | None,
        typer.Option(help="Settings file: then DMS and names are asked too.", dir_okay=False),
    ] = None,
    schemas: Annotated[
        list[str] | None,
        typer.Option("--schema", help="A schema that is moved; else the settings', or all."),
    ] = None,
    replication_role: Annotated[
        str | None, typer.Option(help="The role of DMS; else the settings', or who asks.")
    ] = None,
    cutover_role: Annotated[
        str | None, typer.Option(help="The role of the cutover; else the same way.")
    ] = None,
    full_lob_mode: Annotated[
        bool, typer.Option("--full-lob-mode", help="The task is not in the stacks' limited mode.")
    ] = False,
    aws: Annotated[
        bool, typer.Option("--aws/--no-aws", help="With settings: whether AWS is asked.")
    ] = True,
    in_vpc: Annotated[
        bool,
        typer.Option("--in-vpc", help="The stack's function asks both databases, not this host."),
    ] = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Print what each check asks; ask nothing.")
    ] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit status 1 where there are warnings.")
    ] = False,
    fix: Annotated[
        Path | None,
        typer.Option("--fix", help="Folder for one SQL file a side; never run.", file_okay=False),
    ] = None,
    html: Annotated[
        Path | None, typer.Option("--html", help="File for the same as a page.", dir_okay=False)
    ] = None,
    objects: Annotated[
        int, typer.Option(min=1, max=100_000, help="Named of one check; all are counted.")
    ] = 50,
    suffix: Suffix = "dev",
    region: Region = None,
    as_json: Json = False,
) -> None:
    """Look at both databases, DMS, names and settings before a migration; change nothing.

    Each check is PASS, WARN, FAIL or UNKNOWN, with its fact, threshold and remedy. Exit status 0: pass, or warnings;
    1: warnings with --strict; 2: fail; 3: something that counts could not be verified.
    """
    from cutover.cli import preflight as command
    from cutover.errors import BadInput
    from cutover.preflight.check import exit_status

    known = command.told(
        settings,
        suffix=suffix,
        schemas=tuple(schemas or ()),
        replication_role=replication_role,
        cutover_role=cutover_role,
        most_objects=objects,
        full_lob_mode=full_lob_mode,
    )
    if explain:
        print(command.explanation(known))
        return
    without_aws = "" if aws else "--no-aws"
    if settings is None:
        without_aws = "no settings file was given"
    if in_vpc and settings is None:
        raise BadInput("--in-vpc needs --settings: the function is told what to look at")
    report = (
        command.examined_in_vpc(known, settings, region=region, without_aws=without_aws)
        if in_vpc and settings is not None
        else command.examined(
            known,
            source_dsn=source_dsn,
            target_dsn=target_dsn,
            region=region,
            without_aws=without_aws,
        )
    )
    print(command.as_json(report) if as_json else command.as_text(report))
    if html is not None:
        command.write_page(report, html)
    if fix is not None:
        for path in command.write_fixes(report, fix):
            print(f"written, not run: {path}", file=sys.stderr)
    raise typer.Exit(exit_status(report.verdict, strict=strict))


@app.command()
def plan(
    source_dsn: Annotated[str | None, typer.Option(help="libpq string of the source.")] = None,
    target_dsn: Annotated[str | None, typer.Option(help="libpq string of the target.")] = None,
    direction: Annotated[
        Literal["forward", "back"], typer.Option(help="Which way the writer is to move.")
    ] = "forward",
    carrier: Annotated[
        Literal["load", "back", "again"] | None,
        typer.Option(
            help="What carries now, as `cutover status` says; else load, or with back: back."
        ),
    ] = None,
    settings: Annotated[
        Path | None, typer.Option(help="Settings file; else the defaults.", dir_okay=False)
    ] = None,
    asked: Annotated[
        bool, typer.Option("--asked", help="In full also what is only asked and changes nothing.")
    ] = False,
    suffix: Suffix = "dev",
    as_json: Json = False,
) -> None:
    """Print every SQL statement and API call of a move of the writer, in order; does none of it.

    After a way back the next move forward is that of --carrier again: the load rests then.

    Runs the steps of the state machine over connections that write down what would act; the servers are asked in
    read-only sessions. Exit status 0: nothing speaks against the move, 2: something does, 3: a server does not tell.
    """
    from cutover.cli.plan import told
    from cutover.cli.plan_text import as_json as plan_json
    from cutover.cli.plan_text import as_text as plan_text
    from cutover.cli.plan_walk import planned
    from cutover.direction import Direction, Stream
    from cutover.errors import BadInput

    if source_dsn is None or target_dsn is None:
        given = {"--source-dsn": source_dsn, "--target-dsn": target_dsn}
        missing = " and ".join(name for name, dsn in given.items() if dsn is None)
        raise BadInput(
            f"{missing} missing: a plan asks both servers which tables, sequences and slots there are; give each as "
            "a libpq string, with the role of the cutover"
        )
    result = planned(
        source_dsn,
        target_dsn,
        direction=Direction(direction),
        told=told(settings, suffix=suffix),
        carrier=None if carrier is None else Stream(carrier),
    )
    print(plan_json(result) if as_json else plan_text(result, asked=asked))
    raise typer.Exit(result.exit_status)


@app.command()
def replicate(
    reload: Annotated[
        list[str] | None,
        typer.Option(help="Load this table anew, as schema.table; once for each."),
    ] = None,
    reload_all: Annotated[
        bool, typer.Option("--reload-all", help="Empty the target and load everything anew.")
    ] = False,
    by: By = "",
    suffix: Suffix = "dev",
    region: Region = None,
) -> None:
    """Load the target and have it catch up, or go on with that; prints the execution's ARN.

    Starts the state machine `replicate`, which ends when a cutover could begin, or says what to do. Nothing on the
    source is changed. With --reload, tables that refer to the named ones are loaded anew too.
    """
    from cutover.cli import commands

    print(
        commands.replicate(
            commands.environment(suffix, region),
            reload=tuple(reload or ()),
            reload_all=reload_all,
            by=by,
        )
    )


@app.command()
def start(by: By = "", suffix: Suffix = "dev", region: Region = None) -> None:
    """Start the cutover, or recover one that was cut off; prints the execution's ARN."""
    from cutover.cli import commands

    print(commands.start(commands.environment(suffix, region), by=by))


@app.command()
def rollback(by: By = "", suffix: Suffix = "dev", region: Region = None) -> None:
    """Go back: before the switch the running cutover, after it the writer, to the source, losing nothing.

    After a switch it starts the state machine `rollback`, which runs the same proof the other way; `cutover start`
    then goes forward again without a new load.
    """
    from cutover.cli import commands

    print(commands.rollback(commands.environment(suffix, region), by=by))


@app.command()
def finalize(
    confirm: Annotated[
        str | None,
        typer.Option("--confirm", help="The environment's name; else it is asked for."),
    ] = None,
    source: Annotated[
        Literal["open", "closed", "gone"],
        typer.Option(
            "--source",
            help="The source afterwards: as it was before; still closed; or shut down, and not asked.",
        ),
    ] = "open",
    by: By = "",
    suffix: Suffix = "dev",
    region: Region = None,
) -> None:
    """End the migration: give the way back up, and leave nothing behind; prints the execution's ARN.

    Starts the state machine `finalize`: tasks stopped, slots, gates, event triggers, heartbeat and what DMS keeps
    dropped on both sides; then the source is compared with what it was before the load. From wherever neither reads
    nor the writer are on their way, also where the writer stayed on the source. There is no way back from it: it asks
    for the environment's name. Started again, it finishes.
    """
    from cutover.cli import commands

    environment = commands.environment(suffix, region)
    print(commands.giving_up(environment, source=source), file=sys.stderr)
    if confirm is None:
        confirm = typer.prompt(f"Type the environment's name ({suffix}) to go on", err=True)
    print(commands.finalize(environment, confirm=confirm, source=source, by=by))


@app.command()
def status(
    watch: Annotated[
        bool, typer.Option("--watch", help="Draw it again and again until the move has ended.")
    ] = False,
    every: Annotated[
        float, typer.Option("--every", min=0.5, help="With --watch: seconds between two looks.")
    ] = 2.0,
    suffix: Suffix = "dev",
    region: Region = None,
    as_json: Json = False,
) -> None:
    """Phase, direction, writer, lease, what is asked of whom, the way back, the source and the journal."""
    from cutover.adapters.clock import SystemClock
    from cutover.cli import commands, render

    environment = commands.environment(suffix, region)
    if not watch:
        result = commands.status(environment)
        print(render.status_json(result) if as_json else render.status_text(result))
        return

    def look() -> tuple[commands.Status, bool]:
        found = commands.status(environment)
        return found, commands.runs(environment, found)

    for seen in commands.watch(look, every=every, clock=SystemClock()):
        if sys.stdout.isatty() and not as_json:
            print("\x1b[H\x1b[2J", end="")
        if not isinstance(seen, commands.Status):
            print(f"not known: {seen}", file=sys.stderr)
        elif as_json:
            print(render.status_json(seen), flush=True)
        else:
            print(render.status_text(seen, newest=render.NEWEST), flush=True)


@app.command()
def certificate(
    check: Annotated[
        Path | None,
        typer.Option(
            "--check", exists=True, dir_okay=False, help="A stored certificate to hold against it."
        ),
    ] = None,
    suffix: Suffix = "dev",
    region: Region = None,
    as_json: Json = False,
) -> None:
    """Print and check the certificate of the newest finished switch.

    From the journal; with --check, a document that was stored. Exit status 0: every rule is good, 1: one is bad,
    3: none is bad, and something could not be verified.
    """
    from cutover.cli import certificate as command

    told, status = command.certified(suffix, region, file=check, as_json=as_json)
    print(told)
    raise typer.Exit(status.value)


@app.command()
def abort(reason: Reason = "", by: By = "", suffix: Suffix = "dev", region: Region = None) -> None:
    """Go back at the next check; refused past the line."""
    from cutover.cli import commands
    from cutover.observations import Word

    print(commands.say(commands.environment(suffix, region), Word.ABORT, by=by, reason=reason))


@app.command()
def approve(
    reason: Annotated[str, typer.Option("--reason", help="For the journal, word for word.")],
    deny: Annotated[bool, typer.Option("--deny", help="Say no: the cutover goes back.")] = False,
    by: By = "",
    suffix: Suffix = "dev",
    region: Region = None,
) -> None:
    """Answer the question that a cutover waits with."""
    from cutover.cli import commands

    environment = commands.environment(suffix, region)
    print(commands.approve(environment, granted=not deny, by=by, reason=reason))


@app.command()
def accept_drift(
    reason: Reason = "", by: By = "", suffix: Suffix = "dev", region: Region = None
) -> None:
    """Answer for the changes of the source's schema that `cutover status` names, so that they stop no cutover.

    For exactly those: what changes after them stops it again. Do the same on the target first.
    """
    from cutover.cli import commands

    print(commands.accept_drift(commands.environment(suffix, region), by=by, reason=reason))


@app.command()
def pause(reason: Reason = "", by: By = "", suffix: Suffix = "dev", region: Region = None) -> None:
    """Hold at the next check, until `cutover resume`."""
    from cutover.cli import commands
    from cutover.observations import Word

    print(commands.say(commands.environment(suffix, region), Word.PAUSE, by=by, reason=reason))


@app.command()
def resume(reason: Reason = "", by: By = "", suffix: Suffix = "dev", region: Region = None) -> None:
    """Take back a pause, or an abort not yet heard."""
    from cutover.cli import commands
    from cutover.observations import Word

    print(commands.say(commands.environment(suffix, region), Word.NONE, by=by, reason=reason))


@app.command()
def cost(
    settings: Annotated[
        Path | None, typer.Option(help="Settings file; its stacks are synthesized, not deployed.")
    ] = None,
    assembly: Annotated[
        Path | None, typer.Option(help="Instead: a folder that `cdk synth` wrote.")
    ] = None,
    storage_gigabytes: Annotated[
        int, typer.Option(min=1, help="Of the migrated database, on the target.")
    ] = 100,
    changes_per_second: Annotated[
        int, typer.Option(min=0, help="Rows changed, as the mean of a month.")
    ] = 20,
    dns_queries_per_second: Annotated[
        int, typer.Option(min=0, help="That reach Route 53, as the mean of a month.")
    ] = 5,
    full_load_max_capacity: Annotated[
        float | None,
        typer.Option(min=0.5, max=256, help="ACU in the load; else as the stacks say."),
    ] = None,
    lines: Annotated[bool, typer.Option("--lines", help="Every line of every phase.")] = False,
    as_json: Json = False,
) -> None:
    """Estimate what the stacks cost a month, by stack and phase.

    From the templates and a dated table of prices; asks no account. Exit status 2: the settings are wrong, or can't
    be synthesized here.
    """
    from cutover.cli import cost as command
    from cutover.cost.usage import Assumptions

    try:
        result = command.estimated(
            settings=settings,
            assembly=assembly,
            assumptions=Assumptions(
                storage_gigabytes=storage_gigabytes,
                changes_per_second=changes_per_second,
                dns_queries_per_second=dns_queries_per_second,
                full_load_max_capacity=command.capacity(full_load_max_capacity),
            ),
            say=lambda text: print(text, file=sys.stderr),
        )
    except command.CanNotEstimate as error:
        print(error, file=sys.stderr)
        raise typer.Exit(2) from error
    print(command.as_json(result) if as_json else command.as_text(result, lines=lines))


def main() -> None:
    """Runs the command; what it refuses is one line on standard error, and exit status 1."""
    from cutover.errors import CutoverError

    try:
        app()
    except CutoverError as error:
        print(f"cutover: {error}", file=sys.stderr)
        sys.exit(1)
