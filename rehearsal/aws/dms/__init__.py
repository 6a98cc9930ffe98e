"""A stand-in for AWS DMS: its API and metrics over native logical replication."""

from __future__ import annotations

from rehearsal.aws.dms.api import DmsServer
from rehearsal.aws.dms.metrics import MetricsPublisher, WatchedSum
from rehearsal.aws.dms.native import NativeReplication
from rehearsal.aws.dms.replication import Progress, Replication, ReplicationError, TableProgress
from rehearsal.aws.dms.task import DmsResources, DmsTask

__all__ = [
    "DmsResources",
    "DmsServer",
    "DmsTask",
    "MetricsPublisher",
    "NativeReplication",
    "Progress",
    "Replication",
    "ReplicationError",
    "TableProgress",
    "WatchedSum",
]
