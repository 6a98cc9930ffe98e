"""Ways from the VPC to the source: a site-to-site VPN, or an attachment to a transit gateway."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import aws_cdk as cdk
from constructs import Construct

from migration_stacks.cfn import ec2
from migration_stacks.constructs.encryption import log_group

if TYPE_CHECKING:
    from collections.abc import Sequence

    from migration_stacks.constructs.isolated_network import IsolatedNetwork
    from migration_stacks.settings.network import TransitGatewaySettings, VpnSettings

# Accepted from the device, in both phases. AWS's own defaults also take IKEv1, SHA-1 and a
# 1024-bit group. 19 to 21 are elliptic curves, 14 to 16 for devices without them.
_ENCRYPTION: Final = ("AES256-GCM-16",)
_INTEGRITY: Final = ("SHA2-256", "SHA2-384", "SHA2-512")
_GROUPS: Final = (14, 15, 16, 19, 20, 21)


class SiteToSiteVpn(Construct):
    """A gateway at the VPC and two tunnels to one device. The keys of the tunnels are made by AWS
    and kept in Secrets Manager, so that they are in no template and in no description."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: VpnSettings,
        network: IsolatedNetwork,
        beyond: Sequence[str],
        name: str,
        key_arn: str,
        log_days: int,
    ) -> None:
        super().__init__(scope, construct_id)
        # Under this prefix the service's right to write does not grow the resource policy of
        # CloudWatch Logs, which has a limit (CloudWatch Logs guide, "vended logs").
        log_name = f"/aws/vendedlogs/vpn/{name}"
        log = log_group(self, "Log", name=log_name, key_arn=key_arn, days=log_days)
        # Not the group's own attribute, which ends in ":*" and means its streams.
        log_arn = cdk.Stack.of(self).format_arn(
            service="logs",
            resource="log-group",
            resource_name=log_name,
            arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
        )
        device = ec2.CfnCustomerGateway(
            self,
            "Device",
            type="ipsec.1",
            ip_address=settings.customer_gateway,
            bgp_asn=settings.customer_asn,
        )
        gateway = ec2.CfnVPNGateway(
            self, "Gateway", type="ipsec.1", amazon_side_asn=settings.amazon_asn
        )
        attachment = ec2.CfnVPCGatewayAttachment(
            self, "Attachment", vpc_id=network.vpc_id, vpn_gateway_id=gateway.ref
        )
        # What the device announces, or the static routes below, appears in the subnets' tables.
        propagation = ec2.CfnVPNGatewayRoutePropagation(
            self,
            "Propagation",
            route_table_ids=network.route_table_ids,
            vpn_gateway_id=gateway.ref,
        )
        # Refused as long as the gateway is not attached.
        propagation.add_resource_dependency(attachment)
        static = settings.routing == "static"
        self.connection = ec2.CfnVPNConnection(
            self,
            "Connection",
            type="ipsec.1",
            customer_gateway_id=device.ref,
            vpn_gateway_id=gateway.ref,
            static_routes_only=static,
            pre_shared_key_storage="SecretsManager",
            vpn_tunnel_options_specifications=[
                _tunnel(log_group_arn=log_arn, bgp=not static) for _ in range(2)
            ],
        )
        self.connection.add_resource_dependency(log)
        for network_beyond in beyond if static else ():
            ec2.CfnVPNConnectionRoute(
                self,
                f"Route{network_beyond}".replace("/", "-"),
                destination_cidr_block=network_beyond,
                vpn_connection_id=self.connection.ref,
            )
        cdk.CfnOutput(
            self,
            "ConnectionId",
            value=self.connection.ref,
            description="What the device needs to know: aws ec2 describe-vpn-connections",
        )


def _tunnel(
    *, log_group_arn: str, bgp: bool
) -> ec2.CfnVPNConnection.VpnTunnelOptionsSpecificationProperty:
    of = ec2.CfnVPNConnection
    return of.VpnTunnelOptionsSpecificationProperty(
        ike_versions=[of.IKEVersionsRequestListValueProperty(value="ikev2")],
        phase1_encryption_algorithms=[
            of.Phase1EncryptionAlgorithmsRequestListValueProperty(value=name)
            for name in _ENCRYPTION
        ],
        phase2_encryption_algorithms=[
            of.Phase2EncryptionAlgorithmsRequestListValueProperty(value=name)
            for name in _ENCRYPTION
        ],
        phase1_integrity_algorithms=[
            of.Phase1IntegrityAlgorithmsRequestListValueProperty(value=name) for name in _INTEGRITY
        ],
        phase2_integrity_algorithms=[
            of.Phase2IntegrityAlgorithmsRequestListValueProperty(value=name) for name in _INTEGRITY
        ],
        phase1_dh_group_numbers=[
            of.Phase1DHGroupNumbersRequestListValueProperty(value=number) for number in _GROUPS
        ],
        phase2_dh_group_numbers=[
            of.Phase2DHGroupNumbersRequestListValueProperty(value=number) for number in _GROUPS
        ],
        # AWS begins, and begins again: nobody has to wake up a tunnel before a full load.
        startup_action="start",
        dpd_timeout_action="restart",
        # AWS replaces an end of a tunnel when the operator says so, not in the middle of a cutover.
        enable_tunnel_lifecycle_control=True,
        log_options=of.VpnTunnelLogOptionsSpecificationProperty(
            cloudwatch_log_options=of.CloudwatchLogOptionsSpecificationProperty(
                log_enabled=True,
                log_group_arn=log_group_arn,
                log_output_format="json",
                bgp_log_enabled=bgp,
                bgp_log_group_arn=log_group_arn if bgp else None,
                bgp_log_output_format="json" if bgp else None,
            )
        ),
    )


class TransitGatewayWay(Construct):
    """An interface of the transit gateway in each zone, and routes to it."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: TransitGatewaySettings,
        network: IsolatedNetwork,
        beyond: Sequence[str],
    ) -> None:
        super().__init__(scope, construct_id)
        attachment = ec2.CfnTransitGatewayAttachment(
            self,
            "Attachment",
            transit_gateway_id=settings.id,
            vpc_id=network.vpc_id,
            subnet_ids=network.subnet_ids,
        )
        # A route to an attachment that waits for its acceptance is refused.
        for number, table in enumerate(network.route_table_ids if settings.accepted else ()):
            for network_beyond in beyond:
                route = ec2.CfnRoute(
                    self,
                    f"Route{number + 1}-{network_beyond}".replace("/", "-"),
                    route_table_id=table,
                    destination_cidr_block=network_beyond,
                    transit_gateway_id=settings.id,
                )
                route.add_resource_dependency(attachment)
        cdk.CfnOutput(
            self,
            "AttachmentId",
            value=attachment.ref,
            description="For the owner of the transit gateway: accept, associate, propagate",
        )
