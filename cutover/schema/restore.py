"""What of an archive of pg_dump goes to the target, and what does not and why."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from cutover.schema.archive import Entry, Section
from cutover.schema.blockers import blockers
from cutover.schema.difference import Comparison
from cutover.schema.inventory import Inventory, Kind, SchemaObject
from cutover.schema.reasons import made_by_this_tool, missing_roles, role_names, unquoted


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """An entry that is not made on the target."""

    entry: str
    reason: str
    """The id of a reason of cutover.schema.reasons."""


@dataclass(frozen=True, kw_only=True)
class RestorePlan:
    """What pg_restore is to do in one section."""

    section: Section
    restore: tuple[Entry, ...]
    """In the archive's order, which has indexes before the foreign keys that need them."""
    there: tuple[Entry, ...] = ()
    """Made already, by an earlier run or by hand, and as on the source."""
    left_out: tuple[LeftOut, ...] = ()
    blockers: tuple[str, ...] = ()
    """Why nothing of it may be done."""
    later: frozenset[tuple[Kind, str]] = frozenset()
    """What post-data makes, or gives its true form."""


BY_STATEMENT: Final = frozenset({"ACL", "DEFAULT ACL", "POLICY"})
"""Made after the owners, by statements of this tool: pg_restore knows the source's names of roles only."""

NOT_COPIED: Final = {
    "EVENT TRIGGER": "event-trigger-not-copied",
    "PUBLICATION": "publication-not-copied",
    "PUBLICATION TABLE": "publication-not-copied",
    "PUBLICATION TABLES IN SCHEMA": "publication-not-copied",
    "SUBSCRIPTION": "subscription-not-copied",
    "SUBSCRIPTION TABLE": "subscription-not-copied",
    "SECURITY LABEL": "security-label-not-copied",
}

REPEATABLE: Final = frozenset({"COMMENT", "DEFAULT", "SEQUENCE OWNED BY", "ROW SECURITY"})
"""Whose statement says how something shall be, and does no harm where it is so already."""


@dataclass(frozen=True, kw_only=True)
class Copying:
    """The two databases between which is copied, as they are."""

    source: Inventory
    """With its roles called as on the target."""
    target: Inventory
    comparison: Comparison
    keys_first: bool = True
    """Whether primary keys and replica identities are made before the load: changes that DMS has cached are applied
    right after it, one row at a time, each looked up by its key."""

    roles: Mapping[str, str] = field(default_factory=dict)
    """What a role of the source is called on the target, where it is called otherwise."""

    @cached_property
    def target_roles(self) -> frozenset[str]:
        return role_names(self.target)

    @cached_property
    def user_mappings(self) -> dict[str, SchemaObject]:
        """By how their entries begin, which have no row of the catalogue in an archive."""
        before = {new: old for old, new in self.roles.items()}
        return {
            f"- USER MAPPING {before.get(role, role)} SERVER {each.text('server')} ": each
            for each in self.source.of_kind(Kind.USER_MAPPING)
            if (role := each.text("role"))
        }

    @cached_property
    def policy_comments(self) -> tuple[str, ...]:
        """How their entries begin: that of "p on app.t" is "app POLICY p ON t" in an archive."""
        found = []
        for policy in self.source.of_kind(Kind.POLICY):
            schema, table = _schema_and_name(policy.of)
            name = policy.name.removesuffix(f" on {policy.of}")
            if "comment" in policy.facts:
                found.append(f"{schema} POLICY {name} ON {table} ")
        return tuple(found)

    @cached_property
    def attached(self) -> dict[str, frozenset[str]]:
        """Partitions of the target that hang on their parents already, by what an entry that attaches says."""
        there = self.target
        return {
            "TABLE ATTACH": _relations(
                each.name
                for each in there.of_kind(Kind.TABLE, Kind.FOREIGN_TABLE)
                if "partition of" in each.facts
            ),
            "INDEX ATTACH": _relations(
                each.name for each in there.of_kind(Kind.INDEX) if "partition of" in each.facts
            ),
        }

    def object(self, entry: Entry) -> SchemaObject | None:
        """What the entry makes; None where that is no object of its own."""
        if entry.what == "USER MAPPING":
            begins = (each for each in self.user_mappings if entry.rest.startswith(each))
            return self.user_mappings.get(next(begins, ""))
        return self.source.by_row.get((entry.catalog, entry.oid)) if entry.catalog else None


def plan(
    section: Section, *, pre: tuple[Entry, ...], post: tuple[Entry, ...], copying: Copying
) -> RestorePlan:
    """What is to be done in a section, as far as it is not done yet."""
    early = _keys(post, copying.source) if copying.keys_first else ()
    first = frozenset(early)
    rest = tuple(entry for entry in post if entry not in first)
    # Keys that pre-data has made are found there; those that it was told to leave are made with the rest.
    own = (*pre, *early) if section is Section.PRE_DATA else post
    restore, there, left_out = [], [], []
    for entry in own:
        if reason := _left_out(entry, copying):
            left_out.append(LeftOut(entry=str(entry), reason=reason))
        elif entry.what in BY_STATEMENT or _is_comment_of_policy(entry, copying):
            continue
        elif _is_there(entry, copying):
            there.append(entry)
        else:
            restore.append(entry)
    later = made_later(rest, copying)
    against = blockers(
        section,
        copying.source,
        copying.target,
        copying.comparison,
        later if section is Section.PRE_DATA else frozenset(),
    )
    if section is Section.POST_DATA:
        against += tuple(_not_begun(pre, copying))
    return RestorePlan(
        section=section,
        restore=tuple(restore),
        there=tuple(there),
        left_out=tuple(left_out),
        blockers=against,
        later=later,
    )


