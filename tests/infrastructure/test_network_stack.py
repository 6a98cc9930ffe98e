"""The network: three zones, no way out, rules from role to role, and each way to the source."""

from __future__ import annotations

import json
import re
import sys
import tomllib
from typing import TYPE_CHECKING, Any

import pytest

from migration_stacks import settings
from tests.infrastructure.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.infrastructure.conftest import Synthesized, Template

    Synthesize = Callable[[settings.Settings], Synthesized]

VPC = "vpc-0123456789abcdef0"
SUBNETS = [f"subnet-0123456789abcdef{number}" for number in (2, 0, 1)]
TABLE = "rtb-0123456789abcdef0"
GROUP = "sg-0123456789abcdef0"
LISTS = ["pl-63a5400a", "pl-02cd2c6b"]
EXISTING = {"id": VPC, "subnet_ids": SUBNETS, "route_table_ids": [TABLE]}


def given(**network: Any) -> settings.Settings:
    """The example's settings with other keys in the section [network]."""
    document = tomllib.loads((ROOT / "settings" / "example.toml").read_text())
    document["network"] |= network
    return settings.parse(document, origin="test")


@pytest.fixture(scope="module")
def existing(synthesized: Synthesize) -> Synthesized:
    return synthesized(given(existing_vpc=EXISTING, gateway_prefix_lists=LISTS))


@pytest.fixture(scope="module")
def shared(synthesized: Synthesize) -> Synthesized:
    """An existing VPC that has all endpoints."""
    there = {
        "secrets_manager_endpoint": GROUP,
        "gateway_endpoints": ["s3", "dynamodb"],
        "interface_endpoints": ["codebuild", "logs"],
    }
    return synthesized(given(existing_vpc=EXISTING | there, gateway_prefix_lists=LISTS))


@pytest.fixture(scope="module")
def vpn(synthesized: Synthesize) -> Synthesized:
    return synthesized(
        given(vpn={"customer_gateway": "203.0.113.12"}, source_dns={"address": "10.20.0.5"})
    )


@pytest.fixture(scope="module")
def transit(synthesized: Synthesize) -> Synthesized:
    return synthesized(
        given(
            client_networks=["10.20.8.0/24", "10.40.0.0/16"],
            transit_gateway={"id": "tgw-0123456789abcdef0"},
            resolver_inbound_endpoint=True,
            source_dns={"servers": ["10.20.0.2", "10.30.0.2"]},
        )
    )


def rules(stacks: Synthesized, direction: str) -> set[tuple[str, str, int]]:
    """(group the rule is on, the other side, port) for rules inside and outside of the groups."""
    other = "SourceSecurityGroupId" if direction == "Ingress" else "DestinationSecurityGroupId"
    found = set()
    for rule in stacks.resources("network", f"AWS::EC2::SecurityGroup{direction}").values():
        told = rule["Properties"]
        found.add((role(told["GroupId"]), role(told[other]), told["FromPort"]))
    for logical_id, group in stacks.resources("network", "AWS::EC2::SecurityGroup").items():
        for rule in group["Properties"].get(f"SecurityGroup{direction}", []):
            if rule["IpProtocol"] != "icmp":
                far = rule.get("CidrIp") or rule["DestinationPrefixListId"]
                found.add((role(logical_id), far, rule["FromPort"]))
    return found


def role(reference: str | Template) -> str:
    """The role that a group has here; what is not of this stack is named by its own id."""
    logical_id = reference if isinstance(reference, str) else reference["Fn::GetAtt"][0]
    if "-" in logical_id:
        return str(logical_id)
    return str(logical_id).removeprefix("SecurityGroups").removesuffix("SecurityGroup")[:-8]


def kinds(stacks: Synthesized) -> set[str]:
    return {resource["Type"] for resource in stacks.templates["network"]["Resources"].values()}


def endpoints(stacks: Synthesized) -> dict[str, Template]:
    """By the last part of the service's name."""
    return {
        endpoint["Properties"]["ServiceName"].split(".")[-1]: endpoint["Properties"]
        for endpoint in stacks.resources("network", "AWS::EC2::VPCEndpoint").values()
    }


