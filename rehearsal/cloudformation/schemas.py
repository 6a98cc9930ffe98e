"""AWS's own schemas of resource types, as cfn-lint carries them: what may be written, what replaces."""

from __future__ import annotations

from functools import cache
from typing import Any

from cfnlint.schema import PROVIDER_SCHEMA_MANAGER, ResourceNotFoundError

from rehearsal.aws.invoker import REGION


@cache
def schema(type_name: str) -> dict[str, Any]:
    """The schema; nothing for types of a template's own (Custom::...)."""
    if type_name.startswith("Custom::") or type_name == "AWS::CloudFormation::CustomResource":
        return {}
    try:
        found = PROVIDER_SCHEMA_MANAGER.get_resource_schema(REGION, type_name)
    except ResourceNotFoundError:
        return {}
    whole: dict[str, Any] = found.schema
    return whole


@cache
def create_only(type_name: str) -> frozenset[str]:
    """Properties of which a change replaces the resource, by the first part of their path.

    Where only a part of a property is create-only, the whole counts: rather replaced here, and
    seen, than changed in place and replaced in AWS.
    """
    paths = schema(type_name).get("createOnlyProperties", [])
    return frozenset(path.split("/")[2] for path in paths)


@cache
def identifiers(type_name: str) -> frozenset[str]:
    """Properties of which one value can belong to one resource only."""
    paths = schema(type_name).get("primaryIdentifier", [])
    # Of several together, each alone may well be shared.
    return frozenset(path.split("/")[2] for path in paths) if len(paths) == 1 else frozenset()


def faults(type_name: str, properties: dict[str, Any]) -> list[str]:
    """Properties that the schema does not know, and required ones that are not there."""
    whole = schema(type_name)
    return _faults(whole, whole, properties, "") if whole else []


def _faults(whole: dict[str, Any], part: dict[str, Any], value: Any, path: str) -> list[str]:
    part = _followed(whole, part)
    if isinstance(value, list):
        items = part.get("items", {})
        return [fault for each in value for fault in _faults(whole, items, each, path)]
    known = part.get("properties")
    if not isinstance(value, dict) or known is None:
        return []
    found = [f"{path}/{name}: required, and not there" for name in _missing(part, value)]
    for name, each in value.items():
        if name in known:
            found += _faults(whole, known[name], each, f"{path}/{name}")
        elif part.get("additionalProperties") is False and not _matches(part, name):
            found.append(f"{path}/{name}: not a property")
    return found


def _missing(part: dict[str, Any], value: dict[str, Any]) -> list[str]:
    return [name for name in part.get("required", ()) if name not in value]


def _matches(part: dict[str, Any], name: str) -> bool:
    # Free keys, such as those of an environment's variables.
    return bool(part.get("patternProperties")) and bool(name)


def _followed(whole: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    while (path := part.get("$ref", "")).startswith("#/"):
        target: Any = whole
        for step in path[2:].split("/"):
            target = target[step]
        part = target
    return part
