"""What the account is told, and where it is then found."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field


class AccountConfig(BaseModel):
    """An empty account. Beside it only what no stack makes: the databases' real servers."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source_dsn: str = Field(repr=False)
    target_dsn: str = Field(repr=False)
    """Of an administrator; what replicates stands behind the stacks' DMS task."""
    code: Path
    """Where the functions' published code is unpacked."""
    seed: int = 1
    wait_scale: float = Field(default=1.0, ge=0)
    """Real seconds for each second of a Wait state or a Retry delay."""


class AccountReady(BaseModel):
    """Where everything is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    endpoint: str
    dms_endpoint: str
    dns_port: int
