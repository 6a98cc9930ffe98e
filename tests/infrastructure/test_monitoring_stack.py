"""Alarms that look where the data is, that page nobody before there is any, and the dashboard."""

from __future__ import annotations

import ast
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext

from cutover.adapters.memory import MemoryReplicationTask
from cutover.source_watch import DiskForecast, Drift, SourcePressure, SourceWatch
from lambdas.figures import measure, measure_load, measure_source
from lambdas.observability import Event, measured, metrics
from migration_stacks.constructs.alarms import alarm_rows
from migration_stacks.constructs.metrics import Expression, Metrics
from migration_stacks.names import Names
from migration_stacks.settings import MonitoringSettings
from tests.builders import observation
from tests.infrastructure.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.infrastructure.conftest import Synthesized, Template

NAMES = Names("dev")
TOPIC = "arn:aws:sns:us-east-1:111111111111:migration-notifications-dev"
ACCOUNT = "${AWS::Region}:${AWS::AccountId}"

# No default, and no two alike.
UNUSUAL = MonitoringSettings(
    replication_lag_seconds=61,
    cpu_percent=81,
    connections=801,
    heartbeat_lag_seconds=62,
    silence_minutes=45,
    source_slot_wal_gigabytes=11,
    source_disk_hours=25,
    source_transaction_minutes=59,
    reverse_replication_lag_seconds=301,
    dms_free_storage_gigabytes=21,
    dms_available_memory_megabytes=1025,
    replica_lag_milliseconds=1001,
    capacity_percent=96,
    runbook_url="https://wiki.example.com/migration",
)

THRESHOLDS: dict[str, tuple[str, str, float]] = {
    # alarm: setting, comparison, threshold in the metric's own unit
    "replication-lag": ("replication_lag_seconds", ">", 61),
    "forward-replication-lag": ("replication_lag_seconds", ">", 61),
    "aurora-cpu": ("cpu_percent", ">", 81),
    "aurora-connections": ("connections", ">", 801),
    "heartbeat-lag": ("heartbeat_lag_seconds", ">", 62),
    "source-slot-wal": ("source_slot_wal_gigabytes", ">", 11 * 1024**3),
    "source-disk": ("source_disk_hours", "<", 25),
    "source-long-transaction": ("source_transaction_minutes", ">", 59 * 60),
    "source-prepared-transaction": ("source_transaction_minutes", ">", 59 * 60),
    "reverse-replication-lag": ("reverse_replication_lag_seconds", ">", 301),
    "dms-storage": ("dms_free_storage_gigabytes", "<", 21 * 1024**3),
    "dms-memory": ("dms_available_memory_megabytes", "<", 1025 * 1024**2),
    "aurora-replica-lag": ("replica_lag_milliseconds", ">", 1001),
    "aurora-capacity": ("capacity_percent", ">", 96),
}
# Those for which one is too many (or, for no-check, none too few).
ANY_AT_ALL = {
    "no-heartbeat": (">", 0),
    "no-check": ("<", 1),
    "no-source-check": ("<", 1),
    "source-schema-changed": (">", 0),
    "task-not-running": (">", 0),
    "tables-in-error": (">", 0),
    "cutover-failed": (">", 0),
    "rollback-failed": (">", 0),
    "check-failed": (">", 0),
    "replicate-failed": (">", 0),
    "finalize-failed": (">", 0),
    "backup-failed": (">", 0),
}

SILENCE = {
    # The cutover holds on INSUFFICIENT_DATA.
    "replication-lag": "missing",
    "forward-replication-lag": "missing",
    "aurora-cpu": "missing",
    "aurora-connections": "missing",
    # There is data only in a part of the migration's life, or a restart leaves holes.
    "heartbeat-lag": "missing",
    "reverse-replication-lag": "missing",
    # What can't be told is neither near nor far.
    "source-disk": "missing",
    "source-long-transaction": "missing",
    "source-prepared-transaction": "missing",
    "dms-storage": "missing",
    "dms-memory": "missing",
    "aurora-replica-lag": "missing",
    "aurora-capacity": "missing",
    # They stay as they were found until the next check.
    "tables-in-error": "ignore",
    "source-slot-wal": "ignore",
    "source-schema-changed": "ignore",
    # No slot: nothing has begun. No data: nothing happened.
    "no-heartbeat": "notBreaching",
    "task-not-running": "notBreaching",
    "cutover-failed": "notBreaching",
    "rollback-failed": "notBreaching",
    "check-failed": "notBreaching",
    "replicate-failed": "notBreaching",
    "finalize-failed": "notBreaching",
    "backup-failed": "notBreaching",
    # The two that are there for silence.
    "no-check": "breaching",
    "no-source-check": "breaching",
}

