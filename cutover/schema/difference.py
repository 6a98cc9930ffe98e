"""How two databases differ, object by object: what one of them has and the other has not, or has otherwise."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from cutover.schema.inventory import Inventory, Kind, SchemaObject, Unknown
from cutover.schema.reasons import Change, Difference, Sides, reason_for
from cutover.schema.versions import comparable, same_text

NOT_COMPARED: Final = frozenset({"used", "hidden", "needed"})
"""Facts that say something about the object on its own server."""
RENDERED: Final = frozenset({"definition", "default", "using", "check", "checks", "bound"})
"""Facts that the server writes from what it has parsed, each version in its own manner."""


class Outcome(StrEnum):
    """What a comparison came to."""

    SAME = "same"
    EXPLAINED = "explained"
    """They differ, and every difference has a named reason."""
    DIFFERENT = "different"
    UNKNOWN = "unknown"
    """Nothing speaks against it, and something could not be read."""


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Everything in which a target differs from its source."""

    differences: tuple[Difference, ...]
    unknown: tuple[Unknown, ...] = ()
    """Of either side, with the side in the reason."""
    compared: int = 0
    """Objects of the source."""

    @property
    def unexplained(self) -> tuple[Difference, ...]:
        return tuple(each for each in self.differences if not each.reason)

    @property
    def outcome(self) -> Outcome:
        if self.unexplained:
            return Outcome.DIFFERENT
        if self.unknown:
            return Outcome.UNKNOWN
        return Outcome.EXPLAINED if self.differences else Outcome.SAME


def differences(source: Inventory, target: Inventory) -> tuple[Difference, ...]:
    """Everything in which they differ, without asking why.

    What belongs to a relation that is missing or extra as a whole is not told one by one, and nothing is told of a kind
    that one side did not tell in full.
    """
    oldest = min(source.major, target.major)
    majors = (source.major, target.major)
    ours, theirs = _comparable(source, oldest), _comparable(target, oldest)
    hidden = source.unknown_kinds | target.unknown_kinds
    found = [
        each
        for key in sorted({*ours, *theirs})
        if key[0] not in hidden
        for each in _of_one(ours.get(key), theirs.get(key), majors)
    ]
    return tuple(_without_parts(found, ours, theirs))


def compare(
    source: Inventory, target: Inventory, *, roles: Mapping[str, str] | None = None
) -> Comparison:
    """The differences with their reasons.

    roles: names that a role of the source has on the target, where it is called otherwise there.
    """
    renamed = with_roles(source, roles or {})
    sides = Sides.of(renamed, target, (roles or {}).values())
    found = tuple(
        replace(each, reason=reason_for(each, sides))
        for each in differences(renamed, target)
        if not _of_no_concern(each, sides)
    )
    unknown = tuple(
        replace(each, reason=f"{side}: {each.reason}")
        for side, inventory in (("source", renamed), ("target", target))
        for each in inventory.unknown
    )
    return Comparison(differences=found, unknown=unknown, compared=len(source.objects))


def since(before: Inventory, now: Inventory) -> Comparison:
    """What one database has otherwise than it had: here nothing is to be expected, not even this tool's own objects."""
    return Comparison(
        differences=differences(before, now),
        unknown=(*before.unknown, *now.unknown),
        compared=len(before.objects),
    )


def with_roles(inventory: Inventory, roles: Mapping[str, str]) -> Inventory:
    """The inventory as if its roles were called as on the other server, where several may be one."""
    if not roles:
        return inventory
    renamed = [_renamed(each, roles) for each in inventory.objects]
    owners = {each.name: each.text("owner") for each in renamed if "owner" in each.facts}
    found: dict[tuple[Kind, str], SchemaObject] = {}
    for each in renamed:
        grantee = each.text("grantee")
        if each.kind is Kind.GRANT and grantee and grantee == owners.get(each.text("object")):
            # Granted by one role to another, which are now one: an owner needs no grant.
            continue
        there = found.get(each.key)
        found[each.key] = each if there is None else _both(there, each)
    return replace(inventory, objects=tuple(found.values()))


def _both(one: SchemaObject, other: SchemaObject) -> SchemaObject:
    """What two roles have that are one on the other server."""
    if one.kind not in {Kind.GRANT, Kind.DEFAULT_PRIVILEGES}:
        return one
    granted = {word for each in (one, other) for word in each.text("granted").split(", ") if word}
    # A privilege with a star may be passed on, and goes before the same one without.
    kept = sorted(word for word in granted if f"{word}*" not in granted)
    facts = {fact: value for fact, value in one.facts.items() if fact not in {"granted", "revoked"}}
    return replace(one, facts={**facts, **({"granted": ", ".join(kept)} if kept else {})})


