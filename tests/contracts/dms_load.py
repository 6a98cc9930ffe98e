"""A task of the stand-in between two databases, by our adapter: its connections tested, not started yet."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Final

from cutover.adapters.dms import DmsReplicationTask
from rehearsal.aws.dms import DmsResources, DmsServer, DmsTask, NativeReplication
from tests.contracts.test_replication_task import client

SECONDS: Final = 30.0


@contextmanager
def stood_in(
    source_dsn: str, target_dsn: str, *, name: str, resources: DmsResources
) -> Iterator[DmsReplicationTask]:
    """name: of the replication's slot, publication and subscription, which are gone afterwards."""
    with ExitStack() as stack:
        replication = NativeReplication(source_dsn=source_dsn, target_dsn=target_dsn, name=name)
        stack.callback(replication.close)
        # Else the slot would hold up whoever drops the database.
        stack.callback(replication.remove)
        task = DmsTask(replication, resources)
        server = DmsServer(task)
        stack.callback(server.close)
        task.test_connection("source")
        task.test_connection("target")
        until(lambda: [each for each, _ in task.connections.values()] == ["successful"] * 2)
        yield DmsReplicationTask(client(server.endpoint), task_arn=resources.task_arn)


def until(reached: Callable[[], object]) -> None:
    give_up = time.monotonic() + SECONDS
    while not reached():
        assert time.monotonic() < give_up, "waited too long"
        time.sleep(0.05)
