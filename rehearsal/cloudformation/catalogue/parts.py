"""What several entries of the catalogue share."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from rehearsal.cloudformation.kinds import Api, ApiKind, Resource


def stub(type_name: str, why: str, **attributes: str) -> ApiKind:
    """A type with nothing behind it: its ref is its generated name; attributes are paths."""

    def nothing(_api: Api, _resource: Resource) -> dict[str, Any]:
        return {"Name": _resource.name}

    def unseen(_api: Api, _resource: Resource, _before: Mapping[str, Any]) -> None:
        """Nobody sees a change of what is not there."""

    return ApiKind(
        type_name=type_name,
        service="sts",
        create_by=nothing,
        ref="Name",
        attributes=attributes,
        update_by=unseen,
        stub=why,
    )


def document(value: Any) -> str:
    """A policy as the text that most APIs want."""
    return value if isinstance(value, str) else json.dumps(value)


def some(properties: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Those of these properties that are given."""
    return {name: properties[name] for name in names if name in properties}
