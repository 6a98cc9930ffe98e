"""The cutover: the functions, the machine that calls them, and what they read and write."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, Final

import aws_cdk as cdk

from migration_stacks.cfn import dynamodb, ssm
from migration_stacks.constructs.acknowledged import acknowledge
from migration_stacks.constructs.arns import arn
from migration_stacks.constructs.assessment import assessment_role
from migration_stacks.constructs.certificates import Certificates
from migration_stacks.constructs.cutover_functions import (
    DATABASE_ROLES,
    WEIGHTED_RECORDS,
    CutoverFunctions,
)
from migration_stacks.constructs.database_roles import DatabaseRoles
from migration_stacks.constructs.encryption import stack_key
from migration_stacks.constructs.event_rules import EventRules, ended_badly
from migration_stacks.constructs.function import any_version
from migration_stacks.constructs.grants import (
    SOURCE_INVENTORY,
    change_records,
    follow_changes,
    have_schema_copied,
    invoke,
    keep_certificates,
    keep_document,
    leave_facts,
    publish,
    read_facts,
    read_inventory,
    read_journal,
    read_secrets,
    see_records,
    write_journal,
)
from migration_stacks.constructs.notifications import PUBLISHERS, Notifications
from migration_stacks.constructs.policies import allow
from migration_stacks.constructs.schedule import CallSchedule, Schedule
from migration_stacks.constructs.schema_build import SchemaBuild
from migration_stacks.constructs.state_machine import AslStateMachine
from migration_stacks.constructs.weighted_records import WeightedRecords
from migration_stacks.names import FORWARD_LAG, REPLICATION_LAG, ROUTE53_UPDATER

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from constructs import Construct

    from migration_stacks.constructs.function import FunctionNetwork
    from migration_stacks.constructs.policies import Statement
    from migration_stacks.database_stack import DatabaseStack
    from migration_stacks.names import Names
    from migration_stacks.settings.cutover import CutoverSettings
    from migration_stacks.settings.replication import ReplicationSettings
    from migration_stacks.traffic import Traffic

# Which functions do what; each is granted exactly this.
_READS_JOURNAL: Final = (
    "check_readiness",
    "check_stage",
    "show_readiness",
    # Which way the writer moves, or would move.
    "inspect_databases",
    "measure_lag",
    "prepare_destination",
    "verify_switch",
    "retire_slots",
    "check_way_back",
    "look_at_slots",
    "check_connections",
    "take_inventory",
    # Whether anything was begun.
    "preflight",
)
_WRITES_JOURNAL: Final = (
    "acquire_lease",
    "take_over",
    "shift_reads",
    "move_writes",
    "hand_over",
    "put_back",
    "complete",
    "park_reads",
    "ask_approval",
    "store_certificate",
    ROUTE53_UPDATER,
    "switch_writer",
    "resolve_switch",
    "finish_switch",
    "audit_origin",
    "watch_way_back",
    "begin_replication",
    "assess_replication",
    "lead_task",
    "follow_replication",
    "end_replication",
    "prepare_target",
    "watch_source",
    "begin_finalize",
    "stop_tasks",
    "clear_databases",
    "compare_source",
    "end_finalize",
)
_SHOWS_STATE: Final = (
    "acquire_lease",
    "put_back",
    "complete",
    "park_reads",
    "show_readiness",
    "begin_replication",
    "follow_replication",
    "end_replication",
    "begin_finalize",
    "end_finalize",
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
_WATCHES: Final = ("check_readiness", "check_stage", "show_readiness")
_SPEAKS_SQL: Final = (
    "inspect_databases",
    "measure_lag",
    "prepare_destination",
    "switch_writer",
    "resolve_switch",
    "finish_switch",
    "verify_switch",
    "audit_origin",
    "retire_slots",
    "check_way_back",
    "look_at_slots",
    "preflight",
    "prepare_target",
    "watch_source",
    "take_inventory",
    "clear_databases",
    "compare_source",
)
_LEAVES_FACTS: Final = ("inspect_databases",)
_READS_FACTS: Final = ("check_readiness", "show_readiness")
_KEEPS_INVENTORY: Final = ("preflight", "take_inventory", "compare_source")
_STARTS_MACHINES: Final = ("put_back", ROUTE53_UPDATER)

# The machines that move the writer, by the direction that the functions know each by.
_MACHINES: Final = {"forward": "cutover", "back": "rollback"}
# Who asks whether the one that holds the lease still runs, and of which machines.
_REPLICATE: Final = "replicate"
_FINALIZE: Final = "finalize"
_ASKS_EXECUTIONS: Final = {
    "take_over": tuple(_MACHINES.values()),
    "put_back": (*_MACHINES.values(), _REPLICATE),
    # A rollback that holds the lease is what it is asked for, whether it runs or not.
    ROUTE53_UPDATER: ("cutover", _REPLICATE),
    "begin_finalize": (_FINALIZE,),
}
_ASKS_MOVES: Final = ("take_over", "put_back", ROUTE53_UPDATER)
"""Those of them that know the machines by direction."""
_ANY_ENDPOINT: Final = "endpoint:*"
# What decodes the log of either database: what `plugin_name` says in an endpoint of DMS, as
# PostgreSQL spells it.
_SLOT_PLUGIN: Final = "test_decoding"


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
        replication: ReplicationSettings,
        emails: Sequence[str],
        root: Path,
        traffic: Traffic,
        zone_id: str,
        databases: DatabaseStack,
        target_roles: Sequence[str],
        application_role: str,
        schemas: Sequence[str],
        wal_disk_gigabytes: int,
        replication_roles: Sequence[str],
        task_arn: str,
        reverse_task_arn: str,
        forward_task_arn: str,
        replication_instance_arn: str,
        instance_count: int,
        network: FunctionNetwork,
        log_days: int,
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
        self._names, self._zone_id, self._traffic = names, zone_id, traffic
        # By the words of cutover.direction.Stream.
        self._task_arns = {"load": task_arn, "back": reverse_task_arn, "again": forward_task_arn}
        self._key_arn = stack_key(
            self,
            "Key",
            alias=names.stack("cutover"),
            description="The cutover: its journal, its logs, messages about the migration",
            publishers=PUBLISHERS,
            # Without it nobody could read the journal that stays.
            keep=protect,
        )
        self.notifications = Notifications(
            self, "Notifications", topic_name=names.topic, emails=emails, key_arn=self._key_arn
        )
        self._journal_name, self._journal_arn = self._journal(protect=protect)
        self._certificates = Certificates(
            self,
            "Certificates",
            key_arn=self._key_arn,
            lock_days=settings.certificate_lock_days,
            migration=names.suffix,
        )
        self._state_arn = self._state()
        self._assessment_role_arn = assessment_role(
            self, "Assessment", certificates=self._certificates, key_arn=self._key_arn
        )
        self._replication_instance_arn = replication_instance_arn
        self.functions = CutoverFunctions(
            self,
            "Functions",
            root=root,
            names=names,
            control_environment=self._control_environment(),
            database_environment=self._database_environment(databases, replication_roles, settings),
            own_environments={
                **{key: self._machines_environment() for key in _ASKS_MOVES},
                "assess_replication": {
                    "ASSESSMENT_ROLE_ARN": self._assessment_role_arn,
                    "ASSESSMENT_BUCKET": self._certificates.name,
                },
                "ask_approval": {"TOPIC_ARN": self.notifications.topic_arn},
                "watch_way_back": {
                    "TOPIC_ARN": self.notifications.topic_arn,
                    "WAY_BACK_WAL_LIMIT_GIGABYTES": str(settings.way_back_wal_limit_gigabytes),
                },
                **{
                    key: {"CERTIFICATE_BUCKET": self._certificates.name}
                    for key in (
                        "store_certificate",
                        *_LEAVES_FACTS,
                        *_READS_FACTS,
                        *_KEEPS_INVENTORY,
                    )
                },
                "prepare_target": {"SCHEMA_COPY": self._schema_copy(replication)},
                "watch_source": {
                    "CERTIFICATE_BUCKET": self._certificates.name,
                    "SOURCE_WAL_DISK_GIGABYTES": str(wal_disk_gigabytes),
                },
                "begin_finalize": {"FINALIZE_MACHINE_ARN": self._finalize_machine()},
                "clear_databases": {
                    "SOURCE_REPLICATION_SECRET_ARN": databases.source_replication_secret_arn,
                    "TARGET_REPLICATION_SECRET_ARN": databases.target_replication_secret_arn,
                    # DMS decodes by itself: it has neither publications nor subscriptions.
                    "STREAM_NAMES": "[]",
                },
            },
            roles_environment=self._roles_environment(databases),
            permissions=self._permissions(databases, replication),
            network=network,
            key_arn=self._key_arn,
            topic_arn=self.notifications.topic_arn,
            log_days=log_days,
        )
        self._acknowledge_unknown_names()
        if replication.builds:
            self._schema_build(
                databases,
                replication,
                application_role=application_role,
                root=root,
                network=network,
                log_days=log_days,
            )
        told = {"TopicArn": self.notifications.topic_arn}
        moving = [
            self._machine(
                verb.title(),
                verb,
                root=root,
                substitutions={**settings.substitutions(), **told},
                allowed=publish(topic_arn=self.notifications.topic_arn, key_arn=self._key_arn),
                log_days=log_days,
            )
            for verb in _MACHINES.values()
        ]
        replicate_arn = self._machine(
            "Replicate",
            _REPLICATE,
            root=root,
            substitutions={
                **settings.substitutions(),
                **told,
                "AssessFirst": json.dumps(settings.assess_first),
            },
            allowed=publish(topic_arn=self.notifications.topic_arn, key_arn=self._key_arn),
            log_days=log_days,
        )
        finalize_arn = self._machine(
            "Finalize",
            _FINALIZE,
            root=root,
            substitutions={**told, "PollSeconds": settings.substitutions()["PollSeconds"]},
            allowed=publish(topic_arn=self.notifications.topic_arn, key_arn=self._key_arn),
            log_days=log_days,
        )
        check_arn = self._machine(
            "Check",
            "check",
            root=root,
            substitutions=settings.substitutions(),
            allowed=[],
            log_days=log_days,
        )
        Schedule(
            self,
            "Readiness",
            name=names.state_machine("check"),
            description="Looks whether a cutover could begin, and shows it in the state parameter",
            minutes=settings.readiness_minutes,
            machine_arn=check_arn,
        )
        CallSchedule(
            self,
            "SourceWatch",
            name=names.rule("watch-source"),
            description="Looks at the source: its disk, its transactions, whether its schema is as it was",
            minutes=settings.readiness_minutes,
            function_arn=self.functions["watch_source"].arn,
        )
        WeightedRecords(
            self,
            "Records",
            function_arn=self.functions[WEIGHTED_RECORDS.key].arn,
            hosted_zone_id=zone_id,
            records=traffic.records,
            ttl_seconds=settings.record_ttl_seconds,
            protect=protect,
        )
        self._tell(
            machine_arns=[*moving, replicate_arn],
            finalize_arn=finalize_arn,
            replication_instance_arn=replication_instance_arn,
            instance_count=instance_count,
        )
        DatabaseRoles(
            self,
            "DatabaseRoles",
            function_arn=self.functions[DATABASE_ROLES.key].arn,
            roles=target_roles,
            schemas=schemas,
            rights=root / "cutover" / "adapters" / "postgres_rights.py",
        )

    def _journal(self, *, protect: bool) -> tuple[str, str]:
        """Its name and its ARN."""
        of = dynamodb.CfnTable
        key = {"migration": "HASH", "item": "RANGE"}
        table = of(
            self,
            "Journal",
            table_name=self._names.journal,
            attribute_definitions=[
                of.AttributeDefinitionProperty(attribute_name=name, attribute_type="S")
                for name in key
            ],
            key_schema=[
                of.KeySchemaProperty(attribute_name=name, key_type=kind)
                for name, kind in key.items()
            ],
            billing_mode="PAY_PER_REQUEST",
            sse_specification=of.SSESpecificationProperty(
                sse_enabled=True, sse_type="KMS", kms_master_key_id=self._key_arn
            ),
            point_in_time_recovery_specification=of.PointInTimeRecoverySpecificationProperty(
                point_in_time_recovery_enabled=True
            ),
            deletion_protection_enabled=protect,
        )
        if protect:
            # It says which database is the writer, and why.
            table.apply_removal_policy(cdk.RemovalPolicy.RETAIN)
        acknowledge(
            table,
            {
                "NIST.800.53.R5-DynamoDBInBackupPlan": "Point-in-time recovery keeps every second "
                "of the last 35 days, longer than any way back is open; a daily copy of a journal "
                "would be older than its newest entry and never be restored.",
            },
        )
        return table.ref, table.attr_arn

    def _state(self) -> str:
        """The ARN of the parameter that shows where the migration stands."""
        parameter = ssm.CfnParameter(
            self,
            "State",
            name=self._names.state_parameter,
            type="String",
            description="Where the migration stands: to be read, never to be decided by",
            # Never change this text: a changed one would be written over the live state.
            value=json.dumps({"phase": "built"}),
        )
        return arn("ssm", f"parameter{parameter.ref}")

    def _writers_machines(self) -> dict[str, str]:
        """The ARNs of the machines that move the writer, by direction.

        By their names: the machines themselves are made from the functions that ask for them.
        """
        return {
            direction: arn("states", f"stateMachine:{self._names.state_machine(verb)}")
            for direction, verb in _MACHINES.items()
        }

    def _finalize_machine(self) -> str:
        """The ARN, by its name, for the same reason."""
        return arn("states", f"stateMachine:{self._names.state_machine(_FINALIZE)}")

    def _machine(
        self,
        construct_id: str,
        verb: str,
        *,
        root: Path,
        substitutions: Mapping[str, str],
        allowed: Sequence[Statement],
        log_days: int,
    ) -> str:
        """The ARN of a state machine that may call the functions of its definition."""
        functions = self.functions.called_by(verb).values()
        machine = AslStateMachine(
            self,
            construct_id,
            name=self._names.state_machine(verb),
            definition=root / "state_machines" / f"{verb}.asl.json",
            substitutions={**self.functions.arns(verb), **substitutions},
            allowed=[invoke([function.any_version_arn for function in functions]), *allowed],
            key_arn=self._key_arn,
            log_days=log_days,
        )
        acknowledge(
            machine,
            dict.fromkeys(
                (any_version(function.name) for function in functions),
                "Versions of one function: an execution that runs calls those it started with, "
                "which a later deployment keeps and can't name.",
            ),
        )
        return machine.arn

    def _function_environment(self) -> dict[str, str]:
        return {"JOURNAL_TABLE": self._journal_name, "MIGRATION": self._names.suffix}

    def _machines_environment(self) -> dict[str, str]:
        return {"MACHINE_ARNS": json.dumps(self._writers_machines())}

    def _control_environment(self) -> dict[str, str]:
        return {
            **self._function_environment(),
            "STATE_PARAMETER": self._names.state_parameter,
            "HOSTED_ZONE_ID": self._zone_id,
            "READ_RECORD": self._traffic.read_record,
            "WRITE_RECORD": self._traffic.write_record,
            "REPLICATION_TASK_ARNS": json.dumps(self._task_arns),
            "REPLICATION_INSTANCE_ID": self._names.replication,
            "ALARM_NAMES": json.dumps(self._names.guarding_alarms),
            "LAG_ALARMS": json.dumps(
                {
                    "load": self._names.alarm(REPLICATION_LAG),
                    "again": self._names.alarm(FORWARD_LAG),
                }
            ),
        }

    def _database_environment(
        self,
        databases: DatabaseStack,
        replication_roles: Sequence[str],
        settings: CutoverSettings,
    ) -> dict[str, str]:
        fence = {"kind": settings.fence, "roles": list(settings.fence_roles)}
        slots = {"back": self._names.reverse_slot, "again": self._names.forward_slot}
        return {
            **self._function_environment(),
            "SOURCE_SECRET_ARN": databases.source_cutover_secret_arn,
            "TARGET_SECRET_ARN": databases.target_cutover_secret_arn,
            "DATABASE_SSLMODE": "require",
            "WAY_BACK_SLOTS": json.dumps(slots),
            "SLOT_PLUGIN": _SLOT_PLUGIN,
            # Most often one name on both sides.
            "REPLICATION_ROLES": json.dumps(list(dict.fromkeys(replication_roles))),
            "SOURCE_FENCE": json.dumps(fence),
        }

    @staticmethod
    def _roles_environment(databases: DatabaseStack) -> dict[str, str]:
        return {
            "ADMINISTRATOR_SECRET_ARN": databases.target_secret_arn,
            "REPLICATION_SECRET_ARN": databases.target_replication_secret_arn,
            "CUTOVER_SECRET_ARN": databases.target_cutover_secret_arn,
            "APPLICATION_SECRET_ARN": databases.application_secret_arn,
            "DATABASE_SSLMODE": "require",
        }

    def _schema_copy(self, settings: ReplicationSettings) -> str:
        """How the schema is copied, as lambdas/environment.py reads it."""
        if not settings.builds:
            return json.dumps({"kind": settings.schema_copy})
        return json.dumps(
            {
                "kind": settings.schema_copy,
                # By its name: the project is made of what the functions are made of.
                "project": self._names.schema_build,
                "bucket": self._certificates.name,
            }
        )

    def _schema_build(
        self,
        databases: DatabaseStack,
        settings: ReplicationSettings,
        *,
        application_role: str,
        root: Path,
        network: FunctionNetwork,
        log_days: int,
    ) -> None:
        source, target = databases.source_cutover_secret_arn, databases.target_secret_arn
        SchemaBuild(
            self,
            "SchemaBuild",
            name=self._names.schema_build,
            root=root,
            code=self.functions.code,
            layer=self.functions.packages,
            environment={
                "SOURCE_SECRET_ARN": source,
                "TARGET_SECRET_ARN": target,
                "DATABASE_SSLMODE": "require",
                "APPLICATION_ROLE": application_role,
                "SCHEMA_ROLES": json.dumps(settings.roles),
                "SCHEMA_JOBS": str(settings.schema_jobs),
                "CERTIFICATE_BUCKET": self._certificates.name,
            },
            certificates=self._certificates,
            secrets=read_secrets(source, target, key_arn=databases.key_arn),
            network=network,
            key_arn=self._key_arn,
            log_days=log_days,
        )
        acknowledge(self.functions["prepare_target"], self._certificates.any_schema_report)

    def _permissions(
        self, databases: DatabaseStack, replication: ReplicationSettings
    ) -> dict[str, list[Statement]]:
        """What each function may do, by its key."""
        journal = {"table_arn": self._journal_arn, "key_arn": self._key_arn}
        bucket = {"bucket_arn": self._certificates.arn, "key_arn": self._key_arn}
        # Read too: the cutover and the readiness check keep what the other shows.
        show_state = allow("ssm:GetParameter", "ssm:PutParameter", on=self._state_arn)
        connect = read_secrets(
            databases.source_cutover_secret_arn,
            databases.target_cutover_secret_arn,
            key_arn=databases.key_arn,
        )
        may: dict[str, list[Statement]] = defaultdict(list)
        for keys, statements in (
            (_READS_JOURNAL, read_journal(**journal)),
            (_WRITES_JOURNAL, write_journal(**journal)),
            (_SHOWS_STATE, [show_state]),
            (_SPEAKS_SQL, connect),
            (_WATCHES, self._watch()),
            (_LEAVES_FACTS, leave_facts(**bucket)),
            (_READS_FACTS, read_facts(**bucket)),
            (_SEES_RECORDS, [see_records(zone_id=self._zone_id)]),
            (_FOLLOWS_CHANGES, [follow_changes()]),
            (
                _STARTS_MACHINES,
                [allow("states:StartExecution", on=list(self._writers_machines().values()))],
            ),
        ):
            for key in keys:
                may[key] += statements
        for key, names in self._movable().items():
            may[key].append(change_records("UPSERT", zone_id=self._zone_id, names=names))
        for key, verbs in _ASKS_EXECUTIONS.items():
            executions = [arn("states", self._executions(verb)) for verb in verbs]
            may[key].append(allow("states:DescribeExecution", on=executions))
        may[ROUTE53_UPDATER] += [
            # It ends the wait for an approval where the cutover is to go back.
            allow("states:SendTaskFailure", on=self._writers_machines()["forward"]),
            # Whether the journal knows this request already.
            allow("dynamodb:Query", on=self._journal_arn),
        ]
        # The intent is refused in one with the look for an abort.
        may["switch_writer"].append(allow("dynamodb:ConditionCheckItem", on=self._journal_arn))
        # By the token of the intent the origin is asked for its proof.
        may["resolve_switch"].append(allow("dynamodb:Query", on=self._journal_arn))
        # What the switch wrote down is what it compares with.
        may["audit_origin"].append(allow("dynamodb:Query", on=self._journal_arn))
        may["hand_over"] += [
            *self._see_tasks(),
            # The first one too: it carries until the first switch.
            allow("dms:StopReplicationTask", on=list(self._task_arns.values())),
            # Never the first one: started again, it would load everything anew.
            allow(
                "dms:StartReplicationTask", on=[self._task_arns["back"], self._task_arns["again"]]
            ),
        ]
        for key, statements in self._permissions_to_replicate().items():
            may[key] += statements
        may["ask_approval"] += publish(
            topic_arn=self.notifications.topic_arn, key_arn=self._key_arn
        )
        may["watch_way_back"] += [
            *publish(topic_arn=self.notifications.topic_arn, key_arn=self._key_arn),
            # What it has told already is in the entries.
            allow("dynamodb:Query", on=self._journal_arn),
        ]
        may["watch_source"] += [
            # Who has accepted a change of the schema is in the entries.
            allow("dynamodb:Query", on=self._journal_arn),
            *read_inventory(bucket_arn=self._certificates.arn, key_arn=self._key_arn),
        ]
        may["store_certificate"] += [
            # The whole journal is what it certifies.
            allow("dynamodb:Query", on=self._journal_arn),
            *self._see_tasks(),
            *keep_certificates(**bucket),
        ]
        if replication.builds:
            may["prepare_target"] += have_schema_copied(
                project_arn=arn("codebuild", f"project/{self._names.schema_build}"),
                reports_arn=f"{self._certificates.arn}/{self._certificates.SCHEMA}/*",
                key_arn=self._key_arn,
            )
        for key, statements in self._permissions_to_finalize(databases).items():
            may[key] += statements
        may[WEIGHTED_RECORDS.key] = [
            see_records(zone_id=self._zone_id),
            change_records("CREATE", "DELETE", zone_id=self._zone_id, names=self._traffic.names),
        ]
        may[DATABASE_ROLES.key] = read_secrets(
            databases.target_secret_arn,
            databases.target_replication_secret_arn,
            databases.target_cutover_secret_arn,
            databases.application_secret_arn,
            key_arn=databases.key_arn,
        )
        return may

    def _permissions_to_replicate(self) -> dict[str, list[Statement]]:
        """What the functions of `replicate` may ask of DMS: of the task that loads, and of no other."""
        task_arn = self._task_arns["load"]
        see = [
            allow("dms:DescribeTableStatistics", on=task_arn),
            allow("dms:DescribeReplicationTasks", on="*"),
        ]
        return {
            "begin_replication": see,
            "check_connections": [
                # None of these knows resources.
                allow("dms:DescribeReplicationTasks", "dms:DescribeConnections", on="*"),
                allow(
                    "dms:TestConnection",
                    on=[arn("dms", _ANY_ENDPOINT), self._replication_instance_arn],
                ),
            ],
            "assess_replication": [
                *see,
                allow("dms:StartReplicationTaskAssessmentRun", on=task_arn),
                allow(
                    "dms:DescribeReplicationTaskAssessmentRuns",
                    "dms:DescribeReplicationTaskIndividualAssessments",
                    on="*",
                ),
                allow(
                    "iam:PassRole",
                    on=self._assessment_role_arn,
                    when={"StringEquals": {"iam:PassedToService": "dms.amazonaws.com"}},
                ),
            ],
            "lead_task": [
                *see,
                allow(
                    "dms:StartReplicationTask",
                    "dms:StopReplicationTask",
                    "dms:ReloadTables",
                    on=task_arn,
                ),
            ],
            "follow_replication": [
                *see,
                # None of these knows resources.
                allow("dms:DescribeEvents", "cloudwatch:GetMetricData", on="*"),
                # Where a person holds it.
                allow("dms:StopReplicationTask", on=task_arn),
            ],
        }

    def _permissions_to_finalize(self, databases: DatabaseStack) -> dict[str, list[Statement]]:
        """What the functions of `finalize` may do besides, and those that keep what it compares with."""
        inventory, reports = SOURCE_INVENTORY, f"reports/{self._names.suffix}/*"
        bucket = {"bucket_arn": self._certificates.arn, "key_arn": self._key_arn}
        return {
            "stop_tasks": [
                *self._see_tasks(),
                allow("dms:StopReplicationTask", on=list(self._task_arns.values())),
            ],
            "clear_databases": [
                # Which slots are this migration's.
                allow("dynamodb:Query", on=self._journal_arn),
                # What DMS has made in a database only the role of DMS can drop.
                *read_secrets(
                    databases.source_replication_secret_arn,
                    databases.target_replication_secret_arn,
                    key_arn=databases.key_arn,
                ),
            ],
            "compare_source": [
                allow("dynamodb:Query", on=self._journal_arn),
                *keep_document(reports, read=[inventory], **bucket),
            ],
            "take_inventory": keep_document(inventory, **bucket),
            "preflight": keep_document(inventory, **bucket),
        }

    def _movable(self) -> dict[str, list[str]]:
        """The records whose weights a function may move."""
        read, write = self._traffic.read_record, self._traffic.write_record
        return {
            "shift_reads": [read],
            # In a rollback the reads go along.
            "move_writes": [read, write],
            "put_back": [read, write],
            ROUTE53_UPDATER: [read, write],
        }

    def _see_tasks(self) -> list[Statement]:
        """All of them: which one carries now the journal says."""
        return [
            allow("dms:DescribeTableStatistics", on=list(self._task_arns.values())),
            # It knows no resources.
            allow("dms:DescribeReplicationTasks", on="*"),
        ]

    def _watch(self) -> list[Statement]:
        return [
            allow("dms:DescribeTableStatistics", on=list(self._task_arns.values())),
            # None of these can be narrowed: the first two know no resources, and alarms that are
            # made of alarms are described to whoever may describe all.
            allow(
                "dms:DescribeReplicationTasks",
                "cloudwatch:GetMetricData",
                "cloudwatch:DescribeAlarms",
                on="*",
            ),
        ]

    def _executions(self, verb: str) -> str:
        return f"execution:{self._names.state_machine(verb)}:*"

    def _acknowledge_unknown_names(self) -> None:
        """Of what gets its name by being made, so that a permission can't have it."""
        for key in _FOLLOWS_CHANGES:
            acknowledge(
                self.functions[key],
                {
                    "AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:route53:::change/*]": (
                        "A change gets its id by being made, and asking for its state tells "
                        "nothing but that."
                    )
                },
            )
        acknowledge(self.functions["store_certificate"], self._certificates.any_object)
        for key in (*_LEAVES_FACTS, *_READS_FACTS):
            acknowledge(self.functions[key], self._certificates.any_facts)
        acknowledge(self.functions["compare_source"], self._certificates.any_report)
        acknowledge(
            self.functions["check_connections"],
            {
                "AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:dms:<AWS::Region>:<AWS::AccountId>:"
                f"{_ANY_ENDPOINT}]": "Every endpoint of the tasks, by ARNs that DMS makes up; from the "
                "one instance, and a test changes nothing."
            },
        )
        for key, verbs in _ASKS_EXECUTIONS.items():
            acknowledge(
                self.functions[key],
                {
                    "AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:states:<AWS::Region>:"
                    f"<AWS::AccountId>:{self._executions(verb)}]": (
                        "An execution gets its name by being started; these are those of one "
                        "machine that moves the writer, and describing one changes nothing."
                    )
                    for verb in verbs
                },
            )

    def _tell(
        self,
        *,
        machine_arns: list[str],
        finalize_arn: str,
        replication_instance_arn: str,
        instance_count: int,
    ) -> None:
        rules = EventRules(
            self,
            "Rules",
            names=self._names,
            notifications=self.notifications,
            key_arn=self._key_arn,
        )
        rules.replication(
            task_arns=list(self._task_arns.values()), instance_arn=replication_instance_arn
        )
        rules.replication_by_subscription()
        rules.database(instance_count=instance_count)
        rules.backups()
        # Not of the check: where the source is down it fails every few minutes, which the state
        # parameter and an alarm tell once.
        rules.executions([*machine_arns, finalize_arn])
        # Not after a finalize, which has nothing to put back: the next one finishes it.
        # An execution that timed out or was stopped runs none of its own failure routes.
        rules.call(
            "PutBack",
            "put-back",
            "Puts back what a cutover or a rollback left that failed, timed out or was stopped, or "
            "has it finished",
            pattern=ended_badly(machine_arns),
            function_arn=self.functions["put_back"].arn,
        )
