"""What the client processes are told: how much load, which names, and where to keep records."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, cast

from pydantic import BaseModel, ConfigDict, Field

if TYPE_CHECKING:
    from rehearsal.workload.resolving import Resolver

Side = Literal["source", "target"]
SIDES: Final[tuple[Side, Side]] = ("source", "target")
ACCOUNTS: Final = 10_000
"""As many as seed.sql makes."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Load(_Frozen):
    """How many clients, and how busy."""

    writers: int = Field(default=8, ge=1)
    writes_per_second: float = Field(default=800, gt=0)
    """Of all writers together; each keeps its own even pace."""
    readers: int = Field(default=4, ge=0)
    reads_per_second: float = Field(default=60, gt=0)
    """Of each reader."""
    users: int = Field(default=48, ge=1)
    """Users that each reader (with spread_writes, each writer too) stands for. Each has a DNS cache
    of its own, so that a weight shows as a share and not as all or nothing."""
    spread_writes: bool = False
    """Write where the name points at each write, on both sides at once: the naive way."""
    processes: int = Field(default=2, ge=1)
    """Two, so that one interpreter lock does not stand in eight writers' way when all reconnect."""
    seed: int = 1


class ResolverSettings(_Frozen):
    """A class to call for a resolver: the clients run in processes of their own."""

    factory: str = "rehearsal.workload.resolving:FileResolver"
    arguments: dict[str, Any] = {}

    def make(self) -> Resolver:
        module, _, attribute = self.factory.partition(":")
        return cast(
            "Resolver", getattr(importlib.import_module(module), attribute)(**self.arguments)
        )


class Address(_Frozen):
    """A database that a name may point at."""

    side: Side
    dsn: str = Field(repr=False)


class Names(_Frozen):
    """The records the clients ask for, and what stands behind each answer."""

    read: str
    write: str
    hosts: dict[str, Address]
    """By the value of the record, such as `source.rehearsal.internal`."""


class ClientsConfiguration(_Frozen):
    """One client process: the first line of its standard input, as JSON."""

    load: Load
    names: Names
    resolver: ResolverSettings
    writers: tuple[int, ...]
    """Numbers of the writers in this process, from 1; the same on a second start go on where the
    ledger of the database ends."""
    readers: tuple[int, ...]
    first_seq: int = 1
    records: Path
    """The file to write acknowledged writes, reads and errors to."""
