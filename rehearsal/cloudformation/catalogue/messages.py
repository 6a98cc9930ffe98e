"""SNS, SQS, EventBridge and its scheduler."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from rehearsal.cloudformation.catalogue.parts import document, some, stub
from rehearsal.cloudformation.errors import ResourceFailed
from rehearsal.cloudformation.kinds import Api, ApiKind, Resource

_TOPIC_ATTRIBUTES: Final = ("DisplayName", "KmsMasterKeyId", "SignatureVersion", "TracingConfig")
_NO_QUEUE_ATTRIBUTES: Final = ("QueueName", "Tags")


def _topic(api: Api, resource: Resource) -> dict[str, Any]:
    given = resource.properties
    attributes = {name: str(each) for name, each in some(given, *_TOPIC_ATTRIBUTES).items()}
    tags = given.get("Tags", [])
    name = given.get("TopicName", resource.name)
    answer = api.call("sns", "create_topic", Name=name, Attributes=attributes, Tags=tags)
    return {**answer, "Name": name}


def _topic_changed(api: Api, resource: Resource, before: Mapping[str, Any]) -> None:
    for name in _TOPIC_ATTRIBUTES:
        if resource.properties.get(name) != before.get(name):
            api.call(
                "sns",
                "set_topic_attributes",
                TopicArn=resource.ref,
                AttributeName=name,
                AttributeValue=str(resource.properties.get(name, "")),
            )


def _topic_policy(api: Api, resource: Resource) -> dict[str, Any]:
    for topic in resource.properties["Topics"]:
        api.call(
            "sns",
            "set_topic_attributes",
            TopicArn=topic,
            AttributeName="Policy",
            AttributeValue=document(resource.properties["PolicyDocument"]),
        )
    return {"Name": resource.name}


def _queue(api: Api, resource: Resource) -> dict[str, Any]:
    given = resource.properties
    name = given.get("QueueName", resource.fitted_name(80))
    attributes = {
        key: document(each)
        if isinstance(each, dict)
        else str(each).lower()
        if isinstance(each, bool)
        else str(each)
        for key, each in given.items()
        if key not in _NO_QUEUE_ATTRIBUTES
    }
    tags = {tag["Key"]: tag["Value"] for tag in given.get("Tags", [])}
    url = api.call("sqs", "create_queue", QueueName=name, Attributes=attributes, tags=tags)[
        "QueueUrl"
    ]
    found = api.call("sqs", "get_queue_attributes", QueueUrl=url, AttributeNames=["QueueArn"])
    return {"Url": url, "Name": name, "Arn": found["Attributes"]["QueueArn"]}


def _queue_policy(api: Api, resource: Resource) -> dict[str, Any]:
    for url in resource.properties["Queues"]:
        policy = {"Policy": document(resource.properties["PolicyDocument"])}
        api.call("sqs", "set_queue_attributes", QueueUrl=url, Attributes=policy)
    return {"Name": resource.name}


def _rule(api: Api, resource: Resource) -> dict[str, Any]:
    given = dict(resource.properties)
    given.setdefault("Name", resource.fitted_name(64))
    answer = api.call("events", "put_rule", **_RULE.parameters(api, "put_rule", given))
    targets = {"Rule": given["Name"], "Targets": given.get("Targets", [])}
    if targets["Targets"]:
        parameters = _RULE.parameters(api, "put_targets", {"Rule": given["Name"]})
        failed = api.call("events", "put_targets", **parameters, Targets=targets["Targets"])
        if failed.get("FailedEntryCount"):
            raise ResourceFailed(f"targets were refused: {failed['FailedEntries']}")
    return {**answer, "Name": given["Name"]}


def _rule_changed(api: Api, resource: Resource, before: Mapping[str, Any]) -> None:
    gone = {each["Id"] for each in before.get("Targets", [])} - {
        each["Id"] for each in resource.properties.get("Targets", [])
    }
    if gone:
        api.call("events", "remove_targets", Rule=resource.ref, Ids=sorted(gone))
    resource.properties = {"Name": resource.ref, **resource.properties}
    _rule(api, resource)


def _rule_gone(api: Api, resource: Resource) -> None:
    targets = [each["Id"] for each in resource.properties.get("Targets", [])]
    if targets:
        api.call("events", "remove_targets", Rule=resource.ref, Ids=targets)
    api.call("events", "delete_rule", Name=resource.ref)


_RULE: Final = ApiKind(
    type_name="AWS::Events::Rule",
    service="events",
    create_by=_rule,
    ref="Name",
    attributes={"Arn": "RuleArn"},
    later=frozenset({"Targets"}),
    update_by=_rule_changed,
    updates={"Targets": _rule_changed},
    delete_by=_rule_gone,
)

KINDS: Final = (
    ApiKind(
        type_name="AWS::SNS::Topic",
        service="sns",
        create_by=_topic,
        ref="TopicArn",
        attributes={"TopicArn": "TopicArn", "TopicName": "Name"},
        update_by=_topic_changed,
        delete_by="delete_topic",
        delete_key="TopicArn",
    ),
    ApiKind(
        type_name="AWS::SNS::TopicPolicy",
        service="sns",
        create_by=_topic_policy,
        ref="Name",
        update_by=lambda api, resource, _: _topic_policy(api, resource),
    ),
    ApiKind(
        type_name="AWS::SNS::Subscription",
        service="sns",
        create_by="subscribe",
        ref="SubscriptionArn",
        fixed={"ReturnSubscriptionArn": True},
        delete_by="unsubscribe",
        delete_key="SubscriptionArn",
    ),
    ApiKind(
        type_name="AWS::SQS::Queue",
        service="sqs",
        create_by=_queue,
        ref="Url",
        attributes={"Arn": "Arn", "QueueName": "Name", "QueueUrl": "Url"},
        delete_by="delete_queue",
        delete_key="QueueUrl",
    ),
    ApiKind(
        type_name="AWS::SQS::QueuePolicy",
        service="sqs",
        create_by=_queue_policy,
        ref="Name",
        update_by=lambda api, resource, _: _queue_policy(api, resource),
    ),
    _RULE,
    ApiKind(
        type_name="AWS::Scheduler::ScheduleGroup",
        service="scheduler",
        create_by="create_schedule_group",
        ref="Properties.Name",
        attributes={"Arn": "ScheduleGroupArn"},
        named="Name",
        name_limit=64,
        delete_by="delete_schedule_group",
        delete_key="Name",
    ),
    ApiKind(
        type_name="AWS::Scheduler::Schedule",
        service="scheduler",
        create_by="create_schedule",
        ref="Properties.Name",
        attributes={"Arn": "ScheduleArn"},
        named="Name",
        name_limit=64,
        update_by="update_schedule",
        delete_by="delete_schedule",
        delete_key="Name",
    ),
    stub("AWS::Events::EventBusPolicy", "nothing outside the account sends events here"),
)
