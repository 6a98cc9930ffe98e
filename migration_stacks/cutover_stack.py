"""The cutover: the functions, the machine that calls them, and what they read and write."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_ssm as ssm

from migration_stacks.constructs.cutover_functions import CutoverFunctions
from migration_stacks.constructs.database_roles import DatabaseRoles
from migration_stacks.constructs.grants import (
    change_records,
    follow_changes,
    read_secrets,
    see_records,
)
from migration_stacks.constructs.notifications import Notifications
from migration_stacks.constructs.state_machine import AslStateMachine
from migration_stacks.constructs.weighted_records import WeightedRecords

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from aws_cdk import aws_logs as logs
    from aws_cdk import aws_route53 as route53
    from constructs import Construct

    from migration_stacks.constructs.function import FunctionNetwork
    from migration_stacks.database_stack import DatabaseStack
    from migration_stacks.names import Names
    from migration_stacks.settings.cutover import CutoverSettings
    from migration_stacks.traffic import Traffic

# Which functions do what; each is granted exactly this.
_READS_JOURNAL: Final = ("check_readiness", "check_stage")
_WRITES_JOURNAL: Final = (
    "acquire_lease",
    "shift_reads",
    "move_writes",
    "put_back",
    "complete",
    "switch_writer",
    "resolve_switch",
    "finish_switch",
)
_SHOWS_STATE: Final = ("acquire_lease", "put_back", "complete")
_SEES_RECORDS: Final = (
    "check_readiness",
    "check_stage",
    "shift_reads",
    "move_writes",
    "verify_records",
    "put_back",
)
_WATCHES: Final = ("check_readiness", "check_stage")
_SPEAKS_SQL: Final = (
    "inspect_databases",
    "measure_lag",
    "switch_writer",
    "resolve_switch",
    "finish_switch",
    "verify_switch",
)


class CutoverStack(cdk.Stack):
    """What may be deployed again on any day, also in the middle of a cutover: a running execution
    keeps its definition, and the weights of the records are not CloudFormation's."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        env: cdk.Environment,
        names: Names,
        settings: CutoverSettings,
        emails: Sequence[str],
        root: Path,
        traffic: Traffic,
        zone: route53.IHostedZone,
        databases: DatabaseStack,
        target_roles: Sequence[str],
        schemas: Sequence[str],
        task_arn: str,
        network: FunctionNetwork,
        log_retention: logs.RetentionDays,
        protect: bool,
    ) -> None:
        super().__init__(
            scope, construct_id, env=env, description="Migration: cutover functions and machine"
        )
        self._names, self._zone, self._traffic, self._task_arn = names, zone, traffic, task_arn
        self.notifications = Notifications(
            self, "Notifications", topic_name=names.topic, emails=emails
        )
        self.journal = self._journal(protect=protect)
        self.state = self._state()
        self.functions = CutoverFunctions(
            self,
            "Functions",
            root=root,
            names=names,
            control_environment=self._control_environment(),
            database_environment=self._database_environment(databases),
            roles_environment=self._roles_environment(databases),
            network=network,
            log_retention=log_retention,
        )
        self.machine = AslStateMachine(
            self,
            "Cutover",
            name=names.state_machine("cutover"),
            definition=root / "state_machines" / "cutover.asl.json",
            substitutions={
                **self.functions.arns,
                **settings.substitutions(),
                "TopicArn": self.notifications.topic.topic_arn,
            },
            log_retention=log_retention,
        ).machine
        self._grant(databases)
        WeightedRecords(
            self,
            "Records",
            function=self.functions.weighted_records.function,
            records=traffic.records,
            ttl=cdk.Duration.seconds(settings.record_ttl_seconds),
        )
        DatabaseRoles(
            self,
            "DatabaseRoles",
            function=self.functions.database_roles.function,
            roles=target_roles,
            schemas=schemas,
            rights=root / "cutover" / "adapters" / "postgres_roles.py",
        )
        self._put_back_what_ended_badly()

    def _journal(self, *, protect: bool) -> dynamodb.Table:
        return dynamodb.Table(
            self,
            "Journal",
            table_name=self._names.journal,
            partition_key=dynamodb.Attribute(name="migration", type=dynamodb.AttributeType.STRING),
            sort_key=dynamodb.Attribute(name="item", type=dynamodb.AttributeType.STRING),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            deletion_protection=protect,
            # It says which database is the writer, and why.
            removal_policy=cdk.RemovalPolicy.RETAIN if protect else cdk.RemovalPolicy.DESTROY,
        )

    def _state(self) -> ssm.StringParameter:
        return ssm.StringParameter(
            self,
            "State",
            parameter_name=self._names.state_parameter,
            description="Where the migration stands: to be read, never to be decided by",
            # Never change this text: a changed one would be written over the live state.
            string_value=json.dumps({"phase": "built"}),
        )

    def _function_environment(self) -> dict[str, str]:
        return {"JOURNAL_TABLE": self.journal.table_name, "MIGRATION": self._names.suffix}

    def _control_environment(self) -> dict[str, str]:
        return {
            **self._function_environment(),
            "STATE_PARAMETER": self._names.state_parameter,
            "HOSTED_ZONE_ID": self._zone.hosted_zone_id,
            "READ_RECORD": self._traffic.read_record,
            "WRITE_RECORD": self._traffic.write_record,
            "REPLICATION_TASK_ARN": self._task_arn,
            "REPLICATION_INSTANCE_ID": self._names.replication,
            "ALARM_NAMES": json.dumps(self._names.guarding_alarms),
        }

    def _database_environment(self, databases: DatabaseStack) -> dict[str, str]:
        return {
            **self._function_environment(),
            "SOURCE_SECRET_ARN": databases.source_cutover_secret.secret_arn,
            "TARGET_SECRET_ARN": databases.target_cutover_secret.secret_arn,
            "DATABASE_SSLMODE": "require",
        }

    @staticmethod
    def _roles_environment(databases: DatabaseStack) -> dict[str, str]:
        return {
            "ADMINISTRATOR_SECRET_ARN": databases.target_secret.secret_arn,
            "REPLICATION_SECRET_ARN": databases.target_replication_secret.secret_arn,
            "CUTOVER_SECRET_ARN": databases.target_cutover_secret.secret_arn,
            "APPLICATION_SECRET_ARN": databases.application_secret.secret_arn,
            "DATABASE_SSLMODE": "require",
        }

    def _grant(self, databases: DatabaseStack) -> None:
        for function in self.functions.in_the_machine:
            function.function.grant_invoke(self.machine)
        self.notifications.topic.grant_publish(self.machine)

        for key in _READS_JOURNAL:
            self.journal.grant(self.functions[key].function, "dynamodb:GetItem")
        for key in _WRITES_JOURNAL:
            self.journal.grant(self.functions[key].function, "dynamodb:GetItem", "dynamodb:PutItem")
        for key in _SHOWS_STATE:
            self.functions[key].allow(
                iam.PolicyStatement(
                    actions=["ssm:PutParameter"], resources=[self.state.parameter_arn]
                )
            )
        for key in _SPEAKS_SQL:
            self.functions[key].allow(
                *read_secrets(
                    secrets=[databases.source_cutover_secret, databases.target_cutover_secret],
                    key=databases.key,
                )
            )
        self.functions.database_roles.allow(
            *read_secrets(
                secrets=[
                    databases.target_secret,
                    databases.target_replication_secret,
                    databases.target_cutover_secret,
                    databases.application_secret,
                ],
                key=databases.key,
            )
        )
        for key in _WATCHES:
            self.functions[key].allow(*self._watch())
        self._grant_records()

    def _grant_records(self) -> None:
        for key in _SEES_RECORDS:
            self.functions[key].allow(see_records(zone=self._zone))
        self.functions["verify_records"].allow(follow_changes())
        movable = {
            "shift_reads": [self._traffic.read_record],
            "move_writes": [self._traffic.write_record],
            "put_back": [self._traffic.read_record, self._traffic.write_record],
        }
        for key, records in movable.items():
            self.functions[key].allow(
                change_records(zone=self._zone, names=records, actions=["UPSERT"])
            )
        self.functions.weighted_records.allow(
            see_records(zone=self._zone),
            change_records(
                zone=self._zone,
                names=self._traffic.names,
                actions=["UPSERT", "DELETE"],
            ),
        )

    def _watch(self) -> list[iam.PolicyStatement]:
        return [
            iam.PolicyStatement(
                actions=["dms:DescribeTableStatistics"], resources=[self._task_arn]
            ),
            # None of these can be narrowed: the first two know no resources, and alarms that are
            # made of alarms are described to whoever may describe all.
            iam.PolicyStatement(
                actions=[
                    "dms:DescribeReplicationTasks",
                    "cloudwatch:GetMetricData",
                    "cloudwatch:DescribeAlarms",
                ],
                resources=["*"],
            ),
        ]

    def _put_back_what_ended_badly(self) -> None:
        """An execution that timed out or was stopped runs none of its own failure routes."""
        rule = events.Rule(
            self,
            "EndedBadly",
            description="Executions of the cutover that failed, timed out or were stopped",
            event_pattern=events.EventPattern(
                source=["aws.states"],
                detail_type=["Step Functions Execution Status Change"],
                detail={
                    "status": ["FAILED", "TIMED_OUT", "ABORTED"],
                    "stateMachineArn": [self.machine.state_machine_arn],
                },
            ),
        )
        rule.add_target(targets.LambdaFunction(self.functions["put_back"].function))
        rule.add_target(
            targets.SnsTopic(
                self.notifications.topic,
                message=events.RuleTargetInput.from_text(
                    f"The cutover ended as {events.EventField.from_path('$.detail.status')}: "
                    f"{events.EventField.from_path('$.detail.executionArn')}. What can be put "
                    "back is being put back. Read docs/runbook.md, What if."
                ),
            )
        )
