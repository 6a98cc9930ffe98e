"""IAM and KMS. moto enforces neither: permissions are kept and not checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from rehearsal.cloudformation.catalogue.parts import document
from rehearsal.cloudformation.kinds import Api, ApiKind, Resource


def _role_made(api: Api, resource: Resource) -> dict[str, Any]:
    for arn in resource.properties.get("ManagedPolicyArns", []):
        api.call("iam", "attach_role_policy", RoleName=resource.ref, PolicyArn=arn)
    for policy in resource.properties.get("Policies", []):
        _put(api, resource.ref, policy)
    return {}


def _put(api: Api, role: str, policy: Mapping[str, Any]) -> None:
    api.call(
        "iam",
        "put_role_policy",
        RoleName=role,
        PolicyName=policy["PolicyName"],
        PolicyDocument=document(policy["PolicyDocument"]),
    )


def _trust_changed(api: Api, resource: Resource, _before: Mapping[str, Any]) -> None:
    api.call(
        "iam",
        "update_assume_role_policy",
        RoleName=resource.ref,
        PolicyDocument=document(resource.properties["AssumeRolePolicyDocument"]),
    )


def _inline_changed(api: Api, resource: Resource, before: Mapping[str, Any]) -> None:
    new = resource.properties.get("Policies", [])
    for policy in new:
        _put(api, resource.ref, policy)
    for name in {each["PolicyName"] for each in before.get("Policies", [])} - {
        each["PolicyName"] for each in new
    }:
        api.call("iam", "delete_role_policy", RoleName=resource.ref, PolicyName=name)


def _managed_changed(api: Api, resource: Resource, before: Mapping[str, Any]) -> None:
    old = set(before.get("ManagedPolicyArns", []))
    new = set(resource.properties.get("ManagedPolicyArns", []))
    for arn in new - old:
        api.call("iam", "attach_role_policy", RoleName=resource.ref, PolicyArn=arn)
    for arn in old - new:
        api.call("iam", "detach_role_policy", RoleName=resource.ref, PolicyArn=arn)


def _role_gone(api: Api, resource: Resource) -> None:
    for arn in resource.properties.get("ManagedPolicyArns", []):
        api.call("iam", "detach_role_policy", RoleName=resource.ref, PolicyArn=arn)
    for policy in resource.properties.get("Policies", []):
        api.call(
            "iam", "delete_role_policy", RoleName=resource.ref, PolicyName=policy["PolicyName"]
        )
    api.call("iam", "delete_role", RoleName=resource.ref)


def _policy_written(api: Api, resource: Resource) -> dict[str, Any]:
    for role in resource.properties.get("Roles", []):
        _put(api, role, resource.properties)
    return {}


def _policy_changed(api: Api, resource: Resource, before: Mapping[str, Any]) -> None:
    _policy_written(api, resource)
    for role in set(before.get("Roles", [])) - set(resource.properties.get("Roles", [])):
        api.call("iam", "delete_role_policy", RoleName=role, PolicyName=before["PolicyName"])


def _policy_gone(api: Api, resource: Resource) -> None:
    given = resource.properties
    for role in given.get("Roles", []):
        api.call("iam", "delete_role_policy", RoleName=role, PolicyName=given["PolicyName"])


def _managed_made(api: Api, resource: Resource) -> dict[str, Any]:
    for role in resource.properties.get("Roles", []):
        api.call("iam", "attach_role_policy", RoleName=role, PolicyArn=resource.ref)
    return {}


def _managed_gone(api: Api, resource: Resource) -> None:
    for role in resource.properties.get("Roles", []):
        api.call("iam", "detach_role_policy", RoleName=role, PolicyArn=resource.ref)
    api.call("iam", "delete_policy", PolicyArn=resource.ref)


def _key_made(api: Api, resource: Resource) -> dict[str, Any]:
    if str(resource.properties.get("EnableKeyRotation", "")).lower() == "true":
        api.call("kms", "enable_key_rotation", KeyId=resource.ref)
    return {}


def _key_policy(api: Api, resource: Resource, _before: Mapping[str, Any]) -> None:
    api.call(
        "kms",
        "put_key_policy",
        KeyId=resource.ref,
        PolicyName="default",
        Policy=document(resource.properties["KeyPolicy"]),
    )


def _key_gone(api: Api, resource: Resource) -> None:
    days = int(resource.properties.get("PendingWindowInDays", 30))
    api.call("kms", "schedule_key_deletion", KeyId=resource.ref, PendingWindowInDays=days)


KINDS: Final = (
    ApiKind(
        type_name="AWS::IAM::Role",
        service="iam",
        create_by="create_role",
        ref="Role.RoleName",
        attributes={"Arn": "Role.Arn", "RoleId": "Role.RoleId"},
        named="RoleName",
        later=frozenset({"ManagedPolicyArns", "Policies"}),
        then=_role_made,
        update_by="update_role",
        update_key="RoleName",
        updates={
            "AssumeRolePolicyDocument": _trust_changed,
            "Policies": _inline_changed,
            "ManagedPolicyArns": _managed_changed,
        },
        delete_by=_role_gone,
    ),
    ApiKind(
        type_name="AWS::IAM::Policy",
        service="iam",
        create_by=_policy_written,
        ref="Properties.PolicyName",
        update_by=_policy_changed,
        delete_by=_policy_gone,
    ),
    ApiKind(
        type_name="AWS::IAM::ManagedPolicy",
        service="iam",
        create_by="create_policy",
        ref="Policy.Arn",
        attributes={"PolicyArn": "Ref"},
        named="PolicyName",
        rename={"ManagedPolicyName": "PolicyName"},
        later=frozenset({"Roles"}),
        then=_managed_made,
        delete_by=_managed_gone,
    ),
    ApiKind(
        type_name="AWS::KMS::Key",
        service="kms",
        create_by="create_key",
        ref="KeyMetadata.KeyId",
        attributes={"Arn": "KeyMetadata.Arn", "KeyId": "Ref"},
        rename={"KeyPolicy": "Policy"},
        unread=frozenset({"PendingWindowInDays"}),
        later=frozenset({"EnableKeyRotation"}),
        then=_key_made,
        updates={"KeyPolicy": _key_policy},
        update_by="update_key_description",
        update_key="KeyId",
        delete_by=_key_gone,
    ),
    ApiKind(
        type_name="AWS::KMS::Alias",
        service="kms",
        create_by="create_alias",
        ref="Properties.AliasName",
        delete_by="delete_alias",
        delete_key="AliasName",
        update_by="update_alias",
        update_key="AliasName",
    ),
)
