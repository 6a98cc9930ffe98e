"""The stand-in for CloudFormation: what it refuses, what an update touches, what a deletion leaves."""

from __future__ import annotations

import json
import threading
import urllib.request
from typing import Any

import pytest

from rehearsal.cloudformation import TemplateFault
from rehearsal.cloudformation.catalogue import KINDS, STUBS
from rehearsal.cloudformation.schemas import schema
from rehearsal.cloudformation.stacks import Stack
from tests.deployment.conftest import Stacks

SECRET: dict[str, Any] = {
    "Type": "AWS::SecretsManager::Secret",
    "Properties": {
        "Description": "first",
        "GenerateSecretString": {
            "SecretStringTemplate": '{"username": "someone"}',
            "GenerateStringKey": "password",
        },
    },
}
CLUSTER: dict[str, Any] = {
    "Type": "AWS::RDS::DBCluster",
    "Properties": {
        "DBClusterIdentifier": "live",
        "Engine": "aurora-postgresql",
        "MasterUsername": "admin1",
        "MasterUserPassword": "not-a-secret",
        "BackupRetentionPeriod": 7,
    },
}
TOPIC: dict[str, Any] = {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "news"}}


def changed(resource: dict[str, Any], **properties: Any) -> dict[str, Any]:
    return {**resource, "Properties": {**resource["Properties"], **properties}}


def secret_of(stacks: Stacks, stack: Stack) -> dict[str, Any]:
    found = stacks.api.call(
        "secretsmanager", "get_secret_value", SecretId=stack.resources["Secret"].ref
    )
    content: dict[str, Any] = json.loads(found["SecretString"])
    return content


def statuses(stack: Stack, logical_id: str) -> list[str]:
    return [
        event["ResourceStatus"]
        for event in stack.events
        if event["LogicalResourceId"] == logical_id
    ]


def test_a_type_that_nothing_knows_is_refused_before_anything_is_made(stacks: Stacks) -> None:
    with pytest.raises(TemplateFault, match=r"AWS::Timestream::Table.*catalogue"):
        stacks.deploy({"Topic": TOPIC, "Odd": {"Type": "AWS::Timestream::Table"}})
    assert stacks.api.call("sns", "list_topics")["Topics"] == []


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"Ref": "Nobody"}, "Nobody"),
        ({"Fn::GetAtt": ["Nobody", "Arn"]}, "Nobody"),
        ({"Fn::Sub": "a-${Nobody.Arn}"}, "Nobody"),
    ],
)
def test_a_reference_to_nothing_is_refused(stacks: Stacks, value: Any, words: str) -> None:
    with pytest.raises(TemplateFault, match=words):
        stacks.deploy({"Topic": changed(TOPIC, DisplayName=value)})


@pytest.mark.parametrize(
    ("properties", "words"),
    [
        ({"DisplayName": {"Fn::ImportValue": "nothing"}}, "No export named nothing"),
        ({"DisplayName": {"Fn::GetAtt": ["Other", "Colour"]}}, "attribute type Colour"),
        ({"Colour": "red"}, "/Colour: not a property"),
        ({"TracingConfig": 3, "ArchivePolicy": {}, "Colour": 1}, "/Colour: not a property"),
    ],
)
def test_what_has_no_value_or_no_place_fails_and_is_put_back(
    stacks: Stacks, properties: dict[str, Any], words: str
) -> None:
    other = changed(TOPIC, TopicName="other")
    stack = stacks.deploy({"Other": other, "Topic": changed(TOPIC, **properties)})
    assert stack.status == "ROLLBACK_COMPLETE"
    assert any(words in event.get("ResourceStatusReason", "") for event in stack.events)
    assert stacks.api.call("sns", "list_topics")["Topics"] == []


def test_a_property_that_would_be_lost_is_a_failure(stacks: Stacks) -> None:
    """AWS's schema knows it, moto's API has no place for it, and the entry says nothing of it."""
    zone = {"Type": "AWS::EC2::RouteTable", "Properties": {"VpcId": {"Ref": "Vpc"}}}
    vpc = {
        "Type": "AWS::EC2::VPC",
        "Properties": {"CidrBlock": "10.0.0.0/16", "Ipv4NetmaskLength": 16},
    }
    assert stacks.deploy({"Vpc": vpc, "Table": zone}).status == "CREATE_COMPLETE"
    subnet = {
        "Type": "AWS::EC2::Subnet",
        "Properties": {
            "VpcId": {"Ref": "Vpc"},
            "CidrBlock": "10.0.0.0/24",
            "EnableDns64": True,
        },
    }
    stack = stacks.deploy({"Vpc": vpc, "Subnet": subnet}, name="two")
    assert stack.status == "ROLLBACK_COMPLETE"
    assert any("EnableDns64 would be lost" in str(event) for event in stack.events)


