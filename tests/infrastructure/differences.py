"""What a deployment would do to a stack: the differences of two templates, and which replace."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from cfnlint.schema import PROVIDER_SCHEMA_MANAGER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.infrastructure.conftest import Template


@dataclass(frozen=True, order=True)
class Difference:
    """A place in one resource that differs; `where` is empty where the resource came or went."""

    logical_id: str
    kind: str
    where: str

    @property
    def replaces(self) -> bool:
        """Whether CloudFormation would make another resource and delete this one."""
        return not self.where or any(
            self.where == create_only
            or self.where.startswith(f"{create_only}/")
            or create_only.startswith(f"{self.where}/")
            for create_only in create_only_properties(self.kind)
        )


@cache
def create_only_properties(kind: str) -> tuple[str, ...]:
    """By the schema of the type, which cfn-lint brings along: what no update can change."""
    if kind.startswith("Custom::") or kind == "AWS::CloudFormation::CustomResource":
        return ("Properties/ServiceToken",)
    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", kind).schema
    listed = schema.get("createOnlyProperties", ())
    return tuple(pointer.replace("/properties/", "Properties/", 1) for pointer in listed)


def differences(before: Template, after: Template) -> list[Difference]:
    one, other = before["Resources"], after["Resources"]
    found = []
    for logical_id in sorted(set(one) | set(other)):
        was, becomes = one.get(logical_id), other.get(logical_id)
        kind = (was or becomes)["Type"]
        if was is None or becomes is None or was["Type"] != becomes["Type"]:
            found.append(Difference(logical_id, kind, ""))
            continue
        found += [Difference(logical_id, kind, where) for where in sorted(set(_walk(was, becomes)))]
    return found


def _walk(one: Any, other: Any, at: str = "") -> Iterator[str]:
    """Positions in lists are left out, as the schemas leave them out."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in {*one, *other}:
            yield from _walk(one.get(key), other.get(key), f"{at}/{key}" if at else key)
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for first, second in zip(one, other, strict=True):
            yield from _walk(first, second, at)
    elif one != other:
        yield at
