"""An end to waiting for a server that says nothing."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from cutover.adapters.postgres_barrier import Connection


@contextmanager
def cut_off_after(limit: timedelta, connection: Connection) -> Iterator[None]:
    """Whatever is asked within fails with OperationalError once `limit` is over.

    A server whose processes stand still, as on a storage that hangs, keeps no time itself, and its kernel acknowledges
    every packet: neither statement_timeout nor tcp_user_timeout nor keepalives end the wait, and libpq has no limit of
    its own for a query (docs, libpq-connect: connect_timeout is for connecting).
    """

    def cut() -> None:
        # It may have been closed in the same moment.
        with contextlib.suppress(OSError), socket.socket(fileno=os.dup(connection.fileno())) as end:
            end.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(limit.total_seconds(), cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