def test_an_update_changes_in_place_and_leaves_the_rest_alone(stacks: Stacks) -> None:
    stack = stacks.deploy({"Secret": SECRET, "Cluster": CLUSTER, "Topic": TOPIC})
    assert stack.status == "CREATE_COMPLETE", stack.events
    password = secret_of(stacks, stack)
    refs = {name: resource.ref for name, resource in stack.resources.items()}
    (before,) = stacks.api.call("rds", "describe_db_clusters")["DBClusters"]

    stack = stacks.deploy(
        {
            "Secret": changed(SECRET, Description="second"),
            "Cluster": changed(CLUSTER, BackupRetentionPeriod=9),
            "Topic": TOPIC,
        }
    )
    assert stack.status == "UPDATE_COMPLETE", stack.events
    assert {name: resource.ref for name, resource in stack.resources.items()} == refs
    assert secret_of(stacks, stack) == password, "another description is not another password"
    (after,) = stacks.api.call("rds", "describe_db_clusters")["DBClusters"]
    assert (after["BackupRetentionPeriod"], after["DbClusterResourceId"]) == (
        9,
        before["DbClusterResourceId"],
    )
    assert statuses(stack, "Topic").count("UPDATE_IN_PROGRESS") == 0


def test_another_recipe_is_another_password(stacks: Stacks) -> None:
    """As in AWS: whoever changes the recipe must see here that the live password goes."""
    stack = stacks.deploy({"Secret": SECRET})
    before = secret_of(stacks, stack)
    recipe = {**SECRET["Properties"]["GenerateSecretString"], "PasswordLength": 40}
    stack = stacks.deploy({"Secret": changed(SECRET, GenerateSecretString=recipe)})
    assert secret_of(stacks, stack)["password"] != before["password"]


def test_a_change_that_replaces_makes_the_new_one_before_the_old_one_goes(stacks: Stacks) -> None:
    stack = stacks.deploy({"Topic": TOPIC})
    old = stack.resources["Topic"].ref
    stack = stacks.deploy({"Topic": changed(TOPIC, TopicName="other")})
    assert stack.status == "UPDATE_COMPLETE"
    assert [topic["TopicArn"] for topic in stacks.api.call("sns", "list_topics")["Topics"]] == [
        stack.resources["Topic"].ref
    ]
    order = [event["PhysicalResourceId"] for event in stack.events if "Topic" in str(event)]
    assert order.index(stack.resources["Topic"].ref) < len(order) - order[::-1].index(old)


def test_a_replacement_under_a_taken_name_fails_and_the_live_one_stays(stacks: Stacks) -> None:
    """The tasks' fixed names stand on this: an endpoint's change must not start a load anew."""
    stack = stacks.deploy({"Cluster": CLUSTER})
    (before,) = stacks.api.call("rds", "describe_db_clusters")["DBClusters"]
    stack = stacks.deploy({"Cluster": changed(CLUSTER, DatabaseName="another")})
    assert stack.status == "UPDATE_ROLLBACK_COMPLETE"
    (after,) = stacks.api.call("rds", "describe_db_clusters")["DBClusters"]
    assert after["DbClusterResourceId"] == before["DbClusterResourceId"]


def test_a_failed_update_puts_back_what_was_changed(stacks: Stacks) -> None:
    stack = stacks.deploy({"Secret": SECRET, "Topic": TOPIC})
    stack = stacks.deploy(
        {
            "Secret": changed(SECRET, Description="second"),
            "Topic": {**changed(TOPIC, Colour="red"), "DependsOn": "Secret"},
        }
    )
    assert stack.status == "UPDATE_ROLLBACK_COMPLETE"
    described = stacks.api.call(
        "secretsmanager", "describe_secret", SecretId=stack.resources["Secret"].ref
    )
    assert described["Description"] == "first"
    assert stack.resources["Secret"].properties["Description"] == "first"


def test_a_change_that_no_entry_knows_fails_instead_of_being_skipped(stacks: Stacks) -> None:
    zone = {"Type": "AWS::Route53::HostedZone", "Properties": {"Name": "a.internal"}}
    stacks.deploy({"Zone": zone})
    networks = [{"VPCId": "vpc-1", "VPCRegion": "us-east-1"}]
    stack = stacks.deploy({"Zone": changed(zone, VPCs=networks)})
    assert stack.status == "UPDATE_ROLLBACK_COMPLETE"
    assert any("no way is known here to change" in str(event) for event in stack.events)


def test_deletion_goes_backwards_and_names_what_is_kept(stacks: Stacks) -> None:
    vpc = {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}}
    subnet = {
        "Type": "AWS::EC2::Subnet",
        "Properties": {"VpcId": {"Ref": "Vpc"}, "CidrBlock": "10.0.0.0/24"},
    }
    kept = {**TOPIC, "DeletionPolicy": "Retain", "DependsOn": "Subnet"}
    stack = stacks.deploy({"Subnet": subnet, "Vpc": vpc, "Kept": kept})
    stacks.delete(stack)
    assert stack.status == "DELETE_COMPLETE", stack.events
    gone = [
        e["LogicalResourceId"] for e in stack.events if e["ResourceStatus"] == "DELETE_COMPLETE"
    ]
    assert gone[:2] == ["Subnet", "Vpc"]
    assert [resource.logical_id for resource in stack.retained] == ["Kept"]
    assert len(stacks.api.call("sns", "list_topics")["Topics"]) == 1


