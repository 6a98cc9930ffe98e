"""Turns everything that is wrong with the settings into one line each: key, fact, limit, remedy."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from datetime import date, time
from typing import TYPE_CHECKING, Final, get_args

from pydantic import BaseModel
from pydantic_core import PydanticCustomError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pydantic import ValidationError
    from pydantic.fields import FieldInfo
    from pydantic_core import ErrorDetails

_FAULT: Final = "fault"

# By pydantic's name for the error: what would have been accepted, and what to do. The error's
# context fills the braces.
_LIMITS: Final = {
    "greater_than_equal": ("the least is {ge}", "raise it"),
    "less_than_equal": ("the most is {le}", "lower it"),
    "multiple_of": ("only multiples of {multiple_of} exist", "round it"),
    "finite_number": ("inf and nan are no amounts", "write a number"),
    "literal_error": ("{expected} can be here", "choose from these"),
    "int_type": ("a whole number is needed", "write it without quotes"),
    "int_from_float": ("a whole number is needed", "write it without a point"),
    "float_type": ("a number is needed", "write it without quotes"),
    "bool_type": ("true or false is needed", "write one of them, without quotes"),
    "string_type": ("a text is needed", "put it in quotes"),
    "tuple_type": ("a list is needed", "put it in square brackets"),
    "model_type": (
        "a section of its own is needed",
        "open it with its name in square brackets on a line alone",
    ),
}

_LONGEST_VALUE: Final = 80
"""A section in a wrong place would else be shown whole."""


class SettingsError(Exception):
    """What the operator gave can't be used. The text is the whole message, one fault a line."""


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: the dotted key it is at, and a sentence with fact, limit, remedy."""

    key: str
    sentence: str

    def __str__(self) -> str:
        # A value may hold line breaks; one fault is one line.
        return " ".join(f"{self.key}: {self.sentence}".splitlines())


def fault(sentence: str) -> PydanticCustomError:
    """What a validator raises for a fault at its own key."""
    return faults([("", sentence)])


def faults(found: Iterable[tuple[str, str]]) -> PydanticCustomError:
    """What a validator raises for several faults at once; each key is appended to its own,
    for example "[2]"."""
    listed = list(found)
    return PydanticCustomError(
        _FAULT, "{sentences}", {"sentences": "; ".join(s for _, s in listed), "faults": listed}
    )


def explain(error: ValidationError, model: type[BaseModel]) -> list[Fault]:
    """Each fault of a validation in the words of this tool, in the order of the model."""
    return [told for detail in error.errors(include_url=False) for told in _told(detail, model)]


def _told(detail: ErrorDetails, model: type[BaseModel]) -> list[Fault]:
    key = _dotted(detail["loc"])
    if detail["type"] == _FAULT:
        return [Fault(key + below, text) for below, text in detail["ctx"]["faults"]]
    section, field = _at(detail["loc"], model)
    about = f" ({field.description})" if field is not None and field.description else ""
    match detail["type"]:
        case "extra_forbidden":
            sentence = _unknown(str(detail["loc"][-1]), section)
        case "missing":
            sentence = (
                f"is missing and has no default{about}; settings/example.toml explains it: write "
                "yours"
            )
        case kind if kind in _LIMITS:
            limit, remedy = _LIMITS[kind]
            limit = limit.format(**detail.get("ctx", {}))
            sentence = f"is {_shown(detail['input'])}; {limit}{about}: {remedy}"
        case _:
            sentence = (
                f"is {_shown(detail['input'])}; {detail['msg']}{about}: correct it as "
                "settings/example.toml explains"
            )
    return [Fault(key, sentence)]


def _dotted(location: Sequence[int | str]) -> str:
    text = ""
    for part in location:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def _at(
    location: Sequence[int | str], model: type[BaseModel]
) -> tuple[type[BaseModel], FieldInfo | None]:
    """The innermost section on the way to a location, and the field there (if it is one)."""
    section, field = model, None
    for part in location:
        if not isinstance(part, str):
            continue
        field = section.model_fields.get(part)
        if field is None:
            return section, None
        # Itself, or a choice of it or nothing: a section that may be left out.
        for kind in (field.annotation, *get_args(field.annotation)):
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                section = kind
    return section, field


def _unknown(name: str, section: type[BaseModel]) -> str:
    known = sorted(section.model_fields)
    near = difflib.get_close_matches(name, known, n=1)
    advice = f"did you mean {near[0]}?" if near else "take it out or correct its name"
    return f"is not a setting; here only {', '.join(known)} are; {advice}"


def _shown(value: object) -> str:
    """A value as the file has it, or its beginning."""
    if isinstance(value, bool):
        return str(value).lower()
    text = value.isoformat() if isinstance(value, date | time) else repr(value)
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}..."