# What is published under which dimensions (aws-facts 4.1 and 4.2; for AWS/States the Step Functions
# guide, "Monitoring metrics using CloudWatch"; for AWS/Backup AWS's Digito alarm templates).
INSTANCE = {"ReplicationInstanceIdentifier": "migration-dev"}
TASK = INSTANCE | {"ReplicationTaskIdentifier": "${Task}"}
REVERSE = INSTANCE | {"ReplicationTaskIdentifier": "${ReverseTask}"}
FORWARD = INSTANCE | {"ReplicationTaskIdentifier": "${ForwardTask}"}
CLUSTER = {"DBClusterIdentifier": "migration-aurora-dev"}
DATABASES = [{"DBInstanceIdentifier": f"migration-aurora-dev-{number}"} for number in (1, 2, 3)]
MACHINES = [
    {
        "StateMachineArn": f"arn:${{AWS::Partition}}:states:{ACCOUNT}"
        f":stateMachine:migration-{verb}-dev"
    }
    for verb in ("cutover", "rollback", "check", "replicate", "finalize")
]
VAULT = {"BackupVaultName": "migration-backups-dev"}
CUSTOM = {"service": "migration", "Environment": "dev"}
PUBLISHED: dict[tuple[str, str], list[dict[str, str]]] = {
    **{
        ("AWS/DMS", name): [TASK, REVERSE, FORWARD]
        for name in (
            "CDCLatencySource",
            "CDCLatencyTarget",
            "CDCIncomingChanges",
            "CDCChangesMemorySource",
            "CDCChangesMemoryTarget",
            "CDCChangesDiskSource",
            "CDCChangesDiskTarget",
            "CDCThroughputRowsSource",
            "CDCThroughputRowsTarget",
            "CDCThroughputBandwidthTarget",
            "FullLoadThroughputRowsTarget",
            "FullLoadThroughputBandwidthTarget",
            "MemoryUsage",
            "ValidationFailedOverallCount",
            "ValidationSuspendedOverallCount",
        )
    },
    ("AWS/DMS", "CPUUtilization"): [INSTANCE, TASK, REVERSE, FORWARD],
    ("AWS/DMS", "SwapUsage"): [INSTANCE, TASK, REVERSE, FORWARD],
    ("AWS/DMS", "AvailableMemory"): [INSTANCE],
    ("AWS/DMS", "FreeStorageSpace"): [INSTANCE],
    **{
        ("AWS/RDS", name): [CLUSTER]
        for name in (
            "ACUUtilization",
            "AuroraReplicaLagMaximum",
            "CommitLatency",
            "CPUUtilization",
            "Deadlocks",
            "FreeableMemory",
            "ReplicationSlotDiskUsage",
            "ServerlessDatabaseCapacity",
        )
    },
    ("AWS/RDS", "DatabaseConnections"): DATABASES,
    **{
        ("AWS/States", f"Executions{ended}"): MACHINES
        for ended in ("Succeeded", "Failed", "TimedOut", "Aborted")
    },
    **{
        ("AWS/Backup", f"NumberOfBackupJobs{ended}"): [VAULT]
        for ended in ("Completed", "Failed", "Expired", "Aborted")
    },
}

# A look that knows everything there is to know.
LOOK = SourceWatch(
    at=datetime(2026, 1, 1, tzinfo=UTC),
    pressure=SourcePressure(
        at=datetime(2026, 1, 1, tzinfo=UTC),
        wal_position=1,
        slots=(),
        wal_limit=None,
        transaction=None,
        prepared=None,
    ),
    disk=DiskForecast(wal_bytes_per_hour=1.0, hours_left=1.0, hours_unread=1.0, reason=""),
    drift=Drift(),
)

# What the functions write, and nothing else. Where a function is to write another metric, it belongs
# here; test_the_functions_write_what_is_watched reads their code.
WRITTEN = {
    "HeartbeatLag",
    "LagCheck",
    "SourceSlotWal",
    "WayBackHoursLeft",
    "WayBackSlotWal",
    "ReadWeight",
    "WriteWeight",
    "TablesCompleted",
    "TablesLoading",
    "TablesWaiting",
    "TablesErrored",
    "TablesMismatched",
    "FullLoadProgress",
    "SourceCheck",
    "SourceDiskHoursLeft",
    "SourceDiskHoursUnread",
    "SourceOldestPrepared",
    "SourceOldestTransaction",
    "SourceSchemaChanges",
    "SourceWalKept",
    "SourceWalRate",
}
# Under a dimension more, which nobody knows beforehand: the dashboard searches for them.
SEARCHED = {"SlotWal"}
# Of the one moment of the switch: the execution and the journal tell them, a graph has no use.
OF_THE_SWITCH = {"SwitchAttempt", "WritePause"}


@dataclass(frozen=True)
class Watched:
    namespace: str
    name: str
    dimensions: dict[str, str]
    statistic: str


