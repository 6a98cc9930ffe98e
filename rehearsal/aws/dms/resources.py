"""Names and settings of what the stand-in pretends to be."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from rehearsal.aws.invoker import ACCOUNT, REGION

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rehearsal.aws.dms.replication import Side

MigrationType = Literal["full-load", "full-load-and-cdc", "cdc"]

_PREFIX = f"arn:aws:dms:{REGION}:{ACCOUNT}"


@dataclass(frozen=True, kw_only=True)
class DmsResources:
    """Names and settings of what the stand-in pretends to be."""

    task_identifier: str = "rehearsal"
    task_resource: str = "REHEARSALTASK0000000000000"
    """Last segment of the task's ARN: the metric dimension, not the identifier (DMS user guide, Monitoring)."""
    migration_type: MigrationType = "full-load-and-cdc"
    source_endpoint_resource: str = "REHEARSALSOURCE0000000000000"
    target_endpoint_resource: str = "REHEARSALTARGET0000000000000"
    """Last segments of the endpoints' ARNs; tasks may share an endpoint."""
    instance_identifier: str = "rehearsal-instance"
    instance_class: str = "dms.t3.medium"
    engine_version: str = "3.6.1"
    storage_gigabytes: int = 100
    task_settings: Mapping[str, Any] = field(
        default_factory=lambda: {
            "TargetMetadata": {"BatchApplyEnabled": False, "SupportLobs": True},
            "FullLoadSettings": {"TargetTablePrepMode": "DO_NOTHING"},
            "ValidationSettings": {"EnableValidation": False},
        }
    )

    @property
    def task_arn(self) -> str:
        return f"{_PREFIX}:task:{self.task_resource}"

    @property
    def instance_arn(self) -> str:
        return f"{_PREFIX}:rep:REHEARSALINSTANCE000000000"

    def endpoint_arn(self, side: Side) -> str:
        resource = (
            self.source_endpoint_resource if side == "source" else self.target_endpoint_resource
        )
        return f"{_PREFIX}:endpoint:{resource}"

    def side(self, endpoint_arn: str) -> Side | None:
        """Whether the task reads from this endpoint or applies to it; None where neither."""
        sides: tuple[Side, Side] = ("source", "target")
        return next((side for side in sides if self.endpoint_arn(side) == endpoint_arn), None)


class DmsInstance:
    """The replication instance that tasks share. Thread-safe."""

    def __init__(self, resources: DmsResources) -> None:
        self.resources = resources
        self.instance_class = resources.instance_class
        self.storage_gigabytes = resources.storage_gigabytes
        self._lock = threading.Lock()

    def modify(self, *, instance_class: str | None, storage_gigabytes: int | None) -> bool:
        """Whether anything is other than before."""
        with self._lock:
            before = (self.instance_class, self.storage_gigabytes)
            self.instance_class = instance_class or self.instance_class
            self.storage_gigabytes = storage_gigabytes or self.storage_gigabytes
            return before != (self.instance_class, self.storage_gigabytes)

    def described(self) -> dict[str, Any]:
        """DMS API reference, ReplicationInstance."""
        return {
            "ReplicationInstanceIdentifier": self.resources.instance_identifier,
            "ReplicationInstanceClass": self.instance_class,
            "ReplicationInstanceStatus": "available",
            "ReplicationInstanceArn": self.resources.instance_arn,
            "EngineVersion": self.resources.engine_version,
            "AllocatedStorage": self.storage_gigabytes,
            "MultiAZ": True,
            "PubliclyAccessible": False,
        }
