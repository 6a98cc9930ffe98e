"""Everything in the account, by asking each service: what a deletion has left is seen here."""

from __future__ import annotations

from typing import Any, Final

from rehearsal.cloudformation.kinds import Api

_LISTS: Final = """
backup          list_backup_plans                        BackupPlansList               BackupPlanName
backup          list_backup_vaults                       BackupVaultList               BackupVaultName
cloudwatch      describe_alarms                          MetricAlarms                  AlarmName
cloudwatch      list_dashboards                          DashboardEntries              DashboardName
dms             describe_endpoints                       Endpoints                     EndpointArn                      Status
dms             describe_replication_instances           ReplicationInstances          ReplicationInstanceArn           ReplicationInstanceStatus
dms             describe_replication_subnet_groups       ReplicationSubnetGroups       ReplicationSubnetGroupIdentifier
dms             describe_replication_tasks               ReplicationTasks              ReplicationTaskArn               Status
dynamodb        list_tables                              TableNames                    -
ec2             describe_customer_gateways               CustomerGateways              CustomerGatewayId                State
ec2             describe_flow_logs                       FlowLogs                      FlowLogId
ec2             describe_network_interfaces              NetworkInterfaces             NetworkInterfaceId
ec2             describe_route_tables                    RouteTables                   RouteTableId
ec2             describe_security_groups                 SecurityGroups                GroupId
ec2             describe_subnets                         Subnets                       SubnetId
ec2             describe_transit_gateway_vpc_attachments TransitGatewayVpcAttachments  TransitGatewayAttachmentId       State
ec2             describe_vpc_endpoints                   VpcEndpoints                  VpcEndpointId                    State
ec2             describe_vpcs                            Vpcs                          VpcId
ec2             describe_vpn_connections                 VpnConnections                VpnConnectionId                  State
ec2             describe_vpn_gateways                    VpnGateways                   VpnGatewayId                     State
events          list_rules                               Rules                         Name
iam             list_policies                            Policies                      Arn
iam             list_roles                               Roles                         RoleName
kms             list_aliases                             Aliases                       AliasName
lambda          list_functions                           Functions                     FunctionName
lambda          list_layers                              Layers                        LayerName
logs            describe_log_groups                      logGroups                     logGroupName
logs            describe_resource_policies               resourcePolicies              policyName
rds             describe_db_cluster_parameter_groups     DBClusterParameterGroups      DBClusterParameterGroupName
rds             describe_db_cluster_snapshots            DBClusterSnapshots            DBClusterSnapshotIdentifier
rds             describe_db_clusters                     DBClusters                    DBClusterIdentifier
rds             describe_db_instances                    DBInstances                   DBInstanceIdentifier
rds             describe_db_snapshots                    DBSnapshots                   DBSnapshotIdentifier
rds             describe_db_subnet_groups                DBSubnetGroups                DBSubnetGroupName
rds             describe_event_subscriptions             EventSubscriptionsList        CustSubscriptionId
route53         list_hosted_zones                        HostedZones                   Name
route53resolver list_resolver_endpoints                  ResolverEndpoints             Id
route53resolver list_resolver_rules                      ResolverRules                 Id
s3              list_buckets                             Buckets                       Name
scheduler       list_schedules                           Schedules                     Name
secretsmanager  list_secrets                             SecretList                    Name
sns             list_subscriptions                       Subscriptions                 SubscriptionArn
sns             list_topics                              Topics                        TopicArn
sqs             list_queues                              QueueUrls                     -
ssm             describe_parameters                      Parameters                    Name
stepfunctions   list_state_machines                      stateMachines                 name
"""  # noqa: E501
"""Service, operation, the answer's list, what names a member, and what tells that it is going."""

_PARAMETERS: Final[dict[str, dict[str, Any]]] = {
    "list_policies": {"Scope": "Local"},
    # RDS deletes its automated snapshots with their cluster; moto keeps them.
    "describe_db_cluster_snapshots": {"SnapshotType": "manual"},
    "describe_db_snapshots": {"SnapshotType": "manual"},
}
_GOING: Final = ("deleted", "deleting", "PendingDeletion")


def take(api: Api) -> set[str]:
    """Everything there is, such as "ec2 SubnetId subnet-1"."""
    found = _keys(api)
    for line in _LISTS.strip().splitlines():
        service, operation, members, key, *state = line.split()
        answer = api.call(service, operation, **_PARAMETERS.get(operation, {}))
        for each in answer.get(members, []):
            if isinstance(each, str):
                found.add(f"{service} {members} {each}")
            elif not state or each.get(state[0]) not in _GOING:
                found.add(f"{service} {key} {each[key]}")
    return found


def _keys(api: Api) -> set[str]:
    """A key that is to be deleted stays for its waiting period, and nobody can use it."""
    keys = [each["KeyId"] for each in api.call("kms", "list_keys")["Keys"]]
    described = [api.call("kms", "describe_key", KeyId=key)["KeyMetadata"] for key in keys]
    return {f"kms KeyId {key['KeyId']}" for key in described if key.get("KeyState") not in _GOING}
