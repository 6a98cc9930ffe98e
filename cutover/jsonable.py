"""Dataclasses as plain JSON values and back: for the journal, and for what functions hand to the state machine."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import TypeAdapter

Kind = TypeVar("Kind")


def restored(kind: type[Kind], value: Any) -> Kind:
    """What jsonable() was given. Raises pydantic's ValidationError, a ValueError, where it is something else."""
    return TypeAdapter(kind).validate_python(value)


def jsonable(value: object) -> Any:
    """Times in ISO 8601, enums by value."""
    return TypeAdapter(type(value)).dump_python(value, mode="json")
