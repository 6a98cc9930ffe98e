"""What each function of the cutover may do, and nothing besides: a list of names for each kind of permission."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from migration_stacks.constructs.acknowledged import acknowledge
from migration_stacks.constructs.arns import arn
from migration_stacks.constructs.cutover_functions import DATABASE_ROLES, WEIGHTED_RECORDS
from migration_stacks.constructs.grants import (
    SOURCE_INVENTORY,
    change_records,
    follow_changes,
    have_schema_copied,
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
from migration_stacks.constructs.policies import allow
from migration_stacks.names import ROUTE53_UPDATER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from migration_stacks.constructs.certificates import Certificates
    from migration_stacks.constructs.cutover_functions import CutoverFunctions
    from migration_stacks.constructs.policies import Statement
    from migration_stacks.database_stack import DatabaseStack
    from migration_stacks.names import Names
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
    # Its tries last longer than the time in which an abort is to be heard.
    "verify_records",
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
LEAVES_FACTS: Final = ("inspect_databases",)
READS_FACTS: Final = ("check_readiness", "show_readiness")
KEEPS_INVENTORY: Final = ("preflight", "take_inventory", "compare_source")
_STARTS_MACHINES: Final = ("put_back", ROUTE53_UPDATER)

# The machines that move the writer, by the direction that the functions know each by.
MACHINES: Final = {"forward": "cutover", "back": "rollback"}
# Who asks whether the one that holds the lease still runs, and of which machines.
REPLICATE: Final = "replicate"
FINALIZE: Final = "finalize"
_ASKS_EXECUTIONS: Final = {
    "take_over": tuple(MACHINES.values()),
    "put_back": (*MACHINES.values(), REPLICATE),
    # A rollback that holds the lease is what it is asked for, whether it runs or not.
    ROUTE53_UPDATER: ("cutover", REPLICATE),
    "begin_finalize": (FINALIZE,),
}
ASKS_MOVES: Final = ("take_over", "put_back", ROUTE53_UPDATER)
"""Those of them that know the machines by direction."""
_ANY_ENDPOINT: Final = "endpoint:*"


def writers_machines(names: Names) -> dict[str, str]:
    """The ARNs of the machines that move the writer, by direction.

    By their names: the machines themselves are made from the functions that ask for them.
    """
    return {
        direction: arn("states", f"stateMachine:{names.state_machine(verb)}")
        for direction, verb in MACHINES.items()
    }


@dataclass(frozen=True, kw_only=True)
class CutoverPermissions:
    """On what the functions work; each may do there what it does, and no more."""

    names: Names
    traffic: Traffic
    zone_id: str
    task_arns: Mapping[str, str]
    """By the words of cutover.direction.Stream."""
    replication_instance_arn: str
    assessment_role_arn: str
    journal_arn: str
    state_arn: str
    certificates: Certificates
    topic_arn: str
    key_arn: str
    databases: DatabaseStack
    replication: ReplicationSettings

    def by_function(self) -> dict[str, list[Statement]]:
        """What each function may do, by its key."""
        journal = {"table_arn": self.journal_arn, "key_arn": self.key_arn}
        bucket = {"bucket_arn": self.certificates.arn, "key_arn": self.key_arn}
        # Read too: the cutover and the readiness check keep what the other shows.
        show_state = allow("ssm:GetParameter", "ssm:PutParameter", on=self.state_arn)
        connect = read_secrets(
            self.databases.source_cutover_secret_arn,
            self.databases.target_cutover_secret_arn,
            key_arn=self.databases.key_arn,
        )
        may: dict[str, list[Statement]] = defaultdict(list)
        for keys, statements in (
            (_READS_JOURNAL, read_journal(**journal)),
            (_WRITES_JOURNAL, write_journal(**journal)),
            (_SHOWS_STATE, [show_state]),
            (_SPEAKS_SQL, connect),
            (_WATCHES, self._watch()),
            (LEAVES_FACTS, leave_facts(**bucket)),
            (READS_FACTS, read_facts(**bucket)),
            (_SEES_RECORDS, [see_records(zone_id=self.zone_id)]),
            (_FOLLOWS_CHANGES, [follow_changes()]),
            (
                _STARTS_MACHINES,
                [allow("states:StartExecution", on=list(writers_machines(self.names).values()))],
            ),
        ):
            for key in keys:
                may[key] += statements
        for key, names in self._movable().items():
            may[key].append(change_records("UPSERT", zone_id=self.zone_id, names=names))
        for key, verbs in _ASKS_EXECUTIONS.items():
            executions = [arn("states", self._executions(verb)) for verb in verbs]
            may[key].append(allow("states:DescribeExecution", on=executions))
        may[ROUTE53_UPDATER] += [
            # It ends the wait for an approval where the cutover is to go back.
            allow("states:SendTaskFailure", on=writers_machines(self.names)["forward"]),
            # Whether the journal knows this request already.
            allow("dynamodb:Query", on=self.journal_arn),
        ]
        # The intent is refused in one with the look for an abort.
        may["switch_writer"].append(allow("dynamodb:ConditionCheckItem", on=self.journal_arn))
        # By the token of the intent the origin is asked for its proof.
        may["resolve_switch"].append(allow("dynamodb:Query", on=self.journal_arn))
        # Whether the certificate of a move that is done is stored.
        may["put_back"].append(allow("dynamodb:Query", on=self.journal_arn))
        # What the switch wrote down is what it compares with.
        may["audit_origin"].append(allow("dynamodb:Query", on=self.journal_arn))
        may["hand_over"] += [
            *self._see_tasks(),
            # The first one too: it carries until the first switch.
            allow("dms:StopReplicationTask", on=list(self.task_arns.values())),
            # Never the first one: started again, it would load everything anew.
            allow("dms:StartReplicationTask", on=[self.task_arns["back"], self.task_arns["again"]]),
        ]
        for key, statements in self._to_replicate().items():
            may[key] += statements
        may["ask_approval"] += publish(topic_arn=self.topic_arn, key_arn=self.key_arn)
        may["watch_way_back"] += [
            *publish(topic_arn=self.topic_arn, key_arn=self.key_arn),
            # What it has told already is in the entries.
            allow("dynamodb:Query", on=self.journal_arn),
        ]
        may["watch_source"] += [
            # Who has accepted a change of the schema is in the entries.
            allow("dynamodb:Query", on=self.journal_arn),
            *read_inventory(bucket_arn=self.certificates.arn, key_arn=self.key_arn),
        ]
        may["store_certificate"] += [
            # The whole journal is what it certifies.
            allow("dynamodb:Query", on=self.journal_arn),
            *self._see_tasks(),
            *keep_certificates(**bucket),
        ]
        if self.replication.builds:
            may["prepare_target"] += have_schema_copied(
                project_arn=arn("codebuild", f"project/{self.names.schema_build}"),
                reports_arn=f"{self.certificates.arn}/{self.certificates.SCHEMA}/*",
                key_arn=self.key_arn,
            )
        for key, statements in self._to_finalize().items():
            may[key] += statements
        may[WEIGHTED_RECORDS.key] = [
            see_records(zone_id=self.zone_id),
            change_records("CREATE", "DELETE", zone_id=self.zone_id, names=self.traffic.names),
        ]
        may[DATABASE_ROLES.key] = read_secrets(
            self.databases.target_secret_arn,
            self.databases.target_replication_secret_arn,
            self.databases.target_cutover_secret_arn,
            self.databases.application_secret_arn,
            key_arn=self.databases.key_arn,
        )
        return may

    def _to_replicate(self) -> dict[str, list[Statement]]:
        """What the functions of `replicate` may ask of DMS: of the task that loads, and of no other."""
        task_arn = self.task_arns["load"]
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
                    on=[arn("dms", _ANY_ENDPOINT), self.replication_instance_arn],
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
                    on=self.assessment_role_arn,
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

    def _to_finalize(self) -> dict[str, list[Statement]]:
        """What the functions of `finalize` may do besides, and those that keep what it compares with."""
        inventory, reports = SOURCE_INVENTORY, f"reports/{self.names.suffix}/*"
        bucket = {"bucket_arn": self.certificates.arn, "key_arn": self.key_arn}
        return {
            "stop_tasks": [
                *self._see_tasks(),
                allow("dms:StopReplicationTask", on=list(self.task_arns.values())),
            ],
            "clear_databases": [
                # Which slots are this migration's.
                allow("dynamodb:Query", on=self.journal_arn),
                # What DMS has made in a database only the role of DMS can drop.
                *read_secrets(
                    self.databases.source_replication_secret_arn,
                    self.databases.target_replication_secret_arn,
                    key_arn=self.databases.key_arn,
                ),
            ],
            "compare_source": [
                allow("dynamodb:Query", on=self.journal_arn),
                *keep_document(reports, read=[inventory], **bucket),
            ],
            "take_inventory": keep_document(inventory, **bucket),
            "preflight": keep_document(inventory, **bucket),
        }

    def _movable(self) -> dict[str, list[str]]:
        """The records whose weights a function may move."""
        read, write = self.traffic.read_record, self.traffic.write_record
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
            allow("dms:DescribeTableStatistics", on=list(self.task_arns.values())),
            # It knows no resources.
            allow("dms:DescribeReplicationTasks", on="*"),
        ]

    def _watch(self) -> list[Statement]:
        return [
            allow("dms:DescribeTableStatistics", on=list(self.task_arns.values())),
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
        return f"execution:{self.names.state_machine(verb)}:*"

    def acknowledge_unknown_names(self, functions: CutoverFunctions) -> None:
        """Of what gets its name by being made, so that a permission can't have it."""
        for key in _FOLLOWS_CHANGES:
            acknowledge(
                functions[key],
                {
                    "AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:route53:::change/*]": (
                        "A change gets its id by being made, and asking for its state tells "
                        "nothing but that."
                    )
                },
            )
        acknowledge(functions["store_certificate"], self.certificates.any_object)
        for key in (*LEAVES_FACTS, *READS_FACTS):
            acknowledge(functions[key], self.certificates.any_facts)
        acknowledge(functions["compare_source"], self.certificates.any_report)
        acknowledge(
            functions["check_connections"],
            {
                "AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:dms:<AWS::Region>:<AWS::AccountId>:"
                f"{_ANY_ENDPOINT}]": "Every endpoint of the tasks, by ARNs that DMS makes up; from the "
                "one instance, and a test changes nothing."
            },
        )
        for key, verbs in _ASKS_EXECUTIONS.items():
            acknowledge(
                functions[key],
                {
                    "AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:states:<AWS::Region>:"
                    f"<AWS::AccountId>:{self._executions(verb)}]": (
                        "An execution gets its name by being started; these are those of one "
                        "machine that moves the writer, and describing one changes nothing."
                    )
                    for verb in verbs
                },
            )
