"""The app, synthesized once for all tests of this folder, without pip and without credentials."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import app
from migration_stacks import context, place, settings
from tests.infrastructure.environments import FILES, ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import aws_cdk as cdk

    from migration_stacks.names import Names

__all__ = ["ROOT", "Synthesized", "Template", "assemble", "synthesize"]

# Read by the CDK's Node process when it starts, which is when the CDK is first imported. The
# template validator takes most of a synthesis's time; `make synth` runs it, and cfn-lint looks at
# the same things.
os.environ["CDK_VALIDATION"] = "false"

Template = dict[str, Any]


@dataclass(frozen=True)
class Synthesized:
    """The templates of one environment, by the role of their stack, and the files they are in."""

    names: Names
    templates: dict[str, Template]
    files: dict[str, Path]

    def resources(self, role: str, kind: str) -> dict[str, Template]:
        """The resources of one type by logical id; never none: no loop over them is empty."""
        found = {
            logical_id: resource
            for logical_id, resource in self.templates[role]["Resources"].items()
            if resource["Type"] == kind
        }
        assert found, f"the {role} stack has no {kind}"
        return found

    def only(self, role: str, kind: str) -> Template:
        """The properties of the one resource of its type."""
        (resource,) = self.resources(role, kind).values()
        properties: Template = resource["Properties"]
        return properties

    def named(self, role: str, kind: str, key: str, name: str) -> Template:
        """The properties of the resource whose property `key` is `name`."""
        for resource in self.resources(role, kind).values():
            properties: Template = resource["Properties"]
            if properties.get(key) == name:
                return properties
        raise AssertionError(f"no {kind} has {key} {name}")


def assemble(given: settings.Settings, *, outdir: Path) -> tuple[cdk.App, app.Stacks, place.Place]:
    """Builds the app as app.py does; bundling is left out."""
    told = {**context.read({}), "aws:cdk:bundling-stacks": []}
    made = app.new_app(told, outdir=str(outdir))
    where = place.choose(settings=given, context=told, environment={})
    return made, app.build(made, given=given, where=where), where


def synthesize(given: settings.Settings, *, outdir: Path) -> Synthesized:
    made, stacks, where = assemble(given, outdir=outdir)
    made.synth()
    files = {
        role: outdir / f"{stack.artifact_id}.template.json" for role, stack in vars(stacks).items()
    }
    return Synthesized(
        names=where.names,
        templates={role: json.loads(path.read_text()) for role, path in files.items()},
        files=files,
    )


@pytest.fixture(scope="session")
def example() -> settings.Settings:
    return settings.load(ROOT / "settings" / "example.toml")


@pytest.fixture(scope="session")
def synthesized(
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[[settings.Settings], Synthesized]:
    """For tests about other settings than the example's."""
    return lambda given: synthesize(given, outdir=tmp_path_factory.mktemp("cdk.out"))


@pytest.fixture(scope="session")
def stacks(
    example: settings.Settings, synthesized: Callable[[settings.Settings], Synthesized]
) -> Synthesized:
    return synthesized(example)


@pytest.fixture(scope="session")
def environments(
    stacks: Synthesized, synthesized: Callable[[settings.Settings], Synthesized]
) -> Mapping[str, Synthesized]:
    """The stacks of every settings file, by its name."""
    others = {name: path for name, path in FILES.items() if name != "example"}
    return {"example": stacks} | {
        name: synthesized(settings.load(path)) for name, path in others.items()
    }
