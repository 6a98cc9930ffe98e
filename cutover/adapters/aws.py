"""What every AWS adapter shares: how clients are made, and how botocore's errors become ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from cutover.errors import ServiceUnavailable

CLIENT_CONFIG = Config(
    connect_timeout=3, read_timeout=10, retries={"mode": "standard", "max_attempts": 5}
)
"""Route 53 allows five calls a second for a whole account, so throttling is ordinary and retried."""


@contextmanager
def translated(doing: str) -> Iterator[None]:
    """Turns what botocore raises into ServiceUnavailable, naming what was being done."""
    try:
        yield
    except (ClientError, BotoCoreError) as error:
        raise ServiceUnavailable(f"{doing}: {error}") from error


def error_code(error: ClientError) -> str:
    """The service's own name for the error."""
    return str(error.response.get("Error", {}).get("Code", ""))
