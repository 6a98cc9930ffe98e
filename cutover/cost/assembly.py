"""The stacks as the CDK wrote them down: a cloud assembly, read as files."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_STACK = "aws:cloudformation:stack"


class NoAssembly(Exception):
    """The folder holds no stacks that could be read; the message has the remedy."""


@dataclass(frozen=True, kw_only=True)
class Resource:
    """One resource of a template."""

    logical_id: str
    kind: str
    properties: Mapping[str, Any]
    kept: bool
    """Outlives its stack: it goes on being paid for."""


@dataclass(frozen=True, kw_only=True)
class Stack:
    """One template, with the names of the stacks that have to exist before it."""

    name: str
    region: str
    template: Mapping[str, Any]
    needs: frozenset[str] = field(default_factory=frozenset)

    @property
    def role(self) -> str:
        """`database` of migration-database-dev; a stack of another name is its own role."""
        parts = self.name.split("-", maxsplit=2)
        return parts[1] if len(parts) == 3 and parts[0] == "migration" else self.name

    def resources(self, kind: str | None = None) -> Iterator[Resource]:
        for logical_id, resource in self.template.get("Resources", {}).items():
            if kind in (None, resource["Type"]):
                yield Resource(
                    logical_id=logical_id,
                    kind=resource["Type"],
                    properties=resource.get("Properties", {}),
                    kept=str(resource.get("DeletionPolicy", "")).startswith("Retain"),
                )

    def only(self, kind: str, reference: object) -> Resource | None:
        """The resource of this kind that `{"Ref": ...}` names, in this template."""
        named = reference.get("Ref") if isinstance(reference, dict) else None
        return next((one for one in self.resources(kind) if one.logical_id == named), None)


def read(folder: Path) -> tuple[Stack, ...]:
    """The stacks in the order of their deployment. Raises NoAssembly."""
    manifest = _json(folder / "manifest.json", folder)
    found = {
        artifact_id: artifact
        for artifact_id, artifact in manifest.get("artifacts", {}).items()
        if artifact.get("type") == _STACK
    }
    if not found:
        raise NoAssembly(f"{folder}: holds no stack; synthesize again, `make synth` writes cdk.out")
    return tuple(
        Stack(
            name=artifact_id,
            region=artifact["environment"].rpartition("/")[2],
            template=_json(folder / artifact["properties"]["templateFile"], folder),
            needs=frozenset(artifact.get("dependencies", ())) & found.keys(),
        )
        for artifact_id, artifact in found.items()
    )


def _json(path: Path, folder: Path) -> dict[str, Any]:
    try:
        loaded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise NoAssembly(
            f"{folder}: is no cloud assembly ({path.name}: {error.strerror}); name the folder "
            "that `cdk synth` wrote, `make synth` writes cdk.out"
        ) from error
    except ValueError as error:
        raise NoAssembly(
            f"{folder}: {path.name} can't be read ({error}); synthesize again"
        ) from error
    return loaded
