"""The cutover: the functions, the machine that calls them, and what they read and write."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_ssm as ssm

from migration_stacks.constructs.acknowledged import acknowledge
from migration_stacks.constructs.cutover_functions import CutoverFunctions
from migration_stacks.constructs.database_roles import DatabaseRoles
from migration_stacks.constructs.encryption import stack_key
from migration_stacks.constructs.event_rules import EventRules, ended_badly
from migration_stacks.constructs.function import any_version
from migration_stacks.constructs.grants import (
    change_records,
    follow_changes,
    invoke,
    publish,
    read_journal,
    read_secrets,
    see_records,
    write_journal,
)
from migration_stacks.constructs.notifications import PUBLISHERS, Notifications
from migration_stacks.constructs.schedule import Schedule
from migration_stacks.constructs.state_machine import AslStateMachine
from migration_stacks.constructs.weighted_records import WeightedRecords
from migration_stacks.names import ROUTE53_UPDATER

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from aws_cdk import aws_logs as logs
    from aws_cdk import aws_route53 as route53
    from aws_cdk import aws_stepfunctions as sfn
    from constructs import Construct

    from migration_stacks.constructs.function import FunctionNetwork
    from migration_stacks.database_stack import DatabaseStack
    from migration_stacks.names import Names
    from migration_stacks.settings.cutover import CutoverSettings
    from migration_stacks.traffic import Traffic

_STATES: Final = f"arn:{cdk.Aws.PARTITION}:states:{cdk.Aws.REGION}:{cdk.Aws.ACCOUNT_ID}"

# Which functions do what; each is granted exactly this.
_READS_JOURNAL: Final = ("check_readiness", "check_stage", "show_readiness")
_WRITES_JOURNAL: Final = (
    "acquire_lease",
    "shift_reads",
    "move_writes",
    "put_back",
    "complete",
    "park_reads",
    ROUTE53_UPDATER,
    "switch_writer",
    "resolve_switch",
    "finish_switch",
)
_SHOWS_STATE: Final = (
    "acquire_lease",
    "put_back",
    "complete",
    "park_reads",
    "show_readiness",
    ROUTE53_UPDATER,
)
_SEES_RECORDS: Final = (
    "check_readiness",
    "check_stage",
    "shift_reads",
    "move_writes",
    "verify_records",
    "put_back",
    "show_readiness",
    ROUTE53_UPDATER,
)
_FOLLOWS_CHANGES: Final = ("verify_records", ROUTE53_UPDATER)
# Called by a rule too, where nobody waits for the answer.
_CALLED_BY_RULES: Final = ("put_back",)
_WATCHES: Final = ("check_readiness", "check_stage", "show_readiness")
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
        reverse_task_arn: str,
        replication_instance_arn: str,
        instance_count: int,
        network: FunctionNetwork,
        log_retention: logs.RetentionDays,
        protect: bool,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            env=env,
            description="Migration: cutover functions and machine",
            # The journal and the names are here: `cdk destroy --all` must not begin with them.
            termination_protection=protect,
        )
        self._names, self._zone, self._traffic, self._task_arn = names, zone, traffic, task_arn
        self.key = stack_key(
            self,
            "Key",
            alias=names.stack("cutover"),
            description="The cutover: its journal, its logs, messages about the migration",
            publishers=PUBLISHERS,
            # Without it nobody could read the journal that stays.
            removal_policy=cdk.RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
            if protect
            else cdk.RemovalPolicy.DESTROY,
        )
        self.notifications = Notifications(
            self, "Notifications", topic_name=names.topic, emails=emails, key=self.key
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
            # By its name: the machine itself is made from these functions.
            cutover_machine_arn=f"{_STATES}:stateMachine:{names.state_machine('cutover')}",
            roles_environment=self._roles_environment(databases),
            network=network,
            encryption_key=self.key,
            topic=self.notifications.topic,
            log_retention=log_retention,
        )
        self.machine = AslStateMachine(
            self,
            "Cutover",
            name=names.state_machine("cutover"),
            definition=root / "state_machines" / "cutover.asl.json",
            substitutions={
                **self.functions.arns("cutover"),
                **settings.substitutions(),
                "TopicArn": self.notifications.topic.topic_arn,
            },
            encryption_key=self.key,
            log_retention=log_retention,
        ).machine
        self.check = AslStateMachine(
            self,
            "Check",
            name=names.state_machine("check"),
            definition=root / "state_machines" / "check.asl.json",
            substitutions={**self.functions.arns("check"), **settings.substitutions()},
            encryption_key=self.key,
            log_retention=log_retention,
        ).machine
        Schedule(
            self,
            "Readiness",
            name=names.state_machine("check"),
            description="Looks whether a cutover could begin, and shows it in the state parameter",
            minutes=settings.readiness_minutes,
            machine=self.check,
        )
        # Not the check: where the source is down it fails every few minutes, which the state
        # parameter and an alarm tell once.
        self.machines = (self.machine,)
        self._grant(databases)
        WeightedRecords(
            self,
            "Records",
            function=self.functions.weighted_records.function,
            hosted_zone_id=zone.hosted_zone_id,
            records=traffic.records,
            ttl=cdk.Duration.seconds(settings.record_ttl_seconds),
            protect=protect,
        )
        self._tell(
            task_arns=[task_arn, reverse_task_arn],
            replication_instance_arn=replication_instance_arn,
            instance_count=instance_count,
        )
        DatabaseRoles(
            self,
            "DatabaseRoles",
            function=self.functions.database_roles.function,
            roles=target_roles,
            schemas=schemas,
            rights=root / "cutover" / "adapters" / "postgres_rights.py",
        )

    def _journal(self, *, protect: bool) -> dynamodb.Table:
        table = dynamodb.Table(
            self,
            "Journal",
            table_name=self._names.journal,
            partition_key=dynamodb.Attribute(name="migration", type=dynamodb.AttributeType.STRING),
            sort_key=dynamodb.Attribute(name="item", type=dynamodb.AttributeType.STRING),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            encryption=dynamodb.TableEncryption.CUSTOMER_MANAGED,
            encryption_key=self.key,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            deletion_protection=protect,
            # It says which database is the writer, and why.
            removal_policy=cdk.RemovalPolicy.RETAIN if protect else cdk.RemovalPolicy.DESTROY,
        )
        acknowledge(
            table,
            {
                "NIST.800.53.R5-DynamoDBInBackupPlan": "Point-in-time recovery keeps every second "
                "of the last 35 days, longer than any way back is open; a daily copy of a journal "
                "would be older than its newest entry and never be restored.",
            },
        )
        return table

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
        for verb, machine in (("cutover", self.machine), ("check", self.check)):
            self._grant_calls(verb, machine)
        for statement in publish(topic=self.notifications.topic, key=self.key):
            self.machine.add_to_role_policy(statement)
        for key in _READS_JOURNAL:
            self.functions[key].allow(*read_journal(table=self.journal, key=self.key))
        for key in _WRITES_JOURNAL:
            self.functions[key].allow(*write_journal(table=self.journal, key=self.key))
        for key in _SHOWS_STATE:
            self.functions[key].allow(
                iam.PolicyStatement(
                    # Read too: the cutover and the readiness check keep what the other shows.
                    actions=["ssm:GetParameter", "ssm:PutParameter"],
                    resources=[self.state.parameter_arn],
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
        executions = f"execution:{self._names.state_machine('cutover')}:*"
        self.functions[ROUTE53_UPDATER].allow(
            iam.PolicyStatement(
                actions=["states:StartExecution"], resources=[self.machine.state_machine_arn]
            ),
            # Whether the one that holds the lease still runs.
            iam.PolicyStatement(
                actions=["states:DescribeExecution"],
                resources=[f"{_STATES}:{executions}"],
            ),
            # Whether the journal knows this request already.
            iam.PolicyStatement(actions=["dynamodb:Query"], resources=[self.journal.table_arn]),
        )
        acknowledge(
            self.functions[ROUTE53_UPDATER],
            {
                "AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:states:<AWS::Region>:"
                f"<AWS::AccountId>:{executions}]": (
                    "An execution gets its name by being started; these are those of the one "
                    "machine that this function starts, and describing one changes nothing."
                )
            },
        )

    def _grant_calls(self, verb: str, machine: sfn.StateMachine) -> None:
        functions = self.functions.called_by(verb).values()
        acknowledge(
            machine,
            dict.fromkeys(
                (any_version(function.name) for function in functions),
                "Versions of one function: an execution that runs calls those it started with, "
                "which a later deployment keeps and can't name.",
            ),
        )
        machine.add_to_role_policy(invoke([function.any_version_arn for function in functions]))

    def _grant_records(self) -> None:
        for key in _SEES_RECORDS:
            self.functions[key].allow(see_records(zone=self._zone))
        for key in _FOLLOWS_CHANGES:
            self.functions[key].allow(follow_changes())
            acknowledge(
                self.functions[key],
                {
                    "AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:route53:::change/*]": (
                        "A change gets its id by being made, and asking for its state tells "
                        "nothing but that."
                    )
                },
            )
        movable = {
            "shift_reads": [self._traffic.read_record],
            "move_writes": [self._traffic.write_record],
            "put_back": [self._traffic.read_record, self._traffic.write_record],
            ROUTE53_UPDATER: [self._traffic.read_record, self._traffic.write_record],
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
                actions=["CREATE", "DELETE"],
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

    def _tell(
        self, *, task_arns: list[str], replication_instance_arn: str, instance_count: int
    ) -> None:
        rules = EventRules(
            self,
            "Rules",
            names=self._names,
            topic=self.notifications.topic,
            key=self.key,
        )
        rules.replication(task_arns=task_arns, instance_arn=replication_instance_arn)
        rules.replication_by_subscription()
        rules.database(instance_count=instance_count)
        rules.backups()
        rules.executions([machine.state_machine_arn for machine in self.machines])
        # An execution that timed out or was stopped runs none of its own failure routes.
        rules.call(
            "PutBack",
            "put-back",
            "Puts back what a cutover left that failed, timed out or was stopped",
            pattern=ended_badly([self.machine.state_machine_arn]),
            function=self.functions["put_back"].function,
        )
        for key in _CALLED_BY_RULES:
            self.functions[key].tell_of_failures()
