"""One suite a port, run on every implementation: what a step may rely on, whoever stands behind it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ReadTimeoutError
from moto import mock_aws

from cutover.adapters.cloudwatch import CloudWatchMonitoring
from cutover.adapters.dynamodb import DynamoDbJournal
from cutover.adapters.memory import MemoryJournal, MemoryMonitoring, MemoryRouter
from cutover.adapters.route53 import Route53Router
from cutover.adapters.ssm import SsmDisplay
from cutover.adapters.weighted_records import WeightedName, WeightedRecords
from cutover.errors import (
    LeaseTaken,
    RecordsMissing,
    ServiceUnavailable,
    StaleLease,
    StartRefused,
    TransitionRefused,
)
from cutover.journal import Lease, Phase
from cutover.observations import Alarm, OperatorWord, RecordWeights, Word
from cutover.ports import Journal, Monitoring, TrafficRouter

NOW = datetime(2026, 1, 1, tzinfo=UTC)
READS, WRITES = "ro.db.example.internal", "rw.db.example.internal"


@pytest.fixture
def aws() -> Iterator[None]:
    with mock_aws():
        yield


def dynamodb_journal() -> DynamoDbJournal:
    resource = boto3.resource("dynamodb")
    resource.create_table(
        TableName="journal",
        KeySchema=[
            {"AttributeName": "migration", "KeyType": "HASH"},
            {"AttributeName": "item", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": "migration", "AttributeType": "S"},
            {"AttributeName": "item", "AttributeType": "S"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    return DynamoDbJournal(resource, table="journal", migration="test")


@pytest.fixture(params=["memory", "dynamodb"])
def journal(request: pytest.FixtureRequest, aws: None) -> Journal:
    return MemoryJournal() if request.param == "memory" else dynamodb_journal()


class TestJournal:
    """cutover.ports.Journal."""

    def test_a_new_migration_is_idle_and_free(self, journal: Journal) -> None:
        state = journal.state()
        assert (state.phase, state.held, state.execution) == (Phase.IDLE, False, None)
        assert journal.word() == OperatorWord()
        assert journal.entries() == ()

    def test_one_lease_at_a_time(self, journal: Journal) -> None:
        lease = journal.acquire("a", now=NOW)
        assert journal.acquire("a", now=NOW) == lease
        with pytest.raises(LeaseTaken, match="held by a"):
            journal.acquire("b", now=NOW)
        assert len(journal.entries()) == 1

    def test_a_phase_is_entered_with_its_entry_or_not_at_all(self, journal: Journal) -> None:
        lease = journal.acquire("a", now=NOW)
        journal.record(lease, Phase.SHIFTING, now=NOW, note="20 %", detail={"share": 20})
        with pytest.raises(TransitionRefused, match="done can't follow shifting"):
            journal.record(lease, Phase.DONE, now=NOW, note="no")
        assert journal.state().phase is Phase.SHIFTING
        entries = journal.entries()
        assert [entry.number for entry in entries] == [1, 2]
        assert entries[-1].note == "20 %"
        assert entries[-1].detail == {"share": 20}
        assert entries[-1].at == NOW

    def test_an_overtaken_lease_can_do_nothing(self, journal: Journal) -> None:
        old = journal.acquire("a", now=NOW)
        new = journal.raise_fence("a", now=NOW)
        assert new.fence > old.fence
        for act in (
            lambda: journal.record(old, Phase.SHIFTING, now=NOW, note="late"),
            lambda: journal.check(old),
            lambda: journal.release(old, now=NOW),
        ):
            with pytest.raises(StaleLease):
                act()
        journal.record(new, Phase.SHIFTING, now=NOW, note="in time")

    def test_who_overtakes_holds_the_lease_until_it_is_given_up(self, journal: Journal) -> None:
        lease = journal.acquire("a", now=NOW)
        journal.record(lease, Phase.PUT_BACK, now=NOW, note="back")
        journal.release(lease, now=NOW)
        again = journal.raise_fence("a", now=NOW)
        with pytest.raises(LeaseTaken):
            journal.acquire("b", now=NOW)
        journal.release(again, now=NOW)
        journal.acquire("b", now=NOW)

    def test_only_the_newest_execution_can_overtake(self, journal: Journal) -> None:
        journal.acquire("a", now=NOW)
        with pytest.raises(StaleLease):
            journal.raise_fence("b", now=NOW)

    def test_a_released_lease_is_free_for_the_next_after_a_put_back(self, journal: Journal) -> None:
        lease = journal.acquire("a", now=NOW)
        journal.record(lease, Phase.PUT_BACK, now=NOW, note="back")
        journal.release(lease, now=NOW)
        journal.release(lease, now=NOW)
        later = journal.acquire("b", now=NOW)
        assert later.fence > lease.fence
        with pytest.raises(StaleLease):
            journal.check(lease)

    def test_a_start_is_refused_where_the_phase_does_not_allow_it(self, journal: Journal) -> None:
        lease = journal.acquire("a", now=NOW)
        for phase in (Phase.SHIFTING, Phase.SWITCHING, Phase.TARGET_OPEN, Phase.DONE):
            journal.record(lease, phase, now=NOW, note="")
        journal.release(lease, now=NOW)
        with pytest.raises(StartRefused, match="stands at done"):
            journal.acquire("b", now=NOW)

    def test_a_word_is_kept_until_the_next_start_forgets_it(self, journal: Journal) -> None:
        word = OperatorWord(word=Word.ABORT, by="dba", reason="no")
        journal.say(word, now=NOW)
        assert journal.word() == word
        journal.acquire("a", now=NOW)
        assert journal.word() == OperatorWord()


def route53_router() -> Route53Router:
    client = boto3.client("route53")
    zone = client.create_hosted_zone(Name="db.example.internal", CallerReference="1")
    zone_id = zone["HostedZone"]["Id"]
    records = WeightedRecords(client, hosted_zone_id=zone_id, ttl_seconds=5)
    for name in (READS, WRITES):
        records.ensure(WeightedName(name=name, source="onprem.example", target="aurora.example"))
    return Route53Router(client, hosted_zone_id=zone_id)


@pytest.fixture(params=["memory", "route53"])
def router(request: pytest.FixtureRequest, aws: None) -> TrafficRouter:
    if request.param == "memory":
        return MemoryRouter(shares={READS: 0, WRITES: 0})
    return route53_router()


class TestTrafficRouter:
    """cutover.ports.TrafficRouter."""

    def test_everything_begins_at_the_source(self, router: TrafficRouter) -> None:
        assert router.weights(READS) == RecordWeights(name=READS, source=100, target=0)

    def test_a_change_says_what_to_expect_and_is_in_sync(self, router: TrafficRouter) -> None:
        change = router.set_target_shares({READS: 20}, now=NOW)
        assert change.expected == (RecordWeights(name=READS, source=80, target=20),)
        assert change.changed_at == NOW
        assert router.in_sync(change.id)
        assert router.weights(READS) == change.expected[0]
        assert router.weights(WRITES).target == 0

    def test_two_names_move_in_one_change(self, router: TrafficRouter) -> None:
        change = router.set_target_shares({READS: 100, WRITES: 100}, now=NOW)
        assert {weights.name: weights.target for weights in change.expected} == {
            READS: 100,
            WRITES: 100,
        }

    def test_a_name_without_its_pair_is_missing_not_zero(self, router: TrafficRouter) -> None:
        with pytest.raises(RecordsMissing, match=r"other\.example"):
            router.weights("other.example")
        with pytest.raises(RecordsMissing):
            router.set_target_shares({"other.example": 20}, now=NOW)


def cloudwatch_monitoring() -> CloudWatchMonitoring:
    return CloudWatchMonitoring(
        boto3.client("cloudwatch"),
        instance_id="Instance",
        task_arn="arn:aws:dms:us-east-1:123456789012:task:RESOURCE",
        alarm_names=["replication-lag", "absent"],
    )


def publish(
    now: datetime, value: float, *, task: str = "RESOURCE", name: str = "CDCLatencySource"
) -> None:
    boto3.client("cloudwatch").put_metric_data(
        Namespace="AWS/DMS",
        MetricData=[
            {
                "MetricName": name,
                "Timestamp": now,
                "Value": value,
                "Dimensions": [
                    {"Name": "ReplicationInstanceIdentifier", "Value": "instance"},
                    {"Name": "ReplicationTaskIdentifier", "Value": task},
                ],
            }
        ],
    )


class TestMonitoring:
    """cutover.ports.Monitoring; in memory it is a few fields, so the suite is about CloudWatch."""

    @pytest.fixture
    def monitoring(self, aws: None) -> Monitoring:
        return cloudwatch_monitoring()

    def latencies(self, monitoring: Monitoring, now: datetime) -> dict[str, float | None]:
        readings = monitoring.latencies(now=now, max_age=timedelta(minutes=5))
        return {reading.name: reading.value for reading in readings}

    def test_no_data_point_is_no_value(self, monitoring: Monitoring) -> None:
        now = datetime.now(UTC)
        assert self.latencies(monitoring, now) == {
            "CDCLatencySource": None,
            "CDCLatencyTarget": None,
        }

    def test_the_newest_data_point_counts(self, monitoring: Monitoring) -> None:
        now = datetime.now(UTC).replace(second=30)
        publish(now - timedelta(minutes=3), 50.0)
        publish(now - timedelta(minutes=1), 2.0)
        assert self.latencies(monitoring, now)["CDCLatencySource"] == 2.0

    def test_an_old_data_point_says_nothing(self, monitoring: Monitoring) -> None:
        now = datetime.now(UTC)
        publish(now - timedelta(minutes=10), 1.0)
        assert self.latencies(monitoring, now)["CDCLatencySource"] is None

    def test_another_tasks_data_says_nothing(self, monitoring: Monitoring) -> None:
        now = datetime.now(UTC)
        publish(now, 1.0, task="ANOTHER")
        assert self.latencies(monitoring, now)["CDCLatencySource"] is None

    def test_an_alarm_that_does_not_exist_is_missing_not_quiet(
        self, monitoring: Monitoring
    ) -> None:
        boto3.client("cloudwatch").put_metric_alarm(
            AlarmName="replication-lag",
            MetricName="m",
            Namespace="n",
            Period=60,
            EvaluationPeriods=1,
            Threshold=60,
            ComparisonOperator="GreaterThanThreshold",
            Statistic="Maximum",
        )
        client = boto3.client("cloudwatch")
        client.set_alarm_state(AlarmName="replication-lag", StateValue="ALARM", StateReason="x")
        assert monitoring.alarms() == (
            Alarm(name="replication-lag", state="ALARM"),
            Alarm(name="absent", state="MISSING"),
        )

    def test_memory_answers_in_the_same_words(self) -> None:
        memory = MemoryMonitoring(latency_seconds=None)
        readings = memory.latencies(now=NOW, max_age=timedelta(minutes=5))
        assert {reading.name: reading.value for reading in readings} == {
            "CDCLatencySource": None,
            "CDCLatencyTarget": None,
        }


def test_the_display_never_stops_a_cutover(aws: None) -> None:
    client = boto3.client("ssm")
    SsmDisplay(client, parameter="/migration/test/state").show({"phase": "done"})
    shown = client.get_parameter(Name="/migration/test/state")["Parameter"]["Value"]
    assert shown == '{"phase": "done"}'
    SsmDisplay(client, parameter="not a name").show({"phase": "done"})


def test_a_write_whose_answer_was_lost_is_not_written_again(
    aws: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Again, it would be refused because of itself: the lease taken by this very execution."""
    journal = dynamodb_journal()
    write = journal._client.transact_write_items

    def written_and_lost(**arguments: Any) -> Any:
        write(**arguments)
        raise ReadTimeoutError(endpoint_url="https://dynamodb")

    with monkeypatch.context() as patch:
        patch.setattr(journal._client, "transact_write_items", written_and_lost)
        with pytest.raises(ServiceUnavailable):
            journal.acquire("execution-1", now=NOW)
    assert journal.acquire("execution-1", now=NOW).fence == 1


def test_an_aws_error_is_translated_with_what_was_being_done(aws: None) -> None:
    router = Route53Router(boto3.client("route53"), hosted_zone_id="ZMISSING")
    with pytest.raises(ServiceUnavailable, match=f"reading the records of {READS}"):
        router.weights(READS)
    journal = DynamoDbJournal(boto3.resource("dynamodb"), table="absent", migration="m")
    with pytest.raises(ServiceUnavailable, match="reading the journal"):
        journal.state()
    with pytest.raises(ServiceUnavailable):
        journal.check(Lease(execution="a", fence=1))
