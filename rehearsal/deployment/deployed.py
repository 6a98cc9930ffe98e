"""What the stacks have made, found as an operator finds it: by the names and by the stacks."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

import boto3

from cutover.adapters.dynamodb import DynamoDbJournal
from cutover.adapters.route53 import Route53Router
from cutover.cli import commands
from cutover.observations import RecordWeights
from rehearsal.aws.invoker import REGION
from rehearsal.cloudformation.kinds import Api
from rehearsal.deployment.account.config import AccountReady
from rehearsal.deployment.errors import DeploymentFailed
from rehearsal.deployment.project import READ_RECORD, SUFFIX, WRITE_RECORD, ZONE

ROLES: Final = ("network", "database", "dms", "cutover", "monitoring")
STACKS: Final = tuple(f"migration-{role}-{SUFFIX}" for role in ROLES)
FORWARD: Final = "full-load-and-cdc"


class Deployed:
    """The account, asked."""

    def __init__(self, ready: AccountReady) -> None:
        self.api = Api(ready.endpoint, elsewhere={"dms": ready.dms_endpoint})
        self._endpoint = ready.endpoint

    def resources(self) -> dict[str, dict[str, str]]:
        """Stack to logical id to type."""
        return {
            stack: {each["LogicalResourceId"]: each["ResourceType"] for each in self._listed(stack)}
            for stack in STACKS
        }

    def types(self) -> dict[str, dict[str, int]]:
        """Stack to how many of each type it has."""
        return {
            stack: dict(sorted(Counter(resources.values()).items()))
            for stack, resources in self.resources().items()
        }

    def physical(self) -> dict[str, str]:
        """Which thing stands behind each resource: another one after an update was replaced."""
        return {
            f"{stack}/{each['LogicalResourceId']}": each["PhysicalResourceId"]
            for stack in STACKS
            for each in self._listed(stack)
        }

    def events(self, stack_id: str, *, since: datetime) -> list[dict[str, Any]]:
        """What was said about the resources of a stack, oldest first."""
        found = self.api.call("cloudformation", "describe_stack_events", StackName=stack_id)
        return [
            each
            for each in reversed(found["StackEvents"])
            if each["Timestamp"] >= since and each["PhysicalResourceId"] != each["StackId"]
        ]

    def stack_ids(self) -> dict[str, str]:
        return {
            each["StackName"]: each["StackId"]
            for each in self.api.call("cloudformation", "describe_stacks")["Stacks"]
            if each["StackName"] in STACKS
        }

    def secrets(self) -> dict[str, dict[str, Any]]:
        """By ARN. Only those with a host: the databases' credentials."""
        listed = self.api.call("secretsmanager", "list_secrets")["SecretList"]
        contents = {
            each["ARN"]: json.loads(
                self.api.call("secretsmanager", "get_secret_value", SecretId=each["ARN"])[
                    "SecretString"
                ]
            )
            for each in listed
        }
        return {arn: content for arn, content in contents.items() if "host" in content}

    def cluster(self) -> dict[str, Any]:
        (cluster,) = self.api.call("rds", "describe_db_clusters")["DBClusters"]
        found: dict[str, Any] = cluster
        return found

    def task(self) -> dict[str, Any]:
        """The task from source to target that loads."""
        return next(each for each in self.tasks() if each["MigrationType"] == FORWARD)

    def tasks(self) -> list[dict[str, Any]]:
        """All three: load, way back, forward again."""
        found: list[dict[str, Any]] = self.api.call("dms", "describe_replication_tasks")[
            "ReplicationTasks"
        ]
        return found

    def guarding_alarms(self) -> list[str]:
        """The alarms that the functions were told to look at."""
        for function in self.functions():
            variables = function.get("Environment", {}).get("Variables", {})
            if "ALARM_NAMES" in variables:
                names: list[str] = json.loads(variables["ALARM_NAMES"])
                return names
        raise DeploymentFailed("no function was told the names of the alarms")

    def certificate_bucket(self) -> str:
        """The bucket that the functions were told of."""
        for function in self.functions():
            variables = function.get("Environment", {}).get("Variables", {})
            if "CERTIFICATE_BUCKET" in variables:
                return str(variables["CERTIFICATE_BUCKET"])
        raise DeploymentFailed("no function was told the bucket of the certificates")

    def functions(self) -> Iterator[dict[str, Any]]:
        yield from self.api.call("lambda", "list_functions")["Functions"]

    def topic(self) -> str:
        topics = self.api.call("sns", "list_topics")["Topics"]
        name = f":migration-notifications-{SUFFIX}"
        return str(next(each["TopicArn"] for each in topics if each["TopicArn"].endswith(name)))

    def zone(self) -> str:
        zones = self.api.call("route53", "list_hosted_zones")["HostedZones"]
        found = next(each["Id"] for each in zones if each["Name"].rstrip(".") == ZONE)
        return str(found).rpartition("/")[2]

    def weights(self) -> dict[str, RecordWeights]:
        router = Route53Router(self.api.client("route53"), hosted_zone_id=self.zone())
        return {name: router.weights(name) for name in (READ_RECORD, WRITE_RECORD)}

    def target_shares(self) -> dict[str, int]:
        return {name: weights.target for name, weights in self.weights().items()}

    def times_to_live(self) -> set[int]:
        """Of all weighted records."""
        found = self.api.call("route53", "list_resource_record_sets", HostedZoneId=self.zone())
        return {each["TTL"] for each in found["ResourceRecordSets"] if "Weight" in each}

    def operator(self) -> commands.Environment:
        """What the `cutover` command works with."""
        session = boto3.session.Session(
            aws_access_key_id="rehearsal",
            aws_secret_access_key="rehearsal",  # noqa: S106  (the emulated APIs read none)
            region_name=REGION,
        )
        return commands.Environment(
            suffix=SUFFIX,
            journal=DynamoDbJournal(
                session.resource("dynamodb", endpoint_url=self._endpoint),
                table=f"migration-journal-{SUFFIX}",
                migration=SUFFIX,
            ),
            machines=self.api.client("stepfunctions"),
        )

    def execution(self, arn: str) -> Mapping[str, Any]:
        return self.api.call("stepfunctions", "describe_execution", executionArn=arn)

    def history(self, arn: str) -> list[dict[str, Any]]:
        """Every event of an execution, oldest first."""
        pages = self.api.client("stepfunctions").get_paginator("get_execution_history")
        found = pages.paginate(executionArn=arn, PaginationConfig={"PageSize": 1000})
        return [dict(event) for page in found for event in page["events"]]

    def _listed(self, stack: str) -> list[dict[str, str]]:
        answer = self.api.call("cloudformation", "list_stack_resources", StackName=stack)
        listed: list[dict[str, str]] = answer["StackResourceSummaries"]
        return listed
