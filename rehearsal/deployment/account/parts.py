"""The parts of the account, started in order and ended in the opposite one."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Final, Self

from moto.route53.models import route53_backends

from rehearsal.aws import engine
from rehearsal.aws.bus import Bus, Ticking
from rehearsal.aws.dms import DmsServer, Events
from rehearsal.aws.invoker import ACCOUNT, versioned_name
from rehearsal.aws.nameserver import NameServer, Route53Zone, WeightedRecord
from rehearsal.aws.parts import start_api_server
from rehearsal.cloudformation import CloudFormation, install
from rehearsal.cloudformation.catalogue import KINDS
from rehearsal.cloudformation.custom_resources import CustomResources
from rehearsal.cloudformation.kinds import Api
from rehearsal.deployment.account import upstream
from rehearsal.deployment.account.alarms import AlarmWatch
from rehearsal.deployment.account.config import AccountConfig, AccountReady
from rehearsal.deployment.account.functions import DeployedFunctions
from rehearsal.deployment.account.replication import LOADING, DeployedReplication, following
from rehearsal.deployment.project import SUFFIX

NATIVE_REPLICATION: Final = {
    # It reads slots of no other plugin, and as the administrator of the two servers.
    "SLOT_PLUGIN": "pgoutput",
    "REPLICATION_ROLES": json.dumps(["postgres"]),
    # As DeployedReplication names them: with DMS there are none.
    "STREAM_NAMES": json.dumps(
        [LOADING, *(following(f"migration_{SUFFIX}_{way}") for way in ("reverse", "forward"))]
    ),
}
"""What the functions are told here of the streams, in place of what is true of DMS."""


class Account:
    """Everything in one process. Leaves nothing running behind."""

    def __init__(self, config: AccountConfig) -> None:
        self._config = config
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def start(self) -> AccountReady:
        config = self._config
        upstream.patch()
        endpoint = start_api_server(self._stack)
        api = Api(endpoint)
        dms = DeployedReplication(
            source_dsn=config.source_dsn, target_dsn=config.target_dsn, api=api
        )
        self._stack.callback(dms.close)
        server = DmsServer(operations=dms)
        self._stack.callback(server.close)
        functions = DeployedFunctions(
            code=config.code,
            shared_environment=_environment(endpoint, server.endpoint),
            on_log=_log_line,
            replaced=NATIVE_REPLICATION,
        )
        self._stack.callback(functions.close)
        bus = Bus(Api(endpoint), functions, retry_scale=config.wait_scale)
        dms.told = Events(bus)
        settings = engine.install(
            invoker=functions,
            wait_scale=config.wait_scale,
            endpoint=endpoint,
            on_status_change=bus,
        )
        settings.name_of = versioned_name
        # Nothing of an execution may call into parts that are gone.
        self._stack.callback(setattr, settings, "on_status_change", None)
        custom = CustomResources()
        self._stack.callback(custom.close)
        # The stacks' DMS is the one that the functions see: it refuses what a running task forbids.
        stacks_api = Api(endpoint, elsewhere={"dms": server.endpoint})
        install(CloudFormation(kinds=KINDS, custom=custom, api=stacks_api), stacks_api)
        ticking = Ticking(bus)
        self._stack.callback(ticking.close)
        watch = AlarmWatch(Api(endpoint))
        self._stack.callback(watch.close)
        names = NameServer(_every_zone, seed=config.seed)
        self._stack.callback(names.close)
        return AccountReady(endpoint=endpoint, dms_endpoint=server.endpoint, dns_port=names.port)


def _environment(endpoint: str, dms_endpoint: str) -> dict[str, str]:
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ENDPOINT_URL_DATABASE_MIGRATION_SERVICE": dms_endpoint,
        "AWS_EC2_METADATA_DISABLED": "true",
        # There is no X-Ray daemon on a laptop.
        "POWERTOOLS_TRACE_DISABLED": "true",
    }


def _every_zone(name: str) -> Sequence[WeightedRecord]:
    """Of whatever zone the stacks have made at this moment."""
    zones = list(route53_backends[ACCOUNT]["aws"].zones.values())
    return [record for zone in zones for record in Route53Zone(zone)(name)]


def _log_line(name: str, line: str) -> None:
    print(f"{name}: {line}", file=sys.stderr, flush=True)
