"""What moto's services get wrong that a deployment would not notice otherwise."""

from __future__ import annotations

import secrets
import string
from typing import Any

from moto.core.config import default_user_config
from moto.dms.exceptions import ResourceAlreadyExistsFault
from moto.dms.models import DatabaseMigrationServiceBackend, FakeReplicationTask

from rehearsal.aws import moto_route53


def patch() -> None:
    """All patches of this module."""
    know_the_managed_policies()
    name_tasks_as_dms_does()
    moto_route53.install()


def know_the_managed_policies() -> None:
    """Upstream knows AWS's own policies only where it is told to."""
    default_user_config["iam"] = {"load_aws_managed_policies": True}


def name_tasks_as_dms_does() -> None:
    """Upstream ends a task's ARN with the task's name. DMS ends it with an id of its own, which is
    the metrics' dimension: with upstream's ARN a dashboard by the name would look right."""
    make = FakeReplicationTask.__init__
    create = DatabaseMigrationServiceBackend.create_replication_task

    def make_named(self: Any, *args: Any, **kwargs: Any) -> None:
        make(self, *args, **kwargs)
        letters = string.ascii_uppercase + string.digits
        resource = "".join(secrets.choice(letters) for _ in range(26))
        self.arn = f"{self.arn.rpartition(':')[0]}:{resource}"

    def create_once(self: Any, replication_task_identifier: str, *args: Any, **kwargs: Any) -> Any:
        if any(task.id == replication_task_identifier for task in self.replication_tasks.values()):
            raise ResourceAlreadyExistsFault(
                f"Replication task {replication_task_identifier} already exists"
            )
        return create(self, replication_task_identifier, *args, **kwargs)

    FakeReplicationTask.__init__ = make_named
    DatabaseMigrationServiceBackend.create_replication_task = create_once