def test_there_are_three_zones_without_asking_an_account(stacks: Synthesized) -> None:
    subnets = stacks.resources("network", "AWS::EC2::Subnet").values()
    assert sorted(subnet["Properties"]["AvailabilityZone"] for subnet in subnets) == [
        "us-east-1a",
        "us-east-1b",
        "us-east-1c",
    ]
    assert not any(subnet["Properties"]["MapPublicIpOnLaunch"] for subnet in subnets)


def test_nothing_leads_to_the_internet(
    stacks: Synthesized, vpn: Synthesized, transit: Synthesized, existing: Synthesized
) -> None:
    for each in (stacks, vpn, transit, existing):
        assert not kinds(each) & {
            "AWS::EC2::InternetGateway",
            "AWS::EC2::NatGateway",
            "AWS::EC2::EIP",
        }


def test_names_resolve_inside(stacks: Synthesized) -> None:
    """Without either, a private zone answers nobody."""
    vpc = stacks.only("network", "AWS::EC2::VPC")
    assert vpc["EnableDnsHostnames"] is True
    assert vpc["EnableDnsSupport"] is True
    zone = stacks.only("network", "AWS::Route53::HostedZone")
    assert zone["Name"] == "db.migration.internal."
    assert len(zone["VPCs"]) == 1


def test_what_runs_inside_reaches_its_services(stacks: Synthesized) -> None:
    made = endpoints(stacks)
    assert {service: made[service]["VpcEndpointType"] for service in made} == {
        "secretsmanager": "Interface",
        "codebuild": "Interface",
        "logs": "Interface",
        "dynamodb": "Gateway",
        "s3": "Gateway",
    }
    assert made["secretsmanager"]["PrivateDnsEnabled"] is True
    assert len(made["secretsmanager"]["SubnetIds"]) == 3
    for gateway in ("dynamodb", "s3"):
        assert len(made[gateway]["RouteTableIds"]) == 3


def test_endpoints_let_nothing_out_of_the_account_but_answers_to_cloudformation(
    stacks: Synthesized,
) -> None:
    """The answer of a custom resource is put with an address that CloudFormation signed: a
    condition on the caller's account would refuse it, and the stack would wait for an hour."""
    account = {"Ref": "AWS::AccountId"}
    free = []
    for service, endpoint in endpoints(stacks).items():
        for statement in endpoint["PolicyDocument"]["Statement"]:
            told = statement.get("Condition", {}).get("StringEquals", {})
            if told.get("aws:PrincipalAccount") != account:
                free.append((service, statement["Action"], json.dumps(statement["Resource"])))
            elif statement["Resource"] == "*":
                assert told.get("aws:ResourceAccount") == account, service
            else:
                assert "AWS::AccountId" in json.dumps(statement["Resource"]), service
    ((service, action, resource),) = free
    assert (service, action) == ("s3", "s3:PutObject")
    assert "cloudformation-custom-resource-response-useast1/*" in resource
    (journal,) = endpoints(stacks)["dynamodb"]["PolicyDocument"]["Statement"]
    assert f"table/{stacks.names.journal}" in json.dumps(journal["Resource"])


def test_who_may_talk_to_whom(stacks: Synthesized) -> None:
    assert rules(stacks, "Ingress") == {
        ("Target", "10.20.0.0/16", 5432),
        ("Target", "Replication", 5432),
        ("Target", "Functions", 5432),
        ("Endpoints", "Replication", 443),
        ("Endpoints", "Functions", 443),
    }
    assert rules(stacks, "Egress") == {
        (role, there, port)
        for role in ("Replication", "Functions")
        for there, port in [
            ("Target", 5432),
            ("Endpoints", 443),
            ("10.20.0.0/16", 5432),
            # Only by the gateway endpoints: this VPC has no other way out.
            ("0.0.0.0/0", 443),
        ]
    }


