"""A stand-in for AWS DMS: its API and metrics over native logical replication."""

from __future__ import annotations

from rehearsal.aws.dms.ailments import Breakdown, NoConnection, ReadingPaused, TableTrouble
from rehearsal.aws.dms.api import DmsServer
from rehearsal.aws.dms.events import Events
from rehearsal.aws.dms.faults import DmsFault
from rehearsal.aws.dms.metrics import MetricsPublisher, WatchedSum
from rehearsal.aws.dms.native import NativeReplication
from rehearsal.aws.dms.replication import Progress, Replication, ReplicationError, TableProgress
from rehearsal.aws.dms.resources import DmsInstance, DmsResources
from rehearsal.aws.dms.task import DmsTask

__all__ = [
    "Breakdown",
    "DmsFault",
    "DmsInstance",
    "DmsResources",
    "DmsServer",
    "DmsTask",
    "Events",
    "MetricsPublisher",
    "NativeReplication",
    "NoConnection",
    "Progress",
    "ReadingPaused",
    "Replication",
    "ReplicationError",
    "TableProgress",
    "TableTrouble",
    "WatchedSum",
]
