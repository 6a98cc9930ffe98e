"""The parts of the emulated AWS, started in order and ended in the opposite one."""

from __future__ import annotations

import json
import logging
import socket
import sys
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Self

from moto.route53.models import route53_backends
from moto.server import ThreadedMotoServer

from rehearsal.aws import engine
from rehearsal.aws.bus import Bus
from rehearsal.aws.config import AwsConfig, FunctionConfig, Ready
from rehearsal.aws.dms import (
    DmsResources,
    DmsServer,
    DmsTask,
    Events,
    MetricsPublisher,
    NativeReplication,
    WatchedSum,
)
from rehearsal.aws.invoker import ACCOUNT, InvokeRefused
from rehearsal.aws.nameserver import NameServer, Route53Zone
from rehearsal.aws.resources import Resources, filled
from rehearsal.aws.runtime import LocalFunction, RuntimePool
from rehearsal.cloudformation.kinds import Api

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rehearsal.aws.config import DmsConfig, FollowerConfig
    from rehearsal.aws.dms.replication import Side

logger = logging.getLogger(__name__)

_RETRY_DELAYS = (60.0, 120.0)
"""Seconds before the second and the third attempt of an asynchronous invocation, as Lambda waits."""


class PortTaken(OSError):
    """A port that was asked for belongs to another process."""

    def __init__(self, port: int, what: str) -> None:
        super().__init__(
            f"port {port} on 127.0.0.1 is in use, and {what} is to listen there: "
            "end what uses it or choose another port (0 is any free one)"
        )


def start_api_server(stack: ExitStack, *, port: int = 0) -> str:
    """The URL of all emulated APIs, served until the stack is closed. Raises PortTaken."""
    port = port or _free_port()
    _require_free(port, "the emulated AWS")
    server = ThreadedMotoServer("127.0.0.1", port, verbose=False)
    server.start()
    stack.callback(server.stop)
    return f"http://127.0.0.1:{port}"