def test_every_connection_is_logged_encrypted_and_for_as_long_as_the_settings_say(
    stacks: Synthesized,
) -> None:
    flow = stacks.only("network", "AWS::EC2::FlowLog")
    assert flow["TrafficType"] == "ALL"
    groups = stacks.resources("network", "AWS::Logs::LogGroup")
    assert flow["LogGroupName"]["Ref"] in groups
    keys = stacks.resources("network", "AWS::KMS::Key")
    for group in groups.values():
        assert group["Properties"]["KmsKeyId"]["Fn::GetAtt"][0] in keys
        assert group["Properties"]["RetentionInDays"] == 90
        assert group.get("DeletionPolicy", "Delete") == "Delete"
    role = stacks.resources("network", "AWS::IAM::Role")[
        flow["DeliverLogsPermissionArn"]["Fn::GetAtt"][0]
    ]
    (policy,) = role["Properties"]["Policies"]
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert statement["Resource"] == {"Fn::GetAtt": [flow["LogGroupName"]["Ref"], "Arn"]}


def test_the_default_group_is_closed_by_a_function_that_can_do_nothing_else(
    stacks: Synthesized,
) -> None:
    (closer,) = stacks.resources("network", "Custom::ClosedDefaultGroup").values()
    (vpc,) = stacks.resources("network", "AWS::EC2::VPC")
    group = {"Fn::GetAtt": [vpc, "DefaultSecurityGroup"]}
    assert closer["Properties"]["GroupId"] == group
    functions = stacks.resources("network", "AWS::Lambda::Function")
    function = functions[closer["Properties"]["ServiceToken"]["Fn::GetAtt"][0]]["Properties"]
    # Lambda takes the text of a function up to 4096 characters (CloudFormation guide, Code).
    text = (ROOT / "lambdas" / "close_default_group.py").read_text()
    assert function["Code"] == {"ZipFile": text}
    assert len(text) <= 4096
    # Whatever is no part of Lambda is not there.
    imported = re.findall(r"^(?:import|from) (\w+)", text, re.MULTILINE)
    assert set(imported) <= {*sys.stdlib_module_names, "boto3", "botocore"}
    log = function["LoggingConfig"]["LogGroup"]["Ref"]
    name = stacks.resources("network", "AWS::Logs::LogGroup")[log]["Properties"]["LogGroupName"]
    assert name == f"/aws/lambda/{function['FunctionName']}"
    role = stacks.resources("network", "AWS::IAM::Role")[function["Role"]["Fn::GetAtt"][0]]
    assert "ManagedPolicyArns" not in role["Properties"]
    (policy,) = role["Properties"]["Policies"]
    write, revoke = policy["PolicyDocument"]["Statement"]
    assert write["Resource"] == {"Fn::GetAtt": [log, "Arn"]}
    assert revoke["Action"] == ["ec2:RevokeSecurityGroupEgress", "ec2:RevokeSecurityGroupIngress"]
    assert revoke["Resource"]["Fn::Join"][1][-2:] == [":security-group/", group]


def test_the_roles_of_dms_come_long_before_dms_and_stay(
    stacks: Synthesized, synthesized: Synthesize
) -> None:
    """Beside what needs them the first deployment fails: IAM takes a while to tell everybody."""

    def service_roles(each: Synthesized) -> dict[str, Template]:
        return {
            resource["Properties"]["RoleName"]: resource
            for resource in each.templates["network"]["Resources"].values()
            if resource["Type"] == "AWS::IAM::Role" and "RoleName" in resource["Properties"]
        }

    made = service_roles(stacks)
    assert {name: role["DeletionPolicy"] for name, role in made.items()} == {
        "dms-vpc-role": "RetainExceptOnCreate",
        "dms-cloudwatch-logs-role": "RetainExceptOnCreate",
    }
    for name, policy in (
        ("dms-vpc-role", "AmazonDMSVPCManagementRole"),
        ("dms-cloudwatch-logs-role", "AmazonDMSCloudWatchLogsRole"),
    ):
        (attached,) = made[name]["Properties"]["ManagedPolicyArns"]
        assert json.dumps(attached).endswith(f'iam::aws:policy/service-role/{policy}"]]}}')
        trusted = made[name]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
        assert [one["Principal"] for one in trusted] == [{"Service": "dms.amazonaws.com"}]
    document = tomllib.loads((ROOT / "settings" / "example.toml").read_text())
    document["dms"]["create_service_roles"] = False
    assert not service_roles(synthesized(settings.parse(document, origin="test")))


