"""AWS Backup: vaults and plans are kept; nothing is ever backed up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from rehearsal.cloudformation.catalogue.parts import stub
from rehearsal.cloudformation.kinds import Api, ApiKind, Resource


def _plan(api: Api, resource: Resource) -> dict[str, Any]:
    given = dict(resource.properties)
    tags = given.pop("BackupPlanTags", {})
    parameters = _PLAN.parameters(api, "create_backup_plan", {**given, "BackupPlan": _body(given)})
    return api.call("backup", "create_backup_plan", **parameters, BackupPlanTags=tags)


def _plan_changed(api: Api, resource: Resource, _before: Mapping[str, Any]) -> None:
    body = _body(resource.properties)
    parameters = _PLAN.parameters(api, "update_backup_plan", {"BackupPlan": body})
    api.call("backup", "update_backup_plan", BackupPlanId=resource.ref, **parameters)


def _body(given: Mapping[str, Any]) -> dict[str, Any]:
    """CloudFormation and the API call the same things by other names."""
    plan = given["BackupPlan"]
    rules = [
        {
            ("TargetBackupVaultName" if name == "TargetBackupVault" else name): each
            for name, each in rule.items()
        }
        for rule in plan["BackupPlanRule"]
    ]
    rest = {name: each for name, each in plan.items() if name != "BackupPlanRule"}
    return {**rest, "Rules": rules}


_PLAN: Final = ApiKind(
    type_name="AWS::Backup::BackupPlan",
    service="backup",
    create_by=_plan,
    ref="BackupPlanId",
    attributes={"BackupPlanId": "Ref", "BackupPlanArn": "BackupPlanArn", "VersionId": "VersionId"},
    update_by=_plan_changed,
    delete_by="delete_backup_plan",
    delete_key="BackupPlanId",
)

KINDS: Final = (
    ApiKind(
        type_name="AWS::Backup::BackupVault",
        service="backup",
        create_by="create_backup_vault",
        ref="BackupVaultName",
        attributes={"BackupVaultName": "Ref", "BackupVaultArn": "BackupVaultArn"},
        unread=frozenset({"AccessPolicy", "Notifications", "LockConfiguration"}),
        updates={},
        delete_by="delete_backup_vault",
        delete_key="BackupVaultName",
    ),
    _PLAN,
    stub(
        "AWS::Backup::BackupSelection",
        "moto has no selections of AWS Backup",
        Id="Name",
        SelectionId="Name",
    ),
)
