#!/usr/bin/env python3
"""The app: a settings file becomes the stacks of one environment. Asks no account for anything."""

from __future__ import annotations

import gc
import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from migration_stacks import context, node, place, settings
from migration_stacks.place import ROOT
from migration_stacks.settings.faults import SettingsError

if TYPE_CHECKING:
    import aws_cdk as cdk

    from migration_stacks.cutover_stack import CutoverStack
    from migration_stacks.database_stack import DatabaseStack
    from migration_stacks.dms_stack import DmsStack
    from migration_stacks.monitoring_stack import MonitoringStack
    from migration_stacks.network_stack import NetworkStack


@dataclass(frozen=True)
class Stacks:
    """In the order of their deployment; each depends only on those before it."""

    network: NetworkStack
    database: DatabaseStack
    dms: DmsStack
    cutover: CutoverStack
    monitoring: MonitoringStack


def build(app: cdk.App, *, given: settings.Settings, where: place.Place) -> Stacks:
    """The stacks of one environment, joined."""
    # Imported here because the CDK starts Node, which takes seconds and may print words of its
    # own: a fault in the settings is told before that, at once and alone.
    import aws_cdk as cdk

    from migration_stacks.constructs.function import FunctionNetwork
    from migration_stacks.cutover_stack import CutoverStack
    from migration_stacks.database_stack import DatabaseStack
    from migration_stacks.dms_stack import DmsStack
    from migration_stacks.monitoring_stack import MonitoringStack
    from migration_stacks.network_stack import NetworkStack
    from migration_stacks.traffic import traffic

    names, env = where.names, cdk.Environment(region=where.region)
    protect = given.database.deletion_protection
    log_days = given.monitoring.log_retention_days

    network = NetworkStack(
        app,
        names.stack("network"),
        env=env,
        names=names,
        root=ROOT,
        settings=given.network,
        source=given.source,
        availability_zones=where.availability_zones,
        zone_name=given.traffic.zone,
        create_dms_service_roles=given.dms.create_service_roles,
        copies_schema=given.replication.builds,
        log_days=log_days,
        protect=protect,
    )
    database = DatabaseStack(
        app,
        names.stack("database"),
        env=env,
        names=names,
        settings=given.database,
        source=given.source,
        subnet_ids=network.subnet_ids,
        security_group_id=network.security_groups.target,
        availability_zones=network.subnet_zones,
        log_days=log_days,
    )
    dms = DmsStack(
        app,
        names.stack("dms"),
        env=env,
        names=names,
        settings=given.dms,
        source=given.source,
        target_database=given.database.name,
        databases=database,
        subnet_ids=network.subnet_ids,
        security_group_id=network.security_groups.replication,
        log_days=log_days,
        protect=protect,
    )
    cutover = CutoverStack(
        app,
        names.stack("cutover"),
        env=env,
        names=names,
        settings=given.cutover,
        replication=given.replication,
        emails=given.notifications.emails,
        root=ROOT,
        traffic=traffic(
            zone=given.traffic.zone,
            mode=given.traffic.mode,
            source=given.source.host,
            target=database.cluster.endpoint,
            target_readers=database.cluster.reader_endpoint,
        ),
        zone_id=network.zone_id,
        databases=database,
        target_roles=given.database.roles,
        application_role=given.database.application_user,
        schemas=given.source.schemas,
        wal_disk_gigabytes=given.source.wal_disk_gigabytes,
        replication_roles=(given.source.replication_user, given.database.replication_user),
        task_arn=dms.task_arn,
        reverse_task_arn=dms.reverse_task_arn,
        forward_task_arn=dms.forward_task_arn,
        replication_instance_arn=dms.instance.ref,
        instance_count=len(where.availability_zones),
        network=FunctionNetwork(
            network.vpc_id, network.subnet_ids, network.security_groups.functions
        ),
        log_days=log_days,
        protect=protect,
    )
    monitoring = MonitoringStack(
        app,
        names.stack("monitoring"),
        env=env,
        names=names,
        settings=given.monitoring,
        instance_count=len(where.availability_zones),
        task_arn=dms.task_arn,
        reverse_task_arn=dms.reverse_task_arn,
        forward_task_arn=dms.forward_task_arn,
        topic_arn=cutover.notifications.topic_arn,
    )
    cdk.Tags.of(app).add("migration", names.suffix)
    return Stacks(network, database, dms, cutover, monitoring)


def new_app(told: dict[str, object], *, outdir: str | None) -> cdk.App:
    """An app that knows the feature flags also where the CDK CLI, which passes them on, is not
    there: the same settings make the same templates in a test, here and in a deployment."""
    import aws_cdk as cdk

    return cdk.App(context=told, analytics_reporting=False, outdir=outdir)


def main() -> None:
    # Nearly all that a synthesis makes lives until its end; to look for garbage in it takes a
    # tenth of the time and finds nothing.
    gc.disable()
    told = context.read(os.environ)
    given = settings.load(place.settings_path(told))
    where = place.choose(settings=given, context=told, environment=os.environ)
    node.require(os.environ)
    for warning in given.database.warnings():
        sys.stderr.write(f"warning: {warning}\n")
    # The CLI says where it will look; without it, not into a new folder under /tmp each time.
    app = new_app(told, outdir=None if "CDK_OUTDIR" in os.environ else "cdk.out")
    build(app, given=given, where=where)
    app.synth()


if __name__ == "__main__":
    try:
        main()
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(2)
