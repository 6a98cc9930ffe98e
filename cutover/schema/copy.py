"""The copy of a schema in two sections, around the load of the rows; each may be stopped and run again.

pre-data makes what rows need, primary keys among it; post-data the rest: indexes, foreign keys, triggers, policies.
Both begin by looking what is on the target already, and end with a comparison.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Final, Protocol

from cutover.errors import SchemaCopyRefused
from cutover.schema.archive import Entry, Section
from cutover.schema.blockers import POST_DATA_KINDS
from cutover.schema.difference import Comparison, compare, with_roles
from cutover.schema.inventory import Inventory, Kind
from cutover.schema.reasons import (
    PREDEFINED,
    Change,
    Difference,
    made_by_this_tool,
    role_names,
)
from cutover.schema.restore import Copying, LeftOut, RestorePlan, plan
from cutover.schema.statements import (
    Statement,
    default_privileges,
    identities,
    owners,
    policies,
    privileges,
    refreshes,
    settings,
)


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a section is."""

    done: int
    of: int
    doing: str
    """The object that is being made, or what is done with it."""


class Archive(Protocol):
    """What pg_dump read from the source, with the inventory of the very same moment."""

    @property
    def inventory(self) -> Inventory: ...

    def entries(self, section: Section) -> tuple[Entry, ...]: ...


class Source(Protocol):
    """The database that is copied."""

    def archive(self) -> AbstractContextManager[Archive]:
        """Raises DatabaseUnreachable, ProgramsMissing, SchemaCopyFailed."""
        ...


class Target(Protocol):
    """The database that is copied into."""

    @property
    def database(self) -> str: ...

    def inventory(self) -> Inventory: ...

    def restore(self, archive: Archive, entries: tuple[Entry, ...]) -> Iterator[str]:
        """Makes the entries, and tells each. Raises SchemaCopyFailed at the first that can't be made."""
        ...

    def run(self, statements: tuple[Statement, ...]) -> Iterator[str]:
        """Each by itself, in order: why the server refused it; empty where it did not."""
        ...


@dataclass(frozen=True, kw_only=True)
class Options:
    """How to copy."""

    roles: Mapping[str, str]
    """What a role of the source is called on the target, where it is called otherwise."""
    owner: str = ""
    """Who owns on the target what belongs on the source to a role that the target has not; empty: who copies."""
    keys_first: bool = True
    analyze: bool = True


@dataclass(frozen=True, kw_only=True)
class Refused:
    """A statement that the server refused; what it was about is in the comparison too."""

    about: str
    sql: str
    error: str


@dataclass(frozen=True, kw_only=True)
class Note:
    """What the operator of a load has to know about objects that were copied as they are."""

    about: str
    why: str
    objects: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Copied:
    """What one section has done, and what the target lacks after it."""

    section: Section
    made: int
    there: int
    statements: int
    left_out: tuple[LeftOut, ...]
    refused: tuple[Refused, ...]
    notes: tuple[Note, ...]
    comparison: Comparison
    """Of what the section makes; after post-data of everything."""

    @property
    def analyzed(self) -> bool:
        """False where the server refused to gather statistics: no comparison shows that."""
        return all(each.sql != ANALYZE.sql for each in self.refused)


@dataclass(frozen=True, kw_only=True)
class Planned:
    """What one section would do."""

    restore: RestorePlan
    statements: tuple[Statement, ...]
    """As far as they can be told before the objects are there."""
    notes: tuple[Note, ...]


Watch = Callable[[Progress], None]

ANALYZE: Final = Statement(sql="ANALYZE", about="statistics of every table")


def planned(section: Section, source: Source, target: Target, options: Options) -> Planned:
    """Reads both sides and acts on neither."""
    with source.archive() as archive:
        there = target.inventory()
        options = with_owners(options, archive.inventory, there)
        ours = with_roles(archive.inventory, options.roles)
        restore = _restore_plan(section, archive, there, options)
        return Planned(
            restore=restore,
            statements=_statements(section, ours, _as_if_made(ours, there), target.database),
            notes=notes(ours),
        )


