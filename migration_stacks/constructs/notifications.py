"""The topic by which people are told, encrypted with a key that the tellers may use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aws_cdk import aws_kms as kms

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
        key: kms.IKey,
    ) -> None:
        super().__init__(scope, construct_id)
        self.topic = sns.Topic(
            self, "Topic", topic_name=topic_name, master_key=key, enforce_ssl=True
        )
        account = {"StringEquals": {"aws:SourceAccount": cdk.Aws.ACCOUNT_ID}}
        self._let("Alarms", "cloudwatch.amazonaws.com", account)
        self._let("Backups", "backup.amazonaws.com", account)
        self._let(
            "Replication",
            "dms.amazonaws.com",
            # The form of the condition in the DMS guide, "Validating the access policy of your
            # SNS topic": any event subscription of this account.
            {
                "ArnLike": {
                    "aws:SourceArn": (
                        f"arn:{cdk.Aws.PARTITION}:dms:{cdk.Aws.REGION}:{cdk.Aws.ACCOUNT_ID}:es:*"
                    )
                }
            },
        )
        # "You can't use Condition blocks in Amazon SNS topic policies for EventBridge"
        # (EventBridge guide, troubleshooting): with one, every message is dropped silently.
        self._let("Rules", "events.amazonaws.com", None)
        for address in emails:
            self.topic.add_subscription(subscriptions.EmailSubscription(address))

    def _let(self, sid: str, service: str, conditions: Mapping[str, object] | None) -> None:
        self.topic.add_to_resource_policy(
            iam.PolicyStatement(
                sid=sid,
                principals=[iam.ServicePrincipal(service)],
                actions=["sns:Publish"],
                resources=[self.topic.topic_arn],
                conditions=conditions,
            )
        )
