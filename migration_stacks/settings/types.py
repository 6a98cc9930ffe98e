"""The kinds of values that settings have, each refusing what can't work and saying why."""

from __future__ import annotations

import ipaddress
import re
from pathlib import Path
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationInfo

from migration_stacks.settings.faults import fault

_LABEL: Final = r"[a-z0-9_]([a-z0-9-]{0,61}[a-z0-9])?"
_HOST: Final = re.compile(rf"(?=.{{1,253}}$)({_LABEL}\.)+[a-z]([a-z0-9-]{{0,61}}[a-z0-9])")
_IDENTIFIER: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_$]{0,62}")
_RESERVED_ROLE: Final = re.compile(r"pg_.*|rds.*|public|none", re.IGNORECASE)
_CERTIFICATE: Final = re.compile(
    r"-----BEGIN CERTIFICATE-----\s.+?-----END CERTIFICATE-----", re.DOTALL
)
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


def _role(value: str) -> str:
    if _RESERVED_ROLE.fullmatch(value):
        raise fault(
            f"is {value!r}; names that begin with pg_ or rds, public and none are the server's "
            "own: choose another name"
        )
    return value


def _parts(value: str, *, count: int, form: str) -> str:
    parts = value.split(".")
    if len(parts) != count or not all(_IDENTIFIER.fullmatch(part) for part in parts):
        raise fault(
            f"is {value!r}; {form} is needed, each part with PostgreSQL's limit of 63 letters, "
            "digits, _ and $: write it so, as the database has it and without quotes"
        )
    return value


def _table(value: str) -> str:
    return _parts(value, count=2, form="schema.table")


def _column(value: str) -> str:
    return _parts(value, count=3, form="schema.table.column")


def _pem(value: str, info: ValidationInfo) -> str:
    """The text of the file that is named, so that nothing is read again later; empty for none."""
    if not value:
        return value
    # As the settings file's author sees it: from beside that file.
    path = Path((info.context or {}).get("folder", ".")) / value
    try:
        text = path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text"
        raise fault(f"is {value!r}, which can't be read ({why}): name a PEM file") from error
    if "PRIVATE KEY" in text:
        raise fault(
            f"is {value!r}, which holds a private key, and would be in the template for all to "
            "read: name a file that holds certificates only"
        )
    if not _CERTIFICATE.search(text):
        raise fault(
            f"is {value!r}, which holds no certificate; PEM files have a line -----BEGIN "
            "CERTIFICATE-----: name such a one"
        )
    return text


def _email(value: str) -> str:
    if not _EMAIL.fullmatch(value):
        raise fault(f"is {value!r}, which is no e-mail address; write it as name@example.com")
    return value


Network = Annotated[str, AfterValidator(_network)]
HostName = Annotated[str, AfterValidator(_host_name)]
Identifier = Annotated[str, AfterValidator(_identifier)]
RoleName = Annotated[str, AfterValidator(_identifier), AfterValidator(_role)]
TableName = Annotated[str, AfterValidator(_table)]
ColumnName = Annotated[str, AfterValidator(_column)]
Certificates = Annotated[str, AfterValidator(_pem)]
Email = Annotated[str, AfterValidator(_email)]


class Section(BaseModel):
    """Frozen; and a key that is not known is a fault, so that no misspelt one is a default."""

    model_config = ConfigDict(frozen=True, extra="forbid")
