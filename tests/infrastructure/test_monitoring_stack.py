"""Alarms that look where the data is, and that never call silence fine."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.infrastructure.conftest import Synthesized, Template


def alarm(stacks: Synthesized, name: str) -> Template:
    return stacks.named("monitoring", "AWS::CloudWatch::Alarm", "AlarmName", name)


def queried(alarm: Template) -> list[Template]:
    """The metrics that an alarm asks for."""
    return [query["MetricStat"] for query in alarm["Metrics"] if "MetricStat" in query]


def dimensions(query: Template) -> dict[str, object]:
    return {pair["Name"]: pair["Value"] for pair in query["Metric"]["Dimensions"]}


def test_replication_lag_is_both_latencies_of_the_task(stacks: Synthesized) -> None:
    given = alarm(stacks, "migration-replication-lag-dev")
    assert (given["Threshold"], given["ComparisonOperator"]) == (60, "GreaterThanThreshold")
    queries = queried(given)
    assert [query["Metric"]["MetricName"] for query in queries] == [
        "CDCLatencySource",
        "CDCLatencyTarget",
    ]
    (expression,) = [query["Expression"] for query in given["Metrics"] if "Expression" in query]
    assert expression == "source + target"
    for query in queries:
        assert query["Metric"]["Namespace"] == "AWS/DMS"
        found = dimensions(query)
        # With one of them, or with the task's name for its id, there is no data and no error.
        assert set(found) == {"ReplicationInstanceIdentifier", "ReplicationTaskIdentifier"}
        assert found["ReplicationInstanceIdentifier"] == "migration-dev"
        index, parts = found["ReplicationTaskIdentifier"]["Fn::Select"]  # type: ignore[index]
        separator, arn = parts["Fn::Split"]
        assert (index, separator) == (6, ":")
        assert arn["Fn::ImportValue"].startswith("migration-dms-dev:ExportsOutputRefTask")


def test_cpu_is_that_of_the_busiest_instance(stacks: Synthesized) -> None:
    given = alarm(stacks, "migration-aurora-cpu-dev")
    (query,) = queried(given)
    assert given["Threshold"] == 80
    assert query["Stat"] == "Maximum"
    assert query["Metric"]["MetricName"] == "CPUUtilization"
    assert dimensions(query) == {"DBClusterIdentifier": "migration-aurora-dev"}


def test_connections_are_those_of_all_instances(stacks: Synthesized) -> None:
    given = alarm(stacks, "migration-aurora-connections-dev")
    queries = queried(given)
    assert given["Threshold"] == 800
    assert {query["Metric"]["MetricName"] for query in queries} == {"DatabaseConnections"}
    instances = stacks.resources("database", "AWS::RDS::DBInstance").values()
    assert [dimensions(query)["DBInstanceIdentifier"] for query in queries] == sorted(
        instance["Properties"]["DBInstanceIdentifier"] for instance in instances
    )
    (expression,) = [query["Expression"] for query in given["Metrics"] if "Expression" in query]
    assert expression == "m1 + m2 + m3"


def test_alarms_tell_people_and_never_call_silence_fine(stacks: Synthesized) -> None:
    for resource in stacks.resources("monitoring", "AWS::CloudWatch::Alarm").values():
        given = resource["Properties"]
        assert given["TreatMissingData"] == "missing"
        assert {query["Period"] for query in queried(given)} == {60}
        assert "NotificationsTopic" in str(given["AlarmActions"])


def test_the_dashboard_is_the_one_that_the_runbook_names(stacks: Synthesized) -> None:
    dashboard = stacks.only("monitoring", "AWS::CloudWatch::Dashboard")
    assert dashboard["DashboardName"] == "migration-dashboard-dev"
    body = str(dashboard["DashboardBody"])
    for shown in ("CDCLatencySource", "DatabaseConnections", "CPUUtilization", "AuroraReplicaLag"):
        assert shown in body


def test_nothing_depends_on_monitoring(stacks: Synthesized) -> None:
    """It may be changed or taken away on any day."""
    assert "Outputs" not in stacks.templates["monitoring"]
