"""DMS: moto answers for the resources; what a running task does is the stand-in's (rehearsal/aws/dms)."""

from __future__ import annotations

from typing import Final

from rehearsal.cloudformation.catalogue.parts import stub
from rehearsal.cloudformation.kinds import ApiKind

KINDS: Final = (
    ApiKind(
        type_name="AWS::DMS::ReplicationSubnetGroup",
        service="dms",
        create_by="create_replication_subnet_group",
        ref="ReplicationSubnetGroup.ReplicationSubnetGroupIdentifier",
        named="ReplicationSubnetGroupIdentifier",
        lower_case=True,
        delete_by="delete_replication_subnet_group",
        delete_key="ReplicationSubnetGroupIdentifier",
    ),
    ApiKind(
        type_name="AWS::DMS::ReplicationInstance",
        service="dms",
        create_by="create_replication_instance",
        ref="ReplicationInstance.ReplicationInstanceArn",
        named="ReplicationInstanceIdentifier",
        lower_case=True,
        # It says how an update may be made, not what the instance is.
        unread=frozenset({"AllowMajorVersionUpgrade"}),
        delete_by="delete_replication_instance",
        delete_key="ReplicationInstanceArn",
    ),
    ApiKind(
        type_name="AWS::DMS::Endpoint",
        service="dms",
        create_by="create_endpoint",
        ref="Endpoint.EndpointArn",
        named="EndpointIdentifier",
        lower_case=True,
        delete_by="delete_endpoint",
        delete_key="EndpointArn",
    ),
    ApiKind(
        type_name="AWS::DMS::ReplicationTask",
        service="dms",
        create_by="create_replication_task",
        ref="ReplicationTask.ReplicationTaskArn",
        named="ReplicationTaskIdentifier",
        lower_case=True,
        delete_by="delete_replication_task",
        delete_key="ReplicationTaskArn",
    ),
    stub("AWS::DMS::EventSubscription", "moto has no event subscriptions of DMS"),
    stub("AWS::DMS::Certificate", "moto has no certificates of DMS"),
)