@dataclass(frozen=True)
class Monitoring:
    """One monitoring stack's template, in plain values."""

    template: Template

    def _properties(self, kind: str) -> list[Template]:
        return [r["Properties"] for r in self.template["Resources"].values() if r["Type"] == kind]

    @property
    def alarms(self) -> dict[str, Template]:
        """By their name without the environment's."""
        found = self._properties("AWS::CloudWatch::Alarm")
        return {alarm["AlarmName"][len("migration-") : -len("-dev")]: alarm for alarm in found}

    @property
    def widgets(self) -> list[Template]:
        (dashboard,) = self._properties("AWS::CloudWatch::Dashboard")
        body, _ = dashboard["DashboardBody"]["Fn::Sub"]
        widgets: list[Template] = json.loads(body)["widgets"]
        return widgets

    def of_type(self, kind: str) -> list[Template]:
        found = [widget["properties"] for widget in self.widgets if widget["type"] == kind]
        assert found, kind
        return found

    def graph(self, title: str, unit: str) -> Template:
        (found,) = (
            graph
            for graph in self.of_type("metric")
            if graph["title"].startswith(title) and graph["yAxis"]["left"]["label"] == unit
        )
        return found


def plain(value: Any, tasks: dict[str, str]) -> str:
    """A dimension's value in an alarm, in the notation of the dashboard."""
    if isinstance(value, dict):
        if "Fn::Sub" in value:
            return str(value["Fn::Sub"])
        # The last part of a task's ARN, arn:aws:dms:<region>:<account>:task:<id>.
        index, parts = value["Fn::Select"]
        separator, arn = parts["Fn::Split"]
        assert (index, separator) == (6, ":")
        (name,) = (name for name, export in tasks.items() if export in str(arn))
        return name
    return str(value)


TASKS = {
    "${Task}": "ExportsOutputRefTask",
    "${ReverseTask}": "ExportsOutputRefReverse",
    "${ForwardTask}": "ExportsOutputRefForward",
}


def queried(alarm: Template) -> list[Watched]:
    return [
        Watched(
            stat["Metric"]["Namespace"],
            stat["Metric"]["MetricName"],
            {pair["Name"]: plain(pair["Value"], TASKS) for pair in stat["Metric"]["Dimensions"]},
            stat["Stat"],
        )
        for stat in (query["MetricStat"] for query in alarm["Metrics"] if "MetricStat" in query)
    ]


def drawn(graph: Template) -> list[Watched]:
    found = []
    for entry in graph["metrics"]:
        if isinstance(entry[0], dict):
            continue
        namespace, name, *pairs, options = entry
        found.append(
            Watched(
                namespace,
                name,
                dict(zip(pairs[::2], pairs[1::2], strict=True)),
                options["stat"],
            )
        )
    return found


@pytest.fixture(scope="module")
def deployed(stacks: Synthesized) -> Monitoring:
    """As the app makes it of the example."""
    return Monitoring(stacks.templates["monitoring"])


@pytest.fixture(scope="module")
def unusual(tmp_path_factory: pytest.TempPathFactory) -> Monitoring:
    """Alone, with a way back and with settings of which each can be told from the others."""
    import aws_cdk as cdk

    from migration_stacks.monitoring_stack import MonitoringStack

    outdir: Path = tmp_path_factory.mktemp("cdk.out")
    app = cdk.App(analytics_reporting=False, outdir=str(outdir))
    stack = MonitoringStack(
        app,
        "monitoring",
        env=cdk.Environment(region="us-east-1"),
        names=NAMES,
        settings=UNUSUAL,
        instance_count=3,
        task_arn="arn:aws:dms:us-east-1:111111111111:task:FORTH",
        reverse_task_arn="arn:aws:dms:us-east-1:111111111111:task:BACK",
        forward_task_arn="arn:aws:dms:us-east-1:111111111111:task:AGAIN",
        topic_arn=TOPIC,
    )
    app.synth()
    return Monitoring(json.loads((outdir / f"{stack.artifact_id}.template.json").read_text()))


def everything_watched(monitoring: Monitoring) -> Iterator[Watched]:
    for alarm in monitoring.alarms.values():
        yield from queried(alarm)
    for graph in monitoring.of_type("metric"):
        yield from drawn(graph)


# Where the data is


def test_every_metric_is_asked_for_under_the_dimensions_that_it_is_published_with(
    deployed: Monitoring,
) -> None:
    for watched in everything_watched(deployed):
        if watched.namespace == "Migration":
            assert watched.name in WRITTEN
            assert watched.dimensions == CUSTOM, watched
        else:
            assert watched.dimensions in PUBLISHED[watched.namespace, watched.name], watched


