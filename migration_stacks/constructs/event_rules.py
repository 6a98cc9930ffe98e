"""What happens to the parts of one migration, told to people by EventBridge in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from constructs import Construct

from migration_stacks import names as known
from migration_stacks.cfn import cloudwatch, dms, events, lambda_, sqs
from migration_stacks.constructs.acknowledged import acknowledge
from migration_stacks.constructs.arns import arn
from migration_stacks.constructs.policies import allow, document

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from migration_stacks.constructs.notifications import Notifications
    from migration_stacks.names import Names

# Ids and not texts or categories: they don't change. The tables of the DMS guide, "AWS DMS event
# categories and event messages for SNS notifications"; EventBridge sends the same ids.
TASK_EVENTS: Final = (
    "DMS-EVENT-0073",  # deleted
    "DMS-EVENT-0078",  # failed
    "DMS-EVENT-0079",  # stopped, also when asked to
    "DMS-EVENT-0081",  # a table is loaded anew
    "DMS-EVENT-0082",  # deleted, and left data behind
    "DMS-EVENT-0091",  # reading paused: swap files
    "DMS-EVENT-0092",  # reading paused: disk
    "DMS-EVENT-0093",  # reading goes on
)
INSTANCE_EVENTS: Final = (
    "DMS-EVENT-0003",  # deleted
    "DMS-EVENT-0007",  # storage is low
    "DMS-EVENT-0013",  # failover begins
    "DMS-EVENT-0015",  # failover to the standby done
    "DMS-EVENT-0026",  # offline maintenance begins
    "DMS-EVENT-0027",  # and ends
    "DMS-EVENT-0031",  # storage failure
    "DMS-EVENT-0034",  # failover asked for too often
    "DMS-EVENT-0036",  # incompatible network
    "DMS-EVENT-0037",  # the key can't be used
    "DMS-EVENT-0047",  # software updated
    "DMS-EVENT-0049",  # failover done
    "DMS-EVENT-0068",  # can't be upgraded
)
# The tables of the Aurora guide, "Amazon RDS event categories and event messages"; 0031 is only in
# that of the RDS guide, and costs nothing where Aurora never sends it.
CLUSTER_EVENTS: Final = (
    "RDS-EVENT-0069",  # failover failed
    "RDS-EVENT-0070",  # the former primary is promoted again
    "RDS-EVENT-0071",  # failover done
    "RDS-EVENT-0072",  # failover begins, within the zone
    "RDS-EVENT-0073",  # failover begins, to another zone
    "RDS-EVENT-0085",  # patching failed
    "RDS-EVENT-0150",  # stopped
    "RDS-EVENT-0171",  # deleted
)
DATABASE_INSTANCE_EVENTS: Final = (
    "RDS-EVENT-0003",  # deleted
    "RDS-EVENT-0004",  # shut down
    "RDS-EVENT-0006",  # restarted
    "RDS-EVENT-0007",  # storage is used up
    "RDS-EVENT-0026",  # offline maintenance begins
    "RDS-EVENT-0031",  # failed, restore it
    "RDS-EVENT-0035",  # invalid parameters
    "RDS-EVENT-0036",  # incompatible network
    "RDS-EVENT-0087",  # stopped
    "RDS-EVENT-0089",  # 90 % of the storage is used
    "RDS-EVENT-0227",  # Aurora's storage runs low
    "RDS-EVENT-0254",  # the account's storage quota is reached
)
ENDED_BADLY: Final = ("FAILED", "TIMED_OUT", "ABORTED")
_BACKUP_FAILED: Final = ("FAILED", "ABORTED", "EXPIRED", "PARTIAL")

_MESSAGE: Final = {"message": "$.detail.Message", "id": "$.detail.EventID"}
_DMS_MESSAGE: Final = {
    "message": "$.detail.detailMessage",
    "id": "$.detail.eventId",
    "arn": "$.resources[0]",
}


class EventRules(Construct):
    """The rules, and the queue for what they could not deliver."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        names: Names,
        notifications: Notifications,
        key_arn: str,
    ) -> None:
        super().__init__(scope, construct_id)
        self._names, self._topic_policy = names, notifications.policy
        self._topic_arn = notifications.topic_arn
        self._queue_arn = self._undelivered(key_arn)

    def replication(self, *, task_arns: Sequence[str], instance_arn: str) -> None:
        """Of the tasks and of the instance they run on."""
        self._tell(
            "ReplicationTask",
            "replication-task-events",
            "What happens to the replication tasks",
            {
                "source": ["aws.dms"],
                "detail-type": ["DMS Replication Task State Change"],
                "resources": list(task_arns),
                "detail": {"eventId": list(TASK_EVENTS)},
            },
            _DMS_MESSAGE,
            "Replication task: <message> (<id>, <arn>). DMS-EVENT-0079 is also what a stop says "
            "that was asked for, as after a cutover. See docs/runbook.md.",
        )
        self._tell(
            "ReplicationInstance",
            "replication-instance-events",
            "What happens to the replication instance",
            {
                "source": ["aws.dms"],
                "detail-type": ["DMS Replication Instance State Change"],
                "resources": [instance_arn],
                "detail": {"eventId": list(INSTANCE_EVENTS)},
            },
            _DMS_MESSAGE,
            "Replication instance: <message> (<id>, <arn>). See docs/runbook.md.",
        )

    def replication_by_subscription(self) -> None:
        """Failures once more, by DMS itself: if EventBridge or a rule is at fault, the worst is
        still told. DMS recommends EventBridge and keeps subscriptions for older ways."""
        sources = {
            "replication-task": list(self._names.replication_tasks),
            "replication-instance": [self._names.replication],
        }
        for kind, identifiers in sources.items():
            subscription = dms.CfnEventSubscription(
                self,
                f"{''.join(part.title() for part in kind.split('-'))}Failures",
                sns_topic_arn=self._topic_arn,
                subscription_name=f"migration-{kind}-failures-{self._names.suffix}",
                source_type=kind,
                event_categories=["failure"],
                # Identifiers and not ARNs.
                source_ids=identifiers,
                enabled=True,
            )
            # DMS tries to publish when the subscription is made, and refuses it if it can't.
            subscription.add_resource_dependency(self._topic_policy)

    def database(self, *, instance_count: int) -> None:
        """Of the cluster and of its instances."""
        instances = [
            self._names.cluster_instance(number) for number in range(1, instance_count + 1)
        ]
        self._tell(
            "Database",
            "database-events",
            "What happens to the Aurora cluster and its instances",
            {
                "source": ["aws.rds"],
                "detail-type": ["RDS DB Cluster Event", "RDS DB Instance Event"],
                "detail": {
                    "SourceIdentifier": [self._names.cluster, *instances],
                    "EventID": [*CLUSTER_EVENTS, *DATABASE_INSTANCE_EVENTS],
                },
            },
            {**_MESSAGE, "name": "$.detail.SourceIdentifier"},
            "Aurora, <name>: <message> (<id>). After a failover the writer is another instance; "
            "the cluster's endpoints follow by themselves. See docs/runbook.md.",
        )

    def backups(self) -> None:
        """Of the jobs of this environment's vault."""
        self._tell(
            "Backups",
            "backup-failures",
            "Backup jobs that did not end well",
            {
                "source": ["aws.backup"],
                "detail-type": ["Backup Job State Change"],
                "detail": {
                    "state": list(_BACKUP_FAILED),
                    "backupVaultName": [self._names.backup_vault],
                },
            },
            {
                "state": "$.detail.state",
                "arn": "$.detail.resourceArn",
                "message": "$.detail.statusMessage",
                "job": "$.detail.backupJobId",
            },
            "Backup of <arn> ended as <state>: <message> (job <job>). Until the next one there is "
            "only point-in-time restore. See docs/runbook.md.",
        )

    def executions(self, machine_arns: Sequence[str]) -> None:
        """Of every machine: one that timed out or was stopped runs none of its own routes."""
        self._tell(
            "Executions",
            "executions-ended-badly",
            "Executions that failed, timed out or were stopped",
            ended_badly(machine_arns),
            {"status": "$.detail.status", "arn": "$.detail.executionArn"},
            "The execution <arn> ended as <status>. What can be put back is being put back; what "
            "was cut off behind that is being finished. Read docs/runbook.md, What if.",
        )

    def call(
        self,
        construct_id: str,
        name: str,
        description: str,
        *,
        pattern: Mapping[str, object],
        function_arn: str,
    ) -> None:
        """Calls a function with the whole event: it tells events from other calls by their form."""
        rule = self._rule(
            construct_id,
            name,
            description,
            pattern,
            events.CfnRule.TargetProperty(
                id="Function",
                arn=function_arn,
                dead_letter_config=self._dead_letters(),
                # An event that comes later than this is a person's.
                retry_policy=events.CfnRule.RetryPolicyProperty(
                    maximum_event_age_in_seconds=3600, maximum_retry_attempts=185
                ),
            ),
        )
        lambda_.CfnPermission(
            self,
            f"{construct_id}Permission",
            action="lambda:InvokeFunction",
            function_name=function_arn,
            principal="events.amazonaws.com",
            source_arn=rule.attr_arn,
        )

    def _tell(
        self,
        construct_id: str,
        name: str,
        description: str,
        pattern: Mapping[str, object],
        paths: Mapping[str, str],
        text: str,
    ) -> None:
        self._rule(
            construct_id,
            name,
            description,
            pattern,
            events.CfnRule.TargetProperty(
                id="Topic",
                arn=self._topic_arn,
                dead_letter_config=self._dead_letters(),
                input_transformer=events.CfnRule.InputTransformerProperty(
                    input_paths_map=dict(paths),
                    # In quotes: a text that is no JSON is refused.
                    input_template=f'"{text}"',
                ),
            ),
        )

    def _rule(
        self,
        construct_id: str,
        name: str,
        description: str,
        pattern: Mapping[str, object],
        target: events.CfnRule.TargetProperty,
    ) -> events.CfnRule:
        return events.CfnRule(
            self,
            construct_id,
            name=self._names.rule(name),
            description=description,
            event_pattern=pattern,
            targets=[target],
        )

    def _dead_letters(self) -> events.CfnRule.DeadLetterConfigProperty:
        return events.CfnRule.DeadLetterConfigProperty(arn=self._queue_arn)

    def _undelivered(self, key_arn: str) -> str:
        """The ARN of the queue of what a rule could not deliver. An alarm on it comes by another way
        than the rules."""
        queue = sqs.CfnQueue(
            self,
            "Undelivered",
            queue_name=self._names.undelivered,
            kms_master_key_id=key_arn,
            # The longest there is: somebody reads it after a holiday.
            message_retention_period=14 * 24 * 3600,
        )
        queue_arn = queue.attr_arn
        sqs.CfnQueuePolicy(
            self,
            "UndeliveredPolicy",
            queues=[queue.ref],
            policy_document=document(
                {
                    **allow("sqs:*", on=queue_arn),
                    "Effect": "Deny",
                    "Principal": {"AWS": "*"},
                    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
                },
                {
                    "Sid": "Rules",
                    **allow(
                        "sqs:SendMessage",
                        on=queue_arn,
                        when={
                            "ArnLike": {
                                "aws:SourceArn": arn("events", f"rule/{self._names.rule('*')}")
                            }
                        },
                    ),
                    "Principal": {"Service": "events.amazonaws.com"},
                },
            ),
        )
        acknowledge(
            queue,
            {"AwsSolutions-SQS3": "It is the dead letter queue itself; an alarm watches it."},
        )
        cloudwatch.CfnAlarm(
            self,
            "UndeliveredAlarm",
            alarm_name=self._names.alarm(known.UNDELIVERED),
            alarm_description=(
                f"A rule could not deliver an event: read it in {self._names.undelivered}. "
                "See docs/runbook.md."
            ),
            namespace="AWS/SQS",
            metric_name="ApproximateNumberOfMessagesVisible",
            dimensions=[
                cloudwatch.CfnAlarm.DimensionProperty(
                    name="QueueName", value=self._names.undelivered
                )
            ],
            statistic="Maximum",
            period=60,
            evaluation_periods=1,
            threshold=0,
            comparison_operator="GreaterThanThreshold",
            # SQS sends nothing about a queue that was not used for six hours.
            treat_missing_data="notBreaching",
            alarm_actions=[self._topic_arn],
        )
        return queue_arn


def ended_badly(machine_arns: Sequence[str]) -> dict[str, object]:
    """The pattern of these machines' executions that did not end well."""
    return {
        "source": ["aws.states"],
        "detail-type": ["Step Functions Execution Status Change"],
        "detail": {"status": list(ENDED_BADLY), "stateMachineArn": list(machine_arns)},
    }