def test_protections_are_honoured(stacks: Stacks) -> None:
    stack = stacks.deploy({"Cluster": changed(CLUSTER, DeletionProtection=True)})
    stack.protected = True
    with pytest.raises(TemplateFault, match="TerminationProtection"):
        stacks.delete(stack)
    stack.protected = False
    stacks.delete(stack)
    assert stack.status == "DELETE_FAILED"
    assert len(stacks.api.call("rds", "describe_db_clusters")["DBClusters"]) == 1


def test_an_export_that_is_used_holds_its_stack(stacks: Stacks) -> None:
    exports = {"Name": {"Value": {"Ref": "Topic"}, "Export": {"Name": "the-topic"}}}
    first = stacks.deploy({"Topic": TOPIC}, name="first", Outputs=exports)
    user = changed(TOPIC, TopicName="user", DisplayName={"Fn::ImportValue": "the-topic"})
    second = stacks.deploy({"Topic": user}, name="second")
    assert second.status == "CREATE_COMPLETE"
    stacks.delete(first)
    assert first.status == "DELETE_FAILED"
    assert "in use by second" in str(first.reason)
    stacks.delete(second)
    stacks.delete(first)
    assert first.status == "DELETE_COMPLETE"


class Function:
    """Stands for the function behind a custom resource: answers at the URL as a function does."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self.answer: dict[str, Any] = {"Status": "SUCCESS", "PhysicalResourceId": "one"}

    def __call__(self, _service: str, _operation: str, **given: Any) -> dict[str, Any]:
        event = json.loads(given["Payload"])
        self.events.append(event)
        threading.Thread(target=self._respond, args=(event,)).start()
        return {}

    def _respond(self, event: dict[str, Any]) -> None:
        echo = {name: event[name] for name in ("StackId", "RequestId", "LogicalResourceId")}
        body = json.dumps({**echo, **self.answer}).encode()
        request = urllib.request.Request(event["ResponseURL"], data=body, method="PUT")
        urllib.request.urlopen(request, timeout=5).close()


@pytest.fixture
def function(stacks: Stacks, monkeypatch: pytest.MonkeyPatch) -> Function:
    function = Function()
    monkeypatch.setattr(stacks.api, "call", function)
    return function


def records(ttl: int) -> dict[str, Any]:
    return {
        "Records": {
            "Type": "Custom::Records",
            "Properties": {"ServiceToken": "arn:function", "Ttl": ttl},
        }
    }


def test_a_custom_resource_is_asked_and_heard(stacks: Stacks, function: Function) -> None:
    stack = stacks.deploy(records(5))
    assert (stack.status, stack.resources["Records"].ref) == ("CREATE_COMPLETE", "one")
    stack = stacks.deploy(records(3))
    assert stack.status == "UPDATE_COMPLETE"
    create, update = function.events
    assert create["ResourceProperties"]["Ttl"] == "5", "every value arrives as text"
    assert (update["RequestType"], update["PhysicalResourceId"]) == ("Update", "one")
    assert update["OldResourceProperties"]["Ttl"] == "5"
    stacks.delete(stack)
    assert [event["RequestType"] for event in function.events] == ["Create", "Update", "Delete"]


def test_a_changed_id_deletes_what_was_there_before(stacks: Stacks, function: Function) -> None:
    stacks.deploy(records(5))
    function.answer["PhysicalResourceId"] = "two"
    stacks.deploy(records(3))
    last = function.events[-1]
    assert (last["RequestType"], last["PhysicalResourceId"]) == ("Delete", "one")


def test_a_custom_resource_that_fails_fails_the_stack(stacks: Stacks, function: Function) -> None:
    function.answer = {"Status": "FAILED", "Reason": "no zone", "PhysicalResourceId": "x"}
    stack = stacks.deploy(records(5))
    assert stack.status in ("ROLLBACK_COMPLETE", "ROLLBACK_FAILED")
    assert any("no zone" in event.get("ResourceStatusReason", "") for event in stack.events)


def test_every_entry_is_a_type_of_aws_with_attributes_of_its_schema() -> None:
    for name, kind in KINDS.items():
        if name.startswith("Custom::"):
            continue
        known = schema(name)
        assert known, f"{name} is no type of AWS"
        readable = {
            path.removeprefix("/properties/").replace("/", ".")
            for path in known.get("readOnlyProperties", [])
        } | set(known["properties"])
        assert set(kind.attributes) <= readable, name
        assert kind.unread | kind.later <= set(known["properties"]), name
    assert all(STUBS.values()), "a stub says why"