def test_identifiers_are_in_lower_case_as_rds_and_dms_store_them(deployed: Monitoring) -> None:
    for watched in everything_watched(deployed):
        for name, value in watched.dimensions.items():
            if name.endswith("Identifier") and "${" not in value:
                assert value == value.lower()


def test_the_identifiers_are_those_of_what_the_other_stacks_make(stacks: Synthesized) -> None:
    instance = stacks.only("dms", "AWS::DMS::ReplicationInstance")
    assert instance["ReplicationInstanceIdentifier"] == INSTANCE["ReplicationInstanceIdentifier"]
    cluster = stacks.only("database", "AWS::RDS::DBCluster")
    assert cluster["DBClusterIdentifier"] == CLUSTER["DBClusterIdentifier"]
    databases = stacks.resources("database", "AWS::RDS::DBInstance").values()
    assert sorted(found["Properties"]["DBInstanceIdentifier"] for found in databases) == [
        database["DBInstanceIdentifier"] for database in DATABASES
    ]


def test_every_state_machine_is_watched(stacks: Synthesized) -> None:
    """The other way round only once all of them are there."""
    made = stacks.resources("cutover", "AWS::StepFunctions::StateMachine").values()
    watched = {machine["StateMachineArn"].rsplit(":", 1)[-1] for machine in MACHINES}
    assert {machine["Properties"]["StateMachineName"] for machine in made} <= watched


def test_the_functions_write_what_is_watched(monkeypatch: pytest.MonkeyPatch) -> None:
    written = measured_by_checks(monkeypatch)
    for path in (ROOT / "lambdas").glob("*.py"):
        if path.stem == "figures":
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "add_metric":
                (name,) = (key.value for key in node.keywords if key.arg == "name")
                assert isinstance(name, ast.Constant), f"{path.name}: a name that is worked out"
                written.add(str(name.value))
    assert written == WRITTEN | OF_THE_SWITCH


