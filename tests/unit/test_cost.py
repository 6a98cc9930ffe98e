"""What the stacks cost: the arithmetic, on templates small enough to be worked out by hand."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from cutover.cli.main import app
from cutover.cli.synthesis import NotSynthesized, synthesize
from cutover.cost import prices as price_tables
from cutover.cost.assembly import NoAssembly, Stack, read
from cutover.cost.catalogue import FREE, METERED
from cutover.cost.estimate import Estimate, estimate
from cutover.cost.operation import runs_a_month
from cutover.cost.ranges import exactly, within
from cutover.cost.usage import Assumptions, NoPrice, Phase

TABLE = price_tables.read()
UNIT = replace(
    TABLE, prices={key: replace(price, each=exactly(1)) for key, price in TABLE.prices.items()}
)
"""Everything costs a dollar, so that an amount is a quantity."""


def resource(kind: str, **properties: Any) -> dict[str, Any]:
    return {"Type": kind, "Properties": properties}


def database(least: float = 0.5, most: float = 2, **metadata: float) -> Stack:
    template: dict[str, Any] = {
        "Resources": {
            "Cluster": resource(
                "AWS::RDS::DBCluster",
                ServerlessV2ScalingConfiguration={"MinCapacity": least, "MaxCapacity": most},
                BackupRetentionPeriod=7,
            ),
            **{
                f"Instance{tier}": resource(
                    "AWS::RDS::DBInstance",
                    DBClusterIdentifier={"Ref": "Cluster"},
                    DBInstanceClass="db.serverless",
                    PromotionTier=tier,
                )
                for tier in (0, 1, 15)
            },
            "Key": resource("AWS::KMS::Key"),
        }
    }
    if metadata:
        template["Metadata"] = {"Migration": metadata}
    return Stack(name="migration-database-dev", region="us-east-1", template=template)


def replication(instance_class: str = "dms.r5.large", **properties: Any) -> Stack:
    return Stack(
        name="migration-dms-dev",
        region="us-east-1",
        needs=frozenset({"migration-database-dev"}),
        template={
            "Resources": {
                "Instance": resource(
                    "AWS::DMS::ReplicationInstance",
                    ReplicationInstanceClass=instance_class,
                    AllocatedStorage=100,
                    **properties,
                ),
                "Key": {**resource("AWS::KMS::Key"), "DeletionPolicy": "Retain"},
            }
        },
    )


def one(kind: str, role: str = "cutover", **properties: Any) -> Stack:
    return Stack(
        name=f"migration-{role}-dev",
        region="us-east-1",
        template={"Resources": {"One": resource(kind, **properties)}},
    )


def estimated(*stacks: Stack, table: price_tables.PriceTable = UNIT, **assumed: Any) -> Estimate:
    return estimate(stacks, prices=table, assumptions=Assumptions(**assumed))


def amounts(found: Estimate, phase: Phase, stack: str) -> dict[str, tuple[float, ...]]:
    return {
        line.item: (float(line.amount.low), float(line.amount.likely), float(line.amount.high))
        for line in found.phases[phase]
        if line.stack == stack
    }


def test_a_small_database_comes_to_what_was_worked_out_by_hand() -> None:
    """Two instances move together between 0.5 and 2 ACU with 1 as their mean, one stays small."""
    found = estimated(database(), table=TABLE)
    capacity = "Aurora Serverless v2 capacity"
    hour = 730 * 0.12
    by_phase = {phase: amounts(found, phase, "database") for phase in Phase}
    assert by_phase[Phase.BUILD][capacity] == pytest.approx(
        ((0.5 + 0.5 + 0.5) * hour, (0.5 + 0.5 + 0.5) * hour, (1 + 1 + 2) * hour)
    )
    assert by_phase[Phase.FULL_LOAD][capacity] == pytest.approx(
        ((1 + 1 + 0.5) * hour, (2 + 2 + 0.5) * hour, (2 + 2 + 2) * hour)
    )
    steady = ((0.5 + 0.5 + 0.5) * hour, (1 + 1 + 0.5) * hour, (2 + 2 + 2) * hour)
    assert by_phase[Phase.REPLICATING][capacity] == pytest.approx(steady)
    assert by_phase[Phase.AFTER][capacity] == pytest.approx(steady)
    assert by_phase[Phase.REPLICATING]["Aurora storage"] == (10, 10, 16.5)
    # 20 changes a second are 52.56 million a month: half an I/O each, one, or four.
    assert by_phase[Phase.REPLICATING]["Aurora I/O"] == (5.26, 10.51, 44.15)
    assert by_phase[Phase.BUILD]["customer keys"] == (1, 1, 1)


def test_the_load_has_its_own_maximum_whichever_of_the_two_is_deployed() -> None:
    told = {"MaxCapacity": 2, "FullLoadMaxCapacity": 16}
    capacity = "Aurora Serverless v2 capacity"
    for deployed in (2, 16):
        found = estimated(database(most=deployed, **told))
        assert amounts(found, Phase.FULL_LOAD, "database")[capacity][2] == 3 * 16 * 730
        assert amounts(found, Phase.REPLICATING, "database")[capacity][2] == 3 * 2 * 730
    asked = estimated(database(**told), full_load_max_capacity=Decimal(8))
    assert amounts(asked, Phase.FULL_LOAD, "database")[capacity][2] == 3 * 8 * 730


def test_the_likely_capacity_is_as_many_times_the_least_as_the_most_is_times_it() -> None:
    found = amounts(estimated(database(0.5, 32)), Phase.REPLICATING, "database")
    assert found["Aurora Serverless v2 capacity"][1] == (4 + 4 + 0.5) * 730


def test_two_zones_and_a_larger_class_multiply_the_instance_and_its_disk() -> None:
    found = estimated(replication("dms.r5.4xlarge", MultiAZ=True))
    shown = amounts(found, Phase.BUILD, "dms")
    assert set(shown["DMS instance, r5"]) == {2 * 8 * 730}
    assert list(shown["DMS storage"]) == [0, 200, 200]
    small = amounts(estimated(replication("dms.t3.medium")), Phase.BUILD, "dms")
    assert set(small["DMS instance, t3"]) == {365}
    assert list(small["DMS storage"]) == [50, 100, 100]


@pytest.mark.parametrize(
    ("stack", "item", "units"),
    [
        (
            one("AWS::EC2::VPCEndpoint", VpcEndpointType="Interface", SubnetIds=["a", "b", "c"]),
            "interface endpoints, each zone",
            3 * 730,
        ),
        (one("AWS::EC2::VPNConnection"), "VPN connections", 730),
        (
            one("AWS::Route53Resolver::ResolverEndpoint", IpAddresses=[{}, {}]),
            "Resolver endpoints, each address",
            2 * 730,
        ),
        (
            one("AWS::EC2::TransitGatewayAttachment"),
            "transit gateway attachments",
            730,
        ),
        (
            one(
                "AWS::CloudWatch::Alarm",
                Metrics=[
                    {"Id": "sum", "Expression": "a+b"},
                    {"Id": "a", "MetricStat": {"Metric": {}, "Period": 60}},
                    {"Id": "b", "MetricStat": {"Metric": {}, "Period": 60}},
                ],
            ),
            "alarms, each metric",
            2,
        ),
        (
            one("AWS::CloudWatch::Alarm", Namespace="AWS/DMS", MetricName="m", Period=10),
            "alarms under a minute, each metric",
            1,
        ),
    ],
)
def test_each_kind_is_counted_in_its_own_unit(stack: Stack, item: str, units: int) -> None:
    assert amounts(estimated(stack), Phase.BUILD, "cutover")[item] == (units,) * 3


def test_what_is_free_in_one_form_costs_nothing() -> None:
    for stack in (
        one("AWS::EC2::VPCEndpoint", VpcEndpointType="Gateway"),
        one("AWS::EC2::VPCEndpoint"),
        one("AWS::SSM::Parameter", Type="String"),
        one("AWS::Events::Rule", EventPattern={"source": ["aws.dms"]}),
        one("Custom::Anything"),
    ):
        found = estimated(stack)
        assert not found.total(Phase.REPLICATING).high
        assert not found.unpriced


def test_custom_metrics_are_counted_once_however_often_they_are_shown() -> None:
    widgets = [
        {"metrics": [["Migration", "HeartbeatLag", "Environment", "dev"], ["...", "p99"]]},
        {"metrics": [["Migration", "ReadWeight"], ["AWS/DMS", "CDCLatencySource"]]},
        {"alarms": ["arn:a", "arn:b"]},
    ]
    stack = Stack(
        name="migration-monitoring-dev",
        region="us-east-1",
        template={
            "Resources": {
                "Dashboard": resource(
                    "AWS::CloudWatch::Dashboard",
                    DashboardBody={
                        "Fn::Sub": [json.dumps({"widgets": widgets}), {"x": ["Y", "z"]}]
                    },
                ),
                "Alarm": resource(
                    "AWS::CloudWatch::Alarm", Namespace="Migration", MetricName="HeartbeatLag"
                ),
            }
        },
    )
    assert amounts(estimated(stack), Phase.BUILD, "monitoring")["custom metrics"] == (2, 2, 2)


@pytest.mark.parametrize(
    ("expression", "a_day"),
    [
        ("rate(1 minute)", 1440),
        ("rate(5 minutes)", 288),
        ("rate(1 day)", 1),
        ("cron(0/10 * * * ? *)", 144),
        ("cron(*/10 * * * ? *)", 144),
        ("cron(7 * * * ? *)", 24),
        ("cron(0 5 * * ? *)", 1),
    ],
)
def test_a_schedule_is_read_for_how_often_it_runs(expression: str, a_day: int) -> None:
    assert float(runs_a_month(expression)) == pytest.approx(a_day * 730 / 24)


def test_a_check_each_minute_costs_five_times_that_of_every_five() -> None:
    def transitions(expression: str) -> float:
        stack = one("AWS::Events::Rule", ScheduleExpression=expression)
        return amounts(estimated(stack), Phase.BUILD, "cutover")["Step Functions transitions"][1]

    assert transitions("rate(1 minute)") == pytest.approx(438)
    assert transitions("rate(5 minutes)") == pytest.approx(438 / 5)
    with pytest.raises(NoPrice, match=r"cron\(1,2"):
        runs_a_month("cron(1,2 * * * ? *)")


@pytest.mark.parametrize(
    ("stack", "told"),
    [
        (one("AWS::MSK::Cluster"), "AWS::MSK::Cluster (One)"),
        (
            one("AWS::RDS::DBInstance", DBInstanceClass="db.r6g.large"),
            "of class db.r6g.large (One)",
        ),
        (replication("dms.x9.large"), "of class dms.x9.large (Instance)"),
        (one("AWS::DynamoDB::Table"), "a table with provisioned throughput (One)"),
        (one("AWS::Events::Rule", ScheduleExpression="cron(1)"), "a schedule cron(1) (One)"),
    ],
)
def test_what_has_no_price_is_named_and_not_counted_as_nothing(stack: Stack, told: str) -> None:
    (unpriced,) = estimated(stack).unpriced
    assert unpriced.endswith(told)


def test_many_of_a_kind_without_a_price_are_one_line() -> None:
    template = {"Resources": {name: resource("AWS::MSK::Cluster") for name in "CAB"}}
    stack = Stack(name="migration-x-dev", region="us-east-1", template=template)
    assert estimated(stack).unpriced == ("x: AWS::MSK::Cluster (3 of them, such as A)",)


def test_after_finalize_only_what_outlives_its_stack_is_left() -> None:
    """Also a stack that needs one that goes has to go."""
    monitoring = replace(
        one("AWS::CloudWatch::Dashboard", role="monitoring"),
        needs=frozenset({"migration-dms-dev"}),
    )
    found = estimated(database(), replication(), monitoring)
    assert found.removed == ("dms", "monitoring")
    assert amounts(found, Phase.AFTER, "dms") == {"customer keys": (1, 1, 1)}
    assert amounts(found, Phase.AFTER, "monitoring") == {}
    assert found.of(Phase.AFTER, "database") == found.of(Phase.REPLICATING, "database")


def test_a_day_of_load_leaves_out_what_a_load_takes_once() -> None:
    found = estimated(database(), replication(), table=TABLE)
    once, month = found.once_a_load(), found.total(Phase.FULL_LOAD)
    assert once.likely == Decimal("12.40")  # 52 million I/Os, and 100 GB between two zones
    assert float(found.day_of_load().likely) == pytest.approx(
        float(month.likely - once.likely) / 730 * 24, abs=0.01
    )


def test_snapshots_are_paid_from_the_day_the_cluster_s_own_backup_ends() -> None:
    def plan(days: int) -> Stack:
        rule = {"Lifecycle": {"DeleteAfterDays": days}}
        return one("AWS::Backup::BackupPlan", BackupPlan={"BackupPlanRule": [rule]})

    def snapshots(days: int) -> tuple[float, ...]:
        found = estimated(database(), plan(days))
        return amounts(found, Phase.REPLICATING, "cutover")["Aurora backup beyond the free part"]

    assert snapshots(7) == (0, 0, 150)
    assert snapshots(10) == (300, 300, 600)


@given(
    storage=st.integers(1, 100_000),
    changes=st.integers(0, 100_000),
    least=st.sampled_from([0.0, 0.5, 2.0]),
    span=st.sampled_from([0.5, 8.0, 128.0]),
)
def test_sums_are_those_of_their_lines_and_never_out_of_order(
    storage: int, changes: int, least: float, span: float
) -> None:
    stacks = (database(least, least + span), replication())
    assumed = {"storage_gigabytes": storage, "changes_per_second": changes}
    found = estimated(*stacks, table=TABLE, **assumed)
    more = estimated(*stacks, table=TABLE, **(assumed | {"storage_gigabytes": storage + 1000}))
    for phase in Phase:
        lines, total = found.phases[phase], found.total(phase)
        assert total.low <= total.likely <= total.high
        for name in ("low", "likely", "high"):
            of_lines = sum(getattr(line.amount, name) for line in lines)
            of_stacks = sum(getattr(found.of(phase, stack), name) for stack in found.stacks)
            assert getattr(total, name) == of_lines == of_stacks
            assert getattr(more.total(phase), name) >= of_lines
    assert not any("DMS" in line.item for line in found.phases[Phase.AFTER])


def test_a_range_out_of_order_can_not_be_made() -> None:
    for low, likely, high in ((2, 1, 3), (1, 3, 2), (-1, 0, 1)):
        with pytest.raises(ValueError, match="not in order"):
            within(low, likely, high)
    found = within(1, 5, 20).beyond(Decimal(3), most=Decimal(10))
    assert found == within(0, 2, 10)


def test_every_price_says_where_it_is_from() -> None:
    for key, price in TABLE.prices.items():
        assert price.source.startswith(("public repositories", "from memory")), key
        assert price.unit, key
        assert price.each.high > 0, key
    assert sum(TABLE.sources().values()) == len(TABLE.prices)
    assert not METERED.keys() & FREE.keys()


# --- the command, on an assembly that was synthesized before ---


def write(folder: Path, *stacks: Stack) -> Path:
    artifacts = {}
    for stack in stacks:
        (folder / f"{stack.name}.template.json").write_text(json.dumps(stack.template))
        artifacts[stack.name] = {
            "type": "aws:cloudformation:stack",
            "environment": f"aws://unknown-account/{stack.region}",
            "properties": {"templateFile": f"{stack.name}.template.json"},
            "dependencies": [*stack.needs, f"{stack.name}.assets"],
        }
        artifacts[f"{stack.name}.assets"] = {"type": "cdk:asset-manifest"}
    (folder / "manifest.json").write_text(json.dumps({"artifacts": artifacts}))
    return folder


def run(*arguments: str) -> Any:
    return CliRunner().invoke(app, ["cost", *arguments])


def test_an_assembly_is_read_as_it_was_written(tmp_path: Path) -> None:
    stacks = (database(), replication())
    assert read(write(tmp_path, *stacks)) == stacks
    assert [stack.role for stack in stacks] == ["database", "dms"]


def test_the_table_fits_80_columns_also_with_every_line(tmp_path: Path) -> None:
    folder = write(tmp_path, database(0.5, 256), replication("dms.r5.24xlarge", MultiAZ=True))
    many = ("--storage-gigabytes", "60000", "--changes-per-second", "20000")
    for extra in ((), ("--lines",), many, ("--lines", *many)):
        done = run("--assembly", str(folder), *extra)
        assert done.exit_code == 0, done.output
        wide = [line for line in done.stdout.splitlines() if len(line) > 80 or "…" in line]
        assert not wide
    for words in (
        "replicating",
        "after finalize",
        "60,000 GB",
        "2026-11",
        "from memory",
        "ACU-hour",
    ):
        assert words in done.stdout


def test_json_holds_the_same_sums_and_what_they_stand_on(tmp_path: Path) -> None:
    folder = write(tmp_path, database(), replication(), one("AWS::MSK::Cluster"))
    shown = json.loads(run("--assembly", str(folder), "--json", "--storage-gigabytes", "7").stdout)
    assert shown["assumptions"]["storage_gigabytes"] == 7
    assert shown["prices"]["region"] == shown["region"] == "us-east-1"
    assert shown["unpriced"] == ["cutover: AWS::MSK::Cluster (One)"]
    assert list(shown["phases"]) == [phase.value for phase in Phase]
    for phase in shown["phases"].values():
        for name in ("low", "likely", "high"):
            whole = phase["total"][name]
            assert whole == pytest.approx(sum(one["amount"][name] for one in phase["lines"]))
            assert whole == pytest.approx(sum(one[name] for one in phase["stacks"].values()))


def test_another_region_s_stacks_are_told_that_these_are_not_its_prices(tmp_path: Path) -> None:
    here = run("--assembly", str(write(tmp_path, database()))).stdout
    there = replace(database(), region="eu-central-1")
    told = run("--assembly", str(write(tmp_path, there))).stdout
    assert "are for eu-central-1, and the prices are those of us-east-1" in " ".join(told.split())
    assert "no other" not in here


def test_what_has_no_price_is_said_aloud(tmp_path: Path) -> None:
    told = run("--assembly", str(write(tmp_path, one("AWS::MSK::Cluster")))).stdout
    assert "NOT IN THE SUMS, no price is known:\n  cutover: AWS::MSK::Cluster (One)" in told


def test_what_can_not_be_estimated_ends_with_2_and_a_remedy(tmp_path: Path) -> None:
    both = run("--settings", "a.toml", "--assembly", "cdk.out")
    for done, told in (
        (run(), "give either --settings FILE"),
        (both, "give either --settings FILE"),
        (run("--assembly", str(tmp_path)), "is no cloud assembly (manifest.json: No such file"),
    ):
        assert (done.exit_code, done.stdout) == (2, "")
        assert told in done.stderr
    (tmp_path / "manifest.json").write_text("{}")
    with pytest.raises(NoAssembly, match="holds no stack; synthesize again"):
        read(tmp_path)
    (tmp_path / "manifest.json").write_text("{")
    with pytest.raises(NoAssembly, match=r"manifest\.json can't be read"):
        read(tmp_path)


def test_without_the_repository_or_the_cdk_the_remedy_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(NotSynthesized, match=r"app\.py: is not there; .* --assembly"):
        synthesize(tmp_path / "s.toml", tmp_path / "out", checkout=tmp_path)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(NotSynthesized, match=r"aws-cdk-lib: is not installed .*`make synth`"):
        synthesize(tmp_path / "s.toml", tmp_path / "out")