def test_no_way_to_the_source_is_said_aloud_and_one_is_not(
    stacks: Synthesized, vpn: Synthesized, transit: Synthesized, existing: Synthesized
) -> None:
    def warned(each: Synthesized) -> bool:
        folder = each.files["network"].parent
        return any(
            "No way to the source is configured" in path.read_text()
            for path in folder.glob("*.json")
        )

    assert warned(stacks)
    assert not any(warned(each) for each in (vpn, transit, existing))


# --- A VPC that exists


def test_nothing_of_an_existing_vpc_is_made_or_changed(existing: Synthesized) -> None:
    assert kinds(existing) == {
        "AWS::EC2::SecurityGroup",
        "AWS::EC2::SecurityGroupEgress",
        "AWS::EC2::SecurityGroupIngress",
        "AWS::EC2::VPCEndpoint",
        "AWS::IAM::Role",
        "AWS::Route53::HostedZone",
    }
    for group in existing.resources("network", "AWS::EC2::SecurityGroup").values():
        assert group["Properties"]["VpcId"] == VPC
    zone = existing.only("network", "AWS::Route53::HostedZone")
    assert [vpc["VPCId"] for vpc in zone["VPCs"]] == [VPC]


def test_everything_goes_into_the_subnets_of_an_existing_vpc(existing: Synthesized) -> None:
    assert existing.only("database", "AWS::RDS::DBSubnetGroup")["SubnetIds"] == SUBNETS
    assert existing.only("dms", "AWS::DMS::ReplicationSubnetGroup")["SubnetIds"] == SUBNETS
    inside = [
        function["Properties"]["VpcConfig"]["SubnetIds"]
        for function in existing.resources("cutover", "AWS::Lambda::Function").values()
        if "VpcConfig" in function["Properties"]
    ]
    assert inside
    assert all(subnets == SUBNETS for subnets in inside)
    zones = [
        instance["Properties"]["AvailabilityZone"]["Fn::Join"][1]
        for instance in existing.resources("database", "AWS::RDS::DBInstance").values()
    ]
    assert sorted(zone for _, zone in zones) == ["a", "b", "c"]


def test_endpoints_in_an_existing_vpc_cut_off_nobody_else_there(existing: Synthesized) -> None:
    """Private names and gateway routes hold for everything in the VPC, not only for what is ours."""
    made = endpoints(existing)
    assert set(made) == {"secretsmanager", "codebuild", "logs", "dynamodb", "s3"}
    for service in ("secretsmanager", "codebuild", "logs"):
        assert len(made[service]["SubnetIds"]) == 3, service
    assert not any("PolicyDocument" in endpoint for endpoint in made.values())
    assert ("Endpoints", "10.60.0.0/16", 443) in rules(existing, "Ingress")
    # A table that all subnets use is named once: twice is an error.
    assert made["s3"]["RouteTableIds"] == [TABLE]


def test_an_existing_vpc_may_have_a_way_out_that_our_roles_can_not_take(
    existing: Synthesized, shared: Synthesized
) -> None:
    for each, secrets in ((existing, "Endpoints"), (shared, GROUP)):
        assert rules(each, "Egress") == {
            (role, there, port)
            for role in ("Replication", "Functions")
            for there, port in [
                ("Target", 5432),
                (secrets, 443),
                ("10.20.0.0/16", 5432),
                *((prefix_list, 443) for prefix_list in LISTS),
            ]
        }


