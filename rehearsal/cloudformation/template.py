"""A template as text becomes parts that can be looked at."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import yaml

from rehearsal.cloudformation.errors import TemplateFault


class _Loader(yaml.SafeLoader):  # type: ignore[misc]
    """YAML without dates: a policy's Version is text."""


_Loader.yaml_implicit_resolvers = {
    first: [each for each in resolvers if each[0] != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@dataclass(frozen=True, kw_only=True)
class Declared:
    """A resource as the template has it, its values not yet known."""

    logical_id: str
    type_name: str
    properties: dict[str, Any] = field(default_factory=dict)
    depends_on: tuple[str, ...] = ()
    deletion_policy: str = "Delete"
    replace_policy: str = "Delete"
    condition: str | None = None


@dataclass(frozen=True, kw_only=True)
class Template:
    """Sections of a template; those that nothing here reads are kept in the text only."""

    text: str
    description: str
    parameters: dict[str, Any]
    mappings: dict[str, Any]
    conditions: dict[str, Any]
    resources: dict[str, Declared]
    outputs: dict[str, Any]

    @classmethod
    def parse(cls, text: str) -> Template:
        """Raises TemplateFault for what is no template."""
        try:
            content = json.loads(text) if text.lstrip().startswith("{") else _yaml(text)
        except (ValueError, yaml.YAMLError) as error:
            raise TemplateFault(f"Template format error: {error}") from error
        if not isinstance(content, dict) or not content.get("Resources"):
            raise TemplateFault(
                "Template format error: At least one Resources member must be defined."
            )
        return cls(
            text=text,
            description=content.get("Description", ""),
            parameters=content.get("Parameters", {}),
            mappings=content.get("Mappings", {}),
            conditions=content.get("Conditions", {}),
            resources={name: _declared(name, each) for name, each in content["Resources"].items()},
            outputs=content.get("Outputs", {}),
        )


def _yaml(text: str) -> Any:
    return yaml.load(text, Loader=_Loader)  # noqa: S506  (a SafeLoader)


def _declared(logical_id: str, content: dict[str, Any]) -> Declared:
    depends = content.get("DependsOn", [])
    policy = content.get("DeletionPolicy", "Delete")
    return Declared(
        logical_id=logical_id,
        type_name=content["Type"],
        properties=content.get("Properties", {}),
        depends_on=(depends,) if isinstance(depends, str) else tuple(depends),
        deletion_policy=policy,
        replace_policy=content.get("UpdateReplacePolicy", "Delete"),
        condition=content.get("Condition"),
    )
