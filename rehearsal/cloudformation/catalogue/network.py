"""EC2's networks: everything that a VPC consists of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from rehearsal.cloudformation.catalogue.parts import document, some, stub
from rehearsal.cloudformation.kinds import Api, ApiKind, Resource


def _vpc_switches(api: Api, resource: Resource, _before: Mapping[str, Any] | None = None) -> None:
    for name in ("EnableDnsSupport", "EnableDnsHostnames"):
        if name in resource.properties:
            value = str(resource.properties[name]).lower() == "true"
            api.call("ec2", "modify_vpc_attribute", VpcId=resource.ref, **{name: {"Value": value}})


def _vpc_made(api: Api, resource: Resource) -> dict[str, Any]:
    _vpc_switches(api, resource)
    of_vpc = [{"Name": "vpc-id", "Values": [resource.ref]}]
    default = [*of_vpc, {"Name": "group-name", "Values": ["default"]}]
    groups = api.call("ec2", "describe_security_groups", Filters=default)["SecurityGroups"]
    acls = api.call("ec2", "describe_network_acls", Filters=of_vpc)["NetworkAcls"]
    return {"Group": groups[0]["GroupId"], "Acl": acls[0]["NetworkAclId"]}


def _subnet_made(api: Api, resource: Resource) -> None:
    if str(resource.properties.get("MapPublicIpOnLaunch", "false")).lower() == "true":
        api.call(
            "ec2",
            "modify_subnet_attribute",
            SubnetId=resource.ref,
            MapPublicIpOnLaunch={"Value": True},
        )


def _permission(rule: Mapping[str, Any]) -> dict[str, Any]:
    described = some(rule, "Description")
    permission: dict[str, Any] = {
        "IpProtocol": str(rule["IpProtocol"]),
        "FromPort": int(rule.get("FromPort", -1)),
        "ToPort": int(rule.get("ToPort", -1)),
    }
    group = rule.get("SourceSecurityGroupId") or rule.get("DestinationSecurityGroupId")
    prefix_list = rule.get("SourcePrefixListId") or rule.get("DestinationPrefixListId")
    if group:
        permission["UserIdGroupPairs"] = [{"GroupId": group, **described}]
    if prefix_list:
        permission["PrefixListIds"] = [{"PrefixListId": prefix_list, **described}]
    if "CidrIp" in rule:
        permission["IpRanges"] = [{"CidrIp": rule["CidrIp"], **described}]
    if "CidrIpv6" in rule:
        permission["Ipv6Ranges"] = [{"CidrIpv6": rule["CidrIpv6"], **described}]
    return permission


def _rules(direction: str) -> tuple[str, str]:
    return f"authorize_security_group_{direction}", f"revoke_security_group_{direction}"


def _authorize(
    api: Api, group: str, direction: str, rules: list[Mapping[str, Any]]
) -> dict[str, Any]:
    if not rules:
        return {}
    permissions = [_permission(rule) for rule in rules]
    return api.call("ec2", _rules(direction)[0], GroupId=group, IpPermissions=permissions)


def _group_made(api: Api, resource: Resource) -> dict[str, Any]:
    given = resource.properties
    _authorize(api, resource.ref, "ingress", given.get("SecurityGroupIngress", []))
    if given.get("SecurityGroupEgress"):
        # CloudFormation takes the rule "everything" away where the template has rules of its own.
        _revoke_all(api, resource.ref, "egress")
        _authorize(api, resource.ref, "egress", given["SecurityGroupEgress"])
    return {"Properties": given}


def _rules_changed(direction: str, name: str) -> Any:
    def change(api: Api, resource: Resource, before: Mapping[str, Any]) -> None:
        old, new = before.get(name, []), resource.properties.get(name, [])
        for rule in old:
            if rule not in new:
                revoke = _rules(direction)[1]
                api.call("ec2", revoke, GroupId=resource.ref, IpPermissions=[_permission(rule)])
        _authorize(api, resource.ref, direction, [rule for rule in new if rule not in old])

    return change


def _revoke_all(api: Api, group: str, direction: str) -> None:
    key = "IpPermissions" if direction == "ingress" else "IpPermissionsEgress"
    found = api.call("ec2", "describe_security_groups", GroupIds=[group])["SecurityGroups"][0]
    if found[key]:
        api.call("ec2", _rules(direction)[1], GroupId=group, IpPermissions=found[key])


def _group_gone(api: Api, resource: Resource) -> None:
    api.call("ec2", "delete_security_group", GroupId=resource.ref)


def _rule(direction: str) -> ApiKind:
    def create(api: Api, resource: Resource) -> dict[str, Any]:
        given = resource.properties
        return _authorize(api, given["GroupId"], direction, [given])

    def delete(api: Api, resource: Resource) -> None:
        given = resource.properties
        revoke = _rules(direction)[1]
        api.call("ec2", revoke, GroupId=given["GroupId"], IpPermissions=[_permission(given)])

    return ApiKind(
        type_name=f"AWS::EC2::SecurityGroup{direction.title()}",
        service="ec2",
        create_by=create,
        ref="SecurityGroupRules.0.SecurityGroupRuleId",
        attributes={"Id": "Ref"},
        delete_by=delete,
    )


def _endpoint(api: Api, resource: Resource) -> dict[str, Any]:
    given = dict(resource.properties)
    if "PolicyDocument" in given:
        given["PolicyDocument"] = document(given["PolicyDocument"])
    return api.call(
        "ec2", "create_vpc_endpoint", **_ENDPOINT.parameters(api, "create_vpc_endpoint", given)
    )


def _flow_log(api: Api, resource: Resource) -> dict[str, Any]:
    given = {**resource.properties, "ResourceIds": [resource.properties["ResourceId"]]}
    del given["ResourceId"]
    return api.call(
        "ec2", "create_flow_logs", **_FLOW_LOG.parameters(api, "create_flow_logs", given)
    )


def _route(api: Api, resource: Resource) -> dict[str, Any]:
    given = resource.properties
    # Spelled differently only for this one.
    renamed = {
        ("GatewayId" if name == "VpnGatewayId" else name): each for name, each in given.items()
    }
    api.call("ec2", "create_route", **renamed)
    target = given.get("DestinationCidrBlock") or given.get("DestinationPrefixListId")
    return {"Id": f"{given['RouteTableId']}|{target}"}


def _route_gone(api: Api, resource: Resource) -> None:
    api.call(
        "ec2",
        "delete_route",
        **some(
            resource.properties, "RouteTableId", "DestinationCidrBlock", "DestinationPrefixListId"
        ),
    )


def _gateway_attached(api: Api, resource: Resource) -> dict[str, Any]:
    given = resource.properties
    if "VpnGatewayId" in given:
        api.call(
            "ec2", "attach_vpn_gateway", VpcId=given["VpcId"], VpnGatewayId=given["VpnGatewayId"]
        )
    else:
        api.call(
            "ec2",
            "attach_internet_gateway",
            VpcId=given["VpcId"],
            InternetGatewayId=given["InternetGatewayId"],
        )
    return {"Id": f"VGW|{given['VpcId']}"}


def _gateway_detached(api: Api, resource: Resource) -> None:
    given = resource.properties
    if "VpnGatewayId" in given:
        api.call(
            "ec2", "detach_vpn_gateway", VpcId=given["VpcId"], VpnGatewayId=given["VpnGatewayId"]
        )
    else:
        api.call(
            "ec2",
            "detach_internet_gateway",
            VpcId=given["VpcId"],
            InternetGatewayId=given["InternetGatewayId"],
        )


_ENDPOINT: Final = ApiKind(
    type_name="AWS::EC2::VPCEndpoint",
    service="ec2",
    create_by=_endpoint,
    ref="VpcEndpoint.VpcEndpointId",
    attributes={
        "Id": "Ref",
        "DnsEntries": "VpcEndpoint.DnsEntries",
        "NetworkInterfaceIds": "VpcEndpoint.NetworkInterfaceIds",
    },
    tag_as="vpc-endpoint",
    delete_by="delete_vpc_endpoints",
    delete_key="VpcEndpointIds",
)

_FLOW_LOG: Final = ApiKind(
    type_name="AWS::EC2::FlowLog",
    service="ec2",
    create_by=_flow_log,
    ref="FlowLogIds.0",
    attributes={"Id": "Ref"},
    tag_as="vpc-flow-log",
    unread=frozenset({"DestinationOptions"}),
    delete_by="delete_flow_logs",
    delete_key="FlowLogIds",
)

KINDS: Final = (
    ApiKind(
        type_name="AWS::EC2::VPC",
        service="ec2",
        create_by="create_vpc",
        ref="Vpc.VpcId",
        attributes={
            "VpcId": "Ref",
            "CidrBlock": "Vpc.CidrBlock",
            "DefaultSecurityGroup": "Group",
            "DefaultNetworkAcl": "Acl",
        },
        tag_as="vpc",
        later=frozenset({"EnableDnsSupport", "EnableDnsHostnames"}),
        then=_vpc_made,
        updates={"EnableDnsSupport": _vpc_switches, "EnableDnsHostnames": _vpc_switches},
        delete_by="delete_vpc",
        delete_key="VpcId",
    ),
    ApiKind(
        type_name="AWS::EC2::Subnet",
        service="ec2",
        create_by="create_subnet",
        ref="Subnet.SubnetId",
        attributes={
            "SubnetId": "Ref",
            "AvailabilityZone": "Subnet.AvailabilityZone",
            "CidrBlock": "Subnet.CidrBlock",
            "VpcId": "Subnet.VpcId",
        },
        tag_as="subnet",
        later=frozenset({"MapPublicIpOnLaunch"}),
        then=_subnet_made,
        delete_by="delete_subnet",
        delete_key="SubnetId",
    ),
    ApiKind(
        type_name="AWS::EC2::RouteTable",
        service="ec2",
        create_by="create_route_table",
        ref="RouteTable.RouteTableId",
        attributes={"RouteTableId": "Ref"},
        tag_as="route-table",
        delete_by="delete_route_table",
        delete_key="RouteTableId",
    ),
    ApiKind(
        type_name="AWS::EC2::SubnetRouteTableAssociation",
        service="ec2",
        create_by="associate_route_table",
        ref="AssociationId",
        attributes={"Id": "Ref"},
        delete_by="disassociate_route_table",
        delete_key="AssociationId",
    ),
    ApiKind(
        type_name="AWS::EC2::Route",
        service="ec2",
        create_by=_route,
        ref="Id",
        delete_by=_route_gone,
    ),
    ApiKind(
        type_name="AWS::EC2::SecurityGroup",
        service="ec2",
        create_by="create_security_group",
        ref="GroupId",
        attributes={"GroupId": "Ref", "Id": "Ref", "VpcId": "Properties.VpcId"},
        named="GroupName",
        name_limit=255,
        rename={"GroupDescription": "Description"},
        tag_as="security-group",
        later=frozenset({"SecurityGroupIngress", "SecurityGroupEgress"}),
        then=_group_made,
        updates={
            "SecurityGroupIngress": _rules_changed("ingress", "SecurityGroupIngress"),
            "SecurityGroupEgress": _rules_changed("egress", "SecurityGroupEgress"),
        },
        delete_by=_group_gone,
    ),
    _rule("ingress"),
    _rule("egress"),
    _ENDPOINT,
    _FLOW_LOG,
    ApiKind(
        type_name="AWS::EC2::InternetGateway",
        service="ec2",
        create_by="create_internet_gateway",
        ref="InternetGateway.InternetGatewayId",
        attributes={"InternetGatewayId": "Ref"},
        tag_as="internet-gateway",
        delete_by="delete_internet_gateway",
        delete_key="InternetGatewayId",
    ),
    ApiKind(
        type_name="AWS::EC2::VPNGateway",
        service="ec2",
        create_by="create_vpn_gateway",
        ref="VpnGateway.VpnGatewayId",
        attributes={"VPNGatewayId": "Ref"},
        tag_as="vpn-gateway",
        delete_by="delete_vpn_gateway",
        delete_key="VpnGatewayId",
    ),
    ApiKind(
        type_name="AWS::EC2::VPCGatewayAttachment",
        service="ec2",
        create_by=_gateway_attached,
        ref="Id",
        attributes={"AttachmentType": "Id"},
        delete_by=_gateway_detached,
    ),
    ApiKind(
        type_name="AWS::EC2::CustomerGateway",
        service="ec2",
        create_by="create_customer_gateway",
        ref="CustomerGateway.CustomerGatewayId",
        attributes={"CustomerGatewayId": "Ref"},
        tag_as="customer-gateway",
        delete_by="delete_customer_gateway",
        delete_key="CustomerGatewayId",
    ),
    ApiKind(
        type_name="AWS::EC2::VPNConnection",
        service="ec2",
        create_by="create_vpn_connection",
        ref="VpnConnection.VpnConnectionId",
        attributes={"VpnConnectionId": "Ref"},
        tag_as="vpn-connection",
        unread=frozenset({"StaticRoutesOnly", "VpnTunnelOptionsSpecifications"}),
        delete_by="delete_vpn_connection",
        delete_key="VpnConnectionId",
    ),
    stub(
        "AWS::EC2::VPNGatewayRoutePropagation",
        "moto has none; no router is there to tell of routes",
    ),
    stub("AWS::EC2::VPNConnectionRoute", "moto has none; no device is at the other end"),
    ApiKind(
        type_name="AWS::EC2::TransitGatewayAttachment",
        service="ec2",
        create_by="create_transit_gateway_vpc_attachment",
        ref="TransitGatewayVpcAttachment.TransitGatewayAttachmentId",
        attributes={"Id": "Ref"},
        tag_as="transit-gateway-attachment",
        delete_by="delete_transit_gateway_vpc_attachment",
        delete_key="TransitGatewayAttachmentId",
    ),
)
