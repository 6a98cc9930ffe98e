"""The network: three zones, no way out, and rules from role to role."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.infrastructure.conftest import Synthesized, Template


def rules(stacks: Synthesized, direction: str) -> set[tuple[str, str, int]]:
    """(group the rule is on, the other side, port) for rules inside and outside of the groups."""
    other = "SourceSecurityGroupId" if direction == "Ingress" else "DestinationSecurityGroupId"
    found = set()
    for rule in stacks.resources("network", f"AWS::EC2::SecurityGroup{direction}").values():
        given = rule["Properties"]
        found.add((role(given["GroupId"]), role(given[other]), given["FromPort"]))
    for logical_id, group in stacks.resources("network", "AWS::EC2::SecurityGroup").items():
        for rule in group["Properties"].get(f"SecurityGroup{direction}", []):
            if rule["IpProtocol"] == "tcp":
                found.add((role(logical_id), rule["CidrIp"], rule["FromPort"]))
    return found


def role(reference: str | Template) -> str:
    logical_id = reference if isinstance(reference, str) else reference["Fn::GetAtt"][0]
    return str(logical_id).removeprefix("SecurityGroups")[:-8]


def test_there_are_three_zones_without_asking_an_account(stacks: Synthesized) -> None:
    subnets = stacks.resources("network", "AWS::EC2::Subnet").values()
    assert sorted(subnet["Properties"]["AvailabilityZone"] for subnet in subnets) == [
        "us-east-1a",
        "us-east-1b",
        "us-east-1c",
    ]
    assert not any(subnet["Properties"]["MapPublicIpOnLaunch"] for subnet in subnets)


def test_nothing_leads_to_the_internet(stacks: Synthesized) -> None:
    kinds = {resource["Type"] for resource in stacks.templates["network"]["Resources"].values()}
    assert not kinds & {"AWS::EC2::InternetGateway", "AWS::EC2::NatGateway", "AWS::EC2::EIP"}


def test_names_resolve_inside(stacks: Synthesized) -> None:
    """Without either, a private zone answers nobody."""
    vpc = stacks.only("network", "AWS::EC2::VPC")
    assert vpc["EnableDnsHostnames"] is True
    assert vpc["EnableDnsSupport"] is True
    zone = stacks.only("network", "AWS::Route53::HostedZone")
    assert zone["Name"] == "db.migration.internal."
    assert len(zone["VPCs"]) == 1


def test_what_runs_inside_reaches_its_services(stacks: Synthesized) -> None:
    endpoints = stacks.resources("network", "AWS::EC2::VPCEndpoint")
    kinds = {
        name: endpoint["Properties"]["VpcEndpointType"] for name, endpoint in endpoints.items()
    }
    assert sorted(kinds.values()) == ["Gateway", "Gateway", "Interface"]
    (secrets,) = [e["Properties"] for n, e in endpoints.items() if kinds[n] == "Interface"]
    assert secrets["ServiceName"] == "com.amazonaws.us-east-1.secretsmanager"
    assert secrets["PrivateDnsEnabled"] is True
    assert len(secrets["SubnetIds"]) == 3


def test_who_may_talk_to_whom(stacks: Synthesized) -> None:
    assert rules(stacks, "Ingress") == {
        ("Target", "10.20.0.0/16", 5432),
        ("Target", "Replication", 5432),
        ("Target", "Functions", 5432),
        ("Endpoints", "Replication", 443),
        ("Endpoints", "Functions", 443),
    }
    assert rules(stacks, "Egress") == {
        ("Replication", "Target", 5432),
        ("Replication", "Endpoints", 443),
        ("Replication", "10.20.0.0/16", 5432),
        ("Functions", "Target", 5432),
        ("Functions", "Endpoints", 443),
        ("Functions", "10.20.0.0/16", 5432),
        ("Functions", "0.0.0.0/0", 443),
    }