def made_later(post: Iterable[Entry], copying: Copying) -> frozenset[tuple[Kind, str]]:
    """What post-data makes, or gives its true form.

    A view that groups by a key, and names other columns too, needs that key: pre-data makes an empty one in its place,
    and a rule in post-data gives it its query. What depends on it comes after that too.
    """
    rules = frozenset(
        entry.rest.partition(" _RETURN ")[0]
        for entry in post
        if entry.what == "RULE" and " _RETURN " in entry.rest
    )
    views = {
        each.key
        for each in copying.source.of_kind(Kind.VIEW)
        if " ".join(_schema_and_name(each.name)) in rules
    }
    made = {it.key for entry in post if (it := copying.object(entry)) is not None}
    return frozenset(views | made)


def _keys(post: Iterable[Entry], source: Inventory) -> tuple[Entry, ...]:
    """Entries of primary keys and replica identities, with what attaches those of partitions."""
    indexes = {
        each.text("index")
        for each in source.of_kind(Kind.CONSTRAINT)
        if each.text("type") == "primary key"
    } | {each.name for each in source.of_kind(Kind.INDEX) if "replica identity" in each.facts}
    names = _relations(indexes)
    found = []
    for entry in post:
        it = source.by_row.get((entry.catalog, entry.oid))
        if (it is not None and (it.text("index") or it.name) in indexes) or (
            entry.what == "INDEX ATTACH" and entry.is_one_of(names)
        ):
            found.append(entry)
    return tuple(found)


def _left_out(entry: Entry, copying: Copying) -> str:
    """The reason why the entry is not made; empty where it is."""
    it = copying.object(entry)
    if (it is not None and made_by_this_tool(it)) or entry.rest.startswith(
        ("cutover ", "awsdms_control ", "- SCHEMA cutover ", "- SCHEMA awsdms_control ")
    ):
        return "made-by-this-tool"
    if entry.what in NOT_COPIED:
        return NOT_COPIED[entry.what]
    if entry.what == "COMMENT":
        return _comment_left_out(entry)
    if entry.what == "EXTENSION" and it is not None:
        there = copying.target.get(Kind.EXTENSION, it.name) is not None
        if not there and unquoted(it.name) not in copying.target.available:
            return "extension-not-on-target"
    if entry.what in {"POLICY", "USER MAPPING"} and it is not None:
        if missing_roles(it, copying.target_roles):
            return "role-not-on-target"
        if entry.what == "USER MAPPING" and it.text("role") in copying.roles.values():
            return "user-mapping-of-renamed"
    return ""


def _comment_left_out(entry: Entry) -> str:
    for what, reason in NOT_COPIED.items():
        if entry.rest.startswith(f"- {what} "):
            return reason
    if entry.rest.startswith("- EXTENSION "):
        # An extension brings its own, and only its owner may change it: on Aurora that is nobody.
        return "extension-comment"
    return ""


def _is_comment_of_policy(entry: Entry, copying: Copying) -> bool:
    """It waits for the policy, and is made with it."""
    return entry.what == "COMMENT" and entry.rest.startswith(copying.policy_comments)


def _is_there(entry: Entry, copying: Copying) -> bool:
    if entry.what in REPEATABLE:
        return False
    it = copying.object(entry)
    if it is not None:
        return it.key in copying.target.by_key
    return entry.what in copying.attached and entry.is_one_of(copying.attached[entry.what])


def _relations(identities: Iterable[str]) -> frozenset[str]:
    return frozenset(" ".join(_schema_and_name(identity)) for identity in identities)


def _schema_and_name(identity: str) -> tuple[str, str]:
    """The two parts of a relation's identity, unquoted; empty ones where it has not two."""
    found = re.fullmatch(r'("(?:[^"]|"")*"|[^".]+)\.("(?:[^"]|"")*"|[^".]+)', identity)
    return (unquoted(found[1]), unquoted(found[2])) if found else ("", "")


def _not_begun(pre: Iterable[Entry], copying: Copying) -> Iterator[str]:
    missing = [
        entry
        for entry in pre
        if copying.object(entry) is not None
        and entry.what not in BY_STATEMENT | REPEATABLE
        and not _left_out(entry, copying)
        and not _is_there(entry, copying)
    ]
    if missing:
        shown = ", ".join(str(entry) for entry in missing[:3])
        yield (
            f"{len(missing)} objects of pre-data are not on the target ({shown}{', ...' if len(missing) > 3 else ''}): "
            "run `cutover schema pre-data`, then the load, then post-data"
        )
