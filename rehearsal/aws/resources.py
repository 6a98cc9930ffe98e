"""Makes what a migration's stacks would have made, in the emulated account."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

import boto3
from botocore.config import Config

from rehearsal.aws.invoker import ACCOUNT, REGION

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_events.type_defs import InputTransformerTypeDef, TargetTypeDef
    from mypy_boto3_route53.type_defs import ChangeTypeDef

    from rehearsal.aws.config import AwsConfig, RecordConfig

JOURNAL_TABLE: Final[Mapping[str, Any]] = {
    "KeySchema": [
        {"AttributeName": "migration", "KeyType": "HASH"},
        {"AttributeName": "item", "KeyType": "RANGE"},
    ],
    "AttributeDefinitions": [
        {"AttributeName": "migration", "AttributeType": "S"},
        {"AttributeName": "item", "AttributeType": "S"},
    ],
    "BillingMode": "PAY_PER_REQUEST",
}
"""Arguments of CreateTable for a journal of any name."""

_PLACEHOLDER = re.compile(r"\$\{([a-z_]+(?::[^}]+)?)\}")
_CLIENT_CONFIG = Config(retries={"total_max_attempts": 1})


class Resources:
    """The resources of one configuration; each method makes one kind of them."""

    def __init__(self, config: AwsConfig, endpoint: str) -> None:
        self._config = config
        self._endpoint = endpoint
        self._session = boto3.session.Session(
            aws_access_key_id="rehearsal",
            aws_secret_access_key="rehearsal",  # noqa: S106  (the emulated APIs read none)
            region_name=REGION,
        )

    def cloudwatch(self) -> CloudWatchClient:
        """A client of the emulated CloudWatch."""
        return self._session.client(
            "cloudwatch", endpoint_url=self._endpoint, config=_CLIENT_CONFIG
        )

    def table(self) -> None:
        """The journal's table."""
        dynamodb = self._session.client(
            "dynamodb", endpoint_url=self._endpoint, config=_CLIENT_CONFIG
        )
        dynamodb.create_table(TableName=self._config.table, **JOURNAL_TABLE)

    def buckets(self) -> None:
        """The buckets, with versions as deployed ones have them."""
        s3 = self._session.client("s3", endpoint_url=self._endpoint, config=_CLIENT_CONFIG)
        for name in self._config.buckets:
            s3.create_bucket(Bucket=name)
            s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})

    def parameters(self) -> None:
        """The SSM parameters."""
        ssm = self._session.client("ssm", endpoint_url=self._endpoint, config=_CLIENT_CONFIG)
        for name, value in self._config.parameters.items():
            ssm.put_parameter(Name=name, Value=value, Type="String")

    def secrets(self) -> dict[str, str]:
        """ARNs of the secrets by name."""
        manager = self._session.client(
            "secretsmanager", endpoint_url=self._endpoint, config=_CLIENT_CONFIG
        )
        return {
            name: manager.create_secret(Name=name, SecretString=json.dumps(content))["ARN"]
            for name, content in self._config.secrets.items()
        }

    def topic(self) -> tuple[str, str]:
        """ARN of the topic, and URL of a queue that receives what it gets."""
        sns = self._session.client("sns", endpoint_url=self._endpoint, config=_CLIENT_CONFIG)
        sqs = self._session.client("sqs", endpoint_url=self._endpoint, config=_CLIENT_CONFIG)
        arn = sns.create_topic(Name=self._config.topic)["TopicArn"]
        queue = sqs.create_queue(QueueName=f"{self._config.topic}-received")["QueueUrl"]
        attributes = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])
        sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=attributes["Attributes"]["QueueArn"])
        return arn, queue

    def rules(self, topic_arn: str) -> None:
        """The rules, and the topic's leave for them."""
        if not self._config.rules:
            return
        events = self._session.client("events", endpoint_url=self._endpoint, config=_CLIENT_CONFIG)
        sns = self._session.client("sns", endpoint_url=self._endpoint, config=_CLIENT_CONFIG)
        for rule in self._config.rules:
            events.put_rule(Name=rule.name, EventPattern=json.dumps(rule.pattern))
            transformer: InputTransformerTypeDef = {
                "InputPathsMap": rule.paths,
                "InputTemplate": json.dumps(rule.text),
            }
            target: TargetTypeDef = {
                "Id": "topic",
                "Arn": topic_arn,
                "InputTransformer": transformer,
            }
            events.put_targets(Rule=rule.name, Targets=[target])
        leave = {
            "Effect": "Allow",
            "Principal": {"Service": ["events.amazonaws.com"]},
            "Action": "sns:Publish",
            "Resource": topic_arn,
        }
        sns.set_topic_attributes(
            TopicArn=topic_arn,
            AttributeName="Policy",
            AttributeValue=json.dumps({"Version": "2012-10-17", "Statement": [leave]}),
        )

    def zone(self) -> str | None:
        """Id of the hosted zone with its records."""
        if self._config.zone is None:
            return None
        route53 = self._session.client(
            "route53", endpoint_url=self._endpoint, config=_CLIENT_CONFIG
        )
        created = route53.create_hosted_zone(Name=self._config.zone, CallerReference="rehearsal")
        identifier = created["HostedZone"]["Id"].rpartition("/")[2]
        if self._config.records:
            route53.change_resource_record_sets(
                HostedZoneId=identifier,
                ChangeBatch={"Changes": [_creation(record) for record in self._config.records]},
            )
        return identifier

    def alarms(self) -> None:
        """Every alarm in its first state; those on the task's metrics are evaluated later."""
        cloudwatch = self.cloudwatch()
        for alarm in self._config.alarms:
            cloudwatch.put_metric_alarm(
                AlarmName=alarm.name,
                Namespace="AWS/DMS" if alarm.task_metrics else "Rehearsal",
                MetricName=alarm.task_metrics[0] if alarm.task_metrics else "Fixed",
                ComparisonOperator="GreaterThanThreshold",
                Threshold=alarm.threshold,
                EvaluationPeriods=1,
                Period=60,
                Statistic="Maximum",
                TreatMissingData="notBreaching",
            )
            cloudwatch.set_alarm_state(
                AlarmName=alarm.name,
                StateValue=alarm.state,  # type: ignore[arg-type]
                StateReason="as configured for the rehearsal",
            )

    def state_machines(self, values: Mapping[str, str]) -> dict[str, str]:
        """ARNs of the state machines by name."""
        states = self._session.client(
            "stepfunctions", endpoint_url=self._endpoint, config=_CLIENT_CONFIG
        )
        return {
            machine.name: states.create_state_machine(
                name=machine.name,
                definition=filled(machine.definition, values),
                roleArn=f"arn:aws:iam::{ACCOUNT}:role/rehearsal",
            )["stateMachineArn"]
            for machine in self._config.state_machines
        }


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its placeholders replaced. Raises KeyError for one that is not known."""
    return _PLACEHOLDER.sub(lambda found: values[found[1]], text)


def _creation(record: RecordConfig) -> ChangeTypeDef:
    return {
        "Action": "CREATE",
        "ResourceRecordSet": {
            "Name": record.name,
            "Type": "CNAME",
            "SetIdentifier": record.set_identifier,
            "Weight": record.weight,
            "TTL": record.ttl_seconds,
            "ResourceRecords": [{"Value": record.value}],
        },
    }
