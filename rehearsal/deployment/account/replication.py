"""DMS for a deployed account: the forward task is the stand-in's, everything else moto's."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from botocore.exceptions import ClientError

from rehearsal.aws.dms import DmsResources, DmsTask, MetricsPublisher, NativeReplication
from rehearsal.aws.dms.api import DmsOperations
from rehearsal.aws.dms.replication import Side
from rehearsal.aws.dms.task import DmsFault
from rehearsal.cloudformation.kinds import Api

FORWARD: Final = "full-load-and-cdc"


@dataclass(frozen=True, kw_only=True)
class DeployedResources(DmsResources):
    """Names that the account gave."""

    task: str
    instance: str
    source_endpoint: str
    target_endpoint: str

    @property
    def task_arn(self) -> str:
        return self.task

    @property
    def instance_arn(self) -> str:
        return self.instance

    def endpoint_arn(self, side: Side) -> str:
        return self.source_endpoint if side == "source" else self.target_endpoint


class DeployedReplication:
    """The operations of the DMS API.

    A task of the type full-load-and-cdc is run by the stand-in, over the two real servers, from
    the first time that anybody asks about it. Requests that name neither it nor what it uses go
    to moto, and so does everything that makes or deletes.
    """

    def __init__(self, *, source_dsn: str, target_dsn: str, api: Api) -> None:
        self._replication = NativeReplication(source_dsn=source_dsn, target_dsn=target_dsn)
        self._api = api
        self._lock = threading.Lock()
        self._task: DmsTask | None = None
        self._publisher: MetricsPublisher | None = None

    def close(self) -> None:
        if self._publisher is not None:
            self._publisher.close()
        self._replication.close()

    def __getattr__(self, name: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
        if name.startswith("_"):
            raise AttributeError(name)

        def operation(request: dict[str, Any]) -> dict[str, Any]:
            task = self._running_task() if hasattr(DmsOperations, name) else None
            if task is None or not _concerns(task.resources, request):
                return self._ask_moto(name, request)
            answer: dict[str, Any] = getattr(DmsOperations(task), name)(request)
            if name == "delete_replication_task":
                # The stand-in's refusal, of a running task above all, came before this.
                self._forget()
                self._ask_moto(name, request)
            return answer

        return operation

    def _running_task(self) -> DmsTask | None:
        with self._lock:
            if self._task is None:
                found = self._api.client("dms").describe_replication_tasks()["ReplicationTasks"]
                forward = [each for each in found if each["MigrationType"] == FORWARD]
                if forward:
                    self._task = DmsTask(self._replication, self._resources(forward[0]))
                    self._publisher = MetricsPublisher(self._task, self._api.client("cloudwatch"))
            return self._task

    def _resources(self, task: Mapping[str, Any]) -> DeployedResources:
        arn = task["ReplicationInstanceArn"]
        instances = self._api.client("dms").describe_replication_instances()
        instance = next(
            each
            for each in instances["ReplicationInstances"]
            if each["ReplicationInstanceArn"] == arn
        )
        return DeployedResources(
            task=task["ReplicationTaskArn"],
            instance=arn,
            source_endpoint=task["SourceEndpointArn"],
            target_endpoint=task["TargetEndpointArn"],
            task_identifier=task["ReplicationTaskIdentifier"],
            task_resource=task["ReplicationTaskArn"].rpartition(":")[2],
            instance_identifier=instance["ReplicationInstanceIdentifier"],
            instance_class=instance["ReplicationInstanceClass"],
            engine_version=instance["EngineVersion"],
            task_settings=json.loads(task["ReplicationTaskSettings"]),
        )

    def _forget(self) -> None:
        with self._lock:
            if self._publisher is not None:
                self._publisher.close()
            self._task = self._publisher = None

    def _ask_moto(self, name: str, request: dict[str, Any]) -> dict[str, Any]:
        try:
            answer: dict[str, Any] = getattr(self._api.client("dms"), name)(**request)
        except ClientError as error:
            told = error.response["Error"]
            raise DmsFault(told["Code"], told["Message"]) from error
        del answer["ResponseMetadata"]
        plain: dict[str, Any] = _plain(answer)
        return plain


def _concerns(resources: DmsResources, request: Mapping[str, Any]) -> bool:
    """Whether the request names the task, or what the task uses, or nothing at all."""
    if not any(name.endswith(("Arn", "Filters")) for name in request):
        return True
    text = json.dumps(request)
    mine = (
        resources.task_arn,
        resources.instance_arn,
        resources.endpoint_arn("source"),
        resources.endpoint_arn("target"),
        f'"{resources.task_identifier}"',
        f'"{resources.instance_identifier}"',
    )
    return any(each in text for each in mine)


def _plain(value: Any) -> Any:
    """The API sends moments as seconds."""
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value.timestamp() if isinstance(value, datetime) else value