def copied(
    section: Section,
    source: Source,
    target: Target,
    options: Options,
    watch: Watch = lambda _progress: None,
) -> Copied:
    """Does one section. Raises SchemaCopyRefused where nothing may be done, SchemaCopyFailed where it stopped."""
    with source.archive() as archive:
        there = target.inventory()
        options = with_owners(options, archive.inventory, there)
        ours = with_roles(archive.inventory, options.roles)
        restore = _restore_plan(section, archive, there, options)
        if restore.blockers:
            raise SchemaCopyRefused(
                f"{section.value} was not begun: {'; '.join(_few(restore.blockers))}"
            )
        for done, doing in enumerate(target.restore(archive, restore.restore), start=1):
            watch(Progress(done=done, of=len(restore.restore), doing=doing))
        ran, refused = _made_alike(section, ours, target, options, watch)
    after = target.inventory()
    comparison = compare(ours, after)
    return Copied(
        section=section,
        made=len(restore.restore),
        there=len(restore.there),
        statements=ran,
        left_out=restore.left_out,
        refused=refused,
        notes=notes(ours),
        comparison=so_far(comparison, restore.later) if section is Section.PRE_DATA else comparison,
    )


def with_owners(options: Options, source: Inventory, target: Inventory) -> Options:
    """The options with a name on the target for every owner that it has not."""
    if not options.owner:
        return options
    known = role_names(target) | options.roles.keys()
    owners = {
        each.text("owner")
        for each in source.objects
        if "owner" in each.facts and not made_by_this_tool(each)
    }
    missing = {
        owner: options.owner
        for owner in sorted(owners - known)
        if owner and not owner.startswith(PREDEFINED)
    }
    return replace(options, roles={**missing, **options.roles})


def _few(reasons: tuple[str, ...], *, most: int = 5) -> list[str]:
    more = len(reasons) - most
    return [*reasons[:most], *([f"and {more} more"] if more > 0 else [])]


def _restore_plan(
    section: Section, archive: Archive, there: Inventory, options: Options
) -> RestorePlan:
    _require_known("target", there)
    _require_known("source", archive.inventory)
    ours = with_roles(archive.inventory, options.roles)
    return plan(
        section,
        pre=archive.entries(Section.PRE_DATA),
        post=archive.entries(Section.POST_DATA),
        copying=Copying(
            source=ours,
            target=there,
            comparison=compare(ours, there),
            keys_first=options.keys_first,
            roles=options.roles,
        ),
    )


MAY_STAY_UNKNOWN: Final = frozenset(
    {Kind.USER_MAPPING, Kind.SUBSCRIPTION, Kind.LARGE_OBJECTS, Kind.REPLICATION_SLOT}
)
"""Kinds that nothing is decided by when objects are made."""


def _require_known(side: str, inventory: Inventory) -> None:
    """What is there already is left alone: a copy that does not see it would fail in its middle."""
    hidden = [each for each in inventory.unknown if each.kind not in MAY_STAY_UNKNOWN]
    if hidden:
        told = "; ".join(f"{each.kind.value}: {each.reason}" for each in hidden)
        raise SchemaCopyRefused(
            f"the {side} does not tell everything ({told}): let the role read its catalogues"
        )


def _made_alike(
    section: Section, ours: Inventory, target: Target, options: Options, watch: Watch
) -> tuple[int, tuple[Refused, ...]]:
    """Owners before privileges: a new owner takes the old one's privileges over."""
    ran = 0
    refused: list[Refused] = []
    database, there = target.database, target.inventory()
    for step in _steps(section):
        todo = step(ours, there, database)
        refused += _run(todo, target, watch)
        ran += len(todo)
        if todo:
            there = target.inventory()
    if section is Section.POST_DATA and options.analyze:
        refused += _run((ANALYZE,), target, watch)
    return ran, tuple(refused)


def _run(statements: tuple[Statement, ...], target: Target, watch: Watch) -> list[Refused]:
    """Before the line: what is refused is told, and the comparison has it as a difference."""
    refused = []
    errors = target.run(statements)
    for done, (statement, error) in enumerate(zip(statements, errors, strict=True), start=1):
        watch(Progress(done=done, of=len(statements), doing=statement.about))
        if error:
            refused.append(Refused(about=statement.about, sql=statement.sql, error=error))
    return refused


