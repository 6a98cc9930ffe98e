"""The commands of `cutover schema`: parse, hand over, print, and end with the status that came back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

schema = typer.Typer(
    name="schema",
    help="Copy a schema in two sections around the load of its rows, and compare.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Json = Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")]
SourceDsn = Annotated[str, typer.Option(help="libpq string of the source.")]
TargetDsn = Annotated[str, typer.Option(help="libpq string of the target.")]
Roles = Annotated[
    list[str],
    typer.Option("--role", help="SOURCE=TARGET: what a role is called there; once for each."),
]
Owner = Annotated[
    str,
    typer.Option(help="Role there that owns what belongs to a role that is not there."),
]
OnlyPlan = Annotated[bool, typer.Option("--plan", help="Print what would be done; do none of it.")]
Programs = Annotated[
    Path | None, typer.Option(help="Directory of pg_dump and pg_restore.", file_okay=False)
]


@schema.command("pre-data")
def schema_pre_data(
    source_dsn: SourceDsn,
    target_dsn: TargetDsn,
    roles: Roles = [],  # noqa: B006 - Typer's own way
    owner: Owner = "",
    keys_last: Annotated[
        bool, typer.Option("--keys-last", help="Make primary keys in post-data only.")
    ] = False,
    programs: Programs = None,
    only_plan: OnlyPlan = False,
    as_json: Json = False,
) -> None:
    """Make on the target what rows need: types, tables, functions, primary keys.

    Safe to run again: what is there already and as on the source is left, what is there and otherwise is refused.
    Exit status 0: done, and all that differs has a named reason; 1: not; 3: not everything could be read.
    """
    from cutover.cli import schema as command

    told, status = command.section(
        "pre-data",
        source_dsn,
        target_dsn,
        roles=roles,
        owner=owner,
        keys_first=not keys_last,
        programs=programs,
        only_plan=only_plan,
        as_json=as_json,
    )
    typer.echo(told)
    raise typer.Exit(status)


@schema.command("post-data")
def schema_post_data(
    source_dsn: SourceDsn,
    target_dsn: TargetDsn,
    roles: Roles = [],  # noqa: B006 - Typer's own way
    owner: Owner = "",
    jobs: Annotated[
        int, typer.Option(min=1, help="How many indexes and keys are made at a time.")
    ] = 1,
    analyze: Annotated[
        bool, typer.Option("--analyze/--no-analyze", help="Gather statistics at the end.")
    ] = True,
    programs: Programs = None,
    only_plan: OnlyPlan = False,
    as_json: Json = False,
) -> None:
    """Make the rest once the rows are there: indexes, keys, triggers, policies, rights.

    Safe to stop and run again: it goes on where it stopped.
    Exit status 0: done, and all that differs has a named reason; 1: not; 3: not everything could be read.
    """
    from cutover.cli import schema as command

    told, status = command.section(
        "post-data",
        source_dsn,
        target_dsn,
        roles=roles,
        owner=owner,
        jobs=jobs,
        analyze=analyze,
        programs=programs,
        only_plan=only_plan,
        as_json=as_json,
    )
    typer.echo(told)
    raise typer.Exit(status)


@schema.command("diff")
def schema_diff(
    source_dsn: SourceDsn,
    target_dsn: TargetDsn,
    roles: Roles = [],  # noqa: B006 - Typer's own way
    as_json: Json = False,
) -> None:
    """Compare every object of both databases; changes nothing, needs no superuser.

    Exit status 0: nothing differs without a named reason; 1: something does; 3: nothing does, and not everything
    could be read.
    """
    from cutover.cli import schema as command

    told, status = command.diff(source_dsn, target_dsn, roles=roles, as_json=as_json)
    typer.echo(told)
    raise typer.Exit(status)


@schema.command("inventory")
def schema_inventory(
    dsn: Annotated[str, typer.Option("--dsn", help="libpq string of the database.")],
) -> None:
    """Print every object of a database as one JSON object, to be kept for `schema since`.

    Rows, passwords and values of user mappings are not in it.
    """
    from cutover.cli import schema as command

    typer.echo(command.inventory(dsn))


@schema.command("since")
def schema_since(
    file: Annotated[
        Path, typer.Argument(help="What `schema inventory` printed.", exists=True, dir_okay=False)
    ],
    dsn: Annotated[str, typer.Option("--dsn", help="libpq string of the same database.")],
    as_json: Json = False,
) -> None:
    """Tell what was changed in a database since its inventory was kept.

    Exit status 0: nothing; 1: something; 3: nothing, as far as it could be read.
    """
    from cutover.cli import schema as command

    told, status = command.changes(file, dsn, as_json=as_json)
    typer.echo(told)
    raise typer.Exit(status)
