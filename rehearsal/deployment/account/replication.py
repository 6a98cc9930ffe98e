"""DMS for a deployed account: the tasks that carry changes are the stand-in's, everything else moto's."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from botocore.exceptions import ClientError

from rehearsal.aws.dms import DmsResources, DmsTask, Events, MetricsPublisher, NativeReplication
from rehearsal.aws.dms.api import DmsOperations
from rehearsal.aws.dms.faults import DmsFault
from rehearsal.aws.dms.replication import Side
from rehearsal.cloudformation.kinds import Api

FORWARD: Final = "full-load-and-cdc"
LOADING: Final = "rehearsal_forward"
"""Publication, subscription and slot of the task that loads."""


def following(slot: str) -> str:
    """Publication and subscription of a task that reads this slot."""
    return f"rehearsal_{slot}"


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


@dataclass(frozen=True)
class _StoodIn:
    """A task of the account, and what runs in its place."""

    task: DmsTask
    replication: NativeReplication
    publisher: MetricsPublisher

    def close(self) -> None:
        self.publisher.close()
        self.replication.close()


class DeployedReplication:
    """The operations of the DMS API.

    The task of the type full-load-and-cdc, and those of the type cdc whose source endpoint names a
    slot, are run by the stand-in, over the two real servers, from the first time that anybody asks
    about them. Requests that name neither these nor what they use go to moto, and so does
    everything that makes or deletes.

    Native replication reads a slot of the plugin pgoutput, whatever the endpoint's PluginName is.
    """

    def __init__(self, *, source_dsn: str, target_dsn: str, api: Api) -> None:
        self.told = Events()
        """Of every task that is stood in for from here on."""
        self._dsns = (source_dsn, target_dsn)
        self._api = api
        self._lock = threading.RLock()
        self._stood_in: dict[str, _StoodIn] = {}
        """By the ARNs of their tasks."""

    def close(self) -> None:
        with self._lock:
            for each in self._stood_in.values():
                each.close()
            self._stood_in.clear()

    def __getattr__(self, name: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
        if name.startswith("_"):
            raise AttributeError(name)

        def operation(request: dict[str, Any]) -> dict[str, Any]:
            tasks = self._tasks() if hasattr(DmsOperations, name) else []
            if not any(_concerns(task.resources, request) for task in tasks):
                return self._ask_moto(name, request)
            operate = getattr(DmsOperations(*tasks), name)
            if name != "delete_replication_task":
                answer: dict[str, Any] = operate(request)
                return answer
            # Until moto has forgotten it too, nobody may find it there and stand in for it again.
            with self._lock:
                # The stand-in's refusal, of a running task above all, comes first.
                answer = operate(request)
                self._stood_in.pop(request["ReplicationTaskArn"]).close()
                self._ask_moto(name, request)
            return answer

        return operation

    def _tasks(self) -> list[DmsTask]:
        """Those that are stood in for, the one that loads first."""
        with self._lock:
            found = self._api.client("dms").describe_replication_tasks()["ReplicationTasks"]
            for task in sorted(found, key=lambda each: each["MigrationType"] != FORWARD):
                if task["ReplicationTaskArn"] not in self._stood_in:
                    self._stand_in_for(task)
            return [each.task for each in self._stood_in.values()]

    def _stand_in_for(self, task: Mapping[str, Any]) -> None:
        origin, destination = self._dsns
        if task["MigrationType"] == FORWARD:
            replication = NativeReplication(source_dsn=origin, target_dsn=destination, name=LOADING)
        else:
            slot = self._settings(task["SourceEndpointArn"]).get("SlotName")
            reads = self._side_read(task)
            if slot is None or reads is None:
                return
            if reads == "target":
                origin, destination = destination, origin
            replication = NativeReplication(
                source_dsn=origin, target_dsn=destination, name=following(slot), slot=slot
            )
        stood_in = DmsTask(replication, self._resources(task), told=self.told)
        publisher = MetricsPublisher(stood_in, self._api.client("cloudwatch"))
        self._stood_in[task["ReplicationTaskArn"]] = _StoodIn(stood_in, replication, publisher)

    def _side_read(self, task: Mapping[str, Any]) -> Side | None:
        """Which of the two databases a task reads: the one whose secret its source endpoint names.

        None where no task that loads says which secret is whose.
        """
        loads = next(
            (
                each.task.resources
                for each in self._stood_in.values()
                if each.task.resources.migration_type == FORWARD
            ),
            None,
        )
        if loads is None:
            return None
        secret = self._settings(task["SourceEndpointArn"]).get("SecretsManagerSecretId")
        sides: tuple[Side, Side] = ("source", "target")
        for side in sides:
            of_side = self._settings(loads.endpoint_arn(side)).get("SecretsManagerSecretId")
            if secret is not None and secret == of_side:
                return side
        return None

    def _settings(self, endpoint_arn: str) -> dict[str, Any]:
        """PostgreSQLSettings of an endpoint."""
        filters = [{"Name": "endpoint-arn", "Values": [endpoint_arn]}]
        found = self._api.client("dms").describe_endpoints(Filters=filters)["Endpoints"]
        settings: dict[str, Any] = found[0].get("PostgreSQLSettings", {}) if found else {}
        return settings

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
            migration_type=task["MigrationType"],
            task_identifier=task["ReplicationTaskIdentifier"],
            task_resource=task["ReplicationTaskArn"].rpartition(":")[2],
            instance_identifier=instance["ReplicationInstanceIdentifier"],
            instance_class=instance["ReplicationInstanceClass"],
            engine_version=instance["EngineVersion"],
            task_settings=json.loads(task["ReplicationTaskSettings"]),
        )

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
