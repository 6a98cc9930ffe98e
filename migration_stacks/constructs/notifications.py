"""The topic by which people are told, encrypted with a key that the tellers may use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from constructs import Construct

from migration_stacks.cfn import sns
from migration_stacks.constructs.arns import ACCOUNT, arn
from migration_stacks.constructs.policies import allow, document

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from migration_stacks.constructs.policies import Statement

# Who tells. The topic's key must be open to exactly these. RDS is not among them: its own
# subscriptions deliver nothing to an encrypted topic (RDS API reference, CreateEventSubscription),
# so its events come by EventBridge.
PUBLISHERS: Final = (
    "backup.amazonaws.com",
    "cloudwatch.amazonaws.com",
    "dms.amazonaws.com",
    "events.amazonaws.com",
)


class Notifications(Construct):
    """AWS's own key for SNS can't be used by alarms, so the topic has one of the customer's."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        topic_name: str,
        emails: Sequence[str],
        key_arn: str,
    ) -> None:
        super().__init__(scope, construct_id)
        self.topic_arn = sns.CfnTopic(
            self, "Topic", topic_name=topic_name, kms_master_key_id=key_arn
        ).ref
        account = {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
        self.policy = sns.CfnTopicPolicy(
            self,
            "TopicPolicy",
            topics=[self.topic_arn],
            policy_document=document(
                {
                    **allow("sns:Publish", on=self.topic_arn),
                    "Sid": "AllowPublishThroughSSLOnly",
                    "Effect": "Deny",
                    "Principal": "*",
                    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
                },
                self._let("Alarms", "cloudwatch.amazonaws.com", account),
                self._let("Backups", "backup.amazonaws.com", account),
                self._let(
                    "Replication",
                    "dms.amazonaws.com",
                    # The form of the condition in the DMS guide, "Validating the access policy of
                    # your SNS topic": any event subscription of this account.
                    {"ArnLike": {"aws:SourceArn": arn("dms", "es:*")}},
                ),
                # "You can't use Condition blocks in Amazon SNS topic policies for EventBridge"
                # (EventBridge guide, troubleshooting): with one, every message is dropped silently.
                self._let("Rules", "events.amazonaws.com", None),
            ),
        )
        for address in emails:
            sns.CfnSubscription(
                self, address, topic_arn=self.topic_arn, protocol="email", endpoint=address
            )

    def _let(
        self, sid: str, service: str, when: Mapping[str, Mapping[str, str]] | None
    ) -> Statement:
        return {
            "Sid": sid,
            **allow("sns:Publish", on=self.topic_arn, when=when),
            "Principal": {"Service": service},
        }
