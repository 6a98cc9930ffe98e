"""The kinds of values that settings have, each refusing what can't work and saying why."""

from __future__ import annotations

import ipaddress
import re
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict

from migration_stacks.settings.faults import fault

_LABEL: Final = r"[a-z0-9_]([a-z0-9-]{0,61}[a-z0-9])?"
_HOST: Final = re.compile(rf"(?=.{{1,253}}$)({_LABEL}\.)+[a-z]([a-z0-9-]{{0,61}}[a-z0-9])")
_IDENTIFIER: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_$]{0,62}")
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def _network(value: str) -> str:
    try:
        ipaddress.IPv4Network(value)
    except ValueError as error:
        raise fault(
            f"is {value!r}, which is no IPv4 network ({error}); write it as 10.60.0.0/16"
        ) from error
    return value


def _host_name(value: str) -> str:
    if re.fullmatch(r"[\d.]+|.*:.*", value):
        raise fault(
            f"is {value!r}, an address or a port; the traffic records are CNAMEs, which know "
            "only names: write a full name, such as db.example.internal"
        )
    if not _HOST.fullmatch(value):
        raise fault(
            f"is {value!r}; a full name in lower case is needed: write one such as "
            "db.example.internal"
        )
    return value


def _identifier(value: str) -> str:
    if not _IDENTIFIER.fullmatch(value):
        raise fault(
            f"is {value!r}; PostgreSQL's limit is 63 letters, digits, _ and $, not beginning "
            "with a digit: write the name as the database has it"
        )
    return value


def _email(value: str) -> str:
    if not _EMAIL.fullmatch(value):
        raise fault(f"is {value!r}, which is no e-mail address; write it as name@example.com")
    return value


Network = Annotated[str, AfterValidator(_network)]
HostName = Annotated[str, AfterValidator(_host_name)]
Identifier = Annotated[str, AfterValidator(_identifier)]
Email = Annotated[str, AfterValidator(_email)]


class Section(BaseModel):
    """Frozen; and a key that is not known is a fault, so that no misspelt one is a default."""

    model_config = ConfigDict(frozen=True, extra="forbid")
