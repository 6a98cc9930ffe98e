"""Why a section of a copy may not begin: what would end in its middle, or make something else than the source has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cutover.schema.archive import Section
from cutover.schema.difference import Comparison, told
from cutover.schema.inventory import Inventory, Kind
from cutover.schema.reasons import Change, Difference, unquoted

POST_DATA_KINDS: Final = frozenset(
    {
        Kind.INDEX,
        Kind.CONSTRAINT,
        Kind.TRIGGER,
        Kind.RULE,
        Kind.POLICY,
        Kind.STATISTICS,
        Kind.EVENT_TRIGGER,
        Kind.PUBLICATION,
        Kind.SUBSCRIPTION,
    }
)

MADE_LATER: Final = frozenset(
    {
        "owner",
        "comment",
        "default",
        "identity",
        "owned by",
        "partition of",
        "bound",
        "row security",
        "row security forced",
        "replica identity",
        "clustered",
        "populated",
        "valid",
        "not null",
    }
)
"""Facts that entries of their own give to an object that is there. NOT NULL comes with a primary key."""


def blockers(
    section: Section,
    source: Inventory,
    target: Inventory,
    comparison: Comparison,
    later: frozenset[tuple[Kind, str]],
) -> tuple[str, ...]:
    """Each with its remedy; none where the section may begin.

    later: what post-data makes, or gives its true form.
    """
    return (
        *_versions(source, target),
        *_extensions(source, target),
        *_collations(source, target),
        *_in_the_way(section, comparison, later),
    )


def _versions(source: Inventory, target: Inventory) -> Iterator[str]:
    if source.major > target.major:
        yield (
            f"the source is PostgreSQL {source.major} and the target {target.major}: what the newer one "
            "can say, the older may not understand; make the target at least as new"
        )


def _extensions(source: Inventory, target: Inventory) -> Iterator[str]:
    for each in source.of_kind(Kind.EXTENSION):
        missing = (
            target.get(Kind.EXTENSION, each.name) is None
            and unquoted(each.name) not in target.available
        )
        if missing and "needed" in each.facts:
            yield (
                f"the target does not offer the extension {each.name} {each.text('version')}, and objects of the "
                "source need it: make the target of a version that offers it, or rid the source of these objects"
            )


ICU: Final = '-x-icu"'
"""How the names of the collations end that a build with ICU brings."""


def _collations(source: Inventory, target: Inventory) -> Iterator[str]:
    """Those that only the target's build or operating system could bring."""
    there = target.system_collations
    if not any(name.endswith(ICU) for name in there):
        for each in source.of_kind(Kind.COLLATION):
            if each.text("provider") == "icu" and each.key not in target.by_key:
                yield (
                    f"the collation {each.name} is of ICU, and the target was built without: make the target of a "
                    "build with ICU, or the source's columns of another collation"
                )
    used: dict[str, str] = {}
    for each in source.of_kind(Kind.COLUMN, Kind.DOMAIN):
        collation = each.text("collation")
        if collation.startswith("pg_catalog.") and collation not in there:
            used.setdefault(collation, each.name)
    for collation, name in used.items():
        yield (
            f"the target has no collation {collation}, which {name} needs: rows would be found and sorted otherwise; "
            "make the target of a build that has it, or the column of another collation"
        )


def _in_the_way(
    section: Section, comparison: Comparison, later: frozenset[tuple[Kind, str]]
) -> Iterator[str]:
    """Objects that are there already, and not as the source has them: nobody may guess which is meant."""
    for each in comparison.unexplained:
        if _is_in_the_way(each, section) and (each.kind, each.name) not in later:
            yield f"{told(each)}, in what is there already: drop that on the target, or make it equal"


def _is_in_the_way(each: Difference, section: Section) -> bool:
    # A column that changed since pre-data was loaded otherwise: post-data would build on that.
    of_this_section = (each.kind in POST_DATA_KINDS) is (section is Section.POST_DATA)
    if not of_this_section and each.kind is not Kind.COLUMN:
        return False
    if each.kind in {Kind.GRANT, Kind.DEFAULT_PRIVILEGES, Kind.SETTING, Kind.ROLE, Kind.DATABASE}:
        return False
    if each.change is Change.DIFFERENT:
        return each.fact not in MADE_LATER
    # Its table is on both sides: else the difference would be the table's.
    return each.kind is Kind.COLUMN
