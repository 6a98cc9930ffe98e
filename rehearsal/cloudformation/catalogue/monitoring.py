"""CloudWatch: alarms, dashboards, log groups."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from rehearsal.aws.invoker import ACCOUNT, REGION
from rehearsal.cloudformation.catalogue.parts import document, stub
from rehearsal.cloudformation.kinds import Api, ApiKind, Resource


def _alarm_made(_api: Api, resource: Resource) -> dict[str, Any]:
    return {"Arn": f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:{resource.ref}"}


def _log_group_made(api: Api, resource: Resource) -> dict[str, Any]:
    _retention(api, resource)
    return {"Arn": f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{resource.ref}:*"}


def _retention(api: Api, resource: Resource, _before: Mapping[str, Any] | None = None) -> None:
    if "RetentionInDays" in resource.properties:
        api.call(
            "logs",
            "put_retention_policy",
            logGroupName=resource.ref,
            retentionInDays=int(resource.properties["RetentionInDays"]),
        )


KINDS: Final = (
    ApiKind(
        type_name="AWS::CloudWatch::Alarm",
        service="cloudwatch",
        create_by="put_metric_alarm",
        ref="Properties.AlarmName",
        attributes={"Arn": "Arn"},
        named="AlarmName",
        name_limit=255,
        then=_alarm_made,
        update_by="put_metric_alarm",
        delete_by="delete_alarms",
        delete_key="AlarmNames",
    ),
    stub("AWS::CloudWatch::CompositeAlarm", "moto has no composite alarms", Arn="Name"),
    ApiKind(
        type_name="AWS::CloudWatch::Dashboard",
        service="cloudwatch",
        create_by="put_dashboard",
        ref="Properties.DashboardName",
        named="DashboardName",
        name_limit=255,
        update_by="put_dashboard",
        delete_by="delete_dashboards",
        delete_key="DashboardNames",
    ),
    ApiKind(
        type_name="AWS::Logs::LogGroup",
        service="logs",
        create_by="create_log_group",
        ref="Properties.LogGroupName",
        attributes={"Arn": "Arn"},
        named="LogGroupName",
        name_limit=512,
        unread=frozenset({"FieldIndexPolicies", "DataProtectionPolicy"}),
        later=frozenset({"RetentionInDays"}),
        then=_log_group_made,
        updates={"RetentionInDays": _retention},
        delete_by="delete_log_group",
        delete_key="logGroupName",
    ),
    ApiKind(
        type_name="AWS::Logs::ResourcePolicy",
        service="logs",
        create_by=lambda api, resource: api.call(
            "logs",
            "put_resource_policy",
            policyName=resource.properties["PolicyName"],
            policyDocument=document(resource.properties["PolicyDocument"]),
        ),
        ref="Properties.PolicyName",
        delete_by="delete_resource_policy",
        delete_key="policyName",
    ),
    ApiKind(
        type_name="AWS::Logs::MetricFilter",
        service="logs",
        create_by="put_metric_filter",
        ref="Properties.FilterName",
        named="FilterName",
        update_by="put_metric_filter",
        delete_by="delete_metric_filter",
        delete_key="filterName",
        delete_properties=("LogGroupName",),
    ),
)
