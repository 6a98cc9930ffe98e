"""Every resource type that the stand-in for CloudFormation knows."""

from __future__ import annotations

from typing import Final

from rehearsal.cloudformation.catalogue import (
    backup,
    databases,
    functions,
    identity,
    messages,
    monitoring,
    names,
    network,
    replication,
    storage,
)
from rehearsal.cloudformation.kinds import ApiKind

KINDS: Final[dict[str, ApiKind]] = {
    kind.type_name: kind
    for part in (
        backup,
        databases,
        functions,
        identity,
        messages,
        monitoring,
        names,
        network,
        replication,
        storage,
    )
    for kind in part.KINDS
}

STUBS: Final[dict[str, str]] = {
    name: kind.stub for name, kind in sorted(KINDS.items()) if kind.stub
}
"""Types with nothing behind them, and why."""

UNREAD: Final[dict[str, frozenset[str]]] = {
    name: kind.unread for name, kind in sorted(KINDS.items()) if kind.unread
}
"""Properties without an effect here, by type."""
