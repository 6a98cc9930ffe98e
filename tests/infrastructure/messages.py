"""What a message to the operator has to have: key, value, limit and remedy, on one line."""

from __future__ import annotations

import re
from datetime import date, time
from typing import Final

REMEDIES: Final = (
    "add",
    "choose",
    "copy",
    "correct",
    "declare",
    "did you mean",
    "end with",
    "give",
    "leave",
    "lower",
    "make",
    "move",
    "name",
    "open",
    "put",
    "raise",
    "round",
    "set",
    "stay",
    "take",
    "unset",
    "use",
    "write",
)
"""What a remedy begins with: somebody is told what to do."""


def missing(line: str, *, origin: str, key: str, value: object = ...) -> list[str]:
    """What a message has not, of all that it should have. Without `value` none is looked for, as
    for a key that is not there."""
    lacks = []
    start = f"{origin}: {key}" if origin else key
    if not re.match(rf"{re.escape(start)}[\w.\[\]]*: ", line):
        lacks.append(f"the key {key} after {origin!r} at the beginning")
    sentence = line.removeprefix(f"{origin}: ").partition(": ")[2]
    if value is not ... and not any(shown in sentence for shown in _forms(value)):
        lacks.append(f"the value {value!r}")
    parts = [part.strip() for part in re.split(r"[;:,] | or ", sentence)]
    if len(parts) < 3:
        lacks.append("a fact, a limit and a remedy, in this order")
    if not any(part.startswith(REMEDIES) for part in parts[1:]):
        lacks.append("a remedy that says what to do")
    if "\n" in line:
        lacks.append("a line of its own")
    return lacks


def _forms(value: object) -> list[str]:
    """How a value may be shown: whole, its beginning, one of its parts, or their number."""
    forms = [str(value), repr(value)[:40]]
    if isinstance(value, bool):
        forms.append(str(value).lower())
    if isinstance(value, float):
        forms.append(f"{value:g}")
    if isinstance(value, date | time):
        forms.append(value.isoformat())
    if isinstance(value, list | tuple | dict):
        forms += [str(part) for part in value]
        forms += [str(len(value)), str(len(set(map(str, value)))), "empty", "twice"]
    return forms
