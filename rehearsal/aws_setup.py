"""What the stacks make in an account, as the rehearsal's emulated AWS is told to make it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from cutover.plan import CutoverPlan
from rehearsal.aws.config import (
    AlarmConfig,
    AwsConfig,
    DmsConfig,
    FollowerConfig,
    FunctionConfig,
    RecordConfig,
    RuleConfig,
    StateMachineConfig,
)
from rehearsal.aws.dms import DmsResources
from rehearsal.aws.invoker import ACCOUNT, REGION, function_arn
from rehearsal.machine import (
    DATABASE_FUNCTIONS,
    DEFINITION,
    FINALIZE_DEFINITION,
    FUNCTIONS,
    REPLICATE_DEFINITION,
    REPOSITORY,
    ROLLBACK_DEFINITION,
    UPDATER,
    WATCHER,
    called,
    finalize_substitutions,
    function_name,
    render,
    replicate_substitutions,
    substitutions,
)
from rehearsal.servers.postgres import PostgresServer
from rehearsal.workload.configuration import Address, Names
from rehearsal.workload.database import (
    CUTOVER,
    DATABASE,
    OWNER,
    REPLICATION,
    administrator_dsn,
    application_dsn,
)

SUFFIX: Final = "rehearsal"
ZONE: Final = "rehearsal.internal"
READ_RECORD: Final = f"ro.{ZONE}"
WRITE_RECORD: Final = f"rw.{ZONE}"
SOURCE_HOST: Final = "source.onprem.example"
TARGET_HOST: Final = "target.aurora.example"
TOPIC: Final = f"migration-notifications-{SUFFIX}"
ASSESSMENT_ROLE: Final = f"arn:aws:iam::{ACCOUNT}:role/migration-assessment-{SUFFIX}"
ASSESSMENT_BUCKET: Final = f"migration-assessments-{SUFFIX}"
BUCKET: Final = f"migration-certificates-{SUFFIX}"
TABLE: Final = f"migration-journal-{SUFFIX}"
STATE_PARAMETER: Final = f"/migration/{SUFFIX}/state"
MACHINE: Final = f"migration-cutover-{SUFFIX}"
ROLLBACK_MACHINE: Final = f"migration-rollback-{SUFFIX}"
MACHINE_ARNS: Final = {
    direction: f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:{name}"
    for direction, name in (("forward", MACHINE), ("back", ROLLBACK_MACHINE))
}
REPLICATE_MACHINE: Final = f"migration-replicate-{SUFFIX}"
FINALIZE_MACHINE: Final = f"migration-finalize-{SUFFIX}"
FINALIZE_MACHINE_ARN: Final = f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:{FINALIZE_MACHINE}"
STREAM_NAMES: Final = ("rehearsal_forward", "rehearsal_back", "rehearsal_again")
"""Publications and subscriptions of the replication that stands in for DMS, by its name of each task."""
STARTS_MACHINES: Final = (UPDATER, "put_back", "take_over")
LAG_ALARM_SECONDS: Final = 60
SLOTS: Final = {
    "back": f"migration_{SUFFIX}_reverse",
    "again": f"migration_{SUFFIX}_forward",
}
"""Of the tasks that follow changes: on the target for the way back, on the source for going again."""
_FOLLOWERS: Final[dict[str, dict[str, Any]]] = {
    "back": {
        "task_identifier": "rehearsal-reverse",
        "task_resource": "REHEARSALBACK0000000000000",
        "source_endpoint_resource": "REHEARSALBACKSOURCE000000000",
        "target_endpoint_resource": "REHEARSALBACKTARGET000000000",
    },
    "again": {
        "task_identifier": "rehearsal-forward",
        "task_resource": "REHEARSALAGAIN000000000000",
        # It applies to the target as the task that loads does.
        "source_endpoint_resource": "REHEARSALAGAINSOURCE00000000",
    },
}
TASK_SETTINGS: Final = {
    "TargetMetadata": {"BatchApplyEnabled": False, "SupportLobs": True},
    "FullLoadSettings": {
        "TargetTablePrepMode": "DO_NOTHING",
        "StopTaskCachedChangesApplied": True,
    },
    # The stand-in compares whole tables at one moment, in which clients that never rest are always ahead. Here the
    # rehearsal compares every row itself.
    "ValidationSettings": {"EnableValidation": False},
}
"""Of the task that loads: it stops once what changed meanwhile is applied, as the stacks have it."""
TASK_ARNS: Final = {
    "load": DmsResources().task_arn,
    **{word: DmsResources(**named).task_arn for word, named in _FOLLOWERS.items()},
}
"""Of every replication task, by the words of rehearsal.aws.config.Ready."""
ALARMS: Final = tuple(
    f"migration-{name}-{SUFFIX}" for name in ("replication-lag", "aurora-cpu", "aurora-connections")
)

TASK_EVENTS: Final = RuleConfig(
    name=f"migration-replication-task-events-{SUFFIX}",
    pattern={
        "source": ["aws.dms"],
        "detail-type": ["DMS Replication Task State Change"],
        "resources": list(TASK_ARNS.values()),
        "detail": {
            "eventId": [
                "DMS-EVENT-0073",
                "DMS-EVENT-0078",
                "DMS-EVENT-0079",
                "DMS-EVENT-0081",
                "DMS-EVENT-0082",
                "DMS-EVENT-0091",
                "DMS-EVENT-0092",
                "DMS-EVENT-0093",
            ]
        },
    },
    paths={
        "message": "$.detail.detailMessage",
        "id": "$.detail.eventId",
        "arn": "$.resources[0]",
    },
    text="Replication task: <message> (<id>, <arn>). DMS-EVENT-0079 is also what a stop says "
    "that was asked for, as after a cutover. See docs/runbook.md.",
)
"""What happens to the tasks, told to people as the stacks have it told."""


def aws_config(
    *,
    source: PostgresServer,
    target: PostgresServer,
    plan: CutoverPlan,
    seed: int,
    **places: Any,
) -> AwsConfig:
    """The whole account. places: fields of AwsConfig that say where things listen and log."""
    return AwsConfig(
        code_directory=REPOSITORY,
        seed=seed,
        functions=tuple(_functions()),
        preloaded=("lambdas.events", "lambdas.wiring"),
        state_machines=(
            *(
                StateMachineConfig(
                    name=name,
                    definition=_definition(path, plan),
                    failed_function=function_name("put_back", SUFFIX),
                )
                for name, path in ((MACHINE, DEFINITION), (ROLLBACK_MACHINE, ROLLBACK_DEFINITION))
            ),
            # There is nothing to be put back: the next one goes on, or finishes it.
            StateMachineConfig(
                name=REPLICATE_MACHINE,
                definition=_definition(REPLICATE_DEFINITION, plan, fill=replicate_substitutions),
            ),
            StateMachineConfig(
                name=FINALIZE_MACHINE,
                definition=_definition(FINALIZE_DEFINITION, plan, fill=finalize_substitutions),
            ),
        ),
        zone=ZONE,
        records=tuple(_records(plan.record_ttl_seconds)),
        secrets={
            "source": _secret(source, CUTOVER),
            "target": _secret(target, CUTOVER),
            # Only a superuser publishes all tables, and only who made a stream drops it.
            "source_of_dms": _secret(source, STAND_IN),
            "target_of_dms": _secret(target, STAND_IN),
        },
        parameters={STATE_PARAMETER: json.dumps({"phase": "idle"})},
        topic=TOPIC,
        table=TABLE,
        buckets=(BUCKET,),
        alarms=(
            AlarmConfig(
                name=ALARMS[0],
                threshold=LAG_ALARM_SECONDS,
                task_metrics=("CDCLatencySource", "CDCLatencyTarget"),
            ),
            *(AlarmConfig(name=name) for name in ALARMS[1:]),
        ),
        rules=(TASK_EVENTS,),
        dms=DmsConfig(
            source_dsn=administrator_dsn(source),
            target_dsn=administrator_dsn(target),
            resources={"task_settings": TASK_SETTINGS},
            followers={
                "back": FollowerConfig(
                    reads="target", slot=SLOTS["back"], resources=_FOLLOWERS["back"]
                ),
                "again": FollowerConfig(
                    reads="source", slot=SLOTS["again"], resources=_FOLLOWERS["again"]
                ),
            },
        ),
        **places,
    )


def client_names(source: PostgresServer, target: PostgresServer) -> Names:
    """What the clients ask for, and what stands behind each answer."""
    return Names(
        read=READ_RECORD,
        write=WRITE_RECORD,
        hosts={
            SOURCE_HOST: Address(side="source", dsn=application_dsn(source)),
            TARGET_HOST: Address(side="target", dsn=application_dsn(target)),
        },
    )


def function_environment(key: str) -> dict[str, str]:
    """The variables that the stacks give this function."""
    common = {
        "POWERTOOLS_SERVICE_NAME": function_name(key, SUFFIX).removesuffix(f"-{SUFFIX}"),
        "POWERTOOLS_METRICS_NAMESPACE": "Migration",
        "POWERTOOLS_LOG_LEVEL": "INFO",
        "JOURNAL_TABLE": TABLE,
        "MIGRATION": SUFFIX,
    }
    return common | (_OF_DATABASES if key in DATABASE_FUNCTIONS else _OF_AWS) | _OWN.get(key, {})


STAND_IN: Final = "postgres"
"""Whose sessions play DMS."""

_OF_DATABASES: Final = {
    "SOURCE_SECRET_ARN": "${secret_arn:source}",
    "TARGET_SECRET_ARN": "${secret_arn:target}",
    "DATABASE_SSLMODE": "disable",
    "WAY_BACK_SLOTS": json.dumps(SLOTS),
    # Native replication reads no other.
    "SLOT_PLUGIN": "pgoutput",
    "REPLICATION_ROLES": json.dumps([STAND_IN, REPLICATION]),
    "SOURCE_FENCE": json.dumps({"kind": "trigger", "roles": []}),
}
_OF_AWS: Final = {
    "STATE_PARAMETER": STATE_PARAMETER,
    "HOSTED_ZONE_ID": "${hosted_zone_id}",
    "READ_RECORD": READ_RECORD,
    "WRITE_RECORD": WRITE_RECORD,
    "REPLICATION_TASK_ARNS": json.dumps(TASK_ARNS),
    "REPLICATION_INSTANCE_ID": DmsResources().instance_identifier,
    "ALARM_NAMES": json.dumps(ALARMS),
    "LAG_ALARMS": json.dumps({"load": ALARMS[0]}),
}
_OWN: Final[dict[str, dict[str, str]]] = {
    **{key: {"MACHINE_ARNS": json.dumps(MACHINE_ARNS)} for key in STARTS_MACHINES},
    "put_back": {"MACHINE_ARNS": json.dumps(MACHINE_ARNS), "TOPIC_ARN": "${topic_arn}"},
    "ask_approval": {"TOPIC_ARN": "${topic_arn}"},
    "watch_way_back": {"TOPIC_ARN": "${topic_arn}", "WAY_BACK_WAL_LIMIT_GIGABYTES": "100"},
    "begin_finalize": {"FINALIZE_MACHINE_ARN": FINALIZE_MACHINE_ARN},
    **{
        key: {"CERTIFICATE_BUCKET": BUCKET}
        for key in (
            "store_certificate",
            "inspect_databases",
            "check_readiness",
            "show_readiness",
            "take_inventory",
            "compare_source",
        )
    },
    WATCHER: {"CERTIFICATE_BUCKET": BUCKET, "SOURCE_WAL_DISK_GIGABYTES": "0"},
    "clear_databases": {
        "SOURCE_REPLICATION_SECRET_ARN": "${secret_arn:source_of_dms}",
        "TARGET_REPLICATION_SECRET_ARN": "${secret_arn:target_of_dms}",
        "STREAM_NAMES": json.dumps(STREAM_NAMES),
    },
    "prepare_target": {
        # There is no build project on a laptop: the function has the programs itself.
        "SCHEMA_COPY": json.dumps(
            {
                "kind": "here",
                "target_secret_arn": "${secret_arn:target}",
                "owner": OWNER,
                "bucket": BUCKET,
            }
        )
    },
    "assess_replication": {
        "ASSESSMENT_ROLE_ARN": ASSESSMENT_ROLE,
        "ASSESSMENT_BUCKET": ASSESSMENT_BUCKET,
    },
}
"""What only this function is told, or these few."""


def _functions() -> list[FunctionConfig]:
    # There is no X-Ray daemon on a laptop.
    untraced = {"POWERTOOLS_TRACE_DISABLED": "true"}
    # A cold start in the middle of a switch would be one more thing to explain.
    switching = called(DEFINITION.read_text(encoding="utf-8"))
    return [
        FunctionConfig(
            name=function_name(key, SUFFIX),
            handler=f"lambdas.{key}.lambda_handler",
            environment=function_environment(key) | untraced,
            timeout_seconds=limits.timeout_seconds,
            memory=limits.memory_megabytes,
            warm=key in switching,
        )
        for key, limits in FUNCTIONS.items()
    ]


def _definition(
    path: Path, plan: CutoverPlan, *, fill: Callable[..., dict[str, str]] = substitutions
) -> str:
    text = path.read_text(encoding="utf-8")
    arns = {key: function_arn(function_name(key, SUFFIX)) for key in called(text)}
    return render(text, fill(plan, function_arns=arns, topic_arn="${topic_arn}"))


def _records(ttl_seconds: int) -> list[RecordConfig]:
    return [
        RecordConfig(
            name=name, set_identifier=side, value=host, weight=weight, ttl_seconds=ttl_seconds
        )
        for name in (READ_RECORD, WRITE_RECORD)
        for side, host, weight in (("source", SOURCE_HOST, 100), ("target", TARGET_HOST, 0))
    ]


def _secret(server: PostgresServer, user: str) -> dict[str, Any]:
    return {
        "username": user,
        "password": server.password,
        "host": "127.0.0.1",
        "port": server.port,
        "dbname": DATABASE,
    }