class Parts:
    """Everything in one process. Leaves nothing running behind close()."""

    def __init__(self, config: AwsConfig) -> None:
        self._config = config
        self._stack = ExitStack()
        self._pool: RuntimePool | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def start(self) -> Ready:
        """Start and create all of it. Raises PortTaken, and whatever an emulated API refuses."""
        config = self._config
        endpoint = start_api_server(self._stack, port=config.port)
        settings = engine.install(
            invoker=self._invoke,
            wait_scale=config.wait_scale,
            endpoint=endpoint,
            on_status_change=self._on_failed_execution,
        )
        # Nothing of an execution may call into parts that are gone.
        self._stack.callback(setattr, settings, "on_status_change", None)
        resources = Resources(config, endpoint)
        resources.table()
        resources.buckets()
        resources.parameters()
        resources.alarms()
        secrets = resources.secrets()
        topic_arn, queue = resources.topic()
        resources.rules(topic_arn)
        told = Events(Bus(Api(endpoint), self._invoke, retry_scale=config.wait_scale))
        found: dict[str, Any] = {
            "endpoint": endpoint,
            "table": config.table,
            "topic_arn": topic_arn,
            "topic_queue_url": queue,
            "secret_arns": secrets,
            "hosted_zone_id": resources.zone(),
        }
        if found["hosted_zone_id"] is not None:
            found["dns_port"] = self._name_server(found["hosted_zone_id"])
        if config.dms is not None:
            found |= self._dms(config.dms, resources, told)
        values = _values(found)
        self._functions(Ready(**found), values)
        found["state_machine_arns"] = resources.state_machines(values)
        return Ready(**found)

    def _name_server(self, zone_id: str) -> int:
        zone = route53_backends[ACCOUNT]["aws"].zones[zone_id]
        try:
            server = NameServer(
                Route53Zone(zone), port=self._config.dns_port, seed=self._config.seed
            )
        except OSError as error:
            raise PortTaken(self._config.dns_port, "the name server") from error
        self._stack.callback(server.close)
        return server.port

    def _dms(self, config: DmsConfig, resources: Resources, told: Events) -> dict[str, Any]:
        """told: what the tasks of the one replication instance share."""
        tasks = {"load": self._loading(config, told)}
        for word, follower in config.followers.items():
            tasks[word] = self._following(config, follower, word, told)
        task = tasks["load"]
        named = task.resources
        try:
            server = DmsServer(*tasks.values(), port=config.port)
        except OSError as error:
            raise PortTaken(config.port, "the stand-in for DMS") from error
        self._stack.callback(server.close)
        publisher = MetricsPublisher(
            task,
            resources.cloudwatch(),
            period_seconds=config.metrics_period_seconds,
            alarms=[
                WatchedSum(
                    alarm_name=alarm.name,
                    metric_names=alarm.task_metrics,
                    threshold=alarm.threshold,
                )
                for alarm in self._config.alarms
                if alarm.task_metrics
            ],
        )
        self._stack.callback(publisher.close)
        for follower_task in [each for word, each in tasks.items() if word != "load"]:
            publisher = MetricsPublisher(
                follower_task, resources.cloudwatch(), period_seconds=config.metrics_period_seconds
            )
            self._stack.callback(publisher.close)
        sides: tuple[Side, Side] = ("source", "target")
        return {
            "dms_endpoint": server.endpoint,
            "task_arn": named.task_arn,
            "task_arns": {word: each.resources.task_arn for word, each in tasks.items()},
            "instance_arn": named.instance_arn,
            "instance_identifier": named.instance_identifier,
            "endpoint_arns": {
                side if word == "load" else f"{word} {side}": each.resources.endpoint_arn(side)
                for word, each in tasks.items()
                for side in sides
            },
        }

    def _loading(self, config: DmsConfig, told: Events) -> DmsTask:
        replication = NativeReplication(
            source_dsn=config.source_dsn,
            target_dsn=config.target_dsn,
            publisher_dsn=config.publisher_dsn,
        )
        self._stack.callback(replication.close)
        return DmsTask(replication, DmsResources(**config.resources), told=told)

    def _following(
        self, config: DmsConfig, follower: FollowerConfig, word: str, told: Events
    ) -> DmsTask:
        dsns = (config.source_dsn, config.target_dsn)
        origin, destination = dsns if follower.reads == "source" else dsns[::-1]
        replication = NativeReplication(
            source_dsn=origin,
            target_dsn=destination,
            publisher_dsn=follower.publisher_dsn,
            name=f"rehearsal_{word}",
            slot=follower.slot,
        )
        self._stack.callback(replication.close)
        resources = {**config.resources, **follower.resources, "migration_type": "cdc"}
        return DmsTask(replication, DmsResources(**resources), told=told)

    def _functions(self, ready: Ready, values: Mapping[str, str]) -> None:
        if not self._config.functions:
            return
        self._pool = self._stack.enter_context(
            RuntimePool(
                [_local(function, values) for function in self._config.functions],
                code_directory=self._config.code_directory,
                shared_environment=ready.environment(),
                on_log=_log_line,
                preloaded=self._config.preloaded,
            )
        )
        self._pool.warm(function.name for function in self._config.functions if function.warm)

    def _invoke(self, name: str, payload: bytes) -> Any:
        if self._pool is None:
            raise InvokeRefused("this rehearsal has no functions")
        return self._pool(name, payload)

    def _on_failed_execution(self, event: dict[str, Any]) -> None:
        """What the EventBridge rule does: an asynchronous invocation, tried three times."""
        name = event["detail"]["stateMachineArn"].rpartition(":")[2]
        machine = next((each for each in self._config.state_machines if each.name == name), None)
        if machine is None or machine.failed_function is None:
            return
        payload = json.dumps(event).encode()
        for delay in (*_RETRY_DELAYS, None):
            try:
                result = self._invoke(machine.failed_function, payload)
            except InvokeRefused:
                logger.exception("%s was refused", machine.failed_function)
            else:
                if result.function_error is None:
                    return
                logger.error("%s failed: %s", machine.failed_function, result.payload.decode())
            if delay is not None:
                time.sleep(delay * self._config.wait_scale)


def _local(function: FunctionConfig, values: Mapping[str, str]) -> LocalFunction:
    return LocalFunction(
        name=function.name,
        handler=function.handler,
        environment={name: filled(value, values) for name, value in function.environment.items()},
        timeout_seconds=function.timeout_seconds,
        memory=function.memory,
    )


def _values(found: Mapping[str, Any]) -> dict[str, str]:
    names = ("endpoint", "hosted_zone_id", "topic_arn")
    values = {name: found[name] for name in names if found[name] is not None}
    return values | {f"secret_arn:{name}": arn for name, arn in found["secret_arns"].items()}


def _log_line(name: str, line: str) -> None:
    print(f"{name}: {line}", file=sys.stderr, flush=True)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def _require_free(port: int, what: str) -> None:
    """The emulator's server would hang without a word where its port is taken."""
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError as error:
        raise PortTaken(port, what) from error
