"""RDS: the cluster that the target is. Its data live in a PostgreSQL server beside moto."""

from __future__ import annotations

from typing import Any, Final

from rehearsal.cloudformation.kinds import Api, ApiKind, Resource


def _cluster_gone(api: Api, resource: Resource) -> None:
    snapshot: dict[str, Any] = {"SkipFinalSnapshot": True}
    if resource.deletion_policy == "Snapshot":
        name = f"{resource.stack_name}-snapshot-{resource.logical_id}".lower()[:63]
        snapshot = {"SkipFinalSnapshot": False, "FinalDBSnapshotIdentifier": name}
    api.call("rds", "delete_db_cluster", DBClusterIdentifier=resource.ref, **snapshot)


KINDS: Final = (
    ApiKind(
        type_name="AWS::RDS::DBSubnetGroup",
        service="rds",
        create_by="create_db_subnet_group",
        ref="DBSubnetGroup.DBSubnetGroupName",
        named="DBSubnetGroupName",
        lower_case=True,
        update_by="modify_db_subnet_group",
        update_key="DBSubnetGroupName",
        delete_by="delete_db_subnet_group",
        delete_key="DBSubnetGroupName",
    ),
    ApiKind(
        type_name="AWS::RDS::DBClusterParameterGroup",
        service="rds",
        create_by="create_db_cluster_parameter_group",
        ref="DBClusterParameterGroup.DBClusterParameterGroupName",
        named="DBClusterParameterGroupName",
        lower_case=True,
        rename={"Family": "DBParameterGroupFamily"},
        unread=frozenset({"Parameters"}),
        delete_by="delete_db_cluster_parameter_group",
        delete_key="DBClusterParameterGroupName",
    ),
    ApiKind(
        type_name="AWS::RDS::DBParameterGroup",
        service="rds",
        create_by="create_db_parameter_group",
        ref="DBParameterGroup.DBParameterGroupName",
        named="DBParameterGroupName",
        lower_case=True,
        rename={"Family": "DBParameterGroupFamily"},
        unread=frozenset({"Parameters"}),
        delete_by="delete_db_parameter_group",
        delete_key="DBParameterGroupName",
    ),
    ApiKind(
        type_name="AWS::RDS::DBCluster",
        service="rds",
        create_by="create_db_cluster",
        ref="DBCluster.DBClusterIdentifier",
        attributes={
            "Endpoint.Address": "DBCluster.Endpoint",
            "Endpoint.Port": "DBCluster.Port",
            "ReadEndpoint.Address": "DBCluster.ReaderEndpoint",
            "DBClusterArn": "DBCluster.DBClusterArn",
            "DBClusterResourceId": "DBCluster.DbClusterResourceId",
        },
        named="DBClusterIdentifier",
        lower_case=True,
        rename={"PerformanceInsightsEnabled": "EnablePerformanceInsights"},
        update_by="modify_db_cluster",
        update_key="DBClusterIdentifier",
        delete_by=_cluster_gone,
    ),
    ApiKind(
        type_name="AWS::RDS::DBInstance",
        service="rds",
        create_by="create_db_instance",
        ref="DBInstance.DBInstanceIdentifier",
        attributes={
            "Endpoint.Address": "DBInstance.Endpoint.Address",
            "Endpoint.Port": "DBInstance.Endpoint.Port",
            "DBInstanceArn": "DBInstance.DBInstanceArn",
        },
        named="DBInstanceIdentifier",
        lower_case=True,
        update_by="modify_db_instance",
        update_key="DBInstanceIdentifier",
        delete_by="delete_db_instance",
        delete_key="DBInstanceIdentifier",
        delete_with={"SkipFinalSnapshot": True},
    ),
    ApiKind(
        type_name="AWS::RDS::EventSubscription",
        service="rds",
        create_by="create_event_subscription",
        ref="EventSubscription.CustSubscriptionId",
        named="SubscriptionName",
        lower_case=True,
        delete_by="delete_event_subscription",
        delete_key="SubscriptionName",
    ),
)
