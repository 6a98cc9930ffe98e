"""The state parameter: where people look, readable with jq."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient

logger = logging.getLogger(__name__)


class SsmDisplay:
    """cutover.ports.Display over one parameter."""

    def __init__(self, client: SSMClient, *, parameter: str) -> None:
        self._client = client
        self._parameter = parameter

    def show(self, state: dict[str, Any]) -> None:
        try:
            self._client.put_parameter(
                Name=self._parameter, Value=json.dumps(state), Type="String", Overwrite=True
            )
        except (ClientError, BotoCoreError):
            # On either side of the line: the journal is the truth, and a display must not stop a cutover.
            logger.warning("the state parameter could not be written", exc_info=True)
