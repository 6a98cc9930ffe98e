"""S3, ECR, DynamoDB, Systems Manager parameters, Secrets Manager."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from rehearsal.cloudformation.catalogue.parts import document, some, stub
from rehearsal.cloudformation.errors import ResourceFailed
from rehearsal.cloudformation.kinds import Api, ApiKind, Resource, shaped

_SWITCHES: Final = ("PointInTimeRecoverySpecification", "TimeToLiveSpecification")


def _table_made(api: Api, resource: Resource) -> dict[str, Any]:
    _recovery(api, resource)
    if "TimeToLiveSpecification" in resource.properties:
        specification = resource.properties["TimeToLiveSpecification"]
        shape = api.input_shape("dynamodb", "update_time_to_live")
        api.call(
            "dynamodb",
            "update_time_to_live",
            TableName=resource.ref,
            TimeToLiveSpecification=shaped(
                specification, shape.members["TimeToLiveSpecification"], "/TimeToLiveSpecification"
            ),
        )
    return {}


def _recovery(api: Api, resource: Resource, _before: Mapping[str, Any] | None = None) -> None:
    if "PointInTimeRecoverySpecification" not in resource.properties:
        return
    shape = api.input_shape("dynamodb", "update_continuous_backups")
    name = "PointInTimeRecoverySpecification"
    api.call(
        "dynamodb",
        "update_continuous_backups",
        TableName=resource.ref,
        **{name: shaped(resource.properties[name], shape.members[name], f"/{name}")},
    )


def _secret(api: Api, resource: Resource) -> dict[str, Any]:
    given = dict(resource.properties)
    if "GenerateSecretString" in given:
        given["SecretString"] = _generated(api, given.pop("GenerateSecretString"))
    given.setdefault("Name", resource.name)
    return api.call(
        "secretsmanager", "create_secret", **_SECRET.parameters(api, "create_secret", given)
    )


def _generated(api: Api, wanted: Mapping[str, Any]) -> str:
    options = dict(wanted)
    template, key = (
        options.pop("SecretStringTemplate", None),
        options.pop("GenerateStringKey", None),
    )
    shape = api.input_shape("secretsmanager", "get_random_password")
    password = str(
        api.call("secretsmanager", "get_random_password", **shaped(options, shape, ""))[
            "RandomPassword"
        ]
    )
    return password if template is None else json.dumps({**json.loads(template), key: password})


def _new_password(api: Api, resource: Resource, _before: Mapping[str, Any]) -> None:
    """CloudFormation makes a new password whenever anything of its recipe changes."""
    api.call(
        "secretsmanager",
        "put_secret_value",
        SecretId=resource.ref,
        SecretString=_generated(api, resource.properties["GenerateSecretString"]),
    )


def _attach(api: Api, resource: Resource) -> dict[str, Any]:
    given = resource.properties
    if given["TargetType"] != "AWS::RDS::DBCluster":
        raise ResourceFailed(
            f"a secret can be attached to an AWS::RDS::DBCluster only, here: {given['TargetType']}"
        )
    found = api.call("rds", "describe_db_clusters", DBClusterIdentifier=given["TargetId"])
    cluster = found["DBClusters"][0]
    before = api.call("secretsmanager", "get_secret_value", SecretId=given["SecretId"])
    content = json.loads(before["SecretString"]) | {
        "engine": "postgres",
        "host": cluster["Endpoint"],
        "port": cluster["Port"],
        "dbname": cluster.get("DatabaseName"),
        "dbClusterIdentifier": cluster["DBClusterIdentifier"],
    }
    api.call(
        "secretsmanager",
        "put_secret_value",
        SecretId=given["SecretId"],
        SecretString=json.dumps(content),
    )
    return {}


def _bucket(api: Api, resource: Resource) -> dict[str, Any]:
    name = resource.properties.get("BucketName", resource.fitted_name(63).lower())
    given = resource.properties
    locked = {"ObjectLockEnabledForBucket": True} if given.get("ObjectLockEnabled") else {}
    api.call("s3", "create_bucket", Bucket=name, **locked)
    if "ObjectLockConfiguration" in given:
        api.call(
            "s3",
            "put_object_lock_configuration",
            Bucket=name,
            ObjectLockConfiguration=given["ObjectLockConfiguration"],
        )
    if "PublicAccessBlockConfiguration" in given:
        api.call(
            "s3",
            "put_public_access_block",
            Bucket=name,
            PublicAccessBlockConfiguration=given["PublicAccessBlockConfiguration"],
        )
    if "VersioningConfiguration" in resource.properties:
        status = resource.properties["VersioningConfiguration"]["Status"]
        api.call(
            "s3", "put_bucket_versioning", Bucket=name, VersioningConfiguration={"Status": status}
        )
    return {"Bucket": name, "Arn": f"arn:aws:s3:::{name}", "Domain": f"{name}.s3.amazonaws.com"}


_SECRET: Final = ApiKind(
    type_name="AWS::SecretsManager::Secret",
    service="secretsmanager",
    create_by=_secret,
    ref="ARN",
    attributes={"Id": "Ref"},
    updates={"GenerateSecretString": _new_password},
    update_by="update_secret",
    update_key="SecretId",
    delete_by="delete_secret",
    delete_key="SecretId",
    delete_with={"ForceDeleteWithoutRecovery": True},
)

KINDS: Final = (
    ApiKind(
        type_name="AWS::S3::Bucket",
        service="s3",
        create_by=_bucket,
        ref="Bucket",
        attributes={"Arn": "Arn", "DomainName": "Domain", "RegionalDomainName": "Domain"},
        delete_by="delete_bucket",
        delete_key="Bucket",
    ),
    stub(
        "AWS::S3::BucketPolicy",
        "moto enforces bucket policies without their conditions: 'deny unless TLS' would deny everything",
    ),
    ApiKind(
        type_name="AWS::ECR::Repository",
        service="ecr",
        create_by="create_repository",
        ref="repository.repositoryName",
        attributes={"Arn": "repository.repositoryArn", "RepositoryUri": "repository.repositoryUri"},
        unread=frozenset({"LifecyclePolicy", "RepositoryPolicyText"}),
        delete_by="delete_repository",
        delete_key="repositoryName",
    ),
    ApiKind(
        type_name="AWS::DynamoDB::Table",
        service="dynamodb",
        create_by="create_table",
        ref="TableDescription.TableName",
        attributes={"Arn": "TableDescription.TableArn"},
        named="TableName",
        rename={"SSESpecification.SSEEnabled": "Enabled"},
        later=frozenset(_SWITCHES),
        then=_table_made,
        update_by="update_table",
        update_key="TableName",
        updates={"PointInTimeRecoverySpecification": _recovery},
        delete_by="delete_table",
        delete_key="TableName",
    ),
    ApiKind(
        type_name="AWS::SSM::Parameter",
        service="ssm",
        create_by="put_parameter",
        ref="Properties.Name",
        attributes={"Type": "Properties.Type", "Value": "Properties.Value"},
        named="Name",
        update_by=lambda api, resource, _: (
            api.call(
                "ssm",
                "put_parameter",
                Overwrite=True,
                **some(
                    resource.properties, "Name", "Type", "Value", "Description", "AllowedPattern"
                ),
            )
            and None
        ),
        delete_by="delete_parameter",
        delete_key="Name",
    ),
    _SECRET,
    ApiKind(
        type_name="AWS::SecretsManager::SecretTargetAttachment",
        service="secretsmanager",
        create_by=_attach,
        ref="Properties.SecretId",
        update_by=lambda api, resource, _: _attach(api, resource),
    ),
    ApiKind(
        type_name="AWS::SecretsManager::ResourcePolicy",
        service="secretsmanager",
        create_by=lambda api, resource: api.call(
            "secretsmanager",
            "put_resource_policy",
            SecretId=resource.properties["SecretId"],
            ResourcePolicy=document(resource.properties["ResourcePolicy"]),
        ),
        ref="ARN",
        delete_by="delete_resource_policy",
        delete_key="SecretId",
    ),
    stub("AWS::SecretsManager::RotationSchedule", "nothing rotates a password during one cutover"),
    stub("AWS::CDK::Metadata", "it is read by nobody"),
)