def _renamed(found: SchemaObject, roles: Mapping[str, str]) -> SchemaObject:
    facts, name = dict(found.facts), found.name
    for fact in ("owner", "grantee", "role"):
        if (old := found.text(fact)) in roles:
            facts[fact] = roles[old]
            if fact == "role" and found.kind is Kind.DEFAULT_PRIVILEGES:
                name = name.replace(f" of {old}", f" of {roles[old]}")
            elif fact != "owner":
                # Such names begin with the role.
                name = roles[old] + name.removeprefix(old)
    if found.kind is Kind.ROLE:
        name = roles.get(name, name)
    if "roles" in facts:
        for_whom = sorted(roles.get(role, role) for role in json.loads(found.text("roles")))
        facts["roles"] = json.dumps(for_whom, ensure_ascii=False)
    return replace(found, name=name, facts=facts)


def _comparable(inventory: Inventory, oldest: int) -> dict[tuple[Kind, str], SchemaObject]:
    told = (comparable(each, oldest=oldest) for each in inventory.objects)
    return {each.key: each for each in told if each is not None}


def _of_one(
    ours: SchemaObject | None, theirs: SchemaObject | None, majors: tuple[int, int]
) -> Iterator[Difference]:
    """Of one object, which at least one side has."""
    if ours is None or theirs is None:
        found = ours or theirs
        assert found is not None
        change = Change.EXTRA if ours is None else Change.MISSING
        yield Difference(kind=found.kind, name=found.name, change=change)
        return
    for fact in sorted({*ours.facts, *theirs.facts} - NOT_COMPARED):
        one, other = ours.facts.get(fact), theirs.facts.get(fact)
        same = same_text(one, other, majors=majors) if fact in RENDERED else one == other
        if not same:
            yield Difference(
                kind=ours.kind,
                name=ours.name,
                change=Change.DIFFERENT,
                fact=fact,
                source=one,
                target=other,
            )


def _without_parts(
    found: list[Difference],
    ours: Mapping[tuple[Kind, str], SchemaObject],
    theirs: Mapping[tuple[Kind, str], SchemaObject],
) -> Iterator[Difference]:
    """What is not just part of a whole that is missing or extra too."""
    whole = {(each.change, each.name) for each in found if each.change is not Change.DIFFERENT}
    indexes = set()
    for each in found:
        side = theirs if each.change is Change.EXTRA else ours
        it = side[each.kind, each.name]
        if each.kind is Kind.CONSTRAINT and each.change is not Change.DIFFERENT:
            indexes.add((each.change, it.text("index")))
    for each in found:
        side = theirs if each.change is Change.EXTRA else ours
        it = side[each.kind, each.name]
        owner = it.text("owned by").rpartition(".")[0]
        part = each.change is not Change.DIFFERENT and (
            (each.change, it.of) in whole
            or bool(owner and (each.change, owner) in whole)
            or (each.kind is Kind.INDEX and (each.change, each.name) in indexes)
            or (each.kind is Kind.GRANT and (each.change, it.text("object")) in whole)
        )
        if not part:
            yield each


def _of_no_concern(difference: Difference, sides: Sides) -> bool:
    """Roles belong to the server: only those count that something here is owned by or granted to."""
    if difference.kind is Kind.SETTING:
        side = sides.target if difference.change is Change.EXTRA else sides.source
        found = side.by_key[difference.kind, difference.name]
        role = side.get(Kind.ROLE, found.text("role"))
        return "here" not in found.facts and (role is None or "used" not in role.facts)
    if difference.kind is not Kind.ROLE:
        return False
    if difference.change is Change.EXTRA:
        return True
    found = sides.source.by_key[difference.kind, difference.name]
    return "used" not in found.facts


def told(
    difference: Difference, *, sides: tuple[str, str] = ("on the source", "on the target")
) -> str:
    """In words, for one line."""
    what = f"{difference.kind.value} {difference.name}"
    ours, theirs = sides
    if difference.change is Change.DIFFERENT:
        return (
            f"{what}: {difference.fact} is {_value(difference.source)} {ours} and "
            f"{_value(difference.target)} {theirs}"
        )
    return f"{what} is not there {theirs if difference.change is Change.MISSING else ours}"


def _value(value: object) -> str:
    return "not there" if value is None else repr(value) if isinstance(value, str) else str(value)
