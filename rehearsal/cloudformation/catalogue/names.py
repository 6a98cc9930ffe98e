"""Route 53: zones and their resolvers."""

from __future__ import annotations

from typing import Any, Final

from rehearsal.aws.invoker import REGION
from rehearsal.cloudformation.kinds import Api, ApiKind, Resource, shaped


def _zone(api: Api, resource: Resource) -> dict[str, Any]:
    given = resource.properties
    networks = [
        {"VPCId": each["VPCId"], "VPCRegion": each.get("VPCRegion", REGION)}
        for each in given.get("VPCs", [])
    ]
    parameters: dict[str, Any] = {
        "Name": given["Name"],
        "CallerReference": resource.name,
        "HostedZoneConfig": {
            "PrivateZone": bool(networks),
            "Comment": given.get("HostedZoneConfig", {}).get("Comment", ""),
        },
    }
    if networks:
        parameters["VPC"] = networks[0]
    answer = api.call("route53", "create_hosted_zone", **parameters)
    identifier = answer["HostedZone"]["Id"].rpartition("/")[2]
    for network in networks[1:]:
        api.call("route53", "associate_vpc_with_hosted_zone", HostedZoneId=identifier, VPC=network)
    return {"Id": identifier}


def _record(api: Api, resource: Resource, action: str = "CREATE") -> dict[str, Any]:
    given = dict(resource.properties)
    zone = given.pop("HostedZoneId")
    values = [{"Value": each} for each in given.pop("ResourceRecords", [])]
    record: dict[str, Any] = {**given, "ResourceRecords": values}
    shape = api.input_shape("route53", "change_resource_record_sets")
    batch = shape.members["ChangeBatch"]
    changes = {"Changes": [{"Action": action, "ResourceRecordSet": record}]}
    api.call(
        "route53",
        "change_resource_record_sets",
        HostedZoneId=zone,
        ChangeBatch=shaped(changes, batch, "/ChangeBatch"),
    )
    return {"Id": given["Name"]}


KINDS: Final = (
    ApiKind(
        type_name="AWS::Route53::HostedZone",
        service="route53",
        create_by=_zone,
        ref="Id",
        attributes={"Id": "Ref"},
        updates={
            "HostedZoneConfig": lambda api, resource, _: api.call(
                "route53",
                "update_hosted_zone_comment",
                Id=resource.ref,
                Comment=resource.properties.get("HostedZoneConfig", {}).get("Comment", ""),
            )
        },
        # Refused while a record is left in it, here and in AWS.
        delete_by="delete_hosted_zone",
        delete_key="Id",
    ),
    ApiKind(
        type_name="AWS::Route53::RecordSet",
        service="route53",
        create_by=_record,
        ref="Id",
        update_by=lambda api, resource, _: _record(api, resource, "UPSERT"),
        delete_by=lambda api, resource: _record(api, resource, "DELETE"),
    ),
    ApiKind(
        type_name="AWS::Route53Resolver::ResolverRule",
        service="route53resolver",
        create_by="create_resolver_rule",
        ref="ResolverRule.Id",
        attributes={"ResolverRuleId": "Ref", "Arn": "ResolverRule.Arn"},
        named="CreatorRequestId",
        delete_by="delete_resolver_rule",
        delete_key="ResolverRuleId",
    ),
    ApiKind(
        type_name="AWS::Route53Resolver::ResolverRuleAssociation",
        service="route53resolver",
        create_by="associate_resolver_rule",
        ref="ResolverRuleAssociation.Id",
        attributes={"ResolverRuleAssociationId": "Ref"},
        delete_by=lambda api, resource: api.call(
            "route53resolver",
            "disassociate_resolver_rule",
            VPCId=resource.properties["VPCId"],
            ResolverRuleId=resource.properties["ResolverRuleId"],
        ),
    ),
    ApiKind(
        type_name="AWS::Route53Resolver::ResolverEndpoint",
        service="route53resolver",
        create_by="create_resolver_endpoint",
        ref="ResolverEndpoint.Id",
        attributes={"ResolverEndpointId": "Ref", "Arn": "ResolverEndpoint.Arn"},
        named="CreatorRequestId",
        delete_by="delete_resolver_endpoint",
        delete_key="ResolverEndpointId",
    ),
)
