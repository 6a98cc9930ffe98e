"""The network: isolated subnets in three zones, endpoints, the way to the source, the zone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aws_cdk as cdk

from migration_stacks.cfn import route53
from migration_stacks.constructs import isolated_network
from migration_stacks.constructs.dms_service_roles import dms_service_roles
from migration_stacks.constructs.encryption import stack_key
from migration_stacks.constructs.security_groups import SecurityGroups
from migration_stacks.constructs.service_endpoints import (
    BUILD_SERVICES,
    build_endpoints,
    gateway_endpoints,
    secrets_manager_endpoint,
)
from migration_stacks.constructs.ways_to_source import SiteToSiteVpn, TransitGatewayWay

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from constructs import Construct

    from migration_stacks.constructs.isolated_network import IsolatedNetwork
    from migration_stacks.names import Names
    from migration_stacks.settings import NetworkSettings, SourceSettings


class NetworkStack(cdk.Stack):
    """What runs here reaches the two databases, three services by endpoints, and nothing else."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        env: cdk.Environment,
        names: Names,
        root: Path,
        settings: NetworkSettings,
        source: SourceSettings,
        availability_zones: Sequence[str],
        zone_name: str,
        create_dms_service_roles: bool,
        copies_schema: bool,
        log_days: int,
        protect: bool,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            env=env,
            description="Migration: network, endpoints, private hosted zone",
            termination_protection=protect,
        )
        self._names, self._root = names, root
        self._settings = settings
        self._source = source
        if create_dms_service_roles:
            dms_service_roles(self)
        network = self._network(availability_zones, log_days)
        self.vpc_id = network.vpc_id
        if settings.existing_vpc is None:
            # In any case: an export that a changed replication.schema_copy no longer needs could not be taken
            # away here while the deployed cutover stack, whose turn comes later, still imports it.
            self.export_value(self.vpc_id)
        self.subnet_ids = network.subnet_ids
        self.subnet_zones = network.zones
        existing = settings.existing_vpc
        self.security_groups = SecurityGroups(
            self,
            "SecurityGroups",
            vpc_id=network.vpc_id,
            source_network=source.network,
            source_port=source.port,
            client_networks=settings.client_networks,
            gateway_prefix_lists=settings.gateway_prefix_lists,
            secrets_manager=existing.secrets_manager_endpoint if existing else None,
            neighbours=settings.cidr if existing else None,
        )
        self._endpoints(network)
        if copies_schema:
            self._build_endpoints(network)
        self._name_resolution(network)
        of = route53.CfnHostedZone
        self.zone_id = of(
            self,
            "Zone",
            name=f"{zone_name}.",
            # A zone with a VPC is private.
            vpcs=[of.VPCProperty(vpc_id=network.vpc_id, vpc_region=self.region)],
            hosted_zone_config=of.HostedZoneConfigProperty(
                comment="The names that clients of the migrated database connect to"
            ),
        ).ref

    def _network(self, availability_zones: Sequence[str], log_days: int) -> IsolatedNetwork:
        """The VPC with its way to the source, which in a VPC that exists is its owner's."""
        settings, name = self._settings, self._names.stack("network")
        if settings.existing_vpc is not None:
            return isolated_network.given(
                settings=settings.existing_vpc, availability_zones=availability_zones
            )
        key_arn = stack_key(
            self, "Key", alias=name, description="The logs of the migration's network"
        )
        network = isolated_network.made(
            self,
            cidr=settings.cidr,
            availability_zones=availability_zones,
            name=name,
            closing_function=self._names.function("close_default_group"),
            root=self._root,
            key_arn=key_arn,
            log_days=log_days,
        )
        self._way_to_source(network, key_arn, log_days)
        return network

    def _way_to_source(self, network: IsolatedNetwork, key_arn: str, log_days: int) -> None:
        settings = self._settings
        beyond = settings.beyond(self._source.network)
        if settings.vpn is not None:
            SiteToSiteVpn(
                self,
                "Vpn",
                settings=settings.vpn,
                network=network,
                beyond=beyond,
                name=self._names.stack("network"),
                key_arn=key_arn,
                log_days=log_days,
            )
        elif settings.transit_gateway is not None:
            TransitGatewayWay(
                self,
                "TransitGateway",
                settings=settings.transit_gateway,
                network=network,
                beyond=beyond,
            )
        else:
            cdk.Annotations.of(self).add_warning_v2(
                "migration:no-way-to-the-source",
                "No way to the source is configured: until somebody connects this VPC by hand, "
                "replication can't start. Choose network.existing_vpc, network.vpn or "
                "network.transit_gateway in the settings (docs/network.md).",
            )

    def _endpoints(self, network: IsolatedNetwork) -> None:
        existing = self._settings.existing_vpc
        if existing is None or existing.secrets_manager_endpoint is None:
            assert self.security_groups.endpoints is not None, "made where the endpoint is made"
            secrets_manager_endpoint(
                self,
                network=network,
                security_group_id=self.security_groups.endpoints,
                region=self.region,
                only_ours=existing is None,
            )
        there = existing.gateway_endpoints if existing else ()
        gateway_endpoints(
            self,
            network=network,
            services=[service for service in ("dynamodb", "s3") if service not in there],
            region=self.region,
            journal=self._names.journal,
            only_ours=existing is None,
        )

    def _build_endpoints(self, network: IsolatedNetwork) -> None:
        """Where Secrets Manager's endpoint is. In a network elsewhere, the others are looked for there too."""
        existing, group = self._settings.existing_vpc, self.security_groups.endpoints
        if group is None:
            return
        there = existing.interface_endpoints if existing else ()
        build_endpoints(
            self,
            network=network,
            services=[service for service in BUILD_SERVICES if service not in there],
            security_group_id=group,
            region=self.region,
            only_ours=existing is None,
        )

    def _name_resolution(self, network: IsolatedNetwork) -> None:
        settings, dns = self._settings, self._settings.source_dns
        if not settings.resolver_inbound_endpoint and dns is None:
            return
        # Here, since a module of the CDK that is rarely needed takes its time at every synthesis.
        from migration_stacks.constructs.name_resolution import (
            ForwardedName,
            InboundResolver,
            PrivateName,
        )

        if settings.resolver_inbound_endpoint:
            servers = [f"{server}/32" for server in dns.servers] if dns else []
            InboundResolver(
                self,
                "InboundResolver",
                name=self._names.stack("dns-inbound"),
                network=network,
                askers=[*settings.client_networks, *servers],
            )
        if dns is not None and dns.address is not None:
            PrivateName(
                self,
                "SourceName",
                host=self._source.host,
                address=dns.address,
                region=self.region,
                network=network,
            )
        elif dns is not None:
            ForwardedName(
                self,
                "SourceName",
                name=self._names.stack("dns-source"),
                host=self._source.host,
                servers=dns.servers,
                network=network,
            )
