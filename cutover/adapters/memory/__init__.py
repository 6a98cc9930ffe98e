"""A complete world in memory: every port, for tests and dry thinking, held to the same suite as the real ones."""

from __future__ import annotations

from cutover.adapters.memory.databases import MemoryBarrier, MemoryDatabase, MemorySlot
from cutover.adapters.memory.records import MemoryCertificateStore, MemoryJournal, MemoryTraces
from cutover.adapters.memory.replication import (
    MemoryAssessment,
    MemoryConnections,
    MemoryReplicationTask,
    MemorySchemaCopy,
)
from cutover.adapters.memory.surroundings import (
    FixedClock,
    MemoryApprovalTokens,
    MemoryCutoverMachine,
    MemoryDisplay,
    MemoryMonitoring,
    MemoryNotices,
    MemoryRouter,
)
from cutover.adapters.memory.world import SLOTS, MemoryWorld

__all__ = [
    "SLOTS",
    "FixedClock",
    "MemoryApprovalTokens",
    "MemoryAssessment",
    "MemoryBarrier",
    "MemoryCertificateStore",
    "MemoryConnections",
    "MemoryCutoverMachine",
    "MemoryDatabase",
    "MemoryDisplay",
    "MemoryJournal",
    "MemoryMonitoring",
    "MemoryNotices",
    "MemoryReplicationTask",
    "MemoryRouter",
    "MemorySchemaCopy",
    "MemorySlot",
    "MemoryTraces",
    "MemoryWorld",
]