Step = Callable[[Inventory, Inventory, str], tuple[Statement, ...]]


def _steps(section: Section) -> tuple[Step, ...]:
    given: tuple[Step, ...] = (
        lambda ours, there, _database: owners(ours, there),
        lambda ours, there, database: privileges(ours, there, database=database),
    )
    if section is Section.PRE_DATA:
        return (lambda _ours, there, _database: identities(there), *given)
    return (
        lambda ours, there, _database: refreshes(ours, there),
        lambda ours, there, _database: policies(ours, there),
        *given,
        lambda ours, there, _database: default_privileges(ours, there),
        lambda ours, there, database: settings(ours, there, database=database),
    )


def _statements(
    section: Section, ours: Inventory, there: Inventory, database: str
) -> tuple[Statement, ...]:
    return tuple(statement for step in _steps(section) for statement in step(ours, there, database))


def _as_if_made(ours: Inventory, there: Inventory) -> Inventory:
    """The target with everything that the source has, owned by nobody yet."""
    missing = tuple(
        replace(
            each,
            facts={
                fact: "" if fact == "owner" else value
                for fact, value in each.facts.items()
                if fact != "populated"
            },
        )
        for each in ours.objects
        if each.key not in there.by_key
        and each.kind not in {Kind.ROLE, Kind.GRANT, Kind.DEFAULT_PRIVILEGES, Kind.SETTING}
    )
    return Inventory(
        version=there.version, objects=(*there.objects, *missing), available=there.available
    )


NOT_OF_PRE_DATA: Final = POST_DATA_KINDS | {Kind.DEFAULT_PRIVILEGES, Kind.SETTING}
FACTS_OF_POST_DATA: Final = frozenset(
    {
        "row security",
        "row security forced",
        "replica identity",
        "clustered",
        "populated",
        # Of a key that is not made first, or of a NOT NULL that was never checked.
        "not null",
    }
)


def so_far(comparison: Comparison, made_later: frozenset[tuple[Kind, str]]) -> Comparison:
    """Without what post-data is to bring."""

    def later(each: Difference) -> bool:
        if each.change is not Change.EXTRA and (each.kind, each.name) in made_later:
            return True
        return (each.kind in NOT_OF_PRE_DATA and each.change is not Change.EXTRA) or (
            each.change is Change.DIFFERENT and each.fact in FACTS_OF_POST_DATA
        )

    return Comparison(
        differences=tuple(each for each in comparison.differences if not later(each)),
        unknown=comparison.unknown,
        compared=comparison.compared,
    )


def notes(source: Inventory) -> tuple[Note, ...]:
    """What a load by DMS has to be told about this schema."""
    columns = source.of_kind(Kind.COLUMN)
    found = (
        Note(
            about="generated columns",
            why="the target computes them: leave them out of the task's table mappings (remove-column), as DMS can "
            "write them neither in the load nor after it",
            objects=tuple(each.name for each in columns if "generated" in each.facts),
        ),
        Note(
            about="identity columns",
            why="GENERATED ALWAYS is BY DEFAULT on the target until the way back is closed",
            objects=tuple(each.name for each in columns if each.text("identity") == "always"),
        ),
        Note(
            about="unlogged tables",
            why="their changes are in no log: what changes after their load does not reach the target",
            objects=tuple(
                each.name
                for each in source.of_kind(Kind.TABLE)
                if each.text("persistence") == "unlogged"
            ),
        ),
        Note(
            about="user mappings",
            why="copied with their options, which may be passwords",
            objects=tuple(each.name for each in source.of_kind(Kind.USER_MAPPING)),
        ),
        Note(
            about="large objects",
            why="not copied: neither DMS nor logical replication carries them",
            objects=tuple(
                f"{each.text('number')} of them" for each in source.of_kind(Kind.LARGE_OBJECTS)
            ),
        ),
    )
    return tuple(note for note in found if note.objects)
