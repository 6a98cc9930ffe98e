"""Messages to people, by the topic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cutover.adapters.aws import translated

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient


class SnsNotices:
    """cutover.ports.Notices over one topic."""

    def __init__(self, client: SNSClient, *, topic_arn: str) -> None:
        self._client = client
        self._topic_arn = topic_arn

    def publish(self, subject: str, message: str) -> None:
        with translated("publishing a message"):
            self._client.publish(TopicArn=self._topic_arn, Subject=subject, Message=message)