def test_endpoints_that_exist_are_not_made_again(
    shared: Synthesized, synthesized: Synthesize
) -> None:
    """A second private name for the same service, or a second route, fails the deployment."""
    assert "AWS::EC2::VPCEndpoint" not in kinds(shared)
    assert {rule for rule in rules(shared, "Ingress") if rule[0] == GROUP} == {
        (GROUP, "Replication", 443),
        (GROUP, "Functions", 443),
    }
    central = EXISTING | {"secrets_manager_endpoint": "10.9.0.0/24"}
    elsewhere = synthesized(given(existing_vpc=central, gateway_prefix_lists=LISTS))
    assert set(endpoints(elsewhere)) == {"dynamodb", "s3"}
    for each in ("Replication", "Functions"):
        assert (each, "10.9.0.0/24", 443) in rules(elsewhere, "Egress")


# --- A site-to-site VPN


def test_tunnels_are_modern_and_keep_their_keys_out_of_the_template(vpn: Synthesized) -> None:
    connection = vpn.only("network", "AWS::EC2::VPNConnection")
    assert connection["PreSharedKeyStorage"] == "SecretsManager"
    assert "PreSharedKey" not in json.dumps(connection["VpnTunnelOptionsSpecifications"])
    assert len(connection["VpnTunnelOptionsSpecifications"]) == 2
    for tunnel in connection["VpnTunnelOptionsSpecifications"]:
        assert tunnel["IKEVersions"] == [{"Value": "ikev2"}]
        for phase in ("Phase1", "Phase2"):
            assert tunnel[f"{phase}EncryptionAlgorithms"] == [{"Value": "AES256-GCM-16"}]
            assert {"Value": "SHA1"} not in tunnel[f"{phase}IntegrityAlgorithms"]
            groups = {group["Value"] for group in tunnel[f"{phase}DHGroupNumbers"]}
            # 2 and 5 are too short; 22 to 24 are of doubtful origin (RFC 8247).
            assert groups
            assert not groups & {2, 5, 22, 23, 24}
        # An end of the tunnel is not replaced while a cutover runs.
        assert tunnel["EnableTunnelLifecycleControl"] is True
        logged = tunnel["LogOptions"]["CloudwatchLogOptions"]
        assert logged["LogEnabled"] is logged["BgpLogEnabled"] is True
        assert json.dumps(logged["LogGroupArn"]).endswith(
            ':log-group:/aws/vendedlogs/vpn/migration-network-dev"]]}'
        )


def test_routes_of_a_vpn_reach_every_subnet(vpn: Synthesized, synthesized: Synthesize) -> None:
    propagation = vpn.only("network", "AWS::EC2::VPNGatewayRoutePropagation")
    tables = vpn.resources("network", "AWS::EC2::RouteTable")
    assert {table["Ref"] for table in propagation["RouteTableIds"]} == set(tables)
    (resource,) = vpn.resources("network", "AWS::EC2::VPNGatewayRoutePropagation").values()
    assert set(vpn.resources("network", "AWS::EC2::VPCGatewayAttachment")) <= set(
        resource["DependsOn"]
    )
    assert vpn.only("network", "AWS::EC2::VPNConnection")["StaticRoutesOnly"] is False
    static = synthesized(
        given(
            client_networks=["10.20.8.0/24", "10.40.0.0/16"],
            vpn={"customer_gateway": "203.0.113.12", "routing": "static"},
        )
    )
    assert static.only("network", "AWS::EC2::VPNConnection")["StaticRoutesOnly"] is True
    assert {
        route["Properties"]["DestinationCidrBlock"]
        for route in static.resources("network", "AWS::EC2::VPNConnectionRoute").values()
    } == {"10.20.0.0/16", "10.40.0.0/16"}


# --- A transit gateway