def measured_by_checks(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """What a check writes, seen by doing it, under the dimensions that are looked for."""

    @measured
    def check(event: Event, _context: LambdaContext) -> set[str]:
        measure(observation(datetime(2026, 1, 1, tzinfo=UTC)))
        measure_load(MemoryReplicationTask())
        measure_source(LOOK)
        names = set(metrics.metric_set)
        assert metrics.serialize_metric_set().items() >= CUSTOM.items()
        return names

    monkeypatch.setenv("MIGRATION", "dev")
    written: set[str] = check({}, LambdaContext())
    return written


def test_each_metric_that_the_functions_write_is_looked_at(deployed: Monitoring) -> None:
    assert {
        watched.name for watched in everything_watched(deployed) if watched.namespace == "Migration"
    } == WRITTEN


# The alarms


def test_each_threshold_is_the_setting_s_in_the_unit_of_its_metric(unusual: Monitoring) -> None:
    comparison = {"GreaterThanThreshold": ">", "LessThanThreshold": "<"}
    found = {
        name: (comparison[alarm["ComparisonOperator"]], alarm["Threshold"])
        for name, alarm in unusual.alarms.items()
    }
    assert found == ANY_AT_ALL | {
        name: (sign, value) for name, (_, sign, value) in THRESHOLDS.items()
    }


def test_each_setting_of_a_threshold_has_its_alarm() -> None:
    others = {"silence_minutes", "runbook_url", "log_retention_days"}
    assert {setting for setting, _, _ in THRESHOLDS.values()} == (
        set(MonitoringSettings.model_fields) - others
    )


@pytest.mark.parametrize("name", SILENCE)
def test_silence_counts_as_what_it_means(unusual: Monitoring, name: str) -> None:
    assert unusual.alarms[name]["TreatMissingData"] == SILENCE[name]


def test_no_alarm_is_without_its_reasons(unusual: Monitoring) -> None:
    rows = alarm_rows(Metrics(NAMES, 3), UNUSUAL, reverse=True, forward=True)
    assert {row.name for row in rows} == set(unusual.alarms) == set(SILENCE)
    for row in rows:
        for reason in (row.says, row.do, row.because, row.silence.because):
            assert len(reason.split()) > 3, row.name


def test_every_alarm_tells_the_topic_and_says_where_to_read_on(unusual: Monitoring) -> None:
    for name, alarm in unusual.alarms.items():
        assert alarm["AlarmActions"] == [TOPIC]
        assert alarm["AlarmDescription"].endswith(f" https://wiki.example.com/migration#{name}")
        assert len(alarm["AlarmDescription"]) <= 1024


def test_an_end_is_told_where_there_is_one(unusual: Monitoring) -> None:
    """ "OK" an hour after an execution failed would say that it was mended."""
    without = {name for name, alarm in unusual.alarms.items() if "OKActions" not in alarm}
    assert without == {
        *(f"{verb}-failed" for verb in ("cutover", "rollback", "check", "replicate", "finalize")),
        "backup-failed",
    }
    for name in set(unusual.alarms) - without:
        assert unusual.alarms[name]["OKActions"] == [TOPIC]


def test_in_the_app_it_is_the_topic_of_the_notifications(deployed: Monitoring) -> None:
    for alarm in deployed.alarms.values():
        assert "NotificationsTopic" in str(alarm["AlarmActions"])


def test_the_runbook_has_a_section_for_each_alarm_and_for_no_other(unusual: Monitoring) -> None:
    text = (ROOT / MonitoringSettings().runbook_url).read_text()
    _, alarms = text.split("\n## Alarms\n")
    alarms = alarms.split("\n## ")[0]
    assert set(re.findall(r"^### (.+)$", alarms, re.MULTILINE)) == set(unusual.alarms)


def test_those_that_hold_a_cutover_are_made_and_say_when_they_do_not_know(
    deployed: Monitoring,
) -> None:
    for full in NAMES.guarding_alarms:
        alarm = deployed.alarms[full.removeprefix("migration-").removesuffix("-dev")]
        assert alarm["AlarmName"] == full
        assert alarm["TreatMissingData"] == "missing"
        assert (alarm["DatapointsToAlarm"], alarm["EvaluationPeriods"]) == (3, 5)


def test_replication_lag_is_both_latencies_of_the_task(deployed: Monitoring) -> None:
    alarm = deployed.alarms["replication-lag"]
    assert queried(alarm) == [
        Watched("AWS/DMS", "CDCLatencySource", TASK, "Maximum"),
        Watched("AWS/DMS", "CDCLatencyTarget", TASK, "Maximum"),
    ]
    assert alarm["Metrics"][0] | {"ReturnData": None} == {
        "Id": "value",
        "Expression": "source + target",
        "ReturnData": None,
    }


def test_connections_are_those_of_all_instances(deployed: Monitoring) -> None:
    alarm = deployed.alarms["aurora-connections"]
    assert [watched.dimensions for watched in queried(alarm)] == DATABASES
    assert alarm["Metrics"][0]["Expression"] == "m1 + m2 + m3"


def test_the_worst_counts_and_not_the_mean(deployed: Monitoring) -> None:
    looks = {"no-check", "no-source-check"}
    for name, alarm in deployed.alarms.items():
        expected = (
            {"Minimum"}
            if alarm["ComparisonOperator"] == "LessThanThreshold" and name not in looks
            else {"Sum"}
            if name.endswith("-failed") or name in looks
            else {"Maximum"}
        )
        assert {watched.statistic for watched in queried(alarm)} == expected, name


def test_one_value_is_compared_and_its_parts_are_only_asked_for(deployed: Monitoring) -> None:
    for name, alarm in deployed.alarms.items():
        returned = [query for query in alarm["Metrics"] if query["ReturnData"]]
        assert len(returned) == 1, name
        periods = {q["MetricStat"]["Period"] for q in alarm["Metrics"] if "MetricStat" in q}
        (period,) = periods
        # CloudWatch looks back a day at most.
        assert period * alarm["EvaluationPeriods"] <= 86_400


def test_silence_is_as_long_as_the_settings_say(unusual: Monitoring) -> None:
    alarm = unusual.alarms["no-check"]
    (stat,) = [query["MetricStat"] for query in alarm["Metrics"]]
    assert stat["Period"] * alarm["EvaluationPeriods"] == 45 * 60
    assert alarm["DatapointsToAlarm"] == alarm["EvaluationPeriods"]


# From the first day on


def answer(formula: str, known: dict[str, float]) -> float | None:
    """What CloudWatch works out for a period in which only the metrics in `known` have data; None
    where that is nothing."""

    def fill(name: str, otherwise: float) -> float:
        return known.get(name, otherwise)

    def choose(condition: bool, yes: float | None, no: float | None) -> float | None:
        return yes if condition else no

    text = re.sub(r"FILL\((\w+), ", r"FILL('\1', ", formula).replace(" AND ", " and ")
    values = {"heartbeat": known.get("heartbeat"), "FILL": fill, "IF": choose}
    result: float | None = eval(text, {**values, "__builtins__": {}})
    return result


WAL, AGE, MEMORY, LATENCY = {"slot": 5e6}, {"heartbeat": 2.0}, {"memory": 3e8}, {"latency": 0.0}
OLD, SOURCE, TARGET = {"heartbeat": 900.0}, {"writes": 0.0}, {"writes": 100.0}


@pytest.mark.parametrize(
    ("situation", "known", "alarming"),
    [
        ("deployed, nothing begun", SOURCE, set()),
        ("deployed, and no check has run", {}, set()),
        ("the source has no slot", SOURCE | {"slot": 0.0}, set()),
        ("full load: no latencies yet", SOURCE | WAL | AGE | MEMORY, set()),
        ("replicating", SOURCE | WAL | AGE | MEMORY | LATENCY, set()),
        ("replicating, idle", SOURCE | WAL | AGE | LATENCY, set()),
        ("the weights are not known", WAL | AGE | MEMORY, set()),
        ("the task stopped or failed", SOURCE | WAL | OLD, {"task-not-running", "heartbeat-lag"}),
        ("and the weights are not known", WAL | OLD, {"task-not-running", "heartbeat-lag"}),
        ("it runs, and applies nothing", SOURCE | WAL | OLD | MEMORY, {"heartbeat-lag"}),
        ("it runs, and the target is silent", SOURCE | WAL | MEMORY | LATENCY, {"no-heartbeat"}),
        ("dead, and the target too", SOURCE | WAL, {"task-not-running", "no-heartbeat"}),
        ("switched: the way forth is stopped", TARGET | WAL | OLD, set()),
        ("switched, and the target is silent", TARGET | WAL, set()),
        ("finalized: the slot is gone", TARGET | OLD, set()),
    ],
)
def test_the_way_forth_is_missed_while_it_should_be_there(
    situation: str, known: dict[str, float], alarming: set[str]
) -> None:
    rows = {
        row.name: row for row in alarm_rows(Metrics(NAMES, 3), UNUSUAL, reverse=True, forward=True)
    }
    found = set()
    for name in ("task-not-running", "no-heartbeat", "heartbeat-lag"):
        watched = rows[name].watched
        assert isinstance(watched, Expression)
        value = answer(watched.formula, known)
        if value is not None and value > rows[name].threshold:
            found.add(name)
    assert found == alarming, situation


def test_only_the_check_s_own_silence_is_a_fault(deployed: Monitoring) -> None:
    """Everything else says nothing on a day on which there is no data."""
    breaching = {
        name for name, alarm in deployed.alarms.items() if alarm["TreatMissingData"] == "breaching"
    }
    assert breaching == {"no-check", "no-source-check"}
    for alarm in deployed.alarms.values():
        assert "InsufficientDataActions" not in alarm


def test_without_a_task_for_the_way_back_nothing_asks_for_it(deployed: Monitoring) -> None:
    if "reverse-replication-lag" not in deployed.alarms:
        assert "ReverseTask" not in json.dumps(deployed.template)


def test_with_one_it_is_watched_and_drawn(unusual: Monitoring) -> None:
    stats = [
        query["MetricStat"] for query in unusual.alarms["reverse-replication-lag"]["Metrics"][1:]
    ]
    assert {stat["Metric"]["Dimensions"][1]["Value"] for stat in stats} == {"BACK"}
    for title, unit in (
        ("Replication lag", "seconds"),
        ("Replication throughput", "rows/s"),
        ("Replication throughput", "KB/s"),
        ("Task errors", "tables, rows"),
        ("DMS instance: memory", "bytes"),
    ):
        assert REVERSE in [watched.dimensions for watched in drawn(unusual.graph(title, unit))]


def test_every_task_has_an_alarm_on_its_lag_and_its_lines(unusual: Monitoring) -> None:
    """The load, the way back, and forward again."""
    watched = {
        name: {stat.dimensions["ReplicationTaskIdentifier"] for stat in queried(alarm)}
        for name, alarm in unusual.alarms.items()
        if name.endswith("replication-lag")
    }
    assert watched == {
        "replication-lag": {"FORTH"},
        "reverse-replication-lag": {"BACK"},
        "forward-replication-lag": {"AGAIN"},
    }
    for title, unit in (
        ("Replication lag", "seconds"),
        ("Replication throughput", "rows/s"),
        ("Replication throughput", "KB/s"),
        ("Task errors", "tables, rows"),
        ("Changes waiting in DMS", "rows"),
        ("DMS instance: memory", "bytes"),
        ("DMS instance: CPU", "percent"),
    ):
        shown = [each.dimensions for each in drawn(unusual.graph(title, unit))]
        for dimensions in (TASK, REVERSE, FORWARD):
            assert dimensions in shown, (title, dimensions)


def test_after_a_way_back_the_task_that_reads_the_source_is_the_third() -> None:
    """The first one rests by then, and its slot is gone; the third one's is there."""
    rows = {
        row.name: row for row in alarm_rows(Metrics(NAMES, 3), UNUSUAL, reverse=True, forward=True)
    }
    watched = rows["task-not-running"].watched
    assert isinstance(watched, Expression)
    assert answer(watched.formula, SOURCE | WAL | {"again": 3e8}) == 0
    assert answer(watched.formula, SOURCE | WAL) == 1
    assert watched.metrics["again"].dimensions == tuple(FORWARD.items())


def test_each_slot_of_the_source_is_drawn_whatever_it_is_called(unusual: Monitoring) -> None:
    (search,) = (
        entry[0]["expression"]
        for entry in unusual.graph("Source: WAL of each slot", "bytes")["metrics"]
        if isinstance(entry[0], dict)
    )
    (dimensions,) = re.findall(r"\{Migration,([\w,]+)\}", search)
    assert set(dimensions.split(",")) == {*CUSTOM, "Slot"}
    (name,) = re.findall(r'MetricName="(\w+)"', search)
    assert {name} == SEARCHED
    assert 'Environment="dev"' in search


# The dashboard

PROMISED = [
    ("Full load", "percent", {"FullLoadProgress"}),
    ("Source: WAL of each slot", "bytes", {"SourceWalKept"}),
    ("Source: WAL written", "bytes/s", {"SourceWalRate"}),
    (
        "Source: hours until WAL fills its disk",
        "hours",
        {"SourceDiskHoursLeft", "SourceDiskHoursUnread"},
    ),
    (
        "Source: age of the oldest transaction",
        "seconds",
        {"SourceOldestTransaction", "SourceOldestPrepared"},
    ),
    ("Source: changes of the schema", "objects", {"SourceSchemaChanges"}),
    # what the operator is promised: title, unit, metrics
    ("Replication lag", "seconds", {"CDCLatencySource", "CDCLatencyTarget"}),
    (
        "Replication throughput",
        "rows/s",
        {"CDCThroughputRowsSource", "CDCThroughputRowsTarget", "FullLoadThroughputRowsTarget"},
    ),
    (
        "Replication throughput",
        "KB/s",
        {"CDCThroughputBandwidthTarget", "FullLoadThroughputBandwidthTarget"},
    ),
    ("Aurora connections", "connections", {"DatabaseConnections"}),
    ("Aurora CPU", "percent", {"CPUUtilization"}),
    ("Aurora freeable memory", "bytes", {"FreeableMemory"}),
    ("Aurora capacity", "ACU", {"ServerlessDatabaseCapacity"}),
    ("Aurora replica lag", "milliseconds", {"AuroraReplicaLagMaximum"}),
    ("Aurora commit latency", "milliseconds", {"CommitLatency"}),
    (
        "Task errors",
        "tables, rows",
        {"TablesErrored", "TablesMismatched", "ValidationFailedOverallCount"},
    ),
    (
        "Tables by state",
        "tables",
        {
            "TablesCompleted",
            "TablesLoading",
            "TablesWaiting",
            "TablesErrored",
            "TablesMismatched",
        },
    ),
    ("Traffic on the target", "percent", {"ReadWeight", "WriteWeight"}),
    ("Heartbeat lag", "seconds", {"HeartbeatLag"}),
    ("WAL held by replication slots", "bytes", {"SourceSlotWal", "WayBackSlotWal"}),
    ("Way back: hours left of 72", "hours", {"WayBackHoursLeft"}),
]


@pytest.mark.parametrize(("title", "unit", "metrics"), PROMISED)
def test_the_dashboard_shows_what_is_promised(
    deployed: Monitoring, title: str, unit: str, metrics: set[str]
) -> None:
    assert metrics <= {watched.name for watched in drawn(deployed.graph(title, unit))}


def test_it_has_the_name_of_the_runbook(stacks: Synthesized) -> None:
    dashboard = stacks.only("monitoring", "AWS::CloudWatch::Dashboard")
    assert dashboard["DashboardName"] == "migration-dashboard-dev"


def test_its_text_knows_the_task_that_the_alarms_know(stacks: Synthesized) -> None:
    dashboard = stacks.only("monitoring", "AWS::CloudWatch::Dashboard")
    text, values = dashboard["DashboardBody"]["Fn::Sub"]
    assert plain(values["Task"], TASKS) == "${Task}"
    # With a name that has no value, CloudFormation refuses the template.
    wanted = {name for name in re.findall(r"\$\{([^}]+)\}", text) if not name.startswith("AWS::")}
    assert wanted == set(values)


def test_each_graph_has_its_unit_and_begins_at_zero(unusual: Monitoring) -> None:
    for graph in unusual.of_type("metric"):
        axis = graph["yAxis"]["left"]
        assert axis["min"] == 0, graph["title"]
        assert axis["label"], graph["title"]
        assert graph["region"] == "${AWS::Region}"


def test_a_threshold_of_the_settings_is_a_line_across_its_graph(unusual: Monitoring) -> None:
    lines = {
        line["label"]: (line["value"], graph)
        for graph in unusual.of_type("metric")
        for line in graph.get("annotations", {}).get("horizontal", [])
    }
    # The way back is drawn with the way forth, whose threshold is another.
    of_others = {"reverse-replication-lag", "forward-replication-lag"}
    # Its threshold is that of the other transactions.
    for name in set(THRESHOLDS) - of_others - {"source-prepared-transaction"}:
        value, graph = lines[name]
        assert value == unusual.alarms[name]["Threshold"]
        asked = {(watched.namespace, watched.name) for watched in queried(unusual.alarms[name])}
        # Whether it counts at all is no line of the graph.
        asked.discard(("Migration", "WriteWeight"))
        assert asked <= {(watched.namespace, watched.name) for watched in drawn(graph)}


def test_the_states_of_all_alarms_of_the_environment_are_shown(stacks: Synthesized) -> None:
    monitoring = Monitoring(stacks.templates["monitoring"])
    (states,) = monitoring.of_type("alarm")
    prefix = f"arn:${{AWS::Partition}}:cloudwatch:{ACCOUNT}:alarm:"
    assert all(arn.startswith(prefix) for arn in states["alarms"])
    shown = {arn.removeprefix(prefix) for arn in states["alarms"]}
    made = {
        resource["Properties"]["AlarmName"]
        for template in stacks.templates.values()
        for resource in template["Resources"].values()
        if resource["Type"] == "AWS::CloudWatch::Alarm"
    }
    assert made == shown
    assert "migration-function-measure-lag-dev" in shown


def test_the_errors_of_the_task_are_read_from_the_log_that_dms_writes(stacks: Synthesized) -> None:
    (log,) = Monitoring(stacks.templates["monitoring"]).of_type("log")
    (group,) = re.findall(r"SOURCE '([^']+)'", log["query"])
    groups = stacks.resources("dms", "AWS::Logs::LogGroup").values()
    assert group in [found["Properties"]["LogGroupName"] for found in groups]
    (pattern,) = re.findall(r"like /(.+?)/ \|", log["query"])
    assert re.search(pattern, "2026-11-25T11:00:00 [TARGET_APPLY    ]E:  relation does not exist")
    assert not re.search(pattern, "2026-11-25T11:00:00 [TASK_MANAGER    ]I:  Task is running")


def test_the_commands_it_shows_are_commands(deployed: Monitoring) -> None:
    from cutover.cli.main import app

    known = {command.callback.__name__ for command in app.registered_commands if command.callback}
    (text,) = deployed.of_type("text")
    shown = set(re.findall(r"^cutover (\w+)", text["markdown"], re.MULTILINE))
    assert {"status", "start", "pause", "resume", "abort"} <= shown <= known
    assert NAMES.state_parameter in text["markdown"]


def test_it_leads_to_the_runbook(deployed: Monitoring, unusual: Monitoring) -> None:
    (text,) = deployed.of_type("text")
    assert "`docs/runbook.md`" in text["markdown"]
    (text,) = unusual.of_type("text")
    headings = (ROOT / "docs" / "runbook.md").read_text()
    links = re.findall(r"\[([\w ]+)\]\((\S+)#([\w-]+)\)", text["markdown"])
    assert links
    for title, url, anchor in links:
        assert url == UNUSUAL.runbook_url
        assert f"\n## {title}\n" in headings
        assert anchor == title.lower().replace(" ", "-")


def test_no_widget_covers_another_or_leaves_the_page(unusual: Monitoring) -> None:
    taken: set[tuple[int, int]] = set()
    for widget in unusual.widgets:
        cells = {
            (x, y)
            for x in range(widget["x"], widget["x"] + widget["width"])
            for y in range(widget["y"], widget["y"] + widget["height"])
        }
        assert not cells & taken, widget["properties"].get("title")
        assert max(x for x, _ in cells) < 24
        taken |= cells


def test_it_stays_within_cloudwatch_s_limits(unusual: Monitoring) -> None:
    """500 widgets, 500 metrics in a widget and 2500 in all (CloudWatch guide, "Service quotas")."""
    counts = [len(graph["metrics"]) for graph in unusual.of_type("metric")]
    assert sum(counts) <= 2500
    assert max(counts) <= 500
    assert len(unusual.widgets) <= 500
    for graph in unusual.of_type("metric"):
        ids = [entry[-1].get("id") for entry in graph["metrics"] if entry[-1].get("id")]
        assert len(ids) == len(set(ids)), graph["title"]


# Other stacks


def test_nothing_depends_on_monitoring(stacks: Synthesized) -> None:
    """It may be changed or taken away on any day."""
    assert "Outputs" not in stacks.templates["monitoring"]


def test_it_takes_from_others_only_what_no_name_tells(stacks: Synthesized) -> None:
    taken = set(
        re.findall(r'"Fn::ImportValue": "([^"]+)"', json.dumps(stacks.templates["monitoring"]))
    )
    kinds = {
        re.sub(r"^.*ExportsOutputRef([A-Za-z]+?)[0-9A-F]{8}.*$", r"\1", name) for name in taken
    }
    assert kinds <= {"Task", "ReverseTask", "ForwardTask", "NotificationsTopic"}
