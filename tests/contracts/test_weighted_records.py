"""The custom resource of the weighted records: no deployment ever moves a weight, whatever happens around it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import import_module
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from moto import mock_aws

from cutover.adapters.route53 import Route53Router
from cutover.adapters.weighted_records import WeightedName, WeightedRecords
from cutover.errors import ServiceUnavailable
from rehearsal.aws import moto_route53
from rehearsal.aws.invoker import InProcessContext

if TYPE_CHECKING:
    from collections.abc import Iterator

ZONE = "db.example.internal"
READS, WRITES = f"ro.{ZONE}", f"rw.{ZONE}"
MODES = {"split": (READS, WRITES), "single": (WRITES,)}
NOW = datetime(2026, 1, 1, tzinfo=UTC)

Template = dict[str, dict[str, str]]
Weights = dict[str, dict[str, int]]


@dataclass
class Zone:
    """A hosted zone of the emulated account."""

    id: str
    client: Any

    @classmethod
    def made(cls, name: str = ZONE) -> Zone:
        client = boto3.client("route53")
        made = client.create_hosted_zone(Name=name, CallerReference=f"{name}{NOW}")
        return cls(id=made["HostedZone"]["Id"].rpartition("/")[2], client=client)

    def pairs(self) -> dict[str, dict[str, dict[str, Any]]]:
        """The records by name and set identifier."""
        found: dict[str, dict[str, dict[str, Any]]] = {}
        sets = self.client.list_resource_record_sets(HostedZoneId=self.id)["ResourceRecordSets"]
        for record in sets:
            if "SetIdentifier" in record:
                found.setdefault(record["Name"].rstrip("."), {})[record["SetIdentifier"]] = record
        return found

    def weights(self) -> Weights:
        return {
            name: {side: int(record["Weight"]) for side, record in pair.items()}
            for name, pair in self.pairs().items()
        }

    def move(self, name: str, share: int) -> None:
        Route53Router(self.client, hosted_zone_id=self.id).set_target_shares({name: share}, now=NOW)


@dataclass
class CloudFormation:
    """What CloudFormation does with custom resources (its guide, "Custom resource request types"): removed and
    replaced ones are deleted last and only when all else succeeded, a failure goes back the same way, and a
    request may be delivered twice."""

    deliveries: int = 1
    resources: dict[str, tuple[str, dict[str, str]]] = field(default_factory=dict)
    answers: list[dict[str, Any]] = field(default_factory=list)

    def deploy(self, template: Template, *, fails: bool = False) -> None:
        before = dict(self.resources)
        self._to(template)
        if fails:
            self._to({name: properties for name, (_, properties) in before.items()})
            template = {name: properties for name, (_, properties) in before.items()}
        for name in set(self.resources) - set(template):
            self.request("Delete", *self.resources.pop(name))

    def _to(self, template: Template) -> None:
        for name, properties in template.items():
            if name not in self.resources:
                self.resources[name] = (self.request("Create", "", properties), properties)
                continue
            physical, old = self.resources[name]
            if old != properties:
                changed = self.request("Update", physical, properties, old)
                self.resources[name] = (changed, properties)
                if changed != physical:
                    self.request("Delete", physical, old)

    def request(
        self,
        kind: str,
        physical: str,
        properties: dict[str, str],
        old: dict[str, str] | None = None,
    ) -> str:
        event: dict[str, Any] = {
            "RequestType": kind,
            "ResponseURL": "https://cloudformation.example/answer",
            "StackId": "stack",
            "RequestId": "request",
            "LogicalResourceId": "Records",
            "ResourceProperties": properties,
        }
        event |= {"PhysicalResourceId": physical} if physical else {}
        event |= {"OldResourceProperties": old} if old else {}
        handler = import_module("lambdas.weighted_records").lambda_handler
        for _ in range(self.deliveries):
            handler(
                json.loads(json.dumps(event)), InProcessContext(function_name="weighted-records")
            )
        assert self.answers[-1]["Status"] == "SUCCESS", self.answers[-1]
        return str(self.answers[-1]["PhysicalResourceId"])


@pytest.fixture(autouse=True)
def aws() -> Iterator[None]:
    moto_route53.install()
    with mock_aws():
        yield


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> CloudFormation:
    made = CloudFormation()
    monkeypatch.setattr(
        "lambdas.cloudformation._respond", lambda _, answer: made.answers.append(answer)
    )
    return made


def template(
    zone: Zone, *, mode: str = "split", ttl: int = 5, target: str = "aurora", name: str = ""
) -> Template:
    return {
        record.split(".")[0]: {
            "HostedZoneId": zone.id,
            "RecordName": name or record,
            "Source": "onprem",
            "Target": target,
            "Ttl": str(ttl),
        }
        for record in MODES[mode]
    }


deployments = st.fixed_dictionaries(
    {
        "mode": st.sampled_from(sorted(MODES)),
        "ttl": st.sampled_from([5, 60]),
        "target": st.sampled_from(["aurora", "aurora-2"]),
        "fails": st.booleans(),
        "deliveries": st.sampled_from([1, 2]),
    }
)
moves = st.tuples(st.sampled_from([READS, WRITES]), st.integers(0, 100))


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(story=st.lists(st.one_of(deployments, moves), min_size=2, max_size=8))
def test_no_deployment_ever_moves_a_weight(
    stack: CloudFormation, story: list[dict[str, Any] | tuple[str, int]]
) -> None:
    with mock_aws():
        zone = Zone.made()
        stack.resources.clear()
        for step in story:
            before = zone.weights()
            if isinstance(step, tuple):
                name, share = step
                if name in before:
                    zone.move(name, share)
                continue
            told = dict(step)
            fails, stack.deliveries = told.pop("fails"), told.pop("deliveries")
            wanted = template(zone, **told)
            stack.deploy(wanted, fails=fails)
            check(zone, stack, before)
        stack.deploy({})
        assert zone.pairs() == {}


def check(zone: Zone, stack: CloudFormation, before: Weights) -> None:
    """Exactly the names of the template, as it says, and each with the weights it had."""
    wanted = {properties["RecordName"]: properties for _, properties in stack.resources.values()}
    pairs, weights = zone.pairs(), zone.weights()
    assert set(pairs) == set(wanted)
    for name, properties in wanted.items():
        assert weights[name] == before.get(name, {"source": 100, "target": 0}), name
        for side, host in (("source", properties["Source"]), ("target", properties["Target"])):
            assert pairs[name][side]["ResourceRecords"] == [{"Value": host}]
            assert pairs[name][side]["TTL"] == int(properties["Ttl"])


def test_a_weight_that_moves_while_a_deployment_writes_is_kept(stack: CloudFormation) -> None:
    """Between the reading and the writing: the batch is refused, and read anew."""
    zone = Zone.made()
    stack.deploy(template(zone))
    moved: list[bool] = []

    def meanwhile(**_: Any) -> None:
        if not moved:
            moved.append(True)
            zone.move(READS, 80)

    session = boto3.session.Session()
    client = session.client("route53")
    client.meta.events.register("before-call.route53.ChangeResourceRecordSets", meanwhile)
    WeightedRecords(client, hosted_zone_id=zone.id, ttl_seconds=60).ensure(
        WeightedName(name=READS, source="onprem", target="aurora")
    )
    assert moved
    assert zone.weights()[READS] == {"source": 20, "target": 80}
    assert {record["TTL"] for record in zone.pairs()[READS].values()} == {60}


def test_what_never_comes_to_rest_is_a_failure_and_not_overwritten(stack: CloudFormation) -> None:
    zone = Zone.made()
    stack.deploy(template(zone))
    shares = iter(range(1, 100))
    client = boto3.session.Session().client("route53")
    client.meta.events.register(
        "before-call.route53.ChangeResourceRecordSets",
        lambda **_: zone.move(READS, next(shares)),
    )
    records = WeightedRecords(client, hosted_zone_id=zone.id, ttl_seconds=60)
    with pytest.raises(ServiceUnavailable, match="InvalidChangeBatch"):
        records.ensure(WeightedName(name=READS, source="onprem", target="aurora"))
    assert sum(zone.weights()[READS].values()) == 100


@pytest.mark.parametrize(
    ("left", "weight"), [("source", 100), ("source", 0), ("target", 100), ("target", 30)]
)
def test_half_a_pair_is_completed_with_the_rest_of_the_traffic(
    stack: CloudFormation, left: str, weight: int
) -> None:
    """Two zeros would mean half and half, and so would two hundreds."""
    zone = Zone.made()
    stack.deploy(template(zone))
    zone.move(READS, weight if left == "target" else 100 - weight)
    other = "source" if left == "target" else "target"
    zone.client.change_resource_record_sets(
        HostedZoneId=zone.id,
        ChangeBatch={
            "Changes": [{"Action": "DELETE", "ResourceRecordSet": zone.pairs()[READS][other]}]
        },
    )
    stack.deploy(template(zone, ttl=60))
    assert zone.weights()[READS] == {left: weight, other: 100 - weight}


def test_a_first_creation_that_failed_is_deleted_cleanly(
    stack: CloudFormation, monkeypatch: pytest.MonkeyPatch
) -> None:
    zone = Zone.made()
    properties = template(zone)["ro"]

    def refused(*_: object) -> None:
        raise ServiceUnavailable("throttled")

    with monkeypatch.context() as patch:
        patch.setattr(WeightedRecords, "ensure", refused)
        with pytest.raises(AssertionError, match="throttled"):
            stack.request("Create", "", properties)
    failed = stack.answers[-1]
    assert failed["Status"] == "FAILED"
    stack.request("Delete", failed["PhysicalResourceId"], properties)
    # CloudFormation makes up an id where there was no answer at all.
    assert stack.request("Delete", "stack-Records-1ABC", properties) == "stack-Records-1ABC"
    assert zone.pairs() == {}


def test_another_zone_is_another_resource(stack: CloudFormation) -> None:
    """The old one's records go, in the old zone, and only after the new ones are there."""
    old, new = Zone.made(), Zone.made("db.other.internal")
    stack.deploy(template(old, mode="single"))
    old.move(WRITES, 100)
    there = template(new, mode="single", name="rw.db.other.internal")
    stack.deploy(there)
    assert old.pairs() == {}
    assert new.weights() == {"rw.db.other.internal": {"source": 100, "target": 0}}


def test_records_of_others_under_the_name_are_left(stack: CloudFormation) -> None:
    zone = Zone.made()
    stack.deploy(template(zone))
    foreign = {**zone.pairs()[READS]["source"], "SetIdentifier": "theirs"}
    zone.client.change_resource_record_sets(
        HostedZoneId=zone.id,
        ChangeBatch={"Changes": [{"Action": "CREATE", "ResourceRecordSet": foreign}]},
    )
    stack.deploy({})
    assert set(zone.pairs()[READS]) == {"theirs"}


def test_a_reason_that_is_too_long_for_cloudformation_is_cut(
    monkeypatch: pytest.MonkeyPatch, stack: CloudFormation
) -> None:
    def refused(*_: object) -> None:
        raise ServiceUnavailable("x" * 5000)

    monkeypatch.setattr(WeightedRecords, "ensure", refused)
    with pytest.raises(AssertionError):
        stack.request("Create", "", template(SimpleNamespace(id="Z"))["ro"])  # type: ignore[arg-type]
    assert len(json.dumps(stack.answers[-1])) < 4096