def test_every_subnet_has_a_route_to_every_network_behind_a_transit_gateway(
    transit: Synthesized,
) -> None:
    attachment = transit.only("network", "AWS::EC2::TransitGatewayAttachment")
    assert len(attachment["SubnetIds"]) == 3
    tables = transit.resources("network", "AWS::EC2::RouteTable")
    routes = transit.resources("network", "AWS::EC2::Route").values()
    assert {
        (route["Properties"]["RouteTableId"]["Ref"], route["Properties"]["DestinationCidrBlock"])
        for route in routes
    } == {
        (table, there)
        for table in tables
        # The clients of 10.20.8.0/24 and one of the DNS servers are in the source's network.
        for there in ("10.20.0.0/16", "10.40.0.0/16", "10.30.0.2/32")
    }
    for route in routes:
        assert set(transit.resources("network", "AWS::EC2::TransitGatewayAttachment")) <= set(
            route["DependsOn"]
        )


def test_routes_wait_for_the_gateways_owner(synthesized: Synthesize) -> None:
    """A route to an attachment that is not accepted yet fails the deployment."""
    waiting = given(transit_gateway={"id": "tgw-0123456789abcdef0", "accepted": False})
    made = kinds(synthesized(waiting))
    assert "AWS::EC2::TransitGatewayAttachment" in made
    assert "AWS::EC2::Route" not in made


# --- Names across the border


def test_the_resolver_answers_clients_and_asks_the_named_servers_alone(
    transit: Synthesized, stacks: Synthesized
) -> None:
    assert "AWS::Route53Resolver::ResolverEndpoint" not in kinds(stacks)
    by_direction = {
        endpoint["Properties"]["Direction"]: endpoint["Properties"]
        for endpoint in transit.resources(
            "network", "AWS::Route53Resolver::ResolverEndpoint"
        ).values()
    }
    groups = {
        direction: transit.resources("network", "AWS::EC2::SecurityGroup")[
            endpoint["SecurityGroupIds"][0]["Fn::GetAtt"][0]
        ]["Properties"]
        for direction, endpoint in by_direction.items()
    }
    for endpoint in by_direction.values():
        assert len({address["SubnetId"]["Ref"] for address in endpoint["IpAddresses"]}) == 2

    def allowed(direction: str, rules: str) -> set[tuple[str, str, int]]:
        return {
            (rule["IpProtocol"], rule["CidrIp"], rule["FromPort"])
            for rule in groups[direction].get(rules, [])
            if rule["IpProtocol"] != "icmp"
        }

    servers = ("10.20.0.2/32", "10.30.0.2/32")
    assert allowed("INBOUND", "SecurityGroupIngress") == {
        (protocol, asker, 53)
        for protocol in ("udp", "tcp")
        for asker in ("10.20.8.0/24", "10.40.0.0/16", *servers)
    }
    assert groups["INBOUND"]["SecurityGroupEgress"], "none means: to everywhere"
    assert not allowed("INBOUND", "SecurityGroupEgress")
    assert allowed("OUTBOUND", "SecurityGroupEgress") == {
        (protocol, server, 53) for protocol in ("udp", "tcp") for server in servers
    }
    assert not allowed("OUTBOUND", "SecurityGroupIngress")
    rule = transit.only("network", "AWS::Route53Resolver::ResolverRule")
    assert rule["DomainName"] == "postgres.corp.example.com"
    assert [target["Ip"] for target in rule["TargetIps"]] == ["10.20.0.2", "10.30.0.2"]
    assert transit.only("network", "AWS::Route53Resolver::ResolverRuleAssociation")["VPCId"]


def test_a_private_record_is_for_the_source_alone(vpn: Synthesized) -> None:
    """A zone for its whole domain would hide every other name there."""
    host = "postgres.corp.example.com"
    zones = vpn.resources("network", "AWS::Route53::HostedZone")
    (zone,) = [name for name, each in zones.items() if each["Properties"]["Name"] == host]
    record = vpn.only("network", "AWS::Route53::RecordSet")
    assert (record["Name"], record["Type"], record["ResourceRecords"]) == (host, "A", ["10.20.0.5"])
    assert record["HostedZoneId"] == {"Ref": zone}
