"""The CDK context as the app finds it: cdk.json, and what the CDK CLI passes on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from migration_stacks.place import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping


def read(environment: Mapping[str, str]) -> dict[str, object]:
    """The context, the CLI's values before those of cdk.json.

    Read here and not from an App, so that a fault in the settings can be told before one exists.
    """
    context: dict[str, object] = dict(json.loads((ROOT / "cdk.json").read_text())["context"])
    context |= json.loads(environment.get("CDK_CONTEXT_JSON", "{}"))
    # What does not fit into one variable the CLI passes on in a file.
    if overflow := environment.get("CONTEXT_OVERFLOW_LOCATION_ENV"):
        context |= json.loads(Path(overflow).read_text())
    return context
