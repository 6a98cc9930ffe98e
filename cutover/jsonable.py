"""Dataclasses as plain JSON values: for the journal, and for what functions hand to the state machine."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter


def jsonable(value: object) -> Any:
    """Times in ISO 8601, enums by value."""
    return TypeAdapter(type(value)).dump_python(value, mode="json")
