"""Every kind of resource that the templates may hold: what meters it, or why it is free.

A kind that is in neither list is told to the reader of an estimate, and fails a test.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cutover.cost import database, network, operation, replication

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cutover.cost.usage import Meter

METERED: Final[Mapping[str, Meter]] = {
    "AWS::Backup::BackupPlan": database.backup_plan,
    "AWS::CloudWatch::Alarm": operation.alarm,
    "AWS::CloudWatch::CompositeAlarm": operation.composite_alarm,
    "AWS::CloudWatch::Dashboard": operation.dashboard,
    "AWS::DMS::ReplicationInstance": replication.instance,
    "AWS::DynamoDB::Table": operation.table,
    "AWS::EC2::NatGateway": network.nat_gateway,
    "AWS::EC2::TransitGatewayAttachment": network.transit_gateway_attachment,
    "AWS::EC2::TransitGatewayVpcAttachment": network.transit_gateway_attachment,
    "AWS::EC2::VPCEndpoint": network.endpoint,
    "AWS::EC2::VPNConnection": network.vpn,
    "AWS::Events::Rule": operation.schedule,
    "AWS::KMS::Key": operation.key,
    "AWS::Lambda::Function": operation.function,
    "AWS::Logs::LogGroup": operation.log_group,
    "AWS::RDS::DBCluster": database.cluster,
    "AWS::RDS::DBInstance": database.instance,
    "AWS::Route53::HostedZone": network.hosted_zone,
    "AWS::Route53Resolver::ResolverEndpoint": network.resolver_endpoint,
    "AWS::SSM::Parameter": operation.parameter,
    "AWS::Scheduler::Schedule": operation.schedule,
    "AWS::SecretsManager::Secret": operation.secret,
    "AWS::StepFunctions::StateMachine": operation.state_machine,
    "Custom::WeightedRecords": network.dns_queries,
}

_CONFIGURATION: Final = "a setting of another resource"
_RIGHTS: Final = "rights are free"
_NETWORK: Final = "what a VPC is made of is free; what is connected to it is not"

FREE: Final[Mapping[str, str]] = {
    "AWS::Backup::BackupSelection": _CONFIGURATION,
    "AWS::Backup::BackupVault": "paid by what is in it, which the plan counts",
    "AWS::CDK::Metadata": "no resource",
    "AWS::CodeBuild::Project": "paid by the minute that it copies a schema, some cents each time",
    "AWS::CloudFormation::CustomResource": "work of a function, while deploying",
    "AWS::CloudFormation::WaitCondition": "no resource",
    "AWS::CloudFormation::WaitConditionHandle": "no resource",
    "AWS::DMS::Certificate": _CONFIGURATION,
    "AWS::DMS::Endpoint": _CONFIGURATION,
    "AWS::DMS::EventSubscription": "events are free, and the topic's mails too few to count",
    "AWS::DMS::ReplicationSubnetGroup": _CONFIGURATION,
    "AWS::DMS::ReplicationTask": "the instance is paid, not what it does",
    "AWS::EC2::CustomerGateway": "paid as a VPN connection",
    "AWS::EC2::DHCPOptions": _NETWORK,
    "AWS::EC2::FlowLog": "paid by what it writes, which its log group counts",
    "AWS::EC2::PrefixList": _NETWORK,
    "AWS::EC2::Route": _NETWORK,
    "AWS::EC2::RouteTable": _NETWORK,
    "AWS::EC2::SecurityGroup": _NETWORK,
    "AWS::EC2::SecurityGroupEgress": _NETWORK,
    "AWS::EC2::SecurityGroupIngress": _NETWORK,
    "AWS::EC2::Subnet": _NETWORK,
    "AWS::EC2::SubnetRouteTableAssociation": _NETWORK,
    "AWS::EC2::VPC": _NETWORK,
    "AWS::EC2::VPCDHCPOptionsAssociation": _NETWORK,
    "AWS::EC2::VPCGatewayAttachment": _NETWORK,
    "AWS::EC2::VPNConnectionRoute": "paid as a VPN connection",
    "AWS::EC2::VPNGateway": "paid as a VPN connection",
    "AWS::EC2::VPNGatewayRoutePropagation": "paid as a VPN connection",
    "AWS::Events::EventBusPolicy": _RIGHTS,
    "AWS::IAM::ManagedPolicy": _RIGHTS,
    "AWS::IAM::Policy": _RIGHTS,
    "AWS::IAM::Role": _RIGHTS,
    "AWS::IAM::ServiceLinkedRole": _RIGHTS,
    "AWS::KMS::Alias": "the key is paid",
    "AWS::Lambda::Alias": "a name for a version",
    "AWS::Lambda::EventInvokeConfig": _CONFIGURATION,
    "AWS::Lambda::EventSourceMapping": _CONFIGURATION,
    "AWS::Lambda::LayerVersion": "up to 75 GB of code are free",
    "AWS::Lambda::Permission": _RIGHTS,
    "AWS::Lambda::Version": "up to 75 GB of code are free",
    "AWS::Logs::QueryDefinition": "a query is paid when it is run, by what it reads",
    "AWS::Logs::ResourcePolicy": _RIGHTS,
    "AWS::RDS::DBClusterParameterGroup": _CONFIGURATION,
    "AWS::RDS::DBParameterGroup": _CONFIGURATION,
    "AWS::RDS::DBSubnetGroup": _CONFIGURATION,
    "AWS::RDS::EventSubscription": "events are free, and the topic's mails too few to count",
    "AWS::Route53::RecordSet": "the zone is paid",
    "AWS::Route53Resolver::ResolverRule": "the endpoint is paid",
    "AWS::Route53Resolver::ResolverRuleAssociation": "the endpoint is paid",
    "AWS::S3::Bucket": "one file of some kilobytes for each switch",
    "AWS::S3::BucketPolicy": _RIGHTS,
    "AWS::SNS::Subscription": "a few mails a day: the first thousand of a month are free",
    "AWS::SNS::Topic": "paid by what is sent, a few mails a day",
    "AWS::SNS::TopicInlinePolicy": _RIGHTS,
    "AWS::SNS::TopicPolicy": _RIGHTS,
    "AWS::SQS::Queue": "the first million of requests is free, and only failures go there",
    "AWS::SQS::QueueInlinePolicy": _RIGHTS,
    "AWS::SQS::QueuePolicy": _RIGHTS,
    "AWS::Scheduler::ScheduleGroup": _CONFIGURATION,
    "AWS::SecretsManager::ResourcePolicy": _RIGHTS,
    "AWS::SecretsManager::SecretTargetAttachment": "the secret is paid",
    "AWS::StepFunctions::StateMachineAlias": _CONFIGURATION,
    "AWS::StepFunctions::StateMachineVersion": _CONFIGURATION,
}

NOT_COUNTED: Final = (
    "requests to KMS and Secrets Manager",
    "X-Ray traces",
    "data through interface endpoints",
    "data out of AWS on the way back",
    "the source and the line to it",
    "taxes, support, discounts",
)
"""Each under a dollar a month as a rule, or not known here."""


def is_free(kind: str) -> bool:
    """Other custom resources are the work of a function, at deployments only."""
    return kind in FREE or (kind.startswith("Custom::") and kind not in METERED)
